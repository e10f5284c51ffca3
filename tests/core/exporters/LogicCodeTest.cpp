// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicWriters.h"
#include "tests/core/exporters/LogicAnswers.h"
#include "tests/core/exporters/RunProgram.h"

#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace formulens;
using namespace formulens::samples;
using logic::complete;
using logic::LogicFormKind;
using logic::TruthTable;

/// Code of logic is run, or read by a reader that knows nothing of the writers, in every row and of every form.
class LogicCodeTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cComputesTheTable_data() { samplesAsRows(); }
    void cComputesTheTable();
    void pythonComputesTheTable_data() { samplesAsRows(); }
    void pythonComputesTheTable();
    void structuredTextComputesTheTable_data() { samplesAsRows(); }
    void structuredTextComputesTheTable();
    void structuredTextNamesDifferWithoutCapitals();
    void verilogComputesTheTable_data() { samplesAsRows(); }
    void verilogComputesTheTable();
    void dotDrawsTheTable_data() { samplesAsRows(); }
    void dotDrawsTheTable();
    void plaHoldsTheTableAndItsGaps_data() { samplesAsRows(); }
    void plaHoldsTheTableAndItsGaps();
    void abcReadsVerilogAndPla_data();
    void abcReadsVerilogAndPla();
    void latexCompiles_data();
    void latexCompiles();
    void latexCompilesWithBooktabs();

private:
    void samplesAsRows();

    std::vector<std::pair<std::string, LogicAnswer>> m_answers;
};

namespace {

using Tables = std::map<std::string, TruthTable>;

void save(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

std::string code(
    const LogicAnswer& answer, LogicLanguage language, LogicFormKind form, const std::string& name = "network")
{
    LogicWriteOptions options;
    options.functionName = name;
    return *writeLogic(answer, language, form, options);
}

/// Names that are reserved somewhere, differ by capitals alone, or are no names of a program at all.
LogicAnswer awkwardAnswer()
{
    return answerOf({complete(logic::randomTable(7, 11)), complete(parity(7)), complete(TruthTable(7, true))},
        {"double", "x", "X", "Temp (C)", "a__b", "", "Температура"}, {"y", "end_var", "*/ *) \\"});
}

/// Whether the digits printed row by row are the answer's wherever it matters.
void compareRows(const LogicAnswer& answer, const QByteArray& printed)
{
    const QList<QByteArray> rows = printed.simplified().split(' ');
    QCOMPARE(static_cast<std::size_t>(rows.size()), answer.results[0].function.on.rows());
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows.size()); ++row)
        for (std::size_t i = 0; i < answer.results.size(); ++i) {
            const logic::LogicFunction& function = answer.results[i].function;
            const char digit = rows[static_cast<qsizetype>(row)][static_cast<qsizetype>(i)];
            QVERIFY(digit == '0' || digit == '1');
            QVERIFY2(!function.care.at(row) || function.on.at(row) == (digit == '1'), qPrintable(QString::number(row)));
        }
}

void compareTables(const LogicAnswer& answer, const std::vector<TruthTable>& tables, const std::string& text)
{
    QCOMPARE(tables.size(), answer.results.size());
    for (std::size_t i = 0; i < tables.size(); ++i)
        QVERIFY2(answer.results[i].function.agreesWith(tables[i]), text.c_str());
}

/// Runs the statements of the program, one after the other; each value is a whole table.
std::vector<TruthTable> computed(const QString& statements, const QRegularExpression& statement,
    const QStringList& inputs, const QStringList& outputs, const QStringList& constants)
{
    const auto count = static_cast<int>(inputs.size());
    Tables names{
        {constants[0].toStdString(), TruthTable(count)}, {constants[1].toStdString(), TruthTable(count, true)}};
    for (int i = 0; i < count; ++i)
        names[inputs[i].toStdString()] = TruthTable::variable(count, i);
    for (auto matches = statement.globalMatch(statements); matches.hasNext();) {
        const auto match = matches.next();
        const auto value = ExpressionReader(match.captured(2).toStdString(), names).read();
        if (!value || names.contains(match.captured(1).toStdString()))
            return {};
        names[match.captured(1).toStdString()] = *value;
    }
    std::vector<TruthTable> results;
    for (const QString& output : outputs)
        results.push_back(names.at(output.toStdString()));
    return results;
}

