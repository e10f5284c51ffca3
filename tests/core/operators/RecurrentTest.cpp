// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/equations/Equations.h"
#include "core/evaluation/Reference.h"
#include "core/operators/Push.h"
#include "tests/core/PreparedText.h"
#include "tests/core/operators/Complaint.h"
#include "tests/core/operators/RecurrentReference.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QTest>

#include <set>

using namespace formulens;

/// RNN, GRU and LSTM with all that their attributes can say, held against their definitions; slopes against
/// differences, enclosures against samples, equations against values.
class RecurrentTest final : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreThoseOfTheDefinition_data() { listCases(); }
    void valuesAreThoseOfTheDefinition();
    void slopesAreThoseOfDifferences_data() { listCases(); }
    void slopesAreThoseOfDifferences();
    void enclosuresHoldTheValues_data() { listCases(); }
    void enclosuresHoldTheValues();
    void equationsGiveTheValues_data() { listCases(); }
    void equationsGiveTheValues();
    void aSliceGivesTheSameElement_data() { listCases(); }
    void aSliceGivesTheSameElement();
    void gatesHaveTheirNames_data();
    void gatesHaveTheirNames();
    void complaintsNameTheNode_data();
    void complaintsNameTheNode();

private:
    static void listCases();
};

namespace {

using Numbers = std::vector<double>;

/// What is varied; the rest is chosen at random, but the same at every run.
struct RecurrentCase
{
    QString kind;
    QString attributes; ///< besides hidden_size
    std::size_t directions = 1;
    bool reverse = false; ///< the only direction
    std::size_t batch = 1;
    bool batchFirst = false;
    bool bias = true;
    bool initial = false;
    bool peepholes = false;
    std::vector<int> lengths = {};
    bool weightsFlow = false;
};

constexpr std::size_t steps = 5;
constexpr std::size_t inputs = 3;
constexpr std::size_t hidden = 2;

std::size_t gatesOf(const QString& kind)
{
    return kind == QLatin1String("LSTM") ? 4 : kind == QLatin1String("GRU") ? 3 : 1;
}

Numbers randomNumbers(std::size_t stream, std::size_t count, double size = 1)
{
    const Random random(17);
    Numbers numbers;
    for (std::size_t k = 0; k < count; ++k)
        numbers.push_back(size * (2 * random.uniform(stream, k) - 1));
    return numbers;
}

std::string listed(const Numbers& numbers)
{
    std::string text;
    for (const double number : numbers)
        text += (text.empty() ? "" : ", ") + roundTrip17(number);
    return "{" + text + "}";
}

std::string extents(std::initializer_list<std::size_t> list)
{
    std::string text;
    for (const std::size_t extent : list)
        text += (text.empty() ? "" : ", ") + std::to_string(extent);
    return "float64[" + text + "]";
}

/// The weights of all directions by name, with their shapes.
struct DrawnCase
{
    RecurrentCase what;
    Numbers x;
    Numbers w;
    Numbers r;
    Numbers b;
    Numbers p;
    Numbers h;
    Numbers c;

    explicit DrawnCase(const RecurrentCase& chosen) : what(chosen)
    {
        const std::size_t rows = gatesOf(what.kind) * hidden;
        const std::size_t d = what.directions;
        x = randomNumbers(1, steps * what.batch * inputs, 2);
        w = randomNumbers(2, d * rows * inputs);
        r = randomNumbers(3, d * rows * hidden);
        b = what.bias ? randomNumbers(4, d * 2 * rows) : Numbers();
        p = what.peepholes ? randomNumbers(5, d * 3 * hidden) : Numbers();
        h = what.initial ? randomNumbers(6, d * what.batch * hidden) : Numbers();
        c = what.initial && what.kind == QLatin1String("LSTM") ? randomNumbers(7, d * what.batch * hidden) : Numbers();
    }

