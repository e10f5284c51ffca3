// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace formulens;

/// Real networks against what independent runtimes computed of them. FORMULENS_CORPUS names the folder.
class CorpusTest final : public QObject
{
    Q_OBJECT

private slots:
    void opens_data() { addModels(); }
    void opens();
    void agreesWithOtherRuntimes_data() { addModels(); }
    void agreesWithOtherRuntimes();
    void slopesAgree_data() { addModels(); }
    void slopesAgree();
    void cleanupTestCase();

private:
    void addModels();

    std::map<std::string, std::string> m_unsupported; ///< by file: the first reason
};

namespace {

const QString corpus
    = qEnvironmentVariable("FORMULENS_CORPUS", QStringLiteral(FORMULENS_SOURCE_DIR "/../shared/corpus"));

/// Of the model files in the corpus.
const std::set<std::string> readEndings{
    ".onnx", ".h5", ".keras", ".pth", ".safetensors", ".tflite", ".pb", ".nnet", ".net", ".pmml", ".xml"};

/// Recurrent models whose runtime was not reset between the cases.
const std::set<std::string> keepsState{"tflite/mnist_lstm_float.tflite"};

/// Their values in double precision were computed with the decimal weights of a twin, not with the file's.
const std::set<std::string> ofLongerWeights{"tensorflow/TestNetwork2.pb"};

std::filesystem::path pathOf(const QString& model)
{
    return (corpus + QLatin1Char('/') + model).toStdString();
}

std::optional<QJsonObject> referenceOf(const QString& model, const char* ending)
{
    QFile file(corpus + QStringLiteral("/reference/") + model + QLatin1String(ending));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// Numbers that are not finite are texts.
double numberOf(const QJsonValue& value)
{
    if (value.isBool())
        return value.toBool() ? 1 : 0;
    if (!value.isString())
        return value.toDouble();
    const QString text = value.toString();
    const double infinity = std::numeric_limits<double>::infinity();
    return text == QLatin1String("inf") ? infinity : text == QLatin1String("-inf") ? -infinity : std::nan("");
}

void append(std::vector<double>& numbers, const QJsonValue& value)
{
    if (!value.isArray())
        return numbers.push_back(numberOf(value));
    for (const QJsonValue& element : value.toArray())
        append(numbers, element);
}

std::vector<double> numbersOf(const QJsonValue& value)
{
    std::vector<double> numbers;
    append(numbers, value);
    return numbers;
}

double scaleOf(const std::vector<double>& values)
{
    double scale = 1e-30;
    for (const double value : values)
        if (std::isfinite(value))
            scale = std::max(scale, std::fabs(value));
    return scale;
}

bool agrees(double value, double expected, double tolerance)
{
    if (!std::isfinite(expected))
        return std::isnan(expected) ? std::isnan(value) : value == expected;
    return std::fabs(value - expected) <= tolerance;
}

/// The first difference in words; empty where there is none.
/// What rounds to a short integer may be one step off: runtimes take scales as floats.
double stepOf(ElementType type)
{
    return isInteger(type) && byteSize(type) <= 2 ? 1 : 0;
}

QString difference(
    const std::vector<double>& values, const std::vector<double>& expected, double relative, double step = 0)
{
    if (values.size() != expected.size())
        return QStringLiteral("%1 elements, expected %2").arg(values.size()).arg(expected.size());
    const double tolerance = std::max(step, relative * scaleOf(expected));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!agrees(values[i], expected[i], tolerance))
            return QStringLiteral("element %1 is %2, expected %3")
                .arg(i)
                .arg(values[i], 0, 'g', 17)
                .arg(expected[i], 0, 'g', 17);
    return {};
}

/// Files that open, but none of whose outputs can be computed, with the reason.
QJsonObject refusedFiles()
{
    QFile file(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/operators/refused_files.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the list of refused files is missing");
    return QJsonDocument::fromJson(file.readAll()).object();
}

std::vector<std::int64_t> extentsOf(const QJsonValue& shape)
{
    std::vector<std::int64_t> extents;
    for (const QJsonValue& extent : shape.toArray())
        extents.push_back(static_cast<std::int64_t>(extent.toDouble()));
    return extents;
}

/// A reference of weights says the architecture in words of its own: "Conv 1-16 4x4 s2 p1, ReLU, Linear 6-8".
std::string architectureIn(const QJsonObject& reference)
{
    QStringList steps;
    for (QString words : reference[QStringLiteral("architecture")].toString().split(QStringLiteral(", "))) {
        if (words.isEmpty() || words.startsWith(QLatin1Char('(')))
            continue;
        const QStringList parts = words.split(QLatin1Char(' '));
        if (parts.front() != QLatin1String("Conv")) {
            steps.append(parts.front());
            continue;
        }
        QStringList settings;
        for (const QString& part : parts) {
            if (part.startsWith(QLatin1Char('s')))
                settings.append(QStringLiteral("stride=") + part.mid(1));
            if (part.startsWith(QLatin1Char('p')))
                settings.append(QStringLiteral("padding=") + part.mid(1));
        }
        steps.append(QStringLiteral("Conv2d(%1)").arg(settings.join(QLatin1Char(','))));
    }
    if (!steps.isEmpty() && steps.front().startsWith(QLatin1String("Conv"))) {
        QStringList extents;
        for (const QJsonValue& extent : reference[QStringLiteral("inputs")][0][QStringLiteral("shape")].toArray())
            extents.append(QString::number(extent.toInt()));
        steps.prepend(QStringLiteral("Input(%1)").arg(extents.mid(1).join(QLatin1Char(','))));
    }
    return steps.join(QLatin1Char(',')).toStdString();
}

/// Where the file leaves extents open, the reference chose them.
Result<OpenedModel> openedAsReferred(const QString& model, const QJsonObject& reference)
{
    ImportOptions options;
    options.architecture = architectureIn(reference);
    const auto opened = openModel(pathOf(model), options);
    if (!opened)
        return opened;
    const QJsonArray inputs = reference[QStringLiteral("inputs")].toArray();
    for (int i = 0; i < inputs.size(); ++i) {
        const QJsonValue given = inputs[i][QStringLiteral("name")];
        const auto unnamed = opened->network->inputs[static_cast<std::size_t>(i)];
        const std::string name
            = given.isString() ? given.toString().toStdString() : opened->network->tensor(unnamed).name;
        const auto tensor = opened->network->find(name);
        const std::vector<std::int64_t> extents = extentsOf(inputs[i][QStringLiteral("shape")]);
        const bool hasBatch = tensor && opened->prepared->tensor(*tensor).shape.rank() == extents.size();
        if (hasBatch && opened->prepared->tensor(*tensor).shape.extents() != extents)
            options.inputShapes[name] = extents;
    }
    return options.inputShapes.empty() ? opened : openModel(pathOf(model), options);
}

/// The number that stands for a text, by the labels that the file gives the values of its i-th input.
double codeOf(const OpenedModel& model, int i, const std::string& text)
{
    const auto& ranges = model.network->inputRanges.at(model.network->inputs[static_cast<std::size_t>(i)]);
    const ValueRange& range = ranges.front().value();
    return range.values.at(static_cast<std::size_t>(std::ranges::find(range.labels, text) - range.labels.begin()));
}

/// The numbers of a case's inputs; a text is the number of its category.
std::vector<double> pointOf(const OpenedModel& model, const QJsonArray& in)
{
    std::vector<double> x;
    for (int i = 0; i < in.size(); ++i) {
        const Categories& categories
            = model.prepared->tensor(model.network->inputs[static_cast<std::size_t>(i)]).categories;
        if (in[i].isString()) {
            x.push_back(codeOf(model, i, in[i].toString().toStdString()));
            continue;
        }
        if (!categories) {
            append(x, in[i]);
            continue;
        }
        for (const QJsonValue& text : in[i].toArray())
            x.push_back(static_cast<double>(
                std::ranges::find(*categories, text.toString().toStdString()) - categories->begin()));
    }
    return x;
}

/// "3 rows (outputs probabilities, flattened in order) x ..." names the outputs that a Jacobian is of.
std::vector<TensorIndex> outputsOf(const OpenedModel& model, const QJsonObject& jacobian)
{
    const QString layout = jacobian[QStringLiteral("layout")].toString();
    const QString begin = QStringLiteral("(outputs ");
    const auto first = layout.indexOf(begin) + begin.size();
    const QString names = layout.mid(first, layout.indexOf(QStringLiteral(", flattened"), first) - first);
    std::vector<TensorIndex> outputs;
    for (const QString& name : names.split(QStringLiteral(", ")))
        if (const auto tensor = model.network->find(name.toStdString()))
            outputs.push_back(*tensor);
    return outputs.empty() ? model.network->outputs : outputs;
}

} // namespace

void CorpusTest::addModels()
{
    QTest::addColumn<QString>("model");
    const std::filesystem::path root = corpus.toStdString();
    if (!std::filesystem::is_directory(root))
        return;
    std::vector<std::string> models;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string model = entry.path().lexically_relative(root);
        const bool isModel = readEndings.contains(entry.path().extension()) || entry.path().filename() == "model.json"
            || model.ends_with("_state");
        if (isModel && !model.starts_with("hostile"))
            models.push_back(model);
    }
    std::ranges::sort(models);
    for (const std::string& model : models)
        QTest::addRow("%s", model.c_str()) << QString::fromStdString(model);
}

