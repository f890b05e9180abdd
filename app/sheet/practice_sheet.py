"""The practice sheet: the window asks for digits one by one, and a person draws them."""

import numpy as np
import pygame

from app.sheet.desk import Desk
from app.style import theme
from digits.drawing import Drawing
from digits.recognizer.practice import Practice


class PracticeSheet:
    """Records the drawing of each digit that `practice` asks for, when SPACE or a pause completes
    it. `end` restores the desk's former sheet and its undo history."""

    def __init__(self, desk: Desk, generator: np.random.Generator) -> None:
        self.practice = Practice(generator)
        self.is_over = False
        self._desk = desk
        self._before = Drawing()
        self._taken: list[int] = []  # the sheet numbers of the attempts
        self._seen = -1  # the drawing's last known version
        self._rest = 0.0  # seconds since it changed
        desk.drawing.exchange(self._before)

    def handle(self, event: pygame.Event) -> bool:
        """Continue on SPACE, leave on ESC. True if the event is handled."""
        if event.type != pygame.KEYDOWN or event.key not in (pygame.K_SPACE, pygame.K_ESCAPE):
            return False
        if event.key == pygame.K_ESCAPE:
            self.is_over = True
        else:
            self.go_on()
        return True

    def update(self, seconds: float, is_busy: bool) -> bool:
        """Let time pass; `is_busy`, while a person draws or looks at a page, begins the pause anew.
        True if the next digit is asked for."""
        drawing = self._desk.drawing
        if is_busy or drawing.version != self._seen:
            self._seen, self._rest = drawing.version, 0.0
            return False
        self._rest += seconds
        return bool(drawing) and self._rest >= theme.PRACTICE_PAUSE and self.go_on()

    def go_on(self) -> bool:
        """Record the drawing, unless it is blank, and ask for the next digit."""
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
        """Undo the last stroke; on a blank sheet, go back to the previous digit."""
        self._desk.drawing.undo()
        if self._desk.drawing.sheet in self._taken[-1:]:
            self._taken.pop()
            self.practice.attempts.pop()

    def end(self) -> None:
        """Restore the former sheet."""
        self._desk.drawing.exchange(self._before)
