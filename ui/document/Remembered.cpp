// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Remembered.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace formulens {

namespace {

QString rememberedPath(const std::string& fingerprint)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return folder + QStringLiteral("/models/") + QString::fromStdString(fingerprint)
        + QStringLiteral(".formulens.json");
}

/// Only what was changed is kept, so that a side file which is edited later still counts for the rest.
std::optional<SideQuantity> changes(std::size_t position, const InputQuantity& opened, const InputQuantity& now)
{
    if (opened == now)
        return std::nullopt;
    SideQuantity kept;
    kept.element = "@" + std::to_string(position + 1);
    if (now.name != opened.name)
        kept.name = now.name;
    if (now.symbol != opened.symbol)
        kept.symbol = now.symbol;
    if (now.unit != opened.unit)
        kept.unit = now.unit;
    if (now.domain != opened.domain || now.source != opened.source)
        kept.domain = now.domain;
    if (now.scaling != opened.scaling)
        kept.scaling = now.scaling;
    SideQuantity nothing;
    nothing.element = kept.element;
    return kept == nothing ? std::nullopt : std::optional(kept);
}

std::optional<SideQuantity> changes(std::size_t position, const OutputQuantity& opened, const OutputQuantity& now)
{
    if (opened == now)
        return std::nullopt;
    SideQuantity kept;
    kept.element = "@" + std::to_string(position + 1);
    if (now.name != opened.name)
        kept.name = now.name;
    if (now.symbol != opened.symbol)
        kept.symbol = now.symbol;
    if (now.unit != opened.unit)
        kept.unit = now.unit;
    if (now.scaling != opened.scaling)
        kept.scaling = now.scaling;
    return kept;
}

template <class Quantity>
std::vector<SideQuantity> allChanges(const std::vector<Quantity>& opened, const std::vector<Quantity>& now)
{
    std::vector<SideQuantity> list;
    for (std::size_t i = 0; i < opened.size() && i < now.size(); ++i) {
        if (auto kept = changes(i, opened[i], now[i]))
            list.push_back(std::move(*kept));
    }
    return list;
}

SideFile remembered(const std::string& fingerprint)
{
    const auto file = readSideFile(rememberedPath(fingerprint).toStdString());
    return file.value_or(SideFile{});
}

/// What is kept already stays, unless it is typed anew: entries are applied in order.
void append(std::vector<SideQuantity>& list, const std::vector<SideQuantity>& more)
{
    for (const auto& quantity : more) {
        const auto same = [&quantity](const SideQuantity& other) { return other == quantity; };
        std::erase_if(list, same);
        list.push_back(quantity);
    }
}

void save(const QString& path, const SideFile& sideFile)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(QByteArray::fromStdString(toJson(sideFile)));
    file.commit();
}

} // namespace

SideFile withRemembered(const std::optional<SideFile>& sideFile, const std::string& fingerprint)
{
    SideFile known = sideFile.value_or(SideFile{});
    if (fingerprint.empty() || !QFile::exists(rememberedPath(fingerprint)))
        return known;
    const SideFile typed = remembered(fingerprint);
    known.inputs.insert(known.inputs.end(), typed.inputs.begin(), typed.inputs.end());
    known.outputs.insert(known.outputs.end(), typed.outputs.begin(), typed.outputs.end());
    return known;
}

void remember(const std::string& fingerprint, const Question& opened, const Question& now)
{
    const auto inputs = allChanges(opened.inputs, now.inputs);
    const auto outputs = allChanges(opened.outputs, now.outputs);
    if (fingerprint.empty() || (inputs.empty() && outputs.empty()))
        return;
    SideFile kept = QFile::exists(rememberedPath(fingerprint)) ? remembered(fingerprint) : SideFile{};
    append(kept.inputs, inputs);
    append(kept.outputs, outputs);
    save(rememberedPath(fingerprint), kept);
}

std::string rememberedArchitecture(const std::string& fingerprint)
{
    return QFile::exists(rememberedPath(fingerprint)) ? remembered(fingerprint).architecture : std::string();
}

void rememberArchitecture(const std::string& fingerprint, const std::string& architecture)
{
    if (fingerprint.empty() || rememberedArchitecture(fingerprint) == architecture)
        return;
    SideFile kept = QFile::exists(rememberedPath(fingerprint)) ? remembered(fingerprint) : SideFile{};
    kept.architecture = architecture;
    save(rememberedPath(fingerprint), kept);
}

} // namespace formulens
