// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/WeightsFile.h"

#include "core/importers/KerasImporter.h"
#include "core/importers/MatImporter.h"
#include "core/importers/MatrixFolder.h"
#include "core/importers/SavedModelImporter.h"
#include "core/importers/containers/Hdf5Tree.h"
#include "core/importers/containers/Safetensors.h"
#include "core/importers/containers/TorchFile.h"
#include "core/opening/Fingerprint.h"

namespace formulens {

namespace {

bool isFolder(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_directory(savedModel::fileOf(path), ignored) && matrixFolder::recognises(path);
}

bool mayHoldWeightsOnly(std::string_view content)
{
    return safetensors::recognises(content) || torchfile::recognises(content) || mat::recognises(content)
        || isHdf5(content);
}

Result<NamedTensors> tensorsOf(const std::shared_ptr<const MappedFile>& file)
{
    if (isHdf5(file->text()) && !mat::recognises(file->text()))
        return keras::weights({file, {}});
    Result<NamedTensors> tensors
        = failure(ErrorCode::BadQuestion, "it says its architecture itself: nothing is left to choose");
    if (safetensors::recognises(file->text()))
        tensors
            = safetensors::read(file).map([](safetensors::Contents contents) { return std::move(contents.tensors); });
    else if (torchfile::recognises(file->text()))
        tensors = torchfile::read(file);
    else if (mat::recognises(file->text()))
        tensors = mat::weightsIn(file->text());
    return tensors.map_error([&](Error error) {
        error.message = file->path().filename().string() + ": " + error.message;
        return error;
    });
}

} // namespace

std::optional<std::string> fingerprintOfWeights(const std::filesystem::path& path)
{
    if (isFolder(path))
        return fingerprint(matrixFolder::contentOf(path));
    const auto file = MappedFile::open(path);
    if (!file || !mayHoldWeightsOnly((*file)->text()))
        return std::nullopt;
    return fingerprint((*file)->text());
}

Result<WeightsFile> readWeights(const std::filesystem::path& path)
{
    if (isFolder(path))
        return matrixFolder::weights(path).map([&](NamedTensors tensors) {
            return WeightsFile{std::move(tensors), fingerprint(matrixFolder::contentOf(path))};
        });
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error().code, path.string() + " " + file.error().message);
    return tensorsOf(*file).map([&](NamedTensors tensors) {
        return WeightsFile{std::move(tensors), fingerprint((*file)->text())};
    });
}

} // namespace formulens
