// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Facts.h"

#include "core/exporters/Utf8.h"
#include "core/exporters/Writer.h"

namespace formulens {

namespace {

std::string inBrackets(const std::string& unit)
{
    return unit.empty() ? "" : " [" + harmless(unit) + "]";
}

std::string withDescription(const std::string& name, const std::string& description)
{
    return inQuotes(name) + (description.empty() ? "" : " (" + harmless(description) + ")");
}

/// "valid where 2 x1 - 3 x2 - 4 <= 0 (h1[3] is off)" with all digits.
std::vector<std::string> regionFacts(const Formula& formula)
{
    notation::NotationOptions options;
    options.digits = 0;
    options.shownTerms = 0;
    std::vector<std::string> lines;
    for (const RegionInequality& inequality : formula.region)
        lines.push_back("valid where " + toText(notation::notate(inequality.expression, options))
            + (inequality.strict ? " < 0" : " <= 0")
            + (inequality.side.empty() ? "" : " (" + harmless(inequality.name + " " + inequality.side) + ")"));
    return lines;
}

} // namespace

std::string factOf(const Variable& variable)
{
    return variable.symbol + " = " + withDescription(variable.sourceName, variable.description)
        + inBrackets(variable.unit) + ", from " + shortest(variable.domain.lower) + " to "
        + shortest(variable.domain.upper);
}

std::string factOf(const ResultEquation& result)
{
    return result.symbol + " = " + withDescription(result.sourceName, result.description) + inBrackets(result.unit);
}

std::vector<std::string> factsOf(const Formula& formula)
{
    std::vector<std::string> lines{
        "Formulens: " + std::string(name(formula.form)) + " form of " + inQuotes(formula.modelName)};
    if (!formula.provenance.empty())
        lines.push_back(formula.provenance);
    lines.push_back(formula.badge.text());
    for (const HeldInput& held : formula.held)
        lines.push_back(inQuotes(held.sourceName) + inBrackets(held.unit) + " is fixed at " + shortest(held.value));
    for (const std::string& line : regionFacts(formula))
        lines.push_back(line);
    return lines;
}

std::vector<std::string> symbolFacts(const Formula& formula)
{
    std::vector<std::string> lines;
    for (const Variable& variable : formula.variables)
        lines.push_back(factOf(variable));
    for (const ResultEquation& result : formula.results)
        lines.push_back(factOf(result));
    return lines;
}

} // namespace formulens
