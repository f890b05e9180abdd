"""Marks show which ink belongs to which digit: a thin line under each, if there are several."""

from collections.abc import Callable

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.theme import Palette
from digits.recognizer.numbers import Number, WrittenDigit


class Marks:
    """A line under every digit of a number on the canvas; pointing at a digit selects it."""

    def __init__(self, layout: Layout, select: Callable[[WrittenDigit], None]) -> None:
        self._canvas = layout.canvas
        self._select = select
        self._gap = layout.scaled(theme.NUMBER_MARK_GAP)
        self._breadth = max(layout.scaled(theme.NUMBER_MARK), 2)
        self._least = layout.scaled(theme.LEAST_NUMBER_MARK)
        self._digits: tuple[WrittenDigit, ...] = ()
        self._selected: WrittenDigit | None = None

    def handle(self, event: pygame.Event) -> bool:
        """Select the digit under the mouse. Never consumes the event."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            digit = self.digit_at(event.pos)
            if digit is not None:
                self._select(digit)
        return False

    def update(self, number: Number | None, selected: WrittenDigit | None) -> None:
        """Mark the digits of `number`, if it has several, and emphasise the `selected` one."""
        several = number is not None and len(number.digits) > 1
        self._digits, self._selected = number.digits if several else (), selected

    def digit_at(self, position: tuple[float, float]) -> WrittenDigit | None:
        """The digit at a position in the window; of overlapping ones, the one with the nearer
        middle."""
        near = [
            (abs(place.centerx - position[0]), number)
            for number, place in enumerate(map(self._place, self._digits))
            if place.collidepoint(position)
        ]
        return self._digits[min(near)[1]] if near else None

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the lines."""
        for digit in self._digits:
            place = self._place(digit)
            line = pygame.Rect(0, 0, max(place.width, self._least), self._breadth)
            line.midtop = place.centerx, place.bottom + self._gap
            chosen = digit is self._selected
            pygame.draw.rect(surface, palette.accent if chosen else palette.bar, line)

    def _place(self, digit: WrittenDigit) -> pygame.Rect:
        """The rectangle of the digit's ink in the window."""
        left, top, right, bottom = (round(edge * self._canvas.width) for edge in digit.box)
        pen = round(max(stroke.width for stroke in digit.strokes) * self._canvas.width)
        box = pygame.Rect(left, top, right - left, bottom - top).inflate(pen, pen)
        return box.move(self._canvas.topleft).clip(self._canvas)
