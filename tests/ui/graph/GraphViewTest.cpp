// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/GraphView.h"
#include "core/formula/Derive.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/PreparedText.h"

#include <QAccessible>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

using namespace formulens;

namespace {

constexpr const char* twoLayers = R"(
input x : float32[N, 2]
W1 = float32[2, 2]{1, -2, 3, 4}
b1 = float32[2]{0.5, -0.5}
W2 = float32[2, 1]{5, -6}
b2 = float32[1]{0.25}
s1 = Gemm(x, W1, b1)
h1 = Sigmoid(s1)
s2 = Gemm(h1, W2, b2)
y = Sigmoid(s2)
output y
)";

constexpr const char* unknownOperator = R"(
input x : float32[N, 2]
h = Relu(x)
z = example.Mystery(h)
output z
)";

Diagram neurons(const char* text)
{
    const auto network = prepared(text);
    const auto equations = deriveEquations(*network, {});
    if (!equations)
        qFatal("%s", equations.error().message.c_str());
    Question question = openingQuestion(*network).question;
    question.inputs[0].name = "a";
    question.inputs[1].name = "inlet temperature";
    return neuronDiagram(*network, **equations, question);
}

std::shared_ptr<const Diagram> shared(Diagram diagram)
{
    return std::make_shared<const Diagram>(std::move(diagram));
}

} // namespace

class GraphViewTest final : public QObject
{
    Q_OBJECT

private slots:
    void layersAreNamedAsAModellerWould();
    void anExpandedLayerShowsItsOperators();
    void anUnknownOperatorIsShownWithItsReason();
    void neuronsStandInColumnsWithTheirWeights();
    void symbolsAreThoseOfTheFormula_data();
    void symbolsAreThoseOfTheFormula();
    void pathsLeadFromTheInputsToANeuron();
    void pathsOfAnInputLeadToTheOutputs();
    void aClickSelectsAndControlAdds();
    void theKeyboardWalksAndSelects();
    void namesLeaveRoomForTheNetwork();
    void aTooltipTellsNameAndValue();
    void screenReadersFindEveryNeuron();
    void thePictureIsThereAndOnlyAsLargeAsNeeded();
};

void GraphViewTest::layersAreNamedAsAModellerWould()
{
    const Diagram diagram = layerDiagram(*prepared(twoLayers));
    QStringList titles;
    for (const Diagram::Node& node : diagram.nodes)
        titles << node.title;
    QCOMPARE(titles,
        (QStringList{QStringLiteral("x"), QStringLiteral("Dense 2 → 2, sigmoid"),
            QStringLiteral("Dense 2 → 1, sigmoid"), QStringLiteral("y")}));
    QCOMPARE(diagram.nodes[1].subtitle, QStringLiteral("Gemm + Sigmoid"));
    QCOMPARE(diagram.edges.size(), std::size_t{3});
}

void GraphViewTest::anExpandedLayerShowsItsOperators()
{
    const auto network = prepared(twoLayers);
    const Diagram folded = layerDiagram(*network);
    QVERIFY(folded.nodes[1].chain.has_value());
    const Diagram expanded = layerDiagram(*network, {*folded.nodes[1].chain});
    QCOMPARE(expanded.nodes.size(), folded.nodes.size() + 1);
    QCOMPARE(expanded.nodes[1].subtitle, QStringLiteral("Gemm"));
    QCOMPARE(expanded.nodes[2].title, QStringLiteral("Sigmoid"));
    QVERIFY(expanded.nodes[1].expanded && expanded.nodes[2].expanded);
}

void GraphViewTest::anUnknownOperatorIsShownWithItsReason()
{
    const Diagram diagram = layerDiagram(*prepared(unknownOperator));
    const auto unknown = std::ranges::find(diagram.nodes, Diagram::Kind::Unknown, &Diagram::Node::kind);
    QVERIFY(unknown != diagram.nodes.end());
    QCOMPARE(unknown->title, QStringLiteral("Mystery"));
    QVERIFY(unknown->remark.contains(QStringLiteral("Mystery")));
    QCOMPARE(diagram.edges.size(), std::size_t{3});
}