    std::string text() const
    {
        const std::size_t rows = gatesOf(what.kind) * hidden;
        const std::size_t d = what.directions;
        const bool isLstm = what.kind == QLatin1String("LSTM");
        std::string result = "opset 14\n";
        result += "input X : "
            + (what.batchFirst ? extents({what.batch, steps, inputs}) : extents({steps, what.batch, inputs})) + "\n";
        result += tensor("W", extents({d, rows, inputs}), w) + tensor("R", extents({d, rows, hidden}), r);
        result += b.empty() ? "" : tensor("B", extents({d, 2 * rows}), b);
        result += p.empty() ? "" : tensor("P", extents({d, 3 * hidden}), p);
        const std::string state = what.batchFirst ? extents({what.batch, d, hidden}) : extents({d, what.batch, hidden});
        result += h.empty() ? "" : tensor("h", state, h);
        result += c.empty() ? "" : tensor("c", state, c);
        if (!what.lengths.empty()) {
            result += "lengths = int32[" + std::to_string(what.batch) + "]{";
            for (std::size_t k = 0; k < what.lengths.size(); ++k)
                result += (k > 0 ? ", " : "") + std::to_string(what.lengths[k]);
            result += "}\n";
        }
        result += isLstm ? "Y, Yh, Yc = " : "Y, Yh = ";
        result += what.kind.toStdString() + "<hidden_size=" + std::to_string(hidden) + what.attributes.toStdString()
            + ">(X, W, R, " + (b.empty() ? "-" : "B") + ", " + (what.lengths.empty() ? "-" : "lengths") + ", "
            + (h.empty() ? "-" : "h");
        result += isLstm ? std::string(", ") + (c.empty() ? "-" : "c") + ", " + (p.empty() ? "-" : "P") : "";
        return result + ")\noutput Y\noutput Yh\n" + (isLstm ? "output Yc\n" : "");
    }

