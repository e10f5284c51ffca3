// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/FunctionBody.h"

#include <array>
#include <cmath>

/// Scaled dot-product attention: each query takes the mean of the values, weighted by the softmax of its products with
/// the keys. softmax(Q K^T / sqrt(d)) V, head by head: sums of products and softmax.
namespace formulens {

namespace {

constexpr std::string_view microsoft = "com.microsoft";

/// Which keys each query may look at, by query; empty: all of them.
using Sight = std::vector<std::vector<std::int64_t>>;

/// Queries, keys and values as [batch, heads, length, size], and how they meet.
struct Attending
{
    TensorIndex queries;
    TensorIndex keys;
    TensorIndex values;
    double scale = 1;
    double softcap = 0; ///< 0: none, else s tanh(z / s) of the scores z
    std::optional<TensorIndex> addend; ///< to the scores
    Sight sight;
};

struct Attended
{
    TensorIndex result; ///< [batch, heads, queries, size of a value]
    TensorIndex scores; ///< before softcap and addend
    std::optional<TensorIndex> shares; ///< after the softmax, where all queries look at all keys
};

std::int64_t extent(const Shape& shape, std::size_t axis)
{
    return shape[axis];
}

TensorIndex product(FunctionBody& body, TensorIndex a, TensorIndex b)
{
    return body.add("MatMul", {a, b});
}

/// One query after the other, each with the keys that it sees.
TensorIndex seenByEach(FunctionBody& body, TensorIndex scores, const Attending& attending)
{
    std::vector<GraphBuilder::Operand> rows;
    for (std::size_t i = 0; i < attending.sight.size(); ++i) {
        const auto query = static_cast<std::int64_t>(i);
        const TensorIndex seen = body.integers(attending.sight[i]);
        const TensorIndex row = body.add("Gather", {scores, body.integers({query})}, {{"axis", std::int64_t(2)}});
        const TensorIndex own = body.add("Gather", {row, seen}, {{"axis", std::int64_t(3)}});
        const TensorIndex shares = body.add("Softmax", {own}, {{"axis", std::int64_t(-1)}});
        const TensorIndex values = body.add("Gather", {attending.values, seen}, {{"axis", std::int64_t(2)}});
        rows.emplace_back(product(body, shares, values));
    }
    return body.add("Concat", std::move(rows), {{"axis", std::int64_t(2)}});
}

Attended attended(FunctionBody& body, const Attending& attending)
{
    const TensorIndex keys = body.transposed(attending.keys, {0, 1, 3, 2});
    Attended result;
    result.scores = body.add("Mul", {product(body, attending.queries, keys), body.number(attending.scale)});
    TensorIndex scores = result.scores;
    if (attending.softcap > 0) {
        const TensorIndex cap = body.number(attending.softcap);
        scores = body.add("Mul", {body.add("Tanh", {body.add("Div", {scores, cap})}), cap});
    }
    if (attending.addend)
        scores = body.add("Add", {scores, attending.addend});
    if (!attending.sight.empty()) {
        result.result = seenByEach(body, scores, attending);
        return result;
    }
    result.shares = body.add("Softmax", {scores}, {{"axis", std::int64_t(-1)}});
    result.result = product(body, *result.shares, attending.values);
    return result;
}

/// [batch, length, heads * size] as [batch, heads, length, size]
TensorIndex apart(FunctionBody& body, TensorIndex tensor, std::int64_t heads)
{
    const Shape shape = body.shapeOf(tensor);
    if (shape.rank() != 3 || heads < 1 || extent(shape, 2) % heads != 0)
        body.context().fail(
            "an input of shape " + shape.text() + " cannot be split into " + std::to_string(heads) + " heads");
    const TensorIndex split
        = body.reshaped(tensor, {extent(shape, 0), extent(shape, 1), heads, extent(shape, 2) / heads});
    return body.transposed(split, {0, 2, 1, 3});
}

/// And back.
TensorIndex together(FunctionBody& body, TensorIndex tensor)
{
    const Shape shape = body.shapeOf(tensor);
    return body.reshaped(body.transposed(tensor, {0, 2, 1, 3}),
        {extent(shape, 0), extent(shape, 2), extent(shape, 1) * extent(shape, 3)});
}

/// Each head of keys or values serves several heads of queries that follow each other.
TensorIndex repeated(FunctionBody& body, TensorIndex tensor, std::int64_t heads)
{
    const Shape shape = body.shapeOf(tensor);
    if (extent(shape, 1) == heads)
        return tensor;
    if (extent(shape, 1) < 1 || heads % extent(shape, 1) != 0)
        body.context().fail(std::to_string(heads) + " heads of queries do not share " + std::to_string(extent(shape, 1))
            + " heads of keys and values");
    std::vector<std::int64_t> order;
    for (std::int64_t head = 0; head < heads; ++head)
        order.push_back(head / (heads / extent(shape, 1)));
    return body.add("Gather", {tensor, body.integers(std::move(order))}, {{"axis", std::int64_t(1)}});
}

Sight backwardSight(std::int64_t queries, std::int64_t keys)
{
    Sight sight(static_cast<std::size_t>(queries));
    for (std::int64_t i = 0; i < queries; ++i)
        for (std::int64_t j = 0; j <= i && j < keys; ++j)
            sight[static_cast<std::size_t>(i)].push_back(j);
    return sight;
}

/// ai.onnx: inputs Q, K, V, a mask, and keys and values of the past.
struct Attention
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        if (node.hasInput(6))
            node.fail("input 'nonpad_kv_seqlen' is given, expected none");
        FunctionBody body(node);
        node.input(2);
        const bool isSplit = node.shape(0).rank() == 4;
        Attending attending;
        attending.queries = isSplit ? *body.input(0) : apart(body, *body.input(0), node.integer("q_num_heads"));
        const TensorIndex keys = joined(body, 1, 4, isSplit);
        const TensorIndex values = joined(body, 2, 5, isSplit);
        const std::int64_t heads = extent(body.shapeOf(attending.queries), 1);
        attending.keys = repeated(body, keys, heads);
        attending.values = repeated(body, values, heads);
        const auto size = static_cast<double>(extent(body.shapeOf(attending.queries), 3));
        attending.scale = node.number("scale", 1 / std::sqrt(size));
        attending.softcap = node.number("softcap", 0);
        readMask(body, attending);

