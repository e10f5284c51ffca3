#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""side_file("model.onnx", x_scaler, y_scaler) writes the side file of a network that was trained on scaled numbers, so
that formulas speak of the numbers before scaling. Takes a fitted StandardScaler, MinMaxScaler, MaxAbsScaler or
RobustScaler, or None. Fails (ValueError) for a scaler that is no straight line for each number."""
import json
import pathlib

import numpy as np


def line(scaler):
    """The offset and the scale of each number: number = offset + scale * scaled."""
    n = scaler.n_features_in_
    offset, end = scaler.inverse_transform(np.vstack([np.zeros(n), np.ones(n)]))
    probe = np.random.default_rng(0).uniform(-2, 2, (8, n))
    if getattr(scaler, "clip", False) or not np.allclose(
            scaler.inverse_transform(probe), offset + probe * (end - offset), rtol=1e-9, atol=1e-6 * abs(end - offset)):
        raise ValueError(f"{scaler} is no straight line for each number: a side file cannot say it")
    return offset, end - offset


def side_file(model, x_scaler=None, y_scaler=None):
    content = {"version": 1}
    for side, scaler in (("inputs", x_scaler), ("outputs", y_scaler)):
        if scaler is not None:
            offset, scale = line(scaler)
            names = getattr(scaler, "feature_names_in_", [f"{side[:-1]}{i + 1}" for i in range(len(offset))])
            content[side] = [{"element": f"@{i + 1}", "name": str(name), "offset": float(start), "scale": float(size)}
                             for i, (name, start, size) in enumerate(zip(names, offset, scale))]
    pathlib.Path(model).with_suffix(".formulens.json").write_text(json.dumps(content, indent=1))
