// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Functions.h"

#include "core/importers/pmml/Xml.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace formulens::pmml {

namespace {

/// Writes the nodes of one function, whose result has its name; what lies on the way is numbered.
class Writer
{
public:
    Writer(GraphBuilder& graph, std::string name) : m_graph(graph), m_name(std::move(name)) { }

    TensorIndex last(const char* operatorName, std::vector<GraphBuilder::Operand> inputs)
    {
        return m_graph.node(operatorName, std::move(inputs), m_name);
    }
    TensorIndex step(const char* operatorName, std::vector<GraphBuilder::Operand> inputs)
    {
        return m_graph.node(operatorName, std::move(inputs), m_name + "/step_" + std::to_string(++m_steps));
    }
    TensorIndex constant(double value) { return m_graph.scalar(m_name + ".constant", value); }

private:
    GraphBuilder& m_graph;
    std::string m_name;
    int m_steps = 0;
};

using Operands = std::vector<TensorIndex>;

TensorIndex chained(Writer& writer, const char* operatorName, const Operands& x)
{
    TensorIndex result = x.front();
    for (std::size_t i = 1; i < x.size(); ++i)
        result = writer.step(operatorName, {result, x[i]});
    return result;
}

/// Phi(x) = (1 + erf(x / sqrt 2)) / 2
TensorIndex normalDistribution(Writer& writer, TensorIndex x)
{
    const TensorIndex erf = writer.step("Erf", {writer.step("Div", {x, writer.constant(std::numbers::sqrt2)})});
    return writer.last("Mul", {writer.step("Add", {erf, writer.constant(1)}), writer.constant(0.5)});
}

enum class Takes
{
    Numbers,
    Truths,
};
enum class Gives
{
    Number,
    Truth,
    WholeOfWhole, ///< a whole number where all operands are
    Whole,
};

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

struct Row
{
    std::string_view function;
    std::size_t least; ///< operands
    std::size_t most;
    Gives gives;
    const char* operatorName; ///< of ONNX, where it is the whole function
    TensorIndex (*add)(Writer& writer, const Operands& x) = nullptr;
    Takes takes = Takes::Numbers;
};

/// As the PMML standard defines its built-in functions, those of texts, dates and samples left out.
constexpr Row rows[] = {
    {"+", 2, 2, Gives::WholeOfWhole, "Add"},
    {"-", 2, 2, Gives::WholeOfWhole, "Sub"},
    {"*", 2, 2, Gives::WholeOfWhole, "Mul"},
    {"/", 2, 2, Gives::Number, "Div"},
    {"pow", 2, 2, Gives::WholeOfWhole, "Pow"},
    {"min", 1, any, Gives::WholeOfWhole, "Min"},
    {"max", 1, any, Gives::WholeOfWhole, "Max"},
    {"sum", 1, any, Gives::WholeOfWhole, nullptr, [](Writer& to, const Operands& x) { return chained(to, "Add", x); }},
    {"product", 1, any, Gives::WholeOfWhole, nullptr,
        [](Writer& to, const Operands& x) { return chained(to, "Mul", x); }},
    {"avg", 1, any, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Div", {chained(to, "Add", x), to.constant(static_cast<double>(x.size()))});
        }},
    {"exp", 1, 1, Gives::Number, "Exp"},
    {"ln", 1, 1, Gives::Number, "Log"},
    {"sqrt", 1, 1, Gives::Number, "Sqrt"},
    {"abs", 1, 1, Gives::WholeOfWhole, "Abs"},
    {"sin", 1, 1, Gives::Number, "Sin"},
    {"cos", 1, 1, Gives::Number, "Cos"},
    {"tan", 1, 1, Gives::Number, "Tan"},
    {"asin", 1, 1, Gives::Number, "Asin"},
    {"acos", 1, 1, Gives::Number, "Acos"},
    {"atan", 1, 1, Gives::Number, "Atan"},
    {"sinh", 1, 1, Gives::Number, "Sinh"},
    {"cosh", 1, 1, Gives::Number, "Cosh"},
    {"tanh", 1, 1, Gives::Number, "Tanh"},
    {"erf", 1, 1, Gives::Number, "Erf"},
    {"log10", 1, 1, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Div", {to.step("Log", {x[0]}), to.constant(std::numbers::ln10)});
        }},
    {"expm1", 1, 1, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Sub", {to.step("Exp", {x[0]}), to.constant(1)});
        }},
    {"ln1p", 1, 1, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Log", {to.step("Add", {x[0], to.constant(1)})});
        }},
    {"hypot", 2, 2, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Sqrt", {to.step("Add", {to.step("Mul", {x[0], x[0]}), to.step("Mul", {x[1], x[1]})})});
        }},
    {"stdNormalCDF", 1, 1, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) { return normalDistribution(to, x[0]); }},
    {"normalCDF", 3, 3, Gives::Number, nullptr,
        [](Writer& to, const Operands& x) {
            return normalDistribution(to, to.step("Div", {to.step("Sub", {x[0], x[1]}), x[2]}));
        }},
    {"floor", 1, 1, Gives::Whole, "Floor"},
    {"ceil", 1, 1, Gives::Whole, "Ceil"},
    {"rint", 1, 1, Gives::Number, "Round"}, // halves to the even one
    {"round", 1, 1, Gives::Whole, nullptr, // halves upwards
        [](Writer& to, const Operands& x) {
            return to.last("Floor", {to.step("Add", {x[0], to.constant(0.5)})});
        }},
    {"modulo", 2, 2, Gives::WholeOfWhole, nullptr, // x - floor(x / y) y
        [](Writer& to, const Operands& x) {
            const TensorIndex times = to.step("Floor", {to.step("Div", {x[0], x[1]})});
            return to.last("Sub", {x[0], to.step("Mul", {times, x[1]})});
        }},
    {"threshold", 2, 2, Gives::Whole, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Where", {to.step("Greater", {x[0], x[1]}), to.constant(1), to.constant(0)});
        }},
    {"equal", 2, 2, Gives::Truth, "Equal"},
    {"notEqual", 2, 2, Gives::Truth, nullptr,
        [](Writer& to, const Operands& x) {
            return to.last("Not", {to.step("Equal", {x[0], x[1]})});
        }},
    {"lessThan", 2, 2, Gives::Truth, "Less"},
    {"lessOrEqual", 2, 2, Gives::Truth, "LessOrEqual"},
    {"greaterThan", 2, 2, Gives::Truth, "Greater"},
    {"greaterOrEqual", 2, 2, Gives::Truth, "GreaterOrEqual"},
    {"and", 1, any, Gives::Truth, nullptr, [](Writer& to, const Operands& x) { return chained(to, "And", x); },
        Takes::Truths},
    {"or", 1, any, Gives::Truth, nullptr, [](Writer& to, const Operands& x) { return chained(to, "Or", x); },
        Takes::Truths},
    {"not", 1, 1, Gives::Truth, "Not", nullptr, Takes::Truths},
};