        const Attended result = attended(body, attending);
        std::vector<TensorIndex> outputs = {isSplit ? result.result : together(body, result.result), keys, values};
        if (node.usesOutput(3))
            outputs.push_back(scoresAsked(node, result));
        return body.outputs(outputs);
    }

private:
    /// What is there of the past, then what the node is given.
    static TensorIndex joined(FunctionBody& body, std::size_t input, std::size_t past, bool isSplit)
    {
        const TensorIndex given
            = isSplit ? *body.input(input) : apart(body, *body.input(input), body.context().integer("kv_num_heads"));
        return body.context().hasInput(past)
            ? body.add("Concat", {body.input(past), given}, {{"axis", std::int64_t(2)}})
            : given;
    }

    static TensorIndex scoresAsked(const NodeContext& node, const Attended& result)
    {
        const std::int64_t mode = node.integer("qk_matmul_output_mode", 0);
        if (mode == 3 && result.shares)
            return *result.shares;
        if (mode != 0)
            node.fail("attribute 'qk_matmul_output_mode' is " + std::to_string(mode)
                + ", expected 0, or 3 without a mask: about the others runtimes differ");
        return result.scores;
    }

    static void readMask(FunctionBody& body, Attending& attending)
    {
        const NodeContext& node = body.context();
        const std::int64_t queries = extent(body.shapeOf(attending.queries), 2);
        const std::int64_t keys = extent(body.shapeOf(attending.keys), 2);
        const bool isCausal = node.flag("is_causal", false);
        if (isCausal && node.hasInput(4))
            node.fail("attribute 'is_causal' is 1 and there are keys of the past: runtimes differ about what is seen");
        if (isCausal)
            attending.sight = backwardSight(queries, keys);
        if (!node.hasInput(3))
            return;
        if (attending.softcap > 0)
            node.fail("has a mask and attribute 'softcap': runtimes differ about which comes first");
        if (node.constant(3) && hides(*node.constant(3)))
            narrow(node, attending.sight, queries, keys);
        else if (node.type(3) == ElementType::Bool)
            node.configuration(3, "attn_mask"); // says that it must be constant
        else
            attending.addend = body.input(3);
    }

    /// A mask of truth values, or of zeros and minus infinity.
    static bool hides(const Tensor& mask)
    {
        bool onlyHides = true;
        for (std::size_t k = 0; k < mask.size() && mask.type() != ElementType::Bool; ++k)
            onlyHides = onlyHides && (mask.number(k) == 0 || mask.number(k) == -INFINITY);
        return onlyHides;
    }

