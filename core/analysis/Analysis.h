// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/evaluation/Program.h"
#include "core/numbers/Interval.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace formulens {

/// Output against one input, the others at the point.
struct CurveRequest
{
    std::shared_ptr<const Program> program;
    std::vector<double> point; ///< all input elements
    std::size_t inputElement = 0;
    Interval range;
    std::size_t count = 1000;
    std::vector<std::size_t> outputs; ///< of the program; empty: all
    std::vector<double> also = {}; ///< further values of the input, as where the curve bends, in any order
};

struct Curve
{
    std::vector<double> x; ///< ascending
    std::vector<std::vector<double>> values; ///< one list an output
};

Result<Curve> curve(const CurveRequest& request, const Progress& progress = {});

/// One output against two inputs, the others at the point.
struct MapRequest
{
    std::shared_ptr<const Program> program;
    std::vector<double> point;
    std::size_t inputElement = 0; ///< horizontal
    std::size_t inputElement2 = 0; ///< vertical
    Interval range;
    Interval range2;
    std::size_t columns = 201;
    std::size_t rows = 201;
    std::size_t output = 0;
};

struct HeatMap
{
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> values; ///< row-major rows x columns, row 0 at y[0]
};

Result<HeatMap> heatMap(const MapRequest& request, const Progress& progress = {});

/// How outputs move with inputs at the point.
struct SensitivityRequest
{
    std::shared_ptr<const Program> program;
    std::vector<double> point;
    std::vector<Interval> domain; ///< one an input element
    std::size_t rangeSamples = 1024; ///< for the output's range over the domain
    std::uint64_t seed = 1;
};

struct SensitivityMap
{
    std::size_t outputs = 0;
    std::size_t inputs = 0;
    std::vector<double> values; ///< of the outputs at the point
    std::vector<double> derivative; ///< raw, row-major outputs x inputs
    std::vector<double> scaled; ///< derivative * width of the domain / range of the output; dimensionless
    std::vector<bool>
        steps; ///< derivative vanishes almost everywhere there: `scaled` is the finite change over the domain
    std::vector<Interval> outputRange; ///< found by sampling: not a bound
};

Result<SensitivityMap> sensitivity(const SensitivityRequest& request, const Progress& progress = {});

} // namespace formulens
