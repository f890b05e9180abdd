"""A number is what a person wrote in a row: digits from left to right, each of its own strokes.

Which strokes are a digit, geometry and network decide together: `grouping` names the runs of
strokes that may be one and the price of standing side by side, the network says how much a run
looks like a digit. The cheapest division counts. A run is read when the cheapest division has need
of it, so of all that could be read few are (lazy shortest paths, Dellin and Srinivasa 2016).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from digits.drawing import Drawing, Stroke
from digits.drawing.retrace import Box, seen_box
from digits.recognizer.grouping import Row, rows
from digits.recognizer.recognizer import Reading, Recognizer

MOST_STROKES = 100  # in a number; what has more is read as one digit
Key = tuple[int, int]  # a stroke, and how many points it had


@dataclass(frozen=True, eq=False)
class WrittenDigit:
    """A digit of a number."""

    reading: Reading
    strokes: tuple[Stroke, ...]
    box: Box  # of what is on the sheet of the strokes; of a picture, the sheet


@dataclass(frozen=True, eq=False)
class Number:
    """One digit or several, from left to right."""

    digits: tuple[WrittenDigit, ...]

    @property
    def text(self) -> str:
        """The digits, with a "?" for one that isn't sure, such as "20?6"; just "?" if none is."""
        texts = [str(one.reading.digit) if one.reading.sure else "?" for one in self.digits]
        return "".join(texts) if any(one.reading.sure for one in self.digits) else "?"

    @property
    def sure(self) -> bool:
        """Whether every digit is."""
        return all(one.reading.sure for one in self.digits)


class NumberReader:
    """Reads drawings as numbers with `recognizer`; `number` is the last one that it finished, None
    for a blank sheet.

    It remembers what it made of the strokes that are still there, so a drawing that grows costs few
    readings a step.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self.number: Number | None = None
        self._recognizer = recognizer
        self._boxes: dict[Key, Box | None] = {}
        self._readings: dict[tuple[Key, ...], Reading] = {}
        self._strokes: Sequence[Stroke] = ()  # kept, so that no other gets the id of one of them
        self._left = 0.0  # how many readings may still be taken

    def read(self, drawing: Drawing, at_most: float = inf) -> bool:
        """Read `drawing`, by `at_most` so many new readings of the network. Returns whether that
        was enough; if not, `number` stays as it was, and another call goes on."""
        self._left = at_most
        self._forget_all_but(drawing.strokes)
        seen = [stroke for stroke in drawing.strokes if self._box(stroke) is not None]
        if drawing.picture is not None or not 0 < len(seen) <= MOST_STROKES:
            self.number = self._single(drawing)
            return True
        digits: list[WrittenDigit] = []
        for row in rows(np.array([self._box(stroke) for stroke in seen])):
            strokes = [seen[index] for index in row.order]
            runs = self._divided(row, strokes)
            if runs is None:
                return False
            digits += [self._digit(strokes[start:stop]) for start, stop in runs]
        self.number = Number(tuple(digits))
        return True

    def _divided(self, row: Row, strokes: list[Stroke]) -> list[tuple[int, int]] | None:
        """The cheapest runs of a row of `strokes`; None if that takes too many readings."""
        # What isn't read yet costs nothing, so that no cheaper division is passed over.
        costs = dict.fromkeys(row.runs, 0.0)
        known = {run for run in row.runs if self._key(strokes[slice(*run)]) in self._readings}
        costs |= {run: self._cost(strokes[slice(*run)]) for run in known}
        while True:
            cheapest = row.cheapest(costs)
            unread = [run for run in cheapest if run not in known]
            if not unread:
                return cheapest
            if self._left < 1:
                return None
            self._left -= 1
            known.add(unread[0])
            costs[unread[0]] = self._cost(strokes[slice(*unread[0])])

    def _digit(self, strokes: Sequence[Stroke]) -> WrittenDigit:
        boxes = np.array([self._box(stroke) for stroke in strokes])
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return WrittenDigit(self._reading(strokes), tuple(strokes), (*low.tolist(), *high.tolist()))

    def _single(self, drawing: Drawing) -> Number | None:
        reading = self._recognizer.read_drawing(drawing)
        if reading is None:
            return None
        return Number((WrittenDigit(reading, tuple(drawing.strokes), (0.0, 0.0, 1.0, 1.0)),))

    def _cost(self, strokes: Sequence[Stroke]) -> float:
        return -log(self._reading(strokes).probabilities.max())

    def _reading(self, strokes: Sequence[Stroke]) -> Reading:
        key = self._key(strokes)
        if key not in self._readings:
            part = Drawing()
            part.strokes = list(strokes)
            self._readings[key] = self._recognizer.read_drawing(part)
        return self._readings[key]

    def _box(self, stroke: Stroke) -> Box | None:
        (key,) = self._key([stroke])
        if key not in self._boxes:
            self._boxes[key] = seen_box(stroke)
        return self._boxes[key]

    def _key(self, strokes: Iterable[Stroke]) -> tuple[Key, ...]:
        """What tells strokes from all others: a stroke only ever changes by growing."""
        return tuple((id(stroke), len(stroke.points)) for stroke in strokes)

    def _forget_all_but(self, strokes: Sequence[Stroke]) -> None:
        """Forget what was found out about strokes that are gone or have grown."""
        there = set(self._key(strokes))
        self._boxes = {key: box for key, box in self._boxes.items() if key in there}
        readings = self._readings.items()
        self._readings = {key: reading for key, reading in readings if there.issuperset(key)}
        self._strokes = tuple(strokes)
