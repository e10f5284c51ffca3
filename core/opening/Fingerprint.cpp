// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/Fingerprint.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace formulens {

namespace {

constexpr std::size_t readWhole = std::size_t(1) << 20;
constexpr std::size_t blockSize = 4096;
constexpr std::size_t blockCount = readWhole / blockSize;

/// SplitMix64's finaliser, as in core/base/Random.h, over eight bytes at a time.
class Mixer
{
public:
    explicit Mixer(std::uint64_t seed) : m_state(seed) { }

    void add(std::uint64_t word)
    {
        std::uint64_t z = (m_state ^ word) + 0x9E3779B97F4A7C15ull;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        m_state = z ^ (z >> 31);
    }

    void add(std::string_view bytes)
    {
        for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at, std::min(bytes.size() - at, sizeof word));
            add(word);
        }
    }

    std::uint64_t result() const { return m_state; }

private:
    std::uint64_t m_state;
};

void addContent(Mixer& mixer, std::string_view content)
{
    mixer.add(std::uint64_t(content.size()));
    if (content.size() <= readWhole)
        return mixer.add(content);
    const std::size_t last = content.size() - blockSize;
    for (std::size_t block = 0; block < blockCount; ++block)
        mixer.add(content.substr(last / (blockCount - 1) * block, blockSize));
    mixer.add(content.substr(last));
}

void appendHexadecimal(std::string& text, std::uint64_t value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4)
        text += digits[(value >> shift) & 15];
}

} // namespace

std::string fingerprint(std::string_view content)
{
    std::string text;
    for (const std::uint64_t seed : {0x466F726D756C656Eull, 0x7346696E67657221ull}) {
        Mixer mixer(seed);
        addContent(mixer, content);
        appendHexadecimal(text, mixer.result());
    }
    return text;
}

} // namespace formulens
