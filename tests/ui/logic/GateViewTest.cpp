// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/GateView.h"
#include "core/base/Random.h"
#include "tests/ui/logic/PictureChecks.h"
#include "ui/pictures/Palette.h"

#include <QAccessible>
#include <QPainter>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace formulens;
using namespace formulens::logic;

namespace {

TruthTable randomTable(int inputs)
{
    TruthTable table(inputs);
    for (std::size_t row = 0; row < table.rows(); ++row)
        table.set(row, Random(11).uniform(row, 0) < 0.5);
    return table;
}

GateData gatesOf(const TruthTable& table, GateBasis basis)
{
    static const QStringList symbols{QStringLiteral("x₁"), QStringLiteral("x₂"), QStringLiteral("x₃"),
        QStringLiteral("x₄"), QStringLiteral("x₅"), QStringLiteral("x₆"), QStringLiteral("x₇"), QStringLiteral("x₈"),
        QStringLiteral("x₉")};
    return {symbols.mid(0, table.inputs()), {QStringLiteral("y")}, synthesise(complete(table), basis)->netlist};
}

GateData exclusiveOr()
{
    return gatesOf(TruthTable::fromText("0110"), GateBasis::Nand);
}

std::unique_ptr<GateView> viewOf(GateData data, QSize size = {640, 420})
{
    auto view = std::make_unique<GateView>();
    view->resize(size);
    view->setData(std::move(data));
    view->show();
    return view;
}

std::size_t count(const GatePlan& plan, GateKind shape)
{
    return static_cast<std::size_t>(std::ranges::count_if(plan.symbols,
        [&](const GatePlan::Symbol& symbol) { return symbol.kind == GatePlan::Kind::Gate && symbol.shape == shape; }));
}

/// What the drawing computes, read from its symbols, wires' ends and bubbles alone.
bool drawnValue(const GatePlan& plan, const QStringList& inputs, std::uint32_t row)
{
    std::vector<bool> values;
    for (const GatePlan::Symbol& symbol : plan.symbols) {
        std::size_t ones = 0;
        for (std::size_t i = 0; i < symbol.operands.size(); ++i)
            ones += values[symbol.operands[i]] != symbol.inverted[i];
        const bool all = ones == symbol.operands.size();
        const bool any = ones > 0;
        if (symbol.kind == GatePlan::Kind::Input)
            values.push_back(
                (row & inputBit(static_cast<int>(inputs.size()), static_cast<int>(inputs.indexOf(symbol.text)))) != 0);
        else if (symbol.kind == GatePlan::Kind::Constant)
            values.push_back(symbol.text == QStringLiteral("1"));
        else if (symbol.kind == GatePlan::Kind::Output)
            values.push_back(all);
        else
            values.push_back(symbol.shape == GateKind::And ? all
                    : symbol.shape == GateKind::Nand       ? !all
                    : symbol.shape == GateKind::Or         ? any
                    : symbol.shape == GateKind::Xor        ? ones % 2 == 1
                                                           : !any);
    }
    return values.back();
}

} // namespace

class GateViewTest final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup() { applyAppearance(Appearance::Light); }
    void circuits_data();
    void theDrawingIsTheFunction_data() { circuits_data(); }
    void theDrawingIsTheFunction();
    void everyOperandHasAWireThatEndsAtItsGate_data() { circuits_data(); }
    void everyOperandHasAWireThatEndsAtItsGate();
    void noTwoSymbolsOverlapAndNoWireCrossesOne_data() { circuits_data(); }
    void noTwoSymbolsOverlapAndNoWireCrossesOne();
    void picturesAreThereAndDoNotDependOnTheTheme_data() { circuits_data(); }
    void picturesAreThereAndDoNotDependOnTheTheme();
    void exclusiveOrIsFourGates();
    void inversionsOfTwoLevelsAreBubbles();
    void anInputAloneAndAConstantAreWires();
    void severalOutputsStandBelowEachOther();
    void valuesAreThoseOfTheNetlist();
    void aRowColoursTheWires();
    void hoverLightsWhatAGateDependsOn();
    void aWireIsFoundByThePointer();
    void zoomAndPanAndFit();
    void theKeyboardWalks();
    void screenReadersFindEveryGate();
    void tooManyGatesAreCountedInstead();
    void darkAndLightHaveTheirColours();
};

