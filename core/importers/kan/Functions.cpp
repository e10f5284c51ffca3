// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/kan/Functions.h"

#include <algorithm>

namespace formulens::kan {

namespace {

/// A chain of operators, innermost first; "2" to "5" stand for that power.
struct Function
{
    std::string_view name;
    std::string_view operators;
};

constexpr Function functions[] = {
    {"x", ""},
    {"x^2", "2"},
    {"x^3", "3"},
    {"x^4", "4"},
    {"x^5", "5"},
    {"1/x", "Reciprocal"},
    {"1/x^2", "2 Reciprocal"},
    {"1/x^3", "3 Reciprocal"},
    {"1/x^4", "4 Reciprocal"},
    {"1/x^5", "5 Reciprocal"},
    {"sqrt", "Sqrt"},
    {"x^0.5", "Sqrt"},
    {"x^1.5", "Sqrt 3"},
    {"1/sqrt(x)", "Sqrt Reciprocal"},
    {"1/x^0.5", "Sqrt Reciprocal"},
    {"exp", "Exp"},
    {"log", "Log"},
    {"abs", "Abs"},
    {"sin", "Sin"},
    {"cos", "Cos"},
    {"tan", "Tan"},
    {"tanh", "Tanh"},
    {"sgn", "Sign"},
    {"arcsin", "Asin"},
    {"arccos", "Acos"},
    {"arctan", "Atan"},
    {"arctanh", "Atanh"},
    {"gaussian", "2 Neg Exp"},
};

const Function* find(std::string_view name)
{
    const auto found = std::ranges::find(functions, name, &Function::name);
    return found == std::ranges::end(functions) ? nullptr : found;
}

} // namespace

bool knowsFunction(std::string_view name)
{
    return find(name) != nullptr;
}

TensorIndex addFunction(GraphBuilder& graph, TensorIndex x, std::string_view name, const std::string& output)
{
    std::string_view rest = find(name)->operators;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string word(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::string& result = rest.empty() ? output : output + "/" + word;
        x = word.front() < 'A' ? graph.node("Pow", {x, graph.scalar(output + ".exponent", word.front() - '0')}, result)
                               : graph.node(word, {x}, result);
    }
    return x;
}

} // namespace formulens::kan
