// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/formula/FormulaProgram.h"
#include "core/formula/Subject.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

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

constexpr double allowance = 64;

/// A point in the numbers of the formula's variables, and the same for the network.
struct CheckPoint
{
    std::vector<double> variables;
    std::vector<double> inFile;
};

/// What the network says of one result.
struct NetworkValue
{
    double value = 0;
    double rounding = 0; ///< what rounding may have done to it; filled where it is asked for
};

class Comparison
{
public:
    Comparison(const PreparedNetwork& network, const Formula& formula, Tape tape, std::uint64_t seed)
        : m_network(network), m_formula(formula), m_tape(std::move(tape)), m_random(seed)
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
        for (const HalfSpace& inequality : m_region) {
            if (!(inequality.atReference <= 1e-9 * (1 + std::fabs(inequality.size()))))
                return failure(
                    ErrorCode::Internal, "the reference point does not lie in the region that the law states");
        }
        m_ranges.assign(m_formula.results.size(),
            {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()});
        for (std::size_t sample = 0; sample < points; ++sample) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            if (Result<void> held = compareAt(pointOf(sample)); !held)
                return tl::unexpected(held.error());
            progress.report(static_cast<double>(sample + 1) / static_cast<double>(points));
        }
        if (Result<void> tangent = checkTangent(); !tangent)
            return tl::unexpected(tangent.error());
        const Interval range = m_ranges[m_worstResult];
        m_badge.outputRange = std::max(0.0, range.upper - range.lower);
        if (!std::isfinite(m_badge.outputRange))
            m_badge.outputRange = 0;
        return m_badge;
    }

