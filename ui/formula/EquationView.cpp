// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"

#include "ui/formula/EquationAccessible.h"
#include "ui/formula/GlyphPainter.h"
#include "ui/formula/MathLayout.h"

#include <QAccessible>
#include <QApplication>
#include <QCursor>
#include <QEvent>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>
#include <cmath>

// What the equation view shows: its tree, broken to the width that there is, and the place in it. Looks and
// interaction have files of their own.

namespace formulens {

namespace {

constexpr double leastFontPoints = 6;
constexpr double mostFontPoints = 96;
constexpr double zoomFactor = 1.1;
constexpr double marginEm = 0.6;
constexpr double leastWidthEm = 6;

/// A formula reads best somewhat larger than the labels around it.
double defaultFontPoints()
{
    const double points = QApplication::font().pointSizeF();
    return std::round(1.4 * (points > 0 ? points : 10));
}

} // namespace

EquationView::EquationView(QWidget* parent) : QAbstractScrollArea(parent), m_fontPoints(defaultFontPoints())
{
    makeEquationsAccessible();
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    fit();
}

EquationView::~EquationView() = default;

void EquationView::setTree(notation::Tree tree, const QString& plainText)
{
    // The numbers of anchors and groups change with the tree; what the keyboard was on is found again by its place.
    const auto focused = m_focused ? firstFragment(*m_focused) : std::nullopt;
    m_tree = std::move(tree);
    m_plainText = plainText;
    m_focused.reset();
    layOutAgain();
    if (focused)
        m_focused = m_list.groupAt(QPointF(focused->left + 1, (focused->top + focused->bottom) / 2));
    if (viewport()->underMouse())
        m_pointed = groupAt(viewport()->mapFromGlobal(QPointF(QCursor::pos())));
    m_announced.reset();
    updateLooks();
    announce();
    QAccessibleValueChangeEvent change(this, m_plainText);
    QAccessible::updateAccessibility(&change);
}

void EquationView::scrollToStart()
{
    verticalScrollBar()->setValue(0);
    horizontalScrollBar()->setValue(0);
}

void EquationView::setHighlighted(std::vector<notation::AnchorId> anchors, Mark mark)
{
    auto& marked = m_marked[static_cast<std::size_t>(mark)];
    if (marked == anchors)
        return;
    marked = std::move(anchors);
    updateLooks();
}

const std::vector<notation::AnchorId>& EquationView::highlighted(Mark mark) const
{
    return m_marked[static_cast<std::size_t>(mark)];
}

void EquationView::setToolTips(std::function<QString(notation::AnchorId)> toolTips)
{
    m_toolTips = std::move(toolTips);
}

void EquationView::setFontPoints(double points)
{
    points = std::clamp(points, leastFontPoints, mostFontPoints);
    if (points == m_fontPoints)
        return;
    m_fontPoints = points;
    fit();
    emit fontPointsChanged(points);
}

void EquationView::zoomBy(int notches)
{
    setFontPoints(m_fontPoints * std::pow(zoomFactor, notches));
}

void EquationView::zoomIn()
{
    zoomBy(1);
}

void EquationView::zoomOut()
{
    zoomBy(-1);
}

void EquationView::resetZoom()
{
    setFontPoints(defaultFontPoints());
}

double EquationView::unit() const
{
    return m_painter->pixelsPerEm() / MathFont::unitsPerEm;
}

double EquationView::margin() const
{
    return marginEm * m_painter->pixelsPerEm();
}

QPointF EquationView::origin() const
{
    const QPointF scrolled(horizontalScrollBar()->value(), verticalScrollBar()->value());
    return QPointF(margin(), std::round(margin() - m_list.box.top() * unit())) - scrolled;
}

/// After a change of the font's size.
void EquationView::fit()
{
    const double pixelsPerEm = m_fontPoints * logicalDpiY() / 72;
    m_painter = std::make_unique<GlyphPainter>(pixelsPerEm);
    verticalScrollBar()->setSingleStep(int(1.5 * pixelsPerEm));
    horizontalScrollBar()->setSingleStep(int(2 * pixelsPerEm));
    layOutKeepingPlace();
}

// A vertical scroll bar takes width from the lines, which may then need it; both layouts are judged by the room that
// there is without any bar, so that the outcome does not depend on what was shown before.
void EquationView::layOutAgain()
{
    m_room = maximumViewportSize();
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
    const auto widthInEm
        = [&](int pixels) { return std::max(leastWidthEm, (pixels - 2 * margin()) / m_painter->pixelsPerEm()); };
    const auto tooTall = [&] { return m_list.box.height() * unit() + 2 * margin() > m_room.height(); };

    // Long formulas are set twice only when the first guess was wrong.
    const bool guessTall = tooTall();
    m_layoutWidth = widthInEm(guessTall ? m_room.width() - bar : m_room.width());
    m_list = layOut(m_tree, {.widthInEm = m_layoutWidth});
    if (guessTall != tooTall()) {
        m_layoutWidth = widthInEm(guessTall ? m_room.width() : m_room.width() - bar);
        m_list = layOut(m_tree, {.widthInEm = m_layoutWidth});
    }
    if (m_focused && *m_focused >= m_list.groups.size())
        m_focused.reset();
    m_pointed.reset();
    updateScrollBars();
    updateLooks();
}

void EquationView::updateScrollBars()
{
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
    const int width = int(std::ceil(m_list.box.width() * unit() + 2 * margin()));
    const int height = int(std::ceil(m_list.box.height() * unit() + 2 * margin()));
    const bool tall = height > m_room.height();
    const bool wide = width > m_room.width() - (tall ? bar : 0);
    const int shownWidth = m_room.width() - (tall ? bar : 0);
    const int shownHeight = m_room.height() - (wide ? bar : 0);
    horizontalScrollBar()->setPageStep(shownWidth);
    horizontalScrollBar()->setRange(0, std::max(0, width - shownWidth));
    verticalScrollBar()->setPageStep(shownHeight);
    verticalScrollBar()->setRange(0, std::max(0, height - shownHeight));
}

// What is read at the upper edge stays there when lines are broken anew.
void EquationView::layOutKeepingPlace()
{
    const double top = -origin().y() / unit();
    const auto first = std::ranges::find_if(
        m_list.fragments, [top](const DisplayList::Fragment& fragment) { return double(fragment.top) >= top; });
    if (verticalScrollBar()->value() == 0 || first == m_list.fragments.end()) {
        layOutAgain();
        return;
    }
    const std::uint32_t group = first->group;
    const double before = inViewport(*first).top();
    layOutAgain();
    if (const auto again = firstFragment(group))
        verticalScrollBar()->setValue(verticalScrollBar()->value() + int(inViewport(*again).top() - before));
}

std::optional<std::uint32_t> EquationView::groupAt(QPointF position) const
{
    return m_list.groupAt((position - origin()) / unit());
}

std::optional<notation::AnchorId> EquationView::anchorOf(std::optional<std::uint32_t> group) const
{
    return group ? std::optional(m_list.groups[*group].anchor) : std::nullopt;
}

std::optional<notation::AnchorId> EquationView::anchorAt(QPointF position) const
{
    return anchorOf(groupAt(position));
}

QRectF EquationView::inViewport(const DisplayList::Fragment& fragment) const
{
    const QRectF rectangle = fragment.rectangle();
    return QRectF(origin() + rectangle.topLeft() * unit(), rectangle.size() * unit());
}

std::optional<DisplayList::Fragment> EquationView::firstFragment(std::uint32_t group) const
{
    const auto found = std::ranges::lower_bound(m_list.fragments, group, {}, &DisplayList::Fragment::group);
    return found != m_list.fragments.end() && found->group == group ? std::optional(*found) : std::nullopt;
}

QRectF EquationView::anchorRectangle(notation::AnchorId anchor) const
{
    const auto found = std::ranges::find_if(m_list.fragments,
        [&](const DisplayList::Fragment& fragment) { return m_list.groups[fragment.group].anchor == anchor; });
    return found != m_list.fragments.end() ? inViewport(*found) : QRectF();
}

void EquationView::showAnchor(notation::AnchorId anchor)
{
    const QRectF rectangle = anchorRectangle(anchor);
    if (!rectangle.isEmpty())
        ensureVisible(rectangle);
}

void EquationView::ensureVisible(const QRectF& rectangle)
{
    const auto scroll = [this](QScrollBar* bar, double from, double to, double room) {
        if (from < margin())
            bar->setValue(bar->value() - int(std::ceil(margin() - from)));
        else if (to > room - margin())
            bar->setValue(bar->value() + int(std::ceil(to - room + margin())));
    };
    scroll(verticalScrollBar(), rectangle.top(), rectangle.bottom(), viewport()->height());
    scroll(horizontalScrollBar(), rectangle.left(), rectangle.right(), viewport()->width());
}

bool EquationView::event(QEvent* event)
{
    if (event->type() == QEvent::ScreenChangeInternal)
        fit();
    return QAbstractScrollArea::event(event);
}

void EquationView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
    if (event->type() == QEvent::StyleChange)
        layOutAgain();
}

void EquationView::resizeEvent(QResizeEvent*)
{
    // A scroll bar that comes or goes has been reckoned with.
    if (maximumViewportSize() != m_room)
        layOutKeepingPlace();
}

QSize EquationView::sizeHint() const
{
    return QSize(640, 200);
}

} // namespace formulens
