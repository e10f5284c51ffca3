// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Tensor.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

namespace formulens {

/// Constant weights as an operator reads them, many times: straight from the file where it holds floats or doubles
/// (they need not be aligned), else from one converted copy. Shared between copies.
class Weights
{
public:
    Weights() = default;
    explicit Weights(const Tensor& tensor);

    bool empty() const { return !m_floats && !m_doubles; }
    double operator[](std::size_t index) const
    {
        return m_floats ? static_cast<double>(load<float>(m_floats, index)) : load<double>(m_doubles, index);
    }

private:
    template <class Number>
    static Number load(const std::byte* numbers, std::size_t index)
    {
        Number number;
        std::memcpy(&number, numbers + index * sizeof(Number), sizeof(Number));
        return number;
    }

    Tensor m_tensor; ///< keeps the bytes
    std::shared_ptr<const std::vector<double>> m_converted;
    const std::byte* m_floats = nullptr;
    const std::byte* m_doubles = nullptr;
};

} // namespace formulens
