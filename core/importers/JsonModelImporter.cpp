// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/JsonModelImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/JsonGraph.h"
#include "core/importers/JsonLayers.h"
#include "core/importers/containers/TextLines.h"

namespace formulens::jsonModel {

namespace {

/// A model of ours has at most nine, attributes of a node's tensor among them; weights may have more axes.
constexpr std::size_t deepest = 40;

void checkVersion(const JsonMembers& model)
{
    if (model.at("format").text() != formatName)
        model.at("format").fail("expected \"" + std::string(formatName) + "\"");
    const JsonText written = model.at("version");
    const std::int64_t number = written.integer();
    if (number > version)
        throw ImportError{ErrorCode::Unsupported,
            "has version " + std::to_string(number) + ", written by a newer Formulens; this one reads up to "
                + std::to_string(version)};
    if (number < 1)
        written.fail("there never was a version " + std::to_string(number));
}

void readHeader(const JsonMembers& model, Network& network)
{
    network.name = model.textOr("name", "");
    network.producer = model.textOr("producer", "");
    network.format = "Formulens model, version " + std::to_string(model.at("version").integer());
    if (const auto metadata = model.find("metadata"))
        for (const auto& [key, value] : metadata->members().all())
            network.metadata.emplace(key, value.text());
}

ImportedModel modelOf(std::string_view content, const std::filesystem::path& path)
{
    const JsonMembers model = JsonText::parse(content, deepest).members();
    checkVersion(model);
    const auto numbers = model.find("numbers");
    const ElementType type = numbers ? elementTypeNamed(*numbers) : ElementType::Float64;
    if (!isFloatingPoint(type))
        numbers->fail("expected \"float64\" or \"float32\"");
    const TensorReader tensors(path, type);
    GraphBuilder graph(type);
    if (model.has("graph")) {
        model.expectOnly(
            {"format", "version", "name", "producer", "metadata", "numbers", "inputs", "outputs", "graph"});
        readGraph(model, tensors, graph.network());
    } else if (model.has("layers")) {
        model.expectOnly({"format", "version", "name", "producer", "metadata", "numbers", "input", "output", "layers"});
        readLayers(model, tensors, graph);
    } else {
        model.fail("has neither \"layers\" nor \"graph\"");
    }
    readHeader(model, graph.network());
    return {graph.build(), {}};
}

} // namespace

bool recognises(std::string_view content)
{
    constexpr std::size_t wellInside = 4096;
    const std::string_view start = content.substr(0, wellInside);
    return withoutFrontBlanks(start).starts_with('{')
        && start.find("\"" + std::string(formatName) + "\"") != std::string_view::npos;
}

Result<ImportedModel> readText(std::string_view content, const std::filesystem::path& path)
{
    return throughDoor(path.filename().string(), [&] { return modelOf(content, path); });
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    return readText(request.file->text(), request.file->path());
}

} // namespace formulens::jsonModel
