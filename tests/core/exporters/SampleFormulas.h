// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"

#include <limits>
#include <string>
#include <vector>

/// Formulas that the tests of the writers share: each kind of notation, names that no language likes.
namespace formulens::samples {

inline Expression symbol(const std::string& name)
{
    return Expression::symbol(name);
}

inline Expression call(const char* function, std::vector<Expression> operands, std::vector<double> parameters = {})
{
    return Expression::call(*findFunction(function), std::move(operands), std::move(parameters));
}

inline Variable variable(const std::string& symbol, std::size_t element, const std::string& name = "")
{
    Variable result;
    result.symbol = symbol;
    result.sourceName = name;
    result.inputElement = element;
    result.domain = {-2, 2};
    return result;
}

inline Definition definition(const std::string& symbol, const Expression& value)
{
    Definition result;
    result.symbol = symbol;
    result.value = value;
    return result;
}

inline ResultEquation result(const std::string& symbol, const Expression& value, const std::string& name = "")
{
    ResultEquation equation;
    equation.symbol = symbol;
    equation.sourceName = name;
    equation.value = value;
    return equation;
}

/// Two hidden sigmoids and one output, as in the XOR example.
inline Formula twoSigmoids()
{
    Formula formula;
    formula.form = Form::Neurons;
    formula.modelName = "xor.onnx";
    formula.variables = {variable("x1", 0, "x1"), variable("x2", 1, "x2")};
    formula.definitions
        = {definition("h1_1", call("sigmoid", {Expression::sum(-1.5, {{3.25, symbol("x1")}, {-2, symbol("x2")}})})),
            definition("h1_2", call("sigmoid", {Expression::sum(0.5, {{1, symbol("x1")}, {1.23456, symbol("x2")}})}))};
    formula.results
        = {result("y", call("sigmoid", {Expression::sum(-3, {{7, symbol("h1_1")}, {-0.5, symbol("h1_2")}})}), "y")};
    return formula;
}

/// The same in one expression.
inline Formula nestedSigmoids()
{
    Formula formula = twoSigmoids();
    formula.form = Form::Closed;
    const std::vector<std::pair<std::string, Expression>> hidden{
        {"h1_1", formula.definitions[0].value}, {"h1_2", formula.definitions[1].value}};
    formula.results[0].value = substituted(formula.results[0].value, hidden);
    formula.definitions.clear();
    return formula;
}

/// Names that are reserved words, that differ in case alone, that are empty, Cyrillic, or wish to end a comment.
inline Formula awkwardNames()
{
    Formula formula;
    formula.modelName = "a */ model \\";
    const std::vector<std::pair<std::string, std::string>> names{{"double", "double"}, {"x", "x"}, {"X", "X"},
        {"x4", "Temp (C)"}, {"a_b", "a_b"}, {"", ""}, {"x7", "Температура"}, {"theta", "100 % & #_{}$~^\\"},
        {"lambda", "*/ ?\?/\n//\\"}, {"температура", "\xff\xfe"}, {"x_2", "\u202Ebidi"}, {"double_2", "/* ?\?> <b>"}};
    std::vector<std::pair<double, Expression>> terms;
    for (std::size_t i = 0; i < names.size(); ++i) {
        formula.variables.push_back(variable(names[i].first, i, names[i].second));
        formula.variables.back().unit = i == 3 ? "°C" : "";
        terms.emplace_back(static_cast<double>(i + 1), symbol(names[i].first));
    }
    formula.results = {result("return", Expression::sum(0.5, terms), "Ausgang */"),
        result("y", Expression::product({symbol("x"), symbol("X"), symbol("lambda")}), "y")};
    return formula;
}

/// Every row of the catalogue once, on operands that suit it.
inline Formula everyFunction()
{
    Formula formula;
    formula.modelName = "catalogue";
    formula.variables = {variable("x1", 0, "x1"), variable("x2", 1, "x2"), variable("x3", 2, "x3")};
    const Expression a = Expression::sum(0.1, {{0.3, symbol("x1")}, {-0.2, symbol("x2")}});
    const Expression b = Expression::sum(0.0, {{0.4, symbol("x3")}, {0.15, symbol("x1")}});
    const Expression positive = Expression::sum(1.5, {{0.2, symbol("x1")}});
    for (const Function& row : catalogue()) {
        const std::string name(row.name);
        std::vector<Expression> operands{a, b, symbol("x2"), symbol("x3")};
        if (name == "log" || name == "sqrt" || name == "acosh" || name == "pow" || name == "power"
            || name == "reciprocal")
            operands[0] = positive;
        if (name == "quotient")
            operands[1] = positive;
        if (row.operands != Function::variadic)
            operands.resize(static_cast<std::size_t>(row.operands));
        std::vector<double> parameters{0.25, 0.75};
        parameters.resize(static_cast<std::size_t>(row.parameters));
        const std::string symbolOfRow = "y" + std::to_string(formula.results.size() + 1);
        formula.results.push_back(result(symbolOfRow, call(name.c_str(), operands, parameters), name));
    }
    return formula;
}

/// What functions alone do not cover: powers, roots, quotients, infinite and tiny numbers, constants, deep sharing.
inline Formula arithmetic()
{
    Formula formula;
    formula.form = Form::Closed;
    formula.modelName = "arithmetic";
    formula.variables = {variable("x1", 0, "x1"), variable("x2", 1, "x2")};
    formula.held = {{"n", "K", 2, 0.5, {}}};
    const Expression a = symbol("x1");
    const Expression b = Expression::sum(3, {{1, symbol("x2")}});
    Expression shared = a;
    for (int i = 0; i < 40; ++i)
        shared = call("tanh", {Expression::sum(0.1, {{0.3, shared}, {0.7, call("sin", {shared})}})});
    formula.results = {
        result("y1", Expression::power(a, 2) + Expression::power(b, 1.5) + Expression::power(b, -2)),
        result("y2", a / b + Expression(1) / (Expression(1) + Expression::power(a, 2))),
        result("y3", Expression::power(b, 0.5) + Expression::power(b, -0.5)),
        result("y4", Expression::sum(-1.25e-17, {{6.02e23, a}, {-1e-300, b}})),
        result("y5", Expression(0.1)),
        result("y6", Expression::power(call("tanh", {a}), 3)),
        result("y7", call("clip", {a}, {-0.5, std::numeric_limits<double>::infinity()})),
        result("y8", -(Expression(2) * a) * (a + b) * (a - b)),
        result("y9", call("select", {call("less", {a, 0.0}), a, b}) * Expression(2)),
    };
    formula.definitions = {definition("s", shared)};
    formula.results.push_back(result("y10", Expression::sum(0, {{1, symbol("s")}, {-1, a}})));
    return formula;
}

/// u = K x + c of two outputs, with its region.
inline Formula law()
{
    Formula formula;
    formula.form = Form::Law;
    formula.modelName = "controller";
    formula.variables = {variable("x1", 0, "angle"), variable("x2", 1, "speed")};
    formula.results
        = {result("u1", Expression::sum(0.5, {{-2, symbol("x1")}, {1.5, symbol("x2")}})), result("u2", symbol("x2"))};
    formula.region = {{Expression::sum(-4, {{2, symbol("x1")}, {-3, symbol("x2")}}), false, "h1_4", "is off", "h1[3]"},
        {Expression::sum(1, {{1, symbol("x1")}}), true, "h1_5", "is on", "neuron */ h1[4]"}};
    return formula;
}

/// Derivatives by way of a definition.
inline Formula derivativeOfTanh()
{
    Formula formula;
    formula.form = Form::Neurons;
    formula.modelName = "tanh";
    formula.variables = {variable("x1", 0, "x1")};
    formula.definitions = {definition("h1_1", call("tanh", {Expression::sum(0.2, {{1.5, symbol("x1")}})})),
        definition("dh1_1_dx1", Expression(1.5) * (Expression(1) - Expression::power(symbol("h1_1"), 2)))};
    formula.results = {result("dy_dx1", Expression(0.25) * symbol("dh1_1_dx1"), "y")};
    formula.results[0].derivativeBy = 0;
    return formula;
}

/// A dense layer of 12 rows from 9 inputs and one of 2: arrays and loops in code.
inline Formula denseLayers(std::size_t inputs = 9, std::size_t hidden = 12)
{
    Formula formula;
    formula.form = Form::Neurons;
    formula.modelName = "dense";
    for (std::size_t i = 0; i < inputs; ++i)
        formula.variables.push_back(variable("x" + std::to_string(i + 1), i, "in[" + std::to_string(i) + "]"));
    const auto weight = [](std::size_t i, std::size_t j) {
        return static_cast<double>((i * 37 + j * 101 + 13) % 199) / 99.5 - 1.0001;
    };
    for (std::size_t i = 0; i < hidden; ++i) {
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t j = 0; j < inputs; ++j)
            terms.emplace_back(weight(i, j), symbol("x" + std::to_string(j + 1)));
        formula.definitions.push_back(
            definition("h1_" + std::to_string(i + 1), call("tanh", {Expression::sum(weight(i, 1000), terms)})));
    }
    for (std::size_t k = 0; k < 2; ++k) {
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t i = 0; i < hidden; ++i)
            terms.emplace_back(weight(k, i + 500), symbol("h1_" + std::to_string(i + 1)));
        formula.results.push_back(result("y" + std::to_string(k + 1), Expression::sum(0.25, terms), "y"));
    }
    return formula;
}

