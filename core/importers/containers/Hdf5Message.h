// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

/* An HDF5 file as formulens-worker hands it over
 *
 * The task is `formulens-worker hdf5 MEGABYTES SECONDS`, with the file's bytes as standard input. The answer is the
 * root group, flat, in the order of names; all numbers little-endian:
 *
 *   message    start, group without mark and name
 *   group      mark Group, name, attributes, groups and data sets, mark End
 *   data set   mark DataSet, name, value, attributes, mark End
 *   attribute  mark Property, name, value
 *   value      type (a byte, as ElementType counts), rank (4 bytes), extents (8 bytes each), elements row-major;
 *              or the byte `unreadValue` and a text that says why it cannot be read
 *   text       length (4 bytes), bytes; names and strings are texts
 */
namespace formulens {

inline constexpr const char* hdf5Task = "hdf5";
inline constexpr std::string_view hdf5MessageStart = "formulens hdf5 1\n";
inline constexpr std::uint8_t unreadValue = 255;

enum class Hdf5Mark : std::uint8_t
{
    Group = 'g',
    DataSet = 'd',
    Property = 'a',
    End = 'e',
};

} // namespace formulens
