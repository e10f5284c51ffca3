#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes one small network in every format: y = W2 f(W1 x + b1) + b2, with f = tanh, or ReLU where a format has nothing
else. AllFormatsTest holds each file against the same network as text. A format whose library is missing is left out."""

import json
import os
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np

W1 = np.array([[0.5, -1.25, 2], [0.75, 1.5, -0.375]], np.float32)  # inputs by outputs
B1 = np.array([0.125, -0.5, 0.25], np.float32)
W2 = np.array([[1.5, -0.25], [0.625, 2.5], [-1, 0.875]], np.float32)
B2 = np.array([-0.75, 0.5], np.float32)


def write_onnx():
    from onnx import TensorProto, checker, helper, numpy_helper, save

    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "W1", "b1"], ["z"]),
            helper.make_node("Tanh", ["z"], ["h"]),
            helper.make_node("Gemm", ["h", "W2", "b2"], ["y"]),
        ],
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        [numpy_helper.from_array(a, n) for a, n in ((W1, "W1"), (B1, "b1"), (W2, "W2"), (B2, "b2"))],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    checker.check_model(model)
    save(model, "small_tanh.onnx")


# What Keras writes down of this network, as its versions do. Keras itself is not needed: its files are HDF5 and JSON.
WEIGHTS = {"hidden": (W1, B1), "output": (W2, B2)}


def dense(name, units, activation, **more):
    """A layer of Keras 2, with what only training needs."""
    return {
        "class_name": "Dense",
        "config": {
            "name": name,
            "trainable": True,
            "dtype": "float32",
            "units": units,
            "activation": activation,
            "use_bias": True,
            "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
            "bias_initializer": {"class_name": "Zeros", "config": {}},
            "kernel_regularizer": None,
            "bias_regularizer": None,
            "activity_regularizer": None,
            "kernel_constraint": None,
            "bias_constraint": None,
            **more,
        },
    }


def sequential():
    layers = [dense("hidden", 3, "tanh", batch_input_shape=[None, 2]), dense("output", 2, "linear")]
    return {"class_name": "Sequential", "config": {"name": "small", "layers": layers}}


def write_legacy_weights(group, suffix=":0"):
    group.attrs["layer_names"] = np.array([name.encode() for name in WEIGHTS])
    group.attrs["backend"] = "tensorflow"
    group.attrs["keras_version"] = "2.4.0"
    for name, weights in WEIGHTS.items():
        layer = group.create_group(name)
        names = [f"{name}/{role}{suffix}" for role in ("kernel", "bias")]
        layer.attrs["weight_names"] = np.array([n.encode() for n in names])
        for path, values in zip(names, weights):
            layer.create_dataset(path, data=values)


def write_keras2():
    import json

    import h5py

    with h5py.File("small_tanh.h5", "w") as file:
        file.attrs["keras_version"] = "2.4.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(sequential())
        write_legacy_weights(file.create_group("model_weights"))


def write_keras1():
    import json

    import h5py

    layers = []
    for name, inputs, units, activation in (("hidden", 2, 3, "tanh"), ("output", 3, 2, "linear")):
        config = {"name": name, "output_dim": units, "init": "uniform", "bias": True, "activation": activation,
                  "input_dim": inputs, "W_regularizer": None, "b_constraint": None, "trainable": True}
        layers.append({"class_name": "Dense", "config": config})
    layers[0]["config"].update(batch_input_shape=[None, 2], input_dtype="float32")
    with h5py.File("small_tanh_keras1.h5", "w") as file:
        file.attrs["keras_version"] = "1.2.1"
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": layers})
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([name.encode() for name in WEIGHTS])
        for name, weights in WEIGHTS.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = np.array([f"{name}_W".encode(), f"{name}_b".encode()])
            for role, values in zip("Wb", weights):
                layer.create_dataset(f"{name}_{role}", data=values)


def write_json_and_weights():
    import json

    import h5py

    with open("small_tanh_keras2.json", "w") as file:
        json.dump({**sequential(), "keras_version": "2.4.0", "backend": "tensorflow"}, file)
    with open("small_tanh_string.json", "w") as file:  # as json.dump(model.to_json()) makes it
        json.dump(json.dumps({**sequential(), "keras_version": "2.4.0"}), file)
    for name in ("small_tanh_keras2.weights.h5", "small_tanh_string.h5", "keras_weights_alone.h5"):
        with h5py.File(name, "w") as file:
            write_legacy_weights(file)


def archive(name, metadata, config, tree):
    import io
    import json
    import zipfile

    import h5py

    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for path, values in tree.items():
            file.create_dataset(path, data=values)
    with zipfile.ZipFile(name, "w") as file:
        for member, text in (("metadata.json", json.dumps(metadata)), ("config.json", json.dumps(config)),
                             ("model.weights.h5", content.getvalue())):
            file.writestr(zipfile.ZipInfo(member, (2024, 1, 1, 0, 0, 0)), text)


def write_keras2_archive():
    config = {"module": "keras", "registered_name": None, **sequential()}
    places = ("dense", "dense_2")
    tree = {f"_layer_checkpoint_dependencies/{place}/vars/{i}": values
            for place, weights in zip(places, WEIGHTS.values()) for i, values in enumerate(weights)}
    archive("small_tanh_keras2.keras", {"keras_version": "2.13.1", "date_saved": "2024-01-01@00:00:00"}, config, tree)


def write_keras3_archive():
    """A functional model, with its optimiser's state, which has the shapes of the weights."""
    def tensor(layer, width):
        return {"class_name": "__keras_tensor__",
                "config": {"shape": [None, width], "dtype": "float32", "keras_history": [layer, 0, 0]}}

    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    layers = [{"module": "keras.layers", "class_name": "InputLayer", "registered_name": None, "name": "x",
               "config": {"batch_shape": [None, 2], "dtype": "float32", "sparse": False, "name": "x"},
               "inbound_nodes": []}]
    for before, width, layer in (("x", 2, dense("hidden", 3, "tanh", dtype=policy)),
                                 ("hidden", 3, dense("output", 2, "linear", dtype=policy))):
        layers.append({"module": "keras.layers", "registered_name": None, "name": layer["config"]["name"],
                       "build_config": {"input_shape": [None, width]},
                       "inbound_nodes": [{"args": [tensor(before, width)], "kwargs": {}}], **layer})
    config = {"module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional",
              "config": {"name": "small", "trainable": True, "layers": layers, "input_layers": [["x", 0, 0]],
                         "output_layers": [["output", 0, 0]]}}
    tree = {f"layers/{place}/vars/{i}": values
            for place, weights in zip(("dense", "dense_1"), WEIGHTS.values()) for i, values in enumerate(weights)}
    tree["optimizer/vars/1"] = np.zeros_like(W1)
    archive("small_tanh.keras", {"keras_version": "3.11.0", "date_saved": "2024-01-01@00:00:00"}, config, tree)


