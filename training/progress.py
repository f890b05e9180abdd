"""Progress: how far a training run has come, and how well it is doing."""

import math
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from nn.checks import require_whole

# The columns of history.csv, which has a row for each epoch.
COLUMNS = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds")


@dataclass
class Recent:
    """Recent loss and accuracy: exponential means over all images so far, in which an image's
    weight falls by the factor e for every IMAGES after it.

    The means are divided by the sum of the weights, so that they are unbiased from the first batch
    on (as Adam corrects its means, Kingma and Ba 2015). They do not restart with an epoch.
    """

    IMAGES = 5_000

    images: float = 0.0  # the sums of the weights: of all images, of the digits among them
    digits: float = 0.0
    losses: float = 0.0  # the weighted sums
    hits: float = 0.0

    def count(self, images: int, digits: int, losses: float, hits: int) -> None:
        """Add a batch: how many images and digits, the sum of the losses, how many were right."""
        past = math.exp(-images / self.IMAGES)
        self.images = past * self.images + images
        self.digits = past * self.digits + digits
        self.losses = past * self.losses + losses
        self.hits = past * self.hits + hits

    @property
    def loss(self) -> float:
        return self.losses / self.images

    @property
    def accuracy(self) -> float:
        return self.hits / self.digits if self.digits else 0.0

    def __str__(self) -> str:
        return f"loss {self.loss:.4f}, accuracy {self.accuracy:.2%}"


@dataclass
class Progress:
    """How far a run has come: whole epochs, and how much of the one under way."""

    epochs: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)  # an entry for each whole epoch
    recent: Recent = field(default_factory=Recent)
    # In the current epoch: the examples' order, the number seen, the sum of their losses, and how
    # many of them were digits and were read right. Non-digits have no right answer.
    order: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    seen: int = 0
    losses: float = 0.0
    digits: int = 0
    hits: int = 0

    @property
    def done(self) -> float:
        """Epochs, with the fraction of the current one."""
        return self.epochs + (self.seen / len(self.order) if self.seen else 0)

    @property
    def loss(self) -> float:
        """The mean in the current epoch."""
        return self.losses / self.seen

    @property
    def accuracy(self) -> float:
        """The share of digits read right in the current epoch."""
        return self.hits / max(self.digits, 1)

    @property
    def best(self) -> dict[str, float] | None:
        """The finished epoch with the highest validation accuracy, the later of equals."""
        key = itemgetter("validation_accuracy")
        return max(reversed(self.history), key=key, default=None)

    def count(self, cost: float, outputs: np.ndarray, targets: np.ndarray) -> None:
        """Add a batch: its mean cost, its outputs (m, 10) and targets (m, 10)."""
        is_digit = targets.max(axis=1) == 1
        right = outputs.argmax(axis=1) == targets.argmax(axis=1)
        digits, hits = int(is_digit.sum()), int(right[is_digit].sum())
        losses = cost * len(targets)
        self.recent.count(len(targets), digits, losses, hits)
        self.seen += len(targets)
        self.losses += losses
        self.digits += digits
        self.hits += hits

    def as_json(self) -> dict[str, object]:
        """All but the order, JSON-serialisable."""
        return vars(self) | {"recent": vars(self.recent), "order": None}

    @classmethod
    def from_json(cls, values: dict, order: np.ndarray) -> "Progress":
        """The progress that `as_json` described, with the order. KeyError, TypeError or ValueError
        for invalid values."""
        recent = Recent(**values["recent"])
        progress = cls(**values | {"recent": recent, "order": order})
        rows = [row[name] for row in progress.history for name in COLUMNS]
        counts = [progress.epochs, progress.seen, progress.digits, progress.hits]
        numbers = [progress.seconds, progress.losses, *vars(recent).values(), *rows]
        if not all(0 <= number < math.inf for number in numbers):
            raise ValueError("a number is negative or not finite")
        if [require_whole("count", count, 0) for count in counts][1] > len(order):
            raise ValueError("more examples seen than there are")
        if len(progress.history) != progress.epochs or set(order) != set(range(len(order))):
            raise ValueError("the order is no permutation, or the history lacks epochs")
        return progress

    def end_epoch(self, validation_loss: float, validation_accuracy: float) -> dict[str, float]:
        """Add the current epoch, with its mean loss and accuracy, to the history. Returns the new
        row."""
        self.epochs += 1
        row = (
            self.epochs,
            self.loss,
            self.accuracy,
            validation_loss,
            validation_accuracy,
            round(self.seconds, 1),
        )
        self.history.append(dict(zip(COLUMNS, row, strict=True)))
        self.seen, self.losses, self.digits, self.hits = 0, 0.0, 0, 0
        return self.history[-1]
