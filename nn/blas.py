"""The number of threads that NumPy's matrix products use.

Several Python threads that each multiply matrices get in each other's way when every product
starts threads of its own: time then explodes instead of halving. NumPy has no setting for it, so
this asks the OpenBLAS inside NumPy's wheels directly. Where NumPy is built on another library,
`can_set_threads()` is False and `one_thread` changes nothing.
"""

import contextlib
import ctypes
import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np


@functools.cache
def _openblas() -> ctypes.CDLL | None:
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs", package / ".libs"):
        for path in folder.glob("*openblas*"):
            with contextlib.suppress(OSError):
                library = ctypes.CDLL(str(path))
                if hasattr(library, "scipy_openblas_set_num_threads64_"):
                    return library
    return None


def can_set_threads() -> bool:
    """Whether `one_thread` works here: whether NumPy multiplies with its own OpenBLAS."""
    return _openblas() is not None


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Inside the block every matrix product runs on the thread that asked for it."""
    library = _openblas()
    if library is None:
        yield
        return
    before = library.scipy_openblas_get_num_threads64_()
    library.scipy_openblas_set_num_threads64_(1)
    try:
        yield
    finally:
        library.scipy_openblas_set_num_threads64_(before)
