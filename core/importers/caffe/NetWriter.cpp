// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/NetWriter.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/caffe/Writing.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace formulens::caffe {

namespace {

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

constexpr std::array<std::string_view, 7> sources{
    "AnnotatedData", "Data", "DummyData", "HDF5Data", "ImageData", "MemoryData", "WindowData"};
constexpr std::array<std::string_view, 13> judges{"Accuracy", "ContrastiveLoss", "DetectionEvaluate", "EuclideanLoss",
    "HDF5Output", "HingeLoss", "InfogainLoss", "MultiBoxLoss", "MultinomialLogisticLoss", "SigmoidCrossEntropyLoss",
    "SmoothL1Loss", "SoftmaxWithLoss", "SoftmaxLoss"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& types, const std::string& type)
{
    return std::ranges::find(types, type) != types.end();
}

bool readsSource(const Layer& layer)
{
    return has(sources, layer.type);
}

/// What belongs to training alone: losses and counts of hits.
bool isJudge(const Layer& layer)
{
    return has(judges, layer.type);
}

/// Forks have names of their own for convolutions in many groups.
std::string_view kindOf(std::string_view type)
{
    return type.find("Convolution") != std::string_view::npos && type != "Deconvolution" ? "Convolution" : type;
}

/// What a layer in training does to pictures before the net sees them; empty where it does nothing to their numbers.
std::string transformationOf(const Layer& layer)
{
    std::string words;
    const auto add = [&](const std::string& what) { words += (words.empty() ? "" : ", ") + what; };
    Parameters fields(layer.fields);
    for (const char* name : {"transform_param", "data_param", "image_data_param"}) {
        const ProtobufEntry* message = fields.message(name);
        if (!message)
            continue;
        Parameters parameters(*message);
        const std::vector<double> means = parameters.reals("mean_value");
        std::string list;
        for (std::size_t i = 0; i < std::min<std::size_t>(means.size(), 4); ++i)
            list += (i > 0 ? " " : "") + shortest(means[i]);
        if (!list.empty())
            add("minus the mean " + list + (means.size() > 4 ? " ..." : ""));
        if (const std::string file = parameters.text("mean_file", ""); !file.empty())
            add("minus the mean in '" + file.substr(0, 80) + "'");
        if (const double scale = parameters.real("scale", 1); scale != 1)
            add("times " + shortest(scale));
    }
    return words;
}

class NetWriter
{
public:
    NetWriter(const NetRequest& request, bool onlyFirstRow)
        : m_request(request)
        , m_onlyFirstRow(onlyFirstRow)
        , m_numbers(numbersOf(request))
        , m_graph(m_numbers)
        , m_leftOut(request.layers.trained.begin(), request.layers.trained.end())
    {
        if (request.weights)
            for (const Layer& layer : request.weights->layers)
                if (!layer.blobs.empty())
                    m_weights[layer.name] = &layer;
        collectSharedWeights();
        planNames();
    }

    ImportedModel write(const Progress& progress)
    {
        for (const DeclaredInput& input : m_request.layers.inputs)
            addInput(input.name, input.extents);
        for (std::size_t i = 0; i < m_request.layers.layers.size(); ++i) {
            if (progress.stopped())
                refuse("reading was stopped", ErrorCode::Cancelled);
            write(i);
        }
        addOutputs();
        Network& network = m_graph.network();
        network.name = m_request.layers.name;
        network.format = m_request.format;
        noteTransformations();
        ImportedModel model;
        model.network = m_graph.build();
        model.warnings = m_request.layers.warnings;
        model.warnings.insert(model.warnings.end(), m_warnings.begin(), m_warnings.end());
        return model;
    }

    bool mixesRows() const { return m_mixesRows; }
    /// Inputs of several rows, all of as many; 0 where there are none.
    std::int64_t rows() const { return m_rows > 1 ? m_rows : 0; }

private:
    static ElementType numbersOf(const NetRequest& request)
    {
        const auto isDouble = [](const Blob& blob) { return blob.values.type() == ElementType::Float64; };
        const auto hasDoubles = [&](const Layer& layer) { return std::ranges::any_of(layer.blobs, isDouble); };
        const auto inNet = [&](const Net& net) { return std::ranges::any_of(net.layers, hasDoubles); };
        return (request.weights && inNet(*request.weights)) || inNet(request.layers) ? ElementType::Float64
                                                                                     : ElementType::Float32;
    }

