// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"
#include "tests/ui/formula/FormulaSamples.h"
#include "ui/pictures/Palette.h"

#include <QAccessible>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <set>

using namespace formulens;
using namespace formulens::samples;
using notation::AnchorId;

namespace {

const EquationColours light{.paper = Qt::white, .ink = Qt::black, .hover = Qt::yellow, .selection = Qt::blue};
const EquationColours dark{
    .paper = QColor(0x1b1e23), .ink = QColor(0xe6e9ee), .hover = QColor(0x8a6d1a), .selection = QColor(0x6ea8fe)};

std::unique_ptr<EquationView> shown(const Tree& tree, QSize size = QSize(600, 300))
{
    auto view = std::make_unique<EquationView>();
    view->setColours(light);
    view->resize(size);
    view->setTree(tree, QStringLiteral("y = ..."));
    view->show();
    [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(view.get());
    return view;
}

QPoint centreOf(const EquationView& view, AnchorId anchor)
{
    return view.anchorRectangle(anchor).center().toPoint();
}

QImage grabbed(EquationView& view)
{
    return view.viewport()->grab().toImage().convertToFormat(QImage::Format_RGB32);
}

int count(const QImage& image, QColor colour)
{
    int found = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            found += image.pixelColor(x, y) == colour;
    return found;
}

/// The anchors named by hovered(), "-" for none.
struct Hovers
{
    explicit Hovers(EquationView& view)
    {
        QObject::connect(&view, &EquationView::hovered, &view, [this](std::optional<AnchorId> anchor) {
            said += (said.isEmpty() ? QString() : QStringLiteral(" "))
                + (anchor ? QString::number(*anchor) : QStringLiteral("-"));
        });
    }
    QString said;
};

} // namespace

class EquationViewTest final : public QObject
{
    Q_OBJECT

private slots:
    void clickNamesTheAnchor();
    void aClickBesideAnchorsIsNone();
    void hoverNamesTheSmallestAnchor();
    void resizingBreaksAnew();
    void zoomingBreaksAnewAndIsLimited();
    void whatIsReadStaysInPlace();
    void nothingIsCutOff();
    void highlightsAreSeen();
    void darkIsASwitch();
    void keyboardGoesThroughTheAnchors();
    void tabComesToTheFirstAnchorAndGoesOn();
    void contextMenuNamesTheAnchor();
    void aNewTreeInTheClickIsFine();
    void readersHearThePlainText();
    void pictureIsInkOnPaper();
    void dragDataHasImageAndSvg();
    void anEmptyViewIsPaper();
};

void EquationViewTest::clickNamesTheAnchor()
{
    const auto view = shown(sum(12));
    std::vector<std::pair<AnchorId, Qt::KeyboardModifiers>> clicks;
    connect(view.get(), &EquationView::clicked, view.get(),
        [&](AnchorId anchor, Qt::KeyboardModifiers modifiers) { clicks.emplace_back(anchor, modifiers); });
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, centreOf(*view, 0));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, Qt::ControlModifier, centreOf(*view, 4));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, centreOf(*view, 34));
    QCOMPARE(clicks.size(), std::size_t(3));
    QCOMPARE(clicks[0].first, AnchorId(0));
    QCOMPARE(clicks[1].first, AnchorId(4));
    QVERIFY(clicks[1].second == Qt::ControlModifier);
    QCOMPARE(clicks[2].first, AnchorId(34));
}

void EquationViewTest::aClickBesideAnchorsIsNone()
{
    const auto view = shown(sum(3));
    const QSignalSpy clicks(view.get(), &EquationView::clicked);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(5, 290));
    // Pressed on one and released on another is no click either.
    QTest::mousePress(view->viewport(), Qt::LeftButton, {}, QPoint(5, 290));
    QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, centreOf(*view, 1));
    QCOMPARE(clicks.count(), 0);
}

void EquationViewTest::hoverNamesTheSmallestAnchor()
{
    const auto view = shown(row({letter("y"), equals(), anchored(1, fraction(anchored(2, x(1)), anchored(3, x(2))))}));
    const Hovers hovers(*view);
    QTest::mouseMove(view->viewport(), centreOf(*view, 2));
    QTest::mouseMove(view->viewport(), centreOf(*view, 1));
    QTest::mouseMove(view->viewport(), centreOf(*view, 3));
    QTest::mouseMove(view->viewport(), QPoint(590, 290));
    QCOMPARE(hovers.said, QStringLiteral("2 1 3 -"));
    QVERIFY(view->anchorAt(centreOf(*view, 3)) == AnchorId(3));
}

