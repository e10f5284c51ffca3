// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/exporters/CodeBody.h"
#include "core/exporters/CodeWriters.h"
#include "core/exporters/Facts.h"
#include "core/exporters/Utf8.h"

#include <cmath>

/* Python with NumPy. Every value is an array over the leading axes of x, so that one call computes many points.
 */

namespace formulens {

namespace {

const std::string indent = "    ";

class PythonLanguage final : public CodeLanguage
{
public:
    std::string number(double value) const override
    {
        if (std::isnan(value))
            return "np.nan";
        if (std::isinf(value))
            return value < 0 ? "-np.inf" : "np.inf";
        const std::string text = shortest(value);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }

    std::string power(const std::string& base, double exponent) const override
    {
        if (exponent == 0.5)
            return "np.sqrt(" + base + ")";
        return "np.power(" + base + ", " + number(exponent) + ")";
    }

    std::string_view spelling(const Function& function) const override { return function.spelling.python; }
    std::string_view helper(const Function& function) const override { return function.spelling.pythonHelper; }

    std::string element(const std::string& array, std::size_t index) const override
    {
        return array + "[..., " + std::to_string(index) + "]";
    }

    std::string constant(const std::string& name, const std::string& value) const override
    {
        const std::string line = indent + name + " = " + value;
        if (line.size() <= 100)
            return line + "\n";
        return wrapped(indent + name + " = (" + value + ")", indent + indent) + "\n";
    }

    std::string newSum(const std::string& name, const std::string& value) const override
    {
        return constant(name, value);
    }

    std::string addToSum(const std::string& name, const std::string& value) const override
    {
        return constant(name, name + (value.starts_with('-') ? " " : " + ") + value);
    }

    std::string comment(const std::string& text) const override { return indent + "# " + harmless(text) + "\n"; }

    std::string gathered(const std::string& name, std::span<const std::string> values) const override
    {
        std::string list;
        for (const std::string& value : values)
            list += value + ", ";
        return constant(name, "np.stack(np.broadcast_arrays(" + list + "x[..., :1].sum(-1))[:-1], axis=-1)");
    }

    std::string dense(const DenseStep& step, Identifiers& identifiers) const override
    {
        const std::string matrix = identifiers.distinct("W_" + step.target);
        const std::string offset = identifiers.distinct("b_" + step.target);
        const std::string from = std::to_string(step.firstSource);
        const std::string to = std::to_string(step.firstSource + step.columns);
        std::string text = table(matrix, step.matrix, step.rows, step.columns) + list(offset, step.offset);
        const std::string sum
            = "np.matmul(" + step.source + "[..., " + from + ":" + to + "], " + matrix + ".T) + " + offset;
        return text + constant(step.target, applied(step.function, step.parameters, sum));
    }

    std::string layer(const LayerEquation& layer, const std::string& target, std::span<const std::string> arguments,
        std::span<const std::size_t>, Identifiers& identifiers) const override
    {
        std::string text;
        std::string source = arguments.empty() ? "x" : arguments.front();
        if (arguments.size() > 1) {
            source = identifiers.distinct(target + "_in");
            text += constant(source, "np.concatenate((" + joined(arguments) + "), axis=-1)");
        }
        if (layer.sparse.count() > 0)
            return text + sparse(layer, target, source, identifiers);
        std::string sum = source;
        if (!layer.matrix.empty()) {
            const std::string matrix = identifiers.distinct(layer.matrixSymbol);
            text += table(matrix, layer.matrix, layer.rows, layer.columns);
            sum = "np.matmul(" + source + ", " + matrix + ".T)";
        }
        if (!layer.offset.empty()) {
            const std::string offset = identifiers.distinct(layer.offsetSymbol);
            text += list(offset, layer.offset);
            sum += " + " + offset;
        }
        return text + finished(layer, target, sum);
    }

private:
    std::string list(const std::string& name, std::span<const double> values) const
    {
        return indent + name + " = np.array([\n" + numberList(*this, values, indent + indent) + "\n" + indent + "])\n";
    }

    std::string table(
        const std::string& name, std::span<const double> values, std::size_t rows, std::size_t columns) const
    {
        std::string text = indent + name + " = np.array([\n";
        for (std::size_t i = 0; i < rows; ++i)
            text += numberRow(*this, values.subspan(i * columns, columns), "[", "],", indent + indent) + "\n";
        return text + indent + "])\n";
    }

