// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/equations/WeightWords.h"

#include <algorithm>
#include <cmath>
#include <map>

// A coefficient is a sum over all ways from the sum that holds it back to the term: each way is a product of numbers of
// the file. The walk goes backwards from the sum to the nearest units and inputs, then forwards again, and keeps for
// each element on the way how many products reach it, and the three largest.
namespace formulens {

namespace {

constexpr std::size_t kept = 3;

struct Ways
{
    double count = 0;
    double total = 0;
    std::vector<WordedProduct> largest;
    bool opaque = false; ///< something on the way is no sum

    void add(const Ways& more, const WordedProduct& weight)
    {
        count += more.count;
        total += weight.value * more.total;
        opaque = opaque || more.opaque;
        for (const WordedProduct& product : more.largest)
            largest.push_back(weight * product);
        std::ranges::sort(
            largest, std::ranges::greater(), [](const WordedProduct& product) { return std::abs(product.value); });
        largest.resize(std::min(largest.size(), kept));
    }
};

Ways oneWay()
{
    return {1, 1, {WordedProduct{}}, false};
}

class Walk
{
public:
    Walk(const PreparedNetwork& network, const Equations& equations, std::optional<TermId> term)
        : m_network(network), m_equations(equations), m_term(term), m_needed(network.tensors.size())
    {
        for (std::size_t k = 0; k < network.inputCount(); ++k) {
            const InputElement& input = network.inputElements[k];
            m_inputs[{input.tensor, input.element}] = static_cast<TermId>(k);
        }
    }

    /// All ways from the term (from the constants, if there is none) to the element.
    Ways to(ElementReference element)
    {
        m_start = element;
        need(element);
        for (std::size_t s = m_network.steps.size(); s-- > 0;)
            markInputs(m_network.steps[s]);
        for (const Step& step : m_network.steps)
            if (hasNeeded(step.output))
                push(step);
        return waysAt(element);
    }

private:
    /// A unit or an input: where a walk ends, except at its start.
    std::optional<TermId> leafAt(ElementReference element) const
    {
        if (const auto input = m_inputs.find(element); input != m_inputs.end())
            return input->second;
        if (element == m_start)
            return std::nullopt;
        const auto unit = m_equations.unitAt(element);
        return unit ? std::optional(m_equations.termOf(*unit)) : std::nullopt;
    }

    void need(ElementReference element)
    {
        if (m_network.tensor(element.tensor).constant || leafAt(element))
            return;
        ElementMask& mask = m_needed[element.tensor.position()];
        mask.resize(m_network.tensor(element.tensor).shape.elementCount());
        mask[element.element] = 1;
    }

    bool hasNeeded(TensorIndex tensor) const { return !m_needed[tensor.position()].empty(); }

    void markInputs(const Step& step)
    {
        if (!hasNeeded(step.output) || !isLinear(step))
            return;
        std::vector<ElementMask> read;
        for (const TensorIndex input : step.inputs)
            read.emplace_back(m_network.tensor(input).shape.elementCount());
        step.kernel->mark(m_needed[step.output.position()], read);
        for (std::size_t i = 0; i < read.size(); ++i)
            for (std::size_t element = 0; element < read[i].size(); ++element)
                if (read[i][element])
                    need({step.inputs[i], element});
    }

    static bool isLinear(const Step& step)
    {
        const Kernel::Character character = step.kernel->character();
        return character == Kernel::Character::Linear || character == Kernel::Character::Movement;
    }

