#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes one small network in every format: y = W2 f(W1 x + b1) + b2, with f = tanh, or ReLU where a format has nothing
else. AllFormatsTest holds each file against the same network as text. A format whose library is missing is left out."""

import numpy as np

W1 = np.array([[0.5, -1.25, 2], [0.75, 1.5, -0.375]], np.float32)  # inputs by outputs
B1 = np.array([0.125, -0.5, 0.25], np.float32)
W2 = np.array([[1.5, -0.25], [0.625, 2.5], [-1, 0.875]], np.float32)
B2 = np.array([-0.75, 0.5], np.float32)


def write_onnx():
    from onnx import TensorProto, checker, helper, numpy_helper, save

    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "W1", "b1"], ["z"]),
            helper.make_node("Tanh", ["z"], ["h"]),
            helper.make_node("Gemm", ["h", "W2", "b2"], ["y"]),
        ],
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        [numpy_helper.from_array(a, n) for a, n in ((W1, "W1"), (B1, "b1"), (W2, "W2"), (B2, "b2"))],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    checker.check_model(model)
    save(model, "small_tanh.onnx")


if __name__ == "__main__":
    for write in (write_onnx,):
        try:
            write()
        except ImportError as missing:
            print(f"{write.__name__}: {missing}")
