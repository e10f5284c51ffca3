// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Activation.h"
#include "core/importers/keras/LayerConfig.h"
#include "core/importers/keras/Weights.h"
#include "core/network/GraphBuilder.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/* Every layer that is known is a row: the class, the weights that it has, and how it is written in operators of ONNX.
 * A row is found by its class's name (`findLayer`); the rows stand in the file of their family.
 */
namespace formulens::keras {

/// Who wrote the file, as far as it says so: some layers mean something else by version.
struct Origin
{
    int major = 0; ///< 1, 2 or 3; 0 where the file is silent
    int minor = 0;
    bool usesTheano = false; ///< whose convolutions turn their kernels round
};

/// A tensor of the graph while it is written. The first axis is the batch. Extents are not known here, but the rank is.
struct Value
{
    TensorIndex tensor;
    std::size_t rank = 0;
    bool isMasked = false; ///< Keras hands a mask on with it: layers that heed one cannot be written
};

/// What a layer is written from.
struct LayerContext
{
    GraphBuilder& graph;
    const Origin& origin;
    LayerConfig& config;
    const Layer& layer;
    std::string name; ///< of the result; parts of the layer are named NAME/PART
    std::vector<Value> inputs;
    std::vector<Tensor> weights;
    std::vector<WeightSpec> specs; ///< of the weights, one each
    std::vector<std::string>& warnings;

    /// The one input; of this rank, if it is given.
    const Value& input(std::size_t rank = 0) const;
    bool hasWeight(std::string_view role, std::string_view place = {}) const;
    /// Of this rank.
    const Tensor& weight(std::string_view role, std::size_t rank, std::string_view place = {}) const;
    std::optional<Tensor> weightIfAny(std::string_view role, std::size_t rank, std::string_view place = {}) const;
    /// For layers that compute something else where a mask comes with their input.
    void refuseMask() const;
    /// channels_last, unless the key data_format says otherwise.
    bool hasChannelsLast() const;

    TensorIndex node(
        const std::string& operatorName, std::vector<GraphBuilder::Operand> operands, Attributes attributes = {}) const
    {
        return graph.node(operatorName, std::move(operands), name, std::move(attributes));
    }
};

using Values = std::vector<Value>;

struct LayerRow
{
    std::string_view className;
    std::vector<WeightSpec> (*weights)(LayerConfig& config); ///< null: none
    Values (*write)(LayerContext& context);
};

std::span<const LayerRow> basicLayers();
std::span<const LayerRow> activationLayers();
std::span<const LayerRow> convolutionLayers();
std::span<const LayerRow> normalisationLayers();
std::span<const LayerRow> recurrentLayers();
std::span<const LayerRow> shapeLayers();

/// Null for a class that is not known.
const LayerRow* findLayer(std::string_view className);

/// The activation that the configuration names under the key, with Keras's own parameters.
Activation activationAt(LayerConfig& config, const Origin& origin, const std::string& key, const char* standard);

/// Writes what `linear` makes of a name, and the layer's activation behind it; the result has the layer's name.
template <class Write>
TensorIndex withActivation(LayerContext& context, const Activation& activation, Write linear)
{
    if (activation.kind == Activation::Kind::Linear)
        return linear(context.name);
    return addActivation(context.graph, linear(context.name + "/linear"), activation, context.name);
}

} // namespace formulens::keras
