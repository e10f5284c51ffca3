// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/DenseChain.h"

#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"

namespace formulens {

void checkChain(const std::vector<ChainLayer>& layers)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const Shape& shape = layers[i].weights.shape();
        const auto fail = [&](const std::string& words) {
            throw ImportError{ErrorCode::BadFile, layers[i].place + ": " + words};
        };
        if (i > 0 && shape[1] != layers[i - 1].weights.shape()[0])
            fail("takes " + std::to_string(shape[1]) + " values, but the layer before gives "
                + std::to_string(layers[i - 1].weights.shape()[0]));
        if (layers[i].bias && layers[i].bias->shape() != Shape{shape[0]})
            fail("gives " + std::to_string(shape[0]) + " values, but its bias has "
                + std::to_string(layers[i].bias->size()));
    }
}

TensorIndex addDenseChain(GraphBuilder& graph, TensorIndex x, std::vector<ChainLayer> layers)
{
    checkChain(layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string name = "layer_" + std::to_string(i + 1);
        x = addDense(
            graph, x, 2, std::move(layers[i].weights), WeightLayout::OutputsByInputs, std::move(layers[i].bias), name);
        x = addActivation(graph, x, layers[i].activation, name + "/out");
    }
    return x;
}

} // namespace formulens
