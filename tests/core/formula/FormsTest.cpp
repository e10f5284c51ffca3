// SPDX-License-Identifier: GPL-3.0-or-later
#include "Drawing.h"

#include "core/evaluation/Reference.h"
#include "core/expression/GinacEngine.h"
#include "core/formula/Layers.h"
#include "core/functions/Catalogue.h"

#include <QTest>

#include <cmath>

using namespace formulens;
using drawing::constant;
using drawing::dense;

class FormsTest final : public QObject
{
    Q_OBJECT

private slots:
    void equalsTheNetwork_data();
    void equalsTheNetwork();
    void derivativesEqualTheJacobian_data() { equalsTheNetwork_data(); }
    void derivativesEqualTheJacobian();
    void writesTheNeuronsOfXor();
    void aLongRecurrenceIsChecked();
    void namesInputsAndOutputs();
    void holdsInputs();
    void substitutesNeurons();
    void selectsHiddenNeurons();
    void keepsLossyScalingAsDefinitions();
    void findsScalingAmongMovement();
    void foldsTypedScaling();
    void takesLogits();
    void forecastsBeforeItWrites();
    void keepsSharedPartsOfALargeClosedForm();
    void manipulates();
    void writesLayersAsMatrices();
    void writesQuantisationInLayers();
    void reportsACorruptedFormula_data();
    void reportsACorruptedFormula();
    void saysWhatIsWrongWithAQuestion();
    void countsPointsThatAreNotFinite();
    void boundsWhatDisplayedDigitsDo();
    void stopsWhenAsked();
};

