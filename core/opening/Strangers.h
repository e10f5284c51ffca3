// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace formulens {

/// What a file is that no importer recognises, and what to do about it: "this is a Git LFS pointer, not the model:
/// fetch the model with 'git lfs pull'". Never empty: bytes that nobody knows are quoted.
std::string strangerWords(std::string_view content);

} // namespace formulens
