// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Agreement.h"

#include "core/evaluation/Program.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

Agreement compared(const std::vector<double>& values, const std::vector<double>& targets)
{
    Agreement agreement;
    double lower = std::numeric_limits<double>::infinity();
    double upper = -lower;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double difference = std::fabs(values[i] - targets[i]);
        // A NaN is taken, and stays.
        if (!std::isnan(agreement.largestDifference) && !(difference <= agreement.largestDifference))
            agreement.largestDifference = difference;
        lower = std::min(lower, targets[i]);
        upper = std::max(upper, targets[i]);
    }
    agreement.dataRange = upper - lower;
    agreement.determination = coefficientOfDetermination(values, targets);
    return agreement;
}

} // namespace

Result<std::vector<Agreement>> agreementWith(const DataSet& data, std::shared_ptr<const PreparedNetwork> network,
    const Question& question, const Progress& progress)
{
    const std::size_t columns = data.outputs.size();
    std::vector<ElementReference> elements;
    for (const std::size_t output : data.outputs)
        elements.push_back(question.outputs[output].element);
    const auto program = compile(std::move(network), elements);
    if (!program)
        return tl::unexpected(program.error());
    std::vector<double> found(data.points.count * columns);
    if (auto done = (*program)->evaluate(data.points.values, found, progress); !done)
        return tl::unexpected(done.error());

    std::vector<Agreement> agreements;
    for (std::size_t column = 0; column < columns; ++column) {
        const Scaling& scaling = question.outputs[data.outputs[column]].scaling;
        std::vector<double> values;
        std::vector<double> targets;
        for (std::size_t row = 0; row < data.points.count; ++row) {
            values.push_back(scaling.physical(found[row * columns + column]));
            targets.push_back(data.targets[row * columns + column]);
        }
        agreements.push_back(compared(values, targets));
        agreements.back().output = data.outputs[column];
    }
    return agreements;
}

} // namespace formulens
