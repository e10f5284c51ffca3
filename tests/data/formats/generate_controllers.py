#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of generate.py in the formats in which tools of verification keep controllers. Needs SciPy for .mat."""

import pathlib

import numpy as np
import scipy.io

from generate import B1, B2, W1, W2


def cell(*items):
    """A column of cells."""
    cells = np.empty((len(items), 1), dtype=object)
    for i, item in enumerate(items):
        cells[i, 0] = item
    return cells


def save_mat(name, variables, **options):
    """With a header that says no date, so that the file is the same each time."""
    scipy.io.savemat(name, variables, **options)
    with open(name, "r+b") as file:
        file.write(b"MATLAB 5.0 MAT-file".ljust(116))


def write_mat():
    """Matrices are outputs by inputs. The names of activations are the rows of a character matrix, and more of them
    than there are layers."""
    weights, biases = cell(W1.T, W2.T), cell(B1[:, None], B2[:, None])
    acts = np.array(["tanh  ", "linear", "linear"])
    network = {"W": weights, "b": biases, "act_fcns": acts}
    save_mat("small_tanh.mat", network, do_compression=True)
    save_mat("small_tanh_struct.mat", {"data": {"controller": network}})
    rows = {"W1": W1, "b1": B1[None, :], "W2": W2, "b2": B2[None, :]}  # inputs by outputs
    save_mat("small_tanh_weights.mat", rows)


def write_verisig():
    """Matrices are outputs by inputs; rows as PyYAML writes them, in both of its styles."""
    lines = ["activations:", "  1: Tanh", "  2: Linear", "offsets:"]
    for number, bias in enumerate((B1, B2), 1):
        lines += [f"  {number}:"] + [f"  - {value}" for value in bias]
    lines += ["weights:", "  1:"] + [f"  - [{', '.join(map(str, row))}]" for row in W1.T] + ["  2:"]
    for row in W2.T:
        lines += [f"  {'- - ' if i == 0 else '  - '}{value}" for i, value in enumerate(row)]
    pathlib.Path("small_tanh.yml").write_text("\n".join(lines) + "\n")


def write_polar():
    """Neuron by neuron, its weights and its bias; then offset 0 and factor 1, which change nothing."""
    lines = [2, 2, 1, 3, "tanh", "Affine"]
    for weights, bias in ((W1, B1), (W2, B2)):
        for row, offset in zip(weights.T, bias):
            lines += [*row, offset]
    pathlib.Path("small_tanh_polar.txt").write_text("\n".join(map(str, lines + [0, 1])) + "\n")


if __name__ == "__main__":
    write_mat()
    write_verisig()
    write_polar()
