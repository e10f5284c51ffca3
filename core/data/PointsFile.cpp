// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/PointsFile.h"

#include "core/data/ColumnNames.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace formulens {

namespace {

using Columns = std::vector<std::size_t>;

tl::unexpected<Error> wrong(const std::string& fileName, const std::string& complaint)
{
    return failure(ErrorCode::BadFile, fileName + ": " + complaint);
}

Columns counted(std::size_t first, std::size_t count)
{
    Columns columns(count);
    std::iota(columns.begin(), columns.end(), first);
    return columns;
}

/// The column of each input element; each must be there once.
Result<Columns> inputColumns(
    const CsvTable& table, const PreparedNetwork& network, const Question& question, const std::string& fileName)
{
    const ElementNames names(network, question);
    std::vector<std::optional<std::size_t>> columns(question.inputs.size());
    for (std::size_t column = 0; column < table.header.size(); ++column) {
        const auto input = inputNamed(names, table.header[column]);
        if (input && columns[*input])
            return wrong(
                fileName, "there is more than one column for the input '" + question.inputs[*input].name + "'");
        if (input)
            columns[*input] = column;
    }
    Columns found;
    for (std::size_t input = 0; input < columns.size(); ++input) {
        if (!columns[input])
            return wrong(fileName, "there is no column for the input '" + question.inputs[input].name + "'");
        found.push_back(*columns[input]);
    }
    return found;
}

std::vector<double> taken(const CsvTable& table, const Columns& columns)
{
    std::vector<double> values;
    values.reserve(table.rows() * columns.size());
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (const std::size_t column : columns)
            values.push_back(table.row(row)[column]);
    return values;
}

} // namespace

Result<Points> pointsOf(
    const CsvTable& table, const PreparedNetwork& network, const Question& question, const std::string& fileName)
{
    if (table.columns != question.inputs.size())
        return wrong(fileName,
            std::to_string(table.columns) + " columns, expected one for each of the "
                + std::to_string(question.inputs.size()) + " input elements");
    const auto columns
        = table.header.empty() ? counted(0, table.columns) : inputColumns(table, network, question, fileName);
    if (!columns)
        return tl::unexpected(columns.error());
    return Points{table.rows(), taken(table, *columns)};
}

Result<Points> readPoints(const std::filesystem::path& path, const PreparedNetwork& network, const Question& question)
{
    const auto table = readCsv(path);
    if (!table)
        return tl::unexpected(table.error());
    return pointsOf(*table, network, question, path.filename().string());
}

Result<DataSet> dataSetOf(
    const CsvTable& table, const PreparedNetwork& network, const Question& question, const std::string& fileName)
{
    const std::size_t inputCount = question.inputs.size();
    const std::size_t outputCount = question.outputs.size();
    if (table.header.empty()) {
        if (table.columns != inputCount + outputCount)
            return wrong(fileName,
                std::to_string(table.columns) + " columns without names, expected " + std::to_string(inputCount)
                    + " inputs and " + std::to_string(outputCount) + " outputs");
        return DataSet{{table.rows(), inNumbersOfTheFile(taken(table, counted(0, inputCount)), question)},
            counted(0, outputCount), taken(table, counted(inputCount, outputCount))};
    }
    const Result<Columns> inputs = inputColumns(table, network, question, fileName);
    if (!inputs)
        return tl::unexpected(inputs.error());
    DataSet data{{table.rows(), inNumbersOfTheFile(taken(table, *inputs), question)}, {}, {}};
    Columns targets;
    for (std::size_t column = 0; column < table.columns; ++column)
        if (std::ranges::find(*inputs, column) == inputs->end())
            if (const auto output = outputNamed(ElementNames(network, question), table.header[column])) {
                data.outputs.push_back(*output);
                targets.push_back(column);
            }
    data.targets = taken(table, targets);
    return data;
}

std::vector<double> inNumbersOfTheFile(std::vector<double> physical, const Question& question)
{
    for (std::size_t i = 0; i < physical.size(); ++i)
        physical[i] = question.inputs[i % question.inputs.size()].scaling.inFile(physical[i]);
    return physical;
}

double coefficientOfDetermination(const std::vector<double>& values, const std::vector<double>& targets)
{
    const double mean = std::accumulate(targets.begin(), targets.end(), 0.0)
        / static_cast<double>(std::max<std::size_t>(1, targets.size()));
    double residual = 0;
    double total = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        residual += (values[i] - targets[i]) * (values[i] - targets[i]);
        total += (targets[i] - mean) * (targets[i] - mean);
    }
    return 1 - residual / total;
}

} // namespace formulens
