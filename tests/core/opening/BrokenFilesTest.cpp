// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/opening/MemoryLimit.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace formulens;

/// Every file of tests/data/broken is answered with the words of its manifest; those of the shared corpus, where it is
/// present, with any words at all. None takes memory of the size that it claims.
class BrokenFilesTest final : public QObject
{
    Q_OBJECT

private slots:
    void isAnsweredInWords_data();
    void isAnsweredInWords();
    void everyFileIsInTheManifest();
    void hostileFilesDoNoHarm_data();
    void hostileFilesDoNoHarm();
    void whatIsNoFileIsSaidSo();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/broken/");

/// Of all manifests: each generator writes its own.
QJsonArray manifest()
{
    QJsonArray all;
    for (const QString& name : QDir(folder).entryList({QStringLiteral("*manifest.json")}, QDir::Files, QDir::Name)) {
        QFile file(folder + name);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("a manifest cannot be read");
        for (const QJsonValue& entry : QJsonDocument::fromJson(file.readAll()).array())
            all.append(entry);
    }
    return all;
}

Result<OpenedModel> openedWithLittleMemory(const std::filesystem::path& path, const ImportOptions& options = {})
{
    const MemoryLimit limit(std::size_t(256) << 20);
    return openModel(path, options);
}

} // namespace

void BrokenFilesTest::isAnsweredInWords_data()
{
    QTest::addColumn<QJsonObject>("expected");
    for (const QJsonValue& entry : manifest()) {
        const QString said = entry[QStringLiteral("architecture")].toString();
        QTest::addRow("%s%s", qPrintable(entry[QStringLiteral("file")].toString()),
            qPrintable(said.isEmpty() ? said : QStringLiteral(" as ") + said))
            << entry.toObject();
    }
}

void BrokenFilesTest::isAnsweredInWords()
{
    QFETCH(QJsonObject, expected);
    ImportOptions options;
    options.architecture = expected[QStringLiteral("architecture")].toString().toStdString();
    const auto model
        = openedWithLittleMemory((folder + expected[QStringLiteral("file")].toString()).toStdString(), options);
    const QJsonValue refusal = expected[QStringLiteral("refused")];
    if (refusal.isString()) {
        QVERIFY(!model);
        QCOMPARE(QString::fromStdString(model.error().message), refusal.toString());
        return;
    }
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QStringList warnings;
    for (const std::string& warning : model->warnings)
        warnings.append(QString::fromStdString(warning));
    QCOMPARE(warnings, expected[QStringLiteral("warnings")].toVariant().toStringList());
}

void BrokenFilesTest::everyFileIsInTheManifest()
{
    QSet<QString> expected;
    for (const QJsonValue& entry : manifest())
        expected.insert(entry[QStringLiteral("file")].toString());
    const QSet<QString> besides{QStringLiteral("py"), QStringLiteral("bin"), QStringLiteral("csv")};
    const QString settings = QStringLiteral("_config.yml"); // beside a KAN
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files))
        if (!besides.contains(file.suffix()) && !file.fileName().endsWith(settings)
            && !file.fileName().endsWith(QStringLiteral("manifest.json")))
            QVERIFY2(expected.contains(file.fileName()), qPrintable(file.fileName()));
}

void BrokenFilesTest::hostileFilesDoNoHarm_data()
{
    QTest::addColumn<QString>("path");
    const QString corpus
        = qEnvironmentVariable("FORMULENS_CORPUS", QStringLiteral(FORMULENS_SOURCE_DIR "/../shared/corpus"));
    const std::filesystem::path hostile = (corpus + QStringLiteral("/hostile")).toStdString();
    if (!std::filesystem::is_directory(hostile))
        return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(hostile))
        if (entry.is_regular_file())
            QTest::addRow("%s", entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
}

void BrokenFilesTest::hostileFilesDoNoHarm()
{
    if (!QTest::currentDataTag())
        QSKIP("the shared corpus is not here; FORMULENS_CORPUS names its folder");
    QFETCH(QString, path);
    QElapsedTimer timer;
    timer.start();
    const auto model = openedWithLittleMemory(path.toStdString());
    QVERIFY(timer.elapsed() < 2000);
    const std::string fileName = std::filesystem::path(path.toStdString()).filename().string();
    if (!model)
        QVERIFY2(model.error().message.starts_with(fileName + ": "), model.error().message.c_str());
    else
        QVERIFY(!model->warnings.empty());
}

void BrokenFilesTest::whatIsNoFileIsSaidSo()
{
    QCOMPARE(openModel("/nowhere/model.onnx").error().message, std::string("/nowhere/model.onnx does not exist"));
    QCOMPARE(openModel("/").error().message,
        std::string("/ is a folder without weight matrices: expected files named as W1.csv, b1.csv, W2.csv or "
                    "fc1.weight.npy, or the saved_model.pb of TensorFlow; open a model's file itself"));
}

QTEST_MAIN(BrokenFilesTest)
#include "BrokenFilesTest.moc"
