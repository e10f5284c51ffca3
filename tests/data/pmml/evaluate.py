# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PMML document computes, element by element as the PMML 4.4 standard says it, in plain Python."""
import math
import statistics
import xml.etree.ElementTree as ElementTree

FUNCTIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "pow": lambda a, b: a**b, "min": min, "max": max, "sum": lambda *a: math.fsum(a),
    "product": lambda *a: math.prod(a),
    "avg": lambda *a: statistics.fmean(a), "exp": math.exp, "ln": math.log, "log10": math.log10, "sqrt": math.sqrt,
    "abs": abs, "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos,
    "atan": math.atan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "erf": math.erf, "expm1": math.expm1,
    "ln1p": math.log1p, "hypot": math.hypot, "floor": math.floor, "ceil": math.ceil,
    "round": lambda a: math.floor(a + 0.5), "rint": round, "modulo": lambda a, b: a - math.floor(a / b) * b,
    "threshold": lambda a, b: 1 if a > b else 0, "stdNormalCDF": lambda x: statistics.NormalDist().cdf(x),
    "normalCDF": lambda x, m, s: statistics.NormalDist(m, s).cdf(x),
    "equal": lambda a, b: a == b, "notEqual": lambda a, b: a != b, "lessThan": lambda a, b: a < b,
    "lessOrEqual": lambda a, b: a <= b, "greaterThan": lambda a, b: a > b, "greaterOrEqual": lambda a, b: a >= b,
    "and": lambda *a: all(a), "or": lambda *a: any(a), "not": lambda a: not a, "if": lambda c, a, b: a if c else b,
    "isIn": lambda a, *b: a in b, "isNotIn": lambda a, *b: a not in b, "isMissing": lambda a: False,
    "isNotMissing": lambda a: True, "isValid": lambda a: True, "isNotValid": lambda a: False,
}
ACTIVATIONS = {
    "logistic": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0, "tanh": math.tanh,
    "identity": lambda z: z, "exponential": math.exp,
    "reciprocal": lambda z: 1 / z, "square": lambda z: z * z, "Gauss": lambda z: math.exp(-z * z), "sine": math.sin,
    "cosine": math.cos, "Elliott": lambda z: z / (1 + abs(z)), "arctan": lambda z: 2 * math.atan(z) / math.pi,
    "rectifier": lambda z: max(0, z),
}
LINKS = {  # from the sum of a regression table to the mean
    "none": lambda y: y, "logit": lambda y: 1 / (1 + math.exp(-y)), "softmax": lambda y: 1 / (1 + math.exp(-y)),
    "exp": math.exp, "probit": lambda y: statistics.NormalDist().cdf(y),
    "cloglog": lambda y: 1 - math.exp(-math.exp(y)),
    "loglog": lambda y: math.exp(-math.exp(-y)), "cauchit": lambda y: 0.5 + math.atan(y) / math.pi,
}


def softmax(values):
    sizes = [math.exp(v - max(values)) for v in values]
    return [s / sum(sizes) for s in sizes]


def simplemax(values):
    return [v / sum(values) for v in values]


NORMALISATIONS = {"none": lambda values: values, "softmax": softmax, "simplemax": simplemax}


def piecewise(points, x, outliers):
    if outliers == "asExtremeValues":
        x = min(max(x, points[0][0]), points[-1][0])
    below = max([i for i in range(len(points) - 1) if points[i][0] <= x], default=0)
    (x0, y0), (x1, y1) = points[below : below + 2]
    return y0 + (x - x0) / (x1 - x0) * (y1 - y0)