    /// Of the layers that have weights under the same name, the last one in the file settles them.
    void collectSharedWeights()
    {
        std::unordered_map<std::string, const Layer*> users;
        for (const Layer& layer : m_request.layers.layers)
            if (!layer.weightNames.empty())
                users.emplace(layer.name, &layer);
        const std::vector<Layer>& holders = m_request.weights ? m_request.weights->layers : m_request.layers.layers;
        for (const Layer& holder : holders) {
            const auto user = users.find(holder.name);
            if (user == users.end())
                continue;
            const std::vector<std::string>& names = user->second->weightNames;
            for (std::size_t i = 0; i < std::min(names.size(), holder.blobs.size()); ++i)
                if (!names[i].empty())
                    m_shared[names[i]] = &holder.blobs[i];
        }
    }

    /// A blob that is overwritten in place has a tensor for each of its contents: the last one has the blob's name.
    void planNames()
    {
        const std::vector<Layer>& layers = m_request.layers.layers;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (!isJudge(layers[i]))
                for (const std::string& top : layers[i].tops)
                    m_lastWriter[top] = i;
    }

    std::string tensorName(std::size_t layer, const std::string& top) const
    {
        if (m_lastWriter.at(top) == layer)
            return top;
        const std::string& name = m_request.layers.layers[layer].name;
        return name.empty() || m_lastWriter.contains(name) ? top + "/overwritten" : name;
    }

    void addInput(const std::string& name, std::optional<std::vector<std::int64_t>> extents)
    {
        if (const auto given = m_request.inputShapes.find(name); !extents && given != m_request.inputShapes.end())
            extents = given->second;
        if (!extents)
            refuse("input '" + name + "' has no shape"
                + (m_request.missingLayers.empty() ? ": write one behind it, as input_shape { dim: 1 dim: 3 dim: 224 "
                                                     "dim: 224 } with its own numbers"
                                                   : ", which the .prototxt of the net says" + lackOfLayers()));
        for (const std::int64_t extent : *extents)
            if (extent < 1)
                refuse("input '" + name + "' has shape " + Shape(*extents).text() + ", expected extents from 1");
        noteRows(*extents);
        if (m_onlyFirstRow && !extents->empty())
            extents->front() = 1;
        if (m_blobs.contains(name))
            refuse("input '" + name + "' is there twice");
        const Shape shape(std::move(*extents));
        if (const auto count = checkedElementCount(shape); !count)
            refuse("input '" + name + "': " + count.error().message);
        // An input that is overwritten in place keeps its name.
        const TensorIndex tensor = m_graph.input(name, dimensionsOf(shape));
        m_blobs[name] = {{tensor, shape}, false};
        m_order.push_back(name);
        m_isInput.insert(tensor.position());
    }

    void noteRows(const std::vector<std::int64_t>& extents)
    {
        const std::int64_t rows = extents.empty() ? 1 : extents.front();
        m_mixesRows = m_mixesRows || (m_rows != 0 && rows != m_rows);
        m_rows = rows;
    }

    void write(std::size_t number)
    {
        const Layer& layer = m_request.layers.layers[number];
        try {
            if (layer.type == "Input")
                writeInputs(layer);
            else if (readsSource(layer))
                leaveOutSource(layer);
            else if (isJudge(layer))
                leaveOutJudge(layer);
            else
                writeLayer(layer, number);
        } catch (const ImportError& error) {
            refuse(layer.label() + ": " + error.message, error.code);
        }
    }

    void writeInputs(const Layer& layer)
    {
        Parameters fields(layer.fields);
        std::vector<const ProtobufEntry*> shapes;
        if (const ProtobufEntry* message = fields.message("input_param"))
            shapes = Parameters(*message).messages("shape");
        if (shapes.size() > 1 && shapes.size() != layer.tops.size())
            refuse("it says " + std::to_string(shapes.size()) + " shapes for " + std::to_string(layer.tops.size())
                + " blobs (top), expected one, or one for each");
        for (std::size_t i = 0; i < layer.tops.size(); ++i) {
            if (shapes.empty())
                addInput(layer.tops[i], std::nullopt);
            else
                addInput(layer.tops[i], Parameters(*shapes[shapes.size() == 1 ? 0 : i]).integers("dim"));
        }
    }

