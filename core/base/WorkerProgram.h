// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

/* formulens-worker, as those see it who start it
 *
 * A task is `formulens-worker TASK MEGABYTES SECONDS ...`, with what it works on as its standard input. It ends with
 * exit code 0 and the answer as its output, or with `refusedExitCode` and one line "refused CODE SENTENCE".
 */
namespace formulens::worker {

inline constexpr const char* programName = "formulens-worker";
inline constexpr int refusedExitCode = 1;

/// What a worker may use up before it ends. They are its arguments, so that both sides mean the same.
struct Limits
{
    std::uint64_t megabytes = 2048; ///< of address space
    std::uint64_t seconds = 60; ///< of computing
};

/// Where the worker lies: what the environment variable FORMULENS_WORKER says, else beside the running program, else in
/// the folder bin beside the program's folder (programs of the tests). It need not be there.
std::filesystem::path workerPath();

std::string refusalText(const Error& error);
/// The error that the text holds; an Internal one where it is no refusal.
Error readRefusal(std::string_view text);

/// "2 GB", "300 MB"
std::string memoryWords(std::uint64_t megabytes);

} // namespace formulens::worker
