// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace formulens {

using JsonValue = nlohmann::json;

/// Thrown inside a reader of JSON, caught at its door: why the file is refused.
struct Refused
{
    std::string message;
};

[[noreturn]] void refuse(std::string message);

/// One object of a file with its place in words: "variable 3". Whatever is not what it should be is refused with that
/// place, what was found and what was expected.
class JsonObject
{
public:
    JsonObject(const JsonValue& json, std::string place);

    const std::string& place() const { return m_place; }
    bool has(const char* key) const { return m_json.contains(key); }
    const JsonValue& at(const char* key) const;
    const JsonValue& list(const char* key) const;

    std::string text(const char* key) const;
    std::string optionalText(const char* key) const { return has(key) ? text(key) : std::string(); }
    bool truth(const char* key) const;
    double number(const char* key) const { return asNumber(at(key), key); }
    std::size_t index(const char* key) const { return asIndex(at(key), key); }

    std::vector<std::string> texts(const char* key) const;
    std::vector<double> numbers(const char* key) const;
    std::vector<std::uint32_t> indices(const char* key) const;

    /// A number, or "inf", "-inf", "nan".
    double asNumber(const JsonValue& value, const char* key) const;
    /// A whole number of 32 bits, so that products of two fit 64.
    std::size_t asIndex(const JsonValue& value, const char* key) const;

private:
    std::string wrong(const char* key, const JsonValue& value, const char* expected) const;

    const JsonValue& m_json;
    std::string m_place;
};

/// Each item of a list as `read` reads it.
template <class Read>
auto readList(const JsonObject& object, const char* key, const std::string& what, Read read)
{
    std::vector<decltype(read(object))> result;
    std::size_t number = 0;
    for (const JsonValue& item : object.list(key))
        result.push_back(read(JsonObject(item, what + " " + std::to_string(++number))));
    return result;
}

} // namespace formulens
