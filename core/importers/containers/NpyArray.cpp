// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/NpyArray.h"

#include "core/tensor/Tensor.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace formulens::npy {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t largestHeader = std::size_t(1) << 20;
constexpr std::size_t largestRank = 64;

/// Thrown anywhere in here, caught at the doors.
struct NpyError
{
    ErrorCode code;
    std::string message;
};

[[noreturn]] void fail(std::string message, ErrorCode code = ErrorCode::BadFile)
{
    throw NpyError{code, std::move(message)};
}

std::string_view asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The dictionary of a header: "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }".
class Dictionary
{
public:
    explicit Dictionary(std::string_view text) : m_rest(text) { }

    struct Entries
    {
        std::optional<std::string> description;
        bool isRecord = false;
        std::optional<bool> isFortranOrder;
        std::optional<std::vector<std::int64_t>> shape;
    };

    Entries read()
    {
        expect('{');
        while (!take('}')) {
            const std::string key = quoted();
            expect(':');
            readValue(key);
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        return std::move(m_entries);
    }

private:
    void readValue(const std::string& key)
    {
        if (key == "descr" && next() == '[') {
            m_entries.isRecord = true;
            skipBrackets();
        } else if (key == "descr") {
            m_entries.description = quoted();
        } else if (key == "fortran_order") {
            m_entries.isFortranOrder = truth();
        } else if (key == "shape") {
            m_entries.shape = tuple();
        } else {
            fail("its header has the key '" + key.substr(0, 40) + "', expected descr, fortran_order and shape");
        }
    }

    char next()
    {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\n\r"), m_rest.size()));
        return m_rest.empty() ? '\0' : m_rest.front();
    }

    bool take(char c)
    {
        if (next() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    void expect(char c)
    {
        if (!take(c))
            fail("its header is damaged: expected '" + std::string(1, c) + "'");
    }

    std::string quoted()
    {
        const char mark = next();
        const std::size_t end = mark == '\'' || mark == '"' ? m_rest.find(mark, 1) : std::string_view::npos;
        if (end == std::string_view::npos)
            fail("its header is damaged: expected a quoted word");
        std::string word(m_rest.substr(1, end - 1));
        m_rest.remove_prefix(end + 1);
        return word;
    }

    bool truth()
    {
        next();
        for (const std::string_view word : {"True", "False"})
            if (m_rest.starts_with(word)) {
                m_rest.remove_prefix(word.size());
                return word == "True";
            }
        fail("its header is damaged: expected True or False");
    }

    std::vector<std::int64_t> tuple()
    {
        std::vector<std::int64_t> extents;
        expect('(');
        while (!take(')')) {
            next();
            std::int64_t extent = 0;
            const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), extent);
            if (error != std::errc() || extents.size() == largestRank)
                fail("its header is damaged: the shape cannot be read");
            extents.push_back(extent);
            m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
            take('L'); // Python 2 wrote long integers so
            if (!take(',')) {
                expect(')');
                break;
            }
        }
        return extents;
    }

    void skipBrackets()
    {
        int depth = 0;
        do {
            const char c = next();
            if (c == '\0')
                fail("its header is damaged: a bracket is not closed");
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            m_rest.remove_prefix(1);
        } while (depth > 0);
    }

    std::string_view m_rest;
    Entries m_entries;
};

struct TypeRow
{
    std::string_view code; ///< without the byte order
    ElementType type;
};

constexpr TypeRow types[] = {
    {"f2", ElementType::Float16},
    {"f4", ElementType::Float32},
    {"f8", ElementType::Float64},
    {"i1", ElementType::Int8},
    {"i2", ElementType::Int16},
    {"i4", ElementType::Int32},
    {"i8", ElementType::Int64},
    {"u1", ElementType::UInt8},
    {"u2", ElementType::UInt16},
    {"u4", ElementType::UInt32},
    {"u8", ElementType::UInt64},
    {"b1", ElementType::Bool},
};

/// What else an array may hold, by the letter after the byte order.
std::string strangerWords(const std::string& code)
{
    switch (code.empty() ? '\0' : code.front()) {
    case 'O':
        return "it holds Python objects, which only unpickling could load, and that would run what the file says: save "
               "it as numbers, array.astype(float)";
    case 'c':
        return "it holds complex numbers, expected real ones";
    case 'U':
    case 'S':
    case 'a':
        return "it holds text, expected numbers";
    case 'M':
    case 'm':
        return "it holds dates or times, expected numbers";
    case 'V':
        return "it holds raw bytes, expected numbers";
    default:
        return "its elements are of type '" + code.substr(0, 40)
            + "', expected float16, float32, float64, bool, or integers of 8 to 64 bits";
    }
}

ElementType typeOf(const std::string& code)
{
    const auto* const row = std::ranges::find(types, std::string_view(code), &TypeRow::code);
    if (row == std::end(types))
        fail(strangerWords(code), ErrorCode::Unsupported);
    return row->type;
}

Header headerOf(const Dictionary::Entries& entries)
{
    if (entries.isRecord)
        fail("it holds records of several fields, expected numbers of one type", ErrorCode::Unsupported);
    if (!entries.description || !entries.isFortranOrder || !entries.shape)
        fail("its header lacks one of descr, fortran_order and shape");
    const std::string& description = *entries.description;
    const bool hasOrder
        = !description.empty() && std::string_view("<>|=").find(description.front()) != std::string::npos;
    Header header;
    header.isBigEndian = description.starts_with('>');
    header.type = typeOf(hasOrder ? description.substr(1) : description);
    header.isFortranOrder = *entries.isFortranOrder;
    header.shape = Shape(*entries.shape);
    const Result<std::size_t> count = checkedElementCount(header.shape);
    if (!count)
        fail(count.error().message, count.error().code);
    header.elements = *count;
    return header;
}

template <class Read>
auto atTheDoor(Read read) -> Result<decltype(read())>
{
    try {
        return read();
    } catch (const NpyError& error) {
        return failure(error.code, error.message);
    }
}

void swapEach(std::vector<std::byte>& bytes, std::size_t size)
{
    for (auto element = bytes.begin(); element != bytes.end(); element += static_cast<std::ptrdiff_t>(size))
        std::reverse(element, element + static_cast<std::ptrdiff_t>(size));
}

/// Row-major from an array whose first index runs fastest.
std::vector<double> transposed(const std::vector<double>& values, const Shape& shape)
{
    std::vector<std::size_t> strides;
    std::size_t stride = 1;
    for (const std::int64_t extent : shape.extents()) {
        strides.push_back(stride);
        stride *= static_cast<std::size_t>(extent);
    }
    std::vector<double> result;
    result.reserve(values.size());
    std::vector<std::int64_t> position(shape.rank(), 0);
    std::size_t at = 0;
    while (result.size() < values.size()) {
        result.push_back(values[at]);
        for (std::size_t axis = shape.rank(); axis-- > 0;) {
            at += strides[axis];
            if (++position[axis] < shape[axis])
                break;
            at -= strides[axis] * static_cast<std::size_t>(shape[axis]);
            position[axis] = 0;
        }
    }
    return result;
}

} // namespace