    /// The needed elements of one step as sums of what it reads.
    void push(const Step& step)
    {
        const ElementMask& needed = m_needed[step.output.position()];
        std::vector<ElementReference> sources;
        std::vector<std::size_t> firsts;
        std::size_t count = 0;
        for (const TensorIndex input : step.inputs) {
            firsts.push_back(count);
            count += m_network.tensor(input).shape.elementCount();
        }
        Units units(count);
        std::vector<std::vector<Affine>> values;
        for (std::size_t i = 0; i < step.inputs.size(); ++i)
            values.push_back(operandOf(step.inputs[i], firsts[i], units, sources));
        const std::vector<std::span<const Affine>> operands(values.begin(), values.end());
        std::vector<Affine> out(needed.size());
        if (isLinear(step))
            step.kernel->run(Operands<Affine>(operands), std::span<Affine>(out), &needed);
        for (std::size_t element = 0; element < needed.size(); ++element)
            if (needed[element])
                m_ways[{step.output, element}] = waysThrough(step, element, out[element], sources, isLinear(step));
    }

    std::vector<Affine> operandOf(
        TensorIndex tensor, std::size_t first, Units& units, std::vector<ElementReference>& sources) const
    {
        std::vector<Affine> values;
        const auto& constant = m_network.tensor(tensor).constant;
        for (std::size_t i = 0; i < m_network.tensor(tensor).shape.elementCount(); ++i) {
            sources.push_back({tensor, i});
            values.push_back(constant ? Affine(constant->number(i)) : units.input(first + i));
        }
        return values;
    }

    Ways waysThrough(const Step& step, std::size_t element, const Affine& form,
        const std::vector<ElementReference>& sources, bool linear) const
    {
        Ways ways;
        ways.opaque = !linear;
        if (!m_term && form.constant() != 0)
            ways.add(oneWay(), additionInWords(m_network, step, element, form.constant()));
        for (const Term& term : form.terms()) {
            if (term.id >= sources.size()) {
                ways.opaque = true;
                continue;
            }
            const ElementReference source = sources[term.id];
            if (const Ways before = waysAt(source); before.count > 0 || before.opaque)
                ways.add(before, weightInWords(m_network, step, element, source, term.coefficient));
        }
        return ways;
    }

    Ways waysAt(ElementReference element) const
    {
        if (const auto leaf = leafAt(element))
            return m_term == leaf ? oneWay() : Ways();
        const auto known = m_ways.find(element);
        return known == m_ways.end() ? Ways() : known->second;
    }