void GraphViewTest::neuronsStandInColumnsWithTheirWeights()
{
    const Diagram diagram = neurons(twoLayers);
    QCOMPARE(diagram.nodes.size(), std::size_t{5});
    QCOMPARE(diagram.nodes[0].title, QStringLiteral("a"));
    QCOMPARE(diagram.nodes[0].place.x(), diagram.nodes[1].place.x());
    QVERIFY(diagram.nodes[1].place.right() < diagram.nodes[2].place.left());
    QCOMPARE(diagram.nodes[4].kind, Diagram::Kind::Output);
    QCOMPARE(diagram.edges.size(), std::size_t{6});
    QCOMPARE(diagram.edges[0].weight, -6.0);
    QCOMPARE(diagram.edges[0].size, 1.0);
    QCOMPARE(diagram.edges[1].weight, 4.0);
    QCOMPARE(diagram.edges[1].size, 1.0);
}

void GraphViewTest::symbolsAreThoseOfTheFormula_data()
{
    QTest::addColumn<QString>("file");
    QTest::addRow("XOR") << "xor";
    QTest::addRow("iris, with scaling in the file and a softmax") << "iris";
    QTest::addRow("digits, with a convolution") << "digits";
    QTest::addRow("pendulum, with its normaliser in the file") << "pendulum";
    QTest::addRow("sixteen logic functions") << "logic16";
}

/// All outputs as one question, and each alone: every definition of the neurons form stands at a node of that symbol.
void GraphViewTest::symbolsAreThoseOfTheFormula()
{
    QFETCH(QString, file);
    const auto opened
        = openModel(std::string(FORMULENS_SOURCE_DIR "/resources/examples/") + file.toStdString() + ".onnx");
    QVERIFY(opened.has_value());
    DeriveRequest request;
    request.network = opened->prepared;
    request.question = openingQuestion(*opened->prepared, opened->sideFile ? &*opened->sideFile : nullptr).question;
    request.form = Form::Neurons;
    request.checkPoints = 4;
    const auto equations = deriveEquations(*opened->prepared, {});
    QVERIFY(equations.has_value());
    const Diagram diagram = neuronDiagram(*opened->prepared, **equations, request.question);

    std::vector<std::vector<ElementReference>> questions(1);
    for (const OutputQuantity& output : request.question.outputs)
        questions.push_back({output.element});
    questions.resize(std::min<std::size_t>(questions.size(), 4));
    for (const std::vector<ElementReference>& selected : questions) {
        request.question.selected = selected;
        const auto formula = derive(request);
        QVERIFY2(formula.has_value(), formula ? "" : formula.error().message.c_str());
        for (const Variable& variable : formula->variables)
            QCOMPARE(diagram.nodes[diagram.nodeOfInput.at(variable.inputElement)].symbol, variable.symbol);
        std::size_t found = 0;
        for (const Definition& definition : formula->definitions) {
            if (!definition.element || !diagram.nodeOfElement.contains(*definition.element))
                continue;
            ++found;
            QCOMPARE(diagram.nodes[diagram.nodeOfElement.at(*definition.element)].symbol, definition.symbol);
        }
        for (const ResultEquation& result : formula->results)
            QCOMPARE(diagram.nodes[diagram.nodeOfElement.at(result.element)].symbol, result.symbol);
        const auto isHidden = [](const Definition& definition) { return definition.symbol.starts_with("h"); };
        QVERIFY(found >= static_cast<std::size_t>(std::ranges::count_if(formula->definitions, isHidden)));
        QVERIFY(found > 0);
    }
}

void GraphViewTest::pathsLeadFromTheInputsToANeuron()
{
    const Diagram diagram = neurons(twoLayers);
    const Diagram::Paths paths = diagram.pathsThrough({2});
    QCOMPARE(paths.nodes, (std::vector<bool>{true, true, true, false, false}));
    QCOMPARE(std::ranges::count(paths.edges, true), std::ptrdiff_t{2});
}

void GraphViewTest::pathsOfAnInputLeadToTheOutputs()
{
    const Diagram diagram = neurons(twoLayers);
    const Diagram::Paths paths = diagram.pathsThrough({1});
    QCOMPARE(paths.nodes, (std::vector<bool>{false, true, true, true, true}));
    QCOMPARE(std::ranges::count(paths.edges, true), std::ptrdiff_t{4});
}

void GraphViewTest::aClickSelectsAndControlAdds()
{
    GraphView view;
    view.resize(600, 400);
    view.setDiagram(shared(neurons(twoLayers)));
    QSignalSpy clicks(&view, &GraphView::nodeClicked);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.position(3));
    QTest::mouseClick(&view, Qt::LeftButton, Qt::ControlModifier, view.position(4));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(3, 3));
    QCOMPARE(clicks.size(), 2);
    QCOMPARE(clicks[0][0].value<std::size_t>(), std::size_t{3});
    QCOMPARE(clicks[0][1].toBool(), false);
    QCOMPARE(clicks[1][0].value<std::size_t>(), std::size_t{4});
    QCOMPARE(clicks[1][1].toBool(), true);
}

