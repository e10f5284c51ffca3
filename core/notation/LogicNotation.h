// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Logic.h"
#include "core/notation/Notation.h"

#include <string>
#include <string_view>
#include <vector>

/// Logic as a reader sees it: a tree for the screen, LaTeX, MathML and text, and names in plain words.
namespace formulens::notation {

struct LogicNotationOptions
{
    /// Longer sums and lists of gates show so many and say how many more there are; 0 shows all.
    std::size_t shownTerms = 300;
    bool meanings = true; ///< "x_1 = 0 stands for 20, x_1 = 1 for 40" below, where it is not 0 and 1
};

/// The result in one form, as aligned equations: g_1 = ... for each gate that has a line of its own, then y = ..., then
/// what 0 and 1 stand for where it is other numbers. A form that the result has not says so in words.
Tree notateLogic(const LogicResult& result, const std::vector<LogicInput>& inputs, logic::LogicFormKind kind,
    const LogicNotationOptions& options = {});

/// All results of the answer one below the other, each in its form of the list; gates are numbered throughout.
Tree notateLogic(const LogicAnswer& answer, const std::vector<logic::LogicFormKind>& kinds,
    const LogicNotationOptions& options = {});

/// "name", "sum of products", "product of sums", "XOR form", "NAND only", "NOR only", "AND and NOT only"
std::string_view title(logic::LogicFormKind kind);

/// "x1 XOR x2", "x2 AND NOT x1", "x1 IMPLIES x2", "NOT (x1 XOR x2 XOR x3)", "at least 2 of x1, x2, x3", "2 x1 + x2 - x3
/// >= 1", "FALSE"; empty for what has no name. One symbol an input of the function.
std::string nameText(const logic::FunctionName& name, const std::vector<std::string>& symbols);

/// For the head of a column: "XOR" where it is that of all inputs, "x1 XOR x3" where of some, "AND of 12", "at least 7
/// of 12", "threshold"; empty for what has no name.
std::string shortNameText(const logic::FunctionName& name, const std::vector<std::string>& symbols);

std::vector<std::string> symbolsOf(const std::vector<LogicInput>& inputs);

} // namespace formulens::notation
