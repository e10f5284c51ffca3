// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// What a user says about a file that does not say it itself.
struct ImportOptions
{
    /// The layers of a file that holds weights only, in their order: "Linear,tanh,Linear". Empty: not said; a reader
    /// that cannot do without answers with ErrorCode::NeedsArchitecture.
    std::string architecture;
    /// Shapes of inputs whose extents the file leaves open, by the input's name. What is not named is taken as 1.
    std::map<std::string, std::vector<std::int64_t>> inputShapes = {};
};

/// What every reader gets.
struct ImportRequest
{
    std::shared_ptr<const MappedFile> file;
    ImportOptions options;
};

} // namespace formulens
