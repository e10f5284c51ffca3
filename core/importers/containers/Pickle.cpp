// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Pickle.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <unordered_map>

/* The stack machine
 * Opcodes push values, or take values from the top of the stack and push what they make of them. MARK remembers a
 * height of the stack; opcodes that take a variable number of values take all above the last mark. PUT, BINPUT and
 * MEMOIZE give the top of the stack a number, GET pushes it again. Sizes in the opcodes are held against the bytes
 * that are left; what values take is counted against a budget that grows with the bytes.
 */
namespace formulens::pickle {

namespace {

using Kind = Value::Kind;

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

constexpr std::string_view hexDigits = "0123456789abcdef";

std::string hex(unsigned char byte)
{
    return {'0', 'x', hexDigits[byte >> 4], hexDigits[byte & 15]};
}

bool isHex(char c)
{
    return hexDigits.find(static_cast<char>(c | 0x20)) != std::string_view::npos;
}

void appendUtf8(std::string& text, std::uint32_t code)
{
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | ((code >> 18) & 7));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

std::uint32_t hexNumber(std::string_view digits)
{
    std::uint32_t code = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    return code;
}

/// What a text of protocol 0 stands for: \n, \\, \', \x41 in quoted texts, only \u0041 and \U00000041 in others.
std::string unescaped(std::string_view text, bool isQuoted)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
        const std::size_t digits = next == 'u' ? 4 : next == 'U' ? 8 : next == 'x' && isQuoted ? 2 : 0;
        if (digits > 0 && i + 1 + digits < text.size() && std::ranges::all_of(text.substr(i + 2, digits), isHex)) {
            appendUtf8(result, hexNumber(text.substr(i + 2, digits)));
            i += 1 + digits;
        } else if (next != '\0' && isQuoted) {
            constexpr std::string_view from = "ntrab0";
            constexpr std::string_view to("\n\t\r\a\b\0", 6);
            const std::size_t known = from.find(next);
            result += known == std::string_view::npos ? next : to[known];
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

} // namespace

class Reader
{
public:
    Reader(std::string_view bytes, std::size_t position) : m_bytes(bytes), m_at(position)
    {
        m_budget = 2 * (bytes.size() - position) + (std::size_t(24) << 20);
    }

    Pickle read()
    {
        while (step()) { }
        m_pickle.m_root = pop();
        return std::move(m_pickle);
    }

    std::size_t position() const { return m_at; }

private:
    // --- bytes

    std::string_view take(std::uint64_t count)
    {
        if (count > m_bytes.size() - m_at)
            fail("the pickle claims " + std::to_string(count) + " bytes at byte " + std::to_string(m_at) + ", found "
                + std::to_string(m_bytes.size() - m_at) + ": it is cut short or damaged");
        const std::string_view taken = m_bytes.substr(m_at, static_cast<std::size_t>(count));
        m_at += taken.size();
        return taken;
    }

    /// Little-endian.
    std::uint64_t number(std::size_t size)
    {
        std::uint64_t value = 0;
        const std::string_view taken = take(size);
        for (std::size_t i = 0; i < size; ++i)
            value |= std::uint64_t(static_cast<unsigned char>(taken[i])) << (8 * i);
        return value;
    }

    std::string_view line()
    {
        const std::size_t end = m_bytes.find('\n', m_at);
        if (end == std::string_view::npos)
            fail("a line of the pickle that begins at byte " + std::to_string(m_at)
                + " has no end: it is cut short or damaged");
        std::string_view text = take(end - m_at);
        take(1);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        return text;
    }

    // --- values

    void spend(std::size_t size)
    {
        if (size > m_budget)
            throw ImportError{ErrorCode::Limit, "the pickle makes far more values than its size allows for"};
        m_budget -= size;
    }

    ValueIndex make(Value value)
    {
        spend(sizeof(Value));
        m_pickle.m_values.push_back(std::move(value));
        return ValueIndex(m_pickle.m_values.size() - 1);
    }

