// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/DataFile.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>

namespace formulens {

QString chooseDataFile(const QString& title, const QString& beside, QWidget* parent)
{
    return QFileDialog::getOpenFileName(parent, title, QFileInfo(beside).absolutePath(),
        QCoreApplication::translate("DataFile", "Data (*.csv *.txt *.npz);;All files (*)"));
}

} // namespace formulens
