// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Pickle.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/PickleStack.h"
#include "core/importers/containers/PickleText.h"

#include <algorithm>
#include <charconv>

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

class Reader
{
public:
    Reader(std::string_view bytes, std::size_t position)
        : m_bytes(bytes), m_at(position), m_stack(2 * (bytes.size() - position) + (std::size_t(24) << 20), m_at)
    {
    }
    Reader(const Reader&) = delete; // its stack refers to it
    Reader& operator=(const Reader&) = delete;

    Pickle read()
    {
        while (step()) { }
        return m_stack.take();
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
            m_stack.mark();
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
            m_stack.pushSingle(Kind::None);
            return true;
        case '\x88':
            m_stack.pushSingle(Kind::Bool, 1);
            return true;
        case '\x89':
            m_stack.pushSingle(Kind::Bool, 0);
            return true;
        case 'K':
            m_stack.pushInteger(static_cast<std::int64_t>(number(1)));
            return true;
        case 'M':
            m_stack.pushInteger(static_cast<std::int64_t>(number(2)));
            return true;
        case 'J':
            m_stack.pushInteger(static_cast<std::int32_t>(number(4)));
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
            return m_stack.pushSingle(Kind::Bool, words == "01" ? 1 : 0);
        if (words.ends_with('L'))
            words.remove_suffix(1);
        std::int64_t value = 0;
        const auto read = std::from_chars(words.data(), words.data() + words.size(), value);
        if (read.ec == std::errc::result_out_of_range)
            return m_stack.pushText(Kind::LargeInteger, {});
        if (read.ec != std::errc() || read.ptr != words.data() + words.size())
            fail("'" + std::string(words.substr(0, 40)) + "' before " + m_stack.place()
                + " of the pickle is no whole number");
        m_stack.pushInteger(value);
    }

    void longInteger(std::string_view taken)
    {
        if (taken.size() > 8)
            return m_stack.pushText(Kind::LargeInteger, taken);
        std::uint64_t value = !taken.empty() && (taken.back() & 0x80) != 0 ? ~std::uint64_t(0) : 0;
        for (std::size_t i = taken.size(); i > 0; --i)
            value = (value << 8) | static_cast<unsigned char>(taken[i - 1]);
        m_stack.pushInteger(static_cast<std::int64_t>(value));
    }

    void real(std::string_view words)
    {
        const std::optional<double> value = toDouble(words);
        if (!value)
            fail(
                "'" + std::string(words.substr(0, 40)) + "' before " + m_stack.place() + " of the pickle is no number");
        m_stack.pushReal(*value);
    }

    void bigEndianReal()
    {
        std::uint64_t bits = 0;
        for (const char c : take(8))
            bits = (bits << 8) | static_cast<unsigned char>(c);
        m_stack.pushReal(std::bit_cast<double>(bits));
    }

