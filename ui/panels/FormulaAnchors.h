// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notate.h"
#include "ui/document/Document.h"

#include <memory>
#include <optional>
#include <vector>

namespace formulens {

/// Between symbols of a notated formula and elements of the network, both ways.

/// What a symbol stands for; empty for numbers.
Highlight highlightOf(const Formula& formula, const PreparedNetwork& network, const notation::Anchor& anchor);

/// The neuron that a definition's symbol stands for.
std::optional<ElementReference> elementOf(const Formula& formula, const notation::Anchor& anchor);

/// The symbols that stand for something highlighted.
std::vector<notation::AnchorId> anchorsOf(
    const Formula& formula, const notation::NotatedFormula& notated, const Highlight& highlight);

/// What a reader is told when the pointer rests on a symbol. `equations` (may be null) say where a coefficient comes
/// from.
QString wordsOn(const Formula& formula, const PreparedNetwork& network, const Equations* equations,
    const notation::Anchor& anchor, int digits);

} // namespace formulens
