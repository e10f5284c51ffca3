// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace formulens::worker {

/// What a worker may use up before it ends. They are its arguments, so that both sides mean the same.
struct Limits
{
    std::uint64_t megabytes = 2048; ///< of address space
    std::uint64_t seconds = 60; ///< of computing
};

} // namespace formulens::worker
