// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Factoring.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace formulens::logic {

namespace {

class CoverFactoring
{
public:
    CoverFactoring(int inputs, GateGraph& graph) : m_inputs(inputs), m_graph(graph) { }

    Signal factor(const Cover& cover)
    {
        const Cube divisor = mostSharedLiteral(cover);
        if (divisor.mask == 0)
            return sumOf(cover);
        Cover quotient = quotientBy(cover, divisor);
        const Cube common = commonOf(quotient);
        for (Cube& cube : quotient)
            cube = without(cube, common);
        const Cube taken{divisor.mask | common.mask, divisor.value | common.value};
        const Cover multipliers = othersBy(cover, quotient, taken);
        return product(cover, quotient, multipliers);
    }

private:
    static Cube without(const Cube& cube, const Cube& literals)
    {
        return {cube.mask & ~literals.mask, cube.value & ~literals.mask};
    }

    static bool holds(const Cube& cube, const Cube& literals) { return literals.contains(cube); }

    // cover = quotient * multipliers + rest.
    Signal product(const Cover& cover, const Cover& quotient, const Cover& multipliers)
    {
        std::set<Cube> done;
        for (const Cube& a : quotient)
            for (const Cube& b : multipliers)
                done.insert({a.mask | b.mask, a.value | b.value});
        Cover rest;
        for (const Cube& cube : cover)
            if (!done.contains(cube))
                rest.push_back(cube);
        const Signal divided = m_graph.both(factor(multipliers), factor(quotient));
        return rest.empty() ? divided : m_graph.either(divided, factor(rest));
    }

    // A literal of two products or more, of most; none: the empty cube.
    Cube mostSharedLiteral(const Cover& cover) const
    {
        std::array<std::array<std::size_t, 2>, 32> counts{};
        for (const Cube& cube : cover)
            for (int digit = 0; digit < m_inputs; ++digit)
                if ((cube.mask >> digit) & 1)
                    ++counts[static_cast<std::size_t>(digit)][(cube.value >> digit) & 1];
        Cube best;
        std::size_t most = 1;
        for (int digit = m_inputs - 1; digit >= 0; --digit)
            for (const std::uint32_t value : {1u, 0u})
                if (const std::size_t count = counts[static_cast<std::size_t>(digit)][value]; count > most) {
                    most = count;
                    best = {1u << digit, value << digit};
                }
        return best;
    }

    static Cover quotientBy(const Cover& cover, const Cube& divisor)
    {
        Cover quotient;
        for (const Cube& cube : cover)
            if (holds(cube, divisor))
                quotient.push_back(without(cube, divisor));
        return quotient;
    }

    static Cube commonOf(const Cover& cover)
    {
        Cube common = cover.front();
        for (const Cube& cube : cover) {
            common.mask &= cube.mask & ~(common.value ^ cube.value);
            common.value &= common.mask;
        }
        return common;
    }

    // All products whose product with each of the quotient is in the cover; `taken` is one of them.
    Cover othersBy(const Cover& cover, const Cover& quotient, const Cube& taken) const
    {
        constexpr std::size_t mostPairs = 200'000;
        if (quotient.size() < 2 || quotient.size() * cover.size() > mostPairs)
            return {taken};
        const std::set<Cube> known(cover.begin(), cover.end());
        Cover multipliers;
        for (const Cube& cube : cover) {
            if (!holds(cube, quotient.front()))
                continue;
            const Cube candidate = without(cube, quotient.front());
            if (std::all_of(quotient.begin(), quotient.end(), [&](const Cube& other) {
                    return (candidate.mask & other.mask) == 0
                        && known.contains({candidate.mask | other.mask, candidate.value | other.value});
                }))
                multipliers.push_back(candidate);
        }
        return multipliers;
    }

    Signal sumOf(const Cover& cover)
    {
        std::vector<Signal> products;
        for (const Cube& cube : cover)
            products.push_back(productOf(cube));
        return m_graph.any(products);
    }

    Signal productOf(const Cube& cube)
    {
        std::vector<Signal> literals;
        for (int input = 0; input < m_inputs; ++input)
            if (const std::uint32_t bit = inputBit(m_inputs, input); cube.mask & bit)
                literals.push_back(cube.value & bit ? m_graph.input(input) : ~m_graph.input(input));
        return m_graph.all(literals);
    }

    int m_inputs;
    GateGraph& m_graph;
};

} // namespace

Signal factored(const Cover& cover, int inputs, GateGraph& graph)
{
    return CoverFactoring(inputs, graph).factor(cover);
}

Signal chosen(const DecisionDiagram& diagram, GateGraph& graph)
{
    std::vector<Signal> signals{graph.constant(false), graph.constant(true)};
    for (std::size_t i = 2; i < diagram.nodes.size(); ++i) {
        const DecisionNode& node = diagram.nodes[i];
        signals.push_back(graph.choice(graph.input(node.input), signals[node.high], signals[node.low]));
    }
    return signals[diagram.root];
}

namespace {

class Splitting
{
public:
    explicit Splitting(GateGraph& graph) : m_graph(graph) { }

    // The tables of a function and of its opposite share their gates.
    Signal split(const TruthTable& function)
    {
        const bool negated = function.at(0);
        const TruthTable normal = negated ? ~function : function;
        if (normal.isFalse())
            return m_graph.constant(negated);
        const std::vector<std::uint64_t> key(normal.words().begin(), normal.words().end());
        const auto known = m_known.find(key);
        const Signal signal = known != m_known.end() ? known->second : m_known.emplace(key, made(normal)).first->second;
        return negated ? ~signal : signal;
    }

private:
    Signal made(const TruthTable& function)
    {
        const int input = bestInput(function);
        const TruthTable low = function.cofactor(input, false);
        const TruthTable high = function.cofactor(input, true);
        if (low == ~high)
            return m_graph.differ(m_graph.input(input), split(low));
        return m_graph.choice(m_graph.input(input), split(high), split(low));
    }

    // A half that is constant or the other's opposite costs least; else the halves of fewest inputs.
    int bestInput(const TruthTable& function) const
    {
        int best = -1;
        std::size_t least = std::numeric_limits<std::size_t>::max();
        for (const int input : function.support()) {
            const TruthTable low = function.cofactor(input, false);
            const TruthTable high = function.cofactor(input, true);
            const bool constant = low.isFalse() || low.isTrue() || high.isFalse() || high.isTrue();
            const std::size_t cost = constant ? 0 : low == ~high ? 1 : 2 + low.support().size() + high.support().size();
            if (cost < least) {
                least = cost;
                best = input;
            }
        }
        return best;
    }

    GateGraph& m_graph;
    std::map<std::vector<std::uint64_t>, Signal> m_known;
};

} // namespace

Signal split(const TruthTable& function, GateGraph& graph)
{
    return Splitting(graph).split(function);
}

} // namespace formulens::logic
