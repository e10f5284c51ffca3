// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Layers.h"
#include "core/notation/FormulaNotation.h"
#include "core/notation/Pieces.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace formulens::notation {

namespace {

constexpr std::size_t shownMatrixSide = 8;

/// Vectors and matrices are bold: W_1, h_1, x.
Tree boldSymbol(const std::string& symbol)
{
    const Tree plain = symbolTree(symbol);
    if (const auto* scripts = std::get_if<Scripts>(&plain->piece))
        if (const auto* base = std::get_if<Identifier>(&scripts->base->piece))
            return tree(Scripts{letter(base->text, Alphabet::Bold), scripts->subscript, nullptr});
    if (const auto* identifier = std::get_if<Identifier>(&plain->piece))
        return letter(identifier->text, Alphabet::Bold);
    return plain;
}

/// The one number that all are.
std::optional<double> common(const std::vector<double>& numbers)
{
    const bool same = std::all_of(numbers.begin(), numbers.end(), [&](double x) { return x == numbers.front(); });
    return same && !numbers.empty() ? std::optional(numbers.front()) : std::nullopt;
}

int offsetDigits(const LayerEquation& scaling, int digits)
{
    return scaling.scaling != ElementwiseScaling::Scaled ? centreDigits(digits) : digits;
}

class LayerWriter
{
public:
    explicit LayerWriter(Writing& writing) : m_writing(writing) { }

    Rows rows()
    {
        Rows result;
        const std::vector<LayerEquation>& layers = m_writing.formula.layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            result.push_back(equationRow(symbol(i), right(layers[i])));
            if (dividesVectors(layers[i]))
                result.back().back() = row({result.back().back(), tree(Space{2}), words("(element by element)")});
            m_writing.expressions.defineVector(layers[i].symbol, m_writing.expressions.anchor(LayerAnchor{i}));
        }
        return result;
    }

private:
    Tree symbol(std::size_t layer)
    {
        return tree(Anchored{
            m_writing.expressions.anchor(LayerAnchor{layer}), boldSymbol(m_writing.formula.layers[layer].symbol)});
    }

    Tree argument(const std::string& name)
    {
        const std::vector<LayerEquation>& layers = m_writing.formula.layers;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (layers[i].symbol == name)
                return symbol(i);
        return boldSymbol(name);
    }

    /// Words tell what the operator does with its function; "conv 3x3, relu" is ReLU(conv 3x3 of ...).
    Tree right(const LayerEquation& layer)
    {
        if (!layer.function)
            return inner(layer, layer.words).tree;
        const std::optional<std::string> operatorWords = withoutFunction(layer);
        if (!operatorWords)
            return inner(layer, layer.words).tree;
        return m_writing.expressions.functions()
            .callOnVector(*layer.function, operands(layer, *operatorWords), layer.parameters)
            .tree;
    }

    /// The words before the function's own name; nothing where they do not name it apart.
    static std::optional<std::string> withoutFunction(const LayerEquation& layer)
    {
        if (layer.words.empty())
            return "";
        std::string name = ", " + std::string(function(*layer.function).name);
        std::erase(name, '_');
        if (layer.operandsPerRow != 1 || !layer.words.ends_with(name))
            return std::nullopt;
        return layer.words.substr(0, layer.words.size() - name.size());
    }

    /// A function of one operand is applied to the whole; one of several, like a product, to each argument.
    std::vector<Written> operands(const LayerEquation& layer, const std::string& operatorWords)
    {
        if (layer.operandsPerRow == 1 || layer.arguments.size() < 2)
            return {inner(layer, operatorWords)};
        std::vector<Written> result;
        for (const std::string& name : layer.arguments)
            result.push_back(atom(argument(name)));
        return result;
    }

    Written inner(const LayerEquation& layer, const std::string& operatorWords)
    {
        std::vector<Written> arguments;
        for (const std::string& name : layer.arguments)
            arguments.push_back(atom(argument(name)));
        if (const auto infix = betweenTwo(operatorWords, arguments))
            return plusOffset(layer, *infix);
        if (!operatorWords.empty())
            return plusOffset(layer, applied(words(operatorWords + " of "), arguments));
        if (arguments.size() > 1 && layer.matrix.empty())
            return plusOffset(layer, sumOfAll(arguments));
        if (layer.scaling != ElementwiseScaling::None)
            return scaled(layer, arguments.front());
        Written body = arguments.size() == 1 ? arguments.front() : applied(words(""), arguments);
        if (!layer.matrix.empty())
            body = productOf({atom(boldSymbol(layer.matrixSymbol)), body});
        return plusOffset(layer, body);
    }

