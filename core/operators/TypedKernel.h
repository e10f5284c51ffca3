// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/Kernel.h"

namespace formulens {

/// A kernel whose one template serves every number type. `Derived` befriends this class, or has in public:
///   template <class T> void compute(Operands<T> in, std::span<T> out, const ElementMask* needed) const;
template <class Derived>
class TypedKernel : public Kernel
{
public:
    void run(Operands<double> in, std::span<double> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    void run(Operands<Dual<double>> in, std::span<Dual<double>> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    void run(Operands<Lanes> in, std::span<Lanes> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    void run(Operands<Dual<Lanes>> in, std::span<Dual<Lanes>> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    void run(Operands<Interval> in, std::span<Interval> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    void run(Operands<Affine> in, std::span<Affine> out, const ElementMask* needed) const override
    {
        derived().compute(in, out, needed);
    }
    bool runOnIntegers(Operands<std::int64_t>, std::span<std::int64_t>) const override { return false; }

private:
    const Derived& derived() const { return static_cast<const Derived&>(*this); }
};

} // namespace formulens
