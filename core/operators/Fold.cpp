// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Fold.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace formulens {

namespace {

bool holdsIntegers(ElementType type)
{
    return isInteger(type) || type == ElementType::Bool;
}

template <class T>
std::vector<std::span<const T>> spansOf(const std::vector<std::vector<T>>& values)
{
    std::vector<std::span<const T>> spans;
    for (const std::vector<T>& operand : values)
        spans.push_back(operand);
    return spans;
}

std::optional<Tensor> foldedIntegers(const Preparation& output, const std::vector<const Tensor*>& operands)
{
    std::vector<std::vector<std::int64_t>> values;
    for (const Tensor* operand : operands)
        values.push_back(operand->integers());
    std::vector<std::int64_t> result(output.shape.elementCount());
    const auto spans = spansOf(values);
    if (!output.kernel->runOnIntegers(Operands<std::int64_t>(spans), result))
        return std::nullopt;
    return Tensor::ofIntegers(output.shape, std::move(result), output.type);
}

bool exactInDouble(std::span<const double> integers)
{
    return std::ranges::all_of(integers, [](double x) { return std::abs(x) <= 0x1p53; });
}

std::optional<Tensor> foldedNumbers(const Preparation& output, const std::vector<const Tensor*>& operands)
{
    std::vector<std::vector<double>> values;
    for (const Tensor* operand : operands) {
        values.push_back(operand->numbers());
        if (holdsIntegers(operand->type()) && !exactInDouble(values.back()))
            return std::nullopt;
    }
    std::vector<double> result(output.shape.elementCount());
    const auto spans = spansOf(values);
    output.kernel->run(Operands<double>(spans), result);
    if (!holdsIntegers(output.type)) {
        // Moved numbers are exact in the type they had; computed ones are kept as doubles.
        const bool moved = output.kernel->character() == Kernel::Character::Movement && operands.size() == 1
            && isFloatingPoint(operands[0]->type());
        return Tensor::ofDoubles(output.shape, std::move(result), moved ? operands[0]->type() : ElementType::Float64);
    }
    if (!exactInDouble(result))
        return std::nullopt;
    std::vector<std::int64_t> integers(result.size());
    std::ranges::transform(result, integers.begin(), [](double x) { return std::llround(x); });
    return Tensor::ofIntegers(output.shape, std::move(integers), output.type);
}

} // namespace

std::optional<Tensor> folded(const Preparation& output, const std::vector<const Tensor*>& operands)
{
    const bool allIntegers = holdsIntegers(output.type)
        && std::ranges::all_of(operands, [](const Tensor* operand) { return holdsIntegers(operand->type()); });
    if (allIntegers)
        if (auto result = foldedIntegers(output, operands))
            return result;
    return foldedNumbers(output, operands);
}

} // namespace formulens
