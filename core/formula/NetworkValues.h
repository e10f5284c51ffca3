// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"
#include "core/operators/PreparedNetwork.h"

#include <map>
#include <utility>
#include <vector>

namespace formulens {

/// What the network itself says of a formula's results: the slow, sure evaluation, in the numbers that the results
/// show.
class NetworkValues final
{
public:
    /// Of tensors at one point, so that the results of a formula share them.
    using Tensors = std::map<TensorIndex, std::vector<double>>;

    NetworkValues(const PreparedNetwork& network, const Formula& formula) : m_network(network), m_formula(formula) { }

    /// Value or slope at a point of all input elements, in the file's numbers.
    Result<double> value(const ResultEquation& result, const std::vector<double>& point, Tensors& computed) const;

    /// What rounding may have done to it: `allowance` times the width of the interval enclosure of the point.
    double rounding(const ResultEquation& result, const std::vector<double>& point) const;

    /// The elements whose sum, with these signs, the result is.
    static std::vector<std::pair<ElementReference, double>> parts(const ResultEquation& result);

private:
    double scaleOf(std::size_t inputElement) const;
    Result<std::vector<double>> tensorAt(
        TensorIndex tensor, std::optional<std::size_t> derivativeBy, const std::vector<double>& point) const;
    double slopeRounding(const ResultEquation& result, const std::vector<double>& point) const;

    const PreparedNetwork& m_network;
    const Formula& m_formula;
};

/// The check allows this many times the first-order estimate of rounding.
inline constexpr double roundingAllowance = 64;

} // namespace formulens
