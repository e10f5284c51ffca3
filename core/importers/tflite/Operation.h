// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Activation.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/MappedFile.h"
#include "core/importers/tflite/Tables.h"

#include <map>
#include <string>
#include <vector>

namespace formulens::tflite {

/// The tensors of the main graph: what the file says of each, and where its values are in the network that is built.
class Tensors
{
public:
    Tensors(const file::Model& model, const file::SubGraph& graph, std::shared_ptr<const MappedFile> file);

    GraphBuilder& graph() { return m_graph; }
    std::size_t count() const { return m_infos.size(); }
    const std::string& name(std::size_t tensor) const { return m_infos[tensor].name; }
    /// With extents of -1 where the file leaves them open.
    const Shape& shape(std::size_t tensor) const { return m_infos[tensor].shape; }
    ElementType type(std::size_t tensor) const { return m_infos[tensor].type; }
    bool isQuantised(std::size_t tensor) const { return !m_infos[tensor].scale.empty(); }
    /// Scales of its slices that differ.
    bool hasSeveralScales(std::size_t tensor) const;
    bool isVariable(std::size_t tensor) const { return m_infos[tensor].isVariable; }
    bool sameQuantisation(std::size_t a, std::size_t b) const;
    bool isConstant(std::size_t tensor) const { return m_infos[tensor].constant.has_value(); }
    /// The numbers of a constant as they lie in the file.
    const Tensor& constant(std::size_t tensor) const;

    void addInput(std::size_t tensor);
    /// The whole numbers of a quantised tensor, the values of any other.
    TensorIndex stored(std::size_t tensor);
    /// The real numbers that they stand for.
    TensorIndex real(std::size_t tensor);
    /// The same for a constant whose axes are taken in another order: new axis k is the old one order[k].
    TensorIndex realPermuted(std::size_t tensor, const std::vector<std::size_t>& order);

    /// The name that an operator gives to the real numbers of its result before `define` quantises them.
    std::string realName(std::size_t tensor) const;
    void define(std::size_t tensor, TensorIndex real);
    void defineStored(std::size_t tensor, TensorIndex stored);

    std::vector<std::string> warnings; ///< for whoever opened the file, one sentence each
    std::vector<std::string> roundedInputs; ///< layers of which one sentence tells that their inputs are rounded

private:
    struct Info
    {
        std::string name;
        Shape shape;
        ElementType type = ElementType::Undefined;
        std::vector<double> scale; ///< empty: not quantised
        std::vector<std::int64_t> zeroPoint;
        std::int64_t axis = 0; ///< of several scales
        bool isVariable = false;
        std::optional<Tensor> constant;
        std::optional<TensorIndex> stored;
        std::optional<TensorIndex> real;
    };

    Info infoOf(const file::Model& model, const file::Tensor& tensor, std::size_t number) const;
    void readQuantisation(Info& info, const file::Quantization& quantization) const;
    std::optional<Tensor> constantOf(const file::Model& model, const file::Tensor& tensor, const Info& info) const;
    TensorIndex dequantised(const Info& info, TensorIndex stored, const std::string& name, std::int64_t axis);
    std::vector<GraphBuilder::Operand> quantisation(const Info& info, TensorIndex values, const std::string& name);

    std::shared_ptr<const MappedFile> m_file;
    std::vector<Info> m_infos;
    GraphBuilder m_graph;
};

/// One operator while it is written into the graph.
class Operation
{
public:
    Operation(Tensors& tensors, const file::Operator& operation, std::string label, bool moves);

    GraphBuilder& graph() { return m_tensors.graph(); }
    Tensors& tensors() { return m_tensors; }

    std::size_t inputCount() const { return m_inputs.size(); }
    std::size_t outputCount() const { return m_outputs.size(); }
    bool hasInput(std::size_t number) const { return number < m_inputs.size() && m_inputs[number].has_value(); }
    std::size_t input(std::size_t number) const; ///< the tensor's number; it must be there
    std::size_t output(std::size_t number = 0) const { return m_outputs[number]; }
    const Shape& shape(std::size_t number) const { return m_tensors.shape(input(number)); }
    std::size_t rank(std::size_t number) const { return shape(number).rank(); }
    ElementType type(std::size_t number) const { return m_tensors.type(input(number)); }

    /// The real numbers of an input; for an operator that only moves elements, and whose result is quantised alike, the
    /// whole numbers.
    TensorIndex value(std::size_t number);
    /// Numbers that decide shapes: an input that must be constant.
    std::vector<std::int64_t> integers(std::size_t number) const;
    /// The same as a tensor of int64; need not be constant.
    TensorIndex integerTensor(std::size_t number, const std::string& role);

    /// What the options say; the published defaults where the operator has none.
    template <class Options>
    const Options* options(const Options* (file::Operator::*member)() const) const
    {
        return (m_operation.*member)();
    }

    /// The name of a result, and of a step towards it: "NAME/role".
    std::string name(std::size_t number = 0) const;
    std::string name(const std::string& role) const { return name() + "/" + role; }

    /// A node with the result's name; `activation` follows it.
    void finish(const std::string& operatorName, std::vector<GraphBuilder::Operand> operands,
        Attributes attributes = {}, std::int8_t activation = 0);
    void finish(TensorIndex value, std::size_t number = 0);
    /// The name for a node whose result an activation follows.
    std::string nameBefore(std::int8_t activation) const { return activation == 0 ? name() : name("sum"); }
    void finishActivated(TensorIndex value, std::int8_t activation);

    /// Throws: "operator #3 (CONV_2D) for 'out': ...".
    [[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::Unsupported) const;

private:
    bool keepsStored(std::size_t input) const;
    /// The result is made of the whole numbers of the first input.
    bool staysStored() const;

    Tensors& m_tensors;
    const file::Operator& m_operation;
    std::string m_label;
    bool m_moves;
    std::vector<std::optional<std::size_t>> m_inputs;
    std::vector<std::size_t> m_outputs;
};

/// One meaning of one builtin operator.
struct OperatorRow
{
    int code; ///< of the published enumeration BuiltinOperator
    const char* name;
    void (*write)(Operation& operation);
    bool moves = false; ///< only moves or selects elements: whole numbers stay whole
};

std::span<const OperatorRow> elementwiseRows();
std::span<const OperatorRow> layerRows();
std::span<const OperatorRow> movementRows();

/// x with its axes in the order of ONNX (channels second) or of TensorFlow (channels last).
TensorIndex toChannelsFirst(Operation& operation, TensorIndex x, std::size_t rank);

} // namespace formulens::tflite
