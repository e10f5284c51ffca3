// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/tflite/Operation.h"

#include "core/importers/Layers.h"

#include <algorithm>

namespace formulens::tflite {

namespace {

[[noreturn]] void refuse(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

/// The published enumeration TensorType.
ElementType elementType(std::int8_t type, const std::string& name)
{
    constexpr ElementType types[] = {ElementType::Float32, ElementType::Float16, ElementType::Int32, ElementType::UInt8,
        ElementType::Int64, ElementType::String, ElementType::Bool, ElementType::Int16, ElementType::Undefined,
        ElementType::Int8, ElementType::Float64, ElementType::Undefined, ElementType::UInt64, ElementType::Undefined,
        ElementType::Undefined, ElementType::UInt32, ElementType::UInt16};
    constexpr std::int8_t variant = 14;
    if (type == variant)
        refuse("tensor '" + name
                + "' is a list of tensors, as the loop of a recurrent layer (WHILE) fills it step by step, which is "
                  "not "
                  "read: convert the model with a fixed batch size, tf.keras.Input(shape, batch_size=1), so that the "
                  "layer becomes one operator",
            ErrorCode::Unsupported);
    const auto known = type >= 0 && static_cast<std::size_t>(type) < std::size(types);
    if (!known || types[type] == ElementType::Undefined)
        refuse("tensor '" + name + "' is of type number " + std::to_string(type)
                + ", which is not read; expected float, bool or a whole number of 8 to 64 bits",
            ErrorCode::Unsupported);
    return types[type];
}

Shape shapeOf(const file::Tensor& tensor)
{
    const auto* extents
        = tensor.shape_signature() && tensor.shape_signature()->size() > 0 ? tensor.shape_signature() : tensor.shape();
    std::vector<std::int64_t> result;
    if (extents)
        for (const std::int32_t extent : *extents)
            result.push_back(extent < 0 ? -1 : extent);
    return Shape(std::move(result));
}

} // namespace

Tensors::Tensors(const file::Model& model, const file::SubGraph& graph, std::shared_ptr<const MappedFile> file)
    : m_file(std::move(file))
{
    if (!graph.tensors())
        refuse("the graph has no tensors");
    m_infos.reserve(graph.tensors()->size());
    for (const file::Tensor* tensor : *graph.tensors())
        m_infos.push_back(infoOf(model, *tensor, m_infos.size()));
}

Tensors::Info Tensors::infoOf(const file::Model& model, const file::Tensor& tensor, std::size_t number) const
{
    Info info;
    info.name = tensor.name() && tensor.name()->size() > 0 ? tensor.name()->str() : "tensor" + std::to_string(number);
    info.shape = shapeOf(tensor);
    info.type = elementType(tensor.type(), info.name);
    info.isVariable = tensor.is_variable();
    if (tensor.sparsity())
        refuse("tensor '" + info.name + "' is stored as a sparse one, which is not read: convert without sparsity",
            ErrorCode::Unsupported);
    if (tensor.quantization())
        readQuantisation(info, *tensor.quantization());
    info.constant = constantOf(model, tensor, info);
    return info;
}

void Tensors::readQuantisation(Info& info, const file::Quantization& quantization) const
{
    if (!quantization.scale() || quantization.scale()->size() == 0 || !isInteger(info.type))
        return;
    for (const float scale : *quantization.scale()) {
        if (!(scale > 0) || scale > std::numeric_limits<float>::max())
            refuse("tensor '" + info.name + "' has a scale that is no number above 0");
        info.scale.push_back(static_cast<double>(scale));
    }
    if (quantization.zero_point())
        for (const std::int64_t zeroPoint : *quantization.zero_point())
            info.zeroPoint.push_back(zeroPoint);
    info.zeroPoint.resize(info.scale.size(), 0);
    // Older converters number the axis of a bias as that of its weights.
    info.axis = info.shape.rank() == 1 ? 0 : quantization.quantized_dimension();
    const std::size_t count = info.scale.size();
    if (count == 1)
        return;
    const bool hasAxis = info.axis >= 0 && static_cast<std::size_t>(info.axis) < info.shape.rank();
    if (!hasAxis || info.shape[static_cast<std::size_t>(info.axis)] != static_cast<std::int64_t>(count))
        refuse("tensor '" + info.name + "' of shape " + info.shape.text() + " has " + std::to_string(count)
            + " scales along axis " + std::to_string(info.axis) + ", expected one for each place there");
}

std::optional<Tensor> Tensors::constantOf(const file::Model& model, const file::Tensor& tensor, const Info& info) const
{
    const auto* buffers = model.buffers();
    if (tensor.buffer() == 0 && (!buffers || buffers->size() == 0))
        return std::nullopt;
    if (!buffers || tensor.buffer() >= buffers->size())
        refuse("tensor '" + info.name + "' lies in buffer " + std::to_string(tensor.buffer()) + ", the file has "
            + std::to_string(buffers ? buffers->size() : 0));
    const auto* data = buffers->Get(tensor.buffer())->data();
    if (!data || data->size() == 0 || info.type == ElementType::String)
        return std::nullopt;
    Shape shape = info.shape;
    if (tensor.shape())
        shape = Shape(std::vector<std::int64_t>(tensor.shape()->begin(), tensor.shape()->end()));
    const Result<std::size_t> count = checkedElementCount(shape);
    const std::size_t size = byteSize(info.type);
    if (!count || *count > data->size() / size || *count * size != data->size())
        refuse("tensor '" + info.name + "': shape " + shape.text() + " of " + std::string(formulens::name(info.type))
            + " does not fit its " + std::to_string(data->size()) + " bytes");
    return Tensor::view(info.type, std::move(shape), std::as_bytes(std::span(data->data(), data->size())), m_file);
}

bool Tensors::hasSeveralScales(std::size_t tensor) const
{
    const std::vector<double>& scale = m_infos[tensor].scale;
    return std::ranges::adjacent_find(scale, std::ranges::not_equal_to()) != scale.end();
}

bool Tensors::sameQuantisation(std::size_t a, std::size_t b) const
{
    const Info& left = m_infos[a];
    const Info& right = m_infos[b];
    return left.type == right.type && left.scale == right.scale && left.zeroPoint == right.zeroPoint
        && left.scale.size() <= 1;
}

const Tensor& Tensors::constant(std::size_t tensor) const
{
    return *m_infos[tensor].constant;
}

void Tensors::addInput(std::size_t tensor)
{
    Info& info = m_infos[tensor];
    if (info.stored)
        refuse("input '" + info.name + "' is listed twice");
    std::vector<Dimension> shape;
    for (const std::int64_t extent : info.shape.extents())
        shape.push_back(extent < 0 ? Dimension() : Dimension{extent, {}});
    std::string name = info.name;
    for (std::size_t number = 2; m_graph.has(name); ++number)
        name = info.name + "_" + std::to_string(number);
    info.constant.reset();
    info.stored = m_graph.input(name, std::move(shape), info.type);
}

TensorIndex Tensors::stored(std::size_t tensor)
{
    Info& info = m_infos[tensor];
    if (!info.stored) {
        if (!info.constant)
            refuse("tensor '" + info.name + "' is read before an operator gives it a value");
        info.stored = m_graph.constant(info.name, *info.constant);
    }
    return *info.stored;
}

std::vector<GraphBuilder::Operand> Tensors::quantisation(const Info& info, TensorIndex values, const std::string& name)
{
    const auto count = static_cast<std::int64_t>(info.scale.size());
    const Shape shape = count == 1 ? Shape() : Shape{count};
    return {values, m_graph.constant(name + "/scale", Tensor::ofDoubles(shape, info.scale, ElementType::Float32)),
        m_graph.constant(name + "/zero_point", Tensor::ofIntegers(shape, info.zeroPoint, info.type))};
}

TensorIndex Tensors::dequantised(const Info& info, TensorIndex stored, const std::string& name, std::int64_t axis)
{
    if (info.type == ElementType::Float16)
        return m_graph.node("Cast", {stored}, name, {{"to", std::int64_t(1)}});
    return m_graph.node("DequantizeLinear", quantisation(info, stored, name), name, {{"axis", axis}});
}

TensorIndex Tensors::real(std::size_t tensor)
{
    Info& info = m_infos[tensor];
    if (!info.real)
        info.real
            = info.scale.empty() ? stored(tensor) : dequantised(info, stored(tensor), info.name + "/real", info.axis);
    return *info.real;
}

TensorIndex Tensors::realPermuted(std::size_t tensor, const std::vector<std::size_t>& order)
{
    const Info& info = m_infos[tensor];
    if (!info.constant) {
        std::vector<std::int64_t> permutation(order.begin(), order.end());
        return m_graph.node("Transpose", {real(tensor)}, info.name + "/turned", {{"perm", std::move(permutation)}});
    }
    if (info.constant->shape().rank() != order.size())
        refuse("tensor '" + info.name + "' has shape " + info.constant->shape().text() + ", expected "
            + std::to_string(order.size()) + " axes");
    const TensorIndex turned = m_graph.constant(info.name, permuted(*info.constant, order));
    if (info.scale.empty())
        return turned;
    const auto axis = std::ranges::find(order, static_cast<std::size_t>(info.axis)) - order.begin();
    return dequantised(info, turned, info.name + "/real", axis);
}

std::string Tensors::realName(std::size_t tensor) const
{
    return m_infos[tensor].scale.empty() ? m_infos[tensor].name : m_infos[tensor].name + "/real";
}

void Tensors::define(std::size_t tensor, TensorIndex real)
{
    const Info& info = m_infos[tensor];
    if (info.scale.empty())
        return defineStored(tensor, real);
    defineStored(tensor, m_graph.node("QuantizeLinear", quantisation(info, real, info.name), info.name));
}

void Tensors::defineStored(std::size_t tensor, TensorIndex stored)
{
    Info& info = m_infos[tensor];
    if (info.stored || info.constant)
        refuse("tensor '" + info.name + "' is given a value twice");
    info.stored = stored;
}

Operation::Operation(Tensors& tensors, const file::Operator& operation, std::string label, bool moves)
    : m_tensors(tensors), m_operation(operation), m_label(std::move(label)), m_moves(moves)
{
    const auto checked = [&](std::int32_t number) {
        if (number < 0 || static_cast<std::size_t>(number) >= tensors.count())
            fail("it names tensor " + std::to_string(number) + ", the graph has " + std::to_string(tensors.count()),
                ErrorCode::BadFile);
        return static_cast<std::size_t>(number);
    };
    if (operation.inputs())
        for (const std::int32_t number : *operation.inputs())
            m_inputs.push_back(number == -1 ? std::nullopt : std::optional(checked(number)));
    if (operation.outputs())
        for (const std::int32_t number : *operation.outputs())
            m_outputs.push_back(checked(number));
    if (m_outputs.empty())
        fail("it has no output", ErrorCode::BadFile);
}

std::size_t Operation::input(std::size_t number) const
{
    if (!hasInput(number))
        fail("input " + std::to_string(number) + " is missing", ErrorCode::BadFile);
    return *m_inputs[number];
}

bool Operation::keepsStored(std::size_t input) const
{
    return m_moves && m_tensors.isQuantised(input) && m_tensors.sameQuantisation(input, m_outputs.front());
}

bool Operation::staysStored() const
{
    return hasInput(0) && keepsStored(*m_inputs.front());
}

TensorIndex Operation::value(std::size_t number)
{
    const std::size_t tensor = input(number);
    return keepsStored(tensor) ? m_tensors.stored(tensor) : m_tensors.real(tensor);
}

std::vector<std::int64_t> Operation::integers(std::size_t number) const
{
    const std::size_t tensor = input(number);
    if (!m_tensors.isConstant(tensor) || !isInteger(m_tensors.type(tensor)))
        fail("input " + std::to_string(number) + " ('" + m_tensors.name(tensor)
            + "') decides shapes and is not a constant of whole numbers, so it cannot be followed");
    return m_tensors.constant(tensor).integers();
}

TensorIndex Operation::integerTensor(std::size_t number, const std::string& role)
{
    if (m_tensors.isConstant(input(number)))
        return graph().integers(name(role), integers(number));
    return graph().node("Cast", {m_tensors.stored(input(number))}, name(role), {{"to", std::int64_t(7)}});
}

std::string Operation::name(std::size_t number) const
{
    const std::size_t tensor = m_outputs.at(number);
    return staysStored() ? m_tensors.name(tensor) : m_tensors.realName(tensor);
}

void Operation::finish(const std::string& operatorName, std::vector<GraphBuilder::Operand> operands,
    Attributes attributes, std::int8_t activation)
{
    finishActivated(
        graph().node(operatorName, std::move(operands), nameBefore(activation), std::move(attributes)), activation);
}

void Operation::finish(TensorIndex value, std::size_t number)
{
    if (staysStored())
        m_tensors.defineStored(m_outputs.at(number), value);
    else
        m_tensors.define(m_outputs.at(number), value);
}

/// The published enumeration ActivationFunctionType.
void Operation::finishActivated(TensorIndex value, std::int8_t activation)
{
    using Kind = Activation::Kind;
    const std::map<std::int8_t, Activation> activations{{0, {Kind::Linear}}, {1, {Kind::Relu}},
        {2, {Kind::Clip, -1.0, 1.0}}, {3, {Kind::Relu, {}, 6.0}}, {4, {Kind::Tanh}}};
    const auto found = activations.find(activation);
    if (found == activations.end())
        fail("its activation number " + std::to_string(activation) + " is not known");
    finish(addActivation(graph(), value, found->second, name()));
}

void Operation::fail(const std::string& complaint, ErrorCode code) const
{
    throw ImportError{code, m_label + ": " + complaint};
}

TensorIndex toChannelsFirst(Operation& operation, TensorIndex x, std::size_t rank)
{
    return channelsToFront(operation.graph(), x, rank, operation.name("turned"));
}

} // namespace formulens::tflite
