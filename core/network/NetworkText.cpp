// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/NetworkText.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <unordered_map>

namespace formulens {

namespace {

/// Thrown anywhere in here, caught once in `parseNetwork`.
struct TextError
{
    std::string message;
};

std::optional<std::int64_t> toInteger(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::int64_t integerOf(std::string_view text)
{
    if (const std::optional<std::int64_t> value = toInteger(text))
        return *value;
    throw TextError{"'" + std::string(text) + "' is not an integer"};
}

double realOf(std::string_view text)
{
    if (const std::optional<double> value = toDouble(text))
        return *value;
    throw TextError{"'" + std::string(text) + "' is not a number"};
}

/// What is left of one line.
class Cursor
{
public:
    explicit Cursor(std::string_view line) : m_rest(line) { skipSpace(); }

    bool atEnd() const { return m_rest.empty() || m_rest.front() == '#'; }
    bool at(char c) const { return !m_rest.empty() && m_rest.front() == c; }

    bool accept(char c)
    {
        if (!at(c))
            return false;
        m_rest.remove_prefix(1);
        skipSpace();
        return true;
    }

    void expect(char c)
    {
        if (!accept(c))
            fail(std::string("expected '") + c + "'");
    }

    bool acceptWord(std::string_view word)
    {
        const std::size_t size = word.size();
        if (!m_rest.starts_with(word) || (m_rest.size() > size && !isSpace(m_rest[size])))
            return false;
        m_rest.remove_prefix(size);
        skipSpace();
        return true;
    }

    /// A plain or a quoted name.
    std::string name() { return at('"') ? string() : std::string(plain("_./:", "a name")); }

    std::string string()
    {
        if (!at('"'))
            fail("expected a text in quotes");
        std::string result;
        std::size_t i = 1;
        for (; i < m_rest.size() && m_rest[i] != '"'; ++i) {
            if (m_rest[i] == '\\' && i + 1 < m_rest.size())
                ++i;
            result += m_rest[i];
        }
        if (i == m_rest.size())
            fail("the closing quote is missing");
        m_rest.remove_prefix(i + 1);
        skipSpace();
        return result;
    }

    std::string_view numeral() { return plain("+-.", "a number"); }

    std::int64_t integer() { return integerOf(numeral()); }
    double real() { return realOf(numeral()); }

    /// Whether the numeral that comes next would be an integer.
    bool atInteger() const
    {
        const std::size_t end = m_rest.find_first_not_of("+-0123456789");
        return end > 0 && (end == std::string_view::npos || std::string_view(" ,]>#").find(m_rest[end]) < 5);
    }

    [[noreturn]] void fail(const std::string& what) const
    {
        throw TextError{what + (m_rest.empty() ? " at the end" : " at '" + std::string(m_rest.substr(0, 24)) + "'")};
    }

private:
    static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r'; }

    void skipSpace()
    {
        while (!m_rest.empty() && isSpace(m_rest.front()))
            m_rest.remove_prefix(1);
    }

    std::string_view plain(std::string_view marks, const char* what)
    {
        const auto stop = std::ranges::find_if_not(m_rest, [marks](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || marks.find(c) != std::string_view::npos;
        });
        const std::string_view text = m_rest.substr(0, static_cast<std::size_t>(stop - m_rest.begin()));
        if (text.empty())
            fail(std::string("expected ") + what);
        m_rest.remove_prefix(text.size());
        skipSpace();
        return text;
    }

    std::string_view m_rest;
};

ElementType elementTypeNamed(std::string_view word)
{
    for (int type = 0; type <= static_cast<int>(ElementType::String); ++type)
        if (name(static_cast<ElementType>(type)) == word)
            return static_cast<ElementType>(type);
    throw TextError{"'" + std::string(word) + "' is not an element type"};
}

/// "a, b, c" up to the closing mark.
template <class Read>
auto list(Cursor& cursor, char close, Read read)
{
    std::vector<decltype(read())> result;
    if (cursor.accept(close))
        return result;
    do
        result.push_back(read());
    while (cursor.accept(','));
    cursor.expect(close);
    return result;
}

void requireCount(std::size_t found, std::size_t expected)
{
    if (found != expected)
        throw TextError{std::to_string(found) + " elements are given, the shape has " + std::to_string(expected)};
}

/// "[2, 2]{1, 2, 3, 4}", after the type.
Tensor tensorOfType(Cursor& cursor, ElementType type)
{
    cursor.expect('[');
    Shape shape(list(cursor, ']', [&] { return cursor.integer(); }));
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count)
        throw TextError{count.error().message};
    cursor.expect('{');
    if (type == ElementType::String) {
        auto strings = list(cursor, '}', [&] { return cursor.string(); });
        requireCount(strings.size(), *count);
        return Tensor::ofStrings(std::move(shape), std::move(strings));
    }
    if (isFloatingPoint(type)) {
        auto numbers = list(cursor, '}', [&] { return cursor.real(); });
        requireCount(numbers.size(), *count);
        return Tensor::ofDoubles(std::move(shape), std::move(numbers), type);
    }
    auto integers = list(cursor, '}', [&] { return cursor.integer(); });
    requireCount(integers.size(), *count);
    return Tensor::ofIntegers(std::move(shape), std::move(integers), type);
}

Attribute listAttribute(Cursor& cursor)
{
    if (cursor.at('"'))
        return list(cursor, ']', [&] { return cursor.string(); });
    const std::vector<std::string_view> numerals = list(cursor, ']', [&] { return cursor.numeral(); });
    if (std::ranges::all_of(numerals, [](std::string_view text) { return toInteger(text).has_value(); })) {
        std::vector<std::int64_t> integers(numerals.size());
        std::ranges::transform(numerals, integers.begin(), integerOf);
        return integers;
    }
    std::vector<double> numbers(numerals.size());
    std::ranges::transform(numerals, numbers.begin(), realOf);
    return numbers;
}

Attribute attribute(Cursor& cursor)
{
    if (cursor.at('"'))
        return cursor.string();
    if (cursor.accept('['))
        return listAttribute(cursor);
    const std::string_view word = cursor.numeral();
    if (const std::optional<std::int64_t> integer = toInteger(word))
        return *integer;
    if (word == "graph") {
        cursor.expect('(');
        Subgraph graph{cursor.string(), 0};
        cursor.expect(',');
        graph.nodeCount = static_cast<std::size_t>(cursor.integer());
        cursor.expect(')');
        return graph;
    }
    if (const std::optional<double> number = toDouble(word))
        return *number;
    return tensorOfType(cursor, elementTypeNamed(word));
}

Dimension dimension(Cursor& cursor)
{
    if (cursor.accept('?'))
        return {};
    if (cursor.atInteger())
        return {cursor.integer(), {}};
    return {std::nullopt, cursor.name()};
}

class Parser
{
public:
    std::shared_ptr<const Network> parse(std::string_view text)
    {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            try {
                Cursor cursor(text.substr(0, end));
                if (!cursor.atEnd())
                    parseLine(cursor);
                if (!cursor.atEnd())
                    cursor.fail("expected the end of the line");
            } catch (const TextError& error) {
                throw TextError{"line " + std::to_string(number) + ": " + error.message};
            }
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        for (Node& node : m_network.nodes)
            node.version = m_versions[node.domain];
        m_network.format = "text";
        return std::make_shared<const Network>(std::move(m_network));
    }

private:
    void parseLine(Cursor& cursor)
    {
        if (cursor.acceptWord("network"))
            m_network.name = cursor.name();
        else if (cursor.acceptWord("opset"))
            parseOperatorSet(cursor);
        else if (cursor.acceptWord("input"))
            m_network.inputs.push_back(declaration(cursor));
        else if (cursor.acceptWord("output"))
            m_network.outputs.push_back(declaration(cursor));
        else
            parseDefinition(cursor);
    }

