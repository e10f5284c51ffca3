// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/System.h"

namespace formulens {

/// The equation set of the slice: a definition for every unit, every coefficient shown; units in `substituted`, and
/// those that a reader would not miss (a result's own last function, helpers used once), are written in place.
Formula neuronsForm(const System& system, const std::set<ElementReference>& substituted);

/// Variables, held inputs and what else is the same for every form.
Formula withoutEquations(const Subject& subject, Form form);

/// Drops definitions that no result needs.
void dropUnused(Formula& formula);

} // namespace formulens
