// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace formulens {

/// Numbers as text, never in a locale. -0 prints 0, and NaN has no sign.

/// The shortest text that reads back to the same double: "0.1", "1e-05", "-inf", "nan".
std::string shortest(double value);

/// 17 significant digits, as `evaluate` writes them.
std::string roundTrip17(double value);

/// The whole text as a double ("1", "-2.5e3", "inf"); nothing where there is more or less than one number.
std::optional<double> toDouble(std::string_view text);

/// A number as a reader sees it: mantissa and power of ten apart. From 1e-5 to 1e6 the exponent is 0.
struct Numeral
{
    bool negative = false;
    std::string mantissa; ///< unsigned, without trailing zeros: "1.2", "0.0031", "inf"
    int exponent = 0; ///< 1.2 x 10^-7 has -7; 0 means that there is no power of ten
};

/// Rounded half to even to `digits` significant digits; digits = 0 gives all that are needed to read the same double.
Numeral numeral(double value, int digits);

/// A number within a sentence: "0.31", "2e-4", "4.2e-10", "3e7".
std::string legible(double value, int digits);

/// A count in groups of three digits, rounded half to even: "12,345". From 1e15 on as `legible` with 3 digits.
std::string groupedDigits(double count);

/// The double that the numeral's text stands for: what a formula shown with these digits computes.
double rounded(double value, int digits);

} // namespace formulens
