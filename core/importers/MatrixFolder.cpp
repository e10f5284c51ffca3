// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/MatrixFolder.h"

#include "core/importers/ImportDoor.h"
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

/// The two files of a layer.
struct Layer
{
    std::string name;
    LayerFile weightsFile;
    Tensor weights;
    std::optional<Tensor> bias;
};

std::vector<Layer> layersOf(const std::vector<LayerFile>& files)
{
    std::vector<Layer> layers;
    for (const LayerFile& file : files) {
        if (file.part != Part::Weights)
            continue;
        if (std::ranges::find(layers, file.layer, &Layer::name) != layers.end())
            fail(file, "is a second file with the weights of '" + file.layer + "'");
        layers.push_back({file.layer, file, matrixOf(file), {}});
    }
    for (const LayerFile& file : files) {
        if (file.part != Part::Bias)
            continue;
        const auto layer = std::ranges::find(layers, file.layer, &Layer::name);
        if (layer == layers.end())
            fail(file, "there is no file with the weights of '" + file.layer + "' beside it");
        if (layer->bias)
            fail(file, "is a second file with the bias of '" + file.layer + "'");
        const Tensor bias = matrixOf(file);
        layer->bias = bias.reshaped(Shape{static_cast<std::int64_t>(bias.size())});
    }
    return layers;
}

/// A matrix of a single row or column has lost an axis: the bias says which.
void restoreAxis(Layer& layer)
{
    const auto size = static_cast<std::int64_t>(layer.weights.size());
    if (layer.weights.shape().rank() == 2)
        return;
    if (layer.weights.shape().rank() > 2 || !layer.bias)
        fail(layer.weightsFile,
            "has shape " + layer.weights.shape().text()
                + (layer.bias ? ", expected a matrix" : ", and no bias says whether it is a row or a column"));
    const auto outputs = static_cast<std::int64_t>(layer.bias->size());
    if (outputs != 1 && outputs != size)
        fail(layer.weightsFile,
            "has " + std::to_string(size) + " numbers in one line, which do not fit a bias of "
                + std::to_string(outputs));
    layer.weights = layer.weights.reshaped(outputs == size ? Shape{outputs, 1} : Shape{1, size});
}

/// Rows are outputs, or inputs; nothing where the shape fits both.
std::optional<bool> rowsAreOutputs(const Layer& layer)
{
    const std::int64_t rows = layer.weights.shape()[0];
    const std::int64_t columns = layer.weights.shape()[1];
    if (!layer.bias || rows == columns)
        return std::nullopt;
    const auto outputs = static_cast<std::int64_t>(layer.bias->size());
    if (outputs != rows && outputs != columns)
        fail(layer.weightsFile,
            "has shape " + layer.weights.shape().text() + ", which does not fit a bias of " + std::to_string(outputs));
    return outputs == rows;
}

/// One rule for the whole folder. Matrices that were read as a single line are laid as they need be.
bool rowsAreOutputs(const std::vector<Layer>& layers, const std::vector<bool>& wasLine)
{
    std::optional<bool> known;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::optional<bool> said = wasLine[i] ? std::nullopt : rowsAreOutputs(layers[i]);
        if (said && known && *said != *known)
            fail(layers[i].weightsFile, "lies the other way round than the weights before it");
        if (said)
            known = said;
    }
    const bool onlyLines = std::ranges::find(wasLine, false) == wasLine.end();
    if (!known && !onlyLines)
        throw ImportError{ErrorCode::BadFile,
            "the shapes of the matrices do not say whether rows are inputs or outputs: add the biases, or write a "
            "model "
            "in JSON, which says it with \"rows\""};
    return known.value_or(true);
}

Tensor turned(const Tensor& matrix)
{
    const std::int64_t rows = matrix.shape()[0];
    const std::int64_t columns = matrix.shape()[1];
    std::vector<double> values;
    values.reserve(matrix.size());
    for (std::int64_t column = 0; column < columns; ++column)
        for (std::int64_t row = 0; row < rows; ++row)
            values.push_back(matrix.number(static_cast<std::size_t>(row * columns + column)));
    return Tensor::ofDoubles(Shape{columns, rows}, std::move(values), matrix.type());
}

NamedTensors tensorsOf(std::vector<Layer> layers)
{
    std::vector<bool> wasLine;
    for (Layer& layer : layers) {
        wasLine.push_back(layer.weights.shape().rank() != 2);
        restoreAxis(layer);
    }
    const bool isTurned = !rowsAreOutputs(layers, wasLine);
    NamedTensors tensors;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const Tensor weights = isTurned && !wasLine[i] ? turned(layers[i].weights) : layers[i].weights;
        tensors.tensors.push_back({layers[i].name + ".weight", weights, {}});
        if (layers[i].bias)
            tensors.tensors.push_back({layers[i].name + ".bias", *layers[i].bias, {}});
    }
    return tensors;
}

} // namespace

bool recognises(const fs::path& folder)
{
    return std::ranges::any_of(layerFiles(folder), [](const LayerFile& file) { return file.part == Part::Weights; });
}

Result<ImportedModel> read(const fs::path& folder, const ImportOptions& options)
{
    const std::string name = folder.filename().string();
    const auto model = throughDoor(name, [&]() -> Result<ImportedModel> {
        Result<ImportedModel> built
            = networkOfWeights(tensorsOf(layersOf(layerFiles(folder))), options, "folder of matrices");
        if (!built)
            return failure(built.error().code, name + ": " + built.error().message);
        return built;
    });
    return model;
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
