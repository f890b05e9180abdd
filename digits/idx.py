"""IDX is the format of MNIST's files: an array behind a header of its type and shape.

Format: two zero bytes, a byte for the type, a byte for the number of axes, the length of every axis
as a big-endian 32-bit integer, then the values, big-endian, last axis fastest.
"""

import math
import struct

import numpy as np

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


class IdxError(ValueError):
    """The bytes are not one whole IDX file."""


def read(data: bytes) -> np.ndarray:
    """The array in the bytes of an IDX file: a read-only view of `data`, nothing is copied.

    Raises IdxError if the header is cut short, isn't IDX, or claims another size than there is.
    """
    if len(data) < 4 or data[:2] != b"\0\0":
        raise IdxError("not an IDX file: it doesn't begin with two zero bytes, type and axes")
    kind, axes = data[2], data[3]
    if kind not in TYPES:
        raise IdxError(f"unknown IDX type 0x{kind:02x}")
    start = 4 + 4 * axes
    if len(data) < start:
        raise IdxError(f"the IDX header is cut short: {axes} axes need {start} bytes")
    shape = struct.unpack(f">{axes}I", data[4:start])
    dtype = np.dtype(TYPES[kind])
    claimed, present = math.prod(shape) * dtype.itemsize, len(data) - start
    if claimed != present:
        raise IdxError(f"the IDX header claims {claimed} bytes of values, but {present} follow")
    try:
        return np.frombuffer(data, dtype, offset=start).reshape(shape)
    except ValueError as error:  # too many axes for NumPy
        raise IdxError(f"IDX shape {shape}: {error}") from error
