// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Forms.h"
#include "core/logic/SmallCircuits.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <bit>

using namespace formulens;
using namespace formulens::logic;

namespace {

constexpr std::size_t mostGatesOfThree = 14;
/// The functions of three inputs that some gates have made, ascending after as many zeros as gates are missing.
using Set = std::array<std::uint8_t, mostGatesOfThree>;
using Fewest = std::array<int, 256>; ///< gates, -1: not found

constexpr std::array<GateBasis, 6> bases{GateBasis::SumOfProducts, GateBasis::ProductOfSums, GateBasis::Nand,
    GateBasis::Nor, GateBasis::AndNot, GateBasis::XorForm};

// The functions that one more gate makes of those that are there and of the inputs.
std::vector<std::uint8_t> madeByOneGate(const Set& there, GateBasis basis)
{
    std::vector<std::uint8_t> operands{0xF0, 0xCC, 0xAA};
    std::copy_if(there.begin(), there.end(), std::back_inserter(operands), [](std::uint8_t f) { return f != 0; });
    std::array<bool, 256> made{};
    for (const std::uint8_t a : operands)
        for (const std::uint8_t b : operands) {
            const auto both = static_cast<std::uint8_t>(a & b);
            made[basis == GateBasis::Nand || a == b ? static_cast<std::uint8_t>(~both) : both] = true;
        }
    for (const std::uint8_t known : operands)
        made[known] = false;
    std::vector<std::uint8_t> result;
    for (std::size_t function = 1; function < 255; ++function)
        if (made[function])
            result.push_back(static_cast<std::uint8_t>(function));
    return result;
}

std::uint8_t exchangedInputs(std::uint8_t function, const std::array<int, 3>& order)
{
    unsigned result = 0;
    for (unsigned row = 0; row < 8; ++row) {
        unsigned other = 0;
        for (unsigned digit = 0; digit < 3; ++digit)
            other |= ((row >> digit) & 1) << order[digit];
        result |= ((unsigned(function) >> row) & 1) << other;
    }
    return static_cast<std::uint8_t>(result);
}

/// All sets of functions that `depth` gates can make, up to the order of the inputs, level by level; a function is made
/// by as many gates as the level of the first set that holds it. The last level is only looked at.
class ExhaustiveSearch
{
public:
    ExhaustiveSearch(GateBasis basis, int depth) : m_basis(basis)
    {
        m_fewest.fill(-1);
        for (const int known : {0, 255, 0xF0, 0xCC, 0xAA})
            m_fewest[static_cast<std::size_t>(known)] = 0;
        for (const std::array<int, 3>& order : orders)
            for (std::size_t function = 0; function < 256; ++function)
                m_exchanged[static_cast<std::size_t>(&order - orders.data())][function]
                    = exchangedInputs(static_cast<std::uint8_t>(function), order);
        std::vector<Set> level(1);
        for (int gates = 1; gates <= depth; ++gates) {
            std::vector<Set> next;
            for (const Set& there : level)
                extend(there, gates, gates < depth, next);
            std::sort(next.begin(), next.end());
            next.erase(std::unique(next.begin(), next.end()), next.end());
            level = std::move(next);
        }
    }

