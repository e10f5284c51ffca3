// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/KarnaughView.h"
#include "core/base/Random.h"
#include "tests/ui/logic/PictureChecks.h"
#include "ui/pictures/Palette.h"

#include <QAccessible>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include <bit>
#include <set>

using namespace formulens;
using namespace formulens::logic;

namespace {

QStringList symbols(int inputs)
{
    static const QStringList all{QStringLiteral("x₁"), QStringLiteral("x₂"), QStringLiteral("x₃"), QStringLiteral("x₄"),
        QStringLiteral("x₅"), QStringLiteral("x₆"), QStringLiteral("x₇")};
    return all.mid(0, inputs);
}

KarnaughData mapOf(const LogicFunction& function, bool ones = true)
{
    const auto cover = minimumCover(ones ? function : function.complement());
    return {QStringLiteral("y"), symbols(function.inputs()), function, cover->cover, ones};
}

/// The four corners, a column, and squares that overlap.
KarnaughData wrapping()
{
    TruthTable table(4);
    for (const std::size_t row : {0, 1, 2, 4, 5, 7, 8, 10, 12, 13, 15})
        table.set(row, true);
    return mapOf(complete(table));
}

LogicFunction randomFunction(int inputs)
{
    LogicFunction function = complete(TruthTable(inputs));
    for (std::size_t row = 0; row < function.on.rows(); ++row) {
        function.on.set(row, Random(7).uniform(row, 0) < 0.4);
        function.care.set(row, Random(7).uniform(row, 1) < 0.9);
    }
    return function;
}

std::unique_ptr<KarnaughView> viewOf(const KarnaughData& data, QSize size)
{
    auto view = std::make_unique<KarnaughView>();
    view->resize(size);
    view->setData(data);
    view->show();
    return view;
}

QRectF layerGrid(const KarnaughPlan& plan, int layer)
{
    return plan.layers[static_cast<std::size_t>(layer)].grid;
}

} // namespace

class KarnaughViewTest final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup() { applyAppearance(Appearance::Light); }
    void everyCellIsAtItsPlace_data();
    void everyCellIsAtItsPlace();
    void groupsEncloseExactlyTheirCells_data() { everyCellIsAtItsPlace_data(); }
    void groupsEncloseExactlyTheirCells();
    void nothingIsOutsideTheWidget_data() { everyCellIsAtItsPlace_data(); }
    void nothingIsOutsideTheWidget();
    void outlinesAreOpenWhereTheyGoRound();
    void groupsThatOverlapStayApart();
    void productsAndSumsAreNamed();
    void aClickTellsTheRow();
    void theKeyboardWalksThroughAllLayers();
    void theLegendLightsItsGroup();
    void aTooTallLegendSaysWhatIsMissing();
    void screenReadersFindCellsAndGroups();
    void picturesAreThereAndDoNotDependOnTheTheme();
    void darkAndLightHaveTheirColours();
    void otherNumbersOfInputsAreDeclined();
};

void KarnaughViewTest::everyCellIsAtItsPlace_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<QSize>("size");
    for (int inputs = 2; inputs <= 6; ++inputs)
        for (const QSize size : {QSize(300, 420), QSize(720, 400), QSize(900, 900)})
            QTest::addRow("%d inputs in %d x %d", inputs, size.width(), size.height()) << inputs << size;
}

void KarnaughViewTest::everyCellIsAtItsPlace()
{
    QFETCH(int, inputs);
    QFETCH(QSize, size);
    const auto view = viewOf(mapOf(randomFunction(inputs)), size);
    const KarnaughPlan& plan = view->plan();
    const KarnaughMap map = *karnaughMap(inputs);
    QCOMPARE(plan.cells.size(), std::size_t(1) << inputs);
    for (std::uint32_t row = 0; row < plan.cells.size(); ++row) {
        const KarnaughMap::Cell cell = map.cellOf(row);
        const QRectF grid = layerGrid(plan, cell.layer);
        QCOMPARE(plan.cells[row].topLeft(), grid.topLeft() + QPointF(cell.column, cell.row) * plan.cell);
        QCOMPARE(view->rowAt(plan.cells[row].center()), std::optional(row));
        const auto layer = static_cast<std::size_t>(cell.layer);
        QCOMPARE(plan.columnHead(layer, cell.column).center().x(), plan.cells[row].center().x());
        QCOMPARE(plan.rowHead(layer, cell.row).center().y(), plan.cells[row].center().y());
    }
    QVERIFY(!view->rowAt(plan.title.center()));
}

void KarnaughViewTest::groupsEncloseExactlyTheirCells()
{
    QFETCH(int, inputs);
    QFETCH(QSize, size);
    for (const bool ones : {true, false}) {
        const KarnaughData data = mapOf(randomFunction(inputs), ones);
        const auto view = viewOf(data, size);
        const KarnaughPlan& plan = view->plan();
        QCOMPARE(plan.groups.size(), data.cover.size());
        for (std::size_t group = 0; group < plan.groups.size(); ++group)
            for (std::uint32_t row = 0; row < plan.cells.size(); ++row) {
                int enclosed = 0;
                for (const KarnaughPlan::Piece& piece : plan.groups[group]) {
                    QCOMPARE(piece.cells.contains(plan.cells[row].center()),
                        piece.outline.contains(plan.cells[row].center()));
                    enclosed += piece.outline.contains(plan.cells[row].center());
                }
                QCOMPARE(enclosed, data.cover[group].contains(row) ? 1 : 0);
            }
    }
}

