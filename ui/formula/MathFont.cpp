// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/MathFont.h"

#include <QResource>

#include <hb-ot.h>
#include <hb.h>

namespace formulens {

namespace {

/// Words repeat (function names, "if", "otherwise"), so few are ever kept; the limit guards against names by the
/// thousand.
constexpr std::size_t wordsKept = 4096;

QPainterPath& pathOf(void* data)
{
    return *static_cast<QPainterPath*>(data);
}

/// HarfBuzz draws into a QPainterPath; the font's y points up, Qt's down.
struct OutlinePen
{
    OutlinePen()
    {
        using State = hb_draw_state_t;
        hb_draw_funcs_set_move_to_func(
            functions,
            [](hb_draw_funcs_t*, void* path, State*, float x, float y, void*) {
                pathOf(path).moveTo(double(x), -double(y));
            },
            nullptr, nullptr);
        hb_draw_funcs_set_line_to_func(
            functions,
            [](hb_draw_funcs_t*, void* path, State*, float x, float y, void*) {
                pathOf(path).lineTo(double(x), -double(y));
            },
            nullptr, nullptr);
        hb_draw_funcs_set_quadratic_to_func(
            functions,
            [](hb_draw_funcs_t*, void* path, State*, float cx, float cy, float x, float y, void*) {
                pathOf(path).quadTo(double(cx), -double(cy), double(x), -double(y));
            },
            nullptr, nullptr);
        hb_draw_funcs_set_cubic_to_func(
            functions,
            [](hb_draw_funcs_t*, void* path, State*, float ax, float ay, float bx, float by, float x, float y, void*) {
                pathOf(path).cubicTo(double(ax), -double(ay), double(bx), -double(by), double(x), -double(y));
            },
            nullptr, nullptr);
        hb_draw_funcs_set_close_path_func(
            functions, [](hb_draw_funcs_t*, void* path, State*, void*) { pathOf(path).closeSubpath(); }, nullptr,
            nullptr);
        hb_draw_funcs_make_immutable(functions);
    }
    ~OutlinePen() { hb_draw_funcs_destroy(functions); }
    OutlinePen(const OutlinePen&) = delete;
    OutlinePen& operator=(const OutlinePen&) = delete;

