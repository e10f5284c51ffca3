// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Refusals.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::string_view loop
    = "repeats a part of the network, which is not written out here: export the model with the steps unrolled "
      "(torch.onnx.export does so for a Python loop of fixed length, Keras with unroll=True), or with the operators "
      "RNN, LSTM or GRU";
constexpr std::string_view random
    = "draws random numbers, which have no formula: export the model for inference, with model.eval()";
constexpr std::string_view texts
    = "works on texts, which have no formula: export the part of the model behind it, whose inputs are numbers";
constexpr std::string_view container
    = "works on sequences or optional values instead of tensors: export the model so that tensors go from operator to "
      "operator";
constexpr std::string_view shape
    = "has an output whose shape depends on the values of its input, so it has no one formula: cut the model before it";
constexpr std::string_view training = "belongs to training: export the model for inference, with model.eval()";
constexpr std::string_view spectrum
    = "works on spectra of signals: cut the model behind it, so that the spectrum is the input";

constexpr std::string_view image
    = "takes elements of an image from places that are computed, which no formula here writes: cut the model before it";

struct Refusal
{
    std::string_view domain;
    std::string_view name;
    std::string_view words;
};

constexpr Refusal refusals[] = {
    {"", "Bernoulli", random},
    {"", "Compress", shape},
    {"", "ConcatFromSequence", container},
    {"", "DFT", spectrum},
    {"", "Det", "is a determinant, which no formula here writes: cut the model before it"},
    {"", "GridSample", image},
    {"", "Loop", loop},
    {"", "MaxRoiPool", image},
    {"", "MaxUnpool", image},
    {"", "MelWeightMatrix", spectrum},
    {"", "Multinomial", random},
    {"", "NonMaxSuppression", shape},
    {"", "NonZero", shape},
    {"", "NegativeLogLikelihoodLoss", training},
    {"", "Optional", container},
    {"", "OptionalGetElement", container},
    {"", "OptionalHasElement", container},
    {"", "RandomNormal", random},
    {"", "RandomNormalLike", random},
    {"", "RandomUniform", random},
    {"", "RandomUniformLike", random},
    {"", "RegexFullMatch", texts},
    {"", "RoiAlign", image},
    {"", "STFT", spectrum},
    {"", "Scan", loop},
    {"", "SequenceAt", container},
    {"", "SequenceConstruct", container},
    {"", "SequenceEmpty", container},
    {"", "SequenceErase", container},
    {"", "SequenceInsert", container},
    {"", "SequenceLength", container},
    {"", "SequenceMap", container},
    {"", "SoftmaxCrossEntropyLoss", training},
    {"", "SplitToSequence", container},
    {"", "StringConcat", texts},
    {"", "StringNormalizer", texts},
    {"", "StringSplit", texts},
    {"", "TfIdfVectorizer", texts},
    {"", "Unique", shape},
    {"ai.onnx.ml", "CategoryMapper", texts},
    {"ai.onnx.ml", "CastMap", container},
    {"ai.onnx.ml", "DictVectorizer", container},
    {"ai.onnx.ml", "SVMClassifier",
        "votes by pairs of classes, with probabilities that only a runtime's own iteration defines: export the model "
        "as "
        "a neural network or a linear model"},
    {"ai.onnx.ml", "TreeEnsemble",
        "is a newer way of writing trees: export the model with version 3 of ai.onnx.ml (target_opset in skl2onnx), as "
        "TreeEnsembleRegressor or TreeEnsembleClassifier"},
    {"ai.onnx.preview.training", "Adagrad", training},
    {"ai.onnx.preview.training", "Adam", training},
    {"ai.onnx.preview.training", "Gradient", training},
    {"ai.onnx.preview.training", "Momentum", training},
};

} // namespace

std::string_view refusalOf(std::string_view domain, std::string_view name)
{
    const auto found = std::ranges::find_if(
        refusals, [&](const Refusal& refusal) { return refusal.domain == domain && refusal.name == name; });
    return found == std::ranges::end(refusals) ? std::string_view() : found->words;
}

} // namespace formulens