namespace {

std::string normalised(double mean, double scale)
{
    std::string text = dense({3, 6, 2}, "Tanh");
    const std::string head = "input x : float32[N, 3]\n";
    text.replace(0, head.size(), "");
    for (std::size_t at = text.find("Gemm<transB=1>(x"); at != std::string::npos; at = std::string::npos)
        text.replace(at, 16, "Gemm<transB=1>(z");
    const std::string m = std::to_string(mean);
    const std::string s = std::to_string(scale);
    return head + "m = float32[3]{" + m + ", " + m + ", " + m + "}\ns = float32[3]{" + s + ", " + s + ", " + s
        + "}\nc = Sub(x, m)\nz = Div(c, s)\n" + text;
}

std::string batchNormalised()
{
    return "input x : float32[N, 3]\n" + constant("W1", "3, 5", 15) + constant("b1", "5", 5) + constant("scale", "5", 5)
        + constant("bias", "5", 5) + constant("mean", "5", 5)
        + "variance = float32[5]{0.5, 1.5, 2, 0.25, 3}\n"
          "g = MatMul(x, W1)\na = Add(g, b1)\nn = BatchNormalization(a, scale, bias, mean, variance)\nh = Relu(n)\n"
        + constant("W2", "5, 1", 5) + "y = MatMul(h, W2)\noutput y\n";
}

std::string residual()
{
    return "input x : float32[N, 4]\n" + constant("W1", "4, 4", 16) + constant("W2", "4, 4", 16)
        + constant("W3", "4, 2", 8)
        + "a = MatMul(x, W1)\nb = Relu(a)\nr = Add(b, x)\nc = MatMul(r, W2)\nd = Tanh(c)\ne = Add(d, r)\n"
          "y = MatMul(e, W3)\noutput y\n";
}

std::string softmaxHead()
{
    return "input x : float32[N, 4]\n" + constant("W1", "4, 6", 24) + constant("W2", "6, 3", 18)
        + "a = MatMul(x, W1)\nb = Tanh(a)\nlogits = MatMul(b, W2)\ny = Softmax(logits)\noutput y\n";
}

std::string convolution()
{
    return "input x : float32[1, 1, 6, 6]\n" + constant("K", "2, 1, 3, 3", 18) + constant("k", "2", 2)
        + "c = Conv(x, K, k)\nr = Relu(c)\np = MaxPool<kernel_shape=[2, 2], strides=[2, 2]>(r)\nf = Flatten(p)\n"
        + constant("W", "8, 3", 24) + "y = MatMul(f, W)\noutput y\n";
}

std::string products()
{
    return "input x : float32[N, 3]\n" + constant("W", "3, 3", 9)
        + "g = MatMul(x, W)\ns = Sigmoid(g)\nq = Mul(g, s)\np = Mul(x, q)\nones = float32[3, 1]{1, 1, 1}\n"
          "m = MatMul(p, ones)\n"
          "y = Exp(m)\noutput y\n";
}

std::string layerNormalised()
{
    return "input x : float32[N, 4]\n" + constant("g", "4", 4) + constant("b", "4", 4) + constant("W", "4, 2", 8)
        + "n = LayerNormalization(x, g, b)\ny = MatMul(n, W)\noutput y\n";
}

/// Three inputs side by side, scaled, dealt out to two branches; one of them is also read as it is.
std::string scaledBetweenConcatAndSplit()
{
    return "input p : float32[N, 1]\ninput q : float32[N, 1]\ninput r : float32[N, 1]\n"
           "x = Concat<axis=1>(p, q, r)\nm = float32[3]{101325, 0.5, 300}\ns = float32[3]{500, 2, 10}\n"
           "c = Sub(x, m)\nz = Div(c, s)\nparts = int64[2]{1, 2}\na, b = Split<axis=1>(z, parts)\n"
        + constant("A", "1, 3", 3) + constant("B", "2, 3", 6) + constant("C", "3, 1", 3)
        + "g = MatMul(a, A)\nh = MatMul(b, B)\ne = Add(g, h)\nt = Tanh(e)\nu = MatMul(t, C)\ny = Add(u, q)\noutput y\n";
}

std::string quantisedLayer()
{
    return "input x : int8[N, 2]\nsx = float32[]{0.0625}\nzx = int8[]{-5}\nsy = float32[]{0.125}\nzy = int8[]{7}\n"
           "r = DequantizeLinear(x, sx, zx)\n"
        + constant("A", "2, 3", 6) + "p = MatMul(r, A)\ng = Relu(p)\ny = QuantizeLinear(g, sy, zy)\noutput y\n";
}

std::string scaledAtTheExit()
{
    return dense({2, 4, 1}, "Sigmoid").substr(0, dense({2, 4, 1}, "Sigmoid").rfind("y = Gemm"))
        + "v = Gemm<transB=1>(dense_1, W2, b2)\ns = float32[1]{500}\nm = float32[1]{101325}\nw = Mul(v, s)\n"
          "y = Add(w, m)\noutput y\n";
}

/// All results at a point against the network, 1e-11 of the size of what is added up.
void compareAtPoints(const DeriveRequest& request, const Formula& formula)
{
    for (std::uint64_t sample = 0; sample < 20; ++sample) {
        const std::vector<double> point = drawing::randomPoint(request, sample);
        std::vector<double> shown = point;
        for (std::size_t i = 0; i < point.size(); ++i) {
            const Scaling& scaling = request.question.inputs[i].scaling;
            shown[i] = scaling.offset + scaling.scale * point[i];
        }
        const auto values = evaluateFormula(formula, shown, point.size());
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        for (std::size_t i = 0; i < formula.results.size(); ++i) {
            const ResultEquation& result = formula.results[i];
            double expected = drawing::networkValue(*request.network, result.element, point);
            if (result.subtracted)
                expected -= drawing::networkValue(*request.network, *result.subtracted, point);
            expected = result.scaling.offset + result.scaling.scale * expected;
            const double size = 1 + std::fabs(expected) + std::fabs(result.scaling.scale);
            QVERIFY2(std::fabs((*values)[i] - expected) <= 1e-11 * size,
                qPrintable(QStringLiteral("%1 instead of %2").arg((*values)[i]).arg(expected)));
        }
    }
}

Formula derived(const DeriveRequest& request)
{
    const Result<Formula> formula = derive(request);
    if (!formula)
        throw std::runtime_error(formula.error().message);
    return *formula;
}

} // namespace

void FormsTest::equalsTheNetwork_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("form");
    const std::vector<std::pair<const char*, std::string>> networks{{"one tanh layer", dense({2, 3, 1}, "Tanh")},
        {"sigmoid at the end", dense({2, 2, 1}, "Sigmoid", true)}, {"two ReLU layers", dense({4, 8, 6, 3}, "Relu")},
        {"no hidden layer", dense({3, 2}, "Relu")}, {"GELU", "opset 20\n" + dense({3, 5, 1}, "Gelu")},
        {"a normaliser", normalised(0.4, 2)}, {"a normaliser far off", normalised(1013.25, 0.5)},
        {"batch normalisation", batchNormalised()}, {"residual sums", residual()}, {"a softmax", softmaxHead()},
        {"a convolution", convolution()}, {"products of tensors", products()},
        {"a layer normalisation", layerNormalised()}, {"scaled at the exit", scaledAtTheExit()}};
    for (const auto& [words, text] : networks) {
        for (const Form form : {Form::Layers, Form::Neurons, Form::Closed})
            QTest::addRow("%s of %s", std::string(name(form)).c_str(), words)
                << QString::fromStdString(text) << static_cast<int>(form);
    }
}

