#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes kinds.h5: values of every kind that an HDF5 file may hold. Hdf5TreeTest says what they are.

    apt-get install python3-h5py
    ./generate.py
"""
import pathlib

import h5py
import numpy as np

with h5py.File(pathlib.Path(__file__).resolve().parent / "kinds.h5", "w") as file:
    for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        file.create_dataset(name, data=np.array([[1, 2, 3], [4, 5, 6]], name))
        file.create_dataset(f"swapped/{name}", data=np.array([1, 2, 3], np.dtype(name).newbyteorder(">")))
    file["truth"] = np.array([True, False])
    file["scalar"] = np.float32(2.5)
    file["nothing"] = np.zeros((0, 3), np.float32)
    file["empty"] = h5py.Empty("f4")
    file.create_dataset("packed", data=np.arange(64, dtype=np.float32).reshape(8, 8), chunks=(3, 3), compression="gzip",
                        shuffle=True, fletcher32=True)
    file.create_dataset("unwritten", (2, 2), np.float32, fillvalue=7)
    file["records"] = np.zeros(2, [("a", "f4"), ("b", "i4")])
    file["complex"] = np.array([1 + 2j])
    file["soft"] = h5py.SoftLink("/scalar")
    file["twice"] = file["scalar"]
    group = file.create_group("outer/inner")
    group.attrs["text"] = "größer"
    group.attrs["fixed"] = np.array([b"a", b"longer"])
    group.attrs.create("texts", ["one", "two", ""], dtype=h5py.string_dtype())
    group.attrs["number"] = 3
    group.attrs["none"] = np.array([], np.float64)
    group.attrs["reference"] = file["scalar"].ref
    file["float32"].attrs["unit"] = "metre"
