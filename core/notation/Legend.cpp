// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/FormulaNotation.h"
#include "core/notation/Pieces.h"

#include <algorithm>

namespace formulens::notation {

namespace {

constexpr std::size_t shownNames = 24;

std::string nameWithUnit(const std::string& name, const std::string& unit)
{
    return unit.empty() || unit == "1" ? name : name + " [" + unit + "]";
}

/// A name that only repeats the symbol tells nothing.
bool needsLegend(const std::string& symbol, const std::string& name, const std::string& unit)
{
    return name != symbol || !(unit.empty() || unit == "1");
}

/// The description where there is one, else the name in the file.
template <class Quantity>
std::string shownName(const Quantity& quantity)
{
    if (!quantity.description.empty())
        return quantity.description;
    return quantity.sourceName.empty() ? quantity.symbol : quantity.sourceName;
}

class LegendWriter
{
public:
    explicit LegendWriter(Writing& writing) : m_writing(writing) { }

    Rows rows()
    {
        writeFunctions();
        writeInputs();
        writeOutputs();
        writeHeld();
        return std::move(m_rows);
    }

private:
    /// Explaining one function may name another (GELU needs erf), so that the list grows while it is written.
    void writeFunctions()
    {
        FunctionWriter& functions = m_writing.expressions.functions();
        for (std::size_t i = 0; i < functions.named().size(); ++i) {
            const NamedFunction named = functions.named()[i];
            const FunctionWriter::Explanation explanation = functions.explanation(named);
            const Tree left = i == 0 ? row({words("where "), explanation.function}) : explanation.function;
            if (explanation.isFormula)
                m_rows.push_back(equationRow(left, explanation.meaning));
            else
                m_rows.push_back({left, row({words(": "), explanation.meaning})});
        }
    }

    void writeInputs()
    {
        std::vector<Entry> entries;
        for (const Variable& variable : m_writing.formula.variables) {
            const std::string name = shownName(variable);
            if (!needsLegend(variable.symbol, name, variable.unit))
                continue;
            const Tree symbol = tree(Anchored{
                m_writing.expressions.anchor(InputAnchor{variable.inputElement}), symbolTree(variable.symbol)});
            entries.push_back({symbol, nameWithUnit(name, variable.unit)});
        }
        append(grouped(entries), "inputs");
    }

    void writeOutputs()
    {
        std::vector<Entry> entries;
        for (const ResultEquation& result : m_writing.formula.results) {
            const std::string name = shownName(result);
            if (!result.derivativeBy && needsLegend(result.symbol, name, result.unit))
                entries.push_back({symbolTree(result.symbol), nameWithUnit(name, result.unit)});
        }
        append(grouped(entries), "outputs");
    }

    struct Entry
    {
        Tree symbol;
        std::string meaning;
    };

    /// Neighbours that mean the same share a line: x_1, ..., x_64 = brightness.
    static std::vector<std::vector<Tree>> grouped(const std::vector<Entry>& entries)
    {
        std::vector<std::vector<Tree>> lines;
        for (std::size_t first = 0, last = 0; first < entries.size(); first = last + 1) {
            last = first;
            while (last + 1 < entries.size() && entries[last + 1].meaning == entries[first].meaning)
                ++last;
            std::vector<Tree> symbols{entries[first].symbol};
            if (last > first + 1)
                symbols.insert(symbols.end(), {sign(OperatorSign::Comma), sign(OperatorSign::Ellipsis)});
            if (last > first)
                symbols.insert(symbols.end(), {sign(OperatorSign::Comma), entries[last].symbol});
            lines.push_back(equationRow(row(std::move(symbols)), words(entries[first].meaning)));
        }
        return lines;
    }

    void writeHeld()
    {
        std::vector<std::vector<Tree>> lines;
        for (const HeldInput& held : m_writing.formula.held) {
            std::vector<Tree> right{
                words(held.sourceName), sign(OperatorSign::Equals), signedNumber(held.value, m_writing.options.digits)};
            lines.push_back({words(lines.empty() ? "fixed: " : ""), row(std::move(right))});
        }
        append(lines, "fixed inputs");
    }

    void append(const std::vector<std::vector<Tree>>& lines, const std::string& what)
    {
        const bool all = m_writing.options.shownTerms == 0 || lines.size() <= shownNames + 1;
        const std::size_t shown = all ? lines.size() : shownNames;
        m_rows.insert(m_rows.end(), lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown));
        if (shown < lines.size())
            m_rows.push_back(
                {words(""), words("and " + counted(static_cast<double>(lines.size() - shown)) + " more " + what)});
    }

    Writing& m_writing;
    Rows m_rows;
};

} // namespace

Rows legendRows(Writing& writing)
{
    return LegendWriter(writing).rows();
}

} // namespace formulens::notation
