// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace formulens::onnx {

/// A function that the file defines: domain, name, overload.
using FunctionKey = std::tuple<std::string, std::string, std::string>;

/// What a ModelProto says around its graph. The graph lies in the model's bytes.
struct Header
{
    std::int64_t irVersion = 0;
    std::string producer;
    std::string producerVersion;
    std::string doc;
    std::map<std::string, std::int64_t> operatorSets; ///< by domain
    std::map<std::string, std::string> metadata;
    std::map<FunctionKey, std::string_view> functions; ///< FunctionProto messages
    std::optional<std::string_view> graph;
};

/// Throws ImportError for what is damaged, and where there is no graph.
Header readHeader(std::string_view model);

/// "ONNX, IR 8, operator set 17, ai.onnx.ml 3"
std::string formatWords(const Header& header);

/// Adds what an OperatorSetIdProto says.
void addOperatorSet(std::map<std::string, std::int64_t>& operatorSets, std::string_view message);

/// "" and "ai.onnx" are the same domain.
std::string canonicalDomain(std::string domain);

} // namespace formulens::onnx
