#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of generate.py in the formats that are text, which need no library."""

from generate import B1, B2, W1, W2


def write_nnet():
    """With ReLU behind all layers but the last; matrices are outputs by inputs."""
    rows = ["// y = W2 relu(W1 x + b1) + b2", "2,2,2,3,", "2,3,2,", "0,", "0,", "0,", "0,", "0,"]
    for weights, bias in ((W1, B1), (W2, B2)):
        rows += [",".join(map(str, neuron)) + "," for neuron in weights.T] + [f"{b}," for b in bias]
    with open("small_relu.nnet", "w") as file:
        file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    write_nnet()
