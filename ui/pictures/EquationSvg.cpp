// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/EquationSvg.h"

#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

namespace {

/// Writes straight into one string: 500 terms are 3,000 elements, and exports go up to 200,000.
class SvgText final
{
public:
    SvgText& operator<<(std::string_view text)
    {
        m_text += text;
        return *this;
    }
    SvgText& operator<<(char character)
    {
        m_text += character;
        return *this;
    }
    SvgText& operator<<(unsigned number)
    {
        m_text += std::to_string(number);
        return *this;
    }
    /// Two decimals are a hundred-thousandth of an em.
    SvgText& operator<<(double number)
    {
        std::array<char, 32> buffer;
        const double rounded = std::round(number * 100) / 100;
        const auto [end, error]
            = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded == 0 ? 0.0 : rounded);
        m_text.append(buffer.data(), end);
        return *this;
    }

    const std::string& text() const { return m_text; }

private:
    std::string m_text;
};

void writeOutline(SvgText& svg, const QPainterPath& path)
{
    const auto point = [&](int i) { svg << path.elementAt(i).x << ' ' << path.elementAt(i).y; };
    for (int i = 0; i < path.elementCount(); ++i) {
        switch (path.elementAt(i).type) {
        case QPainterPath::MoveToElement:
            svg << (i > 0 ? "ZM" : "M");
            point(i);
            break;
        case QPainterPath::LineToElement:
            svg << 'L';
            point(i);
            break;
        case QPainterPath::CurveToElement:
            svg << 'C';
            point(i);
            svg << ' ';
            point(i + 1);
            svg << ' ';
            point(i + 2);
            i += 2;
            break;
        case QPainterPath::CurveToDataElement:
            break;
        }
    }
    svg << 'Z';
}

void writeDefinitions(SvgText& svg, const DisplayList& list)
{
    MathFont& font = MathFont::ofThisThread();
    std::set<GlyphId> written;
    svg << "<defs>\n";
    for (const DisplayList::Glyph& glyph : list.glyphs) {
        if (!written.insert(glyph.id).second)
            continue;
        svg << "<path id=\"g" << unsigned(glyph.id) << "\" d=\"";
        writeOutline(svg, list.outline(glyph, font));
        svg << "\"/>\n";
    }
    svg << "</defs>\n";
}

void writeGlyph(SvgText& svg, const DisplayList::Glyph& glyph, const DisplayList& list)
{
    svg << "<use xlink:href=\"#g" << unsigned(glyph.id);
    if (glyph.level == 0)
        svg << "\" x=\"" << double(glyph.x) << "\" y=\"" << double(glyph.y);
    else
        svg << "\" transform=\"translate(" << double(glyph.x) << ' ' << double(glyph.y) << ")scale("
            << list.scales[glyph.level] << ')';
    svg << "\"/>\n";
}

void writeRule(SvgText& svg, const DisplayList::Rule& rule)
{
    svg << "<rect x=\"" << double(rule.x) << "\" y=\"" << double(rule.y) << "\" width=\"" << double(rule.width)
        << "\" height=\"" << double(rule.height) << "\"/>\n";
}

/// Everything by the group that it belongs to; the last entry is what belongs to none.
struct Contents
{
    explicit Contents(const DisplayList& list)
        : glyphs(list.groups.size() + 1), rules(list.groups.size() + 1), children(list.groups.size() + 1)
    {
        for (const DisplayList::Glyph& glyph : list.glyphs)
            glyphs[slot(glyph.group)].push_back(&glyph);
        for (const DisplayList::Rule& rule : list.rules)
            rules[slot(rule.group)].push_back(&rule);
        for (std::size_t i = 0; i < list.groups.size(); ++i)
            children[slot(list.groups[i].parent)].push_back(i);
    }

    std::size_t slot(std::uint32_t group) const { return group == DisplayList::noGroup ? glyphs.size() - 1 : group; }

    std::vector<std::vector<const DisplayList::Glyph*>> glyphs;
    std::vector<std::vector<const DisplayList::Rule*>> rules;
    std::vector<std::vector<std::size_t>> children;
};

void writeContent(SvgText& svg, const DisplayList& list, const Contents& contents, std::size_t slot)
{
    for (const DisplayList::Glyph* glyph : contents.glyphs[slot])
        writeGlyph(svg, *glyph, list);
    for (const DisplayList::Rule* rule : contents.rules[slot])
        writeRule(svg, *rule);
    for (const std::size_t child : contents.children[slot]) {
        svg << "<g data-anchor=\"" << unsigned(list.groups[child].anchor) << "\">\n";
        writeContent(svg, list, contents, child);
        svg << "</g>\n";
    }
}

} // namespace

QByteArray writeSvg(const DisplayList& list, const SvgPage& page)
{
    const double points = page.emInPoints / MathFont::unitsPerEm;
    const QRectF& frame = page.frame;
    SvgText svg;
    svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" "
           "width=\""
        << frame.width() * points << "pt\" height=\"" << frame.height() * points << "pt\" viewBox=\"" << frame.x()
        << ' ' << frame.y() << ' ' << frame.width() << ' ' << frame.height() << "\">\n";
    writeDefinitions(svg, list);
    if (page.whitePaper)
        svg << "<rect class=\"paper\" x=\"" << frame.x() << "\" y=\"" << frame.y() << "\" width=\"" << frame.width()
            << "\" height=\"" << frame.height() << "\" fill=\"#ffffff\"/>\n";
    svg << "<g fill=\"" << page.ink.name().toStdString() << "\">\n";
    const Contents contents(list);
    writeContent(svg, list, contents, list.groups.size());
    svg << "</g>\n</svg>\n";
    return QByteArray::fromStdString(svg.text());
}

} // namespace formulens
