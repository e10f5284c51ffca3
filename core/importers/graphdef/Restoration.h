// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/Functions.h"

#include <map>

namespace formulens::graphdef {

/// What a variable is called in the checkpoint.
struct SavedVariable
{
    std::string key;
    bool isSlice = false; ///< a part of what is stored
};

/// Which value of the checkpoint goes into which variable, as the graph itself says it: `restore` is the node that
/// TensorFlow runs to load the variables (restore_op_name of saver.proto), which reads them with RestoreV2 and assigns
/// them. By the variable's node in the graph. Throws ImportError.
std::map<std::size_t, SavedVariable> savedVariables(
    const Body& graph, FunctionLibrary& library, const std::string& restore, const Source& source);

} // namespace formulens::graphdef
