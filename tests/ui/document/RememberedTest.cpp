// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Remembered.h"
#include "ui/document/ModelLoader.h"

#include <QDir>
#include <QStandardPaths>
#include <QTest>

using namespace formulens;

class RememberedTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        forget();
    }
    void cleanupTestCase() { forget(); }

    void whatWasTypedComesBackWithTheSameFile()
    {
        const auto path = QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/pendulum.onnx");
        const auto first = loadModel(path);
        QVERIFY(first);
        Question typed = first->session.question;
        typed.inputs[0].name = "angle";
        typed.inputs[1].domain = {Domain::Kind::Interval, {-4, 4}, {}};
        typed.outputs[0].scaling = {0.5, 2};
        typed.outputs[0].unit = "N m";
        remember(first->model->fingerprint, first->session.question, typed);

        const auto second = loadModel(path);
        QVERIFY(second);
        const Question& question = second->session.question;
        QCOMPARE(question.inputs[0].name, std::string("angle"));
        QVERIFY(question.inputs[0].domain == first->session.question.inputs[0].domain);
        QCOMPARE(question.inputs[1].domain.range.upper, 4.0);
        QVERIFY(question.outputs[0].scaling == (Scaling{0.5, 2}));
    }

    void nothingIsKeptWhereNothingWasTyped()
    {
        const auto path = QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/cruise.onnx");
        const auto loaded = loadModel(path);
        QVERIFY(loaded);
        Question moved = loaded->session.question;
        moved.inputs[0].reference = 3;
        moved.inputs[0].role = Role::Held;
        const int before = keptFiles();
        remember(loaded->model->fingerprint, loaded->session.question, moved);
        QCOMPARE(keptFiles(), before);
    }

    void anArchitectureThatWasChosenOpensItsFile_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("proposal");
        QTest::addColumn<QString>("choice");
        const auto row = [](const char* name, const char* path, const char* proposal, const char* choice) {
            QTest::newRow(name) << QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/") + QString::fromLatin1(path)
                                << QString::fromLatin1(proposal) << QString::fromLatin1(choice);
        };
        row("PyTorch", "weights/tanh.pt", "Linear,relu,Linear,relu,Linear", "Linear,tanh,Linear,tanh,Linear");
        row("a folder of matrices", "formats/small_tanh_matrices", "Linear,relu,Linear", "Linear,tanh,Linear");
        row("weights of Keras", "formats/keras_weights_alone.h5", "Linear,relu,Linear", "Linear,tanh,Linear");
    }

    void anArchitectureThatWasChosenOpensItsFile()
    {
        QFETCH(QString, path);
        QFETCH(QString, proposal);
        QFETCH(QString, choice);
        const auto unknown = loadModel(path);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::NeedsArchitecture);
        const auto question = architectureQuestion(path);
        QVERIFY2(question, question ? "" : question.error().message.c_str());
        QCOMPARE(QString::fromStdString(question->proposal.text()), proposal);

        rememberArchitecture(question->fingerprint, choice.toStdString());
        const auto known = loadModel(path);
        QVERIFY(known);
        QVERIFY(known->model->holdsWeightsOnly);
        Question typed = known->session.question;
        typed.inputs[0].name = "angle";
        remember(known->model->fingerprint, known->session.question, typed);
        QVERIFY(loadModel(path));
        QCOMPARE(QString::fromStdString(architectureQuestion(path)->proposal.text()), choice);
    }

private:
    static QDir folder()
    {
        return QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/models"));
    }
    static int keptFiles() { return static_cast<int>(folder().entryList(QDir::Files).size()); }
    static void forget() { folder().removeRecursively(); }
};

QTEST_MAIN(RememberedTest)
#include "RememberedTest.moc"
