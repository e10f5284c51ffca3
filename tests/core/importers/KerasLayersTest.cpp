// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/JsonDocument.h"
#include "core/importers/keras/FirstVersion.h"
#include "core/importers/keras/ModelWriter.h"
#include "core/operators/PreparedNetwork.h"

#include <QTest>

#include <fstream>
#include <sstream>

using namespace formulens;
using keras::Json;

/// Every layer of Keras that is known, against what NumPy and PyTorch compute (tests/data/keras/generate.py), and the
/// words about what is not known.
class KerasLayersTest final : public QObject
{
    Q_OBJECT

private slots:
    void computesTheSame_data();
    void computesTheSame();
    void refusesInWords_data();
    void refusesInWords();
    void halfPrecisionIsAWarning();
};

namespace {

Json cases()
{
    std::ifstream stream(FORMULENS_SOURCE_DIR "/tests/data/keras/cases.json");
    std::ostringstream text;
    text << stream.rdbuf();
    return readJson(text.str(), "cases.json");
}

std::map<std::string, Tensor> weightsOf(const Json& given)
{
    std::map<std::string, Tensor> weights;
    for (const auto& [name, weight] : given["weights"].items())
        weights.emplace(name,
            Tensor::ofDoubles(Shape(weight["shape"].get<std::vector<std::int64_t>>()),
                weight["values"].get<std::vector<double>>(), ElementType::Float32));
    return weights;
}

keras::Origin originOf(const Json& given)
{
    const auto version = given["version"].get<std::string>();
    return {version[0] - '0', version[2] - '0', given.value("backend", "") == "theano"};
}

std::shared_ptr<const Network> networkOf(
    const Json& given, const std::map<std::string, Tensor>& weights, std::vector<std::string>& warnings)
{
    keras::Model model = keras::readModel(given["model"]);
    if (originOf(given).major == 1)
        model = keras::inSecondVersion(std::move(model), warnings);
    GraphBuilder graph;
    keras::writeModel(
        graph, model, keras::namedWeights(model, weights, keras::weightsOf), originOf(given), warnings, {});
    return graph.build();
}

/// What reading says of a model of one layer behind an input of one axis.
QString wordsAbout(const QByteArray& className, const QByteArray& config, const char* more = "")
{
    const std::string text = R"({"version": "2.4.0", "model": {"class_name": "Sequential", "config": {"layers": [
        {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 2]}},
        {"class_name": ")"
        + className.toStdString() + R"(", "config": {"name": "layer")" + (config.isEmpty() ? "" : ", ")
        + config.toStdString() + "}" + more + "}]}}}";
    const std::map<std::string, Tensor> weights{{"layer/kernel", Tensor::ofDoubles(Shape{2, 2}, {1, 2, 3, 4})},
        {"layer/bias", Tensor::ofDoubles(Shape{2}, {1, 2})}};
    std::vector<std::string> warnings;
    try {
        networkOf(readJson(text, "the test"), weights, warnings);
    } catch (const ImportError& error) {
        return QString::fromStdString(error.message);
    }
    return warnings.empty() ? QStringLiteral("no words") : QString::fromStdString(warnings.front());
}

} // namespace

