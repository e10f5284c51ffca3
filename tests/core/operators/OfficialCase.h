// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// A model of libonnx-testdata with its first data set: what goes in, and what must come out.
struct OfficialCase
{
    std::shared_ptr<const Network> network;
    std::vector<Tensor> inputs; ///< in the order of network->inputs
    std::vector<Tensor> outputs;
    std::string trouble; ///< why the case could not be read, else empty
};

/// Folders of all cases, sorted; empty where the package is not installed.
std::vector<std::filesystem::path> officialCaseFolders();

OfficialCase readOfficialCase(const std::filesystem::path& folder);

/// The same network with some of its inputs made constants.
std::shared_ptr<const Network> withConstants(
    const Network& network, const std::vector<Tensor>& inputs, const std::vector<bool>& isConstant);

} // namespace formulens
