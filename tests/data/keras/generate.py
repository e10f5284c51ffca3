#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes cases.json: small models of Keras, layer by layer, with what NumPy and PyTorch compute of them in double
precision. Weights are multiples of 1/64, exact in every type of numbers. Keras itself is not needed: a model is its
configuration, as Keras writes it down, and weights by name.

    apt-get install python3-numpy python3-torch
    ./generate.py

Building and testing needs no Python.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).resolve().parent
random = np.random.RandomState(7)
cases = []


def draw(*shape, scale=64):
    return torch.from_numpy(np.round(random.uniform(-1, 1, shape) * scale) / scale)


def positive(*shape):
    return draw(*shape).abs() + 0.25


def layer(class_name, name="layer", **config):
    return {"class_name": class_name, "config": {"name": name, "trainable": True, "dtype": "float32", **config}}


def sequential(shape, *layers):
    first = layer("InputLayer", "x", batch_input_shape=[None, *shape], sparse=False, ragged=False)
    return {"class_name": "Sequential", "config": {"name": "case", "layers": [first, *layers]}}


def functional(layers, inputs, outputs):
    refer = lambda names: [[n, 0, 0] if isinstance(n, str) else n for n in names]
    return {"class_name": "Functional", "config": {
        "name": "case", "layers": layers, "input_layers": refer(inputs), "output_layers": refer(outputs)}}


def called(entry, *calls):
    """Each call a list of the names of layers, or of [layer, call, output]."""
    nodes = [[[n, 0, 0, {}] if isinstance(n, str) else [*n, {}] for n in call] for call in calls]
    return {**entry, "name": entry["config"]["name"], "inbound_nodes": nodes}


def inputs_of(name, *shape, dtype="float32"):
    return called(layer("InputLayer", name, batch_input_shape=[None, *shape], dtype=dtype))


def case(name, model, x, y, weights=None, version="2.4.0", **more):
    flat = lambda tensors: [np.asarray(t, np.float64).ravel().tolist() for t in tensors]
    x, y = (t if isinstance(t, list) else [t] for t in (x, y))
    cases.append({"name": name, "version": version, "model": model,
                  "weights": {n: {"shape": list(w.shape), "values": flat([w])[0]} for n, w in (weights or {}).items()},
                  "inputs": flat(x), "outputs": flat(y), **more})


def one(name, shape, entry, compute, weights=None, x=None, version="2.4.0", **more):
    """A model of one layer; `compute` gets a batch of one."""
    x = draw(*shape) if x is None else x
    case(name, sequential(shape, entry), x, compute(x[None])[0], weights, version, **more)


# --- dense layers and activations
W, b = draw(4, 3), draw(3)
one("a dense layer on sequences, without a bias", (5, 4),
    layer("Dense", units=3, activation="tanh", use_bias=False), lambda x: torch.tanh(x @ W), {"layer/kernel": W})
one("a dense layer of Keras 1", (4,),
    layer("Dense", output_dim=3, activation="linear", bias=True, init="uniform", W_regularizer=None, input_dim=4),
    lambda x: x @ W + b, {"layer/kernel": W, "layer/bias": b}, version="1.2.2")