    void push(ValueIndex value)
    {
        spend(sizeof(ValueIndex));
        m_stack.push_back(value);
    }

    void push(Value value) { push(make(std::move(value))); }

    /// None, true, false and () are one value each, and so are small integers.
    void pushSingle(Kind kind, std::int64_t integer = 0)
    {
        const std::int64_t which = kind == Kind::Bool ? 1 + integer : kind == Kind::None ? 0 : 3;
        auto& known = m_single[static_cast<std::size_t>(which)];
        if (!known) {
            Value value;
            value.kind = kind;
            value.integer = integer;
            known = make(std::move(value));
        }
        push(*known);
    }

    void pushInteger(std::int64_t integer)
    {
        Value value;
        value.kind = Kind::Integer;
        value.integer = integer;
        if (integer < 0 || integer >= static_cast<std::int64_t>(m_small.size()))
            return push(std::move(value));
        auto& known = m_small[static_cast<std::size_t>(integer)];
        if (!known)
            known = make(std::move(value));
        push(*known);
    }

    void pushReal(double real)
    {
        Value value;
        value.kind = Kind::Real;
        value.integer = std::bit_cast<std::int64_t>(real);
        push(std::move(value));
    }

    void pushText(Kind kind, std::string_view text)
    {
        Value value;
        value.kind = kind;
        value.text = text;
        push(std::move(value));
    }

    std::string_view kept(std::string text)
    {
        spend(sizeof(std::string) + text.size());
        return m_pickle.m_texts.emplace_back(std::move(text));
    }

    void pushItems(Kind kind, std::vector<ValueIndex> items)
    {
        spend(items.size() * sizeof(ValueIndex));
        Value value;
        value.kind = kind;
        value.items = std::move(items);
        push(std::move(value));
    }

    void pushMade(Kind kind, ValueIndex callee, ValueIndex argument)
    {
        Value value;
        value.kind = kind;
        value.callee = callee;
        value.argument = argument;
        push(std::move(value));
    }

    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }

    ValueIndex pop()
    {
        if (m_stack.size() <= floor())
            fail("the pickle takes a value that is not there, at byte " + std::to_string(m_at)
                + ": it is damaged, or no pickle");
        const ValueIndex top = m_stack.back();
        m_stack.pop_back();
        return top;
    }

    ValueIndex top()
    {
        const ValueIndex value = pop();
        m_stack.push_back(value);
        return value;
    }

    std::vector<ValueIndex> popMarked()
    {
        if (m_marks.empty())
            fail("the pickle takes values down to a mark that is not there, at byte " + std::to_string(m_at)
                + ": it is damaged, or no pickle");
        const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
        std::vector<ValueIndex> values(from, m_stack.end());
        m_stack.erase(from, m_stack.end());
        m_marks.pop_back();
        return values;
    }

    std::vector<ValueIndex> popSome(std::size_t count)
    {
        std::vector<ValueIndex> values(count);
        for (std::size_t i = count; i > 0; --i)
            values[i - 1] = pop();
        return values;
    }

    // --- opcodes

    bool step()
    {
        const std::size_t place = m_at;
        const char opcode = take(1).front();
        switch (opcode) {
        case '.':
            return false;
        case '\x80': // PROTO
            if (const auto protocol = number(1); protocol > 5)
                fail("the pickle has protocol " + std::to_string(protocol) + ", expected at most 5");
            return true;
        case '\x95': // FRAME
            take(8);
            return true;
        case '(':
            spend(sizeof(std::size_t));
            m_marks.push_back(m_stack.size());
            return true;
        default:
            if (!constant(opcode) && !text(opcode) && !container(opcode) && !memo(opcode) && !made(opcode))
                fail("opcode " + hex(static_cast<unsigned char>(opcode)) + " at byte " + std::to_string(place)
                    + " of the pickle is unknown: it is damaged, or no pickle");
            return true;
        }
    }

