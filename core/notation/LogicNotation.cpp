// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/LogicNotation.h"

#include "core/notation/FormulaNotation.h"
#include "core/notation/GateOutline.h"
#include "core/notation/Pieces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace formulens::notation {

using logic::FunctionKind;
using logic::Gate;
using logic::GateKind;
using logic::LogicFormKind;

namespace {

constexpr std::size_t shownAtTheEnd = 5;
constexpr std::array<std::string_view, 6> gateLetters{"g", "k", "p", "q", "s", "gate"};

bool isIndexed(std::string_view symbol, std::string_view letter)
{
    return symbol.starts_with(letter) && symbol.find_first_not_of("0123456789_", letter.size()) == symbol.npos;
}

/// A letter for gates that no input or result has.
std::string gateLetter(const std::vector<std::string>& symbols)
{
    for (const std::string_view letter : gateLetters)
        if (std::ranges::none_of(symbols, [&](const std::string& symbol) { return isIndexed(symbol, letter); }))
            return std::string(letter);
    return "gates";
}

Tree digit(bool value)
{
    return magnitude(value ? 1 : 0, 0);
}

Tree negationOf(Tree body)
{
    return row({sign(OperatorSign::Not), std::move(body)});
}

/// What a gate is on the line that uses it.
struct GatePiece
{
    Tree tree;
    std::optional<OperatorSign> joinedBy; ///< stands in brackets beside other signs
};

Tree bracketed(const GatePiece& piece)
{
    return piece.joinedBy ? fenced(piece.tree) : piece.tree;
}

/// The operands with the sign between them; those in the middle of a long list are counted.
GatePiece joinedPieces(const std::vector<GatePiece>& operands, OperatorSign joint, std::size_t shown)
{
    const bool isLong = shown > 0 && operands.size() > shown;
    const std::size_t hidden = isLong ? operands.size() - shown : 0;
    std::vector<Tree> pieces;
    const auto add = [&](Tree piece) {
        if (!pieces.empty())
            pieces.push_back(sign(joint));
        pieces.push_back(std::move(piece));
    };
    const std::size_t gap = isLong ? shown - std::min(shown, shownAtTheEnd) : operands.size();
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i == gap)
            add(words("... " + counted(static_cast<double>(hidden)) + " more ..."));
        if (i < gap || i >= gap + hidden)
            add(operands[i].joinedBy == joint ? operands[i].tree : bracketed(operands[i]));
    }
    return {row(std::move(pieces)), joint};
}

class LogicNotation
{
public:
    LogicNotation(const std::vector<LogicInput>& inputs, std::span<const LogicResult> results,
        const LogicNotationOptions& options)
        : m_inputs(inputs), m_options(options)
    {
        std::vector<std::string> symbols = symbolsOf(inputs);
        for (const LogicResult& result : results)
            symbols.push_back(result.symbol);
        m_gateLetter = gateLetter(symbols);
    }

    void write(const LogicResult& result, LogicFormKind kind)
    {
        const Tree left = symbolTree(result.symbol);
        const logic::LogicForm* form = result.form(kind);
        if (form == nullptr)
            m_rows.push_back({left, words(": " + whyMissing(result, kind))});
        else if (kind == LogicFormKind::Name)
            m_rows.push_back(equationRow(left, nameTree(form->name)));
        else
            m_rows.push_back(equationRow(left, outputOf(form->netlist)));
    }

    /// "x_1 = 0 stands for 20, x_1 = 1 for 40"
    void writeMeanings()
    {
        for (const LogicInput& input : m_inputs) {
            if (!m_options.meanings || (input.low == 0 && input.high == 1))
                continue;
            const Tree symbol = symbolTree(input.symbol);
            m_rows.push_back(equationRow(symbol,
                row({digit(false), words(" stands for "), signedNumber(input.low, 0), words(", "), symbol,
                    sign(OperatorSign::Equals), digit(true), words(" for "), signedNumber(input.high, 0)})));
        }
    }

