// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/MatFile.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/Gzip.h"
#include "core/importers/containers/MemoryBudget.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>

namespace formulens::matfile {

namespace {

constexpr std::size_t headerSize = 128;
constexpr std::size_t mostDepth = 32;
constexpr std::size_t mostAxes = 8;

/// Types of elements.
enum Type : std::uint32_t
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
    Utf8 = 16,
    Utf16 = 17,
    Utf32 = 18,
};

/// Classes of arrays.
enum Class : std::uint32_t
{
    CellClass = 1,
    StructClass = 2,
    ObjectClass = 3,
    CharClass = 4,
    SparseClass = 5,
    DoubleClass = 6,
    SingleClass = 7,
    LargestNumberClass = 15,
    FunctionClass = 16,
    OpaqueClass = 17,
};

constexpr std::uint32_t complexFlag = 0x0800;

[[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

std::size_t widthOf(std::uint32_t type)
{
    switch (type) {
    case Int8:
    case UInt8:
    case Utf8:
        return 1;
    case Int16:
    case UInt16:
    case Utf16:
        return 2;
    case Int32:
    case UInt32:
    case Single:
    case Utf32:
        return 4;
    case Double:
    case Int64:
    case UInt64:
        return 8;
    default:
        return 0;
    }
}

struct Element
{
    std::uint32_t type = 0;
    std::string_view data;
};

/// Elements one behind the other.
class Elements
{
public:
    Elements(std::string_view bytes, bool isSwapped) : m_bytes(bytes), m_isSwapped(isSwapped) { }

    bool isAtEnd() const { return m_bytes.empty(); }
    bool isSwapped() const { return m_isSwapped; }

    Element next()
    {
        constexpr std::size_t tagSize = 8;
        if (m_bytes.size() < tagSize)
            fail("ends within the tag of an element: it is cut short");
        const auto first = word(m_bytes);
        if (first >> 16 != 0) { // up to four bytes of data, within the tag
            const std::size_t size = first >> 16;
            if (size > 4)
                fail("a short element claims " + std::to_string(size) + " bytes, expected at most 4");
            const Element element{first & 0xffff, m_bytes.substr(4, size)};
            m_bytes.remove_prefix(tagSize);
            return element;
        }
        const std::uint32_t size = word(m_bytes.substr(4));
        m_bytes.remove_prefix(tagSize);
        if (size > m_bytes.size())
            fail("an element claims " + std::to_string(size) + " bytes, but only " + std::to_string(m_bytes.size())
                + " are left: it is cut short or damaged");
        const Element element{first, m_bytes.substr(0, size)};
        const std::size_t padded = first == Compressed ? size : (std::size_t(size) + 7) / 8 * 8;
        m_bytes.remove_prefix(std::min(padded, m_bytes.size()));
        return element;
    }

    template <class T>
    T number(std::string_view bytes) const
    {
        std::array<char, sizeof(T)> raw{};
        std::memcpy(raw.data(), bytes.data(), sizeof(T));
        if (m_isSwapped)
            std::ranges::reverse(raw);
        return std::bit_cast<T>(raw);
    }

private:
    std::uint32_t word(std::string_view bytes) const { return number<std::uint32_t>(bytes); }

    std::string_view m_bytes;
    bool m_isSwapped;
};

/// What each array begins with.
struct Header
{
    std::uint32_t arrayClass = 0;
    bool isComplex = false;
    std::vector<std::int64_t> extents;
    std::size_t count = 0;
};

class Reader
{
public:
    Reader(std::string_view content, bool isSwapped) : m_budget(mostMemory(content.size())), m_isSwapped(isSwapped) { }

    std::vector<Value> variables(std::string_view bytes)
    {
        std::vector<Value> found;
        Elements elements(bytes, m_isSwapped);
        while (!elements.isAtEnd()) {
            const Element element = elements.next();
            if (element.type == Compressed)
                addUnpacked(found, element.data);
            else if (element.type == Matrix)
                add(found, element.data);
            else
                fail("an element of type " + std::to_string(element.type) + " stands where a variable is expected");
        }
        return found;
    }

private:
    void take(std::uint64_t bytes)
    {
        if (!m_budget.take(bytes))
            fail("holds more than four times its size and 64 MB once it is unpacked, which is not read",
                ErrorCode::Limit);
    }

    void addUnpacked(std::vector<Value>& found, std::string_view packed)
    {
        const auto bytes = inflated(std::as_bytes(std::span(packed)), m_budget.left());
        if (!bytes)
            fail("a variable is packed with zlib: " + bytes.error().message, bytes.error().code);
        take(bytes->size());
        Elements elements({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, m_isSwapped);
        const Element element = elements.next();
        if (element.type != Matrix)
            fail("a packed element is of type " + std::to_string(element.type) + ", expected a variable");
        add(found, element.data);
    }

    /// Those without a name are MATLAB's own.
    void add(std::vector<Value>& found, std::string_view data)
    {
        Value value = readArray(data, {}, 0);
        if (!value.name.empty())
            found.push_back(std::move(value));
    }

    Header readHeader(Elements& elements)
    {
        const Element flags = elements.next();
        if (flags.type != UInt32 || flags.data.size() < 8)
            fail("an array has no flags: it is damaged");
        const auto bits = elements.number<std::uint32_t>(flags.data);
        Header header{bits & 0xff, (bits & complexFlag) != 0, {}, 1};
        if (header.arrayClass == OpaqueClass)
            return header;
        const Element extents = elements.next();
        const std::size_t axes = extents.data.size() / 4;
        if (extents.type != Int32 || axes < 2 || axes > mostAxes)
            fail("an array has " + std::to_string(axes) + " axes, expected 2 to " + std::to_string(mostAxes));
        for (std::size_t axis = 0; axis < axes; ++axis)
            header.extents.push_back(elements.number<std::int32_t>(extents.data.substr(4 * axis)));
        const auto count = checkedElementCount(Shape(header.extents));
        if (!count)
            fail("an array: " + count.error().message);
        header.count = *count;
        return header;
    }

    Value readArray(std::string_view data, std::string name, std::size_t depth)
    {
        if (depth > mostDepth)
            fail("cells and structs are nested more than " + std::to_string(mostDepth) + " deep", ErrorCode::Limit);
        take(sizeof(Value));
        Value value;
        value.name = std::move(name);
        if (data.empty()) { // an empty matrix, as some tools write it in cells
            value.kind = Value::Kind::Numbers;
            value.tensor = Tensor::ofDoubles(Shape{0, 0}, {});
            return value;
        }
        Elements elements(data, m_isSwapped);
        const Header header = readHeader(elements);
        const std::string ownName(elements.next().data);
        if (value.name.empty())
            value.name = ownName;
        switch (header.arrayClass) {
        case CellClass:
            readCell(value, elements, header, depth);
            break;
        case StructClass:
            readStruct(value, elements, header, depth);
            break;
        case CharClass:
            readText(value, elements, header);
            break;
        case ObjectClass:
            value.className = "an object of class '" + std::string(elements.next().data) + "'";
            break;
        case OpaqueClass:
            elements.next(); // the system that it belongs to: "MCOS", "java"
            value.className = "an object of class '" + std::string(elements.next().data) + "'";
            break;
        case SparseClass:
            value.className = "a sparse matrix";
            break;
        case FunctionClass:
            value.className = "a function";
            break;
        default:
            if (header.arrayClass < DoubleClass || header.arrayClass > LargestNumberClass)
                fail("'" + value.name + "' is an array of class " + std::to_string(header.arrayClass)
                    + ", which is not known");
            readNumbers(value, elements, header);
        }
        return value;
    }

    void readCell(Value& value, Elements& elements, const Header& header, std::size_t depth)
    {
        value.kind = Value::Kind::Cell;
        for (std::size_t i = 0; i < header.count; ++i)
            value.items.push_back(item(elements, {}, depth));
    }

    Value item(Elements& elements, const std::string& name, std::size_t depth)
    {
        const Element element = elements.next();
        if (element.type != Matrix)
            fail("a cell or field is of type " + std::to_string(element.type) + ", expected an array");
        return readArray(element.data, name, depth + 1);
    }

    void readStruct(Value& value, Elements& elements, const Header& header, std::size_t depth)
    {
        const std::vector<std::string> names = fieldNames(elements);
        if (names.empty()) {
            value.kind = Value::Kind::Struct;
            return;
        }
        if (header.count == 1)
            return readFields(value, names, elements, depth);
        value.kind = Value::Kind::Cell;
        for (std::size_t i = 0; i < header.count; ++i) {
            take(sizeof(Value));
            readFields(value.items.emplace_back(), names, elements, depth);
        }
    }

    void readFields(Value& value, const std::vector<std::string>& names, Elements& elements, std::size_t depth)
    {
        value.kind = Value::Kind::Struct;
        for (const std::string& name : names)
            value.items.push_back(item(elements, name, depth));
    }

    std::vector<std::string> fieldNames(Elements& elements)
    {
        const Element length = elements.next();
        const std::string_view names = elements.next().data;
        if (length.data.size() < 4)
            fail("a struct does not say how long the names of its fields are");
        const auto size = elements.number<std::int32_t>(length.data);
        if (size < 1 || size > 1024)
            fail("the names of a struct's fields have " + std::to_string(size) + " bytes each, expected 1 to 1024");
        std::vector<std::string> found;
        for (std::size_t at = 0; at + static_cast<std::size_t>(size) <= names.size();
             at += static_cast<std::size_t>(size)) {
            const std::string_view name = names.substr(at, static_cast<std::size_t>(size));
            found.emplace_back(name.substr(0, name.find('\0')));
        }
        return found;
    }

    double numberAt(const Elements& elements, const Element& element, std::size_t i) const
    {
        const std::string_view bytes = element.data.substr(i * widthOf(element.type));
        switch (element.type) {
        case Int8:
            return elements.number<std::int8_t>(bytes);
        case UInt8:
        case Utf8:
            return elements.number<std::uint8_t>(bytes);
        case Int16:
            return elements.number<std::int16_t>(bytes);
        case UInt16:
        case Utf16:
            return elements.number<std::uint16_t>(bytes);
        case Int32:
            return elements.number<std::int32_t>(bytes);
        case UInt32:
        case Utf32:
            return elements.number<std::uint32_t>(bytes);
        case Single:
            return static_cast<double>(elements.number<float>(bytes));
        case Int64:
            return static_cast<double>(elements.number<std::int64_t>(bytes));
        case UInt64:
            return static_cast<double>(elements.number<std::uint64_t>(bytes));
        default:
            return elements.number<double>(bytes);
        }
    }

    /// The data of an array of numbers or characters, checked.
    Element dataOf(const Value& value, Elements& elements, const Header& header) const
    {
        if (header.count == 0 && elements.isAtEnd())
            return {Double, {}};
        const Element element = elements.next();
        const std::size_t width = widthOf(element.type);
        if (width == 0)
            fail("'" + value.name + "' has elements of type " + std::to_string(element.type)
                + ", which is none of numbers");
        if (element.data.size() / width < header.count)
            fail("'" + value.name + "' is " + Shape(header.extents).text() + ", but has "
                + std::to_string(element.data.size() / width) + " elements: it is cut short or damaged");
        return element;
    }

    void readNumbers(Value& value, Elements& elements, const Header& header)
    {
        if (header.isComplex) {
            value.className = "an array of complex numbers";
            return;
        }
        const Element data = dataOf(value, elements, header);
        take(header.count * sizeof(double));
        std::vector<double> numbers(header.count);
        std::vector<std::size_t> strides(header.extents.size(), 1); // of the file: the first index runs fastest
        for (std::size_t axis = 1; axis < strides.size(); ++axis)
            strides[axis] = strides[axis - 1] * static_cast<std::size_t>(header.extents[axis - 1]);
        std::vector<std::int64_t> position(header.extents.size(), 0);
        std::size_t place = 0;
        for (double& number : numbers) {
            number = numberAt(elements, data, place);
            for (std::size_t axis = position.size(); axis-- > 0;) {
                place += strides[axis];
                if (++position[axis] < header.extents[axis])
                    break;
                place -= strides[axis] * static_cast<std::size_t>(header.extents[axis]);
                position[axis] = 0;
            }
        }
        value.kind = Value::Kind::Numbers;
        value.tensor = Tensor::ofDoubles(Shape(header.extents), std::move(numbers),
            header.arrayClass == SingleClass ? ElementType::Float32 : ElementType::Float64);
    }

    void readText(Value& value, Elements& elements, const Header& header)
    {
        const Element data = dataOf(value, elements, header);
        const auto rows = static_cast<std::size_t>(header.extents[0]);
        take(header.count + (header.count == 0 ? 0 : rows * sizeof(std::string)));
        value.kind = Value::Kind::Text;
        if (header.count == 0)
            return;
        value.rows.resize(rows);
        for (std::size_t i = 0; i < header.count; ++i) {
            const double character = numberAt(elements, data, i);
            value.rows[i % rows] += character >= 32 && character < 127 ? static_cast<char>(character) : '?';
        }
        for (std::string& row : value.rows)
            row.resize(row.find_last_not_of(' ') + 1);
    }

    MemoryBudget m_budget;
    bool m_isSwapped;
};

} // namespace

const Value* Value::field(std::string_view fieldName) const
{
    const auto found = std::ranges::find(items, fieldName, &Value::name);
    return kind != Kind::Struct || found == items.end() ? nullptr : &*found;
}

bool recognises(std::string_view content)
{
    return content.starts_with("MATLAB 5.0 MAT-file") || content.starts_with("MATLAB 7.3 MAT-file");
}

std::vector<Value> read(std::string_view content)
{
    if (content.starts_with("MATLAB 7.3"))
        fail("this is a MATLAB file of version 7.3, whose cells are not read: load it in MATLAB and save it again with "
             "save(FILE, '-v7')",
            ErrorCode::Unsupported);
    if (content.size() < headerSize)
        fail("ends within its header of 128 bytes: it is cut short");
    const std::string_view order = content.substr(126, 2);
    if (order != "IM" && order != "MI")
        fail("its header does not say the order of bytes: it is damaged");
    const bool isSwapped = (order == "IM") != (std::endian::native == std::endian::little);
    return Reader(content, isSwapped).variables(content.substr(headerSize));
}

} // namespace formulens::matfile
