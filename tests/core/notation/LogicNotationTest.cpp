// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/LogicNotation.h"
#include "core/exporters/Writer.h"
#include "core/logic/ReedMuller.h"
#include "core/logic/Threshold.h"
#include "tests/core/exporters/LogicAnswers.h"

#include <QTest>

using namespace formulens;
using namespace formulens::samples;
using logic::complete;
using logic::LogicFormKind;
using logic::TruthTable;
using notation::notateLogic;

/// What a reader sees of logic: names, signs, lines of gates.
class LogicNotationTest final : public QObject
{
    Q_OBJECT

private slots:
    void theSixteenFunctionsHaveTheirNames();
    void namesAreWords_data();
    void namesAreWords();
    void formsAreWhatOneWrites_data();
    void formsAreWhatOneWrites();
    void latexAndMathMlHaveTheSigns();
    void everyFormReadsBack_data();
    void everyFormReadsBack();
    void whatZeroAndOneStandForIsSaid();
    void longFormsSayWhatTheyLeaveOut();
    void aMissingFormSaysWhy();
    void gatesAreCalledAsNothingElse();
};

namespace {

using Names = std::vector<std::string>;

/// The symbols of the samples: x1, x2 ...
Names xs(int inputs)
{
    Names names;
    for (int i = 1; i <= inputs; ++i)
        names.push_back("x" + std::to_string(i));
    return names;
}

logic::FunctionName named(const logic::LogicFunction& function)
{
    return *logic::nameOf(function);
}

QString written(const LogicAnswer& answer, LogicFormKind kind, const notation::LogicNotationOptions& options = {})
{
    return QString::fromStdString(toText(notateLogic(answer.results[0], answer.inputs, kind, options)));
}

/// "x₁" as "x1".
std::string plain(QString text)
{
    for (char16_t digit = 0; digit < 10; ++digit)
        text.replace(QChar(char16_t(0x2080 + digit)), QChar(char16_t('0' + digit)));
    return text.toStdString();
}

} // namespace

void LogicNotationTest::theSixteenFunctionsHaveTheirNames()
{
    const Names expected{"FALSE", "NOR", "x2 AND NOT x1", "NOT x1", "x1 AND NOT x2", "NOT x2", "XOR", "NAND", "AND",
        "XNOR", "x2", "x1 IMPLIES x2", "x1", "x2 IMPLIES x1", "OR", "TRUE"};
    for (std::uint64_t bits = 0; bits < 16; ++bits)
        QCOMPARE(notation::shortNameText(named(complete(TruthTable::fromBits(2, bits))), xs(2)), expected[bits]);
}

void LogicNotationTest::namesAreWords_data()
{
    QTest::addColumn<QString>("full");
    QTest::addColumn<QString>("brief");
    QTest::addColumn<QString>("expectedFull");
    QTest::addColumn<QString>("expectedBrief");
    const auto row = [](const char* name, const TruthTable& table, const char* full, const char* brief) {
        const logic::FunctionName found = named(complete(table));
        const Names symbols = xs(table.inputs());
        QTest::addRow("%s", name) << QString::fromStdString(notation::nameText(found, symbols))
                                  << QString::fromStdString(notation::shortNameText(found, symbols))
                                  << QString::fromUtf8(full) << QString::fromUtf8(brief);
    };
    row("exclusive or", parity(2), "x1 XOR x2", "XOR");
    row("its opposite", ~parity(2), "x1 XNOR x2", "XNOR");
    row("not both", TruthTable::fromText("1110"), "x1 NAND x2", "NAND");
    row("parity of three", parity(3), "x1 XOR x2 XOR x3", "XOR");
    row("even parity of three", ~parity(3), "NOT (x1 XOR x2 XOR x3)", "XNOR");
    row("not all of three", TruthTable::fromText("11111110"), "NOT (x1 AND x2 AND x3)", "NAND");
    row("none of three", TruthTable::fromText("10000000"), "NOT (x1 OR x2 OR x3)", "NOR");
    row("a product of some", TruthTable::fromText("00000011"), "x1 AND x2", "x1 AND x2");
    row("a product with a negation", TruthTable::fromText("00100000"), "x2 AND NOT x1 AND NOT x3",
        "x2 AND NOT x1 AND NOT x3");
    row("an implication", TruthTable::fromText("1101"), "x1 IMPLIES x2", "x1 IMPLIES x2");
    row("the other implication", TruthTable::fromText("1011"), "x2 IMPLIES x1", "x2 IMPLIES x1");
    row("more than half", majority(3), "at least 2 of x1, x2, x3", "at least 2 of 3");
    row("fewer than two", ~majority(3), "fewer than 2 of x1, x2, x3", "fewer than 2 of 3");
    row("weights", logic::table(logic::WeightedThreshold{{2, 1, -1}, 1}), "2 x1 + x2 - x3 >= 1", "threshold");
    row("one input", TruthTable::variable(2, 0), "x1", "x1");
    row("its negation", ~TruthTable::variable(2, 1), "NOT x2", "NOT x2");
    row("always", TruthTable(2, true), "TRUE", "TRUE");
    row("no name", logic::randomTable(5, 1), "", "");
}

