// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/kan/Spline.h"

#include <algorithm>

namespace formulens::kan {

namespace {

/// By power of v.
using Polynomial = std::vector<double>;

/// (offset + slope v) p
void addProduct(Polynomial& sum, double offset, double slope, const Polynomial& p)
{
    for (std::size_t d = 0; d < p.size(); ++d) {
        sum[d] += offset * p[d];
        sum[d + 1] += slope * p[d];
    }
}

/// The basis functions of order k that are not 0 within a piece, from number piece - k on, which may be below 0.
/// N_(j,d) = (x - t_j) / (t_(j+d) - t_j) N_(j,d-1) + (t_(j+d+1) - x) / (t_(j+d+1) - t_(j+1)) N_(j+1,d-1)
std::vector<Polynomial> basis(std::span<const double> knots, std::size_t order, std::size_t piece)
{
    const double start = knots[piece];
    const double width = knots[piece + 1] - start;
    const auto last = knots.size();
    std::vector<Polynomial> functions{{1}};
    for (std::size_t d = 1; d <= order; ++d) {
        std::vector<Polynomial> next(d + 1, Polynomial(d + 1, 0));
        for (std::size_t i = 0; i <= d; ++i) { // number j = piece - d + i
            if (piece + i < d || piece + i + 1 >= last)
                continue; // its knots begin before the first, or end behind the last
            const std::size_t j = piece + i - d;
            if (i > 0)
                addProduct(next[i], (start - knots[j]) / (knots[j + d] - knots[j]), width / (knots[j + d] - knots[j]),
                    functions[i - 1]);
            if (i < d)
                addProduct(next[i], (knots[j + d + 1] - start) / (knots[j + d + 1] - knots[j + 1]),
                    -width / (knots[j + d + 1] - knots[j + 1]), functions[i]);
        }
        functions = std::move(next);
    }
    return functions;
}

} // namespace

std::vector<double> pieceCoefficients(std::span<const double> knots, std::span<const double> coefficients)
{
    const std::size_t order = knots.size() - coefficients.size() - 1;
    std::vector<double> result;
    for (std::size_t piece = 0; piece + 1 < knots.size(); ++piece) {
        Polynomial sum(order + 1, 0);
        const std::vector<Polynomial> functions = basis(knots, order, piece);
        for (std::size_t i = 0; i <= order; ++i)
            if (piece + i >= order && piece + i - order < coefficients.size())
                for (std::size_t d = 0; d <= order; ++d)
                    sum[d] += coefficients[piece + i - order] * functions[i][d];
        result.insert(result.end(), sum.begin() + 1, sum.end());
    }
    return result;
}

} // namespace formulens::kan
