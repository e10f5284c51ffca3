// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/Typesetter.h"
#include "ui/formula/TypesetterParts.h"

#include <algorithm>

// Fractions, roots, fences, scripts, large operators, accents. Sections named are of W3C's MathML Core.
namespace formulens {

namespace {

/// TeX's \nulldelimiterspace of 1.2pt, on either side of a fraction and where a delimiter is left out.
constexpr double nullDelimiterSpace = 0.12;

/// A subscript alone sits higher than one below a superscript (TeX's sub1); the font has the latter only.
constexpr double loneSubscriptShiftDown = 150;

/// What is under a bar or a root is broken no narrower than this.
constexpr double leastBrokenWidth = 8;

char32_t characterOf(notation::AccentMark mark)
{
    switch (mark) {
    case notation::AccentMark::Hat:
        return U'\u0302';
    case notation::AccentMark::Bar:
        return U'\u0304';
    case notation::AccentMark::Tilde:
        return U'\u0303';
    case notation::AccentMark::Dot:
        return U'\u0307';
    }
    return 0;
}

double reduced(double available, double by)
{
    return available > 0 ? std::max(em(leastBrokenWidth), available - by) : 0;
}

/// Whether scripts sit by the font's fixed shifts (characters), or by the base's own height (everything else).
bool isCharacters(const notation::Tree& tree)
{
    const notation::Tree& base = withoutAnchors(tree);
    return pieceIf<notation::Identifier>(base) || pieceIf<notation::FunctionName>(base)
        || pieceIf<notation::Number>(base) || pieceIf<notation::Words>(base) || pieceIf<notation::Operator>(base);
}

} // namespace

// 3.3.2 Fractions
MathBox Typesetter::layFraction(const notation::Fraction& fraction, MathStyle style, double available)
{
    const MathConstants& c = m_font.constants();
    const double scale = scaleOf(style);
    const double side = em(nullDelimiterSpace) * scale;
    MathBox box = begin();
    const double inside = reduced(available, 2 * side);
    const MathBox numerator = layWithin(fraction.numerator, style.numerator(), inside);
    const MathBox denominator = layWithin(fraction.denominator, style.denominator(), inside);

    const double axis = c.axisHeight * scale;
    const double rule = c.fractionRuleThickness * scale;
    const double up
        = std::max(scale * (style.display ? c.fractionNumeratorDisplayStyleShiftUp : c.fractionNumeratorShiftUp),
            axis + rule / 2 + numerator.depth
                + scale * (style.display ? c.fractionNumDisplayStyleGapMin : c.fractionNumeratorGapMin));
    const double down = std::max(
        scale * (style.display ? c.fractionDenominatorDisplayStyleShiftDown : c.fractionDenominatorShiftDown),
        -axis + rule / 2 + denominator.height
            + scale * (style.display ? c.fractionDenomDisplayStyleGapMin : c.fractionDenominatorGapMin));
    const double width = std::max(numerator.width, denominator.width);
    move(numerator, side + (width - numerator.width) / 2, -up);
    move(denominator, side + (width - denominator.width) / 2, down);
    putRule(side, -axis - rule / 2, width, rule);
    finish(box);
    box.width = width + 2 * side;
    box.height = up + numerator.height;
    box.depth = down + denominator.depth;
    assignLine(box, 0);
    return box;
}

// 3.3.3 Radicals. Half of what the sign is too tall goes into the gap above the radicand.
MathBox Typesetter::layRoot(const notation::Root& root, MathStyle style, double available)
{
    const MathConstants& c = m_font.constants();
    const double scale = scaleOf(style);
    MathBox box = begin();
    MathBox degree = root.degree ? lay(root.degree, MathStyle{2, false, true}) : layEmpty();
    const MathBox radicand = layWithin(root.radicand, style.crampedSelf(), reduced(available, em(1)));
    const double rule = c.radicalRuleThickness * scale;
    double gap = scale * (style.display ? c.radicalDisplayStyleVerticalGap : c.radicalVerticalGap);
    const double wanted = radicand.height + radicand.depth + gap + rule;
    const MathBox sign = stretched(U'\u221A', wanted, style);
    const double signSize = sign.height + sign.depth;
    gap += std::max(0.0, signSize - wanted) / 2;
    const double top = radicand.height + gap + rule;

    double x = 0;
    if (root.degree) {
        const double bottomToBaseline = signSize - top;
        const double raise = c.radicalDegreeBottomRaise * signSize - bottomToBaseline + degree.depth;
        const double before = c.radicalKernBeforeDegree * scale;
        move(degree, before, -raise);
        x = std::max(0.0, before + degree.width + c.radicalKernAfterDegree * scale);
        box.height = raise + degree.height;
    }
    move(sign, x, sign.height - top);
    x += sign.width;
    move(radicand, x, 0);
    putRule(x, -top, radicand.width, rule);
    finish(box);
    box.width = x + radicand.width;
    box.height = std::max(box.height, top + c.radicalExtraAscender * scale);
    box.depth = std::max(radicand.depth, signSize - top);
    assignLine(box, 0);
    return box;
}

MathBox Typesetter::layFence(const notation::Fence& fence, MathStyle style)
{
    MathBox box = begin();
    const MathBox body = lay(fence.body, style);
    const auto side = [&](char32_t character) {
        if (character == 0) {
            box.width += em(nullDelimiterSpace) * scaleOf(style);
            return;
        }
        const MathBox sign = delimiter(character, delimiterSize(body, style), style);
        move(sign, box.width, 0);
        box.width += sign.width;
        box.height = std::max(box.height, sign.height);
        box.depth = std::max(box.depth, sign.depth);
    };
    side(openingCharacter(fence.left));
    move(body, box.width, 0);
    box.width += body.width;
    side(closingCharacter(fence.right));
    box.height = std::max(box.height, body.height);
    box.depth = std::max(box.depth, body.depth);
    finish(box);
    return box;
}

MathBox Typesetter::layScripts(const notation::Scripts& scripts, MathStyle style)
{
    return attachScripts(lay(scripts.base, style), isCharacters(scripts.base), scripts, style);
}

// 3.4.1 Subscripts and superscripts; TeX's rules 18a to 18f.
MathBox Typesetter::attachScripts(
    const MathBox& base, bool character, const notation::Scripts& scripts, MathStyle style)
{
    const MathConstants& c = m_font.constants();
    const double scale = scaleOf(style);
    const bool hasSuper = scripts.superscript != nullptr;
    const bool hasSub = scripts.subscript != nullptr;
    const MathBox sub = hasSub ? lay(scripts.subscript, style.subscript()) : layEmpty();
    const MathBox super = hasSuper ? lay(scripts.superscript, style.superscript()) : layEmpty();

    double up = character ? 0 : base.height - c.superscriptBaselineDropMax * scale;
    double down = character ? 0 : base.depth + c.subscriptBaselineDropMin * scale;
    if (hasSuper)
        up = std::max({up, scale * (style.cramped ? c.superscriptShiftUpCramped : c.superscriptShiftUp),
            c.superscriptBottomMin * scale + super.depth});
    if (hasSub)
        down = std::max(down, scale * (hasSuper ? c.subscriptShiftDown : loneSubscriptShiftDown));
    if (hasSub && !hasSuper)
        down = std::max(down, sub.height - c.subscriptTopMax * scale);
    if (hasSub && hasSuper) {
        const double gap = (up - super.depth) - (sub.height - down);
        const double missing = std::max(0.0, c.subSuperscriptGapMin * scale - gap);
        const double room = c.superscriptBottomMaxWithSubscript * scale - (up - super.depth);
        const double raise = std::clamp(room, 0.0, missing);
        up += raise;
        down += missing - raise;
    }

    MathBox box = base;
    const double superAt = base.width + base.italic;
    if (hasSuper)
        move(super, superAt, -up);
    if (hasSub)
        move(sub, base.width, down);
    finish(box);
    const double end = std::max(hasSuper ? superAt + super.width : 0, hasSub ? base.width + sub.width : 0);
    box.width = std::max(base.width, end + c.spaceAfterScript * scale);
    box.height = std::max(base.height, hasSuper ? up + super.height : 0);
    box.depth = std::max(base.depth, hasSub ? down + sub.depth : 0);
    box.italic = 0;
    box.accent = std::nullopt;
    return box;
}

MathBox Typesetter::largeSign(notation::LargeSign sign, MathStyle style)
{
    const char32_t character = formulens::characterOf(sign);
    MathBox box = style.display ? stretched(character, m_font.constants().displayOperatorMinHeight, style)
                                : characterBox(character, style);
    centreOnAxis(box, style);
    return box;
}

// 3.4.4 Limits below and above in display style; beside the sign elsewhere, and always for an integral.
MathBox Typesetter::layLargeOperator(const notation::LargeOperator& large, MathStyle style)
{
    MathBox sign = largeSign(large.sign, style);
    const bool integral = large.sign == notation::LargeSign::Integral;
    if (!large.below && !large.above)
        return sign;
    if (!style.display || integral) {
        // The lower limit of an integral keeps to the sign's foot: to the left by the italic correction.
        sign.width -= sign.italic;
        const notation::Scripts limits{.base = nullptr, .subscript = large.below, .superscript = large.above};
        return attachScripts(sign, false, limits, style);
    }
    const MathConstants& c = m_font.constants();
    const double scale = scaleOf(style);
    MathBox box = sign;
    const MathBox below = lay(large.below, style.subscript());
    const MathBox above = lay(large.above, style.superscript());
    box.width = std::max({sign.width, below.width, above.width});
    move(sign, (box.width - sign.width) / 2, 0);
    if (large.above) {
        const double up
            = sign.height + std::max(c.upperLimitGapMin * scale + above.depth, c.upperLimitBaselineRiseMin * scale);
        move(above, (box.width - above.width) / 2 + sign.italic / 2, -up);
        box.height = up + above.height;
    }
    if (large.below) {
        const double down
            = sign.depth + std::max(c.lowerLimitGapMin * scale + below.height, c.lowerLimitBaselineDropMin * scale);
        move(below, (box.width - below.width) / 2 - sign.italic / 2, down);
        box.depth = down + below.depth;
    }
    box.italic = 0;
    finish(box);
    return box;
}

// 3.4.3 Accents over. A bar over more than one letter is a rule, a hat or tilde grows as far as the base.
MathBox Typesetter::layAccent(const notation::Accent& accent, MathStyle style)
{
    const notation::Tree& core = withoutAnchors(accent.base);
    const auto* identifier = pieceIf<notation::Identifier>(core);
    const bool letter = identifier && QString::fromStdString(identifier->text).toUcs4().size() == 1;
    if (accent.mark == notation::AccentMark::Bar && !letter)
        return overlined(accent.base, style);

    const double scale = scaleOf(style);
    MathBox box = begin();
    const MathBox base = lay(accent.base, style.crampedSelf());
    GlyphId mark = m_font.glyph(characterOf(accent.mark));
    if (!letter)
        for (const auto& variant : m_font.construction(mark, GrowthDirection::Horizontal).variants)
            if (variant.size * scale <= base.width)
                mark = variant.glyph;
    const GlyphMetrics& metrics = m_font.metrics(mark);
    const double lift = base.height - std::min(base.height, m_font.constants().accentBaseHeight * scale);
    put(mark, base.accent.value_or(base.width / 2) - metrics.accent * scale, -lift, style);
    finish(box);
    box.width = base.width;
    box.height = std::max(base.height, lift + metrics.height * scale);
    box.depth = base.depth;
    box.italic = base.italic;
    return box;
}

MathBox Typesetter::overlined(const notation::Tree& base, MathStyle style)
{
    const MathConstants& c = m_font.constants();
    const double scale = scaleOf(style);
    MathBox box = lay(base, style.crampedSelf());
    const double top = box.height + (c.overbarVerticalGap + c.overbarRuleThickness) * scale;
    putRule(0, -top, box.width, c.overbarRuleThickness * scale);
    finish(box);
    box.height = top + c.overbarExtraAscender * scale;
    return box;
}

} // namespace formulens
