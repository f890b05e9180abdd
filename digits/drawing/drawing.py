"""A drawing is a list of pen strokes, stored as points, with its undo history.

Pixels don't record how they were made. Points can be redrawn at any size and with any pen, they can
be cut, and they are so cheap that the earlier states of a drawing are kept too.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from digits.drawing.stroke import Point, Stroke

MOST_STEPS = 200  # that can be undone
EDGES = 0.0, 0.0, 1.0, 1.0  # of the sheet: left, top, right and bottom
Label = tuple[tuple[Stroke, ...], int]  # strokes and their digit; no strokes: the whole drawing


class State(NamedTuple):
    """The undoable state of a drawing; the fields are those of Drawing."""

    strokes: Sequence[Stroke] = ()
    picture: np.ndarray | None = None
    origin: str | None = None
    labels: tuple[Label, ...] = ()
    sheet: int = 0


class Drawing:
    """Strokes in their order, on blank paper or on a picture. Falsy while there is neither.

    `picture` is ink (h, w), float32 in 0..1, bright on dark, that covers the whole sheet, or None;
    `origin` says where it comes from, if that matters. `labels` are the digits that a person says
    are on it, each with its strokes. A stroke, an erasure, a new sheet and a label are one undo
    step each; the last MOST_STEPS are kept.

    `version` increases with every change, so callers can tell whether they have seen the current
    state. `sheet` is a number that is new for every sheet; undoing a new sheet restores the earlier
    number.
    """

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []
        self.picture: np.ndarray | None = None
        self.origin: str | None = None
        self.labels: tuple[Label, ...] = ()
        self.sheet = 0
        self.version = 0
        self._sheets = 0  # numbers used so far
        self._past: deque[State] = deque(maxlen=MOST_STEPS)
        self._future: list[State] = []
        self._eraser: Point | None = None  # its position, if the last step was an erasure

    @classmethod
    def of(cls, strokes: Iterable[Iterable[Iterable[float]]], width: float) -> "Drawing":
        """A drawing of `strokes`, each the points (x, y) of a path, with a pen of `width`."""
        drawing = cls()
        for stroke in strokes:
            first, *rest = (tuple(map(float, point)) for point in stroke)
            drawing.begin(first, width)
            for point in rest:
                drawing.extend(point)
        return drawing

    def begin(self, point: Point, width: float) -> None:
        """Set the pen down: a new stroke starts at `point`."""
        self._step()
        if not self:
            self.sheet = self._new_sheet()
        self.strokes.append(Stroke([point], width))
        self.version += 1

    def extend(self, point: Point) -> None:
        """Move the pen to `point`. Raises IndexError if no stroke has begun."""
        self.strokes[-1].points.append(point)
        self.version += 1

    def erase(self, start: Point, end: Point, width: float) -> bool:
        """Remove the ink under an eraser of `width` that moves from `start` to `end`.

        Strokes are cut, not painted over. A movement that starts where the last one ended belongs
        to the same undo step; one with `start` equal to `end` begins a new one. Returns whether
        there was anything to remove.
        """
        goes_on = start == self._eraser and start != end
        pieces = [stroke.without(start, end, width) for stroke in self.strokes]
        picture = None if self.picture is None else _rubbed(self.picture, start, end, width)
        touched = picture is not self.picture or any(
            piece != [stroke] for piece, stroke in zip(pieces, self.strokes, strict=True)
        )
        if touched:
            if not goes_on:
                self._step()
            # What lies outside the sheet nobody sees, but the sheet would not be blank.
            pieces = [[part for part in piece if part.may_touch(EDGES)] for piece in pieces]
            left = {id(s): piece for s, piece in zip(self.strokes, pieces, strict=True)}
            kept = ((tuple(p for s in some for p in left[id(s)]), d) for some, d in self.labels)
            # Without a picture, no label is of the whole drawing: what is drawn next is not it.
            self.labels = tuple((some, d) for some, d in kept if some or picture is not None)
            self.strokes = [stroke for piece in pieces for stroke in piece]
            self.picture = picture
            self.origin = None if picture is None else self.origin
            self.version += 1
        self._eraser = end if touched or goes_on else None
        return touched

    def show(
        self, picture: np.ndarray, label: int | None = None, origin: str | None = None
    ) -> None:
        """Take a new sheet with `picture` on it."""
        labels = () if label is None else (((), label),)
        self._take(State((), picture, origin, labels, self._new_sheet()))

    def replace(self, other: "Drawing") -> None:
        """Take a new sheet with the content and labels of `other`."""
        self._take(other._state()._replace(sheet=self._new_sheet()))

    def exchange(self, other: "Drawing") -> None:
        """Swap the content and the undo history with `other`."""
        for name in ("strokes", "picture", "origin", "labels", "sheet", "_past", "_future"):
            mine, others = getattr(self, name), getattr(other, name)
            setattr(self, name, others)
            setattr(other, name, mine)
        for drawing in (self, other):
            drawing.version += 1
            drawing._eraser = None

    @property
    def label(self) -> int | None:
        """The digit that a person says the whole drawing is; None if unlabelled."""
        if len(self.labels) != 1:
            return None
        ((strokes, digit),) = self.labels
        return digit if len(strokes) in (0, len(self.strokes)) else None

    @label.setter
    def label(self, digit: int | None) -> None:
        strokes = tuple(self.strokes) if self.picture is None else ()
        self.relabel([] if digit is None else [(strokes, digit)])

    def relabel(self, labels: Iterable[Label]) -> None:
        """Have these labels instead of the present ones. It is no undo step."""
        labels = tuple(labels)
        if labels != self.labels:
            self.labels = labels
            self.version += 1

    def label_of(self, strokes: Sequence[Stroke]) -> int | None:
        """The label of the digit that shares any of these strokes; None if there is none."""
        return next((digit for some, digit in self.labels if _are_of_one(some, strokes)), None)

    def label_as(self, digit: int | None, strokes: Sequence[Stroke] | None = None) -> None:
        """Label `strokes`, by default the whole drawing, as `digit`; None removes the label. It is
        no undo step if nothing changes."""
        strokes = self.strokes if strokes is None else strokes
        if not self.is_labelled(digit, strokes):
            some = () if self.picture is not None else tuple(strokes)
            labels = [label for label in self.labels if not _are_of_one(label[0], strokes)]
            if digit is not None:
                labels.append((some, digit))
            self._take(self._state()._replace(labels=tuple(labels)))

    def is_labelled(self, digit: int | None, strokes: Sequence[Stroke]) -> bool:
        """Whether exactly these strokes are labelled as `digit`; None: whether none of them is
        labelled."""
        if digit is None:
            return self.label_of(strokes) is None
        return any(one.label == digit and one.strokes == list(strokes) for one in self.labelled())

    def labelled(self) -> "list[Drawing]":
        """Every digit that has a label, as a drawing of its own."""
        digits = []
        for strokes, digit in self.labels:
            part = Drawing()
            part.picture, part.origin = self.picture, self.origin
            part.strokes = list(strokes or self.strokes)
            part.label = digit
            digits.append(part)
        return digits

    def copy(self) -> "Drawing":
        """An independent copy, without the undo history."""
        copy = Drawing()
        copy.strokes = [Stroke(list(stroke.points), stroke.width) for stroke in self.strokes]
        copy.picture, copy.origin = self.picture, self.origin
        copies = dict(zip(map(id, self.strokes), copy.strokes, strict=True))
        copy.labels = tuple((tuple(copies[id(s)] for s in some), d) for some, d in self.labels)
        return copy

    def clear(self) -> None:
        """Take a new, unlabelled sheet; no undo step if there is neither ink nor a label."""
        if self or self.labels:
            self._take(State())

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._future)

    def undo(self) -> None:
        """Undo the last step, if there is one."""
        if self._past:
            self._future.append(self._state())
            self._restore(self._past.pop())

    def redo(self) -> None:
        """Redo the step undone last, unless something else has changed since."""
        if self._future:
            self._past.append(self._state())
            self._restore(self._future.pop())

    def __bool__(self) -> bool:
        return bool(self.strokes) or self.picture is not None

    def _new_sheet(self) -> int:
        self._sheets += 1
        return self._sheets

    def _take(self, state: State) -> None:
        self._step()
        self._restore(state)

    def _step(self) -> None:
        """Save the state before a step. States share their common strokes."""
        self._past.append(self._state())
        self._future.clear()
        self._eraser = None

    def _state(self) -> State:
        return State(tuple(self.strokes), self.picture, self.origin, self.labels, self.sheet)

    def _restore(self, state: State) -> None:
        strokes, self.picture, self.origin, self.labels, self.sheet = state
        self.strokes = list(strokes)
        self.version += 1
        self._eraser = None


def _are_of_one(some: Sequence[Stroke], others: Sequence[Stroke]) -> bool:
    """Whether both share a stroke, or one of them is empty, which means the whole drawing."""
    return not some or not others or any(one is other for one in some for other in others)


def _rubbed(picture: np.ndarray, start: Point, end: Point, width: float) -> np.ndarray | None:
    """The picture without the ink under the eraser: itself if nothing is, None if none is left."""
    height, breadth = picture.shape
    reach = width / 2
    left = max(floor((min(start[0], end[0]) - reach) * breadth), 0)
    right = min(ceil((max(start[0], end[0]) + reach) * breadth), breadth)
    top = max(floor((min(start[1], end[1]) - reach) * height), 0)
    bottom = min(ceil((max(start[1], end[1]) + reach) * height), height)
    if left >= right or top >= bottom:
        return picture
    x = (np.arange(left, right) + 0.5) / breadth - start[0]
    y = (np.arange(top, bottom)[:, None] + 0.5) / height - start[1]
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy or 1), 0, 1)
    under = np.hypot(x - along * dx, y - along * dy) < reach
    if not picture[top:bottom, left:right][under].any():
        return picture
    rubbed = picture.copy()
    rubbed[top:bottom, left:right][under] = 0
    return rubbed if rubbed.any() else None
