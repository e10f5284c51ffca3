// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/Typesetter.h"

#include "ui/formula/TypesetterParts.h"

#include <QFont>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QString>

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t mostDrawings = 0x1F00; // ids up to 0xFEFF

/// An assembly that needs more parts than this is of a size that nobody sees.
constexpr int mostRepeats = 2000;

DisplayList::Drawing drawingOf(const QString& text)
{
    QFont font(QStringLiteral("serif"));
    font.setPixelSize(int(MathFont::unitsPerEm));
    DisplayList::Drawing drawing;
    drawing.path.setFillRule(Qt::WindingFill);
    drawing.path.addText(0, 0, font, text);
    const QRectF ink = drawing.path.boundingRect();
    drawing.metrics.advance = float(QFontMetricsF(font).horizontalAdvance(text));
    drawing.metrics.left = float(ink.left());
    drawing.metrics.right = float(ink.right());
    drawing.metrics.height = float(-ink.top());
    drawing.metrics.depth = float(ink.bottom());
    return drawing;
}

/// The length of an assembly whose extenders are repeated so often, with the least overlap.
double assembledSize(const GlyphConstruction& construction, int repeats, double overlap)
{
    double size = 0;
    int count = 0;
    for (const auto& part : construction.parts) {
        const int times = part.extender ? repeats : 1;
        size += times * part.size;
        count += times;
    }
    return size - overlap * std::max(0, count - 1);
}

int partCount(const GlyphConstruction& construction, int repeats)
{
    int count = 0;
    for (const auto& part : construction.parts)
        count += part.extender ? repeats : 1;
    return count;
}

int repeatsFor(const GlyphConstruction& construction, double size, double overlap)
{
    const bool grows = std::ranges::any_of(construction.parts, &GlyphConstruction::Part::extender);
    int repeats = 0;
    while (grows && repeats < mostRepeats && assembledSize(construction, repeats, overlap) < size)
        ++repeats;
    return repeats;
}

} // namespace

Typesetter::Typesetter(MathFont& font) : m_font(font)
{
    m_list.scales = {1, font.constants().scriptScale, font.constants().scriptScriptScale};
}

DisplayList Typesetter::set(const notation::Tree& tree, double available)
{
    const MathBox box = available > 0 ? layBroken(tree, {}, available) : lay(tree, {});
    m_list.box = QRectF(0, -box.height, box.width, box.height + box.depth);
    findFragments();
    return std::move(m_list);
}

MathBox Typesetter::begin() const
{
    MathBox box;
    box.firstGlyph = box.endGlyph = m_list.glyphs.size();
    box.firstRule = box.endRule = m_list.rules.size();
    return box;
}

void Typesetter::finish(MathBox& box) const
{
    box.endGlyph = m_list.glyphs.size();
    box.endRule = m_list.rules.size();
}

Typesetter::Position Typesetter::position() const
{
    return {m_list.glyphs.size(), m_list.rules.size(), m_list.groups.size()};
}

void Typesetter::rewind(const Position& position)
{
    m_list.glyphs.resize(position.glyphs);
    m_list.rules.resize(position.rules);
    m_list.groups.resize(position.groups);
    m_glyphLines.resize(position.glyphs);
    m_ruleLines.resize(position.rules);
}

void Typesetter::put(GlyphId id, double x, double y, MathStyle style)
{
    m_list.glyphs.push_back({.x = float(x), .y = float(y), .group = m_group, .id = id, .level = style.level});
    m_glyphLines.push_back(0);
}

void Typesetter::putRule(double x, double y, double width, double height)
{
    m_list.rules.push_back(
        {.x = float(x), .y = float(y), .width = float(width), .height = float(height), .group = m_group});
    m_ruleLines.push_back(0);
}

