// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <memory>
#include <span>
#include <vector>

namespace formulens {

/// A small prepared network inside of a kernel: an operator that is defined by other operators.
class Subnetwork
{
public:
    explicit Subnetwork(std::shared_ptr<const PreparedNetwork> network);

    const PreparedNetwork& prepared() const { return *m_network; }
    TensorIndex input(std::size_t number) const { return m_network->network->inputs[number]; }
    std::size_t inputCount() const { return m_network->network->inputs.size(); }

    /// Multiply-adds of all steps.
    std::uint64_t cost() const;
    /// What the steps before `output` are together.
    Kernel::Character character(TensorIndex output) const;
    /// The tensor is an operand of functions of several operands, so that a long form in it wants a name.
    bool feedsJoint(TensorIndex tensor) const { return m_feedsJoint[tensor.position()] != 0; }

private:
    std::shared_ptr<const PreparedNetwork> m_network;
    std::vector<char> m_feedsJoint; ///< by tensor
};

/// One evaluation of a subnetwork over a number type; it may be used again for the next one.
template <class T>
class SubnetworkRun
{
public:
    explicit SubnetworkRun(const Subnetwork& subnetwork)
        : m_subnetwork(subnetwork), m_values(subnetwork.prepared().tensors.size())
    {
        const PreparedNetwork& network = subnetwork.prepared();
        for (const Step& step : network.steps)
            for (const TensorIndex input : step.inputs)
                materialise(input);
        for (const TensorIndex output : network.network->outputs)
            materialise(output);
    }

    std::vector<T>& values(TensorIndex tensor) { return m_values[tensor.position()]; }
    void setInput(std::size_t number, std::span<const T> values)
    {
        m_values[m_subnetwork.input(number).position()].assign(values.begin(), values.end());
    }

    /// All steps; with `needed` only the elements that are marked there, by tensor.
    void run(const std::vector<ElementMask>* needed = nullptr)
    {
        run(needed, [](TensorIndex, std::vector<T>&) {});
    }

    /// The same; `look` sees each tensor as soon as it is there, and may change how its elements are written.
    template <class Look>
    void run(const std::vector<ElementMask>* needed, const Look& look)
    {
        const PreparedNetwork& network = m_subnetwork.prepared();
        std::vector<std::span<const T>> operands;
        for (const Step& step : network.steps) {
            operands.clear();
            for (const TensorIndex input : step.inputs)
                operands.push_back(m_values[input.position()]);
            std::vector<T>& output = m_values[step.output.position()];
            output.resize(network.tensor(step.output).shape.elementCount());
            step.kernel->run(
                Operands<T>(operands), std::span<T>(output), needed ? &(*needed)[step.output.position()] : nullptr);
            if (m_subnetwork.feedsJoint(step.output) && step.kernel->character() != Kernel::Character::Movement)
                for (T& value : output)
                    value = named(value);
            look(step.output, output);
        }
    }

private:
    void materialise(TensorIndex tensor)
    {
        const auto& constant = m_subnetwork.prepared().tensor(tensor).constant;
        std::vector<T>& elements = m_values[tensor.position()];
        if (!constant || !elements.empty())
            return;
        elements.reserve(constant->size());
        for (std::size_t i = 0; i < constant->size(); ++i)
            elements.push_back(T(constant->number(i)));
    }

    const Subnetwork& m_subnetwork;
    std::vector<std::vector<T>> m_values; ///< by tensor
};

} // namespace formulens
