// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace formulens {

/// Words for \text{...}: special characters escaped; accents, degrees and Greek letters as LaTeX without packages has
/// them; any other letter as "?", for its name stands in a comment.
std::string latexWords(std::string_view words);

/// A name as letters of mathematics: "\mathrm{in\_2}"; letters beyond ASCII by their number, so that names stay
/// distinct.
std::string latexName(std::string_view name);

/// One line that LaTeX does not read: no line break, no character that needs an encoding to be skipped.
std::string latexComment(std::string_view text);

} // namespace formulens
