// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/question/Question.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// What a side file says of one input or output, of an element or of a whole tensor. Empty: nothing is said.
struct SideQuantity
{
    std::string element; ///< "state[0]", "image[3,4]", a tensor's name, "@k"; empty: `name` is the tensor's name
    std::string name;
    std::string symbol;
    std::string description;
    std::string unit;
    std::optional<Domain> domain; ///< of an output: the range that is expected
    std::vector<double> reference; ///< one number for all elements, or one an element in flat order
    std::optional<Scaling> scaling;
    std::vector<std::string> classes;

    friend bool operator==(const SideQuantity&, const SideQuantity&) = default;
};

/// MODEL.formulens.json: what the numbers of a network mean. The schema is resources/side-file.schema.json.
struct SideFile
{
    static constexpr int version = 1;

    std::string title;
    std::string story;
    std::string architecture; ///< of a model that holds weights only: "Linear,tanh,Linear"
    std::map<std::string, std::vector<std::int64_t>> inputShapes; ///< of inputs whose extents the file leaves open
    std::vector<SideQuantity> inputs; ///< in order: a later entry refines an earlier one
    std::vector<SideQuantity> outputs;
    std::vector<std::string> warnings; ///< keys that this version does not know

    friend bool operator==(const SideFile&, const SideFile&) = default;
};

/// dir/MODEL.onnx -> dir/MODEL.formulens.json
std::filesystem::path sideFilePathOf(const std::filesystem::path& model);

/// Errors name the file and the place: "xor.formulens.json: inputs[1].domain: expected [lowest, highest]".
Result<SideFile> parseSideFile(std::string_view json, const std::string& fileName);
Result<SideFile> readSideFile(const std::filesystem::path& path);

/// JSON text that `parseSideFile` reads back to the same.
std::string toJson(const SideFile& sideFile);

} // namespace formulens
