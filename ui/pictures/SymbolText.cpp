// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/SymbolText.h"

#include "core/exporters/Writer.h"
#include "core/notation/Notate.h"

namespace formulens {

QString symbolText(const std::string& symbol)
{
    return symbol.empty() ? QString() : QString::fromStdString(toText(notation::symbolTree(symbol)));
}

} // namespace formulens