swept = torch.arange(-64, 65, dtype=torch.float64) / 16 + 1 / 64
hard2 = lambda x: torch.clamp(0.2 * x + 0.5, 0, 1)
hard3 = lambda x: F.relu6(x + 3) / 6
for activation, f, version in (
        ("linear", lambda x: x, "2.4.0"), ("relu", F.relu, "2.4.0"), ("relu6", F.relu6, "3.3.3"),
        ("leaky_relu", lambda x: F.leaky_relu(x, 0.2), "3.3.3"), ("elu", F.elu, "2.4.0"), ("selu", F.selu, "2.4.0"),
        ("gelu", F.gelu, "2.9.0"), ("sigmoid", torch.sigmoid, "2.4.0"), ("hard_sigmoid", hard2, "2.4.0"),
        ("hard_sigmoid", hard3, "3.3.3"), ("hard_silu", lambda x: x * hard3(x), "3.3.3"), ("swish", F.silu, "2.4.0"),
        ("silu", F.silu, "3.3.3"), ("mish", F.mish, "3.3.3"), ("tanh", torch.tanh, "2.4.0"),
        ("softplus", F.softplus, "2.4.0"), ("softsign", F.softsign, "2.4.0"), ("exponential", torch.exp, "2.4.0"),
        ("log_sigmoid", F.logsigmoid, "3.6.0"), ("softmax", lambda x: F.softmax(x, -1), "2.4.0"),
        ("log_softmax", lambda x: F.log_softmax(x, -1), "3.3.3"), ("celu", F.celu, "3.6.0"),
        ("hard_tanh", F.hardtanh, "3.6.0")):
    one(f"activation {activation} of Keras {version}", (129,), layer("Activation", activation=activation), f,
        x=swept, version=version)
one("an activation that is an object", (129,), layer("Activation", activation={
    "module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.125},
    "registered_name": None}), lambda x: F.leaky_relu(x, 0.125), x=swept, version="3.3.3")


def keras_relu(x, most=None, slope=0.0, threshold=0.0):
    y = torch.where(x >= threshold, x, slope * (x - threshold))
    return y if most is None else torch.where(x >= most, torch.full_like(x, most), y)


for most, slope, threshold in ((None, 0.0, 0.0), (6.0, 0.0, 0.0), (None, 0.25, 0.0), (2.0, 0.25, 0.0),
                               (None, 0.0, 1.0), (2.0, 0.0, 1.0), (None, 0.25, 1.0), (2.0, 0.5, 1.0)):
    one(f"ReLU with max_value {most}, negative_slope {slope}, threshold {threshold}", (129,),
        layer("ReLU", max_value=most, negative_slope=slope, threshold=threshold),
        lambda x: keras_relu(x, most, slope, threshold), x=swept)
one("LeakyReLU of Keras 2", (129,), layer("LeakyReLU", alpha=0.25), lambda x: F.leaky_relu(x, 0.25), x=swept)
one("LeakyReLU of Keras 3", (129,), layer("LeakyReLU", negative_slope=0.25), lambda x: F.leaky_relu(x, 0.25), x=swept)
one("ELU", (129,), layer("ELU", alpha=0.5), lambda x: F.elu(x, 0.5), x=swept)
one("ThresholdedReLU", (129,), layer("ThresholdedReLU", theta=1.0), lambda x: torch.where(x > 1, x, 0 * x), x=swept)
slopes = draw(1, 1, 3)
one("PReLU with shared axes", (2, 4, 3), layer("PReLU", shared_axes=[1, 2]),
    lambda x: torch.where(x > 0, x, slopes * x), {"layer/alpha": slopes})
one("Softmax along another axis", (3, 4), layer("Softmax", axis=1), lambda x: F.softmax(x, 1))

# --- normalisation
gamma, beta, mean, variance = draw(3), draw(3), draw(3), positive(3)
stats = {"layer/gamma": gamma, "layer/beta": beta, "layer/moving_mean": mean, "layer/moving_variance": variance}


def normalised(x, axis, epsilon=1e-3, g=gamma, b=beta):
    shape = [1] * x.dim()
    shape[axis] = -1
    v = lambda t: t.reshape(shape)
    return (x - v(mean)) / torch.sqrt(v(variance) + epsilon) * v(g) + v(b)


batch = dict(momentum=0.99, epsilon=0.001, center=True, scale=True)
one("BatchNormalization of vectors", (3,), layer("BatchNormalization", axis=[1], **batch), lambda x: normalised(x, 1), stats)
one("BatchNormalization with the channels last", (2, 4, 3), layer("BatchNormalization", axis=[3], **batch),
    lambda x: normalised(x, 3), stats)
one("BatchNormalization with the channels first", (3, 2, 4), layer("BatchNormalization", axis=1, **batch),
    lambda x: normalised(x, 1), stats)
