// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"
#include "core/notation/Notation.h"

#include <set>
#include <string>
#include <variant>
#include <vector>

namespace formulens::notation {

/// What an anchored piece of notation stands for.
struct InputAnchor
{
    std::size_t inputElement = 0;
};
struct DefinitionAnchor
{
    std::size_t definition = 0; ///< in Formula::definitions
    bool defining = false; ///< the left side, not a use
    bool folded = false; ///< this piece is a definition written in place: a click folds it back
};
struct ResultAnchor
{
    std::size_t result = 0;
};
struct CoefficientAnchor
{
    std::size_t equation = 0; ///< definitions first, then results
    double value = 0; ///< full precision
    std::string multiplied; ///< symbol it multiplies, empty for the constant
};
struct MoreTermsAnchor
{
    std::size_t equation = 0;
    std::size_t hidden = 0;
};
struct LayerAnchor
{
    std::size_t layer = 0;
};
using Anchor
    = std::variant<InputAnchor, DefinitionAnchor, ResultAnchor, CoefficientAnchor, MoreTermsAnchor, LayerAnchor>;

struct NotationOptions
{
    int digits = 4; ///< 0: full
    bool writeFunctionsOut = false; ///< fractions, roots and powers in place of named functions
    bool gatherSmallTerms = true; ///< below 1e-12 of the scale: gathered on screen, complete in exports
    std::size_t shownTerms = 300; ///< longer sums show the first 200 and the last 5; 0 shows all
    std::set<std::size_t> opened; ///< equations whose hidden terms are shown
    std::set<std::size_t> inPlace; ///< definitions written where they are used, instead of on a line of their own
    bool legend = true; ///< "x1 = inlet temperature [K]" and "where sigma(z) = ..." below
};

/// A formula as notation, with what each anchor means.
struct NotatedFormula
{
    Tree tree;
    std::vector<Anchor> anchors; ///< by AnchorId
    double refusedTerms = 0; ///< terms of the largest equation that was too large to write; 0: all is there
};

/// What one tree may hold: numbers and symbols written out, on the screen and in a file, and levels of nesting.
inline constexpr double shownLeafLimit = 200'000;
inline constexpr double writtenLeafLimit = 20'000'000;
inline constexpr int nestingLimit = 400;

NotatedFormula notate(const Formula& formula, const NotationOptions& options = {});

/// One tree for one expression, for legends, tooltips and neuron labels.
Tree notate(const Expression& expression, const NotationOptions& options = {});

/// A symbol as a reader writes it: "h1_3" is h with subscript 1,3; "theta" the Greek letter; "speed" a word.
Tree symbolTree(const std::string& symbol);

} // namespace formulens::notation
