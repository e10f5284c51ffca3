// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// A program that is given an input and gives an output, both over pipes.
struct ChildRequest
{
    std::filesystem::path program; ///< no shell, and no search along PATH
    std::vector<std::string> arguments;
    std::string_view input; ///< its standard input, closed after the last byte; it need not read it
    std::size_t mostOutput = std::size_t(256) << 20; ///< bytes; a child that writes more is killed
    std::chrono::milliseconds timeout = std::chrono::minutes(10); ///< on the clock
};

/// How a child ended.
struct ChildOutcome
{
    enum class End
    {
        Exited, ///< by itself, with exit code `number`
        Signalled, ///< by signal `number`
        TimedOut, ///< killed
        WroteTooMuch, ///< killed
    };

    End end = End::Exited;
    int number = 0;
    std::string output; ///< its standard output; its standard error goes nowhere
};

/// Starts the program and waits for its end. It inherits no descriptor of ours but its standard three, and no blocked
/// or ignored signal. When the work is stopped it is killed at once (Cancelled). Nothing is left behind, whatever the
/// end: no process, no zombie, no open pipe. Other errors: the program cannot be started (BadFile).
Result<ChildOutcome> runChild(const ChildRequest& request, const Progress& progress = {});

} // namespace formulens
