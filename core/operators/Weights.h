// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Tensor.h"

#include <memory>
#include <vector>

namespace formulens {

/// Constant weights as an operator reads them, many times: straight from the file where it holds aligned floats or
/// doubles, else from one converted copy. Shared between copies.
class Weights
{
public:
    Weights() = default;
    explicit Weights(const Tensor& tensor);

    bool empty() const { return !m_floats && !m_doubles; }
    double operator[](std::size_t index) const
    {
        return m_floats ? static_cast<double>(m_floats[index]) : m_doubles[index];
    }

private:
    Tensor m_tensor; ///< keeps the bytes
    std::shared_ptr<const std::vector<double>> m_converted;
    const float* m_floats = nullptr;
    const double* m_doubles = nullptr;
};

} // namespace formulens
