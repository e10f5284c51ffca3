#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes networks as PyTorch keeps them, and expected.json with what PyTorch computes of them in double precision.

    apt-get install python3-torch
    ./generate.py

Building and testing needs no Python: the files lie here.
"""
import json
import pathlib
import struct

import torch
from torch import nn
import torch.nn.utils.prune

here = pathlib.Path(__file__).resolve().parent
expected = []


def save_safetensors(state, path):
    header, data = {}, b""
    names = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
    for name in sorted(state):
        tensor = state[name].contiguous()
        content = tensor.view(torch.int16).numpy().tobytes() if tensor.dtype == torch.bfloat16 else tensor.numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def add(name, model, shape, architecture, save="zip", what=lambda model: model.state_dict(), proposed=None):
    """`architecture`: what is said, empty where the file leaves nothing to choose. `proposed`: what it proposes."""
    torch.manual_seed(len(expected))
    for key, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            if "_mask" in key:
                continue
            tensor.copy_(torch.rand_like(tensor) + 0.5 if "running_var" in key else torch.randn_like(tensor) * 0.5)
    model.eval()
    ending = {"zip": "pt", "script": "pt", "legacy": "pth", "safetensors": "safetensors"}[save]
    path = here / f"{name}.{ending}"
    if save == "safetensors":
        save_safetensors(what(model), path)
    elif save == "script":
        torch.jit.trace(model, torch.zeros(1, *shape)).save(str(path))
    else:
        torch.save(what(model), path, _use_new_zipfile_serialization=save == "zip")
    cases = []
    wide = model.double()
    for _ in range(3):
        first = torch.randint(0, 5, (1, *shape)) if name == "embedding" else torch.randn(1, *shape, dtype=torch.float64)
        cases.append({"in": first.flatten().tolist(), "out": wide(first).detach().flatten().tolist()})
    expected.append({"file": path.name, "architecture": architecture, "cases": cases}
                    | ({"proposed": proposed} if proposed is not None else {}))


def mlp(*activations):
    widths = [3, 4, 4, 2]
    steps = []
    for i in range(3):
        steps.append(nn.Linear(widths[i], widths[i + 1]))
        if i < len(activations):
            steps.append(activations[i])
    return nn.Sequential(*steps)


class Named(nn.Module):
    """forward() does not follow the order in which the layers are registered, as far as the file can tell."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 5)
        self.fc2 = nn.Linear(5, 4)
        self.out = nn.Linear(4, 2)
        self.act = nn.Tanh()

    def forward(self, x):
        return self.out(self.act(self.fc2(self.act(self.fc1(x)))))


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.SiLU(), nn.Linear(4, 1), nn.Sigmoid())

    def forward(self, x):
        return self.net(x)


class AlongTime(nn.Module):
    def __init__(self, layer, states):
        super().__init__()
        self.rnn = layer
        self.head = nn.Linear(states, 2)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


class Backwards(nn.Module):
    """Alphabetically the layers stand in another order than they are used in."""

    def __init__(self):
        super().__init__()
        self.input = nn.Linear(3, 5)
        self.hidden = nn.Linear(5, 4)
        self.final = nn.Linear(4, 2)

    def forward(self, x):
        return self.final(torch.relu(self.hidden(torch.relu(self.input(x)))))


def half(model, dtype):
    rounded = {key: tensor.to(dtype) for key, tensor in model.state_dict().items()}
    model.load_state_dict(rounded)
    return rounded


