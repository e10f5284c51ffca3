// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/SideFile.h"

#include <optional>
#include <string>

namespace formulens {

/// What the user typed about a model (names, units, domains, scaling, an architecture) is kept under the file's
/// fingerprint, in the form of a side file in the program's data folder, and is put in again when the same file is
/// opened.

/// The side file beside the model, refined by what was typed for it before.
SideFile withRemembered(const std::optional<SideFile>& sideFile, const std::string& fingerprint);

/// Keeps what differs between the question as it opened and as it is now. Nothing is kept where nothing differs.
void remember(const std::string& fingerprint, const Question& opened, const Question& now);

/// The architecture that was chosen for a file that holds weights only; empty where none was.
std::string rememberedArchitecture(const std::string& fingerprint);
void rememberArchitecture(const std::string& fingerprint, const std::string& architecture);

} // namespace formulens
