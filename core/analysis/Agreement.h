// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/data/PointsFile.h"
#include "core/question/Question.h"

#include <memory>
#include <vector>

namespace formulens {

/// How one output of the network compares with its column of a user's own data, in physical numbers where a scaling is
/// known.
struct Agreement
{
    std::size_t output = 0; ///< of the question's outputs
    double largestDifference = 0; ///< NaN where a value is
    double dataRange = 0; ///< of the column
    double determination = 0; ///< R2: below 0, scaling or the order of columns may be missing

    /// Of the data's range; of 1 where the column is constant.
    double share() const { return largestDifference / (dataRange > 0 ? dataRange : 1); }
};

/// One for each output that the data has.
Result<std::vector<Agreement>> agreementWith(const DataSet& data, std::shared_ptr<const PreparedNetwork> network,
    const Question& question, const Progress& progress = {});

} // namespace formulens
