#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kolmogorov-Arnold networks as pykan keeps them, and expected.json: what they compute, by SciPy's B-splines. Needs
PyTorch, SciPy and PyYAML. Also writes the small network of tests/data/formats as one, with all edges symbolic, and
broken ones with their manifest."""

import json
import pathlib
import sys

import numpy as np
import torch
import yaml
from scipy.interpolate import BSpline

here = pathlib.Path(__file__).resolve().parent
formats, broken = here.parent / "formats", here.parent / "broken"
sys.path.insert(0, str(formats))
from generate import B1, B2, W1, W2  # noqa: E402

FUNCTIONS = {"x": lambda x: x, "x^2": np.square, "x^3": lambda x: x**3, "sin": np.sin, "tanh": np.tanh, "exp": np.exp,
             "gaussian": lambda x: np.exp(-x * x), "1/x": lambda x: 1 / x, "0": lambda x: 0 * x,
             "x^1.5": lambda x: x**1.5, "arctan": np.arctan, "abs": np.abs, "log": np.log}


class Kan:
    """widths: (sums, products) a layer; arity: of all products, or a list for each layer."""

    def __init__(self, widths, arity=2, order=3, grid=4, base="silu", symbolic=True, seed=1):
        self.random = np.random.default_rng(seed)
        self.widths, self.arity, self.order, self.base, self.symbolic = widths, arity, order, base, symbolic
        self.state, self.names = {}, []
        for layer in range(len(widths) - 1):
            self.add(layer, sum(widths[layer]), widths[layer + 1][0] + sum(self.arities(layer + 1)), grid)

    def arities(self, layer):
        return [self.arity] * self.widths[layer][1] if isinstance(self.arity, int) else self.arity[layer]

    def add(self, layer, inputs, outputs, grid):
        draw = self.random.normal
        for name, size in (("node", sum(self.widths[layer + 1])), ("subnode", outputs)):
            self.state[f"{name}_bias_{layer}"] = draw(0, 0.1, size)
            self.state[f"{name}_scale_{layer}"] = draw(1, 0.1, size)
        steps = self.random.uniform(0.2, 0.6, (inputs, grid + 2 * self.order + 1))
        knots = np.cumsum(steps, 1)
        self.state[f"act_fun.{layer}.grid"] = knots - knots.mean(1, keepdims=True)
        self.state[f"act_fun.{layer}.coef"] = draw(0, 0.5, (inputs, outputs, grid + self.order))
        self.state[f"act_fun.{layer}.mask"] = np.ones((inputs, outputs))
        self.state[f"act_fun.{layer}.scale_base"] = draw(0, 0.5, (inputs, outputs))
        self.state[f"act_fun.{layer}.scale_sp"] = draw(1, 0.2, (inputs, outputs))
        self.state[f"symbolic_fun.{layer}.mask"] = np.zeros((outputs, inputs))
        self.state[f"symbolic_fun.{layer}.affine"] = np.zeros((outputs, inputs, 4))
        self.names.append([["0"] * inputs for _ in range(outputs)])

    def fix(self, layer, i, j, name, a, b, c, d):
        """Puts a function in the place of an edge's spline."""
        self.state[f"act_fun.{layer}.mask"][i, j] = 0
        self.state[f"symbolic_fun.{layer}.mask"][j, i] = 1
        self.state[f"symbolic_fun.{layer}.affine"][j, i] = a, b, c, d
        self.names[layer][j][i] = name

    def __call__(self, x):
        for layer in range(len(self.widths) - 1):
            part = {k[len(f"act_fun.{layer}."):]: v for k, v in self.state.items() if k.startswith(f"act_fun.{layer}.")}
            mask = self.state[f"symbolic_fun.{layer}.mask"]
            affine = self.state[f"symbolic_fun.{layer}.affine"]
            base = {"silu": x / (1 + np.exp(-x)), "identity": x, "zero": 0 * x}[self.base]
            sums = np.zeros((len(x), mask.shape[0]))
            for i in range(mask.shape[1]):
                for j in range(mask.shape[0]):
                    curve = BSpline(part["grid"][i], part["coef"][i, j], self.order, extrapolate=False)
                    spline = np.nan_to_num(curve(x[:, i]))
                    low, high = part["grid"][i][self.order], part["grid"][i][-1 - self.order]
                    spline = np.where((x[:, i] < low) | (x[:, i] >= high), self.ends(part, i, j, x[:, i]), spline)
                    edge = part["scale_base"][i, j] * base[:, i] + part["scale_sp"][i, j] * spline
                    sums[:, j] += part["mask"][i, j] * edge
                    if self.symbolic and mask[j, i]:
                        a, b, c, d = affine[j, i]
                        sums[:, j] += mask[j, i] * (c * FUNCTIONS[self.names[layer][j][i]](a * x[:, i] + b) + d)
            sums = self.state[f"subnode_scale_{layer}"] * sums + self.state[f"subnode_bias_{layer}"]
            count = self.widths[layer + 1][0]
            columns, at = [sums[:, :count]], count
            for arity in self.arities(layer + 1):
                columns.append(np.prod(sums[:, at:at + arity], 1, keepdims=True))
                at += arity
            x = self.state[f"node_scale_{layer}"] * np.hstack(columns) + self.state[f"node_bias_{layer}"]
        return x

    def ends(self, part, i, j, x):
        """Outside the inner knots SciPy has no basis: the spline is the sum of its elements there."""
        knots, k = part["grid"][i], self.order
        total = np.zeros_like(x)
        for c, coefficient in enumerate(part["coef"][i, j]):
            element = BSpline.basis_element(knots[c:c + k + 2], extrapolate=False)
            total += coefficient * np.nan_to_num(element(x))
        return total

    def save(self, path, changes=None, settings=None, drop=()):
        state = {**self.state, **(changes or {})}
        torch.save({k: torch.tensor(v) for k, v in state.items() if k not in drop}, f"{path}_state")
        config = {"base_fun_name": self.base, "k": self.order, "mult_arity": self.arity, "grid": 4,
                  "symbolic_enabled": self.symbolic, "width": [list(width) for width in self.widths],
                  **{f"symbolic.funs_name.{i}": names for i, names in enumerate(self.names)}, **(settings or {})}
        text = yaml.dump(config).replace("grid: 4", "grid: !!python/object/apply:numpy.core.multiarray.scalar\n"
                                         "- !!python/object/apply:numpy.dtype\n  args:\n  - i8\n- !!binary |\n  BAAAAAA=")
        pathlib.Path(f"{path}_config.yml").write_text(text)


