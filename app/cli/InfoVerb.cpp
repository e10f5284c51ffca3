// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/Verbs.h"
#include "core/data/OnnxTestData.h"
#include "core/operators/LayerChains.h"
#include "core/question/Words.h"

#include <nlohmann/json.hpp>

#include <map>

namespace formulens::cli {

namespace {

struct InfoArguments
{
    ModelArguments model;
    bool json = false;
};

using Json = nlohmann::ordered_json;

Json tensorJson(const PreparedNetwork& prepared, TensorIndex index)
{
    const PreparedTensor& tensor = prepared.tensor(index);
    const bool isKnown = !tensor.unavailable || tensor.shape.rank() > 0;
    return {{"name", prepared.network->tensor(index).name}, {"type", std::string(name(tensor.type))},
        {"shape", isKnown ? Json(tensor.shape.extents()) : Json()}};
}

Json inputJson(const InputQuantity& input)
{
    Json json{{"name", input.name}, {"domain", domainText(input.domain)},
        {"domain_source", std::string(name(input.source))}, {"reference", input.reference}};
    if (!input.unit.empty())
        json["unit"] = input.unit;
    return json;
}

std::size_t coefficientCount(const Network& network)
{
    std::size_t count = 0;
    for (const TensorInfo& tensor : network.tensors)
        if (tensor.constant && isFloatingPoint(tensor.constant->type()))
            count += tensor.constant->size();
    return count;
}

std::map<std::string, std::size_t> operatorCounts(const Network& network)
{
    std::map<std::string, std::size_t> counts;
    for (const Node& node : network.nodes)
        ++counts[node.domain.empty() ? node.operatorName : node.domain + "/" + node.operatorName];
    return counts;
}

/// Why outputs cannot be computed, each reason once.
std::vector<std::string> refusals(const PreparedNetwork& prepared)
{
    std::vector<std::string> reasons;
    for (const TensorIndex output : prepared.network->outputs)
        if (const auto& unavailable = prepared.tensor(output).unavailable)
            if (std::ranges::find(reasons, unavailable->message) == reasons.end())
                reasons.push_back(unavailable->message);
    return reasons;
}

/// Of the input elements no more than `most` are described: a network may have a hundred thousand.
Json describe(const Asked& asked, std::size_t most)
{
    const PreparedNetwork& prepared = *asked.model.prepared;
    const Network& network = *asked.model.network;
    Json json{{"file", asked.model.path.string()}, {"name", network.name}, {"format", network.format},
        {"producer", network.producer}, {"inputs", Json::array()}, {"outputs", Json::array()},
        {"layers", Json::array()}};
    for (const TensorIndex input : network.inputs)
        json["inputs"].push_back(tensorJson(prepared, input));
    for (const TensorIndex output : network.outputs)
        json["outputs"].push_back(tensorJson(prepared, output));
    for (const LayerChain& chain : layerChains(prepared))
        json["layers"].push_back({{"title", title(prepared, chain)}, {"operators", operatorNames(prepared, chain)},
            {"output", network.tensor(chain.output).name}, {"shape", prepared.tensor(chain.output).shape.extents()}});
    json["operators"] = operatorCounts(network);
    json["coefficients"] = coefficientCount(network);
    json["input_elements"] = Json::array();
    for (std::size_t i = 0; i < std::min(most, asked.question.inputs.size()); ++i)
        json["input_elements"].push_back(inputJson(asked.question.inputs[i]));
    json["cannot_compute"] = refusals(prepared);
    json["notes"] = prepared.notes;
    json["test_data"] = Json::array();
    for (const std::filesystem::path& folder : testDataFolders(asked.model.path))
        json["test_data"].push_back(folder.filename().string());
    json["warnings"] = asked.model.warnings;
    return json;
}

std::string shapeText(const Json& shape)
{
    if (shape.is_null())
        return "shape not known";
    std::string text;
    for (const auto& extent : shape)
        text += (text.empty() ? "" : " x ") + std::to_string(extent.get<std::int64_t>());
    return text.empty() ? "scalar" : text;
}

std::string tensorLines(const std::string& word, const Json& tensors)
{
    std::string text;
    for (const auto& tensor : tensors)
        text += word + "  " + tensor["name"].get<std::string>() + ": " + tensor["type"].get<std::string>() + ", "
            + shapeText(tensor["shape"]) + "\n";
    return text;
}

std::string lines(const Asked& asked)
{
    constexpr std::size_t most = 20;
    const Json json = describe(asked, most);
    std::string text = json["file"].get<std::string>() + ": " + json["format"].get<std::string>();
    const std::string producer = json["producer"].get<std::string>();
    text += (producer.empty() ? "" : ", by " + producer) + "\n";
    text += tensorLines("input ", json["inputs"]) + tensorLines("output", json["outputs"]);
    for (const auto& layer : json["layers"])
        text += "layer   " + layer["title"].get<std::string>() + "  (" + layer["operators"].get<std::string>() + ")\n";
    text += "coefficients: " + std::to_string(json["coefficients"].get<std::size_t>()) + "\n";
    for (const auto& input : json["input_elements"]) {
        const std::string unit = input.value("unit", std::string());
        text += "domain  " + input["name"].get<std::string>() + (unit.empty() ? "" : " [" + unit + "]") + ": "
            + input["domain"].get<std::string>() + "  (" + input["domain_source"].get<std::string>() + ")\n";
    }
    if (asked.question.inputs.size() > most)
        text += "        and " + std::to_string(asked.question.inputs.size() - most) + " more input elements\n";
    for (const auto& note : json["notes"])
        text += "note    " + note.get<std::string>() + "\n";
    for (const auto& name : json["test_data"])
        text += "independent data: " + name.get<std::string>() + "  (verify MODEL compares with it)\n";
    for (const auto& reason : json["cannot_compute"])
        text += "cannot be computed: " + reason.get<std::string>() + "\n";
    return text;
}

Result<Outcome> run(const InfoArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    // Names from a file may hold bytes that are no UTF-8; they are replaced, not refused.
    const std::string text = arguments.json
        ? describe(*asked, asked->question.inputs.size()).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
        : lines(*asked);
    if (auto done = writeOutput({}, text); !done)
        return tl::unexpected(done.error());
    return Outcome::Done;
}

} // namespace

void addInfo(CommandLine& line)
{
    auto arguments = std::make_shared<InfoArguments>();
    Options verb
        = line.verb("info", "What is in the file: inputs, outputs, layers, domains, and what cannot be computed",
            [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    verb.flag("--json", arguments->json, "As JSON");
}

} // namespace formulens::cli
