// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/CircuitLayout.h"
#include "core/base/Random.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

using namespace formulens;
using layout::Column;

namespace {

/// Inputs on the left, parts of one to four operands, whatever nobody uses leads to an output.
layout::CircuitRequest randomCircuit(std::uint64_t seed, std::size_t inputs, std::size_t gates)
{
    const Random random(seed);
    layout::CircuitRequest request;
    std::set<std::size_t> unused;
    for (std::size_t i = 0; i < inputs; ++i)
        request.parts.push_back({30, 14, {}, Column::First});
    for (std::size_t i = inputs; i < inputs + gates; ++i) {
        layout::Part part;
        const auto count = 1 + static_cast<std::size_t>(4 * random.uniform(i, 0));
        for (std::size_t k = 0; k < count; ++k)
            part.operands.push_back(static_cast<std::size_t>(random.uniform(i, k + 1) * static_cast<double>(i)));
        for (const std::size_t operand : part.operands)
            unused.erase(operand);
        unused.insert(i);
        part.width = 30 + std::floor(20 * random.uniform(i, 9));
        part.height = std::max(28.0, 14 * static_cast<double>(count));
        request.parts.push_back(part);
    }
    for (const std::size_t operand : unused)
        request.parts.push_back({30, 14, {operand}, Column::Last});
    return request;
}

bool isVertical(const layout::Segment& segment)
{
    return segment.from.x == segment.to.x;
}

bool contains(const layout::Segment& segment, layout::Point point)
{
    return point.x >= segment.from.x - 1e-9 && point.x <= segment.to.x + 1e-9 && point.y >= segment.from.y - 1e-9
        && point.y <= segment.to.y + 1e-9;
}

bool meet(const layout::Segment& a, const layout::Segment& b)
{
    return a.from.x <= b.to.x && b.from.x <= a.to.x && a.from.y <= b.to.y && b.from.y <= a.to.y;
}

/// Whether the segments have more in common than a point in which both go on.
bool shareAStretch(const layout::Segment& a, const layout::Segment& b)
{
    if (!meet(a, b))
        return false;
    if (isVertical(a) == isVertical(b))
        return true;
    const layout::Segment& vertical = isVertical(a) ? a : b;
    const layout::Segment& horizontal = isVertical(a) ? b : a;
    // A crossing is inside both of them; an end that touches the other would look joined.
    return !(vertical.from.y < horizontal.from.y && horizontal.from.y < vertical.to.y
        && horizontal.from.x < vertical.from.x && vertical.from.x < horizontal.to.x);
}

/// The segments that can be reached from the point without leaving the wire.
std::vector<bool> reached(const layout::Wire& wire, layout::Point from)
{
    std::vector<bool> found(wire.segments.size(), false);
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (found[i])
                continue;
            bool touches = contains(wire.segments[i], from);
            for (std::size_t k = 0; k < found.size(); ++k)
                touches = touches || (found[k] && meet(wire.segments[i], wire.segments[k]));
            found[i] = touches;
            more = more || touches;
        }
    }
    return found;
}

} // namespace

class CircuitLayoutTest final : public QObject
{
    Q_OBJECT

private slots:
    void aChainIsAStraightLine();
    void randomCircuits_data();
    void partsDoNotOverlap_data() { randomCircuits_data(); }
    void partsDoNotOverlap();
    void everyOperandIsReachedByItsWire_data() { randomCircuits_data(); }
    void everyOperandIsReachedByItsWire();
    void wiresStayApart_data() { randomCircuits_data(); }
    void wiresStayApart();
    void noWireRunsThroughAPart_data() { randomCircuits_data(); }
    void noWireRunsThroughAPart();
    void jointsAreWhereThreeLinesMeet_data() { randomCircuits_data(); }
    void jointsAreWhereThreeLinesMeet();
    void inputsKeepTheirOrderOnTheLeft();
    void aDoubledOperandForks();
    void nothingGivesNothing();
};

void CircuitLayoutTest::aChainIsAStraightLine()
{
    const layout::CircuitPlacement placed
        = layout::circuit({{{30, 14, {}, Column::First}, {40, 28, {0}, Column::Free}, {30, 14, {1}, Column::Last}}});
    QCOMPARE(placed.centres[0].y, placed.centres[1].y);
    QCOMPARE(placed.centres[1].y, placed.centres[2].y);
    for (const layout::Wire& wire : placed.wires)
        for (const layout::Segment& segment : wire.segments)
            QCOMPARE(segment.from.y, placed.centres[0].y);
    QCOMPARE(placed.height, 28.0);
}

void CircuitLayoutTest::randomCircuits_data()
{
    QTest::addColumn<int>("seed");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("gates");
    for (int seed = 1; seed <= 24; ++seed)
        QTest::addRow("circuit %d", seed) << seed << 2 + seed % 5 << 3 + 2 * seed;
}

#define FETCH_CIRCUIT                                                                                                  \
    QFETCH(int, seed);                                                                                                 \
    QFETCH(int, inputs);                                                                                               \
    QFETCH(int, gates);                                                                                                \
    const layout::CircuitRequest request = randomCircuit(                                                              \
        static_cast<std::uint64_t>(seed), static_cast<std::size_t>(inputs), static_cast<std::size_t>(gates));          \
    const layout::CircuitPlacement placed = layout::circuit(request)

