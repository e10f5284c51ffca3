// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
#include "core/formula/ClosedForm.h"
#include "core/formula/Derivatives.h"
#include "core/formula/NeuronsForm.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Equations with more terms are forecast from their counts alone.
constexpr std::size_t countedTerms = 2'000'000;
constexpr double charactersOfATerm = 24;
constexpr double openingTerms = 60;
constexpr std::size_t openingUnits = 50;

/// "352,233", "130 million"
std::string countText(double count)
{
    if (count >= 1e6)
        return count < 1e9 ? legible(count / 1e6, 2) + " million" : legible(count, 2);
    return groupedDigits(count);
}

FormForecast refused(Form form, const Error& error)
{
    return {form, 0, 0, error.message};
}

FormForecast neuronsForecast(const Formula& neurons)
{
    FormForecast forecast{Form::Neurons, 0, 0, {}};
    const auto add = [&forecast](const Expression& value) {
        const WrittenSize size = writtenSize(value);
        forecast.terms += size.terms;
        forecast.characters += size.characters;
    };
    for (const Definition& definition : neurons.definitions)
        add(definition.value);
    for (const ResultEquation& result : neurons.results)
        add(result.value);
    return forecast;
}

FormForecast closedForecast(const Formula& neurons, double readable)
{
    const WrittenSize size = closedSize(neurons);
    FormForecast forecast{Form::Closed, size.terms, size.characters, {}};
    if (size.terms > shownTermLimit)
        forecast.refusal = "As one expression it has " + countText(size.terms) + " terms, more than the "
            + countText(shownTermLimit) + " that can be shown. With definitions for its shared parts it has "
            + countText(readable) + ".";
    return forecast;
}

FormForecast lawForecast(const System& system)
{
    const auto variables = static_cast<double>(system.subject.variables.size());
    const double terms = static_cast<double>(system.plans.size()) * (variables + 1);
    FormForecast forecast{Form::Law, terms, terms * charactersOfATerm, {}};
    const std::vector<double> reference = system.subject.reference();
    if (std::any_of(reference.begin(), reference.end(), [](double x) { return !std::isfinite(x); }))
        forecast.refusal = "The reference point is not finite.";
    return forecast;
}

Formula neuronsOf(const System& system, const DeriveRequest& request)
{
    const Formula neurons = neuronsForm(system, request.substituted);
    for (const Variable& variable : neurons.variables) {
        if (request.derivativeBy == variable.inputElement)
            return differentiated(neurons, variable);
    }
    return neurons;
}

FormForecast layersForecast(const Subject& subject)
{
    std::vector<ElementReference> elements;
    for (const Target& target : subject.targets) {
        for (std::size_t i = 0; i < subject.network->tensor(target.element.tensor).shape.elementCount(); ++i)
            elements.push_back({target.element.tensor, i});
    }
    const auto terms = static_cast<double>(forecastTerms(*subject.network, elements));
    return {Form::Layers, terms, terms * charactersOfATerm, {}};
}

} // namespace

Result<std::vector<FormForecast>> forecastForms(const DeriveRequest& request)
{
    const Result<Subject> subject = subjectOf(request);
    if (!subject)
        return tl::unexpected(subject.error());
    const FormForecast layers = layersForecast(*subject);
    const Result<System> system = systemOf(request);
    if (!system) {
        const Error& error = system.error();
        return std::vector{
            layers, refused(Form::Neurons, error), refused(Form::Closed, error), refused(Form::Law, error)};
    }
    const FormForecast law = lawForecast(*system);
    if (system->equations->termCount() > countedTerms) {
        const auto terms = static_cast<double>(system->equations->termCount());
        const std::string words = countText(terms) + " terms are too many to show; they can be exported.";
        return std::vector{layers, FormForecast{Form::Neurons, terms, terms * charactersOfATerm, words},
            FormForecast{Form::Closed, terms, terms * charactersOfATerm, words}, law};
    }
    const Formula formula = neuronsOf(*system, request);
    const FormForecast neurons = neuronsForecast(formula);
    return std::vector{layers, neurons, closedForecast(formula, neurons.terms), law};
}

Result<Form> openingForm(const DeriveRequest& request)
{
    const Result<System> system = systemOf(request);
    if (!system)
        return system.error().code == ErrorCode::Limit ? Result<Form>(Form::Layers) : tl::unexpected(system.error());
    if (system->equations->unitCount() > openingUnits && system->equations->termCount() > countedTerms)
        return Form::Layers;
    if (closedSize(neuronsOf(*system, request)).terms <= openingTerms)
        return Form::Closed;
    return system->equations->unitCount() <= openingUnits ? Form::Neurons : Form::Layers;
}

} // namespace formulens