    static std::string wholeNumbers(const std::string& name, std::span<const std::uint32_t> values)
    {
        const std::string text = joined(values, [](std::uint32_t value) { return std::to_string(value); });
        return wrapped(indent + name + " = np.array([" + text + "], dtype=int)", indent + indent) + "\n";
    }

    std::string applied(
        const std::optional<FunctionId>& id, std::span<const double> parameters, const std::string& operand) const
    {
        return id ? called(*this, function(*id), std::span(&operand, 1), parameters) : operand;
    }

    std::string finished(const LayerEquation& layer, const std::string& target, const std::string& sum) const
    {
        if (!actsOnVector(layer))
            return constant(target, applied(layer.function, layer.parameters, sum));
        const std::string name = "fn_" + std::string(function(*layer.function).name);
        const std::string rows = std::to_string(layer.rows);
        return constant(target, sum)
            + constant(target,
                "np.stack([" + name + "(*(" + target + "[..., (i + k) % " + rows + "] for k in range(" + rows
                    + "))) for i in range(" + rows + ")], axis=-1)");
    }

    std::string sparse(const LayerEquation& layer, const std::string& target, const std::string& source,
        Identifiers& identifiers) const
    {
        const SparseForms& forms = layer.sparse;
        const std::string constants = identifiers.distinct(target + "_constant");
        const std::string first = identifiers.distinct(target + "_first");
        const std::string column = identifiers.distinct(target + "_column");
        const std::string coefficient = identifiers.distinct(target + "_coefficient");
        std::string text = list(constants, forms.constant) + wholeNumbers(first, forms.first)
            + wholeNumbers(column, forms.column) + list(coefficient, forms.coefficient);
        const std::string part = first + "[k]:" + first + "[k + 1]";
        const std::string form = constants + "[k] + np.matmul(" + source + "[..., " + column + "[" + part + "]], "
            + coefficient + "[" + part + "])";
        text += constant(
            target, "np.stack([" + form + " for k in range(" + std::to_string(forms.count()) + ")], axis=-1)");
        if (layer.operandsPerRow == 1)
            return layer.function ? text + finished(layer, target, target) : text;
        std::vector<std::string> operands;
        const std::string step = std::to_string(layer.operandsPerRow);
        for (std::size_t k = 0; k < layer.operandsPerRow; ++k)
            operands.push_back(target + "[..., " + std::to_string(k) + "::" + step + "]");
        return text + constant(target, called(*this, function(*layer.function), operands, layer.parameters));
    }
};

} // namespace

Result<std::string> writePython(const Formula& formula, const std::string& functionName)
{
    const PythonLanguage language;
    Identifiers identifiers(reservedInPython());
    for (const Function& function : catalogue()) {
        identifiers.reserveAllIn(function.spelling.python);
        identifiers.reserveAllIn(function.spelling.pythonHelper);
    }
    identifiers.reserve("i");
    const std::string name = identifiers.distinct(functionName);
    CodeBody body(formula, language, identifiers);
    if (const Result<void> written = body.write(); !written)
        return tl::unexpected(written.error());

    std::string text;
    for (const std::string& line : factsOf(formula))
        text += "# " + harmless(line) + "\n";
    for (std::size_t i = 0; i < formula.variables.size(); ++i)
        text += "# x[..., " + std::to_string(i) + "]: " + harmless(factOf(formula.variables[i])) + "\n";
    for (std::size_t i = 0; i < formula.results.size(); ++i)
        text += "# y[..., " + std::to_string(i) + "]: " + harmless(factOf(formula.results[i])) + "\n";
    std::string helpers;
    for (const FunctionId id : body.used())
        if (!language.helper(function(id)).empty())
            helpers += std::string(language.helper(function(id))) + "\n\n";
    std::string values;
    for (const std::string& value : body.results())
        values += wrapped(indent + indent + value + ",", indent + indent + indent) + "\n";
    for (const char* library : {"functools", "math"})
        if ((helpers + body.statements() + values).find(std::string(library) + ".") != std::string::npos)
            text += "import " + std::string(library) + "\n";
    text += "import numpy as np\n\n\n" + helpers;
    text += "def " + name + "(x):\n" + indent + "x = np.asarray(x, dtype=float)\n";
    const std::string inputs = std::to_string(formula.variables.size());
    text += indent + "if x.shape[-1:] != (" + inputs + ",):\n" + indent + indent
        + "raise ValueError(\"expected an array of shape (..., " + inputs + ")\")\n";
    text += body.statements();
    return text + indent + "return np.stack([np.broadcast_to(value, x.shape[:-1]) for value in (\n" + values + indent
        + ")], axis=-1)\n";
}

} // namespace formulens