    Tree take() { return tree(Aligned{std::move(m_rows)}); }

private:
    static std::string whyMissing(const LogicResult& result, LogicFormKind kind)
    {
        const auto missing = std::ranges::find(result.forms.missing, kind, &logic::LogicForms::Missing::kind);
        if (missing != result.forms.missing.end())
            return "no " + std::string(title(kind)) + ": " + missing->error.message;
        return "no " + std::string(title(kind));
    }

    Tree inputTree(int input) const { return symbolTree(m_inputs[static_cast<std::size_t>(input)].symbol); }

    // Names

    std::vector<GatePiece> operandsOf(const logic::FunctionName& name) const
    {
        std::vector<GatePiece> operands;
        for (std::size_t i = 0; i < name.inputs.size(); ++i) {
            const Tree input = inputTree(name.inputs[i]);
            operands.push_back({name.negated[i] ? negationOf(input) : input, {}});
        }
        return operands;
    }

    Tree nameTree(const logic::FunctionName& name) const
    {
        const std::vector<GatePiece> operands = operandsOf(name);
        const auto joined = [&](OperatorSign joint) { return joinedPieces(operands, joint, 0).tree; };
        switch (name.kind) {
        case FunctionKind::Unnamed:
            break;
        case FunctionKind::Constant:
            return words(name.value ? "TRUE" : "FALSE");
        case FunctionKind::Copy:
            return operands.front().tree;
        case FunctionKind::Negation:
            return negationOf(operands.front().tree);
        case FunctionKind::And:
            return joined(OperatorSign::And);
        case FunctionKind::Or:
            return joined(OperatorSign::Or);
        case FunctionKind::Nand:
            return negationOf(fenced(joined(OperatorSign::And)));
        case FunctionKind::Nor:
            return negationOf(fenced(joined(OperatorSign::Or)));
        case FunctionKind::Xor:
            return joined(OperatorSign::Exclusive);
        case FunctionKind::Xnor:
            return negationOf(fenced(joined(OperatorSign::Exclusive)));
        case FunctionKind::AtLeast:
        case FunctionKind::Majority:
            return row(
                {words((name.negatedResult ? "fewer than " : "at least ") + std::to_string(name.threshold) + " of "),
                    joined(OperatorSign::Comma)});
        case FunctionKind::Threshold:
            return weightedTree(name, operands);
        }
        return words("(no name)");
    }

    /// "1 if 2 x_1 + x_2 - x_3 >= 1, else 0"
    static Tree weightedTree(const logic::FunctionName& name, const std::vector<GatePiece>& operands)
    {
        std::vector<Tree> pieces;
        for (std::size_t i = 0; i < operands.size(); ++i) {
            const auto weight = static_cast<double>(name.weights[i]);
            if (weight < 0)
                pieces.push_back(sign(OperatorSign::Minus));
            else if (i > 0)
                pieces.push_back(sign(OperatorSign::Plus));
            if (std::fabs(weight) != 1) {
                pieces.push_back(magnitude(weight, 0));
                pieces.push_back(thinSpace());
            }
            pieces.push_back(operands[i].tree);
        }
        pieces.push_back(sign(name.negatedResult ? OperatorSign::Less : OperatorSign::GreaterOrEqual));
        pieces.push_back(signedNumber(static_cast<double>(name.threshold), 0));
        return row({digit(true), words(" if "), row(std::move(pieces)), words(", else 0")});
    }

    // Gates