QStringList captures(const QString& text, const QString& pattern)
{
    QStringList result;
    for (auto matches = QRegularExpression(pattern).globalMatch(text); matches.hasNext();)
        result << matches.next().captured(1);
    return result;
}

QString blockBetween(const QString& text, const QString& from, const QString& to)
{
    const qsizetype start = text.indexOf(from);
    return start < 0 ? QString() : text.mid(start, text.indexOf(to, start) - start);
}

QString withoutBlockComments(QString text)
{
    return text.remove(
        QRegularExpression(QStringLiteral("\\(\\*.*?\\*\\)"), QRegularExpression::DotMatchesEverythingOption));
}

} // namespace

void LogicCodeTest::initTestCase()
{
    m_answers = manyAnswers();
    m_answers.emplace_back("awkward names", awkwardAnswer());
}

void LogicCodeTest::samplesAsRows()
{
    QTest::addColumn<std::size_t>("number");
    for (std::size_t i = 0; i < m_answers.size(); ++i)
        QTest::addRow("%s", m_answers[i].first.c_str()) << i;
}

/// All forms in one program: each is a function, and prints its rows.
void LogicCodeTest::cComputesTheTable()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    if (QStandardPaths::findExecutable(QStringLiteral("cc")).isEmpty())
        QSKIP("no C compiler (cc): the exported C was not compiled");
    const QTemporaryDir folder;
    std::string program;
    std::string calls;
    for (std::size_t k = 0; k < std::size(gateForms); ++k) {
        const std::string name = "form" + std::to_string(k);
        program += code(answer, LogicLanguage::C, gateForms[k], name);
        calls += "    show(" + name + ");\n";
    }
    const std::string inputs = std::to_string(answer.inputs.size());
    const std::string outputs = std::to_string(answer.results.size());
    program += "#include <stdio.h>\nstatic void show(void (*form)(const bool[], bool[]))\n{\n"
               "    for (int row = 0; row < 1 << "
        + inputs + "; ++row) {\n        bool x[" + inputs + "];\n        bool y[" + outputs
        + "];\n        for (int i = 0; i < " + inputs + "; ++i)\n            x[i] = (row >> (" + inputs
        + " - 1 - i)) & 1;\n        form(x, y);\n        for (int i = 0; i < " + outputs
        + "; ++i)\n            putchar(y[i] ? '1' : '0');\n        putchar(' ');\n    }\n    puts(\"\");\n}\n\n"
          "int main(void)\n{\n"
        + calls + "    return 0;\n}\n";
    save(folder.filePath(QStringLiteral("network.c")), QByteArray::fromStdString(program));
    QString failure;
    run(QStringLiteral("cc"),
        {QStringLiteral("-std=c99"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"), QStringLiteral("-pedantic"),
            QStringLiteral("-Werror"), QStringLiteral("-o"), QStringLiteral("network"), QStringLiteral("network.c")},
        folder.path(), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure));
    const QByteArray printed = run(folder.filePath(QStringLiteral("network")), {}, folder.path(), failure);
    const QList<QByteArray> lines = printed.trimmed().split('\n');
    QCOMPARE(static_cast<std::size_t>(lines.size()), std::size(gateForms));
    for (const QByteArray& line : lines)
        compareRows(answer, line);
}

void LogicCodeTest::pythonComputesTheTable()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    const QString python = QStringLiteral("/usr/bin/python3");
    if (!QFile::exists(python))
        QSKIP("no /usr/bin/python3: the exported Python was not run");
    const QTemporaryDir folder;
    std::string program;
    for (const LogicFormKind form : gateForms) {
        program += code(answer, LogicLanguage::Python, form);
        program += "\nfor values in __import__('itertools').product((False, True), repeat="
            + std::to_string(answer.inputs.size())
            + "):\n    y = network(values)\n    assert all(type(value) is bool for value in y)\n"
              "    print(''.join('01'[value] for value in y), end=' ')\nprint()\n\n";
    }
    save(folder.filePath(QStringLiteral("network.py")), QByteArray::fromStdString(program));
    QString failure;
    const QByteArray printed = run(python, {QStringLiteral("network.py")}, folder.path(), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure));
    const QList<QByteArray> lines = printed.trimmed().split('\n');
    QCOMPARE(static_cast<std::size_t>(lines.size()), std::size(gateForms));
    for (const QByteArray& line : lines)
        compareRows(answer, line);
}

