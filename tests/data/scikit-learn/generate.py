#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of scikit-learn behind scalers, as layers in Formulens' own format with the side files that
resources/scikit-learn/side_file.py writes, and expected.json: what the pipelines predict of numbers before scaling. Also
makes sure that the script refuses scalers that are no straight lines. Writes into the folder in which it is started."""
import json
import pathlib
import sys

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "resources" / "scikit-learn"))
from side_file import side_file  # noqa: E402


def layers(model):
    if not hasattr(model, "coefs_"):
        weights, bias = np.atleast_2d(model.coef_).T, np.atleast_1d(model.intercept_)
        return [{"type": "dense", "weights": weights.tolist(), "bias": bias.tolist(),
                 "activation": "softmax" if hasattr(model, "classes_") else "linear"}]
    functions = [model.activation] * (model.n_layers_ - 2) + [model.out_activation_]
    names = {"identity": "linear", "logistic": "sigmoid"}
    return [{"type": "dense", "weights": w.tolist(), "bias": b.tolist(), "activation": names.get(f, f)}
            for w, b, f in zip(model.coefs_, model.intercepts_, functions)]


def write(name, x_scaler, y_scaler, model, classes=0):
    random = np.random.default_rng(len(name))
    x = random.normal(size=(150, 3)) * [1, 50, 0.01] + [0, 300, 5]
    x[:, 2] = 5 if name == "constant" else x[:, 2]
    y = np.c_[np.sin(x[:, 0]) * 40 + x[:, 1], x[:, 2] * 100 - x[:, 0]]
    if classes:
        y = np.digitize(y[:, 0], np.quantile(y[:, 0], np.linspace(0, 1, classes + 1)[1:-1]))
    pipeline = make_pipeline(x_scaler, model).fit(x, y if y_scaler is None else y_scaler.fit_transform(y))
    content = {"format": "formulens-model", "version": 1, "input": {"shape": [3]}, "layers": layers(model)}
    pathlib.Path(f"{name}.json").write_text(json.dumps(content) + "\n")
    side_file(f"{name}.json", x_scaler, y_scaler)
    out = pipeline.predict_proba(x[:6])[:, -classes + 1 if classes == 2 else 0:] if classes else pipeline.predict(x[:6])
    return [{"in": a.tolist(), "out": b.tolist()} for a, b in
            zip(x[:6], out if y_scaler is None else y_scaler.inverse_transform(out))]


def main():
    settings = {"max_iter": 80, "random_state": 1}
    expected = {
        "standard": write("standard", StandardScaler(), StandardScaler(),
                          MLPRegressor((4, 3), activation="tanh", **settings)),
        "minmax": write("minmax", MinMaxScaler((-1, 3)), MinMaxScaler(), MLPRegressor((5,), **settings)),
        "robust": write("robust", RobustScaler(), MaxAbsScaler(),
                        MLPRegressor((4,), activation="logistic", **settings)),
        "constant": write("constant", StandardScaler(), None, MLPRegressor((4,), activation="tanh", **settings)),
        "linear": write("linear", StandardScaler(), RobustScaler(), LinearRegression()),
        "two_classes": write("two_classes", StandardScaler(), None, MLPClassifier((4,), **settings), 2),
        "three_classes": write("three_classes", MinMaxScaler(), None,
                               MLPClassifier((4,), activation="tanh", **settings), 3),
        "logistic": write("logistic", StandardScaler(), None, LogisticRegression(), 3),
    }
    pathlib.Path("expected.json").write_text(json.dumps(expected, indent=0) + "\n")
    for scaler in (PowerTransformer(), MinMaxScaler(clip=True)):
        try:
            side_file("refused.json", scaler.fit(np.random.default_rng(1).normal(size=(50, 3))))
        except ValueError:
            continue
        raise SystemExit(f"{scaler} was written")


if __name__ == "__main__":
    main()
