// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

/// Trees for the tests and benchmarks of the equation view, written briefly.
namespace formulens::samples {

using notation::Tree;
using notation::tree;
using Pieces = std::vector<Tree>;

inline Tree row(Pieces pieces)
{
    return tree(notation::Row{std::move(pieces)});
}

inline Tree letter(std::string text)
{
    return tree(notation::Identifier{std::move(text), notation::Alphabet::Italic});
}

inline Tree bold(std::string text)
{
    return tree(notation::Identifier{std::move(text), notation::Alphabet::Bold});
}

inline Tree number(double value, int digits = 4)
{
    return tree(notation::Number{numeral(value, digits)});
}

inline Tree sign(notation::OperatorSign which)
{
    return tree(notation::Operator{which});
}

inline Tree plus()
{
    return sign(notation::OperatorSign::Plus);
}

inline Tree minus()
{
    return sign(notation::OperatorSign::Minus);
}

inline Tree equals()
{
    return sign(notation::OperatorSign::Equals);
}

inline Tree comma()
{
    return sign(notation::OperatorSign::Comma);
}

inline Tree thin()
{
    return tree(notation::Space{1.0 / 6});
}

inline Tree name(std::string text)
{
    return tree(notation::FunctionName{std::move(text)});
}

inline Tree words(std::string text)
{
    return tree(notation::Words{std::move(text)});
}

inline Tree sub(Tree base, Tree index)
{
    return tree(notation::Scripts{std::move(base), std::move(index), nullptr});
}

inline Tree power(Tree base, Tree exponent)
{
    return tree(notation::Scripts{std::move(base), nullptr, std::move(exponent)});
}

inline Tree both(Tree base, Tree index, Tree exponent)
{
    return tree(notation::Scripts{std::move(base), std::move(index), std::move(exponent)});
}

inline Tree x(int index)
{
    return sub(letter("x"), number(index, 0));
}

inline Tree fraction(Tree above, Tree below)
{
    return tree(notation::Fraction{std::move(above), std::move(below)});
}

inline Tree root(Tree inside, Tree degree = nullptr)
{
    return tree(notation::Root{std::move(inside), std::move(degree)});
}

inline Tree fenced(Tree body, notation::Delimiter delimiter = notation::Delimiter::Parenthesis)
{
    return tree(notation::Fence{delimiter, std::move(body), delimiter});
}

inline Tree anchored(notation::AnchorId anchor, Tree body)
{
    return tree(notation::Anchored{anchor, std::move(body)});
}

/// A weight that is never 0 and has four digits, different for every i.
inline double weight(int i)
{
    return std::sin(12.9898 * (i + 1)) * 2;
}

/// "y = 0.6096 x_1 - 1.992 x_2 + ...": the coefficient is anchor 3i, the symbol 3i + 1, the whole term 3i + 2.
inline Tree sum(int terms)
{
    Pieces pieces{letter("y"), equals()};
    for (int i = 0; i < terms; ++i) {
        const double w = weight(i);
        if (i > 0 || w < 0)
            pieces.push_back(w < 0 ? minus() : plus());
        const auto id = static_cast<notation::AnchorId>(3 * i);
        pieces.push_back(
            anchored(id + 2, row({anchored(id, number(std::fabs(w))), thin(), anchored(id + 1, x(i + 1))})));
    }
    return row(std::move(pieces));
}

/// "w_0 x_1 + w_1 x_2 + ... + b" without anchors.
inline Tree affine(int terms, int seed)
{
    Pieces pieces;
    for (int i = 0; i <= terms; ++i) {
        const double w = weight(100 * seed + i);
        if (i > 0 || w < 0)
            pieces.push_back(w < 0 ? minus() : plus());
        pieces.push_back(number(std::fabs(w), 3));
        if (i < terms) {
            pieces.push_back(thin());
            pieces.push_back(x(i + 1));
        }
    }
    return row(std::move(pieces));
}

/// One hidden layer of tanh inside a sigmoid: everything is inside one bracket.
inline Tree nested(int neurons)
{
    Pieces pieces;
    for (int i = 0; i < neurons; ++i) {
        const double w = weight(7 * i + 3);
        if (i > 0 || w < 0)
            pieces.push_back(w < 0 ? minus() : plus());
        pieces.push_back(number(std::fabs(w), 3));
        pieces.push_back(thin());
        pieces.push_back(anchored(static_cast<notation::AnchorId>(i), row({name("tanh"), fenced(affine(2, i))})));
    }
    return row({letter("y"), equals(), letter("\u03C3"), fenced(row(std::move(pieces)))});
}

} // namespace formulens::samples
