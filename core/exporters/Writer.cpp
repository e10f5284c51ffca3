// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"

#include "core/exporters/CodeWriters.h"
#include "core/exporters/Facts.h"
#include "core/exporters/JsonFormula.h"
#include "core/exporters/LatexLines.h"
#include "core/exporters/LatexText.h"
#include "core/formula/Derive.h"
#include "core/notation/Pieces.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens {

using notation::Aligned;
using notation::NotatedFormula;

namespace {

struct LanguageName
{
    std::string_view name;
    Language language;
};
constexpr std::array languageNames{
    LanguageName{"text", Language::Text},
    LanguageName{"latex", Language::Latex},
    LanguageName{"latex-document", Language::LatexDocument},
    LanguageName{"mathml", Language::MathMl},
    LanguageName{"json", Language::Json},
    LanguageName{"c", Language::C},
    LanguageName{"python", Language::Python},
};

constexpr std::size_t displayPoints = 256;

/// A file holds every term, whatever a screen would leave out.
Result<NotatedFormula> complete(const Formula& formula, notation::NotationOptions options)
{
    options.shownTerms = 0;
    options.gatherSmallTerms = false;
    NotatedFormula notated = notation::notate(formula, options);
    if (notated.refusedTerms > 0)
        return failure(ErrorCode::Limit,
            "This formula is too large to write out: one equation has " + notation::counted(notated.refusedTerms)
                + " numbers and symbols or is nested more than " + std::to_string(notation::nestingLimit)
                + " levels deep. Export it with definitions for its shared parts.");
    return notated;
}

bool hasFiniteDomain(const Formula& formula)
{
    return std::ranges::all_of(
        formula.variables, [](const Variable& variable) { return std::isfinite(variable.domain.width()); });
}

/// "shown to 4 digits; as printed within 2e-4 (256 points)"
std::string displayLine(const Formula& formula, const notation::NotationOptions& options)
{
    if (options.digits == 0)
        return "all digits shown";
    const std::string shown = "shown to " + std::to_string(options.digits) + " digits";
    if (!hasFiniteDomain(formula))
        return shown;
    const DisplayBound bound = displayBound(formula, options.digits, displayPoints);
    return shown + "; as printed within " + legible(bound.largestDifference, 2) + " (" + std::to_string(displayPoints)
        + " points)";
}

Result<std::string> writeLatex(const Formula& formula, const WriteOptions& options)
{
    const Result<NotatedFormula> notated = complete(formula, options.notation);
    if (!notated)
        return tl::unexpected(notated.error());
    std::string text;
    for (const std::string& line : factsOf(formula))
        text += latexComment(line);
    text += latexComment(displayLine(formula, options.notation));
    for (const std::string& line : symbolFacts(formula))
        text += latexComment(line);
    return text + latexDisplay(std::get<Aligned>(notated->tree->piece));
}

Result<std::string> writeLatexDocument(const Formula& formula, const WriteOptions& options)
{
    Result<std::string> snippet = writeLatex(formula, options);
    if (!snippet)
        return snippet;
    return "\\documentclass{article}\n\\usepackage{amsmath}\n"
           "\\setlength{\\textwidth}{170mm}\n\\setlength{\\oddsidemargin}{-5mm}\n\\begin{document}\n"
        + *snippet + "\\end{document}\n";
}

Result<std::string> writeText(const Formula& formula, const WriteOptions& options)
{
    const Result<NotatedFormula> notated = complete(formula, options.notation);
    if (!notated)
        return tl::unexpected(notated.error());
    return toText(notated->tree) + "\n" + formula.badge.text() + "\n" + displayLine(formula, options.notation) + "\n";
}

Result<std::string> writeMathMl(const Formula& formula, const WriteOptions& options)
{
    const Result<NotatedFormula> notated = complete(formula, options.notation);
    if (!notated)
        return tl::unexpected(notated.error());
    return toMathMl(notated->tree);
}

} // namespace

std::optional<Language> languageNamed(std::string_view name)
{
    const auto found = std::ranges::find(languageNames, name, &LanguageName::name);
    return found == languageNames.end() ? std::nullopt : std::optional(found->language);
}

Result<std::string> write(const Formula& formula, Language language, const WriteOptions& options)
{
    switch (language) {
    case Language::Text:
        return writeText(formula, options);
    case Language::Latex:
        return writeLatex(formula, options);
    case Language::LatexDocument:
        return writeLatexDocument(formula, options);
    case Language::MathMl:
        return writeMathMl(formula, options);
    case Language::Json:
        return writeJson(formula);
    case Language::C:
        return writeC(formula, options.functionName);
    case Language::Python:
        return writePython(formula, options.functionName);
    }
    return failure(ErrorCode::Internal, "There is no such language.");
}

} // namespace formulens
