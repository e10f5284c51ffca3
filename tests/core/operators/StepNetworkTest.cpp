// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/StepNetwork.h"
#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "tests/core/PreparedText.h"
#include "tests/core/operators/RecurrentReference.h"

#include <QTest>

#include <set>

using namespace formulens;

/// Difference equations: taken along five steps they give what the unrolled network gives, and what the definitions
/// give; what has none is refused in words.
class StepNetworkTest final : public QObject
{
    Q_OBJECT

private slots:
    void replaysAsTheUnrolledNetwork_data();
    void replaysAsTheUnrolledNetwork();
    void oneStepIsTheDefinition_data();
    void oneStepIsTheDefinition();
    void gatesHaveTheirNames_data();
    void gatesHaveTheirNames();
    void outputsThatNoStepGivesAreNamed();
    void refusesInWords_data();
    void refusesInWords();
};

namespace {

using Numbers = std::vector<double>;

Numbers randomNumbers(std::size_t stream, std::size_t count)
{
    const Random random(31);
    Numbers numbers;
    for (std::size_t k = 0; k < count; ++k)
        numbers.push_back(2 * random.uniform(stream, k) - 1);
    return numbers;
}

/// "name = float64[2, 3]{...}" with random numbers.
std::string weights(const std::string& name, const std::vector<std::size_t>& extents)
{
    std::size_t count = 1;
    std::string shape;
    for (const std::size_t extent : extents) {
        count *= extent;
        shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    }
    std::string numbers;
    for (const double number : randomNumbers(name.front(), count))
        numbers += (numbers.empty() ? "" : ", ") + roundTrip17(number);
    return name + " = float64[" + shape + "]{" + numbers + "}\n";
}

/// Weights of a layer with 3 inputs and 2 hidden units, called W, R and B behind a prefix letter.
std::string layerWeights(const std::string& kind, const std::string& prefix = "", std::size_t inputs = 3)
{
    const std::size_t rows = kind == "LSTM" ? 8 : kind == "GRU" ? 6 : 2;
    return weights(prefix + "W", {1, rows, inputs}) + weights(prefix + "R", {1, rows, 2})
        + weights(prefix + "B", {1, 2 * rows});
}

const std::string dense = weights("V", {2, 1}) + weights("v", {1});

/// Takes the last of five (or so) hidden states into a dense layer, as a forecaster does.
std::string forecaster(const std::string& kind, const std::string& steps)
{
    return "opset 14\ninput x : float64[" + steps + ", 1, 3]\n" + layerWeights(kind) + dense + "Y, Yh = " + kind
        + "<hidden_size=2>(x, W, R, B)\n"
          "axes = int64[1]{0}\nlast = Squeeze(Yh, axes)\ny = Gemm(last, V, v)\noutput y";
}

/// The network at a sequence length of five, where the text leaves it open.
std::shared_ptr<const PreparedNetwork> ofFiveSteps(const std::string& text)
{
    std::string five = text;
    for (std::size_t at = five.find("[N"); at != std::string::npos; at = five.find("[N"))
        five.replace(at, 2, "[5");
    return prepared(five);
}

} // namespace

