// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace formulens {

/// Text as JSON, nested no deeper than anything sensible is. Throws ImportError; `what` names the text in its message
/// ("config.json").
nlohmann::json readJson(std::string_view text, std::string_view what);

} // namespace formulens
