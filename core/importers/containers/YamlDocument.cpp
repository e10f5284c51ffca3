// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/YamlDocument.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/MemoryBudget.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace formulens {

namespace {

constexpr std::size_t mostDepth = 64;

[[noreturn]] void failAt(std::size_t line, const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, "line " + std::to_string(line) + ": " + message};
}

/// Puts values together from what the parser meets.
class Builder final : public YAML::EventHandler
{
public:
    explicit Builder(std::size_t textSize) : m_budget(mostMemory(textSize)) { }

    std::shared_ptr<const YamlValue> root() const { return m_root; }

    void OnDocumentStart(const YAML::Mark&) override { }
    void OnDocumentEnd() override { }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        add(made(YamlValue::Kind::Nothing, mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto known = m_anchors.find(anchor);
        if (known == m_anchors.end())
            failAt(lineOf(mark), "an alias stands within the value that it means");
        put(known->second);
    }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& value) override
    {
        const auto scalar = made(YamlValue::Kind::Scalar, mark);
        take(value.size(), mark);
        scalar->scalar = value;
        add(scalar, anchor);
    }
    void OnSequenceStart(
        const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(YamlValue::Kind::List, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(
        const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(YamlValue::Kind::Map, mark, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open
    {
        std::shared_ptr<YamlValue> value;
        YAML::anchor_t anchor;
        bool hasKey = false; ///< of a map: the next value belongs to `key`
        bool isNamed = false; ///< the key is a scalar
        std::string key = {};
    };

    static std::size_t lineOf(const YAML::Mark& mark) { return static_cast<std::size_t>(mark.line) + 1; }

    void take(std::size_t bytes, const YAML::Mark& mark)
    {
        if (!m_budget.take(bytes))
            failAt(lineOf(mark), "the values take more than four times the file's size and 64 MB, which is not read",
                ErrorCode::Limit);
    }

    std::shared_ptr<YamlValue> made(YamlValue::Kind kind, const YAML::Mark& mark)
    {
        constexpr std::size_t around = 64; // of a shared value in its list
        take(sizeof(YamlValue) + around, mark);
        auto value = std::make_shared<YamlValue>();
        value->kind = kind;
        value->line = lineOf(mark);
        return value;
    }

    void open(YamlValue::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        if (m_open.size() >= mostDepth)
            failAt(
                lineOf(mark), "values are nested more than " + std::to_string(mostDepth) + " deep", ErrorCode::Limit);
        m_open.push_back({made(kind, mark), anchor});
    }

    void close()
    {
        const Open done = std::move(m_open.back());
        m_open.pop_back();
        add(done.value, done.anchor);
    }

    void add(const std::shared_ptr<const YamlValue>& value, YAML::anchor_t anchor)
    {
        if (anchor != 0)
            m_anchors[anchor] = value;
        put(value);
    }

    void put(const std::shared_ptr<const YamlValue>& value)
    {
        if (m_open.empty()) {
            m_root = value;
            return;
        }
        Open& parent = m_open.back();
        if (parent.value->kind == YamlValue::Kind::List) {
            parent.value->items.push_back(value);
        } else if (!parent.hasKey) {
            parent.hasKey = true;
            parent.isNamed = value->kind == YamlValue::Kind::Scalar;
            parent.key = value->scalar;
        } else {
            parent.hasKey = false;
            if (parent.isNamed)
                parent.value->members.push_back({std::move(parent.key), value});
        }
    }

    MemoryBudget m_budget;
    std::vector<Open> m_open;
    std::map<YAML::anchor_t, std::shared_ptr<const YamlValue>> m_anchors;
    std::shared_ptr<const YamlValue> m_root;
};

std::string found(const YamlValue& value)
{
    switch (value.kind) {
    case YamlValue::Kind::Nothing:
        return "nothing";
    case YamlValue::Kind::Scalar:
        return "'" + value.scalar.substr(0, 40) + "'";
    case YamlValue::Kind::List:
        return "a list";
    case YamlValue::Kind::Map:
        return "a map";
    }
    return {};
}

/// The parser keeps all that stands within a pair of brackets until it has met the closing one, about 300 bytes for
/// each bracket or comma.
void checkBrackets(std::string_view text)
{
    constexpr std::size_t each = 300;
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return c == '[' || c == '{' || c == ','; }));
    if (count > mostMemory(text.size()) / each)
        throw ImportError{ErrorCode::Limit,
            "has " + std::to_string(count)
                + " brackets and commas, for which the parser of YAML takes more than four "
                  "times the file's size and 64 MB: write its lists line by line, with dashes"};
}

/// The parser stumbles over a tag before a block of text in a list ("- !!binary |"), so such tags are taken out. Tags
/// are not looked at anyway.
std::string withoutTagsOfBlocks(std::string_view text)
{
    std::string result(text);
    for (std::size_t end = result.find('\n'); end != std::string::npos; end = result.find('\n', end + 1)) {
        const std::size_t start = end == 0 ? 0 : result.rfind('\n', end - 1) + 1;
        const std::size_t mark = std::string_view(result).substr(start, end - start).find_last_of("|>");
        const std::size_t tag = std::string_view(result).substr(start, end - start).find(" !");
        if (mark == std::string::npos || tag == std::string::npos || end - start - mark > 3)
            continue;
        const auto first = result.begin() + static_cast<std::ptrdiff_t>(start + tag);
        const auto last = result.begin() + static_cast<std::ptrdiff_t>(start + mark);
        if (tag < mark && std::count(first, last, ' ') == 2 && *(last - 1) == ' ')
            std::fill(first, last, ' ');
    }
    return result;
}

} // namespace

void YamlValue::fail(const std::string& message) const
{
    failAt(line, message);
}

const YamlValue* YamlValue::find(std::string_view key) const
{
    const auto member = std::ranges::find(members, key, &Member::key);
    return member == members.end() ? nullptr : member->value.get();
}

const YamlValue& YamlValue::at(std::string_view key) const
{
    const YamlValue* value = find(key);
    if (value == nullptr)
        fail("'" + std::string(key) + "' is missing");
    return *value;
}

const std::vector<std::shared_ptr<const YamlValue>>& YamlValue::list() const
{
    if (kind != Kind::List)
        fail("expected a list, found " + found(*this));
    return items;
}

const std::vector<YamlValue::Member>& YamlValue::map() const
{
    if (kind != Kind::Map)
        fail("expected a map, found " + found(*this));
    return members;
}

const std::string& YamlValue::text() const
{
    if (kind != Kind::Scalar)
        fail("expected a word, found " + found(*this));
    return scalar;
}

double YamlValue::number() const
{
    const auto value = kind == Kind::Scalar ? toDouble(scalar) : std::nullopt;
    if (!value)
        fail("expected a number, found " + found(*this));
    return *value;
}

bool YamlValue::isTrue() const
{
    return kind == Kind::Scalar && (scalar == "true" || scalar == "True" || scalar == "yes");
}

std::shared_ptr<const YamlValue> readYaml(std::string_view text)
{
    checkBrackets(text);
    Builder builder(text.size());
    try {
        std::istringstream stream(withoutTagsOfBlocks(text));
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
    } catch (const YAML::Exception& error) {
        failAt(static_cast<std::size_t>(std::max(error.mark.line, -1) + 1), "is no YAML text: " + error.msg);
    }
    if (!builder.root())
        throw ImportError{ErrorCode::BadFile, "holds no YAML document"};
    return builder.root();
}

} // namespace formulens
