"""A change is what would make a drawing another digit: which ink to remove, and which to add.

A counterfactual explanation (Wachter, Mittelstadt and Russell 2018) made of pieces of strokes, as a
person would change the drawing. Constructed digits are laid over it. Ink without a counterpart in
such a digit is surplus; parts of the digit without a counterpart in the ink are missing. Pieces of
both are dropped from the change as long as the recognizer, which reads each attempt, is still sure
of the digit. Of what is left, the smallest that is still one digit when it is read as a person's
strokes are, with those of its neighbours, is the change.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf

import numpy as np

from digits.drawing import Drawing, Stroke
from digits.drawing.retrace import retraced
from digits.explaining.ink_evidence import MOST_POINTS
from digits.learning import constructed
from digits.learning.paths import Path, along, box, fine, unit
from digits.recognizer.numbers import NumberReader
from digits.recognizer.recognizer import Recognizer

# How many digits of each construction are laid over the drawing.
CONSTRUCTIONS = {"curves": 5, "other curves": 4, "blocks": 2, "other blocks": 1}
# Lengths are in heights of the drawing.
SPACING = 0.03  # between the points of paths
NEAR = (0.1, 0.06, 0)  # ink this near to a constructed digit is part of it; 0: replace all ink
SHORTEST = 0.12  # the length of a piece; a shorter one hardly shows with a pen of 0.12
ATTRACTED = 0.25  # points nearer than this to the ink are fitted to it
FINALISTS = 4  # the best attempts that will do, whose changes are then reduced
LEAST_SURE = 0.9  # the probability that the changed drawing needs: a person should agree


@dataclass(frozen=True, eq=False)
class Change:
    """The change that makes the drawing a `digit`: `removed` and `added` strokes; the others are
    `kept`. `moved` is the length of both as a share of the drawing's ink."""

    digit: int
    kept: tuple[Stroke, ...]
    removed: tuple[Stroke, ...]
    added: tuple[Stroke, ...]
    moved: float

    def at(self, share: float) -> list[Stroke]:
        """The drawing in transition, from `share` 0 (unchanged) to 1 (changed): first the surplus
        ink disappears, then the missing ink appears, as if drawn."""
        going = [_start(stroke, 1 - 2 * share) for stroke in self.removed if share <= 0.5]
        coming = [_start(stroke, 2 * share - 1) for stroke in self.added if share > 0.5]
        return [*self.kept, *going, *coming]


@dataclass(frozen=True, eq=False)
class _Piece:
    """A run of points on a path: of the ink, to be removed, or of a constructed digit, to be
    added."""

    adds: bool
    path: int
    start: int
    stop: int
    length: float


@dataclass(frozen=True, eq=False)
class _Attempt:
    """A constructed digit laid over the ink, and the pieces to remove and to add."""

    paths: tuple[Path, ...]
    pieces: tuple[_Piece, ...]

    @property
    def length(self) -> float:
        return sum(piece.length for piece in self.pieces)


