"""The names of the programs as a person types them, in a checkout or where Inkling is installed."""

import os
import shlex
import subprocess
from pathlib import Path

IS_CHECKOUT = (Path(__file__).parent.parent / "pyproject.toml").exists()
WINDOW, TRAIN = ("display.py", "train.py") if IS_CHECKOUT else ("inkling", "inkling-train")
WINDOW_COMMAND, TRAIN_COMMAND = (
    (f"python {WINDOW}", f"python {TRAIN}") if IS_CHECKOUT else (WINDOW, TRAIN)
)


def quoted(path: Path) -> str:
    """The path as a word of a command, for the shell of this system."""
    return subprocess.list2cmdline([path]) if os.name == "nt" else shlex.quote(str(path))