void GateViewTest::circuits_data()
{
    QTest::addColumn<QByteArray>("table");
    QTest::addColumn<int>("basis");
    const std::vector<std::pair<const char*, std::string>> functions{{"XOR", "0110"}, {"majority", "00010111"},
        {"true", "1111"}, {"second input", "0101"}, {"random of 4", randomTable(4).text()},
        {"random of 5", randomTable(5).text()}};
    const std::vector<std::pair<const char*, GateBasis>> bases{{"sum of products", GateBasis::SumOfProducts},
        {"product of sums", GateBasis::ProductOfSums}, {"NAND", GateBasis::Nand}, {"NOR", GateBasis::Nor},
        {"AND and NOT", GateBasis::AndNot}, {"XOR form", GateBasis::XorForm}};
    for (const auto& [function, text] : functions)
        for (const auto& [name, basis] : bases)
            QTest::addRow("%s as %s", function, name)
                << QByteArray(text.data(), static_cast<qsizetype>(text.size())) << static_cast<int>(basis);
}

#define FETCH_GATES                                                                                                    \
    QFETCH(QByteArray, table);                                                                                         \
    QFETCH(int, basis);                                                                                                \
    const TruthTable function = TruthTable::fromText(table.constData());                                               \
    const auto view = viewOf(gatesOf(function, static_cast<GateBasis>(basis)));                                        \
    const GatePlan& plan = view->plan()

void GateViewTest::theDrawingIsTheFunction()
{
    FETCH_GATES;
    for (std::uint32_t row = 0; row < function.rows(); ++row)
        QCOMPARE(drawnValue(plan, view->data().inputs, row), function.at(row));
}

void GateViewTest::everyOperandHasAWireThatEndsAtItsGate()
{
    FETCH_GATES;
    for (const GatePlan::Symbol& symbol : plan.symbols) {
        QCOMPARE(symbol.pins.size(), symbol.operands.size());
        for (std::size_t i = 0; i < symbol.pins.size(); ++i) {
            QCOMPARE(symbol.pins[i].x(), symbol.place.left());
            QVERIFY(symbol.pins[i].y() > symbol.place.top() && symbol.pins[i].y() < symbol.place.bottom());
            const auto& lines = plan.wires[symbol.operands[i]].lines;
            QVERIFY(std::ranges::any_of(lines, [&](const QLineF& line) { return line.p2() == symbol.pins[i]; }));
        }
    }
    // And each begins at its symbol.
    for (std::size_t i = 0; i < plan.wires.size(); ++i) {
        const QRectF place = plan.symbols[i].place;
        const QPointF start(place.right(), place.center().y());
        QVERIFY(plan.wires[i].lines.empty()
            || std::ranges::any_of(plan.wires[i].lines, [&](const QLineF& line) { return line.p1() == start; }));
    }
}

void GateViewTest::noTwoSymbolsOverlapAndNoWireCrossesOne()
{
    FETCH_GATES;
    const QRectF paper(QPointF(0, 0), plan.size);
    for (std::size_t i = 0; i < plan.symbols.size(); ++i) {
        const QRectF place = plan.symbols[i].place;
        QVERIFY(paper.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(place));
        for (std::size_t k = 0; k < i; ++k)
            QVERIFY(!place.intersects(plan.symbols[k].place));
        const QRectF inside = place.adjusted(1e-6, 1e-6, -1e-6, -1e-6);
        for (const GatePlan::Wire& wire : plan.wires)
            for (const QLineF& line : wire.lines)
                QVERIFY(line.x2() <= inside.left() || line.x1() >= inside.right() || line.y2() <= inside.top()
                    || line.y1() >= inside.bottom());
    }
}

void GateViewTest::picturesAreThereAndDoNotDependOnTheTheme()
{
    FETCH_GATES;
    QVERIFY(!plan.symbols.empty());
    checkPicturesOf(*view, 5);
}

void GateViewTest::exclusiveOrIsFourGates()
{
    const auto view = viewOf(exclusiveOr());
    QCOMPARE(view->plan().symbols.size(), std::size_t(2 + 4 + 1));
    QCOMPARE(count(view->plan(), GateKind::Nand), std::size_t(4));
    QVERIFY(view->describe(2).startsWith(QStringLiteral("NAND of x₁, x₂")));
    QVERIFY(view->describe(2).contains(QStringLiteral("rows 00 to 11: 1110")));
    QVERIFY(view->describe(6).startsWith(QStringLiteral("y = NAND(NAND(")));
    QVERIFY(view->describe(6).contains(QStringLiteral("0110")));
}

