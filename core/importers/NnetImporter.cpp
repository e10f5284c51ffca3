// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/NnetImporter.h"

#include "core/base/Numerals.h"
#include "core/importers/Activation.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/Layers.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <cmath>

namespace formulens::nnet {

namespace {

constexpr double mostLayers = 1e6;
constexpr double widestLayer = 1e9;

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

bool isCount(double number)
{
    return number >= 0 && number <= widestLayer && number == std::floor(number);
}

/// The lines without comments.
class Lines
{
public:
    explicit Lines(std::string_view text) : m_lines(text) { }

    std::optional<std::string_view> next()
    {
        std::optional<std::string_view> line = m_lines.next();
        while (line && line->starts_with("//"))
            line = m_lines.next();
        return line;
    }

    /// `expected` says what the line is for: "the biases of layer 2".
    std::string_view get(const std::string& expected)
    {
        if (const auto line = next())
            return *line;
        fail("ends after line " + std::to_string(number()) + ", expected " + expected
            + ": the file is cut short or its header is wrong");
    }

    std::vector<double> numbers(const std::string& expected)
    {
        const std::string_view line = get(expected);
        try {
            return numbersOf(line);
        } catch (const ImportError& error) {
            fail("line " + std::to_string(number()) + ": " + error.message + ", expected " + expected);
        }
    }

