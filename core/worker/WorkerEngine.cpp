// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/WorkerEngine.h"

#include "core/base/ChildProcess.h"
#include "core/worker/AlgebraMessages.h"

#include <algorithm>
#include <csignal>

namespace formulens::worker {

namespace {

using Kind = algebra::Step::Kind;

const char* doing(Kind kind)
{
    switch (kind) {
    case Kind::Expand:
        return "expanding";
    case Kind::Collect:
        return "collecting";
    case Kind::Factor:
        return "factoring";
    case Kind::CommonDenominator:
        break;
    }
    return "bringing this to one fraction";
}

/// Why there is no answer.
Error errorOf(const ChildOutcome& outcome, Kind kind, const Limits& limits)
{
    const std::string what = doing(kind);
    if (outcome.end == ChildOutcome::End::TimedOut
        || (outcome.end == ChildOutcome::End::Signalled && outcome.number == SIGXCPU))
        return {ErrorCode::Limit,
            what + " was stopped after " + std::to_string(limits.seconds) + " s, the limit for one step of algebra"};
    if (outcome.end == ChildOutcome::End::WroteTooMuch)
        return {ErrorCode::Limit, what + " was stopped: the result is too long to be of use"};
    if (outcome.end == ChildOutcome::End::Exited && outcome.number == refusedExitCode)
        return readRefusal(outcome.output);
    const std::string how = outcome.end == ChildOutcome::End::Signalled ? "signal " + std::to_string(outcome.number)
                                                                        : "exit code " + std::to_string(outcome.number);
    return {ErrorCode::Limit,
        what + " ended without a result (" + how + "); its limit of memory is " + memoryWords(limits.megabytes)};
}

/// The answer must be about what was asked.
Result<std::vector<Expression>> readAnswer(std::string_view text, std::span<const Expression> asked)
{
    const auto refused = [](const std::string& why) {
        return failure(ErrorCode::Internal, "the worker's answer cannot be read (" + why + "); it is not used");
    };
    Result<std::vector<Expression>> answer = readExpressions(text);
    if (!answer)
        return refused(answer.error().message);
    if (answer->size() != asked.size())
        return refused(std::to_string(answer->size()) + " expressions, expected " + std::to_string(asked.size()));
    const std::vector<std::string> known = symbolsOf(asked);
    for (const std::string& symbol : symbolsOf(*answer))
        if (std::ranges::find(known, symbol) == known.end())
            return refused("it has a symbol '" + symbol + "', which was not asked about");
    return answer;
}

} // namespace

Result<std::vector<Expression>> WorkerEngine::apply(
    const algebra::Step& step, std::span<const Expression> expressions, const Progress& progress) const
{
    std::error_code ignored;
    if (!std::filesystem::exists(m_program, ignored))
        return failure(ErrorCode::Unsupported,
            std::string(programName) + " is missing, expected as " + m_program.string()
                + ": algebra is done there, so that it can be stopped");
    Result<std::string> text = expressionsText(expressions);
    if (!text)
        return tl::unexpected(text.error());
    ChildRequest request;
    request.program = m_program;
    request.arguments = {algebraTask, std::to_string(m_limits.megabytes), std::to_string(m_limits.seconds),
        std::string(algebra::name(step.kind)), step.symbol};
    request.input = *text;
    // Computing is counted by the system; the clock is for a worker that does nothing.
    request.timeout = std::chrono::seconds(10 * m_limits.seconds + 10);
    const Result<ChildOutcome> outcome = runChild(request, progress);
    if (!outcome)
        return tl::unexpected(outcome.error());
    if (outcome->end == ChildOutcome::End::Exited && outcome->number == 0)
        return readAnswer(outcome->output, expressions);
    return tl::unexpected(errorOf(*outcome, step.kind, m_limits));
}

std::shared_ptr<const algebra::Engine> algebraEngine()
{
    static const auto engine = std::make_shared<const WorkerEngine>(workerPath());
    return engine;
}

} // namespace formulens::worker
