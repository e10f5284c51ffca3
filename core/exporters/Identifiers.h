// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace formulens {

/// Names of a program: each valid, none a reserved word, all distinct. What is no letter, digit or underscore becomes
/// an underscore; a name that is taken gets _2, _3 ...
class Identifiers
{
public:
    enum class Rules
    {
        Common,
        StructuredText ///< NAME and name are one name, and no two underscores follow each other
    };

    explicit Identifiers(std::span<const std::string_view> reserved, Rules rules = Rules::Common);

    void reserve(std::string_view name) { m_taken.insert(compared(name)); }
    /// Every name that occurs in a piece of a program.
    void reserveAllIn(std::string_view program);

    std::string distinct(std::string_view name);

private:
    /// The name as it is held against others.
    std::string compared(std::string_view name) const;

    Rules m_rules;
    std::set<std::string, std::less<>> m_taken;
    std::map<std::string, std::size_t> m_lastNumber; ///< tried for a name that was taken
};

std::span<const std::string_view> reservedInC();
std::span<const std::string_view> reservedInPython();
std::span<const std::string_view> reservedInVerilog(); ///< and in SystemVerilog
std::span<const std::string_view> reservedInStructuredText(); ///< in capitals

} // namespace formulens
