// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/NodeContext.h"

#include <algorithm>

namespace formulens {

namespace {

std::string quoted(std::string_view name)
{
    return "'" + std::string(name) + "'";
}

std::string count(std::size_t number, std::string_view noun)
{
    return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

} // namespace

bool NodeContext::hasInput(std::size_t number) const
{
    return number < m_node.inputs.size() && m_node.inputs[number].has_value();
}

bool NodeContext::usesOutput(std::size_t number) const
{
    return number < m_node.outputs.size() && m_node.outputs[number].has_value();
}

const PreparedTensor& NodeContext::input(std::size_t number) const
{
    if (!hasInput(number))
        fail("input " + std::to_string(number) + " is missing");
    return m_tensors[m_node.inputs[number]->position()];
}

const Tensor& NodeContext::configuration(std::size_t number, std::string_view what) const
{
    const PreparedTensor& tensor = input(number);
    if (!tensor.constant)
        fail("input " + quoted(what)
            + " must be constant, but it depends on the network's inputs: export the model with fixed "
              "shapes, or let onnxsim simplify it");
    if (tensor.constant->type() == ElementType::String)
        fail("input " + quoted(what) + " holds texts, expected numbers");
    return *tensor.constant;
}

const Tensor& NodeContext::oneElement(std::size_t number, std::string_view what) const
{
    const Tensor& tensor = configuration(number, what);
    if (tensor.size() != 1)
        fail("input " + quoted(what) + " has shape " + tensor.shape().text() + ", expected one number");
    return tensor;
}

double NodeContext::oneNumber(std::size_t number, std::string_view what) const
{
    return oneElement(number, what).number(0);
}

std::int64_t NodeContext::oneInteger(std::size_t number, std::string_view what) const
{
    return oneElement(number, what).integer(0);
}

std::vector<std::int64_t> NodeContext::integers(std::size_t number, std::string_view what) const
{
    const Tensor& tensor = configuration(number, what);
    if (!isInteger(tensor.type()))
        fail("input " + quoted(what) + " holds " + std::string(name(tensor.type())) + ", expected integers");
    if (tensor.shape().rank() > 1)
        fail("input " + quoted(what) + " has shape " + tensor.shape().text() + ", expected a list");
    return tensor.integers();
}

const Attribute* NodeContext::attribute(std::string_view name) const
{
    const auto found = m_node.attributes.find(std::string(name));
    return found == m_node.attributes.end() ? nullptr : &found->second;
}

template <class Value>
const Value* NodeContext::valueOf(std::string_view name, std::string_view kind) const
{
    const Attribute* found = attribute(name);
    if (!found)
        return nullptr;
    const Value* value = std::get_if<Value>(found);
    if (!value)
        fail("attribute " + quoted(name) + " is not " + std::string(kind));
    return value;
}

void NodeContext::missing(std::string_view name) const
{
    fail("attribute " + quoted(name) + " is missing");
}

std::int64_t NodeContext::integer(std::string_view name, std::int64_t standard) const
{
    const auto* value = valueOf<std::int64_t>(name, "an integer");
    return value ? *value : standard;
}

std::int64_t NodeContext::integer(std::string_view name) const
{
    const auto* value = valueOf<std::int64_t>(name, "an integer");
    return value ? *value : (missing(name), 0);
}

double NodeContext::number(std::string_view name, double standard) const
{
    const auto* value = valueOf<double>(name, "a number");
    return value ? *value : standard;
}

double NodeContext::number(std::string_view name) const
{
    const auto* value = valueOf<double>(name, "a number");
    return value ? *value : (missing(name), 0);
}

std::string NodeContext::text(std::string_view name, std::string_view standard) const
{
    const auto* value = valueOf<std::string>(name, "a text");
    return value ? *value : std::string(standard);
}

std::vector<std::int64_t> NodeContext::integers(std::string_view name) const
{
    const auto* value = valueOf<std::vector<std::int64_t>>(name, "a list of integers");
    return value ? *value : (missing(name), std::vector<std::int64_t>());
}

std::vector<std::int64_t> NodeContext::integers(std::string_view name, std::vector<std::int64_t> standard) const
{
    const auto* value = valueOf<std::vector<std::int64_t>>(name, "a list of integers");
    return value ? *value : standard;
}

std::vector<std::int64_t> NodeContext::integersOf(
    std::string_view name, std::size_t expected, std::int64_t standard) const
{
    std::vector<std::int64_t> values = integers(name, std::vector<std::int64_t>(expected, standard));
    if (values.size() != expected)
        fail("attribute " + quoted(name) + " has " + count(values.size(), "value") + ", expected "
            + std::to_string(expected));
    return values;
}

std::vector<double> NodeContext::numbers(std::string_view name) const
{
    const auto* value = valueOf<std::vector<double>>(name, "a list of numbers");
    return value ? *value : (missing(name), std::vector<double>());
}

std::vector<double> NodeContext::numbers(std::string_view name, std::vector<double> standard) const
{
    const auto* value = valueOf<std::vector<double>>(name, "a list of numbers");
    return value ? *value : standard;
}

std::vector<std::string> NodeContext::texts(std::string_view name, std::vector<std::string> standard) const
{
    const auto* value = valueOf<std::vector<std::string>>(name, "a list of texts");
    return value ? *value : standard;
}

const Tensor& NodeContext::tensor(std::string_view name) const
{
    const auto* value = valueOf<Tensor>(name, "a tensor");
    if (!value)
        missing(name);
    return *value;
}

void NodeContext::expectRank(std::size_t number, std::size_t atLeast) const
{
    if (shape(number).rank() < atLeast)
        fail("input " + std::to_string(number) + " has shape " + shape(number).text() + ", expected at least "
            + count(atLeast, "dimension"));
}

void NodeContext::expectInputs(std::size_t atLeast, std::size_t atMost) const
{
    if (inputCount() >= atLeast && inputCount() <= atMost)
        return;
    const std::string expected
        = atLeast == atMost ? std::to_string(atLeast) : std::to_string(atLeast) + " to " + std::to_string(atMost);
    fail("has " + count(inputCount(), "input") + ", expected " + expected);
}

std::size_t NodeContext::axis(std::int64_t axis, std::size_t rank, std::string_view what) const
{
    const Result<std::size_t> normalised = normalisedAxis(axis, rank);
    if (!normalised)
        fail(quoted(what) + " is " + std::to_string(axis) + ", but the tensor has " + count(rank, "dimension"));
    return *normalised;
}

std::vector<std::size_t> NodeContext::axes(const std::vector<std::int64_t>& given, std::size_t rank) const
{
    std::vector<std::size_t> result;
    result.reserve(given.size());
    for (const std::int64_t axis : given)
        result.push_back(this->axis(axis, rank, "axes"));
    std::sort(result.begin(), result.end());
    if (std::adjacent_find(result.begin(), result.end()) != result.end())
        fail("'axes' names an axis twice");
    return result;
}

Shape NodeContext::broadcastShape(const Shape& left, const Shape& right) const
{
    const Result<Shape> shape = broadcast(left, right);
    if (!shape)
        fail("shapes " + left.text() + " and " + right.text() + " do not fit together");
    return *shape;
}

void NodeContext::fail(std::string_view complaint) const
{
    throw OperatorError(m_node.label(m_index) + ": " + std::string(complaint));
}

} // namespace formulens
