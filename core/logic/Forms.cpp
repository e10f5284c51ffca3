// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Forms.h"

#include "core/logic/ReedMuller.h"

#include <algorithm>
#include <utility>

namespace formulens::logic {

namespace {

constexpr std::pair<LogicFormKind, GateBasis> basisOfForms[] = {
    {LogicFormKind::SumOfProducts, GateBasis::SumOfProducts},
    {LogicFormKind::ProductOfSums, GateBasis::ProductOfSums},
    {LogicFormKind::XorForm, GateBasis::XorForm},
    {LogicFormKind::Nand, GateBasis::Nand},
    {LogicFormKind::Nor, GateBasis::Nor},
    {LogicFormKind::AndNot, GateBasis::AndNot},
};

std::size_t lengthOf(const FunctionName& name)
{
    const auto negations = static_cast<std::size_t>(std::count(name.negated.begin(), name.negated.end(), true));
    const std::size_t inputs = name.inputs.size();
    switch (name.kind) {
    case FunctionKind::Constant:
        return 1;
    case FunctionKind::Negation:
        return 2;
    case FunctionKind::Threshold:
        return 2 * inputs + 1;
    case FunctionKind::AtLeast:
        return inputs + negations + 1 + (name.negatedResult ? 1 : 0);
    default:
        return inputs + negations + (name.negatedResult ? 1 : 0);
    }
}

LogicForm formOf(const FunctionName& name)
{
    LogicForm form;
    form.length = lengthOf(name);
    form.name = name;
    return form;
}

class Forms
{
public:
    Forms(const LogicFunction& function, const CoverPair& covers) : m_function(function), m_covers(covers) { }

    Result<LogicForm> form(LogicFormKind kind, GateBasis basis, const Progress& progress) const
    {
        Result<Synthesis> synthesis = synthesise(m_function, basis, m_covers, progress);
        if (!synthesis)
            return tl::unexpected(synthesis.error());
        LogicForm form;
        form.kind = kind;
        form.length = synthesis->netlist.wireCount() + 1;
        form.minimal = synthesis->minimal;
        if (kind == LogicFormKind::SumOfProducts)
            form.cover = m_covers.ones.cover;
        if (kind == LogicFormKind::ProductOfSums)
            form.cover = m_covers.zeros.cover;
        if (kind == LogicFormKind::XorForm) {
            const Result<std::vector<TruthTable>> tables = evaluate(synthesis->netlist, progress);
            if (!tables)
                return tl::unexpected(tables.error());
            form.monomials = monomials(tables->front());
        }
        form.netlist = std::move(synthesis->netlist);
        return form;
    }

private:
    const LogicFunction& m_function;
    const CoverPair& m_covers;
};

} // namespace

Result<LogicForms> logicForms(const LogicFunction& function, const Progress& progress)
{
    LogicForms result;
    const Result<FunctionName> name = nameOf(function, progress.part(0, 0.1));
    if (!name)
        return tl::unexpected(name.error());
    if (name->isNamed())
        result.forms.push_back(formOf(*name));
    if (function.inputs() > mostInputsOfForms) {
        for (const auto& [kind, basis] : basisOfForms)
            result.missing.push_back({kind,
                {ErrorCode::Limit,
                    "above " + std::to_string(mostInputsOfForms) + " inputs only names are looked for"}});
        return result;
    }
    const Result<CoverPair> covers = minimumCovers(function, progress.part(0.1, 0.5));
    if (!covers)
        return tl::unexpected(covers.error());
    const Forms forms(function, *covers);
    double from = 0.5;
    for (const auto& [kind, basis] : basisOfForms) {
        Result<LogicForm> form = forms.form(kind, basis, progress.part(from, from + 0.08));
        from += 0.08;
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "the forms of the logic function were cancelled");
        if (form)
            result.forms.push_back(std::move(*form));
        else if (form.error().code == ErrorCode::Limit)
            result.missing.push_back({kind, form.error()});
        else
            return tl::unexpected(form.error());
    }
    std::stable_sort(result.forms.begin(), result.forms.end(),
        [](const LogicForm& a, const LogicForm& b) { return a.length < b.length; });
    return result;
}

} // namespace formulens::logic
