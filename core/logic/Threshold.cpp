// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Threshold.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <span>

/* Weights of a threshold function
 *
 * Least sum |w|, where w . x >= T in the rows that are 1 and w . x <= T - 1 in the rows that are 0, with w and T
 * written as differences of numbers >= 0. That is a linear program of few variables and very many constraints, so its
 * dual is solved: revised simplex with the inverse of the basis kept as whole numbers over a common denominator
 * (Edmonds). The prices of a basis are the w and T so far; the row that they violate most enters. Ties of the ratio
 * test are broken lexicographically, so it ends. Numbers stay small: they are minors of a matrix of zeros and ones, at
 * 20 inputs below 22^11 / 2^21 = 2.8e8 (Hadamard).
 */

namespace formulens::logic {

namespace {

using Number = std::int64_t;
using Numbers = std::vector<Number>;

constexpr std::int64_t mostSteps = 400'000'000; ///< rows looked at

// w . x of every row, from the sums of the two halves of its digits.
class RowSums
{
public:
    RowSums(std::span<const Number> weights, std::size_t inputs)
        : m_lowDigits(inputs / 2)
        , m_low(sums(weights, inputs, 0, m_lowDigits))
        , m_high(sums(weights, inputs, m_lowDigits, inputs))
    {
    }

    Number operator()(std::size_t row) const
    {
        return m_high[row >> m_lowDigits] + m_low[row & ((std::size_t(1) << m_lowDigits) - 1)];
    }

private:
    static Numbers sums(std::span<const Number> weights, std::size_t inputs, std::size_t from, std::size_t to)
    {
        Numbers result(1, 0);
        for (std::size_t digit = from; digit < to; ++digit)
            for (std::size_t i = 0, size = result.size(); i < size; ++i)
                result.push_back(result[i] + weights[inputs - 1 - digit]);
        return result;
    }

    std::size_t m_lowDigits;
    Numbers m_low;
    Numbers m_high;
};

// The rows of either side that lie furthest towards the other.
struct Extremes
{
    Number leastOn = std::numeric_limits<Number>::max();
    Number mostOff = std::numeric_limits<Number>::min();
    std::size_t leastOnRow = 0;
    std::size_t mostOffRow = 0;

    bool separated() const { return leastOn > mostOff; }
};

Extremes extremesOf(std::span<const Number> weights, const TruthTable& on, const TruthTable& off)
{
    const RowSums sums(weights, static_cast<std::size_t>(on.inputs()));
    Extremes extremes;
    for (std::size_t row = 0; row < on.rows(); ++row) {
        const bool one = on.at(row);
        if (!one && !off.at(row))
            continue;
        const Number sum = sums(row);
        if (one && sum < extremes.leastOn) {
            extremes.leastOn = sum;
            extremes.leastOnRow = row;
        } else if (!one && sum > extremes.mostOff) {
            extremes.mostOff = sum;
            extremes.mostOffRow = row;
        }
    }
    return extremes;
}

class ThresholdProgram
{
public:
    ThresholdProgram(const TruthTable& on, const TruthTable& off, const Progress& progress)
        : m_on(on)
        , m_off(off)
        , m_progress(progress)
        , m_inputs(static_cast<std::size_t>(on.inputs()))
        , m_size(2 * m_inputs + 2)
    {
        // Rows: the variables w+, w-, T+, T- with their costs 1 and 0; last, the prices. Columns: inverse, right side.
        m_rows.assign(m_size + 1, Numbers(m_size + 1, 0));
        for (std::size_t i = 0; i < m_size; ++i) {
            m_rows[i][i] = 1;
            m_rows[i][m_size] = i < 2 * m_inputs ? 1 : 0;
        }
    }

    // Weights times the common denominator; nothing where there are none, or no steps left.
    std::optional<Numbers> weights(std::int64_t& steps)
    {
        while (steps > 0 && !m_progress.stopped()) {
            steps -= static_cast<std::int64_t>(m_on.rows());
            const Numbers now = pricedWeights();
            const Extremes extremes = extremesOf(now, m_on, m_off);
            const Number threshold = m_rows[m_size][2 * m_inputs] - m_rows[m_size][2 * m_inputs + 1];
            const Number lackOn = threshold - extremes.leastOn;
            const Number lackOff = extremes.mostOff - threshold + m_denominator;
            if (lackOn <= 0 && lackOff <= 0)
                return now;
            if (!enter(lackOn > lackOff ? extremes.leastOnRow : extremes.mostOffRow, lackOn > lackOff))
                return std::nullopt;
        }
        return std::nullopt;
    }

    Number denominator() const { return m_denominator; }

private:
    Numbers pricedWeights() const
    {
        Numbers weights(m_inputs);
        for (std::size_t i = 0; i < m_inputs; ++i)
            weights[i] = m_rows[m_size][i] - m_rows[m_size][m_inputs + i];
        return weights;
    }

