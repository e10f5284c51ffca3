// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/Hdf5Walk.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/Hdf5Message.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/tensor/ElementType.h"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

/* The walk
 *
 * The library reads the bytes where they lie in memory: it opens no file at all. Groups are walked from the root by
 * hard links alone, to a limited depth, and a group never inside itself. Whatever a value is said to be, its size is
 * held against what the answer may have before anything is read. A value that cannot be told (a kind without a
 * counterpart, data in another file) is told as such: it harms only whoever needs it.
 */
namespace formulens::worker {

namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t mostObjects = 200'000;

/// An identifier of the library, given back by the function that its kind has.
class Handle
{
public:
    Handle(hid_t value, herr_t (*close)(hid_t)) : m_value(value), m_close(close) { }
    ~Handle()
    {
        if (m_value >= 0)
            m_close(m_value);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    operator hid_t() const { return m_value; } // NOLINT: it stands for the identifier everywhere
    bool isValid() const { return m_value >= 0; }

private:
    hid_t m_value;
    herr_t (*m_close)(hid_t);
};

/// What the library says last about why it failed.
std::string libraryWords()
{
    std::string words;
    const auto note = [](unsigned depth, const H5E_error2_t* error, void* data) -> herr_t {
        if (depth == 0 && error->desc != nullptr)
            *static_cast<std::string*>(data) = error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, note, &words);
    std::ranges::replace_if(
        words, [](unsigned char c) { return c < 0x20; }, ' ');
    return words.substr(0, 200);
}

[[noreturn]] void failDamaged(const std::string& what)
{
    const std::string words = libraryWords();
    throw ImportError{ErrorCode::BadFile,
        "the HDF5 file is damaged or cut short: " + what + (words.empty() ? "" : " (" + words + ")")};
}

/// How the elements of a value are told, or why they are not.
struct Telling
{
    ElementType type = ElementType::Undefined;
    hid_t memoryType = H5I_INVALID_HID; ///< of numbers
    std::string complaint;
};

Telling complaint(std::string words)
{
    return {ElementType::Undefined, H5I_INVALID_HID, std::move(words)};
}

bool isHalf(hid_t type)
{
    std::size_t sign = 0;
    std::size_t exponent = 0;
    std::size_t exponentBits = 0;
    std::size_t mantissa = 0;
    std::size_t mantissaBits = 0;
    H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits);
    return sign == 15 && exponent == 10 && exponentBits == 5 && mantissa == 0 && mantissaBits == 10
        && H5Tget_ebias(type) == 15 && H5Tget_order(type) == H5T_ORDER_LE;
}

Telling tellingOfFloat(hid_t type)
{
    switch (H5Tget_size(type)) {
    case 2:
        return isHalf(type) ? Telling{ElementType::Float16, type, {}}
                            : complaint("its 16-bit numbers are of no known kind");
    case 4:
        return {ElementType::Float32, H5T_IEEE_F32LE, {}};
    case 8:
        return {ElementType::Float64, H5T_IEEE_F64LE, {}};
    default:
        return complaint("its floating-point numbers are of no known size");
    }
}

Telling tellingOfInteger(hid_t type)
{
    const bool isSigned = H5Tget_sign(type) == H5T_SGN_2;
    switch (H5Tget_size(type)) {
    case 1:
        return isSigned ? Telling{ElementType::Int8, H5T_STD_I8LE, {}} : Telling{ElementType::UInt8, H5T_STD_U8LE, {}};
    case 2:
        return isSigned ? Telling{ElementType::Int16, H5T_STD_I16LE, {}}
                        : Telling{ElementType::UInt16, H5T_STD_U16LE, {}};
    case 4:
        return isSigned ? Telling{ElementType::Int32, H5T_STD_I32LE, {}}
                        : Telling{ElementType::UInt32, H5T_STD_U32LE, {}};
    case 8:
        return isSigned ? Telling{ElementType::Int64, H5T_STD_I64LE, {}}
                        : Telling{ElementType::UInt64, H5T_STD_U64LE, {}};
    default:
        return complaint("its integers are of no known size");
    }
}

/// h5py saves truth values as an enumeration of FALSE and TRUE in a byte.
Telling tellingOfEnumeration(hid_t type)
{
    if (H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2)
        return {ElementType::Bool, type, {}};
    return complaint("it is an enumeration");
}

Telling tellingOf(hid_t type)
{
    switch (H5Tget_class(type)) {
    case H5T_FLOAT:
        return tellingOfFloat(type);
    case H5T_INTEGER:
        return tellingOfInteger(type);
    case H5T_ENUM:
        return tellingOfEnumeration(type);
    case H5T_STRING:
        return {ElementType::String, H5I_INVALID_HID, {}};
    case H5T_COMPOUND:
        return complaint("it holds records");
    case H5T_REFERENCE:
        return complaint("it holds references");
    case H5T_OPAQUE:
        return complaint("it holds bytes without a meaning");
    default:
        return complaint("its elements are of no known kind");
    }
}

/// Why a data set's elements are not read, although their kind is known; empty where they are.
std::string storageComplaint(hid_t dataSet)
{
    const Handle properties(H5Dget_create_plist(dataSet), H5Pclose);
    const H5D_layout_t layout = H5Pget_layout(properties);
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
        return "its data lies in other data sets";
    if (layout == H5D_CONTIGUOUS && H5Pget_external_count(properties) != 0)
        return "its data lies in another file, which is not read";
    const int filters = H5Pget_nfilters(properties);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t count = 0;
        unsigned configuration = 0;
        const H5Z_filter_t filter
            = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &count, nullptr, 0, nullptr, &configuration);
        if (filter < 0 || filter >= H5Z_FILTER_RESERVED)
            return "it is packed by a plugin (filter " + std::to_string(filter) + "), which is not used";
    }
    return {};
}