void GateViewTest::inversionsOfTwoLevelsAreBubbles()
{
    const TruthTable table = TruthTable::fromText("0110");
    const auto products = viewOf(gatesOf(table, GateBasis::SumOfProducts));
    QCOMPARE(count(products->plan(), GateKind::Not), std::size_t(0));
    std::ptrdiff_t bubbles = 0;
    for (const GatePlan::Symbol& symbol : products->plan().symbols)
        bubbles += std::ranges::count(symbol.inverted, true);
    QCOMPARE(bubbles, 2);
    QVERIFY(products->describe(2).contains(QStringLiteral("¬")));
    // Where gates are counted, each is drawn.
    const GateData counted = gatesOf(table, GateBasis::AndNot);
    const auto gates = viewOf(counted);
    QCOMPARE(count(gates->plan(), GateKind::Not) + count(gates->plan(), GateKind::And), counted.netlist.gateCount());
}

void GateViewTest::anInputAloneAndAConstantAreWires()
{
    for (const char* text : {"0101", "1111"}) {
        const auto view = viewOf(gatesOf(TruthTable::fromText(text), GateBasis::Nand));
        QCOMPARE(view->plan().symbols.size(), std::size_t(2));
        QCOMPARE(view->plan().wires[0].lines.size(), std::size_t(1));
    }
}

void GateViewTest::severalOutputsStandBelowEachOther()
{
    GateData data = exclusiveOr();
    data.netlist.outputs.insert(data.netlist.outputs.begin(), {2, 0});
    data.outputs = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    const auto view = viewOf(data);
    const std::vector<GatePlan::Symbol>& symbols = view->plan().symbols;
    for (std::size_t i = symbols.size() - 2; i < symbols.size(); ++i) {
        QCOMPARE(symbols[i].place.left(), symbols[i - 1].place.left());
        QVERIFY(symbols[i].place.top() > symbols[i - 1].place.bottom() - 1e-9);
    }
    QCOMPARE(symbols.back().text, QStringLiteral("c"));
}

void GateViewTest::valuesAreThoseOfTheNetlist()
{
    for (const GateBasis basis : {GateBasis::SumOfProducts, GateBasis::Nand, GateBasis::Nor, GateBasis::XorForm}) {
        Netlist netlist = gatesOf(randomTable(5), basis).netlist;
        for (std::uint32_t i = 0; i < netlist.gates.size(); ++i)
            netlist.outputs.push_back(i);
        const auto tables = evaluate(netlist);
        for (std::uint32_t row = 0; row < 32; ++row) {
            const std::vector<bool> values = valuesAt(netlist, row);
            for (std::size_t i = 0; i < values.size(); ++i)
                QCOMPARE(static_cast<bool>(values[i]), (*tables)[i + 1].at(row));
        }
    }
}

void GateViewTest::aRowColoursTheWires()
{
    const auto view = viewOf(exclusiveOr());
    // From the second input, whose wire is straight where it begins.
    const QPointF start = view->plan().wires[1].lines.front().p1() + QPointF(2, 0);
    const auto colour = [&] { return view->grab().toImage().pixelColor(view->toWidget(start).toPoint()); };
    const QColor plain = colour();
    view->setRow(0b01);
    QCOMPARE(colour(), currentPalette().positive);
    QVERIFY(view->describe(1).contains(QStringLiteral("row 01: 1")));
    view->setRow(0b10);
    QVERIFY(colour() != currentPalette().positive);
    view->setRow(std::nullopt);
    QCOMPARE(colour(), plain);
}

void GateViewTest::hoverLightsWhatAGateDependsOn()
{
    const auto view = viewOf(gatesOf(TruthTable::fromText("00010111"), GateBasis::SumOfProducts));
    const GatePlan& plan = view->plan();
    const auto product = static_cast<std::size_t>(
        std::ranges::find(plan.symbols, GateKind::And, &GatePlan::Symbol::shape) - plan.symbols.begin());
    QCOMPARE(plan.coneOf(product).size(), std::size_t(3));
    QCOMPARE(plan.coneOf(plan.symbols.size() - 1).size(), plan.symbols.size());
    const QImage before = view->grab().toImage();
    QTest::mouseMove(view.get(), view->toWidget(plan.symbols[product].place.center()).toPoint());
    const QImage lit = view->grab().toImage();
    QVERIFY(lit != before);
    QCOMPARE(lit.pixelColor(view->toWidget(plan.symbols[product].place.center()).toPoint()), currentPalette().hover);
}

