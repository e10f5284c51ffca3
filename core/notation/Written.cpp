// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Written.h"

#include "core/notation/Pieces.h"

#include <algorithm>
#include <iterator>

namespace formulens::notation {

namespace {

Written composed(Tree tree, Binding binding, const std::vector<Written>& parts)
{
    Written result;
    result.tree = std::move(tree);
    result.binding = binding;
    result.leaves = 0;
    for (const Written& part : parts) {
        result.leaves += part.leaves;
        result.depth = std::max(result.depth, part.depth + 1);
    }
    return result;
}

Tree treeOfSummands(const std::vector<Summand>& summands)
{
    std::vector<Tree> pieces;
    pieces.reserve(2 * summands.size());
    for (const Summand& summand : summands) {
        if (summand.negative)
            pieces.push_back(sign(OperatorSign::Minus));
        else if (!pieces.empty())
            pieces.push_back(sign(OperatorSign::Plus));
        pieces.push_back(summand.tree);
    }
    return row(std::move(pieces));
}

/// Factors that are no fractions, side by side with thin spaces.
Written sideBySide(const std::vector<Written>& factors)
{
    std::vector<Written> kept;
    std::ranges::copy_if(factors, std::back_inserter(kept), [](const Written& factor) { return !factor.isOne; });
    if (kept.empty())
        return one();
    if (kept.size() == 1)
        return kept.front();
    std::vector<Tree> pieces;
    for (const Written& factor : kept) {
        if (!pieces.empty())
            pieces.push_back(factor.startsWithNumber ? sign(OperatorSign::Dot) : thinSpace());
        pieces.push_back(fencedFor(factor, Binding::Sum));
    }
    Written result = composed(row(std::move(pieces)), Binding::Product, kept);
    result.startsWithNumber = kept.front().startsWithNumber;
    return result;
}

Written fractionOf(const Written& numerator, const Written& denominator)
{
    Written result = composed(fraction(numerator.tree, denominator.tree), Binding::Fraction, {numerator, denominator});
    result.numerator = std::make_shared<const Written>(numerator);
    result.denominator = std::make_shared<const Written>(denominator);
    return result;
}

constexpr double longExponent = 40;
constexpr std::size_t manySummands = 8;

bool isLong(const Written& exponent)
{
    return exponent.leaves > longExponent || exponent.summands.size() > manySummands;
}

} // namespace

Written atom(Tree tree)
{
    Written result;
    result.tree = std::move(tree);
    return result;
}

Written one()
{
    Written result = atom(tree(Number{Numeral{false, "1", 0}}));
    result.isOne = true;
    result.startsWithNumber = true;
    return result;
}

Written sumOf(const std::vector<SignedTerm>& terms)
{
    if (terms.size() == 1 && !terms.front().negative)
        return terms.front().term;
    Written result;
    result.binding = Binding::Sum;
    result.leaves = 0;
    for (const SignedTerm& term : terms) {
        if (!term.negative && !term.term.summands.empty())
            std::ranges::copy(term.term.summands, std::back_inserter(result.summands));
        else
            result.summands.push_back({term.negative, fencedFor(term.term, Binding::Sum)});
        result.leaves += term.term.leaves;
        result.depth = std::max(result.depth, term.term.depth + 1);
    }
    result.tree = treeOfSummands(result.summands);
    return result;
}

Written negated(const Written& piece)
{
    if (piece.summands.empty())
        return sumOf({{true, piece}});
    Written result = piece;
    for (Summand& summand : result.summands)
        summand.negative = !summand.negative;
    result.tree = treeOfSummands(result.summands);
    if (result.summands.size() == 1 && !result.summands.front().negative) {
        result.summands.clear();
        result.binding = Binding::Product;
    }
    return result;
}

Written productOf(const std::vector<Written>& factors)
{
    std::vector<Written> above;
    std::vector<Written> below;
    for (const Written& factor : factors) {
        above.push_back(factor.numerator ? *factor.numerator : factor);
        if (factor.denominator)
            below.push_back(*factor.denominator);
    }
    const Written numerator = sideBySide(above);
    return below.empty() ? numerator : fractionOf(numerator, sideBySide(below));
}

Written quotientOf(const Written& numerator, const Written& denominator)
{
    if (denominator.isOne)
        return numerator;
    return fractionOf(numerator, denominator);
}

Written powerOf(const Written& base, const Written& exponent)
{
    if (exponent.isOne)
        return base;
    const std::vector<Written> parts{base, exponent};
    if (base.name && exponent.binding == Binding::Atom) {
        const Tree name = tree(Scripts{base.name, nullptr, exponent.tree});
        return composed(row({name, base.arguments}), Binding::Power, parts);
    }
    const Tree raised = tree(Scripts{fencedFor(base, Binding::Application), nullptr, exponent.tree});
    Written result = composed(raised, Binding::Power, parts);
    result.startsWithNumber = base.startsWithNumber && base.binding == Binding::Atom;
    return result;
}

Written rootOf(const Written& radicand)
{
    return composed(tree(Root{radicand.tree, nullptr}), Binding::Atom, {radicand});
}

Written exponentialOf(const Written& exponent)
{
    if (isLong(exponent))
        return applied(functionName("exp"), {exponent});
    return composed(tree(Scripts{letter("e", Alphabet::Upright), nullptr, exponent.tree}), Binding::Power, {exponent});
}

Written applied(Tree name, const std::vector<Written>& arguments)
{
    std::vector<Tree> pieces;
    for (const Written& argument : arguments) {
        if (!pieces.empty())
            pieces.push_back(sign(OperatorSign::Comma));
        pieces.push_back(argument.tree);
    }
    const Tree inside = fenced(row(std::move(pieces)));
    Written result = composed(row({name, inside}), Binding::Application, arguments);
    result.name = std::move(name);
    result.arguments = inside;
    return result;
}

Written between(Delimiter left, const Written& body, Delimiter right)
{
    return composed(fenced(body.tree, left, right), Binding::Atom, {body});
}

Tree fencedFor(const Written& piece, Binding weakest)
{
    return piece.binding <= weakest ? fenced(piece.tree) : piece.tree;
}

Written anchoredAs(AnchorId anchor, const Written& piece)
{
    Written result = composed(tree(Anchored{anchor, piece.tree}), piece.binding, {piece});
    if (piece.binding == Binding::Sum) {
        result.tree = tree(Anchored{anchor, fenced(piece.tree)});
        result.binding = Binding::Atom;
    }
    result.isOne = piece.isOne;
    result.startsWithNumber = piece.startsWithNumber && result.binding == piece.binding;
    return result;
}

} // namespace formulens::notation
