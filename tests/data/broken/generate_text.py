#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken files of this folder that are text, and text_manifest.json, which says what each must be answered
with. Needs nothing but Python."""
import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
manifest = []


def add(name, text, refused=None, warnings=None):
    """refused: the error behind the file's name. warnings: all that is warned of when the file opens."""
    (here / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    manifest.append({"file": name, "refused": f"{name}: {refused}"} if refused is not None
                    else {"file": name, "warnings": warnings})


# --- .nnet
NNET = ["2,2,1,2,", "2,2,1,", "0,", "-1,-1,", "1,1,", "0,0,0,", "1,1,1,", "1,2,", "3,4,", "5,", "6,", "7,8,", "9,"]


def nnet(changes):
    lines = ["// a small network"] + NNET
    for number, line in changes.items():
        lines[number - 1] = line
    return "\n".join(line for line in lines if line is not None) + "\n"


add("cut.nnet", "\n".join(["// cut"] + NNET[:-3]) + "\n",
    "ends after line 11, expected the bias of neuron 1 of layer 1: the file is cut short or its header is wrong")
add("no_number.nnet", nnet({9: "1,two,"}),
    "line 9: 'two' is no number, expected the weights of neuron 0 of layer 1 from its 2 inputs")
add("too_few_weights.nnet", nnet({10: "3,"}),
    "line 10 has 1 number, expected the weights of neuron 1 of layer 1 from its 2 inputs")
add("a_billion_layers.nnet", nnet({2: "1000000000,2,1,2,"}),
    "line 2 says that there are 1e9 layers, expected a whole number from 1 to 1e6")
add("header_disagrees.nnet", nnet({2: "2,3,1,2,"}),
    "the header says 3 inputs, but the sizes of the layers say 2")
add("too_few_sizes.nnet", nnet({3: "2,1,"}), "line 3 has 2 sizes, expected 3 for 2 layers")
add("range_of_zero.nnet", nnet({8: "1,0,1,"}), "line 8: the range of input 1 is 0, expected a number to divide by")
add("too_few_means.nnet", nnet({7: "0.5,"}),
    "line 7 has 1 means and ranges, expected one for each of 2 inputs, or a single 0 for none")
add("least_above_greatest.nnet", nnet({5: "-1,2,"}), "line 6: the greatest value of input 1 is 1, below its least, 2")
add("more_lines.nnet", nnet({}) + "10,\n", warnings=[
    "the lines after line 14 are not read: the header speaks of 2 layers only"])

# --- our own JSON
add("cut_model.json", '{"format": "formulens-model", "version": 1, "layers": [',
    "is no JSON text: what stands at byte 56 was not expected there")
add("newer_model.json", '{"format": "formulens-model", "version": 2, "layers": []}',
    "has version 2, written by a newer Formulens; this one reads up to 1")
add("no_input_model.json", '{"format": "formulens-model", "version": 1, "layers": []}', '"input" is missing')
add("unknown_layer_model.json",
    '{"format": "formulens-model", "version": 1, "input": {"shape": [2]}, "layers": [{"type": "attention"}]}',
    "layers[0].type: 'attention' is no layer that is known, expected one of dense, conv, batch_normalisation, "
    "activation, standardise, rescale, clip, flatten, reshape, max_pool, average_pool, global_average_pool")
add("other_json.json", '{"a": 1}', "this is JSON text, not a model")

# --- FANN
def fann(connections="(0, 1.5) (1, -0.5) (0, 0.25) ", neurons="(0, 0, 0) (0, 0, 0) (2, 5, 0.5) (1, 0, 1) ", magic="FANN_FLO_2.1",
         sizes="2 2 ", kind=1, besides="", scale="scale_included=0\n"):
    return (f"{magic}\nnum_layers=2\n{besides}network_type={kind}\nlayer_sizes={sizes}\n{scale}"
            f"neurons (num_inputs, activation_function, activation_steepness)={neurons}\n"
            f"connections (connected_to_neuron, weight)={connections}\n")


add("fixed_point.net", "FANN_FIX_2.1\ndecimal_point=13\n",
    "this is a FANN network in fixed-point numbers, which are rounded: open the one that fann_save wrote before "
    "fann_save_to_fixed")
add("old.net", fann(magic="FANN_FLO_1.1"),
    "this is a FANN network of version 'FANN_FLO_1.1', expected FANN_FLO_2.0 or 2.1: load it with FANN and save it again")
add("cut.net", fann()[:-20], "connections ends within entry 1: the file is cut short")
add("too_few_connections.net", fann("(0, 1.5) "),
    "connections: found 1, expected the 3 of all neurons: the file is cut short or damaged")
add("too_few_neurons.net", fann(sizes="2 3 "),
    "neurons: found 4, expected the 5 of layer_sizes: the file is cut short or damaged")
add("forward_connection.net", fann("(0, 1.5) (3, -0.5) (0, 0.25) "),
    "connections: entry 1 comes from neuron 3, expected one of the layers before that of neuron 2")
add("unknown_function.net", fann(neurons="(0, 0, 0) (0, 0, 0) (2, 9, 0.5) (1, 0, 1) "),
    "neuron 2 has activation function 9, which is not known; expected 0 to 8 or 10 to 19")
add("negative_steepness.net", fann(neurons="(0, 0, 0) (0, 0, 0) (2, 5, -0.5) (1, 0, 1) "),
    "neurons: neuron 2 has steepness -0.5, expected 0 or more")
add("out_of_order.net", fann("(1, 1.5) (0, -0.5) (0, 0.25) ", besides="connection_rate=1.000000\n"),
    "connections: neuron 2 has one from neuron 1 where one from neuron 0 is expected: FANN takes a network of "
    "connection_rate=1 as fully connected, in order")
add("bias_with_connections.net", fann(kind=0),
    "neurons: neuron 3 of the last layer has 1 connections, expected none: it is the bias")
add("output_without_connections.net", fann("(0, 1.5) (1, -0.5) ", "(0, 0, 0) (0, 0, 0) (2, 5, 0.5) (0, 0, 1) "),
    "neurons: neuron 3 of the last layer has 0 connections, expected some: it is an output")
SCALING = "scale_included=1\n" + "".join(
    f"scale_{what}_{side}={' '.join([value] * (1 if side == 'in' else 2))} \n" for side in ("in", "out")
    for what, value in (("mean", "2"), ("deviation", "0" if side == "in" else "3"), ("new_min", "-1"), ("factor", "1")))
add("constant_input.net", fann(scale=SCALING), warnings=[
    "the file's scaling of inputs and outputs is part of the network here; fann_run alone does not apply it",
    "input 1 did not vary in training, so that its scaling has a deviation of 0: it is taken unscaled, as FANN does "
    "after version 2.2.0, which divides by 0"])
add("no_layers.net", "FANN_FLO_2.1\nnum_layers=2\n",
    "'layer_sizes' is missing: the file is cut short, or no FANN network")


# --- PMML
def pmml(model, fields='<DataField name="x" optype="continuous" dataType="double"/>', before=""):
    return (f'<?xml version="1.0"?>\n{before}<PMML version="4.4"><Header/><DataDictionary>{fields}</DataDictionary>'
            f"{model}</PMML>\n")


def neural(inner, attributes='activationFunction="tanh"'):
    return (f'<NeuralNetwork functionName="regression" {attributes}><MiningSchema><MiningField name="x"/></MiningSchema>'
            f"{inner}</NeuralNetwork>")


INPUT = '<NeuralInputs><NeuralInput id="0"><DerivedField><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>'
LAYER = '<NeuralLayer><Neuron id="1"><Con from="0" weight="2"/></Neuron></NeuralLayer>'
add("entities.pmml", pmml("", before='<!DOCTYPE PMML [<!ENTITY a "aaaa">]>\n'),
    "defines entities (<!ENTITY ...>), which no model needs and which are not read: export the model again")
add("cut.pmml", pmml(neural(INPUT))[:-60], "is no XML document: Start-end tags mismatch at byte 333")
add("tree.pmml", pmml("<TreeModel/>"),
    "holds a model of the kind TreeModel, expected a NeuralNetwork or a RegressionModel")
add("no_model.pmml", pmml(""), "holds no model, expected a NeuralNetwork or a RegressionModel")
add("unknown_field.pmml", pmml(neural(INPUT.replace('field="x"', 'field="z"') + LAYER)),
    '<FieldRef field="z">: there is no active field \'z\'')
add("no_number.pmml", pmml(neural(INPUT + LAYER.replace('"2"', '"two"'))),
    '<Con from="0">: "weight" is \'two\', expected a number')
add("unknown_neuron.pmml", pmml(neural(INPUT + LAYER.replace('from="0"', 'from="7"'))),
    '<Con from="7">: comes from no neuron of an earlier layer')
add("radial_basis.pmml", pmml(neural(INPUT + LAYER, 'activationFunction="radialBasis"')),
    '<Neuron id="1">: a radial basis needs a width and an altitude above 0, of its own or of the network')
add("unknown_activation.pmml", pmml(neural(INPUT + LAYER, 'activationFunction="wavelet"')),
    "<NeuralLayer>: activation function 'wavelet' is not read")
add("function_of_a_neuron.pmml", pmml(neural(INPUT + LAYER.replace("<Neuron ", '<Neuron activationFunction="tanh" '))),
    '<Neuron id="1">: "activationFunction" of a single neuron is not read')
add("leaky.pmml", pmml(neural(INPUT + LAYER, 'activationFunction="rectifier" x-leakage="0.1"')),
    '<NeuralLayer>: "x-leakage" is not read')
add("texts_unlisted.pmml",
    pmml(neural(INPUT + LAYER), fields='<DataField name="x" optype="categorical" dataType="string"/>'),
    '<DataField name="x">: its values are texts, but none of them is listed')
add("no_outputs.pmml", pmml(neural(INPUT + LAYER)), "<NeuralNetwork>: has no outputs")



def regression(table, settings="", target="continuous", mining='<MiningField name="x"/>', inside="", before=""):
    """A model of x and of the texts of c."""
    values = "".join(f'<Value value="{v}"/>' for v in "abc")
    fields = ('<DataField name="x" optype="continuous" dataType="integer"/>'
              f'<DataField name="c" optype="categorical" dataType="string">{values}</DataField>'
              f'<DataField name="y" optype="{target}" dataType="{"double" if target == "continuous" else "string"}"/>')
    kind = "regression" if target == "continuous" else "classification"
    return pmml(f"{before}<RegressionModel functionName=\"{kind}\" {settings}><MiningSchema>{mining}"
                f'<MiningField name="y" usageType="target"/></MiningSchema>{inside}{table}</RegressionModel>', fields=fields)


def derived(expression, name="d", kind="double"):
    return (f'<LocalTransformations><DerivedField name="{name}" optype="continuous" dataType="{kind}">{expression}'
            "</DerivedField></LocalTransformations>")


def apply(function, *operands):
    return f'<Apply function="{function}">{"".join(operands)}</Apply>'


X, SLOPE = '<FieldRef field="x"/>', '<NumericPredictor name="x" coefficient="2"/>'
ONE = f'<RegressionTable intercept="1">{SLOPE}</RegressionTable>'
OF_D = '<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="2"/></RegressionTable>'
CLASSES = "".join(f'<RegressionTable intercept="1" targetCategory="{c}">{SLOPE}</RegressionTable>' for c in "abc")
EMPTY = '<RegressionTable intercept="0" targetCategory="empty"/>'
SAID = f'<RegressionTable intercept="1" targetCategory="said">{SLOPE}</RegressionTable>'

for name, text, words in (
    ("two_tables", regression(ONE + ONE), "<RegressionModel>: a regression has 2 tables, expected one"),
    ("one_class", regression(SAID, target="categorical"),
     "<RegressionModel>: a classification has one table, expected one for each class"),
    ("unknown_link", regression(ONE, 'normalizationMethod="arcsine"'),
     "<RegressionModel>: normalisation 'arcsine' is not read"),
    ("exp_of_classes", regression(SAID + EMPTY, 'normalizationMethod="exp"', "categorical"),
     "<RegressionModel>: normalisation 'exp' gives no probabilities of classes"),
    ("probit_of_three", regression(CLASSES, 'normalizationMethod="probit"', "categorical"),
     "<RegressionModel>: normalisation 'probit' of 3 classes is not read"),
    ("outliers_missing", regression(
        ONE, mining='<MiningField name="x" outliers="asMissingValues" lowValue="0" highValue="1"/>'),
     '<MiningField name="x">: outliers count as missing values, which no formula says where there is no '
     "missingValueReplacement"),
    ("stands_twice", regression(ONE, mining='<MiningField name="x"/><MiningField name="x"/>'),
     '<MiningField name="x">: stands twice in the mining schema'),
    ("two_of_a_name", regression(ONE, inside=derived(X, "x")),
     "<NumericPredictor name=\"x\">: 'x' is both a field of the data and a derived one: give the derived one another name"),
    ("text_as_number", regression(ONE.replace('"x"', '"c"'), mining='<MiningField name="c"/>'),
     "<NumericPredictor name=\"c\">: takes 'c' as a number, but its values are texts"),
    ("value_twice", regression('<RegressionTable intercept="1">' + 2 * '<CategoricalPredictor name="c" value="a" coefficient="2"/>'
                               + "</RegressionTable>", mining='<MiningField name="c"/>'),
     "<CategoricalPredictor name=\"c\">: stands twice in a table for the value 'a'"),
    ("thermometer", regression(OF_D, inside=derived('<NormDiscrete field="c" value="b" method="thermometer"/>'),
                               mining='<MiningField name="c"/>'),
     "<NormDiscrete field=\"c\">: method 'thermometer' is not read, expected 'indicator'"),
    ("discretised", regression(OF_D, inside=derived('<Discretize field="x"/>')),
     '<Discretize field="x">: transformations of this kind are not read'),
    ("mapped", regression(OF_D, inside=derived("<MapValues/>")), "<MapValues>: transformations of this kind are not read"),
    ("whole_division", regression(OF_D, inside=derived(apply("/", X, "<Constant>10</Constant>"))),
     "<Apply>: divides whole numbers, which some readers round and others do not: say them as double"),
    ("no_else", regression(OF_D, inside=derived(apply("if", apply("lessThan", X, "<Constant>0</Constant>"), X))),
     "<Apply>: function 'if' has 2 operands, expected 3: without its last one the value may be missing, which no formula "
     "says"),
    ("unknown_function", regression(OF_D, inside=derived(apply("substring", X))),
     "<Apply>: function 'substring' is not read"),
    ("too_many_operands", regression(OF_D, inside=derived(apply("exp", X, X))),
     "<Apply>: function 'exp' has 2 operands, expected 1"),
    ("number_as_truth", regression(OF_D, inside=derived(apply("not", X))),
     "<Apply>: expected a comparison or another truth value as operand, found a number"),
    ("constant_text", regression(OF_D, inside=derived(apply("+", X, "<Constant>ten</Constant>"))),
     "<Constant>: is 'ten', expected a number"),
    ("in_a_circle", regression(OF_D, inside=derived('<FieldRef field="d"/>')),
     '<FieldRef field="d">: is nested more than 32 expressions deep, or in a circle'),
    ("norm_missing", regression(OF_D, inside=derived(
        '<NormContinuous field="x" outliers="asMissingValues"><LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="1"/>'
        "</NormContinuous>")),
     '<NormContinuous field="x">: values outside of its points count as missing, which no formula says'),
    ("unknown_cast", regression(ONE, inside='<Targets><Target field="y" castInteger="up"/></Targets>'),
     '<Target field="y">: castInteger is \'up\', expected round, ceiling or floor'),
):
    add(name + ".pmml", text, words)

add("others_besides.pmml", regression(
    ONE, inside='<Output><OutputField name="shown" feature="transformedValue"/></Output>' + derived(X, "d", "integer"),
    settings='isScorable="false"').replace("</PMML>", "<TreeModel><MiningSchema/></TreeModel></PMML>"), warnings=[
        "the output field 'shown' is computed from the prediction, which is not read",
        'the file says that its model is not meant to be computed (isScorable="false")',
        "there is another model behind the first, a TreeModel, which is not read"])
add("texts_named.pmml", regression(
    '<RegressionTable intercept="1"><CategoricalPredictor name="c" value="b" coefficient="2"/></RegressionTable>',
    mining='<MiningField name="c"/>').replace('<Value value="a"/><Value value="b"/><Value value="c"/>', ""), warnings=[
    "the texts of field 'c' are not listed: here they are those that the model names, and '(another)'"])
add("not_rounded.pmml", regression(OF_D, inside=derived(apply("exp", X), kind="integer")), warnings=[
    "the derived field 'd' is declared as a whole number, but nothing rounds it here"])
add("both_said.pmml", regression(SAID + SAID.replace("said", "also"), 'normalizationMethod="logit"', "categorical"),
    warnings=["of two classes the second, 'also', has what the first leaves: its own table is not used"])
add("empty_first.pmml", regression(EMPTY + SAID, 'normalizationMethod="logit"', "categorical"), warnings=[
    "the class 'empty' has an empty table: it has what the other leaves, though the standard expects it in second place"])
add("logit_of_three.pmml", regression(CLASSES, 'normalizationMethod="logit"', "categorical"), warnings=[
    "the standard knows no logit of 3 classes: each probability is 1 / (1 + exp(-y)) over the sum of all of them, as JPMML "
    "computes it"])
add("ordered_softmax.pmml", regression(CLASSES, 'normalizationMethod="softmax"', "ordinal"), warnings=[
    "the classes are ordered, for which the standard knows no softmax: it is taken as for classes without order"])

(here / "text_manifest.json").write_text(json.dumps(manifest, indent=4) + "\n")
