// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/caffe/Net.h"
#include "core/network/GraphBuilder.h"

#include <span>

namespace formulens::caffe {

/// What flows between layers. Shapes are always known, but for what comes of a layer that is not.
struct Value
{
    TensorIndex tensor;
    std::optional<Shape> shape;
};

using Values = std::vector<Value>;

/// A layer while it is written into the graph; what it reads is there already, its shapes known.
class Writing
{
public:
    Writing(GraphBuilder& graph, ElementType numbers, const Layer& layer, std::string_view parameters, Values bottoms,
        std::vector<std::string> topNames, std::vector<Blob> blobs, std::string missingWeights);

    GraphBuilder& graph;
    const ElementType numbers; ///< single, or double where the weights are
    const Layer& layer;
    Parameters parameters;
    const Values bottoms;
    const std::vector<std::string> topNames; ///< of the tensors that hold its tops
    bool mixesRows = false; ///< does more than compute each row of a batch alone

    /// Thrown as ImportError; whoever writes the layers puts the layer's label in front.
    [[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile) const;
    [[noreturn]] void unsupported(const std::string& complaint) const { fail(complaint, ErrorCode::Unsupported); }

    void expectBottoms(std::size_t least, std::size_t most) const;
    void expectTops(std::size_t count) const;
    void expectRank(std::size_t rank, std::size_t bottom = 0) const;
    TensorIndex tensor(std::size_t bottom = 0) const { return bottoms[bottom].tensor; }
    const Shape& shape(std::size_t bottom = 0) const { return *bottoms[bottom].shape; }
    const std::string& name(std::size_t top = 0) const { return topNames[top]; }
    /// An intermediate result: "NAME/role".
    std::string part(const std::string& role) const { return layer.name + "/" + role; }

    /// An axis of a bottom as Caffe counts it: from the end where it is negative.
    std::size_t axis(std::int64_t given, std::size_t bottom = 0);
    std::size_t axisNamed(std::string_view parameter, std::int64_t standard, std::size_t bottom = 0);

    std::size_t blobCount() const { return m_blobs.size(); }
    void expectBlobs(std::size_t count) const;
    /// The numbers of a blob in the shape that the layer gives it.
    Tensor blob(std::size_t number, const Shape& expected) const;

    TensorIndex reshaped(TensorIndex x, const Shape& shape, const std::string& output) const;

    Value value(TensorIndex tensor, Shape shape) const;
    Values one(TensorIndex tensor, Shape shape) const { return {value(tensor, std::move(shape))}; }
    /// Of the shape of the first bottom.
    Values alike(TensorIndex tensor) const { return one(tensor, shape()); }

private:
    std::vector<Blob> m_blobs;
    std::string m_missingWeights; ///< why there are no blobs
};

struct LayerRow
{
    std::string_view type;
    std::string_view parameters; ///< the message with its parameters, or empty
    Values (*write)(Writing& writing);
};

/// Null for a type that is not known.
const LayerRow* findLayerRow(std::string_view type);

std::span<const LayerRow> functionLayers();
std::span<const LayerRow> weightedLayers();
std::span<const LayerRow> windowLayers();
std::span<const LayerRow> shapeLayers();
std::span<const LayerRow> combiningLayers();

/// Elements of the axes [from, to).
std::int64_t countOf(const Shape& shape, std::size_t from, std::size_t to);
inline std::int64_t countOf(const Shape& shape, std::size_t from)
{
    return countOf(shape, from, shape.rank());
}
/// The axes [from, to) alone.
Shape sliceOf(const Shape& shape, std::size_t from, std::size_t to);

} // namespace formulens::caffe