void checkCount(const Row& row, std::size_t count, const pugi::xml_node& place)
{
    if (count >= row.least && count <= row.most)
        return;
    fail(place,
        "function '" + std::string(row.function) + "' has " + std::to_string(count) + " operands, expected "
            + std::to_string(row.least) + (row.most == any ? " or more" : ""));
}

TensorIndex truthOf(GraphBuilder& graph, const Value& value, const pugi::xml_node& place)
{
    if (value.known)
        return graph.constant(
            *value.known ? "true" : "false", Tensor::ofIntegers(Shape(), {*value.known ? 1 : 0}, ElementType::Bool));
    if (!value.isTruth)
        fail(place, "expected a comparison or another truth value as operand, found a number");
    return value.tensor;
}

bool isWhole(Gives gives, const std::vector<Value>& operands)
{
    return gives == Gives::Whole || (gives == Gives::WholeOfWhole && std::ranges::all_of(operands, &Value::isWhole));
}

/// if(condition, then, else)
Value addChoice(
    GraphBuilder& graph, const std::vector<Value>& operands, const pugi::xml_node& place, const std::string& name)
{
    if (operands.size() != 3)
        refuse(place,
            "function 'if' has " + std::to_string(operands.size())
                + " operands, expected 3: without its last one the value may be missing, which no formula says");
    if (operands[0].known)
        return operands[*operands[0].known ? 1 : 2];
    const TensorIndex chosen = graph.node("Where",
        {truthOf(graph, operands[0], place), numberOf(graph, operands[1], name + "/then"),
            numberOf(graph, operands[2], name + "/else")},
        name);
    return {chosen, false, operands[1].isWhole && operands[2].isWhole};
}

std::optional<bool> knownOf(const std::string& function, const std::vector<Value>& operands)
{
    if (asksForPresence(function))
        return function == "isNotMissing" || function == "isValid";
    if (function == "not" && operands.size() == 1 && operands[0].known)
        return !*operands[0].known;
    return std::nullopt;
}

} // namespace

bool asksForPresence(const std::string& function)
{
    return function == "isMissing" || function == "isNotMissing" || function == "isValid" || function == "isNotValid";
}

TensorIndex numberOf(GraphBuilder& graph, const Value& value, const std::string& name)
{
    if (value.known)
        return graph.scalar(name, *value.known ? 1 : 0);
    return value.isTruth ? graph.node("Cast", {value.tensor}, name, {{"to", std::int64_t(11)}}) // double
                         : value.tensor;
}

Value addFunction(GraphBuilder& graph, const std::string& function, const std::vector<Value>& operands,
    const pugi::xml_node& place, const std::string& name)
{
    if (const auto known = knownOf(function, operands))
        return {{}, true, false, known};
    if (function == "if")
        return addChoice(graph, operands, place, name);
    const auto* row = std::ranges::find(rows, function, &Row::function);
    if (row == std::ranges::end(rows))
        refuse(place, "function '" + function + "' is not read");
    checkCount(*row, operands.size(), place);
    if (function == "/" && std::ranges::all_of(operands, &Value::isWhole))
        refuse(place, "divides whole numbers, which some readers round and others do not: say them as double");
    Operands x;
    for (const Value& operand : operands)
        x.push_back(row->takes == Takes::Truths ? truthOf(graph, operand, place)
                                                : numberOf(graph, operand, name + "/" + std::to_string(x.size() + 1)));
    Writer writer(graph, name);
    const TensorIndex result
        = row->operatorName ? writer.last(row->operatorName, {x.begin(), x.end()}) : row->add(writer, x);
    return {result, row->gives == Gives::Truth, isWhole(row->gives, operands)};
}

} // namespace formulens::pmml
