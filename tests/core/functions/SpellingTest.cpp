// SPDX-License-Identifier: GPL-3.0-or-later
#include "Samples.h"

#include "core/base/Numerals.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace formulens;

/// What the catalogue writes in C and Python, run and held against its values.
class SpellingTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyFunctionIsSpelled();
    void cComputesTheSame();
    void pythonComputesTheSame();
};

namespace {

struct Case
{
    const Function* row = nullptr;
    std::vector<double> parameters;
    std::vector<double> x;
};

const std::vector<Case>& cases()
{
    static const std::vector<Case> all = [] {
        const Random random(7);
        std::vector<Case> list;
        for (const Function& row : catalogue()) {
            for (const samples::Setting& setting : samples::settingsOf(row)) {
                const std::vector<Interval> box(setting.operands, setting.domain);
                for (std::uint64_t k = 0; k < 12; ++k)
                    list.push_back({&row, setting.parameters, samples::point(random, k, box)});
                for (double z :
                    {-1e308, -1e4, -800.0, -745.0, -50.0, -2.5, -0.5, 0.0, 0.5, 1.0, 2.5, 50.0, 720.0, 1e308})
                    list.push_back({&row, setting.parameters, std::vector<double>(setting.operands, z)});
            }
        }
        return list;
    }();
    return all;
}

std::string literal(double value, std::string_view infinity)
{
    if (std::isinf(value))
        return (value < 0 ? "-" : "") + std::string(infinity);
    const std::string digits = roundTrip17(value);
    return digits.find_first_of(".e") == std::string::npos ? digits + ".0" : digits;
}

void replaceAll(std::string& text, const std::string& from, const std::string& to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// The template with operands and parameters put in.
std::string written(std::string_view spelling, const Case& one, std::string_view infinity, std::string_view number = {})
{
    std::string text(spelling);
    std::string all;
    for (std::size_t i = 0; i < one.x.size(); ++i) {
        const std::string digits = literal(one.x[i], infinity);
        const std::string operand = number.empty() ? digits : std::string(number) + "(" + digits + ")";
        replaceAll(text, "{" + std::to_string(i) + "}", operand);
        all += (i > 0 ? ", " : "") + operand;
    }
    for (std::size_t i = 0; i < one.parameters.size(); ++i)
        replaceAll(text, "{p" + std::to_string(i) + "}", literal(one.parameters[i], infinity));
    replaceAll(text, "{*}", all);
    replaceAll(text, "{n}", std::to_string(one.x.size()));
    return text;
}

void compare(const QByteArray& output)
{
    const QList<QByteArray> lines = output.trimmed().split('\n');
    QCOMPARE(static_cast<std::size_t>(lines.size()), cases().size());
    for (std::size_t i = 0; i < cases().size(); ++i) {
        const Case& one = cases()[i];
        const double value = one.row->value(one.x, one.parameters);
        const QByteArray line = lines[static_cast<qsizetype>(i)].trimmed();
        const double got = line.endsWith("nan") ? std::nan("") : line.toDouble();
        const bool same = (std::isnan(value) && std::isnan(got)) || value == got
            || std::abs(value - got) <= 8 * std::numeric_limits<double>::epsilon() * std::abs(value) + 1e-300;
        const QByteArray words = QByteArray(one.row->name.data(), static_cast<qsizetype>(one.row->name.size())) + " of "
            + QByteArray::number(one.x[0], 'g', 17) + ": " + QByteArray::number(got, 'g', 17) + ", not "
            + QByteArray::number(value, 'g', 17);
        QVERIFY2(same, words.constData());
    }
}

void write(const QString& path, const std::string& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.data(), static_cast<qint64>(text.size()));
}

} // namespace

void SpellingTest::everyFunctionIsSpelled()
{
    for (const Function& row : catalogue()) {
        QVERIFY(!row.spelling.text.empty());
        QVERIFY(!row.spelling.latex.empty());
        QVERIFY(!row.spelling.c.empty());
        QVERIFY(!row.spelling.python.empty());
        // A helper belongs to exactly the spelling that calls it.
        QCOMPARE(row.spelling.c.find("fn_") != std::string_view::npos, !row.spelling.cHelper.empty());
        QCOMPARE(row.spelling.python.find("fn_") != std::string_view::npos, !row.spelling.pythonHelper.empty());
    }
}

void SpellingTest::cComputesTheSame()
{
    std::string program = "#include <math.h>\n#include <stdio.h>\n";
    for (const Function& row : catalogue())
        program += row.spelling.cHelper;
    program += "int main(void)\n{\n";
    for (const Case& one : cases())
        program += "    printf(\"%.17g\\n\", (double)" + written(one.row->spelling.c, one, "INFINITY") + ");\n";
    program += "    return 0;\n}\n";

    const QTemporaryDir folder;
    write(folder.filePath(QStringLiteral("all.c")), program);
    QProcess process;
    process.setWorkingDirectory(folder.path());
    process.start(QStringLiteral("cc"),
        {QStringLiteral("-std=c99"), QStringLiteral("-pedantic"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"),
            QStringLiteral("-Werror"), QStringLiteral("-Wno-unused-function"), QStringLiteral("-O0"),
            QStringLiteral("-ffp-contract=off"), QStringLiteral("-o"), QStringLiteral("all"), QStringLiteral("all.c"),
            QStringLiteral("-lm")});
    if (!process.waitForStarted())
        QSKIP("no C compiler 'cc': the C spellings were not run");
    QVERIFY(process.waitForFinished(120000));
    QVERIFY2(process.exitCode() == 0, (process.readAllStandardError().left(2000)).constData());
    process.start(folder.filePath(QStringLiteral("all")), QStringList());
    QVERIFY(process.waitForFinished(60000));
    compare(process.readAllStandardOutput());
}

void SpellingTest::pythonComputesTheSame()
{
    std::string program = "import functools\nimport math\nimport numpy as np\nnp.seterr(all='ignore')\n";
    for (const Function& row : catalogue())
        program += row.spelling.pythonHelper;
    for (const Case& one : cases())
        program += "print('%.17g' % np.asarray(" + written(one.row->spelling.python, one, "np.inf", "np.float64")
            + ").item())\n";
    const QTemporaryDir folder;
    write(folder.filePath(QStringLiteral("all.py")), program);
    QProcess process;
    process.start(QStringLiteral("/usr/bin/python3"), {QStringLiteral("-c"), QStringLiteral("import numpy")});
    if (!process.waitForStarted() || !process.waitForFinished() || process.exitCode() != 0)
        QSKIP("no python3 with numpy: the Python spellings were not run");
    process.start(QStringLiteral("/usr/bin/python3"), {folder.filePath(QStringLiteral("all.py"))});
    QVERIFY(process.waitForFinished(120000));
    QVERIFY2(process.exitCode() == 0, (process.readAllStandardError().left(2000)).constData());
    compare(process.readAllStandardOutput());
}

QTEST_MAIN(SpellingTest)
#include "SpellingTest.moc"
