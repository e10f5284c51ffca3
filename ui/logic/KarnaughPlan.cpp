// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/KarnaughPlan.h"

#include "ui/graph/DiagramText.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace formulens {

namespace {

constexpr double margin = 8; ///< around the drawing
constexpr double largestCell = 56;
constexpr double smallestCell = 16;
constexpr double smallestText = 10.5;
constexpr double largestText = 15;
constexpr double longestName = 4; ///< of an input beside the map, in ems; longer names are cut
constexpr int leastLegendLines = 2; ///< a map does not grow at their cost

QString words(const char* text)
{
    return QCoreApplication::translate("formulens::KarnaughView", text);
}

QString joinedLiterals(
    const logic::Cube& cube, const QStringList& inputs, bool turned, const QString& between, const QString& empty)
{
    QStringList literals;
    for (int input = 0; input < inputs.size(); ++input) {
        const std::uint32_t bit = logic::inputBit(static_cast<int>(inputs.size()), input);
        if ((cube.mask & bit) == 0)
            continue;
        const bool negated = ((cube.value & bit) == 0) != turned;
        literals << (negated ? QStringLiteral("¬") : QString()) + inputs[input];
    }
    return literals.isEmpty() ? empty : literals.join(between);
}

} // namespace

QString productText(const logic::Cube& cube, const QStringList& inputs)
{
    return joinedLiterals(cube, inputs, false, QStringLiteral(" "), QStringLiteral("1"));
}

QString sumText(const logic::Cube& cube, const QStringList& inputs)
{
    return joinedLiterals(cube, inputs, true, QStringLiteral(" ∨ "), QStringLiteral("0"));
}

QString groupText(const KarnaughData& data, std::size_t group)
{
    return data.ones ? productText(data.cover[group], data.inputs) : sumText(data.cover[group], data.inputs);
}

QString captionText(const KarnaughData& data)
{
    if (data.cover.empty())
        return data.ones ? words("no groups: never 1") : words("no groups: never 0");
    return data.ones ? words("groups of 1: products, joined by ∨") : words("groups of 0: sums, multiplied");
}

namespace {

QString namesOf(const QStringList& inputs, const std::vector<int>& listed, const QFont& font, double em)
{
    const QFontMetricsF metrics(sized(font, em));
    QStringList names;
    for (const int input : listed)
        names << metrics.elidedText(inputs[input], Qt::ElideRight, longestName * em);
    return names.join(QLatin1Char(' '));
}

} // namespace

QString KarnaughPlan::rowNames(const KarnaughData& data, const QFont& font) const
{
    return namesOf(data.inputs, map.rowInputs, font, em);
}

QString KarnaughPlan::columnNames(const KarnaughData& data, const QFont& font) const
{
    return namesOf(data.inputs, map.columnInputs, font, em);
}

QString KarnaughPlan::layerName(const KarnaughData& data, const QFont& font, int layer) const
{
    const QString code = QString::fromStdString(
        logic::rowText(static_cast<std::size_t>(layer), static_cast<int>(map.layerInputs.size())));
    return words("%1 = %2").arg(namesOf(data.inputs, map.layerInputs, font, em), code);
}

QRectF KarnaughPlan::columnHead(std::size_t layer, int column) const
{
    const Layer& place = layers[layer];
    return {place.grid.left() + column * cell, place.corner.top(), cell, place.corner.height()};
}

QRectF KarnaughPlan::rowHead(std::size_t layer, int row) const
{
    const Layer& place = layers[layer];
    return {place.corner.left(), place.grid.top() + row * cell, place.corner.width(), cell};
}

namespace {

enum class LegendSide
{
    Below,
    Beside
};

/// Builds a plan for one size of cells.
class Planner
{
public:
    Planner(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, double cell)
        : m_data(data), m_font(font)
    {
        m_plan.map = map;
        m_plan.cell = cell;
        m_plan.em = std::clamp(std::round(0.42 * cell), smallestText, largestText);
    }

    KarnaughPlan build(LegendSide side, QSizeF room)
    {
        placeLayers();
        placeCells();
        placeGroups();
        placeLegend(side, room);
        return std::move(m_plan);
    }

private:
    double lineHeight() const { return std::ceil(1.6 * m_plan.em); }
    double overhang() const { return std::clamp(std::round(0.16 * m_plan.cell), 3.0, 7.0); }
    double width(const QString& text) const { return textWidth(sized(m_font, m_plan.em), text); }

    /// The names stand on either side of the diagonal, which must not cross them.
    QSizeF cornerSize() const
    {
        const double height = std::ceil(2.6 * m_plan.em);
        const double names
            = std::max(width(m_plan.rowNames(m_data, m_font)), width(m_plan.columnNames(m_data, m_font)));
        const double free = 1 - 1.2 * m_plan.em / height;
        return {std::ceil((names + 0.5 * m_plan.em) / free), height};
    }

