"""How much memory this process took at most, as Linux tells it.

Not by `resource`: its ru_maxrss outlives fork and exec, so a child begins at its parent's peak.
"""

from pathlib import Path


def peak() -> float:
    """The most memory since the process began, or since `forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**10


def forget_peak() -> None:
    """From here on, let `peak` tell of what is yet to come."""
    Path("/proc/self/clear_refs").write_text("5")
