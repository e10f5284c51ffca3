// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/ModelWriter.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/network/NetworkText.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <fstream>
#include <set>

using namespace formulens;

/// What is written is read back as the same network, to the last bit; a reader that is not ours finds the same in it.
class ModelWriterTest final : public QObject
{
    Q_OBJECT

private slots:
    void corpusIsTheSame_data();
    void corpusIsTheSame();
    void everyKindOfThingIsKept_data();
    void everyKindOfThingIsKept();
    void rangesAreKept();
    void roundedAttributesAreSaid();
    void otherEndingsAreRefused();
    void anotherReaderFindsTheSame();

private:
    Result<OpenedModel> rewritten(const PreparedNetwork& prepared, const char* ending);

    QTemporaryDir m_folder;
};

namespace {

const QString corpus
    = qEnvironmentVariable("FORMULENS_CORPUS", QStringLiteral(FORMULENS_SOURCE_DIR "/../shared/corpus"));

/// `toText` without what a file must say and the network left open: its name, and the types of its outputs.
std::string essence(const Network& network)
{
    Network copy = network;
    copy.name.clear();
    for (const TensorIndex output : copy.outputs)
        if (!copy.tensor(output).constant && std::ranges::count(copy.inputs, output) == 0) {
            copy.tensors[output.position()].type = ElementType::Undefined;
            copy.tensors[output.position()].declaredShape.reset();
        }
    return toText(copy);
}

bool sameBits(const std::vector<double>& a, const std::vector<double>& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
        return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (std::isnan(x) && std::isnan(y));
    });
}

/// All constants, also those of which the text shows the beginning only.
QString differenceOfConstants(const Network& a, const Network& b)
{
    for (const TensorInfo& tensor : a.tensors) {
        if (!tensor.constant)
            continue;
        const auto other = b.find(tensor.name);
        if (!other || !b.tensor(*other).constant)
            return QStringLiteral("constant %1 is missing").arg(QString::fromStdString(tensor.name));
        const Tensor& constant = *b.tensor(*other).constant;
        const auto bytes = tensor.constant->bytes();
        if (constant.type() != tensor.constant->type() || constant.shape() != tensor.constant->shape()
            || !std::ranges::equal(constant.bytes(), bytes))
            return QStringLiteral("constant %1 differs").arg(QString::fromStdString(tensor.name));
    }
    return {};
}

} // namespace

Result<OpenedModel> ModelWriterTest::rewritten(const PreparedNetwork& prepared, const char* ending)
{
    const std::filesystem::path path = m_folder.filePath(QStringLiteral("copy") + QLatin1String(ending)).toStdString();
    const Result<ModelBytes> model = writeModel(prepared, path);
    if (!model)
        return tl::unexpected(model.error());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << model->bytes;
    return openModel(path);
}

void ModelWriterTest::corpusIsTheSame_data()
{
    QTest::addColumn<QString>("model");
    const std::filesystem::path root = corpus.toStdString();
    if (!std::filesystem::is_directory(root))
        return;
    std::vector<std::string> models;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string model = entry.path().lexically_relative(root);
        const std::set<std::string> no{"", ".json", ".md", ".vnnlib", ".txt", ".csv"};
        if (entry.is_regular_file() && !no.contains(entry.path().extension()) && !model.starts_with("hostile")
            && !model.starts_with("reference") && entry.file_size() < 4'000'000)
            models.push_back(model);
    }
    std::ranges::sort(models);
    for (const std::string& model : models)
        QTest::addRow("%s", model.c_str()) << QString::fromStdString(model);
}

