// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace formulens {

/// Asks for a data set, beginning beside a file; empty where the dialog was left.
QString chooseDataFile(const QString& title, const QString& beside, QWidget* parent);

} // namespace formulens
