// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/CoverPasses.h"

#include "core/base/Random.h"
#include "core/logic/CubeRows.h"

#include <algorithm>
#include <numeric>

namespace formulens::logic {

namespace {

class Passes
{
public:
    Passes(Cover cover, const TruthTable& lower, const TruthTable& upper, std::int64_t budget, const Progress& progress)
        : m_cover(std::move(cover))
        , m_lower(lower)
        , m_upper(upper)
        , m_times(lower.rows(), 0)
        , m_budget(budget)
        , m_progress(progress)
    {
        for (std::size_t i = 0; i < m_cover.size() && !m_progress.stopped(); ++i)
            count(m_cover[i], 1);
    }

    ShortenedCover run()
    {
        constexpr int mostIdleRounds = 3;
        constexpr int leastRounds = 16;
        ShortenedCover result{m_cover, {}};
        int idle = 0;
        for (m_round = 0; (idle < mostIdleRounds || m_round < leastRounds) && !over(); ++m_round) {
            if (m_round > 0)
                reduceAll();
            expandAll();
            if (m_progress.stopped())
                return result;
            addTo(result.primes);
            dropUnneeded();
            const bool better = cost(m_cover) < cost(result.cover);
            idle = better ? 0 : idle + 1;
            if (better)
                result.cover = m_cover;
        }
        return result;
    }

private:
    void addTo(Cover& primes) const
    {
        primes.insert(primes.end(), m_cover.begin(), m_cover.end());
        std::sort(primes.begin(), primes.end());
        primes.erase(std::unique(primes.begin(), primes.end()), primes.end());
    }

    static std::pair<std::size_t, std::size_t> cost(const Cover& cover) { return {cover.size(), literalCount(cover)}; }

    // A cover half way through a pass is still a cover, but not of primes: passes are ended, never broken off, unless
    // the work is stopped.
    bool over() const { return m_budget <= 0 || m_progress.stopped(); }

    void count(const Cube& cube, int change)
    {
        forEachRow(cube, m_lower.inputs(), [&](std::uint32_t row) {
            m_times[row] += static_cast<std::uint32_t>(change);
            --m_budget;
        });
    }

    void replace(Cube& cube, const Cube& other)
    {
        if (cube == other)
            return;
        count(cube, -1);
        cube = other;
        count(cube, 1);
    }

    // Another order in each round, so that rounds do not repeat each other; large cubes give way first.
    std::vector<std::size_t> order(bool largestFirst) const
    {
        const Random random(0x10c1c);
        std::vector<std::pair<std::uint64_t, std::size_t>> keyed;
        for (std::size_t i = 0; i < m_cover.size(); ++i) {
            const auto count = static_cast<std::uint64_t>(m_cover[i].literals());
            const std::uint64_t size = largestFirst ? count : 64 - count;
            keyed.emplace_back((size << 32) | (random.bits(static_cast<std::uint64_t>(m_round), i) >> 32), i);
        }
        std::sort(keyed.begin(), keyed.end());
        std::vector<std::size_t> order;
        for (const auto& [key, i] : keyed)
            order.push_back(i);
        return order;
    }

    void reduceAll()
    {
        for (const std::size_t i : order(true))
            if (!m_progress.stopped())
                reduce(i);
        std::erase_if(m_cover, [](const Cube& cube) { return cube.mask == nothing; });
    }

    // To the smallest cube around the rows that it alone covers; `nothing` where there are none.
    void reduce(std::size_t i)
    {
        Cube& cube = m_cover[i];
        std::uint32_t always = ~0u;
        std::uint32_t ever = 0;
        forEachRow(cube, m_lower.inputs(), [&](std::uint32_t row) {
            if (m_times[row] == 1 && m_lower.at(row)) {
                always &= row;
                ever |= row;
            }
            --m_budget;
        });
        if (always == ~0u) {
            count(cube, -1);
            cube = {nothing, 0};
            return;
        }
        const std::uint32_t fixed = ~(always ^ ever) & (static_cast<std::uint32_t>(m_lower.rows()) - 1);
        replace(cube, {fixed, always & fixed});
    }

    void expandAll()
    {
        for (const std::size_t i : order(false))
            if (!m_progress.stopped())
                replace(m_cover[i], expanded(m_cover[i]));
    }

    // Drops literals while some can be dropped; each time the one that brings most.
    Cube expanded(Cube cube)
    {
        for (std::uint32_t blocked = 0;;) {
            std::uint32_t best = 0;
            double most = -1;
            for (std::uint32_t rest = cube.mask & ~blocked; rest != 0; rest &= rest - 1) {
                const std::uint32_t bit = rest & (~rest + 1);
                const Cube opposite{cube.mask, cube.value ^ bit};
                if (!liesBelow(opposite, m_upper)) {
                    blocked |= bit;
                    continue;
                }
                if (const double gain = gainOf(opposite); gain > most) {
                    most = gain;
                    best = bit;
                }
            }
            if (best == 0)
                return cube;
            cube.mask &= ~best;
            cube.value &= ~best;
        }
    }

    // What few others cover may make one of them superfluous.
    double gainOf(const Cube& cube)
    {
        constexpr int mostRows = 4096;
        double gain = 0;
        int rows = 0;
        forEachRow(cube, m_lower.inputs(), [&](std::uint32_t row) {
            if (++rows <= mostRows && m_lower.at(row))
                gain += 1.0 / (1.0 + m_times[row]);
        });
        m_budget -= rows;
        return gain;
    }

    void dropUnneeded()
    {
        for (const std::size_t i : order(false)) {
            if (m_progress.stopped())
                return;
            Cube& cube = m_cover[i];
            bool needed = false;
            forEachRow(cube, m_lower.inputs(),
                [&](std::uint32_t row) { needed = needed || (m_times[row] == 1 && m_lower.at(row)); });
            if (needed)
                continue;
            count(cube, -1);
            cube = {nothing, 0};
        }
        std::erase_if(m_cover, [](const Cube& cube) { return cube.mask == nothing; });
    }

    static constexpr std::uint32_t nothing = ~0u; ///< no cube has 32 literals

    Cover m_cover;
    const TruthTable& m_lower;
    const TruthTable& m_upper;
    std::vector<std::uint32_t> m_times; ///< by how many cubes each row is covered
    std::int64_t m_budget;
    const Progress& m_progress;
    int m_round = 0;
};

} // namespace

ShortenedCover shortened(
    Cover cover, const TruthTable& lower, const TruthTable& upper, std::int64_t budget, const Progress& progress)
{
    return Passes(std::move(cover), lower, upper, budget, progress).run();
}

} // namespace formulens::logic
