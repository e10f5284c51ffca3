// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"

#include "app/cli/Output.h"
#include "core/analysis/ActivationSearch.h"
#include "core/base/Numerals.h"
#include "core/opening/InputShapes.h"
#include "core/opening/OpeningQuestion.h"
#include "core/opening/TimeStep.h"
#include "core/opening/WeightsFile.h"
#include "core/question/Words.h"

#include <numeric>

namespace formulens::cli {

namespace {

/// What was found, how well it agrees, and what agrees as well.
void sayFindings(const std::string& data, const std::vector<ActivationFinding>& findings)
{
    constexpr std::size_t most = 4;
    const ActivationFinding& found = findings.front();
    say("architecture: " + textOf(found.steps) + ", agrees with " + std::to_string(found.rows) + " rows of " + data
        + " within " + legible(100 * found.share, 2) + " % of their range");
    std::string others;
    for (std::size_t i = 1; i < findings.size() && i < most; ++i)
        others += (i == 1 ? "" : "; ") + textOf(findings[i].steps);
    if (!others.empty())
        say(std::to_string(findings.size() - 1) + " more agree as well, which the rows do not tell apart: " + others
            + (findings.size() > most ? " ..." : "") + "; where one of them is right, say it with --architecture");
}

Result<std::string> architectureFound(const ModelArguments& arguments)
{
    const auto weights = readWeights(arguments.model);
    if (!weights)
        return tl::unexpected(weights.error());
    const auto proposal = proposeArchitecture(weights->tensors);
    if (!proposal)
        return failure(proposal.error().code, arguments.model + ": " + proposal.error().message);
    const Result<SideFile> sideFile = readSideFile(sideFilePathOf(arguments.model));
    ActivationSearchRequest request;
    request.weights = &proposal->weights;
    request.steps = proposal->steps;
    if (!arguments.architecture.empty()) {
        const auto said = parseArchitecture(arguments.architecture);
        if (!said)
            return tl::unexpected(said.error());
        request.steps = *said;
    }
    request.data = arguments.architectureData;
    request.question = [&](const PreparedNetwork& network) {
        return openingQuestion(network, sideFile ? &*sideFile : nullptr).question;
    };
    const auto findings = findActivations(request);
    if (!findings)
        return tl::unexpected(findings.error());
    sayFindings(arguments.architectureData, *findings);
    return textOf(findings->front().steps);
}

} // namespace

void ModelArguments::addTo(Options& verb, const std::string& help)
{
    verb.text("MODEL", model, help, Presence::Required);
    verb.text(
        "--at", at, "Reference point, \"x=0.1,y=2\"; the rest as the side file says, else the centre of the domain");
    verb.flag("--time-step", timeStep,
        "One time step of the recurrent layers: difference equations, with their state as inputs and outputs");
    verb.text("--domain", domain, "Where the inputs lie, \"x=-1..1,n={0,1}\", in the file's own numbers");
    verb.text("--input-shape", inputShapes,
        "Extents that the file leaves open, \"x=1x10x3\"; else as the side file says, as the layers expect, or 1");
    verb.text("--architecture", architecture,
        "The layers of a file that holds weights only, in their order: \"Linear,tanh,Linear\"; else as the side file "
        "says");
    verb.text("--architecture-from", architectureData,
        "DATA.csv|.npz: finds the activations between such layers, as those with which the outputs agree");
}

Result<Asked> ModelArguments::open() const
{
    ImportOptions options;
    options.architecture = architecture;
    if (!architectureData.empty()) {
        Result<std::string> found = architectureFound(*this);
        if (!found)
            return tl::unexpected(found.error());
        options.architecture = std::move(*found);
    }
    auto shapes = parseInputShapes(inputShapes);
    if (!shapes)
        return tl::unexpected(shapes.error());
    options.inputShapes = std::move(*shapes);
    Result<OpenedModel> opened = openModel(model, options);
    if (!opened)
        return tl::unexpected(opened.error());
    if (timeStep)
        opened = oneTimeStep(*opened);
    if (!opened)
        return tl::unexpected(opened.error());
    for (const std::string& warning : opened->warnings)
        say(warning);
    OpeningQuestion known = openingQuestion(*opened->prepared, opened->sideFile ? &*opened->sideFile : nullptr);
    for (const std::string& warning : known.warnings)
        say(warning);
    Asked asked{std::move(*opened), std::move(known.question)};
    if (auto done = applyDomain(asked.question, *asked.model.prepared, domain); !done)
        return tl::unexpected(done.error());
    if (auto done = applyAt(asked.question, *asked.model.prepared, at); !done)
        return tl::unexpected(done.error());
    return asked;
}

void SelectionArguments::addTo(Options& verb)
{
    verb.text("--output", outputs, "Outputs, \"y\" or \"y[0],y[2]\"; all by default");
    verb.text("--neuron", neurons, "Elements of any tensor, \"dense_1[17]\"");
    verb.exclude("--neuron", "--output");
    verb.text("--free", freeInputs, "These inputs stay variables, all others are held");
    verb.text("--held", heldInputs, "These inputs are held: \"x=0.3\", or \"x\" at the reference point");
}

Result<void> SelectionArguments::applyTo(Asked& asked) const
{
    if (auto done = applyRoles(asked.question, *asked.model.prepared, freeInputs, heldInputs); !done)
        return done;
    if (!neurons.empty()) {
        auto elements = ElementNames(*asked.model.prepared, asked.question).elements(neurons);
        if (!elements)
            return tl::unexpected(elements.error());
        asked.question.selected = std::move(*elements);
        return {};
    }
    const auto positions = outputsNamed(asked, outputs);
    if (!positions)
        return tl::unexpected(positions.error());
    asked.question.selected = elementsOf(asked.question, *positions);
    return {};
}

void sayDomain(const Question& question)
{
    constexpr std::size_t most = 12;
    std::string text = "domain:";
    std::size_t assumed = 0;
    for (std::size_t i = 0; i < question.inputs.size(); ++i) {
        const InputQuantity& input = question.inputs[i];
        assumed += input.source == DomainSource::Assumed ? 1 : 0;
        if (i < most)
            text += (i == 0 ? " " : ", ") + quotedName(input.name) + "=" + domainText(input.domain) + " ("
                + std::string(name(input.source)) + ")";
    }
    if (question.inputs.size() > most)
        text += ", and " + std::to_string(question.inputs.size() - most) + " more inputs";
    say(text);
    if (assumed > 0)
        say("the domain of " + std::to_string(assumed) + (assumed == 1 ? " input is" : " inputs is")
            + " assumed: set the range your network was trained on with --domain");
}

Result<std::vector<std::size_t>> outputsNamed(const Asked& asked, const std::string& list)
{
    if (!list.empty())
        return ElementNames(*asked.model.prepared, asked.question).outputs(list);
    std::vector<std::size_t> all(asked.question.outputs.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

std::vector<ElementReference> elementsOf(const Question& question, const std::vector<std::size_t>& outputs)
{
    std::vector<ElementReference> elements;
    for (const std::size_t output : outputs)
        elements.push_back(question.outputs[output].element);
    return elements;
}

} // namespace formulens::cli