void Typesetter::move(const MathBox& box, double dx, double dy)
{
    if (dx == 0 && dy == 0)
        return;
    const auto right = float(dx);
    const auto down = float(dy);
    for (std::size_t i = box.firstGlyph; i < box.endGlyph; ++i) {
        m_list.glyphs[i].x += right;
        m_list.glyphs[i].y += down;
    }
    for (std::size_t i = box.firstRule; i < box.endRule; ++i) {
        m_list.rules[i].x += right;
        m_list.rules[i].y += down;
    }
}

void Typesetter::centreOnAxis(MathBox& box, MathStyle style)
{
    const double down = (box.height - box.depth) / 2 - m_font.constants().axisHeight * scaleOf(style);
    move(box, 0, down);
    box.height -= down;
    box.depth += down;
}

MathBox Typesetter::glyphBox(GlyphId id, MathStyle style)
{
    MathBox box = begin();
    put(id, 0, 0, style);
    finish(box);
    const GlyphMetrics& metrics = m_font.metrics(id);
    const double scale = scaleOf(style);
    box.width = metrics.advance * scale;
    box.height = metrics.height * scale;
    box.depth = metrics.depth * scale;
    box.italic = metrics.italic * scale;
    box.accent = metrics.accent * scale;
    return box;
}

MathBox Typesetter::characterBox(char32_t character, MathStyle style)
{
    const GlyphId id = m_font.glyph(character);
    return id != 0 ? glyphBox(id, style) : wordBox(std::u32string(1, character), style);
}

MathBox Typesetter::wordBox(const std::u32string& word, MathStyle style)
{
    MathBox box = begin();
    for (std::size_t start = 0; start < word.size();) {
        const bool known = m_font.glyph(word[start]) != 0;
        std::size_t end = start + 1;
        while (end < word.size() && (m_font.glyph(word[end]) != 0) == known)
            ++end;
        const std::u32string run = word.substr(start, end - start);
        known ? appendShaped(box, run, style) : appendDrawing(box, run, style);
        start = end;
    }
    finish(box);
    return box;
}

void Typesetter::appendShaped(MathBox& box, const std::u32string& run, MathStyle style)
{
    const ShapedWord& shaped = m_font.shaped(run);
    const double scale = scaleOf(style);
    for (const ShapedWord::Glyph& glyph : shaped.glyphs) {
        const GlyphMetrics& metrics = m_font.metrics(glyph.id);
        if (metrics.right > metrics.left)
            put(glyph.id, box.width + glyph.x * scale, 0, style);
        box.height = std::max(box.height, metrics.height * scale);
        box.depth = std::max(box.depth, metrics.depth * scale);
    }
    box.width += shaped.advance * scale;
}

void Typesetter::appendDrawing(MathBox& box, const std::u32string& run, MathStyle style)
{
    auto known = m_drawings.find(run);
    if (known == m_drawings.end()) {
        // Without a GUI application there are no fonts to ask; the font's own "missing" box says that something is
        // here.
        GlyphId id = 0;
        if (qobject_cast<QGuiApplication*>(QCoreApplication::instance()) && m_list.drawings.size() < mostDrawings) {
            id = static_cast<GlyphId>(DisplayList::firstDrawing + m_list.drawings.size());
            m_list.drawings.push_back(drawingOf(QString::fromStdU32String(run)));
        }
        known = m_drawings.emplace(run, id).first;
    }
    put(known->second, box.width, 0, style);
    const GlyphMetrics& metrics = m_list.metrics(m_list.glyphs.back(), m_font);
    const double scale = scaleOf(style);
    box.height = std::max(box.height, metrics.height * scale);
    box.depth = std::max(box.depth, metrics.depth * scale);
    box.width += metrics.advance * scale;
}

MathBox Typesetter::stretched(char32_t character, double size, MathStyle style)
{
    const GlyphId id = m_font.glyph(character);
    const GlyphConstruction& construction = m_font.construction(id, GrowthDirection::Vertical);
    const double scale = scaleOf(style);
    const auto fits = [&](const GlyphConstruction::Variant& variant) { return variant.size * scale >= size; };
    const auto variant = std::ranges::find_if(construction.variants, fits);
    if (variant != construction.variants.end())
        return glyphBox(variant->glyph, style);
    if (!construction.parts.empty())
        return assembled(construction, size, style);
    return glyphBox(construction.variants.empty() ? id : construction.variants.back().glyph, style);
}