    /// Writes the lines of gates, and returns what the output is.
    Tree outputOf(const logic::Netlist& netlist)
    {
        const std::vector<bool> lines = gatesWithLines(netlist);
        const std::size_t first = m_rows.size();
        std::vector<GatePiece> pieces(netlist.gates.size());
        for (std::size_t i = 0; i < netlist.gates.size(); ++i) {
            pieces[i] = pieceOf(netlist, netlist.gates[i], pieces);
            if (!lines[i])
                continue;
            const Tree name
                = subscripted(letter(m_gateLetter, m_gateLetter.size() == 1 ? Alphabet::Italic : Alphabet::Upright),
                    magnitude(static_cast<double>(++m_gates), 0));
            m_rows.push_back(equationRow(name, pieces[i].tree));
            pieces[i] = {name, {}};
        }
        leaveOut(first);
        const std::uint32_t output = netlist.outputs.front();
        const Gate& gate = netlist.gates[output];
        return gate.kind == GateKind::Constant ? words(gate.value ? "TRUE" : "FALSE") : pieces[output].tree;
    }

    /// Of many lines of gates those in the middle are counted.
    void leaveOut(std::size_t first)
    {
        const std::size_t count = m_rows.size() - first;
        if (m_options.shownTerms == 0 || count <= m_options.shownTerms)
            return;
        const std::size_t hidden = count - m_options.shownTerms;
        const std::size_t gap = first + m_options.shownTerms - std::min(m_options.shownTerms, shownAtTheEnd);
        const auto from = m_rows.begin() + static_cast<std::ptrdiff_t>(gap);
        m_rows.erase(from, from + static_cast<std::ptrdiff_t>(hidden));
        m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(gap),
            {words(""), words("... " + counted(static_cast<double>(hidden)) + " more gates ...")});
    }

    GatePiece pieceOf(const logic::Netlist& netlist, const Gate& gate, const std::vector<GatePiece>& pieces) const
    {
        std::vector<GatePiece> operands;
        for (const std::uint32_t operand : readingOrder(netlist, gate))
            operands.push_back(pieces[operand]);
        const auto joined = [&](OperatorSign joint) { return joinedPieces(operands, joint, m_options.shownTerms); };
        switch (gate.kind) {
        case GateKind::Input:
            return {inputTree(gate.input), {}};
        case GateKind::Constant:
            return {digit(gate.value), {}};
        case GateKind::Not:
            return {negationOf(bracketed(operands.front())), {}};
        case GateKind::And:
            return joined(OperatorSign::And);
        case GateKind::Or:
            return joined(OperatorSign::Or);
        case GateKind::Xor:
            return joined(OperatorSign::Exclusive);
        case GateKind::Nand:
            return {negationOf(fenced(joined(OperatorSign::And).tree)), {}};
        case GateKind::Nor:
            return {negationOf(fenced(joined(OperatorSign::Or).tree)), {}};
        }
        return {};
    }

    const std::vector<LogicInput>& m_inputs;
    LogicNotationOptions m_options;
    std::string m_gateLetter;
    std::size_t m_gates = 0;
    Rows m_rows;
};

} // namespace

std::string_view title(LogicFormKind kind)
{
    switch (kind) {
    case LogicFormKind::Name:
        return "name";
    case LogicFormKind::SumOfProducts:
        return "sum of products";
    case LogicFormKind::ProductOfSums:
        return "product of sums";
    case LogicFormKind::XorForm:
        return "XOR form";
    case LogicFormKind::Nand:
        return "NAND only";
    case LogicFormKind::Nor:
        return "NOR only";
    case LogicFormKind::AndNot:
        return "AND and NOT only";
    }
    return "";
}

Tree notateLogic(const LogicResult& result, const std::vector<LogicInput>& inputs, LogicFormKind kind,
    const LogicNotationOptions& options)
{
    LogicNotation notation(inputs, std::span(&result, 1), options);
    notation.write(result, kind);
    notation.writeMeanings();
    return notation.take();
}

Tree notateLogic(
    const LogicAnswer& answer, const std::vector<LogicFormKind>& kinds, const LogicNotationOptions& options)
{
    LogicNotation notation(answer.inputs, answer.results, options);
    for (std::size_t i = 0; i < answer.results.size(); ++i)
        notation.write(answer.results[i], kinds[i]);
    notation.writeMeanings();
    return notation.take();
}

} // namespace formulens::notation
