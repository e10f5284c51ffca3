// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/formula/FormulaSamples.h"
#include "ui/formula/EquationView.h"
#include "ui/formula/MathLayout.h"
#include "ui/pictures/EquationPictures.h"

#include <QApplication>
#include <QScrollBar>

#include <benchmark/benchmark.h>

using namespace formulens;
using namespace formulens::samples;

namespace {

constexpr double widthInEm = 50;
constexpr QSize viewSize(1000, 700);

void openEngine(benchmark::State& state)
{
    for (auto _ : state) {
        MathFont font;
        benchmark::DoNotOptimize(font.metrics(font.glyph(U'x')));
    }
}

void layout(benchmark::State& state)
{
    const Tree formula = sum(static_cast<int>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(layOut(formula, {.widthInEm = widthInEm}));
}

void layoutNested(benchmark::State& state)
{
    const Tree formula = nested(static_cast<int>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(layOut(formula, {.widthInEm = widthInEm}));
}

void hitTest(benchmark::State& state)
{
    const DisplayList list = layOut(sum(static_cast<int>(state.range(0) / 3)), {.widthInEm = widthInEm});
    const QPointF point(list.box.center());
    for (auto _ : state)
        benchmark::DoNotOptimize(list.groupAt(point));
    state.counters["groups"] = double(list.groups.size());
}

std::unique_ptr<EquationView> viewOf(const Tree& formula)
{
    auto view = std::make_unique<EquationView>();
    view->setFontPoints(15);
    view->resize(viewSize);
    view->setTree(formula);
    view->show();
    QCoreApplication::processEvents();
    return view;
}

void firstShow(benchmark::State& state)
{
    const Tree formula = sum(static_cast<int>(state.range(0)));
    const auto view = viewOf(letter("y"));
    for (auto _ : state) {
        view->setTree(formula);
        view->viewport()->repaint();
    }
}

void repaint(benchmark::State& state)
{
    const auto view = viewOf(sum(static_cast<int>(state.range(0))));
    for (auto _ : state)
        view->viewport()->repaint();
}

void scroll(benchmark::State& state)
{
    const auto view = viewOf(sum(static_cast<int>(state.range(0))));
    QScrollBar* bar = view->verticalScrollBar();
    for (auto _ : state) {
        bar->setValue((bar->value() + 37) % (bar->maximum() + 1));
        view->viewport()->repaint();
    }
}

void liveResize(benchmark::State& state)
{
    const auto view = viewOf(sum(static_cast<int>(state.range(0))));
    int width = 900;
    for (auto _ : state) {
        width = width < 1050 ? width + 15 : 900;
        view->resize(width, viewSize.height());
        QCoreApplication::processEvents(); // lays out and paints
    }
}

void writeSvg(benchmark::State& state)
{
    const Tree formula = sum(static_cast<int>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(equationSvg(formula, {.widthInEm = widthInEm}));
}

void writePdf(benchmark::State& state)
{
    const Tree formula = sum(static_cast<int>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(equationPdf(formula, {.widthInEm = widthInEm}));
}

void writePng(benchmark::State& state)
{
    const Tree formula = sum(static_cast<int>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(equationPng(formula, {.widthInEm = widthInEm}));
}

BENCHMARK(openEngine)->Unit(benchmark::kMillisecond);
BENCHMARK(layout)->Arg(60)->Arg(200)->Arg(500)->Arg(5000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(layoutNested)->Arg(40)->Arg(400)->Unit(benchmark::kMillisecond);
BENCHMARK(hitTest)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(firstShow)->Arg(60)->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK(repaint)->Arg(500)->Arg(5000)->Unit(benchmark::kMillisecond);
BENCHMARK(scroll)->Arg(500)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(liveResize)->Arg(500)->Arg(5000)->Unit(benchmark::kMillisecond);
BENCHMARK(writeSvg)->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK(writePdf)->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK(writePng)->Arg(500)->Unit(benchmark::kMillisecond);

} // namespace

int main(int count, char** arguments)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(count, arguments);
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
