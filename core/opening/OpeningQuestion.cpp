// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/OpeningQuestion.h"

#include "core/opening/EntranceDomains.h"
#include "core/question/Words.h"

#include <algorithm>

namespace formulens {

namespace {

void takeTypeRange(InputQuantity& input, std::initializer_list<double> ends, Domain::Kind kind)
{
    input.domain.kind = kind;
    input.domain.range = {*ends.begin(), *(ends.end() - 1)};
    if (kind == Domain::Kind::Set)
        input.domain.values = ends;
    input.source = DomainSource::FileRanges;
}

/// Integers are whole numbers, and the smallest types have so few that they are a range.
void takeType(InputQuantity& input, ElementType type)
{
    if (type == ElementType::Bool)
        takeTypeRange(input, {0, 1}, Domain::Kind::Set);
    else if (type == ElementType::UInt8)
        takeTypeRange(input, {0, 255}, Domain::Kind::Whole);
    else if (type == ElementType::Int8)
        takeTypeRange(input, {-128, 127}, Domain::Kind::Whole);
    else if (isInteger(type))
        input.domain.kind = Domain::Kind::Whole;
}

std::string numbered(const std::string& symbol, std::size_t number)
{
    const bool hasIndex = symbol.find_first_of("_0123456789") != std::string::npos;
    return symbol + (hasIndex ? "_" : "") + std::to_string(number);
}

/// The symbol that the network itself has for an element, if it has one.
std::string symbolOf(const PreparedNetwork& network, TensorIndex tensor, std::size_t element)
{
    const std::string& symbol = network.network->tensor(tensor).symbol;
    const bool several = network.tensor(tensor).shape.elementCount() > 1;
    return symbol.empty() || !several ? symbol : numbered(symbol, element + 1);
}

/// What the file itself says of the element.
const ValueRange* rangeInFile(const Network& network, const InputElement& element)
{
    const auto found = network.inputRanges.find(element.tensor);
    if (found == network.inputRanges.end() || element.element >= found->second.size())
        return nullptr;
    const std::optional<ValueRange>& range = found->second[element.element];
    return range && (range->lower < range->upper || !range->values.empty()) ? &*range : nullptr;
}

void takeRange(InputQuantity& input, const ValueRange& range)
{
    input.domain.range = {range.lower, range.upper};
    input.source = DomainSource::FileRanges;
    if (range.values.empty())
        return;
    input.domain.kind = Domain::Kind::Set;
    input.domain.values = range.values;
    input.classes = range.labels;
}

std::vector<InputQuantity> inputsOf(const PreparedNetwork& network)
{
    const auto entrance = entranceDomains(network);
    std::vector<InputQuantity> inputs(network.inputCount());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const InputElement& element = network.inputElements[i];
        inputs[i].name = network.elementName(element.tensor, element.element);
        inputs[i].symbol = symbolOf(network, element.tensor, element.element);
        takeType(inputs[i], network.tensor(element.tensor).type);
        if (const ValueRange* range = rangeInFile(*network.network, element)) {
            takeRange(inputs[i], *range);
            continue;
        }
        if (!entrance[i] || inputs[i].domain.kind == Domain::Kind::Set)
            continue;
        inputs[i].domain.range = entrance[i]->range;
        inputs[i].source = entrance[i]->source;
    }
    return inputs;
}

std::vector<OutputQuantity> outputsOf(const PreparedNetwork& network)
{
    std::vector<OutputQuantity> outputs;
    for (const TensorIndex tensor : network.network->outputs) {
        if (network.tensor(tensor).unavailable)
            continue;
        for (std::size_t element = 0; element < network.tensor(tensor).shape.elementCount(); ++element) {
            OutputQuantity& output = outputs.emplace_back();
            output.element = {tensor, element};
            output.name = network.elementName(tensor, element);
            output.symbol = symbolOf(network, tensor, element);
        }
    }
    return outputs;
}

/// Puts what a side file says into a question; complaints become warnings.
class SideFileUse
{
public:
    SideFileUse(const PreparedNetwork& network, OpeningQuestion& opening)
        : m_network(network), m_opening(opening), m_fileNames(opening.question)
    {
    }

    void apply(const SideFile& sideFile)
    {
        for (const SideQuantity& said : sideFile.inputs)
            applyTo(said, m_opening.question.inputs, names().inputs(wordOf(said)), "input");
        for (const SideQuantity& said : sideFile.outputs)
            if (!m_fileNames.outputs.empty()) // else nothing can be computed, which has been said
                applyTo(said, m_opening.question.outputs, names().outputs(wordOf(said)), "output");
    }

private:
    /// Side files speak of the names in the file, also after an earlier entry has given others.
    ElementNames names() const { return ElementNames(m_network, m_fileNames); }

