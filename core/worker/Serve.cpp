// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/Serve.h"

#include "core/base/Progress.h"
#include "core/expression/GinacEngine.h"
#include "core/worker/AlgebraMessages.h"
#include "core/worker/WorkerLimits.h"

#include <charconv>
#include <csignal>
#include <iostream>
#include <iterator>
#include <new>
#include <optional>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace formulens::worker {

namespace {

constexpr int usageExitCode = 2;

struct Task
{
    Limits limits;
    algebra::Step step;
};

std::optional<std::uint64_t> numberOf(const std::string& text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0 ? std::optional(number)
                                                                                  : std::nullopt;
}

/// algebra MEGABYTES SECONDS STEP SYMBOL
std::optional<Task> taskOf(const std::vector<std::string>& arguments)
{
    if (arguments.size() != 5 || arguments[0] != algebraTask)
        return std::nullopt;
    const auto megabytes = numberOf(arguments[1]);
    const auto seconds = numberOf(arguments[2]);
    const auto kind = algebra::stepNamed(arguments[3]);
    if (!megabytes || !seconds || !kind)
        return std::nullopt;
    return Task{{*megabytes, *seconds}, {*kind, arguments[4]}};
}

void setLimit(int resource, rlim_t soft, rlim_t hard)
{
    const rlimit limit{soft, hard};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

/// The signal of the soft limit of computing ends the process by itself.
void limitThisProcess(const Limits& limits)
{
#ifndef __SANITIZE_ADDRESS__ // the sanitizer reserves terabytes
    const rlim_t bytes = rlim_t(limits.megabytes) << 20;
    setLimit(RLIMIT_AS, bytes, bytes);
#endif
    setLimit(RLIMIT_CPU, limits.seconds, limits.seconds + 1);
    setLimit(RLIMIT_CORE, 0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // nobody waits for the answer of a worker without a parent
    [[maybe_unused]] const int niceness = ::nice(5); // below the window
}

Result<std::string> answered(const Task& task, const std::string& request)
{
    const Result<std::vector<Expression>> expressions = readExpressions(request);
    if (!expressions)
        return tl::unexpected(expressions.error());
    const Result<std::vector<Expression>> results
        = algebra::applyWithGinac(task.step, *expressions, algebra::patientLimits);
    if (!results)
        return tl::unexpected(results.error());
    return expressionsText(*results);
}

Result<std::string> answer(const Task& task)
{
    try {
        return answered(task, std::string(std::istreambuf_iterator<char>(std::cin), {}));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit,
            "this takes more memory than the limit of " + std::to_string(task.limits.megabytes) + " MB");
    } catch (const std::exception& error) {
        return failure(ErrorCode::Internal, error.what());
    }
}

} // namespace

int serve(const std::vector<std::string>& arguments)
{
    const std::optional<Task> task = taskOf(arguments);
    if (!task) {
        std::cerr << "formulens-worker is started by Formulens: algebra MEGABYTES SECONDS STEP SYMBOL, with the "
                     "expressions on standard input\n";
        return usageExitCode;
    }
    limitThisProcess(task->limits);
    const Result<std::string> result = answer(*task);
    std::cout << (result ? *result : refusalText(result.error())) << std::flush;
    return result ? 0 : refusedExitCode;
}

} // namespace formulens::worker
