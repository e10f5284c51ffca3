// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/NamedTensors.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

/// The safetensors container: eight bytes of length, so much JSON that names the tensors, then their elements.
namespace formulens::safetensors {

struct Contents
{
    NamedTensors tensors; ///< where they lie in the file, in the header's order
    std::map<std::string, std::string> metadata; ///< what "__metadata__" says
};

bool recognises(std::string_view content);

/// Errors do not name the file.
Result<Contents> read(const std::shared_ptr<const MappedFile>& file);

} // namespace formulens::safetensors
