// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/Weights.h"

#include "core/importers/ImportError.h"

#include <algorithm>
#include <cctype>
#include <deque>
#include <set>

namespace formulens::keras {

namespace {

[[noreturn]] void fail(const std::string& words)
{
    throw ImportError{ErrorCode::BadFile, words};
}

std::vector<std::string> partsOf(std::string_view path, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find(separator, start), path.size());
        if (end > start)
            parts.emplace_back(path.substr(start, end - start));
        start = end + 1;
    }
    return parts;
}

/// "kernel" of "dense_1/dense_1/kernel:0"
std::string roleIn(const std::string& name)
{
    const std::string last = name.substr(name.rfind('/') + 1);
    return last.substr(0, last.find(':'));
}

const Tensor& elementsOf(const Hdf5DataSet* dataSet, const std::string& label, const std::string& path)
{
    if (dataSet == nullptr)
        fail(label + ": the file has no data set '" + path + "', where its weights are expected");
    if (!dataSet->complaint.empty() || dataSet->tensor.type() == ElementType::String)
        fail(label + ": the data set '" + path
            + "' cannot be used: " + (dataSet->complaint.empty() ? "it holds texts" : dataSet->complaint));
    return dataSet->tensor;
}

/// A layer that has weights itself, with what it has.
struct Leaf
{
    const Layer* layer;
    std::vector<WeightSpec> specs;
    bool isFrozen; ///< whose weights all count as not trainable
};

void collectLeaves(std::vector<Leaf>& leaves, const Layer& layer, Specify specify)
{
    if (layer.nested) {
        for (const Layer& inside : layer.nested->layers)
            collectLeaves(leaves, inside, specify);
        return;
    }
    std::vector<WeightSpec> specs = specify(layer);
    const auto trainable = layer.config.find("trainable");
    const bool isFrozen = trainable != layer.config.end() && *trainable == Json(false);
    if (!specs.empty())
        leaves.push_back({&layer, std::move(specs), isFrozen});
}

std::vector<Leaf> leavesOf(const Layer& layer, Specify specify)
{
    std::vector<Leaf> leaves;
    collectLeaves(leaves, layer, specify);
    return leaves;
}

/// The order of a legacy file: all trainable weights of a layer before all others.
struct Slot
{
    std::size_t leaf;
    std::size_t spec;
};

std::vector<Slot> slotsOf(const std::vector<Leaf>& leaves)
{
    std::vector<Slot> slots;
    const auto add = [&](std::size_t leaf, bool trainable) {
        for (std::size_t i = 0; i < leaves[leaf].specs.size(); ++i)
            if (leaves[leaf].specs[i].isTrainable == trainable)
                slots.push_back({leaf, i});
    };
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf)
        if (!leaves[leaf].isFrozen)
            add(leaf, true);
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
        if (leaves[leaf].isFrozen)
            add(leaf, true);
        add(leaf, false);
    }
    return slots;
}

std::vector<std::string> strings(const Tensor& tensor)
{
    std::vector<std::string> result;
    for (std::size_t i = 0; tensor.type() == ElementType::String && i < tensor.size(); ++i)
        result.push_back(tensor.string(i));
    return result;
}

/// An attribute of texts; one that is too long for HDF5 is cut into NAME0, NAME1 ...
std::vector<std::string> listIn(const Hdf5Group& group, const std::string& name)
{
    if (const Tensor* whole = group.attribute(name))
        return strings(*whole);
    std::vector<std::string> result;
    for (std::size_t part = 0;; ++part) {
        const Tensor* piece = group.attribute(name + std::to_string(part));
        if (piece == nullptr)
            return result;
        const std::vector<std::string> more = strings(*piece);
        result.insert(result.end(), more.begin(), more.end());
    }
}

/// A name that belongs to another weight of the layer tells that the order is not the expected one.
void checkName(const Leaf& leaf, const WeightSpec& spec, const std::string& name)
{
    const std::string role = roleIn(name);
    const auto isRole = [&](const WeightSpec& other) { return other.role == role; };
    if (role != spec.role && std::ranges::any_of(leaf.specs, isRole))
        fail(leaf.layer->label() + ": the file has '" + name + "' where its " + spec.role + " is expected");
}

void takeLegacy(WeightTable& table, const Layer& layer, const Hdf5Group& group, Specify specify)
{
    const std::vector<Leaf> leaves = leavesOf(layer, specify);
    const std::vector<Slot> slots = slotsOf(leaves);
    const std::vector<std::string> names = weightNames(group);
    if (names.size() != slots.size())
        fail(layer.label() + ": the file holds " + std::to_string(names.size()) + " weights of it, expected "
            + std::to_string(slots.size()));
    for (const Leaf& leaf : leaves)
        table[leaf.layer].resize(leaf.specs.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const Leaf& leaf = leaves[slots[i].leaf];
        checkName(leaf, leaf.specs[slots[i].spec], names[i]);
        table[leaf.layer][slots[i].spec] = elementsOf(group.dataSet(names[i]), leaf.layer->label(), names[i]);
    }
}

