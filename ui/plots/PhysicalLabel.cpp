// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/PhysicalLabel.h"

#include "ui/pictures/SymbolText.h"

#include <algorithm>

namespace formulens {

QString physicalLabel(const QString& name, const std::string& unit)
{
    return axisLabel(name, name, QString::fromStdString(unit));
}

QString outputUnit(const Question& question, ElementReference element)
{
    const auto output = std::ranges::find(question.outputs, element, &OutputQuantity::element);
    return output == question.outputs.end() ? QString() : QString::fromStdString(output->unit);
}

} // namespace formulens
