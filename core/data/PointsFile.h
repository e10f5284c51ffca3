// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/data/CsvTable.h"
#include "core/question/Question.h"

#include <filesystem>
#include <string>
#include <vector>

namespace formulens {

/// Points of a network: what `evaluate --points` reads.
struct Points
{
    std::size_t count = 0;
    std::vector<double> values; ///< count x input elements, row-major, in the network's order
};

/// A column for each input element in flat order of the declared inputs. A header names the inputs as the command line
/// does (the file's names, the side file's, x1, @1), in any order, each once; without one the order is the network's.
Result<Points> pointsOf(
    const CsvTable& table, const PreparedNetwork& network, const Question& question, const std::string& fileName);
Result<Points> readPoints(const std::filesystem::path& path, const PreparedNetwork& network, const Question& question);

/// Rows of a user's own with what the network should give: independent data. The user has physical numbers where a
/// scaling outside the file is known.
struct DataSet
{
    Points points; ///< in the file's own numbers, as programs take them
    std::vector<std::size_t> outputs; ///< of the question's outputs, which have a column
    std::vector<double> targets; ///< physical; count x outputs.size(), row-major
};

/// Columns that are named like inputs and outputs, the inputs complete; or, without a header, all inputs and then all
/// outputs. Columns of other names are left out.
Result<DataSet> dataSetOf(
    const CsvTable& table, const PreparedNetwork& network, const Question& question, const std::string& fileName);

/// Physical numbers of all inputs as the file has them.
std::vector<double> inNumbersOfTheFile(std::vector<double> physical, const Question& question);

/// 1 - sum (y - t)^2 / sum (t - mean t)^2 for one output: below 0, "scaling or column order may be missing".
double coefficientOfDetermination(const std::vector<double>& values, const std::vector<double>& targets);

} // namespace formulens
