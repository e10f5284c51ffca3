// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Law.h"

#include "core/base/Joined.h"
#include "core/formula/NeuronsForm.h"
#include "core/functions/Catalogue.h"

#include <algorithm>
#include <cmath>
#include <set>

/* The law
 *
 * Every unit is replaced by its tangent at the point, u = sum of slope_k z_k + rest. Pulled backwards from a result
 * (adjoints) this gives one row of K and the constant; pushed forwards (one row a unit) it gives the operands z_k as
 * affine functions of the inputs, which the region is written with: a ReLU that is on at the point is on where z >= 0.
 */

namespace formulens {

namespace {

/// constant + sum of slope * variable, over the formula's variables.
struct Row
{
    std::vector<double> slopes;
    double constant = 0;
};

/// A unit's tangent at the point.
struct Tangent
{
    double value = 0;
    std::vector<double> operands; ///< values
    std::vector<double> slopes; ///< by operand
    double rest = 0; ///< value - sum of slope * operand
};

constexpr double largestRegionWork = 1e9; ///< multiply-adds for the operands' rows
constexpr double largestRegion = 2e6; ///< coefficients of all inequalities
constexpr double tolerableLoss = 10;

class Linearisation
{
public:
    explicit Linearisation(const System& system) : m_system(system), m_equations(*system.equations)
    {
        for (std::size_t i = 0; i < system.core.entries.size(); ++i) {
            const AffineStep& entry = system.core.entries[i];
            m_columns.push_back(columnOf(system.core.source[i]));
            const double at = m_columns.back() ? system.subject.variables[*m_columns.back()].reference : 0.0;
            m_values.push_back(entry.offset + entry.slope * at);
        }
        for (std::size_t unit = 0; unit < m_equations.unitCount(); ++unit)
            addTangent(UnitIndex(unit));
    }

    const std::vector<Tangent>& tangents() const { return m_tangents; }

    double valueOf(const FormView& form) const
    {
        double value = form.constant;
        for (std::size_t i = 0; i < form.size(); ++i)
            value += form.coefficients[i] * m_values[form.ids[i]];
        return value;
    }

    /// The affine function that the form is near the point.
    Row pulledBack(const FormView& form) const
    {
        std::vector<double> adjoints(m_values.size());
        double constant = form.constant;
        addScaled(form, 1, adjoints);
        for (std::size_t unit = m_equations.unitCount(); unit-- > 0;) {
            const double adjoint = adjoints[m_equations.termOf(UnitIndex(unit))];
            if (adjoint == 0)
                continue;
            const Tangent& tangent = m_tangents[unit];
            constant += adjoint * tangent.rest;
            for (std::size_t k = 0; k < tangent.slopes.size(); ++k) {
                const FormView operand = m_equations.operand(UnitIndex(unit), k);
                constant += adjoint * tangent.slopes[k] * operand.constant;
                addScaled(operand, adjoint * tangent.slopes[k], adjoints);
            }
        }
        Row row{std::vector<double>(m_system.subject.variables.size()), constant};
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            addEntry(row, i, adjoints[i]);
        return row;
    }

