// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/importers/ArchitectureProposal.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <filesystem>
#include <functional>
#include <vector>

namespace formulens {

/// Weights, the steps between which activations are sought, and rows of inputs and outputs that the network computed.
struct ActivationSearchRequest
{
    const WeightLayers* weights = nullptr;
    std::vector<ArchitectureStep> steps; ///< their activations are replaced; those behind the last layer too
    std::filesystem::path data; ///< as `verify --against` takes it
    /// What is known of a network's inputs and outputs: names and scalings that the data may use.
    std::function<Question(const PreparedNetwork&)> question;
    double tolerance = 1e-3; ///< as a share of the data's range: what data of few digits still agrees within
};

struct ActivationFinding
{
    std::vector<ArchitectureStep> steps;
    double share = 0; ///< the largest difference, as a share of the range of the data
    std::size_t rows = 0;
};

/// Tries the usual activations: the same behind every hidden layer, and each, or none, behind the last. Those that
/// agree with the data are handed back, best first: one, if the data tells them apart. An activation agrees where it
/// lies within the tolerance and within ten times the difference of the best. Refused (BadQuestion) where none does,
/// with the best and how far it is off.
Result<std::vector<ActivationFinding>> findActivations(
    const ActivationSearchRequest& request, const Progress& progress = {});

} // namespace formulens