void FormsTest::equalsTheNetwork()
{
    QFETCH(QString, text);
    QFETCH(int, form);
    DeriveRequest request = drawing::request(text.toStdString());
    request.form = static_cast<Form>(form);
    const Result<Formula> formula = derive(request);
    QVERIFY2(formula, formula ? "" : formula.error().message.c_str());
    QCOMPARE(formula->badge.kind, Badge::Kind::Exact);
    QCOMPARE(formula->badge.points, std::size_t(256));
    QCOMPARE(QString::fromStdString(formula->badge.shortText()), QStringLiteral("exact"));
    compareAtPoints(request, *formula);
}

void FormsTest::derivativesEqualTheJacobian()
{
    QFETCH(QString, text);
    QFETCH(int, form);
    DeriveRequest request = drawing::request(text.toStdString());
    request.form = static_cast<Form>(form);
    const std::size_t by = request.question.inputs.size() - 1;
    request.derivativeBy = by;
    const Result<Formula> formula = derive(request);
    QVERIFY2(formula, formula ? "" : formula.error().message.c_str());
    for (std::uint64_t sample = 0; sample < 10; ++sample) {
        const std::vector<double> point = drawing::randomPoint(request, sample);
        const auto values = evaluateFormula(*formula, point, point.size());
        const TensorIndex tensor = formula->results.front().element.tensor;
        const auto jacobian = reference::jacobian(*request.network, tensor, point);
        QVERIFY(values && jacobian);
        for (std::size_t i = 0; i < formula->results.size(); ++i) {
            const double expected = (*jacobian)[formula->results[i].element.element * point.size() + by];
            QVERIFY(std::fabs((*values)[i] - expected) <= 1e-10 * (1 + std::fabs(expected)));
        }
    }
    QVERIFY(formula->results.front().derivativeBy == by);
}

void FormsTest::writesTheNeuronsOfXor()
{
    DeriveRequest request
        = drawing::request("input x : float32[1, 2]\nW = float32[2, 2]{4, 4, -3, -3}\n"
                           "b = float32[2]{-2, 5}\na = Gemm<transB=1>(x, W, b)\nh = Sigmoid(a)\n"
                           "V = float32[1, 2]{6, 7}\nc = float32[1]{-9}\nd = Gemm<transB=1>(h, V, c)\n"
                           "y = Sigmoid(d)\noutput y\n");
    request.form = Form::Neurons;
    const Formula formula = derived(request);
    QCOMPARE(formula.definitions.size(), std::size_t(2));
    QCOMPARE(formula.definitions[0].symbol, std::string("h1_1"));
    const Expression x1 = Expression::symbol("x1");
    const Expression x2 = Expression::symbol("x2");
    const auto sigmoid = [](const Expression& z) { return Expression::call(idOf<functions::Sigmoid>(), {z}); };
    QVERIFY(formula.definitions[0].value == sigmoid(Expression::sum(-2, {{4, x1}, {4, x2}})));
    QVERIFY(formula.definitions[1].value == sigmoid(Expression::sum(5, {{-3, x1}, {-3, x2}})));
    QVERIFY(formula.results[0].value
        == sigmoid(Expression::sum(-9, {{6, Expression::symbol("h1_1")}, {7, Expression::symbol("h1_2")}})));
    QCOMPARE(formula.results[0].symbol, std::string("y"));
    QCOMPARE(*openingForm(request), Form::Closed);
}

/// The running error of many steps grows until it is no number: the check still tells right from wrong.
void FormsTest::aLongRecurrenceIsChecked()
{
    DeriveRequest request = drawing::request("input x : float32[60, 1, 1]\n" + constant("W", "1, 24, 1", 24)
        + constant("R", "1, 24, 8", 192) + "Y, y = GRU(x, W, R)\noutput y");
    request.form = Form::Neurons;
    request.checkPoints = 4;
    const auto formula = derive(request);
    QVERIFY2(formula, formula ? "" : formula.error().message.c_str());
    Formula wrong = *formula;
    wrong.results.front().value = Expression::sum(1e-6, {{1.0, wrong.results.front().value}});
    QVERIFY(!checkFormula(*request.network, wrong, 4, 1));
}

