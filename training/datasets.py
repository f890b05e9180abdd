"""Datasets: what a run learns from, and the separate data that it is judged by."""

import hashlib
import itertools
import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits.data import mnist, own_data, pen_images, pen_strokes
from digits.data.downloads import DataError
from digits.data.own_data import OwnData
from digits.learning import constructed, hands, non_digits
from training.settings import Settings

Examples = tuple[np.ndarray, np.ndarray]  # images (m, 28, 28) float32 in 0..1, targets (m, 10)

VALIDATION = 5_000  # of MNIST's 60,000 training images, chosen at random by the seed
VALIDATION_SHARE = 0.1  # of one's own data, where there is no MNIST
VALIDATION_WRITERS, TEST_WRITERS = (23, 24), (25, 26, 27, 28, 29, 30)  # of pen strokes, of 1 to 30
PEN_VERSIONS = 2  # of each pen digit, with pens of different widths
HANDS = 3  # of each pen digit, other hands to draw it
CONSTRUCTED = 8_000  # equally many of each digit
NON_DIGITS = 33_000  # equally many of each kind, except that those in OFTEN are repeated
# With --start, where a trained model learns a person's own digits:
REHEARSED = 4  # every fourth example of the data above is rehearsed,
OWN_SHARE = 0.15  # own digits are at least this fraction of the training data,
OWN_VERSIONS = 8  # and each drawing is rendered with up to so many pens


@dataclass(frozen=True, eq=False)
class Datasets:
    """`training` to learn from, `validation` for choices and calibration, `test` for reporting:
    MNIST's test set, or None if the run uses no MNIST and the files are missing. `own` holds the
    person's own data, as the window reads them, or None if the settings name none."""

    training: Examples
    validation: Examples
    test: Examples | None
    own: OwnData | None

    def checksum(self) -> str:
        """SHA-256 of the training and validation data."""
        digest = hashlib.sha256()
        for array in (*self.training, *self.validation):
            digest.update(array)
        return digest.hexdigest()


def load(settings: Settings, generator: np.random.Generator) -> Datasets:
    """The data that the settings ask for. Raises digits.data.downloads.DataError."""
    recipe, training, validation = settings.recipe, [], []
    every = REHEARSED if settings.start else 1
    if settings.mnist:
        images, labels = mnist.load("train", settings.data)
        order = generator.permutation(len(images))
        learned, judges = order[VALIDATION::every], order[:VALIDATION]
        for part, indices in ((training, learned), (validation, judges)):
            part.append((as_input(images[indices]), as_targets(labels[indices])))
    if recipe.uses_pen_strokes:
        digits = pen_strokes.load(settings.data)
        unseen = VALIDATION_WRITERS + (TEST_WRITERS if settings.hold_out else ())
        seen = [digit for digit in digits if digit.writer not in unseen][::every]
    if recipe.pen_strokes:
        judges = [digit for digit in digits if digit.writer in VALIDATION_WRITERS]
        for part, some in ((training, seen * PEN_VERSIONS), (validation, judges)):
            images = pen_images.render((digit.drawing() for digit in some), generator)
            part.append((images, as_targets(np.array([digit.label for digit in some]))))
    if recipe.hands:
        others = (hands.draw(digit, hands.by_chance, generator) for digit in seen * HANDS)
        labels = np.array([digit.label for digit in seen * HANDS])
        training.append((pen_images.render(others, generator), as_targets(labels)))
        labels = np.arange(CONSTRUCTED // every) % 10
        drawings = (constructed.draw(int(label), generator) for label in labels)
        training.append((pen_images.render(drawings, generator), as_targets(labels)))
    own = None
    if settings.own:
        own = own_data.load(settings.own)
        held_out = 0 if settings.mnist else int(len(own.images) * VALIDATION_SHARE)
        if not held_out and not validation:
            raise DataError(
                f"{own}: too few to learn from alone; add some, or leave out --no-mnist"
            )
        if not settings.start:
            varied = own_data.load(settings.own, generator)
            order = generator.permutation(len(own.images))
            learned, judges = order[held_out:], order[:held_out]
            training.append((varied.images[learned], as_targets(varied.labels[learned])))
            validation.append((own.images[judges], as_targets(own.labels[judges])))
    if recipe.non_digits:
        # The target of a non-digit: all ten digits equally probable.
        often = non_digits.OFTEN
        kinds = [kind for kind in non_digits.TRAINED for _ in range(often.get(kind, 1))]
        count = NON_DIGITS // every
        kinds = itertools.islice(itertools.cycle(kinds), count)
        drawings = (non_digits.draw(kind, generator, seen) for kind in kinds)
        images = pen_images.render(drawings, generator)
        training.append((images, np.full((count, 10), 0.1, np.float32)))
    if settings.start:
        others = sum(len(images) for images, _ in training)
        training.append(many_times(settings.own, others, generator))
    test = None
    with suppress(*() if settings.mnist else (DataError,)):
        test = load_test(settings.data, download=settings.mnist)
    return Datasets(joined(training), joined(validation), test, own)


def many_times(own: tuple[Path, ...], others: int, generator: np.random.Generator) -> Examples:
    """Own digits, repeated until they are OWN_SHARE of the training data that has so many `others`,
    drawings with several pens; each digit occurs at least once."""
    first = own_data.load(own, generator)
    count = max(len(first.images), round(others * OWN_SHARE / (1 - OWN_SHARE)))
    needed = min(OWN_VERSIONS, math.ceil(count / len(first.images)))
    versions = [first, *(own_data.load(own, generator) for _ in range(1, needed))]
    images = np.concatenate([version.images for version in versions])
    labels = np.concatenate([version.labels for version in versions])
    again = np.resize(np.arange(len(images)), count)
    return images[again], as_targets(labels[again])


def load_test(folder: Path | None, *, download: bool = True) -> Examples:
    """MNIST's test set. Raises digits.data.downloads.DataError."""
    images, labels = mnist.load("test", folder, download=download)
    return as_input(images), as_targets(labels)


def joined(parts: list[Examples]) -> Examples:
    images, targets = zip(*parts, strict=True)
    return np.concatenate(images), np.concatenate(targets)


def as_targets(labels: np.ndarray) -> np.ndarray:
    """(m,) labels to (m, 10) float32, one-hot."""
    return np.eye(10, dtype=np.float32)[labels]


def as_input(images: np.ndarray) -> np.ndarray:
    """(m, 28, 28) uint8 to float32 in 0..1, the input format of the drawing window."""
    return images.astype(np.float32) / 255