    void parseOperatorSet(Cursor& cursor)
    {
        const std::string domain = cursor.atInteger() ? std::string() : cursor.name();
        m_versions[domain] = cursor.integer();
    }

    TensorIndex declaration(Cursor& cursor)
    {
        const TensorIndex index = tensorNamed(cursor.name());
        // A plain name takes the colon with it when nothing is between them, so a declaration has a space there.
        if (cursor.accept(':'))
            parseType(cursor, index);
        return index;
    }

    void parseType(Cursor& cursor, TensorIndex index)
    {
        TensorInfo& tensor = m_network.tensors[index.position()];
        tensor.type = elementTypeNamed(cursor.name());
        if (cursor.accept('['))
            tensor.declaredShape = list(cursor, ']', [&] { return dimension(cursor); });
    }

    void parseDefinition(Cursor& cursor)
    {
        std::vector<std::optional<TensorIndex>> outputs;
        do
            outputs.push_back(operand(cursor));
        while (cursor.accept(','));
        if (outputs.size() == 1 && outputs[0] && cursor.accept(':'))
            return parseType(cursor, *outputs[0]);
        cursor.expect('=');
        std::string word = cursor.name();
        if (outputs.size() == 1 && outputs[0] && cursor.at('['))
            return addConstant(*outputs[0], tensorOfType(cursor, elementTypeNamed(word)));
        parseNode(cursor, std::move(outputs), std::move(word));
    }

