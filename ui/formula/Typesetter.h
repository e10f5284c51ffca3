// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"
#include "ui/formula/DisplayList.h"
#include "ui/formula/MathFont.h"
#include "ui/formula/MathSpacing.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace formulens {

/// TeX's styles: display, text, script and script of a script, each also cramped.
struct MathStyle
{
    std::uint8_t level = 0; ///< 0 display and text, 1 script, 2 script of a script
    bool display = true;
    bool cramped = false; ///< exponents lower: under roots, in denominators and subscripts

    MathStyle superscript() const { return {smaller(), false, cramped}; }
    MathStyle subscript() const { return {smaller(), false, true}; }
    MathStyle numerator() const { return {display ? level : smaller(), false, cramped}; }
    MathStyle denominator() const { return {display ? level : smaller(), false, true}; }
    MathStyle crampedSelf() const { return {level, display, true}; }
    MathStyle text() const { return {level, false, cramped}; }
    SpacingStyle spacing() const { return level == 0 ? SpacingStyle::Text : SpacingStyle::Script; }

private:
    std::uint8_t smaller() const { return static_cast<std::uint8_t>(level < 2 ? level + 1 : 2); }
};

/// A stretch of the display list that has been laid out as one thing: its origin is on the baseline at its left end.
struct MathBox
{
    double width = 0;
    double height = 0; ///< above the baseline
    double depth = 0; ///< below it
    double italic = 0;
    std::optional<double> accent; ///< where an accent above belongs; the middle if not said
    std::size_t firstGlyph = 0;
    std::size_t endGlyph = 0;
    std::size_t firstRule = 0;
    std::size_t endRule = 0;
};

/// Sets notation into a display list, by the rules of TeX's Appendix G as W3C's MathML Core restates them for OpenType.
/// One recursive function a kind of piece returns a box; what a box holds lies together in the flat list and is moved
/// by range. Lengths are thousandths of an em.
///
/// Breaking: a function that takes `available` keeps within that width by breaking lines; 0 never breaks.
class Typesetter final
{
public:
    explicit Typesetter(MathFont& font);

    /// Uses up the typesetter.
    DisplayList set(const notation::Tree& tree, double available);

private:
    struct Atom;
    struct RowState;
    struct Position;
    class GroupScope;

    // Primitives: Typesetter.cpp
    double scaleOf(MathStyle style) const { return m_list.scales[style.level]; }
    MathBox begin() const;
    void finish(MathBox& box) const;
    Position position() const;
    void rewind(const Position& position);
    void put(GlyphId id, double x, double y, MathStyle style);
    void putRule(double x, double y, double width, double height);
    void move(const MathBox& box, double dx, double dy);
    void centreOnAxis(MathBox& box, MathStyle style);
    MathBox glyphBox(GlyphId id, MathStyle style);
    MathBox characterBox(char32_t character, MathStyle style);
    MathBox wordBox(const std::u32string& word, MathStyle style);
    void appendShaped(MathBox& box, const std::u32string& run, MathStyle style);
    void appendDrawing(MathBox& box, const std::u32string& run, MathStyle style);
    MathBox stretched(char32_t character, double size, MathStyle style);
    MathBox assembled(const GlyphConstruction& construction, double size, MathStyle style);
    double distanceFromAxis(const MathBox& box, MathStyle style) const;
    double delimiterSize(const MathBox& body, MathStyle style) const;
    MathBox delimiter(char32_t character, double size, MathStyle style);

    // Pieces: Typesetter.cpp and TypesetStructures.cpp
    MathBox lay(const notation::Tree& tree, MathStyle style);
    MathBox layWithin(const notation::Tree& tree, MathStyle style, double available);
    MathBox layBroken(const notation::Tree& tree, MathStyle style, double available);
    MathBox layEmpty() const;
    MathBox layIdentifier(const notation::Identifier& identifier, MathStyle style);
    MathBox layNumber(const notation::Number& number, MathStyle style);
    MathBox layFunctionName(const notation::FunctionName& name, MathStyle style);
    MathBox layWords(const std::string& text, MathStyle style);
    MathBox layAnchored(const notation::Anchored& anchored, MathStyle style, double available);
    MathBox layPlaceholder(const notation::Placeholder& placeholder, MathStyle style);
    MathBox layFraction(const notation::Fraction& fraction, MathStyle style, double available);
    MathBox layRoot(const notation::Root& root, MathStyle style, double available);
    MathBox layFence(const notation::Fence& fence, MathStyle style);
    MathBox layScripts(const notation::Scripts& scripts, MathStyle style);
    MathBox attachScripts(const MathBox& base, bool character, const notation::Scripts& scripts, MathStyle style);
    MathBox layLargeOperator(const notation::LargeOperator& large, MathStyle style);
    MathBox largeSign(notation::LargeSign sign, MathStyle style);
    MathBox layAccent(const notation::Accent& accent, MathStyle style);
    MathBox overlined(const notation::Tree& base, MathStyle style);

    // Rows and their breaking: TypesetRows.cpp
    MathBox layRow(const notation::Tree& tree, MathStyle style, bool afterOrdinary = false);
    MathBox layBrokenRow(const notation::Tree& tree, MathStyle style, double available, bool afterOrdinary = false);
    void collect(const notation::Tree& tree, RowState& row);
    void collectWords(const notation::Words& words, RowState& row);
    void collectFence(const notation::Fence& fence, RowState& row);
    void collectAtom(const notation::Tree& tree, RowState& row);
    void collectOperator(const notation::Operator& sign, RowState& row);
    void addAtom(Atom atom, RowState& row);
    static void resolveSigns(RowState& row);
    void addSpaces(RowState& row) const;
    MathBox placeInOneLine(const RowState& row);
    MathBox placeInLines(const RowState& row, double available);
    double hangingIndent(const RowState& row, double available) const;
    void assignLine(const MathBox& box, std::uint32_t line);

    // Tables: TypesetTables.cpp
    struct Table;
    struct Cell;
    MathBox layMatrix(const notation::Matrix& matrix, MathStyle style);
    MathBox layCases(const notation::Cases& cases, MathStyle style, double available);
    MathBox layAligned(const notation::Aligned& aligned, MathStyle style, double available);
    MathBox layCondition(const notation::Tree& condition, MathStyle style, double available);
    double tableDelimiterSize(const MathBox& body, MathStyle style) const;
    MathBox placeTable(Table& table, MathStyle style);
    double measuredWidth(const notation::Tree& tree, MathStyle style);
    double tailBehindPoint(const notation::Tree& tree, MathStyle style);

    // Groups: Typesetter.cpp
    void findFragments();

    MathFont& m_font;
    DisplayList m_list;
    std::vector<std::uint32_t> m_glyphLines; ///< beside m_list.glyphs: 0 until a row is broken around it
    std::vector<std::uint32_t> m_ruleLines; ///< beside m_list.rules
    std::unordered_map<std::u32string, GlyphId> m_drawings;
    std::uint32_t m_group = DisplayList::noGroup;
    std::uint32_t m_lineCount = 0;
};

} // namespace formulens