    void leaveOutSource(const Layer& layer)
    {
        for (const std::string& top : layer.tops)
            if (m_request.inputShapes.contains(top))
                addInput(top, std::nullopt);
            else
                m_leftOut[top] = layer.label();
    }

    void leaveOutJudge(const Layer& layer)
    {
        std::string read = layer.bottoms.empty() ? "" : ", which reads '" + layer.bottoms.front() + "',";
        std::string words = layer.label() + read + " belongs to training and is left out";
        if (layer.type == "SoftmaxWithLoss" || layer.type == "SoftmaxLoss")
            words += ": no softmax is put in its place";
        if (layer.type == "SigmoidCrossEntropyLoss")
            words += ": no sigmoid is put in its place";
        constexpr std::size_t mostWarnings = 20;
        if (m_warnings.size() < mostWarnings)
            m_warnings.push_back(words);
        for (const std::string& top : layer.tops)
            m_leftOut[top] = layer.label();
    }

    Value bottomOf(const std::string& name)
    {
        const auto found = m_blobs.find(name);
        if (found != m_blobs.end()) {
            found->second.isRead = true;
            return found->second.value;
        }
        const auto leftOut = m_leftOut.find(name);
        if (leftOut == m_leftOut.end())
            refuse("it reads '" + name + "', which no layer before it gives" + lackOfLayers());
        refuse("it reads '" + name + "', which " + leftOut->second
                + " gives in training: the net is one for training. Open it with the .prototxt for use "
                  "(deploy.prototxt), "
                  "which declares the shape of '"
                + name + "'" + lackOfLayers(),
            ErrorCode::Unsupported);
    }

    /// Where the layers are those of the .caffemodel, it is a .prototxt that is missing.
    std::string lackOfLayers() const
    {
        return m_request.missingLayers.empty() ? std::string() : " (" + m_request.missingLayers + ")";
    }

    void writeLayer(const Layer& layer, std::size_t number)
    {
        Values bottoms;
        for (const std::string& bottom : layer.bottoms)
            bottoms.push_back(bottomOf(bottom));
        std::vector<std::string> names;
        for (const std::string& top : layer.tops)
            names.push_back(tensorName(number, top));
        const LayerRow* row = findLayerRow(layer.type);
        const bool isKnown
            = row && std::ranges::all_of(bottoms, [](const Value& value) { return value.shape.has_value(); });
        Values values = isKnown ? known(*row, layer, bottoms, names) : unknown(layer, bottoms, names);
        for (std::size_t i = 0; i < layer.tops.size(); ++i)
            give(layer, layer.tops[i], values[i]);
    }

    Values known(const LayerRow& row, const Layer& layer, const Values& bottoms, const std::vector<std::string>& names)
    {
        Writing writing(
            m_graph, m_numbers, layer, row.parameters, bottoms, names, blobsOf(layer), m_request.missingWeights);
        Values values = row.write(writing);
        if (const std::string name = writing.parameters.unread(); !name.empty())
            writing.unsupported("its " + std::string(row.parameters) + " says '" + name
                + "', which Caffe itself does not know: what it changes cannot be told");
        m_mixesRows = m_mixesRows || writing.mixesRows;
        return values;
    }

    Values unknown(const Layer& layer, const Values& bottoms, const std::vector<std::string>& names)
    {
        std::vector<GraphBuilder::Operand> operands;
        for (const Value& bottom : bottoms)
            operands.push_back(bottom.tensor);
        m_mixesRows = true;
        Values values;
        if (names.empty())
            return values;
        for (const TensorIndex tensor : m_graph.nodeWithOutputs("caffe", layer.type, operands, names))
            values.push_back({tensor, std::nullopt});
        return values;
    }

