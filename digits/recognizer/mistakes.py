"""Mistakes are the digits that a recognizer misreads, the surest errors first.

There may be ten thousand images to read, so the search runs in short turns between frames.
"""

import time
from dataclasses import dataclass

import numpy as np

from digits.recognizer.recognizer import Recognizer

AT_ONCE = 8  # images read together; a turn overruns its time by one such batch at most


@dataclass(frozen=True)
class Mistake:
    """A misread image: its index, what it was read as, and with which probability."""

    index: int
    digit: int
    probability: float


class Mistakes:
    """Searches `images`, (m, 28, 28) float32 in 0..1 in MNIST's format, for those that `recognizer`
    reads differently from their `labels`, (m,). `found` lists them; once all are read, the most
    probable first."""

    def __init__(self, recognizer: Recognizer, images: np.ndarray, labels: np.ndarray) -> None:
        self.found: list[Mistake] = []
        self.checked = 0  # how many images have been read
        self._recognizer = recognizer
        self._images = images
        self._labels = labels

    @property
    def total(self) -> int:
        """How many images there are."""
        return len(self._images)

    def search(self, seconds: float) -> bool:
        """Go on for about `seconds`, AT_ONCE images at least. Returns whether all are read."""
        end = time.perf_counter() + seconds
        while self.checked < self.total:
            part = slice(self.checked, self.checked + AT_ONCE)
            probabilities = self._recognizer.probabilities(self._images[part])
            answers = probabilities.argmax(axis=1)
            for i in np.flatnonzero(answers != self._labels[part]).tolist():
                answer = int(answers[i])
                mistake = Mistake(self.checked + i, answer, float(probabilities[i, answer]))
                self.found.append(mistake)
            self.checked += len(answers)
            if time.perf_counter() >= end:
                break
        if self.checked < self.total:
            return False
        self.found.sort(key=lambda mistake: -mistake.probability)
        return True
