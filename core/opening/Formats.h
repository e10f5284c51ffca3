// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <span>
#include <string_view>

namespace formulens {

/// A kind of model file: recognised by its content, whatever its name.
struct Format
{
    std::string_view name; ///< "ONNX", for dialogs and messages
    std::string_view endings; ///< that its files mostly have, for the dialog that opens files: "*.onnx *.onnx.gz"
    bool (*recognises)(std::string_view content);
    Result<ImportedModel> (*read)(const ImportRequest& request, const Progress& progress);
};

/// All formats, in the order in which they are tried.
std::span<const Format> formats();

/// Null for a file that is none of them.
const Format* formatOf(std::string_view content);

} // namespace formulens
