// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/GraphDefImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/graphdef/GraphReader.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

// Field numbers of graph.proto.
constexpr std::uint32_t graphNode = 1;

PlainGraph plainGraph(const Source& source)
{
    PlainGraph graph;
    graph.format = "TensorFlow frozen graph";
    within([] { return std::string("the graph"); },
        [&] {
            eachField(source.file->text(), [&](const ProtobufField& field) {
                if (field.number() == graphNode)
                    graph.nodes.push_back(readNode(field.bytes(), source));
            });
        });
    return graph;
}

/// A NodeDef begins with its name and its operator, both printable.
bool looksLikeNode(std::string_view message)
{
    bool hasName = false;
    bool hasOperator = false;
    eachField(message, [&](const ProtobufField& field) {
        const bool isText = field.number() <= 2 && !field.bytes().empty()
            && std::ranges::all_of(field.bytes(), [](char c) { return c >= 0x20 && c < 0x7f; });
        hasName = hasName || (field.number() == 1 && isText);
        hasOperator = hasOperator || (field.number() == 2 && isText);
    });
    return hasName && hasOperator;
}

} // namespace

bool recognises(std::string_view content)
{
    if (!content.starts_with('\x0a'))
        return false;
    struct Found
    {
        bool isNode;
    };
    try {
        eachField(content, [](const ProtobufField& field) {
            throw Found{field.number() == graphNode && looksLikeNode(field.bytes())};
        });
    } catch (const Found& found) {
        return found.isNode;
    } catch (const ImportError&) {
    } catch (const protozero::exception&) {
    }
    return false;
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&] {
        MemoryBudget memory(mostMemory(request.file->text().size()));
        const Source source{request.file, memory};
        return networkOf(plainGraph(source), source, progress);
    });
}

} // namespace formulens::graphdef
