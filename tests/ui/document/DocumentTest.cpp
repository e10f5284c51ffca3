// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Document.h"
#include "ui/document/ModelLoader.h"

#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

#include <functional>

using namespace formulens;

namespace {

QString example(const char* file)
{
    return QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/") + QString::fromLatin1(file);
}

/// How often each signal of a document was sent.
struct Signals
{
    explicit Signals(Document& document)
        : selection(&document, &Document::selectionChanged)
        , question(&document, &Document::questionChanged)
        , reference(&document, &Document::referenceChanged)
        , form(&document, &Document::formChanged)
        , display(&document, &Document::displayChanged)
        , logic(&document, &Document::logicChanged)
    {
    }

    QList<qsizetype> counts() const
    {
        return {selection.count(), question.count(), reference.count(), form.count(), display.count(), logic.count()};
    }

    QSignalSpy selection;
    QSignalSpy question;
    QSignalSpy reference;
    QSignalSpy form;
    QSignalSpy display;
    QSignalSpy logic;
};

using Edit = std::function<void(Document&)>;

} // namespace

Q_DECLARE_METATYPE(Edit)

class DocumentTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto loaded = loadModel(example("xor.onnx"));
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        m_loaded = *loaded;
        const auto tensor = m_loaded.model->network->network->find("h");
        QVERIFY(tensor);
        m_neuron = {*tensor, 0};
    }

    void opensWithTheOutputAndTheMostSensitiveInputs()
    {
        QCOMPARE(m_loaded.session.question.selected.size(), 1u);
        QCOMPARE(m_loaded.session.question.selected.front(), m_loaded.session.question.outputs.front().element);
        QCOMPARE(m_loaded.session.axes.size(), 2u);
        QCOMPARE(m_loaded.session.form, Form::Closed);
    }

    void everyEditIsUndone_data()
    {
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<QList<qsizetype>>("signalCounts"); // selection, question, reference, form, display
        const ElementReference neuron = m_neuron;
        const auto row = [](const char* name, Edit edit, QList<qsizetype> counts) {
            QTest::newRow(name) << std::move(edit) << counts;
        };
        row("select a neuron", [neuron](Document& d) { d.select({neuron}); }, {1, 0, 0, 0, 0, 0});
        row("add a neuron", [neuron](Document& d) { d.toggleSelected(neuron); }, {1, 0, 0, 0, 0, 0});
        row("choose the other axis", [](Document& d) { d.chooseAxis(d.axes()[1]); }, {1, 0, 0, 0, 0, 0});
        row("select a pair", [neuron](Document& d) { d.selectPair(neuron, d.axes()[1]); }, {1, 0, 0, 0, 0, 0});
        row("move the reference point", [](Document& d) { d.setReference(0, 1); }, {0, 0, 1, 0, 0, 0});
        row("fix an input", [](Document& d) { d.setRole(1, Role::Held); }, {0, 1, 0, 0, 0, 0});
        row("set a domain",
            [](Document& d) {
                d.setDomain(0, {Domain::Kind::Interval, {-2, 2}, {}});
            },
            {0, 1, 0, 0, 0, 0});
        row("rename an input",
            [](Document& d) {
                auto quantity = d.question().inputs[0];
                quantity.name = "pressure";
                d.setInput(0, quantity, QStringLiteral("Rename"));
            },
            {0, 1, 0, 0, 0, 0});
        row("type a scaling",
            [](Document& d) {
                auto quantity = d.question().outputs[0];
                quantity.scaling = {1, 2};
                d.setOutput(0, quantity, QStringLiteral("Scale"));
            },
            {0, 1, 0, 0, 0, 0});
        row("change the form", [](Document& d) { d.setForm(Form::Neurons); }, {0, 0, 0, 1, 0, 0});
        row("take a derivative", [](Document& d) { d.setDerivativeBy(0); }, {0, 0, 0, 1, 0, 0});
        row("substitute a neuron", [neuron](Document& d) { d.toggleSubstituted(neuron); }, {0, 0, 0, 1, 0, 0});
        row("expand", [](Document& d) { d.addManipulation({}); }, {0, 0, 0, 1, 0, 0});
        row("change the digits", [](Document& d) { d.setDigits(7); }, {0, 0, 0, 0, 1, 0});
        const auto output = m_loaded.session.question.outputs[0].element;
        row("set a threshold", [output](Document& d) { d.setThreshold(output, 0.25); }, {0, 0, 0, 0, 0, 1});
        row("leave a row open", [](Document& d) { d.toggleDontCare(2); }, {0, 0, 0, 0, 0, 1});
        row("take rows from data",
            [](Document& d) {
                auto inputs = d.question().inputs;
                inputs[0].domain = {Domain::Kind::Set, {-1, 1}, {-1, 1}};
                d.takeRowsFromData(inputs, {0, 3});
            },
            {0, 1, 1, 0, 0, 1});
        row("write functions out", [](Document& d) { d.setWriteFunctionsOut(true); }, {0, 0, 0, 0, 1, 0});
    }

    void everyEditIsUndone()
    {
        QFETCH(Edit, edit);
        QFETCH(QList<qsizetype>, signalCounts);
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        const Signals heard(document);

        edit(document);
        const Session edited = document.session();
        QVERIFY(!(edited == m_loaded.session));
        QCOMPARE(document.undoStack()->count(), 1);
        QCOMPARE(heard.counts(), signalCounts);

        document.undoStack()->undo();
        QVERIFY(document.session() == m_loaded.session);
        document.undoStack()->redo();
        QVERIFY(document.session() == edited);
    }

    void aDragIsOneStep()
    {
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        document.setDomain(0, {Domain::Kind::Interval, {-1, 1}, {}});
        const double before = document.question().inputs[0].reference;
        document.setReference(0, 0.1, Document::Edit::Single);
        document.setReference(0, 0.2, Document::Edit::Continuing);
        document.setReference(0, 0.3, Document::Edit::Continuing);
        QCOMPARE(document.undoStack()->count(), 2);
        document.setReference(0, 0.5, Document::Edit::Single);
        QCOMPARE(document.undoStack()->count(), 3);
        document.undoStack()->undo();
        QCOMPARE(document.question().inputs[0].reference, 0.3);
        document.undoStack()->undo();
        QCOMPARE(document.question().inputs[0].reference, before);
    }

    void whatChangesNothingLeavesNoStep()
    {
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        const Signals heard(document);
        document.select(document.selected());
        document.select({});
        document.setForm(document.session().form);
        document.setReference(0, document.question().inputs[0].reference);
        document.setRole(0, document.question().inputs[0].role);
        document.setDigits(document.session().digits);
        QCOMPARE(document.undoStack()->count(), 0);
        QCOMPARE(heard.counts(), QList<qsizetype>({0, 0, 0, 0, 0, 0}));
    }

    void theReferenceStaysInTheDomain()
    {
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        document.setReference(0, 0.7); // of {0, 1}
        QCOMPARE(document.question().inputs[0].reference, 1.0);
        document.setDomain(0, {Domain::Kind::Interval, {-3, -2}, {}});
        QCOMPARE(document.question().inputs[0].reference, -2.0);
    }

    void anotherSelectionDropsTheAlgebra()
    {
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        document.addManipulation({});
        document.select({m_neuron});
        QVERIFY(document.session().manipulations.empty());
        document.undoStack()->undo();
        QCOMPARE(document.session().manipulations.size(), 1u);
    }

    void hoveringIsNoStep()
    {
        Document document;
        document.open(m_loaded.model, m_loaded.session);
        QSignalSpy heard(&document, &Document::highlightChanged);
        document.setHighlight({{m_neuron}, {}});
        document.setHighlight({{m_neuron}, {}});
        document.clearHighlight();
        QCOMPARE(heard.count(), 2);
        QCOMPARE(document.undoStack()->count(), 0);
    }

private:
    LoadedModel m_loaded;
    ElementReference m_neuron;
};

QTEST_MAIN(DocumentTest)
#include "DocumentTest.moc"
