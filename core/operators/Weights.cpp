// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Weights.h"

namespace formulens {

Weights::Weights(const Tensor& tensor) : m_tensor(tensor)
{
    if (tensor.type() == ElementType::Float32)
        m_floats = tensor.bytes().data();
    else if (tensor.type() == ElementType::Float64)
        m_doubles = tensor.bytes().data();
    if (!empty())
        return;
    m_converted = std::make_shared<const std::vector<double>>(tensor.numbers());
    m_doubles = std::as_bytes(std::span(*m_converted)).data();
}

} // namespace formulens
