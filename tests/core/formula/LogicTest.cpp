// SPDX-License-Identifier: GPL-3.0-or-later
#include "Drawing.h"

#include "core/formula/Logic.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"

#include <QTest>

#include <cmath>

using namespace formulens;
using logic::FunctionKind;
using logic::LogicFormKind;

/// Networks of yes and no as logic, against the network's own values, row by row.
class LogicTest final : public QObject
{
    Q_OBJECT

private slots:
    void theSixteenFunctionsAreNamed();
    void exclusiveOrShowsItsHiddenFunctions();
    void everyFormIsTheNetwork_data();
    void everyFormIsTheNetwork();
    void thresholdsAreFoundOrGiven_data();
    void thresholdsAreFoundOrGiven();
    void aSmallMarginIsFlagged();
    void rowsThatDoNotMatterMakeItShorter();
    void dataSaysWhichRowsMatter();
    void dataSaysWhichInputsAreBinary();
    void heldInputsAreNoDigits();
    void aNegativeScaleTurnsTheTable();
    void majorityOfTwelveHasItsName();
    void whatIsNoLogicIsRefused_data();
    void whatIsNoLogicIsRefused();
    void canBeCancelled();
};

namespace {

LogicRequest example(const char* name)
{
    const auto opened = openModel(std::string(FORMULENS_SOURCE_DIR "/resources/examples/") + name + ".onnx").value();
    const auto asked = openingQuestion(*opened.prepared, opened.sideFile ? &*opened.sideFile : nullptr);
    return {opened.prepared, asked.question, {}, {}};
}

void allOutputs(LogicRequest& request)
{
    request.question.selected.clear();
    for (const OutputQuantity& output : request.question.outputs)
        request.question.selected.push_back(output.element);
}

/// A drawn network whose inputs are bits.
LogicRequest drawn(const std::string& text)
{
    const DeriveRequest request = drawing::request(text);
    LogicRequest asked{request.network, request.question, {}, {}};
    for (InputQuantity& input : asked.question.inputs)
        input.domain = {Domain::Kind::Set, {0, 1}, {0, 1}};
    return asked;
}

std::string numbers(const std::vector<double>& values)
{
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : ", ") + std::to_string(value);
    return text;
}

/// y = function(weights . x + bias), of bits.
std::string neuron(const std::vector<double>& weights, double bias, const std::string& function)
{
    const std::string n = std::to_string(weights.size());
    std::string text = "input x : float32[N, " + n + "]\nW = float64[" + n + ", 1]{" + numbers(weights) + "}\n";
    text += "c = Cast<to=11>(x)\na = MatMul(c, W)\nb = float64[1]{" + std::to_string(bias) + "}\n";
    if (function.empty())
        return text + "y = Add(a, b)\noutput y\n";
    return text + "s = Add(a, b)\ny = " + function + "(s)\noutput y\n";
}

std::vector<double> pointOf(const LogicAnswer& answer, const LogicRequest& request, std::size_t row)
{
    std::vector<double> point = request.question.referencePoint();
    for (std::size_t i = 0; i < answer.inputs.size(); ++i) {
        const bool one = ((row >> (answer.inputs.size() - 1 - i)) & 1) != 0;
        point[answer.inputs[i].inputElement] = one ? answer.inputs[i].high : answer.inputs[i].low;
    }
    return point;
}

} // namespace

void LogicTest::theSixteenFunctionsAreNamed()
{
    LogicRequest request = example("logic16");
    allOutputs(request);
    const auto answer = deriveLogic(request);
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->results.size(), 16u);
    for (std::size_t k = 0; k < 16; ++k) {
        const LogicResult& result = answer->results[k];
        QCOMPARE(static_cast<std::size_t>(logic::twoInputFunction(result.table.table)), k);
        QCOMPARE(result.table.threshold, 0.5);
        QVERIFY(result.shortest()->kind == LogicFormKind::Name);
        QVERIFY(result.table.margin > 0.4);
        QVERIFY(QByteArray::fromStdString(badgeText(result)).startsWith("exact (all 4 rows); threshold 0.5,"));
    }
}

void LogicTest::exclusiveOrShowsItsHiddenFunctions()
{
    LogicRequest request = example("xor");
    const TensorIndex hidden = *request.network->network->find("h");
    request.question.selected = {request.question.outputs[0].element, {hidden, 0}, {hidden, 1}};
    const auto answer = deriveLogic(request);
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->results[0].table.table.text(), std::string("0110"));
    for (std::size_t neuron = 1; neuron < 3; ++neuron) {
        const FunctionKind kind = answer->results[neuron].shortest()->name.kind;
        QVERIFY(kind == FunctionKind::Nor || kind == FunctionKind::And || kind == FunctionKind::Or
            || kind == FunctionKind::Nand);
    }
}

