#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes one small network in every format: y = W2 f(W1 x + b1) + b2, with f = tanh, or ReLU where a format has nothing
else. AllFormatsTest holds each file against the same network as text. A format whose library is missing is left out."""

import json
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
def write_graphdef():
    """protobuf by hand: a field is its number and kind, then its length and its bytes."""

    def varint(value):
        low, rest = value & 127, value >> 7
        return bytes([low | 128]) + varint(rest) if rest else bytes([low])

    def field(number, content):
        return varint(number << 3 | 2) + varint(len(content)) + content

    def number(key, value):
        return varint(key << 3) + varint(value)

    def attribute(key, value):
        return field(5, field(1, key.encode()) + field(2, value))

    def shape(*extents):
        return b"".join(field(2, number(1, extent & (2**64 - 1))) for extent in extents)

    def node(name, operator, inputs=(), attributes=b""):
        inputs = b"".join(field(3, i.encode()) for i in inputs)
        return field(1, field(1, name.encode()) + field(2, operator.encode()) + inputs + attributes)

    def constant(name, array):
        tensor = number(1, 1) + field(2, shape(*array.shape)) + field(4, array.tobytes())
        return node(name, "Const", (), attribute("dtype", number(6, 1)) + attribute("value", field(8, tensor)))

    x = node("x", "Placeholder", (), attribute("dtype", number(6, 1)) + attribute("shape", field(7, shape(-1, 2))))
    Path("small_tanh.pb").write_bytes(
        x
        + b"".join(constant(n, a) for a, n in ((W1, "W1"), (B1, "b1"), (W2, "W2"), (B2, "b2")))
        + node("product1", "MatMul", ("x", "W1"))
        + node("z", "BiasAdd", ("product1", "b1"))
        + node("h", "Tanh", ("z",))
        + node("product2", "MatMul", ("h", "W2"))
        + node("y", "BiasAdd", ("product2", "b2"))
    )


if __name__ == "__main__":
    for write in (write_onnx, write_keras1, write_keras2, write_json_and_weights, write_keras2_archive,
                  write_keras3_archive, write_tfjs, write_torch, write_safetensors, write_tflite, write_graphdef):
        try:
            write()
        except (ImportError, FileNotFoundError) as missing:
            print(f"{write.__name__}: {missing}")