void CircuitLayoutTest::partsDoNotOverlap()
{
    FETCH_CIRCUIT;
    for (std::size_t i = 0; i < request.parts.size(); ++i) {
        const layout::Part& a = request.parts[i];
        QVERIFY(placed.centres[i].x - 0.5 * a.width >= -1e-9);
        QVERIFY(placed.centres[i].y - 0.5 * a.height >= -1e-9);
        QVERIFY(placed.centres[i].x + 0.5 * a.width <= placed.width + 1e-9);
        QVERIFY(placed.centres[i].y + 0.5 * a.height <= placed.height + 1e-9);
        for (std::size_t k = 0; k < i; ++k) {
            const layout::Part& b = request.parts[k];
            const bool across = std::fabs(placed.centres[i].x - placed.centres[k].x) < 0.5 * (a.width + b.width);
            const bool down = std::fabs(placed.centres[i].y - placed.centres[k].y) < 0.5 * (a.height + b.height);
            QVERIFY(!(across && down));
        }
    }
}

void CircuitLayoutTest::everyOperandIsReachedByItsWire()
{
    FETCH_CIRCUIT;
    for (std::size_t i = 0; i < request.parts.size(); ++i) {
        const layout::Point start{placed.centres[i].x + 0.5 * request.parts[i].width, placed.centres[i].y};
        const std::vector<bool> found = reached(placed.wires[i], start);
        QVERIFY(std::ranges::all_of(found, [](bool one) { return one; }));
        std::set<double> heights;
        for (std::size_t pin = 0; pin < request.parts[i].operands.size(); ++pin) {
            const layout::Point end = placed.pins[i][pin];
            heights.insert(end.y);
            QCOMPARE(end.x, placed.centres[i].x - 0.5 * request.parts[i].width);
            QVERIFY(std::fabs(end.y - placed.centres[i].y) < 0.5 * request.parts[i].height);
            const layout::Wire& wire = placed.wires[request.parts[i].operands[pin]];
            QVERIFY(std::ranges::any_of(wire.segments, [&](const layout::Segment& segment) {
                return !isVertical(segment) && segment.to.x == end.x && segment.to.y == end.y;
            }));
        }
        QCOMPARE(heights.size(), request.parts[i].operands.size());
    }
}

void CircuitLayoutTest::wiresStayApart()
{
    FETCH_CIRCUIT;
    for (std::size_t i = 0; i < placed.wires.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            for (const layout::Segment& a : placed.wires[i].segments)
                for (const layout::Segment& b : placed.wires[k].segments)
                    QVERIFY2(!shareAStretch(a, b), qPrintable(QStringLiteral("wires %1 and %2").arg(i).arg(k)));
}

void CircuitLayoutTest::noWireRunsThroughAPart()
{
    FETCH_CIRCUIT;
    for (const layout::Wire& wire : placed.wires)
        for (const layout::Segment& segment : wire.segments)
            for (std::size_t i = 0; i < request.parts.size(); ++i) {
                const layout::Part& part = request.parts[i];
                const layout::Point centre = placed.centres[i];
                QVERIFY(segment.to.x <= centre.x - 0.5 * part.width || segment.from.x >= centre.x + 0.5 * part.width
                    || segment.to.y <= centre.y - 0.5 * part.height || segment.from.y >= centre.y + 0.5 * part.height);
            }
}

void CircuitLayoutTest::jointsAreWhereThreeLinesMeet()
{
    FETCH_CIRCUIT;
    for (const layout::Wire& wire : placed.wires) {
        std::set<std::pair<double, double>> ends;
        for (const layout::Segment& segment : wire.segments) {
            ends.insert({segment.from.x, segment.from.y});
            ends.insert({segment.to.x, segment.to.y});
        }
        for (const auto& [x, y] : ends) {
            int lines = 0;
            for (const layout::Segment& segment : wire.segments)
                if (contains(segment, {x, y})) {
                    const bool atEnd
                        = (segment.from.x == x && segment.from.y == y) || (segment.to.x == x && segment.to.y == y);
                    lines += atEnd ? 1 : 2;
                }
            const bool joint
                = std::ranges::any_of(wire.joints, [&](layout::Point point) { return point.x == x && point.y == y; });
            QCOMPARE(joint, lines > 2);
        }
    }
}

void CircuitLayoutTest::inputsKeepTheirOrderOnTheLeft()
{
    const layout::CircuitPlacement placed = layout::circuit(randomCircuit(3, 5, 20));
    for (std::size_t i = 1; i < 5; ++i) {
        QCOMPARE(placed.centres[i].x, placed.centres[0].x);
        QVERIFY(placed.centres[i].y > placed.centres[i - 1].y);
    }
}

void CircuitLayoutTest::aDoubledOperandForks()
{
    const layout::CircuitPlacement placed
        = layout::circuit({{{30, 14, {}, Column::First}, {40, 28, {0, 0}, Column::Free}}});
    QCOMPARE(placed.pins[1][1].y - placed.pins[1][0].y, 14.0);
    QCOMPARE(placed.wires[0].joints.size(), std::size_t(1));
}

void CircuitLayoutTest::nothingGivesNothing()
{
    const layout::CircuitPlacement placed = layout::circuit({});
    QVERIFY(placed.centres.empty());
    QCOMPARE(placed.width, 0.0);
}

QTEST_APPLESS_MAIN(CircuitLayoutTest)
#include "CircuitLayoutTest.moc"
