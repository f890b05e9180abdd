"""Ink evidence: which parts of a person's strokes speak for a digit, and which against it.

By occlusion (Zeiler and Fergus 2014): a piece of the ink is removed, and the rest is read again.
The piece's evidence for a digit is the loss of that digit's log probability. So the evidence is
about ink that a person can point at, and it measures what the recognizer does, whatever its
internals. `benchmarks/evidence.py` compares it with other methods.
"""

import time
from collections.abc import Sequence
from math import inf

import numpy as np

from digits.drawing import Stroke
from digits.drawing.retrace import retraced
from digits.learning import paths
from digits.recognizer.recognizer import Recognizer

PLACES = 20  # along all the ink, around each of which a piece is removed
PIECE = 0.15  # its length, as a share of all ink: the wide pen would close shorter gaps
MOST_POINTS = 2_000  # of a drawing; one with more is not explained
LEAST = 1e-30  # the least probability, so that its logarithm is finite


class InkEvidence:
    """The evidence in `strokes`, read on their own by `recognizer`.

    It needs about PLACES readings, at most twice as many, so `go_on` makes some of them at a time.
    `is_known` is False for strokes of more than MOST_POINTS, which are not explained.
    """

    def __init__(self, recognizer: Recognizer, strokes: Sequence[Stroke]) -> None:
        self.strokes = tuple(strokes)
        self._recognizer = recognizer
        lengths = np.array([along(stroke)[-1] for stroke in strokes])
        self._piece = PIECE * lengths.sum()
        self._places: list[tuple[int, float]] = []  # a stroke's index, the arc length
        self.is_known = sum(len(stroke.points) for stroke in strokes) <= MOST_POINTS
        if self.is_known:
            counts = np.maximum(np.round(PLACES * lengths / max(lengths.sum(), 1e-9)), 1)
            for number in lengths.argsort()[::-1][:PLACES].tolist():  # the longest strokes
                steps = (np.arange(counts[number]) + 0.5) / counts[number]
                self._places += [(number, float(step)) for step in steps * lengths[number]]
            self._whole = self._logarithms(self.strokes)
        self._without_pieces: list[np.ndarray] = []  # log probabilities without each, so far

    def go_on(self, seconds: float = inf) -> bool:
        """Remove pieces and read the rest, for about `seconds` and at least one. Returns whether
        all are done."""
        end = time.perf_counter() + seconds
        for place in self._places[len(self._without_pieces) :]:
            self._without_pieces.append(self._logarithms(self._without(*place)))
            if time.perf_counter() >= end:
                break
        return len(self._without_pieces) == len(self._places)

    def at(self, digit: int, number: int, way: np.ndarray) -> np.ndarray:
        """The evidence for `digit` at the arc lengths `way` along stroke `number`, in nats: above 0
        for it, below 0 against it. It is interpolated linearly between places. Only valid once
        `go_on` has returned True, and for strokes that are explained."""
        said = np.array([self._whole[digit] - without[digit] for without in self._without_pieces])
        mine = [i for i, (stroke, _) in enumerate(self._places) if stroke == number]
        where = [self._places[i][1] for i in mine]
        return np.interp(way, where, said[mine]) if mine else np.zeros(len(way))

    def _without(self, number: int, place: float) -> list[Stroke]:
        """The strokes without the piece centred on `place`."""
        stroke = self.strokes[number]
        ends = (0.0, place - self._piece / 2), (place + self._piece / 2, along(stroke)[-1])
        left = [part(stroke, *span) for span in ends if span[1] > span[0]]
        return [*self.strokes[:number], *left, *self.strokes[number + 1 :]]

    def _logarithms(self, strokes: Sequence[Stroke]) -> np.ndarray:
        """The log probabilities of the digits for some strokes, (10,); without any ink all digits
        are equally probable."""
        image = retraced(strokes)
        if image is None:
            return np.log(np.full(10, 0.1))
        (probabilities,) = self._recognizer.probabilities(image[None])
        return np.log(np.maximum(probabilities, LEAST))


def along(stroke: Stroke) -> np.ndarray:
    """The arc length from the stroke's start to each of its points, (points,), in its unit."""
    return paths.along(np.array(stroke.points, float))


def part(stroke: Stroke, start: float, end: float) -> Stroke:
    """The part of the stroke between two arc lengths."""
    points = paths.part(np.array(stroke.points, float), start, end)
    return Stroke(list(map(tuple, points.tolist())), stroke.width)