    bool constant(char opcode)
    {
        switch (opcode) {
        case 'N':
            pushSingle(Kind::None);
            return true;
        case '\x88':
            pushSingle(Kind::Bool, 1);
            return true;
        case '\x89':
            pushSingle(Kind::Bool, 0);
            return true;
        case 'K':
            pushInteger(static_cast<std::int64_t>(number(1)));
            return true;
        case 'M':
            pushInteger(static_cast<std::int64_t>(number(2)));
            return true;
        case 'J':
            pushInteger(static_cast<std::int32_t>(number(4)));
            return true;
        case 'I':
        case 'L':
            decimal(line());
            return true;
        case '\x8a':
            longInteger(take(number(1)));
            return true;
        case '\x8b':
            longInteger(take(number(4)));
            return true;
        case 'F':
            real(line());
            return true;
        case 'G':
            bigEndianReal();
            return true;
        default:
            return false;
        }
    }

    void decimal(std::string_view words)
    {
        if (words == "00" || words == "01")
            return pushSingle(Kind::Bool, words == "01" ? 1 : 0);
        if (words.ends_with('L'))
            words.remove_suffix(1);
        std::int64_t value = 0;
        const auto read = std::from_chars(words.data(), words.data() + words.size(), value);
        if (read.ec == std::errc::result_out_of_range)
            return pushText(Kind::LargeInteger, {});
        if (read.ec != std::errc() || read.ptr != words.data() + words.size())
            fail("'" + std::string(words.substr(0, 40)) + "' before byte " + std::to_string(m_at)
                + " of the pickle is no whole number");
        pushInteger(value);
    }

    void longInteger(std::string_view taken)
    {
        if (taken.size() > 8)
            return pushText(Kind::LargeInteger, taken);
        std::uint64_t value = !taken.empty() && (taken.back() & 0x80) != 0 ? ~std::uint64_t(0) : 0;
        for (std::size_t i = taken.size(); i > 0; --i)
            value = (value << 8) | static_cast<unsigned char>(taken[i - 1]);
        pushInteger(static_cast<std::int64_t>(value));
    }

    void real(std::string_view words)
    {
        const std::optional<double> value = toDouble(words);
        if (!value)
            fail("'" + std::string(words.substr(0, 40)) + "' before byte " + std::to_string(m_at)
                + " of the pickle is no number");
        pushReal(*value);
    }

    void bigEndianReal()
    {
        std::uint64_t bits = 0;
        for (const char c : take(8))
            bits = (bits << 8) | static_cast<unsigned char>(c);
        pushReal(std::bit_cast<double>(bits));
    }

    bool text(char opcode)
    {
        switch (opcode) {
        case 'S':
            quoted(line());
            return true;
        case 'V': {
            const std::string_view words = line();
            pushText(Kind::Text, words.find('\\') == std::string_view::npos ? words : kept(unescaped(words, false)));
            return true;
        }
        case 'U': // texts of Python 2 are texts, whatever else they may have been
        case '\x8c':
            pushText(Kind::Text, take(number(1)));
            return true;
        case 'T':
        case 'X':
            pushText(Kind::Text, take(number(4)));
            return true;
        case '\x8d':
            pushText(Kind::Text, take(number(8)));
            return true;
        case 'C':
            pushText(Kind::Bytes, take(number(1)));
            return true;
        case 'B':
            pushText(Kind::Bytes, take(number(4)));
            return true;
        case '\x8e':
        case '\x96':
            pushText(Kind::Bytes, take(number(8)));
            return true;
        case '\x98': // READONLY_BUFFER
            return true;
        default:
            return false;
        }
    }

    void quoted(std::string_view words)
    {
        if (words.size() < 2 || words.front() != words.back() || (words.front() != '\'' && words.front() != '"'))
            fail("a text before byte " + std::to_string(m_at) + " of the pickle stands in no quotes");
        words = words.substr(1, words.size() - 2);
        pushText(Kind::Text, words.find('\\') == std::string_view::npos ? words : kept(unescaped(words, true)));
    }