void ModelWriterTest::corpusIsTheSame()
{
    if (!QTest::currentDataTag())
        QSKIP("the shared corpus is not here; FORMULENS_CORPUS names its folder");
    constexpr std::uint64_t mostWork = 2'000'000;
    QFETCH(QString, model);
    const auto opened = openModel((corpus + QLatin1Char('/') + model).toStdString());
    if (!opened)
        QSKIP("it is not read without more words, or not at all");
    std::uint64_t cost = 0;
    for (const Step& step : opened->prepared->steps)
        cost += step.kernel->cost();
    const std::vector<double> point = openingQuestion(*opened->prepared).question.referencePoint();
    for (const char* ending : {".onnx", ".json"}) {
        const auto written = writeModel(*opened->prepared, std::string("copy") + ending);
        if (written && !written->notes.empty())
            continue; // attributes that are rounded, which is said
        const auto copy = rewritten(*opened->prepared, ending);
        if (!copy && copy.error().code == ErrorCode::Unsupported)
            continue; // graphs within nodes
        QVERIFY2(copy, copy ? "" : copy.error().message.c_str());
        QCOMPARE(QString::fromStdString(essence(*copy->network)), QString::fromStdString(essence(*opened->network)));
        const QString difference = differenceOfConstants(*opened->network, *copy->network);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        for (std::size_t i = 0; cost < mostWork && i < opened->network->outputs.size(); ++i) {
            const auto expected = reference::evaluate(*opened->prepared, opened->network->outputs[i], point);
            const auto found = reference::evaluate(*copy->prepared, copy->network->outputs[i], point);
            QCOMPARE(found.has_value(), expected.has_value());
            QVERIFY(!found || sameBits(*found, *expected));
        }
    }
}

void ModelWriterTest::everyKindOfThingIsKept_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("a dense layer") << R"(input x : float32[N, 2]
W = float32[2, 1]{0.1, -0}
y = Gemm<alpha=2.0, transB=0>(x, W, -)
output y
)";
    QTest::newRow("numbers that are none") << R"(input x : float64[3]
c = float64[3]{inf, -inf, nan}
y = Add(x, c)
output y
)";
    QTest::newRow("all types") << R"(input x : float64[1]
a = float16[2]{0.5, -2}
b = bfloat16[2]{0.5, -2}
c = int8[2]{-128, 127}
d = uint64[1]{9223372036854775807}
e = int64[2]{-9223372036854775808, 9223372036854775807}
f = bool[2]{1, 0}
g = string[2]{"a \"b\"", ""}
h = float32[0]{}
y = Identity(x)
output y
)";
    QTest::newRow("a scalar") << R"(input x : float32[]
h : float32[]
h = Exp(x)
y = Exp(h)
output y
)";
    QTest::newRow("attributes") << R"(opset 17
opset com.example 3
input x : float32[?, "a b"]
y = com.example.Mystery<a=[1, 2], b=[0.5, 2.0], c=["u", "v"], d="text", e=float32[1]{0.25}, f=3, g=1.0>(x) named "node 1"
output y : float32[?, 2]
)";
}

void ModelWriterTest::everyKindOfThingIsKept()
{
    QFETCH(QString, text);
    const auto network = parseNetwork(text.toStdString());
    QVERIFY2(network, network ? "" : network.error().message.c_str());
    const auto prepared = prepare(*network);
    QVERIFY2(prepared, prepared ? "" : prepared.error().message.c_str());
    for (const char* ending : {".onnx", ".json"}) {
        const auto copy = rewritten(**prepared, ending);
        QVERIFY2(copy, copy ? "" : copy.error().message.c_str());
        QCOMPARE(QString::fromStdString(essence(*copy->network)), QString::fromStdString(essence(**network)));
        QCOMPARE(differenceOfConstants(**network, *copy->network), QString());
    }
}

