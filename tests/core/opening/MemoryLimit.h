// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
#ifndef __SANITIZE_ADDRESS__ // the sanitizer reserves terabytes
        ::getrlimit(RLIMIT_AS, &m_before);
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit = m_before;
        limit.rlim_cur = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + growth;
        ::setrlimit(RLIMIT_AS, &limit);
#else
        (void)growth;
#endif
    }

    ~MemoryLimit()
    {
#ifndef __SANITIZE_ADDRESS__
        ::setrlimit(RLIMIT_AS, &m_before);
#endif
    }

    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

private:
    rlimit m_before = {};
};
