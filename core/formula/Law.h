// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/System.h"

namespace formulens {

/// The affine law at the reference point: u = u0 + K (x - x0), K the Jacobian there. Where all functions on the way are
/// piecewise linear it holds exactly in a region, which is stated by inequalities; it is then written c + K x unless
/// that would lose digits. The badge's kind is set; neurons on a kink are a remark.
Result<Formula> lawForm(const System& system, const Progress& progress = {});

} // namespace formulens
