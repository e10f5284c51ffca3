// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <cstdint>

namespace formulens {

/// What an atom of a formula is to its neighbours: TeX's classes (The TeXbook, chapters 17 and 18).
enum class AtomClass : std::uint8_t
{
    Ordinary,
    Operator,
    Binary,
    Relation,
    Open,
    Close,
    Punctuation,
    Inner
};

enum class SpacingStyle
{
    Text, ///< all spaces
    Script ///< thin ones only, and not beside ordinary atoms' relations
};

/// In ems; from The TeXbook's table on page 170.
double spaceBetween(AtomClass left, AtomClass right, SpacingStyle style);

/// A binary operator that has nothing on its left to join is a sign: "-x", "(-x", "= -x".
bool isSignAfter(AtomClass left);

/// A binary operator that has nothing on its right to join is an ordinary symbol.
bool isSymbolBefore(AtomClass right);

AtomClass classOf(notation::OperatorSign sign);

/// The Unicode character that the layout draws.
char32_t characterOf(notation::OperatorSign sign);
char32_t characterOf(notation::LargeSign sign);
char32_t openingCharacter(notation::Delimiter delimiter);
char32_t closingCharacter(notation::Delimiter delimiter);

/// The letter of Unicode's mathematical alphabet: x becomes an italic x, h the Planck constant's sign. As in TeX,
/// capital Greek letters, digits and signs stay upright in Italic.
char32_t mathematicalLetter(char32_t character, notation::Alphabet alphabet);

} // namespace formulens
