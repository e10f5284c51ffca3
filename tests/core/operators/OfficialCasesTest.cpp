// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Push.h"
#include "tests/core/operators/OfficialCase.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace formulens;

/// The operator set's own cases (libonnx-testdata) as oracle. A case switches itself on when the table knows all of its
/// operators; what is absent stands in a list with its reason.
class OfficialCasesTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void valuesAreTheOfficialOnes_data() { listCases(); }
    void valuesAreTheOfficialOnes();
    void constantsFoldToTheOfficialValues_data() { listCases(); }
    void constantsFoldToTheOfficialValues();
    void enclosuresHoldTheValues_data() { listCases(); }
    void enclosuresHoldTheValues();
    void slopesAreThoseOfDifferences_data() { listCases(); }
    void slopesAreThoseOfDifferences();
    void equationsGiveTheValues_data() { listCases(); }
    void equationsGiveTheValues();
    void marksCoverWhatTheSlopesSee_data() { listCases(); }
    void marksCoverWhatTheSlopesSee();
    void everyCaseIsRunOrListed();
    void whatIsListedIsThere();

private:
    struct Case
    {
        std::string name;
        OfficialCase official;
        std::shared_ptr<const PreparedNetwork> prepared; ///< inputs flow, where no shape depends on them
        std::vector<std::string> unknown; ///< operators
        std::string trouble;
    };

    void listCases();
    static QString valueComplaint(const Case& each);
    static Case prepareCase(const std::filesystem::path& folder);

    std::vector<Case> m_cases;
    std::map<std::string, std::size_t> m_byName;
};

namespace {

using Point = std::vector<double>;

/// Multiply-adds of a case whose slopes, enclosures and equations are looked at, too; its values always are.
constexpr std::uint64_t largestCost = 2'000'000;

/// tests/data/operators/absent.json: "operators" without a row in the table, and "cases" of known operators that are
/// not run, each with the reason.
QJsonObject absent(const char* kind)
{
    QFile file(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/operators/absent.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the list of what is absent is missing");
    static const QJsonObject lists = QJsonDocument::fromJson(file.readAll()).object();
    return lists[QLatin1String(kind)].toObject();
}

bool isListed(const std::string& name)
{
    static const QJsonObject cases = absent("cases");
    return cases.contains(QString::fromStdString(name));
}

/// Cases that the reference computes in float, where over real numbers a value lies between two steps: -2.5/(5/255) is
/// -127.5, and in float a little more. They may be one step off.
bool isOneStepOff(const std::string& name)
{
    return name == "test_dynamicquantizelinear" || name == "test_dynamicquantizelinear_expanded";
}

QString typeName(ElementType type)
{
    return QString::fromStdString(std::string(formulens::name(type)));
}

std::vector<std::string> unknownOperators(const Network& network)
{
    std::vector<std::string> names;
    for (const Node& node : network.nodes)
        if (!findOperator(node.domain, node.operatorName, node.version))
            names.push_back(node.operatorName);
    return names;
}

/// The first reason why an output cannot be computed, or nothing.
std::string unavailableOutput(const PreparedNetwork& prepared)
{
    for (const TensorIndex output : prepared.network->outputs)
        if (const auto& error = prepared.tensor(output).unavailable)
            return error->message;
    return {};
}

Point pointOf(const OfficialCase& official, const PreparedNetwork& prepared)
{
    Point x;
    for (std::size_t i = 0; i < official.inputs.size(); ++i)
        if (!prepared.network->tensor(official.network->inputs[i]).constant) {
            const Point more = official.inputs[i].numbers();
            x.insert(x.end(), more.begin(), more.end());
        }
    return x;
}

/// Near the official point, but at no kink: integers stay what they are.
Point genericPoint(const PreparedNetwork& prepared, Point x)
{
    const Random random(7);
    for (std::size_t k = 0; k < x.size(); ++k)
        if (isFloatingPoint(prepared.tensor(prepared.inputElements[k].tensor).type))
            x[k] += 1e-3 * (random.uniform(k, 0) - 0.5) * (std::abs(x[k]) + 0.1);
    return x;
}

Point genericDirection(const PreparedNetwork& prepared, std::size_t sample)
{
    const Random random(11);
    Point direction(prepared.inputCount());
    for (std::size_t k = 0; k < direction.size(); ++k)
        if (isFloatingPoint(prepared.tensor(prepared.inputElements[k].tensor).type))
            direction[k] = random.uniform(sample, k) - 0.5;
    return direction;
}

Point stepped(const Point& x, const Point& direction, double step)
{
    Point result = x;
    for (std::size_t k = 0; k < x.size(); ++k)
        result[k] += step * direction[k];
    return result;
}

double largest(const Point& values)
{
    double most = 0;
    for (const double value : values)
        if (std::isfinite(value))
            most = std::max(most, std::abs(value));
    return most;
}

/// Multiply-adds of one evaluation.
std::uint64_t costOf(const PreparedNetwork& network)
{
    std::uint64_t cost = 0;
    for (const Step& step : network.steps)
        cost += step.kernel->cost();
    return cost;
}

bool close(double actual, double expected, double tolerance)
{
    if (std::isnan(expected))
        return std::isnan(actual);
    return actual == expected || std::abs(actual - expected) <= tolerance;
}

/// The first difference in words, or nothing. Official values were computed in the output's own type.
QString difference(const Point& actual, const Tensor& expected, double steps = 0)
{
    if (actual.size() != expected.size())
        return QStringLiteral("%1 values, expected %2").arg(actual.size()).arg(expected.size());
    const Point values = expected.numbers();
    const bool half = expected.type() == ElementType::Float16 || expected.type() == ElementType::BFloat16;
    const double relative = !isFloatingPoint(expected.type()) ? 0 : half ? 1e-2 : 2e-5;
    const double scale = 0.05 * largest(values);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!close(actual[i], values[i], std::max(steps, relative * (std::abs(values[i]) + scale))))
            return QStringLiteral("element %1 is %2, expected %3").arg(i).arg(actual[i], 0, 'g', 17).arg(values[i]);
    return {};
}

} // namespace