void KarnaughViewTest::nothingIsOutsideTheWidget()
{
    QFETCH(int, inputs);
    QFETCH(QSize, size);
    const auto view = viewOf(mapOf(randomFunction(inputs)), size);
    const KarnaughPlan& plan = view->plan();
    const QRectF room(view->rect());
    QVERIFY(plan.em >= 10);
    QVERIFY(room.contains(plan.title));
    QVERIFY(room.contains(plan.caption));
    for (const KarnaughPlan::Layer& layer : plan.layers) {
        QVERIFY(room.contains(layer.corner));
        QVERIFY(room.contains(layer.grid));
        QVERIFY(!layer.corner.intersects(layer.grid));
        for (const KarnaughPlan::Layer& other : plan.layers)
            QVERIFY(&other == &layer || !other.grid.united(other.corner).intersects(layer.grid.united(layer.corner)));
    }
    for (const std::vector<KarnaughPlan::Piece>& pieces : plan.groups)
        for (const KarnaughPlan::Piece& piece : pieces)
            QVERIFY(room.contains(piece.outline));
    for (const QRectF& entry : plan.legend)
        QVERIFY(room.contains(entry));
}

void KarnaughViewTest::outlinesAreOpenWhereTheyGoRound()
{
    KarnaughData data = wrapping();
    data.cover = {{0b0101, 0b0000}}; // the corners
    const auto view = viewOf(data, {400, 400});
    const auto& pieces = view->plan().groups.front();
    QCOMPARE(pieces.size(), std::size_t(4));
    for (const KarnaughPlan::Piece& piece : pieces) {
        QVERIFY(piece.openAbove != piece.openBelow);
        QVERIFY(piece.openLeft != piece.openRight);
        const QRectF grid = layerGrid(view->plan(), 0);
        QCOMPARE(piece.outline.top() < grid.top(), piece.openAbove);
        QCOMPARE(piece.outline.bottom() > grid.bottom(), piece.openBelow);
        QCOMPARE(piece.outline.left() < grid.left(), piece.openLeft);
        QCOMPARE(piece.outline.right() > grid.right(), piece.openRight);
        // Nothing is drawn along an open side.
        const QPainterPath outline = outlineOf(piece, 5);
        const double open = piece.openAbove ? piece.outline.top() : piece.outline.bottom();
        QPainterPathStroker stroker;
        QVERIFY(!stroker.createStroke(outline).contains(QPointF(piece.outline.center().x(), open)));
    }
}

void KarnaughViewTest::groupsThatOverlapStayApart()
{
    const auto view = viewOf(wrapping(), {400, 420});
    const auto& groups = view->plan().groups;
    QVERIFY(groups.size() >= 3);
    std::set<double> insets;
    for (const auto& pieces : groups) {
        const KarnaughPlan::Piece& piece = pieces.front();
        insets.insert(
            piece.openLeft ? piece.cells.right() - piece.outline.right() : piece.outline.left() - piece.cells.left());
    }
    QVERIFY(insets.size() >= 3);
    QVERIFY(*insets.begin() > 0);
}

void KarnaughViewTest::productsAndSumsAreNamed()
{
    const QStringList inputs = symbols(3);
    QCOMPARE(productText({0b101, 0b100}, inputs), QStringLiteral("x₁ ¬x₃"));
    QCOMPARE(productText({}, inputs), QStringLiteral("1"));
    // The complement is 1 where x₁ is and x₃ is not, so that one of them is otherwise.
    QCOMPARE(sumText({0b101, 0b100}, inputs), QStringLiteral("¬x₁ ∨ x₃"));
    QCOMPARE(sumText({}, inputs), QStringLiteral("0"));
}

void KarnaughViewTest::aClickTellsTheRow()
{
    const auto view = viewOf(mapOf(randomFunction(5)), {640, 420});
    QSignalSpy clicks(view.get(), &KarnaughView::rowClicked);
    for (std::uint32_t row = 0; row < 32; ++row) {
        QTest::mouseClick(view.get(), Qt::LeftButton, {}, view->plan().cells[row].center().toPoint());
        QCOMPARE(clicks.size(), static_cast<qsizetype>(row) + 1);
        QCOMPARE(clicks.last()[0].value<std::uint32_t>(), row);
    }
    QTest::mouseClick(view.get(), Qt::LeftButton, {}, view->plan().title.center().toPoint());
    QCOMPARE(clicks.size(), 32);
}

