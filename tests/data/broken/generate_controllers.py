#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken .mat, YAML and POLAR files of this folder, and controllers_manifest.json, which says what each must be answered
with. Needs nothing but Python."""
import json
import pathlib
import struct
import zlib

here = pathlib.Path(__file__).resolve().parent
manifest = []


def add(name, content, refused=None, warnings=None, architecture=None):
    """refused: the error behind the file's name. warnings: all that is warned of when the file opens."""
    (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    entry = {"file": name}
    if architecture:
        entry["architecture"] = architecture
    entry |= {"refused": f"{name}: {refused}"} if refused is not None else {"warnings": warnings}
    manifest.append(entry)


# --- MATLAB, level 5
HEADER = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"


def element(kind, data):
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def array(name, kind, extents, *data):
    flags = element(6, struct.pack("<II", kind, 0))
    shape = b"" if extents is None else element(5, struct.pack(f"<{len(extents)}i", *extents))
    return element(14, flags + shape + element(1, name.encode()) + b"".join(data))


def numbers(name, extents, values=None):
    count = 1
    for extent in extents:
        count *= extent
    values = [0.5 * i for i in range(count)] if values is None else values
    return array(name, 6, extents, element(9, struct.pack(f"<{len(values)}d", *values)))


def texts(name, rows):
    characters = "".join("".join(column) for column in zip(*rows))
    return array(name, 4, [len(rows), len(rows[0])], element(16, characters.encode()))


def cell(name, *items):
    return array(name, 1, [len(items), 1], *items)


W, B = cell("W", numbers("", [3, 2]), numbers("", [1, 3])), cell("b", numbers("", [3, 1]), numbers("", [1, 1]))
add("newer.mat", b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n",
    "this is a MATLAB file of version 7.3, whose cells are not read: load it in MATLAB and save it again with "
    "save(FILE, '-v7')")
add("cut.mat", HEADER + W[:60],
    f"an element claims {len(W) - 8} bytes, but only 52 are left: it is cut short or damaged")
add("cut_header.mat", HEADER[:100], "ends within its header of 128 bytes: it is cut short")
add("no_order.mat", HEADER[:126] + b"XX" + W, "its header does not say the order of bytes: it is damaged")
add("too_few_elements.mat", HEADER + numbers("W", [300, 200], [1, 2]),
    "'W' is [300, 200], but has 2 elements: it is cut short or damaged")
add("a_billion_cells.mat", HEADER + array("W", 1, [1 << 30, 1]), "ends within the tag of an element: it is cut short")
add("terabytes.mat", HEADER + numbers("W", [1 << 30, 1 << 30], []),
    "an array: the shape [1073741824, 1073741824] has more than 1099511627776 elements")
add("unfolds.mat", HEADER + struct.pack("<II", 15, len(bomb := zlib.compress(bytes(65 << 20), 9))) + bomb,
    "a variable is packed with zlib: unpacked, it has more than 64 MB, the most that is taken")
add("damaged_packing.mat", HEADER + struct.pack("<II", 15, 16) + b"\x78\xda" + bytes(range(14)),
    "a variable is packed with zlib: it is damaged: invalid stored block lengths")
deep = numbers("", [1, 1])
for _ in range(40):
    deep = cell("", deep)
add("deep.mat", HEADER + cell("W", deep), "cells and structs are nested more than 32 deep")
add("object.mat", HEADER + array("net", 17, None, element(1, b"MCOS"), element(1, b"network"), numbers("", [2, 1])),
    "'net' is an object of class 'network', which MATLAB alone can read: write a network of the Deep Learning Toolbox "
    "as ONNX, with exportONNXNetwork(net, 'model.onnx'), or an older network object (fitnet, feedforwardnet) with "
    "resources/matlab/writeFormulensModel.m, as writeFormulensModel(net, 'model.json')")
add("no_weights.mat", HEADER + numbers("time", [3, 1]) + texts("note", ["hello"]),
    "this MATLAB file holds no weights of a network that are known here, only time, note: expected W and b (cells, or "
    "W1, b1, W2, b2 ...), alone or in a struct")
add("no_activations.mat", HEADER + W + B,
    "it holds weights only (1 Linear 3x2, 2 Linear 1x3), not what is computed between them; choose the architecture, "
    'for example --architecture "Linear,relu,Linear"')
add("no_activations.mat", HEADER + W + B, architecture="Linear,tanh,Linear",
    warnings=["the file holds weights only; what is computed between them was said: Linear,tanh,Linear"])
add("unknown_activation.mat", HEADER + W + B + texts("act_fcns", ["tanh ", "wobbl"]),
    "the activation of layer 2 is 'wobbl', which is not known here")
add("too_few_activations.mat", HEADER + W + B + texts("act_fcns", ["tanh"]), architecture="Linear,tanh,Linear", warnings=[
    "the file names 1 activations for 2 layers, which does not say what stands behind each: they are not used",
    "the file holds weights only; what is computed between them was said: Linear,tanh,Linear"])
add("more_variables.mat",
    HEADER + W + B + texts("act_fcns", ["tanh  ", "linear", "linear"]) + numbers("input_mean", [2, 1]), warnings=[
        "the file names 3 activations for 2 layers: those of the last ones are not read",
        "variables of the file that are not read, be it a scaling or something else: 'input_mean'"])
add("bias_of_other_size.mat", HEADER + W + cell("b", numbers("", [4, 1]), numbers("", [1, 1])),
    "'W{1}': has shape [3, 2], which does not fit a bias of 4")
add("do_not_follow.mat", HEADER + cell("W", numbers("", [3, 2]), numbers("", [1, 4])) + B,
    "'W{2}': takes 4 values, but the layer before gives 3")
add("square.mat", HEADER + cell("W", numbers("", [2, 2]), numbers("", [2, 2])),
    "the shapes of the matrices do not say whether rows are inputs or outputs: add the biases, or write a model in "
    'JSON, which says it with "rows"')
add("images.mat", HEADER + numbers("W1", [3, 3, 1, 4]),
    "'W1': has shape [3, 3, 1, 4], expected a matrix: networks of images are not read from .mat files; export the "
    "network as ONNX, with exportONNXNetwork(net, 'model.onnx')")
add("other_cells.mat", HEADER + W + cell("b", numbers("", [3, 1])), "'b' has 1 cells, expected 2 as 'W' has")

# --- Verisig
def verisig(weights="{1: [[1, 2], [3, 4], [5, 6]], 2: [[1, 2, 3]]}", offsets="{1: [1, 2, 3], 2: [4]}",
            activations="{1: Tanh, 2: Linear}", before=""):
    return f"{before}activations: {activations}\noffsets: {offsets}\nweights: {weights}\n"


add("cut.yml", verisig()[:-20], "line 3: is no YAML text: end of sequence flow not found")
add("no_activation.yml", verisig(activations="{1: Tanh}"),
    "line 1: has 1 entries, but there are weights of 2 layers")
add("unknown_activation.yml", verisig(activations="{1: Tanh, 2: Wobble}"),
    "line 1: the activation of layer 2 is 'Wobble', which is not known here")
add("layer_missing.yml", verisig(weights="{1: [[1, 2]], 3: [[1]]}"), "line 3: the weights of layer 2 are missing")
add("ragged.yml", verisig(weights="{1: [[1, 2], [3], [5, 6]], 2: [[1, 2, 3]]}"),
    "line 3: a row of the weights of layer 1 has 1 numbers, expected 2 as the rows before it have")
add("no_number.yml", verisig(weights="{1: [[1, two], [3, 4], [5, 6]], 2: [[1, 2, 3]]}"),
    "line 3: expected a number, found 'two'")
add("do_not_follow.yml", verisig(weights="{1: [[1, 2], [3, 4], [5, 6]], 2: [[1, 2, 3, 4]]}"),
    "layer 2: takes 4 values, but the layer before gives 3")
add("bias_of_other_size.yml", verisig(offsets="{1: [1, 2], 2: [4]}"),
    "layer 1: gives 3 values, but its bias has 2")
add("aliases.yml", verisig(weights="{1: [*a" + ", *a" * 99 + "], 2: [[1, 2, 3]]}",
                           offsets="{1: &a [1" + ", 1" * 99 + "], 2: [4]}"),
    "line 2: aliases repeat more numbers than the file has bytes, which is not read")
add("alias_in_itself.yml", verisig(weights="&a {1: *a}"), "line 3: an alias stands within the value that it means")
add("deep.yml", verisig(weights="[" * 100), "line 3: values are nested more than 64 deep")
add("one_more_key.yml", verisig() + "scaling: 2\n", warnings=["'scaling' in line 4 is not known here and not read"])

# --- POLAR
POLAR = ["2", "1", "1", "2", "tanh", "Affine", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "1"]


def polar(changes=None, end=None):
    lines = list(POLAR)
    for number, line in (changes or {}).items():
        lines[number - 1] = line
    return "\n".join(lines[:end]) + "\n"


add("cut_polar.txt", polar(end=10),
    "ends after line 10, expected weight 2 of neuron 2 of layer 1: the file is cut short or its sizes are wrong")
add("no_factor_polar.txt", polar(end=16),
    "ends after line 16, expected the factor of the outputs: the file is cut short or its sizes are wrong")
add("no_number_polar.txt", polar({8: "two"}), "line 8: 'two' is no number, expected weight 2 of neuron 1 of layer 1")
add("unknown_activation_polar.txt", polar({6: "wobble"}),
    "line 6: 'wobble' is no activation that is known here, expected that of layer 2")
add("huge_polar.txt", polar({1: "30", 4: "30"}),
    "layer 1 has 30 neurons with 30 inputs, which are more numbers than the file has bytes")
add("more_lines_polar.txt", polar() + "10\n", warnings=[
    "the lines after line 17 are not read: the sizes of the layers speak of no more numbers"])

(here / "controllers_manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")
