// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <unordered_map>

namespace formulens {

/// About how wide a piece is when it is typeset, in characters: enough to break lines by. Shared pieces are measured
/// once.
class TreeWidths
{
public:
    double of(const notation::Tree& tree);

private:
    double measured(const notation::Tree& tree);

    std::unordered_map<const notation::Node*, double> m_known;
};

} // namespace formulens
