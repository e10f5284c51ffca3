// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Cover.h"
#include "core/logic/CoverPasses.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace formulens;
using namespace formulens::logic;

namespace {

// All products of n inputs, by counting ternary digits.
Cover allCubes(int inputs)
{
    Cover cubes{{}};
    for (int digit = 0; digit < inputs; ++digit) {
        Cover longer;
        for (const Cube& cube : cubes)
            for (const Cube& last : {Cube{0, 0}, Cube{1, 0}, Cube{1, 1}})
                longer.push_back({(cube.mask << 1) | last.mask, (cube.value << 1) | last.value});
        cubes = longer;
    }
    return cubes;
}

// One call per row, as a product is defined.
bool liesBelowRowByRow(const Cube& cube, const TruthTable& function)
{
    for (std::uint32_t row = 0; row < function.rows(); ++row)
        if (cube.contains(row) && !function.at(row))
            return false;
    return true;
}

bool isPrimeRowByRow(const Cube& cube, const TruthTable& function)
{
    bool prime = liesBelowRowByRow(cube, function);
    for (std::uint32_t rest = cube.mask; rest != 0; rest &= rest - 1) {
        const std::uint32_t bit = rest & (~rest + 1);
        prime = prime && !liesBelowRowByRow({cube.mask & ~bit, cube.value & ~bit}, function);
    }
    return prime;
}

// For up to three inputs: the least (products, literals) of a cover of every function, by adding every product to every
// function that has a cover, cheapest first.
std::map<std::uint64_t, std::pair<std::size_t, std::size_t>> exhaustiveMinima(int inputs)
{
    using Cost = std::pair<std::size_t, std::size_t>;
    std::map<std::uint64_t, Cost> least{{0, {0, 0}}};
    for (bool going = true; going;) {
        going = false;
        for (const auto& [bits, cost] : std::map(least))
            for (const Cube& cube : allCubes(inputs)) {
                const std::uint64_t more = bits | table({cube}, inputs).words()[0];
                const Cost moreCost{cost.first + 1, cost.second + static_cast<std::size_t>(cube.literals())};
                const auto known = least.find(more);
                if (known != least.end() && known->second <= moreCost)
                    continue;
                least[more] = moreCost;
                going = true;
            }
    }
    return least;
}

// Whether `count` of the products cover the rows, with fewer literals than `below`; the rows are taken in order.
bool someCover(const Cover& products, const TruthTable& open, std::size_t count, std::size_t below)
{
    if (open.isFalse())
        return below > 0;
    if (count == 0)
        return false;
    std::uint32_t row = 0;
    while (!open.at(row))
        ++row;
    return std::any_of(products.begin(), products.end(), [&](const Cube& cube) {
        const auto size = static_cast<std::size_t>(cube.literals());
        return cube.contains(row) && size < below
            && someCover(products, open & ~table({cube}, open.inputs()), count - 1, below - size);
    });
}

void checkCover(const Cover& cover, const LogicFunction& function)
{
    const TruthTable covered = table(cover, function.inputs());
    QVERIFY(function.agreesWith(covered));
    for (std::size_t i = 0; i < cover.size(); ++i) {
        QVERIFY2(isPrimeRowByRow(cover[i], function.mayBeOne()), "a literal can be dropped");
        Cover others = cover;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        QVERIFY2(!function.agreesWith(table(others, function.inputs())), "a product can be dropped");
    }
}

} // namespace

/// Sums of products against exhaustive searches of the test's own.
class CoverTest final : public QObject
{
    Q_OBJECT

private slots:
    void aCoverIsTheUnionOfItsRows();
    void primesAreThoseOfTheDefinition();
    void everyFunctionOfThreeInputsHasItsMinimum();
    void everyFunctionOfThreeInputsWithDontCares();
    void fourAndFiveInputsAgainstASmallSearch_data();
    void fourAndFiveInputsAgainstASmallSearch();
    void randomFunctionsAreCoveredByNeededPrimes_data();
    void randomFunctionsAreCoveredByNeededPrimes();
    void knownMinima_data();
    void knownMinima();
    void passesKeepACoverOfNeededPrimes();
    void stoppedWorkSaysSo();
    void inputsThatDoNotMatterCostNothing();
};