    /// X, and the weights where they flow.
    Numbers point() const
    {
        Numbers all = x;
        if (what.weightsFlow)
            for (const Numbers* more : {&w, &r, &b, &p, &h, &c})
                all.insert(all.end(), more->begin(), more->end());
        return all;
    }

private:
    std::string tensor(const std::string& name, const std::string& type, const Numbers& numbers) const
    {
        return what.weightsFlow ? "input " + name + " : " + type + "\n" : name + " = " + type + listed(numbers) + "\n";
    }
};

/// Y, Y_h and Y_c by the definition.
struct Expected
{
    Numbers y;
    Numbers h;
    Numbers c;
};

RecurrentReference cellOf(const DrawnCase& drawn, std::size_t d)
{
    const auto part = [d](const Numbers& all, std::size_t size) {
        return all.empty() ? Numbers()
                           : Numbers(all.begin() + static_cast<std::ptrdiff_t>(d * size),
                               all.begin() + static_cast<std::ptrdiff_t>((d + 1) * size));
    };
    const std::size_t rows = gatesOf(drawn.what.kind) * hidden;
    RecurrentReference cell;
    cell.kind = drawn.what.kind.toStdString();
    cell.inputs = inputs;
    cell.hidden = hidden;
    cell.w = part(drawn.w, rows * inputs);
    cell.r = part(drawn.r, rows * hidden);
    cell.b = part(drawn.b, 2 * rows);
    cell.p = part(drawn.p, 3 * hidden);
    const QString& attributes = drawn.what.attributes;
    if (cell.kind == "RNN")
        cell.f = [](double z) { return std::tanh(z); };
    if (attributes.contains(QLatin1String("clip")))
        cell.clip = 0.5;
    cell.couplesForget = attributes.contains(QLatin1String("input_forget=1"));
    cell.linearBeforeReset = attributes.contains(QLatin1String("linear_before_reset=1"));
    if (attributes.contains(QLatin1String("\"hardsigmoid\", \"ScaledTanh\", \"Softsign\""))) {
        cell.f = [](double z) { return std::min(1.0, std::max(0.0, 0.25 * z + 0.5)); };
        cell.g = [](double z) { return 1.5 * std::tanh(0.75 * z); };
        cell.last = [](double z) { return z / (1 + std::abs(z)); };
    }
    if (attributes.contains(QLatin1String("\"Affine\", \"LeakyRelu\"")))
        cell.f = d == 0 ? RecurrentReference::Scalar([](double z) { return 0.5 * z + 0.125; })
                        : RecurrentReference::Scalar([](double z) { return z < 0 ? 0.01 * z : z; });
    return cell;
}

Expected expectedOf(const DrawnCase& drawn)
{
    const RecurrentCase& what = drawn.what;
    Expected expected{Numbers(steps * what.directions * what.batch * hidden),
        Numbers(what.directions * what.batch * hidden), Numbers(what.directions * what.batch * hidden)};
    for (std::size_t d = 0; d < what.directions; ++d) {
        const RecurrentReference cell = cellOf(drawn, d);
        const bool backwards = what.reverse || d == 1;
        for (std::size_t sample = 0; sample < what.batch; ++sample) {
            const auto state = [&](std::size_t j) {
                return (what.batchFirst ? sample * what.directions + d : d * what.batch + sample) * hidden + j;
            };
            const std::size_t length = what.lengths.empty() ? steps : static_cast<std::size_t>(what.lengths[sample]);
            Numbers h(hidden);
            Numbers c(hidden);
            for (std::size_t j = 0; j < hidden; ++j) {
                h[j] = drawn.h.empty() ? 0 : drawn.h[state(j)];
                c[j] = drawn.c.empty() ? 0 : drawn.c[state(j)];
            }
            for (std::size_t s = 0; s < length; ++s) {
                const std::size_t t = backwards ? length - 1 - s : s;
                const std::size_t row = what.batchFirst ? sample * steps + t : t * what.batch + sample;
                const auto from = drawn.x.begin() + static_cast<std::ptrdiff_t>(row * inputs);
                cell.step(Numbers(from, from + inputs), h, c);
                const std::size_t at = what.batchFirst ? (sample * steps + t) * what.directions + d
                                                       : (t * what.directions + d) * what.batch + sample;
                for (std::size_t j = 0; j < hidden; ++j)
                    expected.y[at * hidden + j] = h[j];
            }
            for (std::size_t j = 0; j < hidden && length > 0; ++j) {
                expected.h[state(j)] = h[j];
                expected.c[state(j)] = c[j];
            }
        }
    }
    return expected;
}

std::map<QString, RecurrentCase> cases()
{
    const QString bidirectional = QStringLiteral(", direction=\"bidirectional\"");
    const QString strange = QStringLiteral(", activations=[\"hardsigmoid\", \"ScaledTanh\", \"Softsign\"], "
                                           "activation_alpha=[0.25, 1.5], activation_beta=[0.5, 0.75]");
    const QString lstm = QStringLiteral("LSTM");
    const QString gru = QStringLiteral("GRU");
    const QString rnn = QStringLiteral("RNN");
    return {
        {QStringLiteral("RNN"), {.kind = rnn, .attributes = {}}},
        {QStringLiteral("RNN in two directions with activations of their own"),
            {.kind = rnn,
                .attributes = bidirectional
                    + QStringLiteral(
                        ", activations=[\"Affine\", \"LeakyRelu\"], activation_alpha=[0.5], activation_beta=[0.125]"),
                .directions = 2,
                .batch = 2,
                .initial = true}},
        {QStringLiteral("GRU"), {.kind = gru, .attributes = {}}},
        {QStringLiteral("GRU without bias, clipped"),
            {.kind = gru, .attributes = QStringLiteral(", clip=0.5"), .bias = false}},
        {QStringLiteral("GRU as other programs write it, linear before reset"),
            {.kind = gru, .attributes = QStringLiteral(", linear_before_reset=1"), .batch = 2, .initial = true}},
        {QStringLiteral("GRU backwards over sequences of several lengths"),
            {.kind = gru,
                .attributes = QStringLiteral(", direction=\"reverse\""),
                .reverse = true,
                .batch = 3,
                .initial = true,
                .lengths = {5, 2, 0}}},
        {QStringLiteral("GRU whose weights flow"),
            {.kind = gru, .attributes = bidirectional, .directions = 2, .initial = true, .weightsFlow = true}},
        {QStringLiteral("LSTM"), {.kind = lstm, .attributes = {}}},
        {QStringLiteral("LSTM with peepholes, clipped"),
            {.kind = lstm, .attributes = QStringLiteral(", clip=0.5"), .initial = true, .peepholes = true}},
        {QStringLiteral("LSTM whose forget gate is coupled"),
            {.kind = lstm, .attributes = QStringLiteral(", input_forget=1"), .batch = 2}},
        {QStringLiteral("LSTM with other activations"), {.kind = lstm, .attributes = strange, .initial = true}},
        {QStringLiteral("LSTM in two directions, batch first"),
            {.kind = lstm,
                .attributes = bidirectional + QStringLiteral(", layout=1"),
                .directions = 2,
                .batch = 2,
                .batchFirst = true,
                .initial = true,
                .peepholes = true,
                .lengths = {3, 5}}},
        {QStringLiteral("LSTM whose weights flow"),
            {.kind = lstm, .attributes = {}, .initial = true, .peepholes = true, .weightsFlow = true}},
    };
}

double largestDifference(const Numbers& actual, const Numbers& expected)
{
    if (actual.size() != expected.size())
        return INFINITY;
    double most = 0;
    for (std::size_t k = 0; k < actual.size(); ++k)
        most = std::max(most, std::abs(actual[k] - expected[k]));
    return most;
}

Numbers moved(Numbers x, double step)
{
    const Random random(23);
    for (std::size_t k = 0; k < x.size(); ++k)
        x[k] += step * (random.uniform(1, k) - 0.5);
    return x;
}

} // namespace

