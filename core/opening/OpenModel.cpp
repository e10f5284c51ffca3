// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/OpenModel.h"

#include "core/base/Joined.h"
#include "core/importers/MatrixFolder.h"
#include "core/importers/SavedModelImporter.h"
#include "core/importers/containers/Gzip.h"
#include "core/opening/Fingerprint.h"
#include "core/opening/Formats.h"
#include "core/opening/InputShapes.h"
#include "core/opening/Strangers.h"

#include <algorithm>

namespace formulens {

namespace {

Result<ImportedModel> importModel(const ImportRequest& request, const Progress& progress)
{
    const std::string_view content = request.file->text();
    if (const Format* format = formatOf(content))
        return format->read(request, progress);
    return failure(ErrorCode::BadFile, request.file->path().filename().string() + ": " + strangerWords(content));
}

/// A file, a folder of matrices, or one that TensorFlow saved.
Result<ImportedModel> importPath(OpenedModel& model, const ImportOptions& options, const Progress& progress)
{
    std::error_code ignored;
    const std::filesystem::path path = savedModel::fileOf(model.path);
    if (std::filesystem::is_directory(path, ignored)) {
        if (!matrixFolder::recognises(model.path))
            return failure(ErrorCode::BadFile,
                model.path.string()
                    + " is a folder without weight matrices: expected files named as W1.csv, b1.csv, W2.csv or "
                      "fc1.weight.npy, or the saved_model.pb of TensorFlow; open a model's file itself");
        model.fingerprint = fingerprint(matrixFolder::contentOf(model.path));
        return matrixFolder::read(model.path, options);
    }
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error().code, path.string() + " " + file.error().message);
    const auto content = gzip::recognises((*file)->text()) ? gzip::unpacked(**file) : file;
    if (!content)
        return failure(content.error().code, model.path.filename().string() + ": " + content.error().message);
    model.fingerprint = fingerprint((*file)->text());
    return importModel({*content, options}, progress);
}

/// A side file that cannot be read does not keep its model from opening.
std::optional<SideFile> sideFileOf(const std::filesystem::path& model, std::vector<std::string>& warnings)
{
    const std::filesystem::path path = sideFilePathOf(model);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        return std::nullopt;
    Result<SideFile> sideFile = readSideFile(path);
    if (!sideFile) {
        warnings.push_back(sideFile.error().message + "; the side file is not used");
        return std::nullopt;
    }
    for (const std::string& warning : sideFile->warnings)
        warnings.push_back(path.filename().string() + ": " + warning);
    return std::move(*sideFile);
}

/// One sentence a reason: it is often that of many outputs.
void addOutputWarnings(OpenedModel& model)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> outputsOf; // in the order of the file
    for (const TensorIndex output : model.network->outputs) {
        const std::optional<Error>& reason = model.prepared->tensor(output).unavailable;
        if (!reason)
            continue;
        auto known = std::ranges::find(outputsOf, reason->message, [](const auto& entry) { return entry.first; });
        if (known == outputsOf.end())
            known = outputsOf.insert(known, {reason->message, {}});
        known->second.push_back("'" + model.network->tensor(output).name + "'");
    }
    for (const auto& [reason, outputs] : outputsOf)
        model.warnings.push_back(
            (outputs.size() == 1 ? "output " : "outputs ") + firstOf(outputs, 4) + " cannot be computed: " + reason);
}

} // namespace

Result<OpenedModel> openModel(const std::filesystem::path& path, const Progress& progress)
{
    return openModel(path, ImportOptions(), progress);
}

Result<OpenedModel> openModel(
    const std::filesystem::path& given, const ImportOptions& options, const Progress& progress)
{
    const std::filesystem::path path = given.has_filename() ? given : given.parent_path(); // "folder/"
    const std::string fileName = path.filename().string();
    OpenedModel model;
    model.path = path;
    model.name = path.extension() == ".gz" ? path.stem().stem().string() : path.stem().string();
    std::vector<std::string> sideFileWarnings;
    model.sideFile = sideFileOf(path, sideFileWarnings);
    ImportOptions known = options;
    if (known.architecture.empty() && model.sideFile)
        known.architecture = model.sideFile->architecture;
    if (known.inputShapes.empty() && model.sideFile)
        known.inputShapes = model.sideFile->inputShapes;
    Result<ImportedModel> imported = importPath(model, known, progress.part(0, 0.5));
    if (!imported)
        return tl::unexpected(imported.error());
    if (!known.inputShapes.empty()) {
        auto network = withShapes(imported->network, known.inputShapes);
        if (!network)
            return failure(network.error().code, fileName + ": " + network.error().message);
        imported->network = std::move(*network);
    }
    const auto prepared = prepare(imported->network, progress.part(0.5, 1));
    if (!prepared)
        return failure(prepared.error().code, fileName + ": " + prepared.error().message);

    model.network = imported->network;
    model.prepared = *prepared;
    model.warnings = std::move(imported->warnings);
    addOutputWarnings(model);
    model.warnings.insert(model.warnings.end(), sideFileWarnings.begin(), sideFileWarnings.end());
    return model;
}

} // namespace formulens
