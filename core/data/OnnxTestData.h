// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/network/Network.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// The folders test_data_set_0, test_data_set_1 ... beside a model, in this order: what its maker says that goes in and
/// comes out.
std::vector<std::filesystem::path> testDataFolders(const std::filesystem::path& model);

/// One such folder: tensors in the files input_0.pb, input_1.pb ... and output_0.pb ...
struct OnnxTestData
{
    std::vector<Tensor> inputs; ///< one an input of the network
    std::vector<std::optional<Tensor>> outputs; ///< one an output of the network; nothing where there is no file
};

/// A tensor belongs to the input or output of its name, else to the one of its number. Errors name folder and file.
Result<OnnxTestData> readOnnxTestData(const std::filesystem::path& folder, const Network& network);

} // namespace formulens
