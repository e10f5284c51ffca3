// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pictures/Palette.h"
#include "ui/pictures/PictureWriter.h"

#include <QImage>
#include <QTest>

#include <set>

namespace formulens {

/// The pictures of a view are the same in the dark theme, and are more than paper. Fails the test that calls it.
inline void checkPicturesOf(const PictureSource& view, std::size_t leastColours)
{
    for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Svg}) {
        applyAppearance(Appearance::Light);
        const Result<QByteArray> light = pictureOf(view, format, 96);
        QVERIFY(light.has_value());
        applyAppearance(Appearance::Dark);
        QCOMPARE(*pictureOf(view, format, 96), *light);
        if (format == PictureFormat::Svg)
            continue;
        const QImage image = QImage::fromData(*light);
        std::set<QRgb> colours;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                colours.insert(image.pixel(x, y));
        QVERIFY(colours.contains(lightPalette().paper.rgb()));
        QVERIFY(colours.size() > leastColours);
    }
}

} // namespace formulens
