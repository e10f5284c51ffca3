// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Options.h"
#include "core/base/Result.h"
#include "ui/pictures/PictureSource.h"

#include <functional>
#include <memory>
#include <string>

namespace formulens::cli {

/// Where a curve, map or heat map goes: a table, or pictures; several at once are possible.
struct PictureArguments
{
    std::string csv;
    std::string png;
    std::string svg;
    std::string pdf;
    double dotsPerInch = 300;
    double width = 480;
    double height = 320;

    void addTo(Options& verb);

    /// Writes the table to --csv, or to standard output where no file at all is named, and the pictures to their
    /// files. `view` is made once an offscreen application stands.
    Result<void> write(const std::string& table, const std::function<std::unique_ptr<PictureSource>()>& view) const;
};

/// Stands from the first call to the end of the program; draws without a display.
void needOffscreenApplication();

} // namespace formulens::cli