void CoverTest::aCoverIsTheUnionOfItsRows()
{
    for (const int inputs : {1, 3, 6, 8}) {
        Cover cover;
        const Random random(static_cast<std::uint64_t>(inputs));
        for (std::uint64_t i = 0; i < 3; ++i) {
            const auto mask = static_cast<std::uint32_t>(random.bits(i, 0)) & ((1u << inputs) - 1);
            cover.push_back({mask, static_cast<std::uint32_t>(random.bits(i, 1)) & mask});
        }
        QCOMPARE(table(cover, inputs), tableOf(inputs, [&](std::uint32_t row) {
            return std::any_of(cover.begin(), cover.end(), [row](const Cube& cube) { return cube.contains(row); });
        }));
    }
    QVERIFY(table({{}}, 4).isTrue());
    QVERIFY(table({}, 4).isFalse());
}

void CoverTest::primesAreThoseOfTheDefinition()
{
    for (int inputs = 0; inputs <= 6; ++inputs) {
        const TruthTable function = randomTable(inputs, 17, 0.7);
        Cover expected;
        for (const Cube& cube : allCubes(inputs))
            if (isPrimeRowByRow(cube, function))
                expected.push_back(cube);
        Cover found = *primes(function);
        std::sort(found.begin(), found.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(found, expected);
    }
    QVERIFY(!primes(TruthTable(17)));
}

void CoverTest::everyFunctionOfThreeInputsHasItsMinimum()
{
    const auto least = exhaustiveMinima(3);
    QCOMPARE(least.size(), std::size_t(256));
    for (const auto& [bits, cost] : least) {
        const LogicFunction function = complete(TruthTable::fromBits(3, bits));
        const MinimumCover found = *minimumCover(function);
        QVERIFY(found.proven && found.productsProven);
        QCOMPARE(std::pair(found.cover.size(), literalCount(found.cover)), cost);
        checkCover(found.cover, function);
    }
}

// The minimum of a partly defined function is the least of those of all functions that agree with it.
void CoverTest::everyFunctionOfThreeInputsWithDontCares()
{
    const auto least = exhaustiveMinima(3);
    for (std::uint64_t care = 0; care < 256; care += 5)
        for (std::uint64_t on = 0; on < 256; on += 3) {
            std::pair<std::size_t, std::size_t> expected{99, 0};
            for (const auto& [bits, cost] : least)
                if (((bits ^ on) & care) == 0)
                    expected = std::min(expected, cost);
            const LogicFunction function{TruthTable::fromBits(3, on), TruthTable::fromBits(3, care)};
            const MinimumCover found = *minimumCover(function);
            QVERIFY(found.proven);
            QCOMPARE(std::pair(found.cover.size(), literalCount(found.cover)), expected);
            checkCover(found.cover, function);
        }
}

void CoverTest::fourAndFiveInputsAgainstASmallSearch_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<double>("dontCares");
    QTest::addRow("4 inputs") << 4 << 0.0;
    QTest::addRow("4 inputs, a third don't care") << 4 << 0.33;
    QTest::addRow("5 inputs") << 5 << 0.0;
    QTest::addRow("5 inputs, half don't care") << 5 << 0.5;
}

void CoverTest::fourAndFiveInputsAgainstASmallSearch()
{
    QFETCH(int, inputs);
    QFETCH(double, dontCares);
    for (std::uint64_t seed = 0; seed < (inputs == 4 ? 40 : 6); ++seed) {
        const LogicFunction function = randomFunction(inputs, seed, dontCares);
        const MinimumCover found = *minimumCover(function);
        QVERIFY(found.proven);
        checkCover(found.cover, function);
        Cover products;
        for (const Cube& cube : allCubes(inputs))
            if (isPrimeRowByRow(cube, function.mayBeOne()))
                products.push_back(cube);
        if (found.cover.empty())
            continue;
        constexpr std::size_t any = 1000;
        QVERIFY(!someCover(products, function.mustBeOne(), found.cover.size() - 1, any));
        QVERIFY(!someCover(products, function.mustBeOne(), found.cover.size(), literalCount(found.cover)));
    }
}

