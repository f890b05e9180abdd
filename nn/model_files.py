"""Model files: a header and arrays in one .npz, read as untrusted input.

An .npz is a zip archive of .npy files. Ours are uncompressed, as weights hardly compress. `read`
refuses compressed ones, so that no file can unpack to more than its own size. Pickle is used
neither to write nor to read.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nn.activation_functions import Array
from nn.whole_files import write_whole

HEADER = "recipe"  # what the header is called in a file


class ModelFileError(ValueError):
    """A file that is not a complete model; the message is its path and the reason."""


def write(path: str | Path, header: dict[str, object], arrays: dict[str, Array]) -> None:
    """Write the header, as JSON, and the arrays, as float32: the whole file or none of it. The
    directory must exist. OSError where writing fails, ValueError where an array is not finite."""
    arrays = {name: array.astype(np.float32, copy=False) for name, array in arrays.items()}
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{path}: not saved: {name!r} has values that are not finite")
    text = np.array(json.dumps(header))
    write_whole(path, lambda file: np.savez(file, **{HEADER: text}, **arrays))


def read(path: str | Path) -> tuple[dict[str, object], dict[str, Array]]:
    """The header and the arrays (float32, finite). ModelFileError, or OSError if unreadable."""
    with open(path, "rb") as file:
        try:
            arrays = _read_archive(file)
            # A damaged array can hold characters that don't exist; encoding refuses them.
            header = json.loads(str(arrays.pop(HEADER)).encode())
        except Exception as error:  # a broken file can make its readers raise anything
            message = f"{path}: not a model file, or an incomplete one ({reason(error)})"
            raise ModelFileError(message) from error
    if not isinstance(header, dict):
        raise ModelFileError(f"{path}: its header is not a JSON object")
    for name, array in arrays.items():
        if array.dtype != np.float32:
            raise ModelFileError(f"{path}: {name!r} is {array.dtype}, not float32")
        if not np.isfinite(array).all():
            raise ModelFileError(f"{path}: {name!r} has values that are not finite")
    return header, arrays


def _read_archive(file: BinaryIO) -> dict[str, Array]:
    size = file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        # A compressed member can unpack to any size, whatever it claims.
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError("the archive is compressed")
        if sum(member.file_size for member in members) > size:
            raise ValueError("the archive claims more than it holds")
        return {
            member.filename.removesuffix(".npy"): _read_array(archive.read(member))
            for member in members
        }


def _read_array(data: bytes) -> Array:
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array is not in .npy format 1.0")
    shape, in_fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject:
        raise ValueError("it holds a pickled object, and those can run code")
    flat = np.frombuffer(data, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if in_fortran_order else "C")


def reason(error: Exception) -> str:
    """What is wrong with a file, in one line that can be printed."""
    said = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return printable(said.partition("\n")[0]) or type(error).__name__


def printable(line: str) -> str:
    """The line with unprintable characters escaped: names in and of files can hold anything."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