class Document:
    def __init__(self, text):
        self.root = ElementTree.fromstring(text)
        for element in self.root.iter():
            element.tag = element.tag.split("}")[-1]
        self.model = next(e for e in self.root if e.tag in ("NeuralNetwork", "RegressionModel"))
        self.fields = {f.get("name"): f for f in self.root.iter("DataField")}
        mining = self.model.findall("MiningSchema/MiningField")
        self.active = [m for m in mining if m.get("usageType", "active") == "active"]
        self.target = next((m.get("name") for m in mining if m.get("usageType") in ("target", "predicted")), None)
        places = self.model.findall("LocalTransformations") + self.root.findall("TransformationDictionary")
        self.derived = {d.get("name"): d for p in reversed(places) for d in p.findall("DerivedField")}
        self.defined = {d.get("name"): d for p in places for d in p.findall("DefineFunction")}

    def values(self, name):
        """The texts of a categorical field."""
        field = self.fields[name]
        listed = [v.get("value") for v in field.findall("Value") if v.get("property", "valid") == "valid"]
        return listed or (["false", "true"] if field.get("dataType") == "boolean" else [])

    def is_coded(self, name):
        return self.fields[name].get("dataType", self.fields[name].get("datatype")) in ("string", "boolean")

    def read(self, numbers):
        """The values of the active fields: categorical ones come as the number of their text."""
        self.row = {}
        for field, number in zip(self.active, numbers):
            name = field.get("name")
            if self.is_coded(name):
                self.row[name] = self.values(name)[int(number)]
                continue
            low, high = (float(field.get(k, "nan")) for k in ("lowValue", "highValue"))
            if field.get("outliers") == "asExtremeValues":
                number = min(max(number, low), high)
            elif field.get("outliers") == "asMissingValues" and not low <= number <= high:
                number = float(field.get("missingValueReplacement"))
            self.row[name] = number

    def value(self, name):
        if name in self.row:
            v = self.row[name]
            return v == "true" if name in self.fields and self.fields[name].get("dataType") == "boolean" else v
        return self.expression(self.content(self.derived[name]))

    @staticmethod
    def content(element):
        return next(e for e in element if e.tag != "Extension")

    def number(self, name):
        return float(self.value(name))

    def has(self, name, text):
        value = self.row[name]
        return value == (text if self.is_coded(name) else float(text))

    def expression(self, e):
        if e.tag == "FieldRef":
            return self.value(e.get("field"))
        if e.tag == "Constant":
            try:
                return {"true": True, "false": False}.get(e.text) if e.get("dataType") == "boolean" else float(e.text)
            except ValueError:
                return e.text
        if e.tag == "NormDiscrete":
            return float(self.has(e.get("field"), e.get("value")))
        if e.tag == "NormContinuous":
            return piecewise(self.points(e), self.number(e.get("field")), e.get("outliers"))
        operands = [o for o in e if o.tag != "Extension"]
        if e.get("function") == "if":
            return self.expression(operands[1 if self.expression(operands[0]) else 2])
        values = [self.expression(o) for o in operands]
        if e.get("function") not in self.defined:
            return FUNCTIONS[e.get("function")](*values)
        function = self.defined[e.get("function")]
        outer, names = self.row, [p.get("name") for p in function.findall("ParameterField")]
        self.row = {**outer, **dict(zip(names, values))}
        result = self.expression(next(b for b in function if b.tag not in ("ParameterField", "Extension")))
        self.row = outer
        return result

    @staticmethod
    def points(e):
        return [(float(p.get("orig")), float(p.get("norm"))) for p in e.findall("LinearNorm")]

    def evaluate(self, numbers):
        self.read(numbers)
        return self.network() if self.model.tag == "NeuralNetwork" else self.regression()

    # --- RegressionModel

    def table(self, table):
        y = float(table.get("intercept"))
        for p in table:
            if p.tag == "NumericPredictor":
                y += float(p.get("coefficient")) * self.number(p.get("name")) ** int(p.get("exponent", "1"))
            elif p.tag == "CategoricalPredictor":
                y += float(p.get("coefficient")) * self.has(p.get("name"), p.get("value"))
            elif p.tag == "PredictorTerm":
                y += float(p.get("coefficient")) * math.prod(self.number(f.get("field")) for f in p.findall("FieldRef"))
        return y

    def regression(self):
        y = [self.table(t) for t in self.model.findall("RegressionTable")]
        method = self.model.get("normalizationMethod", "none")
        if self.model.get("functionName") == "regression":
            return [self.rescaled(LINKS[method](y[0]), self.target)]
        if method in ("softmax", "simplemax"):
            return NORMALISATIONS[method](y)
        ordinal = self.fields[self.target].get("optype") == "ordinal"
        p = [LINKS[method](v) for v in y]
        if method == "none" and (ordinal or len(y) == 2):
            p = [min(max(v, 0), 1) for v in p]
        if ordinal or len(y) == 2:
            return [p[0]] + [p[i] - p[i - 1] for i in range(1, len(p) - 1)] + [1 - p[-2]]
        return simplemax(p) if method == "logit" else p[:-1] + [1 - math.fsum(p[:-1])]

    def rescaled(self, y, field):
        for t in self.model.findall("Targets/Target"):
            if t.get("field", field) == field:
                y = min(max(y, float(t.get("min", "-inf"))), float(t.get("max", "inf")))
                y = y * float(t.get("rescaleFactor", "1")) + float(t.get("rescaleConstant", "0"))
                casts = {"round": lambda v: math.floor(v + 0.5), "floor": math.floor, "ceiling": math.ceil}
                return casts.get(t.get("castInteger"), lambda v: v)(y)
        return y

    # --- NeuralNetwork

    def network(self):
        self.neurons = {i.get("id"): float(self.expression(self.content(i.find("DerivedField"))))
                        for i in self.model.findall("NeuralInputs/NeuralInput")}
        for layer in self.model.findall("NeuralLayer"):
            neurons = layer.findall("Neuron")
            activations = [self.activation(layer, n) for n in neurons]
            method = layer.get("normalizationMethod", self.model.get("normalizationMethod", "none"))
            self.neurons.update(zip([n.get("id") for n in neurons], NORMALISATIONS[method](activations)))
        return [self.result(o) for o in self.model.findall("NeuralOutputs/NeuralOutput")]

    def setting(self, name, *places, otherwise=None):
        return next((p.get(name) for p in places if p.get(name) is not None), otherwise)

    def activation(self, layer, neuron):
        function = self.setting("activationFunction", layer, self.model)
        cons = [(self.neurons[c.get("from")], float(c.get("weight"))) for c in neuron.findall("Con")]
        if function == "radialBasis":
            width = float(self.setting("width", neuron, layer, self.model))
            altitude = float(self.setting("altitude", neuron, layer, self.model, otherwise="1"))
            distance = math.fsum((x - w) ** 2 for x, w in cons)
            return math.exp(len(cons) * math.log(altitude) - distance / (2 * width**2))
        z = math.fsum(x * w for x, w in cons) + float(neuron.get("bias", "0"))
        if function == "threshold":
            return 1 if z > float(self.setting("threshold", layer, self.model, otherwise="0")) else 0
        return ACTIVATIONS[function](z)

    def result(self, output):
        y = self.neurons[output.get("outputNeuron")]
        e = self.content(output.find("DerivedField"))
        if e.tag == "FieldRef" and e.get("field") in self.derived:
            e = self.content(self.derived[e.get("field")])
        if e.tag == "NormDiscrete":
            return y
        if e.tag == "NormContinuous":
            y = piecewise(sorted((n, o) for o, n in self.points(e)), y, e.get("outliers"))
        return self.rescaled(y, e.get("field"))
