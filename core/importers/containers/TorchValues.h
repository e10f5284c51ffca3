// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/NamedTensors.h"
#include "core/importers/containers/Pickle.h"
#include "core/importers/containers/TorchStorages.h"

#include <map>

namespace formulens::torchfile {

/// How the tensors of an ancient tar archive are named in its pickle: by number.
using NumberedTensors = std::map<std::string, Tensor>;

/// All tensors that a pickle's value leads to, through dicts, lists and modules, and the tree of its modules where it
/// names classes. Problems of a single tensor are its complaint; what damages the file is thrown as ImportError.
NamedTensors tensorsOf(
    const pickle::Pickle& pickle, Storages& storages, Budget& budget, const NumberedTensors& numbered = {});

/// A tensor of elements that lie in a storage with strides (in elements), as a view where they lie in order.
Tensor tensorIn(const Storage& storage, ElementType type, const Shape& shape, const std::vector<std::int64_t>& strides,
    std::int64_t offset, Budget& budget);

/// What names a storage: its type and key, ('storage', type, key, location, size).
struct StorageName
{
    std::string type; ///< "torch.FloatStorage"
    std::string key;
    std::int64_t offset = 0; ///< of a view in an older file, in elements
};
std::optional<StorageName> storageNamed(const pickle::Pickle& pickle, pickle::ValueIndex index);

/// Functions that the pickle calls and that no tensor, container or class is made with, each once.
std::vector<std::string> foreignCalls(const pickle::Pickle& pickle);

} // namespace formulens::torchfile
