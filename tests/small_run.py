"""Runs of train.py so small that a test can make many: few images, few batches, no pictures."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np

import train
from digits.data import mnist, pen_strokes
from digits.recognizer import confidence
from training import datasets

SMALL = ("--hidden", 8, "--epochs", 1, "--batch-size", 50, "--lr", 0.01)


def synthetic(seed: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (m, 28, 28) uint8 whose bright row tells their label, and the labels (m,) uint8."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(10, size=m, dtype=np.uint8)
    images = generator.integers(100, size=(m, 28, 28), dtype=np.uint8)
    images[range(m), 2 * labels + 4] += 150
    return images, labels


@contextlib.contextmanager
def small_mnist() -> Iterator[dict[str, tuple[np.ndarray, np.ndarray]]]:
    """600 training and 200 test images instead of MNIST's, some strokes instead of the writers',
    and no pictures. What is changed in the dict that this gives is what the next run reads."""
    parts = {"train": synthetic(0, 600), "test": synthetic(1, 200)}
    pen_digits = [
        pen_strokes.PenDigit(
            [np.array([[0, 0], [10 * writer, 400]], np.float32)], writer % 10, writer
        )
        for writer in range(1, 31)
    ]
    with (
        mock.patch.object(mnist, "load", lambda part, folder=None, download=True: parts[part]),
        mock.patch.object(pen_strokes, "load", lambda folder=None: pen_digits),
        mock.patch.object(datasets, "VALIDATION", 100),
        mock.patch.object(confidence, "FEWEST", 100),
        mock.patch.object(datasets, "CONSTRUCTED", 10),
        mock.patch.object(datasets, "NON_DIGITS", 18),
        mock.patch.object(train, "draw_pictures", lambda *_: None),
    ):
        yield parts


def run(*arguments: object) -> int:
    """The status that `python train.py ARGUMENTS` ends with, in this process."""
    with mock.patch.object(sys, "argv", ["train.py", *map(str, arguments)]):
        return train.main()


def history(folder: str | Path) -> list[str]:
    """The lines of history.csv without the seconds."""
    return [line.rpartition(",")[0] for line in (Path(folder) / "history.csv").open()]
