// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Karnaugh.h"

#include <algorithm>
#include <string>

namespace formulens::logic {

namespace {

std::uint32_t grayCode(std::uint32_t number)
{
    return number ^ (number >> 1);
}

std::vector<std::uint32_t> grayCodes(std::size_t digits)
{
    std::vector<std::uint32_t> codes;
    for (std::uint32_t i = 0; i < 1u << digits; ++i)
        codes.push_back(grayCode(i));
    return codes;
}

// The values of the listed inputs in a row number, the first as the most significant; and back.
std::uint32_t gathered(std::uint32_t bits, const std::vector<int>& listed, int inputs)
{
    std::uint32_t code = 0;
    for (const int input : listed)
        code = 2 * code + ((bits & inputBit(inputs, input)) != 0);
    return code;
}

std::uint32_t spread(std::uint32_t code, const std::vector<int>& listed, int inputs)
{
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < listed.size(); ++i)
        if ((code >> (listed.size() - 1 - i)) & 1)
            bits |= inputBit(inputs, listed[i]);
    return bits;
}

struct Run
{
    int first = 0;
    int count = 0;
};

// The lines of a side that agree with the cube: neighbours, the last one and the first being such.
Run runOf(const Cube& cube, const std::vector<std::uint32_t>& codes, const std::vector<int>& listed, int inputs)
{
    const Cube side{gathered(cube.mask, listed, inputs), gathered(cube.value, listed, inputs)};
    const int size = static_cast<int>(codes.size());
    const auto holds = [&](int line) { return side.contains(codes[static_cast<std::size_t>((line + size) % size)]); };
    Run run;
    for (int line = size - 1; line >= 0; --line) {
        run.count += holds(line);
        if (holds(line) && !holds(line - 1))
            run.first = line;
    }
    return run;
}

} // namespace

std::uint32_t KarnaughMap::rowNumber(const Cell& cell) const
{
    return spread(static_cast<std::uint32_t>(cell.layer), layerInputs, inputs)
        | spread(rowCodes[static_cast<std::size_t>(cell.row)], rowInputs, inputs)
        | spread(columnCodes[static_cast<std::size_t>(cell.column)], columnInputs, inputs);
}

KarnaughMap::Cell KarnaughMap::cellOf(std::uint32_t rowNumber) const
{
    const auto place = [&](const std::vector<std::uint32_t>& codes, const std::vector<int>& listed) {
        const std::uint32_t code = gathered(rowNumber, listed, inputs);
        return static_cast<int>(std::find(codes.begin(), codes.end(), code) - codes.begin());
    };
    return {static_cast<int>(gathered(rowNumber, layerInputs, inputs)), place(rowCodes, rowInputs),
        place(columnCodes, columnInputs)};
}

Result<KarnaughMap> karnaughMap(int inputs)
{
    if (inputs < leastInputsOfKarnaugh || inputs > mostInputsOfKarnaugh)
        return failure(ErrorCode::BadQuestion,
            "a Karnaugh map has " + std::to_string(leastInputsOfKarnaugh) + " to "
                + std::to_string(mostInputsOfKarnaugh) + " inputs, not " + std::to_string(inputs));
    KarnaughMap map;
    map.inputs = inputs;
    const int layered = std::max(0, inputs - 4);
    const int down = (inputs - layered) / 2;
    for (int input = 0; input < inputs; ++input)
        (input < layered                 ? map.layerInputs
                : input < layered + down ? map.rowInputs
                                         : map.columnInputs)
            .push_back(input);
    map.rowCodes = grayCodes(map.rowInputs.size());
    map.columnCodes = grayCodes(map.columnInputs.size());
    return map;
}

std::vector<KarnaughGroup> groupsOf(const Cube& cube, const KarnaughMap& map)
{
    const Run down = runOf(cube, map.rowCodes, map.rowInputs, map.inputs);
    const Run across = runOf(cube, map.columnCodes, map.columnInputs, map.inputs);
    const Cube layers{
        gathered(cube.mask, map.layerInputs, map.inputs), gathered(cube.value, map.layerInputs, map.inputs)};
    std::vector<KarnaughGroup> groups;
    for (int layer = 0; layer < map.layers(); ++layer)
        if (layers.contains(static_cast<std::uint32_t>(layer)))
            groups.push_back({layer, down.first, across.first, down.count, across.count});
    return groups;
}

namespace {

struct Stretch
{
    Run run;
    bool openBefore = false;
    bool openAfter = false;
};

std::vector<Stretch> stretchesOf(const Run& run, int size)
{
    const int beyond = run.first + run.count - size;
    if (beyond <= 0)
        return {{run, false, false}};
    return {{{run.first, size - run.first}, false, true}, {{0, beyond}, true, false}};
}

} // namespace

std::vector<KarnaughPiece> piecesOf(const KarnaughGroup& group, const KarnaughMap& map)
{
    std::vector<KarnaughPiece> pieces;
    for (const Stretch& down : stretchesOf({group.row, group.rows}, map.rows()))
        for (const Stretch& across : stretchesOf({group.column, group.columns}, map.columns()))
            pieces.push_back({{group.layer, down.run.first, across.run.first, down.run.count, across.run.count},
                down.openBefore, down.openAfter, across.openBefore, across.openAfter});
    return pieces;
}

} // namespace formulens::logic