void LogicCodeTest::structuredTextComputesTheTable()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    const QRegularExpression statement(QStringLiteral("(\\w+) := ([^;]*);"));
    const QString declared = QStringLiteral("(\\w+) : BOOL;");
    for (const LogicFormKind form : gateForms) {
        const std::string text = code(answer, LogicLanguage::StructuredText, form);
        const QString program = withoutBlockComments(QString::fromStdString(text));
        QVERIFY(program.startsWith(QStringLiteral("\n"))
            && program.trimmed().startsWith(QStringLiteral("FUNCTION_BLOCK network\n")));
        const QString end = QStringLiteral("END_VAR");
        const QStringList inputs = captures(blockBetween(program, QStringLiteral("VAR_INPUT"), end), declared);
        const QStringList outputs = captures(blockBetween(program, QStringLiteral("VAR_OUTPUT"), end), declared);
        compareTables(answer,
            computed(program, statement, inputs, outputs, {QStringLiteral("FALSE"), QStringLiteral("TRUE")}), text);
        QStringList assigned = captures(program, QStringLiteral("(\\w+) := "));
        QStringList known = outputs + captures(blockBetween(program, QStringLiteral("\nVAR\n"), end), declared);
        std::sort(assigned.begin(), assigned.end());
        std::sort(known.begin(), known.end());
        QCOMPARE(assigned, known);
    }
}

void LogicCodeTest::structuredTextNamesDifferWithoutCapitals()
{
    const QString text
        = QString::fromStdString(code(awkwardAnswer(), LogicLanguage::StructuredText, LogicFormKind::Nand));
    QSet<QString> seen;
    const QStringList names = captures(withoutBlockComments(text), QStringLiteral("(\\w+) : BOOL;"));
    for (const QString& name : names) {
        QVERIFY2(!seen.contains(name.toUpper()), qPrintable(name));
        QVERIFY2(!name.contains(QStringLiteral("__")) && !name.endsWith(QLatin1Char('_')), qPrintable(name));
        seen.insert(name.toUpper());
    }
    QCOMPARE(names.mid(0, 7),
        QStringList({QStringLiteral("double"), QStringLiteral("x"), QStringLiteral("X_2"), QStringLiteral("Temp_C"),
            QStringLiteral("a_b"), QStringLiteral("unnamed"), QStringLiteral("unnamed_2")}));
    QVERIFY(seen.contains(QStringLiteral("END_VAR_2")));
    QVERIFY(text.contains(QString::fromUtf8("\"Температура\"")));
}

void LogicCodeTest::verilogComputesTheTable()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    const QRegularExpression statement(QStringLiteral("assign (\\w+) = ([^;]*);"));
    for (const LogicFormKind form : gateForms) {
        const std::string text = code(answer, LogicLanguage::Verilog, form);
        const QString program = QString::fromStdString(text).remove(QRegularExpression(QStringLiteral("//[^\n]*")));
        const QStringList inputs = captures(program, QStringLiteral("input (\\w+);"));
        const QStringList outputs = captures(program, QStringLiteral("output (\\w+);"));
        QVERIFY(program.contains(QStringLiteral("module network(") + (inputs + outputs).join(QStringLiteral(", "))
            + QStringLiteral(");\n")));
        compareTables(answer,
            computed(program, statement, inputs, outputs, {QStringLiteral("1'b0"), QStringLiteral("1'b1")}), text);
    }
}

