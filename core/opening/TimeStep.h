// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/opening/OpenModel.h"

namespace formulens {

/// The same model as difference equations: one time step of its recurrent layers, with their states as inputs and
/// outputs (StepNetwork.h). What no single step gives is said among the warnings. An error is one sentence that names
/// the file.
Result<OpenedModel> oneTimeStep(const OpenedModel& model, const Progress& progress = {});

} // namespace formulens
