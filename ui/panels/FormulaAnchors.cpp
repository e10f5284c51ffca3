// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/FormulaAnchors.h"

#include "core/base/Numerals.h"
#include "core/exporters/Writer.h"

#include <QCoreApplication>

#include <algorithm>

namespace formulens {

namespace {

using namespace notation;

constexpr std::size_t mostLitElements = 4096;

template <class... Functions>
struct Overloaded : Functions...
{
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

QString translated(const char* text)
{
    return QCoreApplication::translate("FormulaAnchors", text);
}

std::vector<ElementReference> layerElements(const PreparedNetwork& network, const LayerEquation& layer)
{
    std::vector<ElementReference> elements;
    if (!layer.tensor)
        return elements;
    const std::size_t count = std::min(network.tensor(*layer.tensor).shape.elementCount(), mostLitElements);
    for (std::size_t i = 0; i < count; ++i)
        elements.push_back({*layer.tensor, i});
    return elements;
}

bool lit(const Highlight& highlight, std::optional<ElementReference> element)
{
    return element && std::ranges::find(highlight.elements, *element) != highlight.elements.end();
}

bool litTensor(const Highlight& highlight, std::optional<TensorIndex> tensor)
{
    return tensor && std::ranges::any_of(highlight.elements, [tensor](const auto& e) { return e.tensor == *tensor; });
}

QString elementName(const PreparedNetwork& network, ElementReference element)
{
    return QString::fromStdString(network.elementName(element.tensor, element.element));
}

QString written(const Expression& expression, int digits)
{
    constexpr int mostCharacters = 400;
    NotationOptions options;
    options.digits = digits;
    options.shownTerms = 12;
    const QString text = QString::fromStdString(toText(notate(expression, options)));
    return text.size() > mostCharacters ? text.left(mostCharacters) + QStringLiteral(" …") : text;
}

QString definitionWords(const Definition& definition, const PreparedNetwork& network, int digits)
{
    QString words = QString::fromStdString(toText(symbolTree(definition.symbol))) + QStringLiteral(" = ")
        + written(definition.value, digits);
    if (definition.element)
        words += QLatin1Char('\n') + elementName(network, *definition.element);
    if (!definition.remark.empty())
        words += QLatin1Char('\n') + QString::fromStdString(definition.remark);
    return words;
}

QString variableWords(const Variable& variable)
{
    QString words = QString::fromStdString(variable.sourceName);
    if (!variable.unit.empty())
        words += QStringLiteral(" [%1]").arg(QString::fromStdString(variable.unit));
    return words;
}

/// The term of the equations that a symbol of the formula stands for.
std::optional<TermId> termOf(const Formula& formula, const Equations& equations, const std::string& symbol)
{
    const auto variable = std::ranges::find(formula.variables, symbol, &Variable::symbol);
    if (variable != formula.variables.end())
        return static_cast<TermId>(variable->inputElement);
    const auto definition = std::ranges::find(formula.definitions, symbol, &Definition::symbol);
    if (definition == formula.definitions.end() || !definition->element)
        return std::nullopt;
    const auto unit = equations.unitAt(*definition->element);
    return unit ? std::optional(equations.termOf(*unit)) : std::nullopt;
}

/// Where the number stands in the equations: an operand of a unit, or an output; told apart by the exact value.
std::optional<CoefficientOrigin> originIn(const PreparedNetwork& network, const Equations& equations,
    ElementReference element, std::optional<TermId> term, double value)
{
    const auto isIt = [value](const Result<CoefficientOrigin>& origin) { return origin && origin->value == value; };
    for (std::size_t k = 0; k < equations.outputCount(); ++k) {
        if (equations.outputElement(k) != element)
            continue;
        if (const auto origin = explainOutputCoefficient(network, equations, k, term); isIt(origin))
            return *origin;
    }
    const auto unit = equations.unitAt(element);
    if (!unit)
        return std::nullopt;
    for (std::size_t operand = 0; operand < equations.unit(*unit).operandCount; ++operand) {
        if (const auto origin = explainCoefficient(network, equations, *unit, operand, term); isIt(origin))
            return *origin;
    }
    return std::nullopt;
}

std::optional<ElementReference> equationElement(const Formula& formula, std::size_t equation)
{
    if (equation < formula.definitions.size())
        return formula.definitions[equation].element;
    const std::size_t result = equation - formula.definitions.size();
    return result < formula.results.size() ? std::optional(formula.results[result].element) : std::nullopt;
}

QString coefficientWords(const Formula& formula, const PreparedNetwork& network, const Equations* equations,
    const CoefficientAnchor& coefficient)
{
    const QString number = QString::fromStdString(shortest(coefficient.value));
    const auto element = equationElement(formula, coefficient.equation);
    if (!equations || !element)
        return number;
    std::optional<TermId> term;
    if (!coefficient.multiplied.empty()) {
        term = termOf(formula, *equations, coefficient.multiplied);
        if (!term)
            return number;
    }
    const auto origin = originIn(network, *equations, *element, term, coefficient.value);
    return origin ? number + QStringLiteral("\n= ") + QString::fromStdString(origin->words) : number;
}

} // namespace

Highlight highlightOf(const Formula& formula, const PreparedNetwork& network, const Anchor& anchor)
{
    Highlight highlight;
    if (const auto* input = std::get_if<InputAnchor>(&anchor))
        highlight.inputs = {input->inputElement};
    else if (const auto* layer = std::get_if<LayerAnchor>(&anchor); layer && layer->layer < formula.layers.size())
        highlight.elements = layerElements(network, formula.layers[layer->layer]);
    else if (const auto element = elementOf(formula, anchor))
        highlight.elements = {*element};
    return highlight;
}

std::optional<ElementReference> elementOf(const Formula& formula, const Anchor& anchor)
{
    if (const auto* definition = std::get_if<DefinitionAnchor>(&anchor))
        return formula.definitions[definition->definition].element;
    if (const auto* result = std::get_if<ResultAnchor>(&anchor))
        return formula.results[result->result].element;
    return std::nullopt;
}

std::vector<AnchorId> anchorsOf(const Formula& formula, const NotatedFormula& notated, const Highlight& highlight)
{
    std::vector<AnchorId> anchors;
    if (highlight.isEmpty())
        return anchors;
    const auto isLit = Overloaded{
        [&](const InputAnchor& input) {
            return std::ranges::find(highlight.inputs, input.inputElement) != highlight.inputs.end();
        },
        [&](const LayerAnchor& layer) {
            return layer.layer < formula.layers.size() && litTensor(highlight, formula.layers[layer.layer].tensor);
        },
        [&](const CoefficientAnchor&) { return false; },
        [&](const MoreTermsAnchor&) { return false; },
        [&](const auto& symbol) { return lit(highlight, elementOf(formula, symbol)); },
    };
    for (std::size_t i = 0; i < notated.anchors.size(); ++i) {
        if (std::visit(isLit, notated.anchors[i]))
            anchors.push_back(static_cast<AnchorId>(i));
    }
    return anchors;
}

QString wordsOn(const Formula& formula, const PreparedNetwork& network, const Equations* equations,
    const Anchor& anchor, int digits)
{
    return std::visit(
        Overloaded{
            [&](const InputAnchor& input) {
                const auto variable = std::ranges::find(formula.variables, input.inputElement, &Variable::inputElement);
                return variable == formula.variables.end() ? QString() : variableWords(*variable);
            },
            [&](const DefinitionAnchor& use) {
                const QString words = definitionWords(formula.definitions[use.definition], network, digits);
                if (formula.form != Form::Neurons || use.defining)
                    return words;
                return words + QLatin1Char('\n')
                    + (use.folded ? translated("Click to fold it back.") : translated("Click to put it in place."));
            },
            [&](const ResultAnchor& result) {
                return QString::fromStdString(formula.results[result.result].sourceName);
            },
            [&](const CoefficientAnchor& coefficient) {
                return coefficientWords(formula, network, equations, coefficient);
            },
            [&](const MoreTermsAnchor& more) { return translated("Click to show %1 more terms.").arg(more.hidden); },
            [&](const LayerAnchor& layer) {
                if (layer.layer >= formula.layers.size() || !formula.layers[layer.layer].tensor)
                    return QString();
                const auto tensor = *formula.layers[layer.layer].tensor;
                return QString::fromStdString(network.network->tensor(tensor).name) + QLatin1Char(' ')
                    + QString::fromStdString(network.tensor(tensor).shape.text());
            },
        },
        anchor);
}

} // namespace formulens