/// Appends to the answer, within what it may have.
class Message
{
public:
    Message(std::uint64_t most, std::uint64_t expected) : m_most(most)
    {
        m_text.reserve(static_cast<std::size_t>(std::min(most, expected)));
        m_text = hdf5MessageStart;
    }

    std::string take() { return std::move(m_text); }
    std::uint64_t room() const { return m_most - std::min<std::uint64_t>(m_most, m_text.size()); }

    char* space(std::uint64_t bytes)
    {
        if (bytes > room())
            throw ImportError{ErrorCode::Limit,
                "what the HDF5 file holds needs more than " + std::to_string(m_most)
                    + " bytes, the limit for a file "
                      "of its size"};
        const std::size_t before = m_text.size();
        m_text.resize(before + static_cast<std::size_t>(bytes));
        return m_text.data() + before;
    }
    template <class Number>
    void number(Number value)
    {
        static_assert(std::endian::native == std::endian::little);
        std::memcpy(space(sizeof value), &value, sizeof value);
    }
    void text(std::string_view words)
    {
        number(static_cast<std::uint32_t>(words.size()));
        std::copy(words.begin(), words.end(), space(words.size()));
    }
    void mark(Hdf5Mark mark) { number(static_cast<std::uint8_t>(mark)); }

private:
    std::uint64_t m_most;
    std::string m_text;
};

/// An attribute and a data set are read alike.
struct Source
{
    hid_t id;
    hid_t (*typeOf)(hid_t);
    hid_t (*spaceOf)(hid_t);
    herr_t (*read)(hid_t id, hid_t memoryType, void* elements);
};

herr_t readDataSet(hid_t id, hid_t memoryType, void* elements)
{
    return H5Dread(id, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements);
}

std::vector<hsize_t> extentsOf(hid_t space)
{
    if (H5Sget_simple_extent_type(space) == H5S_NULL)
        return {0};
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0)
        failDamaged("a shape cannot be read");
    std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, extents.data(), nullptr);
    return extents;
}

/// Their product; nothing where it is beyond any file.
std::optional<std::uint64_t> countOf(const std::vector<hsize_t>& extents)
{
    std::uint64_t count = 1;
    for (const hsize_t extent : extents) {
        if (extent != 0 && count > (std::uint64_t(1) << 40) / extent)
            return std::nullopt;
        count *= extent;
    }
    return count;
}

class Walker
{
public:
    Walker(std::uint64_t most, std::uint64_t expected) : m_message(most, expected) { }

    std::string walk(hid_t file)
    {
        const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
        if (!root.isValid())
            failDamaged("its root group cannot be opened");
        tellGroup(root);
        return m_message.take();
    }

private:
    struct Link
    {
        std::string name;
        H5L_type_t type;
    };

