// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/exporters/Writer.h"
#include "tests/core/exporters/RunProgram.h"
#include "tests/core/exporters/SampleFormulas.h"

#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <clocale>
#include <cmath>
#include <map>

using namespace formulens;
using namespace formulens::samples;

namespace {

constexpr std::size_t pointCount = 25;

/// Counted numbers between -2 and 2.
std::vector<double> pointAt(std::size_t number, std::size_t inputs)
{
    std::vector<double> point;
    for (std::size_t i = 0; i < inputs; ++i)
        point.push_back(static_cast<double>((number * 7919 + i * 104729 + 31) % 4001) / 1000.125 - 2);
    return point;
}

using Symbols = std::vector<std::pair<std::string, double>>;

/// Layers as LayerEquation's comment defines them, row by row: an oracle that shares no code with the writers.
void evaluateLayers(const Formula& formula, Symbols& symbols, std::map<std::string, std::vector<double>> vectors)
{
    for (const LayerEquation& layer : formula.layers) {
        std::vector<double> in;
        for (const std::string& argument : layer.arguments)
            in.insert(in.end(), vectors.at(argument).begin(), vectors.at(argument).end());
        std::vector<double> forms;
        for (std::size_t k = 0; k < layer.sparse.count(); ++k) {
            double sum = layer.sparse.constant[k];
            for (std::size_t i = layer.sparse.first[k]; i < layer.sparse.first[k + 1]; ++i)
                sum += layer.sparse.coefficient[i] * in[layer.sparse.column[i]];
            forms.push_back(sum);
        }
        for (std::size_t row = 0; forms.size() < layer.rows && layer.sparse.count() == 0; ++row) {
            double sum = layer.offset.empty() ? 0 : layer.offset[row];
            for (std::size_t j = 0; j < layer.columns && !layer.matrix.empty(); ++j)
                sum += layer.matrix[row * layer.columns + j] * in[j];
            forms.push_back(layer.matrix.empty() ? sum + in[row] : sum);
        }
        std::vector<double>& out = vectors[layer.symbol];
        for (std::size_t row = 0; row < layer.rows; ++row) {
            const std::string_view name = layer.function ? function(*layer.function).name : "named_sum";
            std::vector<double> operands(forms.begin() + static_cast<std::ptrdiff_t>(row * layer.operandsPerRow),
                forms.begin() + static_cast<std::ptrdiff_t>((row + 1) * layer.operandsPerRow));
            if (name == "softmax") {
                operands = forms;
                std::swap(operands[0], operands[row]);
            }
            out.push_back(function(*findFunction(name)).value(operands, layer.parameters));
            symbols.emplace_back(layer.symbol + "_" + std::to_string(row + 1), out.back());
        }
    }
}

std::vector<double> valuesAt(const Formula& formula, const std::vector<double>& point)
{
    Symbols symbols;
    std::map<std::string, std::vector<double>> vectors;
    vectors["x"].resize(formula.variables.size() + formula.held.size());
    for (std::size_t i = 0; i < point.size(); ++i) {
        symbols.emplace_back(formula.variables[i].symbol, point[i]);
        vectors["x"][formula.variables[i].inputElement] = point[i];
    }
    for (const HeldInput& held : formula.held)
        vectors["x"][held.inputElement] = held.value;
    evaluateLayers(formula, symbols, vectors);
    for (const Definition& definition : formula.definitions)
        symbols.emplace_back(definition.symbol, value(definition.value, symbols));
    std::vector<double> values;
    for (const ResultEquation& result : formula.results)
        values.push_back(value(result.value, symbols));
    return values;
}

QString list(const std::vector<double>& numbers)
{
    QStringList texts;
    for (const double number : numbers)
        texts << QString::fromStdString(shortest(number));
    return texts.join(QStringLiteral(", "));
}

void save(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

/// What the program printed against our own values: 1e-12 of the value, or of 1 where it is small.
void compare(const Formula& formula, const QByteArray& printed)
{
    const QList<QByteArray> words = printed.simplified().split(' ');
    QCOMPARE(static_cast<std::size_t>(words.size()), pointCount * formula.results.size());
    qsizetype position = 0;
    for (std::size_t i = 0; i < pointCount; ++i) {
        const std::vector<double> expected = valuesAt(formula, pointAt(i, formula.variables.size()));
        for (std::size_t k = 0; k < expected.size(); ++k) {
            std::string word = words[position++].toStdString();
            word.erase(0, word.starts_with("-nan") ? 1 : 0);
            const double actual = toDouble(word).value();
            const bool equal = (std::isnan(actual) && std::isnan(expected[k])) || actual == expected[k]
                || std::fabs(actual - expected[k]) <= 1e-12 * std::max(1.0, std::fabs(expected[k]));
            QVERIFY2(equal,
                qPrintable(QStringLiteral("%1 at point %2: %3, expected %4")
                               .arg(QString::fromStdString(formula.results[k].symbol))
                               .arg(i)
                               .arg(actual, 0, 'g', 17)
                               .arg(expected[k], 0, 'g', 17)));
        }
    }
}

} // namespace

Q_DECLARE_METATYPE(formulens::Formula)

class CodeTest final : public QObject
{
    Q_OBJECT

private slots:
    void cComputesTheSame_data();
    void cComputesTheSame();
    void pythonComputesTheSame_data();
    void pythonComputesTheSame();
    void denseLayersAreArraysAndLoops();
    void sharedPartsAreComputedOnce();
    void unknownSymbolsAreRefused();
    void numbersHaveAPointInEveryLocale();
};

void CodeTest::cComputesTheSame_data()
{
    QTest::addColumn<Formula>("formula");
    QTest::addRow("two sigmoids") << twoSigmoids();
    QTest::addRow("nested sigmoids") << nestedSigmoids();
    QTest::addRow("awkward names") << awkwardNames();
    QTest::addRow("every function of the catalogue") << everyFunction();
    QTest::addRow("powers, quotients, extreme numbers and sharing") << arithmetic();
    QTest::addRow("a law with its region") << law();
    QTest::addRow("a derivative") << derivativeOfTanh();
    QTest::addRow("a dense layer") << denseLayers();
    QTest::addRow("two inputs only of a wide layer") << denseLayers(2, 40);
    QTest::addRow("layers") << layers();
    QTest::addRow("a constant without inputs") << [] {
        Formula formula;
        formula.results = {result("y", Expression(0.5))};
        return formula;
    }();
}

void CodeTest::cComputesTheSame()
{
    QFETCH(Formula, formula);
    if (QStandardPaths::findExecutable(QStringLiteral("cc")).isEmpty())
        QSKIP("no C compiler (cc): the exported C was not compiled");
    const QTemporaryDir folder;
    QByteArray program = QByteArray::fromStdString(*write(formula, Language::C));
    const std::size_t inputs = std::max<std::size_t>(formula.variables.size(), 1);
    program += QStringLiteral("#include <stdio.h>\nint main(void)\n{\n    static const double points[%1][%2] = {\n")
                   .arg(pointCount)
                   .arg(inputs)
                   .toUtf8();
    for (std::size_t i = 0; i < pointCount; ++i)
        program += QStringLiteral("        { %1 },\n").arg(list(pointAt(i, inputs))).toUtf8();
    program += QStringLiteral("    };\n    double y[%1];\n    for (int i = 0; i < %2; ++i) {\n"
                              "        network(points[i], y);\n        for (int k = 0; k < %1; ++k)\n"
                              "            printf(\"%.17g \", y[k]);\n    }\n    return 0;\n}\n")
                   .arg(formula.results.size())
                   .arg(pointCount)
                   .toUtf8();
    save(folder.filePath(QStringLiteral("network.c")), program);
    QString failure;
    const QStringList strict{QStringLiteral("-std=c99"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"),
        QStringLiteral("-Werror"), QStringLiteral("-pedantic"), QStringLiteral("-ffp-contract=off"),
        QStringLiteral("network.c"), QStringLiteral("-o"), QStringLiteral("network"), QStringLiteral("-lm")};
    run(QStringLiteral("cc"), strict, folder.path(), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure + QString::fromUtf8(program.left(4000))));
    compare(formula, run(folder.filePath(QStringLiteral("network")), {}, folder.path(), failure));
}

void CodeTest::pythonComputesTheSame_data()
{
    cComputesTheSame_data();
}

void CodeTest::pythonComputesTheSame()
{
    QFETCH(Formula, formula);
    const QString python = QStringLiteral("/usr/bin/python3");
    QString failure = QFile::exists(python) ? QString() : QStringLiteral("none");
    const QTemporaryDir folder;
    if (failure.isEmpty())
        run(python, {QStringLiteral("-c"), QStringLiteral("import numpy")}, folder.path(), failure);
    if (!failure.isEmpty())
        QSKIP("no /usr/bin/python3 with numpy (python3-numpy): the exported Python was not run");
    QByteArray program = QByteArray::fromStdString(*write(formula, Language::Python));
    program += "np.seterr(all='ignore')\npoints = np.array([\n";
    for (std::size_t i = 0; i < pointCount; ++i)
        program += QStringLiteral("    [%1],\n").arg(list(pointAt(i, formula.variables.size()))).toUtf8();
    // NumPy rounds x**2 + y**2 differently from run to run (1 in 100 was seen): its kernels look at addresses.
    program += "])\ny = network(points)\n"
               "def same(a, b):\n"
               "    return np.allclose(a, b, rtol=1e-13, atol=1e-13, equal_nan=True)\n"
               "assert same(network(points.reshape(5, 5, -1)).reshape(25, -1), y)\n"
               "assert same(network(points[3]), y[3])\n"
               "print(' '.join('%.17g' % value for value in y.ravel()))\n";
    if (formula.variables.empty())
        program.replace("points.reshape(5, 5, -1)", "points.reshape(5, 5, 0)");
    save(folder.filePath(QStringLiteral("network.py")), program);
    const QByteArray printed = run(python, {QStringLiteral("network.py")}, folder.path(), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure + QString::fromUtf8(program.left(4000))));
    compare(formula, printed);
}

