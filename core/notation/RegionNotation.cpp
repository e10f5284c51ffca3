// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/FormulaNotation.h"
#include "core/notation/Pieces.h"

#include <algorithm>

namespace formulens::notation {

namespace {

constexpr std::size_t shownInequalities = 40;

/// The terms on the left, the constant on the right: 2 x_1 - 3 x_2 <= 4.
std::vector<Tree> inequalityRow(Writing& writing, const RegionInequality& inequality, std::size_t equation)
{
    Expression left = inequality.expression;
    double right = 0;
    if (const auto* sum = std::get_if<SumNode>(&left.node().kind)) {
        right = -sum->constant;
        left = Expression::sum(0, sum->terms);
    }
    const OperatorSign relation = inequality.strict ? OperatorSign::Less : OperatorSign::LessOrEqual;
    std::vector<Tree> side{
        writing.expressions.write(left, equation).tree, sign(relation), signedNumber(right, writing.options.digits)};
    if (!inequality.side.empty()) {
        side.push_back(tree(Space{2}));
        side.push_back(words("("));
        side.push_back(inequality.symbol.empty() ? words(inequality.name) : symbolTree(inequality.symbol));
        side.push_back(words(" " + inequality.side + ")"));
    }
    return {words(""), row(std::move(side))};
}

} // namespace

Rows regionRows(Writing& writing)
{
    const std::vector<RegionInequality>& region = writing.formula.region;
    const std::size_t equation = writing.formula.definitions.size() + writing.formula.results.size();
    const bool showsAll = writing.options.shownTerms == 0 || writing.options.opened.contains(equation);
    const std::size_t shown = showsAll ? region.size() : std::min(region.size(), shownInequalities);
    Rows result;
    for (std::size_t i = 0; i < shown; ++i)
        result.push_back(inequalityRow(writing, region[i], equation));
    if (!result.empty())
        result.front().front() = words("valid where ");
    if (shown < region.size()) {
        const std::size_t hidden = region.size() - shown;
        const AnchorId anchor = writing.expressions.anchor(MoreTermsAnchor{equation, hidden});
        const std::string text = "... " + counted(static_cast<double>(hidden)) + " more inequalities ...";
        result.push_back({words(""), tree(Placeholder{anchor, text})});
    }
    return result;
}

} // namespace formulens::notation