    /// Rows of all terms, inputs first: what the operands of units are made of.
    std::vector<Row> pushedForward(const Progress& progress) const
    {
        std::vector<Row> rows;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            rows.push_back({std::vector<double>(m_system.subject.variables.size()), 0});
            addEntry(rows.back(), i, 1);
        }
        for (std::size_t unit = 0; unit < m_equations.unitCount() && !progress.stopped(); ++unit) {
            const Tangent& tangent = m_tangents[unit];
            Row row{std::vector<double>(m_system.subject.variables.size()), tangent.rest};
            for (std::size_t k = 0; k < tangent.slopes.size(); ++k)
                addScaled(operandRow(rows, UnitIndex(unit), k), tangent.slopes[k], row);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    Row operandRow(const std::vector<Row>& rows, UnitIndex unit, std::size_t number) const
    {
        const FormView form = m_equations.operand(unit, number);
        Row sum{std::vector<double>(m_system.subject.variables.size()), form.constant};
        for (std::size_t i = 0; i < form.size(); ++i)
            addScaled(rows[form.ids[i]], form.coefficients[i], sum);
        return sum;
    }

private:
    std::optional<std::size_t> columnOf(std::optional<std::size_t> inputElement) const
    {
        const std::vector<Variable>& variables = m_system.subject.variables;
        for (std::size_t column = 0; inputElement && column < variables.size(); ++column) {
            if (variables[column].inputElement == *inputElement)
                return column;
        }
        return std::nullopt;
    }

    void addTangent(UnitIndex unit)
    {
        const Function& f = m_equations.function(unit);
        const std::span<const double> parameters = m_equations.parameters(unit);
        Tangent tangent;
        for (std::size_t k = 0; k < m_equations.unit(unit).operandCount; ++k)
            tangent.operands.push_back(valueOf(m_equations.operand(unit, k)));
        tangent.value = f.value(tangent.operands, parameters);
        tangent.slopes.resize(tangent.operands.size());
        f.slopes(tangent.operands, parameters, tangent.value, tangent.slopes);
        tangent.rest = tangent.value;
        for (std::size_t k = 0; k < tangent.slopes.size(); ++k)
            tangent.rest -= tangent.slopes[k] * tangent.operands[k];
        m_values.push_back(tangent.value);
        m_tangents.push_back(std::move(tangent));
    }

    static void addScaled(const FormView& form, double factor, std::vector<double>& adjoints)
    {
        for (std::size_t i = 0; i < form.size(); ++i)
            adjoints[form.ids[i]] += factor * form.coefficients[i];
    }

    static void addScaled(const Row& row, double factor, Row& sum)
    {
        if (factor == 0)
            return;
        sum.constant += factor * row.constant;
        for (std::size_t i = 0; i < row.slopes.size(); ++i)
            sum.slopes[i] += factor * row.slopes[i];
    }

    void addEntry(Row& row, std::size_t entry, double factor) const
    {
        row.constant += factor * m_system.core.entries[entry].offset;
        if (m_columns[entry])
            row.slopes[*m_columns[entry]] += factor * m_system.core.entries[entry].slope;
    }

    const System& m_system;
    const Equations& m_equations;
    std::vector<std::optional<std::size_t>> m_columns; ///< variable of each entry
    std::vector<double> m_values; ///< of all terms at the point
    std::vector<Tangent> m_tangents;
};

/// Writes affine functions of the variables, as c + K x or about the point.
class AffineWriting
{
public:
    explicit AffineWriting(const std::vector<Variable>& variables) : m_variables(variables) { }

    Expression aboutThePoint(const Row& row, double valueAtThePoint) const
    {
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t i = 0; i < m_variables.size(); ++i) {
            const Expression symbol = Expression::symbol(m_variables[i].symbol);
            terms.emplace_back(row.slopes[i], Expression::sum(-m_variables[i].reference, {{1.0, symbol}}));
        }
        return Expression::sum(valueAtThePoint, std::move(terms));
    }

    Expression plain(const Row& row) const
    {
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t i = 0; i < m_variables.size(); ++i)
            terms.emplace_back(row.slopes[i], Expression::symbol(m_variables[i].symbol));
        return Expression::sum(row.constant, std::move(terms));
    }

    Expression best(const Row& row) const
    {
        double size = std::fabs(row.constant);
        double width = 0;
        double value = row.constant;
        for (std::size_t i = 0; i < m_variables.size(); ++i) {
            const Interval& domain = m_variables[i].domain;
            size += std::fabs(row.slopes[i]) * std::max(std::fabs(domain.lower), std::fabs(domain.upper));
            width += std::fabs(row.slopes[i]) * domain.width();
            value += row.slopes[i] * m_variables[i].reference;
        }
        return width > 0 && size > tolerableLoss * width ? aboutThePoint(row, value) : plain(row);
    }

private:
    const std::vector<Variable>& m_variables;
};

bool isPiecewiseLinear(const Equations& equations)
{
    for (std::size_t unit = 0; unit < equations.unitCount(); ++unit) {
        if (!equations.function(UnitIndex(unit)).piecewiseLinear)
            return false;
    }
    return true;
}

struct Neuron
{
    std::string symbol;
    std::string name;
};

/// Collects inequalities row <= 0, each once.
class Region
{
public:
    explicit Region(const AffineWriting& writing) : m_writing(writing) { }

