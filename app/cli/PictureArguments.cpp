// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PictureArguments.h"

#include "app/cli/Output.h"
#include "ui/pictures/PictureWriter.h"

#include <QApplication>

namespace formulens::cli {

void needOffscreenApplication()
{
    static int count = 1;
    static char name[] = "formulens-cli";
    static char* arguments[] = {name, nullptr};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static const QApplication application(count, arguments);
}

void PictureArguments::addTo(Options& verb)
{
    verb.text("--csv", csv, "Write the numbers to this file");
    verb.text("--png", png, "Write a picture");
    verb.text("--svg", svg, "Write a picture");
    verb.text("--pdf", pdf, "Write a picture");
    verb.number("--dpi", dotsPerInch, "Dots an inch of PNG", 10, 2400);
    verb.number("--width", width, "Of pictures, in 1/96 inch", 120, 10000);
    verb.number("--height", height, "Of pictures, in 1/96 inch", 90, 10000);
}

Result<void> PictureArguments::write(
    const std::string& table, const std::function<std::unique_ptr<PictureSource>()>& view) const
{
    const bool pictures = !png.empty() || !svg.empty() || !pdf.empty();
    if (!csv.empty() || !pictures)
        if (auto done = writeOutput(csv, table); !done)
            return done;
    if (!pictures)
        return {};
    needOffscreenApplication();
    const std::unique_ptr<PictureSource> source = view();
    const std::pair<const std::string&, PictureFormat> wanted[]
        = {{png, PictureFormat::Png}, {svg, PictureFormat::Svg}, {pdf, PictureFormat::Pdf}};
    for (const auto& [path, format] : wanted) {
        if (path.empty())
            continue;
        const Result<QByteArray> bytes = pictureOf(*source, format, dotsPerInch);
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (auto done = writeOutput(path, {bytes->constData(), static_cast<std::size_t>(bytes->size())}); !done)
            return done;
    }
    return {};
}

} // namespace formulens::cli
