#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes models as Keras 1.2 kept them, and expected.json with what NumPy and PyTorch compute of them in double precision.
Keras itself is not needed: a file is its configuration, as Keras 1 wrote it down, and weights in its order.

    apt-get install python3-h5py python3-torch
    ./generate.py

Building and testing needs no Python.
"""
import json
import pathlib

import h5py
import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).resolve().parent
random = np.random.RandomState(11)
expected = []


def draw(*shape):
    return np.round(random.uniform(-1, 1, shape) * 64) / 64


def layer(class_name, name, weights=(), **config):
    return {"class_name": class_name, "config": {"name": name, "trainable": True, **config}, "weights": weights}


def write(name, shape, layers, compute, says_version=True, functional=None, whole=False):
    configs = [{key: value for key, value in entry.items() if key != "weights"} for entry in layers]
    model = functional(configs) if functional else {"class_name": "Sequential", "config": configs}
    if not functional:
        configs[0]["config"]["batch_input_shape"] = [None, *shape]
    with h5py.File(here / name, "w") as file:
        if says_version:
            file.attrs["keras_version"] = "1.2.2"
        file.attrs["model_config"] = json.dumps(model)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([entry["config"]["name"].encode() for entry in layers])
        for entry in layers:
            inside = group.create_group(entry["config"]["name"])
            names = [f"{entry['config']['name']}_{role}" for role, _ in entry["weights"]]
            inside.attrs["weight_names"] = np.array([n.encode() for n in names], dtype="S40")
            for n, (_, values) in zip(names, entry["weights"]):
                inside.create_dataset(n, data=values)
    cases = []
    for _ in range(3):
        x = random.randint(0, 5, shape).astype(float) if whole else draw(*shape)
        y = compute(torch.from_numpy(x)[None])[0]
        cases.append({"in": x.ravel().tolist(), "out": np.asarray(y).ravel().tolist()})
    expected.append({"file": name, "cases": cases})


t = torch.from_numpy
hard = lambda x: torch.clamp(0.2 * x + 0.5, 0, 1)

# --- images: rows, columns, channels of TensorFlow; channels, rows, columns of Theano
K, b, W, c = draw(3, 2, 2, 4), draw(4), draw(16, 2), draw(2)
dense = layer("Dense", "dense_1", [("W", W), ("b", c)], output_dim=2, bias=True, activation="linear", init="uniform",
              W_regularizer=None, b_constraint=None, input_dim=16)


def image_layers(ordering, kernel, **more):
    return [layer("Convolution2D", "conv_1", [("W", kernel), ("b", b)], nb_filter=4, nb_row=3, nb_col=2, border_mode="valid",
                  subsample=[1, 1], dim_ordering=ordering, bias=True, activation="relu", init="glorot_uniform", **more),
            layer("MaxPooling2D", "pool_1", pool_size=[2, 2], strides=[2, 2], border_mode="valid", dim_ordering=ordering),
            layer("Dropout", "drop_1", p=0.25), layer("Flatten", "flat_1"), dense]


def images(x, first):
    y = F.conv2d(x if first else x.permute(0, 3, 1, 2), t(K).permute(3, 2, 0, 1), t(b)).relu()
    y = F.max_pool2d(y, 2)
    return (y if first else y.permute(0, 2, 3, 1)).flatten(1) @ t(W) + t(c)


write("images.h5", (6, 5, 2), image_layers("tf", K), lambda x: images(x, False))
write("images_theano.h5", (2, 6, 5), image_layers("th", K.transpose(3, 2, 0, 1)), lambda x: images(x, True))

# --- signals, with the kernel of 1.0 ([filters, channels, length, 1]) and that of 1.1 on
S, s = draw(3, 1, 2, 4), draw(4)


def signal_layers(kernel):
    return [layer("Convolution1D", "conv_1", [("W", kernel), ("b", s)], nb_filter=4, filter_length=3, border_mode="same",
                  subsample_length=2, bias=True, activation="tanh", init="uniform", input_dim=2, input_length=None),
            layer("MaxPooling1D", "pool_1", pool_length=2, stride=2, border_mode="valid")]


def signals(x):
    y = F.conv1d(F.pad(x.permute(0, 2, 1), (0, 1)), t(S[:, 0]).permute(2, 1, 0), t(s), stride=2).tanh()
    return F.max_pool1d(y, 2).permute(0, 2, 1)


write("signals.h5", (8, 2), signal_layers(S), signals)
write("signals_first.h5", (8, 2), signal_layers(S.transpose(3, 2, 0, 1)), signals, says_version=False)

# --- recurrent layers: a matrix for each gate
units, inputs = 3, 2
gates = {g: (draw(inputs, units), draw(units, units), draw(units)) for g in "icfozrhx"}


def recurrent(class_name, letters, sequences=False, **more):
    weights = [(f"{role}_{g}", gates[g][i]) for g in letters for i, role in enumerate("WUb")]
    if class_name == "SimpleRNN":
        weights = [(role, gates["x"][i]) for i, role in enumerate("WUb")]
    return layer(class_name, class_name.lower() + "_1", weights, output_dim=units, activation="tanh", init="glorot_uniform",
                 inner_init="orthogonal", return_sequences=sequences, go_backwards=False, stateful=False, unroll=False,
                 consume_less="cpu", input_dim=inputs, input_length=None, dropout_W=0.0, dropout_U=0.0, W_regularizer=None,
                 **more)


def gate(g, x, h):
    W, U, b = (t(a) for a in gates[g])
    return x @ W + h @ U + b


def lstm(x):
    h = c = torch.zeros(1, units, dtype=torch.float64)
    for k in range(x.shape[1]):
        i, f, o = (hard(gate(g, x[:, k], h)) for g in "ifo")
        c = f * c + i * gate("c", x[:, k], h).tanh()
        h = o * c.tanh()
    return h


def gru(x):
    h = torch.zeros(1, units, dtype=torch.float64)
    for k in range(x.shape[1]):
        z, r = (hard(gate(g, x[:, k], h)) for g in "zr")
        h = z * h + (1 - z) * gate("h", x[:, k], r * h).tanh()
    return h


def simple(x):
    h = torch.zeros(1, units, dtype=torch.float64)
    states = []
    for k in range(x.shape[1]):
        h = gate("x", x[:, k], h).tanh()
        states.append(h)
    return torch.stack(states, 1)


write("lstm.h5", (4, inputs), [recurrent("LSTM", "icfo", inner_activation="hard_sigmoid", forget_bias_init="one")], lstm)
write("gru.h5", (4, inputs), [recurrent("GRU", "zrh", inner_activation="hard_sigmoid")], gru)
write("simple.h5", (4, inputs), [recurrent("SimpleRNN", "", sequences=True)], simple)

# --- a table, and a normalisation whose running_std is a variance
T = draw(5, 2)
table = layer("Embedding", "table", [("W", T)], input_dim=5, output_dim=2, input_length=3, mask_zero=False, init="uniform",
              activity_regularizer=None, W_regularizer=None, W_constraint=None, dropout=0.2)
write("table.h5", (3,), [table, layer("Flatten", "flat_1")], lambda x: t(T)[x.long()].flatten(1), whole=True)

gamma, beta, mean, variance = draw(3), draw(3), draw(3), np.abs(draw(3)) + 0.25
norm = layer("BatchNormalization", "norm", [("gamma", gamma), ("beta", beta), ("running_mean", mean),
                                            ("running_std", variance)], epsilon=0.001, mode=0, axis=1, momentum=0.99)
channels = lambda a: t(a)[:, None, None]
write("normalised.h5", (3, 2, 2), [layer("ZeroPadding2D", "pad_1", padding=[1, 1], dim_ordering="th"), norm],
      lambda x: (F.pad(x, (1, 1, 1, 1)) - channels(mean)) / torch.sqrt(channels(variance) + 0.001) * channels(gamma)
      + channels(beta))

# --- two branches, merged
A, a, B, d = draw(3, 2), draw(2), draw(3, 2), draw(2)


def merged(mode, **more):
    entries = [layer("InputLayer", "x", batch_input_shape=[None, 3], input_dtype="float32", sparse=False),
               layer("Dense", "left", [("W", A), ("b", a)], output_dim=2, bias=True, activation="tanh", input_dim=3),
               layer("Dense", "right", [("W", B), ("b", d)], output_dim=2, bias=True, activation="sigmoid", input_dim=3),
               layer("Merge", "merged", mode=mode, mode_type="raw", concat_axis=-1, dot_axes=-1, output_shape=None,
                     output_shape_type="raw", output_mask=None, output_mask_type="raw", arguments={}, **more)]

    def functional(configs):
        calls = [[], [[["x", 0, 0]]], [[["x", 0, 0]]], [[["left", 0, 0], ["right", 0, 0]]]]
        nodes = [{**entry, "name": entry["config"]["name"], "inbound_nodes": call} for entry, call in zip(configs, calls)]
        return {"class_name": "Model", "config": {"name": "branches", "layers": nodes, "input_layers": [["x", 0, 0]],
                                                  "output_layers": [["merged", 0, 0]]}}

    return entries, functional


branches = lambda x: ((x @ t(A) + t(a)).tanh(), (x @ t(B) + t(d)).sigmoid())
entries, functional = merged("mul")
write("merged.h5", (3,), entries, lambda x: branches(x)[0] * branches(x)[1], functional=functional)
entries, functional = merged("concat")
write("beside.h5", (3,), entries, lambda x: torch.cat(branches(x), -1), functional=functional)

(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
