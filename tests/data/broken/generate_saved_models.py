#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the broken SavedModels of this folder, and saved_models_manifest.json, which says what each must be answered
with: the sound one of ../formats, with one thing wrong. Needs nothing but Python."""
import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
sound = here.parent / "formats" / "small_tanh_saved_model"
GRAPH = "saved_model.pb"
INDEX = "variables/variables.index"
VALUES = "variables/variables.data-00000-of-00001"
manifest = []


def add(name, changes, refused):
    """changes: what becomes of a file's bytes; None leaves it out. refused: the error behind the file's name."""
    for part in (GRAPH, INDEX, VALUES):
        content = (sound / part).read_bytes()
        change = changes.get(part, lambda bytes: bytes)
        if change is None:
            continue
        path = here / f"{name}_saved_model" / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change(content))
    manifest.append({"file": f"{name}_saved_model/{GRAPH}", "refused": f"{GRAPH}: {refused}"})


def replaced(old, new):
    """Of the same length, so that all lengths in the file stay true."""
    assert len(old) == len(new)

    def change(content):
        assert old in content
        return content.replace(old, new)

    return change


add("alone", {INDEX: None, VALUES: None},
    "its list of variables, variables/variables.index beside it, does not exist: copy the whole folder that TensorFlow "
    "saved")
add("without_values", {VALUES: None},
    "variable 'dense_1/bias': its values lie in variables/variables.data-00000-of-00001, which does not exist")
add("cut_graph", {GRAPH: lambda content: content[:1000]},
    "field 2 claims 3697 bytes, found 995: the file is cut short or damaged")
add("cut_list", {INDEX: lambda content: content[:150]},
    "variables/variables.index: it does not end as a list of variables does: the file is cut short or of another kind")
add("damaged_list", {INDEX: lambda content: content[:20] + b"!" + content[21:]},
    "variables/variables.index: block at byte 0 does not have its checksum: the file is damaged")
add("cut_values", {VALUES: lambda content: content[:30]},
    "variable 'dense_1/bias': its values lie in bytes 36 to 44 of variables.data-00000-of-00001, which has 30: the "
    "file is cut short or damaged")
add("damaged_values", {VALUES: lambda content: content[:40] + b"!" + content[41:]},
    "variable 'dense_1/bias': its values in variables.data-00000-of-00001 do not have their checksum: the file is "
    "damaged")
add("not_loaded", {GRAPH: replaced(b"\x12\x10AssignVariableOp", b"\x12\x10AssignVariableOq")},
    "variable 'dense_1/bias' (VarHandleOp) is not among those that the model loads, so it has no value")
add("no_signature", {GRAPH: replaced(b"serving_default\x12", b"__saved_model_x\x12")},
    "the model offers no signature, so it does not say what goes in and what comes out: save it with "
    "tf.saved_model.save(model, folder, signatures=...), or from Keras with model.export(folder)")
add("function_missing", {GRAPH: replaced(b"\n\x1c__inference__wrapped_model_2\x12", b"\n\x1c__inference__wrapped_model_3\x12")},
    "function '__inference__wrapped_model_2' is called, which the file does not have")
add("name_missing", {GRAPH: replaced(b"\x19sequential/dense/Tanh:y:0", b"\x19sequential/dense/Tanx:y:0")},
    "'sequential/dense/Tanx' is read in function '__inference__wrapped_model_2', which is no node and no argument there")

(here / "saved_models_manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
