// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Model.h"

#include "core/evaluation/SlopeProgram.h"

namespace formulens {

Computations::Computations(std::shared_ptr<const PreparedNetwork> network) : m_network(std::move(network)) { }

Result<std::shared_ptr<const Program>> Computations::program(const std::vector<ElementReference>& elements)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_programs.find(elements); found != m_programs.end())
            return found->second;
    }
    auto compiled = compileForSlopes(m_network, elements);
    if (compiled) {
        const std::lock_guard lock(m_mutex);
        m_programs.emplace(elements, *compiled);
    }
    return compiled;
}

Result<std::shared_ptr<const Equations>> Computations::equations(
    const std::vector<ElementReference>& elements, const Progress& progress)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_equations.find(elements); found != m_equations.end())
            return found->second;
    }
    auto derived = deriveEquations(*m_network, EquationsRequest{.outputs = elements}, progress);
    if (derived) {
        const std::lock_guard lock(m_mutex);
        m_equations.emplace(elements, *derived);
    }
    return derived;
}

QString Model::elementName(ElementReference element) const
{
    return QString::fromStdString(network->elementName(element.tensor, element.element));
}

} // namespace formulens