// The extenders are repeated until the parts reach the size with the least overlap allowed; what is then too much is
// spread over all joints, each as far as its connectors allow.
MathBox Typesetter::assembled(const GlyphConstruction& construction, double size, MathStyle style)
{
    const double scale = scaleOf(style);
    const double least = m_font.constants().minConnectorOverlap;
    const int repeats = repeatsFor(construction, size / scale, least);
    const int joints = partCount(construction, repeats) - 1;
    const double surplus = assembledSize(construction, repeats, least) - size / scale;
    const double more = joints > 0 ? std::max(0.0, surplus / joints) : 0;

    MathBox box = begin();
    double top = 0;
    double connector = -1; // of the part below; none yet
    for (const GlyphConstruction::Part& part : construction.parts) {
        for (int i = 0; i < (part.extender ? repeats : 1); ++i) {
            const GlyphMetrics& metrics = m_font.metrics(part.glyph);
            const double overlap
                = connector < 0 ? 0 : std::max(least, std::min({least + more, connector, part.startConnector}));
            const double bottom = top - overlap;
            put(part.glyph, 0, -(bottom + metrics.depth) * scale, style);
            top = bottom + part.size;
            connector = part.endConnector;
            box.width = std::max(box.width, metrics.advance * scale);
        }
    }
    box.height = top * scale;
    finish(box);
    return box;
}

double Typesetter::distanceFromAxis(const MathBox& box, MathStyle style) const
{
    const double axis = m_font.constants().axisHeight * scaleOf(style);
    return std::max(box.height - axis, box.depth + axis);
}

// TeX's \delimiterfactor 901 and \delimitershortfall 5pt.
double Typesetter::delimiterSize(const MathBox& body, MathStyle style) const
{
    const double whole = 2 * distanceFromAxis(body, style);
    return std::max(whole * 0.901, whole - em(0.5) * scaleOf(style));
}

MathBox Typesetter::delimiter(char32_t character, double size, MathStyle style)
{
    MathBox box = stretched(character, size, style);
    centreOnAxis(box, style);
    return box;
}

MathBox Typesetter::lay(const notation::Tree& tree, MathStyle style)
{
    if (!tree)
        return layEmpty();
    return std::visit(Overloaded{
                          [&](const notation::Row&) { return layRow(tree, style); },
                          [&](const notation::Identifier& piece) { return layIdentifier(piece, style); },
                          [&](const notation::Number& piece) { return layNumber(piece, style); },
                          [&](const notation::Operator& piece) { return characterBox(characterOf(piece.sign), style); },
                          [&](const notation::FunctionName& piece) { return layFunctionName(piece, style); },
                          [&](const notation::Fraction& piece) { return layFraction(piece, style, 0); },
                          [&](const notation::Root& piece) { return layRoot(piece, style, 0); },
                          [&](const notation::Scripts& piece) { return layScripts(piece, style); },
                          [&](const notation::Fence& piece) { return layFence(piece, style); },
                          [&](const notation::LargeOperator& piece) { return layLargeOperator(piece, style); },
                          [&](const notation::Accent& piece) { return layAccent(piece, style); },
                          [&](const notation::Matrix& piece) { return layMatrix(piece, style); },
                          [&](const notation::Cases& piece) { return layCases(piece, style, 0); },
                          [&](const notation::Aligned& piece) { return layAligned(piece, style, 0); },
                          [&](const notation::Words& piece) { return layWords(piece.text, style); },
                          [&](const notation::Space& piece) {
                              MathBox box = begin();
                              box.width = em(piece.em) * scaleOf(style);
                              return box;
                          },
                          [&](const notation::Anchored& piece) { return layAnchored(piece, style, 0); },
                          [&](const notation::Placeholder& piece) { return layPlaceholder(piece, style); },
                      },
        tree->piece);
}

