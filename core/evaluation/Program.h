// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace formulens {

class Equations;
struct PreparedNetwork;
struct ElementReference;

/// Values and slopes at many points, whatever they were compiled from. Immutable after compilation; safe to call from
/// several threads at once.
class Program
{
public:
    virtual ~Program() = default;

    virtual std::size_t inputCount() const = 0;
    virtual std::size_t outputCount() const = 0;

    /// points: count x inputCount row-major; values: count x outputCount. Refused only by cancelling.
    virtual Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress = {}) const = 0;

    /// jacobians: count x outputCount x inputCount row-major; one-sided at kinks.
    virtual Result<void> differentiate(std::span<const double> points, std::span<double> values,
        std::span<double> jacobians, const Progress& progress = {}) const = 0;
};

/// From the operator graph: works for networks too large for equations.
Result<std::shared_ptr<const Program>> compile(
    std::shared_ptr<const PreparedNetwork> network, std::span<const ElementReference> outputs);

/// From equations: one value per output of the equations; inputs are all the network's input elements.
std::shared_ptr<const Program> compile(std::shared_ptr<const Equations> equations);

} // namespace formulens
