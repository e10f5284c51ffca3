// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Weights.h"

#include <cstdint>

namespace formulens {

namespace {

template <class Number>
const Number* aligned(const Tensor& tensor)
{
    const std::byte* bytes = tensor.bytes().data();
    const bool fits = reinterpret_cast<std::uintptr_t>(bytes) % alignof(Number) == 0;
    return fits && tensor.size() > 0 ? reinterpret_cast<const Number*>(bytes) : nullptr;
}

} // namespace

Weights::Weights(const Tensor& tensor) : m_tensor(tensor)
{
    if (tensor.type() == ElementType::Float32)
        m_floats = aligned<float>(tensor);
    else if (tensor.type() == ElementType::Float64)
        m_doubles = aligned<double>(tensor);
    if (!empty())
        return;
    m_converted = std::make_shared<const std::vector<double>>(tensor.numbers());
    m_doubles = m_converted->data();
}

} // namespace formulens
