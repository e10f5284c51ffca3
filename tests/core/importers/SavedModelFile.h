// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/Crc32c.h"
#include "tests/core/importers/OnnxMessage.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>

/* Graphs of TensorFlow and what lies beside them, written for tests field by field. */
namespace formulens::saved {

using Message = OnnxMessage;

// Numbers of types.proto.
inline constexpr std::int64_t float32 = 1;
inline constexpr std::int64_t int32 = 3;
inline constexpr std::int64_t text = 7;
inline constexpr std::int64_t resource = 20;

inline Message shape(const std::vector<std::int64_t>& extents)
{
    Message message;
    for (const std::int64_t extent : extents)
        message.message(2, Message().integer(1, extent));
    return message;
}

template <class Number>
std::string bytesOf(const std::vector<Number>& values)
{
    std::string bytes(values.size() * sizeof(Number), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// A field of a map whose values are messages.
inline Message entry(const std::string& key, const Message& value)
{
    return Message().text(1, key).message(2, value);
}

inline Message type(std::int64_t number)
{
    return Message().integer(6, number);
}

/// An attribute that is a tensor.
inline Message floats(const std::vector<std::int64_t>& extents, const std::vector<float>& values)
{
    return Message().message(8, Message().integer(1, float32).message(2, shape(extents)).text(4, bytesOf(values)));
}

inline Message integers(const std::vector<std::int64_t>& extents, const std::vector<std::int32_t>& values)
{
    return Message().message(8, Message().integer(1, int32).message(2, shape(extents)).text(4, bytesOf(values)));
}

inline Message texts(const std::vector<std::string>& values)
{
    Message tensor;
    tensor.integer(1, text).message(2, shape({static_cast<std::int64_t>(values.size())}));
    for (const std::string& value : values)
        tensor.text(8, value);
    return Message().message(8, tensor);
}

/// An attribute that is a function.
inline Message function(const std::string& name)
{
    return Message().message(10, Message().text(1, name));
}

using Attributes = std::vector<std::pair<std::string, Message>>;

inline Message node(const std::string& name, const std::string& operatorName,
    const std::vector<std::string>& inputs = {}, const Attributes& attributes = {})
{
    Message message;
    message.text(1, name).text(2, operatorName);
    for (const std::string& input : inputs)
        message.text(3, input);
    for (const auto& [key, value] : attributes)
        message.message(5, entry(key, value));
    return message;
}

inline Message constant(const std::string& name, const Message& value)
{
    return node(name, "Const", {}, {{"value", value}});
}

/// Names of what comes in; names of what goes out, with the references to it; nodes run for their effect.
struct Function
{
    std::string name;
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> results;
    std::vector<Message> nodes;
    std::vector<std::string> effects = {};

    Message message() const
    {
        Message signature;
        signature.text(1, name);
        for (const std::string& argument : arguments)
            signature.message(2, Message().text(1, argument));
        for (const auto& result : results)
            signature.message(3, Message().text(1, result.first));
        Message function;
        function.message(1, signature);
        for (const Message& node : nodes)
            function.message(3, node);
        for (const auto& [result, reference] : results)
            function.message(4, Message().text(1, result).text(2, reference));
        for (const std::string& effect : effects)
            function.message(6, Message().text(1, effect).text(2, effect));
        return function;
    }
};

struct Signature
{
    std::string name = "serving_default";
    std::map<std::string, std::pair<std::string, std::vector<std::int64_t>>> inputs; ///< reference and shape
    std::map<std::string, std::string> outputs; ///< reference
    std::string method = "tensorflow/serving/predict";

    Message message() const
    {
        const auto tensor = [](const std::string& reference, const std::vector<std::int64_t>& extents) {
            return Message().text(1, reference).integer(2, float32).message(3, shape(extents));
        };
        Message signature;
        for (const auto& [key, input] : inputs)
            signature.message(1, entry(key, tensor(input.first, input.second)));
        for (const auto& [key, reference] : outputs)
            signature.message(2, entry(key, tensor(reference, {})));
        return signature.text(3, method);
    }
};

/// A variable in a checkpoint: its entry, and its bytes.
struct Variable
{
    std::vector<std::int64_t> extents;
    std::vector<float> values;
};

/// LevelDB's table of one block, its keys shortened by what they share with the key before.
inline std::string sortedTable(const std::map<std::string, std::string>& entries)
{
    const auto number = [](std::uint64_t value) {
        std::string bytes;
        for (; value > 127; value >>= 7)
            bytes += static_cast<char>((value & 127) | 128);
        return bytes + static_cast<char>(value);
    };
    const auto fixed = [](std::uint64_t value, std::size_t count) {
        std::string bytes(count, '\0');
        std::memcpy(bytes.data(), &value, count);
        return bytes;
    };
    const auto block = [&](const std::map<std::string, std::string>& content) {
        std::string bytes;
        std::string before;
        for (const auto& [key, value] : content) {
            std::size_t shared = 0;
            while (shared < std::min(key.size(), before.size()) && key[shared] == before[shared])
                ++shared;
            bytes += number(shared) + number(key.size() - shared) + number(value.size()) + key.substr(shared) + value;
            before = key;
        }
        bytes += fixed(0, 4) + fixed(1, 4); // one restart, at the begin
        bytes += '\0'; // not packed
        return bytes + fixed(maskedCrc(crc32c(std::as_bytes(std::span(bytes)))), 4);
    };
    const std::string data = block(entries);
    const std::string further = block({});
    const std::string index = block({{entries.rbegin()->first, number(0) + number(data.size() - 5)}});
    std::string footer = number(data.size()) + number(further.size() - 5) + number(data.size() + further.size())
        + number(index.size() - 5);
    footer.resize(40);
    return data + further + index + footer + fixed(0xdb4775248b80fb57U, 8);
}

/// A model's folder.
class SavedModelFile
{
public:
    std::vector<Message> nodes;
    std::vector<Function> functions;
    std::vector<Signature> signatures;
    std::string restore; ///< the node that loads the variables
    std::map<std::string, Variable> variables; ///< by their keys in the checkpoint
    std::string tag = "serve";

    Message header = Message().integer(1, 1); ///< of the checkpoint: one data file
    std::map<std::string, Message> entries = {}; ///< instead of those that follow from the variables

    Message message() const
    {
        Message graph;
        for (const Message& node : nodes)
            graph.message(1, node);
        Message library;
        for (const Function& function : functions)
            library.message(1, function.message());
        graph.message(2, library);
        Message meta;
        meta.message(1, Message().text(4, tag)).message(2, graph);
        if (!restore.empty())
            meta.message(3, Message().text(3, restore));
        for (const Signature& signature : signatures)
            meta.message(5, entry(signature.name, signature.message()));
        return Message().integer(1, 1).message(2, meta);
    }

    std::string data() const
    {
        std::string bytes;
        for (const auto& [key, variable] : variables)
            bytes += bytesOf(variable.values);
        return bytes;
    }

    std::string index() const
    {
        std::map<std::string, std::string> table{{std::string(), header.bytes()}};
        std::int64_t offset = 0;
        for (const auto& [key, variable] : variables) {
            const std::string bytes = bytesOf(variable.values);
            const auto own = entries.find(key);
            table[key] = own != entries.end() ? own->second.bytes() : entryOf(variable, offset).bytes();
            offset += static_cast<std::int64_t>(bytes.size());
        }
        return sortedTable(table);
    }

    static Message entryOf(const Variable& variable, std::int64_t offset)
    {
        const std::string bytes = bytesOf(variable.values);
        const std::uint32_t checksum = maskedCrc(crc32c(std::as_bytes(std::span(bytes))));
        return Message()
            .integer(1, float32)
            .message(2, shape(variable.extents))
            .integer(4, offset)
            .integer(5, static_cast<std::int64_t>(bytes.size()))
            .raw("\x35" + bytesOf(std::vector<std::uint32_t>{checksum})); // field 6, four bytes
    }

    /// Writes saved_model.pb and variables/ into the folder.
    void write(const std::filesystem::path& folder) const
    {
        std::filesystem::create_directories(folder / "variables");
        put(folder / "saved_model.pb", message().bytes());
        if (variables.empty())
            return;
        put(folder / "variables/variables.index", index());
        put(folder / "variables/variables.data-00000-of-00001", data());
    }

    static void put(const std::filesystem::path& path, const std::string& content)
    {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    }
};

/// y = tanh(x W + b) of two inputs, as TensorFlow 1 saves it: variables are nodes that save/Assign... give their
/// values.
inline SavedModelFile firstVersion()
{
    SavedModelFile file;
    const Attributes ofVariable{{"shape", Message().message(7, shape({2, 2}))}};
    file.nodes = {node("x", "Placeholder", {}, {{"dtype", type(float32)}}), node("w", "VariableV2", {}, ofVariable),
        node("w/read", "Identity", {"w"}), node("b", "VariableV2"), node("b/read", "Identity", {"b"}),
        node("product", "MatMul", {"x", "w/read"}), node("sum", "BiasAdd", {"product", "b/read"}),
        node("y", "Tanh", {"sum"}), constant("save/Const", texts({"model"})),
        constant("save/RestoreV2/tensor_names", texts({"b", "w"})),
        constant("save/RestoreV2/shape_and_slices", texts({"", ""})),
        node("save/RestoreV2", "RestoreV2",
            {"save/Const", "save/RestoreV2/tensor_names", "save/RestoreV2/shape_and_slices"}),
        node("save/Assign", "Assign", {"b", "save/RestoreV2"}),
        node("save/Assign_1", "Assign", {"w", "save/RestoreV2:1"}),
        node("save/restore_all", "NoOp", {"^save/Assign", "^save/Assign_1"})};
    file.restore = "save/restore_all";
    file.variables = {{"b", {{2}, {0.25F, -0.5F}}}, {"w", {{2, 2}, {1, 2, 3, 4}}}};
    file.signatures = {{"serving_default", {{"features", {"x:0", {-1, 2}}}}, {{"score", "y:0"}}}};
    return file;
}

/// The same as TensorFlow 2 saves it: functions that call each other get handles of variables, and loading them is a
/// function too.
inline SavedModelFile secondVersion()
{
    SavedModelFile file;
    const auto call = [](const std::string& name, const std::string& called, const std::vector<std::string>& inputs) {
        return node(name, "StatefulPartitionedCall", inputs, {{"f", function(called)}});
    };
    file.nodes = {node("serving_default_x", "Placeholder", {}, {{"dtype", type(float32)}}),
        node("dense/kernel", "VarHandleOp", {}, {{"shape", Message().message(7, shape({2, 2}))}}),
        node("dense/bias", "VarHandleOp"), constant("saver_filename", texts({"model"})),
        call("StatefulPartitionedCall", "__inference_signature_wrapper_1",
            {"serving_default_x", "dense/kernel", "dense/bias"}),
        call("StatefulPartitionedCall_1", "__inference__traced_restore_2",
            {"saver_filename", "dense/bias", "dense/kernel"})};
    file.functions = {
        {"__inference_signature_wrapper_1", {"x", "unknown", "unknown_0"}, {{"identity", "Identity:output:0"}},
            {call("StatefulPartitionedCall", "__inference_model_3", {"x", "unknown", "unknown_0"}),
                node("Identity", "Identity", {"StatefulPartitionedCall:output:0", "^NoOp"}),
                node("NoOp", "NoOp", {"^StatefulPartitionedCall"})},
            {"NoOp"}},
        {"__inference_model_3", {"inputs", "kernel", "bias"}, {{"identity", "dense/Tanh:y:0"}},
            {node("dense/MatMul/ReadVariableOp", "ReadVariableOp", {"kernel"}),
                node("dense/MatMul", "MatMul", {"inputs", "dense/MatMul/ReadVariableOp:value:0"}),
                node("dense/BiasAdd/ReadVariableOp", "ReadVariableOp", {"bias"}),
                node("dense/BiasAdd", "BiasAdd", {"dense/MatMul:product:0", "dense/BiasAdd/ReadVariableOp:value:0"}),
                node("dense/Tanh", "Tanh", {"dense/BiasAdd:output:0"})}},
        {"__inference__traced_restore_2", {"prefix", "bias", "kernel"}, {{"identity_1", "Identity_1:output:0"}},
            {constant(
                 "names", texts({"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE", "layer/bias/.ATTRIBUTES/VARIABLE_VALUE"})),
                constant("slices", texts({"", ""})),
                node("RestoreV2", "RestoreV2", {"prefix", "names:output:0", "slices:output:0"}),
                node("Identity", "Identity", {"RestoreV2:tensors:0"}),
                node("Identity_2", "Identity", {"RestoreV2:tensors:1"}),
                node("AssignVariableOp", "AssignVariableOp", {"kernel", "Identity:output:0"}),
                node("AssignVariableOp_1", "AssignVariableOp", {"bias", "Identity_2:output:0"}),
                node("NoOp", "NoOp", {"^AssignVariableOp", "^AssignVariableOp_1"}),
                node("Identity_1", "Identity", {"prefix", "^NoOp"})},
            {"AssignVariableOp", "AssignVariableOp_1"}}};
    file.restore = "StatefulPartitionedCall_1";
    file.variables = {{"layer/bias/.ATTRIBUTES/VARIABLE_VALUE", {{2}, {0.25F, -0.5F}}},
        {"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE", {{2, 2}, {1, 2, 3, 4}}}};
    file.signatures = {{"__saved_model_init_op", {}, {{"__saved_model_init_op", "NoOp"}}, ""},
        {"serving_default", {{"features", {"serving_default_x:0", {-1, 2}}}},
            {{"score", "StatefulPartitionedCall:0"}}}};
    return file;
}

} // namespace formulens::saved
