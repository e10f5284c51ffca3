// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Architecture.h"

#include "core/importers/Activation.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <cctype>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;

struct Word
{
    std::string_view name; ///< small letters
    Kind kind;
};

constexpr Word words[] = {
    {"input", Kind::Input},
    {"linear", Kind::Linear},
    {"dense", Kind::Linear},
    {"conv1d", Kind::Convolution},
    {"conv2d", Kind::Convolution},
    {"conv3d", Kind::Convolution},
    {"conv", Kind::Convolution},
    {"convtranspose1d", Kind::TransposedConvolution},
    {"convtranspose2d", Kind::TransposedConvolution},
    {"convtranspose3d", Kind::TransposedConvolution},
    {"batchnorm", Kind::BatchNorm},
    {"batchnorm1d", Kind::BatchNorm},
    {"batchnorm2d", Kind::BatchNorm},
    {"batchnorm3d", Kind::BatchNorm},
    {"layernorm", Kind::LayerNorm},
    {"groupnorm", Kind::GroupNorm},
    {"instancenorm", Kind::GroupNorm},
    {"instancenorm1d", Kind::GroupNorm},
    {"instancenorm2d", Kind::GroupNorm},
    {"instancenorm3d", Kind::GroupNorm},
    {"embedding", Kind::Embedding},
    {"lstm", Kind::Recurrent},
    {"gru", Kind::Recurrent},
    {"rnn", Kind::Recurrent},
    {"last", Kind::Last},
    {"prelu", Kind::Prelu},
    {"flatten", Kind::Flatten},
    {"reshape", Kind::Reshape},
    {"maxpool1d", Kind::MaxPool},
    {"maxpool2d", Kind::MaxPool},
    {"maxpool3d", Kind::MaxPool},
    {"maxpool", Kind::MaxPool},
    {"avgpool1d", Kind::AveragePool},
    {"avgpool2d", Kind::AveragePool},
    {"avgpool3d", Kind::AveragePool},
    {"avgpool", Kind::AveragePool},
    {"adaptiveavgpool1d", Kind::GlobalPool},
    {"adaptiveavgpool2d", Kind::GlobalPool},
    {"adaptiveavgpool3d", Kind::GlobalPool},
    {"globalavgpool", Kind::GlobalPool},
    {"dropout", Kind::Nothing},
    {"dropout1d", Kind::Nothing},
    {"dropout2d", Kind::Nothing},
    {"dropout3d", Kind::Nothing},
    {"alphadropout", Kind::Nothing},
    {"featurealphadropout", Kind::Nothing},
    {"identity", Kind::Nothing},
};

/// The parts between commas that stand in no brackets.
std::vector<std::string_view> splitAtCommas(std::string_view text)
{
    std::vector<std::string_view> parts;
    int depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '(')
            ++depth;
        if (i < text.size() && text[i] == ')')
            --depth;
        if (i == text.size() || (text[i] == ',' && depth <= 0)) {
            parts.push_back(trimmed(text.substr(start, i - start)));
            start = i + 1;
        }
    }
    return parts;
}

ArchitectureStep::Argument argumentOf(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        return {{}, std::string(trimmed(text))};
    return {std::string(trimmed(text.substr(0, equals))), std::string(trimmed(text.substr(equals + 1)))};
}

Result<ArchitectureStep> stepOf(std::string_view text, std::size_t position)
{
    const std::string place
        = "step " + std::to_string(position + 1) + " of the architecture, '" + std::string(text.substr(0, 60)) + "', ";
    const std::size_t bracket = text.find('(');
    ArchitectureStep step;
    step.word = trimmed(text.substr(0, bracket));
    if (bracket != std::string_view::npos) {
        if (!text.ends_with(')'))
            return failure(ErrorCode::BadQuestion, place + "has no closing bracket");
        const std::string_view inside = text.substr(bracket + 1, text.size() - bracket - 2);
        if (!trimmed(inside).empty())
            for (const std::string_view part : splitAtCommas(inside))
                step.arguments.push_back(argumentOf(part));
    }
    const auto kind = stepKindNamed(step.word);
    if (!kind)
        return failure(ErrorCode::BadQuestion,
            place
                + "is not known: expected a layer (Linear, Conv2d, BatchNorm, Flatten, MaxPool2d ...) or an "
                  "activation (relu, tanh, sigmoid ...)");
    step.kind = *kind;
    return step;
}

} // namespace

const std::string* ArchitectureStep::argument(std::string_view name) const
{
    const auto found = std::ranges::find(arguments, name, &Argument::name);
    return found == arguments.end() ? nullptr : &found->value;
}

std::vector<std::string> ArchitectureStep::values() const
{
    std::vector<std::string> list;
    for (const Argument& argument : arguments)
        if (argument.name.empty())
            list.push_back(argument.value);
    return list;
}

std::string ArchitectureStep::text() const
{
    std::string list;
    for (const Argument& argument : arguments)
        list += (list.empty() ? "" : ",") + (argument.name.empty() ? "" : argument.name + "=") + argument.value;
    return list.empty() ? word : word + "(" + list + ")";
}

std::optional<ArchitectureStep::Kind> stepKindNamed(std::string_view word)
{
    const std::string letters = plainLetters(word); // "linear" is the layer, not the activation of that name
    if (const auto found = std::ranges::find(words, letters, &Word::name); found != std::ranges::end(words))
        return found->kind;
    return activationNamed(word) ? std::optional(Kind::Activation) : std::nullopt;
}

bool takesWeights(ArchitectureStep::Kind kind)
{
    switch (kind) {
    case Kind::Linear:
    case Kind::Convolution:
    case Kind::TransposedConvolution:
    case Kind::BatchNorm:
    case Kind::LayerNorm:
    case Kind::GroupNorm:
    case Kind::Embedding:
    case Kind::Recurrent:
    case Kind::Prelu:
        return true;
    default:
        return false;
    }
}

Result<std::vector<ArchitectureStep>> parseArchitecture(std::string_view text)
{
    std::vector<ArchitectureStep> steps;
    if (trimmed(text).empty())
        return failure(ErrorCode::BadQuestion, "the architecture is empty, expected steps such as Linear,relu,Linear");
    for (const std::string_view part : splitAtCommas(text)) {
        if (part.empty())
            return failure(ErrorCode::BadQuestion,
                "step " + std::to_string(steps.size() + 1) + " of the architecture is empty: a comma is too much");
        Result<ArchitectureStep> step = stepOf(part, steps.size());
        if (!step)
            return tl::unexpected(step.error());
        steps.push_back(std::move(*step));
    }
    return steps;
}

std::string textOf(const std::vector<ArchitectureStep>& steps)
{
    std::string text;
    for (const ArchitectureStep& step : steps)
        text += (text.empty() ? "" : ",") + step.text();
    return text;
}

} // namespace formulens
