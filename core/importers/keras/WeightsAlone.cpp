// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/WeightsAlone.h"

#include "core/importers/Layers.h"
#include "core/importers/keras/LayerContext.h"
#include "core/importers/keras/Weights.h"

#include <algorithm>
#include <charconv>

namespace formulens::keras {

namespace {

/// A kernel, and perhaps a bias, as a dense layer has them.
bool addDense(NamedTensors& named, const std::string& name, const std::vector<const Hdf5DataSet*>& weights)
{
    const auto isOfRank = [&](std::size_t place, std::size_t rank) {
        const Hdf5DataSet* weight = weights[place];
        return weight != nullptr && weight->complaint.empty() && isFloatingPoint(weight->tensor.type())
            && weight->tensor.shape().rank() == rank;
    };
    if (weights.empty() || weights.size() > 2 || !isOfRank(0, 2) || (weights.size() == 2 && !isOfRank(1, 1)))
        return false;
    named.tensors.push_back({name + ".weight", permuted(weights[0]->tensor, {1, 0}), {}});
    if (weights.size() == 2)
        named.tensors.push_back({name + ".bias", weights[1]->tensor, {}});
    return true;
}

bool addLegacy(NamedTensors& named, const Hdf5Group& group)
{
    for (const std::string& name : weightedGroups(group)) {
        const Hdf5Group& layer = *group.group(name);
        std::vector<const Hdf5DataSet*> weights;
        for (const std::string& path : weightNames(layer))
            weights.push_back(layer.dataSet(path));
        if (!addDense(named, name, weights))
            return false;
    }
    return true;
}

/// The number in "dense_12"; 0 in "dense"; nothing in other names.
std::optional<std::size_t> denseNumber(const std::string& name)
{
    constexpr std::string_view word = "dense";
    if (name == word)
        return 0;
    if (!name.starts_with("dense_"))
        return std::nullopt;
    std::size_t number = 0;
    const char* begin = name.data() + word.size() + 1;
    const auto [end, error] = std::from_chars(begin, name.data() + name.size(), number);
    return error == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

bool addTree(NamedTensors& named, const Hdf5Group& root)
{
    std::vector<std::pair<std::size_t, std::string>> order;
    const Hdf5Group& layers = *layersOf(root);
    for (const auto& [name, layer] : layers.groups) {
        const auto number = denseNumber(name);
        const Hdf5Group* variables = layer.group("vars");
        if (variables == nullptr || variables->dataSets.empty()) {
            if (layer.groups.size() > (variables == nullptr ? 0U : 1U))
                return false; // it has parts, which have weights
            continue;
        }
        if (!number)
            return false;
        order.emplace_back(*number, name);
    }
    std::ranges::sort(order);
    for (const auto& [number, name] : order) {
        std::vector<const Hdf5DataSet*> weights;
        for (const auto& [place, weight] : layers.group(name)->group("vars")->dataSets)
            weights.push_back(&weight);
        if (!addDense(named, name, weights))
            return false;
    }
    return true;
}

} // namespace

std::optional<NamedTensors> denseWeightsAlone(const Hdf5Group& group)
{
    NamedTensors named;
    named.isOrdered = true;
    const bool isDense = isLegacyGroup(group) ? addLegacy(named, group) : addTree(named, group);
    return isDense && !named.tensors.empty() ? std::optional(std::move(named)) : std::nullopt;
}

} // namespace formulens::keras
