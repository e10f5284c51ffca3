// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/RnnetImporter.h"

#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/importers/Activation.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/Layers.h"
#include "core/importers/containers/RFile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace formulens::rnnet {

namespace {

using rfile::Value;
using Kind = Value::Kind;

constexpr std::string_view intercept = "(Intercept)";

[[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

/// The network, and what it lies in.
struct Found
{
    const Value* network = nullptr;
    const Value* around = nullptr; ///< null where it stands alone
};

/// The outermost object of class nnet: models of other packages hold one inside.
Found networkIn(const Value& root)
{
    constexpr std::size_t mostLevels = 8;
    std::vector<Found> level{{&root, nullptr}};
    for (std::size_t depth = 0; depth < mostLevels && !level.empty(); ++depth) {
        std::vector<Found> next;
        for (const Found& entry : level) {
            if (entry.network->isA("nnet"))
                return entry;
            for (const Value& item : entry.network->items)
                if (item.kind == Kind::List)
                    next.push_back({&item, entry.network->classes.empty() ? entry.around : entry.network});
        }
        level = std::move(next);
    }
    return {};
}

class Reader
{
public:
    Reader(const Value& network, std::size_t fileSize)
        : m_network(network), m_fileSize(fileSize), m_graph(ElementType::Float64)
    {
    }

    ImportedModel read()
    {
        readSizes();
        readConnections();
        findNames();
        TensorIndex x = addInputs();
        noteFactors();
        std::optional<TensorIndex> hidden;
        if (m_hidden > 0) {
            const TensorIndex sums = addUnits(x, firstHidden(), m_hidden, kept(), "hidden");
            hidden = addActivation(m_graph, sums, {Activation::Kind::Sigmoid}, "hidden/out");
        }
        TensorIndex y = addOutputs(x, hidden);
        m_graph.output(y, "y");
        m_graph.network().format = m_network.isA("multinom") ? "R, multinom" : "R, nnet";
        if (m_cuts)
            m_warnings.emplace_back("R takes a sigmoid beyond -15 and 15 for 0 and 1; here it is the sigmoid itself, "
                                    "which differs from that by less than 3.1e-7");
        return {m_graph.build(), std::move(m_warnings)};
    }

private:
    const Value& field(std::string_view name, Kind kind) const
    {
        const Value* value = m_network.find(name);
        if (value == nullptr || value->kind != kind)
            fail("the network has no '" + std::string(name) + "'" + (value == nullptr ? "" : " of the kind expected")
                + ": expected an object of R's package nnet");
        return *value;
    }

    bool isTrue(std::string_view name) const
    {
        const Value* value = m_network.find(name);
        return value != nullptr && value->kind == Kind::Numbers && value->numbers.size() == 1 && value->numbers[0] != 0;
    }

    std::size_t count(std::string_view name, double number, double most) const
    {
        if (!(number >= 0) || number > most || number != std::floor(number))
            fail("'" + std::string(name) + "' holds " + legible(number, 6) + ", expected a whole number from 0 to "
                + std::to_string(static_cast<std::size_t>(most)));
        return static_cast<std::size_t>(number);
    }

    std::vector<std::size_t> counts(std::string_view name, double most) const
    {
        std::vector<std::size_t> result;
        for (const double number : field(name, Kind::Numbers).numbers)
            result.push_back(count(name, number, most));
        return result;
    }

    void readSizes()
    {
        const std::vector<std::size_t> sizes = counts("n", 1e7);
        if (sizes.size() != 3 || sizes[0] < 1 || sizes[2] < 1)
            fail("'n' has " + std::to_string(sizes.size())
                + " numbers, expected those of inputs, hidden units and outputs");
        m_inputs = sizes[0];
        m_hidden = sizes[1];
        m_outputs = sizes[2];
        const double units = static_cast<double>(1 + m_inputs + m_hidden + m_outputs);
        const std::vector<std::size_t> sigmoids = counts("nsunits", units);
        if (sigmoids.size() != 1)
            fail("'nsunits' has " + std::to_string(sigmoids.size()) + " numbers, expected 1");
        const std::size_t first = firstOutput();
        m_hasSigmoidOutputs = sigmoids[0] >= first + m_outputs;
        if (!m_hasSigmoidOutputs && sigmoids[0] != first)
            fail("'nsunits' is " + std::to_string(sigmoids[0]) + ", expected " + std::to_string(first) + " or "
                + std::to_string(first + m_outputs) + ": all outputs are sigmoids, or none");
        m_cuts = m_hidden > 0 || m_hasSigmoidOutputs;
    }

    std::size_t firstHidden() const { return 1 + m_inputs; }
    std::size_t firstOutput() const { return 1 + m_inputs + m_hidden; }

    /// nconn[j] to nconn[j + 1] are those into unit j, from units conn with weights wts. Unit 0 is always 1.
    void readConnections()
    {
        const std::size_t units = firstOutput() + m_outputs;
        m_sources = counts("conn", static_cast<double>(units - 1));
        m_starts = counts("nconn", static_cast<double>(m_sources.size()));
        const std::vector<double>& weights = field("wts", Kind::Numbers).numbers;
        if (m_starts.size() != units + 1 || !std::ranges::is_sorted(m_starts))
            fail("'nconn' has " + std::to_string(m_starts.size()) + " numbers, expected " + std::to_string(units + 1)
                + " that grow");
        if (weights.size() != m_sources.size())
            fail("'wts' has " + std::to_string(weights.size()) + " numbers, expected "
                + std::to_string(m_sources.size()) + " as 'conn' has");
        for (std::size_t unit = 0; unit < units; ++unit)
            for (std::size_t i = m_starts[unit]; i < m_starts[unit + 1]; ++i)
                if (unit < firstHidden() || m_sources[i] >= (unit < firstOutput() ? firstHidden() : firstOutput()))
                    fail("unit " + std::to_string(unit) + " takes from unit " + std::to_string(m_sources[i])
                        + ", which is not in a layer before it");
    }

    bool takesFrom(std::size_t firstUnit, std::size_t begin, std::size_t end) const
    {
        for (std::size_t i = m_starts[firstUnit]; i < m_sources.size(); ++i)
            if (m_sources[i] >= begin && m_sources[i] < end)
                return true;
        return false;
    }

    void findNames()
    {
        for (const std::string_view name : {"coefnames", "vcoefnames"}) {
            const Value* names = m_network.find(name);
            if (names != nullptr && names->kind == Kind::Texts && names->texts.size() == m_inputs)
                m_names = names->texts;
        }
        const std::set<std::string> different(m_names.begin(), m_names.end());
        if (different.size() < m_names.size() || different.contains(""))
            m_names.clear();
    }

    /// The columns without that of the intercept, which is 1 always.
    std::vector<std::size_t> kept() const
    {
        std::vector<std::size_t> units;
        for (std::size_t i = 0; i < m_inputs; ++i)
            if (m_names.empty() || m_names[i] != intercept)
                units.push_back(1 + i);
        return units;
    }

    /// One input for each named column, else all columns as one.
    TensorIndex addInputs()
    {
        constexpr std::size_t mostNamed = 1000;
        const std::vector<std::size_t> columns = kept();
        if (columns.empty())
            fail("the network has no inputs but the intercept");
        if (m_names.empty() || columns.size() > mostNamed)
            return m_graph.input("x", {{{}, "N"}, {static_cast<std::int64_t>(columns.size()), {}}});
        std::vector<GraphBuilder::Operand> parts;
        for (const std::size_t column : columns) {
            const std::string& name = m_names[column - 1];
            const TensorIndex input = m_graph.input(name, {{{}, "N"}, {1, {}}});
            noteLevel(input, name);
            parts.emplace_back(input);
        }
        return parts.size() == 1 ? *parts.front()
                                 : m_graph.node("Concat", parts, "columns", {{"axis", std::int64_t(1)}});
    }

    /// "Speciesvirginica" is 1 where the factor Species has the level virginica, else 0.
    void noteLevel(TensorIndex input, const std::string& name)
    {
        const Value* factors = m_network.find("xlevels");
        const Value* contrasts = m_network.find("contrasts");
        for (std::size_t i = 0; factors != nullptr && i < factors->items.size() && i < factors->names.size(); ++i) {
            const std::string& factor = factors->names[i];
            const Value* kind = contrasts == nullptr ? nullptr : contrasts->find(factor);
            const bool isDummy = kind != nullptr && kind->texts == std::vector<std::string>{"contr.treatment"};
            if (!isDummy || !name.starts_with(factor))
                continue;
            const std::string level = name.substr(factor.size());
            if (std::ranges::find(factors->items[i].texts, level) == factors->items[i].texts.end())
                continue;
            m_graph.network().inputRanges[input] = {ValueRange{0, 1, {0, 1}, {"not " + level, level}}};
            m_columns[factor].push_back(name);
        }
    }

    /// What a user must know to fill in the columns of a factor.
    void noteFactors()
    {
        for (const auto& [factor, columns] : m_columns) {
            const std::vector<std::string>& levels = m_network.find("xlevels")->find(factor)->texts;
            std::string others;
            for (const std::string& level : levels)
                if (std::ranges::find(columns, factor + level) == columns.end())
                    others += (others.empty() ? "'" : ", '") + level + "'";
            m_warnings.push_back("the factor '" + factor + "' is the inputs " + firstOf(columns, 12)
                + ": each is 1 at the level in its name, else 0; all are 0 at " + others.substr(0, 100));
        }
    }

    /// The sums of units from `first` on, over these source units; what comes from unit 0 and an intercept is the bias.
    TensorIndex addUnits(TensorIndex x, std::size_t first, std::size_t units, const std::vector<std::size_t>& sources,
        const std::string& name)
    {
        if (sources.size() > std::max(std::size_t(1) << 23, m_fileSize) / units)
            fail("a layer of " + std::to_string(units) + " units over " + std::to_string(sources.size())
                    + " has too few connections for a matrix, which is not read",
                ErrorCode::Limit);
        constexpr std::size_t none = SIZE_MAX;
        std::vector<std::size_t> columns(firstOutput(), none);
        for (std::size_t i = 0; i < sources.size(); ++i)
            columns[sources[i]] = i;
        const std::vector<double>& wts = field("wts", Kind::Numbers).numbers;
        std::vector<double> weights(units * sources.size(), 0);
        std::vector<double> biases(units, 0);
        for (std::size_t unit = 0; unit < units; ++unit)
            for (std::size_t i = m_starts[first + unit]; i < m_starts[first + unit + 1]; ++i) {
                const std::size_t column = columns[m_sources[i]];
                (column == none ? biases[unit] : weights[unit * sources.size() + column]) += wts[i];
            }
        const auto rows = static_cast<std::int64_t>(units);
        return addDense(m_graph, x, 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(sources.size())}, std::move(weights)),
            WeightLayout::OutputsByInputs, Tensor::ofDoubles(Shape{rows}, std::move(biases)), name);
    }

    TensorIndex addOutputs(TensorIndex x, std::optional<TensorIndex> hidden)
    {
        const bool skips = takesFrom(firstOutput(), 1, firstHidden());
        std::vector<std::size_t> sources;
        std::vector<GraphBuilder::Operand> parts;
        if (hidden) {
            for (std::size_t i = 0; i < m_hidden; ++i)
                sources.push_back(firstHidden() + i);
            parts.emplace_back(*hidden);
        }
        if (skips || !hidden) {
            const std::vector<std::size_t> columns = kept();
            sources.insert(sources.end(), columns.begin(), columns.end());
            parts.emplace_back(x);
        }
        const TensorIndex from = parts.size() == 1
            ? *parts.front()
            : m_graph.node("Concat", parts, "hidden_and_inputs", {{"axis", std::int64_t(1)}});
        TensorIndex y = addUnits(from, firstOutput(), m_outputs, sources, "outputs");
        if (m_hasSigmoidOutputs)
            y = addActivation(m_graph, y, {Activation::Kind::Sigmoid}, "outputs/out");
        if (isTrue("softmax") || isTrue("censored"))
            y = addActivation(m_graph, y, {Activation::Kind::Softmax}, "outputs/softmax");
        if (const Value* levels = m_network.find("lev"); levels != nullptr && levels->kind == Kind::Texts)
            m_warnings.push_back(m_outputs == 1 && levels->texts.size() == 2
                    ? "the output is the probability of '" + levels->texts[1] + "', as against '" + levels->texts[0]
                        + "'"
                    : "the outputs are the probabilities of " + firstOf(levels->texts, 12) + ", in this order");
        return y;
    }

    const Value& m_network;
    std::size_t m_fileSize;
    GraphBuilder m_graph;
    std::vector<std::string> m_warnings;
    std::size_t m_inputs = 0;
    std::size_t m_hidden = 0;
    std::size_t m_outputs = 0;
    bool m_hasSigmoidOutputs = false;
    bool m_cuts = false;
    std::vector<std::size_t> m_sources;
    std::vector<std::size_t> m_starts;
    std::vector<std::string> m_names; ///< of the columns, or none
    std::map<std::string, std::vector<std::string>> m_columns; ///< those that a factor became, by its name
};

ImportedModel modelOf(std::string_view content)
{
    const Value root = rfile::read(content);
    const Found found = networkIn(root);
    if (found.network == nullptr)
        fail("this R file holds no network of the package nnet"
            + (root.classes.empty() ? std::string() : ", but an object of class '" + root.classes.front() + "'")
            + ": expected an object of class 'nnet', saved with saveRDS(model, FILE)");
    ImportedModel model = Reader(*found.network, content.size()).read();
    if (found.around != nullptr)
        model.warnings.push_back("the network lies within an object of class '" + found.around->classes.front()
            + "': what that does in front of it and behind it, such as scaling, is not read");
    return model;
}

} // namespace

bool recognises(std::string_view content)
{
    return rfile::recognises(content);
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    return throughDoor(request.file->path().filename().string(), [&] { return modelOf(request.file->text()); });
}

} // namespace formulens::rnnet
