#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the bundled examples for real and writes them as ONNX beside this script.

    ./train.py [NAME ...]        all of them, or those that are named: xor, logic16, iris ...

Needs python3-torch, python3-sklearn, python3-scipy and python3-onnx of Debian 12. Nothing of this is needed to build
or test Formulens: the files that it writes are part of the project. Seeds are fixed; README.md keeps what it printed.
"""
import importlib
import json
import sys
import time
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    index = json.loads((HERE / "index.json").read_text())
    names = [Path(example["file"]).stem for example in index["examples"]]
    for name in sys.argv[1:] or names:
        print(f"{name}:", flush=True)
        start = time.monotonic()
        path = HERE / f"{name}.onnx"
        story = json.loads((HERE / f"{name}.formulens.json").read_text())["story"]
        importlib.import_module(f"training.{name}").train(path, story)
        print(f"  {path.stat().st_size} bytes, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