void StepNetworkTest::replaysAsTheUnrolledNetwork_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("timeAxis"); ///< of x and of outputs that grow with it
    const auto row = [](const char* name, const std::string& text, int axis = 0) {
        QTest::addRow("%s", name) << QString::fromStdString(text) << axis;
    };
    row("RNN of five steps", forecaster("RNN", "5"));
    row("GRU of five steps", forecaster("GRU", "5"));
    row("LSTM of five steps", forecaster("LSTM", "5"));
    row("LSTM whose length is open", forecaster("LSTM", "N"));
    row("batch first, sequence out",
        "opset 14\ninput x : float64[1, 5, 3]\n" + layerWeights("LSTM") + dense
            + "xt = Transpose<perm=[1, 0, 2]>(x)\nY = LSTM<hidden_size=2>(xt, W, R, B)\naxes = int64[1]{1}\n"
              "s = Squeeze(Y, axes)\nyt = Transpose<perm=[1, 0, 2]>(s)\ny = MatMul(yt, V)\noutput y",
        1);
    row("layout 1",
        "opset 14\ninput x : float64[1, 5, 3]\n" + layerWeights("GRU")
            + "y = GRU<hidden_size=2, layout=1, linear_before_reset=1>(x, W, R, B)\noutput y",
        1);
    row("the last step by its number",
        "opset 14\ninput x : float64[5, 1, 3]\n" + layerWeights("RNN")
            + "Y = RNN<hidden_size=2>(x, W, R, B)\nfour = int64[]{4}\ny = Gather<axis=0>(Y, four)\noutput y");
    row("shapes written with the number of steps",
        "opset 14\ninput x : float64[5, 3]\n" + layerWeights("GRU")
            + "in = int64[3]{5, 1, 3}\nxs = Reshape(x, in)\nY = GRU<hidden_size=2>(xs, W, R, B)\n"
              "out = int64[2]{5, 2}\ny = Reshape(Y, out)\noutput y");
    row("layers before, between and behind",
        "opset 14\ninput x : float64[N, 1, 3]\n" + weights("D", {3, 3}) + layerWeights("LSTM")
            + layerWeights("GRU", "g", 2) + dense
            + "xd = MatMul(x, D)\nxr = Tanh(xd)\nY = LSTM<hidden_size=2>(xr, W, R, B)\naxes = int64[1]{1}\n"
              "s = Squeeze(Y, axes)\nt = Relu(s)\nZ, Zh = GRU<hidden_size=2>(t, gW, gR, gB)\n"
              "zs = Squeeze(Z, axes)\ny = MatMul(zs, V)\noutput y");
    row("initial states in the file",
        "opset 14\ninput x : float64[5, 1, 3]\n" + layerWeights("LSTM") + weights("h0", {1, 1, 2})
            + weights("c0", {1, 1, 2}) + "Y, Yh, Yc = LSTM<hidden_size=2>(x, W, R, B, -, h0, c0)\noutput Y\noutput Yc");
}

/// x is the only input of the file; all outputs and states are compared.
void StepNetworkTest::replaysAsTheUnrolledNetwork()
{
    QFETCH(QString, text);
    QFETCH(int, timeAxis);
    constexpr std::size_t steps = 5;
    const auto step = stepNetwork(*prepared(text.toStdString()));
    QVERIFY2(step, step ? "" : step.error().message.c_str());
    QVERIFY(step->notes.empty());
    const auto single = prepare(step->network).value();
    const auto whole = ofFiveSteps(text.toStdString());
    const Numbers x = randomNumbers(99, steps * 3);

    std::map<TensorIndex, Numbers> states;
    for (const StepNetwork::State& state : step->states)
        states[state.before] = Numbers(single->tensor(state.before).shape.elementCount(), 0.0);
    if (text.contains(QLatin1String("h0")))
        for (std::size_t k = 0; k < 2; ++k)
            states[step->states[k].before]
                = whole->tensor(*whole->network->find(k == 0 ? "h0" : "c0")).constant->numbers();
    std::map<std::string, Numbers> outputs;
    for (std::size_t t = 0; t < steps; ++t) {
        Numbers point;
        for (const TensorIndex input : step->network->inputs) {
            const auto from = x.begin() + static_cast<std::ptrdiff_t>(3 * t);
            const Numbers values = states.contains(input) ? states[input] : Numbers(from, from + 3);
            point.insert(point.end(), values.begin(), values.end());
        }
        for (const TensorIndex output : step->network->outputs) {
            const Numbers values = reference::evaluate(*single, output, point).value();
            Numbers& all = outputs[step->network->tensor(output).name];
            all.insert(all.end(), values.begin(), values.end());
        }
        for (const StepNetwork::State& state : step->states)
            states[state.before] = reference::evaluate(*single, state.after, point).value();
    }
    for (const TensorIndex output : whole->network->outputs) {
        const Numbers expected = reference::evaluate(*whole, output, x).value();
        const Numbers& all = outputs.at(whole->network->tensor(output).name);
        const Shape& shape = whole->tensor(output).shape;
        const bool grows = static_cast<std::size_t>(timeAxis) < shape.rank()
            && shape[static_cast<std::size_t>(timeAxis)] == static_cast<std::int64_t>(steps);
        const std::size_t from = grows ? 0 : all.size() - expected.size();
        QCOMPARE(all.size(), grows ? expected.size() : steps * expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k)
            QVERIFY(std::abs(all[from + k] - expected[k]) < 1e-12);
    }
}