    /// Element by element, also where one of the two is a number.
    static std::optional<Written> betweenTwo(const std::string& operatorWords, const std::vector<Written>& arguments)
    {
        if (arguments.size() != 2)
            return std::nullopt;
        if (operatorWords == "Add" || operatorWords == "Sub")
            return sumOf({{false, arguments[0]}, {operatorWords == "Sub", arguments[1]}});
        return operatorWords == "Div" ? std::optional(quotientOf(arguments[0], arguments[1])) : std::nullopt;
    }

    static Written number(double value, int digits)
    {
        Written written = atom(magnitude(std::fabs(value), digits));
        written.isOne = writtenAsOne(std::fabs(value), digits);
        written.startsWithNumber = true;
        return written;
    }

    static bool dividesVectors(const LayerEquation& layer)
    {
        return layer.scaling == ElementwiseScaling::Centred && !common(writtenScaling(layer).scale);
    }

    /// (x - m)/s, s (x - m) or diag(s) x + m; numbers in place where they are the same for all elements.
    Written scaled(const LayerEquation& layer, const Written& x) const
    {
        const WrittenScaling numbers = writtenScaling(layer);
        const bool centres = layer.scaling != ElementwiseScaling::Scaled;
        const std::optional<double> offset = common(numbers.offset);
        const auto withOffset = [&](const Written& body) {
            if (offset == 0.0)
                return body;
            const Written m = offset ? number(*offset, offsetDigits(layer, m_writing.options.digits))
                                     : atom(boldSymbol(layer.offsetSymbol));
            return sumOf({{false, body}, {(offset && *offset < 0) != centres, m}});
        };
        if (layer.scaling == ElementwiseScaling::Centred)
            return divided(layer, common(numbers.scale), withOffset(x));
        if (layer.scaling == ElementwiseScaling::Shifted)
            return multiplied(layer, common(numbers.scale), withOffset(x));
        return withOffset(multiplied(layer, common(numbers.scale), x));
    }

    Written divided(const LayerEquation& layer, std::optional<double> scale, const Written& x) const
    {
        if (!scale)
            return quotientOf(x, atom(boldSymbol(layer.matrixSymbol)));
        const Written quotient
            = *scale == 1 || *scale == -1 ? x : quotientOf(x, number(*scale, m_writing.options.digits));
        return *scale < 0 ? negated(quotient) : quotient;
    }

    Written multiplied(const LayerEquation& layer, std::optional<double> scale, const Written& x) const
    {
        if (!scale)
            return productOf({applied(functionName("diag"), {atom(boldSymbol(layer.matrixSymbol))}), x});
        const Written product = writtenAsOne(std::fabs(*scale), m_writing.options.digits)
            ? x
            : productOf({number(*scale, m_writing.options.digits), x});
        return *scale < 0 ? negated(product) : product;
    }

    static Written sumOfAll(const std::vector<Written>& arguments)
    {
        std::vector<SignedTerm> terms;
        for (const Written& argument : arguments)
            terms.push_back({false, argument});
        return sumOf(terms);
    }

    static Written plusOffset(const LayerEquation& layer, const Written& body)
    {
        if (layer.offset.empty())
            return body;
        return sumOf({{false, body}, {false, atom(boldSymbol(layer.offsetSymbol))}});
    }

    Writing& m_writing;
};

Tree numbers(const std::vector<double>& values, std::size_t rows, std::size_t columns, int digits)
{
    Matrix matrix;
    for (std::size_t i = 0; i < rows; ++i) {
        matrix.rows.emplace_back();
        for (std::size_t j = 0; j < columns; ++j)
            matrix.rows.back().push_back(signedNumber(values[i * columns + j], digits));
    }
    return tree(std::move(matrix));
}

Tree wholeNumber(std::size_t value)
{
    return tree(Number{Numeral{false, std::to_string(value), 0}});
}

Tree realSpace(std::size_t rows, std::size_t columns)
{
    const Tree size
        = columns == 1 ? wholeNumber(rows) : row({wholeNumber(rows), sign(OperatorSign::Times), wholeNumber(columns)});
    return tree(Scripts{letter("R", Alphabet::Bold), nullptr, size});
}

