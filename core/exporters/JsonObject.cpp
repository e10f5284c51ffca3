// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/JsonObject.h"

#include "core/base/Numerals.h"

namespace formulens {

namespace {

constexpr std::size_t largestIndex = 0xFFFFFFFFu;

} // namespace

void refuse(std::string message)
{
    throw Refused{std::move(message)};
}

JsonObject::JsonObject(const JsonValue& json, std::string place) : m_json(json), m_place(std::move(place))
{
    if (!json.is_object())
        refuse(m_place + " is " + json.type_name() + ", expected an object");
}

const JsonValue& JsonObject::at(const char* key) const
{
    const auto found = m_json.find(key);
    if (found == m_json.end())
        refuse(m_place + " has no \"" + key + "\"");
    return *found;
}

const JsonValue& JsonObject::list(const char* key) const
{
    const JsonValue& value = at(key);
    if (!value.is_array())
        refuse(wrong(key, value, "a list"));
    return value;
}

std::string JsonObject::text(const char* key) const
{
    const JsonValue& value = at(key);
    if (!value.is_string())
        refuse(wrong(key, value, "text"));
    return value.get<std::string>();
}

bool JsonObject::truth(const char* key) const
{
    const JsonValue& value = at(key);
    if (!value.is_boolean())
        refuse(wrong(key, value, "true or false"));
    return value.get<bool>();
}

std::vector<double> JsonObject::numbers(const char* key) const
{
    std::vector<double> result;
    for (const JsonValue& value : list(key))
        result.push_back(asNumber(value, key));
    return result;
}

std::vector<std::uint32_t> JsonObject::indices(const char* key) const
{
    std::vector<std::uint32_t> result;
    for (const JsonValue& value : list(key))
        result.push_back(static_cast<std::uint32_t>(asIndex(value, key)));
    return result;
}

std::vector<std::string> JsonObject::texts(const char* key) const
{
    std::vector<std::string> result;
    for (const JsonValue& value : list(key)) {
        if (!value.is_string())
            refuse(wrong(key, value, "text"));
        result.push_back(value.get<std::string>());
    }
    return result;
}

double JsonObject::asNumber(const JsonValue& value, const char* key) const
{
    if (value.is_number())
        return value.get<double>();
    if (value.is_string() && (value == "inf" || value == "-inf" || value == "nan"))
        return *toDouble(value.get<std::string>());
    refuse(wrong(key, value, "a number"));
}

std::size_t JsonObject::asIndex(const JsonValue& value, const char* key) const
{
    if (!value.is_number_integer() || (!value.is_number_unsigned() && value.get<std::int64_t>() < 0)
        || value.get<std::uint64_t>() > largestIndex)
        refuse(wrong(key, value, "a whole number from 0 to 4294967295"));
    return value.get<std::size_t>();
}

std::string JsonObject::wrong(const char* key, const JsonValue& value, const char* expected) const
{
    return m_place + ": \"" + key + "\" holds " + value.type_name() + ", expected " + expected;
}

} // namespace formulens
