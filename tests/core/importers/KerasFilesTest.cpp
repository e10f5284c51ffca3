// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/importers/FileCases.h"

#include <QTest>

using namespace formulens;

/// Whole files of Keras 1, whose words and layouts are others than the later ones'
/// (tests/data/keras/first_version/generate.py).
class KerasFilesTest final : public QObject
{
    Q_OBJECT

private slots:
    void computesWhatWasMeant_data();
    void computesWhatWasMeant();
    void theDoubtAboutKernelsIsSaid();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/keras/first_version/");

Result<OpenedModel> opened(const QString& name)
{
    return openModel((folder + name).toStdString());
}

} // namespace

void KerasFilesTest::computesWhatWasMeant_data()
{
    QTest::addColumn<QJsonObject>("expected");
    for (const QJsonValue& entry : json(folder + QStringLiteral("expected.json")).array())
        QTest::addRow("%s", qPrintable(entry[QStringLiteral("file")].toString())) << entry.toObject();
}

void KerasFilesTest::computesWhatWasMeant()
{
    QFETCH(QJsonObject, expected);
    const auto model = opened(expected[QStringLiteral("file")].toString());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    compareWithCases(*model, expected[QStringLiteral("cases")]);
}

void KerasFilesTest::theDoubtAboutKernelsIsSaid()
{
    const auto model = opened(QStringLiteral("images.h5"));
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QVERIFY(std::ranges::any_of(model->warnings, [](const std::string& words) {
        return words.find("Keras 1 does not say whether kernels of convolutions are turned round") != std::string::npos;
    }));
}

QTEST_GUILESS_MAIN(KerasFilesTest)
#include "KerasFilesTest.moc"
