// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Subject.h"

#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens {

namespace {

template <std::size_t count>
bool isOneOf(std::string_view name, const std::array<std::string_view, count>& names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

const Step* producerOf(const PreparedNetwork& network, TensorIndex tensor)
{
    for (const Step& step : network.steps) {
        if (step.output == tensor)
            return &step;
    }
    return nullptr;
}

Result<void> checkInputs(const DeriveRequest& request)
{
    const std::vector<InputQuantity>& inputs = request.question.inputs;
    if (inputs.size() != request.network->inputCount())
        return failure(ErrorCode::BadQuestion,
            "the question names " + std::to_string(inputs.size()) + " input elements, the network has "
                + std::to_string(request.network->inputCount()));
    for (const InputQuantity& input : inputs) {
        if (!std::isfinite(input.reference))
            return failure(ErrorCode::BadQuestion, "the reference value of '" + input.name + "' is not finite");
        if (!std::isfinite(input.scaling.offset) || !std::isfinite(input.scaling.scale) || input.scaling.scale == 0)
            return failure(ErrorCode::BadQuestion, "the scale of '" + input.name + "' must be finite and not 0");
    }
    const std::optional<std::size_t> by = request.derivativeBy;
    if (by && (*by >= inputs.size() || inputs[*by].role == Role::Held))
        return failure(ErrorCode::BadQuestion, "a derivative can only be taken with respect to an input that varies");
    return {};
}

Result<void> checkElement(const PreparedNetwork& network, ElementReference element)
{
    if (element.tensor.position() >= network.tensors.size())
        return failure(ErrorCode::BadQuestion, "the selected tensor is not in the network");
    const PreparedTensor& tensor = network.tensor(element.tensor);
    if (tensor.unavailable)
        return tl::unexpected(*tensor.unavailable);
    if (element.element >= tensor.shape.elementCount())
        return failure(ErrorCode::BadQuestion,
            "the tensor '" + network.network->tensor(element.tensor).name + "' has no element "
                + std::to_string(element.element) + ": it has " + std::to_string(tensor.shape.elementCount()));
    return {};
}

void describeInputs(Subject& subject)
{
    for (std::size_t i = 0; i < subject.inputs.size(); ++i) {
        const InputQuantity& input = subject.inputs[i];
        subject.table.unique(subject.inputSymbols[i]);
        const double reference = input.scaling.physical(input.reference);
        if (input.role == Role::Held) {
            subject.held.push_back({input.name, input.unit, i, reference, input.scaling});
            continue;
        }
        const double a = input.scaling.physical(input.domain.range.lower);
        const double b = input.scaling.physical(input.domain.range.upper);
        subject.domainAssumed = subject.domainAssumed || input.source == DomainSource::Assumed;
        subject.variables.push_back({subject.inputSymbols[i], input.name, input.description, input.unit, i,
            {std::min(a, b), std::max(a, b)}, reference, input.scaling});
    }
}

Target describe(const Subject& subject, const Question& question, ElementReference element)
{
    for (std::size_t i = 0; i < question.outputs.size(); ++i) {
        const OutputQuantity& output = question.outputs[i];
        if (output.element == element)
            return {
                element, {}, outputSymbols(question)[i], output.name, output.description, output.unit, output.scaling};
    }
    const std::string name = subject.network->elementName(element.tensor, element.element);
    return {element, {}, subject.elementSymbols.symbol(element), name, {}, {}, {}};
}

std::size_t largestAtReference(const Subject& subject, TensorIndex logits)
{
    const auto values = reference::evaluate(*subject.network, logits, subject.reference());
    if (!values || values->empty())
        return 0;
    return static_cast<std::size_t>(std::max_element(values->begin(), values->end()) - values->begin());
}

/// Moves the target in front of its head: the logit of the class, or the difference of two.
Result<Target> beforeHead(const Subject& subject, const HeadChoice& choice, const Target& output)
{
    const std::optional<Head> head = headBefore(*subject.network, output.element);
    if (!head)
        return failure(ErrorCode::BadQuestion,
            "'" + output.sourceName + "' does not come from a softmax, sigmoid or argmax: it has no logit");
    std::size_t chosen = choice.chosen.value_or(output.element.element);
    if (!choice.chosen && head->classNumber)
        chosen = largestAtReference(subject, head->logits);
    Target target = output;
    target.element = {head->logits, chosen};
    target.scaling = {};
    target.unit.clear();
    target.symbol = subject.elementSymbols.symbol(target.element);
    target.sourceName = "logit of " + output.sourceName;
    if (choice.kind == HeadChoice::Kind::Logit)
        return target;
    target.subtracted = ElementReference{head->logits, choice.other};
    if (*target.subtracted == target.element)
        return failure(ErrorCode::BadQuestion, "the difference of a logit with itself is 0: choose another class");
    target.symbol = "d";
    target.sourceName
        = "logit difference, class " + std::to_string(chosen) + " minus class " + std::to_string(choice.other);
    return target;
}

Result<void> chooseTargets(Subject& subject, const DeriveRequest& request)
{
    std::vector<ElementReference> selected = request.question.selected;
    if (selected.empty()) {
        for (const OutputQuantity& output : request.question.outputs)
            selected.push_back(output.element);
    }
    for (const TensorIndex output : subject.network->network->outputs)
        if (const std::optional<Error>& reason = subject.network->tensor(output).unavailable;
            reason && selected.empty())
            return failure(reason->code, "no output can be computed: " + reason->message);
    if (selected.empty())
        return failure(ErrorCode::BadQuestion, "nothing is selected: choose an output or a neuron");
    for (const ElementReference element : selected) {
        if (Result<void> sound = checkElement(*subject.network, element); !sound)
            return sound;
        Target target = describe(subject, request.question, element);
        if (request.head.kind != HeadChoice::Kind::Output) {
            Result<Target> moved = beforeHead(subject, request.head, target);
            if (!moved)
                return tl::unexpected(moved.error());
            target = *moved;
        }
        for (const auto& part : {std::optional(target.element), target.subtracted}) {
            if (Result<void> sound = part ? checkElement(*subject.network, *part) : Result<void>(); !sound)
                return sound;
        }
        if (target.scaling.scale == 0 || !std::isfinite(target.scaling.scale) || !std::isfinite(target.scaling.offset))
            return failure(ErrorCode::BadQuestion, "the scale of '" + target.sourceName + "' must be finite and not 0");
        const auto isSame = [&target](const Target& earlier) {
            return earlier.element == target.element && earlier.subtracted == target.subtracted;
        };
        if (std::any_of(subject.targets.begin(), subject.targets.end(), isSame))
            continue; // one difference of logits, whatever probabilities are selected
        target.symbol = subject.table.unique(target.symbol);
        subject.targets.push_back(std::move(target));
    }
    return {};
}

} // namespace

std::vector<double> Subject::reference() const
{
    std::vector<double> point;
    for (const InputQuantity& input : inputs)
        point.push_back(input.reference);
    return point;
}

Result<Subject> subjectOf(const DeriveRequest& request)
{
    if (!request.network)
        return failure(ErrorCode::BadQuestion, "there is no network to derive from");
    if (Result<void> sound = checkInputs(request); !sound)
        return tl::unexpected(sound.error());
    Subject subject{.network = request.network,
        .inputs = request.question.inputs,
        .inputSymbols = inputSymbols(request.question),
        .elementSymbols = ElementSymbols(*request.network)};
    describeInputs(subject);
    if (Result<void> sound = chooseTargets(subject, request); !sound)
        return tl::unexpected(sound.error());
    return subject;
}

std::vector<double> samplePoint(const Subject& subject, std::uint64_t seed, std::uint64_t sample)
{
    const Random random(seed);
    std::vector<double> point = subject.reference();
    if (sample == 0)
        return point;
    for (std::size_t i = 0; i < point.size(); ++i) {
        if (!subject.isFree(i))
            continue;
        const Domain& domain = subject.inputs[i].domain;
        const double share = sample <= 2 ? static_cast<double>(sample - 1) : random.uniform(sample, i);
        const double drawn = domain.range.lower + share * domain.range.width();
        point[i] = domain.kind == Domain::Kind::Whole ? std::round(drawn) : drawn;
        if (domain.kind == Domain::Kind::Set && !domain.values.empty()) {
            const auto count = static_cast<double>(domain.values.size());
            point[i] = domain.values[static_cast<std::size_t>(std::min(share * count, count - 1))];
        }
    }
    return point;
}

std::optional<Head> headBefore(const PreparedNetwork& network, ElementReference element)
{
    constexpr std::array<std::string_view, 7> passing{
        "Identity", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Cast", "Dropout"};
    constexpr std::array<std::string_view, 3> perClass{"Softmax", "LogSoftmax", "Sigmoid"};
    TensorIndex tensor = element.tensor;
    while (const Step* step = producerOf(network, tensor)) {
        const std::string& name = network.network->node(step->node).operatorName;
        if (step->inputs.empty())
            return std::nullopt;
        if (isOneOf(name, perClass))
            return Head{name, step->inputs.front(), false};
        const bool oneClassNumber = network.tensor(step->output).shape.elementCount() == 1;
        if (name == "ArgMax" && oneClassNumber)
            return Head{name, step->inputs.front(), true};
        if (!isOneOf(name, passing))
            return std::nullopt;
        tensor = step->inputs.front();
    }
    return std::nullopt;
}

bool hasHead(const PreparedNetwork& network, std::span<const ElementReference> selected)
{
    return !selected.empty() && std::all_of(selected.begin(), selected.end(), [&network](ElementReference element) {
        return headBefore(network, element).has_value();
    });
}

} // namespace formulens
