# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat drawn from an electronics cabinet by water and by air: six inputs, tanh, scalers at entrance and exit.

The two ways of cooling share no input, so the network is a sum of two parts; the air's humidity was measured and
handed to it like the others, has no influence, and its weights are pruned away.
"""
import numpy
import torch
from torch import nn

from .fit import adam, as_stored, lbfgs
from .graph import Graph

NAMES = ["T_water", "m_water", "T_air", "p_plenum", "fan_speed", "humidity"]
LOWEST = torch.tensor([283.0, 0.05, 288.0, 100825.0, 15.0, 0.2], dtype=torch.double)
HIGHEST = torch.tensor([303.0, 0.30, 308.0, 101825.0, 40.0, 0.8], dtype=torch.double)
WATER = 2
HUMIDITY = 3  # within the air's inputs

PLATE = 345.0       # temperature of the cold plate and of the fins, K
AMBIENT = 101325.0  # pressure behind the filter, Pa


def heat(state):
    """Effectiveness-NTU model of a cold plate and of a finned heat sink; W."""
    t_water, m_water, t_air, pressure, fan, _ = state.T
    water_capacity = m_water * 4186.0
    by_water = water_capacity * (PLATE - t_water) * (1 - torch.exp(-180.0 / water_capacity))
    # The fan gives a volume flow; the pressure above ambient pushes more through the filter, in proportion.
    volume_flow = 0.012 * fan + 2.0e-4 * (pressure - AMBIENT)
    air_capacity = pressure / (287.05 * t_air) * volume_flow * 1006.0
    by_air = air_capacity * (PLATE - t_air) * (1 - torch.exp(-160.0 / air_capacity))
    return (by_water + by_air).unsqueeze(1)


class Surrogate(nn.Module):
    """Scaled inputs to scaled heat: a part for the water plus a part for the air."""

    def __init__(self):
        super().__init__()
        self.water_hidden, self.water_out = nn.Linear(2, 6), nn.Linear(6, 1)
        self.air_hidden, self.air_out = nn.Linear(4, 8), nn.Linear(8, 1)

    def forward(self, z):
        by_water = self.water_out(torch.tanh(self.water_hidden(z[:, :WATER])))
        return by_water + self.air_out(torch.tanh(self.air_hidden(z[:, WATER:])))


def pruned(network, loss):
    """Trains with a price on every weight at the entrance, cuts what is near zero, and trains the rest again."""
    entrance = [network.water_hidden.weight, network.air_hidden.weight]
    adam(network.parameters(), lambda: loss() + 1e-4 * sum(weight.abs().sum() for weight in entrance), 3000, 0.02)
    columns = network.air_hidden.weight.abs().max(dim=0).values
    print("  largest weight of T_air, p_plenum, fan_speed, humidity:", ", ".join(f"{c:.2g}" for c in columns.tolist()))
    keep = (columns > 0.01 * columns.max()).double()
    with torch.no_grad():
        network.air_hidden.weight.mul_(keep)
    network.air_hidden.weight.register_hook(lambda gradient: gradient * keep)
    lbfgs(network.parameters(), loss, 3000)
    return network


def train(path, story):
    torch.manual_seed(1)
    states = LOWEST + (HIGHEST - LOWEST) * torch.rand(3000, 6, dtype=torch.double)
    heats = heat(states)
    mean, scale = states.mean(dim=0).numpy().astype(numpy.float32), states.std(dim=0).numpy().astype(numpy.float32)
    heat_mean, heat_scale = numpy.float32(heats.mean().item()), numpy.float32(heats.std().item())
    scaled = lambda state: (state - torch.tensor(mean).double()) / torch.tensor(scale).double()
    z, target = scaled(states), (heats - float(heat_mean)) / float(heat_scale)

    network = Surrogate().double()
    network = as_stored(pruned(network, lambda: ((network(z) - target) ** 2).mean()))
    assert torch.count_nonzero(network.air_hidden.weight[:, HUMIDITY]) == 0

    fresh = LOWEST + (HIGHEST - LOWEST) * torch.rand(20000, 6, dtype=torch.double)
    truth = heat(fresh)
    error = network(scaled(fresh)) * float(heat_scale) + float(heat_mean) - truth
    print(f"  heat of the model: {truth.min():.0f} to {truth.max():.0f} W")
    print(f"  error on 20000 fresh states: {error.square().mean().sqrt():.2f} W root mean square, "
          f"{error.abs().max():.2f} W largest; R2 = {1 - (error.square().sum() / (truth - truth.mean()).square().sum()):.7f}")

    graph = Graph("surrogate")
    inputs = [graph.input(name, 1) for name in NAMES]
    state = graph.node("Concat", inputs, "state", axis=1)
    z = graph.standardised(state, mean, scale, "z")
    water, air = graph.node("Split", [z, graph.constant("split", [2, 4], numpy.int64)], ["z_water", "z_air"], axis=1)
    h_water = graph.node("Tanh", [graph.dense(water, network.water_hidden, "h_water_sum", "water_hidden")], "h_water")
    h_air = graph.node("Tanh", [graph.dense(air, network.air_hidden, "h_air_sum", "air_hidden")], "h_air")
    by_water = graph.dense(h_water, network.water_out, "by_water", "water_out")
    by_air = graph.dense(h_air, network.air_out, "by_air", "air_out")
    both = graph.node("Add", [by_water, by_air], "scaled_heat")
    stretched = graph.node("Mul", [both, graph.constant("heat_scale", [heat_scale])], "heat_about_mean")
    graph.node("Add", [stretched, graph.constant("heat_mean", [heat_mean])], "heat")
    graph.output("heat", 1)
    graph.save(path, story)
