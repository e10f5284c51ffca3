// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Meaning.h"
#include "core/functions/Function.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace formulens;
using notation::Meaning;
using notation::MeaningBranch;
using notation::MeaningCondition;
using notation::MeaningTerm;
using notation::OperatorSign;

namespace {

/// Computes what the reader is told: the oracle for the catalogue's texts.
class Reader
{
public:
    Reader(std::span<const double> operands, std::span<const double> parameters)
        : m_operands(operands), m_parameters(parameters)
    {
    }

    double value(const Meaning& meaning) const
    {
        for (const MeaningBranch& branch : meaning.branches)
            if (std::all_of(branch.conditions.begin(), branch.conditions.end(),
                    [this](const MeaningCondition& condition) { return holds(condition); }))
                return value(branch.value);
        return std::nan("");
    }

private:
    bool holds(const MeaningCondition& condition) const
    {
        const double a = value(condition.left);
        const double b = value(condition.right);
        switch (condition.relation) {
        case OperatorSign::Less:
            return a < b;
        case OperatorSign::LessOrEqual:
            return a <= b;
        case OperatorSign::Greater:
            return a > b;
        case OperatorSign::GreaterOrEqual:
            return a >= b;
        case OperatorSign::Equals:
            return a == b;
        default:
            return a != b;
        }
    }

    double value(const MeaningTerm& term) const
    {
        std::vector<double> parts;
        for (const MeaningTerm& part : term.parts)
            parts.push_back(value(part));
        double result = 0;
        switch (term.kind) {
        case MeaningTerm::Kind::Number:
            return term.number;
        case MeaningTerm::Kind::Constant:
            return term.name == "pi" ? std::numbers::pi : std::numbers::e;
        case MeaningTerm::Kind::Operand:
            return m_operands[term.index];
        case MeaningTerm::Kind::Parameter:
            return m_parameters[term.index];
        case MeaningTerm::Kind::Sum:
            for (std::size_t i = 0; i < parts.size(); ++i)
                result += term.negative[i] ? -parts[i] : parts[i];
            return result;
        case MeaningTerm::Kind::Product:
            result = 1;
            for (const double part : parts)
                result *= part;
            return result;
        case MeaningTerm::Kind::Quotient:
            return parts[0] / parts[1];
        case MeaningTerm::Kind::Power:
            return std::pow(parts[0], parts[1]);
        case MeaningTerm::Kind::Call:
            return called(term.name == "ln" ? "log" : term.name, parts);
        }
        return std::nan("");
    }

    static double called(const std::string& name, const std::vector<double>& operands)
    {
        return function(*findFunction(name)).value(operands, {});
    }

    std::span<const double> m_operands;
    std::span<const double> m_parameters;
};

} // namespace

class MeaningTest final : public QObject
{
    Q_OBJECT

private slots:
    void meaningsOfTheCatalogueComputeItsValues_data();
    void meaningsOfTheCatalogueComputeItsValues();
    void wordsAreNoFormula_data();
    void wordsAreNoFormula();
};

void MeaningTest::meaningsOfTheCatalogueComputeItsValues_data()
{
    QTest::addColumn<quint32>("id");
    for (std::size_t i = 0; i < catalogue().size(); ++i)
        if (notation::parseMeaning(catalogue()[i].spelling.meaning))
            QTest::addRow("%s", std::string(catalogue()[i].name).c_str()) << static_cast<quint32>(i);
}

void MeaningTest::meaningsOfTheCatalogueComputeItsValues()
{
    QFETCH(quint32, id);
    const Function& row = catalogue()[id];
    const Meaning meaning = *notation::parseMeaning(row.spelling.meaning);
    const std::vector<double> parameters{0.75, 1.25};
    for (const double z : {-3.0, -0.8, -0.1, 0.0, 0.3, 1.0, 2.5}) {
        const std::vector<double> operands{z, 0.4, -0.6};
        const std::span<const double> used(operands.data(), static_cast<std::size_t>(row.operands));
        const std::span<const double> p(parameters.data(), static_cast<std::size_t>(row.parameters));
        const double told = Reader(used, p).value(meaning);
        const double computed = row.value(used, p);
        QVERIFY2(std::fabs(told - computed) <= 1e-14 * std::max(1.0, std::fabs(computed)),
            qPrintable(QStringLiteral("%1 at %2: %3 told, %4 computed")
                           .arg(QString::fromUtf8(row.name.data(), static_cast<int>(row.name.size())))
                           .arg(z)
                           .arg(told)
                           .arg(computed)));
    }
}

void MeaningTest::wordsAreNoFormula_data()
{
    QTest::addColumn<QString>("text");
    QTest::addRow("words") << QStringLiteral("the nearest whole number, halves to the even one");
    QTest::addRow("a condition in words") << QStringLiteral("1 where it holds, else 0");
    QTest::addRow("an open end") << QStringLiteral("z1 z2 + z3 z4 + ...");
    QTest::addRow("nothing") << QString();
    QTest::addRow("a condition alone") << QStringLiteral("z for z > 0");
}

void MeaningTest::wordsAreNoFormula()
{
    QFETCH(QString, text);
    QVERIFY(!notation::parseMeaning(text.toStdString()));
}

QTEST_MAIN(MeaningTest)
#include "MeaningTest.moc"
