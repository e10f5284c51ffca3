// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/question/Words.h"

#include "core/base/Numerals.h"
#include "core/question/WordList.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

tl::unexpected<Error> wrong(std::string_view word, const std::string& complaint)
{
    return failure(ErrorCode::BadQuestion, "'" + std::string(word) + "': " + complaint);
}

Result<double> finiteNumber(std::string_view word, std::string_view text)
{
    const std::optional<double> number = toDouble(text);
    if (!number || !std::isfinite(*number))
        return wrong(word, "'" + std::string(text) + "' is not a number");
    return *number;
}

std::string_view withoutSpaces(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// "{0,1}"
Result<Domain> setDomain(std::string_view word, std::string_view text)
{
    if (!text.ends_with('}'))
        return wrong(word, "the closing brace is missing");
    Domain domain;
    domain.kind = Domain::Kind::Set;
    for (const std::string_view part : splitWords(text.substr(1, text.size() - 2))) {
        const Result<double> number = finiteNumber(word, part);
        if (!number)
            return tl::unexpected(number.error());
        domain.values.push_back(*number);
    }
    if (domain.values.empty())
        return wrong(word, "the set has no values");
    std::ranges::sort(domain.values);
    domain.values.erase(std::unique(domain.values.begin(), domain.values.end()), domain.values.end());
    domain.range = {domain.values.front(), domain.values.back()};
    return domain;
}

/// "-1..1" or "{0,1}"
Result<Domain> domainOf(std::string_view word, std::string_view text)
{
    if (text.starts_with('{'))
        return setDomain(word, text);
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos)
        return wrong(word, "expected a range like -1..1 or a set like {0,1}");
    const Result<double> lower = finiteNumber(word, withoutSpaces(text.substr(0, dots)));
    const Result<double> upper = finiteNumber(word, withoutSpaces(text.substr(dots + 2)));
    if (!lower || !upper)
        return tl::unexpected(lower ? upper.error() : lower.error());
    if (*lower > *upper)
        return wrong(word, "the lower end " + shortest(*lower) + " is above the upper end " + shortest(*upper));
    Domain domain;
    domain.range = {*lower, *upper};
    return domain;
}

bool holds(const Domain& domain, double value)
{
    if (domain.kind == Domain::Kind::Set)
        return std::ranges::find(domain.values, value) != domain.values.end();
    if (domain.kind == Domain::Kind::Whole && value != std::floor(value))
        return false;
    return domain.range.contains(value);
}

void setDomain(InputQuantity& input, Domain domain)
{
    // Whole numbers stay whole where the new ends are.
    const bool wholeEnds
        = domain.range.lower == std::floor(domain.range.lower) && domain.range.upper == std::floor(domain.range.upper);
    if (input.domain.kind == Domain::Kind::Whole && domain.kind == Domain::Kind::Interval && wholeEnds)
        domain.kind = Domain::Kind::Whole;
    if (input.domain.values != domain.values)
        input.classes.clear();
    input.domain = std::move(domain);
    input.source = DomainSource::Typed;
    if (!holds(input.domain, input.reference))
        input.reference = roundedCentre(input.domain);
}

/// Calls use(input, word, value) for each input element that each part of "name=value,..." names.
template <class Use>
Result<void> eachAssignment(
    Question& question, const PreparedNetwork& network, std::string_view words, const char* example, Use use)
{
    for (const std::string_view word : splitWords(words)) {
        const Assignment assignment = splitAssignment(word);
        if (!assignment.value)
            return wrong(word, std::string("expected ") + example);
        const auto inputs = ElementNames(network, question).inputs(assignment.name);
        if (!inputs)
            return tl::unexpected(inputs.error());
        for (const std::size_t input : *inputs)
            if (const Result<void> done = use(question.inputs[input], word, *assignment.value); !done)
                return done;
    }
    return {};
}

