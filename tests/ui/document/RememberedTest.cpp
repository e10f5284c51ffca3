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

    void anArchitectureThatWasChosenOpensItsFile()
    {
        const auto path = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/weights/tanh.pt");
        const auto unknown = loadModel(path);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::NeedsArchitecture);
        const auto question = architectureQuestion(path);
        QVERIFY(question);
        QCOMPARE(question->proposal.text(), std::string("Linear,relu,Linear,relu,Linear"));

        rememberArchitecture(question->fingerprint, "Linear,tanh,Linear,tanh,Linear");
        const auto known = loadModel(path);
        QVERIFY(known);
        QVERIFY(known->model->holdsWeightsOnly);
        Question typed = known->session.question;
        typed.inputs[0].name = "angle";
        remember(known->model->fingerprint, known->session.question, typed);
        QVERIFY(loadModel(path));
        QCOMPARE(architectureQuestion(path)->proposal.text(), std::string("Linear,tanh,Linear,tanh,Linear"));
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
