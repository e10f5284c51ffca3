// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/SequenceLength.h"
#include "core/operators/StepNetwork.h"

#include <optional>

namespace formulens {

/// Difference equations taken along a sequence of random inputs, beside the unrolled network.
class StepReplay
{
public:
    /// Fails in words where the states themselves differ, so that there are no difference equations.
    static Result<StepReplay> of(
        const SequenceLengths& lengths, const StepNetwork& step, const Progress& progress = {});

    /// Nothing where a tensor of the step, taken along the sequence, is that of the unrolled network; else the cause.
    std::optional<std::string> differs(const std::string& tensor) const;

private:
    std::map<std::string, std::string> m_causes; ///< by tensor
};

} // namespace formulens
