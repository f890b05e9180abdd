"""A number is one or more digits written in a row, from left to right, each of its own strokes.

Geometry and the network together decide which strokes form a digit: `grouping` names the possible
runs of strokes and the price of neighbours, the network says how much a run looks like a digit. The
cheapest division wins. A run is read only once a cheapest division contains it, so few of the runs
are read (lazy shortest paths, Dellin and Srinivasa 2016).
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, inf, log

import numpy as np

from digits.drawing import Drawing, Stroke
from digits.drawing.retrace import Tracing, seen_box
from digits.drawing.stroke import Box
from digits.recognizer.grouping import FAR, FREE_GAP, Row, rows
from digits.recognizer.recognizer import Reading, Recognizer

MOST_STROKES = 100  # in a number; a drawing with more is read as one digit
# A number is wrong if one of its digits is, so a digit that has a neighbour needs a higher
# probability to be sure. Letters and signs can be cut into digits somehow, but these are rarely all
# clear. So where the gaps are small, the geometric mean of the digits' probabilities has to be
# higher still; otherwise those below it are unsure.
BESIDE_SURE_FROM, CLOSE_SURE_FROM = 0.6, 0.9
# Some drawings are made of clear digits all the same. Digits that overlap are never sure if they
# share less than LEVEL of the taller one's height, as in %, or if one lies between the edges of one
# of FRAMES: a box is read as one of these, and a bar in it as a 1. More than MOST_BARS 1s whose
# centres are less than BAR_STEP of their height apart are a hatching.
LEVEL, FRAMES = 0.7, (0, 8)
BAR_STEP, MOST_BARS = 0.3, 3
Key = tuple[int, int]  # a stroke's id, and how many points it had


@dataclass(frozen=True, eq=False)
class WrittenDigit:
    """A digit of a number."""

    reading: Reading
    strokes: tuple[Stroke, ...]  # in the order in which they were drawn; none if on a picture
    box: Box  # around the part of its strokes on the sheet; if undivided, the whole sheet


@dataclass(frozen=True, eq=False)
class Number:
    """One digit or several, from left to right."""

    digits: tuple[WrittenDigit, ...]

    @property
    def text(self) -> str:
        """The digits, with a "?" for each unsure one, such as "20?6"; just "?" if all are."""
        texts = [str(one.reading.digit) if one.reading.sure else "?" for one in self.digits]
        return "".join(texts) if any(one.reading.sure for one in self.digits) else "?"

    @property
    def sure(self) -> bool:
        """Whether the recognizer is sure of every digit."""
        return all(one.reading.sure for one in self.digits)

    @property
    def may_be_one(self) -> bool:
        """Whether it may be a single digit after all: none of its digits is sure, and none so far
        from the others that no digit has strokes in both."""
        return self.text == "?" and len(rows(np.array([one.box for one in self.digits]))) == 1

    def made_of(self, strokes: Iterable[Stroke]) -> WrittenDigit | None:
        """The digit that is made of exactly these strokes, in any order; None if there is none."""
        wanted = set(map(id, strokes))
        return next((one for one in self.digits if set(map(id, one.strokes)) == wanted), None)


class NumberReader:
    """Reads drawings as numbers with `recognizer`; `number` is the last one that it finished, None
    for a blank sheet.

    It caches the readings of strokes that are still there, so a growing drawing costs few new
    readings per step.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self.number: Number | None = None
        self._recognizer = recognizer
        self._boxes: dict[int, tuple[int, Box | None]] = {}  # by stroke, with its number of points
        self._readings: dict[tuple[Key, ...], Reading | None] = {}
        self._images: dict[tuple[Key, ...], np.ndarray | None] = {}  # to be read again
        self._tracings: dict[tuple[int, ...], Tracing] = {}  # unfinished, or may continue
        self._whole = Tracing()  # of drawings that are not divided
        self._strokes: Sequence[Stroke] = ()  # kept alive, so that no id is reused
        self._end = 0.0  # when this call's time is over
        self._has_begun = False  # whether this call has done a portion of work

    def renew(self, recognizer: Recognizer) -> None:
        """Read everything again, with `recognizer` from now on; only retraced images are kept."""
        self._recognizer = recognizer
        for key, reading in self._readings.items():
            self._images[key] = reading and reading.image
        self._readings = {}

    def read(self, drawing: Drawing, seconds: float = inf) -> bool:
        """Read `drawing` for about `seconds`. Returns whether that was enough; if not, `number` is
        unchanged, and another call continues. Every call does at least one portion of the work: a
        new reading, or a part of it where there is much to retrace.

        A labelled digit is sure from the recognizer's own threshold on, whatever stands beside it,
        and a labelled drawing that was taught is one digit, however much it looks like several.
        """
        self._end, self._has_begun = time.perf_counter() + seconds, False
        self._forget_all_but(drawing.strokes)
        if drawing.picture is not None:
            reading = self._recognizer.read_drawing(drawing)
            self.number = _of_one(reading, ())  # its strokes are not all that was read
            return True
        # Among many lessons the search is slow; while a person draws, there is no label yet.
        is_taught = drawing.label is not None and self._recognizer.memory.find(drawing) is not None
        if is_taught or len(drawing.strokes) > MOST_STROKES:
            if not self._is_read(drawing.strokes, self._whole):
                return False
            self.number = _of_one(self._reading(drawing.strokes), drawing.strokes)
            return True
        seen = [stroke for stroke in drawing.strokes if self._box(stroke) is not None]
        digits: list[WrittenDigit] = []
        for row in rows(np.array([self._box(stroke) for stroke in seen])) if seen else ():
            strokes = [seen[index] for index in row.order]
            runs = self._divided(row, strokes)
            if runs is None:
                return False
            digits += [self._digit(strokes[start:stop]) for start, stop in runs]
        self.number = number_of(digits, self._recognizer, drawing) if digits else None
        return True

    def _divided(self, row: Row, strokes: list[Stroke]) -> list[tuple[int, int]] | None:
        """The cheapest runs of a row of `strokes`; None if that takes too much work."""
        # An unread run costs nothing, so no cheaper division is missed.
        costs = dict.fromkeys(row.runs, 0.0)
        known = {run for run in row.runs if self._key(strokes[slice(*run)]) in self._readings}
        costs |= {run: self._cost(strokes[slice(*run)]) for run in known}
        while True:
            cheapest = row.cheapest(costs)
            unread = [run for run in cheapest if run not in known]
            if not unread:
                return cheapest
            run = strokes[slice(*unread[0])]
            if not self._is_read(run):
                return None
            known.add(unread[0])
            costs[unread[0]] = self._cost(run)

    def _digit(self, strokes: Sequence[Stroke]) -> WrittenDigit:
        box = around([self._box(stroke) for stroke in strokes])
        return WrittenDigit(self._reading(strokes), self._as_drawn(strokes), box)

    def _cost(self, strokes: Sequence[Stroke]) -> float:
        # A lesson says which digit it is, not that the ink is several: so what it takes from the
        # network's own answer costs nothing.
        reading = self._reading(strokes)
        return -log(max(reading.probabilities.max(), reading.untaught))

    def _reading(self, strokes: Sequence[Stroke]) -> Reading | None:
        return self._readings[self._key(strokes)]

    def _is_read(self, strokes: Sequence[Stroke], tracing: Tracing | None = None) -> bool:
        """Read `strokes` unless they have been read, continuing `tracing` if it is given. Returns
        whether there was time for it."""
        key, ids = self._key(strokes), tuple(map(id, strokes))
        if key in self._readings:
            return True
        if key in self._images and self._may_go_on():
            self._readings[key] = self._recognizer.read_image(self._images.pop(key))
            return True
        tracing = tracing or self._tracings.setdefault(ids, Tracing())
        as_drawn = self._as_drawn(strokes)  # the newest may grow
        while self._may_go_on():
            if tracing.go_on(as_drawn):
                self._readings[key] = self._recognizer.read_image(tracing.image())
                if all(stroke is not self._strokes[-1] for stroke in strokes):
                    self._tracings.pop(ids, None)
                return True
        return False

    def _as_drawn(self, strokes: Iterable[Stroke]) -> tuple[Stroke, ...]:
        """The strokes in the order in which they were drawn."""
        some = set(map(id, strokes))
        return tuple(stroke for stroke in self._strokes if id(stroke) in some)

    def _may_go_on(self) -> bool:
        """Whether this call may begin another portion of work; it does, if so."""
        is_first, self._has_begun = not self._has_begun, True
        return is_first or time.perf_counter() < self._end

    def _box(self, stroke: Stroke) -> Box | None:
        """The stroke's `seen_box`, cached until the stroke grows."""
        known, box = self._boxes.get(id(stroke), (0, None))
        if known < len(stroke.points):
            new = seen_box(Stroke(stroke.points[max(known - 1, 0) :], stroke.width))
            if box is not None and new is not None:
                new = (*map(min, box[:2], new[:2]), *map(max, box[2:], new[2:]))
            box = new or box
            self._boxes[id(stroke)] = len(stroke.points), box
        return box

    def _key(self, strokes: Iterable[Stroke]) -> tuple[Key, ...]:
        """Identifies strokes in their current state: a stroke only ever changes by growing."""
        return tuple((id(stroke), len(stroke.points)) for stroke in strokes)

    def _forget_all_but(self, strokes: Sequence[Stroke]) -> None:
        """Drop the cache entries of strokes that are gone or have grown."""
        there = set(self._key(strokes))
        ids = {stroke for stroke, _ in there}
        self._boxes = {key: box for key, box in self._boxes.items() if key in ids}
        for known in (self._readings, self._images):
            for key in [key for key in known if not there.issuperset(key)]:
                del known[key]
        if not strokes or not self._strokes or strokes[-1] is not self._strokes[-1]:
            self._tracings = {}
        self._strokes = tuple(strokes)


