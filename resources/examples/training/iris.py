# SPDX-License-Identifier: GPL-3.0-or-later
"""Fisher's iris flowers: 4-8-3, tanh and softmax, with the standardiser inside the file."""
import numpy
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn

from .fit import adam, as_stored
from .graph import Graph


def accuracy(network, features, species):
    return (network(features).argmax(dim=1) == species).double().mean().item()


def train(path, story):
    torch.manual_seed(4)
    flowers = load_iris()
    parts = train_test_split(flowers.data, flowers.target, test_size=0.3, random_state=1, stratify=flowers.target)
    mean = parts[0].mean(axis=0).astype(numpy.float32)
    scale = parts[0].std(axis=0).astype(numpy.float32)
    seen, unseen = (torch.tensor((part - mean) / scale).double() for part in parts[:2])
    seen_species, unseen_species = (torch.tensor(part) for part in parts[2:])

    network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    adam(network.parameters(), lambda: nn.functional.cross_entropy(network(seen), seen_species),
         steps=1500, rate=0.02, decay=3e-3)
    network = as_stored(network)
    print(f"  right on {len(seen)} flowers it was trained on: {accuracy(network, seen, seen_species):.1%}")
    print(f"  right on {len(unseen)} flowers it never saw: {accuracy(network, unseen, unseen_species):.1%}")

    graph = Graph("iris")
    flower = graph.input("flower", 4)
    z = graph.standardised(flower, mean, scale, "z")
    h = graph.node("Tanh", [graph.dense(z, network[0], "h_sum", "hidden")], "h")
    graph.node("Softmax", [graph.dense(h, network[2], "score", "output")], "probability", axis=1)
    graph.output("probability", 3)
    graph.save(path, story)
