// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ArchitectureNetwork.h"

#include "core/base/Numerals.h"
#include "core/importers/Activation.h"
#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;
using LayerKind = WeightLayer::Kind;
using Extents = std::vector<std::int64_t>;

constexpr std::int64_t mostElements = std::int64_t(1) << 40;

/// No more than `mostElements`, which nothing has.
std::int64_t product(const Extents& extents)
{
    std::int64_t result = 1;
    for (const std::int64_t extent : extents)
        result = extent > 0 && result > mostElements / extent ? mostElements : result * extent;
    return result;
}

std::string sizeWords(const Extents& extents)
{
    std::string words;
    for (const std::int64_t extent : extents)
        words += (words.empty() ? "" : "x") + std::to_string(extent);
    return words.empty() ? "one number" : words;
}

std::optional<std::int64_t> wholeNumber(std::string_view words)
{
    std::int64_t value = 0;
    const auto read = std::from_chars(words.data(), words.data() + words.size(), value);
    if (read.ec != std::errc() || read.ptr != words.data() + words.size())
        return std::nullopt;
    return value;
}

/// The largest image and the largest number in an architecture: far beyond what has a formula.
constexpr std::int64_t largestExtent = std::int64_t(1) << 24;

class Builder
{
public:
    Builder(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
        : m_weights(weights), m_steps(steps), m_isUsed(weights.layers.size(), false), m_layers(steps.size())
    {
    }

    ImportedModel build()
    {
        addInput();
        for (m_position = m_begin; m_position < m_steps.size(); ++m_position)
            add(m_steps[m_position]);
        requireAllUsed();
        if (m_graph.network().nodes.empty())
            m_x = m_graph.node("Identity", {m_x}, "output");
        m_graph.output(m_x, "output");
        return {m_graph.build(), std::move(m_warnings)};
    }

    const std::vector<std::optional<std::size_t>>& layers() const { return m_layers; }

private:
    // --- words

    [[noreturn]] void fail(const std::string& words) const
    {
        const ArchitectureStep& step = m_steps[std::min(m_position, m_steps.size() - 1)];
        throw ImportError{ErrorCode::BadQuestion,
            "step " + std::to_string(m_position + 1) + " of the architecture, '" + step.text() + "': " + words};
    }

    /// Refuses arguments that the step does not know.
    void allow(const ArchitectureStep& step, const std::vector<std::string_view>& names, std::size_t mostValues) const
    {
        for (const ArchitectureStep::Argument& argument : step.arguments)
            if (!argument.name.empty() && std::ranges::find(names, argument.name) == names.end())
                fail("'" + argument.name + "' is not known here");
        if (step.values().size() > mostValues)
            fail(mostValues == 0 ? "it takes no values in brackets"
                                 : "it has " + std::to_string(step.values().size())
                        + " values in brackets, expected at most " + std::to_string(mostValues));
    }

    std::int64_t whole(const std::string& words) const
    {
        const auto value = wholeNumber(words);
        if (!value || *value < 0 || *value > largestExtent)
            fail("'" + words.substr(0, 40) + "' is no whole number from 0 to " + std::to_string(largestExtent));
        return *value;
    }

    double number(const std::string& words) const
    {
        const auto value = toDouble(words);
        if (!value)
            fail("'" + words.substr(0, 40) + "' is no number");
        return *value;
    }

    /// "2" for each of the axes, or "2x1".
    Extents perAxis(const std::string& words, std::size_t axes) const
    {
        Extents numbers;
        std::size_t start = 0;
        while (start <= words.size()) {
            const std::size_t cross = std::min(words.find('x', start), words.size());
            numbers.push_back(whole(words.substr(start, cross - start)));
            start = cross + 1;
        }
        if (numbers.size() == 1)
            numbers.assign(axes, numbers.front());
        if (numbers.size() != axes)
            fail("'" + words + "' has " + std::to_string(numbers.size()) + " numbers, expected " + std::to_string(axes)
                + ", one for each axis of the image");
        return numbers;
    }

    Extents perAxisOr(
        const ArchitectureStep& step, std::string_view name, std::int64_t otherwise, std::size_t axes) const
    {
        const std::string* words = step.argument(name);
        return words != nullptr ? perAxis(*words, axes) : Extents(axes, otherwise);
    }

    // --- the input

    void addInput()
    {
        const ArchitectureStep& first = m_steps.front();
        ElementType type = ElementType::Float32;
        if (first.kind == Kind::Input) {
            m_begin = 1;
            allow(first, {}, 8);
            for (const std::string& value : first.values())
                m_extents.push_back(whole(value));
            if (product(m_extents) == mostElements)
                fail("it is far too large");
            if (m_extents.empty() || product(m_extents) == 0)
                fail("it names no extents, expected for example Input(4) or Input(1,28,28)");
        } else {
            m_extents = {firstWidth()};
        }
        for (const WeightLayer& layer : m_weights.layers)
            if (const Tensor* weight = layer.part("weight");
                weight != nullptr && weight->type() == ElementType::Float64)
                type = ElementType::Float64;
        if (m_steps.size() > m_begin && m_steps[m_begin].kind == Kind::Embedding)
            type = ElementType::Int64;
        std::vector<Dimension> shape{{std::nullopt, "N"}};
        for (const std::int64_t extent : m_extents)
            shape.push_back({extent, {}});
        m_x = m_graph.input("input", std::move(shape), type);
    }

    /// What the first layer takes says how wide the input is, unless it is an image or a sequence.
    std::int64_t firstWidth()
    {
        for (m_position = 0; m_position < m_steps.size(); ++m_position) {
            const ArchitectureStep& step = m_steps[m_position];
            if (!takesWeights(step.kind))
                continue;
            if (step.kind != Kind::Linear && step.kind != Kind::BatchNorm && step.kind != Kind::LayerNorm)
                fail("the weights do not say how large the input is: put it in front, as in Input(1,28,28)");
            const std::int64_t width = m_weights.layers[layerFor(step, false)].inputs();
            m_position = 0;
            return width;
        }
        m_position = 0;
        fail("no step takes weights: expected a layer such as Linear");
    }

    // --- layers of the file

    bool fits(const WeightLayer& layer, Kind kind) const
    {
        switch (kind) {
        case Kind::Linear:
            return layer.kind == LayerKind::Linear || layer.kind == LayerKind::Embedding;
        case Kind::Convolution:
        case Kind::TransposedConvolution:
            return layer.kind == LayerKind::Convolution;
        case Kind::BatchNorm:
            return layer.kind == LayerKind::BatchNorm;
        case Kind::LayerNorm:
        case Kind::GroupNorm:
            return layer.kind == LayerKind::LayerNorm;
        case Kind::Embedding:
            return layer.kind == LayerKind::Embedding || layer.kind == LayerKind::Linear;
        case Kind::Recurrent:
            return layer.kind == LayerKind::Recurrent;
        case Kind::Prelu:
            return layer.kind == LayerKind::Prelu;
        default:
            return false;
        }
    }

    std::size_t layerFor(const ArchitectureStep& step, bool isTaken)
    {
        const std::size_t layer = chosenLayer(step, isTaken);
        if (isTaken)
            m_layers[m_position] = layer;
        return layer;
    }

    std::size_t chosenLayer(const ArchitectureStep& step, bool isTaken)
    {
        const std::vector<WeightLayer>& layers = m_weights.layers;
        for (const std::string& value : step.values()) {
            const auto named = std::ranges::find(layers, value, &WeightLayer::name);
            if (named == layers.end())
                continue;
            const auto position = static_cast<std::size_t>(named - layers.begin());
            if (!fits(*named, step.kind))
                fail("'" + value + "' is a " + named->word() + " of " + named->shapeWords() + " in the file");
            m_isNamed = true;
            m_isUsed[position] = m_isUsed[position] || isTaken;
            return position;
        }
        if (!step.values().empty() && step.kind != Kind::GroupNorm)
            fail("the file has no layer '" + step.values().front() + "': it has " + layerNames());
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (!m_isUsed[i] && fits(layers[i], step.kind)) {
                m_isUsed[i] = isTaken;
                return i;
            }
        fail("the file has no further layer of this kind: it has " + layerNames());
    }

    std::string layerNames() const
    {
        constexpr std::size_t most = 12;
        std::string words;
        for (std::size_t i = 0; i < m_weights.layers.size() && i < most; ++i)
            words += (i == 0 ? "" : ", ") + m_weights.layers[i].word()
                + (m_weights.layers[i].name.empty() ? "" : " '" + m_weights.layers[i].name + "'");
        return m_weights.layers.size() > most ? words + " ..." : words;
    }

    void requireAllUsed()
    {
        m_position = m_steps.size() - 1;
        std::string unused;
        for (std::size_t i = 0; i < m_isUsed.size(); ++i)
            if (!m_isUsed[i])
                unused += (unused.empty() ? "" : ", ") + m_weights.layers[i].word() + " '" + m_weights.layers[i].name
                    + "'";
        if (unused.empty())
            return;
        if (!m_isNamed)
            throw ImportError{ErrorCode::BadQuestion,
                "the architecture leaves layers of the file out: " + unused
                    + "; name the layers that it means where that is right, as in Linear(fc1)"};
        m_warnings.push_back("layers of the file that the architecture leaves out: " + unused);
    }

    static std::string nameOf(const WeightLayer& layer) { return layer.name.empty() ? layer.word() : layer.name; }

    std::string unnamed(const std::string& word)
    {
        std::string name;
        for (const char c : word)
            name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        return name + std::to_string(++m_counts[name]);
    }

    // --- steps

    void add(const ArchitectureStep& step)
    {
        switch (step.kind) {
        case Kind::Input:
            fail("the input stands in front of all other steps");
        case Kind::Linear:
            return addLinear(step);
        case Kind::Convolution:
        case Kind::TransposedConvolution:
            return addConvolution(step);
        case Kind::BatchNorm:
            return addBatchNorm(step);
        case Kind::LayerNorm:
            return addLayerNorm(step);
        case Kind::GroupNorm:
            return addGroupNorm(step);
        case Kind::Embedding:
            return addEmbedding(step);
        case Kind::Recurrent:
            throw ImportError{ErrorCode::Unsupported,
                "recurrent layers (" + step.word
                    + ") are not read from weights alone: export the model as ONNX, with torch.onnx.export"};
        case Kind::Prelu:
            return addPrelu(step);
        case Kind::Activation:
            return addActivationStep(step);
        case Kind::Flatten:
            return addFlatten(step);
        case Kind::Reshape:
            return addReshape(step);
        case Kind::MaxPool:
        case Kind::AveragePool:
            return addPool(step);
        case Kind::GlobalPool:
            return addGlobalPool(step);
        case Kind::Nothing:
            return;
        }
    }

    std::optional<Tensor> bias(const WeightLayer& layer, std::int64_t width) const
    {
        const Tensor* tensor = layer.part("bias");
        if (tensor == nullptr)
            return std::nullopt;
        if (tensor->shape() != Shape{width})
            fail("'" + layer.name + ".bias' has the shape " + tensor->shape().text() + ", expected ["
                + std::to_string(width) + "]");
        return *tensor;
    }

    void addLinear(const ArchitectureStep& step)
    {
        allow(step, {}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        if (m_extents.back() != layer.inputs()) {
            std::string words = "'" + layer.name + "' takes " + std::to_string(layer.inputs())
                + " values, the step before gives " + sizeWords(m_extents);
            if (m_extents.size() > 1)
                words += product(m_extents) == layer.inputs()
                    ? ": put Flatten in front of it"
                    : ": the size of the input, a stride or a padding is another";
            fail(words);
        }
        m_x = addDense(m_graph, m_x, m_extents.size() + 1, *layer.part("weight"), WeightLayout::OutputsByInputs,
            bias(layer, layer.outputs()), nameOf(layer));
        m_extents.back() = layer.outputs();
    }

    std::size_t imageAxes(std::size_t axes) const
    {
        if (m_extents.size() != axes + 1)
            fail("it takes channels and " + std::to_string(axes) + (axes == 1 ? " axis" : " axes")
                + ", the step before gives " + sizeWords(m_extents)
                + (m_steps.front().kind == Kind::Input ? ""
                                                       : ": put the size of the input in front, as in Input(1,28,28)"));
        return axes;
    }

    /// Before and behind, as ONNX has them; "same" keeps the size.
    Extents padding(
        const ArchitectureStep& step, const Extents& kernel, const Extents& dilation, std::size_t axes) const
    {
        const std::string* words = step.argument("padding");
        Extents before(axes, 0);
        Extents behind(axes, 0);
        if (words != nullptr && *words == "same") {
            for (std::size_t axis = 0; axis < axes; ++axis) {
                before[axis] = dilation[axis] * (kernel[axis] - 1) / 2;
                behind[axis] = dilation[axis] * (kernel[axis] - 1) - before[axis];
            }
        } else if (words != nullptr && *words != "valid") {
            before = behind = perAxis(*words, axes);
        }
        before.insert(before.end(), behind.begin(), behind.end());
        return before;
    }

    /// The size that is left of each axis of the image.
    void shrink(
        const Extents& kernel, const Extents& stride, const Extents& dilation, const Extents& pads, bool isCeiled)
    {
        for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
            std::int64_t& extent = m_extents[axis + 1];
            const std::int64_t room
                = extent + pads[axis] + pads[axis + kernel.size()] - dilation[axis] * (kernel[axis] - 1) - 1;
            if (room < 0 || stride[axis] < 1)
                fail("its kernel of " + sizeWords(kernel) + " does not fit an image of " + sizeWords(m_extents));
            extent = (room + (isCeiled ? stride[axis] - 1 : 0)) / stride[axis] + 1;
            if (isCeiled
                && (extent - 1) * stride[axis]
                    >= room + dilation[axis] * (kernel[axis] - 1) + 1 - pads[axis + kernel.size()])
                --extent; // a window begins within the image or its padding in front, never behind
        }
    }

    void addConvolution(const ArchitectureStep& step)
    {
        const bool isTransposed = step.kind == Kind::TransposedConvolution;
        allow(step, {"stride", "padding", "dilation", "groups", "output_padding"}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        const Tensor& weight = *layer.part("weight");
        const std::size_t axes = imageAxes(weight.shape().rank() - 2);
        const std::int64_t groups
            = step.argument("groups") != nullptr ? std::max<std::int64_t>(1, whole(*step.argument("groups"))) : 1;
        const std::int64_t channels = isTransposed ? weight.shape()[0] : weight.shape()[1] * groups;
        const std::int64_t outputs = isTransposed ? weight.shape()[1] * groups : weight.shape()[0];
        if (m_extents.front() != channels)
            fail("'" + layer.name + "' takes " + std::to_string(channels) + " channels, the step before gives "
                + sizeWords(m_extents));
        const Extents kernel(weight.shape().extents().begin() + 2, weight.shape().extents().end());
        const Extents stride = perAxisOr(step, "stride", 1, axes);
        const Extents dilation = perAxisOr(step, "dilation", 1, axes);
        const Extents pads = padding(step, kernel, dilation, axes);
        Attributes attributes{
            {"kernel_shape", kernel}, {"strides", stride}, {"dilations", dilation}, {"pads", pads}, {"group", groups}};
        if (isTransposed) {
            const Extents more = perAxisOr(step, "output_padding", 0, axes);
            attributes.emplace("output_padding", more);
            for (std::size_t axis = 0; axis < axes; ++axis)
                m_extents[axis + 1] = (m_extents[axis + 1] - 1) * stride[axis] - 2 * pads[axis]
                    + dilation[axis] * (kernel[axis] - 1) + more[axis] + 1;
        } else {
            shrink(kernel, stride, dilation, pads, false);
        }
        const std::string name = nameOf(layer);
        GraphBuilder::Operand offset;
        const TensorIndex matrix = m_graph.constant(name + ".weight", weight);
        if (auto values = bias(layer, outputs))
            offset = m_graph.constant(name + ".bias", std::move(*values));
        m_x = m_graph.node(isTransposed ? "ConvTranspose" : "Conv", {m_x, matrix, offset}, name, std::move(attributes));
        m_extents.front() = outputs;
    }

    double epsilon(const ArchitectureStep& step) const
    {
        return step.argument("eps") != nullptr ? number(*step.argument("eps")) : 1e-5;
    }

    /// Scale or offset of a normalisation, which may be left out.
    static Tensor partOr(const WeightLayer& layer, std::string_view part, const Shape& shape, double otherwise)
    {
        if (const Tensor* tensor = layer.part(part))
            return *tensor;
        return Tensor::ofDoubles(shape, std::vector<double>(shape.elementCount(), otherwise), ElementType::Float32);
    }

    void addBatchNorm(const ArchitectureStep& step)
    {
        allow(step, {"eps"}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        if (m_extents.front() != layer.inputs())
            fail("'" + layer.name + "' takes " + std::to_string(layer.inputs()) + " channels, the step before gives "
                + sizeWords(m_extents));
        const Shape shape{layer.inputs()};
        m_x = addBatchNormalisation(m_graph, m_x, m_extents.size() + 1, false,
            {partOr(layer, "weight", shape, 1), partOr(layer, "bias", shape, 0), *layer.part("running_mean"),
                *layer.part("running_var"), epsilon(step)},
            nameOf(layer));
    }

    void addLayerNorm(const ArchitectureStep& step)
    {
        allow(step, {"eps"}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        const Shape& shape = layer.part("weight")->shape();
        const std::size_t rank = shape.rank();
        if (rank > m_extents.size()
            || !std::equal(
                shape.extents().begin(), shape.extents().end(), m_extents.end() - static_cast<std::ptrdiff_t>(rank)))
            fail("'" + layer.name + "' normalises " + shape.text() + ", the step before gives " + sizeWords(m_extents));
        const std::string name = nameOf(layer);
        const TensorIndex scale = m_graph.constant(name + ".weight", *layer.part("weight"));
        const TensorIndex offset = m_graph.constant(name + ".bias", partOr(layer, "bias", shape, 0));
        m_x = m_graph.node("LayerNormalization", {m_x, scale, offset}, name,
            {{"axis", -static_cast<std::int64_t>(rank)}, {"epsilon", epsilon(step)}});
    }

    void addGroupNorm(const ArchitectureStep& step)
    {
        throw ImportError{ErrorCode::Unsupported,
            "'" + step.text() + "' is not read from weights alone: export the model as ONNX, with torch.onnx.export"};
    }

    void addEmbedding(const ArchitectureStep& step)
    {
        allow(step, {}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        const std::string name = nameOf(layer);
        const Tensor& weight = *layer.part("weight");
        m_x = m_graph.node(
            "Gather", {m_graph.constant(name + ".weight", weight), m_x}, name, {{"axis", std::int64_t(0)}});
        m_extents.push_back(weight.shape()[1]);
    }

    void addPrelu(const ArchitectureStep& step)
    {
        allow(step, {}, 1);
        const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
        Tensor slope = *layer.part("weight");
        if (slope.size() != 1 && static_cast<std::int64_t>(slope.size()) != m_extents.front())
            fail("'" + layer.name + "' has " + std::to_string(slope.size()) + " slopes, the step before gives "
                + sizeWords(m_extents));
        if (slope.size() != 1 && m_extents.size() > 1) { // one a channel
            Extents extents(m_extents.size(), 1);
            extents.front() = m_extents.front();
            slope = slope.reshaped(Shape(extents));
        }
        const std::string name = nameOf(layer);
        m_x = m_graph.node("PRelu", {m_x, m_graph.constant(name + ".weight", std::move(slope))}, name);
    }

    void addActivationStep(const ArchitectureStep& step)
    {
        Activation activation = *activationNamed(step.word);
        const std::vector<std::string> values = step.values();
        using A = Activation::Kind;
        if (activation.kind == A::Softmax || activation.kind == A::LogSoftmax) {
            allow(step, {"dim"}, 0);
            if (const std::string* axis = step.argument("dim");
                axis != nullptr && *axis != "-1" && *axis != std::to_string(m_extents.size()))
                fail("along axis " + *axis + " it is not read, expected the last one");
        } else if (activation.kind == A::Gelu && values == std::vector<std::string>{"tanh"}) {
            allow(step, {}, 1);
            activation.kind = A::GeluTanh;
        } else {
            const bool isClip = activation.kind == A::Clip;
            const bool takesSlope = activation.kind == A::Elu || activation.kind == A::Celu
                || (activation.kind == A::Relu && activation.alpha.has_value());
            allow(step, {}, isClip ? 2 : takesSlope ? 1 : 0);
            if (!values.empty())
                activation.alpha = number(values[0]);
            if (values.size() > 1)
                activation.beta = number(values[1]);
        }
        m_x = addActivation(m_graph, m_x, activation, unnamed(step.word));
    }

    void addFlatten(const ArchitectureStep& step)
    {
        allow(step, {}, 0);
        if (m_extents.size() > 1)
            m_x = m_graph.node("Flatten", {m_x}, unnamed("flatten"), {{"axis", std::int64_t(1)}});
        m_extents = {product(m_extents)};
    }

    void addReshape(const ArchitectureStep& step)
    {
        allow(step, {}, 8);
        Extents extents;
        for (const std::string& value : step.values())
            extents.push_back(whole(value));
        if (extents.empty() || product(extents) != product(m_extents))
            fail("it makes " + sizeWords(extents) + " of " + sizeWords(m_extents)
                + ", which is another number of values");
        Extents target = extents;
        target.insert(target.begin(), -1);
        const std::string name = unnamed("reshape");
        m_x = m_graph.node("Reshape", {m_x, m_graph.integers(name + "/shape", std::move(target))}, name);
        m_extents = std::move(extents);
    }

    bool isTrue(const ArchitectureStep& step, std::string_view name, bool otherwise) const
    {
        const std::string* words = step.argument(name);
        if (words != nullptr && *words != "true" && *words != "false")
            fail("'" + std::string(name) + "' is '" + *words + "', expected true or false");
        return words != nullptr ? *words == "true" : otherwise;
    }

    void addPool(const ArchitectureStep& step)
    {
        const bool isMax = step.kind == Kind::MaxPool;
        if (isMax)
            allow(step, {"stride", "padding", "dilation", "ceil_mode"}, 1);
        else
            allow(step, {"stride", "padding", "ceil_mode", "count_include_pad"}, 1);
        if (step.values().empty())
            fail("it names no window, expected for example " + step.word + "(2)");
        if (m_extents.size() < 2)
            fail("it takes an image, the step before gives " + sizeWords(m_extents));
        const std::size_t axes = imageAxes(m_extents.size() - 1);
        const Extents kernel = perAxis(step.values().front(), axes);
        const Extents stride = step.argument("stride") != nullptr ? perAxis(*step.argument("stride"), axes) : kernel;
        const Extents dilation = perAxisOr(step, "dilation", 1, axes);
        const Extents pads = padding(step, kernel, dilation, axes);
        const bool isCeiled = isTrue(step, "ceil_mode", false);
        Attributes attributes{{"kernel_shape", kernel}, {"strides", stride}, {"pads", pads}};
        if (isCeiled)
            attributes.emplace("ceil_mode", std::int64_t(1));
        if (isMax)
            attributes.emplace("dilations", dilation);
        else
            attributes.emplace("count_include_pad", std::int64_t(isTrue(step, "count_include_pad", true)));
        shrink(kernel, stride, dilation, pads, isCeiled);
        m_x = m_graph.node(isMax ? "MaxPool" : "AveragePool", {m_x}, unnamed(step.word), std::move(attributes));
    }

    void addGlobalPool(const ArchitectureStep& step)
    {
        allow(step, {}, 1);
        if (m_extents.size() < 2)
            fail("it takes an image, the step before gives " + sizeWords(m_extents));
        const std::size_t axes = m_extents.size() - 1;
        const Extents target = step.values().empty() ? Extents(axes, 1) : perAxis(step.values().front(), axes);
        Extents kernel;
        for (std::size_t axis = 0; axis < axes; ++axis) {
            if (target[axis] < 1 || m_extents[axis + 1] % target[axis] != 0)
                fail("an image of " + sizeWords(m_extents) + " is not divided evenly into " + sizeWords(target));
            kernel.push_back(m_extents[axis + 1] / target[axis]);
        }
        m_x = m_graph.node("AveragePool", {m_x}, unnamed(step.word), {{"kernel_shape", kernel}, {"strides", kernel}});
        std::ranges::copy(target, m_extents.begin() + 1);
    }

    const WeightLayers& m_weights;
    const std::vector<ArchitectureStep>& m_steps;
    std::vector<bool> m_isUsed;
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

} // namespace

Result<ImportedModel> networkOf(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
{
    if (steps.empty())
        return failure(ErrorCode::BadQuestion, "the architecture is empty, expected steps such as Linear,relu,Linear");
    try {
        return Builder(weights, steps).build();
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

std::vector<std::optional<std::size_t>> layersOf(
    const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
{
    if (steps.empty())
        return {};
    Builder builder(weights, steps);
    try {
        (void)builder.build();
    } catch (const ImportError&) {
        // What fits before the step that does not is known all the same.
    }
    return builder.layers();
}

} // namespace formulens
