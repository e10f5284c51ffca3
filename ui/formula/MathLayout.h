// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"
#include "ui/formula/DisplayList.h"

namespace formulens {

struct LayoutRequest
{
    /// Lines are broken to keep within it; 0 sets everything in one line.
    double widthInEm = 0;
};

/// Sets a formula in display style. A line is wider than asked only where nothing in it may be broken. Safe in any
/// thread; text in scripts that the mathematical font lacks needs a QGuiApplication to be seen.
DisplayList layOut(const notation::Tree& tree, const LayoutRequest& request = {});

} // namespace formulens
