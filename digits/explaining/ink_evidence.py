"""Ink evidence says which parts of a person's strokes speak for a digit, and which against it.

By occlusion (Zeiler and Fergus 2014): a piece of the ink is taken away, and what is left is read
anew. The piece's evidence for a digit is how much the logarithm of the digit's probability falls.
So the evidence is about ink that a person can point at, and it describes what the recognizer does,
whatever is inside of it. `benchmarks/evidence.py` compares it with others.
"""

from collections.abc import Sequence

import numpy as np

from digits.drawing import Stroke
from digits.drawing.retrace import Tracing
from digits.recognizer.recognizer import Recognizer

PLACES = 20  # along all the ink, from which a piece is taken away
PIECE = 0.15  # its length, as a share of all the ink's: shorter ones leave no gap, the pen is wide
MOST_POINTS = 2_000  # of a drawing; one with more is not explained
LEAST = 1e-30  # a probability, so that its logarithm is finite


class InkEvidence:
    """The evidence in `strokes`, as `recognizer` reads them alone.

    It takes PLACES readings, so `go_on` takes as many turns as there is time for.
    """

    def __init__(self, recognizer: Recognizer, strokes: Sequence[Stroke]) -> None:
        self.strokes = tuple(strokes)
        self._recognizer = recognizer
        self.ways = [along(stroke) for stroke in strokes]
        lengths = np.array([way[-1] for way in self.ways])
        self._piece = PIECE * lengths.sum()
        self._places: list[tuple[int, float]] = []  # a stroke's number, how far along it
        if sum(len(stroke.points) for stroke in strokes) <= MOST_POINTS:
            counts = np.maximum(np.round(PLACES * lengths / max(lengths.sum(), 1e-9)), 1)
            for number in lengths.argsort()[::-1][:PLACES].tolist():  # the longest strokes
                steps = (np.arange(counts[number]) + 0.5) / counts[number]
                self._places += [(number, float(step)) for step in steps * lengths[number]]
        self._whole = _logarithms(recognizer, [image_of(self.strokes)])
        self._without_pieces = np.zeros((0, 10))  # taken away so far

    def go_on(self, at_most: int) -> bool:
        """Take away `at_most` so many pieces more. Returns whether those were all."""
        done = len(self._without_pieces)
        images = [image_of(self._without(*place)) for place in self._places[done : done + at_most]]
        if images:
            logarithms = _logarithms(self._recognizer, images)
            self._without_pieces = np.concatenate([self._without_pieces, logarithms])
        return len(self._without_pieces) == len(self._places)

    def at(self, digit: int) -> list[np.ndarray]:
        """What the ink at each point of each stroke says for `digit`, (points,) each, in nats:
        above 0 for it, below 0 against it. To be asked when all pieces have been taken away."""
        ways = range(len(self.ways))
        return [self.between(digit, number, self.ways[number]) for number in ways]

    def between(self, digit: int, number: int, way: np.ndarray) -> np.ndarray:
        """The same for places so far along the stroke of that number; it changes evenly from one
        place to the next."""
        said = self._whole[0, digit] - self._without_pieces[:, digit]
        mine = [i for i, (stroke, _) in enumerate(self._places) if stroke == number]
        where = [self._places[i][1] for i in mine]
        return np.interp(way, where, said[mine]) if mine else np.zeros(len(way))

    def _without(self, number: int, place: float) -> list[Stroke]:
        """The strokes, but for a piece in the middle of which the place is."""
        stroke, way = self.strokes[number], self.ways[number]
        ends = (0.0, place - self._piece / 2), (place + self._piece / 2, way[-1])
        left = [part(stroke, way, *span) for span in ends if span[1] > span[0]]
        return [*self.strokes[:number], *left, *self.strokes[number + 1 :]]


def along(stroke: Stroke) -> np.ndarray:
    """How far along the stroke each of its points is, (points,), in its unit."""
    steps = np.diff(np.array(stroke.points, float), axis=0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(*steps.T))])


def part(stroke: Stroke, way: np.ndarray, start: float, end: float) -> Stroke:
    """What lies between two distances along the stroke, whose points are so far along the `way`."""
    inner = [point for point, at in zip(stroke.points, way, strict=True) if start < at < end]
    columns = np.array(stroke.points, float).T
    first, last = (tuple(float(np.interp(at, way, c)) for c in columns) for at in (start, end))
    return Stroke([first, *inner, last], stroke.width)


def image_of(strokes: Sequence[Stroke]) -> np.ndarray | None:
    """MNIST's view of strokes, as `retrace` has it."""
    tracing = Tracing()
    while not tracing.go_on(strokes):
        pass
    return tracing.image()


def _logarithms(recognizer: Recognizer, images: Sequence[np.ndarray | None]) -> np.ndarray:
    """Those of the digits' probabilities for each image, (m, 10); where nothing is left to see, all
    digits are equally probable."""
    probabilities = np.full((len(images), 10), 0.1)
    seen = [i for i, image in enumerate(images) if image is not None]
    if seen:
        probabilities[seen] = recognizer.probabilities(np.stack([images[i] for i in seen]))
    return np.log(np.maximum(probabilities, LEAST))
