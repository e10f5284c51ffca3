// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/CodeBody.h"

#include "core/exporters/Utf8.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

// An array and a loop from here on; smaller layers read better as equations.
constexpr std::size_t fewestRows = 4;
constexpr std::size_t fewestNumbers = 64;

template <class Kind>
const Kind* as(const Expression& expression)
{
    return std::get_if<Kind>(&expression.node().kind);
}

std::set<std::string> symbolsIn(const Expression& expression)
{
    std::set<std::string> symbols;
    for (const Expression& part : postOrder({&expression, 1}))
        if (const auto* symbol = as<SymbolNode>(part))
            symbols.insert(symbol->name);
    return symbols;
}

/// f(sum) or a sum alone, where all terms are symbols.
struct Neuron
{
    const CallNode* call = nullptr;
    const SumNode* sum = nullptr;
};

std::optional<Neuron> asNeuron(const Expression& expression)
{
    Neuron neuron;
    neuron.call = as<CallNode>(expression);
    if (neuron.call != nullptr && neuron.call->operands.size() != 1)
        return std::nullopt;
    neuron.sum = as<SumNode>(neuron.call != nullptr ? neuron.call->operands.front() : expression);
    const auto isSymbol = [](const auto& term) { return as<SymbolNode>(term.second) != nullptr; };
    if (neuron.sum == nullptr || !std::ranges::all_of(neuron.sum->terms, isSymbol))
        return std::nullopt;
    return neuron;
}

bool haveSameShape(const Neuron& a, const Neuron& b)
{
    if ((a.call == nullptr) != (b.call == nullptr))
        return false;
    if (a.call != nullptr && (a.call->function != b.call->function || a.call->parameters != b.call->parameters))
        return false;
    return std::ranges::equal(
        a.sum->terms, b.sum->terms, [](const auto& one, const auto& other) { return one.second == other.second; });
}

/// "h1" and 2 of "h1_3".
std::optional<std::pair<std::string, std::size_t>> vectorElement(const std::string& symbol)
{
    const std::size_t mark = symbol.find_last_of('_');
    if (mark == std::string::npos)
        return std::nullopt;
    std::size_t number = 0;
    const char* end = symbol.data() + symbol.size();
    const auto [rest, error] = std::from_chars(symbol.data() + mark + 1, end, number);
    if (error != std::errc() || rest != end || number == 0)
        return std::nullopt;
    return std::pair(symbol.substr(0, mark), number - 1);
}

} // namespace

CodeBody::CodeBody(const Formula& formula, const CodeLanguage& language, Identifiers& identifiers)
    : m_formula(formula), m_language(language), m_identifiers(identifiers), m_scalars(language, identifiers)
{
    for (std::size_t i = 0; i < formula.variables.size(); ++i)
        m_places.insert_or_assign(formula.variables[i].symbol, Place{"x", i});
}

Result<void> CodeBody::write()
{
    findNeeded();
    if (Result<void> layers = writeLayers(); !layers)
        return layers;
    if (Result<void> known = checkSymbols(); !known)
        return known;
    const std::vector<Run> allRuns = runs();
    declareInputs(allRuns);
    std::vector<Expression> roots;
    for (const Run& run : allRuns)
        if (!run.isDense)
            roots.push_back(needed(run.first).value);
    for (const ResultEquation& result : m_formula.results)
        roots.push_back(result.value);
    m_scalars.plan(std::move(roots));
    for (const Run& run : allRuns) {
        if (run.isDense) {
            writeDense(run);
            continue;
        }
        const Definition& definition = needed(run.first);
        const std::string value = m_scalars.next(m_statements);
        const std::string name = m_identifiers.distinct(definition.symbol);
        if (name != definition.symbol)
            m_statements += m_language.comment(definition.symbol + ":");
        m_statements += m_language.constant(name, value);
        m_scalars.define(definition.symbol, name);
        m_text.insert_or_assign(definition.symbol, name);
    }
    for (std::size_t i = 0; i < m_formula.results.size(); ++i)
        m_results.push_back(m_scalars.next(m_statements));
    return {};
}

void CodeBody::findNeeded()
{
    for (const ResultEquation& result : m_formula.results)
        m_symbols.merge(symbolsIn(result.value));
    for (std::size_t i = m_formula.definitions.size(); i > 0; --i) {
        const Definition& definition = m_formula.definitions[i - 1];
        if (!m_symbols.contains(definition.symbol))
            continue;
        m_needed.push_back(i - 1);
        m_symbols.merge(symbolsIn(definition.value));
    }
    std::ranges::reverse(m_needed);
}

