// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graph/Diagram.h"
#include "ui/pictures/Palette.h"

#include <QGuiApplication>
#include <QMarginsF>
#include <QPainter>

#include <optional>
#include <set>

namespace formulens {

/// Of titles and of what stands below or beside them, in the diagram's units; what legible text is on the screen.
inline constexpr double diagramTextSize = 12;
inline constexpr double diagramSmallTextSize = 10;

/// What is lit up in a diagram besides its own content.
struct DiagramMarks
{
    std::set<std::size_t> selected;
    std::set<std::size_t> hovered;
    std::optional<std::size_t> current; ///< has the keyboard
    std::optional<Diagram::Paths> paths; ///< all else is dimmed
};

/// Paints what of the diagram lies in `visible`. The painter's world is the diagram's; `scale` is device-independent
/// pixels per unit, and decides what is too small to be drawn singly. The view and the picture export both call this.
class DiagramPainter
{
public:
    DiagramPainter(const Diagram& diagram, const DiagramMarks& marks, const Palette& palette)
        : m_diagram(diagram), m_marks(marks), m_palette(palette)
    {
    }

    /// Returns how many edges in sight were too weak to be drawn.
    std::size_t paint(QPainter& painter, const QRectF& visible, double scale) const;

    /// Pixels that texts take beyond the nodes at this scale: names left and right, headings above.
    static QMarginsF textRoom(const Diagram& diagram, const QFont& font, double scale);

private:
    /// How strongly edges are drawn, by how many there are in sight.
    struct Pen
    {
        double thinning = 1; ///< of an edge's size, that is of width and opacity
        double slimming = 1; ///< of the width
        double hairline = 1; ///< the least width, in the diagram's units

        double width(double size) const { return (0.6 + 3.4 * size) * slimming; }
    };

    Pen penFor(const std::vector<std::size_t>& edges, const QRectF& visible, double scale) const;
    std::size_t paintEdges(QPainter& painter, const QRectF& visible, double scale) const;
    void paintRoute(QPainter& painter, const Diagram::Edge& edge, bool dimmed) const;
    void paintWeight(QPainter& painter, std::size_t index, const Pen& pen) const;
    void paintHeadings(QPainter& painter, double scale) const;
    void paintDensity(QPainter& painter, const QRectF& visible, double scale) const;
    void paintBox(QPainter& painter, const Diagram::Node& node, double scale) const;
    void paintExpander(QPainter& painter, const Diagram::Node& node) const;
    void paintNeuron(QPainter& painter, const Diagram::Node& node, double scale) const;
    void paintNameBeside(QPainter& painter, const Diagram::Node& node, double scale) const;
    void paintMark(QPainter& painter, std::size_t index, double scale) const;
    bool isMarked(std::size_t node) const;
    QColor fillOf(Diagram::Kind kind) const;

    const Diagram& m_diagram;
    const DiagramMarks& m_marks;
    const Palette& m_palette;
    QFont m_font = QGuiApplication::font();
};

} // namespace formulens
