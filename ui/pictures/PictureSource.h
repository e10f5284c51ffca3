// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>

class QPainter;

namespace formulens {

/// A view whose content can be made into a picture of any resolution. A picture is on white paper in the light colours,
/// whatever the screen shows; selection and hover marks are left out.
class PictureSource
{
public:
    virtual ~PictureSource() = default;

    /// Tight box of the content in device-independent pixels (96 an inch); empty where there is nothing to show.
    virtual QSizeF pictureSize() const = 0;

    /// Paints the content into (0, 0) - pictureSize(); the paper is already there.
    virtual void paintPicture(QPainter& painter) const = 0;
};

} // namespace formulens