void OfficialCasesTest::initTestCase()
{
    for (const std::filesystem::path& folder : officialCaseFolders()) {
        Case next = prepareCase(folder);
        m_byName[next.name] = m_cases.size();
        m_cases.push_back(std::move(next));
    }
}

OfficialCasesTest::Case OfficialCasesTest::prepareCase(const std::filesystem::path& folder)
{
    Case result;
    result.official = readOfficialCase(folder);
    const OfficialCase& official = result.official;
    result.name = folder.filename().string();
    result.trouble = official.trouble;
    if (official.network)
        result.unknown = unknownOperators(*official.network);
    if (!official.network || !result.unknown.empty())
        return result;
    if (result.trouble.empty() && official.inputs.size() != official.network->inputs.size())
        result.trouble = "has " + std::to_string(official.inputs.size()) + " input files for "
            + std::to_string(official.network->inputs.size()) + " inputs";
    if (!result.trouble.empty())
        return result;

    // Everything flows; where integers, single numbers too, or all but the first input decide shapes or modes they are
    // constants instead.
    for (const int constantKinds : {0, 1, 2, 3}) {
        std::vector<bool> isConstant;
        for (const Tensor& input : official.inputs)
            isConstant.push_back((constantKinds >= 1 && !isFloatingPoint(input.type()))
                || (constantKinds >= 2 && input.shape().rank() == 0) || (constantKinds >= 3 && !isConstant.empty()));
        const auto prepared = prepare(withConstants(*official.network, official.inputs, isConstant));
        result.trouble = prepared ? unavailableOutput(**prepared) : prepared.error().message;
        if (result.trouble.empty()) {
            result.prepared = *prepared;
            break;
        }
    }
    return result;
}

void OfficialCasesTest::listCases()
{
    QTest::addColumn<QString>("name");
    for (const Case& each : m_cases)
        if (each.prepared && !isListed(each.name))
            QTest::addRow("%s", each.name.c_str()) << QString::fromStdString(each.name);
    if (m_cases.empty())
        QTest::addRow("no cases") << QString();
}

#define FETCH_CASE(variable)                                                                                           \
    QFETCH(QString, name);                                                                                             \
    if (name.isEmpty())                                                                                                \
        QSKIP("libonnx-testdata is not installed");                                                                    \
    const Case& variable = m_cases[m_byName.at(name.toStdString())]

