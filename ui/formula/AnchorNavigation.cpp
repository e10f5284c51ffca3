// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/AnchorNavigation.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

using Fragment = DisplayList::Fragment;

const Fragment* firstFragment(const DisplayList& list, std::uint32_t group)
{
    const auto found = std::ranges::lower_bound(list.fragments, group, {}, &Fragment::group);
    return found != list.fragments.end() && found->group == group ? &*found : nullptr;
}

/// Groups are in reading order; one in which nothing is seen has no fragment and is passed over.
std::optional<std::uint32_t> inReadingOrder(const DisplayList& list, std::optional<std::uint32_t> group, bool forward)
{
    if (list.fragments.empty())
        return std::nullopt;
    if (forward) {
        if (!group)
            return list.fragments.front().group;
        const auto next = std::ranges::upper_bound(list.fragments, *group, {}, &Fragment::group);
        return next == list.fragments.end() ? std::nullopt : std::optional(next->group);
    }
    if (!group)
        return list.fragments.back().group;
    const auto own = std::ranges::lower_bound(list.fragments, *group, {}, &Fragment::group);
    return own == list.fragments.begin() ? std::nullopt : std::optional(std::prev(own)->group);
}

/// Far in the wrong column is as bad as a little further in the right one.
double distance(const Fragment& from, const Fragment& to)
{
    const double dx = std::abs(to.rectangle().center().x() - from.rectangle().center().x());
    const double dy = std::abs(to.rectangle().center().y() - from.rectangle().center().y());
    return 4 * dy + dx;
}

std::optional<std::uint32_t> inAnotherLine(const DisplayList& list, std::uint32_t group, bool below)
{
    const Fragment* own = firstFragment(list, group);
    if (!own)
        return std::nullopt;
    const Fragment* best = nullptr;
    for (const Fragment& fragment : list.fragments) {
        const bool beyond = below ? fragment.top >= own->bottom : fragment.bottom <= own->top;
        if (beyond && (!best || distance(*own, fragment) < distance(*own, *best)))
            best = &fragment;
    }
    return best ? std::optional(best->group) : std::nullopt;
}

} // namespace

std::optional<std::uint32_t> groupAfter(const DisplayList& list, std::optional<std::uint32_t> group, AnchorStep step)
{
    switch (step) {
    case AnchorStep::Next:
        return inReadingOrder(list, group, true);
    case AnchorStep::Previous:
        return inReadingOrder(list, group, false);
    case AnchorStep::Above:
    case AnchorStep::Below:
        break;
    }
    if (!group)
        return inReadingOrder(list, std::nullopt, true);
    return inAnotherLine(list, *group, step == AnchorStep::Below);
}

} // namespace formulens
