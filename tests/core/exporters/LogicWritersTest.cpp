// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicWriters.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/exporters/LogicAnswers.h"

#include <QTest>

#include <clocale>

using namespace formulens;
using namespace formulens::samples;
using logic::complete;
using logic::LogicFormKind;
using logic::TruthTable;

/// Logic as text, and what all languages have in common. Code is run in LogicCodeTest.
class LogicWritersTest final : public QObject
{
    Q_OBJECT

private slots:
    void theSixteenFunctionsPrintTheirBlock();
    void exclusiveOrIsWrittenOut();
    void oneFormAloneIsWritten();
    void rowsWithoutAValueAreDashes();
    void manyRowsAreLeftOutOfText();
    void latexHasATable();
    void latexTablesSayWhatTheyLeaveOut();
    void csvHasEveryRow();
    void plaIsBerkeleys();
    void headersCarryTheFacts_data();
    void headersCarryTheFacts();
    void aFormThatIsMissingIsAnError();
    void languagesHaveNames();
    void nothingIsWrittenInALocale();
};

namespace {

QString written(const LogicAnswer& answer, LogicLanguage language, std::optional<LogicFormKind> form = {})
{
    const auto text = writeLogic(answer, language, form);
    return QString::fromStdString(text ? *text : text.error().message);
}

LogicAnswer example(const std::string& name)
{
    const auto opened = openModel(FORMULENS_SOURCE_DIR "/resources/examples/" + name + ".onnx").value();
    LogicRequest request;
    request.network = opened.prepared;
    request.question = openingQuestion(*opened.prepared, opened.sideFile ? &*opened.sideFile : nullptr).question;
    request.question.selected.clear();
    for (const OutputQuantity& output : request.question.outputs)
        request.question.selected.push_back(output.element);
    LogicAnswer answer = deriveLogic(request).value();
    answer.modelName = name;
    return answer;
}

LogicAnswer exclusiveOr()
{
    return answerOf({complete(parity(2))}, {}, {"y"});
}

} // namespace

void LogicWritersTest::theSixteenFunctionsPrintTheirBlock()
{
    const QString text = written(example("logic16"), LogicLanguage::Text);
    const QString block = QStringLiteral("inputs: x1 x2\n"
                                         "columns: z0 FALSE, z1 NOR, z2 x2 AND NOT x1, z3 NOT x1, z4 x1 AND NOT x2, "
                                         "z5 NOT x2, z6 XOR, z7 NAND, z8 AND, z9 XNOR, z10 x2, z11 x1 IMPLIES x2, "
                                         "z12 x1, z13 x2 IMPLIES x1, z14 OR, z15 TRUE\n"
                                         "row 00: 0101010101010101\n"
                                         "row 01: 0011001100110011\n"
                                         "row 10: 0000111100001111\n"
                                         "row 11: 0000000011111111\n\n");
    QVERIFY2(text.startsWith(block), qPrintable(text));
    QVERIFY2(text.contains(QString::fromUtf8("\n    name: z₆ = x₁ xor x₂\n")), qPrintable(text));
    QCOMPARE(text.count(QStringLiteral("exact (all 4 rows); threshold 0.5")), 16);
}

void LogicWritersTest::exclusiveOrIsWrittenOut()
{
    QCOMPARE(written(exclusiveOr(), LogicLanguage::Text),
        QString::fromUtf8("inputs: x1 x2\n"
                          "columns: y XOR\n"
                          "row 00: 0\n"
                          "row 01: 1\n"
                          "row 10: 1\n"
                          "row 11: 0\n"
                          "\n"
                          "y = \"y\": 1 above 0.5\n"
                          "    exact (all 4 rows); threshold 0.5, smallest margin 0.25 in row 00\n"
                          "    name: y = x₁ xor x₂\n"
                          "    XOR form, 1 gate, minimal: y = x₁ xor x₂\n"
                          "    sum of products, 5 gates, minimal: y = (not x₁ and x₂) or (x₁ and not x₂)\n"
                          "    product of sums, 5 gates, minimal: y = (x₁ or x₂) and (not x₁ or not x₂)\n"
                          "    NAND only, 4 gates, minimal:\n"
                          "        g₁ = not (x₁ and x₂)\n"
                          "        y = not (not (x₁ and g₁) and not (x₂ and g₁))\n"
                          "    NOR only, 5 gates, minimal:\n"
                          "        g₁ = not (x₂ or x₂)\n"
                          "        g₂ = not (not (x₁ or g₁) or g₁)\n"
                          "        y = not (not (x₁ or x₂) or g₂)\n"
                          "    AND and NOT only, 7 gates, minimal: y = not (x₁ and x₂) and not (not x₁ and not x₂)\n"
                          "\n"
                          "x1 = \"x[0]\": 0 stands for 0, 1 for 1\n"
                          "x2 = \"x[1]\": 0 stands for 0, 1 for 1\n"));
}

