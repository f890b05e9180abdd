"""Whole files: written under a temporary name and renamed, so that a file is never half written.

The module is part of the library because model files need it, and the library imports nothing from
outside. The other packages use it too.
"""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(path: str | Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then rename it to `path`.

    The directory must exist. On failure, `path` is as before and the temporary file is removed.
    Raises an OSError that names `path`, or whatever `write` raises.
    """
    target = Path(os.path.realpath(path))  # a link stays, and what it leads to is written
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if target.exists() and not target.is_file():  # such as /dev/stdout
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    # `remove_leftovers` knows it by this name.
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError) and error.errno:  # a failed write does not name its file
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def remove_leftovers(folder: Path) -> None:
    """Delete the temporary files that `write_whole` left in this folder when it was killed."""
    for file in folder.glob(".*.*.part"):
        if file.with_suffix("").suffix[1:].isdigit():
            file.unlink()
