"""The desk is what the window shows and a person works on: a drawing, who reads it, and which of
its digits is looked at.

It has the verbs of keys, buttons and menu, and knows nothing of pixels or events. What few verbs
need is imported by them, because the window's first frame shouldn't wait for it.
"""

from collections.abc import Callable, Iterable
from functools import partial
from math import inf
from pathlib import Path

import numpy as np

from app.sheet.clipboard import ClipboardError, picture_file
from app.sheet.pen import Pen
from digits.drawing import Drawing, Stroke
from digits.recognizer import Recognizer
from digits.recognizer.memory import Lesson, Memory
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit

READINGS = 4  # of the network, or portions of retracing, that a frame has time for
ONLY_NOW = "Taught, but for this window only"


class Desk:
    """A `drawing`, blank at first, that `recognizer` reads with what was taught to `memory`.

    Drawings and lessons are kept in `folder`; without one drawings in the user's, lessons not at
    all. `say(message)` is called with what a person should know.
    """

    def __init__(
        self,
        drawing: Drawing,
        recognizer: Recognizer,
        say: Callable[[str], None],
        folder: Path | None,
    ) -> None:
        self.drawing = drawing
        self.pen = Pen()
        self.memory = Memory(folder)
        self._reader = NumberReader(recognizer)
        self.recognizer = recognizer
        self._say = say
        self._folder = folder
        self._opened: Path | None = None
        self._saved: dict[int, Path] = {}  # the files of this window's sheets
        self._saved_by_hand: set[int] = set()  # of these sheets; others were taught
        self._labels: dict[int, int | None] = {}  # as they are in files, or in MNIST
        self._generator = np.random.default_rng()
        self._read = drawing.version  # the one that was read; blank, it needs not be
        self._known = self.memory.version  # the lessons with which
        self._selected: tuple[Stroke, Stroke] | None = None  # one of the digit; the newest then

    @property
    def recognizer(self) -> Recognizer:
        """Who reads the drawing."""
        return self._recognizer

    @recognizer.setter
    def recognizer(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        recognizer.memory = self.memory
        self._renew()

    @property
    def number(self) -> Number | None:
        """What the recognizer makes of the drawing; None while there is none."""
        if self._read != self.drawing.version:
            self._reader.read(self.drawing)
            self._read = self.drawing.version
        return self._reader.number

    def glance(self) -> Number | None:
        """The same as far as a frame has time for it: what needs more is read by the next call, and
        until it is, this is what was read last."""
        if self._read != self.drawing.version and self._reader.read(self.drawing, READINGS):
            self._read = self.drawing.version
        return self._reader.number

    def select(self, digit: WrittenDigit) -> None:
        """Look at `digit` until something else is drawn; a digit that was shown of a sheet that has
        just gone is none."""
        if digit.strokes and self.drawing.strokes:
            self._selected = digit.strokes[0], self.drawing.strokes[-1]

    def selected(self, number: Number | None) -> WrittenDigit | None:
        """The digit of `number` that is looked at: the one that was drawn last, unless a person
        chose another."""
        if number is None:
            return None
        newest = self.drawing.strokes[-1] if self.drawing.strokes else None
        wanted = newest
        if self._selected is not None and self._selected[1] is newest:
            wanted = self._selected[0]
        of_wanted = (digit for digit in number.digits if any(s is wanted for s in digit.strokes))
        return next(of_wanted, number.digits[-1])

    def clear(self) -> None:
        """Take a new sheet."""
        self.drawing.clear()

    def undo(self) -> None:
        """Take the last step back; if it was to teach, the lesson."""
        self._step(self.drawing.undo)

    def redo(self) -> None:
        """Take the step again that was taken back."""
        self._step(self.drawing.redo)

    def teach(self, digit: int) -> None:
        """Say that the drawing is a `digit`, or the selected digit of a number, which is a lesson;
        said twice, take it back."""
        number, drawing = self.number, self.drawing
        if number is None:
            self._say(f"Draw a digit first; then {digit} says that it is {_a(digit)}")
            return
        is_one = len(number.digits) == 1
        strokes = drawing.strokes if is_one else self.selected(number).strokes
        label = None if drawing.label_of(strokes) == digit else digit
        self._step(partial(drawing.label_as, label, strokes))

    def teach_all(self, drawings: Iterable[Drawing]) -> None:
        """Teach labelled drawings, but for those that have been."""
        self.learn()
        for drawing in drawings:
            if self.memory.find(drawing) is None:
                self._try(partial(self.memory.teach, drawing), ONLY_NOW)
        self._renew()
        self._say(f"Taught  ·  {self._count()}")

    def save_all(self, drawings: Iterable[Drawing]) -> bool:
        """Save labelled drawings, but for those that have been. Returns whether all are saved."""
        from digits.drawing import saved_drawings

        folder = self._folder or saved_drawings.default_folder()
        for drawing in drawings:
            if self._file_of(drawing) is not None:
                continue
            if not self._try(partial(saved_drawings.save, drawing, folder), "Not saved"):
                return False
        self.learn()
        self._say(f"Saved in {folder}")
        return True

    def learn(self, seconds: float = inf) -> None:
        """Look for about so many seconds for what was taught in other windows."""
        problems = len(self.memory.problems)
        is_over = not self.memory.load(seconds)
        self._recognizer.remember()
        for problem in self.memory.problems[problems:]:
            self._say(f"Left out: {problem}")
        if is_over and self._known != self.memory.version:
            self._renew()

    def show_example(self) -> None:
        """Show one of MNIST's test digits."""
        from digits.data import examples

        picture, label = examples.random_example(self._generator)
        unsaved = self._unsaved_label()
        self.drawing.show(picture, label, examples.ORIGIN)
        self._labels[self.drawing.sheet] = label
        self._say(f"One of MNIST's test digits: a {label}{unsaved}")

    def save(self) -> None:
        """Save the drawing and its label."""
        from digits.drawing import saved_drawings

        if not self.drawing:
            self._say("There is nothing to save yet; draw a digit first")
            return
        self._saved_by_hand.add(self.drawing.sheet)
        file, lesson = self._file_of(self.drawing), self.memory.find(self.drawing)
        if file is not None and lesson.digit == self.drawing.label:
            self._say(f"Saved already, as {file.with_suffix('.png')}")
            return
        folder = self._folder or saved_drawings.default_folder()
        before = self._saved.get(self.drawing.sheet)
        if before != file and any(before == one.path for one in self.memory.lessons):
            before = None  # that was a digit alone, and is a lesson still
        self._label_whole_digits()
        save = partial(saved_drawings.save, self.drawing, folder, before)
        saved = self._try(save, "Not saved")
        if saved:
            self._saved[self.drawing.sheet] = saved[1]
            self._labels[self.drawing.sheet] = self.drawing.label
            self._opened = None
            hint = "" if self.drawing.labels else "; keys 0 to 9 say which digit it is"
            self._say(f"Saved as {saved[0]}{hint}")

    def _label_whole_digits(self) -> None:
        """A label that was given before its digit was complete is for all its strokes."""
        drawing, number = self.drawing, self.number
        if number is None or drawing.picture is not None:
            return
        if len(number.digits) == 1:
            drawing.label = drawing.label_of(drawing.strokes)
        else:
            labels = ((digit.strokes, drawing.label_of(digit.strokes)) for digit in number.digits)
            drawing.labels = tuple(label for label in labels if label[1] is not None)

    def open_next(self) -> None:
        """Open the drawing that was saved last; after that, the one before."""
        from digits.drawing import saved_drawings

        folder = self._folder or saved_drawings.default_folder()
        paths = saved_drawings.newest_first(folder)
        if not paths:
            self._say(f"There is no saved drawing in {folder}; S saves one")
            return
        place = paths.index(self._opened) + 1 if self._opened in paths else 0
        self._opened = paths[place % len(paths)]
        if self.open_file(self._opened):
            self._saved[self.drawing.sheet] = self._opened
            self._saved_by_hand.add(self.drawing.sheet)

    def open_file(self, path: str | Path) -> bool:
        """Show the saved drawing or the picture in a file. Returns whether it could be read."""
        from digits.drawing import pictures, saved_drawings

        path, unsaved = Path(path), self._unsaved_label()
        try:
            if path.suffix.lower() == ".json":
                self.drawing.replace(saved_drawings.load(path).drawing)
            else:
                self.drawing.show(pictures.load(path))
        except (saved_drawings.SavedDrawingError, pictures.PictureError) as error:
            self._say(str(error))
            return False
        except OSError as error:
            self._say(f"Can't read {path}: {error.strerror}; choose another file")
            return False
        self._labels[self.drawing.sheet] = self.drawing.label
        self._say(f"Opened {path.name}{unsaved}")
        return True

    def paste(self) -> None:
        """Show the picture in the clipboard."""
        from digits.drawing import pictures

        try:
            picture = pictures.parse(picture_file(), "the clipboard")
        except (ClipboardError, pictures.PictureError) as error:
            self._say(str(error))
        else:
            self.drawing.show(picture)

    def _unsaved_label(self) -> str:
        """What to say of the label that another sheet takes away; nothing if it is in a file."""
        label = self.drawing.label
        if label is None or self._labels.get(self.drawing.sheet) == label:
            return ""
        return f"; the {label} before it was not saved, undo brings it back"

    def _step(self, step: Callable[[], None]) -> None:
        """Take a step; if all that it changed is a label, that is a lesson, or one less."""
        drawing = self.drawing
        labels, picture, strokes = drawing.labels, drawing.picture, list(drawing.strokes)
        before = drawing.labelled()
        step()
        if drawing.labels == labels or drawing.picture is not picture or drawing.strokes != strokes:
            return
        if drawing.picture is not None:
            self._say("Pictures are not taught, only drawings; S saves one with its label")
        elif drawing.label is not None:
            if self._teach(drawing, self._saved.get(drawing.sheet)):
                self._saved[drawing.sheet] = self._file_of(drawing)
                self._labels[drawing.sheet] = drawing.label
        elif (lesson := self.memory.find(drawing)) is not None:
            if drawing.sheet in self._saved_by_hand:
                self.save()  # without its label, what was saved is saved still
            self._forget(lesson)
        else:
            self._teach_parts(before, drawing.labelled())

    def _teach_parts(self, before: list[Drawing], now: list[Drawing]) -> None:
        """Teach the digits of a number that have a label `now`, and forget those that had one."""
        for part in now:
            if all(part.strokes != old.strokes or part.label != old.label for old in before):
                self._teach(part)
        for old in before:
            lesson = self.memory.find(old)
            if lesson is not None and all(part.strokes != old.strokes for part in now):
                self._forget(lesson)

    def _teach(self, drawing: Drawing, saved: Path | None = None) -> bool:
        """Teach a labelled drawing, which was `saved` before, instead of the other digit that it
        was taught as. Returns whether it is kept."""
        before, label = self._recognizer.read_drawing(drawing), drawing.label
        lesson = self.memory.find(drawing)
        if lesson is not None and not self._try(partial(self.memory.forget, lesson), "Not removed"):
            return False
        is_kept = self._try(partial(self.memory.teach, drawing, saved), ONLY_NOW)
        self._renew()
        if not is_kept:
            return False
        if before.digit != label:
            self._say(f"This is {_a(label)} now  ·  {self._count()}")
        elif not before.sure:
            self._say(f"It's sure now: {_a(label)}  ·  {self._count()}")
        else:
            self._say(f"{_a(label).capitalize()}, as it was read  ·  {self._count()}")
        return True

    def _forget(self, lesson: Lesson) -> None:
        if self._try(partial(self.memory.forget, lesson), "Not removed"):
            self._say(f"Taken back  ·  {self._count()}")
        self._renew()

    def _renew(self) -> None:
        """Read all anew, because it may be read otherwise now."""
        shown = self._reader.number
        self._reader = NumberReader(self._recognizer)
        self._reader.number = shown  # until it has been
        self._read = -1
        self._known = self.memory.version

    def _file_of(self, drawing: Drawing) -> Path | None:
        """The file that keeps the lesson which `drawing` is, if it is one."""
        lesson = self.memory.find(drawing)
        return lesson and lesson.path

    def _count(self) -> str:
        count = len(self.memory.lessons)
        return f"{count} drawing{'' if count == 1 else 's'} taught"

    def _try(self, write: Callable[[], object], failure: str) -> object:
        """What `write`, which writes to the folder, returns, or True; False, after a word about it,
        if it can't be done."""
        from digits.drawing.saved_drawings import SavedDrawingError, default_folder

        try:
            return write() or True
        except SavedDrawingError as error:
            self._say(f"{failure}: {error}")
        except OSError as error:
            folder = self._folder or default_folder()
            self._say(
                f"{failure}: can't write to {folder}: {error.strerror}; "
                "name another folder with --drawings DIR"
            )
        return False


def _a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"
