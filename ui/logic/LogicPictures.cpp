// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/LogicPictures.h"

#include "ui/pictures/SymbolText.h"

namespace formulens {

namespace {

QStringList inputSymbols(const LogicAnswer& answer)
{
    QStringList symbols;
    for (const LogicInput& input : answer.inputs)
        symbols << symbolText(input.symbol);
    return symbols;
}

} // namespace

bool hasKarnaugh(const LogicAnswer& answer)
{
    const int inputs = static_cast<int>(answer.inputs.size());
    return inputs >= logic::leastInputsOfKarnaugh && inputs <= logic::mostInputsOfKarnaugh;
}

KarnaughData karnaughData(const LogicAnswer& answer, const LogicResult& result, logic::LogicFormKind kind)
{
    using logic::LogicFormKind;
    const bool ones = kind != LogicFormKind::ProductOfSums;
    const logic::LogicForm* form = result.form(ones ? LogicFormKind::SumOfProducts : LogicFormKind::ProductOfSums);
    return {
        symbolText(result.symbol), inputSymbols(answer), result.function, form ? form->cover : logic::Cover(), ones};
}

GateData gateData(const LogicAnswer& answer, const LogicResult& result, const logic::LogicForm& form)
{
    return {inputSymbols(answer), {symbolText(result.symbol)}, form.netlist};
}

} // namespace formulens