    std::size_t number() const { return m_lines.number(); }

private:
    TextLines m_lines;
};

/// The first words of a line that are whole numbers, where all are.
std::optional<std::vector<double>> counts(const std::optional<std::string_view>& line)
{
    std::vector<double> numbers;
    if (!line)
        return std::nullopt;
    for (const std::string_view word : wordsOf(*line)) {
        const std::optional<double> number = toDouble(word);
        if (!number || !isCount(*number))
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

/// What the four lines of normalisation say; empty where they say nothing.
struct Normalisation
{
    std::vector<double> least;
    std::vector<double> greatest;
    std::vector<double> means; ///< of the inputs, then of all outputs
    std::vector<double> ranges;
};

class Reader
{
public:
    explicit Reader(std::string_view content) : m_lines(content), m_graph(ElementType::Float64) { }

    ImportedModel read(const Progress& progress)
    {
        readSizes();
        readNormalisation();
        TensorIndex x = addInput();
        const std::size_t layers = m_sizes.size() - 1;
        for (std::size_t layer = 1; layer <= layers; ++layer) {
            if (progress.stopped())
                throw ImportError{ErrorCode::Cancelled, "stopped"};
            progress.report(static_cast<double>(layer) / static_cast<double>(layers));
            x = addLayer(x, layer);
        }
        m_graph.output(addOutputScaling(x), "y");
        noteRest();
        m_graph.network().format = "NNet";
        m_model.network = m_graph.build();
        return std::move(m_model);
    }

private:
    void readSizes()
    {
        const std::vector<double> header = m_lines.numbers("the number of layers");
        if (header.empty() || !isCount(header.front()) || header.front() < 1 || header.front() > mostLayers)
            fail("line " + std::to_string(m_lines.number()) + " says that there are "
                + (header.empty() ? "no" : legible(header.front(), 6)) + " layers, expected a whole number from 1 to "
                + legible(mostLayers, 6));
        const auto layers = static_cast<std::size_t>(header.front());
        const std::vector<double> sizes = m_lines.numbers("the inputs and the width of each layer");
        if (sizes.size() < layers + 1)
            fail("line " + std::to_string(m_lines.number()) + " has " + std::to_string(sizes.size())
                + " sizes, expected " + std::to_string(layers + 1) + " for " + std::to_string(layers) + " layers");
        for (std::size_t i = 0; i <= layers; ++i) {
            if (!isCount(sizes[i]) || sizes[i] < 1)
                fail("line " + std::to_string(m_lines.number()) + ": a layer of width " + legible(sizes[i], 6)
                    + ", expected a whole number from 1 on");
            m_sizes.push_back(static_cast<std::size_t>(sizes[i]));
        }
        checkEnds(header);
    }

    void checkEnds(const std::vector<double>& header) const
    {
        const auto check = [&](std::size_t position, std::size_t size, const char* what) {
            if (header.size() > position && header[position] != static_cast<double>(size))
                fail("the header says " + legible(header[position], 6) + " " + what
                    + ", but the sizes of the layers say " + std::to_string(size));
        };
        check(1, m_sizes.front(), "inputs");
        check(2, m_sizes.back(), "outputs");
    }

    void readNormalisation()
    {
        m_lines.get("a flag");
        m_scaling.least = m_lines.numbers("the least values of the inputs");
        m_scaling.greatest = m_lines.numbers("the greatest values of the inputs");
        const std::size_t rangesLine = m_lines.number();
        m_scaling.means = m_lines.numbers("the means of the inputs and outputs");
        m_scaling.ranges = m_lines.numbers("the ranges of the inputs and outputs");
        dropZeros(m_scaling.least, m_scaling.greatest);
        dropZeros(m_scaling.means, m_scaling.ranges);
        checkCounts(m_scaling.least, m_scaling.greatest, rangesLine, "values");
        checkCounts(m_scaling.means, m_scaling.ranges, m_lines.number(), "means and ranges");
        checkRanges(rangesLine);
    }

    /// Nothing but zeros, a single one or a whole list, stands for what is not said.
    static void dropZeros(std::vector<double>& first, std::vector<double>& second)
    {
        const auto isZero = [](double number) { return number == 0; };
        if (!std::ranges::all_of(first, isZero) || !std::ranges::all_of(second, isZero))
            return;
        first.clear();
        second.clear();
    }

    void checkCounts(const std::vector<double>& first, const std::vector<double>& second, std::size_t line,
        const std::string& what) const
    {
        const std::size_t inputs = m_sizes.front();
        for (const std::vector<double>* numbers : {&first, &second})
            if (!(first.empty() && second.empty()) && numbers->size() < inputs)
                fail("line " + std::to_string(numbers == &first ? line - 1 : line) + " has "
                    + std::to_string(numbers->size()) + " " + what + ", expected one for each of "
                    + std::to_string(inputs) + " inputs, or a single 0 for none");
    }

    void checkRanges(std::size_t line) const
    {
        for (std::size_t i = 0; i < m_scaling.least.size() && i < m_sizes.front(); ++i)
            if (!(m_scaling.least[i] <= m_scaling.greatest[i]))
                fail("line " + std::to_string(line) + ": the greatest value of input " + std::to_string(i) + " is "
                    + legible(m_scaling.greatest[i], 6) + ", below its least, " + legible(m_scaling.least[i], 6));
        for (std::size_t i = 0; i < m_scaling.ranges.size() && i <= m_sizes.front(); ++i)
            if (m_scaling.ranges[i] == 0)
                fail("line " + std::to_string(m_lines.number()) + ": the range of "
                    + (i < m_sizes.front() ? "input " + std::to_string(i) : std::string("the outputs"))
                    + " is 0, expected a number to divide by");
    }

    Tensor row(const std::vector<double>& numbers) const
    {
        const auto count = static_cast<std::int64_t>(m_sizes.front());
        return Tensor::ofDoubles(Shape{count}, {numbers.begin(), numbers.begin() + count});
    }

    TensorIndex addInput()
    {
        TensorIndex x = m_graph.input("x", {{{}, "N"}, {static_cast<std::int64_t>(m_sizes.front()), {}}});
        if (!m_scaling.least.empty()) {
            noteRanges(x);
            x = m_graph.node("Max", {x, m_graph.constant("x.least", row(m_scaling.least))}, "x/not_below");
            x = m_graph.node("Min", {x, m_graph.constant("x.greatest", row(m_scaling.greatest))}, "x/clipped");
        }
        return scalesInputs() ? addStandardisation(m_graph, x, row(m_scaling.means), row(m_scaling.ranges), "x/scaled")
                              : x;
    }

    void noteRanges(TensorIndex x)
    {
        auto& ranges = m_graph.network().inputRanges[x];
        for (std::size_t i = 0; i < m_sizes.front(); ++i)
            ranges.push_back(ValueRange{m_scaling.least[i], m_scaling.greatest[i], {}, {}});
    }

    bool scalesInputs() const
    {
        for (std::size_t i = 0; i < m_sizes.front() && i < m_scaling.means.size(); ++i)
            if (m_scaling.means[i] != 0 || m_scaling.ranges[i] != 1)
                return true;
        return false;
    }

    TensorIndex addLayer(TensorIndex x, std::size_t layer)
    {
        const std::string name = "layer_" + std::to_string(layer);
        const std::size_t inputs = m_sizes[layer - 1];
        const std::size_t outputs = m_sizes[layer];
        std::vector<double> weights;
        for (std::size_t neuron = 0; neuron < outputs; ++neuron)
            append(weights, inputs,
                "the weights of neuron " + std::to_string(neuron) + " of layer " + std::to_string(layer) + " from its "
                    + std::to_string(inputs) + " inputs");
        std::vector<double> biases;
        for (std::size_t neuron = 0; neuron < outputs; ++neuron)
            append(biases, 1, "the bias of neuron " + std::to_string(neuron) + " of layer " + std::to_string(layer));
        const auto rows = static_cast<std::int64_t>(outputs);
        x = addDense(m_graph, x, 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(inputs)}, std::move(weights)),
            WeightLayout::OutputsByInputs, Tensor::ofDoubles(Shape{rows}, std::move(biases)), name);
        const bool isLast = layer + 1 == m_sizes.size();
        return isLast ? x : addActivation(m_graph, x, {Activation::Kind::Relu}, name + "/relu");
    }

    void append(std::vector<double>& numbers, std::size_t count, const std::string& what)
    {
        const std::vector<double> found = m_lines.numbers(what);
        if (found.size() != count)
            fail("line " + std::to_string(m_lines.number()) + " has " + std::to_string(found.size())
                + (found.size() == 1 ? " number" : " numbers") + ", expected " + what);
        numbers.insert(numbers.end(), found.begin(), found.end());
    }

    /// One mean and one range serve all outputs: the entries behind those of the inputs, as the format's own evaluator
    /// takes them. Networks whose first inputs were cut away keep entries behind these.
    TensorIndex addOutputScaling(TensorIndex y)
    {
        const std::size_t place = m_sizes.front();
        if (m_scaling.means.size() <= place || m_scaling.ranges.size() <= place)
            return y;
        if (m_scaling.means.size() > place + 1)
            m_model.warnings.push_back("there are " + std::to_string(m_scaling.means.size()) + " means, expected "
                + std::to_string(place + 1) + " for " + std::to_string(place)
                + " inputs and the outputs: the rest is not read");
        const double mean = m_scaling.means[place];
        const double range = m_scaling.ranges[place];
        if (mean == 0 && range == 1)
            return y;
        return addRescaling(
            m_graph, y, Tensor::ofDoubles(Shape(), {range}), Tensor::ofDoubles(Shape(), {mean}), "y/scaled");
    }

    void noteRest()
    {
        const std::size_t last = m_lines.number();
        if (m_lines.next())
            m_model.warnings.push_back("the lines after line " + std::to_string(last)
                + " are not read: the header speaks of " + std::to_string(m_sizes.size() - 1) + " layers only");
    }

    Lines m_lines;
    GraphBuilder m_graph;
    ImportedModel m_model;
    std::vector<std::size_t> m_sizes; ///< the inputs, then the neurons of each layer
    Normalisation m_scaling;
};

} // namespace

/// Two lines of whole numbers that fit each other; behind a comment it is enough that the first has one or four.
bool recognises(std::string_view content)
{
    constexpr std::size_t wellInside = 1 << 20;
    Lines lines(content.substr(0, wellInside));
    const auto header = counts(lines.next());
    if (!header || (header->size() != 1 && header->size() != 4) || header->front() < 1)
        return false;
    if (trimmed(content).starts_with("//"))
        return true;
    const auto sizes = counts(lines.next());
    if (!sizes || sizes->size() < 2)
        return false;
    return header->size() == 4 ? sizes->front() == (*header)[1]
                               : static_cast<double>(sizes->size()) == header->front() + 1;
}

Result<ImportedModel> readText(std::string_view content, const std::string& fileName, const Progress& progress)
{
    return throughDoor(fileName, [&] { return Reader(content).read(progress); });
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return readText(request.file->text(), request.file->path().filename().string(), progress);
}

} // namespace formulens::nnet
