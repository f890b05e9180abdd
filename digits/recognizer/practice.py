"""A practice sheet measures how well a person's digits are read: LENGTH of them, drawn on demand.

It also measures what teaching gains: the count again with the misread digits taught, leaving out
for each drawing the lesson made from it.
"""

from dataclasses import dataclass

import numpy as np

from digits.drawing import Drawing
from digits.recognizer.memory import Lesson, Memory
from digits.recognizer.recognizer import Reading, Recognizer

LENGTH = 20  # digits, each of the ten equally often


@dataclass(frozen=True, eq=False)
class Attempt:
    """The drawing of a requested digit, and how it was read at the time."""

    drawing: Drawing  # its label is the digit
    reading: Reading

    @property
    def is_right(self) -> bool:
        return _is_right(self.reading, self.drawing)


class Practice:
    """Asks for digits in random order; `attempts` are those drawn so far."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.asked: list[int] = generator.permutation(np.arange(LENGTH) % 10).tolist()
        self.attempts: list[Attempt] = []

    @property
    def wanted(self) -> int | None:
        """The digit to draw next; None when all have been drawn."""
        done = len(self.attempts)
        return self.asked[done] if done < LENGTH else None

    @property
    def misread(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if not attempt.is_right]

    def take(self, drawing: Drawing, reading: Reading) -> None:
        """Record the drawing of the `wanted` digit, and how it was read."""
        copy = drawing.copy()
        copy.label = self.wanted
        self.attempts.append(Attempt(copy, reading))

    def read_again(self, recognizer: Recognizer) -> list[bool]:
        """Whether `recognizer`, with its present lessons, reads each attempt right, leaving out the
        lesson made from that attempt."""
        memory = recognizer.memory
        try:
            return [self._is_right_now(recognizer, memory, attempt) for attempt in self.attempts]
        finally:
            recognizer.memory = memory

    def _is_right_now(self, recognizer: Recognizer, memory: Memory, attempt: Attempt) -> bool:
        own: Lesson | None = memory.find(attempt.drawing)
        others = [lesson for lesson in memory.lessons if lesson is not own]
        recognizer.memory = memory if own is None else Memory(lessons=others)
        return _is_right(recognizer.read_image(attempt.reading.image), attempt.drawing)


def _is_right(reading: Reading, drawing: Drawing) -> bool:
    """Whether the label of `drawing` is what the window shows of this reading, not just a "?"."""
    return reading.sure and reading.digit == drawing.label
