// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"

namespace formulens {

/// A product of the file's numbers, as a reader may look them up.
struct WordedProduct
{
    double value = 1;
    double factor = 1; ///< the part of it that is no element of a tensor: alpha, 1/n, a sign
    std::vector<std::string> above; ///< "W1[3,2]"
    std::vector<std::string> below; ///< "scale[2]"

    /// "W1[3,2] / scale[2]"
    std::string text() const;
};

WordedProduct operator*(const WordedProduct& outer, const WordedProduct& inner);

/// What multiplies `source` in the linear element `target` of a step, `value` being its number. Names are given only
/// where the file's element has that number; else the number stands for itself.
WordedProduct weightInWords(
    const PreparedNetwork& network, const Step& step, std::size_t target, ElementReference source, double value);

/// What is added in the linear element `target` of a step.
WordedProduct additionInWords(const PreparedNetwork& network, const Step& step, std::size_t target, double value);

} // namespace formulens
