// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// Shapes of inputs whose extents a file leaves open, by the input's name.
using InputShapes = std::map<std::string, std::vector<std::int64_t>>;

/// What a user says about a file that does not say it itself.
struct ImportOptions
{
    /// The layers of a file that holds weights only, in their order: "Linear,tanh,Linear". Empty: not said; a reader
    /// that cannot do without answers with ErrorCode::NeedsArchitecture.
    std::string architecture;
    /// What is not named is as the nodes that read it expect, else taken as 1.
    InputShapes inputShapes = {};
};

/// What every reader gets.
struct ImportRequest
{
    std::shared_ptr<const MappedFile> file;
    ImportOptions options;
};

} // namespace formulens
