"""The desk is the state that the window shows: a drawing, the recognizer that reads it, the
lessons, and the selected digit. It knows nothing of pixels or events.
"""

from collections.abc import Callable
from math import inf
from time import perf_counter

from app.sheet.pen import Pen
from digits.drawing import Drawing, Stroke
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit

READING_SECONDS = 0.004  # per frame
SLOW = 1.25  # times as long, and the frame has no time for the network's maps


class Desk:
    """A `drawing`, initially blank, that `recognizer` reads with the lessons in `memory`.

    `say(message)` is called with messages for the user. `was_slow` is whether the last `glance`
    took much more than its time.
    """

    def __init__(
        self,
        drawing: Drawing,
        recognizer: Recognizer,
        memory: Memory,
        say: Callable[[str], None],
    ) -> None:
        self.drawing = drawing
        self.pen = Pen()
        self.memory = memory
        self._reader = NumberReader(recognizer)
        self.recognizer = recognizer
        self._beside: Recognizer | None = None
        self._say = say
        self._read = drawing.version  # last read; a blank drawing needs no reading
        self.was_slow = False
        # A stroke of the selected digit, and the newest one when it was selected.
        self._selected: tuple[Stroke, Stroke] | None = None

    @property
    def recognizer(self) -> Recognizer:
        """The recognizer that reads the drawing."""
        return self._recognizer

    @recognizer.setter
    def recognizer(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        recognizer.memory = self.memory
        self.renew()

    @property
    def beside(self) -> Recognizer | None:
        """A second recognizer for comparison, which reads the same digits with the same lessons."""
        return self._beside

    @beside.setter
    def beside(self, recognizer: Recognizer | None) -> None:
        self._beside = recognizer
        if recognizer is not None:
            recognizer.memory = self.memory

    @property
    def number(self) -> Number | None:
        """The recognizer's reading of the drawing; None while it is blank."""
        if self._read != self.drawing.version:
            self._reader.read(self.drawing)
            self._read = self.drawing.version
        return self._reader.number

    def glance(self) -> Number | None:
        """The same in one frame's time: the next call continues an unfinished reading, and until
        it is complete, the previous one is returned."""
        start = perf_counter()
        if self._read != self.drawing.version and self._reader.read(self.drawing, READING_SECONDS):
            self._read = self.drawing.version
        self.was_slow = perf_counter() - start > SLOW * READING_SECONDS
        return self._reader.number

    def select(self, digit: WrittenDigit) -> None:
        """Select `digit` until something else is drawn. A digit of a sheet that has just been
        replaced is ignored; so is the one drawn last while it is selected anyway, for that is where
        the mouse is after drawing."""
        if not digit.strokes or not self.drawing.strokes:
            return
        newest = self.drawing.strokes[-1]
        if self._is_chosen or all(stroke is not newest for stroke in digit.strokes):
            self._selected = digit.strokes[0], newest

    def selected(self, number: Number | None) -> WrittenDigit | None:
        """The selected digit of `number`: the one drawn last, unless a person selected another."""
        if number is None:
            return None
        newest = self.drawing.strokes[-1] if self.drawing.strokes else None
        return self.chosen(number) or _digit_with(newest, number) or number.digits[-1]

    def chosen(self, number: Number) -> WrittenDigit | None:
        """The digit of `number` that a person selected; None if nobody did since the last stroke,
        or it is gone."""
        return _digit_with(self._selected[0], number) if self._is_chosen else None

    @property
    def _is_chosen(self) -> bool:
        """Whether a person selected a digit since the last stroke."""
        strokes = self.drawing.strokes
        return bool(strokes) and self._selected is not None and self._selected[1] is strokes[-1]

    def learn(self, seconds: float = inf) -> None:
        """Take in lessons from other windows, for about `seconds`."""
        problems = self.memory.problems
        known = len(problems)
        is_over = not self.memory.load(seconds)
        self._recognizer.remember()
        if new := problems[known:]:
            more = f"; and {len(new) - 1} more" if len(new) > 1 else ""
            self._say(f"Left out: {new[0]}{more}")
        if is_over and self._known != self.memory.version:
            self.renew()

    def renew(self) -> None:
        """Discard all readings, because they may be different now."""
        self._reader.renew(self._recognizer)
        self._read = -1
        self._known = self.memory.version


def _digit_with(stroke: Stroke | None, number: Number) -> WrittenDigit | None:
    """The digit of `number` that `stroke` is part of, if any is."""
    return next((one for one in number.digits if any(s is stroke for s in one.strokes)), None)
