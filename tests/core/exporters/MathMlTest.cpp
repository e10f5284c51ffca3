// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"
#include "tests/core/exporters/SampleFormulas.h"

#include <QTest>
#include <QXmlStreamReader>

using namespace formulens;
using namespace formulens::samples;

class MathMlTest final : public QObject
{
    Q_OBJECT

private slots:
    void expressionsAreElements_data();
    void expressionsAreElements();
    void everythingIsWellFormed_data();
    void everythingIsWellFormed();
};

void MathMlTest::expressionsAreElements_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("actual");
    const auto row = [](const char* name, const char* expected, const Expression& expression) {
        QTest::addRow("%s", name) << QString::fromUtf8(expected)
                                  << QString::fromStdString(toMathMl(notation::notate(expression)));
    };
    row("a number",
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow><mn>2</mn></mrow></math>\n",
        Expression(2));
    row("a quotient",
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" "
        "display=\"block\"><mfrac><mrow><mi>a</mi></mrow><mrow><mi>θ</mi></mrow></mfrac></math>\n",
        symbol("a") / symbol("theta"));
    row("a less sign is escaped",
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow><mo "
        "stretchy=\"true\">[</mo><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow><mo "
        "stretchy=\"true\">]</mo></mrow></math>\n",
        call("less", {symbol("a"), symbol("b")}));
}

void MathMlTest::expressionsAreElements()
{
    QFETCH(QString, expected);
    QFETCH(QString, actual);
    QCOMPARE(actual, expected);
}

void MathMlTest::everythingIsWellFormed_data()
{
    QTest::addColumn<QByteArray>("xml");
    const auto row = [](const char* name, const Formula& formula, bool writeOut) {
        WriteOptions options;
        options.notation.writeFunctionsOut = writeOut;
        QTest::addRow("%s", name) << QByteArray::fromStdString(*write(formula, Language::MathMl, options));
    };
    row("two sigmoids", twoSigmoids(), false);
    row("nested sigmoids written out", nestedSigmoids(), true);
    row("awkward names", awkwardNames(), false);
    row("every function", everyFunction(), false);
    row("every function written out", everyFunction(), true);
    row("a law with its region", law(), false);
    row("a derivative", derivativeOfTanh(), false);
    row("layers", layers(), false);
}

void MathMlTest::everythingIsWellFormed()
{
    QFETCH(QByteArray, xml);
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        reader.readNext();
        QVERIFY2(reader.name() != QLatin1String("mfenced"), "MathML Core has no mfenced");
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
}

QTEST_MAIN(MathMlTest)
#include "MathMlTest.moc"