def write_tfjs():
    """Weights in two files, one of them quantised to bytes; 1/8 divides all of that matrix."""
    import json
    import pathlib

    folder = pathlib.Path("small_tanh_tfjs")
    folder.mkdir(exist_ok=True)
    scale, least = 0.125, float(W1.min())
    (folder / "group1-shard1of2.bin").write_bytes(
        np.round((W1 - least) / scale).astype(np.uint8).tobytes() + B1.tobytes()[:5])
    (folder / "group1-shard2of2.bin").write_bytes(B1.tobytes()[5:] + W2.tobytes() + B2.tobytes())
    weights = [{"name": f"{layer}/{role}", "shape": list(values.shape), "dtype": "float32"}
               for layer, pair in WEIGHTS.items() for role, values in zip(("kernel", "bias"), pair)]
    weights[0]["quantization"] = {"dtype": "uint8", "scale": scale, "min": least, "original_dtype": "float32"}
    model = {"format": "layers-model", "generatedBy": "keras v2.4.0", "convertedBy": None,
             "modelTopology": {"keras_version": "2.4.0", "backend": "tensorflow", "model_config": sequential()},
             "weightsManifest": [{"paths": ["group1-shard1of2.bin", "group1-shard2of2.bin"], "weights": weights}]}
    (folder / "model.json").write_text(json.dumps(model))


