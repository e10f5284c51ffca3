// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/WeightsFile.h"

#include "core/importers/MatImporter.h"
#include "core/importers/containers/Safetensors.h"
#include "core/importers/containers/TorchFile.h"
#include "core/opening/Fingerprint.h"

namespace formulens {

namespace {

Result<NamedTensors> tensorsOf(const std::shared_ptr<const MappedFile>& file)
{
    if (safetensors::recognises(file->text()))
        return safetensors::read(file).map([](safetensors::Contents contents) { return std::move(contents.tensors); });
    if (torchfile::recognises(file->text()))
        return torchfile::read(file);
    if (mat::recognises(file->text()))
        return mat::weightsIn(file->text());
    return failure(ErrorCode::BadQuestion, "it says its architecture itself: nothing is left to choose");
}

} // namespace

bool holdsWeightsOnly(std::string_view content)
{
    return safetensors::recognises(content) || torchfile::recognises(content) || mat::holdsWeightsOnly(content);
}

Result<WeightsFile> readWeights(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error().code, path.string() + " " + file.error().message);
    Result<NamedTensors> tensors = tensorsOf(*file);
    if (!tensors)
        return failure(tensors.error().code, path.filename().string() + ": " + tensors.error().message);
    return WeightsFile{std::move(*tensors), fingerprint((*file)->text())};
}

} // namespace formulens
