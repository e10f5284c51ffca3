// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/GreekLetters.h"

#include <algorithm>
#include <array>

namespace formulens::notation {

namespace {

constexpr std::array letters{
    GreekLetter{"alpha", "α", "\\alpha"},
    GreekLetter{"beta", "β", "\\beta"},
    GreekLetter{"gamma", "γ", "\\gamma"},
    GreekLetter{"delta", "δ", "\\delta"},
    GreekLetter{"epsilon", "ε", "\\varepsilon"},
    GreekLetter{"zeta", "ζ", "\\zeta"},
    GreekLetter{"eta", "η", "\\eta"},
    GreekLetter{"theta", "θ", "\\theta"},
    GreekLetter{"iota", "ι", "\\iota"},
    GreekLetter{"kappa", "κ", "\\kappa"},
    GreekLetter{"lambda", "λ", "\\lambda"},
    GreekLetter{"mu", "μ", "\\mu"},
    GreekLetter{"nu", "ν", "\\nu"},
    GreekLetter{"xi", "ξ", "\\xi"},
    GreekLetter{"omicron", "ο", "o"},
    GreekLetter{"pi", "π", "\\pi"},
    GreekLetter{"rho", "ρ", "\\rho"},
    GreekLetter{"sigma", "σ", "\\sigma"},
    GreekLetter{"tau", "τ", "\\tau"},
    GreekLetter{"upsilon", "υ", "\\upsilon"},
    GreekLetter{"phi", "φ", "\\varphi"},
    GreekLetter{"chi", "χ", "\\chi"},
    GreekLetter{"psi", "ψ", "\\psi"},
    GreekLetter{"omega", "ω", "\\omega"},
    GreekLetter{"Alpha", "Α", "\\mathrm{A}"},
    GreekLetter{"Beta", "Β", "\\mathrm{B}"},
    GreekLetter{"Gamma", "Γ", "\\Gamma"},
    GreekLetter{"Delta", "Δ", "\\Delta"},
    GreekLetter{"Epsilon", "Ε", "\\mathrm{E}"},
    GreekLetter{"Zeta", "Ζ", "\\mathrm{Z}"},
    GreekLetter{"Eta", "Η", "\\mathrm{H}"},
    GreekLetter{"Theta", "Θ", "\\Theta"},
    GreekLetter{"Iota", "Ι", "\\mathrm{I}"},
    GreekLetter{"Kappa", "Κ", "\\mathrm{K}"},
    GreekLetter{"Lambda", "Λ", "\\Lambda"},
    GreekLetter{"Mu", "Μ", "\\mathrm{M}"},
    GreekLetter{"Nu", "Ν", "\\mathrm{N}"},
    GreekLetter{"Xi", "Ξ", "\\Xi"},
    GreekLetter{"Omicron", "Ο", "\\mathrm{O}"},
    GreekLetter{"Pi", "Π", "\\Pi"},
    GreekLetter{"Rho", "Ρ", "\\mathrm{P}"},
    GreekLetter{"Sigma", "Σ", "\\Sigma"},
    GreekLetter{"Tau", "Τ", "\\mathrm{T}"},
    GreekLetter{"Upsilon", "Υ", "\\Upsilon"},
    GreekLetter{"Phi", "Φ", "\\Phi"},
    GreekLetter{"Chi", "Χ", "\\mathrm{X}"},
    GreekLetter{"Psi", "Ψ", "\\Psi"},
    GreekLetter{"Omega", "Ω", "\\Omega"},
};

std::optional<GreekLetter> found(std::string_view key, std::string_view GreekLetter::*member)
{
    const auto position = std::ranges::find(letters, key, member);
    return position == letters.end() ? std::nullopt : std::optional<GreekLetter>(*position);
}

} // namespace

std::span<const GreekLetter> greekLetters()
{
    return letters;
}

std::optional<GreekLetter> greekLetterNamed(std::string_view name)
{
    return found(name, &GreekLetter::name);
}

std::optional<GreekLetter> greekLetter(std::string_view letter)
{
    return found(letter, &GreekLetter::letter);
}

} // namespace formulens::notation
