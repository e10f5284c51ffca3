// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"
#include "core/formula/Layers.h"
#include "core/notation/Pieces.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace formulens;
using notation::NotatedFormula;
using notation::NotationOptions;

namespace {

Expression x(const char* name = "x1")
{
    return Expression::symbol(name);
}

Expression call(const char* function, std::vector<Expression> operands, std::vector<double> parameters = {})
{
    return Expression::call(*findFunction(function), std::move(operands), std::move(parameters));
}

QString textOf(const Expression& expression, const NotationOptions& options = {})
{
    return QString::fromStdString(toText(notation::notate(expression, options)));
}

QString textOf(const Formula& formula, const NotationOptions& options = {})
{
    return QString::fromStdString(toText(notation::notate(formula, options).tree));
}

Variable variable(const char* symbol, std::size_t element, const char* name = "", const char* unit = "")
{
    Variable result;
    result.symbol = symbol;
    result.sourceName = name[0] == '\0' ? symbol : name;
    result.unit = unit;
    result.inputElement = element;
    result.domain = {-1, 1};
    return result;
}

ResultEquation result(const char* symbol, const Expression& value)
{
    ResultEquation equation;
    equation.symbol = symbol;
    equation.sourceName = symbol;
    equation.value = value;
    return equation;
}

Definition definition(const char* symbol, const Expression& value)
{
    Definition equation;
    equation.symbol = symbol;
    equation.value = value;
    return equation;
}

/// Two hidden sigmoids and one output, as in the XOR example.
Formula xorFormula()
{
    Formula formula;
    formula.form = Form::Neurons;
    formula.variables = {variable("x1", 0), variable("x2", 1)};
    formula.definitions
        = {definition("h1_1", call("sigmoid", {Expression::sum(-1.5, {{3.25, x("x1")}, {-2, x("x2")}})})),
            definition("h1_2", call("sigmoid", {Expression::sum(0.5, {{1, x("x1")}, {1.23456, x("x2")}})}))};
    formula.results = {result("y", call("sigmoid", {Expression::sum(-3, {{7, x("h1_1")}, {-0.5, x("h1_2")}})}))};
    return formula;
}

QString lines(std::initializer_list<const char*> lines)
{
    QString text;
    for (const char* line : lines)
        text += QString::fromUtf8(line) + QLatin1Char('\n');
    return text;
}

} // namespace

class NotateTest final : public QObject
{
    Q_OBJECT

private slots:
    void expressionsReadAsMathematics_data();
    void expressionsReadAsMathematics();
    void functionsAreWrittenOut_data();
    void functionsAreWrittenOut();
    void formulasReadAsPapersDo_data();
    void formulasReadAsPapersDo();
    void longSumsShowTheirEnds();
    void smallTermsAreGatheredOnTheScreenOnly();
    void anchorsSayWhatPiecesStandFor();
    void aDefinitionCanBeWrittenInPlace();
    void whatIsTooLargeIsNotWritten();
};

