// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/formula/Formula.h"

#include <cstdint>
#include <vector>

namespace formulens {

struct PreparedNetwork;

struct ResidualRequest
{
    std::size_t result = 0; ///< of the formula's results
    std::size_t points = 1000;
    std::uint64_t seed = 1; ///< with the seed of a check the points are its first ones
    std::vector<double> alsoAt; ///< one more point, all input elements in the file's numbers; may be empty
};

/// How far one result of a formula is from the network, point by point, in the numbers that the result shows. Points
/// where one of the two is not finite are counted and left out.
struct Residuals
{
    std::vector<double> network;
    std::vector<double> difference; ///< formula - network
    std::vector<double> tolerance; ///< what rounding explains there; empty where the formula is an approximation
    std::vector<double> points; ///< count x input elements, in the file's numbers
    std::size_t notFinite = 0;
    std::size_t worst = 0; ///< where |difference| is largest; meaningless where there is no point

    std::size_t count() const { return network.size(); }
    std::vector<double> point(std::size_t index) const;
};

/// At the points of `checkFormula`, by the network's own evaluation. Refuses nothing: a formula that does not hold
/// shows it.
Result<Residuals> residualsOf(const PreparedNetwork& network, const Formula& formula, const ResidualRequest& request,
    const Progress& progress = {});

} // namespace formulens
