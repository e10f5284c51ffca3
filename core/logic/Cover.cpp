// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Cover.h"

#include "core/logic/CubeRows.h"

namespace formulens::logic {

std::size_t literalCount(const Cover& cover)
{
    std::size_t count = 0;
    for (const Cube& cube : cover)
        count += static_cast<std::size_t>(cube.literals());
    return count;
}

TruthTable table(const Cover& cover, int inputs)
{
    TruthTable result(inputs);
    const std::span<std::uint64_t> words = result.words();
    for (const Cube& cube : cover) {
        const std::uint64_t rows = rowsWithinWord(cube, inputs);
        forEachWord(cube, inputs, [&](std::uint32_t word) { return (words[word] |= rows) != 0; });
    }
    return result;
}

} // namespace formulens::logic
