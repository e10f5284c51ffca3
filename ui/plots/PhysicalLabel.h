// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/question/Question.h"

#include <QString>

namespace formulens {

/// "theta [rad]", of what has no symbol.
QString physicalLabel(const QString& name, const std::string& unit);

/// Unit of an output of the network; empty for neurons.
QString outputUnit(const Question& question, ElementReference element);

} // namespace formulens
