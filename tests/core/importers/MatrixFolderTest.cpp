// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace formulens;

/// A folder of matrices: names, the way rows lie, and what is said where it cannot be known.
class MatrixFolderTest final : public QObject
{
    Q_OBJECT

private slots:
    void computes_data();
    void computes();
    void isRefused_data();
    void isRefused();
    void asksForTheActivations();
    void otherFoldersAreNone();
};

namespace {

using Files = QMap<QString, QString>;

std::string written(const QTemporaryDir& folder, const Files& files)
{
    for (auto file = files.begin(); file != files.end(); ++file)
        std::ofstream(folder.filePath(file.key()).toStdString()) << file.value().toStdString();
    return folder.path().toStdString();
}

} // namespace

void MatrixFolderTest::computes_data()
{
    QTest::addColumn<Files>("files");
    // y = 2 relu(x1 + 3 x2 + 1) - relu(2 x1 + 4 x2 + 5 - 10) + 4 relu(6 x2) + 0.5 at (1, 2)
    const auto row = [](const char* name, const Files& files) { QTest::newRow(name) << files; };
    const QString inputs = QStringLiteral("1,2,0\n3,4,6\n");
    const QString outputs = QStringLiteral("1 3\n2 4\n0 6\n");
    const QString first = QStringLiteral("1,-5,0\n");
    row("rows are inputs",
        {{QStringLiteral("W1.csv"), inputs}, {QStringLiteral("b1.csv"), first},
            {QStringLiteral("W2.csv"), QStringLiteral("2\n-1\n4\n")},
            {QStringLiteral("b2.csv"), QStringLiteral("0.5\n")}});
    row("rows are outputs, other names and blanks",
        {{QStringLiteral("layer1_weights.txt"), outputs}, {QStringLiteral("layer1_bias.txt"), first},
            {QStringLiteral("layer10_weights.txt"), QStringLiteral("2 -1 4\n")},
            {QStringLiteral("layer10_bias.txt"), QStringLiteral("0.5\n")}, {QStringLiteral("notes.txt"), inputs}});
}

void MatrixFolderTest::computes()
{
    QFETCH(Files, files);
    const QTemporaryDir folder;
    const auto model = openModel(written(folder, files), ImportOptions{.architecture = "Linear,relu,Linear"});
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const auto y = reference::evaluate(*model->prepared, model->network->outputs.front(), std::vector<double>{1, 2});
    QCOMPARE(*y, (std::vector<double>{2 * 8 - 5 + 4 * 12 + 0.5}));
    QCOMPARE(model->fingerprint.size(), std::size_t(32));
}

void MatrixFolderTest::isRefused_data()
{
    QTest::addColumn<Files>("files");
    QTest::addColumn<QString>("words");
    const QString two = QStringLiteral("1,2\n3,4\n");
    QTest::newRow("square matrices alone") << Files{{QStringLiteral("W1.csv"), two}}
                                           << "the shapes of the matrices do not say whether rows are inputs or "
                                              "outputs: add the biases, or write a model in JSON, which says it with "
                                              "\"rows\"";
    QTest::newRow("a bias alone") << Files{{QStringLiteral("W1.csv"), two}, {QStringLiteral("b3.csv"), two}}
                                  << "b3.csv: there is no file with the weights of '3' beside it";
    QTest::newRow("a bias that does not fit") << Files{{QStringLiteral("W1.csv"), QStringLiteral("1,2\n3,4\n5,6\n")},
        {QStringLiteral("b1.csv"), QStringLiteral("1,2,3,4\n")}}
                                              << "W1.csv: has shape [3, 2], which does not fit a bias of 4";
    QTest::newRow("a line that is too short") << Files{{QStringLiteral("W1.csv"), QStringLiteral("1,2\n3\n")}}
                                              << "W1.csv: line 2 has 1 numbers, expected 2 as in the lines before it";
    QTest::newRow("two files of one layer") << Files{{QStringLiteral("W1.csv"), two}, {QStringLiteral("w_1.txt"), two}}
                                            << "w_1.txt: is a second file with the weights of '1'";
}

void MatrixFolderTest::isRefused()
{
    QFETCH(Files, files);
    QFETCH(QString, words);
    const QTemporaryDir folder;
    const auto model = openModel(written(folder, files));
    QVERIFY(!model);
    const QString name = QFileInfo(folder.path()).fileName();
    QCOMPARE(QString::fromStdString(model.error().message), name + QStringLiteral(": ") + words);
}

void MatrixFolderTest::asksForTheActivations()
{
    const auto model = openModel(FORMULENS_SOURCE_DIR "/tests/data/formats/small_tanh_matrices");
    QVERIFY(!model);
    QCOMPARE(model.error().code, ErrorCode::NeedsArchitecture);
    // A shell's completion ends a folder's name so.
    const auto again = openModel(FORMULENS_SOURCE_DIR "/tests/data/formats/small_tanh_matrices/");
    QCOMPARE(again.error().message, model.error().message);
}

void MatrixFolderTest::otherFoldersAreNone()
{
    const QTemporaryDir folder;
    const auto model = openModel(folder.path().toStdString());
    QVERIFY(!model);
    const std::string words = folder.path().toStdString() + " is a folder without weight matrices: expected files ";
    QVERIFY2(model.error().message.starts_with(words), model.error().message.c_str());
}

QTEST_GUILESS_MAIN(MatrixFolderTest)
#include "MatrixFolderTest.moc"
