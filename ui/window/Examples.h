// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QTemporaryDir>

namespace formulens {

struct Example
{
    QString file; ///< "xor.onnx"
    QString title;
    QString story; ///< one paragraph
};

/// The bundled examples. They lie in the program's resources, and are written to a folder of their own when one is
/// opened, since models are read in place from files.
class Examples final
{
public:
    Examples();

    const QList<Example>& list() const { return m_list; }

    /// Path of the example as a file; empty if it cannot be written.
    QString path(const QString& file);
    /// Whether a path leads to an example: those are not among the recent files.
    bool contains(const QString& path) const { return path.startsWith(m_folder.path()); }

private:
    QList<Example> m_list;
    QTemporaryDir m_folder;
};

} // namespace formulens
