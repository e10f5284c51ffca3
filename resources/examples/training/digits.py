# SPDX-License-Identifier: GPL-3.0-or-later
"""Handwritten digits of 8 x 8 pixels: one convolution, one pooling, softmax over ten classes."""
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from .fit import as_stored
from .graph import Graph

BRIGHTEST = 16.0


def accuracy(network, images, digits):
    return (network(images).argmax(dim=1) == digits).double().mean().item()


def train(path, story):
    torch.manual_seed(5)
    data = load_digits()
    parts = train_test_split(data.images, data.target, test_size=0.25, random_state=2, stratify=data.target)
    seen, unseen = (torch.tensor(part).unsqueeze(1) / BRIGHTEST for part in parts[:2])
    seen_digits, unseen_digits = (torch.tensor(part) for part in parts[2:])

    network = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                            nn.Linear(192, 10)).double()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 40)
    for _ in range(40):
        for batch in torch.randperm(len(seen)).split(64):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(seen[batch]), seen_digits[batch]).backward()
            optimiser.step()
        schedule.step()
    network = as_stored(network)
    print(f"  right on {len(seen)} images it was trained on: {accuracy(network, seen, seen_digits):.1%}")
    print(f"  right on {len(unseen)} images it never saw: {accuracy(network, unseen, unseen_digits):.1%}")

    graph = Graph("digits")
    image = graph.input("image", 1, 8, 8)
    brightness = graph.node("Div", [image, graph.constant("brightest", BRIGHTEST)], "brightness")
    weight = graph.constant("strokes.weight", network[0].weight.detach().numpy())
    bias = graph.constant("strokes.bias", network[0].bias.detach().numpy())
    stroke = graph.node("Conv", [brightness, weight, bias], "stroke_sum", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    pooled = graph.node("MaxPool", [graph.node("Relu", [stroke], "stroke")], "pooled",
                        kernel_shape=[2, 2], strides=[2, 2])
    features = graph.node("Flatten", [pooled], "feature", axis=1)
    graph.node("Softmax", [graph.dense(features, network[4], "score", "output")], "probability", axis=1)
    graph.output("probability", 10)
    graph.save(path, story)