void KarnaughViewTest::theKeyboardWalksThroughAllLayers()
{
    const auto view = viewOf(mapOf(randomFunction(6)), {640, 640});
    QSignalSpy clicks(view.get(), &KarnaughView::rowClicked);
    QTest::keyClick(view.get(), Qt::Key_Space);
    QCOMPARE(clicks.size(), 0);
    QTest::keyClick(view.get(), Qt::Key_Right);
    QCOMPARE(view->currentRow(), std::optional<std::uint32_t>(0));
    std::set<std::uint32_t> visited;
    for (int line = 0; line < 8; ++line) {
        for (int column = 0; column < 8; ++column) {
            visited.insert(*view->currentRow());
            QTest::keyClick(view.get(), line % 2 == 0 ? Qt::Key_Right : Qt::Key_Left);
        }
        QTest::keyClick(view.get(), Qt::Key_Down);
    }
    QCOMPARE(visited.size(), std::size_t(64));
    QTest::keyClick(view.get(), Qt::Key_Return);
    QCOMPARE(clicks.size(), 1);
    QCOMPARE(clicks.last()[0].value<std::uint32_t>(), *view->currentRow());
}

void KarnaughViewTest::theLegendLightsItsGroup()
{
    const auto view = viewOf(wrapping(), {400, 420});
    const QImage before = view->grab().toImage();
    for (std::size_t group = 0; group < view->plan().legend.size(); ++group) {
        const QPointF place = view->plan().legend[group].center();
        QCOMPARE(view->groupAt(place), std::optional(group));
        QTest::mouseMove(view.get(), place.toPoint());
        QVERIFY(view->grab().toImage() != before);
    }
    // The outline of a group is its own place, also where others overlap it.
    const QRectF outline = view->plan().groups[0].front().outline;
    QCOMPARE(view->groupAt(QPointF(outline.right(), outline.center().y())), std::optional<std::size_t>(0));
}

void KarnaughViewTest::aTooTallLegendSaysWhatIsMissing()
{
    TruthTable parity(6);
    for (std::size_t row = 0; row < 64; ++row)
        parity.set(row, std::popcount(row) % 2 == 1);
    const auto view = viewOf(mapOf(complete(parity)), {320, 420});
    QVERIFY(view->plan().legend.size() < 32);
    QVERIFY(!view->plan().rest.isEmpty());
    QVERIFY(QRectF(view->rect()).contains(view->plan().rest));
    // A picture has them all.
    QVERIFY(planOfCell(view->data(), *karnaughMap(6), view->font(), 44).isWhole);
}

void KarnaughViewTest::screenReadersFindCellsAndGroups()
{
    const auto view = viewOf(wrapping(), {400, 420});
    QAccessibleInterface* shown = QAccessible::queryAccessibleInterface(view.get());
    QVERIFY(shown);
    QCOMPARE(shown->childCount(), 16 + static_cast<int>(view->data().cover.size()));
    QCOMPARE(shown->child(6)->text(QAccessible::Name), QStringLiteral("row 0110: 0"));
    QVERIFY(shown->child(16)->text(QAccessible::Name).startsWith(QStringLiteral("group of 4 cells: ")));
    QSignalSpy clicks(view.get(), &KarnaughView::rowClicked);
    view->pressPart(6);
    QCOMPARE(clicks.last()[0].value<std::uint32_t>(), std::uint32_t(6));
}

void KarnaughViewTest::picturesAreThereAndDoNotDependOnTheTheme()
{
    const auto view = viewOf(mapOf(randomFunction(6)), {400, 420});
    QTest::keyClick(view.get(), Qt::Key_Right);
    checkPicturesOf(*view, 20);
}

void KarnaughViewTest::darkAndLightHaveTheirColours()
{
    const auto view = viewOf(wrapping(), {400, 420});
    for (const Appearance appearance : {Appearance::Dark, Appearance::Light}) {
        applyAppearance(appearance);
        const QImage image = view->grab().toImage();
        QCOMPARE(image.pixelColor(0, 0), currentPalette().paper);
        const QRectF outline = view->plan().groups[2].front().outline;
        bool found = false;
        for (double x = outline.right() - 2; x <= outline.right() + 2; ++x)
            found = found || image.pixelColor(QPointF(x, outline.center().y()).toPoint()) == currentPalette().series[2];
        QVERIFY(found);
    }
}

void KarnaughViewTest::otherNumbersOfInputsAreDeclined()
{
    KarnaughView view;
    view.resize(300, 200);
    QVERIFY(view.isEmpty());
    for (const int inputs : {1, 7}) {
        view.setData({QStringLiteral("y"), symbols(inputs), complete(TruthTable(inputs)), {}, true});
        QVERIFY(view.isEmpty());
        QCOMPARE(view.partCount(), std::size_t(0));
        QVERIFY(view.pictureSize().isEmpty());
        view.grab();
        QTest::keyClick(&view, Qt::Key_Right);
    }
    view.setData(mapOf(complete(TruthTable(3))));
    QVERIFY(!view.isEmpty());
    QCOMPARE(view.plan().groups.size(), std::size_t(0));
    view.grab();
}

QTEST_MAIN(KarnaughViewTest)
#include "KarnaughViewTest.moc"
