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


def write_fann():
    """As libfann 2.1 writes it: every layer counts a bias neuron, activation 5 is tanh, 0 the sum itself."""
    sizes = [3, 4, 3]
    neurons = [(0, 0, 0)] * 3 + [(3, 5, 1)] * 3 + [(0, 5, 1)] + [(4, 0, 1)] * 2 + [(0, 0, 1)]
    connections = []
    for first, weights, bias in ((0, W1, B1), (3, W2, B2)):
        for neuron, offset in zip(weights.T, bias):
            connections += [(first + i, w) for i, w in enumerate([*neuron, offset])]
    lines = [
        "FANN_FLO_2.1", "num_layers=3", "connection_rate=1.000000", "network_type=0",
        "layer_sizes=" + " ".join(map(str, sizes)) + " ", "scale_included=0",
        "neurons (num_inputs, activation_function, activation_steepness)="
        + " ".join(f"({n}, {f}, {s:.20e})" for n, f, s in neurons) + " ",
        "connections (connected_to_neuron, weight)=" + " ".join(f"({n}, {w:.20e})" for n, w in connections) + " ",
    ]
    with open("small_tanh.net", "w") as file:
        file.write("\n".join(lines) + "\n")


def write_pmml():
    fields = "".join(f'<DataField name="{n}" optype="continuous" dataType="double"/>' for n in ("x1", "x2", "y1", "y2"))
    mining = "".join(f'<MiningField name="{n}"/>' for n in ("x1", "x2"))
    mining += "".join(f'<MiningField name="{n}" usageType="target"/>' for n in ("y1", "y2"))
    inputs = "".join(
        f'<NeuralInput id="0,{i}"><DerivedField optype="continuous" dataType="double"><FieldRef field="x{i + 1}"/>'
        "</DerivedField></NeuralInput>\n" for i in range(2))
    layers = ""
    for number, (weights, bias, activation) in enumerate(((W1, B1, "tanh"), (W2, B2, "identity"))):
        layers += f'<NeuralLayer activationFunction="{activation}">\n'
        for i, (neuron, offset) in enumerate(zip(weights.T, bias)):
            cons = "".join(f'<Con from="{number},{j}" weight="{w}"/>' for j, w in enumerate(neuron))
            layers += f'<Neuron id="{number + 1},{i}" bias="{offset}">{cons}</Neuron>\n'
        layers += "</NeuralLayer>\n"
    outputs = "".join(
        f'<NeuralOutput outputNeuron="2,{i}"><DerivedField optype="continuous" dataType="double">'
        f'<FieldRef field="y{i + 1}"/></DerivedField></NeuralOutput>\n' for i in range(2))
    with open("small_tanh.pmml", "w") as file:
        file.write(
            '<?xml version="1.0"?>\n<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">\n<Header/>\n'
            f"<DataDictionary>{fields}</DataDictionary>\n"
            '<NeuralNetwork functionName="regression" activationFunction="tanh">\n'
            f"<MiningSchema>{mining}</MiningSchema>\n<NeuralInputs>\n{inputs}</NeuralInputs>\n{layers}"
            f"<NeuralOutputs>\n{outputs}</NeuralOutputs>\n</NeuralNetwork>\n</PMML>\n")


if __name__ == "__main__":
    write_json()
    write_nnet()
    write_fann()
    write_pmml()