void NotateTest::expressionsReadAsMathematics_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("actual");
    const auto row = [](const char* name, const char* expected, const Expression& expression, int digits = 4) {
        NotationOptions options;
        options.digits = digits;
        QTest::addRow("%s", name) << QString::fromUtf8(expected) << textOf(expression, options);
    };
    const Expression a = x("a");
    const Expression b = x("b");
    row("a coefficient 1 is hidden", "x₁ - x₂", Expression::sum(0, {{1, x()}, {-1, x("x2")}}));
    row("a coefficient that rounds to 1 is hidden", "x₁ + 2", Expression::sum(2, {{1.00000001, x()}}));
    row("a negative term is subtracted", "2 x₁ - 0.5", Expression::sum(-0.5, {{2, x()}}));
    row("a leading minus stands close", "-2 a + b", Expression::sum(0, {{-2, a}, {1, b}}));
    row("small numbers have a power of ten", "1.2×10⁻⁶ x₁ + 3.4×10⁷",
        Expression::sum(3.4e7, {{1.2e-6 * 0.999999, x()}}), 2);
    row("digits are those asked for", "0.33 x₁ + 3.1", Expression::sum(3.14159, {{1.0 / 3, x()}}), 2);
    row("full digits read back", "0.1 x₁ + 0.30000000000000004", Expression::sum(0.1 + 0.2, {{0.1, x()}}), 0);
    row("a product of a sum has brackets", "2 x₁ (a + b)", 2 * (x() * (a + b)));
    row("a quotient is a fraction", "a/b", a / b);
    row("a coefficient goes above the line", "0.5 a/(b + 1)", Expression(0.5) * a / (b + 1));
    row("a reciprocal", "1/(a + b)", Expression::power(a + b, -1));
    row("a product below the line", "1/(a b)", Expression::power(a * b, -1));
    row("powers", "a² + b^1.5 + (a + b)³",
        Expression::power(a, 2) + Expression::power(b, 1.5) + Expression::power(a + b, 3));
    row("negative powers", "1/a²", Expression::power(a, -2));
    row("roots", "√a + √(a + 1)", Expression::power(a, 0.5) + call("sqrt", {a + 1}));
    row("a reciprocal root", "1/√a", Expression::power(a, -0.5));
    row("a power of a function", "tanh²(a)", Expression::power(call("tanh", {a}), 2));
    row("a constant leads before a negative square", "1 - h₁²", Expression(1) - Expression::power(x("h1"), 2));
    row("an exponential", "1 + e^(-a)", Expression(1) + call("exp", {-a}));
    row("sigmoid by its letter", "σ(a - 1)", call("sigmoid", {a - 1}));
    row("a function with its number", "LeakyReLU_0.01(a)", call("leaky_relu", {a}, {0.01}));
    row("clip is min and max", "min(max(a, -1), 1)", call("clip", {a}, {-1, 1}));
    row("clip on one side", "max(a, 0)", call("clip", {a}, {0, std::numeric_limits<double>::infinity()}));
    row("whole numbers of a type", "min(max(round(a) - 128, -128), 127)", call("quantize", {a}, {-128, -128, 127}));
    row("whole numbers have all their digits", "min(max(round(a) + 12345, 0), 65535)",
        call("quantize", {a}, {12345, 0, 65535}));
    row("max of three", "max(a, b, 0.5)", call("max", {a, b, 0.5}));
    row("absolute value", "|a - b|", call("abs", {a - b}));
    row("a comparison", "[a ≤ b]", call("less_or_equal", {a, b}));
    row("select is cases", "{a if a < b; b otherwise}", call("select", {call("less", {a, b}), a, b}));
    row("cases stand in brackets", "2 ({a if b ≠ 0; 1 otherwise}) + 1",
        Expression::sum(1, {{2, call("select", {b, a, 1.0})}}));
    row("a sum of products", "a b + a²", call("sum_of_products", {a, b, a, a}));
    row("a component of softmax", "e^a/(e^a + e^b)", call("softmax", {a, b}));
    row("argmax in words", "place, counted from 0, of the largest of (a, b) (the first one at ties)",
        call("argmax", {a, b}, {0}));
    row("a name is no function", "named", x("named"));
    row("a power of a small number has brackets", "(1.5×10⁻⁷)^a", call("pow", {1.5e-7, a}));
    row("numbers never touch", "2 · 3^a", Expression::sum(0, {{2, call("pow", {3.0, a})}}));
}

void NotateTest::expressionsReadAsMathematics()
{
    QFETCH(QString, expected);
    QFETCH(QString, actual);
    QCOMPARE(actual, expected);
}

void NotateTest::functionsAreWrittenOut_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("actual");
    const auto row = [](const char* name, const char* expected, const Expression& expression) {
        NotationOptions options;
        options.writeFunctionsOut = true;
        QTest::addRow("%s", name) << QString::fromUtf8(expected) << textOf(expression, options);
    };
    const Expression z = x("z");
    const Expression sum = Expression::sum(-3, {{2, x("a")}});
    row("sigmoid", "1/(1 + e^(-z))", call("sigmoid", {z}));
    row("sigmoid of a sum turns its signs", "1/(1 + e^(-2 a + 3))", call("sigmoid", {sum}));
    row("a coefficient above sigmoid's line", "7/(1 + e^(-z)) - 1", Expression::sum(-1, {{7, call("sigmoid", {z})}}));
    row("sigmoid of sigmoid", "1/(1 + e^(-2/(1 + e^(-z))))", call("sigmoid", {Expression(2) * call("sigmoid", {z})}));
    row("tanh", "(e^z - e^(-z))/(e^z + e^(-z))", call("tanh", {z}));
    row("relu", "max(0, 2 a - 3)", call("relu", {sum}));
    row("leaky relu", "{0.01 z if z < 0; z otherwise}", call("leaky_relu", {z}, {0.01}));
    row("silu", "z/(1 + e^(-z))", call("silu", {z}));
    row("softplus", "ln(1 + e^z)", call("softplus", {z}));
    row("gelu", "z (1 + erf(z/√2))/2", call("gelu", {z}));
    row("words stay a name", "round(z)", call("round", {z}));
}

