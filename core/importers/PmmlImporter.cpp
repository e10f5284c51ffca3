// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/PmmlImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/containers/TextLines.h"
#include "core/importers/pmml/Models.h"

#include <algorithm>
#include <array>

namespace formulens::pmml {

namespace {

constexpr std::size_t largestFile = std::size_t(32) << 20;

void checkText(std::string_view content)
{
    if (content.size() > largestFile)
        throw ImportError{ErrorCode::Limit,
            "has " + std::to_string(content.size() >> 20) + " MiB, more than the " + std::to_string(largestFile >> 20)
                + " that are read of a PMML document"};
    if (content.find("<!ENTITY") != std::string_view::npos)
        throw ImportError{ErrorCode::BadFile,
            "defines entities (<!ENTITY ...>), which no model needs and which are not read: export the model again"};
}

/// What the document computes besides, or says against it.
void noteRest(Fields& fields, const pugi::xml_node& model)
{
    for (const pugi::xml_node& output : children(child(model, "Output"), "OutputField")) {
        const std::string_view feature = output.attribute("feature").value();
        if (feature == "transformedValue" || feature == "decision")
            fields.warn("the output field '" + std::string(output.attribute("name").value())
                + "' is computed from the prediction, which is not read");
    }
    if (std::string_view(model.attribute("isScorable").value()) == "false")
        fields.warn("the file says that its model is not meant to be computed (isScorable=\"false\")");
    for (pugi::xml_node next = model.next_sibling(); next; next = next.next_sibling())
        if (child(next, "MiningSchema"))
            fields.warn(
                "there is another model behind the first, a " + std::string(localName(next)) + ", which is not read");
}

ImportedModel modelOf(std::string_view content)
{
    checkText(content);
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(content.data(), content.size(), pugi::parse_default);
    if (!parsed)
        throw ImportError{ErrorCode::BadFile,
            "is no XML document: " + std::string(parsed.description()) + " at byte " + std::to_string(parsed.offset)};
    const pugi::xml_node root = child(document, "PMML");
    GraphBuilder graph(ElementType::Float64);
    std::string kinds;
    for (const pugi::xml_node& model : root.children()) {
        const std::string_view kind = localName(model);
        if (kind != "NeuralNetwork" && kind != "RegressionModel") {
            constexpr std::array besides{
                "Header", "MiningBuildTask", "DataDictionary", "TransformationDictionary", "Extension"};
            if (model.type() == pugi::node_element && std::ranges::count(besides, kind) == 0)
                kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
            continue;
        }
        Fields fields(graph, root, model);
        kind == "NeuralNetwork" ? addNeuralNetwork(graph, fields, model) : addRegression(graph, fields, model);
        noteRest(fields, model);
        graph.network().name = model.attribute("modelName").as_string("");
        graph.network().producer = child(child(root, "Header"), "Application").attribute("name").as_string("");
        graph.network().format = std::string("PMML ") + root.attribute("version").as_string("");
        return {graph.build(), fields.takeWarnings()};
    }
    throw ImportError{ErrorCode::Unsupported,
        "holds " + (kinds.empty() ? "no model" : "a model of the kind " + kinds)
            + ", expected a NeuralNetwork or a RegressionModel"};
}

} // namespace

bool recognises(std::string_view content)
{
    constexpr std::size_t wellInside = 8192;
    const std::string_view start = content.substr(0, wellInside);
    return withoutFrontBlanks(start).starts_with('<')
        && (start.find("<PMML") != std::string_view::npos || start.find(":PMML") != std::string_view::npos);
}

Result<ImportedModel> readText(std::string_view content, const std::string& fileName)
{
    return throughDoor(fileName, [&] { return modelOf(content); });
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    return readText(request.file->text(), request.file->path().filename().string());
}

} // namespace formulens::pmml