    void add(Row row, const Neuron& neuron, const std::string& side)
    {
        double largest = 0;
        for (const double slope : row.slopes)
            largest = std::max(largest, std::fabs(slope));
        if (largest == 0)
            return; // the same for every input, and true at the point
        std::vector<float> direction;
        for (const double slope : row.slopes)
            direction.push_back(static_cast<float>(slope / largest));
        direction.push_back(static_cast<float>(row.constant / largest));
        if (isKnown(direction, row, largest))
            return;
        m_rows.emplace(std::move(direction), scaled(row, largest));
        inequalities.push_back({m_writing.best(row), false, neuron.symbol, side, neuron.name});
    }

    std::vector<RegionInequality> inequalities;

private:
    static Row scaled(Row row, double largest)
    {
        for (double& slope : row.slopes)
            slope /= largest;
        row.constant /= largest;
        return row;
    }

    /// The same half space up to rounding: neurons that are multiples of each other.
    bool isKnown(const std::vector<float>& direction, const Row& row, double largest) const
    {
        const auto [first, last] = m_rows.equal_range(direction);
        const Row own = scaled(row, largest);
        return std::any_of(first, last, [&own](const auto& known) {
            constexpr double same = 1e-13;
            bool equal = std::fabs(known.second.constant - own.constant) <= same * (1 + std::fabs(own.constant));
            for (std::size_t i = 0; i < own.slopes.size(); ++i)
                equal = equal && std::fabs(known.second.slopes[i] - own.slopes[i]) <= same;
            return equal;
        });
    }

    const AffineWriting& m_writing;
    std::multimap<std::vector<float>, Row> m_rows;
};

Row difference(const Row& a, const Row& b)
{
    Row row = a;
    row.constant -= b.constant;
    for (std::size_t i = 0; i < row.slopes.size(); ++i)
        row.slopes[i] -= b.slopes[i];
    return row;
}

Row shifted(Row row, double constant)
{
    row.constant += constant;
    return row;
}

Row negated(Row row)
{
    row.constant = -row.constant;
    for (double& slope : row.slopes)
        slope = -slope;
    return row;
}

/// The half spaces in which one unit keeps its piece, and whether the point lies on their border.
class Pieces
{
public:
    Pieces(const System& system, Region& region) : m_system(system), m_region(region) { }

    std::vector<std::string> onKink;

    void add(UnitIndex unit, const Tangent& tangent, const std::vector<Row>& operands)
    {
        const Equations& equations = *m_system.equations;
        const FunctionId id = equations.unit(unit).function;
        const Neuron neuron = neuronOf(unit);
        if (id == idOf<functions::Relu>() || id == idOf<functions::LeakyRelu>() || id == idOf<functions::Abs>())
            addSwitch(neuron, tangent.operands[0], operands[0]);
        else if (id == idOf<functions::Clip>())
            addClip(neuron, tangent.operands[0], operands[0], equations.parameters(unit));
        else if (id == idOf<functions::Max>() || id == idOf<functions::Min>())
            addChoice(neuron, tangent, operands, id == idOf<functions::Max>() ? 1 : -1);
    }

private:
    Neuron neuronOf(UnitIndex unit) const
    {
        const auto names = m_system.equations->namesOf(unit);
        if (names.empty())
            return {"", "an inner sum"};
        return {m_system.subject.elementSymbols.symbol(names[0]),
            m_system.subject.network->elementName(names[0].tensor, names[0].element)};
    }

    void addSwitch(const Neuron& neuron, double z, const Row& row)
    {
        if (z == 0)
            onKink.push_back(neuron.name);
        if (z > 0)
            m_region.add(negated(row), neuron, "is on");
        else
            m_region.add(row, neuron, "is off");
    }

    void addClip(const Neuron& neuron, double z, const Row& row, std::span<const double> limits)
    {
        if (z == limits[0] || z == limits[1])
            onKink.push_back(neuron.name);
        if (z < limits[0])
            m_region.add(shifted(row, -limits[0]), neuron, "is at its lower limit");
        if (z > limits[1])
            m_region.add(shifted(negated(row), limits[1]), neuron, "is at its upper limit");
        if (z < limits[0] || z > limits[1])
            return;
        if (std::isfinite(limits[0]))
            m_region.add(shifted(negated(row), limits[0]), neuron, "is above its lower limit");
        if (std::isfinite(limits[1]))
            m_region.add(shifted(row, -limits[1]), neuron, "is below its upper limit");
    }