void LogicNotationTest::namesAreWords()
{
    QFETCH(QString, full);
    QFETCH(QString, brief);
    QFETCH(QString, expectedFull);
    QFETCH(QString, expectedBrief);
    QCOMPARE(full, expectedFull);
    QCOMPARE(brief, expectedBrief);
}

void LogicNotationTest::formsAreWhatOneWrites_data()
{
    QTest::addColumn<QString>("actual");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const TruthTable& table, LogicFormKind kind, const char* expected) {
        QTest::addRow("%s", name) << written(answerOf({complete(table)}, {}, {"y"}), kind)
                                  << QString::fromUtf8(expected);
    };
    row("the name of XOR", parity(2), LogicFormKind::Name, "y = x₁ xor x₂\n");
    row("its products", parity(2), LogicFormKind::SumOfProducts, "y = (not x₁ and x₂) or (x₁ and not x₂)\n");
    row("its sums", parity(2), LogicFormKind::ProductOfSums, "y = (x₁ or x₂) and (not x₁ or not x₂)\n");
    row("its XOR form", parity(2), LogicFormKind::XorForm, "y = x₁ xor x₂\n");
    row("its NANDs", parity(2), LogicFormKind::Nand,
        "g₁ = not (x₁ and x₂)\ny = not (not (x₁ and g₁) and not (x₂ and g₁))\n");
    row("its ANDs and NOTs", parity(2), LogicFormKind::AndNot, "y = not (x₁ and x₂) and not (not x₁ and not x₂)\n");
    row("implication in XOR form", TruthTable::fromText("1101"), LogicFormKind::XorForm,
        "y = 1 xor x₁ xor (x₁ and x₂)\n");
    row("more than half", majority(3), LogicFormKind::Name, "y = at least 2 of x₁, x₂, x₃\n");
    row("a weighted threshold", logic::table(logic::WeightedThreshold{{2, 1, -1}, 1}), LogicFormKind::Name,
        "y = 1 if 2 x₁ + x₂ - x₃ ≥ 1, else 0\n");
    row("a weight below nought leads", logic::table(logic::WeightedThreshold{{-1, 1, 2}, 1}), LogicFormKind::Name,
        "y = 1 if -x₁ + x₂ + 2 x₃ ≥ 1, else 0\n");
    row("a polynomial by degrees", logic::fromMonomials({7, 4, 3, 0}, 3), LogicFormKind::XorForm,
        "y = 1 xor x₁ xor (x₂ and x₃) xor (x₁ and x₂ and x₃)\n");
    row("never", TruthTable(2), LogicFormKind::Name, "y = FALSE\n");
    row("never, of gates", TruthTable(2), LogicFormKind::SumOfProducts, "y = FALSE\n");
    row("an input, of gates", TruthTable::variable(2, 1), LogicFormKind::Nand, "y = x₂\n");
    row("a negation of NANDs", ~TruthTable::variable(2, 1), LogicFormKind::Nand, "y = not (x₂ and x₂)\n");
}

void LogicNotationTest::formsAreWhatOneWrites()
{
    QFETCH(QString, actual);
    QFETCH(QString, expected);
    QCOMPARE(actual, expected);
}

