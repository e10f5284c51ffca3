// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Broadcast.h"
#include "core/operators/KernelOf.h"
#include "core/operators/Moving.h"
#include "core/operators/OperatorTable.h"

/// Comparisons, logic on truth values (0 and 1), and the choice between two tensors.
namespace formulens {

namespace {

namespace catalogue = functions;

struct LessRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a < b; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::Less, T>(a, b);
    }
};

struct LessOrEqualRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a <= b; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::LessOrEqual, T>(a, b);
    }
};

struct GreaterRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a > b; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::Less, T>(b, a);
    }
};

struct GreaterOrEqualRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a >= b; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::LessOrEqual, T>(b, a);
    }
};

struct EqualRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a == b; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::Equal, T>(a, b);
    }
};

struct AndRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a != 0 && b != 0; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::Min, T>(a, b);
    }
};

struct OrRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return a != 0 || b != 0; }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return apply2<catalogue::Max, T>(a, b);
    }
};

struct XorRule
{
    static bool whole(std::int64_t a, std::int64_t b) { return (a != 0) != (b != 0); }
    template <class T>
    static T real(const T& a, const T& b)
    {
        return T(1.0) - apply2<catalogue::Equal, T>(a, b);
    }
};

template <class Rule>
struct Truth
{
    static constexpr bool onIntegers = true;
    BroadcastMap left;
    BroadcastMap right;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        if constexpr (std::is_same_v<T, std::int64_t>)
            *out = Rule::whole(in(0, left(g)), in(1, right(g)));
        else
            *out = Rule::template real<T>(in(0, left(g)), in(1, right(g)));
    }
};

/// Before version 7 the right operand is broadcast only where an attribute says so.
template <class Rule>
std::vector<Preparation> truth(const NodeContext& node)
{
    node.expectInputs(2, 2);
    const Shape right = rightShape(node);
    const Shape shape = node.broadcastShape(node.shape(0), right);
    Truth<Rule> kernel{BroadcastMap(node.shape(0), shape), BroadcastMap(right, shape), shape.elementCount()};
    return {{.type = ElementType::Bool, .shape = shape, .kernel = kernelOf(kernel), .operands = {0, 1}}};
}

/// y = 1 - x
struct Complement
{
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> sum(1);
        sum.add(-1, in(0, g));
        *out = sum.result();
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {{.type = ElementType::Bool,
            .shape = node.shape(0),
            .kernel = kernelOf(Complement{node.shape(0).elementCount()}),
            .operands = {0}}};
    }
};

/// y = a where c is true, else b
struct Choice
{
    static constexpr bool onIntegers = true;
    BroadcastMap condition;
    BroadcastMap whereTrue;
    BroadcastMap whereFalse;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::array<T, 3> choice{in(0, condition(g)), in(1, whereTrue(g)), in(2, whereFalse(g))};
        if constexpr (std::is_same_v<T, std::int64_t>)
            *out = choice[0] != 0 ? choice[1] : choice[2];
        else
            *out = apply<catalogue::Select, T>(std::span<const T>(choice));
    }
};

/// A constant condition only moves. A condition that is no truth value (some published files have floats) counts as
/// true where it is not 0.
struct Where
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        const Shape shape = node.broadcastShape(node.broadcastShape(node.shape(0), node.shape(1)), node.shape(2));
        const BroadcastMap condition(node.shape(0), shape);
        const BroadcastMap whereTrue(node.shape(1), shape);
        const BroadcastMap whereFalse(node.shape(2), shape);
        Preparation output{.type = node.type(1), .shape = shape};
        if (node.constant(0) && node.type(0) != ElementType::String) {
            const Tensor& chosen = *node.constant(0);
            const std::size_t first = node.shape(1).elementCount();
            std::size_t element = 0;
            Moving kernel = moving(node, shape, [&](const Position&) {
                const std::size_t g = element++;
                const bool isTrue = chosen.number(condition(g)) != 0;
                return static_cast<std::int64_t>(isTrue ? whereTrue(g) : first + whereFalse(g));
            });
            kernel.firsts = {0, static_cast<std::uint32_t>(first)};
            output.kernel = kernelOf(std::move(kernel));
            output.operands = {1, 2};
        } else {
            output.kernel = kernelOf(Choice{condition, whereTrue, whereFalse, shape.elementCount()});
            output.operands = {0, 1, 2};
        }
        return {output};
    }
};

/// Inputs are the condition, the outputs of the then_branch and those of the else_branch. A constant condition hands
/// the outputs of its branch on; else both are computed, and every element is a choice.
struct If
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::size_t count = node.outputCount();
        node.expectInputs(1 + 2 * count, 1 + 2 * count);
        if (node.shape(0).elementCount() != 1)
            node.fail("its condition has shape " + node.shape(0).text() + ", expected one truth value");
        std::vector<Preparation> outputs;
        for (std::size_t i = 0; i < count; ++i) {
            if (!node.usesOutput(i))
                outputs.emplace_back();
            else if (node.constant(0))
                outputs.push_back(handedOn(node, node.constant(0)->number(0) != 0 ? 1 + i : 1 + count + i));
            else
                outputs.push_back(chosen(node, 1 + i, 1 + count + i));
        }
        return outputs;
    }

private:
    static Preparation handedOn(const NodeContext& node, std::size_t input)
    {
        return {.type = node.type(input),
            .shape = node.shape(input),
            .kernel = kernelOf(Copying{node.shape(input).elementCount()}),
            .operands = {input}};
    }

    static Preparation chosen(const NodeContext& node, std::size_t whereTrue, std::size_t whereFalse)
    {
        Preparation output{.type = node.type(whereTrue), .shape = node.shape(whereTrue)};
        output.operands = {0, whereTrue, whereFalse};
        for (const std::size_t branch : {whereTrue, whereFalse})
            if (node.input(branch).unavailable)
                return output; // what is missing is said for the operand
        if (node.shape(whereTrue) != node.shape(whereFalse))
            node.fail("its condition depends on the network's inputs, and its branches give shapes "
                + node.shape(whereTrue).text() + " and " + node.shape(whereFalse).text()
                + ", which have no one formula: export the model with the condition fixed");
        output.kernel
            = kernelOf(Choice{BroadcastMap(node.shape(0), output.shape), BroadcastMap(output.shape, output.shape),
                BroadcastMap(output.shape, output.shape), output.shape.elementCount()});
        return output;
    }
};

constexpr OperatorRow rows[] = {
    {"", "And", 1, truth<AndRule>},
    {"", "Equal", 1, truth<EqualRule>},
    {"", "Greater", 1, truth<GreaterRule>},
    {"", "GreaterOrEqual", 12, truth<GreaterOrEqualRule>},
    {"", "If", 1, If::prepare},
    {"", "Less", 1, truth<LessRule>},
    {"", "LessOrEqual", 12, truth<LessOrEqualRule>},
    {"", "Not", 1, Complement::prepare},
    {"", "Or", 1, truth<OrRule>},
    {"", "Where", 9, Where::prepare},
    {"", "Xor", 1, truth<XorRule>},
};

} // namespace

std::span<const OperatorRow> selectionOperators()
{
    return rows;
}

} // namespace formulens
