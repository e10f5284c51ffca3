// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/SymbolText.h"

#include "core/exporters/Writer.h"
#include "core/notation/Notate.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr qsizetype longestOnAxis = 36; ///< characters, about as many as the shortest axis has room for

} // namespace

QString symbolText(const std::string& symbol)
{
    return symbol.empty() ? QString() : QString::fromStdString(toText(notation::symbolTree(symbol)));
}

SymbolNames::SymbolNames(const Question& question, const PreparedNetwork& network)
    : m_inputs(inputSymbols(question)), m_elements(network)
{
    const std::vector<std::string> symbols = outputSymbols(question);
    for (std::size_t i = 0; i < symbols.size(); ++i)
        m_outputs.emplace_back(question.outputs[i].element, symbols[i]);
}

QString SymbolNames::element(ElementReference element) const
{
    const auto output = std::ranges::find(m_outputs, element, &std::pair<ElementReference, std::string>::first);
    return symbolText(output == m_outputs.end() ? m_elements.symbol(element) : output->second);
}

QString shortened(const QString& name, qsizetype most)
{
    const qsizetype half = (most - 1) / 2;
    return name.size() <= most ? name : name.left(most - 1 - half) + QStringLiteral("…") + name.right(half);
}

QString axisLabel(const QString& symbol, const QString& name, const QString& unit)
{
    // "x1" is the symbol x₁ as it is typed.
    const bool same = name.isEmpty() || name == symbol || symbolText(name.toStdString()) == symbol;
    const QString label = same ? shortened(symbol, longestOnAxis)
                               : QStringLiteral("%1 = %2").arg(symbol, shortened(name, longestOnAxis));
    return unit.isEmpty() ? label : QStringLiteral("%1 [%2]").arg(label, unit);
}

} // namespace formulens