void NotateTest::functionsAreWrittenOut()
{
    QFETCH(QString, expected);
    QFETCH(QString, actual);
    QCOMPARE(actual, expected);
}

void NotateTest::formulasReadAsPapersDo_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("actual");
    const auto row = [](const char* name, QString expected, const Formula& formula) {
        QTest::addRow("%s", name) << expected << textOf(formula);
    };
    row("neurons with what sigma means",
        lines({"h₁,₁ = σ(3.25 x₁ - 2 x₂ - 1.5)", "h₁,₂ = σ(x₁ + 1.235 x₂ + 0.5)", "y = σ(7 h₁,₁ - 0.5 h₁,₂ - 3)",
            "where σ(z) = 1/(1 + e^(-z))"}),
        xorFormula());

    Formula legend;
    legend.variables = {variable("x1", 0, "inlet temperature", "K"), variable("x2", 1)};
    legend.held = {{"Temp (C)", "", 2, 0.5, {}}};
    legend.results = {result("y", Expression::sum(0, {{1, x("x1")}, {2, x("x2")}}))};
    legend.results.front().unit = "kW";
    row("a legend of names and units",
        lines({"y = x₁ + 2 x₂", "x₁ = inlet temperature [K]", "y = y [kW]", "fixed: Temp (C) = 0.5"}), legend);

    Formula derivative = xorFormula();
    derivative.results = {result("dy_dx1", Expression(0.25) * x("h1_1"))};
    derivative.results.front().derivativeBy = 0;
    derivative.definitions = {definition("h1_1", call("tanh", {x("x1")})),
        definition("dh1_1_dx1", Expression(1) - Expression::power(x("h1_1"), 2))};
    row("a derivative", lines({"h₁,₁ = tanh(x₁)", "∂h₁,₁/∂x₁ = 1 - h₁,₁²", "∂y/∂x₁ = 0.25 h₁,₁"}), derivative);

    Formula law;
    law.form = Form::Law;
    law.variables = {variable("x1", 0), variable("x2", 1)};
    law.results = {result("u1", Expression::sum(0.5, {{-2, x("x1")}, {1.5, x("x2")}})), result("u2", x("x2"))};
    law.region = {{Expression::sum(-4, {{2, x("x1")}, {-3, x("x2")}}), false, "h1_4", "is off", "h1[3]"},
        {Expression::sum(1, {{1, x("x1")}}), true, "", "", ""}};
    row("a law with its gain and region",
        lines({"u₁ = -2 x₁ + 1.5 x₂ + 0.5", "u₂ = x₂", "[u₁; u₂] = K [x₁; x₂] + c", "K = [-2, 1.5; 0, 1]",
            "c = [0.5; 0]", "valid where 2 x₁ - 3 x₂ ≤ 4  (h₁,₄ is off)", "x₁ < -1"}),
        law);

    Formula layers;
    layers.form = Form::Layers;
    layers.variables = {variable("x1", 0), variable("x2", 1)};
    LayerEquation first;
    first.symbol = "h1";
    first.arguments = {"x"};
    first.function = findFunction("tanh");
    first.rows = 2;
    first.columns = 2;
    first.matrix = {1, -0.5, 0.25, 1e-7};
    first.offset = {0.5, -1};
    first.matrixSymbol = "W1";
    first.offsetSymbol = "b1";
    LayerEquation second = first;
    second.symbol = "h2";
    second.arguments = {"h1"};
    second.function = findFunction("softmax");
    second.rows = 50;
    second.matrix.assign(100, 0.5);
    second.offset.clear();
    second.matrixSymbol = "W2";
    LayerEquation third;
    third.symbol = "h3";
    third.arguments = {"h2", "h1"};
    third.words = "conv 3x3, 8 channels";
    third.rows = 4;
    LayerEquation difference = third;
    difference.symbol = "h4";
    difference.words = "Sub";
    LayerEquation ratio = third;
    ratio.symbol = "h5";
    ratio.words = "Div, tanh";
    ratio.function = findFunction("tanh");
    layers.layers = {first, second, third, difference, ratio};
    layers.results = {result("y", x("h3_4"))};
    row("layers in matrices",
        lines({"h₁ = tanh(W₁ x + b₁)", "h₂ = softmax(W₂ h₁)", "h₃ = conv 3x3, 8 channels of (h₂, h₁)", "h₄ = h₂ - h₁",
            "h₅ = tanh(h₂/h₁)", "y = h₃,₄", "W₁ = [1, -0.5; 0.25, 1×10⁻⁷]", "b₁ = [0.5; -1]", "W₂ ∈ R^(50×2)",
            "where softmax(z)_i = e^z_i/(∑_j e^z_j)"}),
        layers);

    Formula scaled;
    scaled.form = Form::Layers;
    scaled.variables = {variable("x1", 0), variable("x2", 1)};
    LayerEquation centred;
    centred.symbol = "a0";
    centred.arguments = {"x"};
    centred.rows = 2;
    centred.columns = 2;
    centred.scaling = ElementwiseScaling::Centred;
    centred.sparse = formsOf({{500, 0.25}, {101325.0625, -3}}, centred.scaling);
    centred.matrixSymbol = "s1";
    centred.offsetSymbol = "m1";
    LayerEquation uniform = centred;
    uniform.symbol = "a1";
    uniform.arguments = {"a0"};
    uniform.sparse = formsOf({{16, 16}, {-2, -2}}, centred.scaling);
    LayerEquation diagonal = centred;
    diagonal.symbol = "a2";
    diagonal.arguments = {"a1"};
    diagonal.scaling = ElementwiseScaling::Scaled;
    diagonal.sparse = formsOf({{2, -3}, {0, 1}}, diagonal.scaling);
    diagonal.matrixSymbol = "s2";
    diagonal.offsetSymbol = "m2";
    LayerEquation turned = diagonal;
    turned.symbol = "y";
    turned.arguments = {"a2"};
    turned.sparse = formsOf({{-1, -1}, {4, 4}}, diagonal.scaling);
    LayerEquation shifted = uniform;
    shifted.symbol = "a3";
    shifted.arguments = {"a1"};
    shifted.scaling = ElementwiseScaling::Shifted;
    shifted.sparse = formsOf({{0.0625, 0.0625}, {-128, -128}}, shifted.scaling);
    LayerEquation quantised = diagonal;
    quantised.symbol = "h";
    quantised.arguments = {"a3"};
    quantised.function = findFunction("quantize");
    quantised.parameters = {5, -128, 127};
    quantised.sparse = formsOf({{16, 16}, {0, 0}}, diagonal.scaling);
    diagonal.arguments = {"h"};
    scaled.layers = {centred, uniform, shifted, quantised, diagonal, turned};
    scaled.results = {result("y1", x("y_1")), result("y2", x("y_2"))};
    row("scalings, element by element",
        lines({"a₀ = (x - m₁)/s₁  (element by element)", "a₁ = (a₀ + 2)/16", "a₃ = 0.0625 (a₁ + 128)",
            "h = min(max(round(16 a₃) + 5, -128), 127)", "a₂ = diag(s₂) h + m₂", "y = -a₂ + 4", "m₁ = [101325.1; -3]",
            "s₁ = [500; 0.25]", "m₂ = [0; 1]", "s₂ = [2; -3]",
            "where round(z): the nearest whole number, halves to the even one"}),
        scaled);

    Formula euler;
    euler.variables = {variable("e", 0)};
    euler.results = {result("y", call("exp", {x("e")}))};
    row("a symbol e is not Euler's number", lines({"y = exp(e)"}), euler);

    Formula chain;
    chain.variables = {variable("x1", 0)};
    chain.results = {result("y", call("gelu", {x("x1")}))};
    row("an explanation that needs another",
        lines({"y = GELU(x₁)", "where GELU(z) = z (1 + erf(z/√2))/2",
            "erf(z): 2/sqrt(pi) times the integral of exp(-t^2) from 0 to z"}),
        chain);

    Formula remark = xorFormula();
    remark.definitions.front().remark = "same as h1[5]";
    remark.definitions.pop_back();
    remark.results = {result("y", x("h1_1"))};
    row("a merged neuron keeps its names",
        lines({"h₁,₁ = σ(3.25 x₁ - 2 x₂ - 1.5)  (same as h1[5])", "y = h₁,₁", "where σ(z) = 1/(1 + e^(-z))"}), remark);
}

