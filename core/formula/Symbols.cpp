// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Symbols.h"

#include "core/network/GraphBuilder.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace formulens {

namespace {

constexpr std::array<std::string_view, 48> greekNames{"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta",
    "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega", "Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa",
    "Lambda", "Mu", "Nu", "Xi", "Omicron", "Pi", "Rho", "Sigma", "Tau", "Upsilon", "Phi", "Chi", "Psi", "Omega"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// What may be wished for: letters, an optional index of digits, then indices of letters and digits, each after a _.
bool mayBeSymbol(std::string_view text)
{
    const auto end = std::find_if_not(text.begin(), text.end(), isLetter);
    if (end == text.begin())
        return false;
    auto next = std::find_if_not(end, text.end(), isDigit);
    const auto letterOrDigit = [](char c) { return isLetter(c) || isDigit(c); };
    while (next != text.end() && *next == '_') {
        const auto from = next + 1;
        next = std::find_if_not(from, text.end(), letterOrDigit);
        if (next == from)
            return false;
    }
    return next == text.end();
}

/// What stands in the formula for a quantity without a symbol of its own.
template <class Quantity>
std::string wished(const Quantity& quantity, const std::string& otherwise)
{
    if (mayBeSymbol(quantity.symbol))
        return quantity.symbol;
    return isSymbol(quantity.name) ? quantity.name : otherwise;
}

void takeInputs(const Question& question, SymbolTable& table, std::vector<std::string>& symbols)
{
    // Names come first, so that an input called x2 keeps its name whatever stands before it.
    symbols.resize(question.inputs.size());
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const std::string own = wished(question.inputs[i], "");
        if (!own.empty())
            symbols[i] = table.unique(own);
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (symbols[i].empty())
            symbols[i] = table.unique("x" + std::to_string(i + 1));
    }
}

constexpr std::array<std::string_view, 3> matrixOperators{"Gemm", "MatMul", "Conv"};
constexpr std::array<std::string_view, 7> earlierLetters{"g", "f", "q", "p", "r", "s", "t"};

bool isMatrix(const PreparedNetwork& network, const Step& step)
{
    const std::string& name = network.network->node(step.node).operatorName;
    return std::find(matrixOperators.begin(), matrixOperators.end(), name) != matrixOperators.end();
}

} // namespace

std::string SymbolTable::unique(const std::string& wished)
{
    std::string symbol = wished;
    for (int copy = 2; !m_taken.insert(symbol).second; ++copy)
        symbol = wished + "_" + std::to_string(copy);
    return symbol;
}

bool isSymbol(std::string_view name)
{
    const std::size_t letters
        = static_cast<std::size_t>(std::find_if_not(name.begin(), name.end(), isLetter) - name.begin());
    const std::string_view word = name.substr(0, letters);
    if (letters != 1 && std::find(greekNames.begin(), greekNames.end(), word) == greekNames.end())
        return false;
    std::string_view index = name.substr(letters);
    if (index.size() > 1 && index.front() == '_')
        index.remove_prefix(1);
    return std::all_of(index.begin(), index.end(), isDigit);
}

std::vector<std::string> inputSymbols(const Question& question)
{
    SymbolTable table;
    std::vector<std::string> symbols;
    takeInputs(question, table, symbols);
    return symbols;
}

std::vector<std::string> outputSymbols(const Question& question)
{
    SymbolTable table;
    std::vector<std::string> inputs;
    takeInputs(question, table, inputs);
    std::vector<std::string> symbols;
    for (std::size_t i = 0; i < question.outputs.size(); ++i) {
        const std::string otherwise = question.outputs.size() == 1 ? "y" : "y" + std::to_string(i + 1);
        symbols.push_back(table.unique(wished(question.outputs[i], otherwise)));
    }
    return symbols;
}

ElementSymbols::ElementSymbols(const PreparedNetwork& network)
{
    std::map<TensorIndex, std::size_t> depths;
    std::map<std::size_t, std::vector<TensorIndex>> nonlinear;
    for (const PreparedTensor& tensor : network.tensors)
        m_counts.push_back(tensor.shape.elementCount());
    for (const Step& step : network.steps) {
        std::size_t depth = 0;
        for (const TensorIndex input : step.inputs)
            depth = std::max(depth, depths[input]);
        depth += isMatrix(network, step) ? 1 : 0;
        depths[step.output] = depth;
        const Kernel::Character character = step.kernel->character();
        if (character == Kernel::Character::Elementwise || character == Kernel::Character::Joint)
            nonlinear[depth].push_back(step.output);
        m_vectors[step.output] = "a" + std::to_string(depth);
    }
    for (const auto& [depth, tensors] : nonlinear) {
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const std::size_t before = tensors.size() - 1 - i;
            const std::string letter(before == 0 ? "h" : earlierLetters[std::min(before, earlierLetters.size()) - 1]);
            m_vectors[tensors[i]] = letter + std::to_string(depth);
        }
    }
    for (const Step& step : network.steps) {
        const std::string& own = network.network->tensor(step.output).symbol;
        if (own == writtenInPlace)
            m_inPlace.insert(step.output);
        else if (!own.empty())
            m_vectors[step.output] = own;
    }
}

std::string ElementSymbols::vectorSymbol(TensorIndex tensor) const
{
    const auto found = m_vectors.find(tensor);
    return found == m_vectors.end() ? "x" : found->second;
}

std::string ElementSymbols::symbol(ElementReference element) const
{
    return vectorSymbol(element.tensor) + "_" + std::to_string(element.element + 1);
}

} // namespace formulens
