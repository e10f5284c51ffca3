// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"
#include "core/importers/WeightLayers.h"

namespace formulens {

/// What a file that holds weights only most likely computes: to be shown, corrected and confirmed, never believed.
struct ArchitectureProposal
{
    WeightLayers weights;
    std::vector<ArchitectureStep> steps;
    /// Nothing is left to choose: one layer alone, or a single Sequential whose classes the file names.
    bool isCertain = false;
    bool isOfClasses = false; ///< taken from the file's class names
    /// What the proposal assumes or leaves out, a clause each: "the size of the image is a guess".
    std::vector<std::string> doubts;

    std::string text() const { return textOf(steps); }
};

/// Refused (BadFile) where the file holds no layer that is known, with the names of what it holds.
Result<ArchitectureProposal> proposeArchitecture(const NamedTensors& file);

/// "it holds weights only ...; choose the architecture, for example --architecture "Linear,relu,Linear""
Error needsArchitecture(const ArchitectureProposal& proposal);

} // namespace formulens