def around(boxes: Sequence[Box]) -> Box:
    """The box around all of `boxes`."""
    edges = np.array(boxes)
    return *edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()


def number_of(digits: Sequence[WrittenDigit], recognizer: Recognizer, drawing: Drawing) -> Number:
    """The number of `digits`, from left to right, that `recognizer` reads on `drawing`: those that
    their neighbours cast doubt on are unsure, unless they have a label."""
    if len(digits) == 1 or recognizer.sure_from == 0:  # without a threshold every answer is sure
        return Number(tuple(digits))
    doubted = _doubted(digits)
    judged = []
    for digit in digits:
        is_sure = digit.reading.probabilities.max() >= recognizer.sure_from and (
            digit not in doubted or drawing.label_of(digit.strokes) is not None
        )
        if is_sure != digit.reading.sure:
            digit = replace(digit, reading=replace(digit.reading, sure=is_sure))
        judged.append(digit)
    return Number(tuple(judged))


def _doubted(digits: Sequence[WrittenDigit]) -> set[WrittenDigit]:
    """Those of the digits of a number, from left to right, that their neighbours cast doubt on."""
    probability = {digit: float(digit.reading.probabilities.max()) for digit in digits}
    unsure: set[WrittenDigit] = set()
    close, bars = [[digits[0]]], [[digits[0]]]  # runs of close digits; of 1s that may be a hatching
    for pair in pairwise(digits):
        left, right = (digit.box for digit in pair)
        height = max(left[3] - left[1], right[3] - right[1])
        shared = min(left[3], right[3]) - max(left[1], right[1])
        gap = right[0] - left[2]
        narrower, wider = sorted(pair, key=lambda digit: digit.box[2] - digit.box[0])
        is_inside = gap <= narrower.box[0] - narrower.box[2]
        is_framed = is_inside and wider.reading.digit in FRAMES
        if gap < 0 and (shared < LEVEL * height or is_framed):
            unsure.update(pair)
        if gap < FAR * height:
            unsure.update(digit for digit in pair if probability[digit] < BESIDE_SURE_FROM)
        step = (right[0] + right[2] - left[0] - left[2]) / 2
        are_bars = step < BAR_STEP * height and all(one.reading.digit == 1 for one in pair)
        for runs, goes_on in ((close, gap < FREE_GAP * height), (bars, are_bars)):
            if goes_on:
                runs[-1].append(pair[1])
            else:
                runs.append([pair[1]])
    for run in close:
        mean = exp(sum(log(probability[digit]) for digit in run) / len(run))
        if len(run) > 1 and mean < CLOSE_SURE_FROM:
            unsure.update(digit for digit in run if probability[digit] < CLOSE_SURE_FROM)
    for run in bars:
        if len(run) > MOST_BARS:
            unsure.update(run)
    return unsure


def _of_one(reading: Reading | None, strokes: Sequence[Stroke]) -> Number | None:
    """A number of a single digit, whose box is the whole sheet."""
    if reading is None:
        return None
    return Number((WrittenDigit(reading, tuple(strokes), (0.0, 0.0, 1.0, 1.0)),))
