// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace formulens {

/// What the equation view paints with; the window gives them, so that dark is a switch of its.
struct EquationColours
{
    QColor paper;
    QColor ink;
    QColor hover; ///< fill behind what the pointer, here or in another view, is over
    QColor selection; ///< outline of what is selected; also the ink of placeholders and the ring of keyboard focus

    friend bool operator==(const EquationColours&, const EquationColours&) = default;
};

} // namespace formulens
