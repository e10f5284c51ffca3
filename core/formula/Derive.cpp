// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
#include "core/expression/GinacEngine.h"
#include "core/formula/ClosedForm.h"
#include "core/formula/Derivatives.h"
#include "core/formula/Law.h"
#include "core/formula/LayersForm.h"
#include "core/formula/NeuronsForm.h"

#include <algorithm>

namespace formulens {

namespace {

const Variable& derivativeVariable(const Formula& formula, std::size_t inputElement)
{
    return *std::find_if(formula.variables.begin(), formula.variables.end(),
        [inputElement](const Variable& variable) { return variable.inputElement == inputElement; });
}

Formula derivativeIfAsked(Formula formula, const DeriveRequest& request)
{
    return request.derivativeBy ? differentiated(formula, derivativeVariable(formula, *request.derivativeBy)) : formula;
}

Result<Formula> written(const DeriveRequest& request, const Progress& progress)
{
    if (request.form == Form::Layers) {
        const Result<Subject> subject = subjectOf(request);
        return subject ? layersForm(*subject, request.derivativeBy, progress) : tl::unexpected(subject.error());
    }
    const Result<System> system = systemOf(request, progress);
    if (!system)
        return tl::unexpected(system.error());
    if (request.form == Form::Law) {
        Result<Formula> law = lawForm(*system, progress);
        return law ? derivativeIfAsked(*law, request) : law;
    }
    Formula formula = derivativeIfAsked(neuronsForm(*system, request.substituted), request);
    if (request.form == Form::Closed)
        return closedForm(std::move(formula), request.closedTermLimit);
    return formula;
}

Result<Expression> manipulated(
    const Manipulation& manipulation, const Expression& expression, const std::string& symbol)
{
    switch (manipulation.kind) {
    case Manipulation::Kind::Expand:
        return algebra::expand(expression);
    case Manipulation::Kind::Collect:
        return algebra::collect(expression, symbol);
    case Manipulation::Kind::Factor:
        return algebra::factor(expression);
    case Manipulation::Kind::CommonDenominator:
        return algebra::overCommonDenominator(expression);
    }
    return expression;
}

Result<void> manipulate(Formula& formula, const Manipulation& manipulation)
{
    std::string symbol;
    for (const Variable& variable : formula.variables) {
        if (variable.inputElement == manipulation.inputElement)
            symbol = variable.symbol;
    }
    if (manipulation.kind == Manipulation::Kind::Collect && symbol.empty())
        return failure(ErrorCode::BadQuestion, "terms can only be collected by an input that varies");
    std::vector<Expression*> expressions;
    for (Definition& definition : formula.definitions)
        expressions.push_back(&definition.value);
    for (ResultEquation& result : formula.results)
        expressions.push_back(&result.value);
    for (Expression* expression : expressions) {
        const Result<Expression> result = manipulated(manipulation, *expression, symbol);
        if (!result)
            return tl::unexpected(result.error());
        *expression = *result;
    }
    return {};
}

std::string provenanceOf(const DeriveRequest& request)
{
    return "Formulens " FORMULENS_VERSION ", form " + std::string(name(request.form)) + ", checked at "
        + std::to_string(request.checkPoints) + " points, seed " + std::to_string(request.seed);
}

} // namespace

Result<Formula> derive(const DeriveRequest& request, const Progress& progress)
{
    Result<Formula> formula = written(request, progress.part(0, 0.5));
    if (!formula)
        return formula;
    for (const Manipulation& manipulation : request.manipulations) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        if (Result<void> done = manipulate(*formula, manipulation); !done)
            return tl::unexpected(done.error());
    }
    formula->provenance = provenanceOf(request);
    Result<Badge> badge
        = checkFormula(*request.network, *formula, request.checkPoints, request.seed, progress.part(0.5, 1));
    if (!badge)
        return tl::unexpected(badge.error());
    formula->badge = *badge;
    return formula;
}

} // namespace formulens
