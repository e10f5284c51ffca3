// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>

namespace formulens {

/// Every colour that a view of ours paints with. Views ask `currentPalette()` while painting and repaint on
/// QEvent::PaletteChange; pictures are painted with `lightPalette()`.
struct Palette
{
    QColor paper; ///< background of equations, graphs and plots
    QColor ink; ///< text and formulas
    QColor faintInk; ///< secondary text, axes' ticks, what is dimmed
    QColor grid; ///< grid lines, borders of boxes
    QColor box; ///< fill of a plain box or an idle neuron

    QColor selection; ///< what is selected: outline or fill
    QColor hover; ///< what the pointer is over, in whichever view
    QColor assumed; ///< amber: assumed domains
    QColor good; ///< exact badge
    QColor error; ///< error texts

    QColor positive; ///< weights, slopes above zero
    QColor negative; ///< below zero

    QColor inputKind; ///< fills of the layers level, by kind
    QColor denseKind;
    QColor convolutionKind;
    QColor activationKind;
    QColor normalisationKind;
    QColor shapeKind; ///< reshape, concat, slice ...
    QColor outputKind;
    QColor unknownKind; ///< operators that cannot be computed

    QList<QColor> series; ///< curves, in order; distinct for colour-blind readers (Okabe and Ito 2008)
};

const Palette& lightPalette();
const Palette& darkPalette();

/// The palette for what the application's own colours are now.
const Palette& currentPalette();

enum class Appearance
{
    System,
    Light,
    Dark
};

/// Gives the whole application light or dark colours, or the system's.
void applyAppearance(Appearance appearance);

} // namespace formulens
