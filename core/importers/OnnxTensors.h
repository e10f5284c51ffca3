// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/tensor/Tensor.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace formulens::onnx {

/// The element type that TensorProto.DataType numbers; nothing for complex numbers, 8- and 4-bit floats and the like.
std::optional<ElementType> elementType(std::int64_t dataType);
/// "complex64", "float8e4m3fn", "type number 99": for messages.
std::string dataTypeName(std::int64_t dataType);

/// Reads TensorProto messages of one model. Numbers stay where they lie, in the model's file or in an external data
/// file beside it, unless they are stored as varints. No size that the file claims is believed: the shape is held
/// against the bytes that are there before anything is allocated.
class TensorReader
{
public:
    explicit TensorReader(std::shared_ptr<const MappedFile> model) : m_model(std::move(model)) { }

    struct Named
    {
        std::string name;
        Tensor tensor;
    };

    /// Throws ImportError: "initialiser 'W': shape [50, 5] of float32 needs 1000 bytes, found 960". `role` says what
    /// the tensor is where it has no better description: "initialiser".
    Named read(std::string_view message, const std::string& role);

    /// A SparseTensorProto, made dense. All of one model together must keep within a limit.
    Named readSparse(std::string_view message, const std::string& role);

private:
    struct Parts;

    Tensor denseOf(const Tensor& values, const Tensor& indices, const std::vector<std::int64_t>& extents);
    static Parts partsOf(std::string_view message);
    Tensor tensorOf(const Parts& parts);
    Tensor externalTensor(const Parts& parts, ElementType type, Shape shape, std::size_t bytes);
    std::shared_ptr<const MappedFile> externalFile(const std::string& location);

    std::shared_ptr<const MappedFile> m_model;
    std::map<std::string, std::shared_ptr<const MappedFile>> m_externalFiles;
    std::size_t m_densified = 0; ///< elements of sparse tensors so far
};

} // namespace formulens::onnx
