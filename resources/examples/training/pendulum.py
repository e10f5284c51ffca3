# SPDX-License-Identifier: GPL-3.0-or-later
"""A pendulum held upright: 2-10-10-1, tanh, taught by a linear-quadratic regulator with a torque limit."""
import math

import numpy
import torch
from scipy.linalg import solve_continuous_are
from torch import nn

from .fit import adam, as_stored, lbfgs
from .graph import Graph

# A point mass on a light rod; theta is measured from upright. Units: kg, m, s, N m.
MASS, LENGTH, FRICTION, GRAVITY, TORQUE_LIMIT = 0.2, 0.5, 0.02, 9.81, 1.5
INERTIA = MASS * LENGTH**2
WIDEST = numpy.array([math.pi, 8.0])


def regulator():
    """Gains of u = -K (theta, omega) that the Riccati equation of the linearised pendulum gives."""
    a = numpy.array([[0.0, 1.0], [GRAVITY / LENGTH, -FRICTION / INERTIA]])
    b = numpy.array([[0.0], [1.0 / INERTIA]])
    riccati = solve_continuous_are(a, b, numpy.diag([4.0, 0.2]), numpy.array([[1.0]]))
    return (b.T @ riccati)[0]


def share_held_upright(network, seconds=6.0, step=0.01):
    """Share of 41 x 41 starts from which the pendulum, driven by the network, comes to rest upright."""
    theta, omega = (axis.flatten() for axis in torch.meshgrid(
        torch.linspace(-math.pi, math.pi, 41).double(), torch.linspace(-8, 8, 41).double(), indexing="ij"))
    for _ in range(round(seconds / step)):
        torque = network(torch.stack([theta, omega], dim=1))[:, 0]
        omega = omega + step * (torque + MASS * GRAVITY * LENGTH * theta.sin() - FRICTION * omega) / INERTIA
        theta = theta + step * omega
    return ((theta.abs() < 0.02) & (omega.abs() < 0.02)).double().mean().item()


class Controller(nn.Module):
    def __init__(self, mean, scale):
        super().__init__()
        self.mean, self.scale = torch.tensor(mean).double(), torch.tensor(scale).double()
        self.layers = nn.Sequential(nn.Linear(2, 10), nn.Tanh(), nn.Linear(10, 10), nn.Tanh(), nn.Linear(10, 1)).double()

    def forward(self, state):
        return TORQUE_LIMIT * self.layers((state - self.mean) / self.scale)


def train(path, story):
    torch.manual_seed(3)
    gains = torch.tensor(regulator())
    states = (torch.rand(4000, 2, dtype=torch.double) * 2 - 1) * torch.tensor(WIDEST)
    torques = -(states @ gains).clamp(-TORQUE_LIMIT, TORQUE_LIMIT).unsqueeze(1)

    mean = states.mean(dim=0).numpy().astype(numpy.float32)
    scale = states.std(dim=0).numpy().astype(numpy.float32)
    network = Controller(mean, scale)
    loss = lambda: ((network(states) - torques) ** 2).mean()
    adam(network.parameters(), loss, steps=2500, rate=0.02)
    lbfgs(network.parameters(), loss, 800)
    network.layers = as_stored(network.layers)

    fresh = (torch.rand(20000, 2, dtype=torch.double) * 2 - 1) * torch.tensor(WIDEST)
    error = network(fresh)[:, 0] + (fresh @ gains).clamp(-TORQUE_LIMIT, TORQUE_LIMIT)
    print(f"  regulator to imitate: torque = -{gains[0]:.4f} theta - {gains[1]:.4f} omega, within +-{TORQUE_LIMIT} N m")
    print(f"  error on 20000 fresh states: {error.square().mean().sqrt():.4f} N m root mean square, "
          f"{error.abs().max():.4f} N m largest")
    with torch.no_grad():
        print(f"  closed loop comes to rest upright from {share_held_upright(network):.1%} of 41 x 41 starts")

    graph = Graph("pendulum")
    state = graph.input("state", 2)
    z = graph.standardised(state, mean, scale, "z")
    layers = network.layers
    h1 = graph.node("Tanh", [graph.dense(z, layers[0], "h1_sum", "hidden1")], "h1")
    h2 = graph.node("Tanh", [graph.dense(h1, layers[2], "h2_sum", "hidden2")], "h2")
    relative = graph.dense(h2, layers[4], "relative_torque", "output")
    graph.node("Mul", [relative, graph.constant("torque_limit", [TORQUE_LIMIT])], "torque")
    graph.output("torque", 1)
    graph.save(path, story)
