// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace formulens::logic {

/// More inputs than this no table has: 2^24 rows are 2 MB.
constexpr int mostInputs = 24;

/// Which bit of a row number (and of a cube, a monomial) is this input: the first input is the most significant one.
constexpr std::uint32_t inputBit(int inputs, int input)
{
    return 1u << (inputs - 1 - input);
}

/// The number of a row as its digits, the first input's first: "01".
std::string rowText(std::size_t row, int inputs);

/// A Boolean function of n inputs, 0 <= n <= 24, as its 2^n values, 64 in a word.
///
/// Row number r holds the inputs as its binary digits, the first input as the most significant one: row "01" of two
/// inputs is x1 = 0, x2 = 1, and has the number 1. Row r is bit r mod 64 of word r / 64. Bits beyond the last row are
/// 0.
class TruthTable
{
public:
    explicit TruthTable(int inputs = 0, bool value = false);

    /// The values of the rows 0, 1, ... as letters '0' and '1'; a power of two of them. "0110" is XOR.
    static TruthTable fromText(std::string_view values);
    /// The rows of up to six inputs as bits: bit r is row r.
    static TruthTable fromBits(int inputs, std::uint64_t bits);
    /// The function that is this input.
    static TruthTable variable(int inputs, int input);

    int inputs() const { return m_inputs; }
    std::size_t rows() const { return std::size_t(1) << m_inputs; }
    std::span<const std::uint64_t> words() const { return m_words; }
    /// Whoever writes words keeps the bits beyond the last row at 0.
    std::span<std::uint64_t> words() { return m_words; }

    bool at(std::size_t row) const { return (m_words[row / 64] >> (row % 64)) & 1; }
    void set(std::size_t row, bool value)
    {
        const std::uint64_t bit = std::uint64_t(1) << (row % 64);
        m_words[row / 64] = value ? m_words[row / 64] | bit : m_words[row / 64] & ~bit;
    }

    std::size_t ones() const;
    bool isFalse() const; ///< 0 in every row
    bool isTrue() const; ///< 1 in every row

    /// Whether some row changes its value with this input.
    bool dependsOn(int input) const;
    /// The inputs that it depends on, ascending.
    std::vector<int> support() const;
    /// With the input held at the value: a table of the same inputs that no longer depends on this one.
    TruthTable cofactor(int input, bool value) const;
    /// As a function of the listed inputs alone, in their order; the others are held at 0.
    TruthTable restricted(const std::vector<int>& kept) const;
    /// The other way: a function of `kept.size()` inputs as one of `inputs`, whose input kept[i] is its input i.
    TruthTable widened(int inputs, const std::vector<int>& kept) const;

    std::string text() const; ///< the values of the rows 0, 1, ... as letters

    /// Both sides have the same number of inputs.
    TruthTable& operator&=(const TruthTable& other);
    TruthTable& operator|=(const TruthTable& other);
    TruthTable& operator^=(const TruthTable& other);
    TruthTable operator~() const;
    friend TruthTable operator&(TruthTable a, const TruthTable& b) { return a &= b; }
    friend TruthTable operator|(TruthTable a, const TruthTable& b) { return a |= b; }
    friend TruthTable operator^(TruthTable a, const TruthTable& b) { return a ^= b; }
    friend bool operator==(const TruthTable&, const TruthTable&) = default;

private:
    int m_inputs;
    std::vector<std::uint64_t> m_words;
};

/// A function that need not be defined everywhere. A row outside `care` is a don't-care; `on` may hold anything there.
struct LogicFunction
{
    TruthTable on;
    TruthTable care;

    int inputs() const { return on.inputs(); }
    TruthTable mustBeOne() const { return on & care; }
    TruthTable mustBeZero() const { return care & ~on; }
    TruthTable mayBeOne() const { return on | ~care; }
    bool isComplete() const { return care.isTrue(); }
    /// Whether this table has the function's value in every row that matters.
    bool agreesWith(const TruthTable& table) const { return ((table ^ on) & care).isFalse(); }
    /// The function that is 1 where this one is 0.
    LogicFunction complement() const { return {~on, care}; }
};

/// Defined in every row.
inline LogicFunction complete(const TruthTable& table)
{
    return {table, TruthTable(table.inputs(), true)};
}

} // namespace formulens::logic
