// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Formula.h"
#include "core/notation/Notate.h"

#include <optional>
#include <string>
#include <string_view>

namespace formulens {

enum class Language
{
    Text,
    Latex,
    LatexDocument,
    MathMl,
    Json,
    C,
    Python
};

std::optional<Language> languageNamed(
    std::string_view name); ///< "text", "latex", "latex-document", "mathml", "json", "c", "python"

struct WriteOptions
{
    notation::NotationOptions notation; ///< for text, LaTeX and MathML; code is always shortest-exact
    std::string functionName = "network"; ///< of C and Python
};

/// The formula in a language. Never in a locale; names become valid, distinct identifiers, originals in a comment.
Result<std::string> write(const Formula& formula, Language language, const WriteOptions& options = {});

/// A tree of notation as text: one line an equation; a LaTeX snippet for amsmath alone; a <math> element.
std::string toText(const notation::Tree& tree);
std::string toLatex(const notation::Tree& tree);
std::string toMathMl(const notation::Tree& tree);

/// Reads back what Language::Json wrote.
Result<Formula> readFormula(std::string_view json);

} // namespace formulens
