// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// A value of a YAML document. Tags are not looked at: nothing is ever made of "!!python/object". An alias is the value
///
/// of its anchor itself, not a copy; whoever walks through values must therefore count what it takes.
/// All functions throw ImportError, "line 12: expected a number, found 'x'".
class YamlValue
{
public:
    enum class Kind
    {
        Nothing,
        Scalar,
        List,
        Map,
    };
    struct Member;

    Kind kind = Kind::Nothing;
    std::size_t line = 0; ///< from 1
    std::string scalar;
    std::vector<std::shared_ptr<const YamlValue>> items; ///< of a list
    std::vector<Member> members; ///< of a map

    [[noreturn]] void fail(const std::string& message) const;

    /// Of a map; null where there is none.
    const YamlValue* find(std::string_view key) const;
    const YamlValue& at(std::string_view key) const;
    const std::vector<std::shared_ptr<const YamlValue>>& list() const;
    const std::vector<Member>& map() const;
    const std::string& text() const;
    double number() const;
    bool isTrue() const;
};

/// A member of a map, with its key where that is a scalar; other keys are left out.
struct YamlValue::Member
{
    std::string key;
    std::shared_ptr<const YamlValue> value;
};

/// The first document of a text. Nested at most 64 deep; at most four times the text and 64 MB in memory.
std::shared_ptr<const YamlValue> readYaml(std::string_view text);

} // namespace formulens