void ModelWriterTest::rangesAreKept()
{
    Network network = *parseNetwork("input x : float64[N, 2]\ny = Exp(x)\noutput y\n").value();
    network.inputRanges[network.inputs.front()] = {ValueRange{0, 1, {0, 1}, {"no", "yes"}}, std::nullopt};
    network.tensors[network.outputs.front().position()].symbol = "i";
    network.metadata = {{"description", "an \"example\""}, {"k", "v"}};
    const auto prepared = prepare(std::make_shared<const Network>(network)).value();
    const auto copy = rewritten(*prepared, ".json");
    QVERIFY2(copy, copy ? "" : copy.error().message.c_str());
    QVERIFY(copy->network->inputRanges == network.inputRanges);
    QVERIFY(copy->network->metadata == network.metadata);
    QCOMPARE(copy->network->tensor(copy->network->outputs.front()).symbol, std::string("i"));
    const InputQuantity input = openingQuestion(*copy->prepared).question.inputs.front();
    QCOMPARE(input.source, DomainSource::FileRanges);
    QCOMPARE(input.domain.values, (std::vector<double>{0, 1}));
    QCOMPARE(input.classes, (std::vector<std::string>{"no", "yes"}));
    const auto asOnnx = rewritten(*prepared, ".onnx");
    QVERIFY(asOnnx && asOnnx->network->metadata == network.metadata);
}

void ModelWriterTest::roundedAttributesAreSaid()
{
    const auto network = parseNetwork("input x : float64[2]\ny = LeakyRelu<alpha=0.1>(x)\noutput y\n").value();
    const auto model = writeModel(*prepare(network).value(), "copy.onnx");
    QVERIFY(model);
    QCOMPARE(model->notes.size(), std::size_t(1));
    QCOMPARE(model->notes.front(),
        std::string("node #0 (LeakyRelu): attribute 'alpha': 0.1 is rounded to 0.10000000149011612, as ONNX stores "
                    "attributes in single precision"));
}

void ModelWriterTest::otherEndingsAreRefused()
{
    const auto network = parseNetwork("input x : float64[2]\ny = Exp(x)\noutput y\n").value();
    const auto model = writeModel(*prepare(network).value(), "folder/copy.h5");
    QVERIFY(!model);
    QCOMPARE(model.error().message,
        std::string(
            "'copy.h5' ends neither in .onnx nor in .json: a copy is ONNX or Formulens' own JSON, as its name says"));
}

/// python3-onnx reads all copies, checks them, and compares nodes and constants with those of the originals.
void ModelWriterTest::anotherReaderFindsTheSame()
{
    const std::filesystem::path root = corpus.toStdString();
    if (!std::filesystem::is_directory(root))
        QSKIP("the shared corpus is not here; FORMULENS_CORPUS names its folder");
    std::ofstream list(m_folder.filePath(QStringLiteral("pairs.txt")).toStdString());
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const bool isHostile = entry.path().lexically_relative(root).string().starts_with("hostile");
        if (entry.path().extension() != ".onnx" || isHostile || entry.file_size() > 1'000'000)
            continue;
        const auto opened = openModel(entry.path());
        if (!opened)
            continue;
        const std::string copy = m_folder.filePath(QStringLiteral("%1.onnx").arg(count)).toStdString();
        const Result<ModelBytes> model = writeModel(*opened->prepared, copy);
        if (!model)
            continue;
        std::ofstream(copy, std::ios::binary) << model->bytes;
        list << entry.path().string() << '\t' << copy << '\n';
        ++count;
    }
    list.close();
    QProcess python;
    python.start(QStringLiteral("/usr/bin/python3"),
        {QStringLiteral(FORMULENS_SOURCE_DIR "/tests/core/exporters/compare_onnx.py"),
            m_folder.filePath(QStringLiteral("pairs.txt"))});
    QVERIFY(python.waitForFinished(300'000) || python.error() == QProcess::FailedToStart);
    constexpr int withoutOnnx = 77;
    if (python.error() == QProcess::FailedToStart || python.exitCode() == withoutOnnx)
        QSKIP("no /usr/bin/python3 with onnx (python3-onnx): the copies were not compared by another reader");
    const QByteArray words = python.readAllStandardOutput() + python.readAllStandardError();
    QVERIFY2(python.exitCode() == 0, words.constData());
    qInfo("%s", words.trimmed().constData());
    QVERIFY(count > 100);
}

QTEST_GUILESS_MAIN(ModelWriterTest)
#include "ModelWriterTest.moc"
