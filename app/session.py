"""A session is what a window passes on to the next one: its sheet, its size and its theme.

It is kept all the while, not only at the end, because a program can be killed.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from app.style import theme
from digits.drawing import Drawing
from nn.whole_files import write_whole

# What few moments need is imported by them: the window's first frame shouldn't wait for it.

LONGEST = 1.0  # seconds for which a stroke that goes on is not kept
# In seconds: Python does one thing at a time, and a frame shouldn't wait long for this one.
AT_ONCE, PAUSE = 0.0005, 0.002


def default_folder() -> Path:
    """Where a person's session is kept: with the state of other programs."""
    import platformdirs

    return platformdirs.user_state_path("Inkling", appauthor=False)


class Session:
    """What the last window left in `folder`, and what this one does.

    `size` (width, height), in points, and `dark` say how the window looks: to be changed with it.
    `problem` is a line that says what could not be read or kept, "" if nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.size, self.dark = theme.DESIGN_SIZE, False
        self.problem = ""
        self._folder = folder
        self._sheet, self._window = folder / "sheet.json", folder / "window.json"
        with suppress(OSError, ValueError, TypeError, KeyError):
            self._load_look()
        self._kept = 0, (self.size, self.dark)  # the drawing's version, and the window's look
        self._seconds = 0.0  # since something was kept
        self._writer: Thread | None = None
        self._has_failed = False

    def restore(self, drawing: Drawing) -> None:
        """Take the last window's sheet, if there was anything on it."""
        if not self._sheet.exists():
            return
        from digits.drawing import saved_drawings

        try:
            drawing.replace(saved_drawings.load(self._sheet).drawing)
        except (OSError, saved_drawings.SavedDrawingError) as error:
            aside = self._sheet.with_suffix(".broken")
            with suppress(OSError):
                self._sheet.replace(aside)
            why = str(error).removeprefix(f"{self._sheet}: ")
            self.problem = f"The last sheet can't be read: {why}; its file is {aside} now"
        self._kept = drawing.version, self._kept[1]

    def update(self, drawing: Drawing, is_held: bool, seconds: float) -> None:
        """Let time pass, and keep what is new while frames go on: a stroke when it ends, but what
        goes on, as long as a button `is_held` or the window is resized, once in a while."""
        self._seconds += seconds
        goes_on = is_held or drawing.version == self._kept[0]
        is_busy = self._writer is not None and self._writer.is_alive()
        if is_busy or not self._is_new(drawing) or (goes_on and self._seconds < LONGEST):
            return
        self._seconds = 0.0
        copy = Drawing()
        copy.replace(drawing)
        new = drawing.version, (self.size, self.dark)
        self._writer = Thread(target=self._keep, args=(copy, new))
        self._writer.start()

    def close(self, drawing: Drawing) -> None:
        """Keep what is new before the program ends."""
        if self._writer is not None:
            self._writer.join()
        if self._is_new(drawing):
            self._keep(drawing, (drawing.version, (self.size, self.dark)))

    def _is_new(self, drawing: Drawing) -> bool:
        return self._kept != (drawing.version, (self.size, self.dark))

    def _keep(self, drawing: Drawing, new: tuple[int, tuple[tuple[int, int], bool]]) -> None:
        from digits.drawing import saved_drawings

        version, look = self._kept
        self._kept = new
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if new[1] != look:
                (width, height), dark = new[1]
                data = json.dumps({"size": [width, height], "dark": dark}).encode()
                write_whole(self._window, lambda file: file.write(data))
            if new[0] != version and drawing:
                text = "".join(_unhurried(saved_drawings.as_pieces(drawing)))
                write_whole(self._sheet, lambda file: file.write(text.encode()))
            elif new[0] != version:
                self._sheet.unlink(missing_ok=True)
        except OSError as error:
            if not self._has_failed:  # once is enough
                self.problem = (
                    f"The sheet can't be kept for the next time: {error.strerror}: {self._folder}; "
                    "S saves it elsewhere"
                )
            self._has_failed = True

    def _load_look(self) -> None:
        look = json.loads(self._window.read_bytes())
        width, height = size = tuple(look["size"])
        bounds = zip(theme.SMALLEST_SIZE, size, theme.LARGEST_SIZE, strict=True)
        if all(type(length) is int and low <= length <= high for low, length, high in bounds):
            self.size = width, height
        self.dark = look["dark"] is True


def _unhurried(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, with a pause whenever a moment was spent on them."""
    began = time.perf_counter()
    for piece in pieces:
        yield piece
        if time.perf_counter() - began > AT_ONCE:
            time.sleep(PAUSE)
            began = time.perf_counter()
