// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"
#include "ui/formula/MathFont.h"

#include <QPainterPath>
#include <QRectF>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

class QPainter;
class QColor;

namespace formulens {

/// A formula laid out: glyphs and rules at their places, and the anchored groups that they belong to.
///
/// Units are thousandths of an em at the size of the text, x to the right and y down; the first line's baseline is
/// y = 0 and its left end x = 0. Plain data: it can be made in one thread and painted in another.
struct DisplayList
{
    static constexpr std::uint32_t noGroup = 0xFFFFFFFF;

    /// Glyph ids from here on stand for `drawings[id - firstDrawing]`.
    static constexpr GlyphId firstDrawing = 0xE000;

    struct Glyph
    {
        float x = 0; ///< of its origin, on the baseline
        float y = 0;
        std::uint32_t group = noGroup;
        GlyphId id = 0;
        std::uint8_t level = 0; ///< 0 text, 1 script, 2 script of a script: index into `scales`
    };

    struct Rule
    {
        float x = 0; ///< of its upper left corner
        float y = 0;
        float width = 0;
        float height = 0;
        std::uint32_t group = noGroup;
    };

    /// What one Anchored or Placeholder piece of the tree has become. Parents stand before their children.
    struct Group
    {
        notation::AnchorId anchor = 0;
        std::uint32_t parent = noGroup;
        bool placeholder = false;
    };

    /// The part of a group that lies in one line: a group that was broken has several, one below the other.
    struct Fragment
    {
        std::uint32_t group = 0;
        float left = 0;
        float top = 0;
        float right = 0;
        float bottom = 0;

        QRectF rectangle() const { return QRectF(QPointF(left, top), QPointF(right, bottom)); }
    };

    /// Text in a script that the mathematical font does not have, as an outline from a font of the system.
    struct Drawing
    {
        QPainterPath path;
        GlyphMetrics metrics;
    };

    std::vector<Glyph> glyphs;
    std::vector<Rule> rules;
    std::vector<Group> groups;
    std::vector<Fragment> fragments; ///< in the order of their groups
    std::vector<Drawing> drawings;
    std::array<double, 3> scales{1, 0.7, 0.5};
    QRectF box; ///< all of it, by the boxes of the typesetter

    const GlyphMetrics& metrics(const Glyph& glyph, MathFont& font) const;
    const QPainterPath& outline(const Glyph& glyph, MathFont& font) const;

    /// The ink of a glyph at its place.
    QRectF ink(const Glyph& glyph, MathFont& font) const;

    /// Around all fragments of the group; empty for a group in which nothing is seen.
    QRectF bounds(std::uint32_t group) const;

    /// The smallest group that holds the point; of equal ones the innermost.
    std::optional<std::uint32_t> groupAt(QPointF point) const;

    bool isWithin(std::uint32_t group, std::uint32_t ancestor) const;
};

/// Draws by outlines, for pictures: the painter's unit must be a thousandth of an em.
void paintOutlines(QPainter& painter, const DisplayList& list, const QColor& colour);

} // namespace formulens