void CoverTest::randomFunctionsAreCoveredByNeededPrimes_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<double>("dontCares");
    for (const int inputs : {4, 6, 7, 8, 9}) {
        QTest::addRow("%d inputs", inputs) << inputs << 0.0;
        QTest::addRow("%d inputs, a quarter don't care", inputs) << inputs << 0.25;
    }
    QTest::addRow("10 inputs") << 10 << 0.0;
}

void CoverTest::randomFunctionsAreCoveredByNeededPrimes()
{
    QFETCH(int, inputs);
    QFETCH(double, dontCares);
    const LogicFunction function = randomFunction(inputs, 5, dontCares);
    const MinimumCover found = *minimumCover(function);
    QVERIFY(found.proven);
    checkCover(found.cover, function);
    const Cover irredundant = *irredundantCover(function.mustBeOne(), function.mayBeOne());
    checkCover(irredundant, function);
    QVERIFY(found.cover.size() <= irredundant.size());
}

void CoverTest::knownMinima_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<std::string>("kind");
    QTest::addColumn<std::size_t>("products");
    QTest::addColumn<std::size_t>("literals");
    // C(12, 7) = 792 products of 7 inputs; half of the rows of a parity, each with all inputs.
    QTest::addRow("more than half of 12 inputs")
        << 12 << std::string("majority") << std::size_t(792) << std::size_t(5544);
    QTest::addRow("parity of 8 inputs") << 8 << std::string("parity") << std::size_t(128) << std::size_t(1024);
    QTest::addRow("a constant") << 5 << std::string("true") << std::size_t(1) << std::size_t(0);
}

void CoverTest::knownMinima()
{
    QFETCH(int, inputs);
    QFETCH(std::string, kind);
    const TruthTable function = tableOf(inputs, [&](std::uint32_t row) {
        const int ones = std::popcount(row);
        return kind == "true" || (kind == "parity" ? ones % 2 == 1 : 2 * ones > inputs);
    });
    const MinimumCover found = *minimumCover(complete(function));
    QVERIFY(found.proven);
    QTEST(found.cover.size(), "products");
    QTEST(literalCount(found.cover), "literals");
    QCOMPARE(table(found.cover, inputs), function);
}

void CoverTest::passesKeepACoverOfNeededPrimes()
{
    const LogicFunction function = randomFunction(9, 11, 0.2);
    const Cover start = *irredundantCover(function.mustBeOne(), function.mayBeOne());
    const Cover shorter = shortened(start, function.mustBeOne(), function.mayBeOne(), 10'000'000, {}).cover;
    checkCover(shorter, function);
    QVERIFY(shorter.size() < start.size());
    QVERIFY(shorter.size() >= minimumCover(function)->cover.size());
}

void CoverTest::stoppedWorkSaysSo()
{
    std::stop_source source;
    source.request_stop();
    const Progress stopped(source.get_token());
    const LogicFunction function = complete(randomTable(14, 1));
    QVERIFY(minimumCover(function, stopped).error().code == ErrorCode::Cancelled);
    QVERIFY(irredundantCover(function.on, function.on, stopped).error().code == ErrorCode::Cancelled);
    QVERIFY(primes(function.on, stopped).error().code == ErrorCode::Cancelled);
}

void CoverTest::inputsThatDoNotMatterCostNothing()
{
    const TruthTable majority = TruthTable::fromText("00010111").widened(18, {2, 9, 17});
    const MinimumCover found = *minimumCover(complete(majority));
    QVERIFY(found.proven);
    QCOMPARE(found.cover.size(), std::size_t(3));
    QCOMPARE(literalCount(found.cover), std::size_t(6));
    QCOMPARE(table(found.cover, 18), majority);
}

QTEST_MAIN(CoverTest)
#include "CoverTest.moc"