void LogicNotationTest::latexAndMathMlHaveTheSigns()
{
    const LogicAnswer answer = answerOf({complete(parity(2))}, {}, {"y"});
    const auto tree = notateLogic(answer.results[0], answer.inputs, LogicFormKind::SumOfProducts);
    const QString latex = QString::fromStdString(toLatex(tree));
    QVERIFY2(latex.contains(QStringLiteral("\\neg x_{1} \\wedge x_{2}")), qPrintable(latex));
    QVERIFY(latex.contains(QStringLiteral("\\vee")));
    const QString mathMl = QString::fromStdString(toMathMl(tree));
    for (const char* sign : {"¬", "∧", "∨"})
        QVERIFY(mathMl.contains(QString::fromUtf8(sign)));
    const auto difference = notateLogic(answer.results[0], answer.inputs, LogicFormKind::XorForm);
    QVERIFY(QString::fromStdString(toLatex(difference)).contains(QStringLiteral("x_{1} \\oplus x_{2}")));
}

void LogicNotationTest::everyFormReadsBack_data()
{
    QTest::addColumn<std::size_t>("number");
    const auto answers = manyAnswers();
    for (std::size_t i = 0; i < answers.size(); ++i)
        QTest::addRow("%s", answers[i].first.c_str()) << i;
}

void LogicNotationTest::everyFormReadsBack()
{
    QFETCH(std::size_t, number);
    const LogicAnswer answer = manyAnswers()[number].second;
    notation::LogicNotationOptions options;
    options.shownTerms = 0;
    for (const LogicResult& result : answer.results)
        for (const LogicFormKind kind : gateForms) {
            const int inputs = result.function.inputs();
            std::map<std::string, TruthTable> names{{"0", TruthTable(inputs)}, {"1", TruthTable(inputs, true)},
                {"FALSE", TruthTable(inputs)}, {"TRUE", TruthTable(inputs, true)}};
            for (int i = 0; i < inputs; ++i)
                names["x" + std::to_string(i + 1)] = TruthTable::variable(inputs, i);
            const std::string text
                = plain(QString::fromStdString(toText(notateLogic(result, answer.inputs, kind, options))));
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);) {
                const std::size_t equals = line.find(" = ");
                const auto value = ExpressionReader(line.substr(equals + 3), names).read();
                QVERIFY2(value, line.c_str());
                names[line.substr(0, equals)] = *value;
            }
            QVERIFY2(result.function.agreesWith(names.at(result.symbol)), text.c_str());
        }
}

void LogicNotationTest::whatZeroAndOneStandForIsSaid()
{
    LogicAnswer answer = answerOf({complete(parity(2))}, {}, {"y"});
    answer.inputs[1].low = -1;
    QCOMPARE(
        written(answer, LogicFormKind::Name), QString::fromUtf8("y = x₁ xor x₂\nx₂ = 0 stands for -1, x₂ = 1 for 1\n"));
}

void LogicNotationTest::longFormsSayWhatTheyLeaveOut()
{
    const LogicAnswer answer = answerOf({complete(parity(5))}, {}, {"y"});
    notation::LogicNotationOptions options;
    options.shownTerms = 8;
    QVERIFY(written(answer, LogicFormKind::SumOfProducts, options).contains(QStringLiteral(" or ... 8 more ... or ")));
    options.shownTerms = 6;
    QVERIFY(written(answer, LogicFormKind::Nand, options).contains(QStringLiteral(" more gates ...\n")));
}

void LogicNotationTest::aMissingFormSaysWhy()
{
    LogicAnswer answer = answerOf({complete(logic::randomTable(5, 1))}, {}, {"y"});
    QCOMPARE(written(answer, LogicFormKind::Name), QStringLiteral("y: no name\n"));
    answer.results[0].forms.missing.push_back({LogicFormKind::Name, {ErrorCode::Limit, "too large"}});
    QCOMPARE(written(answer, LogicFormKind::Name), QStringLiteral("y: no name: too large\n"));
}

void LogicNotationTest::gatesAreCalledAsNothingElse()
{
    const LogicAnswer answer = answerOf({complete(parity(2))}, {"g1", "k"}, {"p"});
    QVERIFY(written(answer, LogicFormKind::Nand).startsWith(QString::fromUtf8("q₁ = not (g₁ and k)\n")));
}

QTEST_APPLESS_MAIN(LogicNotationTest)
#include "LogicNotationTest.moc"