    hb_draw_funcs_t* functions = hb_draw_funcs_create();
};

const OutlinePen& outlinePen()
{
    static const OutlinePen pen;
    return pen;
}

hb_direction_t harfbuzz(GrowthDirection direction)
{
    return direction == GrowthDirection::Vertical ? HB_DIRECTION_BTT : HB_DIRECTION_LTR;
}

std::vector<GlyphConstruction::Variant> variantsOf(hb_font_t* font, GlyphId glyph, hb_direction_t direction)
{
    unsigned count = hb_ot_math_get_glyph_variants(font, glyph, direction, 0, nullptr, nullptr);
    std::vector<hb_ot_math_glyph_variant_t> raw(count);
    hb_ot_math_get_glyph_variants(font, glyph, direction, 0, &count, raw.data());
    std::vector<GlyphConstruction::Variant> variants;
    for (const auto& variant : raw)
        variants.push_back({static_cast<GlyphId>(variant.glyph), double(variant.advance)});
    return variants;
}

std::vector<GlyphConstruction::Part> partsOf(hb_font_t* font, GlyphId glyph, hb_direction_t direction)
{
    unsigned count = hb_ot_math_get_glyph_assembly(font, glyph, direction, 0, nullptr, nullptr, nullptr);
    std::vector<hb_ot_math_glyph_part_t> raw(count);
    hb_position_t italics = 0;
    hb_ot_math_get_glyph_assembly(font, glyph, direction, 0, &count, raw.data(), &italics);
    std::vector<GlyphConstruction::Part> parts;
    for (const auto& part : raw)
        parts.push_back(
            {static_cast<GlyphId>(part.glyph), double(part.full_advance), double(part.start_connector_length),
                double(part.end_connector_length), (part.flags & HB_OT_MATH_GLYPH_PART_FLAG_EXTENDER) != 0});
    return parts;
}

} // namespace

MathFont& MathFont::ofThisThread()
{
    thread_local MathFont font;
    return font;
}

QByteArray MathFont::bytes()
{
    // The resource is stored uncompressed, so this is the program's own image in memory and not a copy.
    static const QResource resource(QStringLiteral(":/formulens/fonts/latinmodern-math.otf"));
    return QByteArray::fromRawData(reinterpret_cast<const char*>(resource.data()), resource.size());
}

void MathFont::FontDeleter::operator()(hb_font_t* font) const
{
    hb_font_destroy(font);
}

MathFont::MathFont()
{
    const QByteArray file = bytes();
    hb_blob_t* blob = hb_blob_create(
        file.constData(), static_cast<unsigned>(file.size()), HB_MEMORY_MODE_READONLY, nullptr, nullptr);
    hb_face_t* face = hb_face_create(blob, 0);
    hb_blob_destroy(blob);
    m_font.reset(hb_font_create(face));
    m_metrics.resize(hb_face_get_glyph_count(face) + 1);
    hb_face_destroy(face);
    hb_font_set_scale(m_font.get(), int(unitsPerEm), int(unitsPerEm));
    readConstants();
}

MathFont::~MathFont() = default;

void MathFont::readConstants()
{
    const auto of
        = [this](hb_ot_math_constant_t constant) { return double(hb_ot_math_get_constant(m_font.get(), constant)); };
    const auto ratioOf = [&of](hb_ot_math_constant_t percentage) { return of(percentage) / 100; };
    MathConstants& c = m_constants;
    c.scriptScale = ratioOf(HB_OT_MATH_CONSTANT_SCRIPT_PERCENT_SCALE_DOWN);
    c.scriptScriptScale = ratioOf(HB_OT_MATH_CONSTANT_SCRIPT_SCRIPT_PERCENT_SCALE_DOWN);
    c.displayOperatorMinHeight = of(HB_OT_MATH_CONSTANT_DISPLAY_OPERATOR_MIN_HEIGHT);
    c.axisHeight = of(HB_OT_MATH_CONSTANT_AXIS_HEIGHT);
    c.accentBaseHeight = of(HB_OT_MATH_CONSTANT_ACCENT_BASE_HEIGHT);
    c.subscriptShiftDown = of(HB_OT_MATH_CONSTANT_SUBSCRIPT_SHIFT_DOWN);
    c.subscriptTopMax = of(HB_OT_MATH_CONSTANT_SUBSCRIPT_TOP_MAX);
    c.subscriptBaselineDropMin = of(HB_OT_MATH_CONSTANT_SUBSCRIPT_BASELINE_DROP_MIN);
    c.superscriptShiftUp = of(HB_OT_MATH_CONSTANT_SUPERSCRIPT_SHIFT_UP);
    c.superscriptShiftUpCramped = of(HB_OT_MATH_CONSTANT_SUPERSCRIPT_SHIFT_UP_CRAMPED);
    c.superscriptBottomMin = of(HB_OT_MATH_CONSTANT_SUPERSCRIPT_BOTTOM_MIN);
    c.superscriptBaselineDropMax = of(HB_OT_MATH_CONSTANT_SUPERSCRIPT_BASELINE_DROP_MAX);
    c.subSuperscriptGapMin = of(HB_OT_MATH_CONSTANT_SUB_SUPERSCRIPT_GAP_MIN);
    c.superscriptBottomMaxWithSubscript = of(HB_OT_MATH_CONSTANT_SUPERSCRIPT_BOTTOM_MAX_WITH_SUBSCRIPT);
    c.spaceAfterScript = of(HB_OT_MATH_CONSTANT_SPACE_AFTER_SCRIPT);
    c.upperLimitGapMin = of(HB_OT_MATH_CONSTANT_UPPER_LIMIT_GAP_MIN);
    c.upperLimitBaselineRiseMin = of(HB_OT_MATH_CONSTANT_UPPER_LIMIT_BASELINE_RISE_MIN);
    c.lowerLimitGapMin = of(HB_OT_MATH_CONSTANT_LOWER_LIMIT_GAP_MIN);
    c.lowerLimitBaselineDropMin = of(HB_OT_MATH_CONSTANT_LOWER_LIMIT_BASELINE_DROP_MIN);
    c.fractionNumeratorShiftUp = of(HB_OT_MATH_CONSTANT_FRACTION_NUMERATOR_SHIFT_UP);
    c.fractionNumeratorDisplayStyleShiftUp = of(HB_OT_MATH_CONSTANT_FRACTION_NUMERATOR_DISPLAY_STYLE_SHIFT_UP);
    c.fractionDenominatorShiftDown = of(HB_OT_MATH_CONSTANT_FRACTION_DENOMINATOR_SHIFT_DOWN);
    c.fractionDenominatorDisplayStyleShiftDown = of(HB_OT_MATH_CONSTANT_FRACTION_DENOMINATOR_DISPLAY_STYLE_SHIFT_DOWN);
    c.fractionNumeratorGapMin = of(HB_OT_MATH_CONSTANT_FRACTION_NUMERATOR_GAP_MIN);
    c.fractionNumDisplayStyleGapMin = of(HB_OT_MATH_CONSTANT_FRACTION_NUM_DISPLAY_STYLE_GAP_MIN);
    c.fractionRuleThickness = of(HB_OT_MATH_CONSTANT_FRACTION_RULE_THICKNESS);
    c.fractionDenominatorGapMin = of(HB_OT_MATH_CONSTANT_FRACTION_DENOMINATOR_GAP_MIN);
    c.fractionDenomDisplayStyleGapMin = of(HB_OT_MATH_CONSTANT_FRACTION_DENOM_DISPLAY_STYLE_GAP_MIN);
    c.overbarVerticalGap = of(HB_OT_MATH_CONSTANT_OVERBAR_VERTICAL_GAP);
    c.overbarRuleThickness = of(HB_OT_MATH_CONSTANT_OVERBAR_RULE_THICKNESS);
    c.overbarExtraAscender = of(HB_OT_MATH_CONSTANT_OVERBAR_EXTRA_ASCENDER);
    c.radicalVerticalGap = of(HB_OT_MATH_CONSTANT_RADICAL_VERTICAL_GAP);
    c.radicalDisplayStyleVerticalGap = of(HB_OT_MATH_CONSTANT_RADICAL_DISPLAY_STYLE_VERTICAL_GAP);
    c.radicalRuleThickness = of(HB_OT_MATH_CONSTANT_RADICAL_RULE_THICKNESS);
    c.radicalExtraAscender = of(HB_OT_MATH_CONSTANT_RADICAL_EXTRA_ASCENDER);
    c.radicalKernBeforeDegree = of(HB_OT_MATH_CONSTANT_RADICAL_KERN_BEFORE_DEGREE);
    c.radicalKernAfterDegree = of(HB_OT_MATH_CONSTANT_RADICAL_KERN_AFTER_DEGREE);
    c.radicalDegreeBottomRaise = ratioOf(HB_OT_MATH_CONSTANT_RADICAL_DEGREE_BOTTOM_RAISE_PERCENT);
    c.minConnectorOverlap = double(hb_ot_math_get_min_connector_overlap(m_font.get(), HB_DIRECTION_BTT));
}

GlyphId MathFont::glyph(char32_t character)
{
    const auto known = m_glyphs.find(character);
    if (known != m_glyphs.end())
        return known->second;
    hb_codepoint_t glyph = 0;
    hb_font_get_nominal_glyph(m_font.get(), character, &glyph);
    return m_glyphs.emplace(character, static_cast<GlyphId>(glyph)).first->second;
}

const GlyphMetrics& MathFont::metrics(GlyphId glyph)
{
    Measured& entry = m_metrics[std::min<std::size_t>(glyph, m_metrics.size() - 1)];
    if (entry.known)
        return entry.metrics;
    GlyphMetrics& metrics = entry.metrics;
    metrics.advance = float(hb_font_get_glyph_h_advance(m_font.get(), glyph));
    hb_glyph_extents_t extents;
    if (hb_font_get_glyph_extents(m_font.get(), glyph, &extents)) {
        metrics.left = float(extents.x_bearing);
        metrics.right = float(extents.x_bearing + extents.width);
        metrics.height = float(extents.y_bearing);
        metrics.depth = float(-(extents.y_bearing + extents.height));
    }
    metrics.italic = float(hb_ot_math_get_glyph_italics_correction(m_font.get(), glyph));
    metrics.accent = float(hb_ot_math_get_glyph_top_accent_attachment(m_font.get(), glyph));
    entry.known = true;
    return metrics;
}

const GlyphConstruction& MathFont::construction(GlyphId glyph, GrowthDirection direction)
{
    auto& cache = m_constructions[static_cast<std::size_t>(direction)];
    const auto known = cache.find(glyph);
    if (known != cache.end())
        return known->second;
    const hb_direction_t way = harfbuzz(direction);
    GlyphConstruction construction{variantsOf(m_font.get(), glyph, way), partsOf(m_font.get(), glyph, way)};
    return cache.emplace(glyph, std::move(construction)).first->second;
}

const QPainterPath& MathFont::outline(GlyphId glyph)
{
    const auto known = m_outlines.find(glyph);
    if (known != m_outlines.end())
        return known->second;
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    hb_font_get_glyph_shape(m_font.get(), glyph, outlinePen().functions, &path);
    return m_outlines.emplace(glyph, std::move(path)).first->second;
}

const ShapedWord& MathFont::shaped(const std::u32string& word)
{
    const auto known = m_words.find(word);
    if (known != m_words.end())
        return known->second;
    if (m_words.size() >= wordsKept)
        m_words.clear();
    hb_buffer_t* buffer = hb_buffer_create();
    hb_buffer_add_utf32(buffer, reinterpret_cast<const std::uint32_t*>(word.data()), int(word.size()), 0, -1);
    hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, HB_SCRIPT_LATIN);
    hb_shape(m_font.get(), buffer, nullptr, 0);
    unsigned count = 0;
    const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
    ShapedWord shaped;
    for (unsigned i = 0; i < count; ++i) {
        shaped.glyphs.push_back(
            {static_cast<GlyphId>(infos[i].codepoint), shaped.advance + float(positions[i].x_offset)});
        shaped.advance += float(positions[i].x_advance);
    }
    hb_buffer_destroy(buffer);
    return m_words.emplace(word, std::move(shaped)).first->second;
}

} // namespace formulens
