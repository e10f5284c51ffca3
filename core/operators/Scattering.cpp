// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Moving.h"

#include <algorithm>

/// Elements put into a tensor at places that are known: they replace what is there, or are combined with it.
namespace formulens {

namespace {

using Extents = std::vector<std::int64_t>;

enum class Combination
{
    Replace,
    Add,
    Multiply,
    Least,
    Most,
};

/// y = data with updates[u] put where targets[u] says, in that order.
struct Scattered
{
    std::vector<std::vector<std::uint32_t>> updates; ///< of each output element
    Combination combination = Combination::Add;

    std::size_t groups() const { return updates.size(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(updates.size()); }
    Kernel::Character character() const
    {
        return combination == Combination::Add ? Kernel::Character::Linear : Kernel::Character::Joint;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> sum;
        sum.add(1, in(0, g));
        T value = in(0, g);
        for (const std::uint32_t update : updates[g]) {
            const T& other = in(1, update);
            if (combination == Combination::Add)
                sum.add(1, other);
            else
                value = combination == Combination::Multiply ? value * other
                    : combination == Combination::Least      ? apply2<functions::Min, T>(value, other)
                                                             : apply2<functions::Max, T>(value, other);
        }
        *out = combination == Combination::Add ? sum.result() : value;
    }
};

Combination combinationOf(const NodeContext& node)
{
    const std::string name = node.text("reduction", "none");
    if (name == "none")
        return Combination::Replace;
    if (name == "add")
        return Combination::Add;
    if (name == "mul")
        return Combination::Multiply;
    if (name == "min")
        return Combination::Least;
    if (name == "max")
        return Combination::Most;
    node.fail("attribute 'reduction' is '" + name + "', expected none, add, mul, min or max");
}

/// targets[u]: the output element that update u goes to. Data is input 0, updates are input 2.
std::vector<Preparation> scattered(const NodeContext& node, const std::vector<std::int64_t>& targets)
{
    const Shape& shape = node.shape(0);
    const std::size_t count = shape.elementCount();
    if (count + targets.size() > Moving::largest)
        node.fail("its tensors of shapes " + shape.text() + " and " + node.shape(2).text() + " are too large");
    const Combination combination = combinationOf(node);
    if (combination == Combination::Replace) {
        Moving moved;
        moved.firsts = {0, static_cast<std::uint32_t>(count)};
        for (std::size_t i = 0; i < count; ++i)
            moved.sources.push_back(static_cast<std::uint32_t>(i));
        for (std::size_t u = 0; u < targets.size(); ++u)
            moved.sources[static_cast<std::size_t>(targets[u])] = static_cast<std::uint32_t>(count + u);
        return {movedFrom(node, shape, std::move(moved), {0, 2})};
    }
    Scattered kernel;
    kernel.combination = combination;
    kernel.updates.resize(count);
    for (std::size_t u = 0; u < targets.size(); ++u)
        kernel.updates[static_cast<std::size_t>(targets[u])].push_back(static_cast<std::uint32_t>(u));
    return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(std::move(kernel)), .operands = {0, 2}}};
}

std::int64_t inside(const NodeContext& node, std::int64_t index, std::int64_t extent)
{
    if (index < -extent || index >= extent)
        node.fail(
            "index " + std::to_string(index) + " lies outside an axis of " + std::to_string(extent) + " elements");
    return index < 0 ? index + extent : index;
}

/// y[.., indices[.., i, ..], ..] = updates[.., i, ..]
struct ScatterElements
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        const Shape& shape = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", 0), shape.rank());
        const Tensor& indices = node.configuration(1, "indices");
        bool fits = indices.shape() == node.shape(2) && indices.shape().rank() == shape.rank();
        for (std::size_t i = 0; fits && i < shape.rank(); ++i)
            fits = i == axis || indices.shape()[i] <= shape[i];
        if (!fits)
            node.fail("'indices' of shape " + indices.shape().text() + " do not fit data of shape " + shape.text()
                + " and updates of shape " + node.shape(2).text());
        const Extents strides = shape.strides();
        std::vector<std::int64_t> targets;
        Position position(indices.shape());
        for (std::size_t u = 0; u < indices.size(); ++u, position.advance()) {
            std::int64_t target = inside(node, indices.integer(u), shape[axis]) * strides[axis];
            for (std::size_t i = 0; i < strides.size(); ++i)
                target += i == axis ? 0 : position[i] * strides[i];
            targets.push_back(target);
        }
        return scattered(node, targets);
    }
};

/// The last axis of 'indices' names the leading axes of the data; the rest are whole slices.
struct ScatterND
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        const Shape& shape = node.shape(0);
        const Tensor& indices = node.configuration(1, "indices");
        const std::size_t rank = indices.shape().rank();
        const std::int64_t depth = rank > 0 ? indices.shape()[rank - 1] : 0;
        if (depth < 1 || depth > static_cast<std::int64_t>(shape.rank()))
            node.fail("'indices' of shape " + indices.shape().text() + " do not fit data of shape " + shape.text());
        const auto axes = static_cast<std::size_t>(depth);
        const std::int64_t slice = productOf(shape.extents(), axes, shape.rank());
        const std::size_t count = indices.size() / axes;
        if (node.shape(2).elementCount() != count * static_cast<std::size_t>(slice))
            node.fail("updates of shape " + node.shape(2).text() + " do not fit 'indices' of shape "
                + indices.shape().text());
        const Extents strides = shape.strides();
        std::vector<std::int64_t> targets;
        for (std::size_t u = 0; u < count; ++u) {
            std::int64_t first = 0;
            for (std::size_t axis = 0; axis < axes; ++axis)
                first += inside(node, indices.integer(u * axes + axis), shape[axis]) * strides[axis];
            for (std::int64_t i = 0; i < slice; ++i)
                targets.push_back(first + i);
        }
        return scattered(node, targets);
    }
};

constexpr OperatorRow scatteringRows[] = {
    {"", "Scatter", 9, ScatterElements::prepare},
    {"", "ScatterElements", 11, ScatterElements::prepare},
    {"", "ScatterND", 11, ScatterND::prepare},
};

} // namespace

std::span<const OperatorRow> scatteringOperators()
{
    return scatteringRows;
}

} // namespace formulens
