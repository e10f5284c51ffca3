// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/TimeStep.h"

#include "core/operators/StepNetwork.h"

namespace formulens {

Result<OpenedModel> oneTimeStep(const OpenedModel& model, const Progress& progress)
{
    const std::string where = model.path.filename().string() + ": ";
    const auto step = stepNetwork(*model.prepared, progress);
    if (!step)
        return failure(step.error().code, where + step.error().message);
    const auto prepared = prepare(step->network);
    if (!prepared)
        return failure(prepared.error().code, where + prepared.error().message);
    OpenedModel result = model;
    result.network = step->network;
    result.prepared = *prepared;
    result.warnings.insert(result.warnings.end(), step->notes.begin(), step->notes.end());
    result.fingerprint += "-step"; // what was typed about the unrolled inputs is about others
    return result;
}

} // namespace formulens
