// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/Mark.h"
#include "core/operators/TypedKernel.h"

#include <concepts>
#include <type_traits>
#include <utility>

namespace formulens {

/// What an operator's struct says about its arithmetic. Outputs that share work form a *group*:
///   std::size_t groups() const;
///   std::size_t groupSize() const;
///   std::size_t element(g, i) const;      optional: the output element of result i of group g, else g * groupSize + i
///   template <class T, class In> void group(std::size_t g, In in, T* out) const;      in(operand, element) -> const T&
///   std::uint64_t cost() const;           multiply-adds of all groups
///   Kernel::Character character() const;
///   static constexpr bool onIntegers = true;      optional: `group` also runs over std::int64_t
template <class Op>
concept PlacesElements = requires(const Op& op, std::size_t g)
{
    {
        op.element(g, g)
        } -> std::convertible_to<std::size_t>;
};

template <class Op>
concept RunsOnIntegers = Op::onIntegers;

template <class Op>
std::size_t elementOf(const Op& op, std::size_t group, std::size_t result)
{
    if constexpr (PlacesElements<Op>)
        return op.element(group, result);
    else
        return group * op.groupSize() + result;
}

template <class Op>
bool groupIsNeeded(const Op& op, const ElementMask& needed, std::size_t group)
{
    for (std::size_t i = 0; i < op.groupSize(); ++i)
        if (needed[elementOf(op, group, i)])
            return true;
    return false;
}

template <class T, class Op>
void runGroups(const Op& op, Operands<T> operands, std::span<T> out, const ElementMask* needed)
{
    if (needed && needed->empty())
        return;
    const auto in
        = [operands](std::size_t operand, std::size_t element) -> const T& { return operands[operand][element]; };
    std::vector<T> results(PlacesElements<Op> ? op.groupSize() : 0);
    for (std::size_t g = 0; g < op.groups(); ++g) {
        if (needed && !groupIsNeeded(op, *needed, g))
            continue;
        if constexpr (PlacesElements<Op>) {
            op.template group<T>(g, in, results.data());
            for (std::size_t i = 0; i < results.size(); ++i)
                out[op.element(g, i)] = results[i];
        } else {
            op.template group<T>(g, in, out.data() + g * op.groupSize());
        }
    }
}

template <class Op>
void markGroups(const Op& op, const ElementMask& needed, std::span<ElementMask> operands)
{
    if (needed.empty())
        return;
    const Mark mark;
    const auto in = [operands, &mark](std::size_t operand, std::size_t element) -> const Mark& {
        operands[operand][element] = 1;
        return mark;
    };
    std::vector<Mark> results(op.groupSize());
    for (std::size_t g = 0; g < op.groups(); ++g)
        if (groupIsNeeded(op, needed, g))
            op.template group<Mark>(g, in, results.data());
}

/// What an operator says that makes each element of the one at its place: derive from it, add `group`.
struct ElementByElement
{
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Elementwise; }
};

/// An operator's one template as a kernel over every number type.
template <class Op>
class KernelOf final : public TypedKernel<KernelOf<Op>>
{
public:
    explicit KernelOf(Op op) : m_op(std::move(op)) { }

    const Op& op() const { return m_op; }

    template <class T>
    void compute(Operands<T> in, std::span<T> out, const ElementMask* needed) const
    {
        runGroups(m_op, in, out, needed);
    }
    bool runOnIntegers(Operands<std::int64_t> in, std::span<std::int64_t> out) const override
    {
        if constexpr (RunsOnIntegers<Op>)
            runGroups(m_op, in, out, nullptr);
        return RunsOnIntegers<Op>;
    }
    void mark(const ElementMask& needed, std::span<ElementMask> in) const override { markGroups(m_op, needed, in); }
    std::uint64_t cost() const override { return m_op.cost(); }
    Kernel::Character character() const override { return m_op.character(); }

private:
    Op m_op;
};

template <class Op>
std::shared_ptr<const Kernel> kernelOf(Op op)
{
    return std::make_shared<const KernelOf<Op>>(std::move(op));
}

} // namespace formulens
