// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/expression/Expression.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Algebra on expressions that a person reads, whoever does it: see GinacEngine.h for what the steps do, and worker for
/// an engine that can be stopped.
namespace formulens::algebra {

struct Step
{
    enum class Kind
    {
        Expand,
        Collect,
        Factor,
        CommonDenominator
    };

    Kind kind = Kind::Expand;
    std::string symbol; ///< for Collect
};

std::string_view name(Step::Kind kind); ///< "expand", "collect", "factor", "common-denominator"
std::optional<Step::Kind> stepNamed(std::string_view name);

/// Does steps of algebra. Safe to call from several threads at once.
class Engine
{
public:
    virtual ~Engine() = default;

    /// Each expression by itself, in their order; each result equals its original wherever that is defined. Errors:
    /// Limit (too large, too long), Cancelled, Unsupported, Internal (a result that is not used).
    virtual Result<std::vector<Expression>> apply(
        const Step& step, std::span<const Expression> expressions, const Progress& progress) const = 0;
};

/// What an engine takes on, counted before it begins.
struct Limits
{
    double expandedTerms = 0; ///< of the expression multiplied out
    double factoredTerms = 0;
    double factoredSymbols = 0;
    double factoredDegree = 0;
};

/// Sizes that stay within about a second: for an engine that cannot be stopped.
inline constexpr Limits quickLimits{20'000, 300, 8, 12};
/// For one that can be stopped, by the user or by limits on time and memory.
inline constexpr Limits patientLimits{500'000, 100'000, 64, 200};

/// GiNaC in this process, within the quick limits. It does not look at the stop token.
std::shared_ptr<const Engine> engineInThisProcess();

} // namespace formulens::algebra
