// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

/* LevelDB's tables of sorted keys and their values (doc/table_format.md there): blocks of entries, a block that lists
 * them, and a footer. TensorFlow's checkpoints list their variables in one.
 */
namespace formulens::sortedTable {

/// Calls use(key, value) for each entry in the order of the keys. Checksums are checked. Throws ImportError: also for
/// compressed blocks.
void eachEntry(std::string_view table, const std::function<void(const std::string& key, std::string_view value)>& use);

} // namespace formulens::sortedTable
