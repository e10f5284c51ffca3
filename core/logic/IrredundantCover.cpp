// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Cover.h"
#include "core/logic/WordPatterns.h"

#include <algorithm>

/* Irredundant sum of products
 *
 * Between L and U, split at the first input x: rows of L's half x = 0 that U's half x = 1 does not allow need a product
 * with NOT x, and the other way round; what these leave uncovered goes into products without x. From six inputs down
 * the halves lie within one word. All tables of the recursion lie in one block: a level takes three halves.
 */

namespace formulens::logic {

namespace {

using Words = std::uint64_t*;
using ConstWords = const std::uint64_t*;

class IrredundantRecursion
{
public:
    IrredundantRecursion(std::size_t words, const Progress& progress) : m_scratch(3 * words + 8), m_progress(progress)
    {
    }

    // Writes the cover's table to `result`.
    void words(ConstWords lower, ConstWords upper, Words result, int inputs, Cube cube, Words scratch)
    {
        if (inputs <= 6) {
            *result = word(*lower, *upper, inputs, cube);
            return;
        }
        const std::size_t count = std::size_t(1) << (inputs - 6);
        if (settled(lower, upper, result, count, cube))
            return;
        const std::size_t half = count / 2;
        if (std::equal(lower, lower + half, lower + half) && std::equal(upper, upper + half, upper + half)) {
            words(lower, upper, result, inputs - 1, cube, scratch);
            std::copy_n(result, half, result + half);
            return;
        }
        split(lower, upper, result, inputs, cube, scratch);
    }

    Words scratch() { return m_scratch.data(); }
    Cover take() { return std::move(m_cover); }
    bool stopped() const { return m_stopped; }

private:
    bool settled(ConstWords lower, ConstWords upper, Words result, std::size_t count, const Cube& cube)
    {
        m_stopped = m_stopped || (count > 64 && m_progress.stopped());
        const bool nothing = m_stopped || std::all_of(lower, lower + count, [](std::uint64_t w) { return w == 0; });
        if (!nothing && !std::all_of(upper, upper + count, [](std::uint64_t w) { return ~w == 0; }))
            return false;
        std::fill_n(result, count, nothing ? 0 : ~std::uint64_t(0));
        if (!nothing)
            m_cover.push_back(cube);
        return true;
    }

    void split(ConstWords lower, ConstWords upper, Words result, int inputs, const Cube& cube, Words scratch)
    {
        const std::size_t half = std::size_t(1) << (inputs - 7);
        const std::uint32_t bit = 1u << (inputs - 1);
        const ConstWords lower1 = lower + half;
        const ConstWords upper1 = upper + half;
        const Words need = scratch;
        const Words both = scratch + half;
        const Words shared = scratch + 2 * half;
        const Words deeper = scratch + 3 * half;
        for (std::size_t i = 0; i < half; ++i)
            need[i] = lower[i] & ~upper1[i];
        words(need, upper, result, inputs - 1, {cube.mask | bit, cube.value}, deeper);
        for (std::size_t i = 0; i < half; ++i)
            need[i] = lower1[i] & ~upper[i];
        words(need, upper1, result + half, inputs - 1, {cube.mask | bit, cube.value | bit}, deeper);
        for (std::size_t i = 0; i < half; ++i) {
            need[i] = (lower[i] & ~result[i]) | (lower1[i] & ~result[half + i]);
            both[i] = upper[i] & upper1[i];
        }
        words(need, both, shared, inputs - 1, cube, deeper);
        for (std::size_t i = 0; i < half; ++i) {
            result[i] |= shared[i];
            result[half + i] |= shared[i];
        }
    }

    // The same within a word.
    std::uint64_t word(std::uint64_t lower, std::uint64_t upper, int inputs, Cube cube)
    {
        if (lower == 0)
            return 0;
        const std::uint64_t full = usedBits(inputs);
        if (upper == full) {
            m_cover.push_back(cube);
            return full;
        }
        const int half = 1 << (inputs - 1);
        const std::uint32_t bit = 1u << (inputs - 1);
        const std::uint64_t used = usedBits(inputs - 1);
        const std::uint64_t lower0 = lower & used;
        const std::uint64_t lower1 = lower >> half;
        const std::uint64_t upper0 = upper & used;
        const std::uint64_t upper1 = upper >> half;
        const std::uint64_t f0 = word(lower0 & ~upper1, upper0, inputs - 1, {cube.mask | bit, cube.value});
        const std::uint64_t f1 = word(lower1 & ~upper0, upper1, inputs - 1, {cube.mask | bit, cube.value | bit});
        const std::uint64_t shared = word((lower0 & ~f0) | (lower1 & ~f1), upper0 & upper1, inputs - 1, cube);
        return (f0 | shared) | ((f1 | shared) << half);
    }

    std::vector<std::uint64_t> m_scratch;
    const Progress& m_progress;
    Cover m_cover;
    bool m_stopped = false;
};

} // namespace

Result<Cover> irredundantCover(const TruthTable& lower, const TruthTable& upper, const Progress& progress)
{
    TruthTable covered(lower.inputs());
    IrredundantRecursion recursion(covered.words().size(), progress);
    recursion.words(
        lower.words().data(), upper.words().data(), covered.words().data(), lower.inputs(), {}, recursion.scratch());
    if (recursion.stopped())
        return failure(ErrorCode::Cancelled, "the sum of products was cancelled");
    return recursion.take();
}

} // namespace formulens::logic