void CodeTest::denseLayersAreArraysAndLoops()
{
    const std::string code = *write(denseLayers(), Language::C);
    QVERIFY(code.find("static const double W_h1[12][9]") != std::string::npos);
    QVERIFY(code.find("h1[i] = tanh(s);") != std::string::npos);
    QVERIFY(code.find("void network(const double x[9], double y[2])") != std::string::npos);
}

void CodeTest::sharedPartsAreComputedOnce()
{
    const std::string code = *write(arithmetic(), Language::C);
    QCOMPARE(QString::fromStdString(code).count(QStringLiteral("sin(")), 40);
    QVERIFY(code.size() < 20000);
}

void CodeTest::unknownSymbolsAreRefused()
{
    Formula formula;
    formula.results = {result("y", symbol("nowhere"))};
    for (const Language language : {Language::C, Language::Python}) {
        const Result<std::string> written = write(formula, language);
        QVERIFY(!written);
        QVERIFY(written.error().message.find("\"nowhere\"") != std::string::npos);
    }
}

void CodeTest::numbersHaveAPointInEveryLocale()
{
    const std::string before = std::setlocale(LC_ALL, nullptr);
    const char* found = nullptr;
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ru_RU.UTF-8", "de_DE"})
        found = found != nullptr ? found : std::setlocale(LC_ALL, name);
    if (found == nullptr)
        QSKIP("no locale with a decimal comma is installed: skipped");
    for (const Language language :
        {Language::Text, Language::Latex, Language::MathMl, Language::Json, Language::C, Language::Python}) {
        std::setlocale(LC_ALL, found);
        const std::string there = *write(twoSigmoids(), language);
        const bool readsBack = language != Language::Json || readFormula(there).has_value();
        std::setlocale(LC_ALL, before.c_str());
        QCOMPARE(there, *write(twoSigmoids(), language));
        QVERIFY(readsBack);
    }
}

QTEST_MAIN(CodeTest)
#include "CodeTest.moc"