def torch_module():
    import torch

    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    with torch.no_grad():
        for layer, weight, bias in ((module[0], W1, B1), (module[2], W2, B2)):
            layer.weight.copy_(torch.from_numpy(weight.T.copy()))
            layer.bias.copy_(torch.from_numpy(bias))
    return module


def write_torch():
    import torch

    module = torch_module()
    torch.save(module.state_dict(), "small_tanh.pt")
    torch.save(module.state_dict(), "small_tanh_legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(module, "small_tanh_module.pt")


def write_safetensors():
    header, data = {}, b""
    for name, array in (("0.bias", B1), ("0.weight", W1.T), ("2.bias", B2), ("2.weight", W2.T)):
        content = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    with open("small_tanh.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
class Protobuf:
    """by hand: a field is its number and kind, then its length and its bytes."""

    @staticmethod
    def varint(value):
        low, rest = value & 127, value >> 7
        return bytes([low | 128]) + Protobuf.varint(rest) if rest else bytes([low])

    @staticmethod
    def field(number, content):
        content = content.encode() if isinstance(content, str) else content
        return Protobuf.varint(number << 3 | 2) + Protobuf.varint(len(content)) + content

    @staticmethod
    def number(key, value):
        return Protobuf.varint(key << 3) + Protobuf.varint(value & (2**64 - 1))


class Graph:
    """Nodes of graph.proto, and what their attributes are."""

    @staticmethod
    def shape(*extents):
        return b"".join(Protobuf.field(2, Protobuf.number(1, extent)) for extent in extents)

    @staticmethod
    def node(name, operator, inputs=(), **attributes):
        field = Protobuf.field
        return (
            field(1, name)
            + field(2, operator)
            + b"".join(field(3, i) for i in inputs)
            + b"".join(field(5, field(1, key) + field(2, value)) for key, value in attributes.items())
        )

    @staticmethod
    def type(number):
        return Protobuf.number(6, number)

    @staticmethod
    def constant(name, array):
        tensor = Protobuf.number(1, 1) + Protobuf.field(2, Graph.shape(*array.shape)) + Protobuf.field(4, array.tobytes())
        return Graph.node(name, "Const", dtype=Graph.type(1), value=Protobuf.field(8, tensor))

    @staticmethod
    def texts(name, *values):
        tensor = Protobuf.number(1, 7) + Protobuf.field(2, Graph.shape(len(values)))
        tensor += b"".join(Protobuf.field(8, value) for value in values)
        return Graph.node(name, "Const", dtype=Graph.type(7), value=Protobuf.field(8, tensor))


def write_graphdef():
    node = Graph.node
    Path("small_tanh.pb").write_bytes(
        b"".join(
            Protobuf.field(1, content)
            for content in (
                node("x", "Placeholder", dtype=Graph.type(1), shape=Protobuf.field(7, Graph.shape(-1, 2))),
                *(Graph.constant(n, a) for n, a in (("W1", W1), ("b1", B1), ("W2", W2), ("b2", B2))),
                node("product1", "MatMul", ("x", "W1")),
                node("z", "BiasAdd", ("product1", "b1")),
                node("h", "Tanh", ("z",)),
                node("product2", "MatMul", ("h", "W2")),
                node("y", "BiasAdd", ("product2", "b2")),
            )
        )
    )


def masked_crc32c(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def checkpoint(variables):
    """tensor_bundle.proto in a table of LevelDB: the list of the variables, and their bytes."""
    varint, field, number = Protobuf.varint, Protobuf.field, Protobuf.number
    entries, data = [("", number(1, 1))], b""
    for name, array in sorted(variables.items()):
        content = array.tobytes()
        place = number(4, len(data)) + number(5, len(content)) + b"\x35" + masked_crc32c(content)
        entries.append((name, number(1, 1) + field(2, Graph.shape(*array.shape)) + place))
        data += content

    def block(content):
        text, before = b"", ""
        for key, value in content:
            shared = len(os.path.commonprefix([key, before]))
            own = key[shared:].encode()
            text += varint(shared) + varint(len(own)) + varint(len(value)) + own + value
            before = key
        text += struct.pack("<II", 0, 1) + b"\0"
        return text + masked_crc32c(text)

    listed, further = block(entries), block([])
    index = block([(entries[-1][0], varint(0) + varint(len(listed) - 5))])
    footer = varint(len(listed)) + varint(len(further) - 5)
    footer += varint(len(listed) + len(further)) + varint(len(index) - 5)
    return listed + further + index + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57), data


def write_saved_model():
    """as Keras 2 saves it: functions in functions, and one that loads the variables."""
    field, number, node = Protobuf.field, Protobuf.number, Graph.node
    called = lambda name: field(10, field(1, name))
    variables = {"dense/kernel": W1, "dense/bias": B1, "dense_1/kernel": W2, "dense_1/bias": B2}
    keys = {name: f"layer_with_weights-{i // 2}/{name.split('/')[1]}/.ATTRIBUTES/VARIABLE_VALUE"
            for i, name in enumerate(variables)}

    def function(name, arguments, result, nodes, effects=()):
        signature = field(1, name) + b"".join(field(2, field(1, a)) for a in arguments) + field(3, field(1, "identity"))
        return (
            field(1, signature)
            + b"".join(field(3, n) for n in nodes)
            + field(4, field(1, "identity") + field(2, result))
            + b"".join(field(6, field(1, e) + field(2, e)) for e in effects)
        )

    def dense(name, x, kernel, bias, activation):
        layer = f"sequential/{name}/"
        nodes = [
            node(layer + "MatMul/ReadVariableOp", "ReadVariableOp", (kernel,)),
            node(layer + "MatMul", "MatMul", (x, layer + "MatMul/ReadVariableOp:value:0")),
            node(layer + "BiasAdd/ReadVariableOp", "ReadVariableOp", (bias,)),
            node(layer + "BiasAdd", "BiasAdd",
                 (layer + "MatMul:product:0", layer + "BiasAdd/ReadVariableOp:value:0")),
        ]
        return nodes + [node(layer + activation, activation, (layer + "BiasAdd:output:0",))]

    arguments = ["x", "unknown", "unknown_0", "unknown_1", "unknown_2"]
    functions = [
        function("__inference_signature_wrapper_1", arguments, "Identity:output:0", [
            node("StatefulPartitionedCall", "StatefulPartitionedCall", arguments, f=called("__inference__wrapped_model_2")),
            node("Identity", "Identity", ("StatefulPartitionedCall:output:0", "^NoOp")),
            node("NoOp", "NoOp", ("^StatefulPartitionedCall",)),
        ]),
        function("__inference__wrapped_model_2", arguments, "sequential/dense_1/Identity:output:0",
                 dense("dense", "x", "unknown", "unknown_0", "Tanh")
                 + dense("dense_1", "sequential/dense/Tanh:y:0", "unknown_1", "unknown_2", "Identity")),
        function("__inference__traced_restore_3", ["file_prefix", *(f"assign_{i}" for i in range(4))],
                 "Identity_4:output:0", [
            Graph.texts("RestoreV2/tensor_names", *keys.values()),
            Graph.texts("RestoreV2/shape_and_slices", *([""] * 4)),
            node("RestoreV2", "RestoreV2",
                 ("file_prefix", "RestoreV2/tensor_names:output:0", "RestoreV2/shape_and_slices:output:0")),
            *(node(f"Identity_{i}", "Identity", (f"RestoreV2:tensors:{i}",)) for i in range(4)),
            *(node(f"AssignVariableOp_{i}", "AssignVariableOp", (f"assign_{i}", f"Identity_{i}:output:0"))
              for i in range(4)),
            node("Identity_4", "Identity", ("file_prefix", *(f"^AssignVariableOp_{i}" for i in range(4)))),
        ], [f"AssignVariableOp_{i}" for i in range(4)]),
    ]
    shapes = {name: field(7, Graph.shape(*array.shape)) for name, array in variables.items()}
    nodes = [
        node("serving_default_x", "Placeholder", dtype=Graph.type(1), shape=field(7, Graph.shape(-1, 2))),
        *(node(name, "VarHandleOp", dtype=Graph.type(1), shape=shape) for name, shape in shapes.items()),
        Graph.texts("saver_filename", "model"),
        node("StatefulPartitionedCall", "StatefulPartitionedCall", ("serving_default_x", *variables),
             f=called("__inference_signature_wrapper_1")),
        node("StatefulPartitionedCall_1", "StatefulPartitionedCall", ("saver_filename", *variables),
             f=called("__inference__traced_restore_3")),
    ]
    tensor = lambda name, *extents: field(1, name) + number(2, 1) + field(3, Graph.shape(*extents))
    entry = lambda key, value: field(1, key) + field(2, value)
    signature = (
        field(1, entry("x", tensor("serving_default_x:0", -1, 2)))
        + field(2, entry("y", tensor("StatefulPartitionedCall:0", -1, 2)))
        + field(3, "tensorflow/serving/predict")
    )
    graph = b"".join(field(1, n) for n in nodes) + field(2, b"".join(field(1, f) for f in functions))
    meta = field(1, field(4, "serve")) + field(2, graph) + field(3, field(3, "StatefulPartitionedCall_1"))
    folder = Path("small_tanh_saved_model")
    (folder / "variables").mkdir(parents=True, exist_ok=True)
    (folder / "saved_model.pb").write_bytes(number(1, 1) + field(2, meta + field(5, entry("serving_default", signature))))
    index, data = checkpoint({keys[name]: array for name, array in variables.items()})
    (folder / "variables" / "variables.index").write_bytes(index)
    (folder / "variables" / "variables.data-00000-of-00001").write_bytes(data)


def write_caffe():
    """NetParameter in text and in binary, in the layers of today and in those before 2015."""

    varint, field, number = Protobuf.varint, Protobuf.field, Protobuf.number

    def blob(array):
        return field(7, field(1, b"".join(map(varint, array.shape)))) + field(5, array.tobytes())

    def old_blob(array):
        extents = (1,) * (4 - array.ndim) + array.shape
        return b"".join(number(i + 1, e) for i, e in enumerate(extents)) + field(5, array.tobytes())

    def layer(name, kind, bottom, top, blobs=(), more=b""):
        content = field(1, name) + field(2, kind) + field(3, bottom) + field(4, top) + more
        return field(100, content + b"".join(field(7, blob(b)) for b in blobs))

    def dense(name, bottom, top, weights, bias):
        return layer(name, b"InnerProduct", bottom, top, (weights.T.copy(), bias), field(117, number(1, len(bias))))

    def old_dense(name, weights, bias):
        blobs = (weights.T.copy(), bias)
        return field(2, field(4, name) + number(5, 14) + b"".join(field(6, old_blob(b)) for b in blobs))

    text = """name: "small"
input: "x"
input_shape { dim: 1 dim: 2 }
layer { name: "hidden" type: "InnerProduct" bottom: "x" top: "h" inner_product_param { num_output: 3 } }
layer { name: "bent" type: "TanH" bottom: "h" top: "h" }
layer { name: "output" type: "InnerProduct" bottom: "h" top: "y" inner_product_param { num_output: 2 } }
"""
    old = text.replace("layer {", "layers {")
    for now, then in (('"InnerProduct"', "INNER_PRODUCT"), ('"TanH"', "TANH")):
        old = old.replace(now, then)
    weights = dense(b"hidden", b"x", b"h", W1, B1) + layer(b"bent", b"TanH", b"h", b"h") + dense(
        b"output", b"h", b"y", W2, B2)
    Path("small_tanh.prototxt").write_text(text)
    Path("small_tanh.caffemodel").write_bytes(field(1, b"small") + weights)
    Path("small_tanh_old.prototxt").write_text(old)
    Path("small_tanh_old.caffemodel").write_bytes(
        field(1, b"small") + old_dense(b"hidden", W1, B1) + old_dense(b"output", W2, B2))
    head = field(1, b"small") + field(3, b"x") + field(8, field(1, varint(1) + varint(2)))
    Path("small_tanh_alone.caffemodel").write_bytes(head + weights)


if __name__ == "__main__":
    for write in (write_onnx, write_keras1, write_keras2, write_json_and_weights, write_keras2_archive,
                  write_keras3_archive, write_tfjs, write_torch, write_safetensors, write_tflite, write_graphdef,
                  write_saved_model, write_caffe):
        try:
            write()
        except (ImportError, FileNotFoundError) as missing:
            print(f"{write.__name__}: {missing}")