    // The constraint of a row as a column: (x, -x, -1, 1) and 0 where it is 1, the opposite and 1 where it is 0.
    bool enter(std::size_t row, bool isOn)
    {
        const Number sign = isOn ? 1 : -1;
        Numbers column(m_size + 1, 0);
        for (std::size_t line = 0; line <= m_size; ++line) {
            const Numbers& inverse = m_rows[line];
            Number sum = inverse[2 * m_inputs + 1] - inverse[2 * m_inputs];
            for (std::size_t i = 0; i < m_inputs; ++i)
                if ((row >> (m_inputs - 1 - i)) & 1)
                    sum += inverse[i] - inverse[m_inputs + i];
            column[line] = sign * sum;
        }
        if (!isOn)
            column[m_size] -= m_denominator;
        const std::optional<std::size_t> leaving = leavingRow(column);
        if (leaving)
            pivot(*leaving, column);
        return leaving.has_value();
    }

    // The smallest ratio of right side to column, ties by the inverse, entry for entry.
    std::optional<std::size_t> leavingRow(const Numbers& column) const
    {
        std::optional<std::size_t> leaving;
        for (std::size_t line = 0; line < m_size; ++line)
            if (column[line] > 0 && (!leaving || isBefore(line, *leaving, column)))
                leaving = line;
        return leaving;
    }

    bool isBefore(std::size_t a, std::size_t b, const Numbers& column) const
    {
        for (std::size_t k = 0; k <= m_size; ++k) {
            const std::size_t entry = k == 0 ? m_size : k - 1;
            const Number left = m_rows[a][entry] * column[b];
            const Number right = m_rows[b][entry] * column[a];
            if (left != right)
                return left < right;
        }
        return false;
    }

    void pivot(std::size_t leaving, const Numbers& column)
    {
        const Number element = column[leaving];
        for (std::size_t line = 0; line <= m_size; ++line)
            if (line != leaving)
                for (std::size_t k = 0; k <= m_size; ++k)
                    m_rows[line][k] = (m_rows[line][k] * element - m_rows[leaving][k] * column[line]) / m_denominator;
        m_denominator = element;
    }

    const TruthTable& m_on;
    const TruthTable& m_off;
    const Progress& m_progress;
    std::size_t m_inputs;
    std::size_t m_size;
    std::vector<Numbers> m_rows;
    Number m_denominator = 1;
};

// An input that raises the function in one place and lowers it in another has no weight.
bool isUnate(const TruthTable& on, const TruthTable& off)
{
    for (int input = 0; input < on.inputs(); ++input) {
        const bool raises = !(on.cofactor(input, true) & off.cofactor(input, false)).isFalse();
        const bool lowers = !(on.cofactor(input, false) & off.cofactor(input, true)).isFalse();
        if (raises && lowers)
            return false;
    }
    return true;
}

class SmallerWeights
{
public:
    SmallerWeights(const TruthTable& on, const TruthTable& off, std::int64_t& steps)
        : m_on(on), m_off(off), m_steps(steps)
    {
    }

    // The smallest multiple of the fractions that still separates when rounded, then each weight as near 0 as it goes.
    Numbers from(const Numbers& weights, Number denominator)
    {
        Numbers smaller = weights;
        for (Number multiple = 1; multiple < denominator && m_steps > 0; ++multiple) {
            Numbers rounded;
            for (const Number weight : weights)
                rounded.push_back(
                    (2 * weight * multiple + (weight < 0 ? -denominator : denominator)) / (2 * denominator));
            if (separates(rounded)) {
                smaller = std::move(rounded);
                break;
            }
        }
        while (m_steps > 0 && someNearer(smaller)) { }
        return smaller;
    }

private:
    bool separates(const Numbers& weights)
    {
        m_steps -= static_cast<std::int64_t>(m_on.rows());
        return extremesOf(weights, m_on, m_off).separated();
    }

    bool someNearer(Numbers& weights)
    {
        bool any = false;
        for (Number& weight : weights) {
            if (weight == 0)
                continue;
            const Number step = weight > 0 ? 1 : -1;
            weight -= step;
            if (separates(weights))
                any = true;
            else
                weight += step;
        }
        return any;
    }

    const TruthTable& m_on;
    const TruthTable& m_off;
    std::int64_t& m_steps;
};

} // namespace

TruthTable table(const WeightedThreshold& function)
{
    const RowSums sums(function.weights, function.weights.size());
    TruthTable result(static_cast<int>(function.weights.size()));
    for (std::size_t row = 0; row < result.rows(); ++row)
        result.set(row, sums(row) >= function.threshold);
    return result;
}

std::optional<WeightedThreshold> thresholdOf(const TruthTable& on, const TruthTable& off, const Progress& progress)
{
    if (on.inputs() > mostInputsOfThreshold || on.isFalse() || off.isFalse() || !isUnate(on, off))
        return std::nullopt;
    std::int64_t steps = mostSteps;
    ThresholdProgram program(on, off, progress);
    const std::optional<Numbers> exact = program.weights(steps);
    if (!exact)
        return std::nullopt;
    steps = std::min(steps, mostSteps / 8);
    WeightedThreshold found{SmallerWeights(on, off, steps).from(*exact, program.denominator()), 0};
    const Extremes extremes = extremesOf(found.weights, on, off);
    if (!extremes.separated())
        return std::nullopt;
    found.threshold = extremes.leastOn;
    return found;
}

} // namespace formulens::logic
