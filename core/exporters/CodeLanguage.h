// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/Identifiers.h"
#include "core/formula/Formula.h"

#include <span>
#include <string>
#include <string_view>

namespace formulens {

/// A dense layer that code writes as an array and a loop: target[i] = f(sum of matrix[i][j] source[j] + offset[i]).
struct DenseStep
{
    std::string target; ///< identifier of the new array
    std::string source; ///< of the array that is read
    std::size_t firstSource = 0; ///< its first element that counts
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> matrix; ///< row-major
    std::vector<double> offset;
    std::optional<FunctionId> function;
    std::vector<double> parameters;
};

/// What one programming language writes its own way. Everything is a double, or an array of them in Python.
class CodeLanguage
{
public:
    virtual ~CodeLanguage() = default;

    virtual std::string number(double value) const = 0;
    /// base to a positive power other than 1; `base` is a name or stands in brackets.
    virtual std::string power(const std::string& base, double exponent) const = 0;
    virtual std::string_view spelling(const Function& function) const = 0;
    virtual std::string_view helper(const Function& function) const = 0;
    virtual std::string element(const std::string& array, std::size_t index) const = 0;

    /// A statement, indented, with its line break: a new constant, a new sum, more terms for it.
    virtual std::string constant(const std::string& name, const std::string& value) const = 0;
    virtual std::string newSum(const std::string& name, const std::string& value) const = 0;
    virtual std::string addToSum(const std::string& name, const std::string& value) const = 0;
    virtual std::string comment(const std::string& text) const = 0;

    /// A new array of values.
    virtual std::string gathered(const std::string& name, std::span<const std::string> values) const = 0;
    virtual std::string dense(const DenseStep& step, Identifiers& identifiers) const = 0;
    /// A layer as LayerEquation defines it; the arguments are arrays of the given lengths.
    virtual std::string layer(const LayerEquation& layer, const std::string& target,
        std::span<const std::string> arguments, std::span<const std::size_t> lengths,
        Identifiers& identifiers) const = 0;

    /// softmax and log_softmax of a layer act on the whole vector.
    static bool actsOnVector(const LayerEquation& layer);
};

/// A spelling with its operands and parameters put in.
std::string called(const CodeLanguage& language, const Function& function, std::span<const std::string> operands,
    std::span<const double> parameters);

/// One number a place, lines of about 100 characters, for arrays of constants.
std::string numberList(const CodeLanguage& language, std::span<const double> values, std::string_view indent);

/// "{ 0.5, 1.0 }" on one line where it fits.
std::string numberRow(const CodeLanguage& language, std::span<const double> values, std::string_view open,
    std::string_view close, std::string_view indent);

/// A long statement broken after commas and before signs.
std::string wrapped(const std::string& statement, std::string_view indent);

} // namespace formulens