one("BatchNormalization along an inner axis", (2, 3, 4), layer("BatchNormalization", axis=2, **batch),
    lambda x: normalised(x, 2), stats)
one("BatchNormalization without scale and centre", (3,),
    layer("BatchNormalization", axis=-1, momentum=0.99, epsilon=0.01, center=False, scale=False),
    lambda x: normalised(x, 1, 0.01, torch.ones(3), torch.zeros(3)),
    {n: stats[n] for n in ("layer/moving_mean", "layer/moving_variance")})
one("LayerNormalization", (2, 3), layer("LayerNormalization", axis=[2], epsilon=0.001, center=True, scale=True),
    lambda x: F.layer_norm(x, (3,), gamma, beta, 1e-3), {"layer/gamma": gamma, "layer/beta": beta})
one("LayerNormalization over two axes, without a scale", (2, 3),
    layer("LayerNormalization", axis=[1, 2], epsilon=0.001, center=False, scale=False),
    lambda x: F.layer_norm(x, (2, 3), eps=1e-3))
count = torch.tensor(5.0)
statistics = {"layer/mean": mean, "layer/variance": variance, "layer/count": count}
one("Normalization by weights", (2, 3), layer("Normalization", axis=[-1], mean=None, variance=None),
    lambda x: (x - mean) / torch.sqrt(variance), statistics)
one("Normalization, inverted", (3,), layer("Normalization", axis=[-1], mean=None, variance=None, invert=True),
    lambda x: x * torch.sqrt(variance) + mean, statistics)
one("Normalization by numbers of the configuration", (3,),
    layer("Normalization", axis=-1, mean=[[1.0, 2.0, 0.5]], variance=[[4.0, 0.25, 0.0]], invert=False),
    lambda x: (x - torch.tensor([1.0, 2.0, 0.5])) / torch.tensor([2.0, 0.5, 1e-7], dtype=torch.float64), version="3.3.3")
one("Normalization of all numbers alike", (3,), layer("Normalization", axis=None, mean=0.5, variance=4.0),
    lambda x: (x - 0.5) / 2)
one("Rescaling", (2, 2, 3), layer("Rescaling", scale=1 / 127.5, offset=-1.0), lambda x: x * (1 / 127.5) - 1)

# --- convolutions: PyTorch has the channels in front, and pads by numbers


def front(x):
    return torch.movedim(x, -1, 1)


def back(x):
    return torch.movedim(x, 1, -1)