    /// sign * (z_other - z_chosen) <= 0
    void addChoice(const Neuron& neuron, const Tangent& tangent, const std::vector<Row>& operands, double sign)
    {
        std::size_t chosen = 0;
        for (std::size_t k = 1; k < operands.size(); ++k) {
            if (sign * tangent.operands[k] > sign * tangent.operands[chosen])
                chosen = k;
        }
        for (std::size_t k = 0; k < operands.size(); ++k) {
            if (k == chosen)
                continue;
            if (tangent.operands[k] == tangent.operands[chosen])
                onKink.push_back(neuron.name);
            const Row row
                = sign > 0 ? difference(operands[k], operands[chosen]) : difference(operands[chosen], operands[k]);
            m_region.add(row, neuron, "takes its operand " + std::to_string(chosen + 1));
        }
    }

    const System& m_system;
    Region& m_region;
};

double regionSize(const System& system)
{
    double operands = 0;
    for (std::size_t unit = 0; unit < system.equations->unitCount(); ++unit)
        operands += static_cast<double>(system.equations->unit(UnitIndex(unit)).operandCount);
    return operands * static_cast<double>(system.subject.variables.size());
}

double regionWork(const System& system)
{
    return static_cast<double>(system.equations->termCount()) * static_cast<double>(system.subject.variables.size());
}

Result<void> writeRegion(Formula& formula, const System& system, const Linearisation& linear,
    const AffineWriting& writing, const Progress& progress)
{
    Region region(writing);
    Pieces pieces(system, region);
    const std::vector<Row> rows = linear.pushedForward(progress);
    if (progress.stopped())
        return failure(ErrorCode::Cancelled, "stopped");
    for (std::size_t unit = 0; unit < system.equations->unitCount(); ++unit) {
        std::vector<Row> operands;
        for (std::size_t k = 0; k < system.equations->unit(UnitIndex(unit)).operandCount; ++k)
            operands.push_back(linear.operandRow(rows, UnitIndex(unit), k));
        pieces.add(UnitIndex(unit), linear.tangents()[unit], operands);
    }
    formula.region = std::move(region.inequalities);
    if (!pieces.onKink.empty())
        formula.badge.remarks.push_back("Neurons on a kink at the point: " + firstOf(pieces.onKink, 5)
            + "; the law is that of the side that the operator's own slope takes.");
    return {};
}

} // namespace

Result<Formula> lawForm(const System& system, const Progress& progress)
{
    const Linearisation linear(system);
    const AffineWriting writing(system.subject.variables);
    const bool piecewise = isPiecewiseLinear(*system.equations);
    Formula formula = withoutEquations(system.subject, Form::Law);
    for (std::size_t i = 0; i < system.plans.size(); ++i) {
        const ResultPlan& plan = system.plans[i];
        Row row = linear.pulledBack(system.equations->output(plan.output));
        double value = linear.valueOf(system.equations->output(plan.output));
        if (plan.subtracted) {
            row = difference(row, linear.pulledBack(system.equations->output(*plan.subtracted)));
            value -= linear.valueOf(system.equations->output(*plan.subtracted));
        }
        for (double& slope : row.slopes)
            slope *= plan.exit.slope;
        row.constant = plan.exit.offset + plan.exit.slope * row.constant;
        value = plan.exit.offset + plan.exit.slope * value;
        const bool finite = std::isfinite(value) && std::isfinite(row.constant)
            && std::all_of(row.slopes.begin(), row.slopes.end(), [](double slope) { return std::isfinite(slope); });
        if (!finite)
            return failure(ErrorCode::BadQuestion,
                "'" + system.subject.targets[i].sourceName
                    + "' or its slope is not finite at the reference point: there is no law");
        const Target& target = system.subject.targets[i];
        formula.results.push_back({target.symbol, target.sourceName, target.description, target.unit, target.element,
            target.subtracted, target.scaling, {}, piecewise ? writing.best(row) : writing.aboutThePoint(row, value)});
    }
    formula.badge.kind = Badge::Kind::Measured;
    if (!piecewise)
        return formula;
    if (regionSize(system) > largestRegion || regionWork(system) > largestRegionWork) {
        formula.badge.remarks.push_back(
            "The law is exact around the point, but its region has too many inequalities to be written.");
        return formula;
    }
    formula.badge.kind = Badge::Kind::ExactInRegion;
    if (Result<void> written = writeRegion(formula, system, linear, writing, progress); !written)
        return tl::unexpected(written.error());
    return formula;
}

} // namespace formulens
