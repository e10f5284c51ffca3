// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/WorkerProgram.h"
#include "core/expression/Algebra.h"

#include <filesystem>

namespace formulens::worker {

/// Algebra in a process of its own, formulens-worker, one for each call: it is killed when the work is stopped, and
/// ends by itself at its limits. What it answers is read as distrustfully as a file; whoever uses it checks the result.
class WorkerEngine final : public algebra::Engine
{
public:
    explicit WorkerEngine(std::filesystem::path program, Limits limits = {})
        : m_program(std::move(program)), m_limits(limits)
    {
    }

    Result<std::vector<Expression>> apply(
        const algebra::Step& step, std::span<const Expression> expressions, const Progress& progress) const override;

private:
    std::filesystem::path m_program;
    Limits m_limits;
};

/// The engine of the programs.
std::shared_ptr<const algebra::Engine> algebraEngine();

} // namespace formulens::worker
