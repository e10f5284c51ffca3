// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Residuals.h"

#include "core/formula/CheckPoints.h"
#include "core/formula/FormulaProgram.h"
#include "core/formula/NetworkValues.h"

#include <cmath>

namespace formulens {

namespace {

class Measurement
{
public:
    Measurement(const PreparedNetwork& network, const Formula& formula, std::size_t result, const Tape& tape)
        : m_formula(formula)
        , m_result(formula.results[result])
        , m_number(result)
        , m_values(network, formula)
        , m_tape(tape)
    {
    }

    Result<void> measureAt(const CheckPoint& point)
    {
        std::vector<Tape::Rounded> found(m_formula.results.size());
        m_tape.evaluate(point.variables, found, m_workspace);
        NetworkValues::Tensors computed;
        const Result<double> expected = m_values.value(m_result, point.inFile, computed);
        if (!expected)
            return tl::unexpected(expected.error());
        const double difference = found[m_number].value - *expected;
        if (std::isfinite(difference))
            add(point, found[m_number], *expected);
        else
            ++m_residuals.notFinite;
        return {};
    }

    Residuals take() { return std::move(m_residuals); }

private:
    void add(const CheckPoint& point, Tape::Rounded found, double expected)
    {
        const double difference = found.value - expected;
        if (m_residuals.count() > 0 && std::fabs(difference) > std::fabs(m_residuals.difference[m_residuals.worst]))
            m_residuals.worst = m_residuals.count();
        m_residuals.network.push_back(expected);
        m_residuals.difference.push_back(difference);
        if (m_formula.badge.kind != Badge::Kind::Measured)
            m_residuals.tolerance.push_back(toleranceAt(point, found, difference));
        m_residuals.points.insert(m_residuals.points.end(), point.inFile.begin(), point.inFile.end());
    }

    /// As in the check: the enclosure of the network, which is slow, only where the formula's own rounding is not
    /// enough.
    double toleranceAt(const CheckPoint& point, Tape::Rounded found, double difference) const
    {
        const double own = roundingAllowance * found.error;
        return std::fabs(difference) <= own ? own : own + m_values.rounding(m_result, point.inFile);
    }

    const Formula& m_formula;
    const ResultEquation& m_result;
    std::size_t m_number;
    NetworkValues m_values;
    const Tape& m_tape;
    Tape::Workspace m_workspace;
    Residuals m_residuals;
};

} // namespace

std::vector<double> Residuals::point(std::size_t index) const
{
    const std::size_t width = points.size() / count();
    const auto from = points.begin() + static_cast<std::ptrdiff_t>(index * width);
    return {from, from + static_cast<std::ptrdiff_t>(width)};
}

Result<Residuals> residualsOf(
    const PreparedNetwork& network, const Formula& formula, const ResidualRequest& request, const Progress& progress)
{
    if (request.result >= formula.results.size())
        return failure(ErrorCode::BadQuestion, "the formula has no such result");
    const std::size_t inputs = network.inputCount();
    if (!request.alsoAt.empty() && request.alsoAt.size() != inputs)
        return failure(ErrorCode::BadQuestion, "a point has one number for each input element");
    const Result<Tape> tape = tapeOf(formula, inputs);
    if (!tape)
        return tl::unexpected(tape.error());
    const CheckPoints points(formula, inputs, request.seed);
    Measurement measurement(network, formula, request.result, *tape);
    for (std::size_t sample = 0; sample < request.points; ++sample) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        if (Result<void> done = measurement.measureAt(points.at(sample)); !done)
            return tl::unexpected(done.error());
        progress.report(static_cast<double>(sample + 1) / static_cast<double>(request.points));
    }
    if (!request.alsoAt.empty()) {
        if (Result<void> done = measurement.measureAt(points.fromFile(request.alsoAt)); !done)
            return tl::unexpected(done.error());
    }
    return measurement.take();
}

} // namespace formulens
