// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/Examples.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace formulens {

namespace {

QString resource(const QString& file)
{
    return QStringLiteral(":/formulens/examples/") + file;
}

QString sideFileOf(const QString& modelFile)
{
    return QFileInfo(modelFile).completeBaseName() + QStringLiteral(".formulens.json");
}

QJsonObject jsonResource(const QString& file)
{
    QFile json(resource(file));
    if (!json.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(json.readAll()).object();
}

} // namespace

Examples::Examples()
{
    const auto entries = jsonResource(QStringLiteral("index.json")).value(QLatin1String("examples")).toArray();
    for (const auto& entry : entries) {
        const QString file = entry.toObject().value(QLatin1String("file")).toString();
        const QJsonObject side = jsonResource(sideFileOf(file));
        m_list.append({.file = file,
            .title = entry.toObject().value(QLatin1String("title")).toString(),
            .story = side.value(QLatin1String("story")).toString()});
    }
}

QString Examples::path(const QString& file)
{
    for (const QString& name : {file, sideFileOf(file)}) {
        const QString target = m_folder.filePath(name);
        if (!QFile::exists(target) && QFile::exists(resource(name)) && !QFile::copy(resource(name), target))
            return {};
    }
    return m_folder.filePath(file);
}

} // namespace formulens
