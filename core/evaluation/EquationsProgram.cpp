// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Program.h"

#include "core/equations/Equations.h"

#include <algorithm>
#include <array>

// Equations at many points: `lanes` points at a time, each value of the system as one row of lanes, so that a sum of
// terms is a row times a number added to a row. Slopes go backwards where there are no more outputs than inputs
// (adjoint of every value), else forwards (tangent of every value).
namespace formulens {

namespace {

constexpr std::size_t lanes = 64;
using Row = std::array<double, lanes>;

void addScaled(Row& sum, double weight, const Row& row)
{
    for (std::size_t lane = 0; lane < lanes; ++lane)
        sum[lane] += weight * row[lane];
}

/// What one block of points needs; made once a call and used again for each block.
struct Workspace
{
    std::vector<Row> values; ///< by term: inputs, then units
    std::vector<Row> slopes; ///< by operand of the units, where slopes are wanted
    std::vector<Row> derived; ///< adjoints or tangents, by term
    std::vector<Row> operands;
    std::vector<double> x;
    std::vector<double> slope;
};

class EquationsProgram final : public Program
{
public:
    explicit EquationsProgram(std::shared_ptr<const Equations> equations) : m_equations(std::move(equations))
    {
        for (std::size_t i = 0; i < m_equations->unitCount(); ++i) {
            m_firstSlope.push_back(m_operandCount);
            const std::size_t operands = m_equations->unit(UnitIndex(i)).operandCount;
            m_operandCount += operands;
            m_mostOperands = std::max(m_mostOperands, operands);
        }
    }

    std::size_t inputCount() const override { return m_equations->inputCount(); }
    std::size_t outputCount() const override { return m_equations->outputCount(); }

    Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress) const override
    {
        return forBlocks(points, values, {}, progress);
    }

