// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace formulens {

/// Lets screen readers find the plain text of every EquationView. Calling it again does nothing.
void makeEquationsAccessible();

} // namespace formulens