#define SKIP_WITHOUT_CORPUS()                                                                                          \
    if (!QTest::currentDataTag())                                                                                      \
    QSKIP("the shared corpus is not here; FORMULENS_CORPUS names its folder")

/// A file that is no hostile one opens; what cannot be computed of it is said in a warning that names the node.
void CorpusTest::opens()
{
    SKIP_WITHOUT_CORPUS();
    QFETCH(QString, model);
    ImportOptions options;
    options.architecture = architectureIn(referenceOf(model, ".json").value_or(QJsonObject()));
    const auto opened = openModel(pathOf(model), options);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const OpeningQuestion opening = openingQuestion(*opened->prepared);
    QCOMPARE(opening.question.inputs.size(), opened->prepared->inputCount());
    for (const TensorIndex output : opened->network->outputs)
        if (const auto& reason = opened->prepared->tensor(output).unavailable) {
            QVERIFY2(!reason->message.empty(), "an output that cannot be computed says why");
            m_unsupported.emplace(model.toStdString(), reason->message);
        }
}

void CorpusTest::agreesWithOtherRuntimes()
{
    SKIP_WITHOUT_CORPUS();
    QFETCH(QString, model);
    const auto reference = referenceOf(model, ".json");
    if (!reference)
        QSKIP("there is no reference");
    const auto opened = openedAsReferred(model, *reference).value();
    if (model == QLatin1String("tflite/seanet/transpose_conv4.tflite"))
        QSKIP("the reference asked the runtime for a result without elements");
    const QJsonArray outputs = (*reference)[QStringLiteral("outputs")].toArray();
    std::size_t compared = 0;
    for (const QJsonValue& entry : (*reference)[QStringLiteral("cases")].toArray()) {
        const std::vector<double> x = pointOf(opened, entry[QStringLiteral("in")].toArray());
        QCOMPARE(x.size(), opened.prepared->inputCount());
        const bool isDouble
            = entry[QStringLiteral("out_f64")].isArray() && !ofLongerWeights.contains(model.toStdString());
        const QJsonValue expected = entry[isDouble ? QStringLiteral("out_f64") : QStringLiteral("out")];
        for (int i = 0; i < outputs.size(); ++i) {
            const QJsonValue name = outputs[i][QStringLiteral("name")];
            const auto tensor = name.isString() ? opened.network->find(name.toString().toStdString())
                                                : opened.network->outputs[static_cast<std::size_t>(i)];
            QVERIFY(tensor);
            if (opened.prepared->tensor(*tensor).unavailable || expected[i].isNull())
                continue;
            const auto values = reference::evaluate(*opened.prepared, *tensor, x);
            QVERIFY2(values, values ? "" : values.error().message.c_str());
            const QString words = difference(
                *values, numbersOf(expected[i]), isDouble ? 1e-9 : 1e-5, stepOf(opened.prepared->tensor(*tensor).type));
            QVERIFY2(words.isEmpty(), qPrintable(words));
            ++compared;
        }
        if (keepsState.contains(model.toStdString()))
            break; // the runtime began the next case with the state that this one left
    }
    const QJsonValue refusal = refusedFiles().value(model);
    if (compared > 0) {
        QVERIFY2(refusal.isUndefined(), "it is listed as refused, but agrees");
        return;
    }
    QVERIFY2(refusal.isString(), "nothing of it could be compared, and it is not listed as refused");
    QSKIP(qPrintable(refusal.toString()));
}

