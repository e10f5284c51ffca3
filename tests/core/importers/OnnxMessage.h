// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <protozero/pbf_writer.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Protobuf messages for tests, written field by field so that every way of storing a thing can be tried.
class OnnxMessage
{
public:
    OnnxMessage& integer(std::uint32_t field, std::int64_t value)
    {
        writer().add_int64(field, value);
        return *this;
    }
    OnnxMessage& real(std::uint32_t field, float value)
    {
        writer().add_float(field, value);
        return *this;
    }
    OnnxMessage& text(std::uint32_t field, const std::string& value)
    {
        writer().add_bytes(field, value);
        return *this;
    }
    OnnxMessage& message(std::uint32_t field, const OnnxMessage& value) { return text(field, value.m_bytes); }
    OnnxMessage& packedIntegers(std::uint32_t field, const std::vector<std::int64_t>& values)
    {
        writer().add_packed_int64(field, values.begin(), values.end());
        return *this;
    }
    OnnxMessage& packedFloats(std::uint32_t field, const std::vector<float>& values)
    {
        writer().add_packed_float(field, values.begin(), values.end());
        return *this;
    }
    OnnxMessage& packedDoubles(std::uint32_t field, const std::vector<double>& values)
    {
        writer().add_packed_double(field, values.begin(), values.end());
        return *this;
    }
    OnnxMessage& raw(const std::string& bytes)
    {
        m_bytes += bytes;
        return *this;
    }

    const std::string& bytes() const { return m_bytes; }

private:
    protozero::pbf_writer writer() { return protozero::pbf_writer(m_bytes); }

    std::string m_bytes;
};

/// TensorProto without its elements; data types are numbered as in onnx.proto3: 1 float32, 7 int64 ...
inline OnnxMessage tensorMessage(const std::string& name, std::int64_t dataType, const std::vector<std::int64_t>& dims)
{
    return OnnxMessage().packedIntegers(1, dims).integer(2, dataType).text(8, name);
}

inline OnnxMessage nodeMessage(
    const std::string& operatorName, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs)
{
    OnnxMessage node;
    for (const std::string& input : inputs)
        node.text(1, input);
    for (const std::string& output : outputs)
        node.text(2, output);
    return node.text(4, operatorName);
}

/// ValueInfoProto of a tensor: a dimension is a number or, where it is none, a symbol.
inline OnnxMessage valueMessage(const std::string& name, std::int64_t dataType, const std::vector<std::string>& dims)
{
    OnnxMessage shape;
    for (const std::string& dim : dims) {
        const bool isNumber = !dim.empty() && dim.find_first_not_of("-0123456789") == std::string::npos;
        OnnxMessage dimension;
        if (isNumber)
            dimension.integer(1, std::stoll(dim));
        else if (!dim.empty())
            dimension.text(2, dim);
        shape.message(1, dimension);
    }
    const OnnxMessage type = OnnxMessage().message(1, OnnxMessage().integer(1, dataType).message(2, shape));
    return OnnxMessage().text(1, name).message(2, type);
}

/// ModelProto around a GraphProto: IR 8, operator set 17.
inline OnnxMessage modelMessage(const OnnxMessage& graph)
{
    return OnnxMessage().integer(1, 8).text(2, "test").message(7, graph).message(
        8, OnnxMessage().text(1, "").integer(2, 17));
}
