"""A checkpoint: all that a training run needs to go on as if it had never stopped."""

from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

import numpy as np

from nn import model_files
from nn.averaging import MovingAverage
from nn.model_files import ModelFileError
from nn.nets import Net
from nn.optimizers import Optimizer
from training.settings import Settings


class CheckpointError(ValueError):
    """A file that is no checkpoint, or none of this run; the message is one line."""


class Diverged(Exception):
    """Training has led to where nothing can go on from; the message is one line."""


@dataclass
class Progress:
    """How far a run has come: whole epochs, and how much of the one under way."""

    epochs: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)  # an entry for each whole epoch
    # In the epoch under way: the examples' order, the number seen, the sum of their losses, and how
    # many digits were among them and were read right. What is no digit has no right answer.
    order: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    seen: int = 0
    losses: float = 0.0
    digits: int = 0
    hits: int = 0

    @property
    def loss(self) -> float:
        """The mean in the epoch under way."""
        return self.losses / self.seen

    @property
    def accuracy(self) -> float:
        """The share of digits read right in the epoch under way."""
        return self.hits / max(self.digits, 1)

    @property
    def best(self) -> dict[str, float] | None:
        """The whole epoch, the later of two alike, whose validation accuracy is the highest."""
        key = itemgetter("validation_accuracy")
        return max(reversed(self.history), key=key, default=None)

    def count(self, cost: float, outputs: np.ndarray, targets: np.ndarray) -> None:
        """Add a batch: its mean cost, its outputs (m, 10) and targets (m, 10)."""
        self.seen += len(targets)
        self.losses += cost * len(targets)
        is_digit = targets.max(axis=1) == 1
        self.digits += int(is_digit.sum())
        self.hits += int((outputs.argmax(axis=1) == targets.argmax(axis=1))[is_digit].sum())

    def end_epoch(self, validation_loss: float, validation_accuracy: float) -> None:
        self.epochs += 1
        self.history.append(
            {
                "epoch": self.epochs,
                "loss": self.loss,
                "accuracy": self.accuracy,
                "validation_loss": validation_loss,
                "validation_accuracy": validation_accuracy,
                "seconds": round(self.seconds, 1),
            }
        )
        self.seen, self.losses, self.digits, self.hits = 0, 0.0, 0, 0


@dataclass
class Run:
    """All that decides how training goes on: what was chosen, and all that changes on the way."""

    settings: Settings
    data: str  # the checksum of the training data
    net: Net
    optimizer: Optimizer
    average: MovingAverage
    generator: np.random.Generator
    progress: Progress

    def save(self, path: Path) -> None:
        """Write a checkpoint whole, or leave the one before it: OSError where writing fails,
        Diverged where the weights are no numbers, as nothing could go on from them."""
        arrays = {"state": self.net.state, "average": self.average.values} | self.optimizer.state
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise Diverged("the weights are no numbers")
        recipe = {
            "settings": self.settings.as_json(),
            "data": self.data,
            "steps": [self.optimizer.steps, self.average.steps],
            "generator": self.generator.bit_generator.state,
            "progress": {k: v for k, v in vars(self.progress).items() if k != "order"},
        }
        # As float32, which counts exactly up to 16,777,216.
        model_files.write(path, recipe, arrays | {"order": self.progress.order})

    def load(self, path: Path) -> None:
        """Become, to the last bit, the run that `save` wrote down. CheckpointError, OSError."""
        recipe, arrays = _read(path)
        if recipe["data"] != self.data:
            raise CheckpointError(
                f"{path}: the training data are not those that the run began with: "
                "bring them back, and name their folder by --data if it is another"
            )
        try:
            self.optimizer.steps, self.average.steps = recipe["steps"]
            remembered = self.optimizer.REMEMBERED if self.optimizer.steps else ()
            self.optimizer.state = {name: np.zeros_like(self.net.parameters) for name in remembered}
            mine = {"state": self.net.state, "average": self.average.values} | self.optimizer.state
            for name, array in mine.items():
                array[:] = arrays[name].reshape(array.shape)
            self.generator.bit_generator.state = recipe["generator"]
            order = arrays["order"].astype(int)
            self.progress = Progress(order=order, **recipe["progress"])
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(path) from error


def read_settings(path: Path) -> Settings:
    """The settings of the run whose checkpoint this is. CheckpointError, OSError."""
    recipe, _ = _read(path)
    try:
        return Settings.from_json(recipe["settings"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(path) from error


def _read(path: Path) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    try:
        recipe, arrays = model_files.read(path)
    except ModelFileError as error:
        raise _broken(path) from error
    if not {"settings", "data"} <= recipe.keys():
        raise _broken(path)
    return recipe, arrays


def _broken(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is no whole checkpoint: nothing can go on from it, train anew")
