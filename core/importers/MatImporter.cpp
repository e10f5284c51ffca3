// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/MatImporter.h"

#include "core/base/Joined.h"
#include "core/importers/DenseChain.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/Layers.h"
#include "core/importers/MatrixLayers.h"
#include "core/importers/WeightsImporter.h"
#include "core/importers/containers/MatFile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace formulens::mat {

namespace {

using matfile::Value;
using Kind = Value::Kind;

[[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

/// What the file says, in words of networks.
struct Contents
{
    std::vector<MatrixLayer> layers; ///< laid outputs by inputs
    std::vector<Activation> activations; ///< one a layer, or none
    std::vector<std::string> warnings;
};

enum class Part
{
    Weights,
    Bias,
    Activation,
};

/// A name without its number: "W12" is weights, number 12.
struct Named
{
    Part part;
    std::string word;
    std::optional<int> number;
};

std::optional<Named> named(std::string_view name)
{
    constexpr std::array weights{"w", "weight", "weights", "kernel", "kernels", "iw", "lw"};
    constexpr std::array biases{"b", "bias", "biases", "offset", "offsets"};
    constexpr std::array activations{"act", "acts", "activation", "activations", "actfcn", "actfcns", "actfuncs",
        "activationfcns", "activationfunctions", "activationfunction", "transferfcn", "transferfcns",
        "transferfunctions"};
    const std::string letters = plainLetters(name);
    const std::size_t end = letters.find_last_not_of("0123456789") + 1;
    Named found{Part::Weights, letters.substr(0, end), std::nullopt};
    const std::string digits = letters.substr(end, 6);
    int number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc())
        found.number = number;
    if (std::ranges::find(weights, found.word) != weights.end())
        return found;
    found.part = Part::Bias;
    if (std::ranges::find(biases, found.word) != biases.end())
        return found;
    found.part = Part::Activation;
    if (std::ranges::find(activations, found.word) != activations.end())
        return found;
    return std::nullopt;
}

bool isMatrix(const Value& value)
{
    return value.kind == Kind::Numbers && value.tensor.size() > 0;
}

std::vector<ChainLayer> chainOf(const std::vector<MatrixLayer>& layers)
{
    std::vector<ChainLayer> chain;
    for (const MatrixLayer& layer : layers)
        chain.push_back({layer.weights, layer.bias, {}, layer.place});
    return chain;
}

/// Variables or fields that stand side by side, and the layers that they make.
class Scope
{
public:
    Scope(const std::vector<Value>& values, std::string place) : m_values(values), m_place(std::move(place)) { }

    /// Nothing where there are no weights among the values.
    std::optional<Contents> contents()
    {
        if (!readMatlabNetwork())
            readLists();
        if (m_layers.empty())
            readNumbered();
        if (m_layers.empty())
            readRecords();
        if (m_layers.empty())
            return std::nullopt;
        Contents contents;
        layOutputsByInputs(m_layers);
        contents.layers = std::move(m_layers);
        checkChain(chainOf(contents.layers));
        addActivations(contents);
        addUnread(contents.warnings);
        return contents;
    }

private:
    std::string placeOf(const Value& value, std::optional<std::size_t> item = {}) const
    {
        return "'" + m_place + value.name + (item ? "{" + std::to_string(*item + 1) + "}" : std::string()) + "'";
    }

    const Value* find(Part part, Kind kind, bool hasNumber = false) const
    {
        for (const Value& value : m_values) {
            const auto name = named(value.name);
            if (name && name->part == part && name->number.has_value() == hasNumber && value.kind == kind
                && name->word != "iw" && name->word != "lw")
                return &value;
        }
        return nullptr;
    }

    const Value* find(std::string_view letters) const
    {
        const auto found
            = std::ranges::find(m_values, letters, [](const Value& value) { return plainLetters(value.name); });
        return found == m_values.end() ? nullptr : &*found;
    }

    /// Weights of 1 x 1 images are those of a dense layer; [1, 1, inputs, outputs].
    MatrixLayer layer(const Value& weights, const std::string& place, const Value* bias) const
    {
        if (!isMatrix(weights))
            fail(place + ": expected a matrix of numbers");
        MatrixLayer result{std::to_string(m_layers.size() + 1), place, weights.tensor, {}, {}};
        const Shape& shape = weights.tensor.shape();
        if (shape.rank() == 4 && shape[0] == 1 && shape[1] == 1)
            result.weights = permuted(weights.tensor.reshaped(Shape{shape[2], shape[3]}), {1, 0});
        else if (shape.rank() != 2)
            fail(place + ": has shape " + shape.text()
                    + ", expected a matrix: networks of images are not read from .mat files; export the network as "
                      "ONNX, with exportONNXNetwork(net, 'model.onnx')",
                ErrorCode::Unsupported);
        if (bias == nullptr || (bias->kind == Kind::Numbers && bias->tensor.size() == 0))
            return result;
        if (!isMatrix(*bias))
            fail(place + ": its bias is no matrix of numbers");
        result.bias = bias->tensor;
        const auto size = static_cast<std::int64_t>(bias->tensor.size());
        const std::int64_t last = bias->tensor.shape()[bias->tensor.shape().rank() - 1];
        if (size > 1 && bias->tensor.shape()[0] == size) // a column is added to W x, a row to x W
            result.rowsMayBeOutputs = true;
        else if (size > 1 && last == size && shape.rank() == 2)
            result.rowsMayBeOutputs = false;
        return result;
    }

    /// IW{1}, LW{2,1}, LW{3,2} ... and b, as the fields of a network object that were saved.
    bool readMatlabNetwork()
    {
        const Value* inputWeights = find("iw");
        const Value* layerWeights = find("lw");
        const Value* biases = find("b");
        if (inputWeights == nullptr || inputWeights->kind != Kind::Cell)
            return false;
        const auto biasAt = [&](std::size_t i) -> const Value* {
            return biases != nullptr && biases->kind == Kind::Cell && i < biases->items.size() ? &biases->items[i]
                                                                                               : nullptr;
        };
        m_used = {inputWeights, layerWeights, biases};
        for (const Value* list : {inputWeights, layerWeights})
            for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i)
                if (list->items[i].kind != Kind::Numbers || list->items[i].tensor.size() > 0) {
                    MatrixLayer next = layer(list->items[i], placeOf(*list, i), biasAt(m_layers.size()));
                    next.rowsMayBeOutputs = true;
                    m_layers.push_back(std::move(next));
                }
        return !m_layers.empty();
    }

    /// W{1}, W{2} ... and b{1}, b{2} ...
    void readLists()
    {
        const Value* weights = find(Part::Weights, Kind::Cell);
        if (weights == nullptr)
            return;
        const Value* biases = find(Part::Bias, Kind::Cell);
        if (biases != nullptr && biases->items.size() != weights->items.size())
            fail(placeOf(*biases) + " has " + std::to_string(biases->items.size()) + " cells, expected "
                + std::to_string(weights->items.size()) + " as " + placeOf(*weights) + " has");
        m_used = {weights, biases};
        for (std::size_t i = 0; i < weights->items.size(); ++i)
            m_layers.push_back(
                layer(weights->items[i], placeOf(*weights, i), biases == nullptr ? nullptr : &biases->items[i]));
    }

    /// W1, b1, W2, b2 ..., or a single W and b.
    void readNumbered()
    {
        std::map<int, const Value*> weights;
        std::map<int, const Value*> biases;
        for (const Value& value : m_values) {
            const auto name = named(value.name);
            if (!name || value.kind != Kind::Numbers || name->part == Part::Activation)
                continue;
            auto& known = name->part == Part::Weights ? weights : biases;
            if (!known.emplace(name->number.value_or(0), &value).second)
                fail(placeOf(value) + ": there are two of this number among the weights or biases");
        }
        if (weights.empty())
            return;
        for (const auto& [number, value] : biases)
            if (!weights.contains(number))
                fail(placeOf(*value) + ": there are no weights of this number beside it");
        for (const auto& [number, value] : weights) {
            const auto bias = biases.find(number);
            m_layers.push_back(layer(*value, placeOf(*value), bias == biases.end() ? nullptr : bias->second));
            m_used.insert({value, bias == biases.end() ? nullptr : bias->second});
        }
    }

    /// A cell of structs, or an array of them, each with the weights and the bias of a layer.
    void readRecords()
    {
        for (const Value& list : m_values) {
            if (list.kind != Kind::Cell || list.items.empty())
                continue;
            std::vector<std::string> names;
            for (std::size_t i = 0; i < list.items.size(); ++i) {
                const Scope record(list.items[i].items, {});
                const Value* weights = record.find(Part::Weights, Kind::Numbers);
                if (list.items[i].kind != Kind::Struct || weights == nullptr)
                    break;
                m_layers.push_back(layer(*weights, placeOf(list, i), record.find(Part::Bias, Kind::Numbers)));
                if (const Value* activation = record.find(Part::Activation, Kind::Text))
                    names.insert(names.end(), activation->rows.begin(), activation->rows.end());
            }
            if (m_layers.size() < list.items.size()) {
                m_layers.clear();
                continue;
            }
            m_used = {&list};
            if (names.size() == m_layers.size())
                m_names = names;
            return;
        }
    }

    /// The words of a character matrix, or of a cell of texts.
    static std::vector<std::string> wordsOf(const Value& value)
    {
        if (value.kind == Kind::Text)
            return value.rows;
        std::vector<std::string> words;
        for (const Value& item : value.items)
            if (item.kind == Kind::Text && item.rows.size() == 1)
                words.push_back(item.rows.front());
        return words.size() == value.items.size() ? words : std::vector<std::string>();
    }

    void findNames()
    {
        for (const Kind kind : {Kind::Text, Kind::Cell})
            if (const Value* value = find(Part::Activation, kind); value != nullptr && m_names.empty()) {
                m_names = wordsOf(*value);
                m_used.insert(value);
            }
        std::map<int, std::string> numbered;
        for (const Value& value : m_values)
            if (const auto name = named(value.name); name && name->part == Part::Activation && name->number
                && value.kind == Kind::Text && value.rows.size() == 1) {
                numbered.emplace(*name->number, value.rows.front());
                m_used.insert(&value);
            }
        if (m_names.empty())
            for (const auto& [number, name] : numbered)
                m_names.push_back(name);
    }

    void addActivations(Contents& contents)
    {
        findNames();
        if (m_names.empty())
            return;
        const std::size_t count = contents.layers.size();
        if (m_names.size() < count) {
            contents.warnings.push_back("the file names " + std::to_string(m_names.size()) + " activations for "
                + std::to_string(count) + " layers, which does not say what stands behind each: they are not used");
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto activation = activationNamed(m_names[i]);
            if (!activation)
                fail("the activation of layer " + std::to_string(i + 1) + " is '" + m_names[i].substr(0, 40)
                    + "', which is not known here");
            contents.activations.push_back(*activation);
        }
        if (m_names.size() > count)
            contents.warnings.push_back("the file names " + std::to_string(m_names.size()) + " activations for "
                + std::to_string(count) + " layers: those of the last ones are not read");
    }

    /// Nothing is dropped in silence: a scaling may be among it.
    void addUnread(std::vector<std::string>& warnings) const
    {
        std::vector<std::string> unread;
        for (const Value& value : m_values)
            if (!m_used.contains(&value))
                unread.push_back(placeOf(value) + (value.kind == Kind::Foreign ? " (" + value.className + ")" : ""));
        if (!unread.empty())
            warnings.push_back(
                "variables of the file that are not read, be it a scaling or something else: " + firstOf(unread, 12));
    }

    const std::vector<Value>& m_values;
    std::string m_place; ///< "controller.": the structs on the way here
    std::vector<MatrixLayer> m_layers;
    std::vector<std::string> m_names;
    std::set<const Value*> m_used;
};

/// The first struct that holds weights, from outside inwards.
std::optional<Contents> contentsOf(const std::vector<Value>& values, const std::string& place)
{
    if (auto contents = Scope(values, place).contents())
        return contents;
    for (const Value& value : values)
        if (value.kind == Kind::Struct)
            if (auto contents = contentsOf(value.items, place + value.name + "."))
                return contents;
    return std::nullopt;
}

const Value* foreignIn(const std::vector<Value>& values)
{
    for (const Value& value : values) {
        if (value.kind == Kind::Foreign)
            return &value;
        if (const Value* inside = foreignIn(value.items))
            return inside;
    }
    return nullptr;
}

/// What to do with a file without weights.
[[noreturn]] void failWithout(const std::vector<Value>& values)
{
    if (const Value* foreign = foreignIn(values))
        fail("'" + foreign->name + "' is " + foreign->className
            + ", which MATLAB alone can read: write a network of the Deep Learning Toolbox as ONNX, with "
              "exportONNXNetwork(net, 'model.onnx'), or an older network object (fitnet, feedforwardnet) with "
              "resources/matlab/writeFormulensModel.m, as writeFormulensModel(net, 'model.json')");
    fail("this MATLAB file holds no weights of a network that are known here, only "
        + (values.empty() ? "nothing" : firstOf(values, 12, &Value::name))
        + ": expected W and b (cells, or W1, b1, W2, b2 ...), alone or in a struct");
}

Contents contentsOf(std::string_view content)
{
    const std::vector<Value> values = matfile::read(content);
    auto contents = contentsOf(values, {});
    if (!contents)
        failWithout(values);
    return std::move(*contents);
}

ImportedModel wholeNetwork(Contents contents)
{
    const bool isDouble = std::ranges::any_of(
        contents.layers, [](const MatrixLayer& layer) { return layer.weights.type() == ElementType::Float64; });
    GraphBuilder graph(isDouble ? ElementType::Float64 : ElementType::Float32);
    TensorIndex x = graph.input("x", {{{}, "N"}, {contents.layers.front().weights.shape()[1], {}}});
    std::vector<ChainLayer> chain = chainOf(contents.layers);
    for (std::size_t i = 0; i < chain.size(); ++i)
        chain[i].activation = contents.activations[i];
    x = addDenseChain(graph, x, std::move(chain));
    graph.output(x, "y");
    graph.network().format = "MATLAB weights and activations";
    return {graph.build(), std::move(contents.warnings)};
}

NamedTensors tensorsOf(Contents contents)
{
    NamedTensors tensors = namedTensors(contents.layers);
    tensors.isOrdered = true;
    tensors.warnings = std::move(contents.warnings);
    return tensors;
}

} // namespace

bool recognises(std::string_view content)
{
    return matfile::recognises(content);
}

Result<ImportedModel> read(const ImportRequest& request, const Progress&)
{
    const std::string fileName = request.file->path().filename().string();
    return throughDoor(fileName, [&]() -> Result<ImportedModel> {
        Contents contents = contentsOf(request.file->text());
        if (!contents.activations.empty() && request.options.architecture.empty())
            return wholeNetwork(std::move(contents));
        return orThrow(networkOfWeights(tensorsOf(std::move(contents)), request.options, "MATLAB weights"));
    });
}

Result<NamedTensors> weightsIn(std::string_view content)
{
    try {
        return tensorsOf(contentsOf(content));
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

} // namespace formulens::mat