void CorpusTest::slopesAgree()
{
    constexpr std::size_t mostInputs = 100;
    constexpr std::uint64_t mostWork = 3'000'000;
    SKIP_WITHOUT_CORPUS();
    QFETCH(QString, model);
    const auto reference = referenceOf(model, ".jacobian.json");
    if (!reference)
        QSKIP("there is no reference");
    const auto opened = openModel(pathOf(model)).value();
    std::uint64_t cost = 0;
    for (const Step& step : opened.prepared->steps)
        cost += step.kernel->cost();
    if (opened.prepared->inputCount() > mostInputs || cost * opened.prepared->inputCount() > mostWork)
        QSKIP("too large for the slow way of differentiating");
    for (const QJsonValue& entry : (*reference)[QStringLiteral("cases")].toArray()) {
        const std::vector<double> x = numbersOf(entry[QStringLiteral("in")]);
        std::vector<double> slopes;
        for (const TensorIndex output : outputsOf(opened, *reference)) {
            const auto jacobian = reference::jacobian(*opened.prepared, output, x);
            if (!jacobian)
                QSKIP("its operators are not all known");
            slopes.insert(slopes.end(), jacobian->begin(), jacobian->end());
        }
        const QString words = difference(slopes, numbersOf(entry[QStringLiteral("jacobian")]), 1e-9);
        QVERIFY2(words.isEmpty(), qPrintable(words));
    }
}

void CorpusTest::cleanupTestCase()
{
    for (const auto& [model, reason] : m_unsupported)
        qInfo("%s: %s", model.c_str(), reason.c_str());
}

QTEST_MAIN(CorpusTest)
#include "CorpusTest.moc"
