// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"
#include "core/importers/ImportError.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/Layers.h"
#include "core/importers/WeightLayers.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// Writes the steps of an architecture behind each other, with the layers of a file. Throws ImportError, which names
/// the step. Its definition is apart by kinds of steps.
class ArchitectureBuilder
{
public:
    ArchitectureBuilder(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps);

    ImportedModel build();
    /// The layer of the file that each step took, by its position.
    const std::vector<std::optional<std::size_t>>& layers() const { return m_layers; }

private:
    using Kind = ArchitectureStep::Kind;
    using Extents = std::vector<std::int64_t>;

    // What a step says
    [[noreturn]] void fail(const std::string& words) const;
    /// Refuses arguments that the step does not know.
    void allow(const ArchitectureStep& step, const std::vector<std::string_view>& names, std::size_t mostValues) const;
    std::int64_t whole(const std::string& words) const;
    double number(const std::string& words) const;
    /// "2" for each of the axes, or "2x1".
    Extents perAxis(const std::string& words, std::size_t axes) const;
    Extents perAxisOr(
        const ArchitectureStep& step, std::string_view name, std::int64_t otherwise, std::size_t axes) const;
    bool isTrue(const ArchitectureStep& step, std::string_view name, bool otherwise) const;

    // The input
    void addInput();
    /// What the first layer takes says how wide the input is, unless it is an image or a sequence.
    std::int64_t firstWidth();

    // Layers of the file
    bool fits(const WeightLayer& layer, Kind kind) const;
    std::size_t layerFor(const ArchitectureStep& step, bool isTaken);
    std::size_t chosenLayer(const ArchitectureStep& step, bool isTaken);
    std::string layerNames() const;
    void requireAllUsed();
    std::string unnamed(const std::string& word);
    static std::string nameOf(const WeightLayer& layer) { return layer.name.empty() ? layer.word() : layer.name; }

    // Steps
    void add(const ArchitectureStep& step);
    std::optional<Tensor> bias(const WeightLayer& layer, std::int64_t width) const;
    void addLinear(const ArchitectureStep& step);
    double epsilon(const ArchitectureStep& step) const;
    /// Scale or offset of a normalisation, which may be left out.
    static Tensor partOr(const WeightLayer& layer, std::string_view part, const Shape& shape, double otherwise);
    void addBatchNorm(const ArchitectureStep& step);
    void addLayerNorm(const ArchitectureStep& step);
    std::int64_t groupsOf(const ArchitectureStep& step, const WeightLayer& layer) const;
    void addGroupNorm(const ArchitectureStep& step);
    void addEmbedding(const ArchitectureStep& step);
    void addPrelu(const ArchitectureStep& step);
    void addActivationStep(const ArchitectureStep& step);
    void addFlatten(const ArchitectureStep& step);
    void addReshape(const ArchitectureStep& step);

    // Steps with a window (WindowSteps.cpp)
    std::size_t imageAxes(std::size_t axes) const;
    /// Before and behind, as ONNX has them; "same" keeps the size.
    Extents padding(
        const ArchitectureStep& step, const Extents& kernel, const Extents& dilation, std::size_t axes) const;
    /// The size that is left of each axis of the image.
    void shrink(
        const Extents& kernel, const Extents& stride, const Extents& dilation, const Extents& pads, bool isCeiled);
    void addConvolution(const ArchitectureStep& step);
    void addPool(const ArchitectureStep& step);
    void addGlobalPool(const ArchitectureStep& step);

    // Steps along time (RecurrentSteps.cpp)
    /// A tensor that must be there, of this shape.
    const Tensor& recurrentPart(const WeightLayer& layer, const std::string& part, const Shape& shape) const;
    void requireRecurrent(const ArchitectureStep& step, const WeightLayer& layer) const;
    TensorIndex addPass(const WeightLayer& layer, std::size_t level, bool isReversed, const std::string& name);
    void addRecurrentStep(const ArchitectureStep& step);
    /// The states of the last step alone.
    void addLast(const ArchitectureStep& step);

    const WeightLayers& m_weights;
    const std::vector<ArchitectureStep>& m_steps;
    std::vector<bool> m_isUsed;
    std::vector<bool> m_isTakenInOrder; ///< by a step that names no layer
    std::vector<std::optional<std::size_t>> m_layers; ///< of the file, by step
    bool m_isNamed = false; ///< a step says which layer it means
    GraphBuilder m_graph;
    TensorIndex m_x;
    Extents m_extents; ///< of one sample of m_x
    std::size_t m_position = 0;
    std::size_t m_begin = 0;
    std::map<std::string, int> m_counts;
    std::vector<std::string> m_warnings;
};

/// "1x28x28"; "one number" for none.
std::string sizeWords(const std::vector<std::int64_t>& extents);
/// At most 2^40, which nothing has.
std::int64_t cappedProduct(const std::vector<std::int64_t>& extents);

} // namespace formulens
