// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/RFile.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/MemoryBudget.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace formulens::rfile {

namespace {

constexpr std::size_t mostDepth = 1000;

/// Types of values; those from 238 on stand for one value or for one that was seen before.
enum Type : std::uint32_t
{
    Null = 0,
    Symbol = 1,
    Pairs = 2,
    Closure = 3,
    Environment = 4,
    Promise = 5,
    Call = 6,
    Special = 7,
    BuiltIn = 8,
    Characters = 9,
    Logical = 10,
    Integer = 13,
    Real = 14,
    Complex = 15,
    Strings = 16,
    Dots = 17,
    Vector = 19,
    Expressions = 20,
    Pointer = 22,
    WeakReference = 23,
    Code = 21,
    Raw = 24,
    Object = 25,
    CodeReference = 243,
    CodeDefinition = 244,
    Alternative = 238,
    AttributedPairs = 239,
    AttributedCall = 240,
    BaseEnvironment = 241,
    EmptyEnvironment = 242,
    Persistent = 247,
    Package = 248,
    Namespace = 249,
    BaseNamespace = 250,
    MissingArgument = 251,
    Unbound = 252,
    GlobalEnvironment = 253,
    NullValue = 254,
    Reference = 255,
};

constexpr std::uint32_t hasAttributes = 0x200;
constexpr std::uint32_t hasTag = 0x400;

[[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

class Reader
{
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes), m_budget(mostMemory(bytes.size())) { }

    Value read()
    {
        const std::int32_t version = integer();
        if (version != 2 && version != 3)
            fail("is of version " + std::to_string(version) + " of R's serialisation, expected 2 or 3");
        integer(); // of the R that wrote it
        integer(); // of the oldest R that reads it
        if (version == 3)
            skip(size(integer(), 1)); // the encoding
        return item(0);
    }

private:
    void take(std::uint64_t bytes)
    {
        if (!m_budget.take(bytes))
            fail("its values take more than four times its size and 64 MB, which is not read", ErrorCode::Limit);
    }

    template <class T>
    T number()
    {
        if (m_bytes.size() - m_at < sizeof(T))
            fail("ends within a value at byte " + std::to_string(m_at) + ": it is cut short");
        std::array<char, sizeof(T)> raw{};
        std::memcpy(raw.data(), m_bytes.data() + m_at, sizeof(T));
        m_at += sizeof(T);
        if constexpr (std::endian::native == std::endian::little)
            std::ranges::reverse(raw);
        return std::bit_cast<T>(raw);
    }

    std::int32_t integer() { return number<std::int32_t>(); }

    void skip(std::size_t bytes) { m_at += bytes; }

    /// A count of elements of so many bytes each, which must be there.
    std::size_t size(std::int64_t count, std::size_t width)
    {
        const std::size_t left = m_bytes.size() - m_at;
        if (count < 0 || static_cast<std::uint64_t>(count) > left / width)
            fail("a value at byte " + std::to_string(m_at) + " claims " + std::to_string(count) + " elements, but only "
                + std::to_string(left) + " bytes are left: it is cut short or damaged");
        return static_cast<std::size_t>(count);
    }

    std::size_t length(std::size_t width)
    {
        const std::int32_t count = integer();
        if (count != -1)
            return size(count, width);
        const auto high = static_cast<std::int64_t>(number<std::uint32_t>());
        return size((high << 32 | static_cast<std::int64_t>(number<std::uint32_t>())) & INT64_MAX, width);
    }

    static std::size_t checkedDepth(std::size_t depth)
    {
        if (depth > mostDepth)
            fail("its values are nested more than " + std::to_string(mostDepth) + " deep", ErrorCode::Limit);
        return depth;
    }

    Value item(std::size_t depth)
    {
        checkedDepth(depth);
        take(sizeof(Value));
        const auto flags = number<std::uint32_t>();
        const std::uint32_t type = flags & 0xff;
        Value value;
        switch (type) {
        case Null:
        case NullValue:
            return value;
        case Symbol:
            value.texts = text(depth + 1);
            value.kind = Value::Kind::Other;
            remember(value.texts.empty() ? std::string() : value.texts.front());
            return value;
        case Reference:
            return reference(flags);
        case Pairs:
        case Call:
        case Closure:
        case Promise:
        case Dots:
        case AttributedPairs:
        case AttributedCall:
            return pairs(flags, depth);
        case Environment:
            remember({});
            integer();
            for (int part = 0; part < 4; ++part)
                item(depth + 1);
            value.kind = Value::Kind::Other;
            return value;
        case Persistent:
        case Package:
        case Namespace:
            return namedPlace(depth);
        case BaseEnvironment:
        case EmptyEnvironment:
        case BaseNamespace:
        case MissingArgument:
        case Unbound:
        case GlobalEnvironment:
            value.kind = Value::Kind::Other;
            return value;
        case Alternative:
            return alternative(depth);
        default:
            value = vector(type, depth);
        }
        if ((flags & hasAttributes) != 0)
            addAttributes(value, item(depth + 1));
        return value;
    }

    void remember(std::string name)
    {
        take(sizeof(std::string) + name.size());
        m_known.push_back(std::move(name));
    }

    Value reference(std::uint32_t flags)
    {
        const std::uint32_t packed = flags >> 8;
        const std::size_t number = packed != 0 ? packed : static_cast<std::size_t>(std::max(integer(), 0));
        if (number < 1 || number > m_known.size())
            fail("refers to value " + std::to_string(number) + ", but " + std::to_string(m_known.size())
                + " were there before: it is damaged");
        Value value;
        value.kind = Value::Kind::Other;
        take(m_known[number - 1].size());
        value.texts = {m_known[number - 1]};
        return value;
    }

    /// A list of pairs, of which each has a value and may have a name; a call is one too.
    Value pairs(std::uint32_t flags, std::size_t depth)
    {
        Value list;
        list.kind
            = (flags & 0xff) == Pairs || (flags & 0xff) == AttributedPairs ? Value::Kind::List : Value::Kind::Other;
        while (true) {
            const std::uint32_t type = flags & 0xff;
            if ((flags & hasAttributes) != 0 || type == AttributedPairs || type == AttributedCall)
                item(depth + 1);
            std::string name;
            if ((flags & hasTag) != 0) {
                const Value tag = item(depth + 1);
                name = tag.texts.empty() ? std::string() : tag.texts.front();
            }
            take(sizeof(std::string) + name.size());
            list.items.push_back(item(depth + 1));
            list.names.push_back(std::move(name));
            flags = number<std::uint32_t>();
            const std::uint32_t next = flags & 0xff;
            if (next == NullValue || next == Null)
                return list;
            if (next != Pairs && next != Call && next != AttributedPairs && next != AttributedCall && next != Dots) {
                m_at -= 4; // a pair may end in any value
                item(depth + 1);
                return list;
            }
        }
    }

    Value namedPlace(std::size_t depth)
    {
        integer();
        const std::size_t count = length(4);
        for (std::size_t i = 0; i < count; ++i)
            text(depth + 1);
        remember({});
        Value value;
        value.kind = Value::Kind::Other;
        return value;
    }

    /// One characters value, or none for NA.
    std::vector<std::string> text(std::size_t depth)
    {
        const auto flags = number<std::uint32_t>();
        if ((flags & 0xff) != Characters)
            fail("a text at byte " + std::to_string(m_at) + " is of type " + std::to_string(flags & 0xff)
                + ", expected characters: it is damaged");
        const std::int32_t count = integer();
        std::vector<std::string> result;
        if (count != -1) {
            const std::size_t bytes = size(count, 1);
            take(sizeof(std::string) + bytes);
            result.emplace_back(m_bytes.substr(m_at, bytes));
            skip(bytes);
        }
        if ((flags & hasAttributes) != 0)
            item(depth);
        return result;
    }

    Value vector(std::uint32_t type, std::size_t depth)
    {
        Value value;
        switch (type) {
        case Logical:
        case Integer:
            value.kind = Value::Kind::Numbers;
            readNumbers(value, length(4), [this] {
                const std::int32_t whole = integer();
                return whole == INT32_MIN ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(whole);
            });
            return value;
        case Real:
            value.kind = Value::Kind::Numbers;
            readNumbers(value, length(8), [this] { return number<double>(); });
            return value;
        case Strings:
            value.kind = Value::Kind::Texts;
            for (std::size_t count = length(8); count > 0; --count) {
                const std::vector<std::string> found = text(depth + 1);
                take(sizeof(std::string));
                value.texts.push_back(found.empty() ? std::string() : found.front());
            }
            return value;
        case Vector:
        case Expressions:
            value.kind = Value::Kind::List;
            for (std::size_t count = length(4); count > 0; --count)
                value.items.push_back(item(depth + 1));
            return value;
        default:
            return passedOver(type, depth);
        }
    }

    /// What a network does not hold, but may stand beside it.
    Value passedOver(std::uint32_t type, std::size_t depth)
    {
        Value value;
        value.kind = Value::Kind::Other;
        switch (type) {
        case Complex:
            skip(16 * length(16));
            break;
        case Raw:
        case Special:
        case BuiltIn:
            skip(length(1));
            break;
        case Pointer:
            remember({});
            item(depth + 1);
            item(depth + 1);
            break;
        case WeakReference:
            remember({});
            break;
        case Object:
            break;
        case Code:
            integer(); // the number of definitions
            passCode(depth + 1);
            break;
        default:
            fail("holds a value of type " + std::to_string(type) + " at byte " + std::to_string(m_at)
                    + ", which is not known here: it is damaged, or has other things beside the network; save that "
                      "alone, with "
                      "saveRDS(model, FILE)",
                ErrorCode::Unsupported);
        }
        return value;
    }

    /// Compiled code of functions that stand beside a network: its instructions, then its constants.
    void passCode(std::size_t depth)
    {
        item(depth);
        for (std::size_t count = length(4); count > 0; --count) {
            const std::int32_t type = integer();
            if (type == Code)
                passCode(checkedDepth(depth + 1));
            else
                passConstant(type, depth + 1);
        }
    }

    /// A call or list among the constants, pair by pair, or any other value.
    void passConstant(std::int32_t type, std::size_t depth)
    {
        while (true) {
            checkedDepth(depth);
            if (type == CodeReference) {
                integer();
                return;
            }
            if (type == CodeDefinition) {
                integer();
                type = integer();
            }
            const bool hasList = type == AttributedCall || type == AttributedPairs;
            if (!hasList && type != Call && type != Pairs) {
                item(depth);
                return;
            }
            if (hasList)
                item(depth);
            item(depth); // the name
            passConstant(integer(), depth + 1);
            type = integer();
        }
    }

    template <class Next>
    void readNumbers(Value& value, std::size_t count, Next next)
    {
        take(count * sizeof(double));
        value.numbers.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            value.numbers.push_back(next());
    }

    /// A vector that R keeps in another way: 1:n as three numbers, others with a wrapping around.
    Value alternative(std::size_t depth)
    {
        const Value info = item(depth + 1);
        Value state = item(depth + 1);
        const Value attributes = item(depth + 1);
        const std::string name
            = info.items.empty() || info.items[0].texts.empty() ? std::string() : info.items[0].texts.front();
        Value value;
        value.kind = Value::Kind::Other;
        if (name.starts_with("wrap_") && !state.items.empty())
            value = std::move(state.items.front());
        else if ((name == "compact_intseq" || name == "compact_realseq") && state.numbers.size() == 3)
            value = sequence(state.numbers);
        else if (name != "deferred_string")
            fail("holds a vector that is kept as '" + name.substr(0, 40) + "', which is not read",
                ErrorCode::Unsupported);
        addAttributes(value, attributes);
        return value;
    }

    /// Its length, its first number, and the step.
    Value sequence(const std::vector<double>& state)
    {
        constexpr double most = 1 << 24;
        if (!(state[0] >= 0 && state[0] <= most))
            fail("holds a sequence of too many numbers", ErrorCode::Limit);
        Value value;
        value.kind = Value::Kind::Numbers;
        double next = state[1];
        readNumbers(value, static_cast<std::size_t>(state[0]), [&] { return std::exchange(next, next + state[2]); });
        return value;
    }

    static void addAttributes(Value& value, const Value& attributes)
    {
        if (const Value* names = attributes.find("names");
            names != nullptr && names->texts.size() == value.items.size())
            value.names = names->texts;
        if (const Value* classes = attributes.find("class"))
            value.classes = classes->texts;
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
    MemoryBudget m_budget;
    std::vector<std::string> m_known; ///< symbols by name, and environments without one, that references mean
};

} // namespace

const Value* Value::find(std::string_view name) const
{
    const auto found = std::ranges::find(names, name);
    const auto place = static_cast<std::size_t>(found - names.begin());
    return place < items.size() ? &items[place] : nullptr;
}

bool Value::isA(std::string_view className) const
{
    return std::ranges::find(classes, className) != classes.end();
}

bool recognises(std::string_view content)
{
    using namespace std::string_view_literals;
    for (const std::string_view start : {"RDX2\n"sv, "RDX3\n"sv, ""sv})
        if (content.starts_with(start) && content.substr(start.size()).starts_with("X\n\0\0\0"sv))
            return true;
    return content.starts_with("A\n2\n") || content.starts_with("A\n3\n") || content.starts_with("RDA");
}

Value read(std::string_view content)
{
    if (content.starts_with("A\n") || content.starts_with("RDA"))
        fail("this is R's serialisation as text: save the network with saveRDS(model, FILE), without ascii",
            ErrorCode::Unsupported);
    if (content.starts_with("RDX"))
        content.remove_prefix(5);
    return Reader(content.substr(2)).read();
}

} // namespace formulens::rfile
