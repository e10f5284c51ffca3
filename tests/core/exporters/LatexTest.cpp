// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LatexText.h"
#include "core/exporters/Writer.h"
#include "tests/core/exporters/SampleFormulas.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace formulens;
using namespace formulens::samples;
using notation::NotationOptions;

namespace {

QString latexOf(const Expression& expression, const NotationOptions& options = {})
{
    return QString::fromStdString(toLatex(notation::notate(expression, options)));
}

} // namespace

class LatexTest final : public QObject
{
    Q_OBJECT

private slots:
    void expressionsAreWhatOneTypes_data();
    void expressionsAreWhatOneTypes();
    void wordsAreEscaped_data();
    void wordsAreEscaped();
    void longSumsBreakBeforeOperators();
    void everythingCompiles_data();
    void everythingCompiles();
};

void LatexTest::expressionsAreWhatOneTypes_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("actual");
    const auto row = [](const char* name, const char* expected, const QString& actual) {
        QTest::addRow("%s", name) << QString::fromUtf8(expected) << actual;
    };
    const Expression a = symbol("a");
    const Expression theta = symbol("theta");
    NotationOptions out;
    out.writeFunctionsOut = true;
    row("a sum", "2\\,a - 0.5\\,\\theta + 1.2 \\times 10^{-7}",
        latexOf(Expression::sum(1.2e-7, {{2, a}, {-0.5, theta}})));
    row("sigmoid", "\\sigma\\left(a - 1\\right)", latexOf(call("sigmoid", {a - 1})));
    row("nested fractions", "\\frac{1}{1 + e^{-\\frac{2}{1 + e^{-a}}}}",
        latexOf(call("sigmoid", {Expression(2) * call("sigmoid", {a})}), out));
    row("a named function", "\\operatorname{ReLU}\\left(a\\right)", latexOf(call("relu", {a})));
    row("a known function", "\\tanh^{2}\\left(a\\right)", latexOf(Expression::power(call("tanh", {a}), 2)));
    row("a root", "\\sqrt{a + 1}", latexOf(Expression::power(a + 1, 0.5)));
    row("logarithm", "\\ln\\left(a\\right)", latexOf(call("log", {a})));
    row("cases", "\\begin{cases} a & \\text{if } a < 0 \\\\ \\theta & \\text{otherwise} \\end{cases}",
        latexOf(call("select", {call("less", {a, 0.0}), a, theta})));
    row("floor", "\\left\\lfloor a\\right\\rfloor", latexOf(call("floor", {a})));
}

void LatexTest::expressionsAreWhatOneTypes()
{
    QFETCH(QString, expected);
    QFETCH(QString, actual);
    QCOMPARE(actual, expected);
}

void LatexTest::wordsAreEscaped_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("latex");
    QTest::addRow("special characters") << QStringLiteral("100 % & #_{}$")
                                        << QStringLiteral("100 \\% \\& \\#\\_\\{\\}\\$");
    QTest::addRow("a degree") << QStringLiteral("[°C]") << QStringLiteral("[$^\\circ$C]");
    QTest::addRow("an umlaut") << QStringLiteral("Öl") << QStringLiteral("\\\"{O}l");
    QTest::addRow("a Greek letter") << QStringLiteral("Ω") << QStringLiteral("$\\Omega$");
    QTest::addRow("Cyrillic is named in a comment") << QStringLiteral("Тe") << QStringLiteral("?e");
    QTest::addRow("a line break") << QStringLiteral("a\nb") << QStringLiteral("a?b");
}

void LatexTest::wordsAreEscaped()
{
    QFETCH(QString, words);
    QFETCH(QString, latex);
    QCOMPARE(QString::fromStdString(latexWords(words.toStdString())), latex);
}

void LatexTest::longSumsBreakBeforeOperators()
{
    const std::string text = *write(denseLayers(), Language::Latex);
    QVERIFY(
        text.find(" \\\\\n&\\quad{} + ") != std::string::npos || text.find(" \\\\\n&\\quad{} - ") != std::string::npos);
    QVERIFY(text.find("\\bigl(") != std::string::npos);
    for (const QString& line : QString::fromStdString(text).split(QLatin1Char('\n')))
        QVERIFY2(line.startsWith(QLatin1Char('%')) || line.size() < 160, qPrintable(line));
}

void LatexTest::everythingCompiles_data()
{
    QTest::addColumn<QString>("document");
    WriteOptions out;
    out.notation.writeFunctionsOut = true;
    WriteOptions full;
    full.notation.digits = 0;
    const auto row = [](const char* name, const Formula& formula, const WriteOptions& options) {
        QTest::addRow("%s", name) << QString::fromStdString(*write(formula, Language::LatexDocument, options));
    };
    row("two sigmoids", twoSigmoids(), {});
    row("nested sigmoids written out", nestedSigmoids(), out);
    row("awkward names", awkwardNames(), {});
    row("every function", everyFunction(), {});
    row("every function written out, all digits", everyFunction(), [] {
        WriteOptions both;
        both.notation.writeFunctionsOut = true;
        both.notation.digits = 0;
        return both;
    }());
    row("a law with its region", law(), {});
    row("a derivative", derivativeOfTanh(), {});
    row("dense layers over many pages, all digits", denseLayers(20, 60), full);
}

void LatexTest::everythingCompiles()
{
    QFETCH(QString, document);
    if (QStandardPaths::findExecutable(QStringLiteral("pdflatex")).isEmpty())
        QSKIP("no pdflatex (texlive-latex-base): the LaTeX was not compiled");
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("formula.tex")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(document.toUtf8());
    file.close();
    QProcess process;
    process.setWorkingDirectory(folder.path());
    process.start(QStringLiteral("pdflatex"),
        {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"), QStringLiteral("formula.tex")});
    QVERIFY(process.waitForFinished(60000));
    const QByteArray log = process.readAllStandardOutput();
    QVERIFY2(process.exitCode() == 0, log.right(2000).constData());
    QVERIFY2(!log.contains("Missing character"), log.right(2000).constData());
}

QTEST_MAIN(LatexTest)
#include "LatexTest.moc"
