// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Analysis.h"

#include "core/analysis/Grid.h"

#include <algorithm>
#include <numeric>

namespace formulens {

Result<Curve> curve(const CurveRequest& request, const Progress& progress)
{
    const Program& program = *request.program;
    Curve result;
    result.x = evenlySpaced(request.range, request.count);
    result.x.insert(result.x.end(), request.also.begin(), request.also.end());
    std::sort(result.x.begin(), result.x.end());
    const std::size_t count = result.x.size();

    std::vector<double> points = repeated(request.point, count);
    for (std::size_t i = 0; i < count; ++i)
        points[i * program.inputCount() + request.inputElement] = result.x[i];
    std::vector<double> values(count * program.outputCount());
    if (auto done = program.evaluate(points, values, progress); !done)
        return tl::unexpected(done.error());

    std::vector<std::size_t> outputs = request.outputs;
    if (outputs.empty()) {
        outputs.resize(program.outputCount());
        std::iota(outputs.begin(), outputs.end(), std::size_t{0});
    }
    for (const std::size_t output : outputs) {
        std::vector<double>& column = result.values.emplace_back(count);
        for (std::size_t i = 0; i < count; ++i)
            column[i] = values[i * program.outputCount() + output];
    }
    return result;
}

} // namespace formulens
