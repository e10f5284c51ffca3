#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken files of this folder and manifest.json, which says what each must be answered with.

    apt-get install python3-onnx
    ./generate.py

Building and testing needs no Python: the files lie here. All are small, whatever size they claim.
"""
import json
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).resolve().parent
manifest = []


def add(name, content, refused=None, warnings=None):
    """refused: the whole error. warnings: all that is warned of when the file opens."""
    (here / name).write_bytes(content)
    manifest.append({"file": name, "refused": refused} if refused is not None else {"file": name, "warnings": warnings})


def tensor(name, array):
    return numpy_helper.from_array(numpy.asarray(array, numpy.float32), name)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, initialisers=(), inputs=None, outputs=None, opset=13):
    graph = helper.make_graph(nodes, "broken", inputs or [value("x", ["N", 2])], outputs or [value("y", None)],
                              list(initialisers))
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="generate.py")
    result.ir_version = 8
    return result


def small():
    return model([helper.make_node("Gemm", ["x", "W", "b"], ["h"], name="dense"),
                  helper.make_node("Relu", ["h"], ["y"], name="relu")],
                 [tensor("W", [[1, 2, 3], [4, 5, 6]]), tensor("b", [7, 8, 9])])


def claiming(dims, data_type=TensorProto.FLOAT, raw=b"\0" * 16):
    """A tensor that claims its shape."""
    claimed = TensorProto(name="W", data_type=data_type, dims=dims, raw_data=raw)
    return model([helper.make_node("MatMul", ["x", "W"], ["y"])], [claimed]).SerializeToString()


def external(location, **entries):
    weights = TensorProto(name="W", data_type=TensorProto.FLOAT, dims=[2, 3], data_location=TensorProto.EXTERNAL)
    for key, text in [("location", location), *entries.items()]:
        entry = weights.external_data.add()
        entry.key, entry.value = key, str(text)
    return model([helper.make_node("MatMul", ["x", "W"], ["y"], name="dense")], [weights]).SerializeToString()


# --- no models at all
add("empty.onnx", b"", "empty.onnx: the file is empty, expected an ONNX model")
add("picture.onnx", bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"),
    "picture.onnx: this is a PNG picture, not a model")
add("archive.onnx", b"PK\x03\x04" + b"\0" * 22 + b"\x09\0\0\0model.txt",
    "archive.onnx: this is a ZIP archive: unpack it first")
add("compressed.onnx", bytes.fromhex("1f8b08000000000000ff030000000000"),
    "compressed.onnx: this is compressed with gzip: unpack it first, with gunzip")
add("text.onnx", b"# Results\nThe network was trained for 10 epochs.\n",
    "text.onnx: this is text, not a model; it begins with '# Results'")
add("lfs_pointer.onnx", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 132735\n",
    "lfs_pointer.onnx: this is a Git LFS pointer, not the model: fetch the model with 'git lfs pull'")
add("web_page.onnx", b"<!DOCTYPE html>\n<html><body>404</body></html>\n",
    "web_page.onnx: this is an XML or HTML document, not a model (a download that failed ends like this)")
add("noise.onnx", bytes.fromhex("00ffdeadbeef00110022"),
    "noise.onnx: this is no model that is known here; it begins with the bytes 00 ff de ad be ef 00 11")
add("pickle.pt", b"\x80\x02}q\x00.",
    "pickle.pt: this is a Python pickle (an older PyTorch or scikit-learn file), which is code and is never run here: "
    "export the model as ONNX, with torch.onnx.export or skl2onnx")

# --- models that end early
whole = small().SerializeToString()
inner = small().graph.SerializeToString()
start = whole.index(inner)


def cut(name, size, field, claimed, found):
    add(name, whole[:size],
        f"{name}: the model: field {field} claims {claimed} bytes, found {found}: the file is cut short or damaged")


cut("cut_in_header.onnx", 9, 2, len("generate.py"), 5)
cut("cut_in_graph.onnx", len(whole) // 2, 7, len(inner), len(whole) // 2 - start)
cut("cut_by_a_byte.onnx", start + len(inner) - 1, 7, len(inner), len(inner) - 1)

# --- sizes that are not true
add("claims_2_gigabytes.onnx", claiming([536870912]),
    "claims_2_gigabytes.onnx: initialiser 'W': shape [536870912] of float32 needs 2147483648 bytes, found 16")
add("dims_overflow.onnx", claiming([1 << 62, 8]),
    "dims_overflow.onnx: initialiser 'W': the shape [4611686018427387904, 8] has more than 1099511627776 elements")
add("dims_negative.onnx", claiming([-2, 3]),
    "dims_negative.onnx: initialiser 'W': the shape [-2, 3] has a negative extent")
add("too_few_bytes.onnx", claiming([2, 3]),
    "too_few_bytes.onnx: initialiser 'W': shape [2, 3] of float32 needs 24 bytes, found 16")
add("huge_input.onnx", model([helper.make_node("Relu", ["x"], ["y"])], inputs=[value("x", [1 << 20, 1 << 19])]).SerializeToString(),
    "huge_input.onnx: input 'x': with its shape [1048576, 524288] the tensors hold more than the limit of 268435456 "
    "elements")
add("overflowing_input.onnx", model([helper.make_node("Relu", ["x"], ["y"])], inputs=[value("x", [1 << 40, 1 << 40])]).SerializeToString(),
    "overflowing_input.onnx: input 'x': the shape [1099511627776, 1099511627776] has more than 1099511627776 elements")

# --- external data
(here / "short_weights.bin").write_bytes(numpy.arange(4, dtype=numpy.float32).tobytes())
add("external_missing.onnx", external("gone.bin"),
    "external_missing.onnx: initialiser 'W': external data file 'gone.bin' does not exist")
add("external_climbs_out.onnx", external("../../../../etc/passwd"),
    "external_climbs_out.onnx: initialiser 'W': external data: the location '../../../../etc/passwd' climbs out of the "
    "model's folder; expected a file in it, so it was not read")
add("external_absolute.onnx", external("/etc/passwd"),
    "external_absolute.onnx: initialiser 'W': external data: the location '/etc/passwd' is absolute; expected a file in "
    "the model's folder, so it was not read")
add("external_too_short.onnx", external("short_weights.bin", offset=4),
    "external_too_short.onnx: initialiser 'W': external data file 'short_weights.bin' holds 16 bytes, expected 24 from "
    "byte 4")
add("external_is_a_folder.onnx", external("."),
    "external_is_a_folder.onnx: initialiser 'W': external data file '.' is a folder, not a file")

# --- graphs that make no sense
add("cycle.onnx", model([helper.make_node("Add", ["x", "b"], ["a"], name="first"),
                         helper.make_node("Relu", ["a"], ["b"], name="second"),
                         helper.make_node("Relu", ["b"], ["y"])]).SerializeToString(), 
    "cycle.onnx: nodes 'second' and 'first' depend on each other")
add("undefined_tensor.onnx", model([helper.make_node("Add", ["x", "nowhere"], ["y"], name="plus")]).SerializeToString(), 
    "undefined_tensor.onnx: node 'plus' (Add): reads tensor 'nowhere', which is neither an input nor a constant nor the "
    "output of a node")
add("written_twice.onnx", model([helper.make_node("Relu", ["x"], ["y"]),
                                 helper.make_node("Tanh", ["x"], ["y"])]).SerializeToString(),
    "written_twice.onnx: node #1 (Tanh): it writes tensor 'y', which is already the output of another node")
nameless = small()
nameless.graph.node[0].op_type = ""
add("no_operator.onnx", nameless.SerializeToString(), "no_operator.onnx: node 'dense' (): it has no operator type")
no_opset = small()
del no_opset.opset_import[:]
add("no_operator_set.onnx", no_opset.SerializeToString(),
    "no_operator_set.onnx: node 'dense' (Gemm): the file does not say which version of the ONNX operator set it uses")

# --- models that open, with a warning
wrong = small()
wrong.graph.initializer[0].CopyFrom(tensor("W", numpy.ones((3, 5))))
add("wrong_shapes.onnx", wrong.SerializeToString(), warnings=[
    "output 'y' cannot be computed: node 'dense' (Gemm): matrices of shapes [1, 2] and [3, 5] do not multiply"])
not_a_number = small()
not_a_number.graph.initializer[1].CopyFrom(tensor("b", [7, float("nan"), 9]))
add("nan_weights.onnx", not_a_number.SerializeToString(),
    warnings=["initialiser 'b' holds NaN, which is no number: what depends on it has no value"])
unknown = small()
unknown.graph.node[1].op_type = "Mystery"
add("unknown_operator.onnx", unknown.SerializeToString(),
    warnings=["output 'y' cannot be computed: node 'relu' (Mystery): operator Mystery is not known"])
bad_attribute = small()
bad_attribute.graph.node[0].attribute.append(helper.make_attribute("transA", "yes"))
add("wrong_attribute.onnx", bad_attribute.SerializeToString(), warnings=[
    "output 'y' cannot be computed: node 'dense' (Gemm): attribute 'transA' is not an integer"])
reshape = model([helper.make_node("Reshape", ["x", "shape"], ["y"], name="reshape")],
                [numpy_helper.from_array(numpy.array([1 << 40, 1 << 40], numpy.int64), "shape")])
add("reshape_to_the_moon.onnx", reshape.SerializeToString(), warnings=[
    "output 'y' cannot be computed: node 'reshape' (Reshape): an input of shape [1, 2] cannot take shape "
    "[1099511627776, 1099511627776]"])
expand = model([helper.make_node("Expand", ["x", "shape"], ["y"], name="expand")],
               [numpy_helper.from_array(numpy.array([1 << 20, 1 << 20, 2], numpy.int64), "shape")])
add("expand_to_the_moon.onnx", expand.SerializeToString(), warnings=[
    "output 'y' cannot be computed: node 'expand' (Expand): its output would have shape [1048576, 1048576, 2], which is "
    "too large"])

(here / "manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")