/// What differs from the official outputs: a shape, a type or a value.
QString OfficialCasesTest::valueComplaint(const Case& each)
{
    const Point x = pointOf(each.official, *each.prepared);
    for (std::size_t i = 0; i < each.official.outputs.size(); ++i) {
        const TensorIndex output = each.prepared->network->outputs[i];
        const Tensor& expected = each.official.outputs[i];
        const auto values = reference::evaluate(*each.prepared, output, x);
        if (!values)
            return QString::fromStdString(values.error().message);
        const PreparedTensor& tensor = each.prepared->tensor(output);
        if (tensor.shape != expected.shape())
            return QStringLiteral("shape %1, expected %2")
                .arg(QString::fromStdString(tensor.shape.text()), QString::fromStdString(expected.shape().text()));
        if (tensor.type != expected.type())
            return QStringLiteral("type %1, expected %2").arg(typeName(tensor.type), typeName(expected.type()));
        if (const QString words = difference(*values, expected, isOneStepOff(each.name) ? 1 : 0); !words.isEmpty())
            return words;
    }
    return {};
}

void OfficialCasesTest::valuesAreTheOfficialOnes()
{
    FETCH_CASE(each);
    QCOMPARE(valueComplaint(each), QString());
}

void OfficialCasesTest::constantsFoldToTheOfficialValues()
{
    FETCH_CASE(each);
    const std::vector<bool> all(each.official.inputs.size(), true);
    const auto prepared = prepare(withConstants(*each.official.network, each.official.inputs, all));
    QVERIFY2(prepared, prepared ? "" : prepared.error().message.c_str());
    QVERIFY((*prepared)->steps.empty());
    for (std::size_t i = 0; i < each.official.outputs.size(); ++i) {
        const PreparedTensor& output = (*prepared)->tensor((*prepared)->network->outputs[i]);
        QVERIFY2(output.constant, output.unavailable ? output.unavailable->message.c_str() : "is not constant");
        const Tensor& expected = each.official.outputs[i];
        if (isFloatingPoint(expected.type()))
            QCOMPARE(difference(output.constant->numbers(), expected), QString());
        else
            QCOMPARE(difference(output.constant->numbers(), expected, isOneStepOff(each.name) ? 1 : 0), QString());
    }
}

void OfficialCasesTest::enclosuresHoldTheValues()
{
    FETCH_CASE(each);
    const Point centre = pointOf(each.official, *each.prepared);
    if (costOf(*each.prepared) > largestCost)
        QSKIP("too large for this");
    for (const double radius : {0.0, 1e-2}) {
        std::vector<Interval> box;
        for (const double x : centre)
            box.emplace_back(x - radius, x + radius);
        for (const TensorIndex output : each.prepared->network->outputs) {
            const auto enclosures = reference::enclose(*each.prepared, output, box);
            QVERIFY(enclosures.has_value());
            for (std::size_t sample = 0; sample < 3; ++sample) {
                const Point direction = genericDirection(*each.prepared, sample);
                const Point x = stepped(centre, direction, sample == 0 ? 0 : 2 * radius);
                const Point values = *reference::evaluate(*each.prepared, output, x);
                for (std::size_t i = 0; i < values.size(); ++i)
                    if (!std::isnan(values[i]) && !(*enclosures)[i].contains(values[i]))
                        QFAIL(qPrintable(QStringLiteral("element %1 is %2, outside [%3, %4]")
                                             .arg(i)
                                             .arg(values[i], 0, 'g', 17)
                                             .arg((*enclosures)[i].lower, 0, 'g', 17)
                                             .arg((*enclosures)[i].upper, 0, 'g', 17)));
            }
        }
    }
}

void OfficialCasesTest::slopesAreThoseOfDifferences()
{
    FETCH_CASE(each);
    const Point x = genericPoint(*each.prepared, pointOf(each.official, *each.prepared));
    const Point direction = genericDirection(*each.prepared, 0);
    if (costOf(*each.prepared) > largestCost)
        QSKIP("too large for this");
    const double step = 1e-6;
    for (const TensorIndex output : each.prepared->network->outputs) {
        const auto slopes = reference::slope(*each.prepared, output, x, direction);
        QVERIFY(slopes.has_value());
        const Point values = *reference::evaluate(*each.prepared, output, x);
        const Point above = *reference::evaluate(*each.prepared, output, stepped(x, direction, step));
        const Point below = *reference::evaluate(*each.prepared, output, stepped(x, direction, -step));
        const double scale = std::max(largest(values), 1.0);
        for (std::size_t i = 0; i < values.size(); ++i) {
            QVERIFY2(close((*slopes)[i].value, values[i], 1e-12 * scale), "value beside the slope");
            const double expected = (above[i] - below[i]) / (2 * step);
            const bool stepsBetween = !isFloatingPoint(each.prepared->tensor(output).type) && above[i] != below[i];
            if (stepsBetween && (*slopes)[i].slope == 0)
                continue;
            const double tolerance = 1e-4 * (std::abs(expected) + 1e-2 * scale);
            if (std::isfinite(expected) && !close((*slopes)[i].slope, expected, tolerance))
                QFAIL(qPrintable(QStringLiteral("element %1 has slope %2, differences give %3")
                                     .arg(i)
                                     .arg((*slopes)[i].slope)
                                     .arg(expected)));
        }
    }
}