void FormsTest::namesInputsAndOutputs()
{
    DeriveRequest request = drawing::request(dense({5, 2, 2}, "Tanh"));
    std::vector<InputQuantity>& inputs = request.question.inputs;
    inputs[0].name = "theta";
    inputs[1].name = "x1";
    inputs[2].name = "Temp (C)";
    inputs[3].symbol = "T_in";
    inputs[4].name = "x1";
    request.question.outputs[0].symbol = "theta";
    const Formula formula = derived(request);
    std::vector<std::string> symbols;
    for (const Variable& variable : formula.variables)
        symbols.push_back(variable.symbol);
    QCOMPARE(symbols, (std::vector<std::string>{"theta", "x1", "x3", "T_in", "x1_2"}));
    QCOMPARE(formula.results[0].symbol, std::string("theta_2"));
    QCOMPARE(formula.results[1].symbol, std::string("y2"));
    QCOMPARE(formula.variables[2].sourceName, std::string("Temp (C)"));
}

void FormsTest::holdsInputs()
{
    for (const Form form : {Form::Layers, Form::Neurons, Form::Closed, Form::Law}) {
        DeriveRequest request = drawing::request(normalised(0.4, 2));
        request.form = form;
        request.question.inputs[0].role = Role::Held;
        request.question.inputs[2].role = Role::Held;
        request.question.inputs[2].reference = -0.75;
        const Formula formula = derived(request);
        QCOMPARE(formula.variables.size(), std::size_t(1));
        QCOMPARE(formula.held.size(), std::size_t(2));
        if (form != Form::Law)
            compareAtPoints(request, formula);
        for (const ResultEquation& result : formula.results) {
            const std::vector<std::string> symbols = symbolsOf(std::span(&result.value, 1));
            QVERIFY(std::find(symbols.begin(), symbols.end(), "x1") == symbols.end());
        }
    }
}

void FormsTest::substitutesNeurons()
{
    DeriveRequest request = drawing::request(dense({2, 3, 1}, "Tanh"));
    request.form = Form::Neurons;
    const Formula before = derived(request);
    QCOMPARE(before.definitions.size(), std::size_t(3));
    request.substituted.insert(*before.definitions[1].element);
    const Formula after = derived(request);
    QCOMPARE(after.definitions.size(), std::size_t(2));
    const std::vector<std::pair<std::string, Expression>> put{{"h1_2", before.definitions[1].value}};
    QVERIFY(after.results[0].value == substituted(before.results[0].value, put));
}

void FormsTest::selectsHiddenNeurons()
{
    DeriveRequest request = drawing::request(dense({2, 4, 3, 1}, "Relu"));
    request.form = Form::Neurons;
    const TensorIndex hidden = *request.network->network->find("dense_2");
    request.question.selected = {{hidden, 1}};
    const Formula formula = derived(request);
    QCOMPARE(formula.results[0].symbol, std::string("h2_2"));
    QCOMPARE(formula.results[0].sourceName, std::string("dense_2[1]"));
    QVERIFY(std::holds_alternative<CallNode>(formula.results[0].value.node().kind));
    compareAtPoints(request, formula);
    request.question.selected = {{hidden, 0}, {hidden, 2}, request.question.outputs[0].element};
    compareAtPoints(request, derived(request));
    request.question.selected = {{*request.network->network->find("a2"), 2}};
    compareAtPoints(request, derived(request));
}

void FormsTest::keepsLossyScalingAsDefinitions()
{
    DeriveRequest request = drawing::request(normalised(101325, 500));
    request.form = Form::Neurons;
    for (InputQuantity& input : request.question.inputs) {
        input.domain.range = {100825, 101825};
        input.reference = 101325;
    }
    const Formula kept = derived(request);
    QCOMPARE(kept.definitions[0].symbol, std::string("z1"));
    QVERIFY(kept.definitions[0].value == (Expression::symbol("x1") - 101325.0) / 500.0);
    compareAtPoints(request, kept);
    request.scaling = ScalingDisplay::Folded;
    const Formula folded = derived(request);
    QCOMPARE(folded.definitions[0].symbol, std::string("h1_1"));
    QVERIFY(displayBound(folded, 6).largestDifference > 50 * displayBound(kept, 6).largestDifference);
    request = drawing::request(normalised(0.25, 2));
    request.form = Form::Neurons;
    QCOMPARE(derived(request).definitions[0].symbol, std::string("h1_1"));
    request.scaling = ScalingDisplay::Definitions;
    QCOMPARE(derived(request).definitions[0].symbol, std::string("z1"));
}

