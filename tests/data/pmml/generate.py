#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PMML documents with random weights, and expected.json: what evaluate.py computes of them. Needs nothing but Python.
Writes into the folder in which it is started; with a number N, documents of N seeds instead of the few kept here."""
import json
import math
import pathlib
import random
import sys
from xml.sax.saxutils import quoteattr

from evaluate import ACTIVATIONS, Document

LEVELS = ["red", " green", "dark blue"]


def tag(element, content="", /, **attributes):
    words = "".join(f" {k}={quoteattr(v if isinstance(v, str) else repr(v))}" for k, v in attributes.items()
                    if v is not None)
    return f"<{element}{words}>{content}</{element}>" if content else f"<{element}{words}/>"


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = [f"x{i}" for i in range(1, self.random.randint(2, 4))]
        self.derived, self.defined, self.targets = [], [], ""

    def weight(self, size=1.0):
        return round(self.random.uniform(-size, size), 4)

    def maybe(self, value, chance=0.5):
        return value if self.random.random() < chance else None

    # --- fields

    def dictionary(self, targets):
        fields = [tag("DataField", name=n, optype="continuous", dataType="double") for n in self.numbers]
        fields.append(tag("DataField", tag("Interval", closure="closedOpen", leftMargin=-2.0, rightMargin=0.0)
                          + tag("Interval", closure="closedClosed", leftMargin=1.0, rightMargin=3.0),
                          name="wide", optype="continuous", dataType="double"))
        fields.append(tag("DataField", "".join(tag("Value", value=v) for v in LEVELS)
                          + tag("Value", value="unknown", property="missing"),
                          name="colour", optype="categorical", dataType="string"))
        fields.append(tag("DataField", name="flag", optype="categorical", dataType="boolean"))
        return tag("DataDictionary", "".join(fields) + targets)

    def mining(self, targets):
        cut = self.random.choice([{}, {"outliers": "asExtremeValues"}, {"outliers": "asIs"},
                                  {"outliers": "asMissingValues", "missingValueReplacement": 0.25}])
        if cut:
            cut |= {"lowValue": -1.5, "highValue": 1.25}
        names = self.numbers + ["wide", "colour", "flag"]
        return tag("MiningSchema", "".join(tag("MiningField", name=n, **(cut if n == "x1" else {})) for n in names)
                   + tag("MiningField", name="left_out", usageType="supplementary")
                   + "".join(tag("MiningField", name=t, usageType="target") for t in targets))

    def point(self):
        return [round(self.random.uniform(-3, 3), 3) for _ in self.numbers + ["wide"]] + [
            self.random.randrange(3), self.random.randrange(2)]

    # --- transformations

    def reference(self):
        return tag("FieldRef", field=self.random.choice(self.numbers + ["wide"] + self.derived_names()))

    def derived_names(self):
        return [name for name, _ in self.derived]

    def norm_continuous(self, field, count=None):
        orig, norm, points = -2.0, self.weight(), ""
        direction = self.random.choice([-1, 1])
        for _ in range(count or self.random.randint(2, 4)):
            points += tag("LinearNorm", orig=round(orig, 3), norm=round(norm, 4))
            orig += self.random.uniform(0.4, 2)
            norm += direction * self.random.uniform(0.1, 2) if count else self.random.uniform(-1, 2)
        return tag("NormContinuous", points, field=field, outliers=self.random.choice([None, "asIs", "asExtremeValues"]))

    def condition(self, depth):
        kind = self.random.randrange(7)
        if kind == 0:
            return tag("FieldRef", field="flag")
        if kind == 1:
            colour = tag("Constant", self.random.choice(LEVELS), dataType="string")
            return tag("Apply", tag("FieldRef", field="colour") + colour,
                       function=self.random.choice(["equal", "notEqual"]))
        if kind == 2:
            return tag("Apply", tag("FieldRef", field="colour") + "".join(
                tag("Constant", v, dataType="string") for v in LEVELS[:2]),
                       function=self.random.choice(["isIn", "isNotIn"]))
        if kind == 3 and depth > 0:
            return tag("Apply", self.condition(depth - 1) + self.condition(depth - 1),
                       function=self.random.choice(["and", "or"]))
        if kind == 4 and depth > 0:
            return tag("Apply", self.condition(depth - 1), function="not")
        if kind == 5:
            return tag("Apply", self.reference(), function=self.random.choice(["isMissing", "isNotMissing"]))
        compare = self.random.choice(["lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"])
        return tag("Apply", self.formula(depth - 1) + self.formula(depth - 1), function=compare)

    def formula(self, depth):
        kind = self.random.randrange(8 if depth > 0 else 2)
        if kind == 0:
            return tag("Constant", repr(self.weight(2)), dataType=self.maybe("double"))
        if kind == 1:
            return self.reference()
        inner = [self.formula(depth - 1) for _ in range(3)]
        square = tag("Apply", inner[0] + inner[0], function="*")
        above = tag("Apply", square + tag("Constant", "0.5"), function="+")  # from 0.5 on
        if kind == 2:
            return tag("Apply", inner[0] + inner[1], function=self.random.choice(["+", "-", "*", "min", "max", "hypot"]))
        if kind == 3:
            return tag("Apply", above, function=self.random.choice(["ln", "log10", "sqrt", "ln1p"]))
        if kind == 4:
            return tag("Apply", inner[0] + above, function=self.random.choice(["/", "modulo", "threshold"]))
        if kind == 5:
            return tag("Apply", "".join(inner), function=self.random.choice(["sum", "avg", "product", "min", "max"]))
        if kind == 6:
            return tag("Apply", self.condition(depth - 1) + inner[0] + inner[1], function="if")
        smooth = ["tanh", "sin", "cos", "atan", "erf", "abs", "floor", "ceil", "round", "rint", "stdNormalCDF"]
        bounded = tag("Apply", inner[0], function="tanh")
        wild = self.random.choice(["exp", "expm1", "sinh", "cosh", "tan", "asin", "acos"])
        return self.random.choice([tag("Apply", inner[0], function=self.random.choice(smooth)),
                                   tag("Apply", bounded, function=wild),
                                   tag("Apply", inner[0] + bounded + above, function="normalCDF"),
                                   tag("Apply", above + bounded, function="pow")])

    def derive(self, name):
        kind = self.random.randrange(5)
        if kind == 0:
            content = self.norm_continuous(self.random.choice(self.numbers + self.derived_names()))
        elif kind == 1:
            content = tag("NormDiscrete", field="colour", value=self.random.choice(LEVELS))
        elif kind == 2:
            if not self.defined:
                body = tag("Apply", tag("Apply", tag("FieldRef", field="a") + tag("FieldRef", field="x1"), function="*")
                           + tag("Apply", tag("FieldRef", field="b"), function="sin"), function="+")
                parameters = tag("ParameterField", name="a") + tag("ParameterField", name="b")
                self.defined.append(tag("DefineFunction", parameters + body, name="mixed", optype="continuous"))
            content = tag("Apply", self.formula(1) + self.formula(1), function="mixed")
        else:  # a formula with a field in it for sure: a constant alone is no column
            content = tag("Apply", self.formula(3) + tag("FieldRef", field="wide"), function="+")
        self.derived.append((name, tag("DerivedField", content, name=name, optype="continuous", dataType="double")))

    def document(self, model, targets):
        fields = [text for _, text in self.derived]
        local = self.random.randint(0, len(fields))
        model = model.replace("<LocalTransformations/>",
                              tag("LocalTransformations", "".join(fields[:local])) if fields[:local] else "")
        common = tag("TransformationDictionary", "".join(self.defined + fields[local:]))
        header = tag("Header", tag("Application", name="generate.py"))
        left_out = tag("DataField", name="left_out", optype="continuous", dataType="double")
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
            "PMML", header + self.dictionary(targets + left_out) + common + model, version="4.4",
            xmlns="http://www.dmg.org/PMML-4_4")).replace("><", ">\n<") + "\n"

    # --- models

    def target(self, field):
        if self.random.random() < 0.6:
            return
        self.targets += tag("Target", field=field, min=self.maybe(-1.5), max=self.maybe(1.75),
                            rescaleFactor=self.maybe(12.5), rescaleConstant=self.maybe(-3.0),
                            castInteger=self.maybe(self.random.choice(["round", "floor", "ceiling"]), 0.3))

    def regression(self, method, classes=0, ordinal=False):
        for i in range(self.random.randint(0, 4)):
            self.derive(f"d{i}")
        names = [f"class {i}" for i in range(classes)]
        tables = ""
        for i in range(classes or 1):
            predictors = "".join(tag("NumericPredictor", name=n, coefficient=self.weight(0.4), exponent=self.maybe(
                self.random.choice(["1", "2", "3"]))) for n in self.numbers + self.derived_names())
            predictors += "".join(tag("CategoricalPredictor", name="colour", value=v, coefficient=self.weight())
                                  for v in LEVELS[1:])
            predictors += tag("CategoricalPredictor", name="flag", value="true", coefficient=self.weight())
            predictors += tag("PredictorTerm", self.reference() + self.reference(), coefficient=self.weight(0.4))
            intercept = self.weight() + (i * 0.4 if ordinal else 0)
            is_empty = i + 1 == classes and not (method == "simplemax")
            if ordinal and i > 0:  # one slope for all, as such models have
                predictors = first
            first = predictors
            tables += tag("RegressionTable", "" if is_empty else predictors, intercept=0.0 if is_empty else intercept,
                          targetCategory=names[i] if classes else None)
        if not classes:
            self.target("y")
        optype = "ordinal" if ordinal else "categorical"
        field = tag("DataField", "".join(tag("Value", value=n) for n in names), name="y", dataType="string",
                    optype=optype) if classes else tag("DataField", name="y", optype="continuous", dataType="double")
        model = tag("RegressionModel", self.mining(["y"]) + (tag("Targets", self.targets) if self.targets else "")
                    + "<LocalTransformations/>" + tables, normalizationMethod=method,
                    functionName="classification" if classes else "regression")
        return self.document(model, field)

    def network(self, functions, classes=0):
        for i in range(self.random.randint(0, 3)):
            self.derive(f"d{i}")
        inputs, ids = "", []
        contents = [tag("FieldRef", field=f) for f in self.numbers + self.derived_names()]
        contents += [self.norm_continuous(self.random.choice(self.numbers)), tag("FieldRef", field="flag"),
                     tag("NormDiscrete", field="colour", value=LEVELS[1]), tag("NormDiscrete", field="flag", value="true"),
                     tag("Apply", self.reference(), function="tanh")]
        for i, content in enumerate(contents):
            ids.append(f"0,{i}")
            inputs += tag("NeuralInput", tag("DerivedField", content, optype="continuous", dataType="double"), id=ids[-1])
        layers, width = "", classes or self.random.randint(1, 3)
        default = self.random.choice(functions)
        for number, function in enumerate(functions):
            is_last = number + 1 == len(functions)
            neurons, new = "", []
            for i in range(width if is_last else self.random.randint(2, 4)):
                new.append(f"Neuron '{number + 1},{i}'")
                sources = ids if self.random.random() < 0.7 else self.random.sample(ids, max(1, len(ids) - 2))
                cons = "".join(tag("Con", **{"from": s, "weight": self.weight()}) for s in sources)
                rbf = function == "radialBasis"
                neurons += tag("Neuron", cons, id=new[-1], bias=self.maybe(self.weight(), 0.8),
                               width=self.maybe(2.5, 0.3) if rbf else None,
                               altitude=self.maybe(0.9, 0.3) if rbf else None)
            method = "softmax" if is_last and classes else self.maybe(self.random.choice(["softmax", "simplemax"]), 0.15)
            layers += tag("NeuralLayer", neurons, activationFunction=None if function == default else function,
                          threshold=self.maybe(0.2, 0.3), width=self.maybe(3.0), altitude=self.maybe(1.1),
                          normalizationMethod=method)
            ids = (ids if self.random.random() < 0.3 else []) + new  # connections over a layer, at times
        outputs, fields, targets = "", "", []
        for i, neuron in enumerate(new):
            if classes:
                content = tag("NormDiscrete", field="y", value=f"class {i}")
            else:
                targets.append(f"y{i}")
                norm = self.norm_continuous(f"y{i}", self.random.randint(2, 4))
                fields += tag("DataField", name=f"y{i}", optype="continuous", dataType="double")
                if self.random.random() < 0.3:
                    self.derived.insert(0, (f"y{i}*", tag("DerivedField", norm, name=f"y{i}*", optype="continuous",
                                                          dataType="double")))
                    norm = tag("FieldRef", field=f"y{i}*")
                content = self.random.choice([norm, tag("FieldRef", field=f"y{i}")])
                self.target(f"y{i}")
            outputs += tag("NeuralOutput", tag("DerivedField", content, optype="continuous", dataType="double"),
                           outputNeuron=neuron)
        if classes:
            targets = ["y"]
            fields = tag("DataField", "".join(tag("Value", value=f"class {i}") for i in range(classes)), name="y",
                         optype="categorical", dataType="string")
        model = tag("NeuralNetwork", self.mining(targets) + (tag("Targets", self.targets) if self.targets else "")
                    + "<LocalTransformations/>" + tag("NeuralInputs", inputs) + layers + tag("NeuralOutputs", outputs),
                    functionName="classification" if classes else "regression", activationFunction=default,
                    threshold=self.maybe(-0.1), width=2.0, altitude=self.maybe(1.05))
        return self.document(model, fields)


def written(name, writer, text, rows=6):
    """The cases of a document; None where its numbers are too wild to be compared."""
    document, cases = Document(text), []
    for _ in range(60):
        x = writer.point()
        try:
            y = [float(v) for v in document.evaluate(x)]
        except (OverflowError, ZeroDivisionError, ValueError):
            continue
        if all(math.isfinite(v) and abs(v) < 1e4 for v in y) and len(cases) < rows:
            cases.append({"in": x, "out": y})
    if len(cases) < 3:
        return None
    pathlib.Path(name).write_text(text)
    return cases


def regressions():
    for method in ("none", "softmax", "logit", "exp", "probit", "cloglog", "loglog", "cauchit"):
        yield f"regression_{method}", lambda w, m=method: w.regression(m)
    for method in ("none", "softmax", "simplemax", "logit", "probit", "cloglog", "loglog", "cauchit"):
        yield f"two_classes_{method}", lambda w, m=method: w.regression(m, 2)
    for method in ("none", "softmax", "simplemax", "logit"):
        yield f"four_classes_{method}", lambda w, m=method: w.regression(m, 4)
    for method in ("none", "logit", "probit", "cloglog", "loglog", "cauchit"):
        yield f"ordered_classes_{method}", lambda w, m=method: w.regression(m, 4, ordinal=True)


def networks():
    names = [*ACTIVATIONS, "threshold", "radialBasis"]
    for name in names:
        yield f"network_{name}", lambda w, n=name: w.network([n, w.random.choice(["identity", "tanh", n])])
        yield f"deep_{name}", lambda w, n=name: w.network([w.random.choice(names), n, w.random.choice(names)])
    yield "network_of_classes", lambda w: w.network(["tanh", "radialBasis", "identity"], 3)


def main():
    expected = {}
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for seed in range(1, many + 1):
        for kind, write in [*regressions(), *networks()]:
            name = f"{kind}.pmml" if many == 1 else f"{kind}_{seed}.pmml"
            if many == 1 and kind.startswith("deep_") and kind[5:] not in ("threshold", "radialBasis", "arctan"):
                continue
            for attempt in range(20):  # until its numbers are tame
                writer = Writer(f"{kind} {seed} {attempt}")
                if cases := written(name, writer, write(writer)):
                    expected[name] = cases
                    break
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in expected.items())
    pathlib.Path("expected.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
