// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/formula/CheckPoints.h"
#include "core/formula/FormulaProgram.h"
#include "core/formula/NetworkValues.h"

#include <algorithm>
#include <cmath>
#include <limits>

/* The check
 *
 * A formula that claims to be the network's own must agree with the reference evaluation, at every point that is tried,
 * within what rounding can do: 64 times the running error of the formula's own evaluation (n u times the running sum of
 * |terms|, through every function), plus the width of the network's interval enclosure of the point, which is what
 * rounding can do to the network. Neither is relative to the output, so a small output that comes out of large terms
 * that cancel is not refused, and a wrong weight is not let through because the output happens to be large.
 */

namespace formulens {

namespace {

constexpr double lostError = 1e-11; ///< of 1 + |value|, in place of a running error that is no number

class Comparison
{
public:
    Comparison(const PreparedNetwork& network, const Formula& formula, Tape tape, std::uint64_t seed)
        : m_network(network)
        , m_formula(formula)
        , m_values(network, formula)
        , m_points(formula, network.inputCount(), seed)
        , m_tape(std::move(tape))
        , m_random(seed)
    {
    }

    Result<Badge> run(std::size_t points, const Progress& progress)
    {
        m_badge = m_formula.badge;
        m_badge.largestDifference = 0;
        m_badge.tolerance = 0;
        m_badge.points = 0;
        m_badge.notFinite = 0;
        m_badge.combinedRounding = 0;
        m_badge.worstPoint.clear();
        if (!m_points.referenceIsInRegion())
            return failure(ErrorCode::Internal, "the reference point does not lie in the region that the law states");
        m_ranges.assign(m_formula.results.size(),
            {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()});
        for (std::size_t sample = 0; sample < points; ++sample) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            if (Result<void> held = compareAt(m_points.at(sample)); !held)
                return tl::unexpected(held.error());
            progress.report(static_cast<double>(sample + 1) / static_cast<double>(points));
        }
        if (m_badge.points == 0 && m_badge.notFinite > 0)
            return failure(ErrorCode::BadQuestion,
                "the network has no finite value at any of " + std::to_string(m_badge.notFinite)
                    + " points of the domain, so that no formula can be checked: choose another domain");
        if (Result<void> tangent = checkTangent(); !tangent)
            return tl::unexpected(tangent.error());
        const Interval range = m_ranges[m_worstResult];
        m_badge.outputRange = std::max(0.0, range.upper - range.lower);
        if (!std::isfinite(m_badge.outputRange))
            m_badge.outputRange = 0;
        return m_badge;
    }

private:
    Result<void> compareAt(const CheckPoint& point)
    {
        std::vector<Tape::Rounded> found(m_formula.results.size());
        m_tape.evaluate(point.variables, found, m_workspace);
        NetworkValues::Tensors tensors;
        ++m_badge.points;
        bool finite = true;
        for (std::size_t i = 0; i < found.size(); ++i) {
            Result<double> expected = m_values.value(m_formula.results[i], point.inFile, tensors);
            if (!expected)
                return tl::unexpected(expected.error());
            if (!std::isfinite(*expected)) {
                finite = false;
                continue;
            }
            m_ranges[i] = {std::min(m_ranges[i].lower, *expected), std::max(m_ranges[i].upper, *expected)};
            if (Result<void> held = compare(i, found[i], *expected, point); !held)
                return held;
        }
        if (!finite) {
            --m_badge.points;
            ++m_badge.notFinite;
        }
        return {};
    }

    Result<void> compare(std::size_t result, Tape::Rounded found, double expected, const CheckPoint& point)
    {
        const double difference = std::fabs(found.value - expected);
        // Along many steps of a recurrent layer the bound grows until it is no number; rounding itself does not.
        // The network's enclosure is as wide then, and says nothing.
        const bool isLost = std::isnan(found.error);
        const double error = isLost ? lostError * (1 + std::fabs(expected)) : found.error;
        double tolerance = roundingAllowance * error;
        const bool isExact = m_formula.badge.kind != Badge::Kind::Measured;
        if (isExact && !isLost && !(difference <= tolerance))
            tolerance += m_values.rounding(m_formula.results[result], point.inFile);
        if (isExact && !(difference <= tolerance))
            return failure(ErrorCode::Internal, refusal(result, found.value, expected, tolerance, point));
        if (std::isfinite(found.error) && found.error > std::numeric_limits<double>::min())
            m_badge.combinedRounding = std::max(m_badge.combinedRounding, found.error);
        if (difference >= m_badge.largestDifference || m_badge.worstPoint.empty()) {
            m_badge.largestDifference = difference;
            m_badge.tolerance = tolerance;
            m_badge.worstPoint = point.inFile;
            m_worstResult = result;
        }
        return {};
    }

