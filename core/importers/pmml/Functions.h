// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <pugixml.hpp>

#include <optional>
#include <string>
#include <vector>

namespace formulens::pmml {

/// What an expression gives: a column of numbers or of truth values, or a constant.
struct Value
{
    TensorIndex tensor;
    bool isTruth = false; ///< the tensor holds truth values
    bool isWhole = false; ///< of a whole-number type in the file
    std::optional<bool> known = {}; ///< a truth value that is the same for all inputs: there is no tensor
};

/// The value as a number: 1 for true, 0 for false.
TensorIndex numberOf(GraphBuilder& graph, const Value& value, const std::string& name);

/// isMissing and the like: here every input has a value, and a valid one.
bool asksForPresence(const std::string& function);

/// A built-in function of PMML over its operands. Throws ImportError where it is not known or the operands do not fit.
Value addFunction(GraphBuilder& graph, const std::string& function, const std::vector<Value>& operands,
    const pugi::xml_node& place, const std::string& name);

} // namespace formulens::pmml
