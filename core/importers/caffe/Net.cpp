// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Net.h"

#include "core/importers/ImportError.h"
#include "core/importers/caffe/Messages.h"

#include <algorithm>
#include <array>

namespace formulens::caffe {

namespace {

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// What rules of layers are held against: the phase is that of testing.
struct State
{
    std::int64_t level = 0;
    std::vector<std::string> stages;

    bool has(const std::string& stage) const { return std::ranges::find(stages, stage) != stages.end(); }
};

bool isMet(const ProtobufEntry& entry, const State& state)
{
    Parameters rule(entry);
    if (rule.has("phase") && rule.choice("phase", {{"TRAIN", 0}, {"TEST", 1}}) != "TEST")
        return false;
    if (state.level < rule.integer("min_level", state.level) || state.level > rule.integer("max_level", state.level))
        return false;
    return std::ranges::all_of(rule.texts("stage"), [&](const std::string& stage) { return state.has(stage); })
        && std::ranges::none_of(rule.texts("not_stage"), [&](const std::string& stage) { return state.has(stage); });
}

/// Where there are rules to include it, one must be met; else none to exclude it.
bool isIncluded(const Layer& layer, const State& state)
{
    Parameters fields(layer.fields);
    const auto isMetHere = [&](const ProtobufEntry* rule) { return isMet(*rule, state); };
    const auto including = fields.messages("include");
    const auto excluding = fields.messages("exclude");
    if (!including.empty() && !excluding.empty())
        refuse(layer.label() + ": has rules both to include and to exclude it, expected one kind");
    return including.empty() ? std::ranges::none_of(excluding, isMetHere) : std::ranges::any_of(including, isMetHere);
}

/// `param { name: "shared" }`, or in old layers `param: "shared"`.
std::vector<std::string> weightNamesOf(Parameters& fields, bool isOld)
{
    if (isOld)
        return fields.texts("param");
    std::vector<std::string> names;
    for (const ProtobufEntry* param : fields.messages("param"))
        names.push_back(Parameters(*param).text("name", ""));
    return names;
}

std::string typeOf(Parameters& fields, bool isOld)
{
    if (!isOld)
        return fields.text("type", "");
    const std::string type = fields.word("type");
    const auto known = typeOfOldLayer(type);
    if (!known)
        refuse("its type is '" + type.substr(0, 40) + "', which layers of this form ('layers') do not have");
    return *known;
}

/// A layer but for its weights.
Layer layerOf(ProtobufEntry entry, bool isOld)
{
    Layer layer;
    layer.fields = std::move(entry);
    Parameters fields(layer.fields);
    if (isOld && fields.has("layer"))
        refuse("its layers are in Caffe's first form (V0LayerParameter): write it anew with Caffe's own "
               "upgrade_net_proto_text and upgrade_net_proto_binary",
            ErrorCode::Unsupported);
    layer.name = fields.text("name", "");
    within([&] { return "layer '" + layer.name + "'"; },
        [&] {
            layer.type = typeOf(fields, isOld);
            layer.bottoms = fields.texts("bottom");
            layer.tops = fields.texts("top");
            layer.weightNames = weightNamesOf(fields, isOld);
        });
    return layer;
}

std::vector<DeclaredInput> inputsOf(Parameters& fields)
{
    constexpr std::size_t oldRank = 4;
    const std::vector<std::string> names = fields.texts("input");
    const std::vector<std::int64_t> extents = fields.integers("input_dim");
    const auto shapes = fields.messages("input_shape");
    if (shapes.empty() && !extents.empty() && extents.size() != oldRank * names.size())
        refuse("has " + std::to_string(extents.size()) + " numbers 'input_dim' for " + std::to_string(names.size())
            + " inputs, expected four for each");
    if (!shapes.empty() && shapes.size() != names.size())
        refuse("has " + std::to_string(shapes.size()) + " messages 'input_shape' for " + std::to_string(names.size())
            + " inputs, expected one for each");
    std::vector<DeclaredInput> inputs;
    for (std::size_t i = 0; i < names.size(); ++i) {
        DeclaredInput input{names[i], {}};
        if (!shapes.empty())
            input.extents = Parameters(*shapes[i]).integers("dim");
        else if (!extents.empty()) {
            const auto first = extents.begin() + static_cast<std::ptrdiff_t>(oldRank * i);
            input.extents.emplace(first, first + static_cast<std::ptrdiff_t>(oldRank));
        }
        inputs.push_back(std::move(input));
    }
    return inputs;
}

/// All but the layers.
Net headOf(const ProtobufEntry& entry, State& state)
{
    Parameters fields(entry);
    Net net;
    net.name = fields.text("name", "");
    net.inputs = inputsOf(fields);
    if (const ProtobufEntry* message = fields.message("state")) {
        Parameters said(*message);
        state.level = said.integer("level", 0);
        state.stages = said.texts("stage");
    }
    return net;
}

/// A layer takes some bytes of a file, and far more where it is read and written into a graph.
void take(MemoryBudget& budget, std::uint64_t bytes)
{
    if (!budget.take(bytes))
        refuse("its layers take more memory than is taken for a file of this size", ErrorCode::Limit);
}

constexpr std::uint64_t memoryOfLayer = 2048;
constexpr std::uint64_t memoryOfBlob = 512;

void keep(Net& net, Layer layer, const State& state)
{
    if (!isIncluded(layer, state))
        for (const std::string& top : layer.tops)
            net.trained.emplace(top, layer.label());
    else
        net.layers.push_back(std::move(layer));
}

/// The blobs of a text, where it has some, leave the fields.
std::vector<Blob> takenBlobs(Layer& layer)
{
    std::vector<Blob> blobs;
    for (const ProtobufEntry& entry : layer.fields.fields)
        if (entry.name == "blobs" && entry.kind == ProtobufEntry::Kind::Message)
            blobs.push_back(within([&] { return layer.label() + ": blob " + std::to_string(blobs.size()); },
                [&] { return blobOf(entry); }));
    std::erase_if(layer.fields.fields, [](const ProtobufEntry& entry) { return entry.name == "blobs"; });
    return blobs;
}

/// Parameters of other kinds of layers may stand anywhere, and change nothing.
void noteUnknown(Net& net, const ProtobufEntry& message, MessageFields known, const std::string& where)
{
    constexpr std::size_t mostWarnings = 20;
    for (const ProtobufEntry& entry : message.fields)
        if (net.warnings.size() < mostWarnings
            && std::ranges::find(known, entry.name, &MessageField::name) == known.end()
            && !entry.name.ends_with("_param"))
            net.warnings.push_back(where + " says '" + entry.name.substr(0, 40) + "' (line "
                + std::to_string(entry.line) + "), which Caffe does not know and which is not used");
}

Layer layerOfBinary(
    std::string_view message, bool isOld, const std::shared_ptr<const MappedFile>& file, MemoryBudget& budget)
{
    std::vector<std::string_view> blobs;
    ProtobufEntry entry;
    entry.kind = ProtobufEntry::Kind::Message;
    entry.fields = entriesOf(message, isOld ? oldLayerFields() : layerFields(), budget,
        [&](const MessageField& row, const ProtobufField& field) {
            if (row.kind == MessageField::Kind::Weights) {
                take(budget, memoryOfBlob);
                blobs.push_back(field.bytes());
            }
            return row.kind == MessageField::Kind::Weights;
        });
    Layer layer = layerOf(std::move(entry), isOld);
    for (const std::string_view blob : blobs)
        within([&] { return layer.label() + ": blob " + std::to_string(layer.blobs.size()); },
            [&] { layer.blobs.push_back(blobOf(blob, file)); });
    return layer;
}

bool isPrintable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

/// It begins with a name and a type, or with what it reads and gives; old ones say their type by a number.
bool looksLikeLayer(std::string_view message, bool isOld)
{
    bool hasType = false;
    bool isLayer = true;
    eachField(message, [&](const ProtobufField& field) {
        const bool isName = field.number() <= 4 && !(isOld && field.number() == 1);
        if (isName)
            isLayer = isLayer && isPrintable(field.bytes());
        hasType = hasType || (isOld ? field.number() == 5 || field.number() == 1 : field.number() == 2);
    });
    return isLayer && hasType;
}

constexpr std::array<std::string_view, 7> netNames{
    "name", "input", "input_dim", "input_shape", "state", "force_backward", "debug_info"};
constexpr std::array<std::string_view, 12> solverNames{"net", "train_net", "test_net", "test_iter", "test_interval",
    "base_lr", "lr_policy", "solver_mode", "snapshot_prefix", "max_iter", "display", "type"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

} // namespace

std::string Layer::label() const
{
    return "layer '" + name + "' (" + type + ")";
}

Net netOfText(std::string_view text)
{
    MemoryBudget budget(mostMemory(text.size()));
    ProtobufEntry entry{{}, ProtobufEntry::Kind::Message, {}, readProtobufText(text, budget), 0};
    State state;
    Net net = headOf(entry, state);
    noteUnknown(net, entry, netFields(), "the net");
    for (ProtobufEntry& field : entry.fields) {
        const bool isOld = field.name == "layers";
        if ((!isOld && field.name != "layer") || field.kind != ProtobufEntry::Kind::Message)
            continue;
        const std::size_t line = field.line;
        within([&] { return "line " + std::to_string(line); },
            [&] {
                take(budget, memoryOfLayer);
                Layer layer = layerOf(std::move(field), isOld);
                layer.blobs = takenBlobs(layer);
                noteUnknown(net, layer.fields, isOld ? oldLayerFields() : layerFields(), layer.label());
                Parameters fields(layer.fields);
                layer.isForTraining = fields.choice("phase", {{"TEST", 1}, {"TRAIN", 0}}) == "TRAIN";
                keep(net, std::move(layer), state);
            });
    }
    return net;
}

Net netOfBinary(const std::shared_ptr<const MappedFile>& file)
{
    MemoryBudget budget(mostMemory(file->text().size()));
    struct Found
    {
        std::string_view message;
        bool isOld;
    };
    std::vector<Found> found;
    ProtobufEntry head;
    within([] { return std::string("the net"); },
        [&] {
            head.fields = entriesOf(
                file->text(), netFields(), budget, [&](const MessageField& row, const ProtobufField& field) {
                    if (row.kind == MessageField::Kind::Weights) {
                        take(budget, memoryOfLayer);
                        found.push_back({field.bytes(), row.name == "layers"});
                    }
                    return row.kind == MessageField::Kind::Weights;
                });
        });
    State state;
    Net net = headOf(head, state);
    for (std::size_t i = 0; i < found.size(); ++i)
        within([&] { return "layer #" + std::to_string(i + 1); },
            [&] { keep(net, layerOfBinary(found[i].message, found[i].isOld, file, budget), state); });
    return net;
}

bool looksLikeText(std::string_view content)
{
    constexpr std::size_t mostUnknown = 16; // forks have fields of their own
    std::size_t unknown = 0;
    bool isNet = false;
    skimProtobufText(content, [&](std::string_view name, bool opensMessage) {
        isNet = (name == "layer" || name == "layers") && opensMessage;
        unknown += has(netNames, name) ? 0 : 1;
        return !isNet && unknown < mostUnknown;
    });
    return isNet;
}

bool isSolver(std::string_view content)
{
    std::size_t known = 0;
    skimProtobufText(content, [&](std::string_view name, bool opensMessage) {
        known += has(solverNames, name) && !opensMessage ? 1 : 0;
        return known > 0 && known < 3;
    });
    return known >= 3;
}

bool looksLikeBinary(std::string_view content)
{
    struct Verdict
    {
        bool isNet;
    };
    try {
        eachField(content, [](const ProtobufField& field) {
            const bool isOld = field.number() == 2;
            if (isOld || field.number() == 100)
                throw Verdict{looksLikeLayer(field.bytes(), isOld)};
            const bool isName = field.number() == 1 || field.number() == 3;
            if (field.number() > 8 || (isName && !isPrintable(field.bytes())))
                throw Verdict{false};
        });
    } catch (const Verdict& verdict) {
        return verdict.isNet;
    } catch (const ImportError&) {
    } catch (const protozero::exception&) {
    }
    return false;
}

} // namespace formulens::caffe
