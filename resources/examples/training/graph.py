# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a trained network as ONNX, operator by operator, so that every tensor has a name worth reading."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13


class Graph:
    """Collects nodes and constants; each call returns the name of the tensor that it makes."""

    def __init__(self, name):
        self.name = name
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []

    def input(self, name, *shape):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]))
        return name

    def output(self, name, *shape):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]))

    def constant(self, name, values, dtype=numpy.float32):
        self.constants.append(numpy_helper.from_array(numpy.asarray(values, dtype), name))
        return name

    def node(self, operator, operands, result, **attributes):
        """result is one name, or a list of names for an operator with several results."""
        results = [result] if isinstance(result, str) else result
        self.nodes.append(helper.make_node(operator, list(operands), results, name=results[0], **attributes))
        return result

    def dense(self, operand, layer, result, label):
        """A torch.nn.Linear as Gemm: result = operand W^T + b."""
        weight = self.constant(f"{label}.weight", layer.weight.detach().numpy())
        bias = self.constant(f"{label}.bias", layer.bias.detach().numpy())
        return self.node("Gemm", [operand, weight, bias], result, transB=1)

    def standardised(self, operand, mean, scale, result):
        """result = (operand - mean) / scale, as two operators of the file."""
        centred = self.node("Sub", [operand, self.constant("mean", mean)], f"{operand}_centred")
        return self.node("Div", [centred, self.constant("scale", scale)], result)

    def save(self, path, story):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, producer_name="formulens-examples", ir_version=8,
                                  opset_imports=[helper.make_opsetid("", OPSET)], doc_string=story)
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())
