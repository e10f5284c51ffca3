// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace formulens {

/// A symbol of a formula in plain text, for labels and tooltips: "h1_2" is "h₁,₂", "theta" is "θ".
QString symbolText(const std::string& symbol);

} // namespace formulens