void LogicWritersTest::oneFormAloneIsWritten()
{
    const QString text = written(exclusiveOr(), LogicLanguage::Text, LogicFormKind::XorForm);
    QVERIFY2(text.contains(QString::fromUtf8("row 00\n    XOR form, 1 gate, minimal: y = x₁ xor x₂\n\nx1 = ")),
        qPrintable(text));
    QVERIFY(!text.contains(QStringLiteral("NAND")));
}

void LogicWritersTest::rowsWithoutAValueAreDashes()
{
    const LogicAnswer answer
        = answerOf({{TruthTable::fromText("0110"), TruthTable::fromText("1101")}, complete(parity(2))});
    const QString text = written(answer, LogicLanguage::Text);
    QVERIFY2(text.contains(QStringLiteral("row 00: 00\nrow 01: 11\nrow 10: -1\nrow 11: 00\n")), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral("exact (all 3 rows that matter of 4)")));
    QVERIFY(written(answer, LogicLanguage::Csv).contains(QStringLiteral("1,0,-,1\n")));
    QVERIFY(written(answer, LogicLanguage::Latex).contains(QStringLiteral("1 & 0 & -- & 1 \\\\\n")));
}

void LogicWritersTest::manyRowsAreLeftOutOfText()
{
    const LogicAnswer answer = answerOf({complete(parity(11))});
    QVERIFY(written(answer, LogicLanguage::Text).contains(QStringLiteral("\n2,048 rows, not written\n")));
    LogicWriteOptions all;
    all.allRows = true;
    const QString text = QString::fromStdString(*writeLogic(answer, LogicLanguage::Text, {}, all));
    QCOMPARE(text.count(QStringLiteral("\nrow ")), 2048);
}

void LogicWritersTest::latexHasATable()
{
    const QString text = written(exclusiveOr(), LogicLanguage::Latex, LogicFormKind::SumOfProducts);
    QVERIFY2(text.contains(QStringLiteral("\\begin{tabular}{cc@{\\qquad}c}\n\\toprule\n"
                                          "$x_{1}$ & $x_{2}$ & $y$ \\\\\n\\midrule\n"
                                          "0 & 0 & 0 \\\\\n0 & 1 & 1 \\\\\n1 & 0 & 1 \\\\\n1 & 1 & 0 \\\\\n"
                                          "\\bottomrule\n\\end{tabular}\n")),
        qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("y & = \\left(\\neg x_{1} \\wedge x_{2}\\right) \\vee ")), qPrintable(text));
}

void LogicWritersTest::latexTablesSayWhatTheyLeaveOut()
{
    const QString text = written(answerOf({complete(parity(7))}), LogicLanguage::Latex);
    QVERIFY(text.contains(QStringLiteral("The first 64 of 128 rows; the others are left out.")));
    QCOMPARE(text.count(QStringLiteral(" \\\\\n")), 65);
}

void LogicWritersTest::csvHasEveryRow()
{
    QCOMPARE(written(answerOf({complete(parity(2))}, {"a,b", "x"}, {"y \"z\""}), LogicLanguage::Csv),
        QStringLiteral("\"a,b\",x,\"y \"\"z\"\"\"\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"));
    QCOMPARE(written(answerOf({complete(parity(12))}), LogicLanguage::Csv).count(QLatin1Char('\n')), 4097);
}

