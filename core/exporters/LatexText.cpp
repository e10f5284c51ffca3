// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LatexText.h"

#include "core/exporters/Utf8.h"
#include "core/notation/GreekLetters.h"

#include <algorithm>
#include <array>
#include <optional>

namespace formulens {

namespace {

struct Spelled
{
    char32_t character;
    std::string_view latex;
};

constexpr std::array spelledCharacters{
    Spelled{'#', "\\#"},
    Spelled{'$', "\\$"},
    Spelled{'%', "\\%"},
    Spelled{'&', "\\&"},
    Spelled{'_', "\\_"},
    Spelled{'{', "\\{"},
    Spelled{'}', "\\}"},
    Spelled{'~', "\\textasciitilde{}"},
    Spelled{'^', "\\textasciicircum{}"},
    Spelled{'\\', "\\textbackslash{}"},
    Spelled{'<', "$<$"},
    Spelled{'>', "$>$"},
    Spelled{'|', "$|$"},
    Spelled{'"', "{\\textquotedbl}"},
    Spelled{U'°', "$^\\circ$"},
    Spelled{U'²', "$^2$"},
    Spelled{U'³', "$^3$"},
    Spelled{U'⁻', "$^-$"},
    Spelled{U'¹', "$^1$"},
    Spelled{U'µ', "$\\mu$"},
    Spelled{U'·', "$\\cdot$"},
    Spelled{U'×', "$\\times$"},
    Spelled{U'±', "$\\pm$"},
    Spelled{U'−', "$-$"},
    Spelled{U'–', "--"},
    Spelled{U'—', "---"},
    Spelled{U'√', "$\\surd$"},
    Spelled{U'ß', "\\ss{}"},
    Spelled{U'æ', "\\ae{}"},
    Spelled{U'Æ', "\\AE{}"},
    Spelled{U'ø', "\\o{}"},
    Spelled{U'Ø', "\\O{}"},
    Spelled{U'å', "\\r{a}"},
    Spelled{U'Å', "\\r{A}"},
    Spelled{U'ç', "\\c{c}"},
    Spelled{U'Ç', "\\c{C}"},
    Spelled{U'ñ', "\\~{n}"},
    Spelled{U'Ñ', "\\~{N}"},
    Spelled{U'ã', "\\~{a}"},
    Spelled{U'õ', "\\~{o}"},
};

/// Letters with an accent, in the order of the bare letters below.
struct Accents
{
    std::string_view command;
    std::u32string_view letters;
    std::string_view bare;
};
constexpr std::array accents{
    Accents{"\\`", U"àèìòùÀÈÌÒÙ", "aeiouAEIOU"},
    Accents{"\\'", U"áéíóúýÁÉÍÓÚÝ", "aeiouyAEIOUY"},
    Accents{"\\^", U"âêîôûÂÊÎÔÛ", "aeiouAEIOU"},
    Accents{"\\\"", U"äëïöüÿÄËÏÖÜ", "aeiouyAEIOU"},
};

std::optional<std::string> spelled(char32_t character)
{
    const auto found = std::ranges::find(spelledCharacters, character, &Spelled::character);
    if (found != spelledCharacters.end())
        return std::string(found->latex);
    for (const Accents& accent : accents)
        if (const std::size_t position = accent.letters.find(character); position != std::u32string_view::npos)
            return std::string(accent.command) + "{" + accent.bare[position] + "}";
    if (const auto greek = notation::greekLetter(toUtf8(character)))
        return "$" + std::string(greek->latex) + "$";
    return std::nullopt;
}

} // namespace

std::string latexWords(std::string_view words)
{
    std::string result;
    for (const char32_t character : charactersOf(words)) {
        if (const auto known = spelled(character))
            result += *known;
        else
            result += character >= 0x20 && character < 0x7F ? toUtf8(character) : "?";
    }
    return result;
}

std::string latexName(std::string_view name)
{
    std::string result;
    for (const char32_t character : charactersOf(name)) {
        if (const auto greek = notation::greekLetter(toUtf8(character)))
            result += greek->latex;
        else if (character < 0x7F)
            result += latexWords(toUtf8(character));
        else
            result += "u" + codeOf(character).substr(2);
    }
    return "\\mathrm{" + result + "}";
}

std::string latexComment(std::string_view text)
{
    return "% " + harmless(text) + "\n";
}

} // namespace formulens
