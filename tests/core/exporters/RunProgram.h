// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>

namespace formulens {

/// What a program printed; `failure` is what it complained of where it did not end with exit code 0.
inline QByteArray run(const QString& program, const QStringList& arguments, const QString& folder, QString& failure)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    process.waitForFinished(200000);
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        failure = QString::fromUtf8(process.readAllStandardError() + process.readAllStandardOutput().right(1500));
    return process.readAllStandardOutput();
}

} // namespace formulens