def same_pads(extents, kernel, strides, dilations):
    """What TensorFlow pads, as torch.nn.functional.pad takes it: the last axis first."""
    pads = []
    for n, k, s, d in reversed(list(zip(extents, kernel, strides, dilations))):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        pads += [total // 2, total - total // 2]
    return pads


def convolved(x, kernel, bias, strides, dilations, padding, groups=1):
    """x with the channels in front; kernel in the order of Keras"""
    axes = x.dim() - 2
    size = kernel.shape[:axes]
    if padding == "same":
        x = F.pad(x, same_pads(x.shape[2:], size, strides, dilations))
    if padding == "causal":
        x = F.pad(x, [dilations[0] * (size[0] - 1), 0])
    weights = kernel.permute(axes + 1, axes, *range(axes))
    return (F.conv1d, F.conv2d, F.conv3d)[axes - 1](x, weights, bias, strides, 0, dilations, groups)


def convolution(name, shape, axes, filters, size, padding="valid", strides=None, dilations=None, groups=1, first=False,
                activation="linear", turned=False, **more):
    strides, dilations = (v or [1] * axes for v in (strides, dilations))
    channels = shape[0] if first else shape[-1]
    kernel, bias = draw(*size, channels // groups, filters), draw(filters)
    used = torch.flip(kernel, list(range(axes))) if turned else kernel
    entry = layer(f"Conv{axes}D", filters=filters, kernel_size=size, strides=strides, padding=padding,
                  data_format="channels_first" if first else "channels_last", dilation_rate=dilations, groups=groups,
                  activation=activation, use_bias=True, kernel_initializer={"class_name": "GlorotUniform", "config": {}})
    inside = lambda x: convolved(x, used, bias, strides, dilations, padding, groups)
    f = F.relu if activation == "relu" else lambda y: y
    one(name, shape, entry, lambda x: f(inside(x) if first else back(inside(front(x)))),
        {"layer/kernel": kernel, "layer/bias": bias}, **more)


convolution("Conv1D", (7, 3), 1, 4, [3])
convolution("Conv1D, same, strided", (7, 3), 1, 4, [4], "same", [2], activation="relu")
convolution("Conv1D, causal and dilated", (7, 3), 1, 4, [3], "causal", dilations=[2])
convolution("Conv1D, in groups", (7, 4), 1, 6, [3], groups=2)
convolution("Conv2D, same with an even window", (5, 6, 2), 2, 3, [2, 4], "same", [2, 2])
convolution("Conv2D, same and dilated", (6, 6, 2), 2, 3, [3, 2], "same", dilations=[2, 2])
convolution("Conv2D with the channels first", (2, 5, 4), 2, 3, [3, 2], "same", [1, 2], first=True, activation="relu")
convolution("Conv2D that Theano turns round", (5, 4, 2), 2, 3, [3, 2], turned=True, backend="theano")
convolution("Conv3D", (3, 4, 3, 2), 3, 2, [2, 2, 2])


def grouped(kernel):
    """A depthwise kernel [spatial ..., channels, multiplier] as one of groups [spatial ..., 1, channels * multiplier]"""
    return kernel.reshape(*kernel.shape[:-2], 1, -1)


for name, shape, axes, size, padding, strides in (("DepthwiseConv2D", (5, 4, 3), 2, [3, 2], "same", [1, 1]),
                                                 ("DepthwiseConv2D, strided", (5, 6, 3), 2, [3, 3], "valid", [2, 2]),
                                                 ("DepthwiseConv1D", (6, 3), 1, [3], "same", [1])):
    kernel, bias = draw(*size, 3, 2), draw(6)
    one(name, shape, layer(f"DepthwiseConv{axes}D", kernel_size=size, strides=strides, padding=padding,
                           data_format="channels_last", dilation_rate=[1] * axes, groups=1, activation="tanh",
                           use_bias=True, depth_multiplier=2, depthwise_initializer=None, depthwise_regularizer=None,
                           depthwise_constraint=None),
        lambda x: torch.tanh(back(convolved(front(x), grouped(kernel), bias, strides, [1] * axes, padding, 3))),
        {"layer/depthwise_kernel": kernel, "layer/bias": bias})
for name, shape, axes, size, padding in (("SeparableConv2D", (5, 4, 3), 2, [3, 2], "same"),
                                         ("SeparableConv1D, causal", (6, 3), 1, [3], "causal")):
    depth, point, bias = draw(*size, 3, 2), draw(*[1] * axes, 6, 4), draw(4)
    ones = [1] * axes
    one(name, shape, layer(f"SeparableConv{axes}D", filters=4, kernel_size=size, strides=ones, padding=padding,
                           data_format="channels_last", dilation_rate=ones, groups=1, activation="relu", use_bias=True,
                           depth_multiplier=2, pointwise_initializer=None),
        lambda x: F.relu(back(convolved(convolved(front(x), grouped(depth), None, ones, ones, padding, 3), point, bias,
                                        ones, ones, "valid"))),
        {"layer/depthwise_kernel": depth, "layer/pointwise_kernel": point, "layer/bias": bias})


def transposed(x, kernel, bias, strides, padding):
    """The gradient of the convolution with this padding, which is how TensorFlow defines it."""
    axes = x.dim() - 2
    size = kernel.shape[:axes]
    extents = [n * s if padding == "same" else n * s + max(k - s, 0) for n, s, k in zip(x.shape[2:], strides, size)]
    z = torch.zeros(1, kernel.shape[axes], *extents, dtype=torch.float64, requires_grad=True)
    forward = convolved(z, kernel, None, strides, [1] * axes, padding)
    (result,) = torch.autograd.grad(forward, z, x)
    return result + bias.reshape(-1, *[1] * axes)


for name, shape, size, strides, padding in (("valid", (3, 4, 2), [3, 3], [2, 2], "valid"),
                                            ("same", (3, 4, 2), [4, 3], [2, 1], "same"),
                                            ("same, odd", (3, 4, 2), [3, 3], [2, 2], "same"),
                                            ("a stride beyond the window", (3, 4, 2), [1, 2], [2, 3], "valid"),
                                            ("same, a stride beyond the window", (3, 4, 2), [1, 2], [2, 3], "same")):
    kernel, bias = draw(*size, 3, 2), draw(3)
    one("Conv2DTranspose, " + name, shape,
        layer("Conv2DTranspose", filters=3, kernel_size=size, strides=strides, padding=padding,
              data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="linear", use_bias=True,
              output_padding=None),
        lambda x: back(transposed(front(x), kernel, bias, strides, padding)).detach(),
        {"layer/kernel": kernel, "layer/bias": bias})


def pooled(x, size, strides, padding, kind):
    axes = x.dim() - 2
    pads = same_pads(x.shape[2:], size, strides, [1] * axes) if padding == "same" else [0, 0] * axes
    maximum, mean = ((F.max_pool1d, F.avg_pool1d), (F.max_pool2d, F.avg_pool2d))[axes - 1]
    if kind == "Max":
        return maximum(F.pad(x, pads, value=-np.inf), size, strides)
    return mean(F.pad(x, pads), size, strides) / mean(F.pad(torch.ones_like(x), pads), size, strides)


for kind in ("Max", "Average"):
    for axes, shape in ((1, (7, 3)), (2, (5, 7, 2))):
        for padding, size, strides in (("valid", [2] * axes, None), ("same", [3] * axes, [2] * axes)):
            one(f"{kind}Pooling{axes}D, {padding}", shape,
                layer(f"{kind}Pooling{axes}D", pool_size=size, padding=padding, strides=strides,
                      data_format="channels_last"),
                lambda x: back(pooled(front(x), size, strides or size, padding, kind)))
one("MaxPooling2D with the channels first", (2, 4, 4),
    layer("MaxPooling2D", pool_size=[2, 2], padding="valid", strides=[2, 2], data_format="channels_first"),
    lambda x: F.max_pool2d(x, 2))
one("GlobalAveragePooling2D", (3, 4, 2), layer("GlobalAveragePooling2D", data_format="channels_last", keepdims=False),
    lambda x: x.mean((1, 2)))
one("GlobalMaxPooling1D that keeps its axes", (5, 2),
    layer("GlobalMaxPooling1D", data_format="channels_last", keepdims=True), lambda x: x.amax(1, keepdim=True))
one("GlobalAveragePooling1D with the channels first", (2, 5), layer("GlobalAveragePooling1D", data_format="channels_first"),
    lambda x: x.mean(2))

# --- shapes
one("ZeroPadding2D", (2, 3, 2), layer("ZeroPadding2D", padding=[[1, 0], [2, 1]], data_format="channels_last"),
    lambda x: F.pad(x, [0, 0, 2, 1, 1, 0]))
one("ZeroPadding2D with the channels first", (2, 2, 3), layer("ZeroPadding2D", padding=1, data_format="channels_first"),
    lambda x: F.pad(x, [1, 1, 1, 1]))
one("ZeroPadding1D", (3, 2), layer("ZeroPadding1D", padding=[1, 2]), lambda x: F.pad(x, [0, 0, 1, 2]))
one("Cropping2D", (4, 5, 2), layer("Cropping2D", cropping=[[1, 0], [1, 2]], data_format="channels_last"),
    lambda x: x[:, 1:, 1:-2])
one("Cropping1D", (5, 2), layer("Cropping1D", cropping=[1, 1]), lambda x: x[:, 1:-1])
one("UpSampling1D", (3, 2), layer("UpSampling1D", size=2), lambda x: x.repeat_interleave(2, 1))
one("UpSampling2D", (2, 3, 2), layer("UpSampling2D", size=[2, 3], data_format="channels_last", interpolation="nearest"),
    lambda x: x.repeat_interleave(2, 1).repeat_interleave(3, 2))
one("UpSampling2D, bilinear", (3, 2, 2),
    layer("UpSampling2D", size=[2, 2], data_format="channels_last", interpolation="bilinear"),
    lambda x: back(F.interpolate(front(x), scale_factor=2, mode="bilinear", align_corners=False)))
one("Flatten with the channels first", (2, 3, 2), layer("Flatten", data_format="channels_first"),
    lambda x: x.permute(0, 2, 3, 1).flatten(1))
one("Reshape", (4, 3), layer("Reshape", target_shape=[2, -1]), lambda x: x.reshape(1, 2, 6))
one("Permute", (2, 3, 4), layer("Permute", dims=[3, 1, 2]), lambda x: x.permute(0, 3, 1, 2))
one("RepeatVector", (3,), layer("RepeatVector", n=4), lambda x: x[:, None].repeat(1, 4, 1))

# --- merging
x1, x2, x3 = draw(3, 2), draw(3, 2), draw(3, 2)
for name, config, f in (("Add", {}, lambda *t: sum(t)), ("Multiply", {}, lambda a, b, c: a * b * c),
                        ("Average", {}, lambda *t: sum(t) / 3), ("Maximum", {}, lambda a, b, c: a.maximum(b).maximum(c)),
                        ("Minimum", {}, lambda a, b, c: a.minimum(b).minimum(c)),
                        ("Concatenate", {"axis": 1}, lambda *t: torch.cat(t, 0)),
                        ("Concatenate", {"axis": -1}, lambda *t: torch.cat(t, 1))):
    case(f"{name} {config or ''}".strip(), functional(
        [inputs_of("a", 3, 2), inputs_of("b", 3, 2), inputs_of("c", 3, 2), called(layer(name, **config), ["a", "b", "c"])],
        "abc", ["layer"]), [x1, x2, x3], f(x1, x2, x3))
case("Subtract", functional([inputs_of("a", 3, 2), inputs_of("b", 3, 2), called(layer("Subtract"), ["a", "b"])], "ab",
                            ["layer"]), [x1, x2], x1 - x2)
row = draw(2)
case("Add of a vector to each step", functional(
    [inputs_of("a", 3, 2), inputs_of("b", 2), called(layer("Add"), ["a", "b"])], "ab", ["layer"]), [x1, row], x1 + row)
case("Dot", functional([inputs_of("a", 4), inputs_of("b", 4), called(layer("Dot", axes=1, normalize=False), ["a", "b"])],
                       "ab", ["layer"]), [W[:, 0], W[:, 1]], (W[:, 0] * W[:, 1]).sum())
table = draw(5, 3)
case("Embedding", functional(
    [inputs_of("word", 4, dtype="int32"),
     called(layer("Embedding", input_dim=5, output_dim=3, mask_zero=False, input_length=4), ["word"])], ["word"], ["layer"]),
    torch.tensor([3.0, 0, 4, 3]), table[[3, 0, 4, 3]], {"layer/embeddings": table})

# --- recurrent layers, written out


def recurrent(kind, x, kernel, recurrence, bias, f=torch.tanh, inner=torch.sigmoid, resets_after=False, backwards=False):
    units = recurrence.shape[0]
    h = torch.zeros(units, dtype=torch.float64)
    c = torch.zeros(units, dtype=torch.float64)
    states = []
    for step in reversed(range(len(x))) if backwards else range(len(x)):
        if kind == "SimpleRNN":
            h = f(x[step] @ kernel + bias + h @ recurrence)
        elif kind == "LSTM":
            i, forget, g, o = torch.split(x[step] @ kernel + h @ recurrence + bias, units)
            c = inner(forget) * c + inner(i) * f(g)
            h = inner(o) * f(c)
        else:
            of_input, of_state = (bias[0], bias[1]) if resets_after else (bias, torch.zeros_like(bias))
            z, r, n = torch.split(x[step] @ kernel + of_input, units)
            hz, hr, hn = torch.split(h @ recurrence + of_state, units)
            z, r = inner(z + hz), inner(r + hr)
            n = f(n + r * hn) if resets_after else f(n + (r * h) @ recurrence[:, 2 * units:])
            h = z * h + (1 - z) * n
        states.append(h)
    return torch.stack(states), c


def recurrent_layer(kind, name="layer", units=3, sequences=False, **more):
    config = dict(units=units, activation="tanh", use_bias=True, dropout=0.0, recurrent_dropout=0.0,
                  return_sequences=sequences, return_state=False, go_backwards=False, stateful=False, unroll=False)
    if kind != "SimpleRNN":
        config.update(recurrent_activation="sigmoid", implementation=2)
    if kind == "LSTM":
        config.update(unit_forget_bias=True)
    if kind == "GRU":
        config.update(reset_after=True)
    return layer(kind, name, **{**config, "time_major": False, **more})


steps = draw(4, 2)
for name, kind, config, options in (
        ("SimpleRNN", "SimpleRNN", {}, {}),
        ("SimpleRNN with ReLU, all steps", "SimpleRNN", {"activation": "relu", "sequences": True}, {"f": F.relu}),
        ("LSTM", "LSTM", {}, {}),
        ("LSTM with hard_sigmoid, all steps", "LSTM", {"recurrent_activation": "hard_sigmoid", "sequences": True},
         {"inner": hard2}),
        ("LSTM backwards", "LSTM", {"go_backwards": True}, {"backwards": True}),
        ("LSTM backwards, all steps", "LSTM", {"go_backwards": True, "sequences": True}, {"backwards": True}),
        ("GRU that resets after", "GRU", {}, {"resets_after": True}),
        ("GRU that resets before, all steps", "GRU", {"reset_after": False, "sequences": True}, {})):
    gates = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind]
    kernel, recurrence = draw(2, 3 * gates), draw(3, 3 * gates)
    bias = draw(2, 3 * gates) if options.get("resets_after") else draw(3 * gates)
    states, _ = recurrent(kind, steps, kernel, recurrence, bias, **options)
    case(name, sequential((4, 2), recurrent_layer(kind, **config)), steps, states if config.get("sequences") else states[-1],
         {f"layer/cell/{role}": w for role, w in (("kernel", kernel), ("recurrent_kernel", recurrence), ("bias", bias))})
    if name == "LSTM":
        _, c = recurrent(kind, steps, kernel, recurrence, bias)
        case("LSTM with its states as outputs", functional(
            [inputs_of("x", 4, 2), called(recurrent_layer(kind, return_state=True), ["x"])], ["x"],
            [["layer", 0, 0], ["layer", 0, 1], ["layer", 0, 2]]), steps, [states[-1], states[-1], c],
            {f"layer/cell/{role}": w for role, w in (("kernel", kernel), ("recurrent_kernel", recurrence), ("bias", bias))})
for mode, sequences in (("concat", False), ("concat", True), ("sum", True), ("ave", False), ("mul", True)):
    weights = {}
    runs = []
    for direction in ("forward", "backward"):
        kernel, recurrence, bias = draw(2, 12), draw(3, 12), draw(12)
        weights.update({f"layer/{direction}_lstm/cell/{role}": w for role, w in (
            ("kernel", kernel), ("recurrent_kernel", recurrence), ("bias", bias))})
        states, _ = recurrent("LSTM", steps, kernel, recurrence, bias, backwards=direction == "backward")
        runs.append((states.flip(0) if direction == "backward" else states) if sequences else states[-1])
    merged = {"concat": torch.cat(runs, -1), "sum": runs[0] + runs[1], "ave": (runs[0] + runs[1]) / 2,
              "mul": runs[0] * runs[1]}[mode]
    case(f"Bidirectional, {mode}{', all steps' if sequences else ''}",
         sequential((4, 2), layer("Bidirectional", layer=recurrent_layer("LSTM", "lstm", sequences=sequences), merge_mode=mode)),
         steps, merged, weights)
one("TimeDistributed Dense", (5, 4),
    layer("TimeDistributed", layer=layer("Dense", "inner", units=3, activation="relu", use_bias=True)),
    lambda x: F.relu(x @ W + b), {"layer/kernel": W, "layer/bias": b})
pictures, kernel, bias = draw(3, 4, 4, 2), draw(2, 2, 2, 3), draw(3)
one("TimeDistributed Conv2D", (3, 4, 4, 2),
    layer("TimeDistributed", layer=layer("Conv2D", "inner", filters=3, kernel_size=[2, 2], strides=[1, 1], padding="valid",
                                         data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="relu",
                                         use_bias=True)),
    lambda x: F.relu(back(convolved(front(x[0]), kernel, bias, [1, 1], [1, 1], "valid")))[None],
    {"layer/kernel": kernel, "layer/bias": bias}, x=pictures)
one("TimeDistributed Flatten", (3, 2, 2), layer("TimeDistributed", layer=layer("Flatten", "inner")),
    lambda x: x.reshape(1, 3, 4))

# --- graphs
twice = [inputs_of("a", 4), inputs_of("b", 4),
         called(layer("Dense", "shared", units=3, activation="tanh", use_bias=True), ["a"], ["b"]),
         called(layer("Subtract", "difference"), [["shared", 0, 0], ["shared", 1, 0]])]
va, vb = draw(4), draw(4)
shared = {"shared/kernel": W, "shared/bias": b}
difference = torch.tanh(va @ W + b) - torch.tanh(vb @ W + b)
case("a shared layer, and two outputs", functional(twice, "ab", ["difference", ["shared", 1, 0]]), [va, vb],
     [difference, torch.tanh(vb @ W + b)], shared)
case("layers in any order", functional(twice[::-1], "ab", ["difference"]), [va, vb], difference, shared)
W2, b2 = draw(3, 2), draw(2)
inner = sequential((4,), layer("Dense", "first", units=3, activation="relu"), layer("Dropout", "off", rate=0.5),
                   layer("Dense", "second", units=2, activation="linear"))
inner["config"]["name"] = "inner"
nested_weights = {"first/kernel": W, "first/bias": b, "second/kernel": W2, "second/bias": b2}
through = lambda v: F.relu(v @ W + b) @ W2 + b2
case("a model inside a model, called twice", functional(
    [inputs_of("a", 4), inputs_of("b", 4), {**called(inner, ["a"], ["b"]), "name": "inner"},
     called(layer("Add", "total"), [["inner", 1, 0], ["inner", 2, 0]])], "ab", ["total"]), [va, vb],
     through(va) + through(vb), nested_weights)
case("a model inside a chain", sequential((4,), inner, layer("Activation", "end", activation="softmax")), va,
     F.softmax(through(va), 0), nested_weights)
keras3 = lambda name, shape: {"class_name": "__keras_tensor__", "config": {
    "shape": [None, *shape], "dtype": "float32", "keras_history": [name, 0, 0]}}
case("calls as Keras 3 writes them", functional(
    [{**inputs_of("a", 4), "inbound_nodes": []}, {**inputs_of("b", 4), "inbound_nodes": []},
     {**layer("Concatenate", "both", axis=-1), "name": "both", "module": "keras.layers", "registered_name": None,
      "inbound_nodes": [{"args": [[keras3("a", [4]), keras3("b", [4])]], "kwargs": {}}]},
     {**layer("Dropout", "off", rate=0.5, seed=None, noise_shape=None), "name": "off", "module": "keras.layers",
      "inbound_nodes": [{"args": [keras3("both", [8])], "kwargs": {"training": False}}]}],
    [], [])  # the lists stand below, as objects
     , [va, vb], torch.cat([va, vb]), version="3.11.0")
cases[-1]["model"]["config"].update(input_layers={"a": ["a", 0, 0], "b": ["b", 0, 0]}, output_layers=["off", 0, 0])

(here / "cases.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases")
