#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken networks of Caffe in this folder and caffe_manifest.json, which says what each must be answered
with. Protobuf is written by hand. Building and testing needs no Python: the files lie here."""
import json
import pathlib
import struct

here = pathlib.Path(__file__).resolve().parent
manifest = []


def add(name, content, refused=None, warnings=None):
    (here / name).write_bytes(content.encode() if isinstance(content, str) else content)
    manifest.append({"file": name} | ({"refused": f"{name}: {refused}"} if refused else {"warnings": warnings}))


def varint(value):
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(extents, values):
    return field(7, field(1, b"".join(map(varint, extents)))) + field(5, struct.pack(f"<{len(values)}f", *values))


def layer(name, kind, blobs=(), bottoms=(), tops=()):
    content = field(1, name) + field(2, kind) + b"".join(field(3, b) for b in bottoms)
    return field(100, content + b"".join(field(4, t) for t in tops) + b"".join(field(7, b) for b in blobs))


head = 'name: "small"\ninput: "x"\ninput_shape { dim: 1 dim: 2 dim: 5 dim: 5 }\n'
dense = """name: "small"
input: "x"
input_shape { dim: 1 dim: 2 }
layer { name: "ip" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 1 } }
"""


def one(kind, parameters="", bottoms=("x",)):
    reads = "".join(f'  bottom: "{b}"\n' for b in bottoms)
    return f'{head}layer {{\n  name: "a"\n  type: "{kind}"\n{reads}  top: "y"\n  {parameters}\n}}\n'


def pair(name, layers, weights, refused=None, warnings=None, weights_refused=None):
    """The complaint of the layers, and that of the weights where it is another one."""
    add(f"{name}.prototxt", layers, refused, warnings)
    add(f"{name}.caffemodel", weights, weights_refused or refused, warnings)


# The text
add("cut.prototxt", head + 'layer {\n  name: "a"\n', "line 6: the text ends within 'layer', which begins in line 4: it is cut short")
add("deep.prototxt", head + "layer {" * 200, "line 4: messages are nested more than 32 deep")
add("no_value.prototxt", head + 'layer { name: "a" type: }\n', "line 4: expected a value, found '}'")
add("solver.prototxt", 'net: "train_val.prototxt"\nbase_lr: 0.01\nlr_policy: "step"\nmax_iter: 1000\n',
    "this says how Caffe trains a net (a solver), and is no net: open the .prototxt that says its layers, or the "
    ".caffemodel")
# The layers
add("reads_nothing.prototxt", one("ReLU", bottoms=("z",)), "layer 'a' (ReLU): it reads 'z', which no layer before it gives")
add("circle.prototxt", head + """layer { name: "a" type: "ReLU" bottom: "c" top: "b" }
layer { name: "b" type: "ReLU" bottom: "b" top: "c" }
""", "layer 'a' (ReLU): it reads 'c', which no layer before it gives")
add("window_too_large.prototxt", one("Pooling", "pooling_param { kernel_size: 9 stride: 2 }"),
    "layer 'a' (Pooling): its window of 9 does not fit into what it reads, of shape [1, 2, 5, 5]")
add("by_chance.prototxt", one("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"),
    "layer 'a' (Pooling): it takes a number of each window by chance (STOCHASTIC), which has no formula")
add("of_a_fork.prototxt", one("Pooling", "pooling_param { kernel_size: 2 ceil_mode: false }"),
    "layer 'a' (Pooling): its pooling_param says 'ceil_mode', which Caffe itself does not know: what it changes cannot "
    "be told")
add("statistics_of_the_batch.prototxt", one("BatchNorm", "batch_norm_param { use_global_stats: false }"),
    "layer 'a' (BatchNorm): it takes mean and variance of what it just reads (use_global_stats: false, or phase TRAIN), "
    "as in training: open the net with use_global_stats: true")
add("not_a_number.prototxt", one("ReLU", "relu_param { negative_slope: steep }"),
    "layer 'a' (ReLU): 'negative_slope' is 'steep', expected a number (line 9)")
add("first_form.prototxt", 'input: "x" input_dim: [1, 2, 5, 5]\nlayers { layer { name: "a" type: "relu" } bottom: "x" top: "y" }\n',
    "line 2: its layers are in Caffe's first form (V0LayerParameter): write it anew with Caffe's own "
    "upgrade_net_proto_text and upgrade_net_proto_binary")
add("too_few_dims.prototxt", 'input: "x"\ninput_dim: [1, 2, 5]\nlayer { name: "a" type: "ReLU" bottom: "x" top: "y" }\n',
    "has 3 numbers 'input_dim' for 1 inputs, expected four for each")
add("a_billion_rows.prototxt", 'input: "x"\ninput_shape { dim: 1 dim: 1000000000 }\nlayer { name: "a" type: "ReLU" bottom: "x" top: "y" }\n',
    "input 'x': with its shape [1, 1000000000] the tensors hold more than the limit of 268435456 elements")
add("unknown_layer.prototxt", one("Wobble"), warnings=[
    "output 'y' cannot be computed: node 'y' (Wobble): operator caffe/Wobble is a layer that Caffe itself does not have, "
    "and nothing is known of what it computes: cut the net before it"])
add("recurrent.prototxt", one("LSTM", "recurrent_param { num_output: 3 }"), warnings=[
    "output 'y' cannot be computed: node 'y' (LSTM): operator caffe/LSTM is a recurrent layer of Caffe, which is not "
    "computed here: cut the net before it"])
# Both
pair("trains", """layer { name: "mnist" type: "Data" top: "data" top: "label" }
layer { name: "ip" type: "InnerProduct" bottom: "data" top: "y" inner_product_param { num_output: 1 } }
""", layer("ip", "InnerProduct", [blob([1, 2], [3, 5]), blob([1], [7])]),
     "layer 'ip' (InnerProduct): it reads 'data', which layer 'mnist' (Data) gives in training: the net is one for "
     "training. Open it with the .prototxt for use (deploy.prototxt), which declares the shape of 'data'")
pair("of_other_shape", dense, layer("ip", "InnerProduct", [blob([3, 2], [1, 2, 3, 4, 5, 6]), blob([3], [7, 8, 9])]),
     "layer 'ip' (InnerProduct): its blob 0 has shape [3, 2], expected [1, 2] as the layer says")
pair("of_other_net", dense, layer("fc", "InnerProduct", [blob([1, 2], [3, 5]), blob([1], [7])]),
     "layer 'ip' (InnerProduct): it needs weights, but of_other_net.caffemodel has none of this name")
pair("without_bias", dense, layer("ip", "InnerProduct", [blob([1, 2], [3, 5])]),
     "layer 'ip' (InnerProduct): it has 1 blobs of weights, expected 2")
claim = "layer #1: layer 'ip' (InnerProduct): blob 0: claims shape [1000000, 1000000], but holds 2 numbers, expected 1000000000000"
pair("claims_terabytes", dense, layer("ip", "InnerProduct", [blob([1000000, 1000000], [1, 2]), blob([1], [7])]),
     f"claims_terabytes.caffemodel: {claim}", weights_refused=claim)
cut = "the net: field 100 claims 49 bytes, found 34: the file is cut short or damaged"
pair("cut_weights", dense, (layer("a", "ReLU") + layer("ip", "InnerProduct", [blob([1, 2], [3, 5]), blob([1], [7])]))[:-15],
     f"cut_weights.caffemodel: {cut}", weights_refused=cut)

(here / "caffe_manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")
