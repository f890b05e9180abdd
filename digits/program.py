"""What the command-line programs share: their names, in a checkout or where Inkling is installed,
and how they print.
"""

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

IS_CHECKOUT = (Path(__file__).parent.parent / "pyproject.toml").exists()
WINDOW, TRAIN = ("display.py", "train.py") if IS_CHECKOUT else ("inkling", "inkling-train")
WINDOW_COMMAND, TRAIN_COMMAND = (
    (f"python {WINDOW}", f"python {TRAIN}") if IS_CHECKOUT else (WINDOW, TRAIN)
)


def quoted(path: Path) -> str:
    """The path as a word of a command, for the shell of this system."""
    return subprocess.list2cmdline([path]) if os.name == "nt" else shlex.quote(str(path))


def prepare_output() -> None:
    """Let everything be printed: some encodings have no ×, a path can hold anything, and a shell
    can close a stream. Streams of another kind, such as IDLE's, stay as they are."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), "utf-8"))
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def no_folder(error: OSError) -> str:
    """What to say when paths can't be completed, because the current folder was removed."""
    return f"the current folder can't be used: {error.strerror}; change to another one"