    void tellGroup(hid_t group)
    {
        const haddr_t address = addressOf(group);
        if (m_path.size() >= deepest)
            throw ImportError{ErrorCode::Limit, "its groups are nested more than " + std::to_string(deepest) + " deep"};
        if (std::ranges::find(m_path, address) != m_path.end())
            throw ImportError{ErrorCode::BadFile, "the HDF5 file is damaged: a group lies within itself"};
        m_path.push_back(address);
        tellAttributes(group);
        for (const Link& link : linksOf(group))
            tellMember(group, link);
        m_message.mark(Hdf5Mark::End);
        m_path.pop_back();
    }

    static haddr_t addressOf(hid_t object)
    {
        H5O_info_t info;
        if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
            failDamaged("an object cannot be found");
        return info.addr;
    }

    static std::vector<Link> linksOf(hid_t group)
    {
        std::vector<Link> links;
        const auto note = [](hid_t, const char* name, const H5L_info_t* info, void* data) -> herr_t {
            auto& found = *static_cast<std::vector<Link>*>(data);
            if (found.size() >= mostObjects)
                return -1;
            found.push_back({name, info->type});
            return 0;
        };
        if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, note, &links) < 0)
            failDamaged("the members of a group cannot be listed");
        return links;
    }

    void tellMember(hid_t group, const Link& link)
    {
        if (++m_objects > mostObjects)
            throw ImportError{
                ErrorCode::Limit, "the HDF5 file holds more than " + std::to_string(mostObjects) + " objects"};
        if (link.type != H5L_TYPE_HARD)
            return tellUnread(link.name, "it is a link to another place, which is not followed");
        const Handle object(H5Oopen(group, link.name.c_str(), H5P_DEFAULT), H5Oclose);
        if (!object.isValid())
            failDamaged("'" + link.name + "' cannot be opened");
        const H5I_type_t kind = H5Iget_type(object);
        if (kind == H5I_GROUP) {
            m_message.mark(Hdf5Mark::Group);
            m_message.text(link.name);
            tellGroup(object);
        } else if (kind == H5I_DATASET) {
            tellDataSet(object, link.name);
        }
    }

    void tellUnread(const std::string& name, const std::string& why)
    {
        m_message.mark(Hdf5Mark::DataSet);
        m_message.text(name);
        tellComplaint(why);
        m_message.mark(Hdf5Mark::End);
    }

    void tellComplaint(const std::string& why)
    {
        m_message.number(unreadValue);
        m_message.text(why);
    }

    void tellDataSet(hid_t dataSet, const std::string& name)
    {
        m_message.mark(Hdf5Mark::DataSet);
        m_message.text(name);
        tellValue(
            {dataSet, H5Dget_type, H5Dget_space, readDataSet}, storageComplaint(dataSet), "data set '" + name + "'");
        tellAttributes(dataSet);
        m_message.mark(Hdf5Mark::End);
    }

    void tellAttributes(hid_t object)
    {
        std::vector<std::string> names;
        const auto note = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
            auto& found = *static_cast<std::vector<std::string>*>(data);
            if (found.size() >= mostObjects)
                return -1;
            found.emplace_back(name);
            return 0;
        };
        hsize_t index = 0;
        if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &index, note, &names) < 0)
            failDamaged("the attributes of an object cannot be listed");
        for (const std::string& name : names) {
            const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
            if (!attribute.isValid())
                failDamaged("attribute '" + name + "' cannot be opened");
            m_message.mark(Hdf5Mark::Property);
            m_message.text(name);
            tellValue({attribute, H5Aget_type, H5Aget_space, H5Aread}, {}, "attribute '" + name + "'");
        }
    }

    void tellValue(const Source& source, const std::string& why, const std::string& what)
    {
        if (!why.empty())
            return tellComplaint(why);
        const Handle type(source.typeOf(source.id), H5Tclose);
        const Handle space(source.spaceOf(source.id), H5Sclose);
        if (!type.isValid() || !space.isValid())
            failDamaged(what + " cannot be read");
        const Telling telling = tellingOf(type);
        if (!telling.complaint.empty())
            return tellComplaint(telling.complaint);
        const std::vector<hsize_t> extents = extentsOf(space);
        const std::optional<std::uint64_t> count = countOf(extents);
        const std::uint64_t least = telling.type == ElementType::String ? 4 : byteSize(telling.type);
        if (!count || *count > m_message.room() / least)
            throw ImportError{ErrorCode::Limit, what + " claims more elements than a file of this size may hold"};
        m_message.number(static_cast<std::uint8_t>(telling.type));
        m_message.number(static_cast<std::uint32_t>(extents.size()));
        for (const hsize_t extent : extents)
            m_message.number(static_cast<std::int64_t>(extent));
        if (*count == 0)
            return;
        if (telling.type == ElementType::String)
            return tellStrings(source, type, space, *count, what);
        if (source.read(source.id, telling.memoryType, m_message.space(*count * least)) < 0)
            failDamaged(what + " cannot be read");
    }

    void tellStrings(const Source& source, hid_t type, hid_t space, std::uint64_t count, const std::string& what)
    {
        if (H5Tis_variable_str(type) > 0)
            return tellVariableStrings(source, type, space, count, what);
        const std::size_t size = H5Tget_size(type);
        if (size == 0 || count > m_message.room() / size)
            throw ImportError{ErrorCode::Limit, what + " claims more text than a file of this size may hold"};
        std::vector<char> bytes(static_cast<std::size_t>(count) * size);
        if (source.read(source.id, type, bytes.data()) < 0)
            failDamaged(what + " cannot be read");
        for (std::size_t i = 0; i < count; ++i) {
            const std::string_view padded(bytes.data() + i * size, size);
            m_message.text(padded.substr(0, std::min(padded.find('\0'), size)));
        }
    }

    void tellVariableStrings(
        const Source& source, hid_t type, hid_t space, std::uint64_t count, const std::string& what)
    {
        std::vector<char*> strings(static_cast<std::size_t>(count), nullptr);
        if (source.read(source.id, type, strings.data()) < 0)
            failDamaged(what + " cannot be read");
        for (const char* string : strings)
            m_message.text(string == nullptr ? std::string_view() : std::string_view(string));
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, strings.data());
    }

    Message m_message;
    std::vector<haddr_t> m_path; ///< groups that are being told, from the root
    std::size_t m_objects = 0;
};

