// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/Typesetter.h"

#include <algorithm>

// Which part of the plane each group covers, line by line, once everything is in its place.
namespace formulens {

namespace {

/// What a pointer can hit of a small sign such as a minus: at least the height of a small letter.
constexpr float leastReachAbove = 450;
constexpr float leastReachBelow = 50;

constexpr std::uint32_t none = 0xFFFFFFFF;

using Fragment = DisplayList::Fragment;

/// Fragments while they are being found: each group's are chained, the newest first.
class FragmentFinder final
{
public:
    explicit FragmentFinder(std::size_t groups) : m_newest(groups, none) { }

    void add(std::uint32_t group, std::uint32_t line, const Fragment& part)
    {
        for (std::uint32_t i = m_newest[group]; i != none; i = m_chained[i].previous)
            if (m_chained[i].line == line) {
                unite(m_chained[i].fragment, part);
                return;
            }
        m_chained.push_back({part, line, m_newest[group]});
        m_chained.back().fragment.group = group;
        m_newest[group] = static_cast<std::uint32_t>(m_chained.size() - 1);
    }

    /// Parents stand before their children, so from the back every group is complete when it is handed up.
    void addToParents(const std::vector<DisplayList::Group>& groups)
    {
        for (std::size_t group = groups.size(); group-- > 0;) {
            if (groups[group].parent == DisplayList::noGroup)
                continue;
            for (std::uint32_t i = m_newest[group]; i != none; i = m_chained[i].previous) {
                const Chained child = m_chained[i];
                add(groups[group].parent, child.line, child.fragment);
            }
        }
    }

    std::vector<Fragment> inOrder() const
    {
        std::vector<Fragment> fragments;
        fragments.reserve(m_chained.size());
        std::vector<Fragment> ofGroup;
        for (std::uint32_t newest : m_newest) {
            ofGroup.clear();
            for (std::uint32_t i = newest; i != none; i = m_chained[i].previous)
                ofGroup.push_back(m_chained[i].fragment);
            std::ranges::sort(ofGroup, {}, &Fragment::top);
            fragments.insert(fragments.end(), ofGroup.begin(), ofGroup.end());
        }
        return fragments;
    }

private:
    struct Chained
    {
        Fragment fragment;
        std::uint32_t line = 0;
        std::uint32_t previous = none;
    };

    static void unite(Fragment& all, const Fragment& part)
    {
        all.left = std::min(all.left, part.left);
        all.top = std::min(all.top, part.top);
        all.right = std::max(all.right, part.right);
        all.bottom = std::max(all.bottom, part.bottom);
    }

    std::vector<Chained> m_chained;
    std::vector<std::uint32_t> m_newest; ///< beside the groups
};

Fragment reach(const DisplayList::Glyph& glyph, const GlyphMetrics& metrics, float scale)
{
    Fragment part;
    part.left = glyph.x + scale * std::min(0.0f, metrics.left);
    part.right = glyph.x + scale * std::max(metrics.advance, metrics.right);
    part.top = glyph.y - scale * std::max(leastReachAbove, metrics.height);
    part.bottom = glyph.y + scale * std::max(leastReachBelow, metrics.depth);
    return part;
}

} // namespace

void Typesetter::assignLine(const MathBox& box, std::uint32_t line)
{
    const auto assign = [line](std::uint32_t& current) {
        if (line == 0 || current == 0)
            current = line;
    };
    std::for_each(m_glyphLines.begin() + std::ptrdiff_t(box.firstGlyph),
        m_glyphLines.begin() + std::ptrdiff_t(box.endGlyph), assign);
    std::for_each(
        m_ruleLines.begin() + std::ptrdiff_t(box.firstRule), m_ruleLines.begin() + std::ptrdiff_t(box.endRule), assign);
}

void Typesetter::findFragments()
{
    FragmentFinder finder(m_list.groups.size());
    for (std::size_t i = 0; i < m_list.glyphs.size(); ++i) {
        const DisplayList::Glyph& glyph = m_list.glyphs[i];
        if (glyph.group != DisplayList::noGroup)
            finder.add(glyph.group, m_glyphLines[i],
                reach(glyph, m_list.metrics(glyph, m_font), float(m_list.scales[glyph.level])));
    }
    for (std::size_t i = 0; i < m_list.rules.size(); ++i) {
        const DisplayList::Rule& rule = m_list.rules[i];
        if (rule.group != DisplayList::noGroup)
            finder.add(rule.group, m_ruleLines[i], {0, rule.x, rule.y, rule.x + rule.width, rule.y + rule.height});
    }
    finder.addToParents(m_list.groups);
    m_list.fragments = finder.inOrder();
}

} // namespace formulens
