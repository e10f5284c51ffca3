// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/OnnxModelWriter.h"

#include "core/base/Numerals.h"

#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <array>
#include <set>

/* Field numbers of onnx.proto3, as in the reader. Messages lie within messages, written in place: protozero leaves room
 * for the length of each and fills it in behind.
 */
namespace formulens {

namespace onnxModel {

namespace {

using protozero::pbf_writer;

constexpr std::size_t largestFile = (std::size_t(1) << 31) - (std::size_t(1) << 20);

[[noreturn]] void refuse(std::string message, ErrorCode code = ErrorCode::Unsupported)
{
    throw Error{code, std::move(message)};
}

/// TensorProto.DataType.
std::int32_t dataType(ElementType type)
{
    switch (type) {
    case ElementType::Undefined:
        return 0;
    case ElementType::Float32:
        return 1;
    case ElementType::UInt8:
        return 2;
    case ElementType::Int8:
        return 3;
    case ElementType::UInt16:
        return 4;
    case ElementType::Int16:
        return 5;
    case ElementType::Int32:
        return 6;
    case ElementType::Int64:
        return 7;
    case ElementType::String:
        return 8;
    case ElementType::Bool:
        return 9;
    case ElementType::Float16:
        return 10;
    case ElementType::Float64:
        return 11;
    case ElementType::UInt32:
        return 12;
    case ElementType::UInt64:
        return 13;
    case ElementType::BFloat16:
        return 16;
    }
    return 0;
}

/// The IR version that came with an operator set, and at least 8.
std::int64_t irVersion(std::int64_t operatorSet)
{
    struct Row
    {
        std::int64_t operatorSet;
        std::int64_t irVersion;
    };
    constexpr std::array rows{Row{19, 9}, Row{21, 10}, Row{23, 11}, Row{24, 12}, Row{25, 13}};
    std::int64_t result = 8;
    for (const Row& row : rows)
        if (operatorSet >= row.operatorSet)
            result = row.irVersion;
    return result;
}

void writeTensor(pbf_writer tensor, const Tensor& value, const std::string& name)
{
    enum Field : protozero::pbf_tag_type
    {
        Dims = 1,
        DataType = 2,
        StringData = 6,
        Name = 8,
        RawData = 9,
    };
    const auto& extents = value.shape().extents();
    tensor.add_packed_int64(Dims, extents.begin(), extents.end());
    tensor.add_int32(DataType, dataType(value.type()));
    if (!name.empty())
        tensor.add_string(Name, name);
    if (value.type() == ElementType::String)
        for (std::size_t i = 0; i < value.size(); ++i)
            tensor.add_string(StringData, value.string(i));
    else
        tensor.add_bytes(RawData, reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size());
}

/// A ValueInfoProto.
void writeDeclaration(pbf_writer info, const TensorInfo& tensor, ElementType type)
{
    constexpr protozero::pbf_tag_type nameField = 1;
    constexpr protozero::pbf_tag_type typeField = 2;
    constexpr protozero::pbf_tag_type tensorType = 1;
    constexpr protozero::pbf_tag_type elementType = 1;
    constexpr protozero::pbf_tag_type shapeField = 2;
    constexpr protozero::pbf_tag_type dimensionField = 1;
    constexpr protozero::pbf_tag_type extentField = 1;
    constexpr protozero::pbf_tag_type symbolField = 2;
    info.add_string(nameField, tensor.name);
    if (type == ElementType::Undefined && !tensor.declaredShape)
        return;
    pbf_writer typeProto(info, typeField);
    pbf_writer tensorProto(typeProto, tensorType);
    tensorProto.add_int32(elementType, dataType(type));
    if (!tensor.declaredShape)
        return;
    std::string shape; // may be empty, which a writer of a message within would drop: a scalar, an unknown extent
    for (const Dimension& dimension : *tensor.declaredShape) {
        std::string message;
        pbf_writer extent(message);
        if (dimension.extent)
            extent.add_int64(extentField, *dimension.extent);
        else if (!dimension.symbol.empty())
            extent.add_string(symbolField, dimension.symbol);
        pbf_writer(shape).add_message(dimensionField, message);
    }
    tensorProto.add_message(shapeField, shape);
}

class Writer
{
public:
    explicit Writer(const PreparedNetwork& prepared) : m_prepared(prepared), m_network(*prepared.network) { }