std::vector<Tree> matrixRow(
    const std::string& symbol, const std::vector<double>& values, std::size_t rows, std::size_t columns, int digits)
{
    if (values.size() == rows * columns && rows <= shownMatrixSide && columns <= shownMatrixSide)
        return equationRow(boldSymbol(symbol), numbers(values, rows, columns, digits));
    return equationRow(boldSymbol(symbol), OperatorSign::ElementOf, realSpace(rows, columns));
}

std::vector<Tree> vectorRow(const std::string& symbol, const std::vector<double>& values, int digits)
{
    return matrixRow(symbol, values, values.size(), 1, digits);
}

/// The affine coefficients of an expression in the variables; nothing where it is not affine in them.
std::optional<std::vector<double>> affineRow(const Formula& formula, const Expression& expression)
{
    const std::size_t count = formula.variables.size();
    std::vector<double> result(count + 1);
    const auto add = [&](double coefficient, const Expression& term) {
        const auto* symbol = std::get_if<SymbolNode>(&term.node().kind);
        for (std::size_t i = 0; symbol != nullptr && i < count; ++i) {
            if (formula.variables[i].symbol == symbol->name) {
                result[i] += coefficient;
                return true;
            }
        }
        return false;
    };
    if (const auto* number = std::get_if<NumberNode>(&expression.node().kind)) {
        result[count] = number->value;
        return result;
    }
    const auto* sum = std::get_if<SumNode>(&expression.node().kind);
    if (sum == nullptr)
        return add(1, expression) ? std::optional(result) : std::nullopt;
    result[count] = sum->constant;
    for (const auto& [coefficient, term] : sum->terms)
        if (!add(coefficient, term))
            return std::nullopt;
    return result;
}

Tree vectorOf(const std::vector<Tree>& entries)
{
    Matrix matrix;
    for (const Tree& entry : entries)
        matrix.rows.push_back({entry});
    return tree(std::move(matrix));
}

} // namespace

Rows layerRows(Writing& writing)
{
    return LayerWriter(writing).rows();
}

Rows matrixRows(const Writing& writing)
{
    Rows result;
    std::set<std::string> written;
    for (const LayerEquation& layer : writing.formula.layers) {
        if (layer.scaling != ElementwiseScaling::None) {
            const WrittenScaling numbers = writtenScaling(layer);
            if (!common(numbers.offset))
                result.push_back(
                    vectorRow(layer.offsetSymbol, numbers.offset, offsetDigits(layer, writing.options.digits)));
            if (!common(numbers.scale))
                result.push_back(vectorRow(layer.matrixSymbol, numbers.scale, writing.options.digits));
        }
        if (!layer.matrix.empty() && written.insert(layer.matrixSymbol).second)
            result.push_back(
                matrixRow(layer.matrixSymbol, layer.matrix, layer.rows, layer.columns, writing.options.digits));
        if (!layer.offset.empty() && written.insert(layer.offsetSymbol).second)
            result.push_back(vectorRow(layer.offsetSymbol, layer.offset, writing.options.digits));
    }
    return result;
}

Rows lawRows(const Writing& writing)
{
    const Formula& formula = writing.formula;
    const std::size_t rows = formula.results.size();
    const std::size_t columns = formula.variables.size();
    const bool isReadable = rows <= shownMatrixSide && columns <= shownMatrixSide && columns > 0;
    if (formula.form != Form::Law || rows < 2 || !isReadable)
        return {};
    std::vector<double> gain;
    std::vector<double> constant;
    std::vector<Tree> outputs;
    std::vector<Tree> inputs;
    for (const ResultEquation& result : formula.results) {
        const auto affine = affineRow(formula, result.value);
        if (!affine || result.derivativeBy)
            return {};
        gain.insert(gain.end(), affine->begin(), affine->end() - 1);
        constant.push_back(affine->back());
        outputs.push_back(symbolTree(result.symbol));
    }
    for (const Variable& variable : formula.variables)
        inputs.push_back(symbolTree(variable.symbol));
    const Tree law = row({letter("K", Alphabet::Bold), thinSpace(), vectorOf(inputs), sign(OperatorSign::Plus),
        letter("c", Alphabet::Bold)});
    const int digits = writing.options.digits;
    return {equationRow(vectorOf(outputs), law),
        equationRow(letter("K", Alphabet::Bold), numbers(gain, rows, columns, digits)),
        equationRow(letter("c", Alphabet::Bold), numbers(constant, rows, 1, digits))};
}

} // namespace formulens::notation
