// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Refusals.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::string_view loop
    = "repeats a part of the network, which is not written out here: export the model with the steps unrolled "
      "(torch.onnx.export does so for a Python loop of fixed length, Keras with unroll=True), or with the operators "
      "RNN, LSTM or GRU";
constexpr std::string_view drawsNumbers
    = "draws random numbers, which have no formula: export the model for inference, with model.eval()";
constexpr std::string_view texts
    = "works on texts, which have no formula: export the part of the model behind it, whose inputs are numbers";
constexpr std::string_view container
    = "works on sequences or optional values instead of tensors: export the model so that tensors go from operator to "
      "operator";
constexpr std::string_view openShape
    = "has an output whose shape depends on the values of its input, so it has no one formula: cut the model before it";
constexpr std::string_view trains = "belongs to training: export the model for inference, with model.eval()";
constexpr std::string_view spectrum
    = "works on spectra of signals: cut the model behind it, so that the spectrum is the input";

constexpr std::string_view image
    = "takes elements of an image from places that are computed, which no formula here writes: cut the model before it";

constexpr std::string_view recurrentLayer
    = "is a recurrent layer of Caffe, which is not computed here: cut the net before it";
constexpr std::string_view boxesOfObjects
    = "makes boxes out of what the net computes, which is no formula: cut the net before it";
constexpr std::string_view strangeLayer
    = "is a layer that Caffe itself does not have, and nothing is known of what it computes: cut the net before it";

struct Refusal
{
    std::string_view domain;
    std::string_view name;
    std::string_view words;
};

constexpr Refusal refusals[] = {
    {"", "Bernoulli", drawsNumbers},
    {"", "Compress", openShape},
    {"", "ConcatFromSequence", container},
    {"", "DFT", spectrum},
    {"", "Det", "is a determinant, which no formula here writes: cut the model before it"},
    {"", "GridSample", image},
    {"", "Loop", loop},
    {"", "MaxRoiPool", image},
    {"", "MaxUnpool", image},
    {"", "MelWeightMatrix", spectrum},
    {"", "Multinomial", drawsNumbers},
    {"", "NonMaxSuppression", openShape},
    {"", "NonZero", openShape},
    {"", "NegativeLogLikelihoodLoss", trains},
    {"", "Optional", container},
    {"", "OptionalGetElement", container},
    {"", "OptionalHasElement", container},
    {"", "RandomNormal", drawsNumbers},
    {"", "RandomNormalLike", drawsNumbers},
    {"", "RandomUniform", drawsNumbers},
    {"", "RandomUniformLike", drawsNumbers},
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
    {"", "SoftmaxCrossEntropyLoss", trains},
    {"", "SplitToSequence", container},
    {"", "StringConcat", texts},
    {"", "StringNormalizer", texts},
    {"", "StringSplit", texts},
    {"", "TfIdfVectorizer", texts},
    {"", "Unique", openShape},
    {"ai.onnx.ml", "CategoryMapper", texts},
    {"ai.onnx.ml", "CastMap", container},
    {"ai.onnx.ml", "DictVectorizer", container},
    {"ai.onnx.preview.training", "Adagrad", trains},
    {"ai.onnx.preview.training", "Adam", trains},
    {"ai.onnx.preview.training", "Gradient", trains},
    {"ai.onnx.preview.training", "Momentum", trains},
    {"caffe", "DetectionOutput", boxesOfObjects},
    {"caffe", "LSTM", recurrentLayer},
    {"caffe", "PriorBox", boxesOfObjects},
    {"caffe", "Proposal", boxesOfObjects},
    {"caffe", "Python", "runs code of its author, which is never done here: cut the net before it"},
    {"caffe", "RNN", recurrentLayer},
    {"caffe", "ROIPooling", image},
};

} // namespace

std::string_view refusalOf(std::string_view domain, std::string_view name)
{
    const auto found = std::ranges::find_if(
        refusals, [&](const Refusal& refusal) { return refusal.domain == domain && refusal.name == name; });
    if (found != std::ranges::end(refusals))
        return found->words;
    return domain == "caffe" ? strangeLayer : std::string_view();
}

} // namespace formulens
