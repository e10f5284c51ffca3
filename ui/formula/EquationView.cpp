// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"

#include "ui/formula/AnchorNavigation.h"
#include "ui/formula/EquationAccessible.h"
#include "ui/formula/GlyphPainter.h"
#include "ui/formula/MathLayout.h"
#include "ui/pictures/EquationPictures.h"
#include "ui/pictures/Palette.h"

#include <QAccessible>
#include <QApplication>
#include <QCursor>
#include <QDrag>
#include <QHelpEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double leastFontPoints = 6;
constexpr double mostFontPoints = 96;
constexpr double zoomStep = 1.1;
constexpr double marginEm = 0.6;
constexpr double leastWidthEm = 6;
constexpr double pictureMarginEm = 0.25;
constexpr double pixelsPerPoint = 96.0 / 72; // of pictures: PictureSource's pixel is 1/96 inch

/// Positions among the glyph painter's colours.
constexpr std::uint8_t plainInk = 0;
constexpr std::uint8_t selectedInk = 1;

/// A formula reads best somewhat larger than the labels around it.
double defaultFontPoints()
{
    const double points = QApplication::font().pointSizeF();
    return std::round(1.4 * (points > 0 ? points : 10));
}

std::uint8_t bitOf(EquationView::Mark mark)
{
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(mark));
}

QColor withAlpha(QColor colour, double alpha)
{
    colour.setAlphaF(float(alpha));
    return colour;
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

void EquationView::setColours(const EquationColours& colours)
{
    m_colours = colours;
    viewport()->update();
}

EquationColours EquationView::colours() const
{
    if (m_colours)
        return *m_colours;
    const Palette& shared = currentPalette();
    return {.paper = shared.paper, .ink = shared.ink, .hover = shared.hover, .selection = shared.selection};
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

void EquationView::zoomIn()
{
    setFontPoints(m_fontPoints * zoomStep);
}

void EquationView::zoomOut()
{
    setFontPoints(m_fontPoints / zoomStep);
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

void EquationView::updateLooks()
{
    m_fillOfGroup.assign(m_list.groups.size(), 0);
    m_inkOfGroup.assign(m_list.groups.size(), plainInk);
    for (const Mark mark : {Mark::Hovered, Mark::Selected}) {
        std::vector<notation::AnchorId> anchors = highlighted(mark);
        std::ranges::sort(anchors);
        for (std::size_t i = 0; i < m_list.groups.size(); ++i)
            if (std::ranges::binary_search(anchors, m_list.groups[i].anchor))
                m_fillOfGroup[i] |= bitOf(mark);
    }
    for (std::size_t i = 0; i < m_list.groups.size(); ++i)
        if (m_list.groups[i].placeholder)
            m_inkOfGroup[i] = selectedInk;
    if (m_pointed)
        m_fillOfGroup[*m_pointed] |= bitOf(Mark::Hovered);
    if (m_focused)
        m_fillOfGroup[*m_focused] |= bitOf(Mark::Hovered);
    viewport()->update();
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

void EquationView::setPointed(std::optional<std::uint32_t> group)
{
    if (group == m_pointed)
        return;
    m_pointed = group;
    viewport()->setCursor(group ? Qt::PointingHandCursor : Qt::ArrowCursor);
    updateLooks();
    announce();
}

void EquationView::setFocused(std::optional<std::uint32_t> group)
{
    if (group == m_focused)
        return;
    m_focused = group;
    if (const auto fragment = group ? firstFragment(*group) : std::nullopt)
        ensureVisible(inViewport(*fragment));
    updateLooks();
    announce();
}

void EquationView::announce()
{
    const auto anchor = anchorOf(m_pointed ? m_pointed : m_focused);
    if (anchor == m_announced)
        return;
    m_announced = anchor;
    emit hovered(anchor);
}

bool EquationView::event(QEvent* event)
{
    if (event->type() == QEvent::ScreenChangeInternal)
        fit();
    return QAbstractScrollArea::event(event);
}

bool EquationView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        setPointed(std::nullopt);
    if (event->type() == QEvent::ToolTip && m_toolTips) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (const auto anchor = anchorAt(help->pos()))
            setToolTip(m_toolTips(*anchor));
        else
            setToolTip(QString());
    }
    return QAbstractScrollArea::viewportEvent(event);
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

void EquationView::paintEvent(QPaintEvent* event)
{
    const EquationColours paints = colours();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), paints.paper);
    painter.setRenderHint(QPainter::Antialiasing);
    paintFills(painter, paints, event->rect());
    const std::array inks{paints.ink, paints.selection};
    m_painter->paint(painter, m_list, origin(), event->rect(), m_inkOfGroup, inks);
}

void EquationView::paintFills(QPainter& painter, const EquationColours& paints, const QRectF& exposed) const
{
    const double pad = 0.08 * m_painter->pixelsPerEm();
    for (const DisplayList::Fragment& fragment : m_list.fragments) {
        const std::uint8_t fill = m_fillOfGroup[fragment.group];
        const bool placeholder = m_list.groups[fragment.group].placeholder;
        if (fill == 0 && !placeholder)
            continue;
        const QRectF place = inViewport(fragment).adjusted(-pad, -pad, pad, pad);
        if (!place.intersects(exposed))
            continue;
        const bool isHovered = (fill & bitOf(Mark::Hovered)) != 0;
        const bool isSelected = (fill & bitOf(Mark::Selected)) != 0;
        const bool isFocused = m_focused == fragment.group && hasFocus();
        painter.setPen(isSelected || isFocused ? QPen(paints.selection, isSelected ? 1.5 : 1) : QPen(Qt::NoPen));
        painter.setBrush(isHovered ? paints.hover
                                   : withAlpha(paints.selection,
                                       isSelected        ? 0.16
                                           : placeholder ? 0.1
                                                         : 0));
        painter.drawRoundedRect(place, 2 * pad, 2 * pad);
    }
}

void EquationView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton && m_pressed) {
        if ((event->pos() - *m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
            m_pressed.reset();
            startDrag();
        }
        return;
    }
    setPointed(groupAt(event->position()));
}

