// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/WholeNumbers.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::size_t mostElements = 1000; // of what says shapes

/// int32, as TensorFlow computes shapes: what leaves its range is not folded.
bool isSmall(std::int64_t number)
{
    constexpr std::int64_t greatest = std::int64_t(1) << 31;
    return number > -greatest && number < greatest;
}

bool areAllSmall(const Integers& numbers)
{
    return numbers.size() <= mostElements && std::ranges::all_of(numbers, isSmall);
}

/// Lists one after the other; the last input is the axis, which lists have one of.
std::optional<Tensor> joined(const Writing& writing)
{
    Integers all;
    for (std::size_t i = 0; i + 1 < writing.constants.size(); ++i) {
        if (writing.constants[i]->shape().rank() != 1)
            return std::nullopt;
        std::ranges::copy(writing.constants[i]->integers(), std::back_inserter(all));
    }
    const auto count = static_cast<std::int64_t>(all.size());
    return Tensor::ofIntegers(Shape{count}, std::move(all), writing.constants.front()->type());
}

std::optional<Tensor> listed(const Writing& writing)
{
    Integers all;
    for (const std::optional<Tensor>& scalar : writing.constants) {
        if (scalar->shape().rank() != 0)
            return std::nullopt;
        all.push_back(scalar->integer(0));
    }
    const auto count = static_cast<std::int64_t>(all.size());
    return Tensor::ofIntegers(Shape{count}, std::move(all), writing.constants.front()->type());
}

std::optional<Tensor> counted(const Writing& writing)
{
    if (writing.constants.size() != 3)
        return std::nullopt;
    const std::int64_t start = writing.integer(0);
    const std::int64_t limit = writing.integer(1);
    const std::int64_t step = writing.integer(2);
    Integers all;
    for (std::int64_t i = start; step != 0 && (step > 0 ? i < limit : i > limit); i += step) {
        if (all.size() == mostElements)
            return std::nullopt;
        all.push_back(i);
    }
    const auto count = static_cast<std::int64_t>(all.size());
    return Tensor::ofIntegers(Shape{count}, std::move(all), writing.constants.front()->type());
}

/// Of equal shapes, or with one number against many.
template <class Combine>
std::optional<Tensor> combined(const Writing& writing, Combine combine)
{
    if (writing.constants.size() != 2)
        return std::nullopt;
    const Tensor& a = *writing.constants[0];
    const Tensor& b = *writing.constants[1];
    const bool fits = a.shape().extents() == b.shape().extents() || a.shape().rank() == 0 || b.shape().rank() == 0;
    if (!fits)
        return std::nullopt;
    const Shape shape = a.shape().rank() == 0 ? b.shape() : a.shape();
    Integers all;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
        all.push_back(combine(a.integer(a.size() == 1 ? 0 : i), b.integer(b.size() == 1 ? 0 : i)));
    if (!areAllSmall(all))
        return std::nullopt;
    return Tensor::ofIntegers(shape, std::move(all), a.type());
}

} // namespace

std::optional<Tensor> wholeNumbers(const Writing& writing)
{
    const bool areKnown = !writing.constants.empty()
        && std::ranges::all_of(writing.constants, [](const std::optional<Tensor>& constant) {
               return constant && isInteger(constant->type())
                   && areAllSmall(constant->size() > mostElements ? Integers(mostElements + 1) : constant->integers());
           });
    if (!areKnown)
        return std::nullopt;
    const std::string& operatorName = writing.node.operatorName;
    if (operatorName == "ConcatV2")
        return joined(writing);
    if (operatorName == "Pack")
        return listed(writing);
    if (operatorName == "Range")
        return counted(writing);
    if (operatorName == "Add" || operatorName == "AddV2")
        return combined(writing, [](std::int64_t a, std::int64_t b) { return a + b; });
    if (operatorName == "Sub")
        return combined(writing, [](std::int64_t a, std::int64_t b) { return a - b; });
    if (operatorName == "Mul")
        return combined(writing, [](std::int64_t a, std::int64_t b) { return a * b; });
    return std::nullopt;
}

} // namespace formulens::graphdef