with torch.no_grad():
    three = "Linear,{},Linear,{},Linear"
    add("tanh", mlp(nn.Tanh(), nn.Tanh()), [3], three.format("tanh", "tanh"), proposed="Linear,relu,Linear,relu,Linear")
    add("legacy", mlp(nn.ELU(0.7), nn.LeakyReLU(0.2)), [3], three.format("ELU(0.7)", "LeakyReLU(0.2)"), "legacy")
    add("sorted", Backwards(), [3], three.format("relu", "relu"), "safetensors", proposed="Linear,relu,Linear,relu,Linear")
    add("said_by_name", Backwards(), [3], "Linear(input),relu,Linear(hidden),relu,Linear(final)")
    add("checkpoint", mlp(nn.Softplus(), nn.GELU()), [3], three.format("softplus", "GELU"),
        what=lambda model: {"epoch": 3, "model_state_dict": {"module." + k: v for k, v in model.state_dict().items()},
                            "optimizer_state_dict": {"state": {0: {"exp_avg": torch.zeros(4, 3)}}, "param_groups": []},
                            "losses": [0.5, 0.25]})
    add("average", mlp(nn.ReLU6(), nn.Hardtanh()), [3], three.format("relu6", "hardtanh"),
        what=lambda model: {"ema": {k: v + 1 for k, v in model.state_dict().items()}, "model": model.state_dict()})
    add("float64", mlp(nn.SELU(), nn.CELU()).double(), [3], three.format("selu", "celu"))
    add("float16", mlp(nn.Hardsigmoid(), nn.Hardswish()), [3], three.format("hardsigmoid", "hardswish"),
        what=lambda model: half(model, torch.float16))
    add("bfloat16", mlp(nn.Mish(), nn.Softsign()), [3], three.format("mish", "softsign"), "safetensors",
        what=lambda model: half(model, torch.bfloat16))
    add("normalised", nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4), nn.LayerNorm(4),
                                    nn.Tanh(), nn.Dropout(), nn.Linear(4, 2), nn.LogSoftmax(-1)), [3],
        "Linear,BatchNorm1d,relu,Linear,LayerNorm,tanh,Linear,LogSoftmax",
        proposed="Linear,BatchNorm,relu,Linear,LayerNorm,relu,Linear")
    add("prelu", nn.Sequential(nn.Linear(3, 4), nn.PReLU(4), nn.Linear(4, 2), nn.PReLU()), [3],
        "Linear,PReLU,Linear,PReLU", proposed="Linear,PReLU,Linear,PReLU")
    add("weight_norm", nn.Sequential(nn.utils.weight_norm(nn.Linear(3, 4)), nn.ReLU(), nn.Linear(4, 2)), [3],
        "Linear,relu,Linear")
    add("images", nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, (3, 2), stride=(2, 1), dilation=(1, 2)),
                                nn.BatchNorm2d(6), nn.ReLU(), nn.AvgPool2d(2, stride=1, padding=1), nn.Flatten(), nn.Linear(54, 3), nn.Softmax(1)),
        [1, 10, 8],
        "Input(1,10,8),Conv2d(padding=1),relu,MaxPool2d(2),Conv2d(stride=2x1,dilation=1x2),BatchNorm2d,relu,"
        "AvgPool2d(2,stride=1,padding=1),Flatten,Linear,softmax")
    add("depthwise", nn.Sequential(nn.Conv2d(2, 4, 3, groups=2), nn.ReLU(), nn.Conv2d(4, 4, 3, groups=4, padding="same"), nn.ReLU(),
                                   nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)), [2, 6, 6],
        "Input(2,6,6),Conv2d(groups=2),relu,Conv2d(groups=4,padding=same),relu,AdaptiveAvgPool2d(1),Flatten,Linear")
    add("signals", nn.Sequential(nn.Conv1d(2, 3, 3, stride=2), nn.Tanh(), nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True), nn.Flatten(),
                                 nn.Linear(9, 2)), [2, 12],
        "Input(2,12),Conv1d(stride=2),tanh,MaxPool1d(3,stride=2,padding=1,ceil_mode=true),Flatten,Linear")
    add("upwards", nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Unflatten(1, (2, 2, 2)), nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1),
                                 nn.Sigmoid()), [3],
        "Linear,relu,Reshape(2,2,2),ConvTranspose2d(stride=2,padding=1,output_padding=1),sigmoid")
    add("embedding", nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2)), [2],
        "Input(2),Embedding,Flatten,Linear")
    add("lstm", AlongTime(nn.LSTM(3, 4, batch_first=True), 4), [5, 3], "Input(5,3),LSTM,last,Linear",
        proposed="Input(10,3),LSTM,last,Linear")
    add("gru_both_ways", AlongTime(nn.GRU(2, 3, 2, batch_first=True, bidirectional=True), 6), [4, 2],
        "Input(4,2),GRU(rnn),last,Linear(head)", proposed="Input(10,2),GRU,last,Linear")
    add("rnn", AlongTime(nn.RNN(2, 3, bias=False, nonlinearity="relu", batch_first=True), 3), [4, 2],
        "Input(4,2),RNN(nonlinearity=relu),last,Linear")
    add("groups", nn.Sequential(nn.Conv2d(2, 6, 3), nn.GroupNorm(3, 6), nn.ReLU(), nn.InstanceNorm2d(6, affine=True), nn.Flatten(),
                                nn.Linear(24, 2)), [2, 4, 4],
        "Input(2,4,4),Conv2d,GroupNorm(groups=3),relu,InstanceNorm2d,Flatten,Linear")
    add("spectral_norm", nn.Sequential(nn.utils.spectral_norm(nn.Linear(3, 4)), nn.Tanh(),
                                       nn.utils.parametrizations.spectral_norm(nn.Linear(4, 2))), [3], "Linear,tanh,Linear")
    pruned = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    nn.utils.prune.random_unstructured(pruned[0], "weight", 0.5)
    nn.utils.prune.random_unstructured(pruned[2], "bias", 0.5)
    add("pruned", pruned, [3], "Linear,tanh,Linear")

    # Whole modules: their classes are named in the file.
    whole = lambda model: model
    act = nn.Tanh()
    add("sequential", nn.Sequential(nn.Linear(3, 4), act, nn.Linear(4, 4), act, nn.Sequential(nn.Dropout(), nn.Linear(4, 2), nn.ELU(0.5))),
        [3], "", what=whole, proposed="Linear(0),Tanh,Linear(2),Tanh,Linear(4.1),ELU(0.5)")
    add("sequential_legacy", mlp(nn.GELU("tanh"), nn.Hardtanh(-2, 3)), [3], "", "legacy", whole,
        proposed="Linear(0),GELU(tanh),Linear(2),Hardtanh(-2,3),Linear(4)")
    add("sequential_images", nn.Sequential(nn.Conv2d(1, 2, 3, stride=2, bias=False), nn.BatchNorm2d(2, eps=0.01), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                                           nn.Linear(8, 2)), [1, 9, 10],
        "Input(1,9,10),Conv2d(0,stride=2),BatchNorm2d(1,eps=0.01),ReLU,MaxPool2d(2),Flatten,Linear(5)", what=whole)
    add("named_module", Named(), [3], "Linear(fc1),Tanh,Linear(fc2),Tanh,Linear(out)", what=whole,
        proposed="Linear(fc1),Tanh,Linear(fc2),Tanh,Linear(out)")
    add("wrapped_module", Wrapped(), [3], "Linear(net.0),SiLU,Linear(net.2),Sigmoid", what=whole,
        proposed="Linear(net.0),SiLU,Linear(net.2),Sigmoid")

    add("scripted", nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid()), [3], "", "script", whole,
        proposed="Linear(0),Tanh,Linear(2),Sigmoid")
    add("scripted_settings", nn.Sequential(nn.Linear(3, 4), nn.ELU(0.5), nn.Linear(4, 2), nn.LeakyReLU(0.2)), [3],
        "Linear(0),ELU(0.5),Linear(2),LeakyReLU(0.2)", "script", whole, proposed="Linear(0),ELU,Linear(2),LeakyReLU")
    torch.save(nn.Sequential(nn.LayerNorm(3, elementwise_affine=False), nn.LayerNorm(3)), here / "plain_norm.pt")  # refused

(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
