// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/NodeContext.h"

#include <vector>

namespace formulens {

/// A window that slides over the spatial axes of a tensor [batch, channels, spatial ...]: of a convolution or a pool.
class SlidingWindow
{
public:
    /// Reads strides, dilations, pads, auto_pad and ceil_mode of a node whose input 0 it slides over.
    SlidingWindow(const NodeContext& node, std::vector<std::int64_t> kernel);

    std::size_t rank() const { return m_kernel.size(); }
    const std::vector<std::int64_t>& outputExtents() const { return m_output; }
    std::size_t outputCount() const; ///< positions of the window
    std::size_t inputCount() const; ///< elements of one channel
    std::size_t kernelCount() const;

    /// One element under the window: its number in the kernel and in the channel.
    struct Tap
    {
        std::size_t kernel;
        std::size_t input;
    };
    /// What lies under the window at a position, without the padding.
    std::vector<Tap> taps(std::size_t position) const;
    /// The same with the padding: what an average that includes it divides by.
    std::size_t paddedCount(std::size_t position) const;

private:
    void readPads(const NodeContext& node);
    void padSame(bool upper);
    void computeOutput(const NodeContext& node);
    std::vector<std::int64_t> startOf(std::size_t position) const;

    std::vector<std::int64_t> m_input;
    std::vector<std::int64_t> m_kernel;
    std::vector<std::int64_t> m_strides;
    std::vector<std::int64_t> m_dilations;
    std::vector<std::int64_t> m_before; ///< padding
    std::vector<std::int64_t> m_after;
    std::vector<std::int64_t> m_output;
};

} // namespace formulens