    bool container(char opcode)
    {
        switch (opcode) {
        case ')':
            pushSingle(Kind::Tuple);
            return true;
        case '\x85':
        case '\x86':
        case '\x87':
            pushItems(Kind::Tuple, popSome(static_cast<std::size_t>(static_cast<unsigned char>(opcode) - 0x84)));
            return true;
        case 't':
            pushItems(Kind::Tuple, popMarked());
            return true;
        case ']':
            pushItems(Kind::List, {});
            return true;
        case 'l':
            pushItems(Kind::List, popMarked());
            return true;
        case '}':
            pushItems(Kind::Dict, {});
            return true;
        case 'd':
            pushPairs(popMarked());
            return true;
        case '\x8f':
            pushItems(Kind::Set, {});
            return true;
        case '\x91':
            pushItems(Kind::Set, popMarked());
            return true;
        case 'a':
            append({pop()});
            return true;
        case 'e':
        case '\x90':
            append(popMarked());
            return true;
        case 's':
            append(popSome(2));
            return true;
        case 'u':
            appendPairs(popMarked());
            return true;
        default:
            return false;
        }
    }

    void requirePairs(const std::vector<ValueIndex>& values) const
    {
        if (values.size() % 2 != 0)
            fail("a key before byte " + std::to_string(m_at) + " of the pickle has no value");
    }

    void pushPairs(std::vector<ValueIndex> values)
    {
        requirePairs(values);
        pushItems(Kind::Dict, std::move(values));
    }

    void appendPairs(const std::vector<ValueIndex>& values)
    {
        requirePairs(values);
        append(values);
    }

    void append(const std::vector<ValueIndex>& values)
    {
        Value& target = m_pickle.m_values[top().position()];
        switch (target.kind) {
        case Kind::List:
        case Kind::Set:
        case Kind::Dict:
        case Kind::Call:
        case Kind::Object:
            break;
        default:
            fail("values are put into something that cannot hold any, before byte " + std::to_string(m_at)
                + " of the pickle");
        }
        spend(2 * values.size() * sizeof(ValueIndex)); // a list that grows holds up to twice its size
        target.items.insert(target.items.end(), values.begin(), values.end());
    }

    bool memo(char opcode)
    {
        switch (opcode) {
        case '0':
            if (m_stack.size() > floor())
                m_stack.pop_back();
            else if (!m_marks.empty())
                m_marks.pop_back();
            else
                pop();
            return true;
        case '1':
            popMarked();
            return true;
        case '2':
            push(top());
            return true;
        case 'p':
            remember(memoNumber(line()));
            return true;
        case 'q':
            remember(number(1));
            return true;
        case 'r':
            remember(number(4));
            return true;
        case '\x94':
            remember(m_memo.size());
            return true;
        case 'g':
            recall(memoNumber(line()));
            return true;
        case 'h':
            recall(number(1));
            return true;
        case 'j':
            recall(number(4));
            return true;
        default:
            return false;
        }
    }

    std::uint64_t memoNumber(std::string_view words) const
    {
        std::uint64_t value = 0;
        const auto read = std::from_chars(words.data(), words.data() + words.size(), value);
        if (read.ec != std::errc() || read.ptr != words.data() + words.size())
            fail("a memo before byte " + std::to_string(m_at) + " of the pickle has no number");
        return value;
    }

    void remember(std::uint64_t number)
    {
        const ValueIndex value = top();
        if (m_memo.insert_or_assign(number, value).second)
            spend(4 * sizeof(std::uint64_t));
    }

    void recall(std::uint64_t number)
    {
        const auto known = m_memo.find(number);
        if (known == m_memo.end())
            fail("memo " + std::to_string(number) + ", asked for before byte " + std::to_string(m_at)
                + " of the pickle, is not there");
        push(known->second);
    }