bool recognises(std::string_view content)
{
    return content.starts_with(magic);
}

Result<std::size_t> headerEnd(std::span<const std::byte> preamble)
{
    return atTheDoor([&] {
        if (preamble.size() < preambleSize || !recognises(asText(preamble)))
            fail("it is no array that NumPy wrote: it does not begin with \\x93NUMPY");
        const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(preamble[i]); };
        const std::size_t version = byte(6);
        if (version < 1 || version > 3)
            fail("it has version " + std::to_string(version) + " of NumPy's format, expected 1 to 3",
                ErrorCode::Unsupported);
        const std::size_t length
            = version == 1 ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
        if (length > largestHeader)
            fail("its header claims " + std::to_string(length) + " bytes, expected at most "
                + std::to_string(largestHeader));
        return length + (version == 1 ? 10 : 12);
    });
}

Result<Header> parseHeader(std::span<const std::byte> bytes)
{
    return atTheDoor([&] {
        const std::size_t first = std::to_integer<int>(bytes[6]) == 1 ? 10 : 12;
        return headerOf(Dictionary(asText(bytes).substr(first)).read());
    });
}

std::vector<double> numbers(const Header& header, std::vector<std::byte> bytes)
{
    if (header.isBigEndian)
        swapEach(bytes, byteSize(header.type));
    const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    const std::vector<double> values = Tensor::view(header.type, header.shape, *owner, owner).numbers();
    return header.isFortranOrder ? transposed(values, header.shape) : values;
}

Result<Tensor> tensor(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
{
    const Result<std::size_t> end = headerEnd(bytes.subspan(0, std::min(bytes.size(), preambleSize)));
    if (!end)
        return tl::unexpected(end.error());
    if (bytes.size() < *end)
        return failure(ErrorCode::BadFile, "it ends within its header");
    const Result<Header> header = parseHeader(bytes.subspan(0, *end));
    if (!header)
        return tl::unexpected(header.error());
    const std::span<const std::byte> elements = bytes.subspan(*end);
    const std::size_t needed = header->elements * byteSize(header->type);
    if (elements.size() != needed)
        return failure(ErrorCode::BadFile,
            "shape " + header->shape.text() + " of " + std::string(name(header->type)) + " needs "
                + std::to_string(needed) + " bytes, found " + std::to_string(elements.size()));
    if (!header->isBigEndian && !(header->isFortranOrder && header->shape.rank() > 1))
        return Tensor::view(header->type, header->shape, elements, std::move(owner));
    return Tensor::ofDoubles(header->shape, numbers(*header, {elements.begin(), elements.end()}), header->type);
}

} // namespace formulens::npy