void LogicTest::everyFormIsTheNetwork_data()
{
    QTest::addColumn<QString>("text");
    for (int inputs = 1; inputs <= 6; ++inputs)
        QTest::addRow("%d inputs", inputs)
            << QString::fromStdString(drawing::dense({static_cast<std::size_t>(inputs), 5, 2}, "Tanh", true));
}

void LogicTest::everyFormIsTheNetwork()
{
    QFETCH(QString, text);
    const LogicRequest request = drawn(text.toStdString());
    const auto answer = deriveLogic(request);
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    for (const LogicResult& result : answer->results) {
        QCOMPARE(result.table.threshold, 0.0);
        QVERIFY(result.forms.missing.empty());
        for (std::size_t row = 0; row < result.table.table.rows(); ++row) {
            const double value
                = drawing::networkValue(*request.network, result.element, pointOf(*answer, request, row));
            for (const logic::LogicForm& form : result.forms.forms) {
                const logic::TruthTable own = form.kind == LogicFormKind::Name
                    ? logic::table(form.name, result.table.table.inputs())
                    : logic::evaluate(form.netlist)->front();
                QCOMPARE(own.at(row), value > 0);
            }
        }
    }
}

void LogicTest::thresholdsAreFoundOrGiven_data()
{
    QTest::addColumn<QString>("function");
    QTest::addColumn<double>("given");
    QTest::addColumn<double>("threshold");
    QTest::addColumn<QString>("table");
    const double none = std::nan("");
    // The neuron's sum is -1, 1, 0 and 2 in the four rows.
    QTest::newRow("a sigmoid's is one half") << "Sigmoid" << none << 0.5 << "0101";
    QTest::newRow("a tanh's is nought") << "Tanh" << none << 0.0 << "0101";
    QTest::newRow("a sign's is nought") << "Sign" << none << 0.0 << "0101";
    QTest::newRow("a sum's is the middle of its values") << "" << none << 0.5 << "0101";
    QTest::newRow("a rectifier's is the middle of its values") << "Relu" << none << 1.0 << "0001";
    QTest::newRow("of a sum it is given") << "" << 1.5 << 1.5 << "0001";
    QTest::newRow("of a sigmoid it is given") << "Sigmoid" << 0.1 << 0.1 << "1111";
}

void LogicTest::thresholdsAreFoundOrGiven()
{
    QFETCH(QString, function);
    QFETCH(double, given);
    QFETCH(double, threshold);
    QFETCH(QString, table);
    LogicRequest request = drawn(neuron({1, 2}, -1, function.toStdString()));
    if (!std::isnan(given))
        request.thresholds[request.question.outputs[0].element] = given;
    const auto answer = deriveLogic(request);
    QVERIFY2(answer, answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->results[0].table.threshold, threshold);
    QCOMPARE(QString::fromStdString(answer->results[0].table.table.text()), table);
}

void LogicTest::aSmallMarginIsFlagged()
{
    LogicRequest request = drawn(neuron({1, 1}, 0, ""));
    request.thresholds[request.question.outputs[0].element] = 1 - 1e-9;
    const auto answer = deriveLogic(request);
    QVERIFY(answer);
    const LogicResult& result = answer->results[0];
    QVERIFY(std::fabs(result.table.margin - 1e-9) < 1e-15);
    QCOMPARE(result.table.closestRow, 1u);
    QVERIFY(result.table.isWithinRounding());
    QVERIFY(badgeText(result).find("float32 rounding") != std::string::npos);
    QCOMPARE(result.table.table.text(), std::string("0111"));
    request.thresholds[request.question.outputs[0].element] = 0.5;
    QVERIFY(!deriveLogic(request)->results[0].table.isWithinRounding());
}

void LogicTest::rowsThatDoNotMatterMakeItShorter()
{
    LogicRequest request = drawn(neuron({1, 2}, -2.5, "Sigmoid"));
    QVERIFY(deriveLogic(request)->results[0].shortest()->name.kind == FunctionKind::And);
    request.dontCares = {1};
    const auto answer = deriveLogic(request);
    QVERIFY(answer);
    QVERIFY(answer->results[0].shortest()->name.kind == FunctionKind::Copy);
    QVERIFY(answer->results[0].shortest()->name.usesDontCares);
    QVERIFY(badgeText(answer->results[0]).find("all 3 rows that matter of 4") != std::string::npos);
    request.dontCares = {4};
    QCOMPARE(deriveLogic(request).error().code, ErrorCode::BadQuestion);
}

