// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Output.h"

#include "core/base/Numerals.h"
#include "core/exporters/Utf8.h"

#include <QFile>
#include <QSaveFile>

#include <iostream>

namespace formulens::cli {

namespace {

std::string quoted(const std::string& name)
{
    if (name.find_first_of(",\"\n\r") == std::string::npos)
        return name;
    std::string text = "\"";
    for (const char c : name)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

} // namespace

Result<void> writeOutput(const std::string& path, std::string_view bytes)
{
    if (path.empty()) {
        std::cout << bytes << std::flush;
        if (!std::cout)
            return failure(ErrorCode::BadFile, "standard output: could not be written");
        return {};
    }
    QSaveFile file(QString::fromStdString(path));
    const bool opened = file.open(QIODevice::WriteOnly);
    if (!opened || file.write(bytes.data(), static_cast<qint64>(bytes.size())) < 0 || !file.commit())
        return failure(ErrorCode::BadFile, path + ": could not be written: " + file.errorString().toStdString());
    return {};
}

/// Names and texts of files may hold what a terminal acts upon.
void say(const std::string& sentence)
{
    std::cerr << "formulens-cli: " << harmless(sentence) << '\n';
}

Result<std::string> readFile(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::BadFile, path + ": could not be read: " + file.errorString().toStdString());
    return file.readAll().toStdString();
}

std::string csv(const std::vector<std::string>& header, const std::vector<double>& values)
{
    std::string text;
    for (std::size_t i = 0; i < header.size(); ++i)
        text += (i == 0 ? "" : ",") + quoted(header[i]);
    text += '\n';
    for (std::size_t i = 0; i < values.size(); ++i) {
        text += roundTrip17(values[i]);
        text += (i + 1) % header.size() == 0 ? '\n' : ',';
    }
    return text;
}

} // namespace formulens::cli
