// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/layout/GraphLayout.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/PreparedText.h"
#include "ui/graph/GraphView.h"

#include <QApplication>
#include <QImage>

#include <benchmark/benchmark.h>

using namespace formulens;

namespace {

/// Dense layers of random weights, 8 inputs and 4 outputs.
std::shared_ptr<const PreparedNetwork> denseNetwork(std::size_t layers, std::size_t width)
{
    const Random random(3);
    std::uint64_t drawn = 0;
    const auto matrix = [&](const std::string& name, std::size_t rows, std::size_t columns) {
        std::string text = name + " = float32[" + std::to_string(rows) + ", " + std::to_string(columns) + "]{";
        for (std::size_t i = 0; i < rows * columns; ++i)
            text += (i > 0 ? ", " : "") + std::to_string(2 * random.uniform(drawn++, 0) - 1);
        return text + "}\n";
    };
    std::string text = "input x : float32[N, 8]\n";
    std::string computed;
    std::string last = "x";
    std::size_t from = 8;
    for (std::size_t layer = 0; layer <= layers; ++layer) {
        const bool isLast = layer == layers;
        const std::string number = std::to_string(layer);
        const std::size_t to = isLast ? 4 : width;
        text += matrix("W" + number, from, to);
        computed += "s" + number + " = MatMul(" + last + ", W" + number + ")\n";
        last = "h" + number;
        computed += last + " = Tanh(s" + number + ")\n";
        from = to;
    }
    return prepared(text + computed + "output " + last + "\n");
}

/// 2,000 neurons: 20 layers of 100, 191,200 weights.
const std::shared_ptr<const PreparedNetwork>& largeNetwork()
{
    static const auto network = denseNetwork(20, 100);
    return network;
}

const Diagram& largeDiagram()
{
    static const Diagram diagram = neuronDiagram(
        *largeNetwork(), **deriveEquations(*largeNetwork(), {}), openingQuestion(*largeNetwork()).question);
    return diagram;
}

void layOutNeurons(benchmark::State& state)
{
    const auto equations = *deriveEquations(*largeNetwork(), {});
    const Question question = openingQuestion(*largeNetwork()).question;
    for (auto _ : state)
        benchmark::DoNotOptimize(neuronDiagram(*largeNetwork(), *equations, question));
    state.counters["neurons"] = static_cast<double>(equations->unitCount());
    state.counters["edges"] = static_cast<double>(largeDiagram().edges.size());
}

/// What a click on an expander costs: the diagram of all layers, with one of them as its steps, laid out again.
void expandAndCollapseALayer(benchmark::State& state)
{
    const auto network = denseNetwork(static_cast<std::size_t>(state.range(0)), 4);
    const std::size_t chain = *layerDiagram(*network).nodes[1].chain;
    for (auto _ : state) {
        benchmark::DoNotOptimize(layerDiagram(*network, {chain}));
        benchmark::DoNotOptimize(layerDiagram(*network));
    }
}

/// The layered layout alone, on a graph of boxes with two edges into each.
void layOutBoxes(benchmark::State& state)
{
    const auto boxes = static_cast<std::size_t>(state.range(0));
    const Random random(7);
    layout::Request request;
    request.boxes.assign(boxes, {100, 48});
    for (std::size_t to = 1; to < boxes; ++to)
        for (std::uint64_t k = 0; k < 2; ++k) {
            const auto reach = static_cast<double>(std::min<std::size_t>(to, 8));
            request.edges.push_back({to - 1 - static_cast<std::size_t>(random.uniform(to, k) * reach), to});
        }
    for (auto _ : state)
        benchmark::DoNotOptimize(layout::layered(request));
}

void paint(benchmark::State& state, bool hovering)
{
    GraphView view;
    view.resize(640, 430);
    view.setDiagram(std::make_shared<const Diagram>(largeDiagram()));
    if (hovering)
        view.setHovered({largeDiagram().nodes.size() / 2});
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    for (auto _ : state)
        view.render(&image);
}

void firstPaint(benchmark::State& state)
{
    for (auto _ : state) {
        GraphView view;
        view.resize(640, 430);
        view.setDiagram(std::make_shared<const Diagram>(largeDiagram()));
        QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
        view.render(&image);
    }
}

void hover(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(largeDiagram().pathsThrough({largeDiagram().nodes.size() / 2}));
}

} // namespace

BENCHMARK(layOutNeurons)->Unit(benchmark::kMillisecond);
BENCHMARK(expandAndCollapseALayer)->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond);
BENCHMARK(layOutBoxes)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);
BENCHMARK(firstPaint)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(paint, again, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(paint, paths_lit, true)->Unit(benchmark::kMillisecond);
BENCHMARK(hover)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
