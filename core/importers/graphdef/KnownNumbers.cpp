// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/KnownNumbers.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

std::int64_t product(std::int64_t a, std::int64_t b)
{
    return a * b;
}

/// Small enough that nothing overflows.
bool isModest(std::int64_t number)
{
    constexpr std::int64_t greatest = std::int64_t(1) << 31;
    return number > -greatest && number < greatest;
}

std::optional<std::int64_t> combined(const std::string& operatorName, std::int64_t a, std::int64_t b)
{
    if (operatorName == "Add" || operatorName == "AddV2")
        return a + b;
    if (operatorName == "Sub")
        return a - b;
    if (operatorName == "Mul")
        return product(a, b);
    if (operatorName == "Maximum")
        return std::max(a, b);
    if (operatorName == "Minimum")
        return std::min(a, b);
    if (operatorName == "Less")
        return a < b ? 1 : 0;
    if (operatorName == "LessEqual")
        return a <= b ? 1 : 0;
    if (operatorName == "Greater")
        return a > b ? 1 : 0;
    if (operatorName == "GreaterEqual")
        return a >= b ? 1 : 0;
    if (operatorName == "LogicalAnd")
        return a != 0 && b != 0 ? 1 : 0;
    return std::nullopt;
}

} // namespace

Place KnownNumbers::input(const Place& place, std::size_t number)
{
    const NodeDef& node = m_inliner.node(place.at);
    if (number >= node.inputs.size() || node.inputs[number].starts_with('^'))
        throw ImportError{ErrorCode::BadFile,
            node.words() + " has fewer inputs than the " + std::to_string(number + 1) + " that it needs"};
    return m_inliner.follow(place.at.scope, node.inputs[number]);
}

const Tensor* KnownNumbers::constant(const Place& place)
{
    const NodeDef& node = m_inliner.node(place.at);
    if (node.operatorName != "Const" || m_inliner.fed(place))
        return nullptr;
    auto known = m_constants.find(place.at);
    if (known == m_constants.end())
        known = m_constants.emplace(place.at, constantOf(node, m_source)).first;
    return &known->second;
}

const Tensor* KnownNumbers::wholeConstant(const Place& place)
{
    const Tensor* value = constant(place);
    const bool isWhole = value && (isInteger(value->type()) || value->type() == ElementType::Bool);
    return isWhole ? value : nullptr;
}

std::optional<std::int64_t> KnownNumbers::number(const Place& place)
{
    const Depth depth(m_depth);
    if (depth.isTooGreat())
        return std::nullopt;
    if (const auto known = m_numbers.find(place); known != m_numbers.end())
        return known->second;
    const std::optional<std::int64_t> found = computed(place);
    if (!found || !isModest(*found))
        return std::nullopt;
    takeMemory(m_source.memory, 2 * sizeof(Place));
    m_numbers.emplace(place, *found);
    return found;
}

std::optional<std::int64_t> KnownNumbers::computed(const Place& place)
{
    const NodeDef& node = m_inliner.node(place.at);
    if (m_inliner.fed(place))
        return std::nullopt;
    if (node.operatorName == "Const") {
        const Tensor* value = wholeConstant(place);
        return value && value->size() == 1 ? std::optional(value->integer(0)) : std::nullopt;
    }
    if (node.operatorName == "Cast")
        return number(input(place, 0));
    if (node.operatorName == "StridedSlice") { // x[k]
        const auto begin = number(input(place, 1));
        const bool isElement = node.integer("shrink_axis_mask", 0) == 1 && node.integer("ellipsis_mask", 0) == 0
            && node.integer("new_axis_mask", 0) == 0;
        return begin && *begin >= 0 && isElement ? element(input(place, 0), *begin) : std::nullopt;
    }
    if (node.inputs.size() < 2 || !combined(node.operatorName, 0, 0))
        return std::nullopt;
    const auto a = number(input(place, 0));
    const auto b = a ? number(input(place, 1)) : std::nullopt;
    return b ? combined(node.operatorName, *a, *b) : std::nullopt;
}

