"""Misread digits, shown on the sheet one by one: where the model errs, and how confidently."""

from collections.abc import Callable

import numpy as np

from app.sheet.desk import Desk
from app.sheet.files import Files
from app.style.text import percentage, with_article
from digits.recognizer import Recognizer
from digits.recognizer.memory import Lesson
from digits.recognizer.mistakes import Mistakes

SEARCH_SECONDS = 0.006  # of a frame


class Misread:
    """Shows the MNIST test digits and the taught drawings that the desk's recognizer misreads.

    `say(message)` is called with messages for the user.
    """

    def __init__(self, desk: Desk, files: Files, say: Callable[[str], None]) -> None:
        self._desk, self._files, self._say = desk, files, say
        self._mistakes: Mistakes | None = None
        self._readers: tuple[Recognizer, int] | None = None  # the recognizer, the lessons' version
        self._images = np.zeros((0, 28, 28), np.float32)  # the test digits', then the lessons'
        self._labels: list[int] = []
        self._lessons: list[Lesson] = []
        self._next = 0  # the index of the next one to show
        self._asked: int | None = None  # the drawing's version when asked; None: not waiting

    def show_next(self) -> None:
        """Show the next misread digit, after searching for them on the first call."""
        recognizer, memory = self._desk.recognizer, self._desk.memory
        if self._readers != (recognizer, memory.version):
            self._readers, self._next = (recognizer, memory.version), 0
            self._gather(memory.lessons)
            self._mistakes = Mistakes(recognizer, self._images, np.array(self._labels))
        self._asked = self._desk.drawing.version
        self.update()

    def stop(self) -> None:
        """End the search, if there is one; the next one continues where it was."""
        self._asked = None

    def update(self) -> bool:
        """Continue the search, if there is one. Returns whether there is something new to see."""
        if self._asked is None:
            return False
        is_other = self._readers[0] is not self._desk.recognizer  # chosen meanwhile
        if is_other or self._asked != self._desk.drawing.version:  # a person draws: keep that
            self.stop()
            return False
        if self._mistakes.search(SEARCH_SECONDS):
            self.stop()
            self._show()
        else:
            share = self._mistakes.checked / self._mistakes.total
            self._say(f"Looking for misread digits: {share:.0%} of {self._mistakes.total:,}")
        return True

    def _gather(self, lessons: list[Lesson]) -> None:
        from digits.data import examples  # here, because the first frame shouldn't wait for it

        images, labels = examples.load()
        self._lessons = lessons.copy()
        taught = [lesson.image[None] for lesson in lessons]
        self._images = np.concatenate([images.astype(np.float32) / 255, *taught])
        self._labels = [*labels.tolist(), *(lesson.digit for lesson in lessons)]

    def _show(self) -> None:
        found, total = self._mistakes.found, self._mistakes.total
        if not found:
            self._say(f"All {total:,} digits are read right by {self._desk.recognizer.name}")
            return
        place = self._next % len(found)
        self._next = place + 1
        mistake, label = found[place], self._labels[found[place].index]
        unsaved = self._files.unsaved_label()
        tests = len(self._images) - len(self._lessons)
        if mistake.index < tests:
            self._files.show_test_digit(self._images[mistake.index], label)
        else:
            self._desk.drawing.replace(self._lessons[mistake.index - tests].drawing)
        share = percentage(mistake.probability)
        self._say(
            f"{place + 1} of {len(found)} misread among {total:,}: {with_article(label)}, "
            f"read as {mistake.digit} with {share}{unsaved}"
        )
