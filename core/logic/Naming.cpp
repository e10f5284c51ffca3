// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Naming.h"

#include "core/logic/Threshold.h"

#include <algorithm>
#include <array>
#include <bit>

namespace formulens::logic {

TwoInputFunction twoInputFunction(const TruthTable& function)
{
    return static_cast<TwoInputFunction>(function.words()[0] & 15);
}

std::string_view nameOf(TwoInputFunction function)
{
    static constexpr std::array<std::string_view, 16> names{"FALSE", "NOR", "x2 AND NOT x1", "NOT x1", "x1 AND NOT x2",
        "NOT x2", "XOR", "NAND", "AND", "XNOR", "x2", "x1 IMPLIES x2", "x1", "x2 IMPLIES x1", "OR", "TRUE"};
    return names[static_cast<std::size_t>(function)];
}

std::string_view nameOf(FunctionKind kind)
{
    static constexpr std::array<std::string_view, 13> names{
        "", "CONSTANT", "COPY", "NOT", "AND", "OR", "NAND", "NOR", "XOR", "XNOR", "AT LEAST", "MAJORITY", "THRESHOLD"};
    return names[static_cast<std::size_t>(kind)];
}

namespace {

/// The rows that must be 1 and those that must be 0, over the inputs that are needed to tell them apart.
struct Sides
{
    TruthTable on;
    TruthTable off;
    std::vector<int> inputs;

