// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/ExpressionNotation.h"

#include "core/base/Overloaded.h"
#include "core/notation/Pieces.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace formulens::notation {

namespace {

constexpr double smallShare = 1e-12; // of the sum: terms below are gathered on the screen
constexpr std::size_t shownFirst = 200;
constexpr std::size_t shownLast = 5;

using Terms = std::vector<std::pair<double, Expression>>;

/// What a coefficient multiplies, for the reader who points at it.
std::string nameOf(const Expression& expression)
{
    if (const auto* symbol = std::get_if<SymbolNode>(&expression.node().kind))
        return symbol->name;
    if (const auto* call = std::get_if<CallNode>(&expression.node().kind))
        return std::string(function(call->function).name) + "(...)";
    return "...";
}

/// A constant comes first where a reader expects it: 1 + e^-z, 1 - h^2.
bool constantLeads(const SumNode& sum)
{
    if (sum.terms.size() != 1 || sum.constant <= 0)
        return false;
    const auto& [coefficient, term] = sum.terms.front();
    const bool plain = std::holds_alternative<SymbolNode>(term.node().kind);
    return coefficient < 0 || (coefficient == 1 && !plain);
}

} // namespace

ExpressionWriter::ExpressionWriter(const NotationOptions& options, std::vector<Anchor>* anchors, Magnitudes* magnitudes)
    : m_options(options), m_anchors(anchors), m_magnitudes(magnitudes), m_functions(options)
{
}

void ExpressionWriter::define(const std::string& symbol, Written written)
{
    if (symbol == "e")
        m_functions.nameExponential();
    m_symbols.insert_or_assign(symbol, std::move(written));
}

AnchorId ExpressionWriter::anchor(Anchor anchor)
{
    if (m_anchors == nullptr)
        return 0;
    m_anchors->push_back(std::move(anchor));
    return static_cast<AnchorId>(m_anchors->size() - 1);
}

/// One equation: its parts in the order of the graph, operands before their users.
class ExpressionWriter::Equation
{
public:
    Equation(ExpressionWriter& writer, std::size_t number) : m_writer(writer), m_number(number) { }

    Written write(const Expression& expression)
    {
        for (const Expression& part : postOrder({&expression, 1}))
            m_written.insert_or_assign(&part.node(), withinLimits(written(part)));
        return at(expression);
    }

private:
    const Written& at(const Expression& expression) const { return m_written.at(&expression.node()); }

    Written written(const Expression& expression)
    {
        return std::visit(Overloaded{
                              [this](const NumberNode& node) { return constant(node.value); },
                              [this](const SymbolNode& node) { return symbol(node.name); },
                              [this](const SumNode& node) { return sum(node); },
                              [this](const ProductNode& node) {
                                  std::vector<Written> factors;
                                  for (const Expression& factor : node.factors)
                                      factors.push_back(at(factor));
                                  return productOf(factors);
                              },
                              [this](const PowerNode& node) { return power(at(node.base), node.exponent); },
                              [this](const CallNode& node) {
                                  std::vector<Written> operands;
                                  for (const Expression& operand : node.operands)
                                      operands.push_back(at(operand));
                                  return m_writer.m_functions.call(node.function, operands, node.parameters);
                              },
                          },
            expression.node().kind);
    }

    Written symbol(const std::string& name) const
    {
        const auto found = m_writer.m_symbols.find(name);
        return found == m_writer.m_symbols.end() ? vectorElement(name) : found->second;
    }

    /// h1_3 of the layer h1, else a symbol that nothing is known of.
    Written vectorElement(const std::string& name) const
    {
        const auto vector = m_writer.m_vectors.find(name.substr(0, name.find_last_of('_')));
        if (vector == m_writer.m_vectors.end())
            return atom(symbolTree(name));
        return atom(tree(Anchored{vector->second, symbolTree(name)}));
    }

    Written power(const Written& base, double exponent) const
    {
        if (exponent < 0)
            return quotientOf(one(), power(base, -exponent));
        if (exponent == 0.5)
            return rootOf(base);
        Written raised = atom(magnitude(exponent, m_writer.m_options.digits));
        raised.isOne = exponent == 1;
        return powerOf(base, raised);
    }

    /// |value|, answering to the pointer with its full precision.
    Written number(double value, const std::string& multiplied, int digits)
    {
        Written result = atom(magnitude(value, digits));
        result.isOne = writtenAsOne(value, digits);
        result.startsWithNumber = true;
        if (numeral(value, digits).exponent != 0)
            result.binding = Binding::Product;
        if (m_writer.m_anchors == nullptr || (result.isOne && !multiplied.empty()))
            return result;
        return anchoredAs(m_writer.anchor(CoefficientAnchor{m_number, value, multiplied}), result);
    }

