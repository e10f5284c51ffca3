// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/MatrixLayers.h"

#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"

#include <algorithm>

namespace formulens {

namespace {

[[noreturn]] void fail(const MatrixLayer& layer, const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, layer.place + ": " + message};
}

/// A matrix of a single row or column has lost an axis: the bias says which.
void restoreAxis(MatrixLayer& layer)
{
    const auto size = static_cast<std::int64_t>(layer.weights.size());
    if (layer.weights.shape().rank() == 2)
        return;
    if (layer.weights.shape().rank() > 2 || !layer.bias)
        fail(layer,
            "has shape " + layer.weights.shape().text()
                + (layer.bias ? ", expected a matrix" : ", and no bias says whether it is a row or a column"));
    const auto outputs = static_cast<std::int64_t>(layer.bias->size());
    if (outputs != 1 && outputs != size)
        fail(layer,
            "has " + std::to_string(size) + " numbers in one line, which do not fit a bias of "
                + std::to_string(outputs));
    layer.weights = layer.weights.reshaped(outputs == size ? Shape{outputs, 1} : Shape{1, size});
}

/// Rows are outputs, or inputs; nothing where the shape fits both.
std::optional<bool> rowsAreOutputs(const MatrixLayer& layer)
{
    const std::int64_t rows = layer.weights.shape()[0];
    const std::int64_t columns = layer.weights.shape()[1];
    if (!layer.bias || rows == columns)
        return std::nullopt;
    const auto outputs = static_cast<std::int64_t>(layer.bias->size());
    if (outputs != rows && outputs != columns)
        fail(layer,
            "has shape " + layer.weights.shape().text() + ", which does not fit a bias of " + std::to_string(outputs));
    return outputs == rows;
}

/// Whether each matrix takes what the one before gives, with rows as outputs or as inputs.
bool followEachOther(const std::vector<MatrixLayer>& layers, bool rowsAreOutputs)
{
    const auto takes = [&](const MatrixLayer& layer) { return layer.weights.shape()[rowsAreOutputs ? 1 : 0]; };
    const auto gives = [&](const MatrixLayer& layer) { return layer.weights.shape()[rowsAreOutputs ? 0 : 1]; };
    for (std::size_t i = 1; i < layers.size(); ++i)
        if (takes(layers[i]) != gives(layers[i - 1]))
            return false;
    return true;
}

std::optional<bool> saidByNeighbours(const std::vector<MatrixLayer>& layers)
{
    const bool asOutputs = followEachOther(layers, true);
    return asOutputs == followEachOther(layers, false) ? std::nullopt : std::optional(asOutputs);
}

std::optional<bool> suggested(const std::vector<MatrixLayer>& layers)
{
    for (const MatrixLayer& layer : layers)
        if (layer.rowsMayBeOutputs != layers.front().rowsMayBeOutputs)
            return std::nullopt;
    return layers.front().rowsMayBeOutputs;
}

/// One rule for all layers. Matrices that were read as a single line are laid as they need be.
bool rowsAreOutputs(const std::vector<MatrixLayer>& layers, const std::vector<bool>& wasLine)
{
    std::optional<bool> known;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::optional<bool> said = wasLine[i] ? std::nullopt : rowsAreOutputs(layers[i]);
        if (said && known && *said != *known)
            fail(layers[i], "lies the other way round than the weights before it");
        if (said)
            known = said;
    }
    const bool hasLines = std::ranges::find(wasLine, true) != wasLine.end();
    if (!known && !hasLines)
        known = saidByNeighbours(layers);
    if (!known && !hasLines)
        known = suggested(layers);
    const bool onlyLines = std::ranges::find(wasLine, false) == wasLine.end();
    if (!known && !onlyLines)
        throw ImportError{ErrorCode::BadFile,
            "the shapes of the matrices do not say whether rows are inputs or outputs: add the biases, or write a "
            "model in JSON, which says it with \"rows\""};
    return known.value_or(true);
}

} // namespace

void layOutputsByInputs(std::vector<MatrixLayer>& layers)
{
    std::vector<bool> wasLine;
    for (MatrixLayer& layer : layers) {
        wasLine.push_back(layer.weights.shape().rank() != 2);
        restoreAxis(layer);
    }
    if (layers.empty())
        return;
    const bool isTurned = !rowsAreOutputs(layers, wasLine);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        MatrixLayer& layer = layers[i];
        if (isTurned && !wasLine[i])
            layer.weights = permuted(layer.weights, {1, 0});
        if (layer.bias)
            layer.bias = layer.bias->reshaped(Shape{static_cast<std::int64_t>(layer.bias->size())});
    }
}

NamedTensors namedTensors(const std::vector<MatrixLayer>& layers)
{
    NamedTensors tensors;
    for (const MatrixLayer& layer : layers) {
        tensors.tensors.push_back({layer.name + ".weight", layer.weights, {}});
        if (layer.bias)
            tensors.tensors.push_back({layer.name + ".bias", *layer.bias, {}});
    }
    return tensors;
}

} // namespace formulens
