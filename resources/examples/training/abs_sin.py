# SPDX-License-Identifier: GPL-3.0-or-later
"""|sin x| on [-pi, pi] by eight ReLU neurons."""
import math

import torch
from torch import nn

from .fit import adam, best_of, lbfgs
from .graph import Graph

X = torch.linspace(-math.pi, math.pi, 1001, dtype=torch.double).unsqueeze(1)
Y = X.sin().abs()


def initial():
    """Kinks spread evenly but not quite, half of the neurons open to the right and half to the left."""
    network = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1)).double()
    with torch.no_grad():
        direction = torch.tensor([1.0, -1.0] * 4, dtype=torch.double)[torch.randperm(8)]
        kinks = (torch.linspace(-0.8, 0.8, 8, dtype=torch.double) + 0.1 * torch.randn(8, dtype=torch.double)) * math.pi
        network[0].weight.copy_(direction.unsqueeze(1))
        network[0].bias.copy_(-direction * kinks)
    return network


def train_once():
    network = initial()
    adam(network.parameters(), lambda: ((network(X) - Y) ** 2).mean(), steps=1000, rate=0.02)
    lbfgs(network.parameters(), lambda: ((network(X) - Y) ** 2).mean(), 300)
    # A high power of the error presses down its largest value.
    lbfgs(network.parameters(), lambda: ((10 * (network(X) - Y)) ** 8).mean() ** 0.125, 300)
    return (network(X) - Y).abs().max().item(), network


def train(path, story):
    network = best_of(range(60), train_once)
    error = network(X) - Y
    print(f"  largest error on 1001 points: {error.abs().max():.4f}; root mean square: {error.square().mean().sqrt():.4f}")
    kinks = (-network[0].bias / network[0].weight[:, 0]).sort().values
    print("  kinks at", ", ".join(f"{kink:.3f}" for kink in kinks))

    graph = Graph("abs_sin")
    x = graph.input("x", 1)
    h = graph.node("Relu", [graph.dense(x, network[0], "h_sum", "hidden")], "h")
    graph.dense(h, network[2], "y", "output")
    graph.output("y", 1)
    graph.save(path, story)
