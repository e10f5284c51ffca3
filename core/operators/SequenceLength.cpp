// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/SequenceLength.h"

#include <algorithm>
#include <set>

namespace formulens {

namespace {

constexpr std::int64_t openLength = 3; ///< that an open sequence length is tried with

using TimeAxes = std::map<TensorIndex, std::size_t>; ///< by input

class LengthSearch
{
public:
    explicit LengthSearch(const PreparedNetwork& file)
        : m_file(file), m_layers(recurrentLayers(*file.network)), m_steps(stepsOf(file, m_layers.front()))
    {
    }

    Result<SequenceLengths> run(const Progress& progress)
    {
        const std::int64_t tried = m_steps == 1 ? openLength : 1;
        for (const TimeAxes& axes : candidates()) {
            for (const bool patched : {false, true}) {
                if (progress.stopped())
                    return failure(ErrorCode::Cancelled, "stopped");
                if (const auto other = at(axes, tried, patched); other && takes(*other, tried))
                    return found(axes, other);
            }
        }
        // A file that is made for one step needs no other length.
        if (m_steps == 1)
            return SequenceLengths{{}, shared(m_file), shared(m_file), 1};
        return failure(ErrorCode::Unsupported,
            m_file.network->node(m_layers.front()).label(m_layers.front()) + ": takes " + std::to_string(m_steps)
                + " steps, and no axis of an input could be found that decides how many");
    }

private:
    static std::shared_ptr<const PreparedNetwork> shared(const PreparedNetwork& network)
    {
        return std::make_shared<const PreparedNetwork>(network);
    }

    /// Axes that may be time: open ones, or those with as many entries as there are steps. Axes of several inputs go
    /// together where they share a symbol, or an extent.
    std::vector<TimeAxes> candidates() const
    {
        std::vector<TimeAxes> result;
        std::map<std::string, TimeAxes> bySymbol;
        std::map<std::size_t, TimeAxes> byAxis;
        for (const TensorIndex input : m_file.network->inputs) {
            const auto& shape = m_file.network->tensor(input).declaredShape;
            for (std::size_t axis = 0; shape && axis < shape->size(); ++axis) {
                const Dimension& dimension = (*shape)[axis];
                if (m_steps == 1 ? dimension.extent.has_value() : dimension.extent != m_steps)
                    continue;
                result.push_back({{input, axis}});
                if (!dimension.symbol.empty())
                    bySymbol[dimension.symbol][input] = axis;
                byAxis[axis][input] = axis;
            }
        }
        for (const auto& groups : {bySymbolValues(bySymbol), axisValues(byAxis)})
            for (const TimeAxes& group : groups)
                if (group.size() > 1)
                    result.push_back(group);
        return result;
    }
    static std::vector<TimeAxes> bySymbolValues(const std::map<std::string, TimeAxes>& groups)
    {
        std::vector<TimeAxes> values;
        for (const auto& [unused, group] : groups)
            values.push_back(group);
        return values;
    }
    static std::vector<TimeAxes> axisValues(const std::map<std::size_t, TimeAxes>& groups)
    {
        std::vector<TimeAxes> values;
        for (const auto& [unused, group] : groups)
            values.push_back(group);
        return values;
    }

    /// The network with another extent of these axes; null where it makes no sense so. Patched: shapes that are written
    /// into Reshape nodes follow.
    std::shared_ptr<const PreparedNetwork> at(const TimeAxes& axes, std::int64_t length, bool patched) const
    {
        Network network = *m_file.network;
        for (const auto& [input, axis] : axes)
            (*network.tensors[input.position()].declaredShape)[axis] = {length, {}};
        fromTheEnd(network);
        if (patched)
            patchShapes(network, length);
        const auto prepared = prepare(std::make_shared<const Network>(std::move(network)));
        return prepared ? *prepared : nullptr;
    }

    bool takes(const PreparedNetwork& network, std::int64_t length) const
    {
        return std::ranges::all_of(m_layers, [&](NodeIndex layer) {
            const auto& input = m_file.network->node(layer).inputs[0];
            return !network.tensor(*input).unavailable && stepsOf(network, layer) == length;
        });
    }

    /// "The last step" written as a number is the last of any length.
    void fromTheEnd(Network& network) const
    {
        for (Node& node : network.nodes) {
            if (node.operatorName != "Gather" || node.inputs.size() < 2 || !node.inputs[0] || !node.inputs[1])
                continue;
            const PreparedTensor& data = m_file.tensor(*node.inputs[0]);
            const auto& indices = m_file.tensor(*node.inputs[1]).constant;
            const auto found = node.attributes.find("axis");
            const auto* axis = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
            const auto place = normalisedAxis(axis ? *axis : 0, data.shape.rank());
            if (m_steps < 2 || !indices || indices->size() != 1 || !place || data.shape[*place] != m_steps
                || indices->integer(0) != m_steps - 1)
                continue;
            node.inputs[1] = constant(network, Tensor::ofIntegers(indices->shape(), {-1}));
        }
    }

    void patchShapes(Network& network, std::int64_t length) const
    {
        for (Node& node : network.nodes) {
            if (node.operatorName != "Reshape" || node.inputs.size() < 2 || !node.inputs[1])
                continue;
            const auto& shape = m_file.tensor(*node.inputs[1]).constant;
            if (!shape)
                continue;
            std::vector<std::int64_t> extents = shape->integers();
            std::ranges::replace(extents, m_steps, length);
            node.inputs[1] = constant(network, Tensor::ofIntegers(shape->shape(), std::move(extents)));
        }
    }

    static TensorIndex constant(Network& network, Tensor tensor)
    {
        TensorInfo info;
        info.name = "at_another_length_" + std::to_string(network.tensors.size());
        info.type = tensor.type();
        info.constant = std::move(tensor);
        network.tensors.push_back(std::move(info));
        return TensorIndex(network.tensors.size() - 1);
    }

    SequenceLengths found(const TimeAxes& axes, const std::shared_ptr<const PreparedNetwork>& other) const
    {
        SequenceLengths result;
        for (const auto& [input, axis] : axes)
            result.timeAxes[m_file.network->tensor(input).name] = axis;
        result.single = m_steps == 1 ? shared(m_file) : other;
        result.whole = m_steps == 1 ? other : shared(m_file);
        result.length = static_cast<std::size_t>(std::max(m_steps, m_steps == 1 ? openLength : m_steps));
        return result;
    }

    const PreparedNetwork& m_file;
    std::vector<NodeIndex> m_layers;
    std::int64_t m_steps;
};

} // namespace

std::vector<NodeIndex> recurrentLayers(const Network& network)
{
    std::vector<NodeIndex> layers;
    for (std::size_t k = 0; k < network.nodes.size(); ++k) {
        const Node& node = network.nodes[k];
        const bool isDefault = node.domain.empty() || node.domain == "ai.onnx";
        if (isDefault && (node.operatorName == "LSTM" || node.operatorName == "GRU" || node.operatorName == "RNN"))
            layers.emplace_back(k);
    }
    return layers;
}

std::int64_t stepsOf(const PreparedNetwork& network, NodeIndex layer)
{
    const Node& node = network.network->node(layer);
    const auto found = node.attributes.find("layout");
    const auto* layout = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    const Shape& shape = network.tensor(*node.inputs[0]).shape;
    const std::size_t axis = layout && *layout != 0 ? 1 : 0;
    return axis < shape.rank() ? shape[axis] : 0;
}

Result<SequenceLengths> sequenceLengths(const PreparedNetwork& network, const Progress& progress)
{
    return LengthSearch(network).run(progress);
}

} // namespace formulens
