"""Run folders: the files of a run, complete at every moment, so that nothing is lost."""

import csv
import errno
import io
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from digits import program
from digits.drawing import saved_drawings
from nn.whole_files import write_whole
from training.checkpoint import CheckpointError, Diverged, Run


def runs() -> Path:
    """The folder of all runs: `runs` in a checkout's working directory; otherwise in the folder of
    drawings."""
    return Path("runs") if program.IS_CHECKOUT else saved_drawings.default_folder() / "runs"


def new(out: Path | None) -> Path:
    """Make the folder `out` or, without one, a new folder in `runs()`. OSError, also where `out`
    is not empty."""
    now, others = datetime.now().strftime("%Y-%m-%d-%H%M%S"), itertools.count(2)
    folder = out or runs() / now
    while folder.exists() and not out:
        folder = folder.with_name(f"{now}-{next(others)}")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):  # another run has started there while this one loaded its data
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
        advice = "make room there, or name another folder with --out"
        raise OSError(error.errno, f"{error.strerror}; {advice}", error.filename) from error
    return folder


def has_ended(folder: Path) -> bool:
    """Whether the run in this folder is complete, not just stopped. CheckpointError if there is no
    run."""
    if (folder / "checkpoint.npz").exists():
        return False
    if not (folder / "model.npz").exists():
        raise CheckpointError(f"{folder} has no checkpoint.npz to resume: start a new training run")
    return True


def write_history(folder: Path, history: list[dict[str, float]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, history[0].keys())
    writer.writeheader()
    writer.writerows(history)
    write_whole(folder / "history.csv", lambda file: file.write(text.getvalue().encode()))


@contextmanager
def resumable(run: Run, folder: Path) -> Iterator[None]:
    """Errors and interrupts that end the run inside this block are raised again with a message that
    says what was saved and how to resume."""
    command = f"{program.TRAIN_COMMAND} --resume {program.quoted(folder)}"
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped; resume with:  {command}") from None
    except OSError as error:
        advice = f"the checkpoint is intact: make room, or fix this, and resume with:  {command}"
        raise OSError(error.errno, f"{error.strerror}; {advice}", error.filename) from error
    except MemoryError as error:
        why = str(error) or "out of memory"  # Python's own has no text
        message = f"{why}; the checkpoint is intact: resume with:  {command}"
        raise MemoryError(message) from error
    except Diverged as error:
        message = f"{error} in epoch {run.progress.epochs + 1}: try a smaller --lr"
        if best := run.progress.best:
            message += f"; {folder / 'model.npz'} has the best weights, of epoch {best['epoch']}"
        raise Diverged(message) from error
