// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/question/Question.h"

#include <QString>

namespace formulens {

/// Physical value of a number in the file.
inline double physical(Scaling scaling, double value)
{
    return scaling.offset + scaling.scale * value;
}

/// A value in the file's numbers of what is physically this.
inline double inFile(Scaling scaling, double value)
{
    return (value - scaling.offset) / scaling.scale;
}

/// "theta [rad]", of what has no symbol.
QString physicalLabel(const QString& name, const std::string& unit);

/// Unit of an output of the network; empty for neurons.
QString outputUnit(const Question& question, ElementReference element);

} // namespace formulens
