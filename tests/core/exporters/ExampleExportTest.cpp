// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/exporters/RunProgram.h"

#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace formulens;

namespace {

constexpr std::size_t pointCount = 10;
constexpr std::size_t selectedLimit = 4;

struct Example
{
    Formula formula;
    std::size_t inputCount = 0;
    double outputScale = 1;
};

/// The first outputs of a bundled example in a form; the words of the refusal where it has none.
Result<Example> derived(const QString& file, Form form, std::optional<std::size_t> derivativeBy)
{
    const Result<OpenedModel> opened
        = openModel((QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/") + file).toStdString());
    if (!opened)
        return tl::unexpected(opened.error());
    DeriveRequest request;
    request.network = opened->prepared;
    request.question = openingQuestion(*opened->prepared, opened->sideFile ? &*opened->sideFile : nullptr).question;
    request.form = form;
    request.derivativeBy = derivativeBy;
    for (const OutputQuantity& output : request.question.outputs)
        if (request.question.selected.size() < selectedLimit)
            request.question.selected.push_back(output.element);
    Result<Formula> formula = derive(request);
    if (!formula)
        return tl::unexpected(formula.error());
    return Example{std::move(*formula), request.question.inputs.size(), 1};
}

/// Points over the domain as the formula's variables, and as all input elements of the network.
struct Points
{
    std::vector<std::vector<double>> free;
    std::vector<double> all;
};

Points pointsOf(const Example& example)
{
    Points points;
    const Random random(5);
    for (std::size_t i = 0; i < pointCount; ++i) {
        std::vector<double> free;
        std::vector<double> all(example.inputCount);
        for (std::size_t k = 0; k < example.formula.variables.size(); ++k) {
            const Variable& variable = example.formula.variables[k];
            free.push_back(variable.domain.lower + random.uniform(i, k) * variable.domain.width());
            all[variable.inputElement] = free.back();
        }
        points.free.push_back(free);
        points.all.insert(points.all.end(), all.begin(), all.end());
    }
    return points;
}

QString rows(const Points& points, const char* open, const char* close)
{
    QString text;
    for (const std::vector<double>& point : points.free) {
        QStringList numbers;
        for (const double number : point)
            numbers << QString::fromStdString(shortest(number));
        text += QStringLiteral("    %1%2%3,\n")
                    .arg(QLatin1String(open), numbers.join(QStringLiteral(", ")), QLatin1String(close));
    }
    return text;
}

void save(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

/// 1e-12 of the largest value that the formula takes at the points.
void compare(const std::vector<double>& expected, const QByteArray& printed)
{
    const QList<QByteArray> words = printed.simplified().split(' ');
    QCOMPARE(static_cast<std::size_t>(words.size()), expected.size());
    double scale = 0;
    for (const double value : expected)
        scale = std::max(scale, std::fabs(value));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double actual = toDouble(words[static_cast<qsizetype>(i)].toStdString()).value();
        QVERIFY2(std::fabs(actual - expected[i]) <= 1e-12 * scale,
            qPrintable(QStringLiteral("%1, expected %2").arg(actual, 0, 'g', 17).arg(expected[i], 0, 'g', 17)));
    }
}

} // namespace

/// The bundled examples, trained for real, through every form and writer.
class ExampleExportTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyWriterTellsTheSame_data();
    void everyWriterTellsTheSame();
};

void ExampleExportTest::everyWriterTellsTheSame_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("form");
    QTest::addColumn<bool>("isDerivative");
    for (const char* file : {"xor", "logic16", "iris", "abs_sin", "pendulum", "cruise", "surrogate", "digits"})
        for (const Form form : {Form::Layers, Form::Neurons, Form::Closed, Form::Law})
            for (const bool isDerivative : {false, true})
                QTest::addRow("%s, %s%s", file, std::string(name(form)).c_str(), isDerivative ? ", derivative" : "")
                    << QString::fromUtf8(file) + QStringLiteral(".onnx") << static_cast<int>(form) << isDerivative;
}

