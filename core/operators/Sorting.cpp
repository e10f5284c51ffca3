// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Slices.h"

#include <array>

/// The largest elements in their order. An element's rank is the number of those that come before it, a sum of
/// comparisons; what stands at a rank is chosen by it.
namespace formulens {

namespace {

namespace catalogue = functions;

/// y_r = the element of rank r along an axis, or where it lies. At ties the earlier element comes first.
struct Ranked
{
    Slices slices;
    std::size_t kept = 0; ///< ranks
    std::size_t stride = 1; ///< of the axis
    bool largestFirst = true;
    bool places = false;

    std::size_t groups() const { return slices.count(); }
    std::size_t groupSize() const { return kept; }
    std::size_t element(std::size_t g, std::size_t i) const { return (g / stride * kept + i) * stride + g % stride; }
    std::uint64_t cost() const { return std::uint64_t(slices.count()) * slices.length() * (slices.length() + kept); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t count = slices.length();
        const auto x = [&](std::size_t i) -> const T& { return in(0, slices.element(g, i)); };
        std::vector<Sum<T>> sums(count);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = i + 1; j < count; ++j) {
                const T overtakes
                    = largestFirst ? apply2<catalogue::Less, T>(x(i), x(j)) : apply2<catalogue::Less, T>(x(j), x(i));
                sums[i].add(1, overtakes);
                sums[j].add(1, T(1.0) - overtakes);
            }
        std::vector<T> ranks;
        for (Sum<T>& sum : sums)
            ranks.push_back(sum.result());
        for (std::size_t r = 0; r < kept; ++r) {
            T chosen = places ? T(0.0) : x(0);
            for (std::size_t i = 1; i < count; ++i) {
                const std::array<T, 3> choice{apply2<catalogue::Equal, T>(ranks[i], T(static_cast<double>(r))),
                    places ? T(static_cast<double>(i)) : x(i), chosen};
                chosen = apply<catalogue::Select, T>(std::span<const T>(choice));
            }
            out[r] = chosen;
        }
    }
};

struct TopK
{
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node) { return of(node, node.integer("k")); }
    static std::vector<Preparation> prepare(const NodeContext& node) { return of(node, node.oneInteger(1, "K")); }

private:
    static std::vector<Preparation> of(const NodeContext& node, std::int64_t k)
    {
        constexpr std::uint64_t mostComparisons = std::uint64_t(1) << 24;
        node.expectRank(0, 1);
        const Shape& shape = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", -1), shape.rank());
        if (k < 0 || k > shape[axis])
            node.fail("'K' is " + std::to_string(k) + ", but axis " + std::to_string(axis) + " has "
                + std::to_string(shape[axis]) + " elements");
        Ranked kernel{Slices(shape, {axis})};
        kernel.kept = static_cast<std::size_t>(k);
        kernel.stride = static_cast<std::size_t>(shape.strides()[axis]);
        kernel.largestFirst = node.flag("largest", true);
        if (kernel.cost() > mostComparisons)
            node.fail("ranking " + std::to_string(shape[axis]) + " elements in shape " + shape.text()
                + " takes too many comparisons; cut the model before it");
        std::vector<std::int64_t> extents = shape.extents();
        extents[axis] = k;
        Preparation values{.type = node.type(0), .shape = Shape(std::move(extents)), .operands = {0}};
        Preparation places = values;
        places.type = ElementType::Int64;
        values.kernel = kernelOf(kernel);
        kernel.places = true;
        places.kernel = kernelOf(kernel);
        return {values, places};
    }
};

constexpr OperatorRow sortingRows[] = {
    {"", "TopK", 1, TopK::prepareByAttribute},
    {"", "TopK", 10, TopK::prepare},
};

} // namespace

std::span<const OperatorRow> sortingOperators()
{
    return sortingRows;
}

} // namespace formulens
