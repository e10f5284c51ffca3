// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/affine/Affine.h"
#include "core/numbers/Dual.h"
#include "core/numbers/Interval.h"
#include "core/numbers/Lanes.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace formulens {

/// Which elements of a tensor are needed; empty: none of them.
using ElementMask = std::vector<char>;

/// The elements of each operand of a kernel, in the order of `Step::inputs`.
template <class T>
using Operands = std::span<const std::span<const T>>;

/// The arithmetic of one output of a prepared node, over every number type. Made by `KernelOf<Op>` from the operator's
/// one template; drivers call it tensor by tensor in topological order.
class Kernel
{
public:
    virtual ~Kernel() = default;

    /// Each writes all elements of the output, or with `needed` only the groups that hold a needed element.
    virtual void run(Operands<double> in, std::span<double> out, const ElementMask* needed = nullptr) const = 0;
    virtual void run(
        Operands<Dual<double>> in, std::span<Dual<double>> out, const ElementMask* needed = nullptr) const = 0;
    virtual void run(Operands<Lanes> in, std::span<Lanes> out, const ElementMask* needed = nullptr) const = 0;
    virtual void run(
        Operands<Dual<Lanes>> in, std::span<Dual<Lanes>> out, const ElementMask* needed = nullptr) const = 0;
    virtual void run(Operands<Interval> in, std::span<Interval> out, const ElementMask* needed = nullptr) const = 0;
    virtual void run(Operands<Affine> in, std::span<Affine> out, const ElementMask* needed = nullptr) const = 0;

    /// The same over exact integers, for folding shapes and indices. False where the operator has no integer form; the
    /// caller then takes doubles, which are exact up to 2^53.
    virtual bool runOnIntegers(Operands<std::int64_t> in, std::span<std::int64_t> out) const = 0;

    /// Walks backwards: marks the input elements that the needed output elements read. in[i] is resized by the caller
    /// to the input's element count.
    virtual void mark(const ElementMask& needed, std::span<ElementMask> in) const = 0;

    /// Multiply-adds that one evaluation takes, from shapes alone: the forecast of size and time.
    virtual std::uint64_t cost() const = 0;

    /// How a layer-wise reader sees this operator.
    enum class Character
    {
        Elementwise, ///< one function, each element by itself
        Linear, ///< every output element is an affine form of the inputs (Gemm, Conv, Reshape, Add ...)
        Movement, ///< linear, and each output is one input element (Reshape, Transpose, Slice, Gather, Concat ...)
        Joint, ///< functions of several operands (Softmax, MaxPool, products of two tensors)
    };
    virtual Character character() const = 0;
};

} // namespace formulens