namespace {

/// A drawing in DOT: what stands in each node, and which wires lead to it.
struct Drawing
{
    QMap<QString, QString> labels;
    QMap<QString, QStringList> sources;
};

Drawing drawingOf(const QString& text)
{
    Drawing drawing;
    for (auto nodes = QRegularExpression(
             QStringLiteral("^    (\\w+) \\[label=\"(.*)\", shape"), QRegularExpression::MultilineOption)
                          .globalMatch(text);
         nodes.hasNext();) {
        const auto node = nodes.next();
        drawing.labels.insert(node.captured(1), node.captured(2));
    }
    for (auto edges = QRegularExpression(QStringLiteral("^    (\\w+) -> (\\w+);"), QRegularExpression::MultilineOption)
                          .globalMatch(text);
         edges.hasNext();) {
        const auto edge = edges.next();
        drawing.sources[edge.captured(2)] << edge.captured(1);
    }
    return drawing;
}

TruthTable valueOf(const Drawing& drawing, const QString& node, int inputs, QMap<QString, TruthTable>& known)
{
    if (known.contains(node))
        return known[node];
    const QString label = drawing.labels[node];
    TruthTable value(inputs, label == QStringLiteral("1"));
    bool isFirst = true;
    for (const QString& source : drawing.sources[node]) {
        const TruthTable operand = valueOf(drawing, source, inputs, known);
        if (isFirst)
            value = operand;
        else if (label.endsWith(QStringLiteral("AND")))
            value &= operand;
        else if (label == QStringLiteral("XOR"))
            value ^= operand;
        else
            value |= operand;
        isFirst = false;
    }
    const bool isNegated = node.startsWith(QLatin1Char('g')) && label.startsWith(QLatin1Char('N'));
    return known.insert(node, isNegated ? ~value : value).value();
}

} // namespace

void LogicCodeTest::dotDrawsTheTable()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    const auto inputs = static_cast<int>(answer.inputs.size());
    for (const LogicFormKind form : gateForms) {
        const std::string text = code(answer, LogicLanguage::Dot, form);
        const Drawing drawing = drawingOf(QString::fromStdString(text));
        QMap<QString, TruthTable> known;
        for (int i = 0; i < inputs; ++i)
            known.insert(QStringLiteral("i%1").arg(i), TruthTable::variable(inputs, i));
        std::vector<TruthTable> tables;
        for (std::size_t i = 0; i < answer.results.size(); ++i)
            tables.push_back(valueOf(drawing, QStringLiteral("y%1").arg(i), inputs, known));
        compareTables(answer, tables, text);
    }
}

void LogicCodeTest::plaHoldsTheTableAndItsGaps()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    const auto inputs = static_cast<int>(answer.inputs.size());
    std::vector<TruthTable> on(answer.results.size(), TruthTable(inputs));
    std::vector<TruthTable> gaps = on;
    const QString text = QString::fromStdString(*writeLogic(answer, LogicLanguage::Pla));
    qsizetype products = 0;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        if (line.startsWith(QLatin1Char('#')) || line.startsWith(QLatin1Char('.')) || line.isEmpty())
            continue;
        ++products;
        const QStringList parts = line.split(QLatin1Char(' '));
        QCOMPARE(parts[0].size(), qsizetype(inputs));
        QCOMPARE(static_cast<std::size_t>(parts[1].size()), answer.results.size());
        TruthTable product(inputs, true);
        for (int i = 0; i < inputs; ++i)
            if (parts[0][i] != QLatin1Char('-'))
                product &= parts[0][i] == QLatin1Char('1') ? TruthTable::variable(inputs, i)
                                                           : ~TruthTable::variable(inputs, i);
        for (std::size_t i = 0; i < answer.results.size(); ++i) {
            const QChar value = parts[1][static_cast<qsizetype>(i)];
            on[i] |= value == QLatin1Char('1') ? product : TruthTable(inputs);
            gaps[i] |= value == QLatin1Char('-') ? product : TruthTable(inputs);
        }
    }
    QVERIFY(text.contains(QStringLiteral("\n.type fd\n.p %1\n").arg(products)));
    for (std::size_t i = 0; i < answer.results.size(); ++i) {
        QVERIFY(gaps[i] == ~answer.results[i].function.care);
        QVERIFY((on[i] & ~gaps[i]) == answer.results[i].function.mustBeOne());
    }
}

/// With don't-cares the forms differ from each other in rows that do not matter.
void LogicCodeTest::abcReadsVerilogAndPla_data()
{
    QTest::addColumn<std::size_t>("number");
    const auto isComplete = [](const LogicResult& result) { return result.function.isComplete(); };
    for (std::size_t i = 0; i < m_answers.size(); ++i)
        if (std::ranges::all_of(m_answers[i].second.results, isComplete))
            QTest::addRow("%s", m_answers[i].first.c_str()) << i;
}

