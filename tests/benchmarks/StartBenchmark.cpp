// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"
#include "ui/graph/GraphView.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QFileInfo>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <benchmark/benchmark.h>

#include <cstdio>

using namespace formulens;

/// Times from the start of a process, as a user has them. The window is measured in a process of its own: this program
/// starts itself again with "--window", and that one says when equation and graph are on the screen.
namespace {

int showWindow(int argc, char** argv)
{
    QApplication application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    const QTemporaryDir folder;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.path());
    MainWindow window;
    window.show();
    window.openFirstExample();
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &application, [&] {
        const auto* equation = window.findChild<EquationView*>();
        if (!equation || !equation->isVisible() || equation->plainText().isEmpty())
            return;
        window.grab(); // painted, as the screen would have it
        std::puts("shown");
        std::fflush(stdout);
        QApplication::quit();
    });
    look.start(1);
    return QApplication::exec();
}

void timeOf(benchmark::State& state, const QString& program, const QStringList& arguments)
{
    for (auto _ : state) {
        QProcess process;
        process.start(program, arguments, QIODevice::ReadOnly);
        process.waitForReadyRead(30'000);
        state.PauseTiming();
        process.waitForFinished(30'000);
        if (process.exitCode() != 0)
            state.SkipWithError("the program failed");
        state.ResumeTiming();
    }
}

} // namespace

/// Goal: 1,000 ms, offscreen, warm disk.
static void windowWithTheFirstExample(benchmark::State& state)
{
    timeOf(state, QCoreApplication::applicationFilePath(), {QStringLiteral("--window")});
}
BENCHMARK(windowWithTheFirstExample)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);

/// Goal: 100 ms. The model: an ACAS Xu network where FORMULENS_CORPUS tells the corpus, else the first example.
static void infoFromProcessStart(benchmark::State& state)
{
    const QString acas
        = qEnvironmentVariable("FORMULENS_CORPUS") + QStringLiteral("/acasxu/ACASXU_experimental_v2a_1_1.onnx");
    const QString example = QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/xor.onnx");
    const QString model = QFileInfo::exists(acas) ? acas : example;
    state.SetLabel(QFileInfo(model).fileName().toStdString());
    timeOf(state, QStringLiteral(FORMULENS_BINARY_DIR "/bin/formulens-cli"), {QStringLiteral("info"), model});
}
BENCHMARK(infoFromProcessStart)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    if (argc > 1 && QByteArrayView(argv[1]) == "--window")
        return showWindow(argc, argv);
    const QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
