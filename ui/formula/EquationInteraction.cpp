// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"

#include "ui/formula/AnchorNavigation.h"

#include <QApplication>
#include <QDrag>
#include <QHelpEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

// How the equation view answers pointer and keyboard: one group is pointed at, one has the keyboard's focus, and what
// both stand for is told once.

namespace formulens {

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
        zoomBy(notches);
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

/// Tab comes to the first anchor and goes on to the next view: arrow keys walk through what may be thousands.
void EquationView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        step(Qt::Key_Right);
}

void EquationView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    setFocused(std::nullopt);
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

} // namespace formulens
