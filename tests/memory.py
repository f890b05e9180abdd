"""How much memory a test takes: what Python allocates, or all of the process, as Linux tells it.

Not by `resource`: its ru_maxrss outlives fork and exec, so a child begins at its parent's peak.
"""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def at_most(megabytes: float) -> Iterator[None]:
    """Fails unless what is surrounded allocates less than that at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 10**6
    finally:
        tracemalloc.stop()


def peak() -> float:
    """The most memory since the process began, or since `forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**10


def forget_peak() -> None:
    """From here on, let `peak` tell of what is yet to come."""
    Path("/proc/self/clear_refs").write_text("5")
