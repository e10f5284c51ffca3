// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

/* Splines as sums of pieces
 *
 * A spline of order k over knots t_0 < t_1 < ... < t_m is 0 up to t_0 and from t_m on, and a polynomial between
 * neighbours. With v_p = clip((x - t_p) / (t_(p+1) - t_p), 0, 1), which says how far x has come through piece p,
 *
 *   s(x) = sum over p and d of a_(p,d) v_p^d,   d = 1 ... k,
 *
 * because s is continuous, so that each piece adds what s gains within it. No term grows beyond its piece, so the sum
 * is as accurate as the recursion of Cox and de Boor, from which the coefficients are taken.
 */
namespace formulens::kan {

/// a_(p,d), piece by piece, k of them each, of the B-spline with these coefficients: as many as there are knots, less
/// k + 1. k is at least 1.
std::vector<double> pieceCoefficients(std::span<const double> knots, std::span<const double> coefficients);

} // namespace formulens::kan
