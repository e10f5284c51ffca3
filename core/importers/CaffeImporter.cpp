// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/CaffeImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/caffe/Companions.h"
#include "core/importers/caffe/NetWriter.h"

#include <algorithm>

namespace formulens::caffe {

namespace {

Net netOf(const std::shared_ptr<const MappedFile>& file)
{
    return looksLikeText(file->text()) ? netOfText(file->text()) : netOfBinary(file);
}

/// An error in the other file names it.
Net netBeside(const std::shared_ptr<const MappedFile>& file)
{
    const std::string name = file->path().filename().string();
    try {
        return netOf(file);
    } catch (const ImportError& error) {
        throw ImportError{error.code, name + ": " + error.message};
    }
}

bool hasInput(const Net& net)
{
    const auto isInput = [](const Layer& layer) { return layer.type == "Input"; };
    const auto hasShape = [](const DeclaredInput& input) { return input.extents.has_value(); };
    return std::ranges::any_of(net.inputs, hasShape) || std::ranges::any_of(net.layers, isInput);
}

/// Some tools keep weights and leave out all else.
bool saysConnections(const Net& net)
{
    return std::ranges::any_of(net.layers, [](const Layer& layer) { return !layer.tops.empty(); });
}

/// The two files of a network; one may be missing.
struct Pair
{
    Net layers;
    std::optional<Net> weights; ///< of the .caffemodel, where the layers are not its own
    std::string format; ///< "Caffe, weights of net.caffemodel"
    std::string missingWeights; ///< why there are none
    std::string missingLayers; ///< why the layers are those of the weights' file
    std::vector<std::string> warnings;
};

Pair pairOfText(const std::shared_ptr<const MappedFile>& file)
{
    Pair pair{netOf(file), {}, "Caffe", {}, {}, {}};
    const Companion weights = weightsBeside(*file);
    pair.missingWeights = weights.words;
    if (!weights.file)
        return pair;
    const std::string name = weights.file->path().filename().string();
    if (!looksLikeBinary(weights.file->text()))
        throw ImportError{ErrorCode::BadFile,
            name
                + " beside it is no .caffemodel that can be read: it is cut short or "
                  "damaged, or a Git LFS pointer or a web page in place of the file"};
    pair.weights = netBeside(weights.file);
    pair.format += ", weights of " + name;
    pair.missingWeights = name + " has none of this name";
    if (!weights.words.empty())
        pair.warnings.push_back(weights.words);
    return pair;
}

Pair pairOfBinary(const std::shared_ptr<const MappedFile>& file)
{
    const std::string name = file->path().filename().string();
    Net own = netOf(file);
    const Companion layers = layersBeside(*file);
    const bool isBetter = layers.file && !(layers.isForTraining && hasInput(own));
    if (!isBetter) {
        if (!saysConnections(own))
            throw ImportError{ErrorCode::BadFile,
                "it says of its layers only names and weights, not what they read: it needs its .prototxt, but "
                    + layers.words};
        return {std::move(own), {}, "Caffe", name + " has none of this name", layers.words,
            {"the layers are those that the weights were saved with: " + layers.words}};
    }
    Pair pair{netBeside(layers.file), std::move(own), "Caffe, layers of " + layers.file->path().filename().string(),
        name + " has none of this name", {}, {}};
    if (!layers.words.empty())
        pair.warnings.push_back(layers.words);
    return pair;
}

ImportedModel modelOf(const ImportRequest& request, const Progress& progress)
{
    const std::shared_ptr<const MappedFile>& file = request.file;
    if (isSolver(file->text()))
        throw ImportError{ErrorCode::BadFile,
            "this says how Caffe trains a net (a solver), and is no net: open the .prototxt that says its layers, or "
            "the .caffemodel"};
    Pair pair = looksLikeText(file->text()) ? pairOfText(file) : pairOfBinary(file);
    NetRequest net{pair.layers, pair.weights ? &*pair.weights : nullptr, pair.format, pair.missingWeights,
        pair.missingLayers, request.options.inputShapes};
    ImportedModel model = writtenNet(net, progress);
    model.warnings.insert(model.warnings.begin(), pair.warnings.begin(), pair.warnings.end());
    return model;
}

} // namespace

bool recognises(std::string_view content)
{
    return looksLikeBinary(content) || looksLikeText(content) || isSolver(content);
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&] { return modelOf(request, progress); });
}

} // namespace formulens::caffe