/// Of a list of whole numbers.
std::optional<std::int64_t> KnownNumbers::element(const Place& place, std::int64_t index)
{
    const Depth depth(m_depth);
    if (depth.isTooGreat() || index < 0 || m_inliner.fed(place))
        return std::nullopt;
    const auto position = static_cast<std::size_t>(index);
    const NodeDef& node = m_inliner.node(place.at);
    if (const Tensor* list = wholeConstant(place))
        return list->shape().rank() == 1 && position < list->size() ? std::optional(list->integer(position))
                                                                    : std::nullopt;
    if (node.operatorName == "Shape")
        return extent(input(place, 0), index);
    if (node.operatorName == "Cast")
        return element(input(place, 0), index);
    if (node.operatorName == "Pack")
        return position < node.inputs.size() ? number(input(place, position)) : std::nullopt;
    if (node.operatorName == "GatherV2") {
        const auto of = element(input(place, 1), index);
        return of ? element(input(place, 0), *of) : std::nullopt;
    }
    if (node.operatorName == "ConcatV2")
        return joinedElement(place, index);
    return std::nullopt;
}

/// Elements of a list.
std::optional<std::int64_t> KnownNumbers::count(const Place& place)
{
    return remembered(place, asCount, [&] { return countOfNode(place); });
}

std::optional<std::int64_t> KnownNumbers::countOfNode(const Place& place)
{
    const NodeDef& node = m_inliner.node(place.at);
    if (const Tensor* list = wholeConstant(place))
        return list->shape().rank() == 1 ? std::optional(static_cast<std::int64_t>(list->size())) : std::nullopt;
    if (node.operatorName == "Pack")
        return static_cast<std::int64_t>(
            std::ranges::count_if(node.inputs, [](const std::string& name) { return !name.starts_with('^'); }));
    if (node.operatorName == "ConcatV2") {
        std::int64_t all = 0;
        for (std::size_t i = 0; i + 1 < node.inputs.size() && !node.inputs[i + 1].starts_with('^'); ++i) {
            const auto part = count(input(place, i));
            if (!part)
                return std::nullopt;
            all += *part;
        }
        return all;
    }
    if (node.operatorName == "GatherV2") {
        const Tensor* indices = wholeConstant(input(place, 1));
        return indices && indices->shape().rank() == 1 ? std::optional(static_cast<std::int64_t>(indices->size()))
                                                       : std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::int64_t> KnownNumbers::joinedElement(const Place& place, std::int64_t index)
{
    const NodeDef& node = m_inliner.node(place.at);
    for (std::size_t i = 0; i + 1 < node.inputs.size() && !node.inputs[i + 1].starts_with('^'); ++i) {
        const Place part = input(place, i);
        const auto length = count(part);
        if (!length)
            return std::nullopt;
        if (index < *length)
            return element(part, index);
        index -= *length;
    }
    return std::nullopt;
}

std::optional<KnownNumbers::List> KnownNumbers::list(Place place)
{
    const Depth depth(m_depth);
    List found;
    for (;;) {
        const NodeDef& node = m_inliner.node(place.at);
        if (node.operatorName == "TensorListFromTensor") {
            found.tensor = input(place, 0);
            return found;
        }
        if (node.operatorName == "TensorListReserve") {
            found.length = number(input(place, 1));
            return found.length ? std::optional(std::move(found)) : std::nullopt;
        }
        if (node.operatorName != "TensorListSetItem" || node.inputs.size() < 3 || depth.isTooGreat())
            return std::nullopt;
        const auto index = number(input(place, 1));
        if (!index)
            return std::nullopt;
        takeMemory(m_source.memory, sizeof(Reference) + node.inputs[2].size()); // also so that a loop ends
        found.items.emplace(*index, Reference(place.at.scope, node.inputs[2]));
        place = input(place, 0);
    }
}

std::optional<Place> KnownNumbers::tensorOfList(std::size_t scope, const std::string& reference)
{
    const auto of = list(m_inliner.follow(scope, reference));
    return of && of->items.empty() ? of->tensor : std::nullopt;
}

std::vector<KnownNumbers::Reference> KnownNumbers::itemsOfList(std::size_t scope, const std::string& reference)
{
    const auto of = list(m_inliner.follow(scope, reference));
    std::vector<Reference> all;
    if (!of || of->tensor || !of->length || static_cast<std::int64_t>(of->items.size()) != *of->length)
        return all;
    for (const auto& [index, item] : of->items) {
        if (index != static_cast<std::int64_t>(all.size()))
            return {};
        all.push_back(item);
    }
    return all;
}

std::optional<KnownNumbers::Reference> KnownNumbers::elementOfList(const Place& read)
{
    const NodeDef& node = m_inliner.node(read.at);
    if (node.operatorName != "TensorListGetItem")
        return std::nullopt;
    const auto of = list(input(read, 0));
    const auto index = of ? number(input(read, 1)) : std::nullopt;
    if (!index)
        return std::nullopt;
    const auto item = of->items.find(*index);
    return item == of->items.end() ? std::nullopt : std::optional(item->second);
}

} // namespace formulens::graphdef