    void placeLayers()
    {
        const QSizeF corner = cornerSize();
        const QSizeF grid(m_plan.map.columns() * m_plan.cell, m_plan.map.rows() * m_plan.cell);
        const double heading = m_plan.map.layers() > 1 ? lineHeight() : 0;
        const double gap = std::round(m_plan.em) + overhang();
        const int across = m_plan.map.layers() > 1 ? 2 : 1;
        m_plan.title = QRectF(margin, margin, corner.width() + grid.width(), lineHeight());
        for (int layer = 0; layer < m_plan.map.layers(); ++layer) {
            const double x = margin + layer % across * (corner.width() + grid.width() + gap);
            const double y = m_plan.title.bottom() + layer / across * (heading + corner.height() + grid.height() + gap);
            KarnaughPlan::Layer place;
            place.corner = QRectF(QPointF(x, y + heading), corner);
            place.grid = QRectF(place.corner.bottomRight(), grid);
            place.heading = QRectF(place.grid.left(), y, heading > 0 ? grid.width() : 0, heading);
            m_plan.layers.push_back(place);
        }
        m_mapEnd = m_plan.layers.back().grid.bottomRight() + QPointF(overhang(), overhang());
    }

    void placeCells()
    {
        const std::uint32_t rows = 1u << m_plan.map.inputs;
        for (std::uint32_t row = 0; row < rows; ++row) {
            const logic::KarnaughMap::Cell cell = m_plan.map.cellOf(row);
            m_plan.cells.push_back(cellsOf({cell.layer, cell.row, cell.column, 1, 1}));
        }
    }

    QRectF cellsOf(const logic::KarnaughGroup& cells) const
    {
        const QPointF origin = m_plan.layers[static_cast<std::size_t>(cells.layer)].grid.topLeft();
        return {origin.x() + cells.column * m_plan.cell, origin.y() + cells.row * m_plan.cell,
            cells.columns * m_plan.cell, cells.rows * m_plan.cell};
    }