    int count() const { return on.inputs(); }
    std::uint32_t allInputs() const { return static_cast<std::uint32_t>(on.rows() - 1); }
    bool fits(const TruthTable& table) const { return (on & ~table).isFalse() && (off & table).isFalse(); }
};

// Whatever the input's value: the rows that are in the set for some value of it.
TruthTable smoothed(const TruthTable& set, int input)
{
    return set.cofactor(input, false) | set.cofactor(input, true);
}

Sides sidesOf(const LogicFunction& function)
{
    Sides sides{function.mustBeOne(), function.mustBeZero(), {}};
    for (int input = function.inputs() - 1; input >= 0; --input) {
        const TruthTable on = smoothed(sides.on, input);
        const TruthTable off = smoothed(sides.off, input);
        if ((on & off).isFalse()) {
            sides.on = on;
            sides.off = off;
        } else {
            sides.inputs.insert(sides.inputs.begin(), input);
        }
    }
    sides.on = sides.on.restricted(sides.inputs);
    sides.off = sides.off.restricted(sides.inputs);
    return sides;
}

FunctionName named(FunctionKind kind, const Sides& sides, std::uint32_t negated = 0)
{
    FunctionName name;
    name.kind = kind;
    name.inputs = sides.inputs;
    for (int input = 0; input < sides.count(); ++input)
        name.negated.push_back((negated & inputBit(sides.count(), input)) != 0);
    return name;
}

// Where all inputs are negated, the name of the other function by De Morgan says it without.
FunctionName namedWithout(FunctionKind plain, FunctionKind allNegated, const Sides& sides, std::uint32_t negated)
{
    return negated == sides.allInputs() ? named(allNegated, sides) : named(plain, sides, negated);
}

FunctionName constantOrOneInput(const Sides& sides)
{
    if (sides.count() == 1)
        return named(sides.on.at(1) ? FunctionKind::Copy : FunctionKind::Negation, sides);
    FunctionName name = named(sides.count() == 0 ? FunctionKind::Constant : FunctionKind::Unnamed, sides);
    name.value = sides.count() == 0 && sides.on.at(0);
    return name;
}

// A product of all inputs has one row; so has, with the values turned, a sum.
FunctionName productOrSum(const Sides& sides)
{
    const auto onlyRow = [](const TruthTable& set) {
        std::uint32_t row = 0;
        while (!set.at(row))
            ++row;
        return row;
    };
    if (sides.on.ones() == 1)
        return namedWithout(FunctionKind::And, FunctionKind::Nor, sides, ~onlyRow(sides.on) & sides.allInputs());
    if (sides.off.ones() == 1)
        return namedWithout(FunctionKind::Or, FunctionKind::Nand, sides, onlyRow(sides.off));
    return named(FunctionKind::Unnamed, sides);
}

FunctionName parity(const Sides& sides)
{
    TruthTable odd(sides.count());
    for (int input = 0; input < sides.count(); ++input)
        odd ^= TruthTable::variable(sides.count(), input);
    if (sides.fits(odd))
        return named(FunctionKind::Xor, sides);
    return named(sides.fits(~odd) ? FunctionKind::Xnor : FunctionKind::Unnamed, sides);
}

// The inputs that rather lower the function than raise it; of a function that each input only raises or only lowers
// these are the latter (Chow's parameters).
std::uint32_t loweringInputs(const Sides& sides)
{
    std::uint32_t lowering = 0;
    const auto onesOn = static_cast<std::int64_t>(sides.on.ones());
    const auto onesOff = static_cast<std::int64_t>(sides.off.ones());
    for (int input = 0; input < sides.count(); ++input) {
        const TruthTable variable = TruthTable::variable(sides.count(), input);
        const std::int64_t on = 2 * static_cast<std::int64_t>((sides.on & variable).ones()) - onesOn;
        const std::int64_t off = 2 * static_cast<std::int64_t>((sides.off & variable).ones()) - onesOff;
        if (on < off)
            lowering |= inputBit(sides.count(), input);
    }
    return lowering;
}

FunctionName atLeast(const Sides& sides)
{
    const std::uint32_t negated = loweringInputs(sides);
    int leastOn = sides.count() + 1;
    int mostOff = -1;
    for (std::uint32_t row = 0; row <= sides.allInputs(); ++row) {
        const int count = std::popcount(row ^ negated);
        if (sides.on.at(row))
            leastOn = std::min(leastOn, count);
        else if (sides.off.at(row))
            mostOff = std::max(mostOff, count);
    }
    if (leastOn <= mostOff)
        return named(FunctionKind::Unnamed, sides);
    const int count = sides.count();
    const bool turned = negated == sides.allInputs();
    const int threshold = turned ? count - leastOn + 1 : leastOn;
    FunctionName name = named(count >= 3 && threshold == count / 2 + 1 ? FunctionKind::Majority : FunctionKind::AtLeast,
        sides, turned ? 0 : negated);
    name.negatedResult = turned;
    name.threshold = threshold;
    return name;
}

FunctionName weighted(const Sides& sides, const Progress& progress)
{
    FunctionName name = named(FunctionKind::Unnamed, sides);
    const std::optional<WeightedThreshold> found = thresholdOf(sides.on, sides.off, progress);
    if (!found)
        return name;
    name = named(FunctionKind::Threshold, sides);
    name.weights = found->weights;
    name.threshold = found->threshold;
    return name;
}

FunctionName simplestName(const Sides& sides, const Progress& progress)
{
    FunctionName name = constantOrOneInput(sides);
    if (!name.isNamed())
        name = productOrSum(sides);
    if (!name.isNamed())
        name = parity(sides);
    if (!name.isNamed())
        name = atLeast(sides);
    if (!name.isNamed())
        name = weighted(sides, progress);
    return name;
}

} // namespace

Result<FunctionName> nameOf(const LogicFunction& function, const Progress& progress)
{
    const Sides sides = sidesOf(function);
    FunctionName name = simplestName(sides, progress);
    if (progress.stopped())
        return failure(ErrorCode::Cancelled, "the search for the function's name was cancelled");
    if (name.isNamed() && !function.agreesWith(table(name, function.inputs())))
        return failure(ErrorCode::Internal, "the name of the logic function does not hold in every row");
    name.usesDontCares = name.isNamed() && !function.isComplete();
    return name;
}

namespace {

// The inputs of the name, negated where it says so.
std::vector<TruthTable> operandsOf(const FunctionName& name, int inputs)
{
    std::vector<TruthTable> operands;
    for (std::size_t i = 0; i < name.inputs.size(); ++i) {
        const TruthTable variable = TruthTable::variable(inputs, name.inputs[i]);
        operands.push_back(name.negated[i] ? ~variable : variable);
    }
    return operands;
}

TruthTable weighedTable(const FunctionName& name, int inputs)
{
    WeightedThreshold function{name.weights, name.threshold};
    if (name.kind != FunctionKind::Threshold)
        function.weights.assign(name.inputs.size(), 1);
    for (std::size_t i = 0; i < name.inputs.size(); ++i)
        if (name.negated[i]) {
            function.threshold -= function.weights[i];
            function.weights[i] = -function.weights[i];
        }
    const TruthTable result = table(function).widened(inputs, name.inputs);
    return name.negatedResult ? ~result : result;
}

} // namespace

TruthTable table(const FunctionName& name, int inputs)
{
    const std::vector<TruthTable> operands = operandsOf(name, inputs);
    TruthTable all(inputs, true);
    TruthTable any(inputs);
    TruthTable odd(inputs);
    for (const TruthTable& operand : operands) {
        all &= operand;
        any |= operand;
        odd ^= operand;
    }
    switch (name.kind) {
    case FunctionKind::Unnamed:
        break;
    case FunctionKind::Constant:
        return TruthTable(inputs, name.value);
    case FunctionKind::Copy:
    case FunctionKind::And:
        return all;
    case FunctionKind::Negation:
    case FunctionKind::Nand:
        return ~all;
    case FunctionKind::Or:
        return any;
    case FunctionKind::Nor:
        return ~any;
    case FunctionKind::Xor:
        return odd;
    case FunctionKind::Xnor:
        return ~odd;
    case FunctionKind::AtLeast:
    case FunctionKind::Majority:
    case FunctionKind::Threshold:
        return weighedTable(name, inputs);
    }
    return TruthTable(inputs);
}

} // namespace formulens::logic