void StepNetworkTest::oneStepIsTheDefinition_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"RNN", "GRU", "LSTM"})
        QTest::addRow("%s", kind) << QString::fromLatin1(kind);
}

void StepNetworkTest::oneStepIsTheDefinition()
{
    QFETCH(QString, kind);
    const auto file = prepared(forecaster(kind.toStdString(), "5"));
    const StepNetwork step = stepNetwork(*file).value();
    const auto single = prepare(step.network).value();
    const auto constant
        = [&](const char* name) { return file->tensor(*file->network->find(name)).constant->numbers(); };
    RecurrentReference cell;
    cell.kind = kind.toStdString();
    cell.inputs = 3;
    cell.hidden = 2;
    cell.w = constant("W");
    cell.r = constant("R");
    cell.b = constant("B");
    if (kind == QLatin1String("RNN"))
        cell.f = [](double z) { return std::tanh(z); };

    const Numbers x = randomNumbers(7, 3);
    Numbers h = randomNumbers(8, 2);
    Numbers c = randomNumbers(9, 2);
    Numbers point = x;
    point.insert(point.end(), h.begin(), h.end());
    if (kind == QLatin1String("LSTM"))
        point.insert(point.end(), c.begin(), c.end());
    cell.step(x, h, c);
    const Numbers* expected[] = {&h, &c};
    for (std::size_t k = 0; k < step.states.size(); ++k) {
        const Numbers after = reference::evaluate(*single, step.states[k].after, point).value();
        for (std::size_t j = 0; j < after.size(); ++j)
            QVERIFY(std::abs(after[j] - (*expected[k])[j]) < 1e-12);
    }
}

void StepNetworkTest::gatesHaveTheirNames_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QStringList>("symbols");
    QTest::addColumn<QStringList>("inputs");
    QTest::addRow("LSTM") << QStringLiteral("LSTM")
                          << QStringList{QStringLiteral("i"), QStringLiteral("f"), QStringLiteral("o"),
                                 QStringLiteral("g"), QStringLiteral("hn"), QStringLiteral("cn")}
                          << QStringList{QStringLiteral("x"), QStringLiteral("h"), QStringLiteral("c")};
    QTest::addRow("GRU") << QStringLiteral(
        "GRU") << QStringList{QStringLiteral("z"), QStringLiteral("r"), QStringLiteral("n"), QStringLiteral("hn")}
                         << QStringList{QStringLiteral("x"), QStringLiteral("h")};
}

void StepNetworkTest::gatesHaveTheirNames()
{
    QFETCH(QString, kind);
    QFETCH(QStringList, symbols);
    QFETCH(QStringList, inputs);
    const StepNetwork step = stepNetwork(*prepared(forecaster(kind.toStdString(), "N"))).value();
    std::set<QString> given;
    for (const TensorInfo& tensor : step.network->tensors)
        given.insert(QString::fromStdString(tensor.symbol));
    for (const QString& symbol : symbols)
        QVERIFY2(given.contains(symbol), qPrintable(symbol));
    QStringList names;
    for (const TensorIndex input : step.network->inputs)
        names.append(QString::fromStdString(step.network->tensor(input).name));
    QCOMPARE(names, inputs);
}

