// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/containers/MappedFile.h"

#include <memory>
#include <string_view>

/// ONNX files, read in place by the published onnx.proto3: every IR version, any operator sets. Unknown operators stay
/// in the graph; functions of the file and the branches of If are written out, Loop and Scan are shown, not computed.
namespace formulens::onnx {

/// By the outermost fields of the file alone. A model that is cut short or damaged further in is still recognised, so
/// that `read` can say where.
bool recognises(std::string_view content);

/// Weights stay where they lie in the file, which the network keeps alive. Errors name the file and the place in it.
Result<ImportedModel> read(std::shared_ptr<const MappedFile> file, const Progress& progress = {});

} // namespace formulens::onnx
