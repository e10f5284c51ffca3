// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/KernelOf.h"
#include "core/operators/Moving.h"

#include <vector>

namespace formulens {

/// y_g = sum of weight * x over some elements of the one operand: what interpolates or accumulates.
struct LinearMap
{
    struct Term
    {
        std::uint32_t source;
        double weight;
    };

    static constexpr std::size_t largest = std::size_t(1) << 23; ///< terms of one output

    std::vector<std::uint32_t> ends; ///< of each output element's terms
    std::vector<Term> terms;
    double ofNothing = 0; ///< what an element without terms is

    std::size_t groups() const { return ends.size(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return terms.size(); }
    Kernel::Character character() const { return Kernel::Character::Linear; }

    void add(std::int64_t source, double weight)
    {
        if (weight != 0)
            terms.push_back({static_cast<std::uint32_t>(source), weight});
    }
    void endElement() { ends.push_back(static_cast<std::uint32_t>(terms.size())); }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t first = g > 0 ? ends[g - 1] : 0;
        Sum<T> sum(first == ends[g] ? ofNothing : 0.0);
        for (std::size_t i = first; i < ends[g]; ++i)
            sum.add(terms[i].weight, in(0, terms[i].source));
        *out = sum.result();
    }
};

/// The map as an output of this shape; where it only moves elements, as movement.
Preparation mapped(const NodeContext& node, Shape shape, LinearMap map);

} // namespace formulens
