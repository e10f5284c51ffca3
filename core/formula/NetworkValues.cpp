// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/NetworkValues.h"

#include "core/evaluation/Reference.h"
#include "core/formula/Subject.h"

#include <algorithm>
#include <cmath>

namespace formulens {

Result<double> NetworkValues::value(
    const ResultEquation& result, const std::vector<double>& point, Tensors& computed) const
{
    double sum = 0;
    for (const auto& [element, sign] : parts(result)) {
        if (!computed.contains(element.tensor)) {
            Result<std::vector<double>> tensor = tensorAt(element.tensor, result.derivativeBy, point);
            if (!tensor)
                return tl::unexpected(tensor.error());
            computed[element.tensor] = std::move(*tensor);
        }
        const std::vector<double>& elements = computed.at(element.tensor);
        if (element.element >= elements.size())
            return failure(ErrorCode::BadQuestion,
                "the formula names element " + std::to_string(element.element) + " of a tensor that has "
                    + std::to_string(elements.size()));
        sum += sign * elements[element.element];
    }
    return result.derivativeBy ? sum * result.scaling.scale / scaleOf(*result.derivativeBy)
                               : result.scaling.physical(sum);
}

std::vector<std::pair<ElementReference, double>> NetworkValues::parts(const ResultEquation& result)
{
    std::vector<std::pair<ElementReference, double>> parts{{result.element, 1.0}};
    if (result.subtracted)
        parts.emplace_back(*result.subtracted, -1.0);
    return parts;
}

double NetworkValues::scaleOf(std::size_t inputElement) const
{
    for (const Variable& variable : m_formula.variables) {
        if (variable.inputElement == inputElement)
            return variable.scaling.scale;
    }
    return 1;
}

Result<std::vector<double>> NetworkValues::tensorAt(
    TensorIndex tensor, std::optional<std::size_t> derivativeBy, const std::vector<double>& point) const
{
    if (tensor.position() >= m_network.tensors.size())
        return failure(ErrorCode::BadQuestion, "the formula names a tensor that the network does not have");
    if (!derivativeBy)
        return reference::evaluate(m_network, tensor, point);
    std::vector<double> direction(point.size());
    if (*derivativeBy >= point.size())
        return failure(ErrorCode::BadQuestion, "the formula names an input that the network does not have");
    direction[*derivativeBy] = 1;
    const Result<std::vector<Dual<double>>> slopes = reference::slope(m_network, tensor, point, direction);
    if (!slopes)
        return tl::unexpected(slopes.error());
    std::vector<double> values;
    for (const Dual<double>& element : *slopes)
        values.push_back(element.slope);
    return values;
}

double NetworkValues::rounding(const ResultEquation& result, const std::vector<double>& point) const
{
    if (result.derivativeBy)
        return slopeRounding(result, point);
    const std::vector<Interval> box(point.begin(), point.end());
    double width = 0;
    for (const auto& [element, sign] : parts(result)) {
        const Result<std::vector<Interval>> enclosed = reference::enclose(m_network, element.tensor, box);
        if (!enclosed || element.element >= enclosed->size())
            return 0;
        width += (*enclosed)[element.element].width();
    }
    const double scaled = roundingAllowance * std::fabs(result.scaling.scale) * width;
    return std::isfinite(scaled) ? scaled : 0;
}

/// There is no enclosure of slopes. A slope that the formula states as a bare number (in a law) has no rounding of its
/// own to compare with either: the network's slopes are right to 1e-11 of the largest of them.
double NetworkValues::slopeRounding(const ResultEquation& result, const std::vector<double>& point) const
{
    double largest = 0;
    for (const auto& [element, sign] : parts(result)) {
        const auto slopes = tensorAt(element.tensor, result.derivativeBy, point);
        for (const double slope : slopes ? *slopes : std::vector<double>())
            largest = std::max(largest, std::fabs(slope));
    }
    return 1e-11 * std::fabs(result.scaling.scale / scaleOf(*result.derivativeBy)) * largest;
}

} // namespace formulens
