// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/question/Words.h"

#include <optional>
#include <string>

namespace formulens {

/// What a word in a data file names: as the command line would, whether it is written plain or needs quotes there.
std::optional<std::size_t> inputNamed(const ElementNames& names, const std::string& word);
std::optional<std::size_t> outputNamed(const ElementNames& names, const std::string& word);

} // namespace formulens
