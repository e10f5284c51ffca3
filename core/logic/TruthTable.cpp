// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/TruthTable.h"

#include "core/logic/WordPatterns.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <functional>

namespace formulens::logic {

std::string rowText(std::size_t row, int inputs)
{
    std::string text;
    for (int i = inputs; i-- > 0;)
        text += ((row >> i) & 1) != 0 ? '1' : '0';
    return text;
}

TruthTable::TruthTable(int inputs, bool value)
    : m_inputs(inputs), m_words(inputs > 6 ? std::size_t(1) << (inputs - 6) : 1, value ? usedBits(inputs) : 0)
{
    assert(inputs >= 0 && inputs <= mostInputs);
}

TruthTable TruthTable::fromText(std::string_view values)
{
    assert(std::has_single_bit(values.size()));
    TruthTable table(std::countr_zero(values.size()));
    for (std::size_t row = 0; row < values.size(); ++row)
        table.set(row, values[row] == '1');
    return table;
}

TruthTable TruthTable::fromBits(int inputs, std::uint64_t bits)
{
    assert(inputs <= 6);
    TruthTable table(inputs);
    table.m_words[0] = bits & usedBits(inputs);
    return table;
}

TruthTable TruthTable::variable(int inputs, int input)
{
    TruthTable table(inputs);
    const int digit = inputs - 1 - input;
    for (std::size_t word = 0; word < table.m_words.size(); ++word) {
        if (digit < 6)
            table.m_words[word] = digitPattern(digit) & usedBits(inputs);
        else
            table.m_words[word] = (word >> (digit - 6)) & 1 ? ~std::uint64_t(0) : 0;
    }
    return table;
}

std::size_t TruthTable::ones() const
{
    std::size_t count = 0;
    for (const std::uint64_t word : m_words)
        count += static_cast<std::size_t>(std::popcount(word));
    return count;
}

bool TruthTable::isFalse() const
{
    return std::all_of(m_words.begin(), m_words.end(), [](std::uint64_t word) { return word == 0; });
}

bool TruthTable::isTrue() const
{
    const std::uint64_t full = usedBits(m_inputs);
    return std::all_of(m_words.begin(), m_words.end(), [full](std::uint64_t word) { return word == full; });
}

bool TruthTable::dependsOn(int input) const
{
    const int digit = m_inputs - 1 - input;
    if (digit < 6)
        return std::any_of(m_words.begin(), m_words.end(),
            [digit](std::uint64_t word) { return ((word >> (1 << digit)) ^ word) & ~digitPattern(digit); });
    const std::size_t half = std::size_t(1) << (digit - 6);
    for (std::size_t block = 0; block < m_words.size(); block += 2 * half)
        if (!std::equal(&m_words[block], &m_words[block] + half, &m_words[block] + half))
            return true;
    return false;
}

std::vector<int> TruthTable::support() const
{
    std::vector<int> found;
    for (int input = 0; input < m_inputs; ++input)
        if (dependsOn(input))
            found.push_back(input);
    return found;
}

TruthTable TruthTable::cofactor(int input, bool value) const
{
    TruthTable result = *this;
    const int digit = m_inputs - 1 - input;
    if (digit < 6) {
        const std::uint64_t ones = digitPattern(digit);
        const int distance = 1 << digit;
        for (std::uint64_t& word : result.m_words)
            word = value ? (word & ones) | ((word & ones) >> distance) : (word & ~ones) | ((word & ~ones) << distance);
        return result;
    }
    const std::size_t half = std::size_t(1) << (digit - 6);
    for (std::size_t block = 0; block < m_words.size(); block += 2 * half)
        std::copy_n(&m_words[block + (value ? half : 0)], half, &result.m_words[block + (value ? 0 : half)]);
    return result;
}

namespace {

// Whether it is the list 0, 1, ... of all inputs.
bool isAll(const std::vector<int>& kept, int inputs)
{
    if (static_cast<int>(kept.size()) != inputs)
        return false;
    for (int i = 0; i < inputs; ++i)
        if (kept[static_cast<std::size_t>(i)] != i)
            return false;
    return true;
}

// The row of the wider function in which the kept inputs have the values of the narrower one's row.
std::size_t widerRow(std::size_t row, int inputs, const std::vector<int>& kept)
{
    std::size_t wider = 0;
    for (std::size_t i = 0; i < kept.size(); ++i)
        if ((row >> (kept.size() - 1 - i)) & 1)
            wider |= inputBit(inputs, kept[i]);
    return wider;
}

} // namespace

TruthTable TruthTable::restricted(const std::vector<int>& kept) const
{
    if (isAll(kept, m_inputs))
        return *this;
    TruthTable result(static_cast<int>(kept.size()));
    for (std::size_t row = 0; row < result.rows(); ++row)
        result.set(row, at(widerRow(row, m_inputs, kept)));
    return result;
}

TruthTable TruthTable::widened(int inputs, const std::vector<int>& kept) const
{
    if (isAll(kept, inputs))
        return *this;
    TruthTable result(inputs);
    for (std::size_t row = 0; row < result.rows(); ++row) {
        std::size_t narrower = 0;
        for (const int input : kept)
            narrower = 2 * narrower + ((row & inputBit(inputs, input)) != 0);
        result.set(row, at(narrower));
    }
    return result;
}

std::string TruthTable::text() const
{
    std::string letters(rows(), '0');
    for (std::size_t row = 0; row < rows(); ++row)
        letters[row] = at(row) ? '1' : '0';
    return letters;
}

TruthTable& TruthTable::operator&=(const TruthTable& other)
{
    assert(m_inputs == other.m_inputs);
    std::transform(m_words.begin(), m_words.end(), other.m_words.begin(), m_words.begin(), std::bit_and<>());
    return *this;
}

TruthTable& TruthTable::operator|=(const TruthTable& other)
{
    assert(m_inputs == other.m_inputs);
    std::transform(m_words.begin(), m_words.end(), other.m_words.begin(), m_words.begin(), std::bit_or<>());
    return *this;
}

TruthTable& TruthTable::operator^=(const TruthTable& other)
{
    assert(m_inputs == other.m_inputs);
    std::transform(m_words.begin(), m_words.end(), other.m_words.begin(), m_words.begin(), std::bit_xor<>());
    return *this;
}

TruthTable TruthTable::operator~() const
{
    TruthTable result = *this;
    const std::uint64_t full = usedBits(m_inputs);
    for (std::uint64_t& word : result.m_words)
        word = ~word & full;
    return result;
}

} // namespace formulens::logic
