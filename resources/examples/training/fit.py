# SPDX-License-Identifier: GPL-3.0-or-later
"""Training that all examples share: Adam to find the valley, L-BFGS to reach its floor."""
import copy

import torch


def adam(parameters, loss, steps, rate, decay=0.0):
    optimiser = torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
        schedule.step()


def lbfgs(parameters, loss, steps):
    optimiser = torch.optim.LBFGS(parameters, max_iter=steps, history_size=50, line_search_fn="strong_wolfe",
                                  tolerance_grad=1e-12, tolerance_change=1e-14)

    def closure():
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(closure)


def best_of(seeds, train):
    """train() gives (score, network), smaller is better; keeps the best over the seeds."""
    best_score, best, best_seed = float("inf"), None, None
    for seed in seeds:
        torch.manual_seed(seed)
        score, network = train()
        if score < best_score:
            best_score, best, best_seed = score, copy.deepcopy(network), seed
    print(f"  best of {len(seeds)} seeds: {best_seed}")
    return as_stored(best)


def as_stored(network):
    """The network with its weights rounded as the file stores them; figures are measured on this one."""
    return network.float().double()