class Search:
    """Searches for the smallest change of `strokes` that makes `recognizer` read `digit`, alone or
    among the `others` on the sheet.

    `go_on` searches for a while; when it is over, `change` is the result: None if none is found, or
    nothing needs to be changed.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        strokes: Sequence[Stroke],
        digit: int,
        others: Sequence[Stroke] = (),
    ) -> None:
        self.change: Change | None = None
        self.is_over = False
        self._recognizer, self._digit = recognizer, digit
        self._least = max(recognizer.sure_from, LEAST_SURE)
        self._strokes, self._others = tuple(strokes), tuple(others)
        self._reader = NumberReader(recognizer)
        points = [np.array(stroke.points, float) for stroke in strokes]
        low, high = box(points)
        self._corner, self._height = low, max(high[1] - low[1], (high - low)[0] / 2, 1e-6)
        self._ink = [fine((path - low) / self._height, SPACING) for path in points]
        self._length = sum(along(path)[-1] for path in self._ink)
        is_small = sum(map(len, points)) <= MOST_POINTS and self._length > 0
        self._steps = self._search() if is_small else iter(())

    def go_on(self, seconds: float = inf) -> bool:
        """Search for about `seconds`, at least one step. Returns whether the search is over."""
        end = time.perf_counter() + seconds
        while not self.is_over:
            self.is_over = next(self._steps, self) is self
            if time.perf_counter() >= end:
                break
        return self.is_over

    def _search(self) -> Iterator[None]:
        attempts = []
        for some in self._laid_over():
            attempts += some
            yield
        attempts.sort(key=lambda attempt: attempt.length)
        found: list[_Attempt] = []
        for attempt in attempts:
            if self._works(attempt) and (yield from self._is_read(attempt)):
                found.append(attempt)
            yield
            if len(found) == FINALISTS:
                break
        finished: list[_Attempt] = []
        for attempt in found:
            while True:
                finished.append(attempt)
                smaller: list[_Attempt] = []
                for one in self._smaller(attempt):
                    if self._works(one):
                        smaller.append(one)
                    yield
                if not smaller:
                    break
                attempt = min(smaller, key=lambda one: one.length)
        finished.sort(key=lambda one: one.length)
        for attempt in finished:
            if (yield from self._is_read(attempt)):
                if attempt.pieces:  # without any, it is read as the digit already
                    self.change = self._change(attempt)
                break

    def _laid_over(self) -> Iterator[list[_Attempt]]:
        """Constructed digits laid over the ink, with the differences: one fit at a time."""
        ink = np.concatenate(self._ink)
        low, high = ink.min(axis=0), ink.max(axis=0)
        for paths in _digits(self._digit):
            for fitted in _fits(paths, low, high):
                fitted = self._on_sheet(_attracted(fitted, ink))
                laid = np.concatenate(fitted)
                attempts = []
                for near in NEAR:
                    surplus = _pieces(self._ink, laid, near, adds=False)
                    missing = _pieces(fitted, ink, near, adds=True)
                    attempts.append(_Attempt(tuple(fitted), (*surplus, *missing)))
                yield attempts

    def _on_sheet(self, paths: list[Path]) -> list[Path]:
        """The paths moved onto the sheet, so that a person can draw them."""
        low, high = box(paths)
        least, most = (np.array([[0.0], [1.0]]) - self._corner) / self._height
        shift = np.maximum(least - low, 0) + np.minimum(most - high, 0)
        return [path + shift for path in paths]

    def _smaller(self, attempt: _Attempt) -> list[_Attempt]:
        """The attempts with one piece fewer than this."""
        pieces = attempt.pieces
        return [
            replace(attempt, pieces=(*pieces[:i], *pieces[i + 1 :])) for i in range(len(pieces))
        ]

    def _works(self, attempt: _Attempt) -> bool:
        """Whether the attempt is read as the digit."""
        kept, _, added = self._parts(attempt)
        image = retraced([*kept, *added])
        if image is None:
            return False
        (probabilities,) = self._recognizer.probabilities(image[None])
        return probabilities.argmax() == self._digit and probabilities.max() >= self._least

    def _is_read(self, attempt: _Attempt) -> Generator[None, None, bool]:
        """Whether the attempt, drawn among the others, is read as the digit: one image of its
        strokes doesn't tell whether they would be grouped into one digit."""
        kept, _, added = self._parts(attempt)
        sheet = Drawing()
        sheet.strokes = [*self._others, *kept, *added]
        while not self._reader.read(sheet, 0):
            yield
        digit = self._reader.number.made_of((*kept, *added))
        return digit is not None and digit.reading.sure and digit.reading.digit == self._digit

    def _change(self, attempt: _Attempt) -> Change:
        kept, removed, added = self._parts(attempt)
        moved = sum(along(np.array(s.points))[-1] for s in (*removed, *added))
        moved /= self._height * self._length
        return Change(self._digit, tuple(kept), tuple(removed), tuple(added), moved)

    def _parts(self, attempt: _Attempt) -> tuple[list[Stroke], list[Stroke], list[Stroke]]:
        """What the attempt keeps, removes and adds, in units of the sheet. Intact strokes are kept
        as they are."""
        kept, removed = [], []
        for number, (stroke, path) in enumerate(zip(self._strokes, self._ink, strict=True)):
            gone = [(p.start, p.stop) for p in attempt.pieces if not p.adds and p.path == number]
            if not gone:
                kept.append(stroke)
                continue
            ends = [0, *(end for piece in gone for end in piece), len(path)]
            for index, (start, stop) in enumerate(pairwise(ends)):
                # The rest between two removed pieces may be too short to keep.
                piece = path[start:stop]
                stays = index % 2 == 0 and stop > start and along(piece)[-1] >= SHORTEST
                if stop > start:
                    (kept if stays else removed).append(self._stroke(piece, stroke.width))
        width = float(np.median([stroke.width for stroke in self._strokes]))
        pieces = [p for p in attempt.pieces if p.adds]
        added = [self._stroke(attempt.paths[p.path][p.start : p.stop], width) for p in pieces]
        return kept, removed, added

    def _stroke(self, path: Path, width: float) -> Stroke:
        points = path * self._height + self._corner
        return Stroke([tuple(point) for point in points.tolist()], width)


