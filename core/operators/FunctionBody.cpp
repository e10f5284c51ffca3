// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/FunctionBody.h"

#include "core/operators/Push.h"
#include "core/operators/Subnetwork.h"
#include "core/operators/TypedKernel.h"

#include <cmath>

namespace formulens {

namespace {

/// One output of a body. Operand k is the body's input k.
class BodyKernel final : public TypedKernel<BodyKernel>
{
public:
    BodyKernel(std::shared_ptr<const Subnetwork> body, TensorIndex output)
        : m_body(std::move(body)), m_output(output), m_character(m_body->character(output))
    {
    }

    void mark(const ElementMask& needed, std::span<ElementMask> in) const override
    {
        if (needed.empty())
            return;
        const std::vector<ElementMask> marked = masks(needed);
        for (std::size_t i = 0; i < in.size(); ++i) {
            const ElementMask& mask = marked[m_body->input(i).position()];
            for (std::size_t element = 0; element < mask.size(); ++element)
                in[i][element] = static_cast<char>(in[i][element] | mask[element]);
        }
    }
    std::uint64_t cost() const override { return m_body->cost(); }
    Character character() const override { return m_character; }

private:
    friend TypedKernel<BodyKernel>;

    std::vector<ElementMask> masks(const ElementMask& needed) const
    {
        TensorElements target{m_output, {}};
        for (std::size_t element = 0; element < needed.size(); ++element)
            if (needed[element])
                target.elements.push_back(element);
        return neededElements(m_body->prepared(), std::span<const TensorElements>(&target, 1));
    }

    template <class T>
    void compute(Operands<T> in, std::span<T> out, const ElementMask* needed) const
    {
        if (needed && needed->empty())
            return;
        SubnetworkRun<T> run(*m_body);
        for (std::size_t i = 0; i < in.size(); ++i)
            run.setInput(i, in[i]);
        const std::vector<ElementMask> marked = needed ? masks(*needed) : std::vector<ElementMask>();
        run.run(needed ? &marked : nullptr);
        const std::vector<T>& values = run.values(m_output);
        for (std::size_t i = 0; i < out.size(); ++i)
            if (!needed || (*needed)[i])
                out[i] = values[i];
    }

    std::shared_ptr<const Subnetwork> m_body;
    TensorIndex m_output;
    Character m_character;
};

constexpr std::int64_t toDouble = 11; // TensorProto.DOUBLE

/// What a body computes as real numbers, as a constant of the type that the operator gives it.
Tensor ofType(const Tensor& constant, ElementType type)
{
    if (!isInteger(type) || isInteger(constant.type()))
        return constant;
    std::vector<std::int64_t> integers;
    for (const double number : constant.numbers())
        integers.push_back(std::llround(number));
    return Tensor::ofIntegers(constant.shape(), std::move(integers), type);
}

} // namespace

FunctionBody::FunctionBody(const NodeContext& node) : m_node(node)
{
    for (std::size_t i = 0; i < node.inputCount(); ++i) {
        m_inputs.emplace_back();
        if (!node.hasInput(i))
            continue;
        const std::string name = "input" + std::to_string(i);
        if (node.constant(i)) {
            m_inputs[i] = m_builder.constant(name, *node.constant(i));
            continue;
        }
        m_inputs[i] = m_builder.input(name, dimensionsOf(node.shape(i)), node.type(i));
        m_operands.push_back(i);
    }
}

std::optional<TensorIndex> FunctionBody::input(std::size_t number) const
{
    return number < m_inputs.size() ? m_inputs[number] : std::nullopt;
}

TensorIndex FunctionBody::real(TensorIndex tensor)
{
    return add("Cast", {tensor}, {{"to", toDouble}});
}

TensorIndex FunctionBody::reshaped(TensorIndex tensor, std::vector<std::int64_t> extents)
{
    return add("Reshape", {tensor, integers(std::move(extents))});
}

TensorIndex FunctionBody::transposed(TensorIndex tensor, std::vector<std::int64_t> order)
{
    return add("Transpose", {tensor}, {{"perm", std::move(order)}});
}

std::shared_ptr<const PreparedNetwork> FunctionBody::prepared(const std::vector<TensorIndex>& outputs) const
{
    Network network = m_builder.network();
    network.outputs = outputs;
    const auto result = prepare(std::make_shared<const Network>(std::move(network)));
    if (!result)
        m_node.fail(result.error().message);
    for (const TensorIndex output : outputs)
        if (const auto& cause = (*result)->tensor(output).unavailable)
            m_node.fail(cause->message);
    return *result;
}

Shape FunctionBody::shapeOf(TensorIndex tensor) const
{
    return prepared({tensor})->tensor(tensor).shape;
}

std::vector<Preparation> FunctionBody::outputs(
    const std::vector<TensorIndex>& tensors, const std::vector<ElementType>& types) const
{
    const auto body = std::make_shared<const Subnetwork>(prepared(tensors));
    std::vector<Preparation> result;
    for (std::size_t k = 0; k < tensors.size(); ++k) {
        const PreparedTensor& known = body->prepared().tensor(tensors[k]);
        Preparation output{.type = k < types.size() ? types[k] : m_node.type(0), .shape = known.shape};
        if (known.constant)
            output.constant = ofType(*known.constant, output.type);
        else {
            output.kernel = std::make_shared<const BodyKernel>(body, tensors[k]);
            output.operands = m_operands;
        }
        result.push_back(std::move(output));
    }
    return result;
}

} // namespace formulens
