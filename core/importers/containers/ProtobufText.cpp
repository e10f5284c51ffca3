// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/ProtobufText.h"

#include "core/importers/containers/Protobuf.h"

namespace formulens {

namespace {

constexpr int mostNested = 32;

bool isWordLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool isNameStart(char c)
{
    return isWordLetter(c) && !(c >= '0' && c <= '9');
}

int digitOf(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/// What stands at a place, without blanks and comments.
class TextScanner
{
public:
    explicit TextScanner(std::string_view text) : m_rest(text)
    {
        constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
        if (m_rest.starts_with(byteOrderMark))
            m_rest.remove_prefix(byteOrderMark.size());
        skipBlanks();
    }

    bool atEnd() const { return m_rest.empty(); }
    std::size_t line() const { return m_line; }
    bool at(char c) const { return !m_rest.empty() && m_rest.front() == c; }
    bool atText() const { return at('"') || at('\''); }
    bool atName() const { return !m_rest.empty() && isNameStart(m_rest.front()); }

    bool take(char c)
    {
        if (!at(c))
            return false;
        m_rest.remove_prefix(1);
        skipBlanks();
        return true;
    }

    std::string_view takeName()
    {
        std::size_t length = 0;
        while (length < m_rest.size() && isWordLetter(m_rest[length]))
            ++length;
        return taken(length);
    }

    /// A number or a word; blanks may stand behind its sign.
    std::string takeWord()
    {
        std::string word;
        if (take('-'))
            word = "-";
        std::size_t length = 0;
        while (length < m_rest.size()
            && (isWordLetter(m_rest[length]) || m_rest[length] == '.'
                || ((m_rest[length] == '+' || m_rest[length] == '-') && length > 0
                    && (m_rest[length - 1] == 'e' || m_rest[length - 1] == 'E'))))
            ++length;
        if (length == 0)
            fail("expected a value, found " + found());
        return word.append(taken(length));
    }

    /// Strings that stand side by side are one.
    std::string takeText()
    {
        std::string bytes;
        while (atText())
            takeQuoted(bytes);
        return ProtobufField(0, protozero::pbf_wire_type::length_delimited, bytes).text();
    }

    [[noreturn]] void fail(const std::string& complaint) const
    {
        throw ImportError{ErrorCode::BadFile, "line " + std::to_string(m_line) + ": " + complaint};
    }

    /// What stands here, for a complaint.
    std::string found() const
    {
        if (m_rest.empty())
            return "the end of the text";
        const std::string_view line = m_rest.substr(0, std::min<std::size_t>(m_rest.find_first_of("\r\n"), 20));
        return "'" + ProtobufField(0, protozero::pbf_wire_type::length_delimited, line).text() + "'";
    }

private:
    std::string_view taken(std::size_t length)
    {
        const std::string_view result = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        skipBlanks();
        return result;
    }

    void skipBlanks()
    {
        while (!m_rest.empty()) {
            const char c = m_rest.front();
            if (c == '#')
                m_rest.remove_prefix(std::min(m_rest.find('\n'), m_rest.size()));
            else if (c == ' ' || (c >= '\t' && c <= '\r')) {
                m_line += c == '\n' ? 1 : 0;
                m_rest.remove_prefix(1);
            } else
                return;
        }
    }

    void takeQuoted(std::string& bytes)
    {
        const char quote = m_rest.front();
        m_rest.remove_prefix(1);
        while (!at(quote)) {
            if (m_rest.empty() || m_rest.front() == '\n')
                fail("a string has no end");
            const char c = m_rest.front();
            m_rest.remove_prefix(1);
            bytes += c == '\\' ? takeEscape() : c;
        }
        take(quote);
    }

    char takeEscape()
    {
        if (m_rest.empty())
            fail("a string has no end");
        const char c = m_rest.front();
        if (c >= '0' && c <= '7')
            return takeNumber(8, 3);
        m_rest.remove_prefix(1);
        if (c == 'x' || c == 'X')
            return takeNumber(16, 2);
        constexpr std::string_view letters = "abfnrtv\\\"'?";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\\"'?";
        const std::size_t place = letters.find(c);
        if (place == std::string_view::npos)
            fail(std::string("a string has the escape '\\") + c + "', which is not known");
        return meanings[place];
    }

    char takeNumber(int base, int most)
    {
        int value = 0;
        int digits = 0;
        for (; digits < most && !m_rest.empty() && digitOf(m_rest.front()) < base; ++digits) {
            value = value * base + digitOf(m_rest.front());
            m_rest.remove_prefix(1);
        }
        if (digits == 0)
            fail("a string has an escape without digits");
        return static_cast<char>(value);
    }

    std::string_view m_rest;
    std::size_t m_line = 1;
};

class TextReader
{
public:
    TextReader(std::string_view text, MemoryBudget& budget) : m_scanner(text), m_budget(budget) { }

    std::vector<ProtobufEntry> read()
    {
        std::vector<ProtobufEntry> fields;
        while (!m_scanner.atEnd())
            readField(fields, 0);
        return fields;
    }

private:
    void readField(std::vector<ProtobufEntry>& fields, int depth)
    {
        if (!m_scanner.atName())
            m_scanner.fail("expected the name of a field, found " + m_scanner.found());
        const std::size_t line = m_scanner.line();
        const std::string name(m_scanner.takeName());
        const bool hasColon = m_scanner.take(':');
        if (!hasColon && !opensMessage())
            m_scanner.fail("expected ':' or '{' behind '" + name.substr(0, 40) + "', found " + m_scanner.found());
        if (m_scanner.take('['))
            readList(fields, name, line, depth);
        else
            fields.push_back(readValue(name, line, depth));
        if (!m_scanner.take(','))
            m_scanner.take(';');
    }

    void readList(std::vector<ProtobufEntry>& fields, const std::string& name, std::size_t line, int depth)
    {
        if (m_scanner.take(']'))
            return;
        do
            fields.push_back(readValue(name, line, depth));
        while (m_scanner.take(','));
        if (!m_scanner.take(']'))
            m_scanner.fail(
                "expected ',' or ']' in the list of '" + name.substr(0, 40) + "', found " + m_scanner.found());
    }

    ProtobufEntry readValue(const std::string& name, std::size_t line, int depth)
    {
        ProtobufEntry entry;
        entry.name = name;
        entry.line = line;
        if (opensMessage()) {
            entry.kind = ProtobufEntry::Kind::Message;
            readMessage(entry, depth + 1);
        } else if (m_scanner.atText()) {
            entry.kind = ProtobufEntry::Kind::Text;
            entry.text = m_scanner.takeText();
        } else
            entry.text = m_scanner.takeWord();
        // A vector that grows holds its entries twice.
        if (!m_budget.take(2 * sizeof entry + entry.name.size() + entry.text.size()))
            throw ImportError{ErrorCode::Limit,
                "line " + std::to_string(line) + ": what is read up to here takes more memory than is taken for a "
                    + "file of this size"};
        return entry;
    }

    void readMessage(ProtobufEntry& entry, int depth)
    {
        if (depth > mostNested)
            m_scanner.fail("messages are nested more than " + std::to_string(mostNested) + " deep");
        const char closing = m_scanner.at('{') ? '}' : '>';
        m_scanner.take(m_scanner.at('{') ? '{' : '<');
        while (!m_scanner.take(closing)) {
            if (m_scanner.atEnd())
                m_scanner.fail("the text ends within '" + entry.name.substr(0, 40) + "', which begins in line "
                    + std::to_string(entry.line) + ": it is cut short");
            readField(entry.fields, depth);
        }
    }

    bool opensMessage() const { return m_scanner.at('{') || m_scanner.at('<'); }

    TextScanner m_scanner;
    MemoryBudget& m_budget;
};

/// Passes over a value, nested ones counted by their brackets.
void skipValue(TextScanner& scanner)
{
    std::size_t depth = 0;
    do {
        if (scanner.atEnd())
            return;
        if (scanner.take('{') || scanner.take('<') || scanner.take('['))
            ++depth;
        else if (scanner.take('}') || scanner.take('>') || scanner.take(']'))
            depth -= depth > 0 ? 1 : 0;
        else if (scanner.atText())
            scanner.takeText();
        else if (!scanner.take(':') && !scanner.take(',') && !scanner.take(';'))
            scanner.takeWord();
    } while (depth > 0);
}

} // namespace

std::vector<ProtobufEntry> readProtobufText(std::string_view text, MemoryBudget& budget)
{
    return TextReader(text, budget).read();
}

void skimProtobufText(std::string_view text, const std::function<bool(std::string_view, bool)>& visit)
{
    try {
        TextScanner scanner(text);
        while (scanner.atName()) {
            const std::string_view name = scanner.takeName();
            const bool hasColon = scanner.take(':');
            const bool opensMessage = scanner.at('{') || scanner.at('<');
            if ((!hasColon && !opensMessage) || !visit(name, opensMessage))
                return;
            skipValue(scanner);
            if (!scanner.take(','))
                scanner.take(';');
        }
    } catch (const ImportError&) {
    }
}

} // namespace formulens