void FormsTest::findsScalingAmongMovement()
{
    DeriveRequest request = drawing::request(scaledBetweenConcatAndSplit());
    request.form = Form::Neurons;
    request.question.inputs[0].domain.range = {100825, 101825};
    request.question.inputs[0].reference = 101325;
    const Formula formula = derived(request);
    compareAtPoints(request, formula);
    std::vector<std::string> scaled;
    for (const Definition& definition : formula.definitions) {
        if (definition.symbol.starts_with('z'))
            scaled.push_back(definition.symbol);
    }
    QCOMPARE(scaled, (std::vector<std::string>{"z1", "z2", "z3"}));
    QVERIFY(formula.definitions[0].value == (Expression::symbol("p") - 101325.0) / 500.0);
    QVERIFY(displayBound(formula, 6).largestDifference < 1e-4);
}

void FormsTest::foldsTypedScaling()
{
    for (const Form form : {Form::Layers, Form::Neurons, Form::Closed}) {
        for (const ScalingDisplay display :
            {ScalingDisplay::Automatic, ScalingDisplay::Folded, ScalingDisplay::Definitions}) {
            for (const std::string& text : {normalised(0.4, 2), scaledAtTheExit()}) {
                DeriveRequest request = drawing::request(text);
                request.form = form;
                request.scaling = display;
                request.question.inputs[0].scaling = {273.15, 40};
                request.question.inputs[0].unit = "K";
                request.question.outputs[0].scaling = {-7, 0.25};
                const Formula formula = derived(request);
                compareAtPoints(request, formula);
                QVERIFY(std::fabs(formula.variables[0].domain.lower - 233.15) < 1e-9);
                QVERIFY(std::fabs(formula.variables[0].reference - 285.15) < 1e-9);
            }
        }
    }
}

void FormsTest::takesLogits()
{
    DeriveRequest request = drawing::request(softmaxHead());
    request.form = Form::Closed;
    request.question.selected = {request.question.outputs[2].element};
    QVERIFY(hasHead(*request.network, request.question.selected));
    request.head.kind = HeadChoice::Kind::Logit;
    const Formula logit = derived(request);
    QCOMPARE(request.network->network->tensor(logit.results[0].element.tensor).name, std::string("logits"));
    compareAtPoints(request, logit);
    request.head = {HeadChoice::Kind::LogitDifference, 0, {}};
    const Formula difference = derived(request);
    QVERIFY(difference.results[0].subtracted.has_value());
    compareAtPoints(request, difference);
    QVERIFY(writtenSize(difference.results[0].value).terms <= writtenSize(logit.results[0].value).terms);
    request.question.selected = {request.question.outputs[1].element, request.question.outputs[2].element};
    request.head.chosen = 2;
    QCOMPARE(derived(request).results.size(), std::size_t(1)); // one difference, whatever is selected
    request.question.selected = {request.question.outputs[2].element};
    request.head.other = 2;
    QVERIFY(!derive(request));

    DeriveRequest argmax = drawing::request("input x : float32[1, 2]\n" + constant("W", "2, 3", 6)
        + "z = MatMul(x, W)\nc = ArgMax<axis=1, keepdims=0>(z)\noutput c\n");
    argmax.head.kind = HeadChoice::Kind::Logit;
    compareAtPoints(argmax, derived(argmax));
    DeriveRequest none = drawing::request(dense({2, 2, 1}, "Tanh"));
    none.head.kind = HeadChoice::Kind::Logit;
    QCOMPARE(QString::fromStdString(derive(none).error().message),
        QStringLiteral("'y' does not come from a softmax, sigmoid or argmax: it has no logit"));
}

