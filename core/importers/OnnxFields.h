// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace formulens::onnx {

/// Field numbers of GraphProto in onnx.proto3.
enum GraphField : std::uint32_t
{
    GraphNode = 1,
    GraphName = 2,
    GraphInitializer = 5,
    GraphDoc = 10,
    GraphInput = 11,
    GraphOutput = 12,
    GraphValueInfo = 13,
    GraphSparseInitializer = 15,
};

} // namespace formulens::onnx