Result<void> CodeBody::checkSymbols() const
{
    std::set<std::string> known;
    for (const std::size_t position : m_needed)
        known.insert(m_formula.definitions[position].symbol);
    for (const std::string& symbol : m_symbols) {
        Place unused;
        if (!known.contains(symbol) && !place(symbol, unused))
            return failure(ErrorCode::BadFile,
                "The formula uses the symbol " + inQuotes(symbol) + ", which is neither an input nor defined.");
    }
    return {};
}

/// Where a symbol lies in an array: an input, a neuron of a dense layer, an element of a layer.
bool CodeBody::place(const std::string& symbol, Place& place) const
{
    const auto known = m_places.find(symbol);
    if (known != m_places.end()) {
        place = known->second;
        return true;
    }
    const auto element = vectorElement(symbol);
    const auto array = element ? m_layerArrays.find(element->first) : m_layerArrays.end();
    if (array == m_layerArrays.end())
        return false;
    place = {array->second, element->second};
    for (const LayerEquation& layer : m_formula.layers)
        if (layer.symbol == element->first)
            return element->second < layer.rows;
    return false;
}

/// How many needed definitions from `first` on are neurons of one layer: the same function of the same values.
std::size_t CodeBody::denseRunFrom(std::size_t first) const
{
    const std::optional<Neuron> model = asNeuron(needed(first).value);
    if (!model)
        return 1;
    std::set<std::string> own;
    std::size_t count = 0;
    while (first + count < m_needed.size()) {
        const std::optional<Neuron> neuron = asNeuron(needed(first + count).value);
        if (!neuron || !haveSameShape(*model, *neuron))
            break;
        own.insert(needed(first + count).symbol);
        ++count;
    }
    for (const auto& [coefficient, term] : model->sum->terms)
        if (own.contains(as<SymbolNode>(term)->name))
            return 1;
    return count;
}

std::vector<CodeBody::Run> CodeBody::runs() const
{
    std::vector<Run> result;
    for (std::size_t i = 0; i < m_needed.size();) {
        const std::size_t count = denseRunFrom(i);
        const std::optional<Neuron> neuron = asNeuron(needed(i).value);
        const std::size_t columns = neuron ? neuron->sum->terms.size() : 0;
        const bool isDense = count >= fewestRows && count * columns >= fewestNumbers;
        result.push_back({i, isDense ? count : 1, isDense});
        i += result.back().count;
    }
    return result;
}

/// Inputs that straight-line code reads get their names; loops read x itself.
void CodeBody::declareInputs(const std::vector<Run>& runs)
{
    std::set<std::string> read;
    for (const ResultEquation& result : m_formula.results)
        read.merge(symbolsIn(result.value));
    for (const Run& run : runs) {
        if (!run.isDense)
            read.merge(symbolsIn(needed(run.first).value));
        else
            m_readsInputs = true;
    }
    for (std::size_t i = 0; i < m_formula.variables.size(); ++i) {
        const Variable& variable = m_formula.variables[i];
        if (!read.contains(variable.symbol))
            continue;
        m_readsInputs = true;
        const std::string name = m_identifiers.distinct(variable.symbol);
        m_statements += m_language.constant(name, m_language.element("x", i));
        m_scalars.define(variable.symbol, name);
    }
    for (const std::string& symbol : read) {
        Place place;
        if (!m_places.contains(symbol) && this->place(symbol, place))
            m_scalars.define(symbol, m_language.element(place.array, place.index));
    }
}

void CodeBody::writeDense(const Run& run)
{
    const Neuron model = *asNeuron(needed(run.first).value);
    DenseStep step;
    step.rows = run.count;
    step.columns = model.sum->terms.size();
    if (model.call != nullptr) {
        step.function = model.call->function;
        step.parameters = model.call->parameters;
        m_scalars.use(model.call->function);
    }
    std::vector<std::string> sources;
    for (const auto& [coefficient, term] : model.sum->terms)
        sources.push_back(as<SymbolNode>(term)->name);
    for (std::size_t i = 0; i < run.count; ++i) {
        const Neuron neuron = *asNeuron(needed(run.first + i).value);
        step.offset.push_back(neuron.sum->constant);
        for (const auto& [coefficient, term] : neuron.sum->terms)
            step.matrix.push_back(coefficient);
    }
    const std::string& first = needed(run.first).symbol;
    const auto element = vectorElement(first);
    step.target = m_identifiers.distinct(element ? element->first : first);
    m_statements += m_language.comment(first + " to " + needed(run.first + run.count - 1).symbol + ":");
    sourceOf(sources, step);
    m_statements += m_language.dense(step, m_identifiers);
    for (std::size_t i = 0; i < run.count; ++i) {
        const std::string& symbol = needed(run.first + i).symbol;
        m_places.insert_or_assign(symbol, Place{step.target, i});
        m_scalars.define(symbol, m_language.element(step.target, i));
    }
}

