// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/FunctionNotation.h"

#include "core/notation/Pieces.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens::notation {

namespace {

using Operands = std::vector<Written>;
using Parameters = std::span<const double>;

Written number(double value, int digits)
{
    Written result = atom(magnitude(value, digits));
    result.isOne = writtenAsOne(value, digits);
    result.startsWithNumber = true;
    if (numeral(value, digits).exponent != 0)
        result.binding = Binding::Product;
    return value < 0 ? negated(result) : result;
}

struct Style
{
    int digits = 4;
    bool namesExponential = false; ///< exp(z), because e is a symbol of the formula
};

Written itself(const Operands& z, Parameters, const Style&)
{
    return z[0];
}

Written absolute(const Operands& z, Parameters, const Style&)
{
    return between(Delimiter::Bar, z[0], Delimiter::Bar);
}

Written floorOf(const Operands& z, Parameters, const Style&)
{
    return between(Delimiter::Floor, z[0], Delimiter::Floor);
}

Written ceilingOf(const Operands& z, Parameters, const Style&)
{
    return between(Delimiter::Ceiling, z[0], Delimiter::Ceiling);
}

Written largest(const Operands& z, Parameters, const Style&)
{
    return applied(functionName("max"), z);
}

Written smallest(const Operands& z, Parameters, const Style&)
{
    return applied(functionName("min"), z);
}

/// min(max(z, lower), upper); an infinite side is not written.
Written clipped(const Operands& z, Parameters p, const Style& style)
{
    Written result = z[0];
    if (!std::isinf(p[0]))
        result = applied(functionName("max"), {result, number(p[0], style.digits)});
    if (!std::isinf(p[1]))
        result = applied(functionName("min"), {result, number(p[1], style.digits)});
    return result;
}

/// min(max(steps + zero point, lowest), highest): whole numbers, which are written with all their digits.
Written quantised(const Written& steps, Parameters p)
{
    constexpr int allDigits = 17;
    const bool hasZero = p[0] != 0;
    const Written sum = hasZero ? sumOf({{false, steps}, {p[0] < 0, number(std::fabs(p[0]), allDigits)}}) : steps;
    return clipped({sum}, p.subspan(1), Style{allDigits});
}

template <OperatorSign relation>
Written compared(const Operands& z, Parameters, const Style&)
{
    const Tree condition = row({z[0].tree, sign(relation), z[1].tree});
    Written body = z[0];
    body.tree = condition;
    body.leaves += z[1].leaves;
    body.depth = std::max(body.depth, z[1].depth);
    Written result = between(Delimiter::Bracket, body, Delimiter::Bracket);
    result.condition = condition;
    return result;
}

Written chosen(const Operands& z, Parameters, const Style&)
{
    Written result = z[0];
    for (const Written& operand : z) {
        result.depth = std::max(result.depth, operand.depth + 1);
        result.leaves += operand.leaves;
    }
    const Tree zero = tree(Number{Numeral{false, "0", 0}});
    const Tree condition = z[0].condition ? z[0].condition : row({z[0].tree, sign(OperatorSign::NotEquals), zero});
    Written cases = atom(tree(Cases{{{z[1].tree, condition}, {z[2].tree, nullptr}}}));
    cases.leaves = result.leaves;
    cases.depth = result.depth;
    cases.binding = Binding::Sum; // its brace has no end: it stands in parentheses beside anything else
    return cases;
}

Written placeOfLargest(const Operands& z, Parameters p, const Style&)
{
    const std::string ties = p[0] != 0 ? " (the last one at ties)" : " (the first one at ties)";
    Written result = applied(words("place, counted from 0, of the largest of "), z);
    result.tree = row({result.tree, words(ties)});
    result.name = nullptr;
    result.binding = Binding::Sum;
    return result;
}

Written exponential(const Written& exponent, const Style& style)
{
    return style.namesExponential ? applied(functionName("exp"), {exponent}) : exponentialOf(exponent);
}

Written exponential(const Operands& z, Parameters, const Style& style)
{
    return exponential(z[0], style);
}

Written squareRoot(const Operands& z, Parameters, const Style&)
{
    return rootOf(z[0]);
}

Written squared(const Operands& z, Parameters, const Style& style)
{
    return powerOf(z[0], number(2, style.digits));
}

Written powerWithNumber(const Operands& z, Parameters p, const Style& style)
{
    if (p[0] == 0.5)
        return rootOf(z[0]);
    if (p[0] < 0)
        return quotientOf(one(), powerWithNumber(z, std::array{-p[0]}, style));
    return powerOf(z[0], number(p[0], style.digits));
}

Written powerWithOperand(const Operands& z, Parameters, const Style&)
{
    return powerOf(z[0], z[1]);
}

Written reciprocal(const Operands& z, Parameters, const Style&)
{
    return quotientOf(one(), z[0]);
}

Written product(const Operands& z, Parameters, const Style&)
{
    return productOf({z[0], z[1]});
}

Written quotient(const Operands& z, Parameters, const Style&)
{
    return quotientOf(z[0], z[1]);
}

Written sumOfPositive(const Operands& terms)
{
    std::vector<SignedTerm> sum;
    for (const Written& term : terms)
        sum.push_back({false, term});
    return sumOf(sum);
}

Written sumOfProducts(const Operands& z, Parameters, const Style&)
{
    Operands products;
    for (std::size_t i = 0; i + 1 < z.size(); i += 2)
        products.push_back(z[i].tree == z[i + 1].tree ? powerOf(z[i], number(2, 0)) : productOf({z[i], z[i + 1]}));
    return products.empty() ? number(0, 0) : sumOfPositive(products);
}

Written sumOfSquares(const Operands& z, Parameters, const Style&)
{
    Operands squares;
    for (const Written& operand : z)
        squares.push_back(powerOf(operand, number(2, 0)));
    return sumOfPositive(squares);
}

Written sumOfExponentials(const Operands& z, const Style& style)
{
    Operands exponentials;
    for (const Written& operand : z)
        exponentials.push_back(exponential(operand, style));
    return sumOfPositive(exponentials);
}

Written softmax(const Operands& z, Parameters, const Style& style)
{
    return quotientOf(exponential(z[0], style), sumOfExponentials(z, style));
}

Written logSoftmax(const Operands& z, Parameters, const Style& style)
{
    return sumOf({{false, z[0]}, {true, applied(functionName("ln"), {sumOfExponentials(z, style)})}});
}

/// What mathematics has a notation for.
struct Notated
{
    std::string_view name;
    Written (*write)(const Operands&, Parameters, const Style&);
};
constexpr std::array notated{
    Notated{"named_sum", itself},
    Notated{"abs", absolute},
    Notated{"max", largest},
    Notated{"min", smallest},
    Notated{"clip", clipped},
    Notated{"floor", floorOf},
    Notated{"ceil", ceilingOf},
    Notated{"less", compared<OperatorSign::Less>},
    Notated{"less_or_equal", compared<OperatorSign::LessOrEqual>},
    Notated{"equal", compared<OperatorSign::Equals>},
    Notated{"argmax", placeOfLargest},
    Notated{"select", chosen},
    Notated{"exp", exponential},
    Notated{"sqrt", squareRoot},
    Notated{"square", squared},
    Notated{"power", powerWithNumber},
    Notated{"pow", powerWithOperand},
    Notated{"reciprocal", reciprocal},
    Notated{"product", product},
    Notated{"quotient", quotient},
    Notated{"sum_of_products", sumOfProducts},
    Notated{"sum_of_squares", sumOfSquares},
    Notated{"softmax", softmax},
    Notated{"log_softmax", logSoftmax},
};

/// Functions everyone knows have no meaning in the catalogue, and yet one may ask for their powers.
struct KnownMeaning
{
    std::string_view name;
    std::string_view meaning;
};
constexpr std::array knownMeanings{
    KnownMeaning{"tanh", "(exp(z) - exp(-z))/(exp(z) + exp(-z))"},
    KnownMeaning{"sinh", "(exp(z) - exp(-z))/2"},
    KnownMeaning{"cosh", "(exp(z) + exp(-z))/2"},
    KnownMeaning{"asinh", "ln(z + sqrt(z^2 + 1))"},
    KnownMeaning{"acosh", "ln(z + sqrt(z^2 - 1))"},
    KnownMeaning{"atanh", "ln((1 + z)/(1 - z))/2"},
};

std::string_view meaningOf(const Function& function)
{
    const auto known = std::ranges::find(knownMeanings, function.name, &KnownMeaning::name);
    return known == knownMeanings.end() ? function.spelling.meaning : known->meaning;
}

bool isName(std::string_view text)
{
    return text.find('{') == std::string_view::npos;
}

/// LeakyReLU with subscript 0.01: the numbers that belong to the function.
Tree nameOf(const Function& function, Parameters parameters, int digits)
{
    const std::string_view text = function.spelling.text;
    const Tree name = functionName(std::string(isName(text) ? text : function.name));
    if (parameters.empty())
        return name;
    std::vector<Tree> numbers;
    for (const double parameter : parameters) {
        if (!numbers.empty())
            numbers.push_back(sign(OperatorSign::Comma));
        numbers.push_back(signedNumber(parameter, digits));
    }
    return subscripted(name, row(std::move(numbers)));
}

/// z, or z_1, z_2 ...
Operands operandLetters(const Function& function)
{
    if (function.operands == 1)
        return {atom(letter("z"))};
    Operands result;
    const int count = function.operands == Function::variadic ? 2 : function.operands;
    for (int i = 1; i <= count; ++i)
        result.push_back(atom(symbolTree("z" + std::to_string(i))));
    return result;
}

} // namespace

