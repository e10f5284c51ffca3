// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/CurrentFormula.h"
#include "ui/document/ModelLoader.h"

#include <QTest>
#include <QUndoStack>

using namespace formulens;

/// Algebra as the window asks for it: done by formulens-worker, undone by one step.
class AlgebraTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void isDoneAndUndone();
    void saysWhereItChangesNothing();

private:
    bool isShown() const { return m_current->state() == CurrentFormula::State::Shown; }

    std::unique_ptr<Document> m_document;
    std::unique_ptr<CurrentFormula> m_current;
};

namespace {

constexpr int patience = 60000; // milliseconds

} // namespace

/// The slope of a surrogate of six inputs, as one expression.
void AlgebraTest::init()
{
    const auto loaded = loadModel(QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/surrogate.onnx"));
    QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    m_current.reset();
    m_document = std::make_unique<Document>();
    m_current = std::make_unique<CurrentFormula>(*m_document);
    m_document->open(loaded->model, loaded->session);
    m_document->setForm(Form::Closed);
    m_document->setDerivativeBy(0);
    QTRY_VERIFY_WITH_TIMEOUT(isShown(), patience);
}

void AlgebraTest::isDoneAndUndone()
{
    const auto before = m_current->formula()->results.front().value;
    m_document->addManipulation({.kind = Manipulation::Kind::Expand, .inputElement = 0});
    QTRY_VERIFY_WITH_TIMEOUT(isShown() && !(m_current->formula()->results.front().value == before), patience);
    QVERIFY(m_current->refusal().isEmpty());
    QVERIFY(m_current->formula()->badge.points >= 256);
    QVERIFY(!m_current->algebraChangedNothing());
    m_document->undoStack()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(isShown() && m_current->formula()->results.front().value == before, patience);
}

void AlgebraTest::saysWhereItChangesNothing()
{
    const auto factor = [&] {
        m_document->addManipulation({.kind = Manipulation::Kind::Factor, .inputElement = 0});
        QTRY_VERIFY_WITH_TIMEOUT(isShown(), patience);
    };
    factor();
    QVERIFY(!m_current->algebraChangedNothing());
    factor();
    QVERIFY(m_current->algebraChangedNothing());
    m_document->undoStack()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(isShown(), patience);
    QVERIFY(!m_current->algebraChangedNothing());
}

QTEST_MAIN(AlgebraTest)
#include "AlgebraTest.moc"
