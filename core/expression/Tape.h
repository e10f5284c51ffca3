// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Expression.h"

#include <cstdint>
#include <unordered_map>

namespace formulens {

/// Expressions compiled to a flat list of steps, each shared part once: for values at many points. Immutable; may be
/// used from several threads at once, each with its own Workspace.
class Tape
{
public:
    /// A value, and a bound in first order of what rounding may have done to it: each step adds its own rounding to
    /// that of its operands, sums by the running sum of |terms|.
    struct Rounded
    {
        double value = 0;
        double error = 0;
    };

    struct Workspace
    {
        std::vector<double> values;
        std::vector<double> errors;
        std::vector<double> adjoints;
        std::vector<double> operands;
        std::vector<double> slopes;
    };

    /// `symbols` are the columns of a point. A symbol that is in none of them is worth NaN.
    Tape(std::span<const Expression> results, std::span<const std::string> symbols);

    /// The same with definitions, each of which may use symbols and earlier definitions. They win over columns.
    Tape(std::span<const std::pair<std::string, Expression>> definitions, std::span<const Expression> results,
        std::span<const std::string> symbols);

    std::size_t resultCount() const { return m_results.size(); }
    std::size_t stepCount() const { return m_steps.size(); }

    /// point: one number a symbol; values: one a result.
    void evaluate(std::span<const double> point, std::span<double> values, Workspace& workspace) const;
    void evaluate(std::span<const double> point, std::span<Rounded> values, Workspace& workspace) const;

    /// jacobian: row-major results x symbols; slopes at kinks are the functions' own.
    void differentiate(std::span<const double> point, std::span<double> values, std::span<double> jacobian,
        Workspace& workspace) const;

private:
    enum class Kind : std::uint8_t
    {
        Number, ///< weight
        Symbol, ///< column `first`
        Sum, ///< weight + sum of coefficient * operand
        Product,
        Power, ///< exponent is weight
        Call
    };

    struct Step
    {
        Kind kind = Kind::Number;
        double weight = 0;
        std::uint32_t first = 0; ///< of its operands in m_operands, or its column
        std::uint32_t count = 0;
        const Function* function = nullptr;
        std::uint32_t firstParameter = 0;
    };

    using Columns = std::unordered_map<std::string, std::uint32_t>;

    void compile(const Expression& expression, const std::vector<std::uint32_t>& operands, const Columns& columns);
    double valueOf(const Step& step, std::span<const double> point, Workspace& workspace) const;
    double errorOf(const Step& step, double value, Workspace& workspace) const;
    double errorOfCall(const Step& step, double value, Workspace& workspace) const;
    void pullBack(const Step& step, std::size_t position, std::span<double> gradient, Workspace& workspace) const;
    std::span<const double> parametersOf(const Step& step) const;
    void gatherOperands(const Step& step, Workspace& workspace) const;

    std::vector<Step> m_steps;
    std::vector<std::uint32_t> m_operands; ///< steps
    std::vector<double> m_coefficients; ///< parallel to m_operands; 1 outside of sums
    std::vector<double> m_parameters;
    std::vector<std::uint32_t> m_results; ///< steps
};

} // namespace formulens
