// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxDraft.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace formulens::onnx {

namespace {

/// Weights are searched for NaN up to this many bytes in all: what is read in a few hundredths of a second.
constexpr std::size_t searchedBytes = std::size_t(64) << 20;

[[noreturn]] void fail(std::string message)
{
    throw ImportError{ErrorCode::BadFile, std::move(message)};
}

} // namespace

bool holdsNaN(const Tensor& tensor)
{
    if (tensor.type() == ElementType::Float32) {
        const std::byte* element = tensor.bytes().data();
        bool found = false;
        for (std::size_t i = 0; i < tensor.size(); ++i, element += sizeof(float)) {
            std::uint32_t bits = 0;
            std::memcpy(&bits, element, sizeof bits);
            found |= (bits & 0x7FFFFFFFu) > 0x7F800000u;
        }
        return found;
    }
    for (std::size_t i = 0; isFloatingPoint(tensor.type()) && i < tensor.size(); ++i)
        if (std::isnan(tensor.number(i)))
            return true;
    return false;
}

TensorIndex Draft::tensorNamed(const std::string& name)
{
    const auto [known, isNew] = m_indices.try_emplace(name, TensorIndex(network.tensors.size()));
    if (isNew)
        network.tensors.emplace_back().name = name;
    return known->second;
}

TensorIndex Draft::newTensor(const std::string& wanted)
{
    std::string name = wanted;
    if (m_indices.contains(name)) {
        std::size_t& last = m_suffixes.try_emplace(wanted, 1).first->second;
        while (m_indices.contains(name))
            name = wanted + "_" + std::to_string(++last);
    }
    return tensorNamed(name);
}

TensorIndex Draft::declare(Declaration declaration)
{
    const TensorIndex index = tensorNamed(declaration.name);
    TensorInfo& tensor = info(index);
    if (tensor.constant)
        return index;
    if (!declaration.otherKind.empty() && !m_mapped.contains(index))
        warn("'" + declaration.name + "' is declared as " + declaration.otherKind
            + ", not as a tensor: it cannot be computed");
    if (declaration.dataType && *declaration.dataType != 0) {
        const std::optional<ElementType> type = elementType(*declaration.dataType);
        if (!type)
            warn("tensor '" + declaration.name + "' is of " + dataTypeName(*declaration.dataType)
                + ", which is not supported");
        tensor.type = type.value_or(ElementType::Undefined);
    }
    if (declaration.shape)
        tensor.declaredShape = std::move(declaration.shape);
    return index;
}

void Draft::addInput(Declaration declaration)
{
    if (m_indices.contains(declaration.name))
        fail("input '" + declaration.name + "' is declared twice");
    network.inputs.push_back(declare(std::move(declaration)));
}

void Draft::addConstant(TensorIndex index, TensorReader::Named named)
{
    searchForNaN(named);
    TensorInfo& tensor = info(index);
    if (tensor.constant)
        fail("initialiser '" + named.name + "' is given twice");
    tensor.type = named.tensor.type();
    tensor.declaredShape.emplace();
    for (const std::int64_t extent : named.tensor.shape().extents())
        tensor.declaredShape->push_back({extent, {}});
    tensor.constant = std::move(named.tensor);
}

void Draft::searchForNaN(const TensorReader::Named& named)
{
    const std::size_t bytes = named.tensor.bytes().size();
    if (m_searched + bytes > searchedBytes)
        return;
    m_searched += bytes;
    if (holdsNaN(named.tensor))
        warn("initialiser '" + named.name + "' holds NaN, which is no number: what depends on it has no value");
}

void Draft::addNode(Node node)
{
    for (const std::optional<TensorIndex> output : node.outputs) {
        if (!output)
            continue;
        const TensorInfo& tensor = info(*output);
        const bool isInput = std::ranges::find(network.inputs, *output) != network.inputs.end();
        if (tensor.constant || isInput || !m_defined.insert(*output).second)
            fail("it writes tensor '" + tensor.name + "', which is already "
                + (tensor.constant ? "an initialiser"
                        : isInput  ? "an input"
                                   : "the output of another node"));
        // A map of classes is shown as the tensor of scores that it is made from.
        if (node.operatorName == "ZipMap" && node.domain == "ai.onnx.ml")
            m_mapped.insert(*output);
    }
    network.nodes.push_back(std::move(node));
}

void Draft::dropInputsThatAreConstants()
{
    std::erase_if(network.inputs, [&](TensorIndex index) { return info(index).constant.has_value(); });
}

} // namespace formulens::onnx