void LogicTest::dataSaysWhichRowsMatter()
{
    LogicRequest request = drawn(neuron({1, 2}, -2.5, "Sigmoid"));
    request.dontCares = *rowsThatDoNotOccur(request, std::vector<double>{0, 0, 1, 1, 1, 1, 0.5, 0});
    QCOMPARE(request.dontCares, (std::vector<std::uint32_t>{1, 2}));
    QCOMPARE(deriveLogic(request)->results[0].function.care.text(), std::string("1001"));
    request.dontCares = *rowsThatDoNotOccur(request, std::vector<double>{0.5, 0});
    QCOMPARE(deriveLogic(request).error().code, ErrorCode::BadQuestion);
}

void LogicTest::dataSaysWhichInputsAreBinary()
{
    LogicRequest request = drawn(neuron({1, 2}, -2.5, "Sigmoid"));
    for (InputQuantity& input : request.question.inputs)
        input.domain = {Domain::Kind::Interval, {-1, 1}, {}};
    QVERIFY(!isLogic(request.question));
    recogniseBinaryInputs(request.question, std::vector<double>{0, -1, 1, 1, 1, -1});
    QVERIFY(isLogic(request.question));
    QCOMPARE(request.question.inputs[1].domain.values, (std::vector<double>{-1, 1}));
    recogniseBinaryInputs(request.question, std::vector<double>{0.5, 2, 0, 2, 1, 2});
    QCOMPARE(
        request.question.inputs[0].domain.values, (std::vector<double>{0, 1})); // three values: none of our business
}

void LogicTest::heldInputsAreNoDigits()
{
    LogicRequest request = drawn(neuron({1, 2, 4}, -2.5, "Sigmoid"));
    request.question.inputs[1].role = Role::Held;
    request.question.inputs[1].reference = 1;
    const auto answer = deriveLogic(request);
    QVERIFY(answer);
    QCOMPARE(answer->inputs.size(), 2u);
    QCOMPARE(answer->held.size(), 1u);
    QCOMPARE(answer->results[0].table.table.text(), std::string("0111"));
}

void LogicTest::aNegativeScaleTurnsTheTable()
{
    LogicRequest request = drawn(neuron({1, 1}, -1.5, ""));
    request.question.outputs[0].scaling = {10, -2};
    request.thresholds[request.question.outputs[0].element] = 12;
    const auto answer = deriveLogic(request);
    QVERIFY(answer);
    const LogicTable& table = answer->results[0].table;
    QCOMPARE(table.table.text(), std::string("1000")); // 13, 11, 11, 9
    QCOMPARE(table.threshold, 12.0);
    QCOMPARE(table.lowest, 9.0);
    QCOMPARE(table.highest, 13.0);
    QCOMPARE(table.margin, 1.0);
}

void LogicTest::majorityOfTwelveHasItsName()
{
    const auto answer = deriveLogic(drawn(neuron(std::vector<double>(12, 1), -6.5, "Sigmoid")));
    QVERIFY(answer);
    const logic::LogicForm& shortest = *answer->results[0].shortest();
    QVERIFY(shortest.name.kind == FunctionKind::Majority || shortest.name.kind == FunctionKind::AtLeast);
    QCOMPARE(shortest.name.threshold, 7);
}

void LogicTest::whatIsNoLogicIsRefused_data()
{
    QTest::addColumn<int>("illness");
    QTest::addColumn<QString>("words");
    QTest::newRow("an input that takes any value") << 0 << "'x[1]' does not take two values";
    QTest::newRow("nothing varies") << 1 << "no input varies";
    QTest::newRow("an output that is always the same") << 2 << "the same in all rows";
    QTest::newRow("an output that is no number") << 3 << "no number";
    QTest::newRow("25 inputs") << 4 << "the limit is 24 inputs";
}

void LogicTest::whatIsNoLogicIsRefused()
{
    QFETCH(int, illness);
    QFETCH(QString, words);
    const char* const function = illness == 3 ? "Log" : "";
    std::vector<double> weights(illness == 4 ? 25 : 2, illness == 2 ? 0.0 : 1.0);
    LogicRequest request = drawn(neuron(weights, 0, function));
    if (illness == 0)
        request.question.inputs[1].domain = {Domain::Kind::Interval, {0, 1}, {}};
    for (InputQuantity& input : request.question.inputs)
        input.role = illness == 1 ? Role::Held : Role::Free;
    const auto answer = deriveLogic(request);
    QVERIFY(!answer);
    const QString message = QString::fromStdString(answer.error().message);
    QVERIFY2(message.contains(words), qPrintable(message));
}

void LogicTest::canBeCancelled()
{
    std::stop_source source;
    const Progress stopEarly(source.get_token(), [&](double) { source.request_stop(); });
    const auto answer = deriveLogic(drawn(neuron(std::vector<double>(20, 1), -6.5, "Sigmoid")), stopEarly);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(LogicTest)
#include "LogicTest.moc"