    bool text(char opcode)
    {
        switch (opcode) {
        case 'S':
            quoted(line());
            return true;
        case 'V':
            pushUnescaped(line(), false);
            return true;
        case 'U': // texts of Python 2 are texts, whatever else they may have been
        case '\x8c':
            m_stack.pushText(Kind::Text, take(number(1)));
            return true;
        case 'T':
        case 'X':
            m_stack.pushText(Kind::Text, take(number(4)));
            return true;
        case '\x8d':
            m_stack.pushText(Kind::Text, take(number(8)));
            return true;
        case 'C':
            m_stack.pushText(Kind::Bytes, take(number(1)));
            return true;
        case 'B':
            m_stack.pushText(Kind::Bytes, take(number(4)));
            return true;
        case '\x8e':
        case '\x96':
            m_stack.pushText(Kind::Bytes, take(number(8)));
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
            fail("a text before " + m_stack.place() + " of the pickle stands in no quotes");
        words = words.substr(1, words.size() - 2);
        pushUnescaped(words, true);
    }

    void pushUnescaped(std::string_view words, bool isQuoted)
    {
        if (words.find('\\') == std::string_view::npos)
            m_stack.pushText(Kind::Text, words);
        else
            m_stack.pushKeptText(Kind::Text, unescaped(words, isQuoted));
    }

    bool container(char opcode)
    {
        switch (opcode) {
        case ')':
            m_stack.pushSingle(Kind::Tuple);
            return true;
        case '\x85':
        case '\x86':
        case '\x87':
            m_stack.pushItems(
                Kind::Tuple, m_stack.popSome(static_cast<std::size_t>(static_cast<unsigned char>(opcode) - 0x84)));
            return true;
        case 't':
            m_stack.pushItems(Kind::Tuple, m_stack.popMarked());
            return true;
        case ']':
            m_stack.pushItems(Kind::List, {});
            return true;
        case 'l':
            m_stack.pushItems(Kind::List, m_stack.popMarked());
            return true;
        case '}':
            m_stack.pushItems(Kind::Dict, {});
            return true;
        case 'd':
            m_stack.pushPairs(m_stack.popMarked());
            return true;
        case '\x8f':
            m_stack.pushItems(Kind::Set, {});
            return true;
        case '\x91':
            m_stack.pushItems(Kind::Set, m_stack.popMarked());
            return true;
        case 'a':
            m_stack.append({m_stack.pop()});
            return true;
        case 'e':
        case '\x90':
            m_stack.append(m_stack.popMarked());
            return true;
        case 's':
            m_stack.append(m_stack.popSome(2));
            return true;
        case 'u':
            m_stack.appendPairs(m_stack.popMarked());
            return true;
        default:
            return false;
        }
    }

    bool memo(char opcode)
    {
        switch (opcode) {
        case '0':
            m_stack.drop();
            return true;
        case '1':
            m_stack.popMarked();
            return true;
        case '2':
            m_stack.push(m_stack.top());
            return true;
        case 'p':
            m_stack.remember(memoNumber(line()));
            return true;
        case 'q':
            m_stack.remember(number(1));
            return true;
        case 'r':
            m_stack.remember(number(4));
            return true;
        case '\x94':
            m_stack.remember(m_stack.rememberedCount());
            return true;
        case 'g':
            m_stack.recall(memoNumber(line()));
            return true;
        case 'h':
            m_stack.recall(number(1));
            return true;
        case 'j':
            m_stack.recall(number(4));
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
            fail("a memo before " + m_stack.place() + " of the pickle has no number");
        return value;
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
            const std::vector<ValueIndex> names = m_stack.popSome(2);
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
            const std::vector<ValueIndex> call = m_stack.popSome(2);
            m_stack.pushMade(opcode == 'R' ? Kind::Call : Kind::Object, call[0], call[1]);
            return true;
        }
        case '\x92': { // NEWOBJ_EX: class, arguments, named arguments
            const std::vector<ValueIndex> call = m_stack.popSome(3);
            m_stack.pushMade(Kind::Object, call[0], call[1]);
            return true;
        }
        case 'i': { // INST
            const std::string_view module = line();
            std::vector<ValueIndex> arguments = m_stack.popMarked();
            pushGlobal(module, line());
            pushInstance(m_stack.pop(), std::move(arguments));
            return true;
        }
        case 'o': { // OBJ
            std::vector<ValueIndex> values = m_stack.popMarked();
            if (values.empty())
                fail("an object before " + m_stack.place() + " of the pickle has no class");
            const ValueIndex callee = values.front();
            values.erase(values.begin());
            pushInstance(callee, std::move(values));
            return true;
        }
        case 'b': { // BUILD
            const ValueIndex state = m_stack.pop();
            m_stack.setState(state);
            return true;
        }
        case 'P':
            m_stack.pushText(Kind::Text, line());
            m_stack.pushPersistent(m_stack.pop());
            return true;
        case 'Q':
            m_stack.pushPersistent(m_stack.pop());
            return true;
        case '\x97': // NEXT_BUFFER
            fail("the pickle keeps data outside of itself (protocol 5 buffers), which are not there");
        default:
            return false;
        }
    }

    std::string_view nameAt(ValueIndex index) const
    {
        if (!m_stack.pickle().is(index, Kind::Text))
            fail("a name before " + m_stack.place() + " of the pickle is no text");
        return m_stack.pickle()[index].text;
    }

    void pushGlobal(std::string_view module, std::string_view name)
    {
        m_stack.pushKeptText(Kind::Global, std::string(module) + "." + std::string(name));
    }

    void pushInstance(ValueIndex callee, std::vector<ValueIndex> arguments)
    {
        m_stack.pushItems(Kind::Tuple, std::move(arguments));
        m_stack.pushMade(Kind::Call, callee, m_stack.pop());
    }

    std::string_view m_bytes;
    std::size_t m_at;
    PickleStack m_stack;
};

} // namespace

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