/// "batch_normalization" for "BatchNormalization", as Keras names a layer's place in a file.
std::string snakeCase(const std::string& name)
{
    const auto isUpper
        = [&](std::size_t i) { return i < name.size() && std::isupper(static_cast<unsigned char>(name[i])); };
    const auto isLower
        = [&](std::size_t i) { return i < name.size() && std::islower(static_cast<unsigned char>(name[i])); };
    std::string result;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool beginsWord = isUpper(i) && i > 0 && (isLower(i + 1) || isLower(i - 1));
        if (beginsWord)
            result += '_';
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return result;
}

void merge(Hdf5Group& place, Hdf5Group more)
{
    place.attributes.merge(more.attributes);
    place.dataSets.merge(more.dataSets);
    for (auto& [name, group] : more.groups)
        merge(place.groups[name], std::move(group));
}

constexpr const char* plainContainer = "layers";
constexpr const char* dependencies = "_layer_checkpoint_dependencies";

class TreeReader
{
public:
    explicit TreeReader(Specify specify) : m_specify(specify) { }

    void read(const Model& model, const Hdf5Group& group, const std::string& path)
    {
        const Hdf5Group* layers = layersOf(group);
        // Keras 2.13 counts a layer with weights twice where it lists dependencies: its second place stays empty.
        const bool hasDependencies = group.groups.contains(dependencies);
        const auto isThere
            = [&](const Place& place) { return layers != nullptr && layers->group(place.name) != nullptr; };
        std::vector<Place> places = placesOf(model, hasDependencies ? 2 : 1);
        if (hasDependencies && !std::ranges::all_of(places, isThere))
            if (std::vector<Place> counted = placesOf(model, 1); std::ranges::all_of(counted, isThere))
                places = std::move(counted);
        const std::string inside = path + (hasDependencies ? dependencies : plainContainer) + "/";
        for (const Place& place : places)
            readLayer(*place.layer, layers, inside, place.name);
    }

    WeightTable take() { return std::move(m_table); }

private:
    struct Place
    {
        const Layer* layer;
        std::string name; ///< "dense_1": the class and a number
    };

    /// Of the layers with weights, each of which counts so often among those of its class.
    std::vector<Place> placesOf(const Model& model, std::size_t weight) const
    {
        std::vector<Place> places;
        std::map<std::string, std::size_t> counts;
        for (const Layer& layer : model.layers) {
            const bool hasWeights = !leavesOf(layer, m_specify).empty();
            const std::string base = snakeCase(layer.className);
            const std::size_t number = counts[base];
            counts[base] += hasWeights ? weight : 1;
            if (hasWeights)
                places.push_back({&layer, number == 0 ? base : base + "_" + std::to_string(number)});
        }
        return places;
    }

    void readLayer(const Layer& layer, const Hdf5Group* layers, const std::string& path, const std::string& name)
    {
        const Hdf5Group* group = layers == nullptr ? nullptr : layers->group(name);
        if (group == nullptr)
            fail(layer.label() + ": the file has no group '" + path + name + "', where its weights are expected");
        if (layer.nested)
            return read(*layer.nested, *group, path + name + "/");
        const std::vector<WeightSpec> specs = m_specify(layer);
        std::vector<Tensor> tensors(specs.size());
        std::map<std::string, std::size_t> counts; // by place
        for (const bool trainable : {true, false})
            for (std::size_t i = 0; i < specs.size(); ++i)
                if (specs[i].isTrainable == trainable) {
                    const std::string variables = (specs[i].place.empty() ? "" : specs[i].place + "/") + "vars";
                    const std::string where = variables + "/" + std::to_string(counts[variables]++);
                    tensors[i] = elementsOf(group->dataSet(where), layer.label(), path + name + "/" + where);
                }
        for (const auto& [variables, count] : counts)
            if (const std::size_t found = group->group(variables)->dataSets.size(); found != count)
                fail(layer.label() + ": '" + path + name + "/" + variables + "' holds " + std::to_string(found)
                    + " weights, expected " + std::to_string(count));
        m_table.emplace(&layer, std::move(tensors));
    }

    Specify m_specify;
    WeightTable m_table;
};