    ModelBytes write()
    {
        checkSize();
        const std::map<std::string, std::int64_t> sets = operatorSets();
        pbf_writer model(m_result.bytes);
        const auto standard = sets.find("");
        model.add_int64(1, irVersion(standard == sets.end() ? 0 : standard->second));
        model.add_string(2, m_network.producer.empty() ? "Formulens" : m_network.producer);
        addDoc(model, 6, "description");
        {
            pbf_writer graph(model, 7);
            writeGraph(graph);
        }
        for (const auto& [domain, version] : sets) {
            pbf_writer set(model, 8);
            set.add_string(1, domain);
            set.add_int64(2, version);
        }
        for (const auto& [key, value] : m_network.metadata)
            if (key != "description" && key != "graph description") {
                pbf_writer entry(model, 14);
                entry.add_string(1, key);
                entry.add_string(2, value);
            }
        return std::move(m_result);
    }

private:
    /// The reader keeps the documentation of a file under these names.
    void addDoc(pbf_writer& message, protozero::pbf_tag_type field, const std::string& key) const
    {
        if (const auto text = m_network.metadata.find(key); text != m_network.metadata.end())
            message.add_string(field, text->second);
    }

    void checkSize() const
    {
        std::size_t bytes = 0;
        for (const TensorInfo& tensor : m_network.tensors)
            bytes += tensor.constant ? tensor.constant->bytes().size() : 0;
        if (bytes > largestFile)
            refuse("the weights take " + std::to_string(bytes >> 20)
                    + " MiB, but an ONNX file holds at most 2048 MiB: larger networks cannot be written",
                ErrorCode::Limit);
    }

    std::map<std::string, std::int64_t> operatorSets() const
    {
        std::map<std::string, std::int64_t> sets;
        for (std::size_t i = 0; i < m_network.nodes.size(); ++i) {
            const Node& node = m_network.nodes[i];
            const auto [known, isNew] = sets.emplace(node.domain, node.version);
            if (!isNew && known->second != node.version)
                refuse(node.label(NodeIndex(i)) + " is of version " + std::to_string(node.version)
                    + " of its operator set, other nodes of version " + std::to_string(known->second)
                    + ": an ONNX file can hold only one of them; save it as JSON");
        }
        if (sets.empty())
            sets.emplace("", 17);
        return sets;
    }

    void writeGraph(pbf_writer& graph)
    {
        for (std::size_t i = 0; i < m_network.nodes.size(); ++i) {
            pbf_writer node(graph, 1);
            writeNode(node, NodeIndex(i));
        }
        graph.add_string(2, m_network.name.empty() ? "network" : m_network.name);
        for (const TensorInfo& tensor : m_network.tensors)
            if (tensor.constant)
                writeTensor(pbf_writer(graph, 5), *tensor.constant, tensor.name);
        addDoc(graph, 10, "graph description");
        for (const TensorIndex input : m_network.inputs)
            declare(graph, 11, input);
        for (const TensorIndex output : m_network.outputs)
            declare(graph, 12, output);
        for (std::size_t i = 0; i < m_network.tensors.size(); ++i) {
            const TensorInfo& tensor = m_network.tensors[i];
            if (!tensor.constant && !isEnd(TensorIndex(i))
                && (tensor.declaredShape || tensor.type != ElementType::Undefined))
                writeDeclaration(pbf_writer(graph, 13), tensor, tensor.type);
        }
    }

    bool isEnd(TensorIndex index)
    {
        if (m_ends.empty()) {
            m_ends.insert(m_network.inputs.begin(), m_network.inputs.end());
            m_ends.insert(m_network.outputs.begin(), m_network.outputs.end());
        }
        return m_ends.contains(index);
    }

    /// A file must say the types and numbers of axes of its inputs and outputs; extents that it leaves open stay open.
    void declare(pbf_writer& graph, protozero::pbf_tag_type field, TensorIndex index) const
    {
        TensorInfo tensor = m_network.tensor(index);
        const PreparedTensor& found = m_prepared.tensor(index);
        if (const Node* node = zipMapBehind(index))
            return writeMapDeclaration(pbf_writer(graph, field), tensor.name, *node);
        if (tensor.type == ElementType::Undefined)
            tensor.type = found.type;
        if (!tensor.declaredShape && !found.unavailable)
            tensor.declaredShape.emplace(found.shape.rank());
        writeDeclaration(pbf_writer(graph, field), tensor, tensor.type);
    }

