// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"

#include <array>
#include <charconv>
#include <cmath>

namespace formulens {

namespace {

template <class... Format>
std::string written(double value, Format... format)
{
    std::array<char, 64> buffer;
    if (value == 0.0 || std::isnan(value))
        value = std::fabs(value); // zero and NaN are shown without their sign
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...);
    return std::string(buffer.data(), end);
}

/// "d.ddde+xx" taken apart: all digits without the point, and the exponent of the first.
struct Scientific
{
    std::string digits;
    int exponent = 0;
};

Scientific scientific(double magnitude, int digits)
{
    const std::string text = digits > 0 ? written(magnitude, std::chars_format::scientific, digits - 1)
                                        : written(magnitude, std::chars_format::scientific);
    const std::size_t mark = text.find('e');
    Scientific result;
    for (const char c : std::string_view(text).substr(0, mark))
        if (c != '.')
            result.digits += c;
    result.digits.erase(result.digits.find_last_not_of('0') + 1);
    if (result.digits.empty())
        result.digits = "0";
    const char* exponent = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
    std::from_chars(exponent, text.data() + text.size(), result.exponent);
    return result;
}

/// Digits with the point after the one of weight 10^0, when the first has weight 10^exponent.
std::string withPoint(const std::string& digits, int exponent)
{
    if (exponent < 0)
        return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole)
        return digits + std::string(whole - digits.size(), '0');
    return digits.substr(0, whole) + '.' + digits.substr(whole);
}

constexpr int firstPlainExponent = -5;
constexpr int lastPlainExponent = 5;

} // namespace

std::string shortest(double value)
{
    return written(value);
}

std::string roundTrip17(double value)
{
    return written(value, std::chars_format::general, 17);
}

std::optional<double> toDouble(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

Numeral numeral(double value, int digits)
{
    Numeral result;
    if (!std::isfinite(value)) {
        result.negative = value < 0;
        result.mantissa = std::isnan(value) ? "nan" : "inf";
        return result;
    }
    result.negative = value < 0;
    const Scientific parts = scientific(std::fabs(value), digits);
    const bool plain = parts.exponent >= firstPlainExponent && parts.exponent <= lastPlainExponent;
    result.exponent = plain ? 0 : parts.exponent;
    result.mantissa = withPoint(parts.digits, plain ? parts.exponent : 0);
    return result;
}

double rounded(double value, int digits)
{
    if (!std::isfinite(value) || digits <= 0)
        return value;
    return *toDouble(written(value, std::chars_format::scientific, digits - 1));
}

std::string groupedDigits(double count)
{
    if (!(count < 1e15))
        return legible(count, 3);
    std::string digits = written(count, std::chars_format::fixed, 0);
    for (std::size_t rest = digits.size(); rest > 3; rest -= 3)
        digits.insert(rest - 3, ",");
    return digits;
}

std::string legible(double value, int digits)
{
    std::string text = shortest(rounded(value, digits));
    const std::size_t exponent = text.find('e');
    if (exponent == std::string::npos)
        return text;
    const std::size_t padding = exponent + 2; // e-04
    if (padding + 1 < text.size() && text[padding] == '0')
        text.erase(padding, 1);
    std::erase(text, '+');
    return text;
}

} // namespace formulens
