// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Restoration.h"

#include "core/importers/graphdef/Inliner.h"

namespace formulens::graphdef {

namespace {

class Restoration
{
public:
    Restoration(const Body& graph, FunctionLibrary& library, const Source& source)
        : m_inliner(graph, library, source), m_source(source)
    {
    }

    std::map<std::size_t, SavedVariable> read(const std::string& restore)
    {
        for (const ScopedNode& at : m_inliner.nodesThatRun({restore})) {
            const std::string& operatorName = m_inliner.node(at).operatorName;
            if (operatorName == "Assign" || operatorName == "AssignVariableOp")
                addAssignment(at);
        }
        return std::move(m_variables);
    }

private:
    /// Input 0 is the variable, input 1 its value.
    void addAssignment(const ScopedNode& at)
    {
        const NodeDef& assignment = m_inliner.node(at);
        if (assignment.inputs.size() < 2)
            throw ImportError{ErrorCode::BadFile, assignment.words() + " has no value to assign"};
        const Place variable = m_inliner.follow(at.scope, assignment.inputs[0]);
        const Place value = m_inliner.follow(at.scope, assignment.inputs[1]);
        const bool isRestored = m_inliner.node(value.at).operatorName == "RestoreV2";
        if (variable.at.scope != 0 || !isVariable(m_inliner.node(variable.at)) || !isRestored)
            return;
        const std::string key = textOf(value, 1);
        if (!key.empty())
            m_variables[variable.at.node] = {key, !textOf(value, 2).empty()};
    }

    /// RestoreV2 (prefix, keys, slices): the text for one of its outputs; empty where there is none.
    std::string textOf(const Place& restored, std::size_t input)
    {
        const std::vector<std::string>& inputs = m_inliner.node(restored.at).inputs;
        if (input >= inputs.size())
            return {};
        const Place list = m_inliner.follow(restored.at.scope, inputs[input]);
        const NodeDef& node = m_inliner.node(list.at);
        if (node.operatorName != "Const")
            return {};
        auto known = m_lists.find(list.at);
        if (known == m_lists.end())
            known = m_lists.emplace(list.at, constantOf(node, m_source)).first;
        const Tensor& texts = known->second;
        const bool hasIt = texts.type() == ElementType::String && restored.output < texts.size();
        return hasIt ? texts.string(restored.output) : std::string();
    }

    Inliner m_inliner;
    const Source& m_source;
    std::map<ScopedNode, Tensor> m_lists;
    std::map<std::size_t, SavedVariable> m_variables;
};

} // namespace

std::map<std::size_t, SavedVariable> savedVariables(
    const Body& graph, FunctionLibrary& library, const std::string& restore, const Source& source)
{
    return Restoration(graph, library, source).read(restore);
}

} // namespace formulens::graphdef
