"""The teacher turns a person's labels into lessons, and takes lessons back."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.sheet.desk import Desk
from app.sheet.files import Files
from app.style.text import with_article
from digits.drawing import Drawing, Stroke
from digits.recognizer import Reading, Recognizer
from digits.recognizer.memory import Lesson

ONLY_NOW = "Taught, but for this window only"


class Teacher:
    """Teaches the drawings on the desk; `files` knows in which file the sheet is saved.

    `say(message)` is called with messages for the user.
    """

    def __init__(self, desk: Desk, files: Files, say: Callable[[str], None]) -> None:
        self._desk, self._files, self._say = desk, files, say
        self._drawing, self._memory = desk.drawing, desk.memory

    @property
    def recognizer(self) -> Recognizer:
        """The recognizer being taught."""
        return self._desk.recognizer

    def undo(self) -> None:
        """Undo the last step; if it taught something, forget the lesson."""
        self._step(self._drawing.undo)

    def redo(self) -> None:
        """Redo the step undone last, lesson included."""
        self._step(self._drawing.redo)

    def teach(self, digit: int) -> None:
        """Teach that the drawing, or the selected digit of a number, is a `digit`; the second time,
        take that back.

        Several digits of which none is sure are probably a single one that was divided: they are
        taught as one, unless a person selected one of them."""
        number, drawing = self._desk.number, self._drawing
        if number is None:
            self._say(f"Draw a digit first; then {digit} says that it is {with_article(digit)}")
            return
        is_one = len(number.digits) == 1 or (
            number.may_be_one and self._desk.chosen(number) is None
        )
        strokes = drawing.strokes if is_one else self._desk.selected(number).strokes
        label = None if drawing.is_labelled(digit, strokes) else digit
        self._step(partial(drawing.label_as, label, strokes))

    def teach_all(self, drawings: Iterable[Drawing]) -> None:
        """Teach labelled drawings that haven't been taught yet."""
        self._desk.learn()
        new = [drawing for drawing in drawings if self._memory.find(drawing) is None]
        kept = [self._files.write(partial(self._memory.teach, one), ONLY_NOW) for one in new]
        for lesson in filter(None, kept):
            lesson.only_taught = True
        self._desk.renew()
        if all(kept):
            self._say(f"Taught  ·  {self._count()}")

    def forget(self, lesson: Lesson) -> bool:
        """Forget a lesson, and remove its label from the sheet, or S would teach it again. What a
        person may have saved stays saved, without its label; then that is the lesson's file.
        Returns whether it is forgotten; there is a message if not."""
        is_by_hand = lesson.path is not None and not lesson.only_taught
        left = self._files.unlabel(lesson) if is_by_hand else None
        if (is_by_hand and left is None) or not self._removed(lesson):
            return False
        lesson.path = left
        drawing, strokes = self._drawing, self._on_sheet(lesson)
        if strokes and drawing.is_labelled(lesson.digit, strokes):
            drawing.relabel(label for label in drawing.labels if label[0] != strokes)
        self._desk.renew()
        return True

    def teach_again(self, lesson: Lesson) -> Lesson:
        """Teach a forgotten lesson again, and label it on the sheet again. Returns the new lesson.
        Raises OSError or SavedDrawingError if it can't be written."""
        again = self._memory.teach(lesson.drawing, lesson.path)
        again.only_taught = lesson.only_taught
        drawing, strokes = self._drawing, self._on_sheet(lesson)
        if strokes and drawing.label_of(strokes) is None:
            drawing.relabel([*drawing.labels, (strokes, lesson.digit)])
        return again

    def _on_sheet(self, lesson: Lesson) -> tuple[Stroke, ...]:
        """The strokes of a lesson on the sheet; none if it is not there."""
        drawing, wanted = self._drawing, lesson.drawing.strokes
        strokes = [stroke for stroke in drawing.strokes if stroke in wanted]
        return tuple(strokes) if strokes == wanted and drawing.picture is None else ()

    def _step(self, step: Callable[[], None]) -> None:
        """Take a step; if it changed nothing but labels, teach or forget accordingly."""
        drawing = self._drawing
        labels, sheet = drawing.labels, drawing.sheet
        picture, strokes = drawing.picture, list(drawing.strokes)
        before = drawing.labelled()
        step()
        if drawing.labels == labels or drawing.sheet != sheet:
            return
        if drawing.picture is not picture or drawing.strokes != strokes:
            return
        if drawing.picture is not None and drawing.label is None:
            self._say("The label is gone")
        elif drawing.picture is not None:
            self._say("Pictures are not taught, only drawings; S saves one with its label")
        elif drawing.label is not None:
            saved = self._files.of_state
            if self._teach(drawing, saved) and saved == self._files.of_sheet:
                self._files.keep(self._memory.find(drawing).path)
        elif (lesson := self._memory.find(drawing)) is not None:
            self._take_back(lesson)
        else:
            self._teach_parts(before, drawing.labelled())

    def _teach_parts(self, before: list[Drawing], now: list[Drawing]) -> None:
        """Teach the digits of a number labelled `now`, and forget those labelled only `before`,
        unless they have grown since."""
        for part in now:
            if all(part.strokes != old.strokes or part.label != old.label for old in before):
                self._teach(part)
        for old in before:
            if any(all(stroke in part.strokes for stroke in old.strokes) for part in now):
                continue
            lesson = self._memory.find(old)
            if lesson is not None:
                self._take_back(lesson)
            else:  # it was taught before it changed, or not in this folder
                self._say("The label is gone; K shows what is taught")

    def _teach(self, drawing: Drawing, saved: Path | None = None) -> bool:
        """Teach a labelled drawing, in place of any lesson that it was before or of the file it was
        `saved` in. Returns whether it is saved."""
        before, label = self._reading(drawing), drawing.label
        if before is None:  # nothing of it is on the sheet
            return False
        lesson = self._memory.find(drawing)
        replaced = (lesson and lesson.path) or saved
        kept = self._files.write(partial(self._memory.teach, drawing, replaced), ONLY_NOW)
        # If that failed, the lesson in the old file stays, but the newer one counts.
        if lesson is not None and (kept or lesson.path is None):
            kept = self._removed(lesson) and kept
        self._desk.renew()
        if not kept:
            return False
        kept.only_taught = replaced is None or (lesson is not None and lesson.only_taught)
        if before.digit != label:
            self._say(f"This is {with_article(label)} now  ·  {self._count()}")
        elif not before.sure:
            self._say(f"It's sure now: {with_article(label)}  ·  {self._count()}")
        else:
            self._say(f"{with_article(label).capitalize()}, as it was read  ·  {self._count()}")
        return True

    def _reading(self, drawing: Drawing) -> Reading | None:
        """The reading of `drawing`, which is the whole sheet or a part of it, unsure if the window
        divides it; None if nothing of it is on the sheet."""
        number = self._desk.number
        digit = number and number.made_of(drawing.strokes)
        if digit is not None:
            return digit.reading
        reading = self._desk.recognizer.read_drawing(drawing)
        return reading and replace(reading, sure=False)

    def _take_back(self, lesson: Lesson) -> None:
        if self.forget(lesson):
            self._say(f"Taken back  ·  {self._count()}")

    def _removed(self, lesson: Lesson) -> bool:
        return bool(self._files.write(partial(self._memory.forget, lesson), "Not removed"))

    def _count(self) -> str:
        count = len(self._memory.lessons)
        return f"{count} drawing{'' if count == 1 else 's'} taught"