    std::string refusal(
        std::size_t result, double found, double expected, double tolerance, const CheckPoint& point) const
    {
        std::string at;
        constexpr std::size_t shown = 6;
        for (std::size_t i = 0; i < std::min(point.variables.size(), shown); ++i)
            at += (i == 0 ? "" : ", ") + m_formula.variables[i].symbol + " = " + shortest(point.variables[i]);
        if (point.variables.size() > shown)
            at += ", ...";
        return "the formula does not hold: '" + m_formula.results[result].symbol + "' is " + shortest(found) + " at "
            + (at.empty() ? "the reference point" : at) + ", the network gives " + shortest(expected) + " (difference "
            + legible(std::fabs(found - expected), 3) + ", rounding explains " + legible(tolerance, 3) + " at most)";
    }

    /// A measured law must still touch the network at the reference point, in value and in slope.
    Result<void> checkTangent()
    {
        if (m_formula.form != Form::Law || m_formula.badge.kind != Badge::Kind::Measured)
            return {};
        const CheckPoint point = m_points.reference();
        std::vector<double> values(m_formula.results.size());
        std::vector<double> jacobian(values.size() * point.variables.size());
        m_tape.differentiate(point.variables, values, jacobian, m_workspace);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const ResultEquation& result = m_formula.results[i];
            if (result.derivativeBy)
                continue;
            NetworkValues::Tensors tensors;
            const Result<double> expected = m_values.value(result, point.inFile, tensors);
            if (!expected)
                return tl::unexpected(expected.error());
            const double tolerance = 1e-9 * (1 + std::fabs(*expected)) + m_values.rounding(result, point.inFile);
            if (std::isfinite(*expected) && !(std::fabs(values[i] - *expected) <= tolerance))
                return failure(ErrorCode::Internal, refusal(i, values[i], *expected, tolerance, point));
            if (Result<void> slope = checkSlope(
                    i, std::span(jacobian).subspan(i * point.variables.size(), point.variables.size()), point.inFile);
                !slope)
                return slope;
        }
        return {};
    }

    /// Along one direction for all variables at once.
    Result<void> checkSlope(std::size_t number, std::span<const double> slopes, const std::vector<double>& point) const
    {
        const ResultEquation& result = m_formula.results[number];
        std::vector<double> direction(point.size());
        double found = 0;
        double size = 0;
        for (std::size_t i = 0; i < slopes.size(); ++i) {
            const Variable& variable = m_formula.variables[i];
            const double step = 0.5 + m_random.uniform(0, i);
            direction[variable.inputElement] = step / variable.scaling.scale;
            found += slopes[i] * step;
            size += std::fabs(slopes[i] * step);
        }
        double expected = 0;
        for (const auto& [element, sign] : NetworkValues::parts(result)) {
            const auto slope = reference::slope(m_network, element.tensor, point, direction);
            if (!slope)
                return tl::unexpected(slope.error());
            expected += sign * result.scaling.scale * (*slope)[element.element].slope;
        }
        if (std::isfinite(expected) && !(std::fabs(found - expected) <= 1e-9 * (size + std::fabs(expected) + 1e-300)))
            return failure(ErrorCode::Internal,
                "the law's slopes do not hold for '" + result.symbol + "': along a test direction they give "
                    + shortest(found) + ", the network " + shortest(expected));
        return {};
    }

    const PreparedNetwork& m_network;
    const Formula& m_formula;
    NetworkValues m_values;
    CheckPoints m_points;
    Tape m_tape;
    Random m_random;
    Tape::Workspace m_workspace;
    std::vector<Interval> m_ranges; ///< of the network, by result
    std::size_t m_worstResult = 0;
    Badge m_badge;
};

Result<void> checkCovered(const PreparedNetwork& network, const Formula& formula)
{
    std::vector<int> covered(network.inputCount());
    const auto cover = [&covered](std::size_t element) {
        if (element < covered.size())
            ++covered[element];
    };
    for (const Variable& variable : formula.variables)
        cover(variable.inputElement);
    for (const HeldInput& held : formula.held)
        cover(held.inputElement);
    for (std::size_t i = 0; i < covered.size(); ++i) {
        if (covered[i] != 1)
            return failure(ErrorCode::BadQuestion,
                "the formula belongs to another network: input element " + std::to_string(i + 1) + " appears "
                    + std::to_string(covered[i]) + " times among its variables and fixed inputs, expected once");
    }
    if (formula.results.empty())
        return failure(ErrorCode::BadQuestion, "the formula has no result");
    return {};
}

} // namespace

Result<Badge> checkFormula(const PreparedNetwork& network, const Formula& formula, std::size_t points,
    std::uint64_t seed, const Progress& progress)
{
    if (Result<void> covered = checkCovered(network, formula); !covered)
        return tl::unexpected(covered.error());
    Result<Tape> tape = tapeOf(formula, network.inputCount());
    if (!tape)
        return tl::unexpected(tape.error());
    return Comparison(network, formula, std::move(*tape), seed).run(points, progress);
}

} // namespace formulens