MathBox Typesetter::layWithin(const notation::Tree& tree, MathStyle style, double available)
{
    const Position start = position();
    const MathBox box = lay(tree, style);
    if (available <= 0 || box.width <= available)
        return box;
    rewind(start);
    return layBroken(tree, style, available);
}

MathBox Typesetter::layBroken(const notation::Tree& tree, MathStyle style, double available)
{
    if (!tree)
        return layEmpty();
    if (const auto* fraction = pieceIf<notation::Fraction>(tree))
        return layFraction(*fraction, style, available);
    if (const auto* root = pieceIf<notation::Root>(tree))
        return layRoot(*root, style, available);
    if (const auto* cases = pieceIf<notation::Cases>(tree))
        return layCases(*cases, style, available);
    if (const auto* aligned = pieceIf<notation::Aligned>(tree))
        return layAligned(*aligned, style, available);
    if (const auto* anchored = pieceIf<notation::Anchored>(tree))
        return layAnchored(*anchored, style, available);
    return layBrokenRow(tree, style, available);
}

MathBox Typesetter::layEmpty() const
{
    return begin();
}

MathBox Typesetter::layAnchored(const notation::Anchored& anchored, MathStyle style, double available)
{
    const GroupScope scope(*this, anchored.anchor);
    return available > 0 ? layBroken(anchored.body, style, available) : lay(anchored.body, style);
}

MathBox Typesetter::layPlaceholder(const notation::Placeholder& placeholder, MathStyle style)
{
    const GroupScope scope(*this, placeholder.anchor, true);
    return layWords(placeholder.text, style);
}

MathBox Typesetter::layIdentifier(const notation::Identifier& identifier, MathStyle style)
{
    std::u32string letters = QString::fromStdString(identifier.text).toStdU32String();
    for (char32_t& letter : letters) {
        const char32_t mapped = mathematicalLetter(letter, identifier.alphabet);
        if (m_font.glyph(mapped) != 0)
            letter = mapped;
    }
    return letters.size() == 1 ? characterBox(letters.front(), style) : wordBox(letters, style);
}

MathBox Typesetter::layNumber(const notation::Number& number, MathStyle style)
{
    const Numeral& numeral = number.numeral;
    MathBox box = begin();
    const auto append = [&](const MathBox& part, double raise) {
        move(part, box.width, -raise);
        box.width += part.width;
        box.height = std::max(box.height, part.height + raise);
        box.depth = std::max(box.depth, part.depth - raise);
    };
    if (numeral.negative)
        append(characterBox(characterOf(notation::OperatorSign::Minus), style), 0);
    if (numeral.mantissa == "inf")
        append(characterBox(U'\u221E', style), 0);
    else if (numeral.mantissa == "nan")
        append(wordBox(U"NaN", style), 0);
    else
        for (const char digit : numeral.mantissa)
            append(characterBox(static_cast<unsigned char>(digit), style), 0);
    if (numeral.exponent != 0) {
        const double space = em(spaceBetween(AtomClass::Ordinary, AtomClass::Binary, style.spacing())) * scaleOf(style);
        box.width += space;
        append(characterBox(U'\u00D7', style), 0);
        box.width += space;
        notation::Scripts power;
        power.base = notation::tree(notation::Number{Numeral{false, "10", 0}});
        power.superscript = notation::tree(
            notation::Number{Numeral{numeral.exponent < 0, std::to_string(std::abs(numeral.exponent)), 0}});
        append(layScripts(power, style), 0);
    }
    finish(box);
    return box;
}

MathBox Typesetter::layFunctionName(const notation::FunctionName& name, MathStyle style)
{
    return layWords(name.text, style);
}

MathBox Typesetter::layWords(const std::string& text, MathStyle style)
{
    return wordBox(QString::fromStdString(text).toStdU32String(), style);
}

} // namespace formulens
