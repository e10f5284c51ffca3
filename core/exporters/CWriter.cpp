// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/exporters/CodeBody.h"
#include "core/exporters/CodeWriters.h"
#include "core/exporters/CommentText.h"
#include "core/exporters/Facts.h"

#include <algorithm>
#include <cmath>

/* C99 that compiles without a warning under -std=c99 -Wall -Wextra -pedantic and allocates nothing. Coefficients are
 * the shortest decimals that read back to the same double.
 */

namespace formulens {

namespace {

const std::string indent = "    ";

std::string count(std::size_t value)
{
    return std::to_string(value);
}

class CLanguage final : public CodeLanguage
{
public:
    std::string number(double value) const override
    {
        if (std::isnan(value))
            return "NAN";
        if (std::isinf(value))
            return value < 0 ? "-INFINITY" : "INFINITY";
        const std::string text = shortest(value);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }

    std::string power(const std::string& base, double exponent) const override
    {
        if (exponent == 0.5)
            return "sqrt(" + base + ")";
        return "pow(" + base + ", " + number(exponent) + ")";
    }

    std::string_view spelling(const Function& function) const override { return function.spelling.c; }
    std::string_view helper(const Function& function) const override { return function.spelling.cHelper; }

    std::string element(const std::string& array, std::size_t index) const override
    {
        return array + "[" + count(index) + "]";
    }

    std::string constant(const std::string& name, const std::string& value) const override
    {
        return statement("const double " + name + " = " + value);
    }

    std::string newSum(const std::string& name, const std::string& value) const override
    {
        return statement("double " + name + " = " + value);
    }

    std::string addToSum(const std::string& name, const std::string& value) const override
    {
        return statement(name + " += " + value);
    }

    std::string comment(const std::string& text) const override { return indent + "/* " + inCComment(text) + " */\n"; }

    std::string gathered(const std::string& name, std::span<const std::string> values) const override
    {
        return statement(
            "const double " + name + "[" + count(values.size()) + "] = { " + formulens::joined(values) + " }");
    }

    std::string dense(const DenseStep& step, Identifiers& identifiers) const override
    {
        const std::string matrix = identifiers.distinct("W_" + step.target);
        const std::string offset = identifiers.distinct("b_" + step.target);
        std::string text = table(matrix, step.matrix, step.rows, step.columns) + list(offset, step.offset);
        text += indent + "double " + step.target + "[" + count(step.rows) + "];\n";
        text += loop("i", step.rows) + " {\n";
        text += product(matrix, "i", offset + "[i]", step.columns, step.source, step.firstSource);
        text += indent + indent + step.target + "[i] = " + applied(step.function, step.parameters, "s") + ";\n";
        return text + indent + "}\n";
    }

    std::string layer(const LayerEquation& layer, const std::string& target, std::span<const std::string> arguments,
        std::span<const std::size_t> lengths, Identifiers& identifiers) const override
    {
        std::string text;
        std::string source = arguments.empty() ? "x" : arguments.front();
        if (arguments.size() > 1) {
            source = identifiers.distinct(target + "_in");
            text += joined(source, arguments, lengths);
        }
        const std::string forms = actsOnVector(layer) ? identifiers.distinct(target + "_of") : target;
        text += indent + "double " + target + "[" + count(layer.rows) + "];\n";
        if (forms != target)
            text += indent + "double " + forms + "[" + count(layer.rows) + "];\n";
        if (layer.sparse.count() > 0)
            text += sparse(layer, forms, source, identifiers);
        else
            text += plain(layer, forms, source, identifiers);
        return forms == target ? text : text + vectorFunction(layer, target, forms);
    }

private:
    static std::string statement(const std::string& text)
    {
        return wrapped(indent + text + ";", indent + indent) + "\n";
    }

    static std::string loop(const std::string& index, std::size_t end, const std::string& margin = indent)
    {
        return margin + "for (int " + index + " = 0; " + index + " < " + count(end) + "; ++" + index + ")";
    }

    std::string list(const std::string& name, std::span<const double> values) const
    {
        return indent + "static const double " + name + "[" + count(values.size()) + "] = {\n"
            + numberList(*this, values, indent + indent) + "\n" + indent + "};\n";
    }

