#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
""".nnet files with random weights in the dialects that are met, and expected.json: what the format's published evaluation
(sisl/NNet: clip, normalise, layers of ReLU, denormalise) computes of them. Needs nothing but Python. Writes into the
folder in which it is started; with a number N, N files of each dialect instead of the one kept here."""
import json
import pathlib
import random
import sys


class Net:
    def __init__(self, seed):
        self.random = random.Random(seed)
        pick = self.random.randint
        self.sizes = [pick(1, 6) for _ in range(pick(2, 6))]
        self.layers = [([[self.number(1.5) for _ in range(n)] for _ in range(m)], [self.number(1) for _ in range(m)])
                       for n, m in zip(self.sizes, self.sizes[1:])]
        inputs = self.sizes[0]
        self.least = [self.number(3) for _ in range(inputs)]
        self.greatest = [self.rounded(low + abs(self.number(4)) + 0.1) for low in self.least]
        self.means = [self.number(2) for _ in range(inputs + 1)]
        self.ranges = [self.rounded(abs(self.number(5)) + 0.2) for _ in range(inputs + 1)]
        self.clips = self.scales = True

    @staticmethod
    def rounded(number):
        """As the format's own tools write it."""
        return float(f"{number:.5e}")

    def number(self, size):
        return self.rounded(self.random.uniform(-size, size))

    def evaluate(self, inputs):
        values = []
        for i, x in enumerate(inputs):
            if self.clips:
                x = self.least[i] if x < self.least[i] else self.greatest[i] if x > self.greatest[i] else x
            values.append((x - self.means[i]) / self.ranges[i] if self.scales else x)
        for number, (weights, biases) in enumerate(self.layers):
            values = [sum(w * v for w, v in zip(row, values)) + b for row, b in zip(weights, biases)]
            if number + 1 < len(self.layers):
                values = [max(v, 0) for v in values]
        at = self.sizes[0]  # one mean and one range for all outputs
        return [v * self.ranges[at] + self.means[at] for v in values] if self.scales else values

    def text(self, write, comma, comments, header, flag, normalisation):
        line = lambda values, form=write: comma.join(map(form, values)) + comma.strip()
        rows = [f"// {c}" for c in comments] + [line(header, str), line(self.sizes, str), flag]
        rows += [line(v) if isinstance(v, list) else v for v in normalisation]
        for weights, biases in self.layers:
            rows += [line(row) for row in weights] + [line([b]) for b in biases]
        return "\n".join(rows)

    def cases(self):
        points = [[self.number(6) for _ in range(self.sizes[0])] for _ in range(5)]
        return [{"in": x, "out": self.evaluate(x)} for x in [*points, self.least, self.greatest]]


def full_header(net):
    return [len(net.sizes) - 1, net.sizes[0], net.sizes[-1], max(net.sizes)]


def full(net):
    return net.text(lambda v: f"{v:.5e}", ",", ["Neural Network File Format by Kyle Julian, Stanford 2016"],
                    full_header(net), "0,", [net.least, net.greatest, net.means, net.ranges]) + "\n"


def spaced(net):
    """No comma at the ends, blanks, prose in the place of the flag, and more means and ranges than are read."""
    more = [0.0, 1.0, 2.0]
    return net.text(repr, ", ", ["Copyright", "", "Permission is granted", "1, 2, 3"], full_header(net),
                    "This line is not read", [net.least, net.greatest, net.means + more, net.ranges + more[1:] + [3.0]]
                    ).replace(",\n", "\n").removesuffix(",")


def zeros(net):
    net.clips = net.scales = False
    return net.text(repr, ",", ["single zeros"], full_header(net), "0,", ["0,"] * 4) + "\n"


def list_of_zeros(net):
    net.scales = False
    none = [0.0] * (net.sizes[0] + 1)
    return net.text(repr, ",", ["x"], full_header(net), "1,", [net.least, net.greatest, none, none]) + "\n"


def only_scaled(net):
    net.clips = False
    return net.text(repr, ",", [], full_header(net), "0", ["0", "0", net.means, net.ranges]).replace("\n", "\r\n")


def one_number(net):
    net.clips = net.scales = False
    return net.text(repr, ",", ["one number"], [len(net.sizes) - 1], "0", ["0"] * 4) + "\n"


def main():
    expected = {}
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for kind in (full, spaced, zeros, list_of_zeros, only_scaled, one_number):
        for seed in range(1, count + 1):
            name = f"{kind.__name__}.nnet" if count == 1 else f"{kind.__name__}_{seed}.nnet"
            net = Net(f"{kind.__name__} {seed}")
            pathlib.Path(name).write_text(kind(net), newline="")
            expected[name] = net.cases()
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in expected.items())
    pathlib.Path("expected.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
