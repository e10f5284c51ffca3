#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of R's package nnet, in R's serialisation as "R Internals" describes it, and expected.json: what they
compute, unit by unit as nnet.c does. R itself is not asked: this writes what saveRDS would. Also writes the small
network of tests/data/formats, with sigmoids, and broken files with their manifest. Needs NumPy."""

import gzip
import json
import pathlib
import struct
import sys

import numpy as np

here = pathlib.Path(__file__).resolve().parent
formats, broken = here.parent / "formats", here.parent / "broken"
sys.path.insert(0, str(formats))
from generate import B1, B2, W1, W2  # noqa: E402

NULL, GLOBAL = struct.pack(">I", 254), struct.pack(">I", 253)


class Writer:
    """One serialised value; symbols are written once and referred to from then on."""

    def __init__(self):
        self.symbols = []

    def symbol(self, name):
        if name in self.symbols:
            return struct.pack(">I", (self.symbols.index(name) + 1) << 8 | 255)
        self.symbols.append(name)
        return struct.pack(">I", 1) + self.characters(name)

    def characters(self, text):
        data = text.encode()
        return struct.pack(">Ii", 9 | 0x40000, len(data)) + data

    def strings(self, *texts, **attributes):
        body = struct.pack(">i", len(texts)) + b"".join(self.characters(t) for t in texts)
        return self.vector(16, body, attributes)

    def reals(self, *numbers, **attributes):
        return self.vector(14, struct.pack(f">i{len(numbers)}d", len(numbers), *numbers), attributes)

    def integers(self, *numbers, **attributes):
        return self.vector(13, struct.pack(f">i{len(numbers)}i", len(numbers), *numbers), attributes)

    def logical(self, value):
        return self.vector(10, struct.pack(">ii", 1, int(value)), {})

    def vector(self, kind, body, attributes):
        flags = kind | (0x200 if attributes else 0) | (0x100 if "class_" in attributes else 0)
        return struct.pack(">I", flags) + body + (self.pairs(attributes) if attributes else b"")

    def pairs(self, entries):
        """Values by functions, since symbols are numbered in the order of the bytes."""
        content = b""
        for name, value in entries.items():
            content += struct.pack(">I", 2 | 0x400) + self.symbol(name.rstrip("_")) + value(self)
        return content + NULL

    def list(self, entries, *classes):
        names = list(entries)
        body = struct.pack(">i", len(names)) + b"".join(value(self) for value in entries.values())
        attributes = {"names": lambda w: w.strings(*names)}
        if classes:
            attributes["class_"] = lambda w: w.strings(*classes)
        return self.vector(19, body, attributes)

    def call(self, *words):
        """nnet(y, x, ...): a list of symbols that is a call."""
        first, *rest = words
        content = struct.pack(">I", 6) + self.symbol(first)
        return content + b"".join(struct.pack(">I", 2) + self.symbol(word) for word in rest) + NULL

    def wrapped(self, numbers):
        """As R from 3.5 on keeps some vectors: class wrap_real, the vector itself, and two notes about it."""
        info = (struct.pack(">I", 2) + self.symbol("wrap_real") + struct.pack(">I", 2) + self.symbol("base")
                + struct.pack(">I", 2) + self.integers(14) + NULL)
        return struct.pack(">I", 238) + info + self.vector(19, struct.pack(">i", 2) + self.reals(*numbers)
                                                           + self.integers(0, 0), {}) + NULL


def reals(*numbers):
    return lambda w: w.reals(*numbers)


def texts(*words):
    return lambda w: w.strings(*words)


def serialised(value, version=3):
    head = b"X\n" + struct.pack(">iii", version, 0x040201, 0x030500 if version == 3 else 0x020300)
    return head + (struct.pack(">i", 5) + b"UTF-8" if version == 3 else b"") + value(Writer())


def packed(content):
    return gzip.compress(content, mtime=0)


class Network:
    def __init__(self, n, weights=None, linear=False, softmax=False, skip=False, seed=1):
        self.n, self.softmax = n, softmax
        p, h, o = n
        units = 1 + p + h + o
        sources = [[] for _ in range(units)]
        for unit in range(1 + p, 1 + p + h):
            sources[unit] = [0, *range(1, 1 + p)]
        for unit in range(1 + p + h, units):
            sources[unit] = [0] + (list(range(1 + p, 1 + p + h))) + (list(range(1, 1 + p)) if skip or not h else [])
        self.conn = [s for unit in sources for s in unit]
        self.nconn = [0] + [int(end) for end in np.cumsum([len(unit) for unit in sources])]
        self.nsunits = units - o if linear or softmax else units
        random = np.random.default_rng(seed)
        self.wts = list(random.normal(0, 0.8, len(self.conn))) if weights is None else weights

    def __call__(self, x):
        p, h, o = self.n
        values = np.zeros((len(x), 1 + p + h + o))
        values[:, 0], values[:, 1:1 + p] = 1, x
        for unit in range(1 + p, 1 + p + h + o):
            places = range(self.nconn[unit], self.nconn[unit + 1])
            total = sum(values[:, self.conn[i]] * self.wts[i] for i in places)
            values[:, unit] = 1 / (1 + np.exp(-total)) if unit < self.nsunits else total
        y = values[:, 1 + p + h:]
        if self.softmax:
            y = np.exp(y - y.max(1, keepdims=True))
            y /= y.sum(1, keepdims=True)
        return y

    def fields(self, **others):
        return {
            "n": reals(*self.n), "nunits": lambda w: w.integers(1 + sum(self.n)),
            "nconn": lambda w: w.wrapped(self.nconn), "conn": reals(*self.conn),
            "nsunits": reals(self.nsunits), "decay": reals(0.01), "entropy": lambda w: w.logical(False),
            "softmax": lambda w: w.logical(self.softmax), "censored": lambda w: w.logical(False),
            "value": reals(1.5), "wts": reals(*self.wts), "convergence": lambda w: w.integers(0),
            "call": lambda w: w.call("nnet.formula", "formula", "data"), **others}

    def value(self, *classes, **others):
        return lambda w: w.list(self.fields(**others), *(classes or ("nnet",)))


def terms(w):
    """y ~ x1, with the environment that it was written in."""
    return struct.pack(">I", 6 | 0x200) + w.pairs({".Environment": lambda w: GLOBAL}) + w.symbol("~") + \
        struct.pack(">I", 2) + w.symbol("y") + struct.pack(">I", 2) + w.symbol("x1") + NULL


def small():
    hidden = [value for row, bias in zip(W1.T, B1) for value in (bias, *row)]
    output = [value for row, bias in zip(W2.T, B2) for value in (bias, *row)]
    network = Network((2, 3, 2), [float(v) for v in hidden + output], linear=True)
    (formats / "small_sigmoid.rds").write_bytes(packed(serialised(network.value())))
    named = network.value("nnet.formula", "nnet", terms=terms, coefnames=texts("x1", "x2"))
    saved = b"RDX2\n" + serialised(lambda w: w.pairs({"data": reals(1, 2), "model": named}), 2)
    (formats / "small_sigmoid.RData").write_bytes(packed(saved))


def cases():
    iris = Network((4, 2, 3), softmax=True)
    skip = Network((3, 2, 1), linear=True, skip=True, seed=2)
    logistic = Network((2, 0, 1), skip=True, seed=3)
    multinom = Network((3, 0, 3), softmax=True, skip=True, seed=4)
    species = ("setosa", "versicolor", "virginica")
    files = {
        "classes": (iris, iris.value("nnet.formula", "nnet", terms=terms, lev=texts(*species), coefnames=texts(
            "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width")), 4),
        "skipping": (skip, skip.value("nnet.formula", "nnet", coefnames=texts("x", "colourgreen", "colourred"),
                                      contrasts=lambda w: w.list({"colour": texts("contr.treatment")}),
                                      xlevels=lambda w: w.list({"colour": texts("blue", "green", "red")})), 3),
        "logistic": (logistic, logistic.value(lev=texts("no", "yes")), 2),
        "multinom": (multinom, multinom.value("multinom", "nnet", vcoefnames=texts("(Intercept)", "a", "b")), 2),
        "within": (iris, lambda w: w.list({"method": texts("nnet"), "finalModel": iris.value()}, "train"), 4),
    }
    random, expected = np.random.default_rng(0), {}
    for name, (network, value, columns) in files.items():
        (here / f"{name}.rds").write_bytes(packed(serialised(value)))
        x = random.uniform(-2, 2, (8, columns))
        full = np.hstack([np.ones((8, 1)), x]) if name == "multinom" else x
        expected[name] = {"in": x.tolist(), "out": network(full).tolist()}
    (here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def write_broken():
    manifest = []

    def add(name, content, refused):
        (broken / name).write_bytes(content)
        manifest.append({"file": name, "refused": f"{name}: {refused}"})

    network = Network((2, 1, 1))
    good = serialised(network.value())
    add("cut.rds", good[:300], "a value at byte 298 claims 1 elements, but only 0 bytes are left: it is cut "
        "short or damaged")
    add("text.rds", b"A\n3\n262657\n", "this is R's serialisation as text: save the network with saveRDS(model, FILE), "
        "without ascii")
    add("version.rds", b"X\n" + struct.pack(">iii", 9, 0, 0), "is of version 9 of R's serialisation, expected 2 or 3")
    add("no_network.rds", serialised(lambda w: w.list({"coefficients": reals(1, 2)}, "lm")),
        "this R file holds no network of the package nnet, but an object of class 'lm': expected an object of class "
        "'nnet', saved with saveRDS(model, FILE)")
    add("terabytes.rds", serialised(lambda w: struct.pack(">Iiii", 14, -1, 1 << 20, 0)),
        "a value at byte 37 claims 4503599627370496 elements, but only 0 bytes are left: it is cut short or damaged")
    deep = NULL
    for _ in range(1100):
        deep = struct.pack(">Ii", 19, 1) + deep
    add("deep.rds", serialised(lambda w: deep), "its values are nested more than 1000 deep")
    add("reference.rds", serialised(lambda w: struct.pack(">I", 7 << 8 | 255)),
        "refers to value 7, but 0 were there before: it is damaged")
    add("compiled.rds", serialised(lambda w: struct.pack(">I", 21)),
        "ends within a value at byte 25: it is cut short")
    add("unknown_type.rds", serialised(lambda w: struct.pack(">I", 99)),
        "holds a value of type 99 at byte 25, which is not known here: it is damaged, or has other things beside the "
        "network; save that alone, with saveRDS(model, FILE)")
    add("long_sequence.rds", serialised(lambda w: struct.pack(">II", 238, 2) + w.symbol("compact_intseq") + NULL
                                        + w.reals(1e12, 1, 1) + NULL), "holds a sequence of too many numbers")

    def changed(name, refused, **others):
        add(name, serialised(network.value(**others)), refused)

    changed("few_weights.rds", "'wts' has 2 numbers, expected 5 as 'conn' has", wts=reals(1, 2))
    changed("no_sizes.rds", "the network has no 'n' of the kind expected: expected an object of R's package nnet",
            n=texts("two"))
    changed("half_sigmoid.rds", "'nsunits' is 2, expected 4 or 5: all outputs are sigmoids, or none", nsunits=reals(2))
    changed("backwards.rds", "unit 3 takes from unit 4, which is not in a layer before it", conn=reals(0, 1, 4, 0, 3))
    changed("starts.rds", "'nconn' has 3 numbers, expected 6 that grow", nconn=reals(0, 1, 2))
    changed("millions.rds", "'nconn' has 6 numbers, expected 10000004 that grow", n=reals(1e7, 1, 1),
            nsunits=reals(10000003))
    (broken / "r_manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")


if __name__ == "__main__":
    small()
    cases()
    write_broken()
