// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/JsonText.h"

#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

constexpr std::string_view jsonBlanks = " \t\r\n";
constexpr std::size_t longestJsonQuote = 40;

/// Looks at the whole text and keeps nothing.
class JsonCheck final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit JsonCheck(std::size_t deepest) : m_deepest(deepest) { }

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool key(string_t&) override { return true; }
    bool start_object(std::size_t) override { return enter(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        m_complaint = "is no JSON text: what stands at byte " + std::to_string(position) + " was not expected there";
        return false;
    }

    const std::string& complaint() const { return m_complaint; }

private:
    bool enter()
    {
        if (++m_depth <= m_deepest)
            return true;
        m_complaint = "is nested more than " + std::to_string(m_deepest) + " levels deep";
        return false;
    }

    bool leave()
    {
        --m_depth;
        return true;
    }

    std::size_t m_deepest;
    std::size_t m_depth = 0;
    std::string m_complaint;
};

std::size_t skipBlanks(std::string_view text, std::size_t at)
{
    return std::min(text.find_first_not_of(jsonBlanks, at), text.size());
}

/// Behind the closing quotes of a string that begins at `at`.
std::size_t endOfString(std::string_view text, std::size_t at)
{
    for (++at; text[at] != '"'; ++at)
        at += text[at] == '\\' ? 1 : 0;
    return at + 1;
}

/// Behind the closing bracket of what is opened at `at`.
std::size_t endOfBrackets(std::string_view text, std::size_t at)
{
    std::size_t depth = 0;
    while (true) {
        const char c = text[at];
        if (c == '"') {
            at = endOfString(text, at);
            continue;
        }
        ++at;
        if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && --depth == 0)
            return at;
    }
}

std::string unescaped(std::string_view quoted)
{
    return nlohmann::json::parse(quoted).get<std::string>();
}

} // namespace

JsonText JsonText::parse(std::string_view text, std::size_t deepest)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    JsonCheck check(deepest);
    if (!nlohmann::json::sax_parse(text, &check))
        throw ImportError{ErrorCode::BadFile, check.complaint()};
    const std::size_t start = skipBlanks(text, 0);
    return {text.substr(start, text.find_last_not_of(jsonBlanks) + 1 - start), ""};
}

void JsonText::fail(const std::string& message) const
{
    throw ImportError{ErrorCode::BadFile, m_place.empty() ? message : m_place + ": " + message};
}

bool JsonText::isNumber() const
{
    return m_text.front() == '-' || (m_text.front() >= '0' && m_text.front() <= '9');
}

bool JsonText::isWhole() const
{
    return isNumber() && m_text.find_first_of(".eE") == std::string_view::npos;
}

std::string JsonText::text() const
{
    if (!isText())
        fail("expected a text in quotes, found " + std::string(m_text.substr(0, longestJsonQuote)));
    return unescaped(m_text);
}

bool JsonText::boolean() const
{
    if (!isBoolean())
        fail("expected true or false, found " + std::string(m_text.substr(0, longestJsonQuote)));
    return m_text == "true";
}

double JsonText::number() const
{
    const bool isWord = m_text == "\"inf\"" || m_text == "\"-inf\"" || m_text == "\"nan\"";
    const auto value = toDouble(isWord ? m_text.substr(1, m_text.size() - 2) : m_text);
    if ((!isNumber() && !isWord) || !value)
        fail("expected a number, found " + std::string(m_text.substr(0, longestJsonQuote)));
    return *value;
}

std::int64_t JsonText::integer() const
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
    if (error != std::errc() || end != m_text.data() + m_text.size())
        fail("expected a whole number, found " + std::string(m_text.substr(0, longestJsonQuote)));
    return value;
}

std::uint64_t JsonText::naturalNumber() const
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
    if (error != std::errc() || end != m_text.data() + m_text.size())
        fail("expected a whole number from 0 on, found " + std::string(m_text.substr(0, longestJsonQuote)));
    return value;
}

void JsonText::checkIsList() const
{
    if (!isList())
        fail("expected a list [...], found " + std::string(m_text.substr(0, longestJsonQuote)));
}

std::size_t JsonText::firstItem() const
{
    const std::size_t at = skipBlanks(m_text, 1);
    return m_text[at] == ']' || m_text[at] == '}' ? m_text.size() : at;
}

std::size_t JsonText::endOfValue(std::size_t at) const
{
    const char c = m_text[at];
    if (c == '"')
        return endOfString(m_text, at);
    if (c == '[' || c == '{')
        return endOfBrackets(m_text, at);
    return m_text.find_first_of(",]} \t\r\n", at);
}

std::size_t JsonText::nextItem(std::size_t end) const
{
    const std::size_t at = skipBlanks(m_text, end);
    return m_text[at] == ',' ? skipBlanks(m_text, at + 1) : m_text.size();
}

std::vector<JsonText> JsonText::items() const
{
    std::vector<JsonText> items;
    eachItem([&](JsonText item) {
        item.m_place += "[" + std::to_string(items.size()) + "]";
        items.push_back(std::move(item));
    });
    return items;
}

JsonText JsonText::member(std::string_view value, const std::string& name) const
{
    return {value, m_place.empty() ? name : m_place + "." + name};
}

JsonMembers JsonText::members() const
{
    if (!isObject())
        fail("expected an object {...}, found " + std::string(m_text.substr(0, longestJsonQuote)));
    JsonMembers members(*this);
    for (std::size_t at = firstItem(); at < m_text.size();) {
        const std::size_t endOfName = endOfString(m_text, at);
        const std::string name = unescaped(m_text.substr(at, endOfName - at));
        at = skipBlanks(m_text, skipBlanks(m_text, endOfName) + 1); // behind the colon
        const std::size_t end = endOfValue(at);
        if (!members.m_members.emplace(name, member(m_text.substr(at, end - at), name)).second)
            fail("\"" + name + "\" stands there twice");
        at = nextItem(end);
    }
    return members;
}

JsonText JsonMembers::at(const std::string& name) const
{
    const auto found = m_members.find(name);
    if (found == m_members.end())
        fail("\"" + name + "\" is missing");
    return found->second;
}

std::optional<JsonText> JsonMembers::find(const std::string& name) const
{
    const auto found = m_members.find(name);
    return found == m_members.end() ? std::nullopt : std::optional(found->second);
}

std::string JsonMembers::textOr(const std::string& name, const std::string& otherwise) const
{
    const auto found = find(name);
    return found ? found->text() : otherwise;
}

double JsonMembers::numberOr(const std::string& name, double otherwise) const
{
    const auto found = find(name);
    return found ? found->number() : otherwise;
}

void JsonMembers::expectOnly(const std::vector<std::string_view>& names) const
{
    for (const auto& member : m_members)
        if (std::ranges::find(names, member.first) == names.end())
            fail("\"" + member.first + "\" is not known here, expected only " + joined(names));
}

} // namespace formulens