void LogicCodeTest::abcReadsVerilogAndPla()
{
    QFETCH(std::size_t, number);
    const LogicAnswer& answer = m_answers[number].second;
    QString abc = QStandardPaths::findExecutable(QStringLiteral("berkeley-abc"));
    if (abc.isEmpty())
        abc = QStandardPaths::findExecutable(QStringLiteral("abc"));
    if (abc.isEmpty())
        QSKIP("berkeley-abc is not installed: no other program read the Verilog and the PLA");
    const QTemporaryDir folder;
    save(folder.filePath(QStringLiteral("table.pla")),
        QByteArray::fromStdString(*writeLogic(answer, LogicLanguage::Pla)));
    for (const LogicFormKind form : gateForms) {
        save(folder.filePath(QStringLiteral("form.v")),
            QByteArray::fromStdString(code(answer, LogicLanguage::Verilog, form)));
        QString failure;
        const QByteArray words
            = run(abc, {QStringLiteral("-q"), QStringLiteral("cec -n table.pla form.v")}, folder.path(), failure);
        QVERIFY2(words.contains("Networks are equivalent"), words.constData());
    }
}

void LogicCodeTest::latexCompiles_data()
{
    QTest::addColumn<std::size_t>("number");
    QTest::addColumn<int>("form");
    for (std::size_t i = 0; i < m_answers.size(); ++i)
        QTest::addRow("%s, the shortest", m_answers[i].first.c_str()) << i << -1;
    QTest::addRow("six inputs, sums") << std::size_t(5) << static_cast<int>(LogicFormKind::ProductOfSums);
    QTest::addRow("nine inputs, NAND") << std::size_t(7) << static_cast<int>(LogicFormKind::Nand);
    QTest::addRow("awkward names, XOR form") << std::size_t(8) << static_cast<int>(LogicFormKind::XorForm);
}

namespace {

/// Where booktabs is missing, plain rules stand in for its own, so that the rest is compiled all the same.
QByteArray compiledLatex(const std::string& text, QString& failure)
{
    const QTemporaryDir folder;
    const QByteArray document = "\\documentclass{article}\n\\usepackage{amsmath}\n"
                                "\\IfFileExists{booktabs.sty}{\\usepackage{booktabs}}{%\n"
                                "\\let\\toprule\\hline\\let\\midrule\\hline\\let\\bottomrule\\hline}\n"
                                "\\setlength{\\textwidth}{170mm}\n\\begin{document}\n"
        + QByteArray::fromStdString(text) + "\\end{document}\n";
    save(folder.filePath(QStringLiteral("logic.tex")), document);
    return run(QStringLiteral("pdflatex"),
        {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"), QStringLiteral("logic.tex")},
        folder.path(), failure);
}

} // namespace

void LogicCodeTest::latexCompiles()
{
    QFETCH(std::size_t, number);
    QFETCH(int, form);
    if (QStandardPaths::findExecutable(QStringLiteral("pdflatex")).isEmpty())
        QSKIP("no pdflatex (texlive-latex-base): the LaTeX was not compiled");
    const auto kind = form < 0 ? std::nullopt : std::optional(static_cast<LogicFormKind>(form));
    QString failure;
    const QByteArray log = compiledLatex(*writeLogic(m_answers[number].second, LogicLanguage::Latex, kind), failure);
    QVERIFY2(failure.isEmpty(), qPrintable(failure));
    QVERIFY2(!log.contains("Missing character"), log.right(2000).constData());
}

void LogicCodeTest::latexCompilesWithBooktabs()
{
    QString failure;
    const QByteArray log = compiledLatex(*writeLogic(m_answers[2].second, LogicLanguage::Latex), failure);
    if (!log.contains("booktabs.sty"))
        QSKIP("booktabs (texlive-latex-recommended) is not installed: plain rules stood in for its own");
    QVERIFY2(failure.isEmpty(), qPrintable(failure));
}

QTEST_MAIN(LogicCodeTest)
#include "LogicCodeTest.moc"
