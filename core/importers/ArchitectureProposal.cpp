// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ArchitectureProposal.h"

#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/importers/Activation.h"
#include "core/importers/ImageSize.h"
#include "core/importers/ImportError.h"
#include "core/importers/ModuleSteps.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

using Kind = WeightLayer::Kind;
using StepKind = ArchitectureStep::Kind;

constexpr const char* usualActivation = "relu";

ArchitectureStep step(const std::string& word)
{
    return {stepKindNamed(word).value_or(StepKind::Nothing), word, {}};
}

bool isNormalisation(const WeightLayer& layer)
{
    return layer.kind == Kind::BatchNorm || layer.kind == Kind::LayerNorm;
}

/// Where a layer stands in a Sequential: "net.2" is number 2 of "net".
struct Numbered
{
    std::string parent;
    int number;
};

std::optional<Numbered> numberOf(const std::string& name)
{
    const std::size_t point = name.rfind('.');
    const std::string last = point == std::string::npos ? name : name.substr(point + 1);
    int number = 0;
    const auto read = std::from_chars(last.data(), last.data() + last.size(), number);
    if (read.ec != std::errc() || read.ptr != last.data() + last.size() || last.empty())
        return std::nullopt;
    return Numbered{point == std::string::npos ? std::string() : name.substr(0, point), number};
}

/// Puts the steps that no tensor tells of between the layers of the file.
class Guess
{
public:
    explicit Guess(const std::vector<WeightLayer>& layers) : m_layers(layers) { }

    std::vector<ArchitectureStep> steps()
    {
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            if (i > 0)
                addBetween(m_layers[i - 1], m_layers[i]);
            add(m_layers[i]);
        }
        return std::move(m_steps);
    }

private:
    void add(const WeightLayer& layer)
    {
        ArchitectureStep next = step(layer.word());
        if (layer.kind == Kind::Convolution && m_channels > 0 && layer.inputs() > 0 && m_channels != layer.inputs())
            next.arguments.push_back({"groups", std::to_string(m_channels / layer.inputs())});
        if (layer.kind == Kind::Convolution)
            m_isImage = true;
        if (layer.kind == Kind::Linear || layer.kind == Kind::Recurrent)
            m_isImage = false;
        if (layer.kind != Kind::Prelu)
            m_channels = layer.outputs();
        m_isActive = layer.kind == Kind::Prelu || (isNormalisation(layer) && (m_isActive || !m_hasProduct))
            || layer.kind == Kind::Recurrent || layer.kind == Kind::Embedding;
        m_hasProduct = m_hasProduct || !isNormalisation(layer);
        m_steps.push_back(std::move(next));
    }

    void addBetween(const WeightLayer& before, const WeightLayer& layer)
    {
        if (hasActivation(before, layer) && !m_isActive) {
            m_steps.push_back(step(usualActivation));
            m_isActive = true;
        }
        if (layer.kind == Kind::Linear && m_isImage)
            m_steps.push_back(step("Flatten"));
        if (layer.kind == Kind::Linear && before.kind == Kind::Recurrent)
            m_steps.push_back(step("last"));
    }

    /// A gap in the numbers of a Sequential is an activation (or has no effect); without numbers there is one in front
    /// of each layer that multiplies.
    bool hasActivation(const WeightLayer& before, const WeightLayer& layer) const
    {
        const auto left = numberOf(before.name);
        const auto right = numberOf(layer.name);
        if (left && right && left->parent == right->parent && hasGaps(left->parent))
            return right->number - left->number > 1;
        return !isNormalisation(layer) && layer.kind != Kind::Prelu;
    }

    bool hasGaps(const std::string& parent) const
    {
        std::vector<int> numbers;
        for (const WeightLayer& layer : m_layers)
            if (const auto place = numberOf(layer.name); place && place->parent == parent)
                numbers.push_back(place->number);
        std::ranges::sort(numbers);
        return numbers.size() > 1 && numbers.back() - numbers.front() + 1 > static_cast<int>(numbers.size());
    }

    const std::vector<WeightLayer>& m_layers;
    std::vector<ArchitectureStep> m_steps;
    std::int64_t m_channels = 0;
    bool m_isImage = false;
    bool m_hasProduct = false; ///< a normalisation in front of all layers scales the inputs
    bool m_isActive = false; ///< an activation stands behind the last layer that multiplies
};

