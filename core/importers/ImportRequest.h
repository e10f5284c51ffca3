// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <memory>
#include <string>

namespace formulens {

/// What a user says about a file that does not say it itself.
struct ImportOptions
{
    /// The layers of a file that holds weights only, in their order: "Linear,tanh,Linear". Empty: not said; a reader
    /// that cannot do without answers with ErrorCode::NeedsArchitecture.
    std::string architecture;
};

/// What every reader gets.
struct ImportRequest
{
    std::shared_ptr<const MappedFile> file;
    ImportOptions options;
};

} // namespace formulens