void GraphViewTest::theKeyboardWalksAndSelects()
{
    GraphView view;
    view.resize(600, 400);
    view.setDiagram(shared(neurons(twoLayers)));
    QSignalSpy clicks(&view, &GraphView::nodeClicked);
    QSignalSpy cleared(&view, &GraphView::cleared);
    for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_Right, Qt::Key_Return})
        QTest::keyClick(&view, key);
    QCOMPARE(clicks.size(), 1);
    QCOMPARE(clicks[0][0].value<std::size_t>(), std::size_t{3});
    QVERIFY(!view.accessibleDescription().isEmpty());
    QTest::keyClick(&view, Qt::Key_Escape);
    QCOMPARE(cleared.size(), 1);
    QVERIFY(!view.current());
}

void GraphViewTest::namesLeaveRoomForTheNetwork()
{
    const std::string longName(200, 'm');
    const Diagram layers
        = layerDiagram(*prepared("\ninput " + longName + " : float32[1, 2]\ny = Relu(" + longName + ")\noutput y\n"));
    QVERIFY(layers.bounds.width() < 700);
    QCOMPARE(layers.nodes[0].title, QString::fromStdString(longName)); // as the tool tip tells it
    GraphView view;
    view.resize(540, 400);
    Diagram diagram = neurons(twoLayers);
    for (Diagram::Node& node : diagram.nodes)
        if (node.kind == Diagram::Kind::Input || node.kind == Diagram::Kind::Output)
            node.beside = QString(300, QLatin1Char('m'));
    view.setDiagram(shared(std::move(diagram)));
    QVERIFY(view.partPlace(0).width() > 10);
    QVERIFY(view.rect().contains(view.partPlace(0)));
}

void GraphViewTest::aTooltipTellsNameAndValue()
{
    GraphView view;
    view.setDiagram(shared(neurons(twoLayers)));
    view.setValues({1, 2, 0.123456789, 0.5, 0.75});
    QVERIFY(view.describe(2).startsWith(QStringLiteral("h₁,₁ = σ")));
    QVERIFY(view.describe(2).contains(QStringLiteral("h1[0]")));
    QVERIFY(view.describe(2).contains(QStringLiteral("0.123457")));
}

void GraphViewTest::screenReadersFindEveryNeuron()
{
    GraphView view;
    view.resize(600, 400);
    view.setDiagram(shared(neurons(twoLayers)));
    view.setValues({1, 2, 0.25, 0.5, 0.75});
    view.setSelected({4});
    QAccessibleInterface* graph = QAccessible::queryAccessibleInterface(&view);
    QVERIFY(graph);
    QCOMPARE(graph->text(QAccessible::Name), QStringLiteral("Network graph"));
    QCOMPARE(graph->childCount(), 5);
    QVERIFY(graph->child(2)->text(QAccessible::Name).contains(QStringLiteral("0.25")));
    QVERIFY(graph->child(4)->state().selected);
    QCOMPARE(graph->indexOfChild(graph->child(3)), 3);
    QCOMPARE(graph->child(3)->parent(), graph);
    QSignalSpy clicks(&view, &GraphView::nodeClicked);
    graph->child(3)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(clicks.size(), 1);
    // A part that is gone answers nothing and harms nothing.
    QAccessibleInterface* gone = graph->child(4);
    view.setDiagram(std::make_shared<const Diagram>());
    QVERIFY(!gone->isValid());
    QVERIFY(gone->text(QAccessible::Name).isEmpty());
}

void GraphViewTest::thePictureIsThereAndOnlyAsLargeAsNeeded()
{
    GraphView view;
    QVERIFY(view.pictureSize().isEmpty());
    view.setDiagram(shared(neurons(twoLayers)));
    const QSizeF size = view.pictureSize();
    QVERIFY(size.width() > 200 && size.width() < 1200);
    QImage image(size.toSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    view.paintPicture(painter);
    painter.end();
    std::size_t inked = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            inked += image.pixelColor(x, y) != QColor(Qt::white) ? 1 : 0;
    QVERIFY(inked > 2000);
}

QTEST_MAIN(GraphViewTest)
#include "GraphViewTest.moc"