void StepNetworkTest::outputsThatNoStepGivesAreNamed()
{
    const auto step
        = stepNetwork(*prepared("opset 14\ninput x : float64[5, 1, 3]\n" + layerWeights("LSTM") + weights("U", {10, 2})
            + "Y, Yh = LSTM<hidden_size=2>(x, W, R, B)\nf = Flatten<axis=0>(Y) named flat\n"
              "y = Gemm(f, U) named dense\noutput y\noutput Yh"));
    QVERIFY2(step, step ? "" : step.error().message.c_str());
    QStringList outputs;
    for (const TensorIndex output : step->network->outputs)
        outputs.append(QString::fromStdString(step->network->tensor(output).name));
    QCOMPARE(outputs, (QStringList{QStringLiteral("Yh"), QStringLiteral("h_next"), QStringLiteral("c_next")}));
    QCOMPARE(step->notes.size(), std::size_t(1));
    QCOMPARE(step->notes.front(),
        std::string("output 'y' is no part of the time step: node 'flat' (Flatten) reads several time steps at once"));
}

void StepNetworkTest::refusesInWords_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const std::string& text, const char* words) {
        QTest::addRow("%s", name) << QString::fromStdString(text) << QString::fromUtf8(words);
    };
    row("no recurrent layer", "input x : float64[1, 3]\ny = Relu(x)\noutput y",
        "the network has no recurrent layer (RNN, GRU or LSTM), so there is no time step");
    row("a layer that nobody could compute", "opset 14\ninput x : float64[5, 1, 3]\ny = GRU(x, x) named r\noutput y",
        "node 'r' (GRU): input 2 is missing");
    row("a layer that runs backwards",
        "opset 14\ninput x : float64[5, 1, 3]\n" + layerWeights("GRU")
            + "Y = GRU<hidden_size=2, direction=\"reverse\">(x, W, R, B) named back\noutput Y",
        "node 'back' (GRU): its direction is reverse, so that its first step needs the last input; there are no "
        "difference equations forward in time");
    row("two directions",
        "opset 14\ninput x : float64[5, 1, 3]\n" + weights("W", {2, 2, 3}) + weights("R", {2, 2, 2})
            + "Y = RNN<hidden_size=2, direction=\"bidirectional\">(x, W, R) named both\noutput Y",
        "node 'both' (RNN): its direction is bidirectional, so that its first step needs the last input; there are no "
        "difference equations forward in time");
    row("differences of neighbouring steps before the layer",
        "opset 14\ninput x : float64[1, 3, 5]\n" + weights("K", {3, 3, 3}) + layerWeights("RNN")
            + "k = Conv<pads=[1, 1]>(x, K) named smooth\nt = Transpose<perm=[2, 0, 1]>(k)\n"
              "Y = RNN<hidden_size=2>(t, W, R, B) named r\noutput Y",
        "node 'r' (RNN): what it reads at one time step depends on other steps: node 'smooth' (Conv) reads several "
        "time steps at once");
    row("sequences of their own length",
        "opset 14\ninput x : float64[5, 1, 3]\nn = int32[1]{3}\n" + layerWeights("RNN")
            + "Y = RNN<hidden_size=2>(x, W, R, B, n) named r\noutput Y",
        "node 'r' (RNN): its sequences have lengths of their own (input 'sequence_lens')");
    row("weights that are computed",
        "opset 14\ninput x : float64[5, 1, 3]\ninput W : float64[1, 2, 3]\n" + weights("R", {1, 2, 2})
            + "Y = RNN<hidden_size=2>(x, W, R) named r\noutput Y",
        "node 'r' (RNN): its weights are computed, expected constants");
}

void StepNetworkTest::refusesInWords()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto step = stepNetwork(*prepared(text.toStdString()));
    QVERIFY(!step);
    QCOMPARE(QString::fromStdString(step.error().message), words);
}

QTEST_MAIN(StepNetworkTest)
#include "StepNetworkTest.moc"