void FormsTest::forecastsBeforeItWrites()
{
    const DeriveRequest small = drawing::request(dense({2, 3, 1}, "Tanh"));
    const auto smallForecasts = forecastForms(small);
    for (const FormForecast& forecast : *smallForecasts)
        QVERIFY(!forecast.refusal);
    QCOMPARE((*smallForecasts)[1].terms, 13.0);
    DeriveRequest large = drawing::request(dense({5, 50, 50, 50, 5}, "Relu"));
    const auto forecasts = forecastForms(large);
    QCOMPARE((*forecasts)[1].form, Form::Neurons);
    QCOMPARE((*forecasts)[1].terms, 5.0 * 50 + 50 + 2 * (2500.0 + 50) + 250 + 5);
    QVERIFY((*forecasts)[2].terms > 1e6);
    QVERIFY((*forecasts)[2].refusal.has_value());
    QVERIFY((*forecasts)[2].refusal->find("more than the 20,000 that can be shown") != std::string::npos);
    QCOMPARE(*openingForm(large), Form::Layers);
    QCOMPARE(*openingForm(drawing::request(dense({3, 20, 20, 1}, "Relu"))), Form::Neurons);
}

void FormsTest::keepsSharedPartsOfALargeClosedForm()
{
    DeriveRequest request = drawing::request(dense({5, 20, 20, 20, 1}, "Tanh"));
    request.form = Form::Closed;
    const Formula formula = derived(request);
    QCOMPARE(formula.form, Form::Closed);
    QVERIFY(!formula.definitions.empty());
    compareAtPoints(request, formula);
}

void FormsTest::manipulates()
{
    DeriveRequest request = drawing::request(products());
    request.form = Form::Closed;
    for (const Manipulation::Kind kind : {Manipulation::Kind::Expand, Manipulation::Kind::Collect,
             Manipulation::Kind::Factor, Manipulation::Kind::CommonDenominator}) {
        request.manipulations = {{kind, 1}};
        const Result<Formula> formula = derive(request);
        QVERIFY2(formula, formula ? "" : formula.error().message.c_str());
        compareAtPoints(request, *formula);
    }
}

/// Scale and zero point stand as a reader knows them, a line each: s (x - z) and clip(round(x/s) + z).
void FormsTest::writesQuantisationInLayers()
{
    DeriveRequest request = drawing::request(quantisedLayer());
    request.form = Form::Layers;
    const Formula formula = derived(request);
    QCOMPARE(formula.layers.size(), std::size_t(3));
    const LayerEquation& entrance = formula.layers[0];
    QVERIFY(entrance.scaling == ElementwiseScaling::Shifted);
    QCOMPARE(writtenScaling(entrance).scale, (std::vector<double>{0.0625, 0.0625}));
    QCOMPARE(writtenScaling(entrance).offset, (std::vector<double>{-5, -5}));
    QVERIFY(formula.layers[1].function == idOf<functions::Relu>());
    const LayerEquation& exit = formula.layers[2];
    QVERIFY(exit.function == idOf<functions::Quantize>());
    QCOMPARE(exit.parameters, (std::vector<double>{7, -128, 127}));
    QCOMPARE(exit.sparse.coefficient, (std::vector<double>{8, 8, 8}));
    compareAtPoints(request, formula);
}

void FormsTest::writesLayersAsMatrices()
{
    DeriveRequest request = drawing::request(dense({2, 3, 1}, "Tanh"));
    request.form = Form::Layers;
    const Formula formula = derived(request);
    QCOMPARE(formula.layers.size(), std::size_t(2));
    const LayerEquation& first = formula.layers[0];
    QCOMPARE(first.symbol, std::string("h1"));
    QCOMPARE(first.arguments, std::vector<std::string>{"x"});
    QCOMPARE(first.matrixSymbol, std::string("W1"));
    QVERIFY(first.function == idOf<functions::Tanh>());
    const auto weights = request.network->network->tensor(*request.network->network->find("W1")).constant->numbers();
    QCOMPARE(first.matrix, weights);
    QCOMPARE(formula.layers[1].symbol, std::string("y"));
    DeriveRequest scaled = drawing::request(scaledBetweenConcatAndSplit());
    scaled.form = Form::Layers;
    const Formula scaling = derived(scaled);
    QVERIFY(scaling.layers[0].scaling == ElementwiseScaling::Centred);
    QCOMPARE(writtenScaling(scaling.layers[0]).scale, (std::vector<double>{500, 2, 10}));
    QCOMPARE(scaling.layers[1].words, std::string("element 1"));
    QCOMPARE(scaling.layers[2].words, std::string("elements 2 to 3"));
    compareAtPoints(scaled, scaling);
    DeriveRequest image = drawing::request(convolution());
    image.form = Form::Layers;
    const Formula words = derived(image);
    QCOMPARE(words.layers.size(), std::size_t(3)); // the reshape between is no line
    QVERIFY(words.layers[0].words.find("Conv") != std::string::npos);
    QVERIFY(words.layers.back().words.empty());
}