void OfficialCasesTest::equationsGiveTheValues()
{
    FETCH_CASE(each);
    const Point x = pointOf(each.official, *each.prepared);
    if (costOf(*each.prepared) > largestCost / 10)
        QSKIP("too large for this");
    if (!std::ranges::all_of(x, [](double value) { return std::isfinite(value); }))
        QSKIP("equations are of numbers");
    Units units(x.size());
    std::vector<Affine> inputs;
    for (std::size_t k = 0; k < x.size(); ++k)
        inputs.push_back(units.input(k));
    for (const TensorIndex output : each.prepared->network->outputs) {
        const auto forms = push<Affine>(*each.prepared, output, inputs);
        QVERIFY(forms.has_value());
        const UnitsEvaluation evaluation(units, x);
        const Point values = *reference::evaluate(*each.prepared, output, x);
        const double tolerance = 1e-9 * std::max(1.0, largest(values));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double actual = evaluation.value((*forms)[i]);
            if (std::isfinite(values[i]) && !close(actual, values[i], tolerance))
                QFAIL(qPrintable(QStringLiteral("element %1 is %2, expected %3").arg(i).arg(actual).arg(values[i])));
        }
    }
}

/// What is not marked has slope zero.
void OfficialCasesTest::marksCoverWhatTheSlopesSee()
{
    FETCH_CASE(each);
    const PreparedNetwork& network = *each.prepared;
    const TensorIndex output = network.network->outputs.front();
    const Point x = genericPoint(network, pointOf(each.official, network));
    const Point values = *reference::evaluate(network, output, x);
    if (values.empty() || network.tensor(output).constant)
        return;
    if (costOf(*each.prepared) > largestCost)
        QSKIP("too large for this");
    const std::size_t element = values.size() / 2;
    const std::vector<ElementMask> needed = neededElements(network, std::vector<TensorElements>{{output, {element}}});

    Point direction = genericDirection(network, 1);
    for (std::size_t k = 0; k < x.size(); ++k) {
        const ElementMask& mask = needed[network.inputElements[k].tensor.position()];
        if (!mask.empty() && mask[network.inputElements[k].element])
            direction[k] = 0;
    }
    const auto slopes = reference::slope(network, output, x, direction);
    QVERIFY(std::isnan((*slopes)[element].slope) || (*slopes)[element].slope == 0);
}

void OfficialCasesTest::everyCaseIsRunOrListed()
{
    if (m_cases.empty())
        QSKIP("libonnx-testdata is not installed");
    const QJsonObject operators = absent("operators");
    QStringList complaints;
    for (const Case& each : m_cases) {
        const QString name = QString::fromStdString(each.name);
        const auto isAbsent
            = [&](const std::string& unknown) { return operators.contains(QString::fromStdString(unknown)); };
        if (!each.unknown.empty() && std::ranges::none_of(each.unknown, isAbsent))
            complaints << name
                    + QStringLiteral(": operator %1 is not listed").arg(QString::fromStdString(each.unknown[0]));
        if (each.unknown.empty() && !each.prepared && !isListed(each.name))
            complaints << name + QStringLiteral(" is neither run nor listed: ") + QString::fromStdString(each.trouble);
        if (each.prepared && isListed(each.name) && valueComplaint(each).isEmpty())
            complaints << name + QStringLiteral(" is listed, but passes");
    }
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void OfficialCasesTest::whatIsListedIsThere()
{
    if (m_cases.empty())
        QSKIP("libonnx-testdata is not installed");
    for (const QString& name : absent("cases").keys())
        QVERIFY2(m_byName.contains(name.toStdString()), qPrintable(QStringLiteral("no such case: ") + name));
    for (const QString& name : absent("operators").keys()) {
        const auto misses = [&](const Case& each) { return std::ranges::count(each.unknown, name.toStdString()) > 0; };
        QVERIFY2(std::ranges::any_of(m_cases, misses), qPrintable(name + QStringLiteral(" is listed, but known")));
    }
}

QTEST_MAIN(OfficialCasesTest)
#include "OfficialCasesTest.moc"
