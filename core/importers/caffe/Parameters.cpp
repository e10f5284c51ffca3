// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Parameters.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace formulens::caffe {

namespace {

using Kind = ProtobufEntry::Kind;

[[noreturn]] void refuse(const ProtobufEntry& entry, const std::string& expected)
{
    const std::string found = entry.kind == Kind::Message ? "a message" : "'" + entry.text.substr(0, 40) + "'";
    const std::string place = entry.line > 0 ? " (line " + std::to_string(entry.line) + ")" : "";
    throw ImportError{ErrorCode::BadFile, "'" + entry.name + "' is " + found + ", expected " + expected + place};
}

/// Decimal, or hexadecimal or octal as in C.
std::int64_t integerOf(const ProtobufEntry& entry)
{
    std::string_view digits = entry.text;
    const bool isNegative = digits.starts_with('-');
    digits.remove_prefix(isNegative ? 1 : 0);
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        base = 16;
        digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.starts_with('0'))
        base = 8;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (entry.kind != Kind::Word || error != std::errc() || end != digits.data() + digits.size() || value < 0)
        refuse(entry, "a whole number");
    return isNegative ? -value : value;
}

double realOf(const ProtobufEntry& entry)
{
    std::string_view text = entry.text;
    const bool hasMark = text.size() > 1 && (text.ends_with('f') || text.ends_with('F')); // 1.5f, but not inf
    if (hasMark && text.find_first_of("0123456789.") != std::string_view::npos)
        text.remove_suffix(1);
    const std::optional<double> value = toDouble(text);
    if (entry.kind != Kind::Word || !value)
        refuse(entry, "a number");
    return static_cast<double>(static_cast<float>(*value));
}

bool flagOf(const ProtobufEntry& entry)
{
    const bool isTrue = entry.text == "true" || entry.text == "True" || entry.text == "t" || entry.text == "1";
    const bool isFalse = entry.text == "false" || entry.text == "False" || entry.text == "f" || entry.text == "0";
    if (entry.kind != Kind::Word || !(isTrue || isFalse))
        refuse(entry, "true or false");
    return isTrue;
}

} // namespace

std::vector<const ProtobufEntry*> Parameters::all(std::string_view name)
{
    m_read.emplace(name);
    std::vector<const ProtobufEntry*> found;
    if (m_fields)
        for (const ProtobufEntry& entry : *m_fields)
            if (entry.name == name)
                found.push_back(&entry);
    return found;
}

const ProtobufEntry* Parameters::one(std::string_view name)
{
    const std::vector<const ProtobufEntry*> found = all(name);
    if (found.size() > 1)
        refuse(*found[1], "it once, as it stands before");
    return found.empty() ? nullptr : found.front();
}

bool Parameters::has(std::string_view name) const
{
    return m_fields && std::ranges::count(*m_fields, name, &ProtobufEntry::name) > 0;
}

std::int64_t Parameters::integer(std::string_view name, std::int64_t standard)
{
    const ProtobufEntry* entry = one(name);
    return entry ? integerOf(*entry) : standard;
}

std::vector<std::int64_t> Parameters::integers(std::string_view name)
{
    std::vector<std::int64_t> values;
    for (const ProtobufEntry* entry : all(name))
        values.push_back(integerOf(*entry));
    return values;
}

double Parameters::real(std::string_view name, double standard)
{
    const ProtobufEntry* entry = one(name);
    return entry ? realOf(*entry) : static_cast<double>(static_cast<float>(standard));
}

std::vector<double> Parameters::reals(std::string_view name)
{
    std::vector<double> values;
    for (const ProtobufEntry* entry : all(name))
        values.push_back(realOf(*entry));
    return values;
}

bool Parameters::flag(std::string_view name, bool standard)
{
    const ProtobufEntry* entry = one(name);
    return entry ? flagOf(*entry) : standard;
}

std::string Parameters::text(std::string_view name, const std::string& standard)
{
    const ProtobufEntry* entry = one(name);
    if (entry && entry->kind != Kind::Text)
        refuse(*entry, "a text in quotes");
    return entry ? entry->text : standard;
}

std::vector<std::string> Parameters::texts(std::string_view name)
{
    std::vector<std::string> values;
    for (const ProtobufEntry* entry : all(name)) {
        if (entry->kind != Kind::Text)
            refuse(*entry, "a text in quotes");
        values.push_back(entry->text);
    }
    return values;
}

std::string Parameters::word(std::string_view name)
{
    const ProtobufEntry* entry = one(name);
    if (entry && entry->kind != Kind::Word)
        refuse(*entry, "a word");
    return entry ? entry->text : std::string();
}

std::string Parameters::choice(
    std::string_view name, std::initializer_list<std::pair<std::string_view, std::int64_t>> words)
{
    const ProtobufEntry* entry = one(name);
    if (!entry)
        return std::string(words.begin()->first);
    std::string expected;
    for (const auto& [word, number] : words) {
        if (entry->kind == Kind::Word && (entry->text == word || entry->text == std::to_string(number)))
            return std::string(word);
        expected += (expected.empty() ? "" : " or ") + std::string(word);
    }
    refuse(*entry, expected);
}

const ProtobufEntry* Parameters::message(std::string_view name)
{
    const ProtobufEntry* entry = one(name);
    if (entry && entry->kind != Kind::Message)
        refuse(*entry, "a message in braces");
    return entry;
}

std::vector<const ProtobufEntry*> Parameters::messages(std::string_view name)
{
    std::vector<const ProtobufEntry*> found = all(name);
    for (const ProtobufEntry* entry : found)
        if (entry->kind != Kind::Message)
            refuse(*entry, "a message in braces");
    return found;
}

void Parameters::ignore(std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names)
        m_read.emplace(name);
}

std::string Parameters::unread() const
{
    if (m_fields)
        for (const ProtobufEntry& entry : *m_fields)
            if (!m_read.contains(entry.name))
                return entry.name;
    return {};
}

} // namespace formulens::caffe
