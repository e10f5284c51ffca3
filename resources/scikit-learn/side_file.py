#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""side_file("model.onnx", x_scaler, y_scaler) writes the side file of a network that was trained on scaled numbers, so
that formulas speak of the numbers before scaling. Takes a fitted StandardScaler, MinMaxScaler, MaxAbsScaler or
RobustScaler, or None."""
import json
import pathlib

import numpy as np


def side_file(model, x_scaler=None, y_scaler=None):
    content = {"version": 1}
    for side, scaler in (("inputs", x_scaler), ("outputs", y_scaler)):
        if scaler is not None:
            n = scaler.n_features_in_  # every such scaler is a straight line: offset + scale * number in the file
            ends = scaler.inverse_transform(np.vstack([np.zeros(n), np.ones(n)]))
            names = getattr(scaler, "feature_names_in_", [f"{side[:-1]}{i + 1}" for i in range(n)])
            content[side] = [{"element": f"@{i + 1}", "name": str(names[i]), "offset": float(ends[0, i]),
                              "scale": float(ends[1, i] - ends[0, i])} for i in range(n)]
    pathlib.Path(model).with_suffix(".formulens.json").write_text(json.dumps(content, indent=1))
