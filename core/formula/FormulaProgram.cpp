// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/FormulaProgram.h"

#include "core/formula/Layers.h"

#include <algorithm>

namespace formulens {

namespace {

std::vector<std::string> variableSymbols(const Formula& formula)
{
    std::vector<std::string> symbols;
    for (const Variable& variable : formula.variables)
        symbols.push_back(variable.symbol);
    return symbols;
}

Result<void> checkInputs(const Formula& formula, std::size_t inputCount)
{
    const auto outside = [inputCount](const auto& input) { return input.inputElement >= inputCount; };
    if (std::any_of(formula.variables.begin(), formula.variables.end(), outside)
        || std::any_of(formula.held.begin(), formula.held.end(), outside))
        return failure(ErrorCode::BadQuestion,
            "the formula has inputs that a network with " + std::to_string(inputCount)
                + " input elements does not have");
    return {};
}

/// Formulas as programs over all input elements of the network; columns of held inputs are not read.
class FormulaProgram final : public Program
{
public:
    FormulaProgram(Tape tape, const Formula& formula, std::size_t inputCount)
        : m_tape(std::move(tape)), m_inputCount(inputCount)
    {
        for (const Variable& variable : formula.variables)
            m_columns.push_back(variable.inputElement);
    }

    std::size_t inputCount() const override { return m_inputCount; }
    std::size_t outputCount() const override { return m_tape.resultCount(); }

    Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress) const override
    {
        Tape::Workspace workspace;
        for (std::size_t i = 0; i * m_inputCount < points.size(); ++i) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            m_tape.evaluate(variablesAt(points, i), values.subspan(i * outputCount(), outputCount()), workspace);
        }
        return {};
    }

    Result<void> differentiate(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const override
    {
        Tape::Workspace workspace;
        std::vector<double> own(outputCount() * m_columns.size());
        std::fill(jacobians.begin(), jacobians.end(), 0.0);
        for (std::size_t i = 0; i * m_inputCount < points.size(); ++i) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            const std::vector<double> point = variablesAt(points, i);
            m_tape.differentiate(point, values.subspan(i * outputCount(), outputCount()), own, workspace);
            for (std::size_t row = 0; row < outputCount(); ++row) {
                for (std::size_t column = 0; column < m_columns.size(); ++column)
                    jacobians[(i * outputCount() + row) * m_inputCount + m_columns[column]]
                        = own[row * m_columns.size() + column];
            }
        }
        return {};
    }

private:
    std::vector<double> variablesAt(std::span<const double> points, std::size_t number) const
    {
        std::vector<double> variables;
        for (const std::size_t column : m_columns)
            variables.push_back(points[number * m_inputCount + column]);
        return variables;
    }

    Tape m_tape;
    std::size_t m_inputCount;
    std::vector<std::size_t> m_columns; ///< input element of each variable
};

} // namespace

Result<Tape> tapeOf(const Formula& formula, std::size_t inputCount)
{
    if (Result<void> sound = checkInputs(formula, inputCount); !sound)
        return tl::unexpected(sound.error());
    Result<std::vector<Definition>> layers = layerDefinitions(formula, inputCount);
    if (!layers)
        return tl::unexpected(layers.error());
    std::vector<std::pair<std::string, Expression>> definitions;
    for (const Definition& definition : *layers)
        definitions.emplace_back(definition.symbol, definition.value);
    for (const Definition& definition : formula.definitions)
        definitions.emplace_back(definition.symbol, definition.value);
    std::vector<Expression> results;
    for (const ResultEquation& result : formula.results)
        results.push_back(result.value);
    return Tape(definitions, results, variableSymbols(formula));
}

Tape regionTape(const Formula& formula)
{
    std::vector<Expression> expressions;
    for (const RegionInequality& inequality : formula.region)
        expressions.push_back(inequality.expression);
    return Tape(expressions, variableSymbols(formula));
}

Result<std::shared_ptr<const Program>> compile(const Formula& formula, std::size_t inputCount)
{
    Result<Tape> tape = tapeOf(formula, inputCount);
    if (!tape)
        return tl::unexpected(tape.error());
    return std::make_shared<const FormulaProgram>(std::move(*tape), formula, inputCount);
}

Result<std::vector<double>> evaluateFormula(
    const Formula& formula, std::span<const double> points, std::size_t inputCount)
{
    if (inputCount == 0 || points.size() % inputCount != 0)
        return failure(ErrorCode::BadQuestion,
            "the points have " + std::to_string(points.size()) + " numbers, which is no multiple of the "
                + std::to_string(inputCount) + " input elements");
    const Result<std::shared_ptr<const Program>> program = compile(formula, inputCount);
    if (!program)
        return tl::unexpected(program.error());
    std::vector<double> values(points.size() / inputCount * formula.results.size());
    if (Result<void> done = (*program)->evaluate(points, values); !done)
        return tl::unexpected(done.error());
    return values;
}

} // namespace formulens
