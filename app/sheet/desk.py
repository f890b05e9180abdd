"""The desk is what the window shows and a person works on: a drawing, who reads it with what was
taught, and which of its digits is looked at. It knows nothing of pixels or events.
"""

from collections.abc import Callable
from math import inf

from app.sheet.pen import Pen
from digits.drawing import Drawing, Stroke
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit

READINGS = 4  # of the network, or portions of retracing, that a frame has time for


class Desk:
    """A `drawing`, blank at first, that `recognizer` reads with what was taught to `memory`.

    `say(message)` is called with what a person should know.
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
        self._read = drawing.version  # the one that was read; blank, it needs not be
        self._known = memory.version  # the lessons with which
        self._selected: tuple[Stroke, Stroke] | None = None  # one of the digit; the newest then

    @property
    def recognizer(self) -> Recognizer:
        """Who reads the drawing."""
        return self._recognizer

    @recognizer.setter
    def recognizer(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        recognizer.memory = self.memory
        self.renew()

    @property
    def beside(self) -> Recognizer | None:
        """Another that reads the same digits, with all that was taught, to be compared."""
        return self._beside

    @beside.setter
    def beside(self, recognizer: Recognizer | None) -> None:
        self._beside = recognizer
        if recognizer is not None:
            recognizer.memory = self.memory

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

    def learn(self, seconds: float = inf) -> None:
        """Look for about so many seconds for what was taught in other windows."""
        problems = self.memory.problems
        known = len(problems)
        is_over = not self.memory.load(seconds)
        self._recognizer.remember()
        if len(problems) > known:
            more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
            self._say(f"Left out: {problems[0]}{more}")
        if is_over and self._known != self.memory.version:
            self.renew()

    def renew(self) -> None:
        """Read all anew, because it may be read otherwise now."""
        self._reader.renew(self._recognizer)
        self._read = -1
        self._known = self.memory.version
