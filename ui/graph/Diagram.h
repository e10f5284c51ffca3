// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <QFont>
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
        std::string symbol; ///< in formulas and plots, "h2_5"; empty where it has none
        QString title; ///< what file, side file or user call it: "h2[4]"; of a layer its words
        QString subtitle; ///< the file's operator names, or a neuron's function
        QString beside; ///< of inputs and outputs: what stands beside the node, where its symbol says less
        QString remark; ///< for the tooltip
        std::optional<ElementReference> element; ///< neurons and outputs
        std::optional<std::size_t> input; ///< input element
        std::optional<TensorIndex> tensor; ///< of a layer: its result
        std::optional<std::size_t> chain; ///< of a layer of several steps: can be expanded or folded
        bool expanded = false; ///< one step of an expanded chain
        std::size_t column = 0;
    };

    struct Edge
    {
        std::size_t from = 0;
        std::size_t to = 0;
        double weight = 1;
        double size = 1; ///< |weight| over the largest into the same column: 0 to 1
        std::vector<QPointF> route; ///< layers level; neurons are joined by straight lines
        QString label; ///< the shape that flows along
    };

    /// What stands above a column of neurons.
    struct Heading
    {
        QString text; ///< "50 × ReLU"
        QPointF foot; ///< bottom middle of the text
    };

    Level level = Level::Layers;
    std::vector<Node> nodes;
    std::vector<Heading> headings;
    std::vector<Edge> edges; ///< those that are drawn first where not all are
    std::vector<std::vector<std::size_t>> incoming; ///< edges into each node
    std::vector<std::vector<std::size_t>> outgoing; ///< edges out of each node
    QRectF bounds;
    std::map<ElementReference, std::size_t> nodeOfElement; ///< also of merged neurons
    std::map<std::size_t, std::size_t> nodeOfInput;

    /// The targets, and every node and edge on a path from an input to one of them; of a target that is an input, on a
    /// path from it to an output.
    struct Paths
    {
        std::vector<bool> nodes;
        std::vector<bool> edges;
    };
    Paths pathsThrough(const std::vector<std::size_t>& targets) const;

    /// Ranks the edges and fills what follows from nodes and edges.
    void finish();

private:
    void rankEdges();
};

/// The operator graph as the file has it; chains such as Gemm + Relu are one box unless `expanded` names them. Boxes
/// are as wide as their text in this font.
Diagram layerDiagram(
    const PreparedNetwork& network, const std::vector<std::size_t>& expanded = {}, const QFont& font = {});

/// Each neuron as a circle, feature maps as tiles, in columns from the inputs to the outputs. Symbols are those of the
/// formulas of the same question; names of inputs and outputs are the question's.
Diagram neuronDiagram(const PreparedNetwork& network, const Equations& equations, const Question& question);

} // namespace formulens
