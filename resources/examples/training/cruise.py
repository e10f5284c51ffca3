# SPDX-License-Identifier: GPL-3.0-or-later
"""A cruise controller: 3-12-12-1, ReLU, clipped to full throttle and full brake."""
import torch
from torch import nn

from .fit import adam, best_of, lbfgs
from .graph import Graph

# A mid-size car. Units: kg, m, s, N.
MASS, GRAVITY, ROLLING, DRAG = 1500.0, 9.81, 0.012, 0.42
STRONGEST = 6000.0
GAIN = 0.6
LOWEST = torch.tensor([-10.0, 0.0, -8.0], dtype=torch.double)
HIGHEST = torch.tensor([10.0, 40.0, 8.0], dtype=torch.double)


def law(situation):
    """Feed-forward of drag, rolling and slope plus feedback of the speed error, as a share of the strongest force."""
    error, speed, grade = situation.T
    force = MASS * GAIN * error + DRAG * speed**2 + MASS * GRAVITY * (ROLLING + grade / 100)
    return (force / STRONGEST).clamp(-1, 1).unsqueeze(1)


def situations(count):
    return LOWEST + (HIGHEST - LOWEST) * torch.rand(count, 3, dtype=torch.double)


def clipped(network, situation):
    return network(situation).clamp(-1, 1)


def fold_scaling(network, middle, half):
    """Puts (x - middle) / half into the first layer, so that the file takes m/s and percent."""
    with torch.no_grad():
        network[0].weight.div_(half)
        network[0].bias.sub_(network[0].weight @ middle)
    return network


def train_once():
    middle, half = (HIGHEST + LOWEST) / 2, (HIGHEST - LOWEST) / 2
    seen = situations(6000)
    scaled, throttle = (seen - middle) / half, law(seen)
    network = nn.Sequential(nn.Linear(3, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, 1)).double()
    loss = lambda: ((clipped(network, scaled) - throttle) ** 2).mean() + 1e-4 * network(scaled).abs().clamp(min=1.2).mean()
    adam(network.parameters(), loss, steps=1500, rate=0.02)
    lbfgs(network.parameters(), loss, 300)
    return loss().item(), fold_scaling(network, middle, half)


def distance_after(network, seconds=40.0, step=0.02):
    """How far a car that starts 8 m/s too slow, on a 3 % climb, is from its set speed of 25 m/s at the end."""
    speed = torch.tensor(17.0, dtype=torch.double)
    for _ in range(round(seconds / step)):
        throttle = clipped(network, torch.stack([25.0 - speed, speed, torch.tensor(3.0).double()]).unsqueeze(0))[0, 0]
        resistance = DRAG * speed**2 + MASS * GRAVITY * (ROLLING + 0.03)
        speed = speed + step * (STRONGEST * throttle - resistance) / MASS
    return 25.0 - speed.item()


def train(path, story):
    network = best_of(range(4), train_once)
    with torch.no_grad():
        fresh = situations(20000)
        error = clipped(network, fresh) - law(fresh)
        print(f"  error on 20000 fresh situations: {error.square().mean().sqrt():.4f} root mean square, "
              f"{error.abs().max():.4f} largest, of a command from -1 to 1")
        print(f"  from 17 to 25 m/s on a 3 % climb: {distance_after(network):.3f} m/s short after 40 s")

    graph = Graph("cruise")
    inputs = [graph.input(name, 1) for name in ("speed_error", "speed", "grade")]
    x = graph.node("Concat", inputs, "situation", axis=1)
    h1 = graph.node("Relu", [graph.dense(x, network[0], "h1_sum", "hidden1")], "h1")
    h2 = graph.node("Relu", [graph.dense(h1, network[2], "h2_sum", "hidden2")], "h2")
    demand = graph.dense(h2, network[4], "demand", "output")
    graph.node("Clip", [demand, graph.constant("full_brake", -1.0), graph.constant("full_throttle", 1.0)], "throttle")
    graph.output("throttle", 1)
    graph.save(path, story)
