// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Symbols.h"

#include <QString>

#include <string>
#include <vector>

namespace formulens {

/// A symbol of a formula in plain text, for labels and tooltips: "h1_2" is "h₁,₂", "theta" is "θ".
QString symbolText(const std::string& symbol);

/// The symbols of a question's inputs, outputs and neurons, as its formulas have them, for plots and their legends.
class SymbolNames
{
public:
    SymbolNames(const Question& question, const PreparedNetwork& network);

    QString input(std::size_t inputElement) const { return symbolText(m_inputs[inputElement]); }
    QString element(ElementReference element) const;

private:
    std::vector<std::string> m_inputs;
    std::vector<std::pair<ElementReference, std::string>> m_outputs;
    ElementSymbols m_elements;
};

/// Of a name with more characters than that the middle is left out: "StatefulPart…/BiasAdd:0".
QString shortened(const QString& name, qsizetype most);

/// "x₁ = petal length [cm]"; where the name is the symbol itself "x₁ [cm]". Long names are shortened.
QString axisLabel(const QString& symbol, const QString& name, const QString& unit);

} // namespace formulens