private:
    /// The reference point, two corners, then points of the box; inside the region where the formula has one.
    CheckPoint pointOf(std::size_t sample) const
    {
        std::vector<double> variables;
        for (std::size_t i = 0; i < m_formula.variables.size(); ++i) {
            const Variable& variable = m_formula.variables[i];
            const double share = sample <= 2 ? static_cast<double>(sample) - 1 : m_random.uniform(sample, i);
            const double drawn = variable.domain.lower + share * variable.domain.width();
            variables.push_back(sample == 0 ? variable.reference : drawn);
        }
        if (m_formula.badge.kind == Badge::Kind::ExactInRegion)
            pullIntoRegion(variables);
        return {variables, inFile(variables)};
    }

    std::vector<double> inFile(const std::vector<double>& variables) const
    {
        std::vector<double> point(m_network.inputCount());
        for (std::size_t i = 0; i < variables.size(); ++i)
            point[m_formula.variables[i].inputElement] = toFile(m_formula.variables[i].scaling, variables[i]);
        for (const HeldInput& held : m_formula.held)
            point[held.inputElement] = toFile(held.scaling, held.value);
        return point;
    }

    /// Towards the reference point, which lies in the region, until all inequalities hold.
    void pullIntoRegion(std::vector<double>& variables) const
    {
        double share = 1;
        for (std::size_t i = 0; i < m_region.size(); ++i) {
            const double here = m_region[i].at(m_formula.variables, variables, 1);
            const double there = m_region[i].at(m_formula.variables, variables, 0);
            if (here > 0)
                share = std::min(share, there < 0 ? there / (there - here) : 0.0);
        }
        share *= share < 1 ? 0.999 : 1;
        for (std::size_t i = 0; i < variables.size(); ++i) {
            const double reference = m_formula.variables[i].reference;
            variables[i] = reference + share * (variables[i] - reference);
        }
    }

    Result<void> compareAt(const CheckPoint& point)
    {
        std::vector<Tape::Rounded> found(m_formula.results.size());
        m_tape.evaluate(point.variables, found, m_workspace);
        std::map<TensorIndex, std::vector<double>> tensors;
        ++m_badge.points;
        bool finite = true;
        for (std::size_t i = 0; i < found.size(); ++i) {
            Result<double> expected = networkValue(m_formula.results[i], point.inFile, tensors);
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
        double tolerance = allowance * found.error;
        const bool isExact = m_formula.badge.kind != Badge::Kind::Measured;
        if (isExact && !(difference <= tolerance))
            tolerance += roundingOf(m_formula.results[result], point.inFile);
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
            + shortest(rounded(std::fabs(found - expected), 3)) + ", rounding explains "
            + shortest(rounded(tolerance, 3)) + " at most)";
    }

    /// Value or slope of the network, in the numbers that the result shows.
    Result<double> networkValue(const ResultEquation& result, const std::vector<double>& point,
        std::map<TensorIndex, std::vector<double>>& tensors) const
    {
        double value = 0;
        for (const auto& [element, sign] : partsOf(result)) {
            if (!tensors.contains(element.tensor)) {
                Result<std::vector<double>> computed = tensorAt(element.tensor, result.derivativeBy, point);
                if (!computed)
                    return tl::unexpected(computed.error());
                tensors[element.tensor] = std::move(*computed);
            }
            const std::vector<double>& elements = tensors.at(element.tensor);
            if (element.element >= elements.size())
                return failure(ErrorCode::BadQuestion,
                    "the formula names element " + std::to_string(element.element) + " of a tensor that has "
                        + std::to_string(elements.size()));
            value += sign * elements[element.element];
        }
        return result.derivativeBy ? value * result.scaling.scale / scaleOf(*result.derivativeBy)
                                   : toShown(result.scaling, value);
    }

    static std::vector<std::pair<ElementReference, double>> partsOf(const ResultEquation& result)
    {
        std::vector<std::pair<ElementReference, double>> parts{{result.element, 1.0}};
        if (result.subtracted)
            parts.emplace_back(*result.subtracted, -1.0);
        return parts;
    }

    double scaleOf(std::size_t inputElement) const
    {
        for (const Variable& variable : m_formula.variables) {
            if (variable.inputElement == inputElement)
                return variable.scaling.scale;
        }
        return 1;
    }

    Result<std::vector<double>> tensorAt(
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

    /// What rounding may have done to the network's value at the point.
    double roundingOf(const ResultEquation& result, const std::vector<double>& point) const
    {
        if (result.derivativeBy)
            return slopeRounding(result, point);
        std::vector<Interval> box(point.begin(), point.end());
        double width = 0;
        for (const auto& [element, sign] : partsOf(result)) {
            const Result<std::vector<Interval>> enclosed = reference::enclose(m_network, element.tensor, box);
            if (!enclosed || element.element >= enclosed->size())
                return 0;
            width += (*enclosed)[element.element].width();
        }
        const double scaled = allowance * std::fabs(result.scaling.scale) * width;
        return std::isfinite(scaled) ? scaled : 0;
    }

    /// There is no enclosure of slopes. A slope that the formula states as a bare number (in a law) has no rounding of
    /// its own to compare with either: the network's slopes are right to 1e-11 of the largest of them.
    double slopeRounding(const ResultEquation& result, const std::vector<double>& point) const
    {
        double largest = 0;
        for (const auto& [element, sign] : partsOf(result)) {
            const auto slopes = tensorAt(element.tensor, result.derivativeBy, point);
            for (const double slope : slopes ? *slopes : std::vector<double>())
                largest = std::max(largest, std::fabs(slope));
        }
        return 1e-11 * std::fabs(result.scaling.scale / scaleOf(*result.derivativeBy)) * largest;
    }

    /// A measured law must still touch the network at the reference point, in value and in slope.
    Result<void> checkTangent()
    {
        if (m_formula.form != Form::Law || m_formula.badge.kind != Badge::Kind::Measured)
            return {};
        std::vector<double> variables;
        for (const Variable& variable : m_formula.variables)
            variables.push_back(variable.reference);
        const std::vector<double> point = inFile(variables);
        std::vector<double> values(m_formula.results.size());
        std::vector<double> jacobian(values.size() * variables.size());
        m_tape.differentiate(variables, values, jacobian, m_workspace);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const ResultEquation& result = m_formula.results[i];
            if (result.derivativeBy)
                continue;
            std::map<TensorIndex, std::vector<double>> tensors;
            const Result<double> expected = networkValue(result, point, tensors);
            if (!expected)
                return tl::unexpected(expected.error());
            const double tolerance = 1e-9 * (1 + std::fabs(*expected)) + roundingOf(result, point);
            if (std::isfinite(*expected) && !(std::fabs(values[i] - *expected) <= tolerance))
                return failure(ErrorCode::Internal, refusal(i, values[i], *expected, tolerance, {variables, point}));
            if (Result<void> slope
                = checkSlope(i, std::span(jacobian).subspan(i * variables.size(), variables.size()), point);
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
        for (const auto& [element, sign] : partsOf(result)) {
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

    /// An inequality's affine function along the way from the reference point to a point.
    struct HalfSpace
    {
        std::vector<double> slopes;
        double atReference = 0;

        double size() const
        {
            double sum = 0;
            for (const double slope : slopes)
                sum += std::fabs(slope);
            return sum;
        }

        double at(const std::vector<Variable>& variables, const std::vector<double>& point, double share) const
        {
            double value = atReference;
            for (std::size_t i = 0; i < slopes.size(); ++i)
                value += share * slopes[i] * (point[i] - variables[i].reference);
            return value;
        }
    };

public:
    void setRegion(const Tape& inequalities)
    {
        std::vector<double> variables;
        for (const Variable& variable : m_formula.variables)
            variables.push_back(variable.reference);
        std::vector<double> values(inequalities.resultCount());
        std::vector<double> jacobian(values.size() * variables.size());
        inequalities.differentiate(variables, values, jacobian, m_workspace);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto from = jacobian.begin() + static_cast<std::ptrdiff_t>(i * variables.size());
            m_region.push_back({{from, from + static_cast<std::ptrdiff_t>(variables.size())}, values[i]});
        }
    }

private:
    const PreparedNetwork& m_network;
    const Formula& m_formula;
    Tape m_tape;
    Random m_random;
    Tape::Workspace m_workspace;
    std::vector<HalfSpace> m_region;
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
    Comparison comparison(network, formula, std::move(*tape), seed);
    if (!formula.region.empty())
        comparison.setRegion(regionTape(formula));
    return comparison.run(points, progress);
}

} // namespace formulens
