// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/TfjsImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/JsonDocument.h"
#include "core/importers/containers/TextLines.h"
#include "core/importers/keras/ModelWriter.h"

#include <algorithm>
#include <cmath>

namespace formulens::tfjs {

namespace {

using keras::Json;

[[noreturn]] void fail(const std::string& words, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, words};
}

std::optional<ElementType> typeNamed(const std::string& name)
{
    for (const ElementType type : {ElementType::Float16, ElementType::Float32, ElementType::Int8, ElementType::Int16,
             ElementType::Int32, ElementType::UInt8, ElementType::UInt16, ElementType::Bool})
        if (formulens::name(type) == name)
            return type;
    return std::nullopt;
}

/// Bytes of one group of the manifest: its files behind each other.
class Shards
{
public:
    Shards(const std::filesystem::path& model, const Json& paths)
    {
        if (!paths.is_array())
            fail("the weightsManifest has paths " + keras::quoted(paths) + ", expected a list");
        for (const Json& path : paths) {
            const auto name = path.get<std::string>();
            auto file = openCompanion(model, name);
            if (!file)
                fail("the weights' file '" + name + "' " + file.error().message, file.error().code);
            m_size += (*file)->bytes().size();
            m_files.push_back(std::move(*file));
        }
    }

    std::uint64_t size() const { return m_size; }

    /// A view where the bytes lie in one file, else a copy. They must be there.
    Tensor tensor(ElementType type, const Shape& shape, std::uint64_t offset) const
    {
        const std::uint64_t size = shape.elementCount() * byteSize(type);
        std::uint64_t start = 0;
        for (const auto& file : m_files) {
            const std::uint64_t end = start + file->bytes().size();
            if (offset >= start && offset + size <= end)
                return Tensor::view(type, shape,
                    file->bytes().subspan(static_cast<std::size_t>(offset - start), static_cast<std::size_t>(size)),
                    file);
            start = end;
        }
        return copy(type, shape, offset, size);
    }

private:
    Tensor copy(ElementType type, const Shape& shape, std::uint64_t offset, std::uint64_t size) const
    {
        auto bytes = std::make_shared<std::vector<std::byte>>();
        bytes->reserve(static_cast<std::size_t>(size));
        std::uint64_t start = 0;
        for (const auto& file : m_files) {
            const std::uint64_t end = start + file->bytes().size();
            const std::uint64_t from = std::max(start, offset);
            const std::uint64_t to = std::min(end, offset + size);
            if (from < to) {
                const auto part = file->bytes().subspan(
                    static_cast<std::size_t>(from - start), static_cast<std::size_t>(to - from));
                bytes->insert(bytes->end(), part.begin(), part.end());
            }
            start = end;
        }
        return Tensor::view(type, shape, *bytes, bytes);
    }

    std::vector<std::shared_ptr<const MappedFile>> m_files;
    std::uint64_t m_size = 0;
};

/// weight = quantised * scale + min, to the precision that TensorFlow.js keeps
Tensor dequantised(const Tensor& quantised, const Json& quantisation, ElementType type)
{
    if (quantised.type() == ElementType::Float16)
        return Tensor::ofDoubles(quantised.shape(), quantised.numbers(), type);
    const double scale = quantisation.at("scale").get<double>();
    const double least = quantisation.at("min").get<double>();
    std::vector<double> values = quantised.numbers();
    for (double& value : values)
        value = isInteger(type) ? std::round(value * scale + least) : value * scale + least;
    return Tensor::ofDoubles(quantised.shape(), std::move(values), type);
}

class Manifest
{
public:
    explicit Manifest(const std::filesystem::path& model) : m_model(model) { }

    std::map<std::string, Tensor> read(const Json& groups)
    {
        for (const Json& group : groups) {
            const Shards shards(m_model, group.at("paths"));
            std::uint64_t offset = 0;
            for (const Json& entry : group.at("weights"))
                offset += add(entry, shards, offset);
            if (offset != shards.size())
                fail("the weights' files hold " + std::to_string(shards.size())
                    + " bytes, but the weightsManifest describes " + std::to_string(offset));
        }
        return std::move(m_weights);
    }

private:
    /// The bytes that the weight takes.
    std::uint64_t add(const Json& entry, const Shards& shards, std::uint64_t offset)
    {
        const auto name = entry.at("name").get<std::string>();
        const Json none;
        const Json& quantisation = entry.contains("quantization") ? entry["quantization"] : none;
        const std::string stored = (quantisation.is_object() ? quantisation : entry).at("dtype").get<std::string>();
        const auto type = typeNamed(stored);
        const auto meant = typeNamed(entry.at("dtype").get<std::string>());
        if (!type || !meant)
            fail("weight '" + name + "' is of type '" + stored + "', which is not known", ErrorCode::Unsupported);
        const Shape shape(entry.at("shape").get<std::vector<std::int64_t>>());
        const Result<std::size_t> count = checkedElementCount(shape);
        if (!count)
            fail("weight '" + name + "': " + count.error().message);
        const std::uint64_t size = *count * byteSize(*type);
        if (size > shards.size() - std::min(offset, shards.size()))
            fail("weight '" + name + "' of shape " + shape.text() + " needs " + std::to_string(size)
                + " bytes from byte " + std::to_string(offset) + ", but its files hold "
                + std::to_string(shards.size()));
        Tensor tensor = shards.tensor(*type, shape, offset);
        if (quantisation.is_object())
            tensor = dequantised(tensor, quantisation, *meant);
        if (!m_weights.emplace(name, std::move(tensor)).second)
            fail("weight '" + name + "' is given twice");
        return size;
    }

    const std::filesystem::path& m_model;
    std::map<std::string, Tensor> m_weights;
};

ImportedModel readModel(const ImportRequest& request, const Progress& progress)
{
    const Json document = readJson(request.file->text(), "the file");
    if (document.value("format", std::string()) == "graph-model")
        fail("this is a graph model of TensorFlow.js; convert the original as a layers model, or export it as ONNX, "
             "with "
             "tf2onnx",
            ErrorCode::Unsupported);
    if (!document.contains("weightsManifest") || !document["weightsManifest"].is_array())
        fail("it has no weightsManifest, which says where the weights are");
    const Json& topology = document.at("modelTopology");
    const Json& config = topology.contains("model_config") ? topology["model_config"] : topology;
    const keras::Model model = keras::readModel(config);
    const auto weights = Manifest(request.file->path()).read(document["weightsManifest"]);
    // Its layers are those of Keras 2, by whatever version the file was converted; only Keras 3 says so.
    const std::string version = topology.value("keras_version", std::string());
    const keras::Origin origin{version.starts_with('3') ? 3 : 2, 3, false};
    ImportedModel result;
    GraphBuilder graph;
    keras::writeModel(
        graph, model, keras::namedWeights(model, weights, keras::weightsOf), origin, result.warnings, progress);
    graph.network().name = model.name;
    graph.network().producer = document.value("generatedBy", std::string());
    graph.network().format = "TensorFlow.js layers";
    result.network = graph.build();
    return result;
}

} // namespace

bool recognises(std::string_view content)
{
    return withoutFrontBlanks(content).starts_with('{') && content.find("\"modelTopology\"") != std::string_view::npos;
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&]() -> ImportedModel {
        try {
            return readModel(request, progress);
        } catch (const Json::exception&) {
            fail("its description of the model lacks a value, or has one of an unexpected kind");
        }
    });
}

} // namespace formulens::tfjs
