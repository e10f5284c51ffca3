// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Analysis.h"

#include "core/analysis/Grid.h"
#include "core/base/Random.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

/// Points where a derivative is looked at before "it is zero" is believed.
constexpr std::size_t slopeSamples = 32;
/// Values of one input at which a piecewise constant output is looked at.
constexpr std::size_t sweepCount = 65;

std::vector<double> sampled(const SensitivityRequest& request, std::size_t count)
{
    const Random random(request.seed);
    std::vector<double> points = repeated(request.point, count);
    const std::size_t inputs = request.domain.size();
    for (std::size_t sample = 0; sample < count; ++sample)
        for (std::size_t input = 0; input < inputs; ++input) {
            const Interval domain = request.domain[input];
            points[sample * inputs + input] = domain.lower + random.uniform(sample, input) * domain.width();
        }
    return points;
}

Result<std::vector<Interval>> sampledRanges(const SensitivityRequest& request, const Progress& progress)
{
    const std::size_t outputs = request.program->outputCount();
    const std::vector<double> points = sampled(request, request.rangeSamples);
    std::vector<double> values(request.rangeSamples * outputs);
    if (auto done = request.program->evaluate(points, values, progress); !done)
        return tl::unexpected(done.error());

    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<Interval> ranges(outputs, Interval(infinity, -infinity));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Interval& range = ranges[i % outputs];
        if (!std::isfinite(values[i]))
            continue;
        range.lower = std::min(range.lower, values[i]);
        range.upper = std::max(range.upper, values[i]);
    }
    return ranges;
}

/// Which (output, input) pairs have a slope of zero at every sampled point.
Result<std::vector<bool>> flatEverywhere(const SensitivityRequest& request, const Progress& progress)
{
    const std::size_t pairs = request.program->outputCount() * request.program->inputCount();
    const std::vector<double> points = sampled(request, slopeSamples);
    std::vector<double> values(slopeSamples * request.program->outputCount());
    std::vector<double> jacobians(slopeSamples * pairs);
    if (auto done = request.program->differentiate(points, values, jacobians, progress); !done)
        return tl::unexpected(done.error());

    std::vector<bool> flat(pairs, true);
    for (std::size_t i = 0; i < jacobians.size(); ++i)
        if (jacobians[i] != 0.0)
            flat[i % pairs] = false;
    return flat;
}

/// Change of every output while one input runs over its domain: between the ends or, if they agree, the whole spread.
Result<std::vector<double>> finiteChange(const SensitivityRequest& request, std::size_t input, const Progress& progress)
{
    const CurveRequest sweep{request.program, request.point, input, request.domain[input], sweepCount, {}};
    const Result<Curve> swept = curve(sweep, progress);
    if (!swept)
        return tl::unexpected(swept.error());
    std::vector<double> change;
    for (const std::vector<double>& values : swept->values) {
        const auto [least, largest] = std::minmax_element(values.begin(), values.end());
        const double ends = values.back() - values.front();
        change.push_back(ends != 0.0 ? ends : *largest - *least);
    }
    return change;
}

double share(double change, Interval range)
{
    if (!(range.width() > 0))
        return 0;
    return change / range.width();
}

Result<void> replaceFlatPairs(const SensitivityRequest& request, SensitivityMap& map, const Progress& progress)
{
    const Result<std::vector<bool>> flat = flatEverywhere(request, progress);
    if (!flat)
        return tl::unexpected(flat.error());
    for (std::size_t input = 0; input < map.inputs; ++input) {
        const auto isFlat = [&](std::size_t output) { return (*flat)[output * map.inputs + input]; };
        bool any = false;
        for (std::size_t output = 0; output < map.outputs; ++output)
            any = any || isFlat(output);
        if (!any)
            continue;
        const Result<std::vector<double>> change = finiteChange(request, input, progress);
        if (!change)
            return tl::unexpected(change.error());
        for (std::size_t output = 0; output < map.outputs; ++output) {
            if (!isFlat(output) || (*change)[output] == 0.0)
                continue;
            map.steps[output * map.inputs + input] = true;
            map.scaled[output * map.inputs + input] = share((*change)[output], map.outputRange[output]);
        }
    }
    return {};
}

} // namespace

Result<SensitivityMap> sensitivity(const SensitivityRequest& request, const Progress& progress)
{
    SensitivityMap map;
    map.outputs = request.program->outputCount();
    map.inputs = request.program->inputCount();
    map.values.resize(map.outputs);
    map.derivative.resize(map.outputs * map.inputs);
    map.scaled.resize(map.derivative.size());
    map.steps.resize(map.derivative.size());
    if (auto done = request.program->differentiate(request.point, map.values, map.derivative, progress.part(0, 0.2));
        !done)
        return tl::unexpected(done.error());

    Result<std::vector<Interval>> ranges = sampledRanges(request, progress.part(0.2, 0.6));
    if (!ranges)
        return tl::unexpected(ranges.error());
    map.outputRange = std::move(*ranges);
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        const double change = map.derivative[i] * request.domain[i % map.inputs].width();
        map.scaled[i] = share(change, map.outputRange[i / map.inputs]);
    }
    if (auto done = replaceFlatPairs(request, map, progress.part(0.6, 1)); !done)
        return tl::unexpected(done.error());
    return map;
}

} // namespace formulens
