// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/ColorMaps.h"

#include <span>

namespace formulens {

namespace {

// Samples at equal distances along the published maps.
constexpr QRgb viridis[] = {0xff440154, 0xff482878, 0xff3e4989, 0xff31688e, 0xff26828e, 0xff1f9e89, 0xff35b779,
    0xff6ece58, 0xffb5de2b, 0xfffde725};
constexpr QRgb cividis[] = {0xff00224e, 0xff123570, 0xff3b496c, 0xff575d6d, 0xff707173, 0xff8a8678, 0xffa59c74,
    0xffc3b369, 0xffe1cc55, 0xfffee838};
/// Orange is negative and blue positive, as for the weights in the network graph.
constexpr QRgb diverging[]
    = {0xffb35806, 0xffe08214, 0xfffdb863, 0xfffee0b6, 0xfff7f7f7, 0xffd1e5f0, 0xff92c5de, 0xff4393c3, 0xff2166ac};

QCPColorGradient sampled(std::span<const QRgb> colors)
{
    QCPColorGradient result;
    result.clearColorStops();
    result.setColorInterpolation(QCPColorGradient::ciRGB);
    result.setLevelCount(256);
    for (std::size_t i = 0; i < colors.size(); ++i)
        result.setColorStopAt(static_cast<double>(i) / static_cast<double>(colors.size() - 1), QColor(colors[i]));
    result.setNanHandling(QCPColorGradient::nhTransparent);
    return result;
}

} // namespace

QCPColorGradient gradient(ColorMap map)
{
    switch (map) {
    case ColorMap::Cividis:
        return sampled(cividis);
    case ColorMap::Diverging:
        return sampled(diverging);
    case ColorMap::Viridis:
        break;
    }
    return sampled(viridis);
}

} // namespace formulens
