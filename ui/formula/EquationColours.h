// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace formulens {

/// What the equation view paints with: a few of the palette's colours, or others for a picture of the screen.
struct EquationColours
{
    QColor paper;
    QColor ink;
    QColor hover; ///< fill behind what the pointer, here or in another view, is over
    QColor selection; ///< outline of what is selected; also the ink of placeholders and the ring of keyboard focus

    friend bool operator==(const EquationColours&, const EquationColours&) = default;
};

} // namespace formulens