/// All that comes; nothing where reading fails.
std::optional<std::string> bytesOf(int input)
{
    constexpr std::size_t chunk = std::size_t(1) << 18;
    std::string bytes;
    for (;;) {
        const std::size_t before = bytes.size();
        bytes.resize(before + chunk);
        const ssize_t count = ::read(input, bytes.data() + before, chunk);
        bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count == 0)
            return bytes;
        if (count < 0 && errno != EINTR)
            return std::nullopt;
    }
}

/// Has the library read the bytes where they lie. On its own it would copy them twice.
void setImage(hid_t access, std::string& bytes)
{
    H5FD_file_image_callbacks_t callbacks = {};
    callbacks.image_malloc = [](std::size_t, H5FD_file_image_op_t, void* image) { return image; };
    callbacks.image_memcpy = [](void* to, const void*, std::size_t, H5FD_file_image_op_t, void*) { return to; };
    callbacks.image_realloc = [](void*, std::size_t, H5FD_file_image_op_t, void*) -> void* { return nullptr; };
    callbacks.image_free = [](void*, H5FD_file_image_op_t, void*) -> herr_t { return 0; };
    callbacks.udata_copy = [](void* image) { return image; };
    callbacks.udata_free = [](void*) -> herr_t { return 0; };
    callbacks.udata = bytes.data();
    H5Pset_fapl_core(access, std::size_t(1) << 16, false);
    H5Pset_file_image_callbacks(access, &callbacks);
    H5Pset_file_image(access, bytes.data(), bytes.size());
}

std::string messageOf(std::string& bytes)
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    setImage(access, bytes);
    // The library looks whether there is a file of the name; there is none in a file.
    const Handle opened(H5Fopen("/dev/null/image", H5F_ACC_RDONLY, access), H5Fclose);
    if (!opened.isValid())
        failDamaged("it cannot be opened");
    return Walker(mostMemory(bytes.size()), bytes.size() + (bytes.size() >> 3) + 65536).walk(opened);
}

} // namespace

Result<std::string> hdf5Message(int input)
{
    std::optional<std::string> bytes = bytesOf(input);
    if (!bytes)
        return failure(ErrorCode::BadFile, "the HDF5 file's bytes did not arrive");
    try {
        return messageOf(*bytes);
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

} // namespace formulens::worker