    std::string table(
        const std::string& name, std::span<const double> values, std::size_t rows, std::size_t columns) const
    {
        std::string text
            = indent + "static const double " + name + "[" + count(rows) + "][" + count(columns) + "] = {\n";
        for (std::size_t i = 0; i < rows; ++i)
            text += numberRow(*this, values.subspan(i * columns, columns), "{", "},", indent + indent) + "\n";
        return text + indent + "};\n";
    }

    static std::string wholeNumbers(const std::string& name, std::span<const std::uint32_t> values)
    {
        const std::string list = formulens::joined(values, [](std::uint32_t value) { return std::to_string(value); });
        return statement("static const unsigned long " + name + "[" + count(values.size()) + "] = { " + list + " }");
    }

    /// double s = start; s += matrix[row][j] * source[from + j];
    static std::string product(const std::string& matrix, const std::string& row, const std::string& start,
        std::size_t columns, const std::string& source, std::size_t from)
    {
        const std::string place = from == 0 ? "j" : "j + " + count(from);
        const std::string margin = indent + indent;
        return margin + "double s = " + start + ";\n" + loop("j", columns, margin) + "\n" + margin + indent
            + "s += " + matrix + "[" + row + "][j] * " + source + "[" + place + "];\n";
    }

    std::string applied(
        const std::optional<FunctionId>& id, std::span<const double> parameters, const std::string& operand) const
    {
        return id ? called(*this, function(*id), std::span(&operand, 1), parameters) : operand;
    }

    std::string joined(
        const std::string& name, std::span<const std::string> arguments, std::span<const std::size_t> lengths) const
    {
        std::size_t total = 0;
        std::string copies;
        for (std::size_t k = 0; k < arguments.size(); ++k) {
            copies += loop("i", lengths[k]) + "\n" + indent + indent + name + "[i + " + count(total)
                + "] = " + arguments[k] + "[i];\n";
            total += lengths[k];
        }
        return indent + "double " + name + "[" + count(total) + "];\n" + copies;
    }

    /// A matrix, or none: then each row is its column.
    std::string plain(const LayerEquation& layer, const std::string& target, const std::string& source,
        Identifiers& identifiers) const
    {
        const std::string margin = indent + indent;
        const std::string matrix = layer.matrix.empty() ? "" : identifiers.distinct(layer.matrixSymbol);
        const std::string offset = layer.offset.empty() ? "" : identifiers.distinct(layer.offsetSymbol);
        const std::string start = offset.empty() ? number(0) : offset + "[i]";
        std::string text = matrix.empty() ? "" : table(matrix, layer.matrix, layer.rows, layer.columns);
        text += offset.empty() ? "" : list(offset, layer.offset);
        text += loop("i", layer.rows) + " {\n";
        if (matrix.empty())
            text += margin + "const double s = " + source + "[i]" + (offset.empty() ? "" : " + " + start) + ";\n";
        else
            text += product(matrix, "i", start, layer.columns, source, 0);
        text += margin + target + "[i] = " + applied(rowFunction(layer), layer.parameters, "s") + ";\n";
        return text + indent + "}\n";
    }

    struct FormNames
    {
        std::string constant;
        std::string first;
        std::string column;
        std::string coefficient;
    };

    /// double s = the sparse form number `at`;
    static std::string form(const SparseForms& forms, const std::string& at, const FormNames& names,
        const std::string& source, const std::string& margin)
    {
        std::string text = margin + "double s = " + names.constant + "[" + at + "];\n";
        if (forms.column.empty())
            return text;
        text += margin + "for (unsigned long j = " + names.first + "[" + at + "]; j < " + names.first + "[" + at
            + " + 1]; ++j)\n";
        return text + margin + indent + "s += " + names.coefficient + "[j] * " + source + "[" + names.column
            + "[j]];\n";
    }

    /// The function that is applied row by row; softmax comes after all rows.
    static std::optional<FunctionId> rowFunction(const LayerEquation& layer)
    {
        return actsOnVector(layer) ? std::nullopt : layer.function;
    }

