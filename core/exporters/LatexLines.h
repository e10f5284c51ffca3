// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <string>

namespace formulens {

/// The lines of aligned equations without the environment around them, long ones broken.
std::string latexLines(const notation::Aligned& aligned);

/// The equations with the environment: those that fit a page stay together; more may be broken between pages.
std::string latexDisplay(const notation::Aligned& aligned);

} // namespace formulens
