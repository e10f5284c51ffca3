// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Gates.h"
#include "tests/core/logic/LogicSamples.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <fstream>

using namespace formulens;
using namespace formulens::logic;

/// ABC (package berkeley-abc), a logic synthesiser of others, reads our forms and proves them equal to the table.
class AbcTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void formsAreEquivalentToTheTable_data();
    void formsAreEquivalentToTheTable();
    void aWrongFormIsFound();
    void coversAreNoLongerThanItsOwn();

private:
    QString run(const QString& commands) const;
    QString compared(const TruthTable& table, const Netlist& netlist) const;
    std::string pathOf(const char* name) const { return m_folder.filePath(QLatin1String(name)).toStdString(); }

    QString m_abc;
    QTemporaryDir m_folder;
};

namespace {

void writePla(const TruthTable& table, const std::string& path)
{
    std::ofstream file(path);
    file << ".i " << table.inputs() << "\n.o 1\n";
    for (std::uint32_t row = 0; row < table.rows(); ++row) {
        if (!table.at(row))
            continue;
        for (int input = 0; input < table.inputs(); ++input)
            file << ((row & inputBit(table.inputs(), input)) != 0);
        file << " 1\n";
    }
    file << ".e\n";
}

std::string line(std::size_t count, char letter, std::size_t place = ~std::size_t(0), char other = '-')
{
    std::string letters(count, letter);
    if (place < count)
        letters[place] = other;
    return letters;
}

// The rows of a gate as BLIF lists them: those of its operands that give 1 (or, after ".names", none: constant 0).
void writeRows(const Gate& gate, std::ofstream& file)
{
    const std::size_t count = gate.operands.size();
    switch (gate.kind) {
    case GateKind::Input:
        file << "1 1\n";
        break;
    case GateKind::Constant:
        file << (gate.value ? "1\n" : "");
        break;
    case GateKind::And:
        file << line(count, '1') << " 1\n";
        break;
    case GateKind::Not:
    case GateKind::Nor:
        file << line(count, '0') << " 1\n";
        break;
    case GateKind::Or:
    case GateKind::Nand:
        for (std::size_t i = 0; i < count; ++i)
            file << line(count, '-', i, gate.kind == GateKind::Or ? '1' : '0') << " 1\n";
        break;
    case GateKind::Xor:
        QFAIL("differences are written two by two");
    }
}

void writeXor(const Gate& gate, std::size_t number, std::ofstream& file)
{
    std::string before = "g" + std::to_string(gate.operands.front());
    for (std::size_t i = 1; i < gate.operands.size(); ++i) {
        const bool last = i + 1 == gate.operands.size();
        const std::string name = "g" + std::to_string(number) + (last ? "" : "_" + std::to_string(i));
        file << ".names " << before << " g" << gate.operands[i] << " " << name << "\n01 1\n10 1\n";
        before = name;
    }
}

void writeBlif(const Netlist& netlist, const std::string& path)
{
    std::ofstream file(path);
    file << ".model formulens\n.inputs";
    for (int input = 0; input < netlist.inputs; ++input)
        file << " i" << input;
    file << "\n.outputs out\n";
    for (std::size_t number = 0; number < netlist.gates.size(); ++number) {
        const Gate& gate = netlist.gates[number];
        if (gate.kind == GateKind::Xor) {
            writeXor(gate, number, file);
            continue;
        }
        file << ".names";
        if (gate.kind == GateKind::Input)
            file << " i" << gate.input;
        for (const std::uint32_t operand : gate.operands)
            file << " g" << operand;
        file << " g" << number << "\n";
        writeRows(gate, file);
    }
    file << ".names g" << netlist.outputs.front() << " out\n1 1\n.end\n";
}

TruthTable sample(const std::string& kind, int inputs)
{
    if (kind == "parity")
        return tableOf(inputs, [](std::uint32_t row) { return std::popcount(row) % 2 == 1; });
    if (kind == "majority")
        return tableOf(inputs, [=](std::uint32_t row) { return 2 * std::popcount(row) > inputs; });
    return randomTable(inputs, static_cast<std::uint64_t>(inputs));
}

} // namespace

void AbcTest::initTestCase()
{
    for (const char* name : {"berkeley-abc", "abc"})
        if (m_abc.isEmpty())
            m_abc = QStandardPaths::findExecutable(QLatin1String(name));
    if (m_abc.isEmpty())
        QSKIP("berkeley-abc is not installed: no other program compares the covers and gates with the tables");
    QVERIFY(m_folder.isValid());
}

QString AbcTest::run(const QString& commands) const
{
    QProcess process;
    process.setWorkingDirectory(m_folder.path());
    process.start(m_abc, {QStringLiteral("-q"), commands});
    process.waitForFinished(60000);
    return QString::fromUtf8(process.readAllStandardOutput());
}

QString AbcTest::compared(const TruthTable& table, const Netlist& netlist) const
{
    writePla(table, pathOf("table.pla"));
    writeBlif(netlist, pathOf("form.blif"));
    return run(QStringLiteral("cec -n table.pla form.blif"));
}

void AbcTest::formsAreEquivalentToTheTable_data()
{
    QTest::addColumn<std::string>("kind");
    QTest::addColumn<int>("inputs");
    QTest::addRow("three random inputs") << std::string("random") << 3;
    QTest::addRow("six random inputs") << std::string("random") << 6;
    QTest::addRow("nine random inputs") << std::string("random") << 9;
    QTest::addRow("parity of eight") << std::string("parity") << 8;
    QTest::addRow("more than half of nine") << std::string("majority") << 9;
    QTest::addRow("more than half of twelve") << std::string("majority") << 12;
}

void AbcTest::formsAreEquivalentToTheTable()
{
    QFETCH(std::string, kind);
    QFETCH(int, inputs);
    const TruthTable table = sample(kind, inputs);
    const CoverPair covers = *minimumCovers(complete(table));
    for (const GateBasis basis : {GateBasis::SumOfProducts, GateBasis::ProductOfSums, GateBasis::Nand, GateBasis::Nor,
             GateBasis::AndNot, GateBasis::XorForm}) {
        const QString words = compared(table, synthesise(complete(table), basis, covers)->netlist);
        QVERIFY2(words.contains(QStringLiteral("Networks are equivalent")), qPrintable(words));
    }
}

void AbcTest::aWrongFormIsFound()
{
    TruthTable table = sample("random", 8);
    const Netlist netlist = synthesise(complete(table), GateBasis::Nand)->netlist;
    table.set(77, !table.at(77));
    QVERIFY(compared(table, netlist).contains(QStringLiteral("NOT EQUIVALENT")));
}

void AbcTest::coversAreNoLongerThanItsOwn()
{
    for (const int inputs : {5, 7, 9}) {
        const TruthTable table = sample("random", inputs);
        writePla(table, pathOf("table.pla"));
        const QString words = run(QStringLiteral("read_pla table.pla; collapse; sop; write_pla own.pla"));
        std::ifstream own(pathOf("own.pla"));
        std::size_t cubes = 0;
        for (std::string text; std::getline(own, text);)
            cubes += text.ends_with(" 1");
        QVERIFY2(cubes > 0, qPrintable(words));
        QVERIFY(minimumCover(complete(table))->cover.size() <= cubes);
    }
}

QTEST_MAIN(AbcTest)
#include "AbcTest.moc"
