// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/KarnaughView.h"

#include "ui/pictures/ToolTips.h"
#include "ui/pictures/Viewport.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>

namespace formulens {

namespace {

constexpr double pictureCell = 44;
constexpr double reach = 4; ///< in pixels, of the pointer to an outline

bool isNear(const KarnaughPlan::Piece& piece, QPointF position)
{
    QPainterPathStroker stroker;
    stroker.setWidth(2 * reach);
    return stroker.createStroke(outlineOf(piece, reach)).contains(position);
}

} // namespace

KarnaughView::KarnaughView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Karnaugh map"));
    makePartsAccessible();
}

void KarnaughView::setData(KarnaughData data)
{
    m_data = std::move(data);
    const auto map = logic::karnaughMap(static_cast<int>(m_data.inputs.size()));
    m_map.reset();
    if (map && m_data.function.inputs() == map->inputs)
        m_map = *map;
    m_marks.group.reset();
    m_marks.hovered.reset();
    if (m_marks.current && *m_marks.current >= m_data.function.on.rows())
        m_marks.current.reset();
    arrange();
}

void KarnaughView::arrange()
{
    m_plan = m_map ? planWithin(m_data, *m_map, font(), size()) : KarnaughPlan();
    update();
}

std::optional<std::uint32_t> KarnaughView::rowAt(QPointF position) const
{
    for (std::uint32_t row = 0; row < m_plan.cells.size(); ++row)
        if (m_plan.cells[row].contains(position))
            return row;
    return std::nullopt;
}

std::optional<std::size_t> KarnaughView::groupAt(QPointF position) const
{
    for (std::size_t group = 0; group < m_plan.legend.size(); ++group)
        if (m_plan.legend[group].contains(position))
            return group;
    const auto any = [&](std::size_t group, auto holds) { return std::ranges::any_of(m_plan.groups[group], holds); };
    std::optional<std::size_t> smallest;
    for (std::size_t group = 0; group < m_plan.groups.size(); ++group) {
        if (any(group, [&](const KarnaughPlan::Piece& piece) { return isNear(piece, position); }))
            return group;
        const bool inside
            = any(group, [&](const KarnaughPlan::Piece& piece) { return piece.outline.contains(position); });
        if (inside && (!smallest || m_data.cover[group].literals() > m_data.cover[*smallest].literals()))
            smallest = group;
    }
    return smallest;
}

QString KarnaughView::describe(std::uint32_t row) const
{
    const QString number = QString::fromStdString(logic::rowText(row, m_data.function.inputs()));
    if (!m_data.function.care.at(row))
        return tr("row %1: any value").arg(number);
    return tr("row %1: %2").arg(number, m_data.function.on.at(row) ? QStringLiteral("1") : QStringLiteral("0"));
}

QString KarnaughView::partName(std::size_t part) const
{
    if (part < m_plan.cells.size())
        return describe(static_cast<std::uint32_t>(part));
    const std::size_t group = part - m_plan.cells.size();
    const int cells = 1 << (m_data.function.inputs() - m_data.cover[group].literals());
    const QString text = groupText(m_data, group);
    return cells == 1 ? tr("group of one cell: %1").arg(text) : tr("group of %1 cells: %2").arg(cells).arg(text);
}

QRect KarnaughView::partPlace(std::size_t part) const
{
    if (part < m_plan.cells.size())
        return m_plan.cells[part].toRect();
    const std::size_t group = part - m_plan.cells.size();
    return group < m_plan.legend.size() ? m_plan.legend[group].toRect() : m_plan.groups[group].front().outline.toRect();
}

bool KarnaughView::isPartSelected(std::size_t part) const
{
    return m_marks.current == part;
}

void KarnaughView::pressPart(std::size_t part)
{
    if (part < m_plan.cells.size())
        emit rowClicked(static_cast<std::uint32_t>(part));
}

QSizeF KarnaughView::pictureSize() const
{
    return m_map ? planOfCell(m_data, *m_map, font(), pictureCell).size : QSizeF();
}

