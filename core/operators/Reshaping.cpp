// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Moving.h"

/// Operators that leave the numbers and their order alone and change the shape, or nothing.
namespace formulens {

namespace {

using Extents = std::vector<std::int64_t>;

struct Identity
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return {copied(node, node.shape(0))}; }
};

/// Version 1 and 6 say by `is_test` whether they train, 7 never does, 12 takes ratio and training_mode as inputs.
struct Dropout
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        std::vector<Preparation> outputs = {copied(node, node.shape(0))};
        if (node.usesOutput(1))
            outputs.push_back(mask(node));
        if (trains(node)) {
            outputs[0].note = "it is in training mode, where it drops values at random; it is read as for inference, "
                              "where it drops none";
            if (outputs.size() > 1)
                outputs[1].unavailable = "it is in training mode, where its mask is random";
        }
        return outputs;
    }

private:
    static bool trains(const NodeContext& node)
    {
        if (node.version() >= 12) {
            const bool training = node.hasInput(2) && node.oneInteger(2, "training_mode") != 0;
            return training && !(node.hasInput(1) && node.oneNumber(1, "ratio") == 0);
        }
        return node.version() < 7 && !node.flag("is_test", false) && node.number("ratio", 0.5) != 0;
    }

    /// Everything is kept.
    static Preparation mask(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::vector<std::int64_t> ones(shape.elementCount(), 1);
        const ElementType type = node.version() < 10 ? node.type(0) : ElementType::Bool;
        return {.type = type, .shape = shape, .constant = Tensor::ofIntegers(shape, ones, type)};
    }
};

/// 0 keeps the input's extent (unless allowzero), one -1 takes what is left.
struct Reshape
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {copied(node, target(node, node.integers(1, "shape"), node.flag("allowzero", false)))};
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return {copied(node, target(node, node.integers("shape"), false))};
    }

private:
    static Shape target(const NodeContext& node, Extents extents, bool allowZero)
    {
        const Shape& from = node.shape(0);
        const std::string wanted = Shape(extents).text();
        for (std::size_t axis = 0; axis < extents.size(); ++axis) {
            if (extents[axis] != 0 || allowZero)
                continue;
            if (axis >= from.rank())
                node.fail("shape " + wanted + " keeps dimension " + std::to_string(axis) + ", but the input has shape "
                    + from.text());
            extents[axis] = from[axis];
        }
        const auto open = std::ranges::find(extents, -1);
        if (open != extents.end()) {
            *open = 1;
            const Result<std::size_t> others = checkedElementCount(Shape(extents));
            if (others && *others > 0)
                *open = static_cast<std::int64_t>(from.elementCount() / *others);
        }
        const Result<std::size_t> count = checkedElementCount(Shape(extents));
        if (!count || *count != from.elementCount())
            node.fail("an input of shape " + from.text() + " cannot take shape " + wanted);
        return Shape(std::move(extents));
    }
};

struct Flatten
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::int64_t given = node.integer("axis", 1);
        const auto rank = static_cast<std::int64_t>(shape.rank());
        if (given < -rank || given > rank)
            node.fail("'axis' is " + std::to_string(given) + ", but the input has shape " + shape.text());
        const auto axis = static_cast<std::size_t>(given < 0 ? given + rank : given);
        return {
            copied(node, Shape{productOf(shape.extents(), 0, axis), productOf(shape.extents(), axis, shape.rank())})};
    }
};

struct Squeeze
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return without(node, node.hasInput(1), node.hasInput(1) ? node.integers(1, "axes") : Extents());
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return without(node, node.hasAttribute("axes"), node.integers("axes", Extents()));
    }

private:
    static std::vector<Preparation> without(const NodeContext& node, bool named, const Extents& given)
    {
        const Shape& shape = node.shape(0);
        const std::vector<std::size_t> axes = node.axes(given, shape.rank());
        Extents extents;
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
            const bool chosen = named ? std::ranges::binary_search(axes, axis) : shape[axis] == 1;
            if (chosen && shape[axis] != 1)
                node.fail("axis " + std::to_string(axis) + " of shape " + shape.text() + " has more than one element");
            if (!chosen)
                extents.push_back(shape[axis]);
        }
        return {copied(node, Shape(std::move(extents)))};
    }
};

struct Unsqueeze
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return with(node, node.integers(1, "axes")); }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return with(node, node.integers("axes"));
    }

private:
    static std::vector<Preparation> with(const NodeContext& node, const Extents& given)
    {
        const std::vector<std::size_t> axes = node.axes(given, node.shape(0).rank() + given.size());
        Extents extents = node.shape(0).extents();
        for (const std::size_t axis : axes)
            extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(axis), 1);
        return {copied(node, Shape(std::move(extents)))};
    }
};

constexpr OperatorRow reshapingRows[] = {
    {"", "Dropout", 1, Dropout::prepare},
    {"", "Flatten", 1, Flatten::prepare},
    {"", "Identity", 1, Identity::prepare},
    {"", "Reshape", 1, Reshape::prepareByAttribute},
    {"", "Reshape", 5, Reshape::prepare},
    {"", "Squeeze", 1, Squeeze::prepareByAttribute},
    {"", "Squeeze", 13, Squeeze::prepare},
    {"", "Unsqueeze", 1, Unsqueeze::prepareByAttribute},
    {"", "Unsqueeze", 13, Unsqueeze::prepare},
};

} // namespace

std::span<const OperatorRow> reshapingOperators()
{
    return reshapingRows;
}

} // namespace formulens
