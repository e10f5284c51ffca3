// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/MathSpacing.h"

#include <array>
#include <cstdlib>

namespace formulens {

namespace {

// Rows: left atom, columns: right atom, in the order of AtomClass. 1 thin, 2 medium, 3 thick; negative ones are left
// out in scripts. Pairs that cannot happen after signs are told from binary operators are 0.
constexpr std::array<std::array<int, 8>, 8> spaces{{
    {0, 1, -2, -3, 0, 0, 0, -1},
    {1, 1, 0, -3, 0, 0, 0, -1},
    {-2, -2, 0, 0, -2, 0, 0, -2},
    {-3, -3, 0, 0, -3, 0, 0, -3},
    {0, 0, 0, 0, 0, 0, 0, 0},
    {0, 1, -2, -3, 0, 0, 0, -1},
    {-1, -1, 0, -1, -1, -1, -1, -1},
    {-1, 1, -2, -3, -1, 0, -1, -1},
}};

constexpr std::array<double, 4> widths{0, 3.0 / 18, 4.0 / 18, 5.0 / 18};

struct DelimiterPair
{
    char32_t opening;
    char32_t closing;
};

DelimiterPair charactersOf(notation::Delimiter delimiter)
{
    using notation::Delimiter;
    switch (delimiter) {
    case Delimiter::None:
        return {0, 0};
    case Delimiter::Parenthesis:
        return {U'(', U')'};
    case Delimiter::Bracket:
        return {U'[', U']'};
    case Delimiter::Brace:
        return {U'{', U'}'};
    case Delimiter::Bar:
        return {U'|', U'|'};
    case Delimiter::DoubleBar:
        return {U'\u2016', U'\u2016'};
    case Delimiter::Floor:
        return {U'\u230A', U'\u230B'};
    case Delimiter::Ceiling:
        return {U'\u2308', U'\u2309'};
    }
    return {0, 0};
}

bool within(char32_t character, char32_t first, char32_t last)
{
    return first <= character && character <= last;
}

char32_t italicLetter(char32_t c)
{
    if (c == U'h')
        return U'\u210E';
    if (within(c, U'a', U'z'))
        return U'\U0001D44E' + (c - U'a');
    if (within(c, U'A', U'Z'))
        return U'\U0001D434' + (c - U'A');
    if (within(c, U'\u03B1', U'\u03C9'))
        return U'\U0001D6FC' + (c - U'\u03B1');
    switch (c) {
    case U'\u2202': // partial differential
        return U'\U0001D715';
    case U'\u03F5': // lunate epsilon
        return U'\U0001D716';
    case U'\u03D1': // open theta
        return U'\U0001D717';
    case U'\u03D5': // straight phi
        return U'\U0001D719';
    case U'\u03F1': // tailed rho
        return U'\U0001D71A';
    case U'\u03D6': // omega-like pi
        return U'\U0001D71B';
    default:
        return c;
    }
}

char32_t boldLetter(char32_t c)
{
    if (within(c, U'a', U'z'))
        return U'\U0001D41A' + (c - U'a');
    if (within(c, U'A', U'Z'))
        return U'\U0001D400' + (c - U'A');
    if (within(c, U'0', U'9'))
        return U'\U0001D7CE' + (c - U'0');
    if (within(c, U'\u03B1', U'\u03C9'))
        return U'\U0001D6C2' + (c - U'\u03B1');
    if (within(c, U'\u0391', U'\u03A9'))
        return U'\U0001D6A8' + (c - U'\u0391');
    return c;
}

} // namespace

double spaceBetween(AtomClass left, AtomClass right, SpacingStyle style)
{
    const int kind = spaces[static_cast<std::size_t>(left)][static_cast<std::size_t>(right)];
    if (kind < 0 && style == SpacingStyle::Script)
        return 0;
    return widths[static_cast<std::size_t>(std::abs(kind))];
}

bool isSignAfter(AtomClass left)
{
    using enum AtomClass;
    return left == Binary || left == Operator || left == Relation || left == Open || left == Punctuation;
}

bool isSymbolBefore(AtomClass right)
{
    using enum AtomClass;
    return right == Relation || right == Close || right == Punctuation;
}

AtomClass classOf(notation::OperatorSign sign)
{
    using enum notation::OperatorSign;
    switch (sign) {
    case Plus:
    case Minus:
    case Times:
    case Dot:
    case And:
    case Or:
    case Exclusive:
        return AtomClass::Binary;
    case Equals:
    case NotEquals:
    case Less:
    case LessOrEqual:
    case Greater:
    case GreaterOrEqual:
    case Approximately:
    case ElementOf:
    case Arrow:
        return AtomClass::Relation;
    case Comma:
        return AtomClass::Punctuation;
    case Not:
        return AtomClass::Ordinary;
    case Ellipsis:
        return AtomClass::Inner;
    }
    return AtomClass::Ordinary;
}

char32_t characterOf(notation::OperatorSign sign)
{
    using enum notation::OperatorSign;
    switch (sign) {
    case Plus:
        return U'+';
    case Minus:
        return U'\u2212';
    case Times:
        return U'\u00D7';
    case Dot:
        return U'\u22C5';
    case Equals:
        return U'=';
    case NotEquals:
        return U'\u2260';
    case Less:
        return U'<';
    case LessOrEqual:
        return U'\u2264';
    case Greater:
        return U'>';
    case GreaterOrEqual:
        return U'\u2265';
    case Approximately:
        return U'\u2248';
    case ElementOf:
        return U'\u2208';
    case Comma:
        return U',';
    case And:
        return U'\u2227';
    case Or:
        return U'\u2228';
    case Exclusive:
        return U'\u2295';
    case Not:
        return U'\u00AC';
    case Arrow:
        return U'\u2192';
    case Ellipsis:
        return U'\u22EF';
    }
    return U' ';
}

char32_t characterOf(notation::LargeSign sign)
{
    switch (sign) {
    case notation::LargeSign::Sum:
        return U'\u2211';
    case notation::LargeSign::Product:
        return U'\u220F';
    case notation::LargeSign::Integral:
        return U'\u222B';
    }
    return U' ';
}

char32_t openingCharacter(notation::Delimiter delimiter)
{
    return charactersOf(delimiter).opening;
}

char32_t closingCharacter(notation::Delimiter delimiter)
{
    return charactersOf(delimiter).closing;
}

char32_t mathematicalLetter(char32_t character, notation::Alphabet alphabet)
{
    switch (alphabet) {
    case notation::Alphabet::Italic:
        return italicLetter(character);
    case notation::Alphabet::Upright:
        return character;
    case notation::Alphabet::Bold:
        return boldLetter(character);
    }
    return character;
}

} // namespace formulens