    /// Shared ones first, then those of the layer in the file of weights, then those that the text has.
    std::vector<Blob> blobsOf(const Layer& layer)
    {
        const auto found = m_weights.find(layer.name);
        if (found != m_weights.end() && kindOf(found->second->type) != kindOf(layer.type))
            m_warnings.push_back(layer.label() + " is of type " + found->second->type
                + " in the file of weights: the two files may not be of the same net");
        std::vector<Blob> blobs = found != m_weights.end() ? found->second->blobs : layer.blobs;
        for (std::size_t i = 0; i < layer.weightNames.size(); ++i)
            if (const auto shared = m_shared.find(layer.weightNames[i]); shared != m_shared.end()) {
                if (i < blobs.size())
                    blobs[i] = *shared->second;
                else if (i == blobs.size())
                    blobs.push_back(*shared->second);
            }
        return blobs;
    }

    void give(const Layer& layer, const std::string& top, const Value& value)
    {
        const bool isInPlace = std::ranges::find(layer.bottoms, top) != layer.bottoms.end();
        if (m_blobs.contains(top) && !isInPlace)
            refuse("it gives '" + top + "', which another layer before it gives, too");
        if (!m_blobs.contains(top))
            m_order.push_back(top);
        m_blobs[top] = {value, false};
    }

    /// What no layer reads, as Caffe has it.
    void addOutputs()
    {
        std::size_t count = 0;
        for (const std::string& name : m_order) {
            const Flow& blob = m_blobs.at(name);
            if (blob.isRead || m_isInput.contains(blob.value.tensor.position()))
                continue;
            ++count;
            TensorIndex tensor = blob.value.tensor;
            if (m_graph.tensor(tensor).name != name)
                tensor = m_graph.node("Identity", {tensor}, name);
            m_graph.output(tensor);
        }
        if (count == 0)
            refuse(m_request.layers.layers.empty() ? "it has no layers" + lackOfLayers()
                                                   : "none of its layers gives a result" + lackOfLayers());
    }

    /// Said of the net itself, or of the one that was trained where the net does not say it.
    void noteTransformations()
    {
        for (const Net* net : {&m_request.layers, m_request.weights}) {
            if (!net)
                continue;
            for (const Layer& layer : net->layers) {
                const std::string words = transformationOf(layer);
                if (words.empty())
                    continue;
                m_warnings.push_back("in training, " + layer.label()
                    + " changes its pictures before the net sees them (" + words
                    + "): the inputs of the formula are the numbers behind that");
                return;
            }
        }
    }

    struct Flow
    {
        Value value;
        bool isRead = false;
    };

    const NetRequest& m_request;
    bool m_onlyFirstRow;
    ElementType m_numbers;
    GraphBuilder m_graph;
    std::unordered_map<std::string, const Layer*> m_weights;
    std::unordered_map<std::string, const Blob*> m_shared;
    std::unordered_map<std::string, std::size_t> m_lastWriter; ///< of each blob
    std::unordered_map<std::string, Flow> m_blobs; ///< as they are now
    std::vector<std::string> m_order; ///< of blobs, as they first appear
    std::unordered_set<std::size_t> m_isInput; ///< positions of tensors
    std::unordered_map<std::string, std::string> m_leftOut; ///< blobs that only training has, and who gives them
    std::vector<std::string> m_warnings;
    std::int64_t m_rows = 0;
    bool m_mixesRows = false;
};

/// The net for one row of a batch, where that says the same; nothing where it does not.
std::optional<ImportedModel> ofOneRow(const NetRequest& request, const Progress& progress)
{
    NetWriter writer(request, true);
    std::optional<ImportedModel> model;
    try {
        model = writer.write(progress);
    } catch (const ImportError& error) {
        if (error.code == ErrorCode::Cancelled)
            throw;
        return std::nullopt;
    }
    if (writer.mixesRows() || writer.rows() == 0)
        return std::nullopt;
    model->warnings.push_back("the net is set for " + std::to_string(writer.rows())
        + " rows at once, each of which it computes alone: the formula is that of one row");
    return model;
}

} // namespace

ImportedModel writtenNet(const NetRequest& request, const Progress& progress)
{
    if (std::optional<ImportedModel> model = ofOneRow(request, progress))
        return std::move(*model);
    return NetWriter(request, false).write(progress);
}

} // namespace formulens::caffe