    /// Forms one after the other; those of a row are the operands of its function.
    std::string sparse(const LayerEquation& layer, const std::string& target, const std::string& source,
        Identifiers& identifiers) const
    {
        const SparseForms& forms = layer.sparse;
        const FormNames names{identifiers.distinct(target + "_constant"), identifiers.distinct(target + "_first"),
            identifiers.distinct(target + "_column"), identifiers.distinct(target + "_coefficient")};
        std::string text = list(names.constant, forms.constant) + wholeNumbers(names.first, forms.first);
        if (!forms.column.empty())
            text += wholeNumbers(names.column, forms.column) + list(names.coefficient, forms.coefficient);
        if (layer.operandsPerRow == 1)
            return text + loop("i", layer.rows) + " {\n" + form(forms, "i", names, source, indent + indent) + indent
                + indent + target + "[i] = " + applied(rowFunction(layer), layer.parameters, "s") + ";\n" + indent
                + "}\n";
        const std::string margin = indent + indent;
        const std::string perRow = count(layer.operandsPerRow);
        text += loop("i", layer.rows) + " {\n" + margin + "double z[" + perRow + "];\n";
        text += loop("k", layer.operandsPerRow, margin) + " {\n"
            + form(forms, "i * " + perRow + " + k", names, source, margin + indent) + margin + indent + "z[k] = s;\n"
            + margin + "}\n";
        std::vector<std::string> operands;
        for (std::size_t k = 0; k < layer.operandsPerRow; ++k)
            operands.push_back("z[" + count(k) + "]");
        const std::string value = called(*this, function(*layer.function), operands, layer.parameters);
        return text + wrapped(margin + target + "[i] = " + value + ";", margin + indent) + "\n" + indent + "}\n";
    }

    /// Component i first, the others after it.
    std::string vectorFunction(const LayerEquation& layer, const std::string& target, const std::string& forms) const
    {
        const std::string margin = indent + indent;
        const std::string rows = count(layer.rows);
        const std::string name = "fn_" + std::string(function(*layer.function).name);
        return loop("i", layer.rows) + " {\n" + margin + "double z[" + rows + "];\n" + loop("k", layer.rows, margin)
            + "\n" + margin + indent + "z[k] = " + forms + "[(i + k) % " + rows + "];\n" + margin + target
            + "[i] = " + name + "(" + rows + ", z);\n" + indent + "}\n";
    }
};

} // namespace

Result<std::string> writeC(const Formula& formula, const std::string& functionName)
{
    const CLanguage language;
    Identifiers identifiers(reservedInC());
    for (const Function& function : catalogue()) {
        identifiers.reserveAllIn(function.spelling.c);
        identifiers.reserveAllIn(function.spelling.cHelper);
    }
    for (const char* local : {"i", "j", "k", "s", "z", "n"})
        identifiers.reserve(local);
    const std::string name = identifiers.distinct(functionName);
    CodeBody body(formula, language, identifiers);
    if (const Result<void> written = body.write(); !written)
        return tl::unexpected(written.error());

    std::string text = "/*\n";
    for (const std::string& line : factsOf(formula))
        text += " * " + inCComment(line) + "\n";
    for (std::size_t i = 0; i < formula.variables.size(); ++i)
        text += " * x[" + count(i) + "]: " + inCComment(factOf(formula.variables[i])) + "\n";
    for (std::size_t i = 0; i < formula.results.size(); ++i)
        text += " * y[" + count(i) + "]: " + inCComment(factOf(formula.results[i])) + "\n";
    text += " */\n#include <math.h>\n\n";
    for (const FunctionId id : body.used())
        if (!language.helper(function(id)).empty())
            text += std::string(language.helper(function(id))) + "\n";
    const std::string inputs = count(std::max<std::size_t>(formula.variables.size(), 1));
    const std::string outputs = count(std::max<std::size_t>(formula.results.size(), 1));
    text += "void " + name + "(const double x[" + inputs + "], double y[" + outputs + "]);\n\n";
    text += "void " + name + "(const double x[" + inputs + "], double y[" + outputs + "])\n{\n";
    text += body.readsInputs() ? "" : indent + "(void)x;\n";
    text += body.statements();
    for (std::size_t i = 0; i < body.results().size(); ++i)
        text += wrapped(indent + "y[" + count(i) + "] = " + body.results()[i] + ";", indent + indent) + "\n";
    return text + "}\n";
}

} // namespace formulens