void NotateTest::formulasReadAsPapersDo()
{
    QFETCH(QString, expected);
    QFETCH(QString, actual);
    QCOMPARE(actual, expected);
}

void NotateTest::longSumsShowTheirEnds()
{
    Formula formula;
    std::vector<std::pair<double, Expression>> terms;
    for (int i = 1; i <= 5000; ++i) {
        const std::string symbol = "x" + std::to_string(i);
        formula.variables.push_back(variable(symbol.c_str(), static_cast<std::size_t>(i - 1)));
        terms.emplace_back(0.5, Expression::symbol(symbol));
    }
    formula.results = {result("y", Expression::sum(1, terms))};
    const QString shown = textOf(formula);
    QVERIFY(shown.contains(QString::fromUtf8("0.5 x₂₀₀ + ... 4,795 more terms ... + 0.5 x₄₉₉₆ + ")));
    QVERIFY(shown.endsWith(QString::fromUtf8("0.5 x₅₀₀₀ + 1\n")));
    QCOMPARE(shown.count(QStringLiteral("0.5")), 205);
    NotationOptions opened;
    opened.opened = {0};
    QCOMPARE(textOf(formula, opened).count(QStringLiteral("0.5")), 5000);
}

void NotateTest::smallTermsAreGatheredOnTheScreenOnly()
{
    Formula formula;
    formula.variables = {variable("x1", 0), variable("x2", 1), variable("x3", 2)};
    formula.variables[2].domain = {-1e5, 1e5};
    formula.results
        = {result("y", Expression::sum(0, {{1, x("x1")}, {1e-14, x("x2")}, {-1e-14, x("x3")}, {2, x("x2")}}))};
    QCOMPARE(textOf(formula), QString::fromUtf8("y = x₁ + 2 x₂ - 1×10⁻¹⁴ x₃\n"));

    formula.results = {result("y", Expression::sum(0, {{1, x("x1")}, {1e-14, x("x2")}, {-1e-14, x("x3")}}))};
    QCOMPARE(textOf(formula), QString::fromUtf8("y = x₁ - 1×10⁻¹⁴ x₃ + 1 term below 1e-12 of the sum\n"));
    NotationOptions complete;
    complete.gatherSmallTerms = false;
    QCOMPARE(textOf(formula, complete), QString::fromUtf8("y = x₁ + 1×10⁻¹⁴ x₂ - 1×10⁻¹⁴ x₃\n"));
    formula.variables[1].domain = Interval::everything();
    QVERIFY2(!textOf(formula).contains(QStringLiteral("below")), "no bound is known: the term is shown");
}

