// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/Serve.h"

#include "core/base/Sanitizers.h"
#include "core/base/WorkerProgram.h"
#include "core/expression/GinacEngine.h"
#include "core/importers/containers/Hdf5Message.h"
#include "core/worker/AlgebraMessages.h"

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

std::optional<std::uint64_t> numberOf(const std::string& text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0 ? std::optional(number)
                                                                                  : std::nullopt;
}

/// TASK MEGABYTES SECONDS ...
std::optional<Limits> limitsOf(const std::vector<std::string>& arguments)
{
    const auto megabytes = arguments.size() < 3 ? std::nullopt : numberOf(arguments[1]);
    const auto seconds = arguments.size() < 3 ? std::nullopt : numberOf(arguments[2]);
    return megabytes && seconds ? std::optional(Limits{*megabytes, *seconds}) : std::nullopt;
}

/// algebra MEGABYTES SECONDS STEP SYMBOL
std::optional<algebra::Step> stepOf(const std::vector<std::string>& arguments)
{
    if (arguments.size() != 5 || arguments[0] != algebraTask)
        return std::nullopt;
    const auto kind = algebra::stepNamed(arguments[3]);
    return kind ? std::optional(algebra::Step{*kind, arguments[4]}) : std::nullopt;
}

void setLimit(int resource, rlim_t soft, rlim_t hard)
{
    const rlimit limit{soft, hard};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

/// The signal of the soft limit of computing ends the process by itself.
void limitThisProcess(const Limits& limits)
{
    const rlim_t bytes = rlim_t(limits.megabytes) << 20;
    if (!hasAddressSanitizer)
        setLimit(RLIMIT_AS, bytes, bytes);
    setLimit(RLIMIT_CPU, limits.seconds, limits.seconds + 1);
    setLimit(RLIMIT_CORE, 0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // nobody waits for the answer of a worker without a parent
    [[maybe_unused]] const int niceness = ::nice(5); // below the window
}

Result<std::string> algebraAnswer(const algebra::Step& step)
{
    const std::string request(std::istreambuf_iterator<char>(std::cin), {});
    const Result<std::vector<Expression>> expressions = readExpressions(request);
    if (!expressions)
        return tl::unexpected(expressions.error());
    const Result<std::vector<Expression>> results = algebra::applyWithGinac(step, *expressions, algebra::patientLimits);
    if (!results)
        return tl::unexpected(results.error());
    return expressionsText(*results);
}

template <class Work>
int answer(const Limits& limits, Work work)
{
    limitThisProcess(limits);
    Result<std::string> result;
    try {
        result = work();
    } catch (const std::bad_alloc&) {
        result = failure(
            ErrorCode::Limit, "this takes more memory than the limit of " + std::to_string(limits.megabytes) + " MB");
    } catch (const std::exception& error) {
        result = failure(ErrorCode::Internal, error.what());
    }
    std::cout << (result ? *result : refusalText(result.error())) << std::flush;
    return result ? 0 : refusedExitCode;
}

} // namespace

int serve(const std::vector<std::string>& arguments, FileTask readHdf5)
{
    const std::optional<Limits> limits = limitsOf(arguments);
    if (limits && arguments.size() == 3 && arguments[0] == hdf5Task)
        return answer(*limits, [&] { return readHdf5(STDIN_FILENO); });
    if (const auto step = stepOf(arguments); limits && step)
        return answer(*limits, [&] { return algebraAnswer(*step); });
    std::cerr << "formulens-worker is started by Formulens: algebra MEGABYTES SECONDS STEP SYMBOL, with the "
                 "expressions on standard input, or hdf5 MEGABYTES SECONDS, with the file on it\n";
    return usageExitCode;
}

} // namespace formulens::worker
