// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Document.h"
#include "ui/document/ModelLoader.h"
#include "ui/models/InputsModel.h"
#include "ui/models/OutputsModel.h"

#include <QAbstractItemModelTester>
#include <QTest>
#include <QUndoStack>

using namespace formulens;

class TablesTest final : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_document = std::make_unique<Document>();
        m_inputs = std::make_unique<InputsModel>(*m_document);
        m_outputs = std::make_unique<OutputsModel>(*m_document);
        m_inputsTester = std::make_unique<QAbstractItemModelTester>(m_inputs.get());
        m_outputsTester = std::make_unique<QAbstractItemModelTester>(m_outputs.get());
        open("xor.onnx");
    }

    void cleanup()
    {
        m_inputsTester.reset();
        m_outputsTester.reset();
        m_inputs.reset();
        m_outputs.reset();
        m_document.reset();
    }

    void rowsFollowTheModel()
    {
        QCOMPARE(m_inputs->rowCount(), 2);
        QCOMPARE(m_outputs->rowCount(), 1);
        open("digits.onnx");
        QCOMPARE(m_inputs->rowCount(), 64);
        QCOMPARE(m_outputs->rowCount(), 10);
    }

    void editsReachTheDocument_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("taken");
        QTest::newRow("a name") << int(InputsModel::NameColumn) << QStringLiteral("switch") << true;
        QTest::newRow("a unit") << int(InputsModel::UnitColumn) << QStringLiteral("V") << true;
        QTest::newRow("a value") << int(InputsModel::ValueColumn) << QStringLiteral("1") << true;
        QTest::newRow("no number") << int(InputsModel::ValueColumn) << QStringLiteral("much") << false;
        QTest::newRow("a domain") << int(InputsModel::DomainColumn) << QStringLiteral("-1..1") << true;
        QTest::newRow("no domain") << int(InputsModel::DomainColumn) << QStringLiteral("wide") << false;
    }
    void editsReachTheDocument()
    {
        QFETCH(int, column);
        QFETCH(QString, text);
        QFETCH(bool, taken);
        QCOMPARE(m_inputs->setData(m_inputs->index(0, column), text), taken);
        QCOMPARE(m_document->undoStack()->count(), taken ? 1 : 0);
    }

    void untickingFixesAnInput()
    {
        const auto cell = m_inputs->index(1, InputsModel::RoleColumn);
        QCOMPARE(cell.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QVERIFY(m_inputs->setData(cell, Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(m_document->question().inputs[1].role, Role::Held);
    }

    void outputsAreShownInPhysicalValues()
    {
        m_outputs->setValues({0.25});
        const auto value = m_outputs->index(0, OutputsModel::ValueColumn);
        QCOMPARE(value.data().toString(), QStringLiteral("0.25"));
        QVERIFY(m_outputs->setData(m_outputs->index(0, OutputsModel::OffsetColumn), QStringLiteral("10")));
        QVERIFY(m_outputs->setData(m_outputs->index(0, OutputsModel::ScaleColumn), QStringLiteral("4")));
        QCOMPARE(value.data().toString(), QStringLiteral("11"));
        QVERIFY(!m_outputs->setData(m_outputs->index(0, OutputsModel::ScaleColumn), QStringLiteral("0")));
    }

    void aScalingCanBePasted_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("taken");
        const int name = OutputsModel::NameColumn;
        const int offset = OutputsModel::OffsetColumn;
        QTest::newRow("two cells of a table") << offset << QStringLiteral("10\t4\n") << true;
        QTest::newRow("two numbers with a space") << offset << QStringLiteral("10 4") << true;
        QTest::newRow("numbers go to the scaling from any cell") << name << QStringLiteral("10; 4") << true;
        QTest::newRow("a scale of zero") << offset << QStringLiteral("10\t0") << false;
        QTest::newRow("more numbers than there are columns") << offset << QStringLiteral("10 4 2") << false;
        QTest::newRow("more lines than there are outputs") << offset << QStringLiteral("10 4\n10 4") << false;
        QTest::newRow("a word for a number") << offset << QStringLiteral("much") << false;
        QTest::newRow("nothing") << offset << QString() << false;
    }
    void aScalingCanBePasted()
    {
        QFETCH(int, column);
        QFETCH(QString, text);
        QFETCH(bool, taken);
        QCOMPARE(m_outputs->paste(m_outputs->index(0, column), text), taken);
        QCOMPARE(m_document->question().outputs[0].scaling, (taken ? Scaling{10, 4} : Scaling{}));
        QCOMPARE(m_document->undoStack()->count(), taken ? 1 : 0);
        m_document->undoStack()->undo();
        QCOMPARE(m_document->question().outputs[0].scaling, Scaling{});
    }

private:
    void open(const char* file)
    {
        const auto loaded
            = loadModel(QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/") + QString::fromLatin1(file));
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        m_document->open(loaded->model, loaded->session);
    }

    std::unique_ptr<Document> m_document;
    std::unique_ptr<InputsModel> m_inputs;
    std::unique_ptr<OutputsModel> m_outputs;
    std::unique_ptr<QAbstractItemModelTester> m_inputsTester;
    std::unique_ptr<QAbstractItemModelTester> m_outputsTester;
};

QTEST_MAIN(TablesTest)
#include "TablesTest.moc"
