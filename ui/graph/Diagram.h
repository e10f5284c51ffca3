// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/operators/PreparedNetwork.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace formulens {

/// What the network view draws, at either level: nodes with places and edges between them. A value, built in a job.
struct Diagram
{
    enum class Level
    {
        Layers,
        Neurons
    };

    enum class Kind
    {
        Input,
        Output,
        Neuron,
        Dense,
        Convolution,
        Pooling,
        Activation,
        Scaling,
        Movement,
        Joint, ///< softmax, products: several operands at once
        Unknown ///< an operator that cannot be computed; `remark` says why
    };

    enum class Outline
    {
        Box,
        Circle,
        Tile ///< one place of a feature map
    };

    struct Node
    {
        Kind kind = Kind::Neuron;
        Outline outline = Outline::Box;
        QRectF place;
        QString title;
        QString subtitle; ///< the file's operator names, or a neuron's function
        QString remark; ///< for the tooltip
        std::optional<ElementReference> element; ///< neurons and outputs
        std::optional<std::size_t> input; ///< input element
        std::optional<TensorIndex> tensor; ///< of a layer: its result
        std::optional<std::size_t> chain; ///< of a layer of several steps: can be expanded or folded
        std::size_t column = 0;
    };

    struct Edge
    {
        std::size_t from = 0;
        std::size_t to = 0;
        double weight = 1;
        std::vector<QPointF> route; ///< layers level; neurons are joined by straight lines
        QString label; ///< the shape that flows along
    };

    Level level = Level::Layers;
    std::vector<Node> nodes;
    std::vector<Edge> edges; ///< by falling |weight|
    std::vector<std::vector<std::size_t>> incoming; ///< edges into each node
    double largestWeight = 0;
    QRectF bounds;
    std::map<ElementReference, std::size_t> nodeOfElement; ///< also of merged neurons
    std::map<std::size_t, std::size_t> nodeOfInput;

    /// The node, and every node and edge on a path from an input to it.
    struct Paths
    {
        std::vector<bool> nodes;
        std::vector<bool> edges;
    };
    Paths pathsInto(const std::vector<std::size_t>& targets) const;

    /// Sorts the edges by weight and fills what follows from nodes and edges.
    void finish();
};

/// The operator graph as the file has it; chains such as Gemm + Relu are one box unless `expanded` names them.
Diagram layerDiagram(const PreparedNetwork& network, const std::vector<std::size_t>& expanded = {});

/// Each neuron as a circle, feature maps as tiles, in columns from the inputs to the outputs.
/// names: what the inputs are called, one an input element.
Diagram neuronDiagram(const PreparedNetwork& network, const Equations& equations, const std::vector<QString>& names);

} // namespace formulens
