// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/logic/Cover.h"
#include "core/logic/DecisionDiagram.h"
#include "core/logic/Gates.h"
#include "core/logic/Naming.h"
#include "core/logic/ReedMuller.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace formulens;
using namespace formulens::logic;

/// Logic of a random n-16-16-1 ReLU network whose output is cut at its median, inputs -1 and 1.
namespace {

constexpr int width = 16;

// Normally distributed (Box, Muller).
double normal(const Random& random, std::uint64_t sample, std::uint64_t dimension)
{
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform(sample, 2 * dimension)));
    return radius * std::cos(6.283185307179586 * random.uniform(sample, 2 * dimension + 1));
}

struct Layer
{
    std::vector<float> weights;
    std::vector<float> bias;
};

Layer layer(std::size_t inputs, std::size_t outputs, std::uint64_t number)
{
    const Random random(20 + number);
    Layer made;
    for (std::size_t i = 0; i < inputs * outputs; ++i)
        made.weights.push_back(static_cast<float>(normal(random, i, 0) * 1.4 / std::sqrt(static_cast<double>(inputs))));
    for (std::size_t i = 0; i < outputs; ++i)
        made.bias.push_back(static_cast<float>(0.2 * normal(random, i, 1)));
    return made;
}

constexpr std::size_t block = 64; ///< rows that are computed side by side
using Values = std::vector<float>; ///< block values of each input or neuron

Values applied(const Layer& layer, const Values& in, std::size_t outputs)
{
    const std::size_t inputs = in.size() / block;
    Values out(outputs * block);
    for (std::size_t o = 0; o < outputs; ++o) {
        float* sums = &out[o * block];
        std::fill_n(sums, block, layer.bias[o]);
        for (std::size_t i = 0; i < inputs; ++i) {
            const float weight = layer.weights[i * outputs + o];
            const float* values = &in[i * block];
            for (std::size_t k = 0; k < block; ++k)
                sums[k] += weight * values[k];
        }
    }
    return out;
}

Values rectified(Values values)
{
    for (float& value : values)
        value = std::max(value, 0.0f);
    return values;
}

TruthTable networkTable(int inputs)
{
    const auto count = static_cast<std::size_t>(inputs);
    const Layer first = layer(count, width, 1);
    const Layer second = layer(width, width, 2);
    const Layer last = layer(width, 1, 3);
    TruthTable table(inputs);
    std::vector<float> values(std::max(table.rows(), block));
    for (std::size_t row = 0; row < table.rows(); row += block) {
        Values x(count * block);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t k = 0; k < block; ++k)
                x[i * block + k] = ((row + k) >> (count - 1 - i)) & 1 ? 1.0f : -1.0f;
        const Values outputs = applied(last, rectified(applied(second, rectified(applied(first, x, width)), width)), 1);
        std::copy(outputs.begin(), outputs.end(), values.begin() + static_cast<std::ptrdiff_t>(row));
    }
    values.resize(table.rows());
    std::vector<float> sorted = values;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const float median = sorted[sorted.size() / 2];
    for (std::size_t row = 0; row < values.size(); ++row)
        if (values[row] > median)
            table.set(row, true);
    return table;
}

const TruthTable& tableOfInputs(int inputs)
{
    static std::map<int, TruthTable> tables;
    return tables.try_emplace(inputs, networkTable(inputs)).first->second;
}

int inputsOf(const benchmark::State& state)
{
    return static_cast<int>(state.range(0));
}

} // namespace

static void truthTable(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(networkTable(inputsOf(state)));
}
BENCHMARK(truthTable)->Arg(16)->Arg(20)->Unit(benchmark::kMillisecond);

/// Cover, the complement's cover, Reed-Muller form and decision diagram. Goals, with the table: 10 ms at 16 inputs,
/// 150 ms at 20.
static void formsOfATable(benchmark::State& state)
{
    const TruthTable& table = tableOfInputs(inputsOf(state));
    std::size_t cubes = 0;
    std::size_t terms = 0;
    std::size_t nodes = 0;
    for (auto _ : state) {
        const TruthTable complement = ~table;
        cubes = irredundantCover(table, table)->size();
        benchmark::DoNotOptimize(irredundantCover(complement, complement));
        terms = monomials(table).size();
        nodes = decisionDiagram(table)->size();
    }
    state.counters["cubes"] = static_cast<double>(cubes);
    state.counters["monomials"] = static_cast<double>(terms);
    state.counters["nodes"] = static_cast<double>(nodes);
}
BENCHMARK(formsOfATable)->Arg(8)->Arg(12)->Arg(16)->Arg(20)->Arg(24)->Unit(benchmark::kMillisecond);

static void allPrimes(benchmark::State& state)
{
    const TruthTable& table = tableOfInputs(inputsOf(state));
    for (auto _ : state)
        state.counters["primes"] = static_cast<double>(primes(table)->size());
}
BENCHMARK(allPrimes)->Arg(8)->Arg(12)->Arg(16)->Unit(benchmark::kMillisecond);

static void shortestCover(benchmark::State& state)
{
    const LogicFunction function = complete(tableOfInputs(inputsOf(state)));
    MinimumCover found;
    for (auto _ : state)
        found = *minimumCover(function);
    state.counters["cubes"] = static_cast<double>(found.cover.size());
    state.counters["proven"] = found.proven;
}
BENCHMARK(shortestCover)->DenseRange(8, 20, 2)->Unit(benchmark::kMillisecond);

static void nandGates(benchmark::State& state)
{
    const LogicFunction function = complete(tableOfInputs(inputsOf(state)));
    const CoverPair covers = *minimumCovers(function);
    std::size_t gates = 0;
    for (auto _ : state)
        gates = synthesise(function, GateBasis::Nand, covers)->netlist.gateCount();
    state.counters["gates"] = static_cast<double>(gates);
}
BENCHMARK(nandGates)->Arg(3)->Arg(6)->Arg(8)->Arg(10)->Arg(12)->Arg(16)->Unit(benchmark::kMillisecond);

static void nameOfAThreshold(benchmark::State& state)
{
    FunctionName name;
    for (int i = 0; i < inputsOf(state); ++i) {
        name.inputs.push_back(i);
        name.negated.push_back(false);
        name.weights.push_back(1 + (i * i * 7) % 23);
        name.threshold += name.weights.back();
    }
    name.kind = FunctionKind::Threshold;
    name.threshold /= 2;
    const LogicFunction function = complete(table(name, inputsOf(state)));
    for (auto _ : state)
        benchmark::DoNotOptimize(nameOf(function)->isNamed());
}
BENCHMARK(nameOfAThreshold)->Arg(4)->Arg(10)->Arg(16)->Arg(20)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
