// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"

#include "tflite_generated.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace formulens;
namespace file = formulens::tflite::file;

/// TensorFlow Lite's dynamic range: weights of 8 bits, and an input that is rounded while the network runs.
class TfliteTest final : public QObject
{
    Q_OBJECT

private slots:
    void inputsAreRoundedOnTheFly_data();
    void inputsAreRoundedOnTheFly();
    void rowsAreRoundedEachForItself();
    void picturesAreRoundedWhole_data();
    void picturesAreRoundedWhole();
    void listsOfTensorsAreRefusedWithWhatToDo();
};

namespace {

using Numbers = std::vector<double>;

struct TensorSpec
{
    std::string name;
    std::vector<std::int32_t> shape;
    std::int8_t type = 0; ///< 0 float32, 9 int8, 14 variant
    std::vector<std::uint8_t> bytes = {};
    std::vector<float> scale = {};
};

std::vector<std::uint8_t> bytesOf(const std::vector<std::int8_t>& values)
{
    return {values.begin(), values.end()};
}

std::vector<std::uint8_t> bytesOf(const std::vector<float>& values)
{
    std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// A model of one operator: x, weights and bias are its inputs, y its output.
class ModelFile
{
public:
    template <class Options>
    OpenedModel opened(const std::vector<TensorSpec>& tensors, std::int32_t code, file::Options kind,
        const flatbuffers::Offset<Options>& options)
    {
        auto result = open(tensors, code, kind, options.Union());
        if (!result)
            throw std::runtime_error(result.error().message);
        return std::move(*result);
    }

    Result<OpenedModel> open(const std::vector<TensorSpec>& tensors, std::int32_t code, file::Options kind,
        const flatbuffers::Offset<void>& options)
    {
        std::vector<flatbuffers::Offset<file::Buffer>> buffers{file::CreateBuffer(builder)};
        std::vector<flatbuffers::Offset<file::Tensor>> written;
        for (const TensorSpec& spec : tensors) {
            const std::vector<std::int64_t> zeroPoints(spec.scale.size(), 0);
            const auto quantization = spec.scale.empty()
                ? flatbuffers::Offset<file::Quantization>()
                : file::CreateQuantizationDirect(builder, nullptr, nullptr, &spec.scale, &zeroPoints);
            const auto buffer = static_cast<std::uint32_t>(spec.bytes.empty() ? 0 : buffers.size());
            if (buffer != 0)
                buffers.push_back(file::CreateBufferDirect(builder, &spec.bytes));
            written.push_back(
                file::CreateTensorDirect(builder, &spec.shape, spec.type, buffer, spec.name.c_str(), quantization));
        }
        const std::vector<std::int32_t> inputs{0, 1, 2};
        const std::vector<std::int32_t> outputs{3};
        const std::vector<std::int32_t> x{0};
        const std::vector operators{file::CreateOperatorDirect(builder, 0, &inputs, &outputs, kind, options)};
        const std::vector graphs{file::CreateSubGraphDirect(builder, &written, &x, &outputs, &operators, "main")};
        const std::vector codes{file::CreateOperatorCode(builder, static_cast<std::int8_t>(code), 0, 1, code)};
        builder.Finish(file::CreateModelDirect(builder, 3, &codes, &graphs, "test", &buffers), file::ModelIdentifier());
        const QString path = m_folder.filePath(QStringLiteral("model.tflite"));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly))
            qFatal("%s cannot be written", qPrintable(path));
        out.write(reinterpret_cast<const char*>(builder.GetBufferPointer()), qint64(builder.GetSize()));
        out.close();
        return openModel(path.toStdString());
    }

    flatbuffers::FlatBufferBuilder builder;

private:
    QTemporaryDir m_folder;
};

Numbers valuesOf(const OpenedModel& model, const Numbers& point)
{
    const auto values = reference::evaluate(*model.prepared, model.network->outputs.front(), point);
    if (!values)
        throw std::runtime_error(values.error().message);
    return *values;
}

void compareNumbers(const Numbers& found, const Numbers& wanted)
{
    QCOMPARE(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        QVERIFY2(std::fabs(found[i] - wanted[i]) <= 1e-12 * std::max(1.0, std::fabs(wanted[i])),
            qPrintable(QStringLiteral("%1 instead of %2").arg(found[i], 0, 'g', 17).arg(wanted[i], 0, 'g', 17)));
}

/// As the runtime's tensor_utils has it, number by number.
Numbers rounded(const Numbers& x, bool hasZeroPoint)
{
    const auto [least, most] = std::minmax_element(x.begin(), x.end());
    const double a = std::min(0.0, *least);
    const double b = std::max(0.0, *most);
    const double step = hasZeroPoint ? (b - a) / 255 : std::max(-a, b) / 127;
    const double zeroPoint = hasZeroPoint ? std::clamp(std::round(127 - b / step), -128.0, 127.0) : 0;
    Numbers result;
    for (const double value : x) // std::round: halves away from zero
        result.push_back((std::clamp(std::round(zeroPoint + value / step), -128.0, 127.0) - zeroPoint) * step);
    return result;
}

const std::vector<std::int8_t> weights{10, -20, 127, -127, 5, 0};
constexpr float scale = 0.03125F;

/// y = W x + b with two rows of three weights.
Numbers product(const Numbers& x)
{
    Numbers y{0.5, -0.25};
    for (std::size_t i = 0; i < 6; ++i)
        y[i / 3] += scale * weights[i] * x[i % 3];
    return y;
}

std::vector<TensorSpec> denseTensors(std::int32_t rows)
{
    return {{"x", {rows, 3}}, {"w", {2, 3}, 9, bytesOf(weights), {scale}},
        {"b", {2}, 0, bytesOf(std::vector<float>{0.5F, -0.25F})}, {"y", {rows, 2}}};
}

OpenedModel dense(std::int32_t rows, bool hasZeroPoint)
{
    ModelFile model;
    return model.opened(denseTensors(rows), 9, file::Options_FullyConnected,
        file::CreateFullyConnected(model.builder, 0, 0, false, hasZeroPoint));
}

} // namespace

