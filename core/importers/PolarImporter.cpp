// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/PolarImporter.h"

#include "core/base/Numerals.h"
#include "core/importers/DenseChain.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/containers/TextLines.h"

#include <charconv>

namespace formulens::polar {

namespace {

constexpr std::size_t mostLayers = 10'000;

std::optional<std::size_t> countIn(std::string_view word)
{
    std::size_t count = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), count);
    const bool isCount = read.ec == std::errc() && read.ptr == word.data() + word.size();
    return isCount && count <= std::size_t(1) << 24 ? std::optional(count) : std::nullopt;
}

class Reader
{
public:
    explicit Reader(std::string_view content) : m_lines(content), m_left(content.size()) { }

    ImportedModel read()
    {
        readSizes();
        std::vector<ChainLayer> layers(m_sizes.size() - 1);
        for (std::size_t i = 0; i < layers.size(); ++i)
            layers[i].activation = readActivation(i + 1);
        for (std::size_t i = 0; i < layers.size(); ++i)
            readLayer(layers[i], i + 1);
        GraphBuilder graph(ElementType::Float64);
        const TensorIndex x = graph.input("x", {{{}, "N"}, {static_cast<std::int64_t>(m_sizes.front()), {}}});
        graph.output(addScaling(graph, addDenseChain(graph, x, std::move(layers))), "y");
        graph.network().format = "POLAR";
        ImportedModel model{graph.build(), {}};
        const std::size_t last = m_lines.number();
        if (m_lines.next())
            model.warnings.push_back("the lines after line " + std::to_string(last)
                + " are not read: the sizes of the layers speak of no more numbers");
        return model;
    }

private:
    [[noreturn]] void fail(const std::string& message) const
    {
        throw ImportError{ErrorCode::BadFile, "line " + std::to_string(m_lines.number()) + ": " + message};
    }

    std::string_view get(const std::string& what)
    {
        const auto line = m_lines.next();
        if (!line)
            throw ImportError{ErrorCode::BadFile,
                "ends after line " + std::to_string(m_lines.number()) + ", expected " + what
                    + ": the file is cut short or its sizes are wrong"};
        return *line;
    }

    std::size_t count(const std::string& what, std::size_t most)
    {
        const std::string_view line = get(what);
        const auto found = countIn(line);
        if (!found || *found < 1 || *found > most)
            fail("'" + std::string(line.substr(0, 40)) + "' is no whole number from 1 to " + std::to_string(most)
                + ", expected " + what);
        return *found;
    }

    double number(const std::string& what)
    {
        const std::string_view line = get(what);
        const auto found = toDouble(line);
        if (!found)
            fail("'" + std::string(line.substr(0, 40)) + "' is no number, expected " + what);
        return *found;
    }

    void readSizes()
    {
        const std::size_t most = m_left;
        m_sizes.push_back(count("the number of inputs", most));
        const std::size_t outputs = count("the number of outputs", most);
        const std::size_t hidden = count("the number of hidden layers", mostLayers);
        for (std::size_t i = 0; i < hidden; ++i)
            m_sizes.push_back(count("the neurons of hidden layer " + std::to_string(i + 1), most));
        m_sizes.push_back(outputs);
    }

    Activation readActivation(std::size_t layer)
    {
        const std::string_view name = get("the activation of layer " + std::to_string(layer));
        const auto activation = activationNamed(name);
        if (!activation)
            fail("'" + std::string(name.substr(0, 40))
                + "' is no activation that is known here, expected that of layer " + std::to_string(layer));
        return *activation;
    }

    void readLayer(ChainLayer& layer, std::size_t position)
    {
        const std::size_t inputs = m_sizes[position - 1];
        const std::size_t outputs = m_sizes[position];
        layer.place = "layer " + std::to_string(position);
        // Each number takes a line: a matrix that is larger than the file is not in it.
        if (inputs + 1 > m_left / outputs)
            throw ImportError{ErrorCode::BadFile,
                layer.place + " has " + std::to_string(outputs) + " neurons with " + std::to_string(inputs)
                    + " inputs, which are more numbers than the file has bytes"};
        m_left -= (inputs + 1) * outputs;
        std::vector<double> weights;
        std::vector<double> biases;
        for (std::size_t neuron = 1; neuron <= outputs; ++neuron) {
            const std::string place = " of neuron " + std::to_string(neuron) + " of " + layer.place;
            for (std::size_t i = 1; i <= inputs; ++i)
                weights.push_back(number("weight " + std::to_string(i) + place));
            biases.push_back(number("the bias" + place));
        }
        const auto rows = static_cast<std::int64_t>(outputs);
        layer.weights = Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(inputs)}, std::move(weights));
        layer.bias = Tensor::ofDoubles(Shape{rows}, std::move(biases));
    }

    TensorIndex addScaling(GraphBuilder& graph, TensorIndex y)
    {
        const double offset = number("the offset of the outputs");
        const double factor = number("the factor of the outputs");
        if (offset != 0)
            y = graph.node("Sub", {y, graph.scalar("y.offset", offset)}, "y/shifted");
        if (factor != 1)
            y = graph.node("Mul", {y, graph.scalar("y.factor", factor)}, "y/scaled");
        return y;
    }

    TextLines m_lines;
    std::size_t m_left; ///< numbers that the file may still hold
    std::vector<std::size_t> m_sizes; ///< inputs, hidden layers, outputs
};

} // namespace

bool recognises(std::string_view content)
{
    constexpr std::size_t wellInside = 1 << 16;
    TextLines lines(content.substr(0, wellInside));
    const auto count = [&] { return countIn(lines.next().value_or("")).value_or(0); };
    const std::size_t inputs = count();
    const std::size_t outputs = count();
    const std::size_t hidden = count();
    if (inputs < 1 || outputs < 1 || hidden < 1 || hidden > mostLayers)
        return false;
    for (std::size_t i = 0; i < hidden; ++i)
        if (count() < 1)
            return false;
    const std::string_view name = lines.next().value_or("");
    return !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0;
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    return throughDoor(request.file->path().filename().string(), [&] { return Reader(request.file->text()).read(); });
}

} // namespace formulens::polar
