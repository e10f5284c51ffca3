// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <qcustomplot.h>

namespace formulens {

/// Perceptually uniform colour maps that colour-blind readers can tell apart. Viridis and cividis: van der Walt and
/// Smith 2015; Nunez, Anderton, Renslow 2018. The diverging one (after ColorBrewer's PuOr and RdBu) is
/// centred on zero, for signed data.
enum class ColorMap
{
    Viridis,
    Cividis,
    Diverging
};

QCPColorGradient gradient(ColorMap map);

} // namespace formulens
