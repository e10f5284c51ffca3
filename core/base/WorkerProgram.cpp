// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/WorkerProgram.h"

#include <charconv>
#include <cstdlib>

namespace formulens::worker {

namespace {

constexpr std::string_view refusedWord = "refused ";
constexpr std::size_t longestSentence = 2000;

} // namespace

std::filesystem::path workerPath()
{
    if (const char* set = std::getenv("FORMULENS_WORKER"); set != nullptr && *set != '\0')
        return set;
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    const std::filesystem::path beside = folder / programName;
    const std::filesystem::path inBin = folder.parent_path() / "bin" / programName;
    return !std::filesystem::exists(beside, ignored) && std::filesystem::exists(inBin, ignored) ? inBin : beside;
}

std::string refusalText(const Error& error)
{
    return std::string(refusedWord) + std::to_string(static_cast<int>(error.code)) + " " + error.message + "\n";
}

Error readRefusal(std::string_view text)
{
    const Error unreadable{ErrorCode::Internal, "the worker's answer cannot be read; it is not used"};
    if (!text.starts_with(refusedWord) || !text.ends_with('\n') || text.size() > longestSentence)
        return unreadable;
    text.remove_prefix(refusedWord.size());
    text.remove_suffix(1);
    int code = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc() || code < 0 || code > static_cast<int>(ErrorCode::Internal) || !text.starts_with(' '))
        return unreadable;
    return {static_cast<ErrorCode>(code), std::string(text.substr(1))};
}

std::string memoryWords(std::uint64_t megabytes)
{
    return megabytes % 1024 == 0 ? std::to_string(megabytes / 1024) + " GB" : std::to_string(megabytes) + " MB";
}

} // namespace formulens::worker
