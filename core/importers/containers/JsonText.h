// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace formulens {

class JsonMembers;

/// JSON that is read in place: the text is checked whole once, its nesting against a limit, and values are taken from
/// it where they are asked for. So a list of numbers costs no memory but that of its numbers. Every value knows its
/// place, for messages: all functions throw ImportError, "layers[2].bias: expected a list".
class JsonText
{
public:
    /// Throws where the text is no JSON or nested deeper. The text must outlive the value.
    static JsonText parse(std::string_view text, std::size_t deepest);

    const std::string& place() const { return m_place; }
    [[noreturn]] void fail(const std::string& message) const;

    bool isObject() const { return m_text.front() == '{'; }
    bool isList() const { return m_text.front() == '['; }
    bool isText() const { return m_text.front() == '"'; }
    bool isNull() const { return m_text == "null"; }
    bool isBoolean() const { return m_text == "true" || m_text == "false"; }
    bool isNumber() const;
    /// A number without point and exponent.
    bool isWhole() const;

    std::string text() const;
    bool boolean() const;
    /// Also "inf", "-inf" and "nan" in quotes, for which JSON has no other word.
    double number() const;
    std::int64_t integer() const;
    /// The bits of an integer from 0 to 2^64 - 1.
    std::uint64_t naturalNumber() const;

    std::vector<JsonText> items() const;
    /// Item by item, for lists that are long; their places are that of the list.
    template <class Use>
    void eachItem(Use use) const
    {
        checkIsList();
        for (std::size_t at = firstItem(); at < m_text.size();) {
            const std::size_t end = endOfValue(at);
            use(JsonText(m_text.substr(at, end - at), m_place));
            at = nextItem(end);
        }
    }

    /// Every member at most once.
    JsonMembers members() const;

private:
    friend class JsonMembers;

    JsonText(std::string_view text, std::string place) : m_text(text), m_place(std::move(place)) { }

    void checkIsList() const;
    std::size_t firstItem() const;
    std::size_t endOfValue(std::size_t at) const;
    std::size_t nextItem(std::size_t end) const;
    JsonText member(std::string_view value, const std::string& name) const;

    std::string_view m_text; ///< of this value, without blanks around it
    std::string m_place;
};

/// The members of an object.
class JsonMembers
{
public:
    const std::string& place() const { return m_object.place(); }
    [[noreturn]] void fail(const std::string& message) const { m_object.fail(message); }

    bool has(const std::string& name) const { return m_members.contains(name); }
    /// Throws where it is missing.
    JsonText at(const std::string& name) const;
    std::optional<JsonText> find(const std::string& name) const;
    std::string textOr(const std::string& name, const std::string& otherwise) const;
    double numberOr(const std::string& name, double otherwise) const;
    /// What is not among them would be dropped in silence: it is refused.
    void expectOnly(const std::vector<std::string_view>& names) const;
    /// In the order of their names.
    const std::map<std::string, JsonText>& all() const& { return m_members; }
    std::map<std::string, JsonText> all() && { return std::move(m_members); }

private:
    friend class JsonText;

    explicit JsonMembers(const JsonText& object) : m_object(object) { }

    JsonText m_object;
    std::map<std::string, JsonText> m_members;
};

} // namespace formulens
