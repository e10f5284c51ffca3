// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Equations.h"
#include "core/evaluation/Program.h"
#include "tests/core/NetworkBuilder.h"

#include <benchmark/benchmark.h>

using namespace formulens;

/// A network of the shape of ACAS Xu (5-50x6-5, ReLU) with random weights.
namespace {

using Prepared = std::shared_ptr<const PreparedNetwork>;

const Prepared& acas()
{
    static const Prepared network = NetworkBuilder::layered({5, 50, 50, 50, 50, 50, 50, 5}, "Relu");
    return network;
}

std::vector<ElementReference> outputs(const PreparedNetwork& network, std::size_t count)
{
    std::vector<ElementReference> elements;
    for (std::size_t i = 0; i < count; ++i)
        elements.push_back({network.network->outputs[0], i});
    return elements;
}

std::vector<double> points(std::size_t count)
{
    const Random random(1);
    std::vector<double> x;
    for (std::size_t i = 0; i < 5 * count; ++i)
        x.push_back(random.uniform(i, 0) - 0.5);
    return x;
}

std::shared_ptr<const Program> fromEquations(std::size_t count)
{
    EquationsRequest request;
    request.outputs = outputs(*acas(), count);
    return compile(*deriveEquations(*acas(), request));
}

} // namespace

/// Goal: 5 ms.
static void equationsOfOneOutput(benchmark::State& state)
{
    EquationsRequest request;
    request.outputs = outputs(*acas(), 1);
    for (auto _ : state)
        benchmark::DoNotOptimize(deriveEquations(*acas(), request));
}
BENCHMARK(equationsOfOneOutput)->Unit(benchmark::kMillisecond);

static void equationsOfAllOutputs(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(deriveEquations(*acas(), {}));
}
BENCHMARK(equationsOfAllOutputs)->Unit(benchmark::kMillisecond);

static void equationsOfAWideNetwork(benchmark::State& state)
{
    const Prepared network = NetworkBuilder::layered({784, 512, 512, 10}, "Relu");
    for (auto _ : state)
        benchmark::DoNotOptimize(deriveEquations(*network, {}));
}
BENCHMARK(equationsOfAWideNetwork)->Unit(benchmark::kMillisecond);

/// Goal: 16 ms together, from the graph or from the equations.
static void curveAndHeatMap(benchmark::State& state, const std::shared_ptr<const Program>& program)
{
    const std::vector<double> curve = points(1000);
    const std::vector<double> point = points(1);
    std::vector<double> values(1000 * 5);
    std::vector<double> at(5);
    std::vector<double> jacobian(25);
    for (auto _ : state) {
        benchmark::DoNotOptimize(program->evaluate(curve, values));
        benchmark::DoNotOptimize(program->differentiate(point, at, jacobian));
    }
}
BENCHMARK_CAPTURE(curveAndHeatMap, fromGraph, *compile(acas(), outputs(*acas(), 5)))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(curveAndHeatMap, fromEquations, fromEquations(5))->Unit(benchmark::kMillisecond);

static void jacobiansAtAThousandPoints(benchmark::State& state, const std::shared_ptr<const Program>& program)
{
    const std::vector<double> x = points(1000);
    std::vector<double> values(1000 * 5);
    std::vector<double> jacobians(1000 * 25);
    for (auto _ : state)
        benchmark::DoNotOptimize(program->differentiate(x, values, jacobians));
}
BENCHMARK_CAPTURE(jacobiansAtAThousandPoints, fromGraph, *compile(acas(), outputs(*acas(), 5)))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(jacobiansAtAThousandPoints, fromEquations, fromEquations(5))->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
