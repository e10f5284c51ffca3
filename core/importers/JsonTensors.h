// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/JsonText.h"
#include "core/tensor/Tensor.h"

#include <filesystem>

namespace formulens::jsonModel {

/// "float32" -> Float32. Throws for a name that is none.
ElementType elementTypeNamed(const JsonText& name);

/// Numbers as the model format has them: one number; lists within lists, as deep as there are axes; or an object with
/// "values" (the same, or flat beside a "shape") or "file" (a .npy or .csv file in the model's folder or below it), and
/// perhaps "type" and "shape". No shape is believed: it is held against the numbers that are there.
class TensorReader
{
public:
    /// `numbers` is the type of numbers that do not say theirs.
    TensorReader(std::filesystem::path model, ElementType numbers) : m_model(std::move(model)), m_numbers(numbers) { }

    ElementType numbers() const { return m_numbers; }
    Tensor read(const JsonText& value) const;

private:
    Tensor described(const JsonMembers& members) const;
    Tensor fromFile(const JsonText& file, ElementType type) const;

    std::filesystem::path m_model;
    ElementType m_numbers;
};

} // namespace formulens::jsonModel
