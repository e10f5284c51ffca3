// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Logic.h"

#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// What an answer in logic is, for comments, one fact a line: the model, and what is fixed.
std::vector<std::string> factsOf(const LogicAnswer& answer);

/// "x1 = "Temp (C)": 0 stands for 20, 1 for 40"
std::string factOf(const LogicInput& input);

/// "y = "alarm": 1 above 0.5"
std::string factOf(const LogicResult& result);

/// "NAND only, 4 gates, minimal"
std::string factOf(const logic::LogicForm& form);

/// All facts about the answer, with a form for each of its results.
std::vector<std::string> factsOf(const LogicAnswer& answer, const std::vector<const logic::LogicForm*>& forms);

/// The form of each result. Errors: BadQuestion where a result has none such.
Result<std::vector<const logic::LogicForm*>> formsOf(
    const LogicAnswer& answer, std::optional<logic::LogicFormKind> kind);

/// The same for code: where the form is a name, or none is asked for, the shortest that consists of gates.
Result<std::vector<const logic::LogicForm*>> gateFormsOf(
    const LogicAnswer& answer, std::optional<logic::LogicFormKind> kind);

/// '0', '1', or '-' where the row needs no value.
char valueIn(const LogicResult& result, std::size_t row);

} // namespace formulens