void EquationViewTest::resizingBreaksAnew()
{
    const auto view = shown(sum(20), QSize(900, 400));
    const double wide = view->anchorRectangle(58).top();
    view->resize(400, 400);
    QTRY_VERIFY(view->anchorRectangle(58).top() > wide + 40);
    QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
    view->resize(900, 400);
    QTRY_COMPARE(view->anchorRectangle(58).top(), wide);
}

void EquationViewTest::zoomingBreaksAnewAndIsLimited()
{
    const auto view = shown(sum(20));
    const double before = view->fontPoints();
    const double height = view->pictureSize().height();
    const QSignalSpy changes(view.get(), &EquationView::fontPointsChanged);
    QWheelEvent in(QPointF(50, 50), view->viewport()->mapToGlobal(QPointF(50, 50)), QPoint(), QPoint(0, 240),
        Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view->viewport(), &in);
    QCOMPARE(changes.count(), 1);
    QVERIFY(std::abs(view->fontPoints() - before * 1.21) < 1e-9);
    QVERIFY(view->pictureSize().height() > 1.3 * height);
    view->setFontPoints(1e6);
    QCOMPARE(view->fontPoints(), 96.0);
    view->resetZoom();
    QCOMPARE(view->fontPoints(), before);
}

void EquationViewTest::whatIsReadStaysInPlace()
{
    const auto view = shown(sum(300), QSize(700, 300));
    const AnchorId middle = 3 * 150;
    view->showAnchor(middle);
    QVERIFY(view->viewport()->rect().contains(centreOf(*view, middle)));
    view->verticalScrollBar()->setValue(view->verticalScrollBar()->value() + 200);
    const auto top = [&] {
        for (int i = 0; i < 300; ++i)
            if (view->anchorRectangle(AnchorId(3 * i)).top() >= 0)
                return i;
        return -1;
    };
    const int before = top();
    view->resize(560, 300);
    QTRY_VERIFY(std::abs(top() - before) <= 8);
    QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
}

void EquationViewTest::nothingIsCutOff()
{
    // Widths around the point at which a vertical scroll bar is needed.
    const auto view = shown(sum(40), QSize(500, 250));
    for (int width = 300; width < 1200; width += 37) {
        view->resize(width, 250);
        QCoreApplication::processEvents();
        QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
        view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
        QVERIFY(view->anchorRectangle(3 * 39 + 2).bottom() <= view->viewport()->height());
        for (AnchorId i = 0; i < 40; ++i)
            QVERIFY(view->anchorRectangle(3 * i + 2).right() <= view->viewport()->width());
    }
    // A matrix that cannot be broken is reached by scrolling.
    notation::Matrix matrix;
    matrix.rows.emplace_back();
    for (int i = 0; i < 20; ++i)
        matrix.rows.back().push_back(anchored(AnchorId(i), number(weight(i))));
    view->setTree(tree(matrix));
    view->showAnchor(19);
    QVERIFY(view->horizontalScrollBar()->value() > 0);
    QVERIFY(view->viewport()->rect().contains(view->anchorRectangle(19).toRect()));
}

void EquationViewTest::highlightsAreSeen()
{
    const auto view = shown(sum(4));
    QCOMPARE(count(grabbed(*view), light.hover), 0);
    view->setHighlighted({1, 4}, EquationView::Mark::Hovered);
    const int two = count(grabbed(*view), light.hover);
    QVERIFY(two > 100);
    view->setHighlighted({1}, EquationView::Mark::Hovered);
    const int one = count(grabbed(*view), light.hover);
    QVERIFY(one > two / 3 && one < 2 * two / 3);
    view->setHighlighted({}, EquationView::Mark::Hovered);
    view->setHighlighted({2}, EquationView::Mark::Selected);
    QVERIFY(count(grabbed(*view), light.hover) == 0);
    QVERIFY(grabbed(*view).pixelColor(view->anchorRectangle(2).topLeft().toPoint()) != QColor(Qt::white));
}

void EquationViewTest::darkIsASwitch()
{
    const auto view = shown(sum(4));
    view->setColours(dark);
    const QImage image = grabbed(*view);
    QCOMPARE(image.pixelColor(image.width() - 2, image.height() - 2), dark.paper);
    QVERIFY(count(image, dark.ink) > 20);
    QCOMPARE(count(image, Qt::black), 0);
}

