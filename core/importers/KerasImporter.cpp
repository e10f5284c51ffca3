// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/KerasImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/WeightsImporter.h"
#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/Hdf5Tree.h"
#include "core/importers/containers/JsonDocument.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/TextLines.h"
#include "core/importers/containers/ZipArchive.h"
#include "core/importers/keras/FirstVersion.h"
#include "core/importers/keras/ModelWriter.h"
#include "core/importers/keras/WeightsAlone.h"

#include <algorithm>
#include <optional>

namespace formulens::keras {

namespace {

constexpr std::string_view archiveConfig = "config.json";
constexpr std::string_view archiveWeights = "model.weights.h5";
constexpr std::string_view archiveMetadata = "metadata.json";

[[noreturn]] void fail(const std::string& words, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, words};
}

/// Names in a zip lie in its local headers and again in its directory at the end.
bool isArchive(std::string_view content)
{
    constexpr std::size_t end = 1 << 16;
    const auto mentions = [&](std::string_view name) {
        return content.substr(0, end).find(name) != std::string_view::npos
            || content.substr(content.size() - std::min(end, content.size())).find(name) != std::string_view::npos;
    };
    return ZipArchive::recognises(content)
        && (mentions(archiveWeights) || (mentions(archiveConfig) && mentions(archiveMetadata)));
}

bool mentionsClass(std::string_view text)
{
    for (const std::string_view name : {"\"Sequential\"", "\"Functional\"", "\"Model\""})
        if (text.find(name) != std::string_view::npos)
            return true;
    return false;
}

bool isArchitecture(std::string_view content)
{
    const std::string_view text = withoutFrontBlanks(content);
    const bool isObject = text.starts_with('{') && text.find("\"class_name\"") != std::string_view::npos
        && text.find("\"modelTopology\"") == std::string_view::npos && mentionsClass(text);
    return isObject || (text.starts_with("\"{") && text.find("\\\"class_name\\\"") != std::string_view::npos);
}

std::string textOf(const Hdf5Group& group, const std::string& name)
{
    const Tensor* value = group.attribute(name);
    return value != nullptr && value->type() == ElementType::String && value->size() == 1 ? value->string(0)
                                                                                          : std::string();
}

/// What model.to_json() gave, also where it was saved as one string.
Json readArchitectureText(std::string_view text, const std::string& what)
{
    Json document = readJson(text, what);
    return document.is_string() ? readJson(document.get<std::string>(), what) : document;
}

/// "2.2.4-tf"
void readVersion(Origin& origin, const std::string& text)
{
    if (text.empty() || text[0] < '1' || text[0] > '9')
        return;
    origin.major = text[0] - '0';
    origin.minor = 0;
    for (std::size_t i = 2; text.size() > 2 && text[1] == '.' && i < text.size()
         && std::isdigit(static_cast<unsigned char>(text[i])) && i < 5;
         ++i)
        origin.minor = 10 * origin.minor + (text[i] - '0');
}

/// What is known of a model before it is written.
struct Parts
{
    Json document;
    std::string version; ///< of Keras; empty where no file says it
    std::string backend;
    std::string container; ///< "HDF5", for the description of the format
};

const Hdf5Group& weightsGroup(const Hdf5Group& root)
{
    const Hdf5Group* group = root.group("model_weights");
    return group == nullptr ? root : *group;
}

Hdf5Group hdf5In(std::string_view content, const Progress& progress, const std::string& where = {})
{
    Hdf5Group root = orThrow(readHdf5(content, progress), where);
    return isLegacyGroup(weightsGroup(root)) ? root : unfolded(std::move(root));
}

bool holdsWeights(const Hdf5Group& root)
{
    return isLegacyGroup(weightsGroup(root)) || isTree(weightsGroup(root));
}

WeightTable weightsIn(const Hdf5Group& root, const Model& model)
{
    const Hdf5Group& group = weightsGroup(root);
    if (isLegacyGroup(group))
        return legacyWeights(model, group, weightsOf);
    if (isTree(group))
        return treeWeights(model, group, weightsOf);
    fail("the HDF5 file holds no weights of Keras: expected the attribute layer_names, or a group 'layers'");
}

class Reader
{
public:
    Reader(const ImportRequest& request, const Progress& progress)
        : m_request(request), m_progress(progress), m_content(request.file->text())
    {
    }

    ImportedModel read()
    {
        if (isHdf5(m_content))
            return readHdf5File();
        return ZipArchive::recognises(m_content) ? readArchive() : readArchitecture();
    }