/// A stretch of one array, or a new array that gathers the values.
void CodeBody::sourceOf(const std::vector<std::string>& symbols, DenseStep& step)
{
    Place first;
    bool isStretch = place(symbols.front(), first);
    for (std::size_t i = 1; i < symbols.size() && isStretch; ++i) {
        Place here;
        isStretch = place(symbols[i], here) && here.array == first.array && here.index == first.index + i;
    }
    if (isStretch) {
        step.source = first.array;
        step.firstSource = first.index;
        return;
    }
    std::vector<std::string> values;
    for (const std::string& symbol : symbols) {
        Place here;
        const bool isElement = place(symbol, here);
        values.push_back(isElement ? m_language.element(here.array, here.index) : m_text.at(symbol));
    }
    step.source = m_identifiers.distinct(step.target + "_in");
    m_statements += m_language.gathered(step.source, values);
}

/// All elements of the network's inputs, varying or fixed.
std::size_t CodeBody::inputCount(std::size_t known) const
{
    std::size_t count = known;
    for (const Variable& variable : m_formula.variables)
        count = std::max(count, variable.inputElement + 1);
    for (const HeldInput& held : m_formula.held)
        count = std::max(count, held.inputElement + 1);
    return count;
}

void CodeBody::writeInputVector(std::size_t count)
{
    bool isAsGiven = m_formula.variables.size() == count;
    std::vector<std::string> values(count, m_language.number(0));
    for (std::size_t i = 0; i < m_formula.variables.size(); ++i) {
        values[m_formula.variables[i].inputElement] = m_language.element("x", i);
        isAsGiven = isAsGiven && m_formula.variables[i].inputElement == i;
    }
    for (const HeldInput& held : m_formula.held)
        values[held.inputElement] = m_language.number(held.value);
    m_readsInputs = m_readsInputs || !m_formula.variables.empty();
    m_layerArrays["x"] = isAsGiven ? "x" : m_identifiers.distinct("inputs");
    if (!isAsGiven)
        m_statements += m_language.gathered(m_layerArrays["x"], values);
}

/// Layers that a result depends on: a derivative may not read the last one.
std::set<std::string> CodeBody::neededLayers() const
{
    std::set<std::string> needed;
    for (const std::string& symbol : m_symbols)
        if (const auto element = vectorElement(symbol))
            needed.insert(element->first);
    for (std::size_t i = m_formula.layers.size(); i-- > 0;)
        if (const LayerEquation& layer = m_formula.layers[i]; needed.contains(layer.symbol))
            needed.insert(layer.arguments.begin(), layer.arguments.end());
    return needed;
}

Result<void> CodeBody::writeLayers()
{
    const std::set<std::string> needed = neededLayers();
    std::map<std::string, std::size_t> lengths;
    for (const LayerEquation& layer : m_formula.layers) {
        if (!needed.contains(layer.symbol))
            continue;
        std::vector<std::string> arguments;
        std::vector<std::size_t> argumentLengths;
        for (const std::string& argument : layer.arguments) {
            if (argument == "x" && !m_layerArrays.contains("x")) {
                lengths["x"] = inputCount(layer.arguments.size() == 1 ? layer.columns : 0);
                writeInputVector(lengths["x"]);
            }
            if (!m_layerArrays.contains(argument))
                return failure(ErrorCode::BadFile,
                    "Layer " + inQuotes(layer.symbol) + " reads " + inQuotes(argument)
                        + ", which is no earlier layer.");
            arguments.push_back(m_layerArrays.at(argument));
            argumentLengths.push_back(lengths.at(argument));
        }
        const std::string target = m_identifiers.distinct(layer.symbol);
        if (layer.function)
            m_scalars.use(*layer.function);
        m_statements += m_language.comment(layer.symbol + (layer.words.empty() ? "" : ": " + layer.words));
        m_statements += m_language.layer(layer, target, arguments, argumentLengths, m_identifiers);
        m_layerArrays.insert_or_assign(layer.symbol, target);
        lengths[layer.symbol] = layer.rows;
    }
    return {};
}

} // namespace formulens
