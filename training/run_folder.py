"""A run folder holds all results of a run, up to date at every moment, so that nothing is lost."""

import csv
import errno
import io
import itertools
import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from digits.drawing import saved_drawings
from nn.whole_files import write_whole
from training.checkpoint import CheckpointError, Diverged, Run


def is_installed() -> bool:
    """Whether this program was installed, so that it has commands and is in nobody's folder."""
    return not (Path(__file__).parent.parent / "pyproject.toml").exists()


def runs() -> Path:
    """Where runs are kept: beside the checkout's programs, or with the person's drawings."""
    return saved_drawings.default_folder() / "runs" if is_installed() else Path("runs")


def new(out: Path | None) -> Path:
    """Make the folder `out` or, without one, one in `runs()` whose name no other has. OSError."""
    now, others = datetime.now().strftime("%Y-%m-%d-%H%M%S"), itertools.count(2)
    folder = out or runs() / now
    while folder.exists() and not out:
        folder = folder.with_name(f"{now}-{next(others)}")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):  # another run has begun there while this one read its data
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))
    return folder


def begin(run: Run, out: Path | None) -> Path:
    """A new folder for the run, with its settings and a first checkpoint. OSError."""
    try:
        folder = new(out)
        text = json.dumps(run.settings.as_json(), indent=2) + "\n"
        write_whole(folder / "settings.json", lambda file: file.write(text.encode()))
        run.save(folder / "checkpoint.npz")
    except OSError as error:
        advice = "make room there, or name another folder by --out"
        raise OSError(error.errno, f"{error.strerror}; {advice}", error.filename) from error
    return folder


def has_ended(folder: Path) -> bool:
    """Whether the run in this folder has ended, not stopped. CheckpointError if there is none."""
    if (folder / "checkpoint.npz").exists():
        return False
    if not (folder / "model.npz").exists():
        raise CheckpointError(f"{folder} has no checkpoint.npz: no run can go on there, train anew")
    return True


def write_history(folder: Path, history: list[dict[str, float]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, history[0].keys())
    writer.writeheader()
    writer.writerows(history)
    write_whole(folder / "history.csv", lambda file: file.write(text.getvalue().encode()))


@contextmanager
def resumable(run: Run, folder: Path) -> Iterator[None]:
    """An error or interrupt inside this block also says what is kept and how to go on."""
    program = "inkling-train" if is_installed() else "python train.py"
    command = f"{program} --resume {shlex.quote(str(folder))}"
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped; go on with:  {command}") from None
    except OSError as error:
        advice = f"the checkpoint is whole: make room, or mend this, and go on with:  {command}"
        raise OSError(error.errno, f"{error.strerror}; {advice}", error.filename) from error
    except Diverged as error:
        message = f"{error} in epoch {run.progress.epochs + 1}: try a smaller --lr"
        if best := run.progress.best:
            message += f"; {folder / 'model.npz'} is the best before it, of epoch {best['epoch']}"
        raise Diverged(message) from error
