// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/* What a SavedModel says of itself: saved_model.proto and meta_graph.proto. All functions throw ImportError. */
namespace formulens::graphdef {

/// An input or an output (TensorInfo).
struct SignatureTensor
{
    std::string reference; ///< "node:0"; empty for those of several tensors
    std::int64_t dataType = 0;
    std::optional<std::vector<std::int64_t>> extents; ///< -1 where open; absent where the rank is open
};

/// A function that the model offers, by the names of what goes in and comes out.
struct Signature
{
    std::string name;
    std::string method; ///< "tensorflow/serving/predict"
    std::map<std::string, SignatureTensor> inputs;
    std::map<std::string, SignatureTensor> outputs;
};

/// One of the graphs of a model, as a part of the file's bytes.
struct MetaGraph
{
    std::vector<std::string> tags; ///< "serve"
    std::string_view graph; ///< GraphDef
    std::string_view library; ///< of its functions
    std::string restore; ///< the node that loads the variables; empty where there is none
    std::vector<Signature> signatures; ///< by their names
};

std::vector<MetaGraph> readMetaGraphs(std::string_view savedModel);

/// The one for use, not for training.
const MetaGraph& servedGraph(const std::vector<MetaGraph>& graphs);

/// What the model computes where nothing else is asked. Where that had to be guessed, a sentence is added to
/// `warnings`.
const Signature& servedSignature(const MetaGraph& graph, std::vector<std::string>& warnings);

} // namespace formulens::graphdef
