// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/tensor/Tensor.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/* Checkpoints of TensorFlow (tensor_bundle.proto): variables.index lists the variables by key, and their elements lie
 * in variables.data-00000-of-00002 and its like.
 */
namespace formulens {

/// A variable as the list has it.
struct BundleEntry
{
    std::int64_t dataType = 0; ///< number in types.proto
    std::vector<std::int64_t> extents;
    std::int64_t shard = 0; ///< which data file
    std::int64_t offset = 0; ///< bytes in it
    std::int64_t size = 0; ///< bytes
    std::uint32_t checksum = 0; ///< masked crc32c of the elements
    bool isSliced = false; ///< in parts, under other keys
};

struct BundleIndex
{
    std::int64_t shards = 1; ///< data files
    std::map<std::string, BundleEntry> entries;
};

/// The list alone. Throws ImportError.
BundleIndex readBundleIndex(std::string_view content);

/// A checkpoint beside a model. All throw ImportError.
class TensorBundle
{
public:
    /// `prefix` is relative to the model's folder: "variables/variables".
    TensorBundle(std::filesystem::path model, std::string prefix);

    const BundleIndex& index() const { return m_index; }

    /// The variable of this key; its elements stay where they lie in their file. They are checked by their checksum,
    /// so this reads them once.
    Tensor tensor(const std::string& key);

private:
    const std::shared_ptr<const MappedFile>& dataFile(std::int64_t shard);

    std::filesystem::path m_model;
    std::string m_prefix;
    BundleIndex m_index;
    std::map<std::int64_t, std::shared_ptr<const MappedFile>> m_files; ///< by shard, as they were needed
};

} // namespace formulens