void TfliteTest::inputsAreRoundedOnTheFly_data()
{
    QTest::addColumn<bool>("hasZeroPoint");
    QTest::addColumn<Numbers>("x");
    for (const bool hasZeroPoint : {false, true}) {
        const char* const kind = hasZeroPoint ? "with a zero point" : "symmetric";
        QTest::addRow("%s, both signs", kind) << hasZeroPoint << Numbers{1.37, -0.6, 0.113};
        QTest::addRow("%s, from -1 to 1", kind) << hasZeroPoint << Numbers{1, -1, 0.3};
        QTest::addRow("%s, positive", kind) << hasZeroPoint << Numbers{0.9, 2.7, 1.111};
        QTest::addRow("%s, negative", kind) << hasZeroPoint << Numbers{-0.9, -2.7, -1.111};
    }
}

void TfliteTest::inputsAreRoundedOnTheFly()
{
    QFETCH(bool, hasZeroPoint);
    QFETCH(Numbers, x);
    const OpenedModel model = dense(1, hasZeroPoint);
    QCOMPARE(model.warnings,
        std::vector<std::string>({"'y' has weights of 8 bits and an input that is not: it is rounded to 255 steps of "
                                  "its range, as the reference runtime does; other runtimes may not"}));
    const Numbers y = valuesOf(model, x);
    compareNumbers(y, product(rounded(x, hasZeroPoint)));
    QVERIFY(std::fabs(y[0] - product(x)[0]) > 1e-6);
    compareNumbers(valuesOf(model, {0, 0, 0}), {0.5, -0.25});
}

void TfliteTest::rowsAreRoundedEachForItself()
{
    for (const bool hasZeroPoint : {false, true}) {
        const Numbers small{0.01, -0.0037, 0.0051};
        const Numbers large{13.7, 5.3, -2.9};
        Numbers both = small;
        both.insert(both.end(), large.begin(), large.end());
        Numbers wanted = product(rounded(small, hasZeroPoint));
        const Numbers second = product(rounded(large, hasZeroPoint));
        wanted.insert(wanted.end(), second.begin(), second.end());
        compareNumbers(valuesOf(dense(2, hasZeroPoint), both), wanted);
    }
}

void TfliteTest::picturesAreRoundedWhole_data()
{
    QTest::addColumn<QVector<float>>("scales");
    QTest::addColumn<bool>("hasZeroPoint");
    QTest::addRow("one scale") << QVector<float>{0.5F} << false;
    QTest::addRow("scales that are the same") << QVector<float>{0.5F, 0.5F} << false;
    QTest::addRow("a scale for each channel") << QVector<float>{0.5F, 0.25F} << true;
}

/// A convolution of 1 x 1 over two pixels of one channel.
void TfliteTest::picturesAreRoundedWhole()
{
    QFETCH(QVector<float>, scales);
    QFETCH(bool, hasZeroPoint);
    ModelFile file;
    const std::vector<TensorSpec> tensors{{"x", {1, 1, 2, 1}},
        {"w", {2, 1, 1, 1}, 9, bytesOf(std::vector<std::int8_t>{3, -5}), {scales.begin(), scales.end()}},
        {"b", {2}, 0, bytesOf(std::vector<float>{0, 1})}, {"y", {1, 1, 2, 2}}};
    const OpenedModel model
        = file.opened(tensors, 3, file::Options_Conv2D, file::CreateConv2D(file.builder, 1, 1, 1, 0, 1, 1));
    const Numbers x{0.77, -0.213};
    const Numbers r = rounded(x, hasZeroPoint);
    const double first = 3 * scales.front();
    const double second = -5 * scales.back();
    compareNumbers(valuesOf(model, x), {first * r[0], 1 + second * r[0], first * r[1], 1 + second * r[1]});
}

void TfliteTest::listsOfTensorsAreRefusedWithWhatToDo()
{
    ModelFile model;
    std::vector<TensorSpec> tensors = denseTensors(1);
    tensors[0].name = "states";
    tensors[0].type = 14;
    const auto opened
        = model.open(tensors, 9, file::Options_FullyConnected, file::CreateFullyConnected(model.builder).Union());
    QVERIFY(!opened);
    QCOMPARE(QString::fromStdString(opened.error().message),
        QStringLiteral("model.tflite: tensor 'states' is a list of tensors, as the loop of a recurrent layer (WHILE) "
                       "fills it step by step, which is not read: convert the model with a fixed batch size, "
                       "tf.keras.Input(shape, batch_size=1), so that the layer becomes one operator"));
}

QTEST_APPLESS_MAIN(TfliteTest)
#include "TfliteTest.moc"
