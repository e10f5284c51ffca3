// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Factoring.h"
#include "core/logic/Gates.h"
#include "core/logic/ReedMuller.h"
#include "core/logic/SmallCircuits.h"

#include <algorithm>
#include <optional>
#include <string>

/* Gates for a function
 *
 * NOR is the dual of NAND: with all inputs and the output turned, a circuit of NORs is one of NANDs. So NOR gates for f
 * are the NAND gates for NOT f(NOT x), each NAND replaced.
 */

namespace formulens::logic {

namespace {

constexpr int mostInputsOfSplitting = 12;

TruthTable turned(const TruthTable& function)
{
    const std::size_t last = function.rows() - 1;
    TruthTable result(function.inputs());
    for (std::size_t row = 0; row <= last; ++row)
        result.set(row, function.at(last - row));
    return result;
}

LogicFunction dual(const LogicFunction& function)
{
    return {~turned(function.on), turned(function.care)};
}

void replaceByDuals(Netlist& netlist)
{
    for (Gate& gate : netlist.gates) {
        if (gate.kind == GateKind::Nand)
            gate.kind = GateKind::Nor;
        gate.value = gate.kind == GateKind::Constant && !gate.value;
    }
}

bool isSmaller(const Netlist& a, const Netlist& b)
{
    return std::pair(a.gateCount(), a.depth()) < std::pair(b.gateCount(), b.depth());
}

std::vector<int> inputsThatMatterTo(const LogicFunction& function)
{
    std::vector<int> kept;
    for (int input = 0; input < function.inputs(); ++input)
        if (function.on.dependsOn(input) || function.care.dependsOn(input))
            kept.push_back(input);
    return kept;
}

Netlist onInputs(Netlist netlist, int inputs, const std::vector<int>& kept)
{
    netlist.inputs = inputs;
    for (Gate& gate : netlist.gates)
        if (gate.kind == GateKind::Input)
            gate.input = kept[static_cast<std::size_t>(gate.input)];
    return netlist;
}

// Up to three inputs: the smallest of all functions that agree with it. More: nothing.
std::optional<Netlist> smallestAgreeing(const LogicFunction& function, GateBasis basis)
{
    std::vector<int> kept = inputsThatMatterTo(function);
    if (kept.size() > 3)
        return std::nullopt;
    const int width = static_cast<int>(kept.size());
    const std::vector<int> first{0, 1, 2};
    const std::vector<int> narrow(first.begin(), first.begin() + width);
    const std::uint64_t on = function.on.restricted(kept).widened(3, narrow).words()[0];
    const std::uint64_t care = function.care.restricted(kept).widened(3, narrow).words()[0];
    std::optional<Netlist> best;
    for (unsigned rows = 0; rows < 256; ++rows) {
        if (((rows ^ on) & care) != 0)
            continue;
        const std::vector<int> asked = TruthTable::fromBits(3, rows).support();
        if (!asked.empty() && asked.back() >= width)
            continue;
        Netlist netlist = smallestCircuit(basis, static_cast<std::uint8_t>(rows));
        if (!best || isSmaller(netlist, *best))
            best = std::move(netlist);
    }
    kept.resize(3, 0);
    return onInputs(std::move(*best), function.inputs(), kept);
}

class Candidates
{
public:
    Candidates(const LogicFunction& function, GateBasis basis, const CoverPair& covers, const Progress& progress)
        : m_function(function)
        , m_basis(basis)
        , m_ones(covers.ones.cover)
        , m_zeros(covers.zeros.cover)
        , m_progress(progress)
    {
    }

    Result<Netlist> best()
    {
        const int inputs = m_function.inputs();
        consider([&](GateGraph& graph) { return factored(m_ones, inputs, graph); });
        consider([&](GateGraph& graph) { return ~factored(m_zeros, inputs, graph); });
        for (const TruthTable& table : completions()) {
            const Result<DecisionDiagram> diagram = decisionDiagram(table, m_progress);
            if (!diagram)
                return tl::unexpected(diagram.error());
            consider([&](GateGraph& graph) { return chosen(*diagram, graph); });
            if (inputs <= mostInputsOfSplitting)
                consider([&](GateGraph& graph) { return split(table, graph); });
        }
        return std::move(*m_best);
    }

private:
    // The functions that the covers are; where every row matters, both are the function.
    std::vector<TruthTable> completions() const
    {
        if (m_function.isComplete())
            return {m_function.on};
        return {table(m_ones, m_function.inputs()), ~table(m_zeros, m_function.inputs())};
    }