void KarnaughView::paintPicture(QPainter& painter) const
{
    if (m_map)
        KarnaughPainter(planOfCell(m_data, *m_map, font(), pictureCell), m_data, font(), lightPalette())
            .paint(painter, {});
}

void KarnaughView::paintEvent(QPaintEvent*)
{
    const Palette& palette = currentPalette();
    QPainter painter(this);
    painter.fillRect(rect(), palette.paper);
    if (!m_map) {
        painter.setPen(palette.faintInk);
        if (!m_data.inputs.isEmpty())
            painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap,
                tr("A Karnaugh map has %1 to %2 inputs; here are %3.")
                    .arg(logic::leastInputsOfKarnaugh)
                    .arg(logic::mostInputsOfKarnaugh)
                    .arg(m_data.inputs.size()));
        return;
    }
    KarnaughMarks marks = m_marks;
    if (!hasFocus())
        marks.current.reset();
    KarnaughPainter(m_plan, m_data, font(), palette).paint(painter, marks);
}

void KarnaughView::resizeEvent(QResizeEvent*)
{
    arrange();
}

void KarnaughView::mouseMoveEvent(QMouseEvent* event)
{
    const std::optional<std::uint32_t> row = rowAt(event->position());
    const std::optional<std::size_t> group = groupAt(event->position());
    setCursor(row ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row == m_marks.hovered && group == m_marks.group)
        return;
    m_marks.hovered = row;
    m_marks.group = group;
    update();
}

void KarnaughView::leaveEvent(QEvent*)
{
    m_marks.hovered.reset();
    m_marks.group.reset();
    update();
}

void KarnaughView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const std::optional<std::uint32_t> row = rowAt(event->position())) {
        setCurrent(*row);
        emit rowClicked(*row);
    }
}

void KarnaughView::setCurrent(std::uint32_t row)
{
    m_marks.current = row;
    announce(*this, describe(row));
    update();
}

/// Across the layers as they are drawn, without going round.
void KarnaughView::walk(QPoint step)
{
    if (!m_marks.current)
        return setCurrent(m_map->rowNumber({0, 0, 0}));
    const int layersAcross = m_map->layers() > 1 ? 2 : 1;
    const int layersDown = m_map->layers() / layersAcross;
    const logic::KarnaughMap::Cell cell = m_map->cellOf(*m_marks.current);
    const int column = cell.layer % layersAcross * m_map->columns() + cell.column + step.x();
    const int row = cell.layer / layersAcross * m_map->rows() + cell.row + step.y();
    if (column < 0 || row < 0 || column >= layersAcross * m_map->columns() || row >= layersDown * m_map->rows())
        return;
    const int layer = row / m_map->rows() * layersAcross + column / m_map->columns();
    setCurrent(m_map->rowNumber({layer, row % m_map->rows(), column % m_map->columns()}));
}

void KarnaughView::keyPressEvent(QKeyEvent* event)
{
    if (!m_map)
        return QWidget::keyPressEvent(event);
    if (const auto step = arrowStep(event->key()))
        return walk(*step);
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_marks.current)
            emit rowClicked(*m_marks.current);
        return;
    default:
        return QWidget::keyPressEvent(event);
    }
}

/// Cells tell their row and the groups they are in, legend lines their whole text.
QString KarnaughView::tip(QPointF position) const
{
    const std::optional<std::uint32_t> row = rowAt(position);
    if (!row) {
        const std::optional<std::size_t> group = groupAt(position);
        return group ? partName(m_plan.cells.size() + *group) : QString();
    }
    QString text = describe(*row);
    for (std::size_t group = 0; group < m_data.cover.size(); ++group)
        if (m_data.cover[group].contains(*row))
            text += QLatin1Char('\n') + groupText(m_data, group);
    return text;
}

bool KarnaughView::event(QEvent* event)
{
    return answeredTip(*this, *event, [this](QPoint position) { return tip(position); }) || QWidget::event(event);
}

void KarnaughView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        arrange();
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace formulens