void RecurrentTest::listCases()
{
    QTest::addColumn<QString>("name");
    for (const auto& [name, unused] : cases())
        QTest::addRow("%s", qPrintable(name)) << name;
}

void RecurrentTest::valuesAreThoseOfTheDefinition()
{
    QFETCH(QString, name);
    const DrawnCase drawn(cases().at(name));
    const auto network = prepared(drawn.text());
    const Expected expected = expectedOf(drawn);
    const Numbers* outputs[] = {&expected.y, &expected.h, &expected.c};
    for (std::size_t k = 0; k < network->network->outputs.size(); ++k) {
        const auto values = reference::evaluate(*network, network->network->outputs[k], drawn.point());
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        QVERIFY(largestDifference(*values, *outputs[k]) < 1e-12);
    }
}

void RecurrentTest::slopesAreThoseOfDifferences()
{
    QFETCH(QString, name);
    const DrawnCase drawn(cases().at(name));
    const auto network = prepared(drawn.text());
    const Numbers x = drawn.point();
    const double step = 1e-6;
    const Numbers zero(x.size(), 0.0);
    Numbers direction = moved(zero, 1);
    for (const TensorIndex output : network->network->outputs) {
        const auto slopes = reference::slope(*network, output, x, direction).value();
        const Numbers above = reference::evaluate(*network, output, moved(x, step)).value();
        const Numbers below = reference::evaluate(*network, output, moved(x, -step)).value();
        for (std::size_t k = 0; k < slopes.size(); ++k)
            QVERIFY(std::abs(slopes[k].slope - (above[k] - below[k]) / (2 * step)) < 1e-7);
    }
}

void RecurrentTest::enclosuresHoldTheValues()
{
    QFETCH(QString, name);
    const DrawnCase drawn(cases().at(name));
    const auto network = prepared(drawn.text());
    const Numbers x = drawn.point();
    std::vector<Interval> box;
    for (const double centre : x)
        box.emplace_back(centre - 0.01, centre + 0.01);
    for (const TensorIndex output : network->network->outputs) {
        const auto enclosures = reference::enclose(*network, output, box).value();
        for (const double step : {0.0, 0.02, -0.02}) {
            const Numbers values = reference::evaluate(*network, output, moved(x, step)).value();
            for (std::size_t k = 0; k < values.size(); ++k)
                QVERIFY(enclosures[k].contains(values[k]));
        }
    }
}

void RecurrentTest::equationsGiveTheValues()
{
    QFETCH(QString, name);
    const DrawnCase drawn(cases().at(name));
    const auto network = prepared(drawn.text());
    const Numbers x = drawn.point();
    Units units(x.size());
    std::vector<Affine> operands;
    for (std::size_t k = 0; k < x.size(); ++k)
        operands.push_back(units.input(k));
    for (const TensorIndex output : network->network->outputs) {
        const auto forms = push<Affine>(*network, output, operands).value();
        const UnitsEvaluation evaluation(units, x);
        Numbers values;
        for (const Affine& form : forms)
            values.push_back(evaluation.value(form));
        QVERIFY(largestDifference(values, reference::evaluate(*network, output, x).value()) < 1e-12);
    }
}

/// Equations of one element alone, which need fewer steps and inputs.
void RecurrentTest::aSliceGivesTheSameElement()
{
    QFETCH(QString, name);
    const DrawnCase drawn(cases().at(name));
    const auto network = prepared(drawn.text());
    const Numbers x = drawn.point();
    const TensorIndex y = network->network->outputs.front();
    const Numbers values = reference::evaluate(*network, y, x).value();
    for (std::size_t element = 0; element < values.size(); element += 3) {
        const auto equations = deriveEquations(*network, {.outputs = {{y, element}}}).value();
        Numbers terms = x;
        const auto valueOf = [&terms](const FormView& form) {
            double sum = form.constant;
            for (std::size_t i = 0; i < form.size(); ++i)
                sum += form.coefficients[i] * terms[form.ids[i]];
            return sum;
        };
        for (std::size_t unit = 0; unit < equations->unitCount(); ++unit) {
            Numbers operands;
            for (std::size_t k = 0; k < equations->unit(UnitIndex(unit)).operandCount; ++k)
                operands.push_back(valueOf(equations->operand(UnitIndex(unit), k)));
            terms.push_back(
                equations->function(UnitIndex(unit)).value(operands, equations->parameters(UnitIndex(unit))));
        }
        QVERIFY(std::abs(valueOf(equations->output(0)) - values[element]) < 1e-12);
    }
}

