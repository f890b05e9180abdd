"""Progress: how far a training run has come, and how well it goes."""

import math
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from nn.layer import require_whole

# Of history.csv, a row an epoch.
COLUMNS = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds")


@dataclass
class Recent:
    """How well training went of late: means over all images so far, in which an image's weight
    falls by the factor e with every IMAGES after it.

    Divided by the sum of the weights, they are right from the first batch on (as Adam corrects its
    means, Kingma and Ba 2015), and no epoch's end is a jump in them.
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
    # In the epoch under way: the examples' order, the number seen, the sum of their losses, and how
    # many digits were among them and were read right. What is no digit has no right answer.
    order: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    seen: int = 0
    losses: float = 0.0
    digits: int = 0
    hits: int = 0

    @property
    def done(self) -> float:
        """Epochs, with the fraction of the one under way."""
        return self.epochs + (self.seen / len(self.order) if self.seen else 0)

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
        """All but the order, as JSON can hold it."""
        return vars(self) | {"recent": vars(self.recent), "order": None}

    @classmethod
    def from_json(cls, values: dict, order: np.ndarray) -> "Progress":
        """What `as_json` described, with the order. KeyError, TypeError or ValueError if it is not
        that."""
        recent = Recent(**values["recent"])
        progress = cls(**values | {"recent": recent, "order": order})
        rows = [row[name] for row in progress.history for name in COLUMNS]
        counts = [progress.epochs, progress.seen, progress.digits, progress.hits]
        numbers = [progress.seconds, progress.losses, *vars(recent).values(), *rows]
        if not all(0 <= number < math.inf for number in numbers):
            raise ValueError("a number that is none")
        if [require_whole("count", count, 0) for count in counts][1] > len(order):
            raise ValueError("more was seen than there is")
        if len(progress.history) != progress.epochs or set(order) != set(range(len(order))):
            raise ValueError("an order or a history that is none")
        return progress

    def end_epoch(self, validation_loss: float, validation_accuracy: float) -> dict[str, float]:
        """Add the epoch, whose means over all its batches are kept, to the history. Returns it."""
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
