// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/CompanionFile.h"

#include <algorithm>

namespace formulens {

namespace {

namespace fs = std::filesystem;

bool climbs(const fs::path& path)
{
    return std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

/// Links followed, the file lies in the folder. What does not exist is left to the opening.
bool staysInside(const fs::path& folder, const fs::path& path)
{
    std::error_code error;
    const fs::path inside = fs::weakly_canonical(path, error).lexically_relative(fs::weakly_canonical(folder, error));
    return !error && !inside.empty() && !climbs(inside);
}

fs::path folderOf(const fs::path& model)
{
    return model.has_parent_path() ? model.parent_path() : fs::path(".");
}

} // namespace

std::string companionComplaint(const fs::path& model, const std::string& location)
{
    if (location.empty() || location.find('\0') != std::string::npos)
        return "is empty or not a file name";
    if (fs::path(location).is_absolute() || location.front() == '\\' || (location.size() > 1 && location[1] == ':'))
        return "is absolute; expected a file in the model's folder, so it was not read";
    if (climbs(location) || location.find("..\\") != std::string::npos)
        return "climbs out of the model's folder; expected a file in it, so it was not read";
    if (!staysInside(folderOf(model), folderOf(model) / location))
        return "is a link that leads out of the model's folder; expected a file in it, so it was not read";
    return {};
}

Result<std::shared_ptr<const MappedFile>> openCompanion(const fs::path& model, const std::string& location)
{
    if (const std::string complaint = companionComplaint(model, location); !complaint.empty())
        return failure(ErrorCode::BadFile, complaint);
    return MappedFile::open(folderOf(model) / location);
}

} // namespace formulens