void ExampleExportTest::everyWriterTellsTheSame()
{
    QFETCH(QString, file);
    QFETCH(int, form);
    QFETCH(bool, isDerivative);
    const Result<Example> example
        = derived(file, static_cast<Form>(form), isDerivative ? std::optional<std::size_t>(0) : std::nullopt);
    if (!example)
        QSKIP(example.error().message.c_str());
    const Formula& formula = example->formula;
    const Points points = pointsOf(*example);
    const Result<std::vector<double>> expected = evaluateFormula(formula, points.all, example->inputCount);
    QVERIFY(expected.has_value());
    const QTemporaryDir folder;
    QString failure;

    const Result<std::string> json = write(formula, Language::Json);
    QVERIFY(json.has_value());
    const Result<Formula> read = readFormula(*json);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(*write(*read, Language::Json), *json);
    QCOMPARE(*evaluateFormula(*read, points.all, example->inputCount), *expected);

    const Result<std::string> mathMl = write(formula, Language::MathMl);
    QVERIFY2(mathMl.has_value(), mathMl ? "" : mathMl.error().message.c_str());
    QXmlStreamReader reader(QByteArray::fromStdString(*mathMl));
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));

    if (QStandardPaths::findExecutable(QStringLiteral("pdflatex")).isEmpty()) {
        qWarning("no pdflatex (texlive-latex-base): the LaTeX was not compiled");
    } else {
        save(folder.filePath(QStringLiteral("formula.tex")),
            QByteArray::fromStdString(*write(formula, Language::LatexDocument)));
        run(QStringLiteral("pdflatex"),
            {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"),
                QStringLiteral("formula.tex")},
            folder.path(), failure);
        QVERIFY2(failure.isEmpty(), qPrintable(failure));
    }

    if (QStandardPaths::findExecutable(QStringLiteral("cc")).isEmpty()) {
        qWarning("no C compiler (cc): the exported C was not compiled");
    } else {
        const Result<std::string> code = write(formula, Language::C);
        QVERIFY2(code.has_value(), code ? "" : code.error().message.c_str());
        QString program = QString::fromStdString(*code);
        program += QStringLiteral("#include <stdio.h>\nint main(void)\n{\n    static const double points[][%1] = {\n%2"
                                  "    };\n    double y[%3];\n    for (int i = 0; i < %4; ++i) {\n"
                                  "        network(points[i], y);\n        for (int k = 0; k < %3; ++k)\n"
                                  "            printf(\"%.17g \", y[k]);\n    }\n    return 0;\n}\n")
                       .arg(formula.variables.size())
                       .arg(rows(points, "{ ", " }"))
                       .arg(formula.results.size())
                       .arg(pointCount);
        save(folder.filePath(QStringLiteral("network.c")), program.toUtf8());
        run(QStringLiteral("cc"),
            {QStringLiteral("-std=c99"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"), QStringLiteral("-Werror"),
                QStringLiteral("-pedantic"), QStringLiteral("-ffp-contract=off"), QStringLiteral("network.c"),
                QStringLiteral("-o"), QStringLiteral("network"), QStringLiteral("-lm")},
            folder.path(), failure);
        QVERIFY2(failure.isEmpty(), qPrintable(failure.left(3000)));
        compare(*expected, run(folder.filePath(QStringLiteral("network")), {}, folder.path(), failure));
    }

    run(QStringLiteral("/usr/bin/python3"), {QStringLiteral("-c"), QStringLiteral("import numpy")}, folder.path(),
        failure);
    if (!failure.isEmpty())
        QSKIP("no /usr/bin/python3 with numpy (python3-numpy): the exported Python was not run");
    const Result<std::string> python = write(formula, Language::Python);
    QVERIFY2(python.has_value(), python ? "" : python.error().message.c_str());
    const QString program = QString::fromStdString(*python)
        + QStringLiteral(
            "points = np.array([\n%1])\nprint(' '.join('%.17g' % value for value in network(points).ravel()))\n")
              .arg(rows(points, "[", "]"));
    save(folder.filePath(QStringLiteral("network.py")), program.toUtf8());
    const QByteArray printed
        = run(QStringLiteral("/usr/bin/python3"), {QStringLiteral("network.py")}, folder.path(), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure.left(3000)));
    compare(*expected, printed);
}

QTEST_MAIN(ExampleExportTest)
#include "ExampleExportTest.moc"
