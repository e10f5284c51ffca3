// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Derivation.h"

#include "core/equations/Recognition.h"
#include "core/network/GraphBuilder.h"

#include <algorithm>
#include <unordered_set>

namespace formulens {

Derivation::Derivation(const PreparedNetwork& network, const EquationsRequest& request, Slice slice)
    : m_network(network)
    , m_request(request)
    , m_slice(std::move(slice))
    , m_units(network.inputCount())
    , m_builder(m_units)
    , m_outputs(request.outputs.empty() ? allOutputElements(network) : request.outputs)
    , m_values(network.tensors.size())
    , m_readers(network.tensors.size())
    , m_lastReader(network.tensors.size())
    , m_rulesUsed(recognitionRules().size())
{
    if (request.recogniseFunctions)
        m_units.setRewriter([this](Units& units, FunctionId function, std::span<const SharedForm> operands,
                                std::span<const double> parameters) {
            return recognised(units, function, operands, parameters, m_rulesUsed);
        });
}

Result<std::shared_ptr<const Equations>> Derivation::run(const Progress& progress)
{
    countReaders();
    provideInputs();
    for (std::size_t k = 0; k < m_slice.steps.size(); ++k) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        progress.report(static_cast<double>(k) / static_cast<double>(m_slice.steps.size()));
        if (const auto done = push(m_slice.steps[k]); !done)
            return tl::unexpected(done.error());
    }
    return collected();
}

/// From the last step to the first: what only moves elements hands its readers on.
void Derivation::countReaders()
{
    for (const ElementReference& output : m_outputs) {
        Readers& readers = m_readers[output.tensor.position()];
        readers.reads += 1;
        readers.elements += 1;
        m_lastReader[output.tensor.position()] = m_network.steps.size();
    }
    for (std::size_t k = m_slice.steps.size(); k-- > 0;) {
        const Step& step = m_network.steps[m_slice.steps[k]];
        const double share = m_slice.share(m_network, step.output);
        const double elements = share * static_cast<double>(m_network.tensor(step.output).shape.elementCount());
        for (const TensorIndex input : step.inputs) {
            Readers& readers = m_readers[input.position()];
            m_lastReader[input.position()] = std::max(m_lastReader[input.position()], m_slice.steps[k]);
            switch (step.kernel->character()) {
            case Kernel::Character::Joint:
                readers.joint = true;
                break;
            case Kernel::Character::Movement: {
                const Readers& behind = m_readers[step.output.position()];
                readers.reads += behind.reads;
                readers.elements += behind.elements;
                readers.joint = readers.joint || behind.joint;
                break;
            }
            case Kernel::Character::Elementwise:
                readers.reads += elements;
                readers.elements += elements;
                break;
            case Kernel::Character::Linear:
                readers.reads
                    += share * static_cast<double>(step.kernel->cost()) / static_cast<double>(step.inputs.size());
                readers.elements += elements;
                break;
            }
        }
    }
}

void Derivation::provideInputs()
{
    for (std::size_t k = 0; k < m_network.inputCount(); ++k)
        m_values[m_network.inputElements[k].tensor.position()].push_back(m_units.input(k));
}

void Derivation::materialise(TensorIndex tensor)
{
    const auto& constant = m_network.tensor(tensor).constant;
    std::vector<Affine>& values = m_values[tensor.position()];
    if (!constant || !values.empty())
        return;
    values.reserve(constant->size());
    for (std::size_t i = 0; i < constant->size(); ++i)
        values.emplace_back(constant->number(i));
}

Result<void> Derivation::push(std::size_t number)
{
    const Step& step = m_network.steps[number];
    std::vector<std::span<const Affine>> operands;
    for (const TensorIndex input : step.inputs) {
        materialise(input);
        operands.push_back(m_values[input.position()]);
    }
    std::vector<Affine>& values = m_values[step.output.position()];
    values.resize(m_network.tensor(step.output).shape.elementCount());
    step.kernel->run(Operands<Affine>(operands), std::span<Affine>(values), m_slice.maskOf(step.output));
    // Movement passes its source on as it is: that was named already, where it had to be.
    const std::string& symbol = m_network.network->tensor(step.output).symbol;
    const bool isQuantity = !symbol.empty() && symbol != writtenInPlace;
    if (step.kernel->character() != Kernel::Character::Movement && (isQuantity || namingIsSmaller(step.output)))
        nameSums(step.output);
    recordNames(step.output);
    letGo(number);
    if (m_units.termCount() > m_request.termLimit)
        return failure(ErrorCode::Limit,
            "the equations hold more than " + std::to_string(m_request.termLimit)
                + " coefficients; ask for single neurons or outputs instead");
    return {};
}

bool Derivation::namingIsSmaller(TensorIndex tensor) const
{
    const Readers& readers = m_readers[tensor.position()];
    double terms = 0;
    double forms = 0;
    for (const Affine& value : m_values[tensor.position()]) {
        terms += static_cast<double>(value.terms().size());
        forms += value.isConstant() ? 0 : 1;
    }
    if (terms <= forms)
        return false;
    if (readers.joint)
        return true;
    std::unordered_set<TermId> different;
    for (const Affine& value : m_values[tensor.position()])
        for (const Term& term : value.terms())
            different.insert(term.id);
    const double readsEach = readers.reads / std::max(1.0, readers.elements);
    const double folded = readers.elements * std::min(static_cast<double>(different.size()), readsEach * terms / forms);
    return terms + readers.reads < 0.9 * folded;
}

void Derivation::nameSums(TensorIndex tensor)
{
    for (Affine& value : m_values[tensor.position()])
        value = value.terms().size() > 1 ? m_units.namedSum(value) : value;
}

void Derivation::recordNames(TensorIndex tensor)
{
    const std::vector<Affine>& values = m_values[tensor.position()];
    for (std::size_t i = 0; i < values.size(); ++i)
        if (const auto term = values[i].term(); term && !m_units.isInput(*term))
            m_builder.addName({tensor, i}, *term);
}

void Derivation::letGo(std::size_t number)
{
    for (const TensorIndex input : m_network.steps[number].inputs)
        if (m_lastReader[input.position()] == number)
            std::vector<Affine>().swap(m_values[input.position()]);
}

std::shared_ptr<const Equations> Derivation::collected()
{
    for (const ElementReference& output : m_outputs) {
        materialise(output.tensor);
        m_builder.addOutput(output, m_values[output.tensor.position()][output.element]);
    }
    for (std::size_t k = 0; k < m_rulesUsed.size(); ++k)
        if (m_rulesUsed[k])
            m_builder.addRecognised(std::string(recognitionRules()[k].words));
    return m_builder.build();
}

Result<std::shared_ptr<const Equations>> deriveEquations(
    const PreparedNetwork& network, const EquationsRequest& request, const Progress& progress)
{
    const auto tooLarge = [&](std::uint64_t terms) {
        return failure(ErrorCode::Limit,
            "the equations would hold about " + std::to_string(terms) + " coefficients, more than the limit of "
                + std::to_string(request.termLimit) + "; ask for single neurons or outputs instead");
    };
    Result<Slice> slice = sliceFor(network, request.outputs);
    if (!slice)
        return tl::unexpected(slice.error());
    if (const std::uint64_t terms = costOf(network, *slice); terms > request.termLimit)
        return tooLarge(terms);
    return Derivation(network, request, std::move(*slice)).run(progress);
}

} // namespace formulens