void EquationView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_pressed = event->pos();
    setPointed(groupAt(event->position()));
    m_focused.reset();
    updateLooks();
}

void EquationView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_pressed)
        return;
    const auto pressed = groupAt(*m_pressed);
    m_pressed.reset();
    const auto released = groupAt(event->position());
    if (pressed && pressed == released)
        emit clicked(m_list.groups[*pressed].anchor, event->modifiers());
}

void EquationView::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() != QContextMenuEvent::Keyboard || !m_focused) {
        emit contextMenuRequested(event->globalPos(), anchorAt(event->pos()));
        return;
    }
    const auto fragment = firstFragment(*m_focused);
    const QPoint below = fragment ? inViewport(*fragment).bottomLeft().toPoint() : event->pos();
    emit contextMenuRequested(viewport()->mapToGlobal(below), anchorOf(m_focused));
}

void EquationView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        setPointed(groupAt(event->position()));
        return;
    }
    m_wheelRest += event->angleDelta().y();
    const int notches = m_wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_wheelRest -= notches * QWheelEvent::DefaultDeltasPerStep;
    if (notches != 0)
        setFontPoints(m_fontPoints * std::pow(zoomStep, notches));
    event->accept();
}

bool EquationView::step(int key)
{
    const auto way = key == Qt::Key_Right ? AnchorStep::Next
        : key == Qt::Key_Left             ? AnchorStep::Previous
        : key == Qt::Key_Up               ? AnchorStep::Above
                                          : AnchorStep::Below;
    const auto next = groupAfter(m_list, m_focused, way);
    if (next)
        setFocused(next);
    return next.has_value();
}

void EquationView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!step(event->key()))
            QAbstractScrollArea::keyPressEvent(event);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_focused)
            emit clicked(m_list.groups[*m_focused].anchor, event->modifiers());
        return;
    case Qt::Key_Escape:
        if (m_focused)
            setFocused(std::nullopt);
        else
            event->ignore();
        return;
    case Qt::Key_Home:
        scrollToStart();
        return;
    case Qt::Key_End:
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void EquationView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    setFocused(std::nullopt);
}

/// Tab goes through the anchors and leaves behind the last one.
bool EquationView::focusNextPrevChild(bool next)
{
    return (hasFocus() && step(next ? Qt::Key_Right : Qt::Key_Left)) || QAbstractScrollArea::focusNextPrevChild(next);
}

QMimeData* EquationView::pictureData() const
{
    const EquationPicture picture{.fontPoints = m_fontPoints, .widthInEm = m_layoutWidth};
    const auto image = equationImage(m_tree, picture);
    const auto svg = equationSvg(m_tree, picture);
    if (!image && !svg)
        return nullptr;
    auto* mime = new QMimeData;
    if (image)
        mime->setImageData(*image);
    if (svg)
        mime->setData(QStringLiteral("image/svg+xml"), *svg);
    if (!m_plainText.isEmpty())
        mime->setText(m_plainText);
    return mime;
}

void EquationView::startDrag()
{
    QMimeData* mime = pictureData();
    if (!mime)
        return;
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    const QPixmap whole = viewport()->grab();
    drag->setPixmap(whole.scaled(whole.size() / 2, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    drag->exec(Qt::CopyAction);
}

QSizeF EquationView::pictureSize() const
{
    if (m_list.glyphs.empty() && m_list.rules.empty())
        return {};
    const double pixelsPerEm = m_fontPoints * pixelsPerPoint;
    return m_list.box.size() * (pixelsPerEm / MathFont::unitsPerEm)
        + QSizeF(pictureMarginEm, pictureMarginEm) * 2 * pixelsPerEm;
}

void EquationView::paintPicture(QPainter& painter) const
{
    const double pixelsPerEm = m_fontPoints * pixelsPerPoint;
    painter.save();
    painter.translate(pictureMarginEm * pixelsPerEm, pictureMarginEm * pixelsPerEm);
    painter.scale(pixelsPerEm / MathFont::unitsPerEm, pixelsPerEm / MathFont::unitsPerEm);
    painter.translate(-m_list.box.topLeft());
    paintOutlines(painter, m_list, lightPalette().ink);
    painter.restore();
}

QSize EquationView::sizeHint() const
{
    return QSize(640, 200);
}

} // namespace formulens
