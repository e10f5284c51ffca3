// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/OnnxModelWriter.h"

namespace formulens {

/// The network in Formulens' own model format (resources/model.schema.json), as a graph: every number in the shortest
/// text that reads back to the same. Refuses (Limit) weights of more than 64 million elements, and (Unsupported) names
/// that are no UTF-8.
Result<ModelBytes> writeJsonModel(const Network& network);

} // namespace formulens
