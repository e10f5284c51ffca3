// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/TfliteImporter.h"

#include "core/base/Joined.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/tflite/Operation.h"

#include <algorithm>
#include <array>

namespace formulens::tflite {

namespace {

constexpr std::size_t identifierOffset = 4;
/// Graphs of real files have at most a few thousand tensors; the verifier stops at this many tables.
constexpr flatbuffers::uoffset_t mostTables = 4'000'000;
constexpr flatbuffers::uoffset_t deepest = 64;

const file::Model& verified(std::string_view content)
{
    flatbuffers::Verifier verifier(
        reinterpret_cast<const std::uint8_t*>(content.data()), content.size(), deepest, mostTables);
    if (!file::VerifyModelBuffer(verifier))
        throw ImportError{ErrorCode::BadFile,
            "the file is cut short or damaged: an offset in it leads out of the file; expected a whole TensorFlow Lite "
            "model"};
    return *file::GetModel(content.data());
}

const OperatorRow* rowOf(int code)
{
    for (const std::span<const OperatorRow> rows : {elementwiseRows(), layerRows(), movementRows()}) {
        const auto found = std::ranges::find(rows, code, &OperatorRow::code);
        if (found != rows.end())
            return &*found;
    }
    return nullptr;
}

class GraphReader
{
public:
    GraphReader(const file::Model& model, std::shared_ptr<const MappedFile> file)
        : m_model(model), m_graph(mainGraph(model)), m_tensors(model, m_graph, std::move(file))
    {
    }

    ImportedModel read(const Progress& progress)
    {
        each(m_graph.inputs(), "input", [&](std::size_t tensor) { m_tensors.addInput(tensor); });
        for (std::size_t i = 0; m_graph.operators() && i < m_graph.operators()->size(); ++i) {
            if (progress.stopped())
                throw ImportError{ErrorCode::Cancelled, "reading was stopped"};
            write(*m_graph.operators()->Get(static_cast<flatbuffers::uoffset_t>(i)), i);
        }
        each(m_graph.outputs(), "output", [&](std::size_t tensor) { addOutput(tensor); });
        describe();
        m_result.network = m_tensors.graph().build();
        return std::move(m_result);
    }

private:
    static const file::SubGraph& mainGraph(const file::Model& model)
    {
        if (!model.subgraphs() || model.subgraphs()->size() == 0)
            throw ImportError{ErrorCode::BadFile, "the model has no graph"};
        return *model.subgraphs()->Get(0);
    }

    template <class Use>
    void each(const flatbuffers::Vector<std::int32_t>* tensors, const char* role, Use use)
    {
        if (!tensors)
            return;
        for (const std::int32_t tensor : *tensors) {
            if (tensor < 0 || static_cast<std::size_t>(tensor) >= m_tensors.count())
                throw ImportError{ErrorCode::BadFile,
                    std::string("an ") + role + " names tensor " + std::to_string(tensor) + ", the graph has "
                        + std::to_string(m_tensors.count())};
            use(static_cast<std::size_t>(tensor));
        }
    }

    /// Two outputs may be one tensor, and an output may be an input.
    void addOutput(std::size_t tensor)
    {
        const TensorIndex stored = m_tensors.stored(tensor);
        const std::string& name = m_tensors.name(tensor);
        const std::string given = m_tensors.graph().tensor(stored).name;
        std::vector<TensorIndex>& outputs = m_tensors.graph().network().outputs;
        const bool isFresh = std::ranges::find(outputs, stored) == outputs.end() && given == name;
        m_tensors.graph().output(isFresh ? stored : m_tensors.graph().node("Identity", {stored}, name));
    }

    /// Newer files number their operators in a field of their own.
    const file::OperatorCode& codeOf(const file::Operator& operation, std::size_t number) const
    {
        const auto* codes = m_model.operator_codes();
        if (!codes || operation.opcode_index() >= codes->size())
            throw ImportError{ErrorCode::BadFile,
                "operator #" + std::to_string(number) + " has code " + std::to_string(operation.opcode_index())
                    + ", the file lists " + std::to_string(codes ? codes->size() : 0)};
        return *codes->Get(operation.opcode_index());
    }

    void write(const file::Operator& operation, std::size_t number)
    {
        const file::OperatorCode& code = codeOf(operation, number);
        const int builtin = std::max<int>(code.deprecated_builtin_code(), code.builtin_code());
        const OperatorRow* row = rowOf(builtin);
        const bool isCustom = builtin == 32;
        const std::string name = row ? row->name
            : isCustom               ? (code.custom_code() ? code.custom_code()->str() : std::string("unnamed"))
                                     : "BUILTIN_" + std::to_string(builtin);
        Operation written(
            m_tensors, operation, "operator #" + std::to_string(number) + " (" + name + ")", row && row->moves);
        if (row)
            row->write(written);
        else
            writeUnknown(written, name, isCustom ? "tflite.custom" : "tflite");
        if (row && written.outputCount() > 0)
            requireDefined(written);
    }

    void requireDefined(Operation& operation)
    {
        for (std::size_t i = 0; i < operation.outputCount(); ++i)
            m_tensors.stored(operation.output(i));
    }

    void writeUnknown(Operation& operation, const std::string& name, const std::string& domain)
    {
        std::vector<GraphBuilder::Operand> inputs;
        for (std::size_t i = 0; i < operation.inputCount(); ++i)
            inputs.push_back(operation.hasInput(i) && !m_tensors.isVariable(operation.input(i))
                    ? GraphBuilder::Operand(m_tensors.stored(operation.input(i)))
                    : std::nullopt);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < operation.outputCount(); ++i)
            names.push_back(m_tensors.name(operation.output(i)));
        const auto outputs = m_tensors.graph().nodeWithOutputs(domain, name, std::move(inputs), names);
        for (std::size_t i = 0; i < outputs.size(); ++i)
            m_tensors.defineStored(operation.output(i), outputs[i]);
    }

    void describe()
    {
        m_result.warnings = m_tensors.warnings;
        if (const auto& rounded = m_tensors.roundedInputs; !rounded.empty())
            m_result.warnings.push_back(firstOf(rounded, 2) + (rounded.size() == 1 ? " has" : " have")
                + " weights of 8 bits and an input that is not: it is rounded to 255 steps of its range, as the "
                  "reference runtime does; other runtimes may not");
        Network& network = m_tensors.graph().network();
        network.name = m_graph.name() ? m_graph.name()->str() : std::string();
        network.format = "TensorFlow Lite, schema " + std::to_string(m_model.version());
        if (m_model.description() && m_model.description()->size() > 0)
            network.metadata.emplace("description", m_model.description()->str());
        if (m_model.subgraphs()->size() > 1)
            m_result.warnings.push_back("the file has " + std::to_string(m_model.subgraphs()->size())
                + " graphs; the first, which is the main one, is shown");
    }

    const file::Model& m_model;
    const file::SubGraph& m_graph;
    Tensors m_tensors;
    ImportedModel m_result;
};

} // namespace

bool recognises(std::string_view content)
{
    return content.size() > 8 && content.substr(identifierOffset, 4) == "TFL3";
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(),
        [&] { return GraphReader(verified(request.file->text()), request.file).read(progress); });
}

} // namespace formulens::tflite
