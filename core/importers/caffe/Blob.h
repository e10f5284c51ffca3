// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/ProtobufText.h"
#include "core/tensor/Tensor.h"

#include <memory>
#include <optional>

namespace formulens::caffe {

/// Numbers that belong to a layer.
struct Blob
{
    Shape shape;
    /// Of files before 2015, which have four extents for everything: a bias is [1, 1, 1, N].
    bool hasFourExtents = false;
    Tensor values; ///< of this shape, single or double numbers

    /// The values in a shape that a layer expects; nothing where they are of another one. Extents of 1 count for
    /// nothing, for they change no order.
    std::optional<Tensor> in(const Shape& expected) const;
};

/// Of a BlobProto, whose numbers are read where they lie. Throws ImportError: "claims shape [2, 3], but holds 5
/// numbers".
Blob blobOf(std::string_view message, const std::shared_ptr<const MappedFile>& file);
/// Of a `blobs { }` in a text.
Blob blobOf(const ProtobufEntry& entry);

} // namespace formulens::caffe
