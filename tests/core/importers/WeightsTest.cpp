// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ArchitectureProposal.h"
#include "core/importers/containers/Safetensors.h"
#include "core/importers/containers/TorchFile.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/FileCases.h"

#include <QTest>

#include <cmath>

using namespace formulens;

/// Files that hold weights only: their tensors against what PyTorch reads of them (in the shared corpus), their
/// networks, with the architecture said, against what PyTorch computes (tests/data/weights/generate.py).
class WeightsTest final : public QObject
{
    Q_OBJECT

private slots:
    void computesWhatTorchComputes_data() { addNetworks(); }
    void computesWhatTorchComputes();
    void proposes_data() { addNetworks(); }
    void proposes();
    void aLayerWithoutWeightsTakesNoOthers();
    void aNameAndAnOrderDoNotMeet();
    void settingsThatAreInCodeAreAskedFor();
    void holdsTheTensors_data();
    void holdsTheTensors();

private:
    void addNetworks();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/weights/");
const QString corpus
    = qEnvironmentVariable("FORMULENS_CORPUS", QStringLiteral(FORMULENS_SOURCE_DIR "/../shared/corpus"));

bool areSame(const std::vector<double>& left, const std::vector<double>& right)
{
    return std::ranges::equal(
        left, right, [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

Result<NamedTensors> tensorsIn(const QString& path)
{
    const auto file = MappedFile::open(path.toStdString()).value();
    if (!safetensors::recognises(file->text()))
        return torchfile::read(file);
    auto contents = safetensors::read(file);
    return contents ? Result<NamedTensors>(contents->tensors) : tl::unexpected(contents.error());
}

} // namespace

void WeightsTest::addNetworks()
{
    QTest::addColumn<QJsonObject>("expected");
    for (const QJsonValue& entry : json(folder + QStringLiteral("expected.json")).array())
        QTest::addRow("%s", qPrintable(entry[QStringLiteral("file")].toString())) << entry.toObject();
}

void WeightsTest::computesWhatTorchComputes()
{
    QFETCH(QJsonObject, expected);
    ImportOptions options;
    options.architecture = expected[QStringLiteral("architecture")].toString().toStdString();
    const auto model = openModel((folder + expected[QStringLiteral("file")].toString()).toStdString(), options);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    if (const auto& reason = model->prepared->tensor(model->network->outputs.front()).unavailable)
        QSKIP(reason->message.c_str());
    compareWithCases(*model, expected[QStringLiteral("cases")]);
}

void WeightsTest::proposes()
{
    QFETCH(QJsonObject, expected);
    const auto tensors = tensorsIn(folder + expected[QStringLiteral("file")].toString());
    QVERIFY2(tensors, tensors ? "" : tensors.error().message.c_str());
    const auto proposal = proposeArchitecture(*tensors);
    QVERIFY2(proposal, proposal ? "" : proposal.error().message.c_str());
    // What is proposed can be said, and makes a network.
    const auto steps = parseArchitecture(proposal->text());
    QVERIFY2(steps, steps ? "" : steps.error().message.c_str());
    QCOMPARE(*steps, proposal->steps);
    if (expected.contains(QStringLiteral("proposed")))
        QCOMPARE(QString::fromStdString(proposal->text()), expected[QStringLiteral("proposed")].toString());
}

/// A normalisation without weights must not take those of the next one.
void WeightsTest::aLayerWithoutWeightsTakesNoOthers()
{
    const auto model = openModel((folder + QStringLiteral("plain_norm.pt")).toStdString());
    QVERIFY(!model);
    QCOMPARE(QString::fromStdString(model.error().message),
        QStringLiteral("plain_norm.pt: 'LayerNorm(affine=false)' has no weights of its own, which is not read from "
                       "weights alone: export the model as ONNX, with torch.onnx.export"));
}

void WeightsTest::aNameAndAnOrderDoNotMeet()
{
    ImportOptions options;
    options.architecture = "Linear,relu,Linear(0),relu,Linear";
    const auto model = openModel((folder + QStringLiteral("tanh.pt")).toStdString(), options);
    QVERIFY(!model);
    QVERIFY(model.error().message.find("an earlier step, which names no layer, took '0'") != std::string::npos);
}

/// TorchScript keeps the slope of a LeakyReLU in its code: what the classes alone say would be another network.
void WeightsTest::settingsThatAreInCodeAreAskedFor()
{
    const auto model = openModel((folder + QStringLiteral("scripted_settings.pt")).toStdString());
    QVERIFY(!model);
    QCOMPARE(model.error().code, ErrorCode::NeedsArchitecture);
    QVERIFY(model.error().message.find("settings of its layers, as strides and slopes, stand in the file's code")
        != std::string::npos);
}

void WeightsTest::holdsTheTensors_data()
{
    QTest::addColumn<QString>("model");
    const std::filesystem::path root = corpus.toStdString();
    for (const char* part : {"pytorch", "safetensors", "kan"}) {
        if (!std::filesystem::is_directory(root / part))
            continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "reference" / part)) {
            const std::string name = entry.path().lexically_relative(root / "reference").string();
            if (name.ends_with(".tensors.json"))
                QTest::addRow("%s", name.c_str()) << QString::fromStdString(name).chopped(13);
        }
    }
}

void WeightsTest::holdsTheTensors()
{
    if (!QTest::currentDataTag())
        QSKIP("the shared corpus is not here; FORMULENS_CORPUS names its folder");
    QFETCH(QString, model);
    const auto read = tensorsIn(corpus + QLatin1Char('/') + model);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    const QJsonObject reference
        = json(corpus + QStringLiteral("/reference/") + model + QStringLiteral(".tensors.json")).object();
    const QJsonArray expected = reference[QStringLiteral("cases")].toArray();
    QCOMPARE(read->tensors.size(), static_cast<std::size_t>(expected.size()));
    for (const QJsonValue& entry : expected) {
        const std::string name = entry[QStringLiteral("name")].toString().toStdString();
        const auto found = std::ranges::find(read->tensors, name, &NamedTensor::name);
        QVERIFY2(found != read->tensors.end(), name.c_str());
        QCOMPARE(QString::fromUtf8(formulens::name(found->tensor.type())), entry[QStringLiteral("dtype")].toString());
        std::vector<std::int64_t> shape;
        for (const QJsonValue& extent : entry[QStringLiteral("shape")].toArray())
            shape.push_back(extent.toInteger());
        QCOMPARE(found->tensor.shape().extents(), shape);
        const std::vector<double> numbers = found->tensor.numbers();
        if (entry[QStringLiteral("values")].isArray()) {
            QVERIFY2(areSame(numbers, numbersOf(entry[QStringLiteral("values")])), name.c_str());
            continue;
        }
        QVERIFY(areSame({numbers.begin(), numbers.begin() + 8}, numbersOf(entry[QStringLiteral("first8")])));
        QVERIFY(areSame({numbers.end() - 8, numbers.end()}, numbersOf(entry[QStringLiteral("last8")])));
        double sum = 0;
        for (const double number : numbers)
            sum += std::fabs(number);
        const double sumOfSizes = entry[QStringLiteral("sum_abs")].toDouble();
        QVERIFY(std::fabs(sum - sumOfSizes) <= 1e-9 * sumOfSizes);
    }
}

QTEST_GUILESS_MAIN(WeightsTest)
#include "WeightsTest.moc"
