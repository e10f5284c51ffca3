// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/VerisigImporter.h"

#include "core/importers/DenseChain.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/containers/YamlDocument.h"

#include <algorithm>
#include <array>

namespace formulens::verisig {

namespace {

/// Takes numbers out of a document, never more than its text could hold: aliases may mean the same list many times.
class Numbers
{
public:
    explicit Numbers(std::size_t textSize) : m_left(textSize) { }

    std::vector<double> row(const YamlValue& list)
    {
        std::vector<double> numbers;
        append(numbers, list);
        return numbers;
    }

    void append(std::vector<double>& numbers, const YamlValue& list)
    {
        if (list.list().size() > m_left)
            list.fail("aliases repeat more numbers than the file has bytes, which is not read");
        m_left -= list.items.size();
        for (const auto& item : list.items)
            numbers.push_back(item->number());
    }

private:
    std::size_t m_left;
};

std::string layerName(std::size_t layer)
{
    return "layer " + std::to_string(layer);
}

/// The entry of a layer; maps may be in any order.
const YamlValue& entry(const YamlValue& map, std::string_view what, std::size_t layer)
{
    const YamlValue* value = map.find(std::to_string(layer));
    if (value == nullptr)
        map.fail("the " + std::string(what) + " of " + layerName(layer) + " are missing");
    return *value;
}

Tensor matrixOf(const YamlValue& rows, std::size_t layer, Numbers& numbers)
{
    std::vector<double> values;
    std::size_t width = 0;
    for (const auto& row : rows.list()) {
        const std::size_t before = values.size();
        numbers.append(values, *row);
        const std::size_t found = values.size() - before;
        if (before > 0 && found != width)
            row->fail("a row of the weights of " + layerName(layer) + " has " + std::to_string(found)
                + " numbers, expected " + std::to_string(width) + " as the rows before it have");
        if (found == 0)
            row->fail("a row of the weights of " + layerName(layer) + " is empty");
        width = found;
    }
    if (values.empty())
        rows.fail("the weights of " + layerName(layer) + " are empty");
    return Tensor::ofDoubles(
        Shape{static_cast<std::int64_t>(rows.items.size()), static_cast<std::int64_t>(width)}, std::move(values));
}

Activation activationOf(const YamlValue& name, std::size_t layer)
{
    const auto activation = activationNamed(name.text());
    if (!activation)
        name.fail("the activation of " + layerName(layer) + " is '" + name.scalar.substr(0, 40)
            + "', which is not known here");
    return *activation;
}

std::vector<ChainLayer> layersOf(const YamlValue& root, std::size_t textSize)
{
    const YamlValue& weights = root.at("weights");
    const YamlValue& offsets = root.at("offsets");
    const YamlValue& activations = root.at("activations");
    const std::size_t count = weights.map().size();
    for (const YamlValue* map : {&offsets, &activations})
        if (map->map().size() != count)
            map->fail("has " + std::to_string(map->members.size()) + " entries, but there are weights of "
                + std::to_string(count) + (count == 1 ? " layer" : " layers"));
    if (count == 0)
        weights.fail("there are no layers");
    Numbers numbers(textSize);
    std::vector<ChainLayer> layers;
    for (std::size_t layer = 1; layer <= count; ++layer) {
        std::vector<double> bias = numbers.row(entry(offsets, "offsets", layer));
        const auto size = static_cast<std::int64_t>(bias.size());
        layers.push_back({matrixOf(entry(weights, "weights", layer), layer, numbers),
            Tensor::ofDoubles(Shape{size}, std::move(bias)),
            activationOf(entry(activations, "activations", layer), layer), layerName(layer)});
    }
    return layers;
}

ImportedModel modelOf(std::string_view content)
{
    const auto root = readYaml(content);
    root->map();
    std::vector<ChainLayer> layers = layersOf(*root, content.size());
    ImportedModel model;
    GraphBuilder graph(ElementType::Float64);
    const TensorIndex x = graph.input("x", {{{}, "N"}, {layers.front().weights.shape()[1], {}}});
    graph.output(addDenseChain(graph, x, std::move(layers)), "y");
    graph.network().format = "Verisig";
    model.network = graph.build();
    for (const YamlValue::Member& member : root->members)
        if (member.key != "weights" && member.key != "offsets" && member.key != "activations")
            model.warnings.push_back("'" + member.key.substr(0, 40) + "' in line " + std::to_string(member.value->line)
                + " is not known here and not read");
    return model;
}

} // namespace

bool recognises(std::string_view content)
{
    return std::ranges::all_of(std::array{"weights:", "offsets:", "activations:"}, [&](std::string_view key) {
        return content.starts_with(key) || content.find("\n" + std::string(key)) != std::string_view::npos;
    });
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    return throughDoor(request.file->path().filename().string(), [&] { return modelOf(request.file->text()); });
}

} // namespace formulens::verisig
