// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/logic/TruthTable.h"

#include <string_view>

namespace formulens::logic {

/// The sixteen functions of two inputs; bit j of the number is the value in row j, row 1 being x1 = 0, x2 = 1.
enum class TwoInputFunction
{
    False,
    Nor,
    SecondOnly, ///< x2 AND NOT x1
    NotFirst,
    FirstOnly, ///< x1 AND NOT x2
    NotSecond,
    Xor,
    Nand,
    And,
    Xnor,
    Second,
    FirstImpliesSecond,
    First,
    SecondImpliesFirst,
    Or,
    True,
};

TwoInputFunction twoInputFunction(const TruthTable& function); ///< of a table of two inputs

/// "FALSE", "NOR", "x2 AND NOT x1", ..., with the inputs called x1 and x2.
std::string_view nameOf(TwoInputFunction function);

/// Which function it is, over the inputs that it needs.
enum class FunctionKind
{
    Unnamed, ///< none of the following
    Constant, ///< `value`
    Copy, ///< one input
    Negation, ///< NOT one input
    And,
    Or,
    Nand,
    Nor,
    Xor, ///< 1 where an odd number of the inputs is 1
    Xnor, ///< 1 where an even number of them is 1
    AtLeast, ///< `threshold` of them
    Majority, ///< more than half of three or more
    Threshold, ///< weights . x >= threshold
};

std::string_view nameOf(FunctionKind kind); ///< "AND", "AT LEAST", ..., "" where it has none

struct FunctionName
{
    FunctionKind kind = FunctionKind::Unnamed;
    std::vector<int> inputs; ///< those that it is a function of, ascending
    std::vector<bool> negated; ///< for each of them, whether its negation is meant; never for Copy to Nor where all are
    bool negatedResult = false; ///< AtLeast and Majority: the opposite is meant, "fewer than"
    bool value = false; ///< of a Constant
    std::vector<std::int64_t> weights; ///< Threshold: one for each of `inputs`; none is 0
    std::int64_t threshold = 0; ///< AtLeast, Majority: k; Threshold: the least sum that gives 1
    bool usesDontCares = false; ///< some row that need not have a value got one by the name

    bool isNamed() const { return kind != FunctionKind::Unnamed; }
};

/// The simplest name, in the order of the kinds, for a function of any number of inputs; the rows that need no value
/// may be given one. A name is compared with every row before it is returned. `inputs` is filled for unnamed functions
/// too. Weighted thresholds are looked for to 20 inputs (Threshold.h). Errors: Cancelled.
Result<FunctionName> nameOf(const LogicFunction& function, const Progress& progress = {});

/// The function that the name stands for, on every row; FALSE where it is unnamed.
TruthTable table(const FunctionName& name, int inputs);

} // namespace formulens::logic
