// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Cover.h"
#include "core/logic/Karnaugh.h"

#include <QFont>
#include <QRectF>
#include <QStringList>

#include <vector>

namespace formulens {

struct KarnaughData
{
    QString output; ///< its symbol
    QStringList inputs; ///< their symbols, "x₁"; 2 to 6 of them, as many as the function has
    logic::LogicFunction function;
    logic::Cover cover; ///< each cube is a group
    bool ones = true; ///< false: the cover is that of the zeros, its cubes the sums of a product
};

/// "x₁ ¬x₂", and "1" of the empty product.
QString productText(const logic::Cube& cube, const QStringList& inputs);
/// What the cube of a complement is in a product of sums: "¬x₁ ∨ x₂", and "0" of the empty sum.
QString sumText(const logic::Cube& cube, const QStringList& inputs);
QString groupText(const KarnaughData& data, std::size_t group);

/// Where everything of a drawn map stands, in pixels from the upper left corner of the drawing.
struct KarnaughPlan
{
    struct Layer
    {
        QRectF heading; ///< empty where there is one layer only
        QRectF corner; ///< the names of the inputs, left of the column heads and above the row heads
        QRectF grid; ///< the cells
    };

    /// A piece of a group: it encloses whole cells, drawn a little smaller so that groups stay apart.
    struct Piece
    {
        QRectF cells;
        QRectF outline; ///< at open sides it goes beyond the edge of the grid
        bool openAbove = false;
        bool openBelow = false;
        bool openLeft = false;
        bool openRight = false;
    };

    logic::KarnaughMap map;
    double cell = 0; ///< side of a cell
    double em = 0; ///< size of the texts
    QSizeF size;
    QRectF title;
    std::vector<Layer> layers;
    std::vector<QRectF> cells; ///< by the number of the row of the truth table
    std::vector<std::vector<Piece>> groups;
    QRectF caption; ///< above the legend
    std::vector<QRectF> legend; ///< of the first groups, of all where there is room
    QRectF rest; ///< where it is said how many more there are
    bool isWhole = false; ///< the legend has all groups, and all of their names

    QRectF columnHead(std::size_t layer, int column) const;
    QRectF rowHead(std::size_t layer, int row) const;

    /// What stands in the corner and above the layers; long names are cut.
    QString rowNames(const KarnaughData& data, const QFont& font) const;
    QString columnNames(const KarnaughData& data, const QFont& font) const;
    QString layerName(const KarnaughData& data, const QFont& font, int layer) const;
};

QString captionText(const KarnaughData& data);

/// With cells of this size, and the whole legend below.
KarnaughPlan planOfCell(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, double cell);
/// As large as the room allows, the legend below or beside; in the middle.
KarnaughPlan planWithin(const KarnaughData& data, const logic::KarnaughMap& map, const QFont& font, QSizeF room);

} // namespace formulens
