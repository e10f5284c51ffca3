# SPDX-License-Identifier: GPL-3.0-or-later
"""Exclusive or: 2-2-1, sigmoid."""
import torch
from torch import nn

from .fit import adam, best_of
from .graph import Graph

CORNERS = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.double)
TRUTH = torch.tensor([[0], [1], [1], [0]], dtype=torch.double)


def train_once():
    network = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid()).double()
    adam(network.parameters(), lambda: nn.functional.binary_cross_entropy(network(CORNERS), TRUTH),
         steps=1500, rate=0.05, decay=2e-5)
    return (network(CORNERS) - TRUTH).abs().max().item(), network


def train(path, story):
    network = best_of(range(12), train_once)
    for corner, answer in zip(CORNERS, network(CORNERS)):
        print(f"  x1 = {corner[0]:.0f}, x2 = {corner[1]:.0f}: y = {answer.item():.4f}")

    graph = Graph("xor")
    x = graph.input("x", 2)
    h = graph.node("Sigmoid", [graph.dense(x, network[0], "h_sum", "hidden")], "h")
    graph.node("Sigmoid", [graph.dense(h, network[2], "y_sum", "output")], "y")
    graph.output("y", 1)
    graph.save(path, story)