@lru_cache(10)
def _digits(digit: int) -> list[list[Path]]:
    """Constructed versions of `digit`, 1 high; the same ones on every call."""
    generator = np.random.default_rng(digit)
    builders = constructed.TRAINED | constructed.HELD_OUT
    return [
        [fine(path, SPACING) for path in unit(builders[name](digit, generator))]
        for name, count in CONSTRUCTIONS.items()
        for _ in range(count)
    ]


def _fits(paths: list[Path], low: np.ndarray, high: np.ndarray) -> Iterator[list[Path]]:
    """The paths scaled to the height of the box: stretched to its width, or in proportion at its
    left, middle and right."""
    size = np.maximum(high - low, 0.2)
    corner, end = box(paths)
    extent = np.maximum(end - corner, 0.05)
    yield [(path - corner) / extent * size + low for path in paths]
    scale = size[1] / extent[1]
    room = size[0] - extent[0] * scale
    for share in (0, 0.5, 1):
        yield [(path - corner) * scale + low + (share * room, 0) for path in paths]


def _attracted(paths: list[Path], ink: Path) -> list[Path]:
    """The paths stretched and moved onto nearby ink: iterative closest point (Besl and McKay 1992),
    by least squares along each axis."""
    for _ in range(3):
        points = np.concatenate(paths)
        distances, nearest = _nearest(points, ink)
        near = distances < ATTRACTED
        if near.mean() < 0.3:
            break
        own, aims = points[near], ink[nearest[near]]
        spread = own.var(axis=0) + 0.02
        covariance = ((own - own.mean(axis=0)) * (aims - aims.mean(axis=0))).mean(axis=0) + 0.02
        scale = np.clip(covariance / spread, 0.8, 1.25)
        shift = aims.mean(axis=0) - scale * own.mean(axis=0)
        paths = [path * scale + shift for path in paths]
    return paths


def _pieces(paths: Sequence[Path], others: Path, near: float, *, adds: bool) -> Iterator[_Piece]:
    """The parts of the paths that are farther than `near` from the other points, none shorter than
    SHORTEST. Added pieces reach the ink."""
    for number, path in enumerate(paths):
        far = np.concatenate([[False], _nearest(path, others)[0] >= near, [False]])
        edges = np.flatnonzero(far[1:] != far[:-1])
        reach = round(near / SPACING) if adds else 0
        for start, stop in edges.reshape(-1, 2).tolist():
            start, stop = max(start - reach, 0), min(stop + reach, len(path))
            length = along(path[start:stop])[-1]
            if length >= SHORTEST + reach * SPACING:
                yield _Piece(adds, number, start, stop, length)


def _nearest(points: Path, others: Path) -> tuple[np.ndarray, np.ndarray]:
    """The distance from each point to the nearest of the others, and that one's index."""
    (x, y), (other_x, other_y) = points.T[..., None], others.T
    squares = (x - other_x) ** 2 + (y - other_y) ** 2
    nearest = squares.argmin(axis=1)
    return np.sqrt(squares[np.arange(len(points)), nearest]), nearest


def _start(stroke: Stroke, share: float) -> Stroke:
    """The first points of a stroke."""
    return Stroke(stroke.points[: max(round(share * len(stroke.points)), 1)], stroke.width)
