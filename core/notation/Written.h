// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <memory>
#include <vector>

/// Pieces of a formula with what their neighbours must know to set parentheses, fractions and signs right.
namespace formulens::notation {

/// How tightly a piece holds together: a sum needs parentheses in a product, a power in another power.
enum class Binding
{
    Sum,
    Product,
    Fraction,
    Power,
    Application, ///< tanh(z)
    Atom
};

/// One term of a sum: its sign and what is added or subtracted.
struct Summand
{
    bool negative = false;
    Tree tree;
};

struct Written
{
    Tree tree;
    Binding binding = Binding::Atom;
    bool isOne = false;
    bool startsWithNumber = false; ///< "2 x": a number before it needs a dot between
    double leaves = 1; ///< numbers and symbols written out
    int depth = 1; ///< levels of nesting
    std::vector<Summand> summands; ///< of a sum
    std::shared_ptr<const Written> numerator; ///< of a fraction
    std::shared_ptr<const Written> denominator;
    Tree name; ///< of an application: tanh, and what it is applied to with its parentheses
    Tree arguments;
    Tree condition; ///< of a comparison, whose value is 1 where this holds, else 0
};

Written atom(Tree tree);
Written one();

/// "+", "-" and the terms; a single positive term is itself.
struct SignedTerm
{
    bool negative = false;
    Written term;
};
Written sumOf(const std::vector<SignedTerm>& terms);

/// The sum with every sign turned, else the piece after a minus.
Written negated(const Written& piece);

/// Factors side by side; fractions among them become one.
Written productOf(const std::vector<Written>& factors);
Written quotientOf(const Written& numerator, const Written& denominator);
Written powerOf(const Written& base, const Written& exponent);
Written rootOf(const Written& radicand);
/// e^z, or exp(z) where z is long.
Written exponentialOf(const Written& exponent);
Written applied(Tree name, const std::vector<Written>& arguments);
Written between(Delimiter left, const Written& body, Delimiter right);

/// A piece in parentheses unless it holds together more tightly than `weakest`.
Tree fencedFor(const Written& piece, Binding weakest);

/// The piece as one that answers to the pointer.
Written anchoredAs(AnchorId anchor, const Written& piece);

} // namespace formulens::notation
