"""A whole file: written beside its place and renamed, so that nobody ever finds half of one.

It stands here because the library must not import from outside, and model files must be whole. The
rooms above write theirs with it too.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(path: str | Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a file beside `path`, then rename that to `path`.

    The directory must exist. Where anything fails, which an OSError that names `path` says, or
    what `write` raises, what was at `path` before is still there, and nothing else is.
    """
    path = Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")  # `remove_halves` knows it by that
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError) and error.errno:  # Python does not say which disk is full
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def remove_halves(folder: Path) -> None:
    """Clear away what `write_whole` was writing in this folder when its process was killed."""
    for half in folder.glob(".*.[0-9]*"):
        half.unlink()