    bool made(char opcode)
    {
        switch (opcode) {
        case 'c': {
            const std::string_view module = line();
            pushGlobal(module, line());
            return true;
        }
        case '\x93': { // STACK_GLOBAL
            const std::vector<ValueIndex> names = popSome(2);
            pushGlobal(nameAt(names[0]), nameAt(names[1]));
            return true;
        }
        case '\x82':
        case '\x83':
        case '\x84': // EXT1, EXT2, EXT4: numbers that stand for functions by an agreement of their own
            pushGlobal("copyreg",
                "extension "
                    + std::to_string(number(opcode == '\x82' ? 1
                            : opcode == '\x83'               ? 2
                                                             : 4)));
            return true;
        case 'R':
        case '\x81': { // REDUCE, NEWOBJ
            const std::vector<ValueIndex> call = popSome(2);
            pushMade(opcode == 'R' ? Kind::Call : Kind::Object, call[0], call[1]);
            return true;
        }
        case '\x92': { // NEWOBJ_EX: class, arguments, named arguments
            const std::vector<ValueIndex> call = popSome(3);
            pushMade(Kind::Object, call[0], call[1]);
            return true;
        }
        case 'i': { // INST
            const std::string_view module = line();
            std::vector<ValueIndex> arguments = popMarked();
            pushGlobal(module, line());
            pushInstance(pop(), std::move(arguments));
            return true;
        }
        case 'o': { // OBJ
            std::vector<ValueIndex> values = popMarked();
            if (values.empty())
                fail("an object before byte " + std::to_string(m_at) + " of the pickle has no class");
            const ValueIndex callee = values.front();
            values.erase(values.begin());
            pushInstance(callee, std::move(values));
            return true;
        }
        case 'b': { // BUILD
            const ValueIndex state = pop();
            m_pickle.m_values[top().position()].state = state;
            return true;
        }
        case 'P':
            pushText(Kind::Text, line());
            pushPersistent(pop());
            return true;
        case 'Q':
            pushPersistent(pop());
            return true;
        case '\x97': // NEXT_BUFFER
            fail("the pickle keeps data outside of itself (protocol 5 buffers), which are not there");
        default:
            return false;
        }
    }

    std::string_view nameAt(ValueIndex index) const
    {
        if (!m_pickle.is(index, Kind::Text))
            fail("a name before byte " + std::to_string(m_at) + " of the pickle is no text");
        return m_pickle[index].text;
    }

    void pushGlobal(std::string_view module, std::string_view name)
    {
        pushText(Kind::Global, kept(std::string(module) + "." + std::string(name)));
    }

    void pushInstance(ValueIndex callee, std::vector<ValueIndex> arguments)
    {
        pushItems(Kind::Tuple, std::move(arguments));
        pushMade(Kind::Call, callee, pop());
    }

    void pushPersistent(ValueIndex what)
    {
        Value value;
        value.kind = Kind::Persistent;
        value.argument = what;
        push(std::move(value));
    }

