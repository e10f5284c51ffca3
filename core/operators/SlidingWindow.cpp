// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/SlidingWindow.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace formulens {

namespace {

constexpr std::int64_t largest = std::int64_t(1) << 28; ///< of any one extent, stride or padding

std::size_t product(const std::vector<std::int64_t>& extents)
{
    return static_cast<std::size_t>(
        std::accumulate(extents.begin(), extents.end(), std::int64_t(1), std::multiplies<>()));
}

void expectBetween(
    const NodeContext& node, const char* what, const std::vector<std::int64_t>& values, std::int64_t least)
{
    for (const std::int64_t value : values)
        if (value < least || value > largest)
            node.fail("'" + std::string(what) + "' holds " + std::to_string(value));
}

} // namespace

SlidingWindow::SlidingWindow(const NodeContext& node, std::vector<std::int64_t> kernel) : m_kernel(std::move(kernel))
{
    const Shape& input = node.shape(0);
    if (input.rank() != rank() + 2 || rank() == 0)
        node.fail("a window of " + std::to_string(rank()) + " dimensions does not slide over shape " + input.text());
    m_input.assign(input.extents().begin() + 2, input.extents().end());
    m_strides = node.integersOf("strides", rank(), 1);
    m_dilations = node.integersOf("dilations", rank(), 1);
    expectBetween(node, "kernel_shape", m_kernel, 1);
    expectBetween(node, "strides", m_strides, 1);
    expectBetween(node, "dilations", m_dilations, 1);
    readPads(node);
    computeOutput(node);
}

void SlidingWindow::readPads(const NodeContext& node)
{
    const std::string automatic = node.text("auto_pad", "NOTSET");
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER")
        return padSame(automatic == "SAME_UPPER");
    if (automatic != "NOTSET" && automatic != "VALID" && !automatic.empty())
        node.fail("attribute 'auto_pad' is '" + automatic + "', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    std::vector<std::int64_t> pads(2 * rank(), 0);
    if (automatic != "VALID")
        pads = node.integersOf("pads", 2 * rank(), 0);
    expectBetween(node, "pads", pads, 0);
    m_before.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank()));
    m_after.assign(pads.begin() + static_cast<std::ptrdiff_t>(rank()), pads.end());
}

/// As many positions as strides begin in the input; an odd element of padding goes behind (upper) or before.
void SlidingWindow::padSame(bool upper)
{
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        const std::int64_t positions = (m_input[axis] + m_strides[axis] - 1) / m_strides[axis];
        const std::int64_t reach = (positions - 1) * m_strides[axis] + (m_kernel[axis] - 1) * m_dilations[axis] + 1;
        const std::int64_t total = std::max<std::int64_t>(0, reach - m_input[axis]);
        m_before.push_back(upper ? total / 2 : total - total / 2);
        m_after.push_back(total - m_before.back());
    }
}

/// With ceil_mode a last window may hang over the end, but must not begin behind the input.
void SlidingWindow::computeOutput(const NodeContext& node)
{
    const bool roundUp = node.flag("ceil_mode", false);
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        const std::int64_t reach = (m_kernel[axis] - 1) * m_dilations[axis] + 1;
        const std::int64_t room = m_input[axis] + m_before[axis] + m_after[axis] - reach;
        if (room < 0)
            node.fail("a window of " + std::to_string(reach) + " elements does not fit axis " + std::to_string(axis + 2)
                + " of shape " + node.shape(0).text());
        std::int64_t positions = (roundUp ? room + m_strides[axis] - 1 : room) / m_strides[axis] + 1;
        if (roundUp && (positions - 1) * m_strides[axis] >= m_input[axis] + m_before[axis])
            --positions;
        m_output.push_back(positions);
    }
}

std::size_t SlidingWindow::outputCount() const
{
    return product(m_output);
}

std::size_t SlidingWindow::inputCount() const
{
    return product(m_input);
}

std::size_t SlidingWindow::kernelCount() const
{
    return product(m_kernel);
}

std::vector<std::int64_t> SlidingWindow::startOf(std::size_t position) const
{
    std::vector<std::int64_t> start(rank());
    auto rest = static_cast<std::int64_t>(position);
    for (std::size_t axis = rank(); axis-- > 0; rest /= m_output[axis])
        start[axis] = rest % m_output[axis] * m_strides[axis] - m_before[axis];
    return start;
}

std::vector<SlidingWindow::Tap> SlidingWindow::taps(std::size_t position) const
{
    const std::vector<std::int64_t> start = startOf(position);
    std::vector<std::int64_t> offset(rank(), 0);
    std::vector<Tap> result;
    const std::size_t count = kernelCount();
    for (std::size_t k = 0; k < count; ++k) {
        std::int64_t input = 0;
        bool inside = true;
        for (std::size_t axis = 0; axis < rank() && inside; ++axis) {
            const std::int64_t at = start[axis] + offset[axis] * m_dilations[axis];
            inside = at >= 0 && at < m_input[axis];
            input = input * m_input[axis] + at;
        }
        if (inside)
            result.push_back({k, static_cast<std::size_t>(input)});
        for (std::size_t axis = rank(); axis-- > 0;) {
            if (++offset[axis] < m_kernel[axis])
                break;
            offset[axis] = 0;
        }
    }
    return result;
}

std::size_t SlidingWindow::paddedCount(std::size_t position) const
{
    const std::vector<std::int64_t> start = startOf(position);
    std::int64_t count = 1;
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        const std::int64_t room = m_input[axis] + m_after[axis] - start[axis];
        const std::int64_t fitting = (room + m_dilations[axis] - 1) / m_dilations[axis];
        count *= std::clamp<std::int64_t>(fitting, 1, m_kernel[axis]);
    }
    return static_cast<std::size_t>(count);
}

} // namespace formulens
