#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nets of Caffe with random layers and weights, and what they compute, by an evaluation number by number that follows
the definitions of Caffe's layers, in double numbers.

    ./generate.py                  writes nets.json, for the tests: each kind of layer some times
    ./generate.py DIR SEED COUNT   writes COUNT other ones as files into DIR, for trials against the program

Needs NumPy alone: protobuf is written by hand. Building and testing needs no Python: the files lie here."""

import base64
import json
import math
import struct
import sys
from pathlib import Path

import numpy as np

# --- protobuf: a field is its number and kind, then its length and its bytes


def varint(value):
    value &= 2**64 - 1
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(key, value):
    return varint(key << 3) + varint(value)


def text(key, value):
    return field(key, value.encode())


def blob(array, kind):
    """kind: 'shape' as today, 'four' with four extents, 'double', 'pieces' with numbers that are not packed."""
    array = np.asarray(array)
    if kind == "four" and array.ndim <= 4:
        extents = [1] * (4 - array.ndim) + list(array.shape)
        head = b"".join(number(i + 1, e) for i, e in enumerate(extents))
    else:
        head = field(7, field(1, b"".join(varint(e) for e in array.shape)))
    if kind == "double":
        return head + field(8, array.astype("<f8").tobytes())
    values = array.astype("<f4")
    if kind == "pieces":
        return head + b"".join(varint(5 << 3 | 5) + struct.pack("<f", v) for v in values.ravel())
    return head + field(5, values.tobytes())


OLD = {"AbsVal": 35, "ArgMax": 30, "BNLL": 2, "Concat": 3, "Convolution": 4, "Deconvolution": 39, "Dropout": 6,
       "Eltwise": 25, "Exp": 38, "Flatten": 8, "InnerProduct": 14, "LRN": 15, "MVN": 34, "Pooling": 17, "Power": 26,
       "ReLU": 18, "Sigmoid": 19, "Slice": 33, "Softmax": 20, "TanH": 23, "Threshold": 31}
OLD_WORDS = {"AbsVal": "ABSVAL", "ArgMax": "ARGMAX", "BNLL": "BNLL", "Concat": "CONCAT", "Convolution": "CONVOLUTION",
             "Deconvolution": "DECONVOLUTION", "Dropout": "DROPOUT", "Eltwise": "ELTWISE", "Exp": "EXP",
             "Flatten": "FLATTEN", "InnerProduct": "INNER_PRODUCT", "LRN": "LRN", "MVN": "MVN", "Pooling": "POOLING",
             "Power": "POWER", "ReLU": "RELU", "Sigmoid": "SIGMOID", "Slice": "SLICE", "Softmax": "SOFTMAX",
             "TanH": "TANH", "Threshold": "THRESHOLD"}


def single(value):
    return float(np.float32(value))


# --- the layers: each draws its parameters, and computes


class Net:
    def __init__(self, rng, name):
        self.rng, self.name = rng, name
        self.layers = []  # (name, type, bottoms, tops, message lines, blobs)
        self.values = {}
        self.read = set()

    def chance(self, p=0.5):
        return self.rng.random() < p

    def pick(self, *options):
        return options[self.rng.integers(len(options))]

    def weights(self, *shape):
        return self.rng.normal(size=shape).astype(np.float32).astype(np.float64)

    def add(self, kind, bottoms, values, message="", blobs=(), in_place=False):
        name = f"{kind.lower()}{len(self.layers)}"
        tops = [bottoms[0]] if in_place else [name if len(values) == 1 else f"{name}_{i}" for i in range(len(values))]
        self.read.update(bottoms)
        for top, value in zip(tops, values):
            self.values[top] = np.asarray(value, np.float64)
            self.read.discard(top)
        self.layers.append((name, kind, list(bottoms), tops, message, list(blobs)))
        return tops


def windows(net, axes, room):
    """kernel, stride, pad, dilation for each axis"""
    rng = net.rng
    kernel = [int(rng.integers(1, min(4, room[a] + 1) + 1)) for a in range(axes)]
    stride = [int(rng.integers(1, 4)) for _ in range(axes)]
    pad = [int(rng.integers(0, 3)) for _ in range(axes)]
    dilation = [int(rng.integers(1, 3)) for _ in range(axes)]
    return kernel, stride, pad, dilation


def said(net, word, values, standard, short):
    """One number for all axes, one for each, or by name."""
    if all(v == standard for v in values) and standard is not None and net.chance():
        return ""
    if len(set(values)) == 1 and net.chance(0.6):
        return f"{word}: {values[0]} "
    if len(values) == 2 and net.chance():
        return f"{short}_h: {values[0]} {short}_w: {values[1]} "
    if net.chance():
        return f"{word}: [{', '.join(map(str, values))}] "
    return "".join(f"{word}: {v} " for v in values)


def places(shape):
    return np.ndindex(*shape)


def convolution(net, bottom):
    x = net.values[bottom]
    if x.ndim < 3:
        return False
    axes = x.ndim - 2
    kernel, stride, pad, dilation = windows(net, axes, x.shape[2:])
    group = net.pick(*[g for g in range(1, x.shape[1] + 1) if x.shape[1] % g == 0])
    outputs = group * int(net.rng.integers(1, 3))
    bias = net.chance(0.7)
    transposed = net.chance(0.3)
    reach = [dilation[a] * (kernel[a] - 1) + 1 for a in range(axes)]
    if transposed:
        plane = [stride[a] * (x.shape[a + 2] - 1) + reach[a] - 2 * pad[a] for a in range(axes)]
    else:
        plane = [int((x.shape[a + 2] + 2 * pad[a] - reach[a]) / stride[a]) + 1 for a in range(axes)]
    if min(plane) < 1 or max(plane) > 12:
        return False
    w = net.weights(*((x.shape[1], outputs // group) if transposed else (outputs, x.shape[1] // group)), *kernel)
    b = net.weights(outputs)
    y = np.zeros((x.shape[0], outputs, *plane))
    inputs = x.shape[1] // group
    per_group = outputs // group
    for n in range(x.shape[0]):
        for o in range(outputs):
            g = o // per_group
            if bias:
                y[n, o] += b[o]
            for c in range(inputs):
                for k in places(kernel):
                    if transposed:
                        for p in places(x.shape[2:]):
                            q = tuple(p[a] * stride[a] - pad[a] + k[a] * dilation[a] for a in range(axes))
                            if all(0 <= q[a] < plane[a] for a in range(axes)):
                                y[(n, o, *q)] += w[(g * inputs + c, o % per_group, *k)] * x[(n, g * inputs + c, *p)]
                    else:
                        for q in places(plane):
                            p = tuple(q[a] * stride[a] - pad[a] + k[a] * dilation[a] for a in range(axes))
                            if all(0 <= p[a] < x.shape[a + 2] for a in range(axes)):
                                y[(n, o, *q)] += w[(o, c, *k)] * x[(n, g * inputs + c, *p)]
    message = f"num_output: {outputs} " + said(net, "kernel_size", kernel, None, "kernel")
    message += said(net, "stride", stride, 1, "stride") + said(net, "pad", pad, 0, "pad")
    if any(d != 1 for d in dilation):
        message += f"dilation: {dilation[0]} " if len(set(dilation)) == 1 else "".join(f"dilation: {d} " for d in dilation)
    message += (f"group: {group} " if group > 1 else "") + ("" if bias else "bias_term: false ")
    message += net.pick("", 'weight_filler { type: "xavier" } ', "engine: CAFFE ")
    kind = "Deconvolution" if transposed else "Convolution"
    net.add(kind, [bottom], [y], f"convolution_param {{ {message}}}", [w, b] if bias else [w])
    return True


def pooling(net, bottom):
    x = net.values[bottom]
    if x.ndim != 4:
        return False
    extent = x.shape[2:]
    is_mean = net.chance()
    whole = net.chance(0.15)
    if whole:
        kernel, stride, pad = list(extent), [1, 1], [0, 0]
    else:
        kernel, stride, pad, _ = windows(net, 2, extent)
        pad = [min(p, k - 1) for p, k in zip(pad, kernel)]
    down = net.chance(0.2)
    plane = []
    for a in range(2):
        room = (extent[a] + 2 * pad[a] - kernel[a]) / stride[a]
        count = int((math.floor if down else math.ceil)(room)) + 1
        if any(pad) and (count - 1) * stride[a] >= extent[a] + pad[a]:
            count -= 1
        if (count - 1) * stride[a] - pad[a] >= extent[a]:
            return False
        if count < 1:
            return False
        plane.append(count)
    y = np.zeros((*x.shape[:2], *plane))
    for n, c, i, j in places(y.shape):
        begin = [i * stride[0] - pad[0], j * stride[1] - pad[1]]
        end = [min(begin[a] + kernel[a], extent[a] + (pad[a] if is_mean else 0)) for a in range(2)]
        size = (end[0] - begin[0]) * (end[1] - begin[1])
        begin = [max(v, 0) for v in begin]
        end = [min(end[a], extent[a]) for a in range(2)]
        window = x[n, c, begin[0]:end[0], begin[1]:end[1]]
        y[n, c, i, j] = window.sum() / size if is_mean else window.max()
    message = net.pick("pool: AVE ", "pool: 1 ") if is_mean else net.pick("pool: MAX ", "")
    if whole:
        message += "global_pooling: true "
    else:
        for word, values, standard in (("kernel_size", kernel, None), ("stride", stride, 1), ("pad", pad, 0)):
            short = word.split("_")[0]
            if values[0] == values[1] and net.chance():
                message += f"{word}: {values[0]} "
            elif values != [standard, standard]:
                message += f"{short}_h: {values[0]} {short}_w: {values[1]} "
    message += "round_mode: FLOOR " if down else ""
    net.add("Pooling", [bottom], [y], f"pooling_param {{ {message}}}")
    return True


def inner_product(net, bottom):
    x = net.values[bottom]
    axis = net.pick(1, 1, 1, x.ndim - 1, -1) if x.ndim > 1 else -1
    axis = int(axis)
    place = axis % x.ndim
    if place == 0:
        return False
    outputs = int(net.rng.integers(1, 5))
    inputs = int(np.prod(x.shape[place:]))
    w, b = net.weights(outputs, inputs), net.weights(outputs)
    transposed, bias = net.chance(0.3), net.chance(0.7)
    rows = x.reshape(-1, inputs)
    y = rows @ w.T + (b if bias else 0)
    message = f"num_output: {outputs} " + (f"axis: {axis} " if axis != 1 else "")
    message += ("transpose: true " if transposed else "") + ("" if bias else "bias_term: false ")
    blobs = [w.T if transposed else w] + ([b] if bias else [])
    net.add("InnerProduct", [bottom], [y.reshape(*x.shape[:place], outputs)],
            f"inner_product_param {{ {message}}}", blobs)
    return True


def function(net, bottom):
    x = net.values[bottom]
    kind = net.pick("ReLU", "ReLU6", "Leaky", "ELU", "Sigmoid", "TanH", "Power", "Square", "Exp", "Log", "AbsVal", "BNLL",
                    "Threshold", "Dropout", "Clip", "Swish")
    a = single(net.rng.uniform(-1.5, 1.5))
    b = single(net.rng.uniform(-1, 1))
    in_place = net.chance() and kind not in ("AbsVal",)
    def put(name, y, message=""):
        net.add(name, [bottom], [y], message, in_place=in_place and bottom != "data")
        return True
    if kind == "ReLU":
        return put("ReLU", np.maximum(x, 0), net.pick("", "relu_param { engine: CAFFE }"))
    if kind == "ReLU6":
        return put("ReLU6", np.clip(x, 0, 6))
    if kind == "Leaky":
        return put("ReLU", np.maximum(x, 0) + abs(a) * np.minimum(x, 0),
                   f"relu_param {{ negative_slope: {abs(a)!r} }}")
    if kind == "ELU":
        return put("ELU", np.maximum(x, 0) + a * (np.exp(np.minimum(x, 0)) - 1), f"elu_param {{ alpha: {a!r} }}")
    if kind == "Sigmoid":
        return put("Sigmoid", 1 / (1 + np.exp(-x)))
    if kind == "TanH":
        return put("TanH", np.tanh(x), net.pick("", "tanh_param { engine: DEFAULT }"))
    if kind == "Square":
        return put("Power", (b + a * x) ** 2, f"power_param {{ power: 2 scale: {a!r} shift: {b!r} }}")
    if kind == "Power":
        scale = net.pick(0.0, 1.0, 0.25)
        power = net.pick(0.0, 1.0, 3.0, -1.0)
        value = np.ones_like(x) if power == 0 else (b + scale * x) ** power
        if not np.isfinite(value).all() or np.abs(value).max() > 1e3:
            return False
        return put("Power", value, f"power_param {{ power: {power!r} scale: {scale!r} shift: {b!r} }}")
    if kind == "Exp":
        base = net.pick(-1, 2.0, 0.5)
        if np.abs(x).max() > 6:
            return False
        y = np.exp(b + a * x) if base == -1 else base ** (b + a * x)
        return put("Exp", y, "exp_param { " + ("" if base == -1 else f"base: {base} ") + f"scale: {a!r} shift: {b!r} }}")
    if kind == "Log":
        base = net.pick(-1, 2.0, 10.0)
        shift = single(np.abs(a * x).max() + 1)
        y = np.log(shift + a * x) / (1 if base == -1 else math.log(base))
        return put("Log", y, "log_param { " + ("" if base == -1 else f"base: {base} ") + f"scale: {a!r} shift: {shift!r} }}")
    if kind == "AbsVal":
        return put("AbsVal", np.abs(x))
    if kind == "BNLL":
        return put("BNLL", np.logaddexp(0, x))
    if kind == "Threshold":
        return put("Threshold", (x > b) * 1.0, f"threshold_param {{ threshold: {b!r} }}")
    if kind == "Dropout":
        return put("Dropout", x, "dropout_param { dropout_ratio: 0.3 }")
    if kind == "Clip":
        low, high = sorted((a, b))
        return put("Clip", np.clip(x, low, high), f"clip_param {{ min: {low!r} max: {high!r} }}")
    return put("Swish", x / (1 + np.exp(-a * x)), f"swish_param {{ beta: {a!r} }}")


def along(values, axis, rank):
    return values.reshape(values.shape + (1,) * (rank - axis - values.ndim)) if values.ndim else values


def scale(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    axis = int(net.rng.integers(1, x.ndim))
    count = int(net.rng.integers(-1, x.ndim - axis + 1))
    shape = () if count == 0 else x.shape[axis:] if count == -1 else x.shape[axis:axis + count]
    s, b = net.weights(*shape), net.weights(*shape)
    only_bias, bias = net.chance(0.3), net.chance()
    written = f"axis: {axis - x.ndim if net.chance(0.3) else axis} num_axes: {count} "
    if only_bias:
        net.add("Bias", [bottom], [x + along(b, axis, x.ndim)], f"bias_param {{ {written}}}", [b])
    else:
        y = x * along(s, axis, x.ndim) + (along(b, axis, x.ndim) if bias else 0)
        net.add("Scale", [bottom], [y], f"scale_param {{ {written}{'bias_term: true ' if bias else ''}}}",
                [s, b] if bias else [s], in_place=net.chance() and bottom != "data")
    return True


def batch_norm(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    count = net.pick(1.0, single(999.98), 0.0)
    eps = net.pick(1e-5, 0.01)
    c = x.shape[1]
    mean, variance = net.weights(c) * 10, np.abs(net.weights(c)) * 10 + 1
    mean, variance = mean.astype(np.float32).astype(float), variance.astype(np.float32).astype(float)
    factor = np.float32(0) if count == 0 else np.float32(1) / np.float32(count)
    m = (mean.astype(np.float32) * factor).astype(float)
    v = (variance.astype(np.float32) * factor).astype(float)
    if count == 0 or (count > 1 and eps < 1e-3):
        eps = 0.25
    y = (x - along(m, 1, x.ndim)) / np.sqrt(along(v, 1, x.ndim) + single(eps))
    message = ("" if eps == 1e-5 and net.chance() else f"eps: {eps} ") + net.pick("", "use_global_stats: true ")
    net.add("BatchNorm", [bottom], [y], f"batch_norm_param {{ {message}}}", [mean, variance, np.array([count])],
            in_place=net.chance() and bottom != "data")
    return True


def prelu(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    shared = net.chance(0.3)
    slope = net.weights() if shared else net.weights(x.shape[1])
    y = np.maximum(x, 0) + along(slope, 1, x.ndim) * np.minimum(x, 0)
    net.add("PReLU", [bottom], [y], "prelu_param { channel_shared: true }" if shared else "", [slope],
            in_place=net.chance() and bottom != "data")
    return True


def softmax(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    axis = int(net.rng.integers(1, x.ndim))
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    net.add("Softmax", [bottom], [e / e.sum(axis=axis, keepdims=True)],
            "" if axis == 1 else f"softmax_param {{ axis: {axis} }}")
    return True


def local_response(net, bottom):
    x = net.values[bottom]
    if x.ndim != 4:
        return False
    size = net.pick(1, 3, 5)
    alpha, beta, k = net.pick(1.0, 0.5), net.pick(0.75, 0.5, 1.0), net.pick(1.0, 2.0)
    half = (size - 1) // 2
    y = np.zeros_like(x)
    if net.chance(0.7):
        for n, c, i, j in places(x.shape):
            around = x[n, max(0, c - half):c + half + 1, i, j]
            y[n, c, i, j] = x[n, c, i, j] * (k + alpha / size * (around**2).sum()) ** -beta
        region = ""
    else:
        for n, c, i, j in places(x.shape):
            around = x[n, c, max(0, i - half):i + half + 1, max(0, j - half):j + half + 1]
            y[n, c, i, j] = x[n, c, i, j] * (1 + alpha / size**2 * (around**2).sum()) ** -beta
        region = "norm_region: WITHIN_CHANNEL "
    net.add("LRN", [bottom], [y], f"lrn_param {{ local_size: {size} alpha: {alpha} beta: {beta} k: {k} {region}}}")
    return True


def mean_variance(net, bottom):
    x = net.values[bottom]
    if x.ndim > 4:
        return False
    whole = x.reshape(x.shape + (1,) * (4 - x.ndim))
    across, variance = net.chance(), net.chance(0.7)
    axes = (1, 2, 3) if across else (2, 3)
    y = whole - whole.mean(axis=axes, keepdims=True)
    deviation = np.sqrt((y**2).mean(axis=axes, keepdims=True))
    if variance:
        if deviation.min() < 1e-3:
            return False
        y = y / (deviation + single(0.125))
    message = ("across_channels: true " if across else "") + ("eps: 0.125 " if variance else "normalize_variance: false ")
    net.add("MVN", [bottom], [y], f"mvn_param {{ {message}}}")
    return True


def eltwise(net, bottom):
    x = net.values[bottom]
    others = [k for k, v in net.values.items() if v.shape == x.shape]
    count = int(net.rng.integers(2, 4))
    names = [bottom] + [net.pick(*others) for _ in range(count - 1)]
    values = [net.values[n] for n in names]
    kind = net.pick("SUM", "PROD", "MAX", "coeff")
    if kind == "PROD":
        y, message = np.prod(values, axis=0), "operation: PROD "
    elif kind == "MAX":
        y, message = np.max(values, axis=0), "operation: MAX "
    else:
        factors = [single(net.rng.uniform(-2, 2)) if kind == "coeff" else 1.0 for _ in values]
        y = sum(f * v for f, v in zip(factors, values))
        message = "operation: SUM " + ("".join(f"coeff: {f!r} " for f in factors) if kind == "coeff" else "")
    net.add("Eltwise", names, [y], f"eltwise_param {{ {message}}}")
    return True


def concat(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    axis = int(net.rng.integers(1, x.ndim))
    fits = [k for k, v in net.values.items() if v.ndim == x.ndim and all(
        v.shape[a] == x.shape[a] for a in range(x.ndim) if a != axis)]
    names = [bottom] + [net.pick(*fits) for _ in range(int(net.rng.integers(1, 3)))]
    y = np.concatenate([net.values[n] for n in names], axis=axis)
    if y.size > 400:
        return False
    word = net.pick(f"axis: {axis}", f"concat_dim: {axis}", f"axis: {axis - x.ndim}")
    net.add("Concat", names, [y], f"concat_param {{ {word} }}")
    return True


def slices(net, bottom):
    x = net.values[bottom]
    axes = [a for a in range(1, x.ndim) if x.shape[a] >= 2]
    if not axes:
        return False
    axis = net.pick(*axes)
    extent = x.shape[axis]
    if net.chance() and extent % 2 == 0:
        parts, points = np.split(x, 2, axis=axis), ""
    else:
        cuts = sorted({int(net.rng.integers(1, extent)) for _ in range(2)})
        parts, points = np.split(x, cuts, axis=axis), "".join(f"slice_point: {c} " for c in cuts)
    net.add("Slice", [bottom], parts, f"slice_param {{ axis: {axis} {points}}}")
    return True


def flatten(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    first = int(net.rng.integers(1, x.ndim))
    last = int(net.rng.integers(first, x.ndim))
    y = x.reshape(*x.shape[:first], -1, *x.shape[last + 1:])
    message = ("" if first == 1 and net.chance() else f"axis: {first} ") + (
        "" if last == x.ndim - 1 and net.chance() else f"end_axis: {last if net.chance() else last - x.ndim} ")
    net.add("Flatten", [bottom], [y], f"flatten_param {{ {message}}}")
    return True


def reshape(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2:
        return False
    way = net.rng.integers(4)
    if way == 0:
        y, message = x.reshape(x.shape[0], -1), "shape { dim: 0 dim: -1 }"
    elif way == 1 and x.ndim >= 3:
        y, message = x.reshape(*x.shape[:2], -1), "axis: 2 shape { dim: -1 }"
    elif way == 2:
        y, message = x.reshape(*x.shape[:1], 1, *x.shape[1:]), "axis: 1 num_axes: 0 shape { dim: 1 }"
    else:
        y = x.reshape(x.shape[0], 1, -1, x.shape[-1])
        message = f"shape {{ dim: [0, 1, -1, {x.shape[-1]}] }}"
    if y.ndim > 5:
        return False
    net.add("Reshape", [bottom], [y], f"reshape_param {{ {message} }}")
    return True


def crop(net, bottom):
    x = net.values[bottom]
    if x.ndim != 4:
        return False
    fits = [k for k, v in net.values.items() if v.ndim == 4 and v.shape[2] <= x.shape[2] and v.shape[3] <= x.shape[3]]
    other = net.pick(*fits)
    size = net.values[other].shape
    offsets = [int(net.rng.integers(0, x.shape[a] - size[a] + 1)) for a in (2, 3)]
    y = x[:, :, offsets[0]:offsets[0] + size[2], offsets[1]:offsets[1] + size[3]]
    message = f"axis: 2 offset: {offsets[0]} offset: {offsets[1]}" if offsets != [0, 0] or net.chance() else ""
    net.add("Crop", [bottom, other], [y], f"crop_param {{ {message} }}")
    return True


def reduction(net, bottom):
    x = net.values[bottom]
    if x.ndim < 3:
        return False
    axis = int(net.rng.integers(2, x.ndim))
    tail = x.reshape(*x.shape[:axis], -1)
    kind = net.pick("SUM", "ASUM", "SUMSQ", "MEAN")
    y = {"SUM": tail, "ASUM": np.abs(tail), "SUMSQ": tail**2, "MEAN": tail / tail.shape[-1]}[kind].sum(axis=-1)
    factor = net.pick(1.0, 0.5)
    net.add("Reduction", [bottom], [factor * y], f"reduction_param {{ operation: {kind} axis: {axis} coeff: {factor} }}")
    return True


def arg_max(net, bottom):
    x = net.values[bottom]
    if x.ndim < 2 or net.chance(0.5):
        return False
    value = net.chance(0.3)
    if net.chance():
        axis = int(net.rng.integers(1, x.ndim))
        y = x.max(axis=axis, keepdims=True) if value else (
            x.shape[axis] - 1 - np.flip(x, axis).argmax(axis=axis, keepdims=True))
        message = f"axis: {axis} "
    else:
        flat = x.reshape(x.shape[0], -1)
        place = flat.shape[1] - 1 - flat[:, ::-1].argmax(axis=1)
        y = np.stack([place, flat.max(axis=1)], axis=1) if value else place[:, None]
        y = y.reshape(x.shape[0], 2 if value else 1, *[1] * (max(3, x.ndim) - 2))
        message = ""
    net.add("ArgMax", [bottom], [y], f"argmax_param {{ {message}{'out_max_val: true ' if value else ''}}}")
    return True


def tile(net, bottom):
    x = net.values[bottom]
    if x.size > 60 or x.ndim < 2:
        return False
    axis = int(net.rng.integers(1, x.ndim))
    net.add("Tile", [bottom], [np.concatenate([x] * 2, axis=axis)], f"tile_param {{ axis: {axis} tiles: 2 }}")
    return True


def two_read(net, bottom):
    """Scale and Bias whose numbers another layer gives."""
    x = net.values[bottom]
    found = [(k, a) for k, v in net.values.items() for a in range(0, x.ndim)
             if v.ndim and v.shape == x.shape[a:a + v.ndim]]
    if not found:
        return False
    other, axis = net.pick(*found)
    v = along(net.values[other], axis, x.ndim)
    if net.chance():
        net.add("Scale", [bottom, other], [x * v], f"scale_param {{ axis: {axis} }}")
    else:
        net.add("Bias", [bottom, other], [x + v], f"bias_param {{ axis: {axis} }}")
    return True


def permute(net, bottom):
    x = net.values[bottom]
    if x.ndim < 3:
        return False
    order = [0] + list(net.rng.permutation(range(1, x.ndim)))
    named = order if net.chance() else order[:2]
    order = named + [a for a in range(x.ndim) if a not in named]
    net.add("Permute", [bottom], [x.transpose(order)],
            "permute_param { " + "".join(f"order: {a} " for a in named) + "}")
    return True


def normalize(net, bottom):
    x = net.values[bottom]
    if x.ndim != 4:
        return False
    across, shared = net.chance(), net.chance()
    s = net.weights(1)[0:1] if shared else net.weights(x.shape[1])
    squares = (x**2).sum(axis=(1, 2, 3) if across else 1, keepdims=True)
    y = x / np.sqrt(squares + single(0.01)) * (s[0] if shared else s[:, None, None])
    message = f"across_spatial: {str(across).lower()} channel_shared: {str(shared).lower()} eps: 0.01"
    net.add("Normalize", [bottom], [y], f"norm_param {{ {message} }}", [s[0] if shared else s])
    return True


def shuffle(net, bottom):
    x = net.values[bottom]
    if x.ndim != 4:
        return False
    group = net.pick(*[g for g in range(1, x.shape[1] + 1) if x.shape[1] % g == 0])
    y = x.reshape(x.shape[0], group, -1, *x.shape[2:]).swapaxes(1, 2).reshape(x.shape)
    net.add("ShuffleChannel", [bottom], [y], f"shuffle_channel_param {{ group: {group} }}")
    return True


KINDS = [convolution, convolution, convolution, pooling, pooling, pooling, inner_product, inner_product, function,
         function, function, scale, batch_norm, prelu, softmax, local_response, mean_variance, eltwise, concat, slices,
         flatten, reshape, crop, reduction, arg_max, tile, two_read, permute, normalize, shuffle]


def draw(seed, size=6, first=None):
    """first: the kind that the net begins with"""
    rng = np.random.default_rng(seed)
    net = Net(rng, f"net {seed}")
    rank = net.pick(4, 4, 4, 4, 3, 2)
    shape = (1, *[int(rng.integers(1, 5))], *[int(rng.integers(3, 8)) for _ in range(rank - 2)])
    if rank == 2:
        shape = (1, int(rng.integers(2, 6)))
    x = rng.normal(size=shape).astype(np.float32)
    net.values["data"] = x.astype(np.float64)
    tries = 0
    while len(net.layers) < size and tries < 200:
        tries += 1
        names = list(net.values)
        bottom = names[-1] if net.chance(0.8) else net.pick(*names)
        before = dict(net.values)
        kind = first if first and not net.layers else KINDS[rng.integers(len(KINDS))]
        if kind(net, bottom):
            last = net.layers[-1]
            if any(not np.isfinite(net.values[t]).all() or np.abs(net.values[t]).max() > 1e4
                   or net.values[t].size > 600 or net.values[t].ndim > 5 for t in last[3]):
                net.layers.pop()
                net.values = before
                net.read = {b for layer in net.layers for b in layer[2]}
    return net, x


def written(net, x, rng):
    """The text of the net, and its weights."""
    old = all(kind in OLD and "flatten_param" not in message for _, kind, _, _, message, _ in net.layers)
    old = old and rng.random() < 0.5
    kind_of_blob = ["shape", "four", "double", "pieces", "shape"][rng.integers(5)]
    if old:
        kind_of_blob = "four"
    way = rng.integers(3)
    dims = list(x.shape)
    lines = [f'name: "{net.name}"']
    if way == 0 and x.ndim == 4:
        lines += ['input: "data"'] + [f"input_dim: {d}" for d in dims]
    elif way == 1 or old:
        lines += ['input: "data"', "input_shape {"] + [f"  dim: {d}" for d in dims] + ["}"]
    else:
        lines += ['layer {', '  name: "data"', '  type: "Input"', '  top: "data"',
                  "  input_param { shape: { " + " ".join(f"dim: {d}" for d in dims) + " } }", "}"]
    body = text(1, net.name)
    for name, kind, bottoms, tops, message, blobs in net.layers:
        lines += ["layers {" if old else "layer {", f'  name: "{name}"',
                  f"  type: {OLD_WORDS[kind]}" if old else f'  type: "{kind}"']
        lines += [f'  bottom: "{b}"' for b in bottoms] + [f'  top: "{t}"' for t in tops]
        lines += [f"  {message}"] if message else []
        lines += ["}"]
        content = (text(4, name) + number(5, OLD[kind])) if old else (text(1, name) + text(2, kind))
        content += b"".join(field(6 if old else 7, blob(b, kind_of_blob)) for b in blobs)
        body += field(2 if old else 100, content)
    return "\n".join(lines) + "\n", body


def outputs(net):
    """In the order in which they first appear."""
    order = []
    for layer in net.layers:
        order += [t for t in layer[3] if t not in order]
    last = {}
    read = set()
    for layer in net.layers:
        read.update(layer[2])
        for t in layer[3]:
            last[t] = layer
            read.discard(t)
    return [t for t in order if t not in read]


def made(seed, size, first=None):
    """None where no such net was found."""
    net, x = draw(seed, size, first)
    if not net.layers or not outputs(net):
        return None
    prototxt, weights = written(net, x, np.random.default_rng(seed + 10**6))
    return {"prototxt": prototxt, "caffemodel": weights, "in": x.astype(float).ravel().tolist(),
            "out": {name: [float(f"{v:.14g}") for v in net.values[name].ravel()] for name in outputs(net)}}


def write_trials(folder, first, count):
    result = {}
    for seed in range(first, first + count):
        case = made(seed, 1 + seed % 6)
        if case is None:
            continue
        (folder / f"net_{seed}.prototxt").write_text(case["prototxt"])
        (folder / f"net_{seed}.caffemodel").write_bytes(case["caffemodel"])
        result[f"net_{seed}"] = {"in": case["in"], "out": case["out"]}
    (folder / "expected.json").write_text(json.dumps(result))


def write_tests():
    result = {}
    for kind in dict.fromkeys(KINDS):
        wanted = {convolution: 8, pooling: 8, function: 14, inner_product: 4}.get(kind, 2)
        seed = 100 * KINDS.index(kind)
        found = 0
        while found < wanted:
            case = made(seed, 1 + found % 3, kind)
            seed += 1
            if case is None or len(case["in"]) > 100 or sum(map(len, case["out"].values())) > 100:
                continue
            found += 1
            case["caffemodel"] = base64.b64encode(case["caffemodel"]).decode()
            result[f"{kind.__name__} {found}"] = case
    path = Path(__file__).resolve().parent / "nets.json"
    path.write_text("{\n" + ",\n".join(f"{json.dumps(n)}: {json.dumps(c)}" for n, c in result.items()) + "\n}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_trials(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        write_tests()
