// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/NodeDef.h"

#include <unordered_map>

namespace formulens::graphdef {

/// Nodes that read each other: the graph itself, or a function (FunctionDef of function.proto).
struct Body
{
    std::string name; ///< of the function; empty for the graph
    std::vector<NodeDef> nodes;
    std::unordered_map<std::string, std::size_t> numbers; ///< of the nodes, by name
    std::unordered_map<std::string, std::size_t> arguments; ///< which of the caller's inputs a name stands for
    std::vector<std::string> results; ///< in their order: references
    std::unordered_map<std::string, std::size_t> resultNumbers; ///< by name
    std::vector<std::string> effects; ///< nodes that are run for what they do

    /// Nothing where there is none of the name.
    const NodeDef* find(const std::string& node) const;
};

/// The nodes of a GraphDef. Throws ImportError.
Body readGraph(std::string_view message, const Source& source);

/// The functions of a graph. One is read when it is asked for, for most are for training and saving.
class FunctionLibrary
{
public:
    /// Of a FunctionDefLibrary message. Throws ImportError.
    FunctionLibrary(std::string_view message, Source source);

    bool has(const std::string& name) const { return m_messages.contains(name); }
    /// Throws ImportError.
    const Body& function(const std::string& name);

private:
    Source m_source;
    std::unordered_map<std::string, std::string_view> m_messages;
    std::unordered_map<std::string, Body> m_bodies;
};

} // namespace formulens::graphdef
