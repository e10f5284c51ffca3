// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/LogicNotation.h"

#include <algorithm>
#include <cstdlib>

namespace formulens::notation {

using logic::FunctionKind;

namespace {

constexpr std::size_t manyOperands = 3;

/// The inputs of the name, those that are not negated first: "x2", "NOT x1".
std::vector<std::string> operandTexts(const logic::FunctionName& name, const std::vector<std::string>& symbols)
{
    std::vector<std::string> operands;
    for (const bool negated : {false, true})
        for (std::size_t i = 0; i < name.inputs.size(); ++i)
            if (name.negated[i] == negated)
                operands.push_back((negated ? "NOT " : "") + symbols[static_cast<std::size_t>(name.inputs[i])]);
    return operands;
}

std::string joinedBy(std::string_view between, const std::vector<std::string>& texts)
{
    std::string joined;
    for (const std::string& text : texts)
        joined += (joined.empty() ? "" : std::string(between)) + text;
    return joined;
}

/// "x1 NAND x2"; of more than two the word is that of the plain function, for NAND is not associative.
std::string oppositeText(std::string_view word, std::string_view plain, const std::vector<std::string>& operands)
{
    if (operands.size() == 2)
        return operands.front() + " " + std::string(word) + " " + operands.back();
    return "NOT (" + joinedBy(" " + std::string(plain) + " ", operands) + ")";
}

/// x2 OR NOT x1 is x1 IMPLIES x2.
std::string disjunctionText(const logic::FunctionName& name, const std::vector<std::string>& symbols)
{
    const auto symbol = [&](std::size_t i) { return symbols[static_cast<std::size_t>(name.inputs[i])]; };
    if (name.inputs.size() == 2 && name.negated[0] != name.negated[1])
        return name.negated[0] ? symbol(0) + " IMPLIES " + symbol(1) : symbol(1) + " IMPLIES " + symbol(0);
    return joinedBy(" OR ", operandTexts(name, symbols));
}

/// "2 x1 + x2 - x3 >= 1"
std::string weightedText(const logic::FunctionName& name, const std::vector<std::string>& symbols)
{
    std::string text;
    for (std::size_t i = 0; i < name.inputs.size(); ++i) {
        const std::int64_t weight = name.weights[i];
        if (text.empty())
            text += weight < 0 ? "-" : "";
        else
            text += weight < 0 ? " - " : " + ";
        text += std::abs(weight) == 1 ? "" : std::to_string(std::abs(weight)) + " ";
        text += (name.negated[i] ? "NOT " : "") + symbols[static_cast<std::size_t>(name.inputs[i])];
    }
    return text + (name.negatedResult ? " < " : " >= ") + std::to_string(name.threshold);
}

std::string countedText(const logic::FunctionName& name, const std::string& what)
{
    return (name.negatedResult ? "fewer than " : "at least ") + std::to_string(name.threshold) + " of " + what;
}

} // namespace

std::string nameText(const logic::FunctionName& name, const std::vector<std::string>& symbols)
{
    const std::vector<std::string> operands = operandTexts(name, symbols);
    switch (name.kind) {
    case FunctionKind::Unnamed:
        return "";
    case FunctionKind::Constant:
        return name.value ? "TRUE" : "FALSE";
    case FunctionKind::Copy:
        return operands.front();
    case FunctionKind::Negation:
        return "NOT " + operands.front();
    case FunctionKind::And:
        return joinedBy(" AND ", operands);
    case FunctionKind::Or:
        return disjunctionText(name, symbols);
    case FunctionKind::Nand:
        return oppositeText("NAND", "AND", operands);
    case FunctionKind::Nor:
        return oppositeText("NOR", "OR", operands);
    case FunctionKind::Xor:
        return joinedBy(" XOR ", operands);
    case FunctionKind::Xnor:
        return oppositeText("XNOR", "XOR", operands);
    case FunctionKind::AtLeast:
    case FunctionKind::Majority:
        return countedText(name, joinedBy(", ", operands));
    case FunctionKind::Threshold:
        return weightedText(name, symbols);
    }
    return "";
}

std::string shortNameText(const logic::FunctionName& name, const std::vector<std::string>& symbols)
{
    const std::string count = std::to_string(name.inputs.size());
    if (name.kind == FunctionKind::AtLeast || name.kind == FunctionKind::Majority)
        return countedText(name, count);
    if (name.kind == FunctionKind::Threshold)
        return "threshold";
    const bool hasWord = name.inputs.size() > 1;
    const bool isPlain = hasWord && std::ranges::find(name.negated, true) == name.negated.end();
    const std::string word(logic::nameOf(name.kind));
    if (isPlain && name.inputs.size() == symbols.size())
        return word;
    return hasWord && name.inputs.size() > manyOperands ? word + " of " + count : nameText(name, symbols);
}

std::vector<std::string> symbolsOf(const std::vector<LogicInput>& inputs)
{
    std::vector<std::string> symbols;
    for (const LogicInput& input : inputs)
        symbols.push_back(input.symbol);
    return symbols;
}

} // namespace formulens::notation
