// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>
#include <QString>

#include <cstddef>

class QWidget;

namespace formulens {

/// A widget that paints its content itself tells screen readers by this what it shows: neurons, cells, curves.
class PaintedParts
{
public:
    virtual ~PaintedParts() = default;

    virtual std::size_t partCount() const = 0;
    virtual QString partName(std::size_t part) const = 0; ///< one sentence, with its value
    virtual QRect partPlace(std::size_t part) const = 0; ///< in the widget
    virtual bool isPartSelected(std::size_t) const { return false; }
    virtual void pressPart(std::size_t) { } ///< what a click on it does
};

/// Lets screen readers walk the parts of every widget that is PaintedParts. Calling it again does nothing.
void makePartsAccessible();

/// What a widget is at now, such as the part that the arrow keys came to: screen readers are told.
void announce(QWidget& widget, const QString& text);

} // namespace formulens
