// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Notate.h"

#include "core/formula/Layers.h"
#include "core/notation/FormulaNotation.h"
#include "core/notation/Pieces.h"

#include <algorithm>

namespace formulens::notation {

namespace {

class FormulaWriter
{
public:
    FormulaWriter(const Formula& formula, const NotationOptions& options)
        : m_formula(formula)
        , m_options(options)
        , m_magnitudes(formula)
        , m_expressions(options, &m_result.anchors, &m_magnitudes)
        , m_writing{formula, options, m_result.anchors, m_expressions}
    {
    }

    NotatedFormula write()
    {
        defineInputs();
        append(layerRows(m_writing));
        writeDefinitions();
        writeResults();
        append(lawRows(m_writing));
        append(regionRows(m_writing));
        append(matrixRows(m_writing));
        if (m_options.legend)
            append(legendRows(m_writing));
        m_result.tree = tree(Aligned{std::move(m_rows)});
        m_result.refusedTerms = m_expressions.refusedTerms();
        return std::move(m_result);
    }

private:
    void append(Rows rows)
    {
        for (std::vector<Tree>& row : rows)
            m_rows.push_back(std::move(row));
    }

    Tree anchored(Anchor anchor, Tree body)
    {
        return tree(Anchored{m_expressions.anchor(std::move(anchor)), std::move(body)});
    }

    void defineInputs()
    {
        for (const Variable& variable : m_formula.variables)
            m_expressions.define(
                variable.symbol, atom(anchored(InputAnchor{variable.inputElement}, symbolTree(variable.symbol))));
    }

    /// Each on a line of its own, or ready to be written where it is used.
    void writeDefinitions()
    {
        for (std::size_t i = 0; i < m_formula.definitions.size(); ++i) {
            const Definition& definition = m_formula.definitions[i];
            const Written value = m_expressions.write(definition.value, i);
            if (m_options.inPlace.contains(i)) {
                const AnchorId anchor = m_expressions.anchor(DefinitionAnchor{i, false, true});
                m_expressions.define(definition.symbol, anchoredAs(anchor, value));
                continue;
            }
            const Tree symbol = symbolOf(definition.symbol);
            m_expressions.define(definition.symbol, atom(anchored(DefinitionAnchor{i, false, false}, symbol)));
            m_rows.push_back(equationRow(anchored(DefinitionAnchor{i, true, false}, symbol), value.tree));
            if (!definition.remark.empty()) {
                m_rows.back().back()
                    = row({m_rows.back().back(), tree(Space{2}), words("(" + definition.remark + ")")});
            }
        }
    }

    /// "y_1 = y_1", or "y = y_1" where the vector y has one element: the layer's own line says it.
    bool isSaidByLayer(const ResultEquation& result) const
    {
        const auto* symbol = std::get_if<SymbolNode>(&result.value.node().kind);
        return symbol != nullptr
            && std::any_of(m_formula.layers.begin(), m_formula.layers.end(), [&](const LayerEquation& layer) {
                   const std::string& name = symbol->name;
                   if (layer.rows == 1)
                       return result.symbol == layer.symbol && name == layerElement(layer.symbol, 0);
                   return name.starts_with(layer.symbol + "_")
                       && (result.symbol == name
                           || result.symbol == layer.symbol + name.substr(layer.symbol.size() + 1));
               });
    }

    /// "hn1 = hn_1": a definition is the result, and is called so.
    bool isSaidByDefinition(const ResultEquation& result) const
    {
        const auto* symbol = std::get_if<SymbolNode>(&result.value.node().kind);
        if (symbol == nullptr || withoutUnderscores(symbol->name) != withoutUnderscores(result.symbol))
            return false;
        for (std::size_t i = 0; i < m_formula.definitions.size(); ++i)
            if (m_formula.definitions[i].symbol == symbol->name)
                return !m_options.inPlace.contains(i);
        return false;
    }

    static std::string withoutUnderscores(std::string symbol)
    {
        std::erase(symbol, '_');
        return symbol;
    }

    void writeResults()
    {
        for (std::size_t i = 0; i < m_formula.results.size(); ++i) {
            const ResultEquation& result = m_formula.results[i];
            if (isSaidByLayer(result) || isSaidByDefinition(result))
                continue;
            const Written value = m_expressions.write(result.value, m_formula.definitions.size() + i);
            const Tree symbol
                = result.derivativeBy ? derivativeTree(m_formula, result.symbol) : symbolTree(result.symbol);
            m_rows.push_back(equationRow(anchored(ResultAnchor{i}, symbol), value.tree));
        }
    }

    bool hasDerivatives() const
    {
        for (const ResultEquation& result : m_formula.results)
            if (result.derivativeBy)
                return true;
        return false;
    }

    Tree symbolOf(const std::string& symbol) const
    {
        return hasDerivatives() ? derivativeTree(m_formula, symbol) : symbolTree(symbol);
    }

    const Formula& m_formula;
    const NotationOptions& m_options;
    NotatedFormula m_result;
    Magnitudes m_magnitudes;
    ExpressionWriter m_expressions;
    Writing m_writing;
    Rows m_rows;
};

} // namespace

std::vector<Tree> equationRow(Tree left, OperatorSign relation, Tree right)
{
    std::vector<Tree> pieces{sign(relation)};
    if (const auto* sum = std::get_if<Row>(&right->piece))
        pieces.insert(pieces.end(), sum->pieces.begin(), sum->pieces.end());
    else
        pieces.push_back(std::move(right));
    return {std::move(left), row(std::move(pieces))};
}

std::vector<Tree> equationRow(Tree left, Tree right)
{
    return equationRow(std::move(left), OperatorSign::Equals, std::move(right));
}

Tree derivativeTree(const Formula& formula, const std::string& symbol)
{
    for (const Variable& variable : formula.variables) {
        const std::string ending = "_d" + variable.symbol;
        if (!symbol.starts_with('d') || !symbol.ends_with(ending) || symbol.size() <= ending.size() + 1)
            continue;
        const std::string differentiated = symbol.substr(1, symbol.size() - ending.size() - 1);
        const Tree curl = letter("∂", Alphabet::Upright);
        return fraction(row({curl, symbolTree(differentiated)}), row({curl, symbolTree(variable.symbol)}));
    }
    return symbolTree(symbol);
}

NotatedFormula notate(const Formula& formula, const NotationOptions& options)
{
    return FormulaWriter(formula, options).write();
}

Tree notate(const Expression& expression, const NotationOptions& options)
{
    return ExpressionWriter(options, nullptr, nullptr).write(expression, 0).tree;
}

} // namespace formulens::notation
