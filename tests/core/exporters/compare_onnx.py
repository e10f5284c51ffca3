#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares copies of ONNX files with their originals, by the reader of python3-onnx: nodes, attributes and constants.
Its checker must accept each copy whose original it accepts. Exit code 77: onnx is not here."""
import sys

try:
    import numpy
    import onnx
    from onnx import checker, helper, numpy_helper
except ImportError:
    sys.exit(77)


def same_tensor(a, b):
    a, b = numpy_helper.to_array(a), numpy_helper.to_array(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def same_attribute(a, b):
    a, b = helper.get_attribute_value(a), helper.get_attribute_value(b)
    if isinstance(a, onnx.TensorProto):
        return isinstance(b, onnx.TensorProto) and same_tensor(a, b)
    if isinstance(a, (int, float, bytes)):
        return type(a) is type(b) and (a == b or a != a)
    return list(a) == list(b)


def domain(node):
    return "" if node.domain == "ai.onnx" else node.domain


def difference(original, copy):
    a, b = original.graph, copy.graph
    if len(a.node) != len(b.node):
        return f"{len(b.node)} nodes, expected {len(a.node)}"
    for x, y in zip(a.node, b.node):
        where = f"node {x.name!r} ({x.op_type})"
        if (x.name, x.op_type, domain(x)) != (y.name, y.op_type, domain(y)):
            return where + " is another one"
        if list(x.input) != list(y.input) or list(x.output) != list(y.output):
            return where + " has other inputs or outputs"
        old = {attribute.name: attribute for attribute in x.attribute}
        new = {attribute.name: attribute for attribute in y.attribute}
        if old.keys() != new.keys():
            return where + " has other attributes"
        for name in old:
            if not same_attribute(old[name], new[name]):
                return where + f": attribute {name!r} differs"
    old = {tensor.name: tensor for tensor in a.initializer}
    new = {tensor.name: tensor for tensor in b.initializer}
    if old.keys() != new.keys():
        return "other initialisers"
    for name in old:
        if not same_tensor(old[name], new[name]):
            return f"initialiser {name!r} differs"
    inputs = [value.name for value in a.input if value.name not in old]
    if inputs != [value.name for value in b.input]:
        return "other inputs"
    if [value.name for value in a.output] != [value.name for value in b.output]:
        return "other outputs"
    used = {domain(node) for node in a.node}
    old = {domain(entry): entry.version for entry in original.opset_import if domain(entry) in used}
    new = {domain(entry): entry.version for entry in copy.opset_import if domain(entry) in used}
    return "" if old == new else "other operator sets"


def accepted(model):
    try:
        checker.check_model(model)
        return ""
    except Exception as error:
        return str(error).splitlines()[0]


failures = compared = 0
checked = 0
for line in open(sys.argv[1]):
    names = line.rstrip("\n").split("\t")
    original, copy = onnx.load(names[0]), onnx.load(names[1])
    if any(attribute.type in (5, 10) for node in original.graph.node for attribute in node.attribute):
        continue
    if any(tensor.data_location == 1 for tensor in original.graph.initializer):
        continue
    compared += 1
    words = difference(original, copy)
    if not words and not accepted(original):
        checked += 1
        words = accepted(copy)
    if words:
        print(f"{names[0]}: {words}")
        failures += 1
print(f"{compared} copies compared by another reader, {checked} of them accepted by its checker")
sys.exit(1 if failures else 0)
