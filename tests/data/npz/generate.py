#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the .npz files of this folder, as numpy writes them.

    apt-get install python3-numpy
    ./generate.py

Building and testing needs no Python: the files lie here. Each array holds 0, 1, 2 ... in row-major order of its shape,
with signs where its type has them, unless its name says otherwise.
"""
import io
import pathlib
import warnings
import zipfile

import numpy

here = pathlib.Path(__file__).resolve().parent
numpy.random.seed(1)


def counted(shape, kind):
    return numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape).astype(kind)


def member(array, version=None, pickle=False):
    stream = io.BytesIO()
    numpy.lib.format.write_array(stream, array, version=version, allow_pickle=pickle)
    return stream.getvalue()


def archive(name, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(here / name, "w", compression) as file:
        for path, content in members.items():
            with file.open(zipfile.ZipInfo(path), "w", force_zip64=True) as stream:
                stream.write(content)


kinds = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
arrays = {}
for kind in kinds:
    for order, mark in [("little", "<"), ("big", ">")]:
        if kind[1] == "1" and order == "big":
            continue
        arrays[f"{kind}_{order}"] = counted((2, 3), mark + kind)
arrays["truth"] = (counted((2, 3), "i8") % 2).astype("b1")
arrays["signed"] = -counted((2, 3), "i2")
arrays["columns_first"] = numpy.asfortranarray(counted((2, 3, 4), "f8"))
arrays["columns_first_big"] = numpy.asfortranarray(counted((2, 3, 4), ">i4"))
arrays["scalar"] = numpy.float64(0)
arrays["no_rows"] = numpy.zeros((0, 3))
numpy.savez(here / "types.npz", **arrays)
numpy.savez_compressed(here / "types_deflated.npz", **arrays)

archive("versions.npz", {f"version_{v}.npy": member(counted((2, 3), "f4"), (v, 0)) for v in (1, 2, 3)})

numpy.savez(here / "strangers.npz", objects=numpy.array([{"a": 1}, None], object), text=numpy.array(["a", "b"]),
            complex=numpy.array([1j]), records=numpy.zeros(2, [("a", "f4"), ("b", "i4")]),
            dates=numpy.array(["2020-01-01"], "M8[D]"), long=numpy.zeros(2, numpy.longdouble),
            x=counted((2, 3), "f4"))

# The four corners of the exclusive or, and what resources/examples/xor.onnx gives there to within 0.3.
corners = numpy.array([[0, 0], [0, 1], [1, 0], [1, 1]], numpy.float32)
numpy.savez_compressed(here / "xor.npz", x=corners, y=numpy.array([0, 1, 1, 0], numpy.uint8))
numpy.savez(here / "xor_columns.npz", inputs=numpy.asfortranarray(corners.astype(">f8")),
            outputs=numpy.array([[0], [1], [1], [0]], bool))


def lying(array, claim):
    """Claims another shape than it has; the header keeps its length."""
    truth = str(array.shape)
    spaces = " " * (len(claim) - len(truth))
    return member(array).replace((truth + ", }" + spaces).encode(), (claim + ", }").encode())


archive("claims_a_terabyte.npz", {"x.npy": lying(counted((2, 3), "f4"), "(99999999, 3000)"),
                                  "y.npy": member(counted((2, 1), "f4"))})
archive("no_arrays.npz", {"readme.txt": b"nothing here"})
archive("not_an_array.npz", {"x.npy": b"PK and more of that kind", "y.npy": member(counted((2, 1), "f4"))})
(here / "cut.npz").write_bytes((here / "types.npz").read_bytes()[:2000])
archive("twice.npz", {"x.npy": member(counted((2, 1), "f4"))})
with zipfile.ZipFile(here / "twice.npz", "a") as file:
    warnings.simplefilter("ignore")
    file.writestr("x.npy", member(counted((2, 1), "f4")))
archive("damaged_content.npz", {"x.npy": member(counted((20, 2), "f4")), "y.npy": member(counted((20, 1), "f4"))})
content = bytearray((here / "damaged_content.npz").read_bytes())
content[250] ^= 0xFF  # a number of x, after 55 bytes of the archive and 128 of the array's header
(here / "damaged_content.npz").write_bytes(bytes(content))
