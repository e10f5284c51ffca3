// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Analysis.h"
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/NetworkBuilder.h"

#include <benchmark/benchmark.h>

using namespace formulens;

/// What a click costs on a network of the shape of ACAS Xu (5-50x6-5, ReLU) with random weights.
namespace {

DeriveRequest request(Form form)
{
    DeriveRequest request;
    request.network = NetworkBuilder::layered({5, 50, 50, 50, 50, 50, 50, 5}, "Relu");
    request.question = openingQuestion(*request.network).question;
    request.question.selected = {request.question.outputs.front().element};
    request.form = form;
    return request;
}

} // namespace

/// Goal: 200 ms, with the check at 256 points.
static void neuronsToLatex(benchmark::State& state)
{
    const DeriveRequest neurons = request(Form::Neurons);
    for (auto _ : state)
        benchmark::DoNotOptimize(write(*derive(neurons), Language::Latex));
}
BENCHMARK(neuronsToLatex)->Unit(benchmark::kMillisecond);

/// Goal: 50 ms.
static void forecastOfAllForms(benchmark::State& state)
{
    const DeriveRequest closed = request(Form::Closed);
    for (auto _ : state)
        benchmark::DoNotOptimize(forecastForms(closed));
}
BENCHMARK(forecastOfAllForms)->Unit(benchmark::kMillisecond);

/// Goal: 16 ms: what the window draws after a click.
static void curveAndSensitivity(benchmark::State& state)
{
    const DeriveRequest question = request(Form::Closed);
    const std::vector<ElementReference> outputs{question.question.outputs[0].element,
        question.question.outputs[1].element, question.question.outputs[2].element,
        question.question.outputs[3].element, question.question.outputs[4].element};
    const std::shared_ptr<const Program> program = *compile(question.network, outputs);
    const std::vector<double> point = question.question.referencePoint();
    for (auto _ : state) {
        benchmark::DoNotOptimize(curve({program, point, 0, {-1, 1}, 1000, {0}}));
        benchmark::DoNotOptimize(sensitivity({program, point, question.question.ranges()}));
    }
}
BENCHMARK(curveAndSensitivity)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