void GateViewTest::aWireIsFoundByThePointer()
{
    const auto view = viewOf(gatesOf(randomTable(4), GateBasis::Nand));
    const GatePlan& plan = view->plan();
    for (std::size_t i = 0; i < plan.wires.size(); ++i) {
        QCOMPARE(view->symbolAt(view->toWidget(plan.symbols[i].place.center())), std::optional(i));
        if (!plan.wires[i].lines.empty()) {
            const QPointF start = plan.wires[i].lines.front().p1() + QPointF(3, 0);
            QCOMPARE(view->symbolAt(view->toWidget(start)), std::optional(i));
        }
    }
    QVERIFY(!view->symbolAt(QPointF(1, 1)));
}

void GateViewTest::zoomAndPanAndFit()
{
    const auto view = viewOf(exclusiveOr());
    const double fitted = view->scale();
    const QPointF corner = view->toWidget({0, 0});
    const auto turn = [&](Qt::KeyboardModifiers modifiers) {
        QWheelEvent event({100, 100}, view->mapToGlobal(QPointF(100, 100)), {}, {0, 120}, Qt::NoButton, modifiers,
            Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(view.get(), &event);
    };
    turn(Qt::NoModifier);
    QCOMPARE(view->scale(), fitted);
    turn(Qt::ControlModifier);
    QVERIFY(view->scale() > fitted);
    const QPointF zoomed = view->toWidget({0, 0});
    QTest::mousePress(view.get(), Qt::LeftButton, {}, {50, 50});
    QTest::mouseMove(view.get(), {90, 70});
    QTest::mouseRelease(view.get(), Qt::LeftButton, {}, {90, 70});
    QCOMPARE(view->toWidget({0, 0}), zoomed + QPointF(40, 20));
    QTest::mouseDClick(view.get(), Qt::LeftButton, {}, {50, 50});
    QCOMPARE(view->scale(), fitted);
    QCOMPARE(view->toWidget({0, 0}), corner);
}

void GateViewTest::theKeyboardWalks()
{
    const auto view = viewOf(exclusiveOr());
    QTest::keyClick(view.get(), Qt::Key_Right);
    QVERIFY(view->isPartSelected(0));
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(view.get(), Qt::Key_Right);
    QVERIFY(view->isPartSelected(6));
    QVERIFY(view->accessibleDescription().startsWith(QStringLiteral("y = ")));
    QTest::keyClick(view.get(), Qt::Key_Escape);
    QVERIFY(!view->isPartSelected(6));
}

void GateViewTest::screenReadersFindEveryGate()
{
    const auto view = viewOf(exclusiveOr());
    QAccessibleInterface* shown = QAccessible::queryAccessibleInterface(view.get());
    QVERIFY(shown);
    QCOMPARE(shown->childCount(), 7);
    QVERIFY(shown->child(2)->text(QAccessible::Name).startsWith(QStringLiteral("NAND of x₁, x₂")));
    QVERIFY(view->rect().contains(view->partPlace(2)));
}

void GateViewTest::tooManyGatesAreCountedInstead()
{
    const GateData data = gatesOf(randomTable(9), GateBasis::Nand);
    QVERIFY(data.netlist.gateCount() > mostDrawnGates);
    const auto view = viewOf(data);
    QVERIFY(view->plan().isTooLarge);
    QCOMPARE(view->partCount(), std::size_t(0));
    QVERIFY(view->pictureSize().isEmpty());
    view->setRow(3);
    view->grab();
    view->setData(exclusiveOr());
    QVERIFY(!view->plan().isTooLarge);
}

void GateViewTest::darkAndLightHaveTheirColours()
{
    const auto view = viewOf(exclusiveOr());
    for (const Appearance appearance : {Appearance::Dark, Appearance::Light}) {
        applyAppearance(appearance);
        const QImage image = view->grab().toImage();
        QCOMPARE(image.pixelColor(0, 0), currentPalette().paper);
        const QPointF gate = view->plan().symbols[2].place.center();
        QCOMPARE(image.pixelColor(view->toWidget(gate).toPoint()), currentPalette().box);
    }
}

QTEST_MAIN(GateViewTest)
#include "GateViewTest.moc"
