// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Cover.h"
#include "core/logic/CoverPasses.h"
#include "core/logic/CoveringProblem.h"
#include "core/logic/CubeRows.h"

#include <algorithm>
#include <optional>

namespace formulens::logic {

namespace {

constexpr std::int64_t stepsOfTheExactSearch = 400'000'000;
constexpr std::int64_t stepsBeyondIt = 100'000'000; ///< above `mostInputsOfExactMinimum`
constexpr std::int64_t stepsOfThePasses = 300'000'000; ///< rows visited
/// A table of primes against rows with more entries is not set up.
constexpr std::size_t mostTableEntries = 8'000'000;

std::vector<int> inputsThatMatter(const LogicFunction& function)
{
    std::vector<int> kept;
    for (int input = 0; input < function.inputs(); ++input)
        if (function.on.dependsOn(input) || function.care.dependsOn(input))
            kept.push_back(input);
    return kept;
}

// A mask of the bits of fewer inputs as one of `inputs`.
std::uint32_t widened(std::uint32_t bits, int inputs, const std::vector<int>& kept)
{
    const int fewer = static_cast<int>(kept.size());
    std::uint32_t wider = 0;
    for (int i = 0; i < fewer; ++i)
        if (bits & inputBit(fewer, i))
            wider |= inputBit(inputs, kept[static_cast<std::size_t>(i)]);
    return wider;
}

Cover widened(Cover cover, int inputs, const std::vector<int>& kept)
{
    for (Cube& cube : cover)
        cube = {widened(cube.mask, inputs, kept), widened(cube.value, inputs, kept)};
    return cover;
}

std::size_t rowsOf(const Cover& cover, int inputs)
{
    std::size_t rows = 0;
    for (const Cube& cube : cover)
        rows += std::size_t(1) << (inputs - cube.literals());
    return rows;
}

// Rows: where the function must be 1. Columns: the primes.
CoveringProblem tableOf(const Cover& primes, const TruthTable& on)
{
    CoveringProblem problem;
    std::vector<std::uint32_t> number(on.rows());
    for (std::size_t row = 0; row < on.rows(); ++row)
        if (on.at(row))
            number[row] = static_cast<std::uint32_t>(problem.rowCount++);
    for (const Cube& prime : primes) {
        std::vector<std::uint32_t>& rows = problem.columns.emplace_back();
        forEachRow(prime, on.inputs(), [&](std::uint32_t row) {
            if (on.at(row))
                rows.push_back(number[row]);
        });
        std::reverse(rows.begin(), rows.end());
        problem.weights.push_back(prime.literals());
    }
    return problem;
}

// The shortest cover by some of the primes; proven where these are all.
MinimumCover shortestOf(const Cover& primes, const TruthTable& on, std::int64_t steps, const Progress& progress)
{
    const CoveringSolution solution = solve(tableOf(primes, on), steps, progress);
    MinimumCover result{{}, solution.proven, solution.countProven};
    for (const std::uint32_t column : solution.chosen)
        result.cover.push_back(primes[column]);
    return result;
}

// Nothing where the table of primes would be too large.
Result<std::optional<MinimumCover>> fromPrimes(const TruthTable& on, const TruthTable& upper, const Progress& progress)
{
    if (on.inputs() > mostInputsOfPrimes)
        return std::nullopt;
    Result<Cover> all = primes(upper, progress.part(0, 0.3));
    if (!all)
        return tl::unexpected(all.error());
    std::erase_if(*all, [&](const Cube& cube) { return !meets(cube, on); });
    if (rowsOf(*all, on.inputs()) > mostTableEntries)
        return std::nullopt;
    return shortestOf(
        *all, on, on.inputs() > mostInputsOfExactMinimum ? stepsBeyondIt : stepsOfTheExactSearch, progress);
}

bool isShorter(const Cover& a, const Cover& b)
{
    return std::pair(a.size(), literalCount(a)) < std::pair(b.size(), literalCount(b));
}

Result<MinimumCover> fromPasses(const TruthTable& on, const TruthTable& upper, const Progress& progress)
{
    Result<Cover> start = irredundantCover(on, upper, progress);
    if (!start)
        return tl::unexpected(start.error());
    const ShortenedCover found = shortened(std::move(*start), on, upper, stepsOfThePasses, progress);
    MinimumCover result{found.cover};
    if (progress.stopped() || found.primes.empty() || rowsOf(found.primes, on.inputs()) > mostTableEntries)
        return result;
    Cover chosen = shortestOf(found.primes, on, stepsBeyondIt, progress).cover;
    if (isShorter(chosen, result.cover))
        result.cover = std::move(chosen);
    return result;
}

Result<MinimumCover> minimumOfAll(const LogicFunction& function, const Progress& progress)
{
    const TruthTable on = function.mustBeOne();
    const TruthTable upper = function.mayBeOne();
    if (on.isFalse())
        return MinimumCover{{}, true, true};
    if (upper.isTrue())
        return MinimumCover{{Cube()}, true, true};
    Result<std::optional<MinimumCover>> exact = fromPrimes(on, upper, progress);
    if (!exact)
        return tl::unexpected(exact.error());
    if (*exact)
        return **exact;
    return fromPasses(on, upper, progress);
}

} // namespace

Result<MinimumCover> minimumCover(const LogicFunction& function, const Progress& progress)
{
    const std::vector<int> kept = inputsThatMatter(function);
    Result<MinimumCover> result = static_cast<int>(kept.size()) == function.inputs()
        ? minimumOfAll(function, progress)
        : minimumOfAll({function.on.restricted(kept), function.care.restricted(kept)}, progress);
    if (progress.stopped())
        return failure(ErrorCode::Cancelled, "the shortest sum of products was cancelled");
    if (!result)
        return result;
    result->cover = widened(std::move(result->cover), function.inputs(), kept);
    std::sort(result->cover.begin(), result->cover.end());
    return result;
}

} // namespace formulens::logic