    std::string_view m_bytes;
    std::size_t m_at;
    std::size_t m_budget = 0;
    Pickle m_pickle;
    std::vector<ValueIndex> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, ValueIndex> m_memo;
    std::array<std::optional<ValueIndex>, 4> m_single;
    std::array<std::optional<ValueIndex>, 256> m_small;
};

std::optional<std::vector<std::pair<ValueIndex, ValueIndex>>> Pickle::entries(ValueIndex index) const
{
    const Value& value = (*this)[index];
    const std::string_view name = calledName(index);
    const bool isDict
        = value.kind == Kind::Dict || name == "collections.OrderedDict" || name == "collections.defaultdict";
    if (!isDict)
        return std::nullopt;
    std::vector<std::pair<ValueIndex, ValueIndex>> result;
    // As Python 2 pickled it, an ordered dict is made of a list of pairs.
    const std::vector<ValueIndex>* arguments = value.argument ? sequence(*value.argument) : nullptr;
    if (arguments != nullptr && !arguments->empty())
        if (const std::vector<ValueIndex>* pairs = sequence(arguments->back()))
            for (const ValueIndex pair : *pairs)
                if (const std::vector<ValueIndex>* both = sequence(pair); both != nullptr && both->size() == 2)
                    result.emplace_back(both->front(), both->back());
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
        result.emplace_back(value.items[i], value.items[i + 1]);
    return result;
}

std::optional<ValueIndex> Pickle::entry(ValueIndex dict, std::string_view key) const
{
    const auto all = entries(dict);
    if (!all)
        return std::nullopt;
    const auto found = std::ranges::find_if(
        *all, [&](const auto& pair) { return is(pair.first, Kind::Text) && (*this)[pair.first].text == key; });
    return found == all->end() ? std::nullopt : std::optional(found->second);
}

const std::vector<ValueIndex>* Pickle::sequence(ValueIndex index) const
{
    const Value& value = (*this)[index];
    if (value.kind == Kind::Tuple || value.kind == Kind::List)
        return &value.items;
    if (calledName(index) != "torch.Size" || !is(*value.argument, Kind::Tuple))
        return nullptr;
    const std::vector<ValueIndex>& arguments = (*this)[*value.argument].items;
    const bool isOne = arguments.size() == 1 && (is(arguments[0], Kind::Tuple) || is(arguments[0], Kind::List));
    return isOne ? &(*this)[arguments[0]].items : nullptr;
}

std::string_view Pickle::calledName(ValueIndex index) const
{
    const Value& value = (*this)[index];
    const bool isNamed = value.kind == Kind::Call && is(*value.callee, Kind::Global);
    return isNamed ? (*this)[*value.callee].text : std::string_view();
}

std::string_view Pickle::className(ValueIndex index) const
{
    const Value& value = (*this)[index];
    if (value.kind != Kind::Object && value.kind != Kind::Call)
        return {};
    ValueIndex callee = *value.callee;
    const std::string_view called = calledName(index);
    if (called == "copyreg._reconstructor" || called == "copy_reg._reconstructor" || called == "copyreg.__newobj__") {
        if (!is(*value.argument, Kind::Tuple) || (*this)[*value.argument].items.empty())
            return {};
        callee = (*this)[*value.argument].items.front();
    } else if (value.kind == Kind::Call && !called.empty()) {
        return {};
    }
    // Older files name a class together with its source text: ('module', class, file, source).
    if (is(callee, Kind::Persistent) && is(*(*this)[callee].argument, Kind::Tuple)) {
        const std::vector<ValueIndex>& parts = (*this)[*(*this)[callee].argument].items;
        if (parts.size() >= 2)
            callee = parts[1];
    }
    return is(callee, Kind::Global) ? (*this)[callee].text : std::string_view();
}

Result<Pickle> read(std::string_view bytes, std::size_t& position)
{
    try {
        Reader reader(bytes, std::min(position, bytes.size()));
        Pickle pickle = reader.read();
        position = reader.position();
        return pickle;
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

bool recognises(std::string_view content)
{
    if (content.size() >= 2 && content[0] == '\x80')
        return content[1] >= 2 && content[1] <= 5;
    if (content.starts_with("(dp") || content.starts_with("(lp") || content.starts_with("}q")
        || content.starts_with("]q"))
        return true;
    const std::size_t first = content.substr(0, 200).find('\n');
    const std::size_t second = first == std::string_view::npos ? first : content.substr(0, 400).find('\n', first + 1);
    const auto isNamePart = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    const auto isName = [&](std::size_t from, std::size_t to) {
        return to > from && std::ranges::all_of(content.substr(from, to - from), isNamePart);
    };
    // "cos\nsystem\n(" and the like: a name in a line, and a mark or an empty tuple behind it.
    return content.starts_with('c') && second != std::string_view::npos && second + 1 < content.size()
        && isName(1, first) && isName(first + 1, second)
        && std::string_view("()q]}").find(content[second + 1]) != std::string_view::npos;
}

} // namespace formulens::pickle