void LogicWritersTest::plaIsBerkeleys()
{
    const LogicAnswer answer
        = answerOf({complete(parity(2)), {TruthTable::fromText("0100"), TruthTable::fromText("1101")}});
    const QString text = written(answer, LogicLanguage::Pla);
    QVERIFY2(text.endsWith(QStringLiteral(".i 2\n.o 2\n.ilb x1 x2\n.ob y1 y2\n.type fd\n.p 2\n01 11\n10 1-\n.e\n")),
        qPrintable(text));
}

void LogicWritersTest::headersCarryTheFacts_data()
{
    QTest::addColumn<LogicLanguage>("language");
    QTest::addRow("LaTeX") << LogicLanguage::Latex;
    QTest::addRow("C") << LogicLanguage::C;
    QTest::addRow("Python") << LogicLanguage::Python;
    QTest::addRow("Structured Text") << LogicLanguage::StructuredText;
    QTest::addRow("Verilog") << LogicLanguage::Verilog;
    QTest::addRow("DOT") << LogicLanguage::Dot;
    QTest::addRow("PLA") << LogicLanguage::Pla;
}

void LogicWritersTest::headersCarryTheFacts()
{
    QFETCH(LogicLanguage, language);
    LogicAnswer answer = answerOf({complete(parity(2))}, {"Temp (C)", "b"}, {"y\n*/ #"});
    answer.inputs[0].low = 20.5;
    answer.inputs[0].high = 40;
    answer.held.push_back({"door", "mm", 7, 1, {}});
    answer.results[0].table.threshold = 0.75;
    const QString text = written(answer, language, LogicFormKind::SumOfProducts);
    for (const char* fact : {"Formulens: logic of \"sample\"", "\"Temp (C)\": 0 stands for 20.5, 1 for 40",
             "\"door\" [mm] is fixed at 1", ": 1 above 0.75", "sum of products, 5 gates, minimal; exact (all 4 rows)"})
        QVERIFY2(text.contains(QString::fromUtf8(fact)), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral("y<U+000A>*/ #")) || text.contains(QStringLiteral("y<U+000A>* / #")));
}

void LogicWritersTest::aFormThatIsMissingIsAnError()
{
    LogicAnswer answer = answerOf({complete(logic::randomTable(5, 1))});
    const auto name = writeLogic(answer, LogicLanguage::Text, LogicFormKind::Name);
    QCOMPARE(name.error().code, ErrorCode::BadQuestion);
    QCOMPARE(name.error().message, std::string("\"y[0]\" has no form 'name'"));
    auto& forms = answer.results[0].forms;
    std::erase_if(forms.forms, [](const logic::LogicForm& form) { return form.kind == LogicFormKind::Nand; });
    forms.missing.push_back({LogicFormKind::Nand, {ErrorCode::Limit, "more than 200,000 gates"}});
    for (const LogicLanguage language : {LogicLanguage::Text, LogicLanguage::C, LogicLanguage::Dot}) {
        const auto missing = writeLogic(answer, language, LogicFormKind::Nand);
        QCOMPARE(missing.error().code, ErrorCode::BadQuestion);
        QCOMPARE(missing.error().message, std::string("\"y[0]\" has no form 'NAND only': more than 200,000 gates"));
    }
    QVERIFY(written(answer, LogicLanguage::Text).contains(QStringLiteral("no NAND only: more than 200,000 gates\n")));
}

void LogicWritersTest::languagesHaveNames()
{
    QVERIFY(logicLanguageNamed("st") == LogicLanguage::StructuredText);
    QVERIFY(logicLanguageNamed("pla") == LogicLanguage::Pla);
    QVERIFY(!logicLanguageNamed("mathml"));
}

void LogicWritersTest::nothingIsWrittenInALocale()
{
    LogicAnswer answer = exclusiveOr();
    answer.inputs[0].low = 0.25;
    const QString before = written(answer, LogicLanguage::C);
    if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr)
        QSKIP("no German locale on this machine");
    const QString after = written(answer, LogicLanguage::C);
    std::setlocale(LC_ALL, "C");
    QCOMPARE(after, before);
}

QTEST_APPLESS_MAIN(LogicWritersTest)
#include "LogicWritersTest.moc"