void RecurrentTest::gatesHaveTheirNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("labels");
    QTest::addRow("the gates and states of an LSTM")
        << QStringLiteral("LSTM")
        << QStringList{QStringLiteral("i_1_1"), QStringLiteral("f_2_1"), QStringLiteral("o_5_2"),
               QStringLiteral("g_3_1"), QStringLiteral("c_2_2"), QStringLiteral("h_4_1")};
    QTest::addRow("those of a GRU") << QStringLiteral("GRU")
                                    << QStringList{QStringLiteral("z_1_1"), QStringLiteral("r_2_1"),
                                           QStringLiteral("n_5_2"), QStringLiteral("h_4_1")};
    QTest::addRow("two directions") << QStringLiteral("LSTM in two directions, batch first")
                                    << QStringList{QStringLiteral("i_1_1_1"), QStringLiteral("i_r_1_2_2")};
}

void RecurrentTest::gatesHaveTheirNames()
{
    QFETCH(QString, name);
    QFETCH(QStringList, labels);
    const auto network = prepared(DrawnCase(cases().at(name)).text());
    const auto equations = deriveEquations(*network, {}).value();
    std::set<QString> given;
    for (std::size_t unit = 0; unit < equations->unitCount(); ++unit)
        given.insert(QString::fromStdString(equations->labelOf(UnitIndex(unit))));
    for (const QString& label : labels)
        QVERIFY2(given.contains(label), qPrintable(label));
}

void RecurrentTest::complaintsNameTheNode_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const QString begin = QStringLiteral("opset 14\ninput X : float32[5, 1, 3]\nW = float32[1, 1, 3]{1, 2, 3}\n"
                                         "R = float32[1, 1, 1]{1}\n");
    QTest::addRow("an unknown activation")
        << begin + QStringLiteral("Y = RNN<activations=[\"Gelu\"]>(X, W, R) named r\noutput Y")
        << QStringLiteral("node 'r' (RNN): attribute 'activations' names 'Gelu', which is no activation that this "
                          "program knows");
    QTest::addRow("too few activations") << begin
            + QStringLiteral("Y = RNN<activations=[\"Tanh\", \"Tanh\"]>(X, W, R) named r\noutput Y")
                                         << QStringLiteral(
                                                "node 'r' (RNN): attribute 'activations' has 2 names, expected 1");
    QTest::addRow("an unknown direction")
        << begin + QStringLiteral("Y = RNN<direction=\"up\">(X, W, R) named r\noutput Y")
        << QStringLiteral("node 'r' (RNN): attribute 'direction' is 'up', expected forward, reverse or bidirectional");
    QTest::addRow("weights of another layer")
        << begin + QStringLiteral("Y = GRU(X, W, R) named r\noutput Y")
        << QStringLiteral("node 'r' (GRU): input 'W' has shape [1, 1, 3], expected [1, 3, 3]");
    QTest::addRow("a hidden size that does not fit")
        << begin + QStringLiteral("Y = RNN<hidden_size=4>(X, W, R) named r\noutput Y")
        << QStringLiteral("node 'r' (RNN): attribute 'hidden_size' is 4, which does not fit recurrence weights of "
                          "shape [1, 1, 1]");
    QTest::addRow("a sequence that is too long")
        << begin + QStringLiteral("n = int32[1]{6}\nY = RNN(X, W, R, -, n) named r\noutput Y")
        << QStringLiteral("node 'r' (RNN): input 'sequence_lens' holds 6, expected 0 to 5");
    QTest::addRow("lengths that flow, backwards")
        << begin + QStringLiteral("input n : int32[1]\nY = RNN<direction=\"reverse\">(X, W, R, -, n) named r\noutput Y")
        << QStringLiteral("node 'r' (RNN): input 'sequence_lens' must be constant for a reverse direction");
}

void RecurrentTest::complaintsNameTheNode()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    compareComplaint(text, words);
}

QTEST_MAIN(RecurrentTest)
#include "RecurrentTest.moc"