    Written constant(double value)
    {
        const Written result = number(value, "", m_writer.m_options.digits);
        return value < 0 ? negated(result) : result;
    }

    SignedTerm signedTerm(double coefficient, const Expression& term)
    {
        return {coefficient < 0, productOf({number(coefficient, nameOf(term), m_writer.m_options.digits), at(term)})};
    }

    Written sum(const SumNode& node)
    {
        const Terms shown = withoutSmallTerms(node);
        const std::size_t gathered = node.terms.size() - shown.size();
        std::vector<SignedTerm> terms;
        const int digits = constantDigits(node, m_writer.m_options.digits);
        const SignedTerm constantTerm{
            node.constant < 0, node.constant == 0 ? Written() : number(node.constant, "", digits)};
        const bool leads = constantLeads(node);
        if (leads)
            terms.push_back(constantTerm);
        addTerms(terms, shown);
        if (gathered > 0) {
            const std::string text = counted(static_cast<double>(gathered)) + (gathered == 1 ? " term" : " terms");
            terms.push_back({false, hiddenTerms(gathered, text + " below 1e-12 of the sum")});
        }
        if (node.constant != 0 && !leads)
            terms.push_back(constantTerm);
        return sumOf(terms);
    }

    /// All terms, or the first 200 and the last 5 with what stands for those between.
    void addTerms(std::vector<SignedTerm>& terms, const Terms& shown)
    {
        const std::size_t limit = m_writer.m_options.shownTerms;
        const bool isShortened = limit != 0 && shown.size() > std::max(limit, shownFirst + shownLast) && !isOpened();
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if (isShortened && i == shownFirst) {
                const std::size_t hidden = shown.size() - shownFirst - shownLast;
                terms.push_back(
                    {false, hiddenTerms(hidden, "... " + counted(static_cast<double>(hidden)) + " more terms ...")});
                i += hidden;
            }
            terms.push_back(signedTerm(shown[i].first, shown[i].second));
        }
    }

    bool isOpened() const { return m_writer.m_options.opened.contains(m_number); }

    Written hiddenTerms(std::size_t count, std::string text)
    {
        return atom(tree(Placeholder{m_writer.anchor(MoreTermsAnchor{m_number, count}), std::move(text)}));
    }

    /// Without terms that stay below 1e-12 of the sum's largest, over the domain.
    Terms withoutSmallTerms(const SumNode& node)
    {
        Magnitudes* magnitudes = m_writer.m_magnitudes;
        if (!m_writer.m_options.gatherSmallTerms || magnitudes == nullptr || isOpened() || !hasSmallCoefficient(node))
            return node.terms;
        std::vector<double> sizes;
        double scale = std::fabs(node.constant);
        for (const auto& [coefficient, term] : node.terms) {
            sizes.push_back(std::fabs(coefficient) * magnitudes->of(term));
            scale = std::max(scale, std::isfinite(sizes.back()) ? sizes.back() : 0.0);
        }
        Terms kept;
        for (std::size_t i = 0; i < node.terms.size(); ++i)
            if (!(sizes[i] < smallShare * scale))
                kept.push_back(node.terms[i]);
        return kept;
    }

    static bool hasSmallCoefficient(const SumNode& node)
    {
        double largest = std::fabs(node.constant);
        double smallest = std::numeric_limits<double>::infinity();
        for (const auto& [coefficient, term] : node.terms) {
            largest = std::max(largest, std::fabs(coefficient));
            smallest = std::min(smallest, std::fabs(coefficient));
        }
        return smallest < smallShare * largest;
    }

    Written withinLimits(Written written)
    {
        const double limit = m_writer.m_options.shownTerms == 0 ? writtenLeafLimit : shownLeafLimit;
        const bool isLarge = written.leaves > limit;
        if (!isLarge && written.depth <= nestingLimit)
            return written;
        m_writer.m_refusedTerms = std::max(m_writer.m_refusedTerms, written.leaves);
        const std::string size = isLarge ? counted(written.leaves) + " numbers and symbols"
                                         : "more than " + counted(nestingLimit) + " levels of nesting";
        const double hidden = std::min(written.leaves, 1e18);
        return atom(tree(Placeholder{m_writer.anchor(MoreTermsAnchor{m_number, static_cast<std::size_t>(hidden)}),
            "(an expression of " + size + ")"}));
    }

    ExpressionWriter& m_writer;
    std::size_t m_number;
    std::unordered_map<const ExpressionNode*, Written> m_written;
};

Written ExpressionWriter::write(const Expression& expression, std::size_t equation)
{
    return Equation(*this, equation).write(expression);
}

} // namespace formulens::notation
