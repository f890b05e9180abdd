"""Files: saving the drawing on the desk, and opening saved drawings, pictures and test digits.

Rarely needed modules are imported where they are used, so the window's first frame need not wait.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from app.sheet.clipboard import ClipboardError, picture_file
from app.sheet.desk import Desk
from app.style.text import with_article
from digits.drawing import Drawing
from digits.recognizer.memory import Lesson


class Files:
    """Drawings are saved in `folder`, by default Inkling in the user's documents.

    `say(message)` is called with messages for the user.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None], folder: Path | None) -> None:
        self._desk = desk
        self._drawing = desk.drawing
        self._memory = desk.memory
        self._say = say
        self._folder = folder
        self._opened: Path | None = None  # last, by `open_next`,
        self._listed: list[Path] = []  # and the saved drawings then
        self._kept: dict[int, tuple[Path | None, Drawing]] = {}  # by sheet, as `keep` recorded it
        self._generator = np.random.default_rng()

    @property
    def of_sheet(self) -> Path | None:
        """The file of the current sheet, possibly of an earlier state; None if it has none."""
        return self._kept_of_sheet[0]

    @property
    def of_state(self) -> Path | None:
        """The same file if it exists and holds what is on the sheet now, whatever the label; or
        None."""
        (path, kept), drawing = self._kept_of_sheet, self._drawing
        is_same = kept.picture is drawing.picture and kept.strokes == drawing.strokes
        return path if is_same and path is not None and os.path.exists(path) else None

    @property
    def _kept_of_sheet(self) -> tuple[Path | None, Drawing]:
        return self._kept.get(self._drawing.sheet, (None, Drawing()))

    def keep(self, path: Path | None) -> None:
        """Record that the sheet and its label are saved in `path`; None: in no file that is ours,
        but neither can be lost."""
        self._kept[self._drawing.sheet] = path, self._drawing.copy()

    def keep_if_same(self, path: Path) -> None:
        """Record that the sheet is saved in `path` if it is, whatever the label."""
        from digits.drawing import saved_drawings

        with suppress(OSError, ValueError):  # it may be gone, or be anything else now
            saved, drawing = saved_drawings.load(path).drawing, self._drawing
            if saved.strokes == drawing.strokes and np.array_equal(saved.picture, drawing.picture):
                saved.picture = drawing.picture  # it is the same one, not an equal one
                self._kept[drawing.sheet] = path, saved

    def show_example(self) -> None:
        """Show one of MNIST's test digits."""
        from digits.data import examples

        picture, label = examples.random_example(self._generator)
        unsaved = self.unsaved_label()
        self.show_test_digit(picture, label)
        self._say(
            f"One of MNIST's test digits: {with_article(label)}{unsaved}; M shows those it misreads"
        )

    def show_test_digit(self, picture: np.ndarray, label: int) -> None:
        """Show one of MNIST's test digits, ink (28, 28) float32 in 0..1."""
        from digits.data import examples

        self._drawing.show(picture, label, examples.ORIGIN)
        self.keep(None)

    def save(self) -> bool:
        """Save the drawing and its label. Returns whether it is saved."""
        from digits.drawing import saved_drawings

        if not self._drawing:
            self._say("There is nothing to save yet; draw a digit first")
            return False
        lesson, before = self._memory.find(self._drawing), self.of_sheet
        if not self.of_state and any(before == one.path for one in self._memory.lessons):
            before = None  # a single digit then, and still a lesson
        file = lesson and lesson.path
        if file is not None and lesson.digit == self._drawing.label:
            if before not in (None, file):
                saved_drawings.remove(before)
            lesson.only_taught = False
            self.keep(file)
            png = file.with_suffix(".png")
            draw = partial(saved_drawings.draw, lesson.drawing, png)
            is_drawn = os.path.exists(png) and os.path.getsize(png)
            if is_drawn or self.write(draw, "Its picture is not saved"):
                self._say(f"Saved already, as {png}")
            return True
        folder = self._folder or saved_drawings.default_folder()
        self._label_whole_digits()
        save = partial(saved_drawings.save, self._drawing, folder, before)
        saved = self.write(save, "Not saved")
        if saved:
            self.keep(saved[1])
            self._opened = None
            if lesson is not None and file is None and self._memory.folder is not None:
                self._memory.forget(lesson)  # it could not be written then; now it is in the file
                self._desk.learn()
            hint = "" if self._drawing.labels else "; keys 0 to 9 say which digit it is"
            self._say(f"Saved as {saved[0]}{hint}")
        return bool(saved)

    def unlabel(self, lesson: Lesson) -> Path | None:
        """Save a lesson without its label in place of its file. Returns the new file; None, after a
        message, if that fails."""
        from digits.drawing import saved_drawings

        drawing = lesson.drawing.copy()
        drawing.label = None
        save = partial(saved_drawings.save, drawing, lesson.path.parent, lesson.path)
        saved = self.write(save, "Not removed")
        is_here = self.of_sheet == lesson.path or self._memory.find(self._drawing) is lesson
        if saved and is_here:
            self._kept[self._drawing.sheet] = saved[1], drawing
        return saved[1] if saved else None

    def _label_whole_digits(self) -> None:
        """Extend a label given before its digit was complete to all of the digit's strokes, unless
        the recognizer is sure that it has become another digit.

        A label whose strokes are several digits now, cut by the eraser, and labels that share one
        digit now are removed: nobody said which digit that is."""
        drawing, number = self._drawing, self._desk.number
        if number is None or drawing.picture is not None:
            return
        pairs = [
            (digit, part)
            for digit, part in product(number.digits, drawing.labelled())
            if not set(map(id, digit.strokes)).isdisjoint(map(id, part.strokes))
        ]
        labels = []
        for digit, part in pairs:
            if sum(one is digit or other is part for one, other in pairs) > 1:
                continue
            strokes = drawing.strokes if len(number.digits) == 1 else digit.strokes
            is_another = digit.reading.sure and digit.reading.digit != part.label
            labels.append((tuple(part.strokes if is_another else strokes), part.label))
        drawing.relabel(labels)

    def open_next(self) -> None:
        """Open the newest saved drawing; on later calls, the one before."""
        from digits.drawing import saved_drawings

        folder = self._folder or saved_drawings.default_folder()
        try:
            paths = saved_drawings.newest_first(folder)
        except OSError as error:
            self._say(
                f"{folder} can't be read: {error.strerror}; name another folder with --drawings DIR"
            )
            return
        if not paths:
            self._say(f"There is no saved drawing in {folder}; S saves one")
            return
        later = iter(self._listed if self._opened is not None else ())
        any(path == self._opened for path in later)  # goes on to it
        self._opened = next((path for path in later if path in paths), paths[0])
        self._listed = paths
        if self.open_file(self._opened):
            self.keep(self._opened)
            lesson = self._memory.find(self._drawing)
            if lesson is not None:
                lesson.only_taught = False

    def open_file(self, path: str | Path) -> bool:
        """Show the saved drawing or the picture in a file. Returns whether it could be read."""
        from digits.drawing import pictures, saved_drawings

        path, unsaved = Path(path), self.unsaved_label()
        if not os.path.isfile(path):  # a pipe would block
            self._say(f"Can't read {path}: it is no file; choose another file")
            return False
        try:
            if path.suffix.lower() == ".json":
                self._drawing.replace(saved_drawings.load(path).drawing)
            else:
                self._drawing.show(pictures.load(path))
        except saved_drawings.SavedDrawingError as error:
            self._say(f"{error}; choose another file")
            return False
        except pictures.PictureError as error:
            self._say(str(error))
            return False
        except OSError as error:
            self._say(f"Can't read {path}: {error.strerror}; choose another file")
            return False
        self.keep(None)
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
            unsaved = self.unsaved_label()
            self._drawing.show(picture)
            self._say(f"Pasted a picture{unsaved}")

    def save_all(self, drawings: Iterable[Drawing]) -> bool:
        """Save labelled drawings that aren't saved yet. Returns whether all are saved."""
        from digits.drawing import saved_drawings

        folder = self._folder or saved_drawings.default_folder()
        for drawing in drawings:
            lesson = self._memory.find(drawing)
            if lesson is not None and lesson.path is not None:
                lesson.only_taught = False
                continue
            if not self.write(partial(saved_drawings.save, drawing, folder), "Not saved"):
                return False
        self._desk.learn()
        self._say(f"Saved in {folder}, as lessons too")
        return True

    def unsaved_label(self) -> str:
        """A hint about the label lost with the sheet; "" if the label is in a file."""
        label, lesson = self._drawing.label, self._memory.find(self._drawing)
        is_taught = lesson is not None and lesson.path is not None
        _, kept = self._kept_of_sheet
        if is_taught or label in (None, kept.label):
            return ""
        return f"; the {label} before it was not saved, undo brings it back"

    def write(self, write: Callable[[], object], failure: str) -> object:
        """Call `write`, which writes to the folder. Returns its result, or True if that is None;
        False, after a message, if writing fails."""
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
