// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/formula/Typesetter.h"

#include <cstddef>

namespace formulens {

/// The state to which a measuring layout returns.
struct Typesetter::Position
{
    std::size_t glyphs = 0;
    std::size_t rules = 0;
    std::size_t groups = 0;
};

/// While it lives, what is set belongs to a new group.
class Typesetter::GroupScope final
{
public:
    GroupScope(Typesetter& typesetter, notation::AnchorId anchor, bool placeholder = false)
        : m_typesetter(typesetter), m_outer(typesetter.m_group)
    {
        auto& groups = typesetter.m_list.groups;
        groups.push_back({.anchor = anchor, .parent = m_outer, .placeholder = placeholder});
        typesetter.m_group = static_cast<std::uint32_t>(groups.size() - 1);
    }
    ~GroupScope() { m_typesetter.m_group = m_outer; }
    GroupScope(const GroupScope&) = delete;
    GroupScope& operator=(const GroupScope&) = delete;

private:
    Typesetter& m_typesetter;
    std::uint32_t m_outer;
};

template <class... Functions>
struct Overloaded : Functions...
{
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// Ems in the display list's unit.
constexpr double em(double count)
{
    return count * MathFont::unitsPerEm;
}

/// The piece inside any number of anchors.
inline const notation::Tree& withoutAnchors(const notation::Tree& tree)
{
    const notation::Tree* piece = &tree;
    while (*piece) {
        const auto* anchored = std::get_if<notation::Anchored>(&(*piece)->piece);
        if (!anchored)
            break;
        piece = &anchored->body;
    }
    return *piece;
}

template <class Piece>
const Piece* pieceIf(const notation::Tree& tree)
{
    return tree ? std::get_if<Piece>(&tree->piece) : nullptr;
}

} // namespace formulens
