"""IDX is the format of MNIST's files: an array after a header with its type and shape.

Format: two zero bytes, a byte for the type, a byte for the number of axes, the length of every axis
as a big-endian 32-bit integer, then the values, big-endian, last axis fastest.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_BYTES = 1_000_000_000  # in a file, unpacked


class IdxError(ValueError):
    """The bytes are not one whole IDX file."""


def read(data: bytes | bytearray) -> np.ndarray:
    """The array in the bytes of an IDX file: a view of `data`, nothing is copied.

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


def load(path: str | Path) -> np.ndarray:
    """The array in an IDX file, packed by gzip or not.

    Raises IdxError as `read` does, and if the file is damaged or unpacks to more than MOST_BYTES;
    OSError if it can't be read.
    """
    data = bytearray()
    with open(path, "rb") as file:
        packed = file.peek(2)[:2] == b"\x1f\x8b"  # a pipe can't go back
        try:
            # In pieces, so that memory is allocated for the actual bytes, not for the claimed ones.
            with gzip.open(file) if packed else file as unpacked:
                while chunk := unpacked.read(2**20):
                    data += chunk
                    if len(data) > MOST_BYTES:
                        raise IdxError(f"more than {MOST_BYTES // 10**6} MB, unpacked")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise IdxError(f"damaged, or not the whole file ({error})") from error
    return read(data)
