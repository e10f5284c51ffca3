# SPDX-License-Identifier: GPL-3.0-or-later
"""Small recurrent networks as PyTorch exports them, with what PyTorch computes in double precision.

Writes NAME.onnx and NAME.json ({"x": [...], "y": [...]}, flat) beside itself. Run once, by hand.
"""
import json
from pathlib import Path

import torch
from torch import nn

here = Path(__file__).parent


class Forecaster(nn.Module):
    """The last step of a recurrent layer, then a dense one."""

    def __init__(self, kind, layers=1, both=False, hidden=3):
        super().__init__()
        options = dict(batch_first=True, num_layers=layers, bidirectional=both)
        self.recurrent = getattr(nn, kind)(2, hidden, **options)
        self.dense = nn.Linear(hidden * (2 if both else 1), 1)

    def forward(self, x):
        y, _ = self.recurrent(x)
        return self.dense(y[:, -1, :])


class Filter(nn.Module):
    """A sequence in, a sequence out, the state of the file's own."""

    def __init__(self):
        super().__init__()
        self.recurrent = nn.LSTM(2, 3)

    def forward(self, x, h, c):
        y, (hn, cn) = self.recurrent(x, (h, c))
        return torch.tanh(y), hn, cn


def write(name, model, inputs, names, outputs, axes=None):
    model = model.eval()
    torch.onnx.export(model, inputs, str(here / f"{name}.onnx"), input_names=names, output_names=outputs,
                      opset_version=14, dynamic_axes=axes)
    with torch.no_grad():
        results = model.double()(*[x.double() for x in inputs])
    results = results if isinstance(results, tuple) else (results,)
    flat = lambda tensors: [value for tensor in tensors for value in tensor.double().flatten().tolist()]
    (here / f"{name}.json").write_text(json.dumps({"x": flat(inputs), "y": flat(results)}) + "\n")


torch.manual_seed(7)
sequence = (torch.randn(1, 5, 2),)
write("lstm", Forecaster("LSTM"), sequence, ["x"], ["y"])
write("gru", Forecaster("GRU"), sequence, ["x"], ["y"])
write("rnn", Forecaster("RNN"), sequence, ["x"], ["y"])
write("lstm_two_layers", Forecaster("LSTM", layers=2, hidden=2), sequence, ["x"], ["y"])
write("gru_both_ways", Forecaster("GRU", both=True, hidden=2), sequence, ["x"], ["y"])
write("lstm_of_any_length", Forecaster("LSTM"), (torch.randn(1, 1, 2),), ["x"], ["y"], {"x": {1: "time"}})
write("filter", Filter(), (torch.randn(4, 1, 2), torch.randn(1, 1, 3), torch.randn(1, 1, 3)), ["x", "h0", "c0"],
      ["y", "hn", "cn"])
