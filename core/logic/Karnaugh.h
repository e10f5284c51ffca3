// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Cover.h"

namespace formulens::logic {

constexpr int leastInputsOfKarnaugh = 2;
constexpr int mostInputsOfKarnaugh = 6;

/// A Karnaugh map as textbooks draw it: neighbouring rows and columns differ in one input (Gray code 00, 01, 11, 10).
///
///     inputs   layers             down      across
///     2        -                  x1        x2
///     3        -                  x1        x2 x3
///     4        -                  x1 x2     x3 x4
///     5        x1: two, side by   x2 x3     x4 x5
///              side
///     6        x1 down, x2        x3 x4     x5 x6
///              across: four
///
/// A layer is a map of its own; cells in the same place of two layers are neighbours where one input differs.
struct KarnaughMap
{
    struct Cell
    {
        int layer = 0; ///< the number that the layers' inputs make: of six inputs 0 1 above 2 3
        int row = 0; ///< from above
        int column = 0; ///< from the left

        friend auto operator<=>(const Cell&, const Cell&) = default;
    };

    int inputs = 0;
    std::vector<int> layerInputs; ///< none, x1, or x1 and x2
    std::vector<int> rowInputs; ///< whose values stand beside the rows
    std::vector<int> columnInputs; ///< whose values stand above the columns
    std::vector<std::uint32_t> rowCodes; ///< for each row the values of its inputs, the first as the most significant
    std::vector<std::uint32_t> columnCodes; ///< for each column

    int layers() const { return 1 << layerInputs.size(); }
    int rows() const { return static_cast<int>(rowCodes.size()); }
    int columns() const { return static_cast<int>(columnCodes.size()); }

    std::uint32_t rowNumber(const Cell& cell) const; ///< the row of the truth table that stands in the cell
    Cell cellOf(std::uint32_t rowNumber) const;
};

/// Of 2 to 6 inputs. Errors: BadQuestion for others.
Result<KarnaughMap> karnaughMap(int inputs);

/// Cells of a layer from (row, column) on, downwards and to the right; beyond the last row follows the first, beyond
/// the last column the first.
struct KarnaughGroup
{
    int layer = 0;
    int row = 0;
    int column = 0;
    int rows = 0;
    int columns = 0;

    friend auto operator<=>(const KarnaughGroup&, const KarnaughGroup&) = default;
};

/// What a drawing encloses for the cube: the same rectangle in each layer that holds it.
std::vector<KarnaughGroup> groupsOf(const Cube& cube, const KarnaughMap& map);

/// A part of a group that passes no edge of its layer, and at which sides the group goes on beyond the edge: there its
/// outline is left open.
struct KarnaughPiece
{
    KarnaughGroup cells;
    bool openAbove = false;
    bool openBelow = false;
    bool openLeft = false;
    bool openRight = false;
};

/// One piece, two where the group passes an edge, four at the corners.
std::vector<KarnaughPiece> piecesOf(const KarnaughGroup& group, const KarnaughMap& map);

} // namespace formulens::logic
