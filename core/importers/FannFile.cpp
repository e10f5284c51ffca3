// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/FannFile.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <cmath>

namespace formulens::fann {

namespace {

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

class Parser
{
public:
    explicit Parser(std::string_view content)
    {
        TextLines lines(content);
        lines.next(); // FANN_FLO_2.1
        while (const auto line = lines.next()) {
            // Lists are named with what is in their brackets: "neurons (num_inputs, ...)=(3, 5, 1.0) ...".
            const std::size_t sign = line->find('=');
            if (sign == std::string_view::npos)
                fail("line " + std::to_string(lines.number()) + " is no 'name=value'");
            const std::string_view key = line->substr(0, std::min(sign, line->find(' ')));
            m_values.emplace(key, line->substr(sign + 1));
        }
    }

    File parse()
    {
        readLayers();
        m_file.isShortcut = number("network_type") == 1;
        readNeurons();
        readConnections();
        checkOrder();
        checkOutputs();
        m_file.isScaled = m_values.contains("scale_included") && number("scale_included") == 1;
        if (m_file.isScaled) {
            m_file.inputs = scaling("in", m_file.layerSizes.front() - 1);
            m_file.outputs = scaling("out", m_file.layerSizes.back() - (m_file.isShortcut ? 0 : 1));
        }
        return std::move(m_file);
    }

private:
    std::string_view value(std::string_view key) const
    {
        const auto found = m_values.find(key);
        if (found == m_values.end())
            fail("'" + std::string(key) + "' is missing: the file is cut short, or no FANN network");
        return found->second;
    }

    std::vector<double> numbers(std::string_view key) const
    {
        const std::string_view list = value(key);
        try {
            return numbersOf(list);
        } catch (const ImportError& error) {
            fail(std::string(key) + ": " + error.message);
        }
    }

    double number(std::string_view key) const
    {
        const std::vector<double> all = numbers(key);
        if (all.size() != 1)
            fail(std::string(key) + " has " + std::to_string(all.size()) + " values, expected one");
        return all.front();
    }

    void readLayers()
    {
        constexpr double most = 1e9;
        for (const double size : numbers("layer_sizes")) {
            if (!(size >= 1 && size <= most) || size != std::floor(size))
                fail("layer_sizes: a layer of " + legible(size, 6) + " neurons, expected a whole number from 1 on");
            m_file.layerSizes.push_back(static_cast<std::size_t>(size));
            m_neuronCount += m_file.layerSizes.back();
        }
        if (m_file.layerSizes.size() < 2 || m_file.layerSizes.front() < 2)
            fail("layer_sizes: expected at least two layers, the first with an input and its bias neuron");
    }

    /// use(the numbers of a tuple), for "(3, 5, 1.0) (0, 5, 0.0) ...".
    template <class Use>
    void eachTuple(std::string_view key, std::size_t size, Use use) const
    {
        std::string_view rest = value(key);
        for (std::size_t count = 0;; ++count) {
            const std::size_t open = rest.find('(');
            if (open == std::string_view::npos)
                return;
            const std::size_t close = rest.find(')', open);
            if (close == std::string_view::npos)
                fail(std::string(key) + " ends within entry " + std::to_string(count) + ": the file is cut short");
            std::vector<double> entry;
            try {
                entry = numbersOf(rest.substr(open + 1, close - open - 1));
            } catch (const ImportError& error) {
                fail(std::string(key) + ": " + error.message + ", in entry " + std::to_string(count));
            }
            if (entry.size() != size)
                fail(std::string(key) + ": entry " + std::to_string(count) + " has " + std::to_string(entry.size())
                    + " numbers, expected " + std::to_string(size));
            use(entry);
            rest.remove_prefix(close + 1);
        }
    }

    void readNeurons()
    {
        eachTuple("neurons", 3, [this](const std::vector<double>& entry) {
            if (!(entry[0] >= 0) || entry[0] != std::floor(entry[0]) || !(entry[1] >= 0 && entry[1] < 1000))
                fail("neurons: neuron " + std::to_string(m_file.neurons.size()) + " has " + legible(entry[0], 6)
                    + " connections and activation " + legible(entry[1], 6));
            if (!(entry[2] >= 0))
                fail("neurons: neuron " + std::to_string(m_file.neurons.size()) + " has steepness "
                    + legible(entry[2], 6) + ", expected 0 or more");
            m_connectionCounts.push_back(entry[0]);
            m_file.neurons.push_back({static_cast<int>(entry[1]), entry[2], {}});
        });
        if (m_file.neurons.size() != m_neuronCount)
            fail("neurons: found " + std::to_string(m_file.neurons.size()) + ", expected the "
                + std::to_string(m_neuronCount) + " of layer_sizes: the file is cut short or damaged");
    }

