// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/ProtobufText.h"

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>

namespace formulens::caffe {

/// The fields of a message, asked for by name. What is never asked for can be named in the end, so that nothing is
/// dropped in silence. Throws ImportError: "'pad' is 'many', expected a whole number (line 12)".
class Parameters
{
public:
    /// A message that says nothing.
    Parameters() = default;
    /// The entry outlives the parameters.
    explicit Parameters(const ProtobufEntry& message) : m_fields(&message.fields), m_name(message.name) { }

    bool has(std::string_view name) const;
    std::int64_t integer(std::string_view name, std::int64_t standard);
    std::vector<std::int64_t> integers(std::string_view name);
    /// Rounded to single numbers, as Caffe keeps them.
    double real(std::string_view name, double standard);
    std::vector<double> reals(std::string_view name);
    bool flag(std::string_view name, bool standard);
    std::string text(std::string_view name, const std::string& standard);
    std::vector<std::string> texts(std::string_view name);
    /// A number or a word, as it stands; empty where it is not there.
    std::string word(std::string_view name);
    /// The word of an enumeration, which may stand there as its number; the first one is the standard.
    std::string choice(std::string_view name, std::initializer_list<std::pair<std::string_view, std::int64_t>> words);
    /// Null where it is not there.
    const ProtobufEntry* message(std::string_view name);
    std::vector<const ProtobufEntry*> messages(std::string_view name);

    void ignore(std::initializer_list<std::string_view> names);
    /// The name of a field that was neither asked for nor ignored; empty: there is none.
    std::string unread() const;
    const std::string& name() const { return m_name; }

private:
    std::vector<const ProtobufEntry*> all(std::string_view name);
    /// The only one; null where there is none.
    const ProtobufEntry* one(std::string_view name);

    const std::vector<ProtobufEntry>* m_fields = nullptr;
    std::string m_name;
    std::set<std::string, std::less<>> m_read;
};

} // namespace formulens::caffe
