// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/MovedElements.h"

namespace formulens {

namespace {

/// The step is run over numbers that stand for the elements. They are out of the way of whatever a Pad may bring in.
constexpr double firstMark = 0x1p40;

} // namespace

std::vector<std::optional<MovedElement>> movedElements(const PreparedNetwork& network, const Step& step)
{
    std::vector<MovedElement> elements;
    std::vector<std::vector<double>> marks(step.inputs.size());
    for (std::size_t operand = 0; operand < step.inputs.size(); ++operand) {
        for (std::size_t i = 0; i < network.tensor(step.inputs[operand]).shape.elementCount(); ++i) {
            marks[operand].push_back(firstMark + static_cast<double>(elements.size()));
            elements.push_back({operand, i});
        }
    }
    const std::vector<std::span<const double>> operands(marks.begin(), marks.end());
    std::vector<double> moved(network.tensor(step.output).shape.elementCount());
    step.kernel->run(Operands<double>(operands), moved);
    std::vector<std::optional<MovedElement>> sources;
    for (const double mark : moved) {
        const double number = mark - firstMark;
        const bool isElement = number >= 0 && number < static_cast<double>(elements.size());
        sources.push_back(isElement ? std::optional(elements[static_cast<std::size_t>(number)]) : std::nullopt);
    }
    return sources;
}

} // namespace formulens