    static void narrow(const NodeContext& node, Sight& sight, std::int64_t queries, std::int64_t keys)
    {
        const Tensor& mask = *node.constant(3);
        if (mask.size() != static_cast<std::size_t>(queries * keys))
            node.fail("input 'attn_mask' has shape " + mask.shape().text() + ", expected " + Shape{queries, keys}.text()
                + " for all samples and heads alike");
        Sight narrowed(static_cast<std::size_t>(queries));
        for (std::int64_t i = 0; i < queries; ++i)
            for (std::int64_t j = 0; j < keys; ++j) {
                const double value = mask.number(static_cast<std::size_t>(i * keys + j));
                const bool shown = mask.type() == ElementType::Bool ? value != 0 : value == 0;
                if (shown && (sight.empty() || j <= i))
                    narrowed[static_cast<std::size_t>(i)].push_back(j);
            }
        for (const auto& seen : narrowed)
            if (seen.empty())
                node.fail("input 'attn_mask' leaves a query without any key");
        sight = std::move(narrowed);
    }
};

/// com.microsoft: queries, keys and values with the heads side by side, a bias of all three, no mask.
struct MultiHeadAttention
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        refuse(node, 4, "key_padding_mask");
        refuse(node, 6, "past_key");
        refuse(node, 7, "past_value");
        FunctionBody body(node);
        node.input(2);
        std::array<TensorIndex, 3> parts = {*body.input(0), *body.input(1), *body.input(2)};
        std::int64_t from = 0;
        for (TensorIndex& part : parts) {
            const Shape shape = body.shapeOf(part);
            if (shape.rank() != 3)
                node.fail("has an input of shape " + shape.text() + ", expected three dimensions");
            if (node.hasInput(3))
                part = body.add("Add", {part, sliced(body, *body.input(3), from, extent(shape, 2))});
            from += extent(shape, 2);
        }
        return body.outputs(attend(body, parts, body.input(5)));
    }

    /// The operator of the same domain that projects its only input by itself: weights of Q, K and V side by side.
    static std::vector<Preparation> preparePacked(const NodeContext& node)
    {
        refuse(node, 3, "mask_index");
        refuse(node, 4, "past");
        if (node.hasAttribute("do_rotary") && node.flag("do_rotary", false))
            node.fail("attribute 'do_rotary' is 1, expected 0");
        FunctionBody body(node);
        node.input(1);
        TensorIndex all = product(body, *body.input(0), *body.input(1));
        if (node.hasInput(2))
            all = body.add("Add", {all, body.input(2)});
        const Shape shape = body.shapeOf(all);
        const std::int64_t third = extent(shape, shape.rank() - 1) / 3;
        const std::vector<std::int64_t> sizes = node.integers("qkv_hidden_sizes", {third, third, third});
        if (sizes.size() != 3 || sizes[0] + sizes[1] + sizes[2] != extent(shape, shape.rank() - 1))
            node.fail("attribute 'qkv_hidden_sizes' does not fit weights of shape " + node.shape(1).text());
        const std::array<TensorIndex, 3> parts = {sliced(body, all, 0, sizes[0]), sliced(body, all, sizes[0], sizes[1]),
            sliced(body, all, sizes[0] + sizes[1], sizes[2])};
        return body.outputs({attend(body, parts, body.input(5)).front()});
    }

private:
    static void refuse(const NodeContext& node, std::size_t input, const std::string& name)
    {
        if (node.hasInput(input))
            node.fail("input '" + name + "' is given, expected none");
    }

    /// Entries [from, from + count) of the last axis.
    static TensorIndex sliced(FunctionBody& body, TensorIndex tensor, std::int64_t from, std::int64_t count)
    {
        return body.add("Slice", {tensor, body.integers({from}), body.integers({from + count}), body.integers({-1})});
    }

    static std::vector<TensorIndex> attend(
        FunctionBody& body, const std::array<TensorIndex, 3>& parts, std::optional<TensorIndex> addend)
    {
        const NodeContext& node = body.context();
        const std::int64_t heads = node.integer("num_heads");
        Attending attending{
            apart(body, parts[0], heads), apart(body, parts[1], heads), apart(body, parts[2], heads), 1, 0, addend, {}};
        const Shape queries = body.shapeOf(attending.queries);
        const double scale = node.number("scale", 0);
        attending.scale = scale != 0 ? scale : 1 / std::sqrt(static_cast<double>(extent(queries, 3)));
        if (node.flag("unidirectional", false))
            attending.sight = backwardSight(extent(queries, 2), extent(body.shapeOf(attending.keys), 2));
        return {together(body, attended(body, attending).result), attending.keys, attending.values};
    }
};

constexpr OperatorRow attentionRows[] = {
    {"", "Attention", 23, Attention::prepare},
    {microsoft, "Attention", 1, MultiHeadAttention::preparePacked},
    {microsoft, "MultiHeadAttention", 1, MultiHeadAttention::prepare},
};

} // namespace

std::span<const OperatorRow> attentionOperators()
{
    return attentionRows;
}

} // namespace formulens