Written FunctionWriter::call(FunctionId id, const std::vector<Written>& operands, std::span<const double> parameters)
{
    const Function& called = function(id);
    if (id == idOf<functions::Quantize>())
        return quantised(byName(idOf<functions::Round>(), operands, {}), parameters);
    const auto own = std::ranges::find(notated, called.name, &Notated::name);
    if (own != notated.end())
        return own->write(operands, parameters, Style{m_options.digits, m_namesExponential});
    if (m_options.writeFunctionsOut) {
        if (const std::optional<Meaning> meaning = parseMeaning(meaningOf(called)))
            return inPlace(*meaning, operands, parameters);
    }
    return byName(id, operands, parameters);
}

Written FunctionWriter::callOnVector(
    FunctionId id, const std::vector<Written>& operands, std::span<const double> parameters)
{
    static constexpr std::array<std::string_view, 10> likeNumbers{
        "named_sum", "clip", "quantize", "abs", "max", "min", "product", "quotient", "reciprocal", "square"};
    if (std::ranges::find(likeNumbers, function(id).name) != likeNumbers.end())
        return call(id, operands, parameters);
    return byName(id, operands, parameters);
}

Written FunctionWriter::byName(FunctionId id, const std::vector<Written>& operands, std::span<const double> parameters)
{
    const NamedFunction named{id, {parameters.begin(), parameters.end()}};
    if (!function(id).spelling.meaning.empty() && std::ranges::find(m_named, named) == m_named.end())
        m_named.push_back(named);
    return applied(nameOf(function(id), parameters, m_options.digits), operands);
}

