// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"
#include "core/network/NetworkText.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"

#include <QTest>

using namespace formulens;

/// One small network saved in every format has the same formula, character for character, but for names that a format
/// does not keep.
class AllFormatsTest final : public QObject
{
    Q_OBJECT

private slots:
    void saysTheSame_data();
    void saysTheSame();
};

namespace {

/// y = W2 f(W1 x + b1) + b2, as tests/data/formats/generate.py writes it; f is tanh, or ReLU for formats that have
/// nothing else. All numbers are exact in every element type.
std::string smallNetwork(const std::string& activation)
{
    return R"(input x : float32[N, 2]
W1 = float32[2, 3]{0.5, -1.25, 2, 0.75, 1.5, -0.375}
b1 = float32[3]{0.125, -0.5, 0.25}
W2 = float32[3, 2]{1.5, -0.25, 0.625, 2.5, -1, 0.875}
b2 = float32[2]{-0.75, 0.5}
z = Gemm(x, W1, b1)
h = )" + activation
        + R"((z)
y = Gemm(h, W2, b2)
output y
)";
}

Result<std::string> text(const std::shared_ptr<const PreparedNetwork>& network, Form form)
{
    DeriveRequest request;
    request.network = network;
    request.question = openingQuestion(*network).question;
    request.form = form;
    for (std::size_t i = 0; i < request.question.inputs.size(); ++i) {
        InputQuantity& input = request.question.inputs[i];
        input.name = "input" + std::to_string(i);
        input.symbol = "x_" + std::to_string(i + 1);
        input.domain = Domain();
        input.source = InputQuantity().source;
    }
    for (std::size_t i = 0; i < request.question.outputs.size(); ++i) {
        OutputQuantity& output = request.question.outputs[i];
        output.name = "output" + std::to_string(i);
        output.symbol = "y_" + std::to_string(i + 1);
        request.question.selected.push_back(output.element);
    }
    const Result<Formula> formula = derive(request);
    if (!formula)
        return tl::unexpected(formula.error());
    WriteOptions options;
    options.notation.digits = 0;
    return write(*formula, Language::Text, options);
}

QStringList linesOf(const std::string& formula)
{
    return QString::fromStdString(formula).split(QLatin1Char('\n'));
}

} // namespace

void AllFormatsTest::saysTheSame_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("activation");
    QTest::addColumn<QString>("architecture");
    const auto row = [](const char* name, const char* file, const char* activation, const char* architecture = "") {
        QTest::newRow(name) << file << activation << architecture;
    };
    row("ONNX", "small_tanh.onnx", "Tanh");
    row("Keras 1", "small_tanh_keras1.h5", "Tanh");
    row("Keras 2", "small_tanh.h5", "Tanh");
    row("Keras 2, an archive", "small_tanh_keras2.keras", "Tanh");
    row("Keras 2, an architecture with its weights beside it", "small_tanh_keras2.json", "Tanh");
    row("Keras 2, an architecture that is a string", "small_tanh_string.json", "Tanh");
    row("Keras 2, weights with their architecture beside them", "small_tanh_keras2.weights.h5", "Tanh");
    row("Keras, weights alone", "keras_weights_alone.h5", "Tanh", "Linear,tanh,Linear");
    row("Keras 3", "small_tanh.keras", "Tanh");
    row("TensorFlow.js", "small_tanh_tfjs/model.json", "Tanh");
    row("PyTorch", "small_tanh.pt", "Tanh", "Linear,tanh,Linear");
    row("PyTorch before 1.6", "small_tanh_legacy.pth", "Tanh", "Linear,tanh,Linear");
    row("PyTorch, a whole Sequential", "small_tanh_module.pt", "Tanh");
    row("safetensors", "small_tanh.safetensors", "Tanh", "Linear,tanh,Linear");
    row("TensorFlow Lite", "small_tanh.tflite", "Tanh");
    row("TensorFlow, a frozen graph", "small_tanh.pb", "Tanh");
    row("TensorFlow, a SavedModel", "small_tanh_saved_model", "Tanh");
    row("TensorFlow, the file of a SavedModel", "small_tanh_saved_model/saved_model.pb", "Tanh");
    row("Caffe", "small_tanh.prototxt", "Tanh");
    row("Caffe, layers and weights in one file", "small_tanh_alone.caffemodel", "Tanh");
    row("Caffe before 2015", "small_tanh_old.prototxt", "Tanh");
    row("a folder of matrices", "small_tanh_matrices", "Tanh", "Linear,tanh,Linear");
    row("FANN", "small_tanh.net", "Tanh");
    row("PMML", "small_tanh.pmml", "Tanh");
    row("NNet", "small_relu.nnet", "Relu");
    row("MATLAB", "small_tanh.mat", "Tanh");
    row("MATLAB, in structs", "small_tanh_struct.mat", "Tanh");
    row("MATLAB, weights alone", "small_tanh_weights.mat", "Tanh", "Linear,tanh,Linear");
    row("Verisig", "small_tanh.yml", "Tanh");
    row("POLAR", "small_tanh_polar.txt", "Tanh");
    row("pykan", "small_tanh_kan_state", "Tanh");
    row("R, nnet", "small_sigmoid.rds", "Sigmoid");
    row("R, nnet by a formula, among other things", "small_sigmoid.RData", "Sigmoid");
    row("our own, layers", "small_layers.json", "Tanh");
    row("our own, a graph", "small_graph.json", "Tanh");
}

void AllFormatsTest::saysTheSame()
{
    QFETCH(QString, file);
    QFETCH(QString, activation);
    QFETCH(QString, architecture);
    const auto expected = prepare(parseNetwork(smallNetwork(activation.toStdString())).value()).value();
    const auto opened = openModel((QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/formats/") + file).toStdString(),
        ImportOptions{architecture.toStdString()});
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    for (const Form form : {Form::Closed, Form::Neurons}) {
        const auto found = text(opened->prepared, form);
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QCOMPARE(linesOf(*found), linesOf(text(expected, form).value()));
    }
}

QTEST_GUILESS_MAIN(AllFormatsTest)
#include "AllFormatsTest.moc"