    void addConstant(TensorIndex index, Tensor value)
    {
        TensorInfo& tensor = m_network.tensors[index.position()];
        tensor.type = value.type();
        tensor.declaredShape.emplace();
        for (const std::int64_t extent : value.shape().extents())
            tensor.declaredShape->push_back({extent, {}});
        tensor.constant = std::move(value);
    }

    void parseNode(Cursor& cursor, std::vector<std::optional<TensorIndex>> outputs, std::string word)
    {
        Node node;
        node.outputs = std::move(outputs);
        if (const std::size_t dot = word.rfind('.'); dot != std::string::npos) {
            node.domain = word.substr(0, dot);
            word.erase(0, dot + 1);
        }
        node.operatorName = std::move(word);
        if (cursor.accept('<'))
            for (auto& [key, value] : list(cursor, '>', [&] { return namedAttribute(cursor); }))
                node.attributes.emplace(std::move(key), std::move(value));
        cursor.expect('(');
        node.inputs = list(cursor, ')', [&] { return operand(cursor); });
        if (cursor.acceptWord("named"))
            node.name = cursor.name();
        m_network.nodes.push_back(std::move(node));
    }

    static std::pair<std::string, Attribute> namedAttribute(Cursor& cursor)
    {
        std::string key = cursor.name();
        cursor.expect('=');
        return {std::move(key), attribute(cursor)};
    }

    std::optional<TensorIndex> operand(Cursor& cursor)
    {
        if (cursor.accept('-'))
            return std::nullopt;
        return tensorNamed(cursor.name());
    }

    TensorIndex tensorNamed(const std::string& name)
    {
        const auto [known, isNew] = m_indices.try_emplace(name, TensorIndex(m_network.tensors.size()));
        if (isNew)
            m_network.tensors.emplace_back().name = name;
        return known->second;
    }

    Network m_network;
    std::unordered_map<std::string, TensorIndex> m_indices;
    std::map<std::string, std::int64_t> m_versions{{"", 17}, {"ai.onnx.ml", 3}};
};

} // namespace

Result<std::shared_ptr<const Network>> parseNetwork(std::string_view text)
{
    try {
        return Parser().parse(text);
    } catch (const TextError& error) {
        return failure(ErrorCode::BadFile, error.message);
    }
}

} // namespace formulens
