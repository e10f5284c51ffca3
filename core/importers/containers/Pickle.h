// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Index.h"
#include "core/base/Result.h"

#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Python's pickles, protocols 0 to 5, read as the data that they are. A pickle is a program for a small stack machine
/// that may name and call any function; here nothing is ever looked up or called: a name stays a name, a call stays a
/// record of who would have been called with what.
namespace formulens::pickle {

using ValueIndex = Index<struct PickleValueTag>;

/// One value. Values refer to each other by index, so that what is shared stays shared, and cycles do no harm.
struct Value
{
    enum class Kind
    {
        None,
        Bool, ///< integer
        Integer, ///< integer
        LargeInteger, ///< text: its two's complement, little-endian
        Real, ///< real()
        Text, ///< text, UTF-8
        Bytes, ///< text
        Tuple, ///< items
        List, ///< items
        Set, ///< items
        Dict, ///< items: key, value, key, value ...
        Global, ///< text: "collections.OrderedDict"
        Call, ///< of callee with argument; items are what was appended to the result, or key, value ... put into it
        Object, ///< a new object of the class `callee` made with argument, as a call else
        Persistent, ///< argument: what names a value outside the pickle
    };

    Kind kind = Kind::None;
    std::optional<ValueIndex> callee;
    std::optional<ValueIndex> argument;
    std::optional<ValueIndex> state; ///< of a call or object: what it would have been set up with
    std::int64_t integer = 0;
    std::string_view text;
    std::vector<ValueIndex> items;

    double real() const { return std::bit_cast<double>(integer); } ///< kept small: a pickle may hold millions
};

/// The values of one pickle. Texts lie in the bytes that were read, which must outlive this.
class Pickle
{
public:
    const Value& operator[](ValueIndex index) const { return m_values[index.position()]; }
    const Value& root() const { return m_values[m_root.position()]; }
    ValueIndex rootIndex() const { return m_root; }
    const std::deque<Value>& values() const { return m_values; }

    bool is(ValueIndex index, Value::Kind kind) const { return (*this)[index].kind == kind; }
    /// Of a dict, or of a call that makes an ordered or default one; nothing for other values.
    std::optional<std::vector<std::pair<ValueIndex, ValueIndex>>> entries(ValueIndex index) const;
    /// The value of a text key in such a dict.
    std::optional<ValueIndex> entry(ValueIndex dict, std::string_view key) const;
    /// Of a tuple or list; also of a torch.Size, which is a call on a tuple. Nothing for other values.
    const std::vector<ValueIndex>* sequence(ValueIndex index) const;
    /// "torch.nn.modules.linear.Linear" for an object of that class, however the pickle makes it; else empty.
    std::string_view className(ValueIndex index) const;
    /// "os.system" for a call of that function, however it is named; else empty.
    std::string_view calledName(ValueIndex index) const;

private:
    friend class PickleStack;

    std::deque<Value> m_values;
    std::deque<std::string> m_texts; ///< that the bytes hold only in escaped form
    ValueIndex m_root;
};

/// Reads one pickle from `position` on, which is moved behind its end. Memory stays below 2 x the bytes + 24 MB.
/// Errors say the place: "opcode 0x99 at byte 17 is unknown".
Result<Pickle> read(std::string_view bytes, std::size_t& position);

/// Whether bytes begin as a pickle does, of protocol 2 and later, or as a call or dict of protocols 0 and 1.
bool recognises(std::string_view content);

} // namespace formulens::pickle
