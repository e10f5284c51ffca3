// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/IndependentData.h"

#include "core/base/Numerals.h"
#include "core/data/OnnxTestData.h"
#include "core/equations/Equations.h"
#include "core/evaluation/Program.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

double toleranceOf(ElementType type)
{
    if (!isFloatingPoint(type))
        return 0;
    return byteSize(type) == 2 ? 1e-2 : 1e-5;
}

/// Samples of a data set as points of a network, and the elements that they have values for.
struct Samples
{
    std::shared_ptr<const PreparedNetwork> network;
    std::size_t count = 1;
    std::vector<double> points; ///< count x input elements
};

/// The rows of a batch, where every input of the file leaves its first extent free and the rest fits.
std::optional<std::size_t> batchOf(const PreparedNetwork& network, const OnnxTestData& data)
{
    std::optional<std::int64_t> rows;
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
        const TensorIndex index = network.network->inputs[i];
        const auto& declared = network.network->tensor(index).declaredShape;
        const std::vector<std::int64_t>& found = data.inputs[i].shape().extents();
        const std::vector<std::int64_t>& one = network.tensor(index).shape.extents();
        if (!declared || declared->empty() || declared->front().extent || found.size() != one.size()
            || !std::equal(found.begin() + 1, found.end(), one.begin() + 1)
            || found.front() != rows.value_or(found.front()))
            return std::nullopt;
        rows = found.front();
    }
    if (!rows || *rows < 1)
        return std::nullopt;
    for (std::size_t i = 0; i < data.outputs.size(); ++i)
        if (data.outputs[i]
            && data.outputs[i]->size()
                != static_cast<std::size_t>(*rows) * network.tensor(network.network->outputs[i]).shape.elementCount())
            return std::nullopt;
    return static_cast<std::size_t>(*rows);
}

bool hasPreparedShapes(const PreparedNetwork& network, const OnnxTestData& data)
{
    for (std::size_t i = 0; i < data.inputs.size(); ++i)
        if (data.inputs[i].shape() != network.tensor(network.network->inputs[i]).shape)
            return false;
    return true;
}

/// The same file with inputs of the data's shapes.
Result<std::shared_ptr<const PreparedNetwork>> withShapesOf(const Network& network, const OnnxTestData& data)
{
    auto shaped = std::make_shared<Network>(network);
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
        TensorInfo& info = shaped->tensors[network.inputs[i].position()];
        info.type = data.inputs[i].type();
        info.declaredShape.emplace();
        for (const std::int64_t extent : data.inputs[i].shape().extents())
            info.declaredShape->push_back({extent, {}});
    }
    return prepare(shaped);
}

Result<Samples> samplesOf(const std::shared_ptr<const PreparedNetwork>& network, const OnnxTestData& data)
{
    const auto isText = [](const Tensor& input) { return input.type() == ElementType::String; };
    if (std::ranges::any_of(data.inputs, isText))
        return failure(ErrorCode::Unsupported, "an input holds text, expected numbers");
    const std::optional<std::size_t> batch = batchOf(*network, data);
    Samples samples{network, batch.value_or(1), {}};
    if (!batch && !hasPreparedShapes(*network, data)) {
        auto shaped = withShapesOf(*network->network, data);
        if (!shaped)
            return tl::unexpected(shaped.error());
        samples.network = std::move(*shaped);
    }
    std::vector<std::vector<double>> values;
    for (const Tensor& input : data.inputs)
        values.push_back(input.numbers());
    for (std::size_t sample = 0; sample < samples.count; ++sample)
        for (const std::vector<double>& input : values) {
            const std::size_t width = input.size() / samples.count;
            const auto first = input.begin() + static_cast<std::ptrdiff_t>(sample * width);
            samples.points.insert(samples.points.end(), first, first + static_cast<std::ptrdiff_t>(width));
        }
    if (samples.points.size() != samples.count * samples.network->inputCount())
        return failure(ErrorCode::Unsupported, "its inputs are not those that the network computes with");
    return samples;
}

double largestMagnitude(const std::vector<double>& values)
{
    double largest = 0;
    for (const double value : values)
        largest = std::isfinite(value) ? std::max(largest, std::fabs(value)) : largest;
    return largest;
}

double differenceOf(double value, double expected)
{
    if (value == expected || (std::isnan(value) && std::isnan(expected)))
        return 0;
    const double difference = std::fabs(value - expected);
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

/// Compares one output and keeps what is worst, measured by what is allowed.
Result<void> compareOutput(const Samples& samples, TensorIndex output, const Tensor& expected,
    TestDataAgreement& agreement, double& worstRatio, const Progress& progress)
{
    const PreparedTensor& tensor = samples.network->tensor(output);
    if (tensor.unavailable)
        return tl::unexpected(*tensor.unavailable);
    const std::size_t width = tensor.shape.elementCount();
    const std::string& name = samples.network->network->tensor(output).name;
    if (expected.type() == ElementType::String || expected.size() != samples.count * width)
        return failure(ErrorCode::BadFile,
            "the output '" + name + "' has shape " + expected.shape().text() + " there, computed is "
                + tensor.shape.text());
    if (width == 0)
        return {};
    std::vector<ElementReference> elements;
    for (std::size_t element = 0; element < width; ++element)
        elements.push_back({output, element});
    const auto program = compile(samples.network, elements);
    if (!program)
        return tl::unexpected(program.error());
    std::vector<double> values(samples.count * width);
    if (auto done = (*program)->evaluate(samples.points, values, progress); !done)
        return done;

    const std::vector<double> numbers = expected.numbers();
    const double scale = largestMagnitude(numbers);
    const double tolerance = toleranceOf(expected.type());
    const double allowed = std::max(tolerance * scale, std::numeric_limits<double>::min());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double difference = differenceOf(values[i], numbers[i]);
        if (difference / allowed <= worstRatio)
            continue;
        worstRatio = difference / allowed;
        agreement.largestDifference = difference;
        agreement.output = samples.network->elementName(output, i % width);
        agreement.sample = i / width;
        agreement.scale = scale;
        agreement.tolerance = tolerance;
    }
    return {};
}

