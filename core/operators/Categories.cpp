// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Categories.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace formulens {

namespace {

/// Operators that hand texts on without looking at them, from input 0 or, where they join, from all inputs.
constexpr std::array<std::string_view, 10> moving{"ArrayFeatureExtractor", "Concat", "Flatten", "Gather", "Identity",
    "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"};

bool moves(const Node& node)
{
    return std::ranges::find(moving, node.operatorName) != moving.end();
}

const std::vector<std::string>* textsOf(const Node& node, const std::string& attribute)
{
    const auto found = node.attributes.find(attribute);
    return found == node.attributes.end() ? nullptr : std::get_if<std::vector<std::string>>(&found->second);
}

/// The texts that a node chooses among.
const std::vector<std::string>* keysOf(const Node& node)
{
    if (node.domain != "ai.onnx.ml")
        return nullptr;
    if (node.operatorName == "OneHotEncoder")
        return textsOf(node, "cats_strings");
    if (node.operatorName == "LabelEncoder")
        return textsOf(node, node.version >= 2 ? "keys_strings" : "classes_strings");
    return nullptr;
}

/// Tensors that hold the same kind of texts, merged by what moves them.
class Kinds
{
public:
    explicit Kinds(std::size_t tensors) : m_parents(tensors) { std::iota(m_parents.begin(), m_parents.end(), 0); }

    std::size_t of(TensorIndex tensor)
    {
        std::size_t at = tensor.position();
        while (m_parents[at] != at)
            at = m_parents[at] = m_parents[m_parents[at]];
        return at;
    }
    void merge(TensorIndex a, TensorIndex b) { m_parents[of(a)] = of(b); }

private:
    std::vector<std::size_t> m_parents;
};

Kinds kindsOf(const Network& network)
{
    Kinds kinds(network.tensors.size());
    for (const Node& node : network.nodes) {
        if (!moves(node) || node.outputs.empty() || !node.outputs[0])
            continue;
        const std::size_t joined = node.operatorName == "Concat" ? node.inputs.size() : 1;
        for (std::size_t i = 0; i < std::min(joined, node.inputs.size()); ++i)
            if (node.inputs[i])
                kinds.merge(*node.inputs[i], *node.outputs[0]);
    }
    return kinds;
}

} // namespace

std::map<TensorIndex, Categories> categoriesOfInputs(const Network& network)
{
    std::map<TensorIndex, Categories> result;
    const auto isText = [&](TensorIndex input) { return network.tensor(input).type == ElementType::String; };
    if (std::ranges::none_of(network.inputs, isText))
        return result;
    Kinds kinds = kindsOf(network);
    std::map<std::size_t, std::vector<std::string>> texts;
    std::set<std::pair<std::size_t, std::string>> known;
    for (const Node& node : network.nodes) {
        const std::vector<std::string>* keys = keysOf(node);
        if (!keys || node.inputs.empty() || !node.inputs[0])
            continue;
        const std::size_t kind = kinds.of(*node.inputs[0]);
        for (const std::string& key : *keys)
            if (known.emplace(kind, key).second)
                texts[kind].push_back(key);
    }
    for (const TensorIndex input : network.inputs)
        if (const auto found = texts.find(kinds.of(input)); isText(input) && found != texts.end())
            result[input] = std::make_shared<const std::vector<std::string>>(found->second);
    return result;
}

} // namespace formulens
