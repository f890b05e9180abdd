"""A memory holds what a person taught: drawings labelled with their digits.

A network knows what digits look like in general; only the person can say which digit their own
ambiguous shape is. Nothing here depends on a network: `recall` adapts a memory to one. So every
model reads with the same lessons.
"""

import time
from bisect import insort
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from pathlib import Path

import numpy as np

from digits.drawing import Drawing, saved_drawings
from digits.drawing.retrace import retrace

COPYING_SECONDS = 2  # for so long after its last change, a file may not be whole yet
LOOKING_SECONDS = 0.5  # until such a file is read again
DRAWN_AFTER = timedelta(seconds=0.05)  # so that teaching need not wait for the picture


@dataclass(eq=False)
class Lesson:
    """A drawing made of strokes alone, with the digit that a person said it is."""

    drawing: Drawing  # its label is the digit
    image: np.ndarray  # (28, 28) float32 in 0..1: what a network sees of it
    when: datetime  # with its time zone
    path: Path | None = None  # its JSON file, if it has one
    only_taught: bool = False  # whether teaching in this window made that file: nobody saved it

    @property
    def digit(self) -> int:
        return self.drawing.label


@dataclass(eq=False)
class Memory:
    """Lessons, the oldest first. They are kept in `folder` as saved drawings, each in a file of its
    own, so that several windows can share it; without a folder they last as long as the memory.

    `load` reads the folder: every drawing there that is labelled as one digit is a lesson, unless
    it is on a picture. `problems` has a line for every file that can't be read, which is left out
    until it is modified; `version` increases with every change.
    """

    folder: Path | None = None
    lessons: list[Lesson] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    version: int = 0
    _known: dict[Path, Lesson | None] = field(default_factory=dict)  # None: holds no lesson
    _left_out: dict[Path, float] = field(default_factory=dict)  # and when they had been modified
    _undrawn: deque[Lesson] = field(default_factory=deque)  # their files lack a picture
    _waiting: list[Path] = field(default_factory=list)  # still to be read, the newest last
    _seen: int | None = None  # the folder's modification time at the last look
    _again: float = inf  # when to look again, even if the folder is as it was

    def teach(self, drawing: Drawing, replaces: Path | None = None) -> Lesson:
        """Add a copy of `drawing`, with its label, as a lesson and save it. `replaces` is the file
        it was saved in before, if any; the new one takes its place.

        Raises ValueError if it has no label, no ink on the sheet, or a picture; OSError or
        SavedDrawingError (of digits.drawing.saved_drawings) if it can't be written: then the lesson
        lasts only as long as the memory.
        """
        lesson = _lesson(drawing, self._now())
        if lesson is None:
            raise ValueError("only strokes with a label can be taught")
        self._add(lesson)
        if self.folder is not None:
            _, lesson.path = saved_drawings.save(
                lesson.drawing, self.folder, replaces, draws=False, when=lesson.when
            )
            self._undrawn.append(lesson)
            self._known[lesson.path] = lesson
            self._seen = None
        return lesson

    def forget(self, lesson: Lesson) -> None:
        """Remove a lesson and its files. Raises OSError if they can't be removed: then it is still
        a lesson."""
        if lesson.path is not None:
            lesson.path.with_suffix(".png").unlink(missing_ok=True)  # first: it has a label too
            lesson.path.unlink(missing_ok=True)
            self._known.pop(lesson.path, None)
        self.lessons.remove(lesson)
        self.version += 1

    def find(self, drawing: Drawing) -> Lesson | None:
        """The newest lesson with exactly the strokes of `drawing`; None if there is none."""
        strokes, newest_first = drawing.strokes, reversed(self.lessons)
        same = (lesson for lesson in newest_first if lesson.drawing.strokes == strokes)
        return next(same, None) if strokes and drawing.picture is None else None

    def load(self, seconds: float = inf) -> bool:
        """Take in files added to the folder or removed from it since the last call, the newest
        first: at least one, for about `seconds`. Returns whether any are left to read.

        Also draws the missing pictures of lessons; with a time limit, not those of lessons taught
        less than DRAWN_AFTER ago."""
        self._look()
        end = time.perf_counter() + seconds
        now = datetime.now().astimezone()
        while self._undrawn and (seconds == inf or abs(now - self._undrawn[0].when) > DRAWN_AFTER):
            self._draw(self._undrawn.popleft())
            if time.perf_counter() >= end:
                break
        while self._waiting:
            self._read(self._waiting.pop())
            if time.perf_counter() >= end:
                break
        return bool(self._waiting)

    def _now(self) -> datetime:
        """Now, or just after the newest lesson if a clock that was ahead dated it later: of lessons
        that contradict each other the newest counts."""
        now = datetime.now().astimezone()
        with suppress(IndexError):  # no lesson
            return max(now, self.lessons[-1].when + timedelta(microseconds=1))
        return now

    def _look(self) -> None:
        """List the folder's files, if it has changed."""
        if self.folder is None:
            return
        try:
            changed = self.folder.stat().st_mtime_ns
        except OSError:
            changed = -1  # no folder, no files
        repaired = [path for path, when in self._left_out.items() if _modified(path) != when]
        if not repaired and changed == self._seen and time.monotonic() < self._again:
            return
        for path in repaired:
            del self._left_out[path]
        try:
            paths = saved_drawings.newest_first(self.folder)
        except OSError:  # such as too many open files: the next look may be luckier
            return
        self._seen, self._again = changed, inf
        known = self._known.keys() | self._left_out.keys()
        self._waiting = [path for path in reversed(paths) if path not in known]
        for path in self._known.keys() - set(paths):
            lesson = self._known.pop(path)
            if lesson in self.lessons:  # not if the file held none, or it was forgotten
                self.lessons.remove(lesson)
                self.version += 1

    def _draw(self, lesson: Lesson) -> None:
        if lesson in self.lessons:
            with suppress(OSError):  # a lesson needs no picture
                saved_drawings.draw(lesson.drawing, lesson.path.with_suffix(".png"))

    def _read(self, path: Path) -> None:
        modified = _modified(path)
        try:
            saved = saved_drawings.load(path)
        except FileNotFoundError:
            pass  # removed meanwhile by another window
        except (saved_drawings.SavedDrawingError, OSError) as error:
            if abs(time.time() - modified) < COPYING_SECONDS:  # perhaps still being copied
                self._again = time.monotonic() + LOOKING_SECONDS
                return
            self._left_out[path] = modified
            reason = f"{path}: {error.strerror}" if isinstance(error, OSError) else str(error)
            self.problems.append(reason)
        else:
            lesson = self._known[path] = _lesson(saved.drawing, saved.when, path)
            if lesson is not None:
                self._add(lesson)

    def _add(self, lesson: Lesson) -> None:
        insort(self.lessons, lesson, key=lambda lesson: lesson.when)
        self.version += 1


def _modified(path: Path) -> float:
    """When a file was last modified, in seconds since the epoch; -inf if it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return -inf


def _lesson(drawing: Drawing, when: datetime, path: Path | None = None) -> Lesson | None:
    """A copy of the drawing as a lesson; None if it can't be one."""
    if drawing.label is None or drawing.picture is not None:
        return None
    copy = drawing.copy()
    image = retrace(copy)
    return None if image is None else Lesson(copy, image, when, path)