void EquationViewTest::keyboardGoesThroughTheAnchors()
{
    const auto view = shown(row({anchored(1, letter("a")), plus(), anchored(2, row({anchored(3, letter("b"))}))}));
    view->setFocus();
    QTRY_VERIFY(view->hasFocus());
    const Hovers hovers(*view);
    std::vector<AnchorId> clicks;
    connect(view.get(), &EquationView::clicked, view.get(), [&](AnchorId anchor) { clicks.push_back(anchor); });
    QTest::keyClick(view.get(), Qt::Key_Right);
    QTest::keyClick(view.get(), Qt::Key_Right);
    QTest::keyClick(view.get(), Qt::Key_Right);
    QTest::keyClick(view.get(), Qt::Key_Return);
    QTest::keyClick(view.get(), Qt::Key_Left);
    QTest::keyClick(view.get(), Qt::Key_Return);
    QTest::keyClick(view.get(), Qt::Key_Escape);
    QCOMPARE(hovers.said, QStringLiteral("1 2 3 2 -"));
    QCOMPARE(clicks, (std::vector<AnchorId>{3, 2}));

    view->setTree(sum(200));
    QTest::keyClick(view.get(), Qt::Key_Right);
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(view.get(), Qt::Key_Down);
    QVERIFY(view->verticalScrollBar()->value() > 0);
}

void EquationViewTest::tabComesToTheFirstAnchorAndGoesOn()
{
    QWidget window;
    auto* before = new QWidget(&window);
    auto* view = new EquationView(&window);
    auto* after = new QWidget(&window);
    for (QWidget* other : {before, after})
        other->setFocusPolicy(Qt::StrongFocus);
    view->resize(300, 100);
    view->setTree(sum(4));
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    before->setFocus();
    const Hovers hovers(*view);
    QTest::keyClick(before, Qt::Key_Tab);
    QVERIFY(view->hasFocus());
    QCOMPARE(hovers.said, QStringLiteral("2"));
    QTest::keyClick(view, Qt::Key_Tab);
    QVERIFY(after->hasFocus());
}

void EquationViewTest::contextMenuNamesTheAnchor()
{
    const auto view = shown(sum(4));
    std::optional<AnchorId> asked;
    connect(view.get(), &EquationView::contextMenuRequested, view.get(),
        [&](QPoint, std::optional<AnchorId> anchor) { asked = anchor; });
    const QPoint at = centreOf(*view, 7);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, view->viewport()->mapToGlobal(at));
    QCoreApplication::sendEvent(view->viewport(), &event);
    QVERIFY(asked == AnchorId(7));
}

void EquationViewTest::aNewTreeInTheClickIsFine()
{
    const auto view = shown(sum(12));
    connect(view.get(), &EquationView::clicked, view.get(), [&] { view->setTree(anchored(0, letter("a"))); });
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, centreOf(*view, 30));
    QVERIFY(!view->anchorRectangle(0).isEmpty());
    view->setFocus();
    QTest::keyClick(view.get(), Qt::Key_Right);
    QTest::keyClick(view.get(), Qt::Key_Return);
    view->setTree(nullptr);
    QTest::keyClick(view.get(), Qt::Key_Return);
    QTest::mouseMove(view->viewport(), QPoint(30, 30));
}

void EquationViewTest::readersHearThePlainText()
{
    const auto view = shown(sum(2));
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(view.get());
    QVERIFY(interface);
    QCOMPARE(interface->role(), QAccessible::Equation);
    QCOMPARE(interface->text(QAccessible::Value), QStringLiteral("y = ..."));
    QCOMPARE(interface->text(QAccessible::Name), QStringLiteral("Equation"));
    view->setAccessibleName(QStringLiteral("Equation of h1"));
    QCOMPARE(interface->text(QAccessible::Name), QStringLiteral("Equation of h1"));
}

void EquationViewTest::pictureIsInkOnPaper()
{
    const auto view = shown(sum(6));
    view->setColours(dark);
    view->setHighlighted({1}, EquationView::Mark::Hovered);
    const QSizeF size = view->pictureSize();
    QVERIFY(size.width() > 50 && size.height() > 10);
    QImage image(size.toSize() * 2, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(2, 2);
    view->paintPicture(painter);
    painter.end();
    QVERIFY(count(image, lightPalette().ink) > 100);
    QCOMPARE(count(image, dark.hover), 0);
}

void EquationViewTest::dragDataHasImageAndSvg()
{
    const auto view = shown(sum(6));
    const std::unique_ptr<QMimeData> data(view->pictureData());
    QVERIFY(data && data->hasImage());
    QVERIFY(data->data(QStringLiteral("image/svg+xml")).contains("<svg"));
    view->setTree(nullptr);
    QVERIFY(!std::unique_ptr<QMimeData>(view->pictureData()));
}

void EquationViewTest::anEmptyViewIsPaper()
{
    const auto view = shown(nullptr, QSize(50, 40));
    const QImage image = grabbed(*view);
    QCOMPARE(count(image, Qt::white), image.width() * image.height());
    QVERIFY(view->pictureSize().isEmpty());
}

QTEST_MAIN(EquationViewTest)
#include "EquationViewTest.moc"
