// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Pieces.h"

#include <cmath>

namespace formulens::notation {

Tree row(std::vector<Tree> pieces)
{
    if (pieces.size() == 1)
        return std::move(pieces.front());
    return tree(Row{std::move(pieces)});
}

Tree sign(OperatorSign which)
{
    return tree(Operator{which});
}

Tree words(std::string text)
{
    return tree(Words{std::move(text)});
}

Tree thinSpace()
{
    return tree(Space{1.0 / 6});
}

Tree letter(std::string text, Alphabet alphabet)
{
    return tree(Identifier{std::move(text), alphabet});
}

Tree functionName(std::string text)
{
    return tree(FunctionName{std::move(text)});
}

Tree fenced(Tree body, Delimiter left, Delimiter right)
{
    return tree(Fence{left, std::move(body), right});
}

Tree subscripted(Tree base, Tree subscript)
{
    return tree(Scripts{std::move(base), std::move(subscript), nullptr});
}

Tree fraction(Tree numerator, Tree denominator)
{
    return tree(Fraction{std::move(numerator), std::move(denominator)});
}

Tree magnitude(double value, int digits)
{
    if (std::isinf(value))
        return letter("∞", Alphabet::Upright);
    return tree(Number{numeral(std::fabs(value), digits)});
}

Tree signedNumber(double value, int digits)
{
    if (value < 0)
        return row({sign(OperatorSign::Minus), magnitude(value, digits)});
    return magnitude(value, digits);
}

std::string counted(double count)
{
    const Numeral shown = numeral(count, count < 1e6 ? 0 : 3);
    if (shown.exponent != 0)
        return shown.mantissa + "e" + std::to_string(shown.exponent);
    std::string text = shown.mantissa;
    for (std::size_t end = text.size(); end > 3; end -= 3)
        text.insert(end - 3, ",");
    return text;
}

bool writtenAsOne(double value, int digits)
{
    return rounded(std::fabs(value), digits) == 1;
}

} // namespace formulens::notation
