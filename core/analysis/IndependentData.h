// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/operators/PreparedNetwork.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// How the network agrees with one test_data_set_K folder beside its file.
struct TestDataAgreement
{
    std::string name; ///< "test_data_set_0"
    std::optional<Error> unusable; ///< why nothing could be compared; the rest then says nothing
    std::size_t samples = 0; ///< rows of the batch; 1 where the shapes have no free batch extent
    bool agrees = false;

    // Where the difference is the largest, measured by what is allowed there.
    double largestDifference = 0; ///< |network - data|; infinite where just one of them is not finite
    std::string output; ///< the element's name
    std::size_t sample = 0; ///< from 0
    double scale = 0; ///< the largest |value| of this output in the data
    double tolerance = 0; ///< what is allowed, as a share of the scale
};

/// What is known of the network from others than its file: DESIGN 5.
struct IndependentData
{
    std::vector<TestDataAgreement> sets; ///< in the order of their numbers

    bool isCompared() const; ///< with at least one of them
    bool agrees() const; ///< with all that could be compared; at least one
    std::size_t samples() const;
    const TestDataAgreement* worst() const; ///< of those compared

    /// "agrees with 3 samples of test_data_set_0 (independent data), largest difference 1.2e-07 ...", where it does
    /// not, why nothing could be compared, or "no independent data: agreement is with our own reading of the file".
    std::string sentence() const;
};

/// Compares with every ONNX test data set beside the model. An output agrees where it lies within 1e-5 of its scale
/// (1e-2 where it is of 16 bits, exactly where it is an integer); NaN agrees with NaN, an infinity with itself. Rows
/// along a free batch extent are samples of the network as it is prepared; other shapes than the prepared ones are
/// computed from the file anew. Refused only by cancelling.
Result<IndependentData> compareWithTestData(const std::shared_ptr<const PreparedNetwork>& network,
    const std::filesystem::path& model, const Progress& progress = {});

} // namespace formulens
