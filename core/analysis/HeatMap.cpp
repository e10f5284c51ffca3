// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Analysis.h"

#include "core/analysis/Grid.h"

#include <algorithm>

namespace formulens {

Result<HeatMap> heatMap(const MapRequest& request, const Progress& progress)
{
    const Program& program = *request.program;
    const std::size_t inputs = program.inputCount();
    HeatMap map{evenlySpaced(request.range, request.columns), evenlySpaced(request.range2, request.rows), {}};
    map.values.reserve(request.columns * request.rows);

    // Row by row, so that cancelling takes effect at once and a large map needs no large batch.
    std::vector<double> points = repeated(request.point, request.columns);
    std::vector<double> values(request.columns * program.outputCount());
    for (std::size_t row = 0; row < request.rows; ++row) {
        for (std::size_t column = 0; column < request.columns; ++column) {
            points[column * inputs + request.inputElement] = map.x[column];
            points[column * inputs + request.inputElement2] = map.y[row];
        }
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "the map was cancelled");
        if (auto done = program.evaluate(points, values, Progress()); !done)
            return tl::unexpected(done.error());
        for (std::size_t column = 0; column < request.columns; ++column)
            map.values.push_back(values[column * program.outputCount() + request.output]);
        progress.report(static_cast<double>(row + 1) / static_cast<double>(request.rows));
    }
    return map;
}

} // namespace formulens