/// softmax(z)_i = e^(z_i)/sum over j of e^(z_j), for functions of a whole vector.
std::optional<FunctionWriter::Explanation> FunctionWriter::ofVector(const Function& called) const
{
    if (called.name != "softmax" && called.name != "log_softmax")
        return std::nullopt;
    const Style style{m_options.digits, m_namesExponential};
    const Tree name = applied(functionName(std::string(called.spelling.text)), {atom(letter("z"))}).tree;
    const Tree sum = row(
        {tree(LargeOperator{LargeSign::Sum, letter("j"), nullptr}), exponential(atom(symbolTree("z_j")), style).tree});
    const Written own = atom(symbolTree("z_i"));
    const Tree meaning = called.name == "softmax"
        ? fraction(exponential(own, style).tree, sum)
        : row({own.tree, sign(OperatorSign::Minus), functionName("ln"), fenced(sum)});
    return Explanation{subscripted(name, letter("i")), meaning, true};
}

FunctionWriter::Explanation FunctionWriter::explanation(const NamedFunction& named)
{
    const Function& called = function(named.function);
    if (const std::optional<Explanation> explained = ofVector(called))
        return *explained;
    const Operands letters = operandLetters(called);
    Explanation result;
    result.function = applied(nameOf(called, named.parameters, m_options.digits), letters).tree;
    const std::optional<Meaning> meaning = parseMeaning(called.spelling.meaning);
    result.isFormula = meaning.has_value();
    result.meaning
        = meaning ? inPlace(*meaning, letters, named.parameters).tree : words(std::string(called.spelling.meaning));
    return result;
}