    const PreparedNetwork& m_network;
    const Equations& m_equations;
    std::optional<TermId> m_term;
    ElementReference m_start;
    std::map<ElementReference, TermId> m_inputs;
    std::vector<ElementMask> m_needed; ///< by tensor
    std::map<ElementReference, Ways> m_ways;
};

double coefficientOf(const FormView& form, std::optional<TermId> term)
{
    if (!term)
        return form.constant;
    const auto found = std::ranges::lower_bound(form.ids, *term);
    return found == form.ids.end() || *found != *term
        ? 0.0
        : form.coefficients[static_cast<std::size_t>(found - form.ids.begin())];
}

std::string nameOf(const PreparedNetwork& network, const Equations& equations, TermId term)
{
    if (equations.isInput(term)) {
        const InputElement& input = network.inputElements[term];
        return network.elementName(input.tensor, input.element);
    }
    const auto names = equations.namesOf(equations.unitOf(term));
    return names.empty() ? "a part of a decomposed operator"
                         : network.elementName(names.front().tensor, names.front().element);
}

std::string partText(const WordedProduct& product, double ratio)
{
    WordedProduct whole = product;
    whole.value *= ratio;
    whole.factor *= ratio;
    return whole.text();
}

/// `ratio` is what the function itself puts in front of the sum.
std::string wordsOf(const Ways& ways, double ratio)
{
    if (ways.count == 1)
        return partText(ways.largest.front(), ratio);
    std::string words = "sum of " + shortest(ways.count) + " products"
        + (ways.count > static_cast<double>(kept) ? ", the largest three: " : ": ");
    for (std::size_t i = 0; i < ways.largest.size(); ++i)
        words += (i > 0 ? ", " : "") + partText(ways.largest[i], ratio) + " = "
            + legible(ratio * ways.largest[i].value, 4);
    return words;
}

/// Whether the ways add up to the coefficient, up to a factor of the function's own; gives that factor.
std::optional<double> ratioTo(const Ways& ways, double coefficient)
{
    if (ways.opaque || ways.count == 0 || ways.total == 0)
        return std::nullopt;
    const double ratio = coefficient / ways.total;
    const double rounding = 1e-9;
    for (const double usual : {1.0, -1.0})
        if (std::abs(ratio - usual) <= rounding)
            return usual;
    return ratio;
}

std::optional<std::size_t> producerOf(const PreparedNetwork& network, TensorIndex tensor)
{
    const auto found = std::ranges::find(network.steps, tensor, &Step::output);
    if (found == network.steps.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - network.steps.begin());
}

/// The elements that the step of an element reads, constants aside.
std::vector<ElementReference> readBy(const PreparedNetwork& network, ElementReference element)
{
    std::vector<ElementReference> elements;
    const auto producer = producerOf(network, element.tensor);
    if (!producer)
        return elements;
    const Step& step = network.steps[*producer];
    ElementMask needed(network.tensor(step.output).shape.elementCount());
    needed[element.element] = 1;
    std::vector<ElementMask> read;
    for (const TensorIndex input : step.inputs)
        read.emplace_back(network.tensor(input).shape.elementCount());
    step.kernel->mark(needed, read);
    for (std::size_t i = 0; i < read.size(); ++i)
        for (std::size_t k = 0; k < read[i].size(); ++k)
            if (read[i][k] && !network.tensor(step.inputs[i]).constant)
                elements.push_back({step.inputs[i], k});
    return elements;
}

/// The elements whose sum may be the operand: the unit's own element for a named sum, else what its step reads.
std::vector<ElementReference> candidates(
    const PreparedNetwork& network, const Equations& equations, UnitIndex unit, std::size_t operandNumber)
{
    const auto names = equations.namesOf(unit);
    if (names.empty())
        return {};
    if (equations.unit(unit).function == idOf<functions::NamedSum>())
        return {names.front()};
    std::vector<ElementReference> read = readBy(network, names.front());
    if (read.size() == equations.unit(unit).operandCount)
        return {read[operandNumber]};
    return read;
}

CoefficientOrigin explained(const PreparedNetwork& network, const Equations& equations, const FormView& form,
    const std::vector<ElementReference>& sums, std::optional<TermId> term)
{
    CoefficientOrigin origin{coefficientOf(form, term), {}};
    if (term && form.size() == 1 && form.constant == 0 && origin.value == 1) {
        origin.words = "1: the value of " + nameOf(network, equations, *term) + " itself";
        return origin;
    }
    if (origin.value == 0) {
        origin.words = "0";
        return origin;
    }
    for (const ElementReference& sum : sums) {
        const Ways ways = Walk(network, equations, term).to(sum);
        if (const auto ratio = ratioTo(ways, origin.value)) {
            origin.words = wordsOf(ways, *ratio);
            return origin;
        }
    }
    origin.words = "put together from several operators of the file";
    return origin;
}

} // namespace

Result<CoefficientOrigin> explainCoefficient(const PreparedNetwork& network, const Equations& equations, UnitIndex unit,
    std::size_t operandNumber, std::optional<TermId> term)
{
    if (unit.position() >= equations.unitCount() || operandNumber >= equations.unit(unit).operandCount)
        return failure(ErrorCode::BadQuestion, "the equations have no such operand");
    return explained(network, equations, equations.operand(unit, operandNumber),
        candidates(network, equations, unit, operandNumber), term);
}

Result<CoefficientOrigin> explainOutputCoefficient(
    const PreparedNetwork& network, const Equations& equations, std::size_t outputNumber, std::optional<TermId> term)
{
    if (outputNumber >= equations.outputCount())
        return failure(ErrorCode::BadQuestion, "the equations have no such output");
    return explained(network, equations, equations.output(outputNumber), {equations.outputElement(outputNumber)}, term);
}

} // namespace formulens
