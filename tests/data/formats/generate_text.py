#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of generate.py in the formats that are text, which need no library."""

import json

from generate import B1, B2, W1, W2


def write_json():
    dense = [{"type": "dense", "weights": w.tolist(), "bias": b.tolist()} for w, b in ((W1, B1), (W2, B2))]
    dense[0]["activation"] = "tanh"
    header = {"format": "formulens-model", "version": 1, "name": "small"}
    with open("small_layers.json", "w") as file:
        json.dump({**header, "input": {"shape": [2]}, "layers": dense}, file, indent=1)
    constants = [
        {"name": n, "constant": {"type": "float32", "values": a.tolist()}}
        for a, n in ((W1, "W1"), (B1, "b1"), (W2, "W2"), (B2, "b2"))
    ]
    nodes = [("Gemm", ["x", "W1", "b1"], "z"), ("Tanh", ["z"], "h"), ("Gemm", ["h", "W2", "b2"], "y")]
    graph = {
        "operator_sets": {"": 13},
        "tensors": constants,
        "nodes": [{"operator": o, "inputs": i, "outputs": [y]} for o, i, y in nodes],
    }
    ends = {"inputs": [{"name": "x", "type": "float32", "shape": ["N", 2]}], "outputs": [{"name": "y"}]}
    with open("small_graph.json", "w") as file:
        json.dump({**header, **ends, "graph": graph}, file, indent=1)


def write_nnet():
    """With ReLU behind all layers but the last; matrices are outputs by inputs."""
    rows = ["// y = W2 relu(W1 x + b1) + b2", "2,2,2,3,", "2,3,2,", "0,", "0,", "0,", "0,", "0,"]
    for weights, bias in ((W1, B1), (W2, B2)):
        rows += [",".join(map(str, neuron)) + "," for neuron in weights.T] + [f"{b}," for b in bias]
    with open("small_relu.nnet", "w") as file:
        file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    write_json()
    write_nnet()
