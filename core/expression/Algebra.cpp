// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/Algebra.h"

#include "core/expression/GinacEngine.h"

#include <algorithm>
#include <array>

namespace formulens::algebra {

namespace {

constexpr std::array<std::string_view, 4> names{"expand", "collect", "factor", "common-denominator"};

class EngineHere final : public Engine
{
public:
    Result<std::vector<Expression>> apply(
        const Step& step, std::span<const Expression> expressions, const Progress& progress) const override
    {
        return applyWithGinac(step, expressions, quickLimits, progress);
    }
};

} // namespace

std::string_view name(Step::Kind kind)
{
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Step::Kind> stepNamed(std::string_view name)
{
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Step::Kind>(found - names.begin());
}

std::shared_ptr<const Engine> engineInThisProcess()
{
    static const auto engine = std::make_shared<const EngineHere>();
    return engine;
}

} // namespace formulens::algebra
