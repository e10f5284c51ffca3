// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Numerals.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a reader sees of a formula, as nested pieces of notation. One tree serves the screen, LaTeX, MathML and plain
/// text, so that they cannot differ; code (C, Python, ...) is written from expressions instead.
namespace formulens::notation {

struct Node;
using Tree = std::shared_ptr<const Node>;

/// Which of a formula's anchors (symbols, coefficients, "... n more") a piece stands for; see Formula notation.
using AnchorId = std::uint32_t;

enum class Alphabet
{
    Italic,
    Upright,
    Bold
};

enum class OperatorSign
{
    Plus,
    Minus, ///< binary or leading; the layout decides by position, as TeX does
    Times,
    Dot,
    Equals,
    NotEquals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Approximately,
    ElementOf,
    Comma,
    And,
    Or,
    Exclusive, ///< exclusive or
    Not,
    Arrow,
    Ellipsis,
};

enum class Delimiter
{
    None,
    Parenthesis,
    Bracket,
    Brace,
    Bar,
    DoubleBar,
    Floor,
    Ceiling
};

/// Pieces in reading order; lines may break between them.
struct Row
{
    std::vector<Tree> pieces;
};

/// A variable: one letter or a word, UTF-8, Greek as itself.
struct Identifier
{
    std::string text;
    Alphabet alphabet = Alphabet::Italic;
};

/// A number. A power of ten is written as "x 10^k".
struct Number
{
    Numeral numeral;
};

struct Operator
{
    OperatorSign sign;
};

/// The name of a function, upright: tanh, ReLU, max.
struct FunctionName
{
    std::string text;
};

struct Fraction
{
    Tree numerator;
    Tree denominator;
};

struct Root
{
    Tree radicand;
    Tree degree; ///< null for a square root
};

struct Scripts
{
    Tree base;
    Tree subscript; ///< may be null
    Tree superscript; ///< may be null
};

/// A body between delimiters that grow with it; None on one side leaves that side open.
struct Fence
{
    Delimiter left = Delimiter::Parenthesis;
    Tree body;
    Delimiter right = Delimiter::Parenthesis;
};

enum class LargeSign
{
    Sum,
    Product,
    Integral
};

struct LargeOperator
{
    LargeSign sign;
    Tree below; ///< may be null
    Tree above; ///< may be null
};

enum class AccentMark
{
    Hat,
    Bar,
    Tilde,
    Dot
};

struct Accent
{
    AccentMark mark;
    Tree base;
};

struct Matrix
{
    std::vector<std::vector<Tree>> rows;
    Delimiter delimiter = Delimiter::Bracket;
};

/// value_i if condition_i; a null condition reads "otherwise".
struct Cases
{
    struct Branch
    {
        Tree value;
        Tree condition;
    };
    std::vector<Branch> branches;
};

/// Equations one below the other: cells alternate right and left aligned, as in amsmath's aligned.
struct Aligned
{
    std::vector<std::vector<Tree>> rows;
};

/// Words between formulas, in the text font.
struct Words
{
    std::string text;
};

struct Space
{
    double em = 1;
};

/// A piece that answers to the pointer: the smallest anchored piece under it is what is hovered and clicked.
struct Anchored
{
    AnchorId anchor;
    Tree body;
};

/// Stands for what is not shown: "... + 4,795 more terms".
struct Placeholder
{
    AnchorId anchor;
    std::string text;
};

struct Node
{
    std::variant<Row, Identifier, Number, Operator, FunctionName, Fraction, Root, Scripts, Fence, LargeOperator, Accent,
        Matrix, Cases, Aligned, Words, Space, Anchored, Placeholder>
        piece;
};

template <class Piece>
Tree tree(Piece piece)
{
    return std::make_shared<const Node>(Node{std::move(piece)});
}

} // namespace formulens::notation
