// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Sanitizers.h"

#include <cstddef>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

/// While it lives, the process may grow by so many bytes and no further: an allocation beyond them throws.
class MemoryLimit
{
public:
    explicit MemoryLimit(std::size_t growth)
    {
        ::getrlimit(RLIMIT_AS, &m_before);
        if (formulens::hasAddressSanitizer)
            return;
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit = m_before;
        limit.rlim_cur = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + growth;
        ::setrlimit(RLIMIT_AS, &limit);
    }

    ~MemoryLimit() { ::setrlimit(RLIMIT_AS, &m_before); }

    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

private:
    rlimit m_before = {};
};