    /// Its output is no tensor, but a list with a map from class to number for each row.
    const Node* zipMapBehind(TensorIndex output) const
    {
        const auto found = std::ranges::find_if(m_network.nodes, [&](const Node& node) {
            return node.operatorName == "ZipMap" && std::ranges::count(node.outputs, std::optional(output)) > 0;
        });
        return found == m_network.nodes.end() ? nullptr : &*found;
    }

    static void writeMapDeclaration(pbf_writer info, const std::string& name, const Node& zipMap)
    {
        const bool hasTexts = zipMap.attributes.contains("classlabels_strings");
        info.add_string(1, name);
        pbf_writer type(info, 2);
        pbf_writer sequence(type, 4);
        pbf_writer element(sequence, 1);
        pbf_writer map(element, 5);
        map.add_int32(1, dataType(hasTexts ? ElementType::String : ElementType::Int64));
        pbf_writer value(map, 2);
        pbf_writer tensor(value, 1);
        tensor.add_int32(1, dataType(ElementType::Float32));
    }

    void writeNames(
        pbf_writer& node, protozero::pbf_tag_type field, const std::vector<std::optional<TensorIndex>>& tensors) const
    {
        for (const auto& tensor : tensors)
            node.add_string(field, tensor ? m_network.tensor(*tensor).name : std::string());
    }

    void writeNode(pbf_writer& message, NodeIndex index)
    {
        const Node& node = m_network.node(index);
        writeNames(message, 1, node.inputs);
        writeNames(message, 2, node.outputs);
        if (!node.name.empty())
            message.add_string(3, node.name);
        message.add_string(4, node.operatorName);
        for (const auto& [name, value] : node.attributes) {
            pbf_writer attribute(message, 5);
            attribute.add_string(1, name);
            m_place = node.label(index) + ": attribute '" + name + "'";
            std::visit([&](const auto& held) { writeValue(attribute, held); }, value);
        }
        if (!node.domain.empty())
            message.add_string(7, node.domain);
    }

    enum AttributeType : std::int32_t
    {
        Float = 1,
        Int = 2,
        String = 3,
        TensorType = 4,
        Floats = 6,
        Ints = 7,
        Strings = 8,
    };

    static void writeType(pbf_writer& attribute, AttributeType type) { attribute.add_enum(20, type); }

    float rounded(double value)
    {
        const auto result = static_cast<float>(value);
        if (static_cast<double>(result) != value && value == value)
            m_result.notes.push_back(m_place + ": " + shortest(value) + " is rounded to "
                + shortest(static_cast<double>(result)) + ", as ONNX stores attributes in single precision");
        return result;
    }

    void writeValue(pbf_writer& attribute, double value)
    {
        attribute.add_float(2, rounded(value));
        writeType(attribute, Float);
    }

    void writeValue(pbf_writer& attribute, std::int64_t value)
    {
        attribute.add_int64(3, value);
        writeType(attribute, Int);
    }

    void writeValue(pbf_writer& attribute, const std::string& value)
    {
        attribute.add_string(4, value);
        writeType(attribute, String);
    }

    void writeValue(pbf_writer& attribute, const Tensor& value)
    {
        writeTensor(pbf_writer(attribute, 5), value, "");
        writeType(attribute, TensorType);
    }

    [[noreturn]] void writeValue(pbf_writer&, const Subgraph&)
    {
        refuse(m_place + " is a graph within the node, of which only a summary was read: it cannot be written");
    }

    void writeValue(pbf_writer& attribute, const std::vector<double>& values)
    {
        std::vector<float> floats;
        for (const double value : values)
            floats.push_back(rounded(value));
        attribute.add_packed_float(7, floats.begin(), floats.end());
        writeType(attribute, Floats);
    }

    void writeValue(pbf_writer& attribute, const std::vector<std::int64_t>& values)
    {
        attribute.add_packed_int64(8, values.begin(), values.end());
        writeType(attribute, Ints);
    }

    void writeValue(pbf_writer& attribute, const std::vector<std::string>& values)
    {
        for (const std::string& value : values)
            attribute.add_string(9, value);
        writeType(attribute, Strings);
    }

    const PreparedNetwork& m_prepared;
    const Network& m_network;
    ModelBytes m_result;
    std::set<TensorIndex> m_ends;
    std::string m_place; ///< of the attribute that is being written
};

} // namespace

} // namespace onnxModel

Result<ModelBytes> writeOnnxModel(const PreparedNetwork& prepared)
{
    try {
        return onnxModel::Writer(prepared).write();
    } catch (const Error& error) {
        return tl::unexpected(error);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "writing the network takes more memory than there is");
    }
}

} // namespace formulens
