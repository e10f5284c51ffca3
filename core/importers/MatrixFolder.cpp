// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/MatrixFolder.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/MatrixLayers.h"
#include "core/importers/WeightsImporter.h"
#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/CsvMatrix.h"
#include "core/importers/containers/NpyArray.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace formulens::matrixFolder {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostFiles = 1000;

enum class Part
{
    Weights,
    Bias,
};

/// A file of a layer, by its name.
struct LayerFile
{
    fs::path path;
    std::string layer; ///< "1", "fc1", "layer1"
    Part part = Part::Weights;
};

/// "layer1_weights" -> layer, 1, weights: letters and digits apart.
std::vector<std::string> pieces(const std::string& stem)
{
    std::vector<std::string> found;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    char before = '_';
    for (const char c : stem) {
        const bool isWord = std::isalnum(static_cast<unsigned char>(c)) != 0;
        const bool goesOn = isWord && before != '_' && isDigit(c) == isDigit(before);
        if (isWord && !goesOn)
            found.emplace_back();
        if (isWord)
            found.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        before = isWord ? c : '_';
    }
    return found;
}

std::optional<Part> partNamed(const std::string& word)
{
    constexpr std::array weights{"w", "weight", "weights", "kernel", "coef", "coefs"};
    constexpr std::array biases{"b", "bias", "biases", "intercept", "intercepts"};
    if (std::ranges::find(weights, word) != weights.end())
        return Part::Weights;
    if (std::ranges::find(biases, word) != biases.end())
        return Part::Bias;
    return std::nullopt;
}

std::optional<LayerFile> layerFileOf(const fs::path& path)
{
    constexpr std::array endings{".csv", ".txt", ".dat", ".npy"};
    if (std::ranges::find(endings, path.extension().string()) == endings.end())
        return std::nullopt;
    LayerFile file{path, {}, Part::Weights};
    bool isNamed = false;
    for (const std::string& piece : pieces(path.stem().string())) {
        const std::optional<Part> part = isNamed ? std::nullopt : partNamed(piece);
        if (part)
            file.part = *part;
        else
            file.layer += piece;
        isNamed = isNamed || part;
    }
    if (file.layer.empty())
        file.layer = "layer";
    return isNamed ? std::optional(file) : std::nullopt;
}

/// In the order of their names, so that nothing depends on the file system.
std::vector<LayerFile> layerFiles(const fs::path& folder)
{
    std::vector<LayerFile> files;
    std::error_code error;
    std::size_t seen = 0;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end && seen < mostFiles;
         entry.increment(error), ++seen)
        if (auto file = layerFileOf(entry->path()))
            files.push_back(std::move(*file));
    std::ranges::sort(files, {}, &LayerFile::path);
    return files;
}

[[noreturn]] void fail(const LayerFile& file, const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, file.path.filename().string() + ": " + message};
}

Tensor matrixOf(const LayerFile& file)
{
    const auto opened = openCompanion(file.path, file.path.filename().string());
    if (!opened)
        fail(file, opened.error().message);
    if (npy::recognises((*opened)->text())) {
        const Result<Tensor> tensor = npy::tensor((*opened)->bytes(), *opened);
        if (!tensor)
            fail(file, tensor.error().message);
        return *tensor;
    }
    try {
        return readCsvMatrix((*opened)->text(), ElementType::Float64);
    } catch (const ImportError& error) {
        fail(file, error.message);
    }
}

std::vector<MatrixLayer> layersOf(const std::vector<LayerFile>& files)
{
    std::vector<MatrixLayer> layers;
    for (const LayerFile& file : files) {
        if (file.part != Part::Weights)
            continue;
        if (std::ranges::find(layers, file.layer, &MatrixLayer::name) != layers.end())
            fail(file, "is a second file with the weights of '" + file.layer + "'");
        layers.push_back({file.layer, file.path.filename().string(), matrixOf(file), {}});
    }
    for (const LayerFile& file : files) {
        if (file.part != Part::Bias)
            continue;
        const auto layer = std::ranges::find(layers, file.layer, &MatrixLayer::name);
        if (layer == layers.end())
            fail(file, "there is no file with the weights of '" + file.layer + "' beside it");
        if (layer->bias)
            fail(file, "is a second file with the bias of '" + file.layer + "'");
        layer->bias = matrixOf(file);
    }
    return layers;
}

} // namespace

bool recognises(const fs::path& folder)
{
    return std::ranges::any_of(layerFiles(folder), [](const LayerFile& file) { return file.part == Part::Weights; });
}

Result<ImportedModel> read(const fs::path& folder, const ImportOptions& options)
{
    const auto tensors = weights(folder);
    if (!tensors)
        return tl::unexpected(tensors.error());
    const std::string name = folder.filename().string();
    return throughDoor(name, [&]() -> Result<ImportedModel> {
        Result<ImportedModel> built = networkOfWeights(*tensors, options, "folder of matrices");
        if (!built)
            return failure(built.error().code, name + ": " + built.error().message);
        return built;
    });
}

Result<NamedTensors> weights(const fs::path& folder)
{
    return throughDoor<NamedTensors>(folder.filename().string(), [&] {
        std::vector<MatrixLayer> layers = layersOf(layerFiles(folder));
        layOutputsByInputs(layers);
        return namedTensors(layers);
    });
}

std::string contentOf(const fs::path& folder)
{
    std::string content;
    for (const LayerFile& file : layerFiles(folder))
        if (const auto opened = MappedFile::open(file.path))
            content += file.path.filename().string() + std::string((*opened)->text());
    return content;
}

} // namespace formulens::matrixFolder