void NotateTest::anchorsSayWhatPiecesStandFor()
{
    const NotatedFormula notated = notation::notate(xorFormula());
    std::size_t inputs = 0;
    std::size_t uses = 0;
    std::size_t defining = 0;
    std::size_t results = 0;
    std::vector<double> coefficients;
    for (const notation::Anchor& anchor : notated.anchors) {
        if (const auto* input = std::get_if<notation::InputAnchor>(&anchor))
            inputs += input->inputElement < 2 ? 1 : 0;
        if (const auto* definition = std::get_if<notation::DefinitionAnchor>(&anchor))
            (definition->defining ? defining : uses) += 1;
        results += std::holds_alternative<notation::ResultAnchor>(anchor) ? 1 : 0;
        if (const auto* coefficient = std::get_if<notation::CoefficientAnchor>(&anchor))
            if (coefficient->equation == 1)
                coefficients.push_back(coefficient->value);
    }
    QCOMPARE(inputs, std::size_t(2));
    QCOMPARE(uses, std::size_t(2));
    QCOMPARE(defining, std::size_t(2));
    QCOMPARE(results, std::size_t(1));
    QVERIFY(std::ranges::count(coefficients, 1.23456) == 1);
    QVERIFY(std::ranges::count(coefficients, 0.5) == 1);
}

void NotateTest::aDefinitionCanBeWrittenInPlace()
{
    NotationOptions options;
    options.inPlace = {0};
    options.legend = false;
    const NotatedFormula notated = notation::notate(xorFormula(), options);
    QCOMPARE(QString::fromStdString(toText(notated.tree)),
        lines({"h₁,₂ = σ(x₁ + 1.235 x₂ + 0.5)", "y = σ(7 σ(3.25 x₁ - 2 x₂ - 1.5) - 0.5 h₁,₂ - 3)"}));
    QVERIFY(std::ranges::any_of(notated.anchors, [](const notation::Anchor& anchor) {
        const auto* definition = std::get_if<notation::DefinitionAnchor>(&anchor);
        return definition != nullptr && definition->folded && definition->definition == 0;
    }));
}

void NotateTest::whatIsTooLargeIsNotWritten()
{
    Expression shared = x("x1");
    for (int i = 0; i < 60; ++i)
        shared = call("tanh", {Expression::sum(0.1, {{0.3, shared}, {0.7, call("sin", {shared})}})});
    Formula formula;
    formula.variables = {variable("x1", 0)};
    formula.results = {result("y", shared)};
    const NotatedFormula notated = notation::notate(formula);
    QVERIFY(notated.refusedTerms > 1e5);
    QVERIFY(toText(notated.tree).find("an expression of") != std::string::npos);
}

QTEST_MAIN(NotateTest)
#include "NotateTest.moc"