    NamedTensors readWeights()
    {
        const Hdf5Group root = hdf5In(m_content, m_progress);
        const bool isAlone = textOf(root, "model_config").empty() && holdsWeights(root) && !architectureBeside();
        auto weights = isAlone ? denseWeightsAlone(weightsGroup(root)) : std::nullopt;
        if (!weights)
            fail("it does not hold the weights of dense layers alone: no layers are left to say",
                ErrorCode::BadQuestion);
        return std::move(*weights);
    }

private:
    ImportedModel readHdf5File()
    {
        const Hdf5Group root = hdf5In(m_content, m_progress.part(0, 0.5));
        Parts parts{{}, textOf(root, "keras_version"), textOf(root, "backend"), "HDF5"};
        const std::string config = textOf(root, "model_config");
        if (!config.empty()) {
            parts.document = readJson(config, "its model_config");
            return written(std::move(parts), root);
        }
        if (!holdsWeights(root))
            fail("the HDF5 file holds no Keras model: expected an attribute model_config, or weights of layers");
        if (const auto document = architectureBeside()) {
            parts.document = *document;
            takeVersion(parts);
            return written(std::move(parts), root);
        }
        return weightsAlone(root);
    }

    /// Whoever opened it may say the layers.
    ImportedModel weightsAlone(const Hdf5Group& root) const
    {
        const auto weights = denseWeightsAlone(weightsGroup(root));
        if (!weights)
            fail("this holds weights only, without the layers that they belong to: put the model's architecture beside "
                 "it, "
                 "as '"
                + stem() + ".json' (model.to_json()), or save the whole model with model.save()");
        Result<ImportedModel> model = networkOfWeights(*weights, m_request.options, "Keras weights");
        if (!model && model.error().code == ErrorCode::NeedsArchitecture)
            model.error().message
                += ", or put the model's architecture beside it, as '" + stem() + ".json' (model.to_json())";
        return orThrow(std::move(model));
    }

    /// A file of weights is nothing without the architecture, which Keras users save as JSON.
    std::optional<Json> architectureBeside() const
    {
        for (const std::string& name : architectureNames())
            if (const auto file = openCompanion(m_request.file->path(), name))
                if (isArchitecture((*file)->text()))
                    return readArchitectureText((*file)->text(), "the file '" + name + "' beside it");
        return std::nullopt;
    }

    /// The file's name without its endings.
    std::string stem() const
    {
        std::string name = m_request.file->path().filename().string();
        for (const std::string_view ending : {".h5", ".hdf5", ".keras", ".json", ".weights", "_weights", "-weights"})
            if (name.size() > ending.size() && name.ends_with(ending))
                name.resize(name.size() - ending.size());
        return name;
    }

    std::vector<std::string> architectureNames() const { return {stem() + ".json", "config.json", "model.json"}; }

    std::vector<std::string> weightNames() const
    {
        std::vector<std::string> names;
        for (const char* ending : {".weights.h5", ".h5", "_weights.h5", "-weights.h5", ".hdf5"})
            names.push_back(stem() + ending);
        names.insert(names.end(), {"model.weights.h5", "weights.h5"});
        return names;
    }

    ImportedModel readArchitecture()
    {
        Parts parts{readArchitectureText(m_content, "the file"), {}, {}, "JSON and HDF5"};
        if (!isModel(parts.document))
            fail("this is JSON text, but no model of Keras: expected a class_name and a config");
        takeVersion(parts);
        for (const std::string& name : weightNames()) {
            const auto file = openCompanion(m_request.file->path(), name);
            if (!file || !isHdf5((*file)->text()))
                continue;
            const Hdf5Group root
                = hdf5In((*file)->text(), m_progress.part(0, 0.5), "the file '" + name + "' beside it: ");
            parts.version = parts.version.empty() ? textOf(root, "keras_version") : parts.version;
            parts.backend = parts.backend.empty() ? textOf(root, "backend") : parts.backend;
            return written(std::move(parts), root);
        }
        fail("this is an architecture without weights: put the weights beside it, as '" + stem() + ".weights.h5' or '"
            + stem() + ".h5'");
    }

    /// Files that describe an architecture alone say the version in it; those of Keras 3 do not say it at all.
    static void takeVersion(Parts& parts)
    {
        const auto found = parts.document.find("keras_version");
        if (found != parts.document.end() && found->is_string())
            parts.version = found->get<std::string>();
        else if (parts.version.empty() && parts.document.value("module", Json()) == Json("keras"))
            parts.version = "3";
    }