void FormsTest::reportsACorruptedFormula_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<double>("factor");
    for (const Form form : {Form::Layers, Form::Neurons, Form::Closed}) {
        QTest::addRow("%s, a wrong weight", std::string(name(form)).c_str()) << static_cast<int>(form) << 1.01;
        QTest::addRow("%s, the tenth digit", std::string(name(form)).c_str()) << static_cast<int>(form) << 1 + 1e-10;
    }
}

void FormsTest::reportsACorruptedFormula()
{
    QFETCH(int, form);
    QFETCH(double, factor);
    DeriveRequest request = drawing::request(dense({2, 3, 1}, "Tanh"));
    request.form = static_cast<Form>(form);
    Formula formula = derived(request);
    QVERIFY(checkFormula(*request.network, formula, 64, 5));
    if (request.form == Form::Layers) {
        formula.layers[1].matrix[1] *= factor;
    } else {
        Expression& value = formula.results[0].value;
        const auto& sum = std::get<SumNode>(value.node().kind);
        std::vector<std::pair<double, Expression>> terms = sum.terms;
        terms[1].first *= factor;
        value = Expression::sum(sum.constant, terms);
    }
    const Result<Badge> badge = checkFormula(*request.network, formula, 64, 5);
    QVERIFY(!badge);
    QCOMPARE(badge.error().code, ErrorCode::Internal);
    QVERIFY(badge.error().message.find("the formula does not hold: 'y' is") == 0);
}

void FormsTest::saysWhatIsWrongWithAQuestion()
{
    DeriveRequest request = drawing::request(dense({2, 3, 1}, "Tanh"));
    request.question.selected = {{request.question.outputs[0].element.tensor, 7}};
    QCOMPARE(QString::fromStdString(derive(request).error().message),
        QStringLiteral("the tensor 'y' has no element 7: it has 1"));
    request.question.selected.clear();
    request.question.inputs[0].scaling.scale = 0;
    QCOMPARE(QString::fromStdString(derive(request).error().message),
        QStringLiteral("the scale of 'x[0]' must be finite and not 0"));
    request.question.inputs.pop_back();
    QCOMPARE(derive(request).error().code, ErrorCode::BadQuestion);
}

void FormsTest::countsPointsThatAreNotFinite()
{
    DeriveRequest request = drawing::request("input x : float32[1]\ny = Log(x)\noutput y\n");
    const Formula formula = derived(request);
    QVERIFY(formula.badge.notFinite > 50);
    QCOMPARE(formula.badge.points + formula.badge.notFinite, std::size_t(256));
    QVERIFY(formula.badge.text().find("further points the network is not finite") != std::string::npos);
    request.question.inputs[0].domain.range = {-2, -1};
    request.question.inputs[0].reference = -1.5;
    const Result<Formula> nowhere = derive(request);
    QVERIFY(!nowhere && nowhere.error().message.starts_with("the network has no finite value at any of 256 points"));
}

void FormsTest::boundsWhatDisplayedDigitsDo()
{
    DeriveRequest request = drawing::request(dense({2, 3, 1}, "Tanh"));
    request.form = Form::Neurons;
    const Formula formula = derived(request);
    const double coarse = displayBound(formula, 3).largestDifference;
    const double fine = displayBound(formula, 6).largestDifference;
    QVERIFY(coarse > 1e-5 && coarse < 1e-1);
    QVERIFY(fine > 1e-9 && fine < coarse / 100);
    QCOMPARE(displayBound(formula, 0).largestDifference, 0.0);
    QCOMPARE(displayBound(formula, 17).largestDifference, 0.0);
}

void FormsTest::stopsWhenAsked()
{
    std::stop_source stop;
    stop.request_stop();
    const Result<Formula> formula = derive(drawing::request(dense({2, 3, 1}, "Tanh")), Progress(stop.get_token()));
    QVERIFY(!formula);
    QCOMPARE(formula.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(FormsTest)
#include "FormsTest.moc"
