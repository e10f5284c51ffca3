// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/tensor/Tensor.h"

#include <map>
#include <string>
#include <string_view>

namespace formulens {

/// The content of an HDF5 file as plain values. Attributes that have no counterpart here (records, references) are left
/// out; a data set of that kind is there, with the reason why it has no elements.
struct Hdf5DataSet
{
    Tensor tensor; ///< a tensor of strings, where it holds texts
    std::string complaint; ///< why it has no elements ("it holds records"); empty where it has
    std::map<std::string, Tensor> attributes;
};

struct Hdf5Group
{
    std::map<std::string, Tensor> attributes;
    std::map<std::string, Hdf5DataSet> dataSets;
    std::map<std::string, Hdf5Group> groups;

    /// By path from here, as "dense_1/dense_1/kernel:0"; null where there is none.
    const Hdf5Group* group(std::string_view path) const;
    const Hdf5DataSet* dataSet(std::string_view path) const;
    const Tensor* attribute(const std::string& name) const;
};

bool isHdf5(std::string_view content);

/// Reads a whole file in a child process (formulens-worker), which may die of a hostile file without harm and is killed
/// when the work is stopped. Its answer is read as distrustfully as the file. The tensors share one buffer of at most
/// four times the file's size and 64 MB. Errors do not name the file.
Result<Hdf5Group> readHdf5(std::string_view content, const Progress& progress = {});

/// What the worker answers, taken apart (core/importers/containers/Hdf5Message.h).
Result<Hdf5Group> readHdf5Message(std::string message);

} // namespace formulens
