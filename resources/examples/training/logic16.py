# SPDX-License-Identifier: GPL-3.0-or-later
"""All sixteen logic functions of two bits: 2-4-16, sigmoid; output z_k holds bit 0 to 3 of k in the four rows."""
import torch
from torch import nn

from .fit import adam, best_of
from .graph import Graph

ROWS = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.double)
TRUTH = torch.tensor([[k >> row & 1 for k in range(16)] for row in range(4)], dtype=torch.double)


def train_once():
    network = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid(), nn.Linear(4, 16), nn.Sigmoid()).double()
    adam(network.parameters(), lambda: nn.functional.binary_cross_entropy(network(ROWS), TRUTH),
         steps=3000, rate=0.05, decay=1e-5)
    return (network(ROWS) - TRUTH).abs().max().item(), network


def train(path, story):
    network = best_of(range(6), train_once)
    answers = network(ROWS)
    for row, answer in zip(ROWS, answers):
        bits = "".join("1" if value > 0.5 else "0" for value in answer)
        print(f"  x1 x2 = {row[0]:.0f}{row[1]:.0f}: z0 ... z15 = {bits}")
    print(f"  farthest answer from its bit: {(answers - TRUTH).abs().max():.4f}")

    graph = Graph("logic16")
    x = graph.input("x", 2)
    h = graph.node("Sigmoid", [graph.dense(x, network[0], "h_sum", "hidden")], "h")
    graph.node("Sigmoid", [graph.dense(h, network[2], "z_sum", "output")], "z")
    graph.output("z", 16)
    graph.save(path, story)