Result<void> compareAll(TestDataAgreement& agreement, const std::shared_ptr<const PreparedNetwork>& network,
    const std::filesystem::path& folder, const Progress& progress)
{
    const Result<OnnxTestData> data = readOnnxTestData(folder, *network->network);
    if (!data)
        return tl::unexpected(data.error());
    const Result<Samples> samples = samplesOf(network, *data);
    if (!samples)
        return failure(samples.error().code, agreement.name + ": " + samples.error().message);
    agreement.samples = samples->count;
    double worstRatio = -1; // so that the first value is taken, also where it does not differ
    for (std::size_t i = 0; i < data->outputs.size(); ++i) {
        if (!data->outputs[i])
            continue;
        if (auto done
            = compareOutput(*samples, network->network->outputs[i], *data->outputs[i], agreement, worstRatio, progress);
            !done)
            return failure(done.error().code, agreement.name + ": " + done.error().message);
    }
    agreement.agrees = worstRatio <= 1;
    return {};
}

std::string digits(double value)
{
    return legible(value, 3);
}

std::string countWords(std::size_t samples)
{
    return std::to_string(samples) + (samples == 1 ? " sample" : " samples");
}

/// "1e-5 of the output's scale 0.53"
std::string allowedWords(const TestDataAgreement& set)
{
    return set.tolerance == 0 ? "no difference is"
                              : legible(set.tolerance, 2) + " of the output's scale " + digits(set.scale) + " is";
}

std::string agreementWords(const IndependentData& data)
{
    std::vector<const TestDataAgreement*> compared;
    for (const TestDataAgreement& set : data.sets)
        if (!set.unusable)
            compared.push_back(&set);
    const TestDataAgreement& worst = *data.worst();
    std::string names = compared.front()->name;
    if (compared.size() > 1)
        names = std::to_string(compared.size()) + " data sets, " + names + " to " + compared.back()->name;
    return "agrees with " + countWords(data.samples()) + " of " + names + " (independent data), largest difference "
        + digits(worst.largestDifference) + " (" + allowedWords(worst) + " allowed)";
}

std::string disagreementWords(const TestDataAgreement& set)
{
    return "does not agree with " + set.name + " (independent data): " + set.output + " differs by "
        + digits(set.largestDifference) + " in sample " + std::to_string(set.sample + 1) + " of "
        + std::to_string(set.samples) + " (" + allowedWords(set) + " allowed)";
}

} // namespace

bool IndependentData::isCompared() const
{
    return worst() != nullptr;
}

bool IndependentData::agrees() const
{
    return isCompared()
        && std::ranges::all_of(sets, [](const TestDataAgreement& set) { return set.unusable || set.agrees; });
}

std::size_t IndependentData::samples() const
{
    std::size_t count = 0;
    for (const TestDataAgreement& set : sets)
        count += set.unusable ? 0 : set.samples;
    return count;
}

const TestDataAgreement* IndependentData::worst() const
{
    const auto ratio = [](const TestDataAgreement& set) {
        return set.largestDifference / std::max(set.tolerance * set.scale, std::numeric_limits<double>::min());
    };
    const TestDataAgreement* worst = nullptr;
    for (const TestDataAgreement& set : sets)
        if (!set.unusable && (!worst || ratio(set) > ratio(*worst)))
            worst = &set;
    return worst;
}

std::string IndependentData::sentence() const
{
    if (sets.empty())
        return "no independent data: agreement is with our own reading of the file";
    if (!isCompared())
        return "no independent data that can be compared: " + sets.front().unusable->message;
    std::string sentence = agrees() ? agreementWords(*this) : disagreementWords(*worst());
    for (const TestDataAgreement& set : sets)
        if (set.unusable)
            sentence += "; not compared: " + set.unusable->message;
    return sentence;
}

Result<IndependentData> compareWithTestData(
    const std::shared_ptr<const PreparedNetwork>& network, const std::filesystem::path& model, const Progress& progress)
{
    IndependentData result;
    for (const std::filesystem::path& folder : testDataFolders(model)) {
        TestDataAgreement agreement;
        agreement.name = folder.filename().string();
        if (auto done = compareAll(agreement, network, folder, progress); !done)
            agreement.unusable = done.error();
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        result.sets.push_back(std::move(agreement));
    }
    return result;
}

} // namespace formulens