    static std::string wordOf(const SideQuantity& said)
    {
        return said.element.empty() ? quotedName(said.name) : said.element;
    }

    void warn(const std::string& warning) { m_opening.warnings.push_back("side file: " + warning); }

    template <class Quantity>
    void applyTo(const SideQuantity& said, std::vector<Quantity>& quantities,
        const Result<std::vector<std::size_t>>& elements, const std::string& kind)
    {
        if (!elements)
            return warn(kind + " " + elements.error().message);
        if (said.reference.size() > 1 && said.reference.size() != elements->size())
            return warn(kind + " '" + wordOf(said) + "' has " + std::to_string(elements->size()) + " elements, but "
                + std::to_string(said.reference.size()) + " reference values");
        for (std::size_t i = 0; i < elements->size(); ++i) {
            Quantity& quantity = quantities[(*elements)[i]];
            applyWords(said, quantity, i, elements->size());
            applyNumbers(said, quantity, i);
        }
        applyClasses(said, quantities, *elements);
    }

    /// Element i of a tensor with several is called name[i], with the file's own position, and written symbol_i.
    template <class Quantity>
    static void applyWords(const SideQuantity& said, Quantity& quantity, std::size_t i, std::size_t count)
    {
        const std::size_t bracket = quantity.name.rfind('[');
        const std::string position
            = bracket == std::string::npos ? "[" + std::to_string(i) + "]" : quantity.name.substr(bracket);
        if (!said.name.empty())
            quantity.name = count > 1 ? said.name + position : said.name;
        if (!said.symbol.empty())
            quantity.symbol = count > 1 ? numbered(said.symbol, i + 1) : said.symbol;
        if (!said.description.empty())
            quantity.description = said.description;
        if (!said.unit.empty())
            quantity.unit = said.unit == "1" ? std::string() : said.unit;
        if (said.scaling)
            quantity.scaling = *said.scaling;
    }

    static void applyNumbers(const SideQuantity& said, InputQuantity& input, std::size_t i)
    {
        if (said.domain) {
            input.domain = *said.domain;
            input.source = DomainSource::SideFile;
            input.reference = roundedCentre(input.domain);
        }
        if (!said.reference.empty())
            input.reference = said.reference[said.reference.size() > 1 ? i : 0];
    }

    static void applyNumbers(const SideQuantity& said, OutputQuantity& output, std::size_t)
    {
        if (said.domain)
            output.range = said.domain->range;
    }

    void applyClasses(
        const SideQuantity& said, std::vector<InputQuantity>& inputs, const std::vector<std::size_t>& elements)
    {
        if (said.classes.empty())
            return;
        for (const std::size_t element : elements) {
            if (said.classes.size() != inputs[element].domain.values.size())
                return warn("input '" + wordOf(said) + "' has " + std::to_string(said.classes.size())
                    + " classes, but a set of " + std::to_string(inputs[element].domain.values.size()) + " values");
            inputs[element].classes = said.classes;
        }
    }

    /// Of several elements each gets its label for a position; of one that is a class number, all of them.
    void applyClasses(
        const SideQuantity& said, std::vector<OutputQuantity>& outputs, const std::vector<std::size_t>& elements)
    {
        if (said.classes.empty())
            return;
        if (elements.size() == 1) {
            outputs[elements.front()].classes = said.classes;
            return;
        }
        if (said.classes.size() != elements.size())
            return warn("output '" + wordOf(said) + "' has " + std::to_string(elements.size()) + " elements, but "
                + std::to_string(said.classes.size()) + " classes");
        for (std::size_t i = 0; i < elements.size(); ++i) {
            OutputQuantity& output = outputs[elements[i]];
            output.name = output.name.substr(0, output.name.rfind('[')) + "[" + said.classes[i] + "]";
        }
    }

    const PreparedNetwork& m_network;
    OpeningQuestion& m_opening;
    const Question m_fileNames;
};

} // namespace

OpeningQuestion openingQuestion(const PreparedNetwork& network, const SideFile* sideFile)
{
    OpeningQuestion opening;
    opening.question.inputs = inputsOf(network);
    opening.question.outputs = outputsOf(network);
    for (InputQuantity& input : opening.question.inputs)
        input.reference = roundedCentre(input.domain);
    if (sideFile)
        SideFileUse(network, opening).apply(*sideFile);
    return opening;
}

} // namespace formulens
