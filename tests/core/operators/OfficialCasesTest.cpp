// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Push.h"
#include "tests/core/operators/OfficialCase.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace formulens;

/// The operator set's own cases (libonnx-testdata) as oracle. A case switches itself on when the table knows all of its
/// operators; those that cannot be run although it does stand in a list with their reasons.
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
    void everyCaseOfKnownOperatorsIsRunOrExcused();

private:
    struct Case
    {
        std::string name;
        OfficialCase official;
        std::shared_ptr<const PreparedNetwork> prepared; ///< inputs flow, where no shape depends on them
        std::string trouble;
    };

    void listCases();
    static Case prepareCase(const std::filesystem::path& folder);

    std::vector<Case> m_cases;
    std::map<std::string, std::size_t> m_byName;
};

namespace {

using Point = std::vector<double>;

/// Multiply-adds of a case whose slopes, enclosures and equations are looked at, too; its values always are.
constexpr std::uint64_t largestCost = 2'000'000;

/// Cases whose operators are all known and that are not run, with the reason.
const std::map<std::string, std::string>& excused()
{
    static const std::string training = "a training mode: its output is random or depends on the rest of the batch";
    static const std::string strings = "strings have no formula";
    static const std::string container = "an optional or a sequence, which is no tensor";
    static const std::string places = "the places of the maxima are not computed; the maxima themselves are in others";
    static const std::map<std::string, std::string> list = {
        {"test_batchnorm_epsilon_training_mode", training},
        {"test_batchnorm_example_training_mode", training},
        {"test_cast_FLOAT_to_STRING", strings},
        {"test_cast_STRING_to_FLOAT", strings},
        {"test_castlike_FLOAT_to_STRING", strings},
        {"test_castlike_FLOAT_to_STRING_expanded", strings},
        {"test_castlike_STRING_to_FLOAT", strings},
        {"test_castlike_STRING_to_FLOAT_expanded", strings},
        {"test_identity_opt", container},
        {"test_maxpool_with_argmax_2d_precomputed_pads", places},
        {"test_maxpool_with_argmax_2d_precomputed_strides", places},
        {"test_training_dropout", training},
        {"test_training_dropout_default", training},
        {"test_training_dropout_default_mask", training},
        {"test_training_dropout_mask", training},
        {"test_identity_sequence", container},
    };
    return list;
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

bool knowsAllOperators(const Network& network)
{
    return std::ranges::all_of(network.nodes,
        [](const Node& node) { return findOperator(node.domain, node.operatorName, node.version) != nullptr; });
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
        if (next.name.empty())
            continue;
        m_byName[next.name] = m_cases.size();
        m_cases.push_back(std::move(next));
    }
}

/// Nameless where the operators are not all known.
OfficialCasesTest::Case OfficialCasesTest::prepareCase(const std::filesystem::path& folder)
{
    Case result;
    result.official = readOfficialCase(folder);
    const OfficialCase& official = result.official;
    if (!official.network || !knowsAllOperators(*official.network))
        return result;
    result.name = folder.filename().string();
    result.trouble = official.trouble;
    if (result.trouble.empty() && official.inputs.size() != official.network->inputs.size())
        result.trouble = "has " + std::to_string(official.inputs.size()) + " input files for "
            + std::to_string(official.network->inputs.size()) + " inputs";
    if (!result.trouble.empty())
        return result;

    // Everything flows; where integers, or single numbers too, decide shapes or modes they are constants instead.
    for (const int constantKinds : {0, 1, 2}) {
        std::vector<bool> isConstant;
        for (const Tensor& input : official.inputs)
            isConstant.push_back((constantKinds >= 1 && !isFloatingPoint(input.type()))
                || (constantKinds >= 2 && input.shape().rank() == 0));
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
        if (each.prepared && !excused().contains(each.name))
            QTest::addRow("%s", each.name.c_str()) << QString::fromStdString(each.name);
    if (m_cases.empty())
        QTest::addRow("no cases") << QString();
}

#define FETCH_CASE(variable)                                                                                           \
    QFETCH(QString, name);                                                                                             \
    if (name.isEmpty())                                                                                                \
        QSKIP("libonnx-testdata is not installed");                                                                    \
    const Case& variable = m_cases[m_byName.at(name.toStdString())]

void OfficialCasesTest::valuesAreTheOfficialOnes()
{
    FETCH_CASE(each);
    const Point x = pointOf(each.official, *each.prepared);
    for (std::size_t i = 0; i < each.official.outputs.size(); ++i) {
        const TensorIndex output = each.prepared->network->outputs[i];
        const auto values = reference::evaluate(*each.prepared, output, x);
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        const PreparedTensor& tensor = each.prepared->tensor(output);
        QCOMPARE(QString::fromStdString(tensor.shape.text()),
            QString::fromStdString(each.official.outputs[i].shape().text()));
        QCOMPARE(typeName(tensor.type), typeName(each.official.outputs[i].type()));
        QCOMPARE(difference(*values, each.official.outputs[i], isOneStepOff(each.name) ? 1 : 0), QString());
    }
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

void OfficialCasesTest::everyCaseOfKnownOperatorsIsRunOrExcused()
{
    if (m_cases.empty())
        QSKIP("libonnx-testdata is not installed");
    QStringList missing;
    for (const Case& each : m_cases)
        if (!each.prepared && !excused().contains(each.name))
            missing.append(QString::fromStdString("{\"" + each.name + "\", \"" + each.trouble + "\"},"));
    for (const QString& line : missing)
        qWarning("%s", qPrintable(line));
    QVERIFY2(missing.isEmpty(), "these cases are neither run nor excused");
    for (const auto& [name, reason] : excused())
        QVERIFY2(m_byName.contains(name), ("no such case: " + name).c_str());
}

QTEST_MAIN(OfficialCasesTest)
#include "OfficialCasesTest.moc"
