// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/NpzFile.h"
#include "core/data/PointsFile.h"

namespace formulens {

/// Rows from arrays of N x the shape of one sample (also flattened; a batch extent of 1 may be left out), each named
/// like an input or output of the model, or like one element as the command line says it. Without such names `x` and
/// `y`, or `inputs` and `outputs`, hold all inputs and all outputs in the file's order. Inputs are complete, outputs
/// may be some.
Result<DataSet> dataSetOf(const NpzFile& file, const PreparedNetwork& network, const Question& question);

/// A CSV file or an .npz file, told apart by their content.
Result<DataSet> readDataSet(
    const std::filesystem::path& path, const PreparedNetwork& network, const Question& question);

} // namespace formulens
