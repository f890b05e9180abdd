"""A session is the state that a window passes on to the next: its sheet, with the file that the
sheet is saved in, its size and theme.

It is saved continually, not only at the end, because a program can be killed.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from threading import Thread

from app.style import theme
from digits.drawing import Drawing
from nn.whole_files import write_whole

# Rarely needed modules are imported where they are used, so the first frame need not wait.

LONGEST = 1.0  # seconds: an unfinished stroke is saved this often
# In seconds: under the GIL, a frame shouldn't wait long for the saving thread.
AT_ONCE, PAUSE = 0.0005, 0.002
Look = tuple[tuple[int, int], bool, Path | None]  # size, dark and file


def default_folder() -> Path:
    """The default folder of the session: the user's state folder."""
    import platformdirs

    return platformdirs.user_state_path("Inkling", appauthor=False)


class Session:
    """Restores the last window's state from `folder`, and saves this one's there.

    `size` (width, height), in points, and `dark` describe the window, `file` is where the sheet is
    saved, if anywhere; update them when they change.
    `problem` is a line about what could not be read or saved, "" if there is no problem.
    """

    def __init__(self, folder: Path) -> None:
        self.size, self.dark = theme.DESIGN_SIZE, False
        self.file: Path | None = None
        self.problem = ""
        self._folder = folder
        self._sheet, self._window = folder / "sheet.json", folder / "window.json"
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            self._load_look()
        self._kept = 0, self._look  # as last saved: drawing's version, look
        self._seconds = 0.0  # since the last save
        self._writer: Thread | None = None
        self._has_failed = False

    def restore(self, drawing: Drawing) -> None:
        """Restore the last window's sheet, unless it was blank."""
        if not os.path.exists(self._sheet):  # False in a folder that may not be entered
            return
        from digits.drawing import saved_drawings

        try:
            drawing.replace(saved_drawings.load(self._sheet).drawing)
        except (OSError, saved_drawings.SavedDrawingError) as error:
            why = getattr(error, "strerror", None) or str(error).removeprefix(f"{self._sheet}: ")
            self.problem = f"The last sheet can't be read: {why}"
            aside = next(
                path
                for number in chain([""], count(2))
                if not os.path.exists(path := self._sheet.with_suffix(f".broken{number}"))
            )
            with suppress(OSError):
                self._sheet.replace(aside)
                self.problem += f"; its file is now {aside}"
        self._kept = drawing.version, self._kept[1]

    def update(self, drawing: Drawing, is_held: bool, seconds: float) -> None:
        """Let time pass, and save changes in the background: at once when a stroke ends, but only
        every LONGEST seconds while a button `is_held` or the window is being resized."""
        self._seconds += seconds
        goes_on = is_held or drawing.version == self._kept[0] or self._has_failed
        is_busy = self._writer is not None and self._writer.is_alive()
        if is_busy or not self._is_new(drawing) or (goes_on and self._seconds < LONGEST):
            return
        self._seconds = 0.0
        copy = Drawing()
        copy.replace(drawing)
        new = drawing.version, self._look
        self._writer = Thread(target=self._keep, args=(copy, new))
        self._writer.start()

    def close(self, drawing: Drawing) -> None:
        """Save changes before the program ends."""
        if self._writer is not None:
            self._writer.join()
        if self._is_new(drawing):
            self._keep(drawing, (drawing.version, self._look))

    def _is_new(self, drawing: Drawing) -> bool:
        return self._kept != (drawing.version, self._look)

    @property
    def _look(self) -> Look:
        return self.size, self.dark, self.file

    def _keep(self, drawing: Drawing, new: tuple[int, Look]) -> None:
        from digits.drawing import saved_drawings

        version, look = self._kept
        self._kept = new
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if new[1] != look:
                size, dark, file = new[1]
                path = file and str(file.absolute())
                data = json.dumps({"size": size, "dark": dark, "file": path}).encode()
                write_whole(self._window, lambda file: file.write(data))
            if new[0] == version:
                return
            points = sum(len(stroke.points) for stroke in drawing.strokes)
            if points > saved_drawings.MOST_POINTS:
                self._fail(f"it has more than {saved_drawings.MOST_POINTS:,} points; undo some")
                return
            if drawing:
                text = "".join(_unhurried(saved_drawings.as_pieces(drawing)))
                write_whole(self._sheet, lambda file: file.write(text.encode()))
            else:
                self._sheet.unlink(missing_ok=True)
            self._has_failed = False
        except OSError as error:
            self._kept = -1, look  # to try again
            self._fail(f"{error.strerror}: {self._folder}; S saves it elsewhere")

    def _fail(self, why: str) -> None:
        """Report, only once until it succeeds again, why the sheet can't be kept."""
        if not self._has_failed:
            self.problem = f"The sheet can't be kept for the next time: {why}"
        self._has_failed = True

    def _load_look(self) -> None:
        look = json.loads(self._window.read_bytes())
        width, height = size = tuple(look["size"])
        bounds = zip(theme.SMALLEST_SIZE, size, theme.LARGEST_SIZE, strict=True)
        if all(type(length) is int and low <= length <= high for low, length, high in bounds):
            self.size = width, height
        self.dark = look["dark"] is True
        if look.get("file") is not None:
            self.file = Path(look["file"])


def _unhurried(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, with regular pauses that let frames go on."""
    began = time.perf_counter()
    for piece in pieces:
        yield piece
        if time.perf_counter() - began > AT_ONCE:
            time.sleep(PAUSE)
            began = time.perf_counter()
