// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Before <compare>: the moc of Qt 6.4 cannot read <concepts> where it is the first standard header that it meets.
#include <functional>

#include <compare>
#include <cstddef>
#include <cstdint>

namespace formulens {

/// A position in one particular list; positions in different lists do not mix.
template <class Tag>
struct Index
{
    std::uint32_t value = 0;

    constexpr Index() = default;
    constexpr explicit Index(std::size_t position) : value(static_cast<std::uint32_t>(position)) { }

    constexpr std::size_t position() const { return value; }
    friend constexpr auto operator<=>(Index, Index) = default;
};

} // namespace formulens

template <class Tag>
struct std::hash<formulens::Index<Tag>>
{
    std::size_t operator()(formulens::Index<Tag> index) const noexcept
    {
        return std::hash<std::uint32_t>()(index.value);
    }
};