Result<void> hold(Question& question, const PreparedNetwork& network, std::string_view words)
{
    for (const std::string_view word : splitWords(words)) {
        const Assignment assignment = splitAssignment(word);
        const auto inputs = ElementNames(network, question).inputs(assignment.name);
        if (!inputs)
            return tl::unexpected(inputs.error());
        for (const std::size_t input : *inputs) {
            question.inputs[input].role = Role::Held;
            if (!assignment.value)
                continue;
            const Result<double> value = finiteNumber(word, *assignment.value);
            if (!value)
                return tl::unexpected(value.error());
            question.inputs[input].reference = *value;
        }
    }
    return {};
}

} // namespace

Result<void> applyAt(Question& question, const PreparedNetwork& network, std::string_view words)
{
    Question changed = question;
    const Result<void> done = eachAssignment(changed, network, words, "a value, like x=0.5",
        [](InputQuantity& input, std::string_view word, std::string_view text) -> Result<void> {
            const Result<double> value = finiteNumber(word, text);
            if (!value)
                return tl::unexpected(value.error());
            input.reference = *value;
            return {};
        });
    if (done)
        question = std::move(changed);
    return done;
}

Result<void> applyDomain(Question& question, const PreparedNetwork& network, std::string_view words)
{
    Question changed = question;
    const Result<void> done = eachAssignment(changed, network, words, "a domain, like x=-1..1 or n={0,1}",
        [](InputQuantity& input, std::string_view word, std::string_view text) -> Result<void> {
            Result<Domain> domain = domainOf(word, text);
            if (!domain)
                return tl::unexpected(domain.error());
            setDomain(input, std::move(*domain));
            return {};
        });
    if (done)
        question = std::move(changed);
    return done;
}

Result<void> applyRoles(
    Question& question, const PreparedNetwork& network, std::string_view freeWords, std::string_view heldWords)
{
    Question changed = question;
    const auto free = ElementNames(network, question).inputs(freeWords);
    if (!free)
        return tl::unexpected(free.error());
    if (!free->empty())
        for (InputQuantity& input : changed.inputs)
            input.role = Role::Held;
    for (const std::size_t input : *free)
        changed.inputs[input].role = Role::Free;
    if (const Result<void> done = hold(changed, network, heldWords); !done)
        return done;
    for (const std::size_t input : *free)
        if (changed.inputs[input].role == Role::Held)
            return wrong(changed.inputs[input].name, "cannot be both free and held");
    question = std::move(changed);
    return {};
}

std::string domainText(const Domain& domain)
{
    if (domain.kind != Domain::Kind::Set)
        return shortest(domain.range.lower) + ".." + shortest(domain.range.upper);
    std::string text;
    for (const double value : domain.values)
        text += (text.empty() ? "" : ",") + shortest(value);
    return "{" + text + "}";
}

std::string_view name(DomainSource source)
{
    switch (source) {
    case DomainSource::SideFile:
        return "side file";
    case DomainSource::FileRanges:
        return "ranges of the file";
    case DomainSource::Clip:
        return "clip";
    case DomainSource::MinMaxScaler:
        return "min-max scaler";
    case DomainSource::Standardiser:
        return "standardiser, mean +- 3 standard deviations";
    case DomainSource::Data:
        return "data";
    case DomainSource::Typed:
        return "typed";
    case DomainSource::Assumed:
        return "assumed";
    }
    return "assumed";
}

double roundedCentre(const Domain& domain)
{
    if (domain.kind == Domain::Kind::Set && !domain.values.empty())
        return domain.values[(domain.values.size() - 1) / 2];
    const double middle = domain.range.middle();
    if (domain.kind == Domain::Kind::Whole)
        return std::clamp(std::floor(middle), std::ceil(domain.range.lower), std::floor(domain.range.upper));
    const double width = domain.range.width();
    if (!(width > 0) || !std::isfinite(width))
        return middle;
    // A power of ten below 1 is divided by, so that 0.18 comes out as the double that is written 0.18.
    const int decimals = 3 - static_cast<int>(std::floor(std::log10(width)));
    const double power = std::pow(10.0, std::abs(decimals));
    const double rounded = decimals >= 0 ? std::round(middle * power) / power : std::round(middle / power) * power;
    if (!std::isfinite(rounded))
        return middle;
    return std::clamp(rounded, domain.range.lower, domain.range.upper) + 0.0; // + 0.0: no negative zero
}

} // namespace formulens