    ImportedModel readArchive()
    {
        const ZipArchive archive = orThrow(ZipArchive::open(m_request.file));
        Parts parts{readJson(memberText(archive, archiveConfig), "config.json"), {}, {}, "archive"};
        if (find(archive, archiveMetadata)) {
            const Json metadata = readJson(memberText(archive, archiveMetadata), "metadata.json");
            if (metadata.is_object() && metadata.contains("keras_version") && metadata["keras_version"].is_string())
                parts.version = metadata["keras_version"].get<std::string>();
        }
        if (!find(archive, archiveWeights))
            fail("the archive holds no '" + std::string(archiveWeights)
                + "': its weights are missing, or in several files; "
                  "save the model in one file");
        const Hdf5Group root
            = hdf5In(memberText(archive, archiveWeights), m_progress.part(0, 0.5), std::string(archiveWeights) + ": ");
        return written(std::move(parts), root);
    }

    static std::optional<std::size_t> find(const ZipArchive& archive, std::string_view name)
    {
        const auto found = std::ranges::find(archive.members(), name, &ZipArchive::Member::name);
        return found == archive.members().end()
            ? std::nullopt
            : std::optional(static_cast<std::size_t>(found - archive.members().begin()));
    }

    std::string memberText(const ZipArchive& archive, std::string_view name) const
    {
        const auto member = find(archive, name);
        if (!member)
            fail("the archive has no '" + std::string(name) + "'");
        const std::uint64_t most = mostMemory(m_content.size());
        const std::uint64_t size = archive.members()[*member].size;
        if (size > most)
            fail("'" + std::string(name) + "' claims " + std::to_string(size)
                    + " bytes, more than an archive of this "
                      "size may hold",
                ErrorCode::Limit);
        const std::vector<std::byte> bytes = orThrow(archive.read(*member, most));
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    ImportedModel written(Parts parts, const Hdf5Group& root)
    {
        Model model = readModel(parts.document);
        Origin origin;
        readVersion(origin, parts.version);
        origin.usesTheano = parts.backend == "theano";
        ImportedModel result;
        GraphBuilder graph;
        if (origin.major == 0 && speaksFirstVersion(model))
            origin.major = 1;
        if (origin.major == 1)
            model = inSecondVersion(std::move(model), result.warnings);
        WeightTable weights = weightsIn(root, model);
        layOutInSecondVersion(model, weights);
        completeShape(model, weights, result.warnings);
        writeModel(graph, model, weights, origin, result.warnings, m_progress.part(0.5, 1));
        const std::string keras = "Keras" + (parts.version.empty() ? "" : " " + parts.version);
        graph.network().name = model.name;
        graph.network().producer = keras;
        graph.network().format = "Keras, " + parts.container;
        result.network = graph.build();
        return result;
    }

    /// A chain that was built by its data alone may not say the shape of its input; a dense layer's weights do.
    static void completeShape(Model& model, const WeightTable& weights, std::vector<std::string>& warnings)
    {
        Layer& entrance = model.layers.front();
        const auto first = model.layers.size() < 2 ? weights.end() : weights.find(&model.layers[1]);
        const bool isOpen = entrance.className == "InputLayer" && entrance.config.is_object()
            && !entrance.config.contains("batch_input_shape") && !entrance.config.contains("batch_shape")
            && !entrance.config.contains("shape") && entrance.builtShape.empty();
        if (!isOpen || first == weights.end() || model.layers[1].className != "Dense"
            || first->second.front().shape().rank() != 2)
            return;
        const std::int64_t width = first->second.front().shape()[0];
        entrance.builtShape = {-1, width};
        warnings.push_back("the file does not say the shape of the model's input: it is taken as "
            + std::to_string(width) + " numbers, which " + model.layers[1].label() + " takes");
    }

    const ImportRequest& m_request;
    const Progress& m_progress;
    std::string_view m_content;
};

template <class T, class Read>
Result<T> throughKerasDoor(const ImportRequest& request, Read read)
{
    return throughDoor<T>(request.file->path().filename().string(), [&]() -> T {
        try {
            return read();
        } catch (const Json::exception&) {
            fail("its description of the model has a value of an unexpected kind");
        }
    });
}

} // namespace

bool recognises(std::string_view content)
{
    return isHdf5(content) || isArchive(content) || isArchitecture(content);
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughKerasDoor<ImportedModel>(request, [&] { return Reader(request, progress).read(); });
}

Result<NamedTensors> weights(const ImportRequest& request)
{
    return throughKerasDoor<NamedTensors>(request, [&] { return Reader(request, {}).readWeights(); });
}

} // namespace formulens::keras