    void readConnections()
    {
        std::size_t neuron = 0;
        std::size_t found = 0;
        const std::vector<std::size_t> limits = firstNeurons();
        eachTuple("connections", 2, [&](const std::vector<double>& entry) {
            while (neuron < m_neuronCount
                && static_cast<double>(m_file.neurons[neuron].connections.size()) >= m_connectionCounts[neuron])
                ++neuron;
            if (neuron == m_neuronCount)
                fail("connections: found more than the neurons have");
            if (!(entry[0] >= 0 && entry[0] < static_cast<double>(limits[neuron])) || entry[0] != std::floor(entry[0]))
                fail("connections: entry " + std::to_string(found) + " comes from neuron " + legible(entry[0], 9)
                    + ", expected one of the layers before that of neuron " + std::to_string(neuron));
            m_file.neurons[neuron].connections.push_back({static_cast<std::size_t>(entry[0]), entry[1]});
            ++found;
        });
        double expected = 0;
        for (const double count : m_connectionCounts)
            expected += count;
        if (static_cast<double>(found) != expected)
            fail("connections: found " + std::to_string(found) + ", expected the " + legible(expected, 9)
                + " of all neurons: the file is cut short or damaged");
    }

    /// A fully connected network is computed by the order of its weights alone: FANN does not look at the numbers.
    void checkOrder() const
    {
        if (!m_values.contains("connection_rate") || number("connection_rate") < 1)
            return;
        std::size_t neuron = 0;
        std::size_t before = 0; // the first neuron of the layer before
        for (const std::size_t size : m_file.layerSizes) {
            const std::size_t end = neuron + size;
            for (const std::size_t begin = neuron; neuron < end; ++neuron) {
                std::size_t expected = m_file.isShortcut ? 0 : before;
                for (const Connection& connection : m_file.neurons[neuron].connections)
                    if (connection.from != expected++ || connection.from >= begin)
                        fail("connections: neuron " + std::to_string(neuron) + " has one from neuron "
                            + std::to_string(connection.from) + " where one from neuron " + std::to_string(expected - 1)
                            + " is expected: FANN takes a network of connection_rate=1 as fully connected, in order");
            }
            before = end - size;
        }
    }

    /// The last neuron of a network in layers is a bias that nobody takes.
    void checkOutputs() const
    {
        const std::size_t first = m_neuronCount - m_file.layerSizes.back();
        const std::size_t bias = m_file.isShortcut ? m_neuronCount : m_neuronCount - 1;
        for (std::size_t i = first; i < m_neuronCount; ++i)
            if (m_file.neurons[i].connections.empty() != (i == bias))
                fail("neurons: neuron " + std::to_string(i) + " of the last layer has "
                    + std::to_string(m_file.neurons[i].connections.size()) + " connections, expected "
                    + (i == bias ? "none: it is the bias" : "some: it is an output"));
    }

    /// By neuron the first one of its own layer.
    std::vector<std::size_t> firstNeurons() const
    {
        std::vector<std::size_t> first;
        for (const std::size_t size : m_file.layerSizes)
            first.insert(first.end(), size, first.size());
        return first;
    }

    Scaling scaling(const std::string& side, std::size_t count) const
    {
        const auto list = [&](const std::string& name) {
            std::vector<double> values = numbers("scale_" + name + "_" + side);
            if (values.size() != count)
                fail("scale_" + name + "_" + side + " has " + std::to_string(values.size()) + " values, expected "
                    + std::to_string(count));
            return values;
        };
        return {list("mean"), list("deviation"), list("new_min"), list("factor")};
    }

    std::map<std::string_view, std::string_view, std::less<>> m_values;
    std::vector<double> m_connectionCounts; ///< by neuron, as the file claims them
    std::size_t m_neuronCount = 0;
    File m_file;
};

} // namespace

File parse(std::string_view content)
{
    return Parser(content).parse();
}

} // namespace formulens::fann
