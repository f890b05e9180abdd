"""The number of threads that NumPy's matrix products use.

NumPy leaves its products to a library of basic linear algebra subprograms (BLAS): in its wheels to
OpenBLAS, except in those for macOS 14 and newer, which use Apple's Accelerate.

When several Python threads multiply matrices, and every product starts threads of its own, they
compete for the cores and run far slower than one. NumPy has no setting for it, so this calls the
OpenBLAS inside NumPy's wheels directly. Where NumPy is built on another library,
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
    """Whether NumPy's OpenBLAS was found, so that `one_thread` has an effect."""
    return _openblas() is not None


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Inside the block every matrix product, in any thread, runs on its calling thread alone."""
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