    template <class Build>
    void consider(Build build)
    {
        GateGraph graph(m_function.inputs(), m_basis);
        const Signal signal = build(graph);
        Netlist netlist = graph.netlist(signal);
        if (!m_best || isSmaller(netlist, *m_best))
            m_best = std::move(netlist);
    }

    const LogicFunction& m_function;
    GateBasis m_basis;
    const Cover& m_ones;
    const Cover& m_zeros;
    const Progress& m_progress;
    std::optional<Netlist> m_best;
};

Result<Synthesis> ofTwoOperands(
    const LogicFunction& function, GateBasis basis, const CoverPair& covers, const Progress& progress)
{
    if (std::optional<Netlist> smallest = smallestAgreeing(function, basis))
        return Synthesis{std::move(*smallest), true};
    return Candidates(function, basis, covers, progress).best().map([](Netlist netlist) {
        return Synthesis{std::move(netlist), false};
    });
}

// All inputs turned: each literal becomes its opposite.
Cover turned(Cover cover)
{
    for (Cube& cube : cover)
        cube.value ^= cube.mask;
    return cover;
}

Result<Synthesis> ofNors(const LogicFunction& function, const CoverPair& covers, const Progress& progress)
{
    const CoverPair dualCovers{{turned(covers.zeros.cover)}, {turned(covers.ones.cover)}};
    return ofTwoOperands(dual(function), GateBasis::Nand, dualCovers, progress).map([](Synthesis synthesis) {
        replaceByDuals(synthesis.netlist);
        return synthesis;
    });
}

// The rows that may be anything are 0, or as the shortest covers have them, whichever has the shortest form.
Synthesis ofXors(const LogicFunction& function, const CoverPair& covers)
{
    const int inputs = function.inputs();
    Synthesis best{xorForm(monomials(function.mustBeOne()), inputs), function.isComplete()};
    if (function.isComplete())
        return best;
    for (const TruthTable& ones : {table(covers.ones.cover, inputs), ~table(covers.zeros.cover, inputs)}) {
        Netlist other = xorForm(monomials(ones), inputs);
        if (other.wireCount() < best.netlist.wireCount())
            best.netlist = std::move(other);
    }
    return best;
}

Result<Synthesis> unchecked(
    const LogicFunction& function, GateBasis basis, const CoverPair& covers, const Progress& progress)
{
    switch (basis) {
    case GateBasis::SumOfProducts:
        return Synthesis{sumOfProducts(covers.ones.cover, function.inputs()), covers.ones.proven};
    case GateBasis::ProductOfSums:
        return Synthesis{productOfSums(covers.zeros.cover, function.inputs()), covers.zeros.proven};
    case GateBasis::Nand:
    case GateBasis::AndNot:
        return ofTwoOperands(function, basis, covers, progress);
    case GateBasis::Nor:
        return ofNors(function, covers, progress);
    case GateBasis::XorForm:
        return ofXors(function, covers);
    }
    return failure(ErrorCode::Internal, "there is no such basis of gates");
}

} // namespace

Result<CoverPair> minimumCovers(const LogicFunction& function, const Progress& progress)
{
    Result<MinimumCover> ones = minimumCover(function, progress.part(0, 0.5));
    if (!ones)
        return tl::unexpected(ones.error());
    Result<MinimumCover> zeros = minimumCover(function.complement(), progress.part(0.5, 1));
    if (!zeros)
        return tl::unexpected(zeros.error());
    return CoverPair{std::move(*ones), std::move(*zeros)};
}

Result<Synthesis> synthesise(const LogicFunction& function, GateBasis basis, const Progress& progress)
{
    const Result<CoverPair> covers = minimumCovers(function, progress.part(0, 0.5));
    if (!covers)
        return tl::unexpected(covers.error());
    return synthesise(function, basis, *covers, progress.part(0.5, 1));
}

Result<Synthesis> synthesise(
    const LogicFunction& function, GateBasis basis, const CoverPair& covers, const Progress& progress)
{
    Result<Synthesis> result = unchecked(function, basis, covers, progress);
    if (!result)
        return result;
    if (result->netlist.gates.size() > mostGates)
        return failure(ErrorCode::Limit, "the function takes more than " + std::to_string(mostGates) + " gates");
    const Result<std::vector<TruthTable>> tables = evaluate(result->netlist, progress);
    if (!tables)
        return tl::unexpected(tables.error());
    if (!function.agreesWith(tables->front()))
        return failure(ErrorCode::Internal, "the gates do not compute the function in every row");
    return result;
}

} // namespace formulens::logic