def small():
    """z = W1 x + b1 by edges 'x', y = W2 tanh(z) + b2 by edges 'tanh'."""
    kan = Kan([(2, 0), (3, 0), (2, 0)], base="zero")
    for layer, (weights, bias, name) in enumerate(((W1, B1, "x"), (W2, B2, "tanh"))):
        for i, j in np.ndindex(weights.shape):
            kan.fix(layer, i, j, name, 1, 0, weights[i, j], 0)
        for node in ("node", "subnode"):
            kan.state[f"{node}_scale_{layer}"][:] = 1
            kan.state[f"{node}_bias_{layer}"][:] = 0
        kan.state[f"subnode_bias_{layer}"][:] = bias
    kan.save(formats / "small_tanh_kan")


def cases():
    splines = Kan([(2, 0), (3, 0), (2, 0)])
    splines.save(here / "splines")
    linear = Kan([(2, 0), (2, 0)], order=1, grid=6, base="identity")
    linear.save(here / "linear")
    products = Kan([(3, 0), (1, 2), (2, 1)], arity=3, order=2, seed=2)
    products.save(here / "products")
    uneven = Kan([(2, 0), (0, 2), (1, 0)], arity=[[], [2, 3], []], seed=3)
    uneven.save(here / "uneven_products")
    symbolic = Kan([(2, 0), (3, 0), (1, 0)], seed=4)
    for j, name in enumerate(("sin", "gaussian", "x^3")):
        symbolic.fix(0, 0, j, name, 1.5, 0.25, -0.75, 0.125)
    for j, name in enumerate(("arctan", "x^1.5", "1/x")):
        symbolic.fix(0, 1, j, name, 0.5, 3, 2, -1)
    symbolic.fix(1, 1, 0, "exp", 0.5, 0, 1, 0)
    symbolic.save(here / "symbolic")
    pruned = Kan([(2, 0), (2, 0), (1, 0)], seed=5)
    pruned.state["act_fun.0.mask"][1] = 0
    pruned.fix(1, 0, 0, "sin", 1, 0, 1, 0)
    pruned.symbolic = False  # switched off: neither the spline nor the function of that edge counts
    pruned.save(here / "pruned")
    kans = {"splines": splines, "linear": linear, "products": products, "uneven_products": uneven,
            "symbolic": symbolic, "pruned": pruned}
    random, expected = np.random.default_rng(0), {}
    for name, kan in kans.items():
        x = np.vstack([random.uniform(-1, 1, (6, kan.widths[0][0])), random.uniform(-3, 3, (6, kan.widths[0][0]))])
        expected[name] = {"in": x.tolist(), "out": kan(x).tolist()}
    (here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def write_broken():
    manifest = []
    kan = Kan([(2, 0), (1, 0)], grid=2)

    def add(name, refused, **options):
        kan.save(broken / f"{name}", **options)
        manifest.append({"file": f"{name}_state", "refused": f"{name}_state: {refused}"})
        return broken / f"{name}_config.yml"

    add("kan_without_settings", "this is the state of a KAN; its settings (base function, products, symbolic "
        "functions) stand in 'kan_without_settings_config.yml' beside it, which does not exist").unlink()
    add("kan_with_other_base", "line 1: the base function 'my_function' is not known here: what it computes stands in "
        "the program that trained the network", settings={"base_fun_name": "my_function"})
    add("kan_of_old_version", "'subnode_scale_0' is missing: it is no state of this pykan (0.2 or newer)",
        drop=["subnode_scale_0"])
    knots = kan.state["act_fun.0.grid"].copy()
    knots[1, 4] = knots[1, 3]
    add("kan_with_equal_knots", "'act_fun.0.grid': knot 4 of input 1 is not above the one before it, so that its "
        "splines jump", changes={"act_fun.0.grid": knots})
    add("kan_with_few_coefficients", "'act_fun.0.grid' has 9 knots for 9 coefficients, which is a spline of no order "
        "from 1 to 10", changes={"act_fun.0.coef": np.zeros((2, 1, 9))})
    add("kan_with_other_mask", "'act_fun.0.mask' has the shape [2, 2], expected [2, 1]",
        changes={"act_fun.0.mask": np.ones((2, 2))})
    add("kan_with_other_widths", "line 15: the nodes of layer_1 take 3 sums, but the state has 1",
        settings={"width": [[2, 0], [3, 0]]})
    kan.fix(0, 0, 0, "my_function", 1, 0, 1, 0)
    add("kan_with_other_function", "line 11: the symbolic function 'my_function' is not known here: what it computes "
        "stands in the program that trained the network")
    cut = add("kan_with_cut_settings", "the file 'kan_with_cut_settings_config.yml' beside it: line 1: expected a map, "
              "found 'base_fun'")
    cut.write_text(cut.read_text()[:8])
    (broken / "kan_manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")


if __name__ == "__main__":
    small()
    cases()
    write_broken()