std::string layerList(const std::vector<WeightLayer>& layers)
{
    return firstOf(layers, 6, [](const WeightLayer& layer) {
        return (layer.name.empty() ? "" : layer.name + " ") + layer.word() + " " + layer.shapeWords();
    });
}

/// Weights along time tell the features of a step, not how many steps there are, nor which states are looked at.
void addSteps(ArchitectureProposal& proposal)
{
    const auto isRecurrent = [](const ArchitectureStep& known) { return known.kind == StepKind::Recurrent; };
    if (std::ranges::none_of(proposal.steps, isRecurrent))
        return;
    proposal.isCertain = false;
    proposal.doubts.emplace_back("how many steps the input has, and whether the last one alone is looked at, is not in "
                                 "the file, and guessed here");
    const auto& layers = proposal.weights.layers;
    const auto first = std::ranges::find(layers, Kind::Recurrent, &WeightLayer::kind);
    if (isRecurrent(proposal.steps.front()))
        proposal.steps.insert(
            proposal.steps.begin(), {StepKind::Input, "Input", {{"", "10"}, {"", std::to_string(first->inputs())}}});
}

void addDoubts(ArchitectureProposal& proposal)
{
    if (!proposal.weights.isChain && !proposal.isOfClasses)
        proposal.doubts.emplace_back("the shapes of the layers do not follow each other: name each one in its order, "
                                     "as in Linear(fc1),relu,Linear(fc2)");
    if (!proposal.weights.others.empty())
        proposal.doubts.push_back(
            firstOf(proposal.weights.others, 4) + " belong to no layer that is known, and are left out");
}

} // namespace

Result<ArchitectureProposal> proposeArchitecture(const NamedTensors& file)
{
    try {
        ArchitectureProposal proposal;
        proposal.weights = weightLayers(file);
        const std::vector<WeightLayer>& layers = proposal.weights.layers;
        if (layers.empty())
            return failure(ErrorCode::BadFile,
                "it holds no layer that is known here, only " + firstOf(proposal.weights.others, 4)
                    + ": export the model as ONNX, with torch.onnx.export");
        if (auto known = file.modules.empty() ? std::nullopt : stepsOfModules(file.modules.front(), layers)) {
            proposal.steps = std::move(known->steps);
            proposal.isOfClasses = true;
            proposal.isCertain = known->isSequential && !known->lacksSettings && proposal.weights.others.empty();
            if (known->lacksSettings)
                proposal.doubts.emplace_back("settings of its layers, as strides and slopes, stand in the file's code, "
                                             "which is not read: say those that are not the usual ones");
        } else {
            proposal.steps = Guess(layers).steps();
            proposal.isCertain = layers.size() == 1 && layers.front().kind == Kind::Linear
                && proposal.weights.others.empty() && file.modules.empty();
        }
        addDoubts(proposal);
        if (const auto guess = guessImage(proposal.steps, layers)) {
            proposal.steps = guess->steps;
            proposal.doubts.push_back(guess->doubt);
            proposal.isCertain = false;
        }
        addSteps(proposal);
        return proposal;
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

Error needsArchitecture(const ArchitectureProposal& proposal)
{
    std::string words = "it holds weights only (" + layerList(proposal.weights.layers)
        + "), not what is computed between them; choose the architecture, for example --architecture \""
        + proposal.text() + "\"";
    if (proposal.isOfClasses)
        words += ", which the file's class names suggest";
    for (const std::string& doubt : proposal.doubts)
        words += "; " + doubt;
    return {ErrorCode::NeedsArchitecture, words};
}

} // namespace formulens
