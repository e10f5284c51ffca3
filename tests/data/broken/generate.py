#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken files of this folder and manifest.json, which says what each must be answered with.

    apt-get install python3-onnx python3-h5py
    ./generate.py

Building and testing needs no Python: the files lie here. All are small, whatever size they claim.
"""
import io
import json
import pathlib
import struct
import zipfile

import h5py
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).resolve().parent
manifest = []


def add(name, content, refused=None, warnings=None, architecture=None):
    """refused: the whole error. warnings: all that is warned of when the file opens. architecture: what is said."""
    (here / name).write_bytes(content)
    entry = {"file": name} | ({"architecture": architecture} if architecture is not None else {})
    manifest.append(entry | ({"refused": refused} if refused is not None else {"warnings": warnings}))


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
    "compressed.onnx: it is packed with gzip and damaged: it is cut short")
add("text.onnx", b"# Results\nThe network was trained for 10 epochs.\n",
    "text.onnx: this is text, not a model; it begins with '# Results'")
add("lfs_pointer.onnx", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 132735\n",
    "lfs_pointer.onnx: this is a Git LFS pointer, not the model: fetch the model with 'git lfs pull'")
add("web_page.onnx", b"<!DOCTYPE html>\n<html><body>404</body></html>\n",
    "web_page.onnx: this is an XML or HTML document, not a model (a download that failed ends like this)")
add("noise.onnx", bytes.fromhex("00ffdeadbeef00110022"),
    "noise.onnx: this is no model that is known here; it begins with the bytes 00 ff de ad be ef 00 11")

# --- weights without a network
EXPORT = ": export the model as ONNX, with torch.onnx.export"


def torch_bytes(what, legacy=False):
    import io
    import torch

    stream = io.BytesIO()
    torch.save(what, stream, _use_new_zipfile_serialization=not legacy)
    return stream.getvalue()


def safetensors(header, data=b"\0" * 64, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(shape, end, dtype="F32", begin=0):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def add_weights():
    import torch

    pickled = "this is a Python pickle that holds no tensors"
    add("pickle.pt", b"\x80\x02}q\x00.", f"pickle.pt: {pickled}{EXPORT} or skl2onnx")
    add("calls_os_system.pt", b"cos\nsystem\n(S'echo harm'\ntR.",
        f"calls_os_system.pt: {pickled}; it calls 'os.system', which is never run here{EXPORT} or skl2onnx")
    add("of_another_tool.pt", b"\x80\x02csklearn.neural_network\nMLPRegressor\n)\x81}X\x01\0\0\0aK\x01sb.",
        f"of_another_tool.pt: {pickled}, but an object of class 'sklearn.neural_network.MLPRegressor'{EXPORT} or skl2onnx")
    add("opcode.pt", b"\x80\x02\xfe", "opcode.pt: opcode 0xfe at byte 2 of the pickle is unknown: it is damaged, or no "
        "pickle")
    add("text_too_long.pt", b"\x80\x02X\xff\xff\xff\x7fab",
        "text_too_long.pt: the pickle claims 2147483647 bytes at byte 7, found 2: it is cut short or damaged")
    state = {"fc1.weight": torch.zeros(4, 3), "fc1.bias": torch.zeros(4), "fc2.weight": torch.zeros(2, 4)}
    whole = torch_bytes(state)
    add("weights_only.pt", whole,
        "weights_only.pt: it holds weights only (fc1 Linear 4x3, fc2 Linear 2x4), not what is computed between them; "
        'choose the architecture, for example --architecture "Linear,relu,Linear"')
    for said, words in (
            ("Linear,tanhh,Linear", "step 2 of the architecture, 'tanhh', is not known: expected a layer (Linear, Conv2d, "
             "BatchNorm, Flatten, MaxPool2d ...) or an activation (relu, tanh, sigmoid ...)"),
            ("Linear,,Linear", "step 2 of the architecture is empty: a comma is too much"),
            ("Linear,relu(", "step 2 of the architecture, 'relu(', has no closing bracket"),
            ("Linear,relu", "the architecture leaves layers of the file out: Linear 'fc2'; name the layers that it means "
             "where that is right, as in Linear(fc1)"),
            ("Linear,Linear,Linear", "step 3 of the architecture, 'Linear': the file has no further layer of this kind: it "
             "has Linear 'fc1', Linear 'fc2'"),
            ("Linear(fc2),Linear(fc1)", "step 2 of the architecture, 'Linear(fc1)': 'fc1' takes 3 values, the step before "
             "gives 2"),
            ("Linear(fc3),Linear", "step 1 of the architecture, 'Linear(fc3)': the file has no layer 'fc3': it has Linear "
             "'fc1', Linear 'fc2'"),
            ("Linear,relu(3),Linear", "step 2 of the architecture, 'relu(3)': it takes no values in brackets"),
            ("Linear,LeakyReLU(a),Linear", "step 2 of the architecture, 'LeakyReLU(a)': 'a' is no number"),
            ("Linear(slope=3),Linear", "step 1 of the architecture, 'Linear(slope=3)': 'slope' is not known here"),
            ("Linear,Reshape(2,3),Linear", "step 2 of the architecture, 'Reshape(2,3)': it makes 2x3 of 4, which is another "
             "number of values"),
            ("relu,tanh", "step 1 of the architecture, 'relu': no step takes weights: expected a layer such as Linear"),
    ):
        add("weights_only.pt", whole, f"weights_only.pt: {words}", architecture=said)
    images = torch_bytes({"conv.weight": torch.zeros(2, 1, 3, 3), "fc.weight": torch.zeros(2, 32)})
    for said, words in (
            ("Conv2d,relu,Flatten,Linear", "step 1 of the architecture, 'Conv2d': the weights do not say how large the "
             "input is: put it in front, as in Input(1,28,28)"),
            ("Input(1,6,6),Conv2d,relu,Linear", "step 4 of the architecture, 'Linear': 'fc' takes 32 values, the step "
             "before gives 2x4x4: put Flatten in front of it"),
            ("Input(1,7,7),Conv2d,relu,Flatten,Linear", "step 5 of the architecture, 'Linear': 'fc' takes 32 values, the "
             "step before gives 50"),
            ("Input(3,6,6),Conv2d,relu,Flatten,Linear", "step 2 of the architecture, 'Conv2d': 'conv' takes 1 channels, the "
             "step before gives 3x6x6"),
            ("Input(1,2,2),Conv2d,relu,Flatten,Linear", "step 2 of the architecture, 'Conv2d': its kernel of 3x3 does not "
             "fit an image of 1x2x2"),
    ):
        add("weights_of_images.pt", images, f"weights_of_images.pt: {words}", architecture=said)
    add("cut_archive.pt", whole[: len(whole) // 2], "cut_archive.pt: the archive is damaged: Not a zip archive: it is cut "
        "short, as by a download that was not finished")
    legacy = torch_bytes({"fc2.weight": state["fc2.weight"]}, legacy=True)
    add("cut_storage.pt", legacy[:-8], "cut_storage.pt: a storage claims 8 elements of float32, found 6: the file is "
        "cut short or damaged")
    quantised = torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8)
    add("quantised.pt", torch_bytes({"fc.weight": quantised}), "quantised.pt: tensor 'fc.weight' is quantised, which is not "
        f"read from PyTorch's files{EXPORT}")
    add("complex.pt", torch_bytes({"fc.weight": torch.ones(2, 2, dtype=torch.complex64)}), "complex.pt: tensor 'fc.weight' "
        f"has elements of type 'torch.ComplexFloatStorage', which are not read{EXPORT}")
    add("no_layers.pt", torch_bytes({"table": torch.ones(2, 2)}), "no_layers.pt: it holds no layer that is known here, "
        f"only table [2, 2]{EXPORT}")
    lstm = {"lstm." + key: value for key, value in torch.nn.LSTM(2, 3).state_dict().items()}
    add("recurrent.pt", torch_bytes(lstm), "recurrent.pt: step 1 of the architecture, 'LSTM': the weights do not say how "
        "large the input is: put it in front, as in Input(10,2)", architecture="LSTM")
    lstm = {"lstm." + key: value for key, value in torch.nn.LSTM(2, 3, proj_size=2).state_dict().items()}
    add("projected.pt", torch_bytes(lstm), "projected.pt: 'lstm' projects its states (proj_size), which is not read from "
        f"weights alone{EXPORT}", architecture="Input(5,2),LSTM")

    whole = safetensors({"fc.weight": entry([4, 4], 64)})
    add("header_too_long.safetensors", safetensors(b'{"a":1}', length=1 << 63), "header_too_long.safetensors: its header "
        "claims 9223372036854775808 bytes, found 71: the file is cut short or damaged")
    add("cut.safetensors", whole[:-4], "cut.safetensors: tensor 'fc.weight' lies in bytes 0 to 64 behind the header, found "
        "60: the file is cut short or damaged")
    add("no_json.safetensors", safetensors(b'{"fc": nothing}'), "no_json.safetensors: its header is no JSON: parse error at "
        "line 1, column 9: syntax error while parsing value - invalid literal; last read: '\"fc\": no'")
    add("deep.safetensors", safetensors(b'{"a":' * 30 + b"1" + b"}" * 30), "deep.safetensors: its header is nested more "
        "than 8 deep")
    add("twice.safetensors", safetensors(b'{"a":1,"a":2}'), "twice.safetensors: its header names 'a' twice")
    add("no_dtype.safetensors", safetensors({"a": 1}), "no_dtype.safetensors: tensor 'a' has no \"dtype\"")
    add("eight_bits.safetensors", safetensors({"fc.weight": entry([4, 4], 16, "F8_E4M3")}), "eight_bits.safetensors: tensor "
        f"'fc.weight' has elements of type 'F8_E4M3', which are not read{EXPORT}")
    add("shape.safetensors", safetensors({"fc.weight": entry([4, 5], 64)}), "shape.safetensors: tensor 'fc.weight': shape "
        "[4, 5] of float32 needs 80 bytes, found 64")
    add("negative.safetensors", safetensors({"fc.weight": entry([-4, 4], 64)}), "negative.safetensors: tensor 'fc.weight': "
        '"shape" holds -4, expected whole numbers from 0')
    add("overflow.safetensors", safetensors({"fc.weight": entry([1 << 40, 1 << 40], 64)}), "overflow.safetensors: tensor "
        "'fc.weight': the shape [1099511627776, 1099511627776] has more than 1099511627776 elements")
    add("backwards.safetensors", safetensors({"fc.weight": entry([4, 4], 0, begin=64)}), "backwards.safetensors: tensor "
        "'fc.weight': \"data_offsets\" are not a begin and an end")


add_weights()

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
    warnings=["output 'y' cannot be computed: node 'relu' (Mystery): operator Mystery is not known: export the model in ONNX's own operators, of a newer "
              "version where there is one"])
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

# --- Keras: HDF5
advice = "; export the model as ONNX, with tf2onnx or model.export(..., format=\"onnx\")"


def keras_layer(class_name, name, **config):
    return {"class_name": class_name, "config": {"name": name, **config}}


def keras_dense(name, units, **more):
    return keras_layer("Dense", name, units=units, activation="linear", use_bias=True, **more)


keras_model = {"class_name": "Sequential", "config": {"name": "small", "layers": [
    keras_dense("hidden", 3, batch_input_shape=[None, 2]), keras_dense("out", 1)]}}
hidden, out = "hidden/kernel:0", "out/kernel:0"
keras_weights = {"hidden": {hidden: numpy.ones((2, 3)), "hidden/bias:0": numpy.ones(3)},
                 "out": {out: numpy.ones((3, 1)), "out/bias:0": numpy.ones(1)}}


def hdf5(fill):
    content = io.BytesIO()
    with h5py.File(content, "w", track_order=False) as file:
        fill(file)
    return content.getvalue()


def keras_h5(model=keras_model, weights=keras_weights, then=lambda file: None):
    def fill(file):
        if model is not None:
            file.attrs["model_config"] = json.dumps(model)
        file.attrs["keras_version"] = "2.4.0"
        group = file.create_group("model_weights") if model is not None else file
        group.attrs["layer_names"] = numpy.array([n.encode() for n in weights])
        for name, named in weights.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = numpy.array([n.encode() for n in named])
            for path, values in named.items():
                layer.create_dataset(path, data=numpy.asarray(values, numpy.float32))
        then(file)

    return hdf5(fill)


def replacing(path, create):
    """The kernel of the layer `hidden` in another shape."""
    def change(file):
        group = file["model_weights/hidden/hidden"]
        del group["kernel:0"]
        create(group, "kernel:0")

    return keras_h5(then=change)


def with_layers(*layers):
    return keras_h5({"class_name": "Sequential", "config": {"name": "small", "layers": list(layers)}})


whole = keras_h5()
add("cut_in_half.h5", whole[:len(whole) // 2],
    f"cut_in_half.h5: the HDF5 file is damaged or cut short: it cannot be opened (truncated file: eof = "
    f"{len(whole) // 2}, sblock->base_addr = 0, stored_eof = {len(whole)})")
add("no_model.h5", hdf5(lambda file: file.create_dataset("measurements", data=numpy.ones(3))),
    "no_model.h5: the HDF5 file holds no Keras model: expected an attribute model_config, or weights of layers")
add("weights_alone.h5", keras_h5(None),
    "weights_alone.h5: it holds weights only (hidden Linear 3x2, out Linear 1x3), not what is computed between them; choose "
    "the architecture, for example --architecture \"Linear,relu,Linear\", or put the model's architecture beside it, as "
    "'weights_alone.json' (model.to_json())")
add("weights_of_images_alone.h5", keras_h5(None, {"conv": {"conv/kernel:0": numpy.ones((3, 3, 1, 2))}}),
    "weights_of_images_alone.h5: this holds weights only, without the layers that they belong to: put the model's "
    "architecture beside it, as 'weights_of_images_alone.json' (model.to_json()), or save the whole model with model.save()")
add("layer_without_weights.h5", keras_h5(weights={"hidden": keras_weights["hidden"]}),
    "layer_without_weights.h5: the file holds weights of 1 layers, but the model has 2 layers with weights")
add("weights_in_other_order.h5", keras_h5(weights={**keras_weights, "hidden": dict(
    reversed(keras_weights["hidden"].items()))}),
    "weights_in_other_order.h5: layer 'hidden' (Dense): the file has 'hidden/bias:0' where its kernel is expected")
add("bias_missing.h5", keras_h5(weights={**keras_weights, "out": {out: numpy.ones((3, 1))}}),
    "bias_missing.h5: layer 'out' (Dense): the file holds 1 weights of it, expected 2")
add("data_set_missing.h5", replacing(hidden, lambda group, name: None),
    "data_set_missing.h5: layer 'hidden' (Dense): the file has no data set 'hidden/kernel:0', where its weights are "
    "expected")
add("kernel_is_a_link.h5", replacing(hidden, lambda group, name: group.__setitem__(
    name, h5py.ExternalLink("/etc/passwd", "/kernel"))),
    "kernel_is_a_link.h5: layer 'hidden' (Dense): the data set 'hidden/kernel:0' cannot be used: it is a link to another "
    "place, which is not followed")
add("kernel_lies_elsewhere.h5", replacing(hidden, lambda group, name: group.create_dataset(
    name, (2, 3), numpy.float32, external=[("/etc/passwd", 0, 24)])),
    "kernel_lies_elsewhere.h5: layer 'hidden' (Dense): the data set 'hidden/kernel:0' cannot be used: its data lies in "
    "another file, which is not read")
virtual = h5py.VirtualLayout((2, 3), numpy.float32)
virtual[:] = h5py.VirtualSource("/etc/passwd", "kernel", (2, 3))
add("kernel_is_virtual.h5", replacing(hidden, lambda group, name: group.create_virtual_dataset(name, virtual)),
    "kernel_is_virtual.h5: layer 'hidden' (Dense): the data set 'hidden/kernel:0' cannot be used: its data lies in other "
    "data sets")
add("kernel_of_records.h5", replacing(hidden, lambda group, name: group.create_dataset(
    name, data=numpy.zeros(2, [("a", "f4"), ("b", "i4")]))),
    "kernel_of_records.h5: layer 'hidden' (Dense): the data set 'hidden/kernel:0' cannot be used: it holds records")
add("kernel_of_terabytes.h5", replacing(hidden, lambda group, name: group.create_dataset(
    name, (1 << 20, 1 << 20), numpy.float32, chunks=(1024, 1024), compression="gzip")),
    "kernel_of_terabytes.h5: data set 'kernel:0' claims more elements than a file of this size may hold")
add("kernel_of_other_shape.h5", keras_h5(weights={**keras_weights, "hidden": {
    hidden: numpy.ones((2, 4)), "hidden/bias:0": numpy.ones(3)}}),
    "kernel_of_other_shape.h5: layer 'hidden' (Dense): its kernel has shape [2, 4], expected 3 columns")
add("group_in_itself.h5", keras_h5(then=lambda file: file["model_weights"].__setitem__("loop", file["model_weights"])),
    "group_in_itself.h5: the HDF5 file is damaged: a group lies within itself")


def nest(file):
    for _ in range(40):
        file = file.create_group("deeper")


add("nested_groups.h5", keras_h5(then=nest), "nested_groups.h5: its groups are nested more than 32 deep")
add("config_is_no_json.h5", keras_h5(then=lambda file: file.attrs.__setitem__("model_config", "{'class_name': 3}")),
    "config_is_no_json.h5: its model_config is no JSON: there is a mistake at byte 2")
add("own_model_class.h5", keras_h5({"class_name": "MyModel", "config": {"size": 3}}),
    "own_model_class.h5: the model is of the class 'MyModel', expected Sequential or Functional: a model of its author's "
    "own class has no description of its layers; export it as ONNX, with tf2onnx")
add("lambda.h5", with_layers(keras_dense("hidden", 3, batch_input_shape=[None, 2]), keras_dense("out", 1),
                             keras_layer("Lambda", "twice", function=["4wEAAAA=", None, None])),
    "lambda.h5: layer 'twice' (Lambda): it holds Python code, which is never run" + advice)
add("own_layer.h5", with_layers(keras_dense("hidden", 3, batch_input_shape=[None, 2]), keras_dense("out", 1),
                                keras_layer("RadialBasis", "rbf", units=3)),
    "own_layer.h5: layer 'rbf' (RadialBasis): a layer of this class is not known here" + advice)
add("unknown_key.h5", with_layers(keras_dense("hidden", 3, batch_input_shape=[None, 2], sharpness=2),
                                  keras_dense("out", 1)),
    "unknown_key.h5: layer 'hidden' (Dense): its 'sharpness' is 2, and what that means is not known")
add("input_shape_from_weights.h5", with_layers(keras_dense("hidden", 3), keras_dense("out", 1)), warnings=[
    "the file does not say the shape of the model's input: it is taken as 2 numbers, which layer 'hidden' (Dense) takes"])
add("no_input_shape.h5", with_layers(keras_layer("Flatten", "flat"), keras_dense("hidden", 3), keras_dense("out", 1)),
    "no_input_shape.h5: layer 'flat_input' (InputLayer): the file does not say the shape of the model's input; build "
    "the model with an Input, and save it again")
add("hard_sigmoid_of_no_version.h5", keras_h5({"class_name": "Sequential", "config": {"name": "small", "layers": [
    keras_dense("hidden", 3, batch_input_shape=[None, 2]), {**keras_dense("out", 1), "config": {
        "name": "out", "units": 1, "activation": "hard_sigmoid"}}]}},
    then=lambda file: file.attrs.__setitem__("keras_version", "")),
    "hard_sigmoid_of_no_version.h5: layer 'out' (Dense): it uses hard_sigmoid, which is clip(0.2 x + 0.5, 0, 1) in Keras "
    "2 and clip(x / 6 + 0.5, 0, 1) in Keras 3, and the file does not say which wrote it")


def called(layer, *names):
    return {**layer, "name": layer["config"]["name"], "inbound_nodes": [[[n, 0, 0, {}] for n in names]] if names else []}


def functional(*layers, output="out"):
    return keras_h5({"class_name": "Functional", "config": {
        "name": "graph", "layers": [called(keras_layer("InputLayer", "x", batch_input_shape=[None, 2])), *layers],
        "input_layers": [["x", 0, 0]], "output_layers": [[output, 0, 0]]}})


add("layers_in_a_circle.h5", functional(called(keras_dense("hidden", 3), "out"), called(keras_dense("out", 1), "hidden")),
    "layers_in_a_circle.h5: layer 'hidden' (Dense): it depends on its own output")
add("call_of_no_layer.h5", functional(called(keras_dense("hidden", 3), "x"), called(keras_dense("out", 1), "gone")),
    "call_of_no_layer.h5: layer 'out' (Dense): it reads call 0 of layer 'gone', which the model does not have")
add("output_of_no_layer.h5", functional(called(keras_dense("hidden", 3), "x"), called(keras_dense("out", 1), "hidden"),
                                        output="gone"),
    "output_of_no_layer.h5: the model 'graph' names a layer 'gone', which it does not have")
add("training_at_inference.h5", functional(
    called(keras_dense("hidden", 3), "x"), called(keras_dense("out", 1), "hidden"),
    {**called(keras_layer("Dropout", "drop", rate=0.5), "out"), "inbound_nodes": [[["out", 0, 0, {"training": True}]]]},
    output="drop"),
    "training_at_inference.h5: layer 'drop' (Dropout): it is called with training = true, which cannot be computed" + advice)
inside = keras_layer("Activation", "leaf", activation="tanh")
for depth in range(30):  # each calls the one inside twice
    twice = [[["x", 0, 0, {}]], [[inside["config"]["name"], 0 if depth == 0 else 1, 0, {}]]]
    inside = {"class_name": "Functional", "config": {
        "name": f"model_{depth}", "input_layers": [["x", 0, 0]],
        "output_layers": [[inside["config"]["name"], 1 if depth == 0 else 2, 0]],
        "layers": [called(keras_layer("InputLayer", "x", batch_input_shape=[None, 2])),
                   {**inside, "name": inside["config"]["name"], "inbound_nodes": twice}]}}
add("calls_within_calls.h5", keras_h5(inside, {}),
    "calls_within_calls.h5: its layers are called more than 50000 times, the limit for a model")
add("half_precision.h5", with_layers(keras_dense("hidden", 3, batch_input_shape=[None, 2], dtype={
    "class_name": "Policy", "config": {"name": "mixed_float16"}}), keras_dense("out", 1)), warnings=[
    "layer 'hidden' (Dense) computes in mixed_float16: the formula is the exact one, without the rounding of half "
    "precision"])

# --- Keras: archives, and architectures as JSON


def keras_archive(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, text in members.items():
            file.writestr(zipfile.ZipInfo(name.replace("__", "."), (2024, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


metadata = json.dumps({"keras_version": "3.3.3"})
tree = hdf5(lambda file: [file.create_dataset(f"layers/{place}/vars/{i}", data=numpy.asarray(values, numpy.float32))
                          for place, layer in zip(("dense", "dense_1"), keras_weights.values())
                          for i, values in enumerate(layer.values())])
short_tree = hdf5(lambda file: file.create_dataset("layers/dense/vars/0", data=numpy.ones((2, 3), numpy.float32)))
config = json.dumps(keras_model)
whole = keras_archive(metadata__json=metadata, config__json=config, **{"model.weights.h5": tree})
add("cut_in_half.keras", whole[:len(whole) // 2], "cut_in_half.keras: the archive is damaged: Not a zip archive")
add("deep_config.keras", keras_archive(metadata__json=metadata, config__json="[" * 100000, **{"model.weights.h5": tree}),
    "deep_config.keras: config.json is nested more than 200 deep")
add("no_config.keras", keras_archive(metadata__json=metadata, **{"model.weights.h5": tree}),
    "no_config.keras: the archive has no 'config.json'")
add("no_weights.keras", keras_archive(metadata__json=metadata, config__json=config),
    "no_weights.keras: the archive holds no 'model.weights.h5': its weights are missing, or in several files; save the "
    "model in one file")
add("weights_are_no_hdf5.keras", keras_archive(metadata__json=metadata, config__json=config,
                                               **{"model.weights.h5": b"weights"}),
    "weights_are_no_hdf5.keras: model.weights.h5: the HDF5 file is damaged or cut short: it cannot be opened (file "
    "signature not found)")
add("weights_of_one_layer.keras", keras_archive(metadata__json=metadata, config__json=config,
                                                **{"model.weights.h5": short_tree}),
    "weights_of_one_layer.keras: layer 'hidden' (Dense): the file has no data set 'layers/dense/vars/1', where its weights "
    "are expected")
add("architecture_alone.json", config.encode(),
    "architecture_alone.json: this is an architecture without weights: put the weights beside it, as "
    "'architecture_alone.weights.h5' or 'architecture_alone.h5'")

# --- TensorFlow.js
(here / "short_weights_tfjs.bin").write_bytes(bytes(10))
tfjs_weights = [{"name": name.replace(":0", ""), "shape": list(values.shape), "dtype": "float32"}
                for layer in keras_weights.values() for name, values in layer.items()]


def tfjs(paths=("short_weights_tfjs.bin",), weights=tfjs_weights, **more):
    return json.dumps({"format": "layers-model", "modelTopology": {"keras_version": "2.4.0", "model_config": keras_model},
                       "weightsManifest": [{"paths": paths, "weights": weights}], **more}).encode()


add("too_few_bytes_tfjs.json", tfjs(),
    "too_few_bytes_tfjs.json: weight 'hidden/kernel' of shape [2, 3] needs 24 bytes from byte 0, but its files hold 10")
add("weights_missing_tfjs.json", tfjs(["gone.bin"]),
    "weights_missing_tfjs.json: the weights' file 'gone.bin' does not exist")
add("weights_climb_out_tfjs.json", tfjs(["../../../../etc/passwd"]),
    "weights_climb_out_tfjs.json: the weights' file '../../../../etc/passwd' climbs out of the model's folder; expected a "
    "file in it, so it was not read")
add("unknown_type_tfjs.json", tfjs(weights=[{**tfjs_weights[0], "dtype": "complex64"}]),
    "unknown_type_tfjs.json: weight 'hidden/kernel' is of type 'complex64', which is not known")
add("weights_left_over_tfjs.json", tfjs(weights=[]),
    "weights_left_over_tfjs.json: the weights' files hold 10 bytes, but the weightsManifest describes 0")
add("graph_model_tfjs.json", tfjs(format="graph-model"),
    "graph_model_tfjs.json: this is a graph model of TensorFlow.js; convert the original as a layers model, or export it "
    "as ONNX, with tf2onnx")
add("no_manifest_tfjs.json", json.dumps({"modelTopology": keras_model}).encode(),
    "no_manifest_tfjs.json: it has no weightsManifest, which says where the weights are")

(here / "manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")
