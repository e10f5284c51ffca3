// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
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

Result<void> manipulate(
    Formula& formula, const Manipulation& manipulation, const algebra::Engine& engine, const Progress& progress)
{
    std::string symbol;
    for (const Variable& variable : formula.variables) {
        if (variable.inputElement == manipulation.inputElement)
            symbol = variable.symbol;
    }
    if (manipulation.kind == Manipulation::Kind::Collect && symbol.empty())
        return failure(ErrorCode::BadQuestion, "terms can only be collected by an input that varies");
    std::vector<Expression*> places;
    for (Definition& definition : formula.definitions)
        places.push_back(&definition.value);
    for (ResultEquation& result : formula.results)
        places.push_back(&result.value);
    std::vector<Expression> expressions;
    for (const Expression* place : places)
        expressions.push_back(*place);
    const auto results = engine.apply({manipulation.kind, symbol}, expressions, progress);
    if (!results)
        return tl::unexpected(results.error());
    for (std::size_t i = 0; i < places.size(); ++i)
        *places[i] = (*results)[i];
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
    const auto engine = request.algebra ? request.algebra : algebra::engineInThisProcess();
    for (const Manipulation& manipulation : request.manipulations) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        if (Result<void> done = manipulate(*formula, manipulation, *engine, progress.part(0.5, 0.5)); !done)
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