Written FunctionWriter::inPlace(
    const Meaning& meaning, const std::vector<Written>& operands, std::span<const double> parameters)
{
    if (meaning.branches.size() == 1)
        return term(meaning.branches.front().value, operands, parameters);
    Cases cases;
    Written result;
    result.leaves = 0;
    const auto include = [&](const Written& part) {
        result.leaves += part.leaves;
        result.depth = std::max(result.depth, part.depth + 1);
        return part.tree;
    };
    for (const MeaningBranch& branch : meaning.branches) {
        std::vector<Tree> conditions;
        for (const MeaningCondition& condition : branch.conditions) {
            if (!conditions.empty())
                conditions.push_back(sign(OperatorSign::And));
            conditions.push_back(include(term(condition.left, operands, parameters)));
            conditions.push_back(sign(condition.relation));
            conditions.push_back(include(term(condition.right, operands, parameters)));
        }
        const Tree value = include(term(branch.value, operands, parameters));
        cases.branches.push_back({value, conditions.empty() ? nullptr : row(std::move(conditions))});
    }
    result.tree = tree(std::move(cases));
    result.binding = Binding::Sum;
    return result;
}

Written FunctionWriter::term(
    const MeaningTerm& meant, const std::vector<Written>& operands, std::span<const double> parameters)
{
    std::vector<Written> parts;
    if (meant.kind != MeaningTerm::Kind::Call)
        for (const MeaningTerm& part : meant.parts)
            parts.push_back(term(part, operands, parameters));
    switch (meant.kind) {
    case MeaningTerm::Kind::Number:
        return number(meant.number, 0);
    case MeaningTerm::Kind::Constant:
        return atom(meant.name == "pi" ? letter("π") : letter("e", Alphabet::Upright));
    case MeaningTerm::Kind::Operand:
        return operands.at(meant.index);
    case MeaningTerm::Kind::Parameter:
        return number(parameters[meant.index], m_options.digits);
    case MeaningTerm::Kind::Sum: {
        if (parts.size() == 1)
            return negated(parts.front());
        std::vector<SignedTerm> terms;
        for (std::size_t i = 0; i < parts.size(); ++i)
            terms.push_back({meant.negative[i], parts[i]});
        return sumOf(terms);
    }
    case MeaningTerm::Kind::Product:
        return productOf(parts);
    case MeaningTerm::Kind::Quotient:
        return quotientOf(parts[0], parts[1]);
    case MeaningTerm::Kind::Power:
        return powerOf(parts[0], parts[1]);
    case MeaningTerm::Kind::Call:
        return calledIn(meant, operands, parameters);
    }
    return one();
}

Written FunctionWriter::calledIn(
    const MeaningTerm& meant, const std::vector<Written>& operands, std::span<const double> parameters)
{
    std::vector<Written> arguments;
    for (const MeaningTerm& part : meant.parts)
        arguments.push_back(term(part, operands, parameters));
    const std::string name = meant.name == "ln" ? "log" : meant.name;
    if (const std::optional<FunctionId> id = findFunction(name))
        return call(*id, arguments, {});
    return applied(functionName(meant.name), arguments);
}

} // namespace formulens::notation
