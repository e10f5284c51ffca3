// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/opening/MemoryLimit.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace formulens;

/// A sound model is damaged at many places, always the same: whatever it then is, it is opened or refused, quickly and
/// in little memory; and what opens can be asked and evaluated.
class DamageTest final : public QObject
{
    Q_OBJECT

private slots:
    void damagedBytes_data();
    void damagedBytes();
    void cutFiles_data();
    void cutFiles();

private:
    void copyCompanions(const QByteArray& file);
    void survive(const std::string& content, const QByteArray& file);

    QTemporaryDir m_folder;
};

namespace {

std::filesystem::path pathOf(const QByteArray& file)
{
    return std::filesystem::path(FORMULENS_SOURCE_DIR) / file.toStdString();
}

std::string contentOf(const QByteArray& file)
{
    std::ifstream stream(pathOf(file), std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

} // namespace

/// What the model reads beside itself, under the name that it has for the damaged one.
void DamageTest::copyCompanions(const QByteArray& file)
{
    const std::filesystem::path model = pathOf(file);
    const std::string stem = model.stem().string();
    for (const auto& entry : std::filesystem::directory_iterator(model.parent_path())) {
        const std::string name = entry.path().filename().string();
        const bool isOfKan = stem.ends_with("_state") && name == stem.substr(0, stem.size() - 6) + "_config.yml";
        if (isOfKan)
            std::filesystem::copy_file(entry.path(),
                m_folder.filePath(QStringLiteral("damaged_config.yml")).toStdString(),
                std::filesystem::copy_options::overwrite_existing);
        if (name == "variables") // of a SavedModel
            std::filesystem::copy(entry.path(), m_folder.filePath(QString::fromStdString(name)).toStdString(),
                std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
        if (entry.is_directory())
            continue;
        const bool isOfModel = name.starts_with(stem + ".") && name != model.filename();
        if (!isOfModel && entry.path().extension() != ".bin")
            continue;
        const std::string copy = isOfModel ? "damaged" + name.substr(stem.size()) : name;
        std::filesystem::copy_file(entry.path(), m_folder.filePath(QString::fromStdString(copy)).toStdString(),
            std::filesystem::copy_options::overwrite_existing);
    }
}

void DamageTest::survive(const std::string& content, const QByteArray& file)
{
    const std::string name = "damaged" + pathOf(file).extension().string();
    const std::filesystem::path path = m_folder.filePath(QString::fromStdString(name)).toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    QElapsedTimer timer;
    timer.start();
    const MemoryLimit limit(std::size_t(512) << 20);
    ImportOptions options; // for those that hold weights only
    options.architecture = file.contains("small_tanh") ? "Linear,tanh,Linear" : "";
    const auto model = openModel(path, options);
    if (!model) {
        QVERIFY(model.error().message.size() > name.size() + 2);
        return;
    }
    const OpeningQuestion opening = openingQuestion(*model->prepared);
    for (const TensorIndex output : model->network->outputs)
        if (opening.question.inputs.size() < 1000)
            (void)reference::evaluate(*model->prepared, output, opening.question.referencePoint());
    QVERIFY(timer.elapsed() < 5000);
}

void DamageTest::damagedBytes_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("samples");
    for (const char* file : {"tests/data/formats/small_tanh.pt", "tests/data/formats/small_tanh_legacy.pth",
             "tests/data/formats/small_tanh_module.pt", "tests/data/formats/small_tanh.safetensors",
             "tests/data/weights/sequential_legacy.pth"})
        QTest::addRow("%s", file) << QByteArray(file) << 200;
    for (const char* file : {"resources/examples/xor.onnx", "resources/examples/iris.onnx",
             "resources/examples/cruise.onnx", "resources/examples/digits.onnx"})
        QTest::addRow("%s", file) << QByteArray(file) << 200;
    for (const char* file : {"tests/data/formats/small_tanh.h5", "tests/data/formats/small_tanh.keras",
             "tests/data/formats/small_tanh_keras2.json", "tests/data/formats/small_tanh_tfjs/model.json",
             "tests/data/formats/small_relu.nnet", "tests/data/formats/small_layers.json",
             "tests/data/formats/small_graph.json", "tests/data/formats/small_tanh.net",
             "tests/data/formats/small_tanh.pmml", "tests/data/formats/small_tanh.prototxt",
             "tests/data/formats/small_tanh.caffemodel", "tests/data/formats/small_tanh_alone.caffemodel"})
        QTest::addRow("%s", file) << QByteArray(file) << 100;
    for (const char* file : {"tests/data/formats/small_tanh.mat", "tests/data/formats/small_tanh_struct.mat",
             "tests/data/formats/small_tanh_weights.mat", "tests/data/formats/small_tanh.yml",
             "tests/data/formats/small_tanh_polar.txt", "tests/data/broken/few_weights.rds",
             "tests/data/formats/small_sigmoid.rds", "tests/data/formats/small_tanh.pb",
             "tests/data/formats/small_tanh_saved_model/saved_model.pb", "tests/data/kan/splines_state",
             "tests/data/kan/products_state"})
        QTest::addRow("%s", file) << QByteArray(file) << 200;
}

/// One bit turned, one byte replaced, or several bytes replaced, at so many places. Files beside the model are sound.
void DamageTest::damagedBytes()
{
    QFETCH(QByteArray, file);
    QFETCH(int, samples);
    copyCompanions(file);
    const std::string sound = contentOf(file);
    QVERIFY(!sound.empty());
    const Random random(1);
    for (std::uint64_t sample = 0; sample < static_cast<std::uint64_t>(samples); ++sample) {
        std::string damaged = sound;
        const std::uint64_t hits = sample % 3 == 2 ? 5 : 1;
        for (std::uint64_t hit = 0; hit < hits; ++hit) {
            const std::size_t place = random.bits(sample, 2 * hit) % damaged.size();
            const auto value = static_cast<unsigned char>(random.bits(sample, 2 * hit + 1));
            damaged[place] = static_cast<char>(
                sample % 3 == 0 ? static_cast<unsigned char>(damaged[place]) ^ (1u << (value % 8)) : value);
        }
        survive(damaged, file);
        if (QTest::currentTestFailed())
            QFAIL(qPrintable(QStringLiteral("sample %1").arg(sample)));
    }
}

void DamageTest::cutFiles_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("samples");
    QTest::addRow("ONNX") << QByteArray("resources/examples/xor.onnx") << 200;
    QTest::addRow("PyTorch") << QByteArray("tests/data/formats/small_tanh.pt") << 200;
    QTest::addRow("PyTorch before 1.6") << QByteArray("tests/data/weights/sequential_legacy.pth") << 200;
    QTest::addRow("safetensors") << QByteArray("tests/data/formats/small_tanh.safetensors") << 200;
    QTest::addRow("HDF5") << QByteArray("tests/data/formats/small_tanh.h5") << 50;
    QTest::addRow("a Keras archive") << QByteArray("tests/data/formats/small_tanh.keras") << 50;
    QTest::addRow("NNet") << QByteArray("tests/data/formats/small_relu.nnet") << 200;
    QTest::addRow("our own, layers") << QByteArray("tests/data/formats/small_layers.json") << 200;
    QTest::addRow("our own, a graph") << QByteArray("tests/data/formats/small_graph.json") << 200;
    QTest::addRow("FANN") << QByteArray("tests/data/formats/small_tanh.net") << 200;
    QTest::addRow("PMML") << QByteArray("tests/data/formats/small_tanh.pmml") << 200;
    QTest::addRow("MATLAB") << QByteArray("tests/data/formats/small_tanh.mat") << 200;
    QTest::addRow("MATLAB, not packed") << QByteArray("tests/data/formats/small_tanh_struct.mat") << 200;
    QTest::addRow("Verisig") << QByteArray("tests/data/formats/small_tanh.yml") << 200;
    QTest::addRow("POLAR") << QByteArray("tests/data/formats/small_tanh_polar.txt") << 200;
    QTest::addRow("Caffe, the layers") << QByteArray("tests/data/formats/small_tanh.prototxt") << 200;
    QTest::addRow("Caffe, the weights") << QByteArray("tests/data/formats/small_tanh.caffemodel") << 200;
    QTest::addRow("a SavedModel") << QByteArray("tests/data/formats/small_tanh_saved_model/saved_model.pb") << 200;
    QTest::addRow("TensorFlow.js") << QByteArray("tests/data/formats/small_tanh_tfjs/model.json") << 200;
}

void DamageTest::cutFiles()
{
    QFETCH(QByteArray, file);
    QFETCH(int, samples);
    copyCompanions(file);
    const std::string sound = contentOf(file);
    for (std::size_t size = 0; size < sound.size(); size += 1 + sound.size() / static_cast<std::size_t>(samples))
        survive(sound.substr(0, size), file);
}

QTEST_MAIN(DamageTest)
#include "DamageTest.moc"