    const Fewest& fewest() const { return m_fewest; }

private:
    static constexpr std::array<std::array<int, 3>, 6> orders{
        {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

    void extend(const Set& there, int gates, bool keep, std::vector<Set>& next)
    {
        for (const std::uint8_t function : madeByOneGate(there, m_basis)) {
            for (const auto& exchanged : m_exchanged)
                if (int& fewest = m_fewest[exchanged[function]]; fewest < 0)
                    fewest = gates;
            if (!keep)
                continue;
            Set more = there;
            more.front() = function;
            next.push_back(normal(more, static_cast<std::size_t>(gates)));
        }
    }

    // The least of the sets that exchanging inputs makes of this one.
    Set normal(Set functions, std::size_t gates) const
    {
        std::sort(functions.begin(), functions.end());
        Set least = functions;
        for (const auto& exchanged : m_exchanged) {
            Set other{};
            for (std::size_t i = other.size() - gates; i < other.size(); ++i)
                other[i] = exchanged[functions[i]];
            std::sort(other.end() - static_cast<std::ptrdiff_t>(gates), other.end());
            least = std::min(least, other);
        }
        return least;
    }

    GateBasis m_basis;
    Fewest m_fewest{};
    std::array<std::array<std::uint8_t, 256>, 6> m_exchanged{};
};

bool isOfBasis(const Netlist& netlist, GateBasis basis)
{
    return std::all_of(netlist.gates.begin(), netlist.gates.end(), [&](const Gate& gate) {
        const std::size_t operands = gate.operands.size();
        switch (gate.kind) {
        case GateKind::Input:
        case GateKind::Constant:
            return operands == 0;
        case GateKind::Not:
            return operands == 1 && basis != GateBasis::Nand && basis != GateBasis::Nor;
        case GateKind::Nand:
            return operands == 2 && basis == GateBasis::Nand;
        case GateKind::Nor:
            return operands == 2 && basis == GateBasis::Nor;
        case GateKind::And:
            return basis == GateBasis::AndNot ? operands == 2 : basis != GateBasis::Nand && basis != GateBasis::Nor;
        case GateKind::Or:
            return basis == GateBasis::SumOfProducts || basis == GateBasis::ProductOfSums;
        case GateKind::Xor:
            return basis == GateBasis::XorForm;
        }
        return false;
    });
}

std::size_t gatesFor(std::string_view rows, GateBasis basis)
{
    const Synthesis synthesis = synthesise(complete(TruthTable::fromText(rows)), basis).value();
    return synthesis.minimal ? synthesis.netlist.gateCount() : 0;
}

// One row at a time, as the gates are defined.
bool valueOf(const Netlist& netlist, std::uint32_t row)
{
    std::vector<bool> values;
    for (const Gate& gate : netlist.gates) {
        bool all = true;
        bool odd = false;
        bool any = false;
        for (const std::uint32_t operand : gate.operands) {
            all = all && values[operand];
            any = any || values[operand];
            odd = odd != values[operand];
        }
        switch (gate.kind) {
        case GateKind::Input:
            values.push_back((row & inputBit(netlist.inputs, gate.input)) != 0);
            break;
        case GateKind::Constant:
            values.push_back(gate.value);
            break;
        case GateKind::And:
            values.push_back(all);
            break;
        case GateKind::Not:
        case GateKind::Nand:
            values.push_back(!all);
            break;
        case GateKind::Or:
            values.push_back(any);
            break;
        case GateKind::Nor:
            values.push_back(!any);
            break;
        case GateKind::Xor:
            values.push_back(odd);
            break;
        }
    }
    return values[netlist.outputs.front()];
}

} // namespace

class GatesTest final : public QObject
{
    Q_OBJECT

private slots:
    void smallCircuitsHaveTheFewestGates_data();
    void smallCircuitsHaveTheFewestGates();
    void knownCounts();
    void everyBasisComputesTheFunction_data();
    void everyBasisComputesTheFunction();
    void everyFunctionOfThreeInputsWithDontCares();
    void evaluationIsThatOfTheGates();
    void parityIsSmall();
    void countsAndDepth();
    void formsAreSortedByTheirLength();
    void formsOfDontCares();
    void stoppedWorkSaysSo();
};

void GatesTest::smallCircuitsHaveTheFewestGates_data()
{
    QTest::addColumn<int>("basis");
    QTest::addColumn<int>("depth");
    QTest::addColumn<int>("most");
    // The whole searches take a minute and several; FORMULENS_GATE_SEARCH=1 runs them to their end.
    const bool whole = qEnvironmentVariableIsSet("FORMULENS_GATE_SEARCH");
    QTest::addRow("NAND") << int(GateBasis::Nand) << (whole ? 10 : 8) << 10;
    QTest::addRow("AND and NOT") << int(GateBasis::AndNot) << (whole ? 14 : 9) << 14;
}

void GatesTest::smallCircuitsHaveTheFewestGates()
{
    QFETCH(int, basis);
    QFETCH(int, depth);
    QFETCH(int, most);
    const ExhaustiveSearch search(GateBasis(basis), depth);
    std::size_t largest = 0;
    for (std::size_t rows = 0; rows < 256; ++rows) {
        const Netlist netlist = smallestCircuit(GateBasis(basis), static_cast<std::uint8_t>(rows));
        QVERIFY(isOfBasis(netlist, GateBasis(basis)));
        for (std::uint32_t row = 0; row < 8; ++row)
            QCOMPARE(valueOf(netlist, row), ((rows >> row) & 1) == 1);
        const int fewest = search.fewest()[rows];
        if (fewest >= 0)
            QCOMPARE(static_cast<int>(netlist.gateCount()), fewest);
        else
            QVERIFY(static_cast<int>(netlist.gateCount()) > depth);
        largest = std::max(largest, netlist.gateCount());
    }
    QCOMPARE(static_cast<int>(largest), most);
}

void GatesTest::knownCounts()
{
    using B = GateBasis;
    QCOMPARE(gatesFor("0110", B::Nand), std::size_t(4));
    QCOMPARE(gatesFor("1001", B::Nand), std::size_t(5));
    QCOMPARE(gatesFor("0110", B::Nor), std::size_t(5));
    QCOMPARE(gatesFor("1001", B::Nor), std::size_t(4));
    QCOMPARE(gatesFor("0001", B::Nand), std::size_t(2));
    QCOMPARE(gatesFor("0111", B::Nand), std::size_t(3));
    QCOMPARE(gatesFor("0111", B::Nor), std::size_t(2));
    QCOMPARE(gatesFor("0001", B::Nor), std::size_t(3));
    QCOMPARE(gatesFor("10", B::Nand), std::size_t(1));
    QCOMPARE(gatesFor("0111", B::AndNot), std::size_t(4));
    QCOMPARE(gatesFor("01101001", B::Nand), std::size_t(8));
    QCOMPARE(gatesFor("10010110", B::Nand), std::size_t(9));
    QCOMPARE(gatesFor("00010111", B::Nand), std::size_t(6));
    QCOMPARE(gatesFor("00010111", B::Nor), std::size_t(6));
    QCOMPARE(gatesFor("01101001", B::AndNot), std::size_t(14));
}

void GatesTest::everyBasisComputesTheFunction_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<double>("dontCares");
    for (const int inputs : {0, 1, 2, 3, 4, 5, 7, 8}) {
        QTest::addRow("%d inputs", inputs) << inputs << 0.0;
        QTest::addRow("%d inputs, a third don't care", inputs) << inputs << 0.33;
    }
}

void GatesTest::everyBasisComputesTheFunction()
{
    QFETCH(int, inputs);
    QFETCH(double, dontCares);
    const LogicFunction function = randomFunction(inputs, 7, dontCares);
    for (const GateBasis basis : bases) {
        const Synthesis synthesis = *synthesise(function, basis);
        QVERIFY(isOfBasis(synthesis.netlist, basis));
        QCOMPARE(synthesis.netlist.inputs, inputs);
        for (std::uint32_t row = 0; row < function.on.rows(); ++row)
            if (function.care.at(row))
                QCOMPARE(valueOf(synthesis.netlist, row), function.on.at(row));
    }
}

// The fewest gates of a partly defined function are those of the best function that agrees with it.
void GatesTest::everyFunctionOfThreeInputsWithDontCares()
{
    Fewest fewest{};
    for (std::size_t rows = 0; rows < 256; ++rows)
        fewest[rows] = static_cast<int>(smallestCircuit(GateBasis::Nand, static_cast<std::uint8_t>(rows)).gateCount());
    for (std::uint64_t care = 0; care < 256; care += 7)
        for (std::uint64_t on = 0; on < 256; on += 11) {
            int expected = 99;
            for (std::size_t rows = 0; rows < 256; ++rows)
                if (((rows ^ on) & care) == 0)
                    expected = std::min(expected, fewest[rows]);
            const LogicFunction function{TruthTable::fromBits(3, on), TruthTable::fromBits(3, care)};
            const Synthesis synthesis = *synthesise(function, GateBasis::Nand);
            QVERIFY(synthesis.minimal);
            QCOMPARE(static_cast<int>(synthesis.netlist.gateCount()), expected);
        }
}

void GatesTest::evaluationIsThatOfTheGates()
{
    const TruthTable function = randomTable(9, 4);
    const CoverPair covers = *minimumCovers(complete(function));
    for (const GateBasis basis : bases) {
        const Netlist netlist = synthesise(complete(function), basis, covers)->netlist;
        QCOMPARE(evaluate(netlist)->front(), function);
        for (std::uint32_t row = 0; row < function.rows(); row += 3)
            QCOMPARE(valueOf(netlist, row), function.at(row));
    }
    Netlist twoOutputs = sumOfProducts({{0b11, 0b11}}, 2);
    twoOutputs.outputs.push_back(0);
    QCOMPARE(evaluate(twoOutputs)->at(0).text(), std::string("0001"));
    QCOMPARE(evaluate(twoOutputs)->at(1).text(), std::string("0011"));
}

// Seven differences of four NANDs each.
void GatesTest::parityIsSmall()
{
    const LogicFunction parity = complete(tableOf(8, [](std::uint32_t row) { return std::popcount(row) % 2 == 1; }));
    QCOMPARE(synthesise(parity, GateBasis::Nand)->netlist.gateCount(), std::size_t(28));
    const Synthesis xors = *synthesise(parity, GateBasis::XorForm);
    QCOMPARE(xors.netlist.gateCount(), std::size_t(1));
    QCOMPARE(xors.netlist.wireCount(), std::size_t(8));
    QVERIFY(synthesise(parity, GateBasis::SumOfProducts)->minimal);
}

void GatesTest::countsAndDepth()
{
    // x1 x2 + NOT x3: two products, one of a single literal.
    const Netlist netlist = sumOfProducts({{0b110, 0b110}, {0b001, 0}}, 3);
    QCOMPARE(netlist.gateCount(), std::size_t(3));
    QCOMPARE(netlist.wireCount(), std::size_t(5));
    QCOMPARE(netlist.depth(), 2);
    QCOMPARE(sumOfProducts({}, 3).gateCount(), std::size_t(0));
    QVERIFY(evaluate(productOfSums({}, 3))->front().isTrue());
    QVERIFY(evaluate(productOfSums({{}}, 3))->front().isFalse());
    QVERIFY(evaluate(xorForm({}, 3))->front().isFalse());
}

void GatesTest::formsAreSortedByTheirLength()
{
    for (const char* rows : {"0110", "0001", "00010111", "0110100110010110", "0111", "00011011"}) {
        const LogicFunction function = complete(TruthTable::fromText(rows));
        const LogicForms forms = *logicForms(function);
        QVERIFY(forms.missing.empty());
        QCOMPARE(forms.forms.size(), std::string_view(rows) == "00011011" ? std::size_t(6) : std::size_t(7));
        QVERIFY(std::is_sorted(forms.forms.begin(), forms.forms.end(),
            [](const LogicForm& a, const LogicForm& b) { return a.length < b.length; }));
        for (const LogicForm& form : forms.forms) {
            if (form.kind == LogicFormKind::Name)
                QCOMPARE(table(form.name, function.inputs()), function.on);
            else
                QCOMPARE(evaluate(form.netlist)->front(), function.on);
            QVERIFY(form.minimal || function.inputs() > 3);
        }
    }
    const LogicForms exclusive = *logicForms(complete(TruthTable::fromText("0110")));
    QVERIFY(exclusive.forms[0].kind == LogicFormKind::Name);
    QVERIFY(exclusive.forms[1].kind == LogicFormKind::XorForm);
    // x1 AND x2 OR x3 AND x4 has no name; its shortest form are its two products.
    const TruthTable pairs = (TruthTable::variable(4, 0) & TruthTable::variable(4, 1))
        | (TruthTable::variable(4, 2) & TruthTable::variable(4, 3));
    QVERIFY(logicForms(complete(pairs))->forms.front().kind == LogicFormKind::SumOfProducts);
}

void GatesTest::formsOfDontCares()
{
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const LogicFunction function = randomFunction(6, seed, 0.4);
        const LogicForms forms = *logicForms(function);
        for (const LogicForm& form : forms.forms) {
            if (form.kind == LogicFormKind::SumOfProducts)
                QVERIFY(function.agreesWith(table(form.cover, 6)));
            if (form.kind == LogicFormKind::ProductOfSums)
                QVERIFY(function.agreesWith(~table(form.cover, 6)));
            if (form.kind != LogicFormKind::Name)
                QVERIFY(function.agreesWith(evaluate(form.netlist)->front()));
        }
    }
}

void GatesTest::stoppedWorkSaysSo()
{
    std::stop_source source;
    source.request_stop();
    const Progress stopped(source.get_token());
    const LogicFunction function = complete(randomTable(9, 1));
    QVERIFY(synthesise(function, GateBasis::Nand, stopped).error().code == ErrorCode::Cancelled);
    QVERIFY(logicForms(function, stopped).error().code == ErrorCode::Cancelled);
}

QTEST_MAIN(GatesTest)
#include "GatesTest.moc"
