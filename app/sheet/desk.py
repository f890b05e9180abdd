"""The desk is what the window shows and a person works on: a drawing, who reads it, and which of
its digits is looked at.

It has the verbs of keys, buttons and menu, and knows nothing of pixels or events. What few verbs
need is imported by them, because the window's first frame shouldn't wait for it.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.sheet.clipboard import ClipboardError, picture_file
from app.sheet.pen import Pen
from digits.drawing import Drawing, Stroke
from digits.recognizer import Recognizer
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit

READINGS = 5  # of the network that a frame has time for


class Desk:
    """A `drawing`, blank at first, that `recognizer` reads.

    Drawings are kept in `folder`, by default the user's. `say(message)` is called with
    what a person should know.
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
        self._recognizer = recognizer
        self._reader = NumberReader(recognizer)
        self._say = say
        self._folder = folder
        self._opened: Path | None = None
        self._saved: dict[int, Path] = {}  # the files of this window's sheets
        self._labels: dict[int, int | None] = {}  # as they are in files, or in MNIST
        self._generator = np.random.default_rng()
        self._read: int | None = drawing.version  # the one that was read; blank, it needs not be
        self._selected: tuple[Stroke, Stroke] | None = None  # one of the digit; the newest then

    @property
    def recognizer(self) -> Recognizer:
        """Who reads the drawing."""
        return self._recognizer

    @recognizer.setter
    def recognizer(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._reader = NumberReader(recognizer)
        self._read = None

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
        """Take the last step back."""
        self.drawing.undo()

    def redo(self) -> None:
        """Take the step again that was taken back."""
        self.drawing.redo()

    def label_as(self, digit: int) -> None:
        """Say that the drawing is a `digit`; said twice, that nobody knows."""
        self.drawing.label_as(None if self.drawing.label == digit else digit)

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
        folder = self._folder or saved_drawings.default_folder()
        try:
            saved = self._saved.get(self.drawing.sheet)
            picture, path = saved_drawings.save(self.drawing, folder, saved)
        except saved_drawings.SavedDrawingError as error:
            self._say(f"Not saved: {error}")
        except OSError as error:
            self._say(
                f"Not saved: can't write to {folder}: {error.strerror}; "
                "name another folder with --drawings DIR"
            )
        else:
            self._saved[self.drawing.sheet] = path
            self._labels[self.drawing.sheet] = self.drawing.label
            self._opened = None
            hint = "" if self.drawing.label is not None else "; keys 0 to 9 label a drawing"
            self._say(f"Saved as {picture}{hint}")

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
