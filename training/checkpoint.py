"""Checkpoints: all that a training run needs to continue as if it had never stopped."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nn import model_files
from nn.averaging import MovingAverage
from nn.checks import require_whole
from nn.lanes import cores
from nn.model_files import ModelFileError
from nn.nets import Net
from nn.optimizers import Optimizer
from training.progress import Progress
from training.settings import Settings

# What reading a header with an invalid field can raise.
BROKEN = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class CheckpointError(ValueError):
    """A file that is not a checkpoint, or not of this run; the message is one line."""


class Diverged(Exception):
    """Training has diverged and cannot continue; the message is one line."""


@dataclass
class Run:
    """All that determines how training continues: the settings, and everything that changes."""

    settings: Settings
    data: str  # the checksum of the training data
    net: Net
    optimizer: Optimizer
    average: MovingAverage
    generator: np.random.Generator
    progress: Progress
    saved: float = field(init=False, default_factory=time.perf_counter)  # when, by that clock

    def save(self, path: Path) -> None:
        """Write a checkpoint, or leave the previous one as it is: OSError where writing fails,
        Diverged where the weights are not finite."""
        arrays = {"state": self.net.state, "average": self.average.values} | self.optimizer.state
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise Diverged("the weights are not finite")
        header = {
            "settings": self.settings.as_json(),
            "data": self.data,
            "steps": [self.optimizer.steps, self.average.steps],
            "generator": self.generator.bit_generator.state,
            "progress": self.progress.as_json(),
            "cores": cores(),
        }
        # `order` is stored as float32 too, which is exact for whole numbers up to 16,777,216.
        model_files.write(path, header, arrays | {"order": self.progress.order})
        self.saved = time.perf_counter()

    def load(self, path: Path) -> int:
        """Restore, to the last bit, the run that `save` wrote. Returns the number of cores that it
        ran on. CheckpointError, OSError."""
        header, arrays = _read(path)
        if header["data"] != self.data:
            raise CheckpointError(
                f"{path}: the training data have changed since the run began: restore your own "
                "digits and this program's version as they were, or start a new run"
            )
        try:
            steps, self.average.steps = (
                require_whole("steps", count, 0) for count in header["steps"]
            )
            order = arrays.pop("order").astype(int)
            for name, vector in (("state", self.net.state), ("average", self.average.values)):
                vector[:] = arrays.pop(name).reshape(vector.shape)
            shape = self.net.parameters.shape
            self.optimizer.resume(steps, {k: array.reshape(shape) for k, array in arrays.items()})
            self.generator.bit_generator.state = header["generator"]
            self.progress = Progress.from_json(header["progress"], order)
            return require_whole("cores", header["cores"])
        except BROKEN as error:
            raise _broken(path) from error


def read_settings(path: Path) -> Settings:
    """The settings of the run whose checkpoint this is. CheckpointError, OSError."""
    header, _ = _read(path)
    try:
        return Settings.from_json(header["settings"])
    except BROKEN as error:
        raise _broken(path) from error


def _read(path: Path) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    try:
        header, arrays = model_files.read(path)
    except ModelFileError as error:
        raise _broken(path) from error
    if not {"settings", "data"} <= header.keys():
        raise _broken(path)
    return header, arrays


def _broken(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is not a complete checkpoint: start a new training run")