/// Layers of every kind: a matrix with offset, none, sparse forms with several operands, two arguments, softmax.
inline Formula layers()
{
    Formula formula;
    formula.form = Form::Layers;
    formula.modelName = "layers";
    formula.variables = {variable("x1", 0, "x1"), variable("x3", 2, "x3")};
    formula.held = {{"x2", "", 1, 0.75, {}}};
    LayerEquation scaled;
    scaled.symbol = "x0";
    scaled.arguments = {"x"};
    scaled.scaling = ElementwiseScaling::Centred;
    scaled.matrixSymbol = "s1";
    scaled.offsetSymbol = "m1";
    scaled.rows = scaled.columns = 3;
    scaled.sparse = {{0.5, -0.25, 0}, {0, 1, 2, 3}, {0, 1, 2}, {2, 0.5, 1}};
    LayerEquation dense;
    dense.symbol = "h1";
    dense.arguments = {"x0"};
    dense.function = findFunction("leaky_relu");
    dense.parameters = {0.01};
    dense.rows = 4;
    dense.columns = 3;
    dense.matrix = {1, -0.5, 0.25, 1e-7, 0.3, 0.6, -0.9, 0.2, 0.1, 0.7, -0.4, 0.8};
    dense.offset = {0.5, -1, 0.25, 0};
    dense.matrixSymbol = "W1";
    dense.offsetSymbol = "b1";
    LayerEquation pooled;
    pooled.symbol = "h2";
    pooled.arguments = {"h1"};
    pooled.words = "max pool 2x1";
    pooled.function = findFunction("max");
    pooled.rows = 3;
    pooled.columns = 4;
    pooled.operandsPerRow = 2;
    pooled.sparse = {{0, 0, 0, 0, 0, 0.5}, {0, 1, 2, 3, 4, 5, 5}, {0, 1, 1, 2, 2}, {1, 1, 1, 1, 1}};
    LayerEquation joined;
    joined.symbol = "h3";
    joined.arguments = {"h2", "x0"};
    joined.function = findFunction("softmax");
    joined.rows = 3;
    joined.columns = 6;
    joined.matrix = {1, -0.5, 0.25, 0.1, 0.3, 0.6, -0.9, 0.2, 0.1, 0.7, -0.4, 0.8, 0.2, 0.4, -0.6, 0.8, 0.1, 0.3};
    joined.matrixSymbol = "W2";
    LayerEquation shifted = scaled;
    shifted.symbol = "a1";
    shifted.arguments = {"h3"};
    shifted.scaling = ElementwiseScaling::Shifted;
    shifted.matrixSymbol = "s2";
    shifted.offsetSymbol = "m2";
    shifted.sparse = {{8, -4, 2}, {0, 1, 2, 3}, {0, 1, 2}, {2, 0.5, 1}};
    LayerEquation last;
    last.symbol = "y";
    last.arguments = {"a1"};
    last.function = findFunction("tanh");
    last.rows = last.columns = 3;
    last.offset = {0.1, 0.2, 0.3};
    last.offsetSymbol = "b2";
    formula.layers = {scaled, dense, pooled, joined, shifted, last};
    formula.definitions = {definition("d", symbol("y_1") + symbol("x1"))};
    formula.results = {result("y1", symbol("d")), result("y2", Expression(2) * symbol("y_2") - symbol("h1_4")),
        result("y3", symbol("y_3"))};
    return formula;
}

} // namespace formulens::samples
