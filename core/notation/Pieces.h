// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notate.h"

#include <string>
#include <string_view>
#include <vector>

/// Short ways to make pieces of notation.
namespace formulens::notation {

Tree row(std::vector<Tree> pieces);
Tree sign(OperatorSign sign);
Tree words(std::string text);
Tree thinSpace();
Tree letter(std::string text, Alphabet alphabet = Alphabet::Italic);
Tree functionName(std::string text);
Tree fenced(Tree body, Delimiter left = Delimiter::Parenthesis, Delimiter right = Delimiter::Parenthesis);
Tree subscripted(Tree base, Tree subscript);
Tree fraction(Tree numerator, Tree denominator);

/// A number without its sign: "0.5", "1.2 x 10^-5", "\infty".
Tree magnitude(double value, int digits);

/// A number with its sign.
Tree signedNumber(double value, int digits);

/// 12345 as "12,345".
std::string counted(double count);

/// Whether the number is written as 1 with these digits.
bool writtenAsOne(double value, int digits);

} // namespace formulens::notation