void KerasLayersTest::computesTheSame_data()
{
    QTest::addColumn<int>("number");
    const Json all = cases();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::addRow("%s", all[i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
}

void KerasLayersTest::computesTheSame()
{
    static const Json all = cases();
    QFETCH(int, number);
    const Json& given = all[static_cast<std::size_t>(number)];
    std::vector<std::string> warnings;
    std::shared_ptr<const Network> network;
    try {
        network = networkOf(given, weightsOf(given), warnings);
    } catch (const ImportError& error) {
        QFAIL(error.message.c_str());
    }
    QVERIFY2(warnings.empty(), warnings.empty() ? "" : warnings.front().c_str());
    const auto prepared = prepare(network).value();
    std::vector<double> x;
    for (const Json& input : given["inputs"])
        for (const Json& value : input)
            x.push_back(value.get<double>());
    QCOMPARE(prepared->inputCount(), x.size());
    QCOMPARE(network->outputs.size(), given["outputs"].size());
    for (std::size_t i = 0; i < network->outputs.size(); ++i) {
        const TensorIndex output = network->outputs[i];
        if (const auto& reason = prepared->tensor(output).unavailable) {
            if (reason->message.ends_with("is not known"))
                QSKIP(reason->message.c_str());
            QFAIL(reason->message.c_str());
        }
        const auto values = reference::evaluate(*prepared, output, x);
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        const auto expected = given["outputs"][i].get<std::vector<double>>();
        QCOMPARE(values->size(), expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k)
            QVERIFY2(std::fabs((*values)[k] - expected[k]) <= 1e-6 * std::max(1e-6, std::fabs(expected[k])),
                qPrintable(QStringLiteral("output %1, element %2 is %3, expected %4")
                               .arg(i)
                               .arg(k)
                               .arg((*values)[k], 0, 'g', 17)
                               .arg(expected[k], 0, 'g', 17)));
    }
}

void KerasLayersTest::refusesInWords_data()
{
    QTest::addColumn<QByteArray>("className");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* className, const char* config, const char* words) {
        QTest::addRow("%s", name) << QByteArray(className) << QByteArray(config) << QString::fromUtf8(words);
    };
    constexpr const char* dense = R"("units": 2, "activation": "linear", "use_bias": true)";
    row("a sound layer", "Dense", dense, "no words");
    row("an unknown key", "Dense", R"("units": 2, "sharpness": 3)",
        "layer 'layer' (Dense): its 'sharpness' is 3, and what that means is not known");
    row("a key of null is none", "Dense", R"("units": 2, "sharpness": null)", "no words");
    row("units that do not fit", "Dense", R"("units": 3)",
        "layer 'layer' (Dense): its kernel has shape [2, 2], expected 3 columns");
    row("no units", "Dense", R"("use_bias": true)",
        "layer 'layer' (Dense): its 'units' is missing, expected a whole number");
    row("a word for a number", "Dense", R"("units": "two")",
        "layer 'layer' (Dense): its 'units' is \"two\", expected a whole number");
    row("an unknown activation", "Dense", R"("units": 2, "activation": "snake")",
        "layer 'layer' (Dense): its activation 'snake' is none of Keras's own that are known; export the model as "
        "ONNX, with "
        "tf2onnx");
    row("an author's own function", "Dense", R"("units": 2, "activation": "leaky_relu")",
        "layer 'layer' (Dense): its activation 'leaky_relu' is taken with a slope of 0.2 below 0, as TensorFlow has "
        "it");
    row("an unknown layer", "CapsuleLayer", "",
        "layer 'layer' (CapsuleLayer): a layer of this class is not known here; export the model as ONNX, with tf2onnx "
        "or "
        "model.export(..., format=\"onnx\")");
    row("Lambda", "Lambda", R"("function": ["4wEAAA==", null, null])",
        "layer 'layer' (Lambda): it holds Python code, which is never run; export the model as ONNX, with tf2onnx or "
        "model.export(..., format=\"onnx\")");
    row("QKeras", "QDense", R"("units": 2)",
        "layer 'layer' (QDense): it is a layer of QKeras or HGQ, whose rounding is not known here; export the model as "
        "ONNX, with tf2onnx or model.export(..., format=\"onnx\")");
    row("an operation of TensorFlow", "TFOpLambda", R"("function": "math.sin")",
        "layer 'layer' (TFOpLambda): it is an operation of TensorFlow ('math.sin'), not a layer of Keras; export the "
        "model "
        "as ONNX, with tf2onnx or model.export(..., format=\"onnx\")");
    row("a quantised policy", "Dense",
        R"("units": 2, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {"name": "int8_from_float32"}})",
        "layer 'layer' (Dense): it computes in 'int8_from_float32', which is not known here; export the model as ONNX, "
        "with "
        "tf2onnx or model.export(..., format=\"onnx\")");
    row("a weight that is not there", "BatchNormalization", R"("axis": -1)",
        "layer 'layer' (BatchNormalization): the file has no weight 'layer/gamma'");
    row("a shape of too many axes", "Conv1D", R"("filters": 2, "kernel_size": [2])",
        "layer 'layer' (Conv1D): its input has 2 axes, expected 3");
    row("a permutation of other axes", "Permute", R"("dims": [2, 1])",
        "layer 'layer' (Permute): its 'dims' is [2,1], expected 1 axes");
}

void KerasLayersTest::refusesInWords()
{
    QFETCH(QByteArray, className);
    QFETCH(QByteArray, config);
    QFETCH(QString, words);
    QCOMPARE(wordsAbout(className, config), words);
}

void KerasLayersTest::halfPrecisionIsAWarning()
{
    QCOMPARE(
        wordsAbout("Dense", R"("units": 2, "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}})"),
        QStringLiteral(
            "layer 'layer' (Dense) computes in mixed_float16: the formula is the exact one, without the rounding "
            "of half precision"));
    QCOMPARE(wordsAbout("Dense", R"("units": 2)", R"(, "module": "my_layers", "registered_name": "mine>Dense")"),
        QStringLiteral(
            "layer 'layer' (Dense): it is of the module 'my_layers', not one of Keras's own layers; export the "
            "model as ONNX, with tf2onnx or model.export(..., format=\"onnx\")"));
}

QTEST_APPLESS_MAIN(KerasLayersTest)
#include "KerasLayersTest.moc"