/// Whether a name is that of this weight: its last part the role, an earlier one the layer, and one between them the
/// direction of a bidirectional layer.
bool isNamed(const std::vector<std::string>& parts, const Layer& layer, const WeightSpec& spec)
{
    if (parts.empty() || roleIn(parts.back()) != spec.role)
        return false;
    const auto found = std::find(parts.begin(), parts.end() - 1, layer.name);
    if (found == parts.end() - 1)
        return false;
    const std::string direction = spec.place.substr(0, spec.place.find('_') + 1);
    const bool hasDirection = direction == "forward_" || direction == "backward_";
    return !hasDirection
        || std::any_of(found, parts.end() - 1, [&](const std::string& part) { return part.starts_with(direction); });
}

/// A weight by name, with the parts of its name.
struct NamedWeight
{
    std::vector<std::string> parts;
    const Tensor* tensor;
};

/// By each part that a name has.
using NameIndex = std::unordered_map<std::string, std::vector<const NamedWeight*>>;

void takeNamed(WeightTable& table, const Leaf& leaf, const NameIndex& index)
{
    std::vector<Tensor>& tensors = table[leaf.layer];
    const auto candidates = index.find(leaf.layer->name);
    for (const WeightSpec& spec : leaf.specs) {
        const Tensor* found = nullptr;
        for (const NamedWeight* weight :
            candidates == index.end() ? std::vector<const NamedWeight*>() : candidates->second) {
            if (!isNamed(weight->parts, *leaf.layer, spec))
                continue;
            if (found != nullptr && found != weight->tensor)
                fail(leaf.layer->label() + ": the file has several weights that may be its " + spec.role);
            found = weight->tensor;
        }
        if (found == nullptr)
            fail(leaf.layer->label() + ": the file has no weight '" + leaf.layer->name + "/" + spec.role + "'");
        tensors.push_back(*found);
    }
}

} // namespace

bool isLegacyGroup(const Hdf5Group& group)
{
    return group.attributes.contains("layer_names") || group.attributes.contains("layer_names0");
}

std::vector<std::string> weightNames(const Hdf5Group& layer)
{
    return listIn(layer, "weight_names");
}

std::vector<std::string> weightedGroups(const Hdf5Group& root)
{
    std::vector<std::string> names;
    for (const std::string& name : listIn(root, "layer_names"))
        if (const Hdf5Group* group = root.group(name); group != nullptr && !weightNames(*group).empty())
            names.push_back(name);
    return names;
}

WeightTable legacyWeights(const Model& model, const Hdf5Group& group, Specify specify)
{
    const std::vector<std::string> names = weightedGroups(group);
    const std::set<std::string> known(names.begin(), names.end());
    std::vector<const Layer*> layers;
    for (const Layer& layer : model.layers)
        if (!leavesOf(layer, specify).empty())
            layers.push_back(&layer);
    const bool byName = std::ranges::all_of(layers, [&](const Layer* layer) { return known.contains(layer->name); });
    if (names.size() != layers.size())
        fail("the file holds weights of " + std::to_string(names.size()) + " layers, but the model has "
            + std::to_string(layers.size()) + " layers with weights");
    WeightTable table;
    for (std::size_t i = 0; i < layers.size(); ++i)
        takeLegacy(table, *layers[i], *group.group(byName ? layers[i]->name : names[i]), specify);
    return table;
}

bool isTree(const Hdf5Group& group)
{
    return group.groups.contains(plainContainer) || group.groups.contains(dependencies);
}

Hdf5Group unfolded(Hdf5Group group)
{
    Hdf5Group result{std::move(group.attributes), std::move(group.dataSets), {}};
    for (auto& [name, inside] : group.groups) {
        constexpr std::size_t deepest = 32; // what is nested deeper is no file of Keras
        std::vector<std::string> parts = partsOf(name, '\\');
        if (parts.size() > deepest)
            parts = {name};
        Hdf5Group* place = &result;
        for (const std::string& part : parts)
            place = &place->groups[part];
        merge(*place, unfolded(std::move(inside)));
    }
    return result;
}

const Hdf5Group* layersOf(const Hdf5Group& group)
{
    return group.group(group.groups.contains(dependencies) ? dependencies : plainContainer);
}

WeightTable treeWeights(const Model& model, const Hdf5Group& root, Specify specify)
{
    TreeReader reader(specify);
    reader.read(model, root, "");
    return reader.take();
}

WeightTable namedWeights(const Model& model, const std::map<std::string, Tensor>& weights, Specify specify)
{
    std::deque<NamedWeight> named;
    NameIndex index;
    for (const auto& [name, tensor] : weights) {
        named.push_back({partsOf(name, '/'), &tensor});
        for (const std::string& part : named.back().parts)
            index[part].push_back(&named.back());
    }
    WeightTable table;
    for (const Layer& layer : model.layers)
        for (const Leaf& leaf : leavesOf(layer, specify))
            takeNamed(table, leaf, index);
    return table;
}

} // namespace formulens::keras
