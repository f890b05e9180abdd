"""The practice sheet: the window asks for digits, one after the other, and the hand draws them."""

import numpy as np
import pygame

from app.sheet.desk import Desk
from app.style import theme
from digits.drawing import Drawing
from digits.recognizer.practice import Practice


class PracticeSheet:
    """Takes what is drawn for each digit that `practice` asks for, when SPACE or a pause says that
    it is done. What was on the desk's sheet before is there again after `end`, and all that could
    be undone."""

    def __init__(self, desk: Desk, generator: np.random.Generator) -> None:
        self.practice = Practice(generator)
        self.is_over = False
        self._desk = desk
        self._before = Drawing()
        self._taken: list[int] = []  # the sheets that the attempts were drawn on
        self._seen = -1  # the drawing's version when it last changed
        self._rest = 0.0  # seconds since
        desk.drawing.exchange(self._before)

    def handle(self, event: pygame.Event) -> bool:
        """Go on or leave. True if the event was for that."""
        if event.type != pygame.KEYDOWN or event.key not in (pygame.K_SPACE, pygame.K_ESCAPE):
            return False
        if event.key == pygame.K_ESCAPE:
            self.is_over = True
        else:
            self.go_on()
        return True

    def update(self, seconds: float, is_busy: bool) -> bool:
        """Let time pass, in which the person may draw or look at a page: that is no pause. True if
        the next digit is asked for."""
        drawing = self._desk.drawing
        if is_busy or drawing.version != self._seen:
            self._seen, self._rest = drawing.version, 0.0
            return False
        self._rest += seconds
        return bool(drawing) and self._rest >= theme.PRACTICE_PAUSE and self.go_on()

    def go_on(self) -> bool:
        """Take what is drawn, if there is anything to see, and ask for the next digit."""
        drawing = self._desk.drawing
        reading = self._desk.recognizer.read_drawing(drawing)
        if reading is None:
            return False
        self.practice.take(drawing, reading)
        self._taken.append(drawing.sheet)
        drawing.clear()
        self.is_over = self.practice.wanted is None
        return True

    def undo(self) -> None:
        """Take the last stroke back; on a blank sheet, the digit before."""
        self._desk.drawing.undo()
        if self._desk.drawing.sheet in self._taken[-1:]:
            self._taken.pop()
            self.practice.attempts.pop()

    def end(self) -> None:
        """Put the sheet back that was there before."""
        self._desk.drawing.exchange(self._before)
