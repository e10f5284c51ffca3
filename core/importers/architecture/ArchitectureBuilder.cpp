// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/architecture/ArchitectureBuilder.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

using LayerKind = WeightLayer::Kind;

constexpr std::int64_t mostElements = std::int64_t(1) << 40;

/// The largest image and the largest number in an architecture: far beyond what has a formula.
constexpr std::int64_t largestExtent = std::int64_t(1) << 24;

std::optional<std::int64_t> wholeNumber(std::string_view words)
{
    std::int64_t value = 0;
    const auto read = std::from_chars(words.data(), words.data() + words.size(), value);
    if (read.ec != std::errc() || read.ptr != words.data() + words.size())
        return std::nullopt;
    return value;
}

} // namespace

std::int64_t cappedProduct(const std::vector<std::int64_t>& extents)
{
    std::int64_t result = 1;
    for (const std::int64_t extent : extents)
        result = extent > 0 && result > mostElements / extent ? mostElements : result * extent;
    return result;
}

std::string sizeWords(const std::vector<std::int64_t>& extents)
{
    std::string words;
    for (const std::int64_t extent : extents)
        words += (words.empty() ? "" : "x") + std::to_string(extent);
    return words.empty() ? "one number" : words;
}

ArchitectureBuilder::ArchitectureBuilder(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
    : m_weights(weights)
    , m_steps(steps)
    , m_isUsed(weights.layers.size(), false)
    , m_isTakenInOrder(m_isUsed)
    , m_layers(steps.size())
{
}

ImportedModel ArchitectureBuilder::build()
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

void ArchitectureBuilder::fail(const std::string& words) const
{
    const ArchitectureStep& step = m_steps[std::min(m_position, m_steps.size() - 1)];
    throw ImportError{ErrorCode::BadQuestion,
        "step " + std::to_string(m_position + 1) + " of the architecture, '" + step.text() + "': " + words};
}

void ArchitectureBuilder::allow(
    const ArchitectureStep& step, const std::vector<std::string_view>& names, std::size_t mostValues) const
{
    for (const ArchitectureStep::Argument& argument : step.arguments)
        if (!argument.name.empty() && std::ranges::find(names, argument.name) == names.end())
            fail("'" + argument.name + "' is not known here");
    if (step.values().size() > mostValues)
        fail(mostValues == 0 ? "it takes no values in brackets"
                             : "it has " + std::to_string(step.values().size())
                    + " values in brackets, expected at most " + std::to_string(mostValues));
}

std::int64_t ArchitectureBuilder::whole(const std::string& words) const
{
    const auto value = wholeNumber(words);
    if (!value || *value < 0 || *value > largestExtent)
        fail("'" + words.substr(0, 40) + "' is no whole number from 0 to " + std::to_string(largestExtent));
    return *value;
}

double ArchitectureBuilder::number(const std::string& words) const
{
    const auto value = toDouble(words);
    if (!value)
        fail("'" + words.substr(0, 40) + "' is no number");
    return *value;
}

ArchitectureBuilder::Extents ArchitectureBuilder::perAxis(const std::string& words, std::size_t axes) const
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

ArchitectureBuilder::Extents ArchitectureBuilder::perAxisOr(
    const ArchitectureStep& step, std::string_view name, std::int64_t otherwise, std::size_t axes) const
{
    const std::string* words = step.argument(name);
    return words != nullptr ? perAxis(*words, axes) : Extents(axes, otherwise);
}

bool ArchitectureBuilder::isTrue(const ArchitectureStep& step, std::string_view name, bool otherwise) const
{
    const std::string* words = step.argument(name);
    if (words != nullptr && *words != "true" && *words != "false")
        fail("'" + std::string(name) + "' is '" + *words + "', expected true or false");
    return words != nullptr ? *words == "true" : otherwise;
}

void ArchitectureBuilder::addInput()
{
    const ArchitectureStep& first = m_steps.front();
    ElementType type = ElementType::Float32;
    if (first.kind == Kind::Input) {
        m_begin = 1;
        allow(first, {}, 8);
        for (const std::string& value : first.values())
            m_extents.push_back(whole(value));
        if (cappedProduct(m_extents) == mostElements)
            fail("it is far too large");
        if (m_extents.empty() || cappedProduct(m_extents) == 0)
            fail("it names no extents, expected for example Input(4) or Input(1,28,28)");
    } else {
        m_extents = {firstWidth()};
    }
    for (const WeightLayer& layer : m_weights.layers)
        if (const Tensor* weight = layer.part("weight"); weight != nullptr && weight->type() == ElementType::Float64)
            type = ElementType::Float64;
    if (m_steps.size() > m_begin && m_steps[m_begin].kind == Kind::Embedding)
        type = ElementType::Int64;
    std::vector<Dimension> shape{{std::nullopt, "N"}};
    for (const std::int64_t extent : m_extents)
        shape.push_back({extent, {}});
    m_x = m_graph.input("input", std::move(shape), type);
}

std::int64_t ArchitectureBuilder::firstWidth()
{
    for (m_position = 0; m_position < m_steps.size(); ++m_position) {
        const ArchitectureStep& step = m_steps[m_position];
        if (!takesWeights(step.kind))
            continue;
        if (step.kind != Kind::Linear && step.kind != Kind::BatchNorm && step.kind != Kind::LayerNorm)
            fail("the weights do not say how large the input is: put it in front, as in Input("
                + (step.kind == Kind::Recurrent
                        ? "10," + std::to_string(m_weights.layers[layerFor(step, false)].inputs())
                        : std::string("1,28,28"))
                + ")");
        const std::int64_t width = m_weights.layers[layerFor(step, false)].inputs();
        m_position = 0;
        return width;
    }
    m_position = 0;
    fail("no step takes weights: expected a layer such as Linear");
}

bool ArchitectureBuilder::fits(const WeightLayer& layer, Kind kind) const
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

std::size_t ArchitectureBuilder::layerFor(const ArchitectureStep& step, bool isTaken)
{
    const std::size_t layer = chosenLayer(step, isTaken);
    if (isTaken)
        m_layers[m_position] = layer;
    return layer;
}

std::size_t ArchitectureBuilder::chosenLayer(const ArchitectureStep& step, bool isTaken)
{
    const std::vector<WeightLayer>& layers = m_weights.layers;
    for (const std::string& value : step.values()) {
        const auto named = std::ranges::find(layers, value, &WeightLayer::name);
        if (named == layers.end())
            continue;
        const auto position = static_cast<std::size_t>(named - layers.begin());
        if (!fits(*named, step.kind))
            fail("'" + value + "' is a " + named->word() + " of " + named->shapeWords() + " in the file");
        if (isTaken && m_isTakenInOrder[position])
            fail("an earlier step, which names no layer, took '" + value + "': name the layer of that step as well");
        m_isNamed = true;
        m_isUsed[position] = m_isUsed[position] || isTaken;
        return position;
    }
    if (!step.values().empty())
        fail("the file has no layer '" + step.values().front() + "': it has " + layerNames());
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (!m_isUsed[i] && fits(layers[i], step.kind)) {
            m_isUsed[i] = m_isTakenInOrder[i] = isTaken;
            return i;
        }
    fail("the file has no further layer of this kind: it has " + layerNames());
}

std::string ArchitectureBuilder::layerNames() const
{
    constexpr std::size_t most = 12;
    std::string words;
    for (std::size_t i = 0; i < m_weights.layers.size() && i < most; ++i)
        words += (i == 0 ? "" : ", ") + m_weights.layers[i].word()
            + (m_weights.layers[i].name.empty() ? "" : " '" + m_weights.layers[i].name + "'");
    return m_weights.layers.size() > most ? words + " ..." : words;
}

void ArchitectureBuilder::requireAllUsed()
{
    m_position = m_steps.size() - 1;
    std::string unused;
    for (std::size_t i = 0; i < m_isUsed.size(); ++i)
        if (!m_isUsed[i])
            unused += (unused.empty() ? "" : ", ") + m_weights.layers[i].word() + " '" + m_weights.layers[i].name + "'";
    if (unused.empty())
        return;
    if (!m_isNamed)
        throw ImportError{ErrorCode::BadQuestion,
            "the architecture leaves layers of the file out: " + unused
                + "; name the layers that it means where that is right, as in Linear(fc1)"};
    m_warnings.push_back("layers of the file that the architecture leaves out: " + unused);
}

std::string ArchitectureBuilder::unnamed(const std::string& word)
{
    std::string name;
    for (const char c : word)
        name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return name + std::to_string(++m_counts[name]);
}

void ArchitectureBuilder::add(const ArchitectureStep& step)
{
    if (const std::string* affine = step.argument("affine"); affine != nullptr && *affine != "true")
        throw ImportError{ErrorCode::Unsupported,
            "'" + step.text()
                + "' has no weights of its own, which is not read from weights alone: export the model as ONNX, with "
                  "torch.onnx.export"};
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
        return addRecurrentStep(step);
    case Kind::Last:
        return addLast(step);
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

} // namespace formulens
