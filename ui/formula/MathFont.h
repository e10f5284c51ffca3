// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QPainterPath>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct hb_font_t;

namespace formulens {

/// A glyph's position in the font file; 0 is the font's "missing" box.
using GlyphId = std::uint16_t;

/// In font units (1000 an em), y upwards: the ink runs from left to right and from -depth to height.
struct GlyphMetrics
{
    float advance = 0;
    float left = 0;
    float right = 0;
    float height = 0;
    float depth = 0;
    float italic = 0; ///< italic correction
    float accent = 0; ///< where an accent above is attached, from the origin
};

/// The font's MathConstants (OpenType specification, MATH table), in font units; names as in the specification.
struct MathConstants
{
    double scriptScale = 0.7; ///< a ratio
    double scriptScriptScale = 0.5; ///< a ratio
    double displayOperatorMinHeight = 0;
    double axisHeight = 0;
    double accentBaseHeight = 0;
    double subscriptShiftDown = 0;
    double subscriptTopMax = 0;
    double subscriptBaselineDropMin = 0;
    double superscriptShiftUp = 0;
    double superscriptShiftUpCramped = 0;
    double superscriptBottomMin = 0;
    double superscriptBaselineDropMax = 0;
    double subSuperscriptGapMin = 0;
    double superscriptBottomMaxWithSubscript = 0;
    double spaceAfterScript = 0;
    double upperLimitGapMin = 0;
    double upperLimitBaselineRiseMin = 0;
    double lowerLimitGapMin = 0;
    double lowerLimitBaselineDropMin = 0;
    double fractionNumeratorShiftUp = 0;
    double fractionNumeratorDisplayStyleShiftUp = 0;
    double fractionDenominatorShiftDown = 0;
    double fractionDenominatorDisplayStyleShiftDown = 0;
    double fractionNumeratorGapMin = 0;
    double fractionNumDisplayStyleGapMin = 0;
    double fractionRuleThickness = 0;
    double fractionDenominatorGapMin = 0;
    double fractionDenomDisplayStyleGapMin = 0;
    double overbarVerticalGap = 0;
    double overbarRuleThickness = 0;
    double overbarExtraAscender = 0;
    double radicalVerticalGap = 0;
    double radicalDisplayStyleVerticalGap = 0;
    double radicalRuleThickness = 0;
    double radicalExtraAscender = 0;
    double radicalKernBeforeDegree = 0;
    double radicalKernAfterDegree = 0;
    double radicalDegreeBottomRaise = 0; ///< a ratio
    double minConnectorOverlap = 0; ///< of vertical assemblies
};

/// How a glyph grows: ready-made larger forms, and the parts of which one of any size is put together.
struct GlyphConstruction
{
    struct Variant
    {
        GlyphId glyph = 0;
        double size = 0;
    };
    struct Part
    {
        GlyphId glyph = 0;
        double size = 0;
        double startConnector = 0;
        double endConnector = 0;
        bool extender = false; ///< may be repeated or left out
    };
    std::vector<Variant> variants; ///< ascending
    std::vector<Part> parts; ///< from the bottom upwards
};

enum class GrowthDirection
{
    Horizontal,
    Vertical
};

/// A word set in the font: glyphs from left to right with kerning.
struct ShapedWord
{
    struct Glyph
    {
        GlyphId id = 0;
        float x = 0;
    };
    std::vector<Glyph> glyphs;
    float advance = 0;
};

/// Latin Modern Math, read by HarfBuzz from the program's own resources. Serves every measure that the layout needs and
/// the outlines that exporters need, without any QFont. Caches without locks, hence one instance a thread.
class MathFont final
{
public:
    static constexpr double unitsPerEm = 1000;

    static MathFont& ofThisThread();

    /// The font file; lives as long as the program.
    static QByteArray bytes();

    MathFont();
    ~MathFont();
    MathFont(const MathFont&) = delete;
    MathFont& operator=(const MathFont&) = delete;

    const MathConstants& constants() const { return m_constants; }

    /// 0 where the font has no such character.
    GlyphId glyph(char32_t character);
    const GlyphMetrics& metrics(GlyphId glyph);
    const GlyphConstruction& construction(GlyphId glyph, GrowthDirection direction);

    /// y downwards, in font units.
    const QPainterPath& outline(GlyphId glyph);

    /// Only for characters that the font has.
    const ShapedWord& shaped(const std::u32string& word);

private:
    struct Measured
    {
        GlyphMetrics metrics;
        bool known = false;
    };

    void readConstants();

    struct FontDeleter
    {
        void operator()(hb_font_t* font) const;
    };
    std::unique_ptr<hb_font_t, FontDeleter> m_font;
    MathConstants m_constants;
    std::vector<Measured> m_metrics;
    std::unordered_map<char32_t, GlyphId> m_glyphs;
    std::unordered_map<GlyphId, QPainterPath> m_outlines;
    std::array<std::unordered_map<GlyphId, GlyphConstruction>, 2> m_constructions;
    std::unordered_map<std::u32string, ShapedWord> m_words;
};

} // namespace formulens
