// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Logic.h"
#include "tests/core/logic/LogicSamples.h"

#include <bit>
#include <map>
#include <sstream>

namespace formulens::samples {

/// An answer as if a network had these functions, all of as many inputs.
inline LogicAnswer answerOf(const std::vector<logic::LogicFunction>& functions,
    const std::vector<std::string>& inputs = {}, const std::vector<std::string>& results = {})
{
    LogicAnswer answer;
    answer.modelName = "sample";
    for (std::size_t i = 0; i < static_cast<std::size_t>(functions.front().inputs()); ++i) {
        const std::string symbol = inputs.empty() ? "x" + std::to_string(i + 1) : inputs[i];
        answer.inputs.push_back({symbol, inputs.empty() ? "x[" + std::to_string(i) + "]" : inputs[i], i, 0, 1});
    }
    for (std::size_t i = 0; i < functions.size(); ++i) {
        LogicResult result;
        result.symbol = results.empty() ? "y" + std::to_string(i + 1) : results[i];
        result.sourceName = results.empty() ? "y[" + std::to_string(i) + "]" : results[i];
        result.function = functions[i];
        result.table.table = functions[i].on;
        result.table.threshold = 0.5;
        result.table.margin = 0.25;
        result.table.highest = 1;
        result.forms = *logic::logicForms(functions[i]);
        answer.results.push_back(std::move(result));
    }
    return answer;
}

inline logic::TruthTable parity(int inputs)
{
    return logic::tableOf(inputs, [](std::uint32_t row) { return std::popcount(row) % 2 == 1; });
}

inline logic::TruthTable majority(int inputs)
{
    return logic::tableOf(inputs, [=](std::uint32_t row) { return 2 * std::popcount(row) > inputs; });
}

/// Functions of several sizes, with don't-cares and without.
inline std::vector<std::pair<std::string, LogicAnswer>> manyAnswers()
{
    using logic::complete;
    using logic::TruthTable;
    std::vector<logic::LogicFunction> sixteen;
    for (std::uint64_t bits = 0; bits < 16; ++bits)
        sixteen.push_back(complete(TruthTable::fromBits(2, bits)));
    return {
        {"one input", answerOf({complete(TruthTable::fromText("10")), complete(TruthTable::fromText("01"))})},
        {"all of two inputs", answerOf(sixteen)},
        {"more than half of three, and parity", answerOf({complete(majority(3)), complete(parity(3))})},
        {"four random inputs", answerOf({complete(logic::randomTable(4, 1)), complete(logic::randomTable(4, 2))})},
        {"five inputs with don't-cares",
            answerOf({logic::randomFunction(5, 3, 0.4), logic::randomFunction(5, 4, 0.2)})},
        {"six random inputs", answerOf({complete(logic::randomTable(6, 5)), complete(logic::randomTable(6, 6, 0.1))})},
        {"parity of eight", answerOf({complete(parity(8))})},
        {"many products of nine", answerOf({complete(logic::randomTable(9, 7))})},
    };
}

constexpr logic::LogicFormKind gateForms[] = {logic::LogicFormKind::SumOfProducts, logic::LogicFormKind::ProductOfSums,
    logic::LogicFormKind::XorForm, logic::LogicFormKind::Nand, logic::LogicFormKind::Nor, logic::LogicFormKind::AndNot};

/// Reads expressions of gates in any of our languages, each value a whole table: an oracle that shares no code with the
/// writers. Signs of equal rank must be bracketed: anything that relies on precedence is refused, but for negations.
class ExpressionReader
{
public:
    ExpressionReader(const std::string& text, const std::map<std::string, logic::TruthTable>& names) : m_names(names)
    {
        const std::string signs = "&|^()!~";
        for (std::size_t i = 0; i < text.size();) {
            std::size_t end = i + 1;
            if (text[i] == ' ' || text[i] == '\n') {
                i = end;
                continue;
            }
            if (text[i] == '&' || text[i] == '|')
                end += end < text.size() && text[end] == text[i];
            else if (signs.find(text[i]) == std::string::npos)
                end = std::min(text.find_first_of(" \n" + signs, i), text.size());
            m_tokens.push_back(text.substr(i, end - i));
            i = end;
        }
    }

    /// Nothing where the text is no expression.
    std::optional<logic::TruthTable> read()
    {
        auto value = joined();
        return m_place == m_tokens.size() ? value : std::nullopt;
    }

private:
    static char signOf(const std::string& token)
    {
        static const std::map<std::string, char> signs{{"&", '&'}, {"&&", '&'}, {"and", '&'}, {"AND", '&'}, {"|", '|'},
            {"||", '|'}, {"or", '|'}, {"OR", '|'}, {"^", '^'}, {"xor", '^'}, {"XOR", '^'}, {"!", '!'}, {"~", '!'},
            {"not", '!'}, {"NOT", '!'}};
        const auto found = signs.find(token);
        return found == signs.end() ? ' ' : found->second;
    }

    std::string next() { return m_place < m_tokens.size() ? m_tokens[m_place++] : ""; }

    std::optional<logic::TruthTable> joined()
    {
        auto value = single();
        char before = ' ';
        while (value && m_place < m_tokens.size() && m_tokens[m_place] != ")") {
            const char sign = signOf(next());
            const auto other = single();
            if (!other || sign == ' ' || sign == '!' || (before != ' ' && sign != before))
                return std::nullopt;
            before = sign;
            if (sign == '&')
                *value &= *other;
            else if (sign == '|')
                *value |= *other;
            else
                *value ^= *other;
        }
        return value;
    }

    std::optional<logic::TruthTable> single()
    {
        const std::string token = next();
        if (token == "(") {
            auto value = joined();
            return next() == ")" ? value : std::nullopt;
        }
        if (signOf(token) == '!') {
            const auto value = single();
            return value ? std::optional(~*value) : std::nullopt;
        }
        const auto found = m_names.find(token);
        return found == m_names.end() ? std::nullopt : std::optional(found->second);
    }

    const std::map<std::string, logic::TruthTable>& m_names;
    std::vector<std::string> m_tokens;
    std::size_t m_place = 0;
};

} // namespace formulens::samples