    Result<void> differentiate(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const override
    {
        return forBlocks(points, values, jacobians, progress);
    }

private:
    Result<void> forBlocks(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const
    {
        // Without inputs every point is the same, and their number is known from the values alone.
        const std::size_t count = values.size() / std::max<std::size_t>(1, outputCount());
        Workspace work = workspace(!jacobians.empty());
        for (std::size_t first = 0; first < count; first += lanes) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            const std::size_t active = std::min(lanes, count - first);
            load(points.subspan(first * inputCount(), active * inputCount()), work);
            push(work, !jacobians.empty(), active);
            store(work, values.subspan(first * outputCount(), active * outputCount()));
            if (!jacobians.empty())
                differentiateBlock(work,
                    jacobians.subspan(first * outputCount() * inputCount(), active * outputCount() * inputCount()));
            progress.report(static_cast<double>(first + active) / static_cast<double>(count));
        }
        return {};
    }

    Workspace workspace(bool withSlopes) const
    {
        Workspace work;
        const std::size_t terms = inputCount() + m_equations->unitCount();
        work.values.resize(terms);
        work.operands.resize(m_mostOperands);
        work.x.resize(m_mostOperands);
        work.slope.resize(m_mostOperands);
        if (withSlopes) {
            work.slopes.resize(m_operandCount);
            work.derived.resize(terms);
        }
        return work;
    }

    void load(std::span<const double> points, Workspace& work) const
    {
        const std::size_t inputs = inputCount();
        for (std::size_t i = 0; i < points.size(); ++i)
            work.values[i % inputs][i / inputs] = points[i];
    }

    void push(Workspace& work, bool withSlopes, std::size_t active) const
    {
        for (std::size_t i = 0; i < m_equations->unitCount(); ++i) {
            const UnitIndex unit(i);
            const std::size_t operands = m_equations->unit(unit).operandCount;
            for (std::size_t k = 0; k < operands; ++k)
                work.operands[k] = valueOf(m_equations->operand(unit, k), work.values);
            apply(unit, operands, withSlopes, active, work);
        }
    }

    static Row valueOf(FormView form, const std::vector<Row>& values)
    {
        Row sum;
        sum.fill(form.constant);
        for (std::size_t i = 0; i < form.size(); ++i)
            addScaled(sum, form.coefficients[i], values[form.ids[i]]);
        return sum;
    }

    void apply(UnitIndex unit, std::size_t operands, bool withSlopes, std::size_t active, Workspace& work) const
    {
        const Function& function = m_equations->function(unit);
        const std::span<const double> parameters = m_equations->parameters(unit);
        const std::span<double> x(work.x.data(), operands);
        const std::span<double> slope(work.slope.data(), operands);
        Row& result = work.values[m_equations->termOf(unit)];
        for (std::size_t lane = 0; lane < active; ++lane) {
            for (std::size_t k = 0; k < operands; ++k)
                x[k] = work.operands[k][lane];
            result[lane] = function.value(x, parameters);
            if (!withSlopes)
                continue;
            function.slopes(x, parameters, result[lane], slope);
            for (std::size_t k = 0; k < operands; ++k)
                work.slopes[m_firstSlope[unit.position()] + k][lane] = slope[k];
        }
    }

    void store(const Workspace& work, std::span<double> values) const
    {
        for (std::size_t output = 0; output < outputCount(); ++output) {
            const Row row = valueOf(m_equations->output(output), work.values);
            for (std::size_t lane = 0; lane * outputCount() < values.size(); ++lane)
                values[lane * outputCount() + output] = row[lane];
        }
    }

    void differentiateBlock(Workspace& work, std::span<double> jacobians) const
    {
        if (outputCount() <= inputCount())
            for (std::size_t output = 0; output < outputCount(); ++output)
                pullAdjoints(work, output, jacobians);
        else
            for (std::size_t input = 0; input < inputCount(); ++input)
                pushTangents(work, input, jacobians);
    }

    void pullAdjoints(Workspace& work, std::size_t output, std::span<double> jacobians) const
    {
        std::ranges::fill(work.derived, Row{});
        const auto spread = [&](FormView form, const Row& adjoint) {
            for (std::size_t i = 0; i < form.size(); ++i)
                addScaled(work.derived[form.ids[i]], form.coefficients[i], adjoint);
        };
        Row one;
        one.fill(1.0);
        spread(m_equations->output(output), one);
        for (std::size_t i = m_equations->unitCount(); i-- > 0;) {
            const UnitIndex unit(i);
            const Row adjoint = work.derived[m_equations->termOf(unit)];
            if (std::ranges::all_of(adjoint, [](double value) { return value == 0.0; }))
                continue;
            for (std::size_t k = 0; k < m_equations->unit(unit).operandCount; ++k) {
                Row chained;
                const Row& slope = work.slopes[m_firstSlope[i] + k];
                for (std::size_t lane = 0; lane < lanes; ++lane)
                    chained[lane] = adjoint[lane] * slope[lane];
                spread(m_equations->operand(unit, k), chained);
            }
        }
        for (std::size_t input = 0; input < inputCount(); ++input)
            storeSlope(work.derived[input], output, input, jacobians);
    }

    void pushTangents(Workspace& work, std::size_t input, std::span<double> jacobians) const
    {
        std::ranges::fill(std::span(work.derived).first(inputCount()), Row{});
        work.derived[input].fill(1.0);
        const auto tangentOf = [&](FormView form) {
            Row sum{};
            for (std::size_t i = 0; i < form.size(); ++i)
                addScaled(sum, form.coefficients[i], work.derived[form.ids[i]]);
            return sum;
        };
        for (std::size_t i = 0; i < m_equations->unitCount(); ++i) {
            const UnitIndex unit(i);
            Row sum{};
            for (std::size_t k = 0; k < m_equations->unit(unit).operandCount; ++k) {
                const Row tangent = tangentOf(m_equations->operand(unit, k));
                const Row& slope = work.slopes[m_firstSlope[i] + k];
                for (std::size_t lane = 0; lane < lanes; ++lane)
                    sum[lane] += slope[lane] * tangent[lane];
            }
            work.derived[m_equations->termOf(unit)] = sum;
        }
        for (std::size_t output = 0; output < outputCount(); ++output)
            storeSlope(tangentOf(m_equations->output(output)), output, input, jacobians);
    }

    void storeSlope(const Row& row, std::size_t output, std::size_t input, std::span<double> jacobians) const
    {
        const std::size_t pairs = outputCount() * inputCount();
        for (std::size_t lane = 0; lane * pairs < jacobians.size(); ++lane)
            jacobians[lane * pairs + output * inputCount() + input] = row[lane];
    }

    std::shared_ptr<const Equations> m_equations;
    std::vector<std::size_t> m_firstSlope; ///< of each unit, among all operands
    std::size_t m_operandCount = 0;
    std::size_t m_mostOperands = 0;
};

} // namespace

std::shared_ptr<const Program> compile(std::shared_ptr<const Equations> equations)
{
    return std::make_shared<EquationsProgram>(std::move(equations));
}

} // namespace formulens
