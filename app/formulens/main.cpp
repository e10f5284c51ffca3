// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QCommandLineParser>

#include <clocale>

using namespace formulens;

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    // Numbers are read and written by std functions too: a decimal comma would tear files apart.
    std::setlocale(LC_NUMERIC, "C");
    QApplication::setApplicationName(QStringLiteral("formulens"));
    QApplication::setOrganizationName(QStringLiteral("formulens"));
    QApplication::setApplicationDisplayName(QStringLiteral("Formulens"));
    QApplication::setApplicationVersion(QStringLiteral(FORMULENS_VERSION));

    QCommandLineParser words;
    words.setApplicationDescription(
        QApplication::translate("main", "Which formula does a trained network compute, and what depends on what?"));
    words.addHelpOption();
    words.addVersionOption();
    words.addPositionalArgument(QStringLiteral("model"),
        QApplication::translate("main", "Trained network to open; without one the first example is shown."),
        QStringLiteral("[model]"));
    words.process(application);

    MainWindow window;
    window.show();
    if (words.positionalArguments().isEmpty())
        window.openFirstExample();
    else
        window.open(words.positionalArguments().constFirst());
    return QApplication::exec();
}