    /// Groups that share cells are drawn at different distances from the cells' edges, the largest outside.
    std::vector<int> levelsOfGroups() const
    {
        const logic::Cover& cover = m_data.cover;
        std::vector<std::size_t> order(cover.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::ranges::stable_sort(order, {}, [&](std::size_t group) { return cover[group].literals(); });
        const auto meet = [&](std::size_t a, std::size_t b) {
            return ((cover[a].value ^ cover[b].value) & cover[a].mask & cover[b].mask) == 0;
        };
        std::vector<int> levels(cover.size(), -1);
        for (const std::size_t group : order) {
            std::vector<bool> taken(cover.size() + 1, false);
            for (std::size_t other = 0; other < cover.size(); ++other)
                if (levels[other] >= 0 && meet(group, other))
                    taken[static_cast<std::size_t>(levels[other])] = true;
            levels[group] = static_cast<int>(std::ranges::find(taken, false) - taken.begin());
        }
        return levels;
    }

    void placeGroups()
    {
        const std::vector<int> levels = levelsOfGroups();
        const int deepest = levels.empty() ? 0 : *std::ranges::max_element(levels);
        const double outermost = std::max(2.0, 0.06 * m_plan.cell);
        const double step = std::min(0.085 * m_plan.cell, (0.3 * m_plan.cell - outermost) / std::max(1, deepest));
        for (std::size_t i = 0; i < levels.size(); ++i) {
            std::vector<KarnaughPlan::Piece> pieces;
            for (const logic::KarnaughGroup& group : logic::groupsOf(m_data.cover[i], m_plan.map))
                for (const logic::KarnaughPiece& piece : logic::piecesOf(group, m_plan.map))
                    pieces.push_back(pieceOf(piece, outermost + levels[i] * step));
            m_plan.groups.push_back(std::move(pieces));
        }
    }

    KarnaughPlan::Piece pieceOf(const logic::KarnaughPiece& piece, double inset) const
    {
        const double beyond = -overhang();
        const QRectF cells = cellsOf(piece.cells);
        const QMarginsF inwards(piece.openLeft ? beyond : inset, piece.openAbove ? beyond : inset,
            piece.openRight ? beyond : inset, piece.openBelow ? beyond : inset);
        return {cells, cells - inwards, piece.openAbove, piece.openBelow, piece.openLeft, piece.openRight};
    }

    double entryWidth() const
    {
        double widest = 0;
        for (std::size_t i = 0; i < m_data.cover.size(); ++i)
            widest = std::max(widest, width(groupText(m_data, i)));
        return std::ceil(widest + 3.2 * m_plan.em);
    }

    void placeLegend(LegendSide side, QSizeF room)
    {
        const bool beside = side == LegendSide::Beside;
        const double gap = std::round(m_plan.em);
        const QPointF start = beside ? QPointF(m_mapEnd.x() + gap, m_plan.layers.front().corner.top())
                                     : QPointF(margin, m_mapEnd.y() + 0.5 * gap);
        const double captionWidth = width(captionText(m_data));
        const double free
            = (room.isEmpty() ? std::max(m_mapEnd.x(), start.x() + captionWidth) : room.width() - margin) - start.x();
        m_plan.caption = QRectF(start, QSizeF(std::min(captionWidth, std::max(0.0, free)), lineHeight()));
        const int count = static_cast<int>(m_data.cover.size());
        const double entry = std::min(entryWidth(), free);
        m_plan.isWhole = entry == entryWidth() && captionWidth <= free;
        const int columns = std::clamp(static_cast<int>(free / std::max(1.0, entry)), 1, std::max(1, count));
        const double bottom = room.isEmpty() ? 1e9 : room.height() - margin;
        int lines = (count + columns - 1) / columns;
        const int most = std::max(0, static_cast<int>((bottom - m_plan.caption.bottom()) / lineHeight()));
        const bool cut = lines > most;
        m_plan.isWhole = m_plan.isWhole && !cut;
        lines = std::min(lines, most);
        // The last line is for saying how many are missing.
        const int shown = cut ? std::max(0, lines - 1) * columns : count;
        for (int i = 0; i < shown; ++i)
            m_plan.legend.push_back({start.x() + i % columns * entry,
                m_plan.caption.bottom() + static_cast<double>(i / columns) * lineHeight(), entry, lineHeight()});
        if (cut && lines > 0)
            m_plan.rest = QRectF(start.x(), m_plan.caption.bottom() + (lines - 1) * lineHeight(), free, lineHeight());
        const double used = count == 0 ? 0 : columns * entry;
        const double right = std::max({m_mapEnd.x(), start.x() + used, m_plan.caption.right()});
        const double legendEnd = m_plan.caption.bottom() + lines * lineHeight();
        m_plan.size = QSizeF(right + margin, std::max(beside ? m_mapEnd.y() : 0, legendEnd) + margin);
    }

    const KarnaughData& m_data;
    const QFont& m_font;
    KarnaughPlan m_plan;
    QPointF m_mapEnd;
};

bool fits(const KarnaughPlan& plan, QSizeF room)
{
    return plan.isWhole && plan.size.width() <= room.width() && plan.size.height() <= room.height();
}

/// The map itself and the first lines of the legend.
bool nearlyFits(const KarnaughPlan& plan, QSizeF room)
{
    const double line = plan.caption.height();
    return plan.size.width() <= room.width() && plan.caption.bottom() + leastLegendLines * line <= room.height();
}

void move(KarnaughPlan& plan, QPointF by)
{
    plan.title.translate(by);
    for (KarnaughPlan::Layer& layer : plan.layers)
        for (QRectF* place : {&layer.heading, &layer.corner, &layer.grid})
            place->translate(by);
    for (QRectF& cell : plan.cells)
        cell.translate(by);
    for (std::vector<KarnaughPlan::Piece>& pieces : plan.groups)
        for (KarnaughPlan::Piece& piece : pieces) {
            piece.cells.translate(by);
            piece.outline.translate(by);
        }
    for (QRectF& entry : plan.legend)
        entry.translate(by);
    plan.caption.translate(by);
    plan.rest.translate(by);
}

KarnaughPlan largestWithin(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, QSizeF room)
{
    for (double cell = largestCell; cell >= smallestCell; --cell)
        for (const LegendSide side : {LegendSide::Below, LegendSide::Beside})
            if (KarnaughPlan plan = Planner(data, map, font, cell).build(side, room); fits(plan, room))
                return plan;
    for (double cell = largestCell; cell > smallestCell; --cell)
        if (KarnaughPlan plan = Planner(data, map, font, cell).build(LegendSide::Below, room); nearlyFits(plan, room))
            return plan;
    return Planner(data, map, font, smallestCell).build(LegendSide::Below, room);
}

} // namespace

KarnaughPlan planOfCell(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, double cell)
{
    return Planner(data, map, font, cell).build(LegendSide::Below, {});
}

KarnaughPlan planWithin(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, QSizeF room)
{
    KarnaughPlan plan = largestWithin(data, map, font, room);
    const double x = std::max(0.0, std::floor(0.5 * (room.width() - plan.size.width())));
    const double y = std::max(0.0, std::floor(0.5 * (room.height() - plan.size.height())));
    move(plan, {x, y});
    return plan;
}

} // namespace formulens
