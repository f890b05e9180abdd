"""The shown change: what would make the digit another one, drawn over the strokes on the sheet.

While the mouse is on a bar that is not the answer, missing ink is dashed, and surplus ink has a
dashed cut through it. It can be played: then the digit becomes the other one and goes back. The
drawing itself stays as it is.
"""

from dataclasses import replace

import numpy as np
import pygame

from app.sheet.dots import cropped, draw_line
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Colour, Palette
from digits.drawing import Drawing, Stroke
from digits.drawing.retrace import retraced, seen_box
from digits.explaining.change import Change, Search
from digits.learning.paths import along, at
from digits.recognizer import Recognizer
from digits.recognizer.numbers import Number, WrittenDigit, around, number_of

SEARCH_SECONDS = 0.002  # per frame
LEAST_RADIUS = 5  # pixels: with a thinner pen, dashes would not show


class ShownChange:
    """The smallest change found that turns the selected digit into the one pointed at."""

    def __init__(
        self, layout: Layout, text: Text, recognizer: Recognizer, drawing: Drawing
    ) -> None:
        self.rect = layout.canvas
        self._text, self._recognizer, self._drawing = text, recognizer, drawing
        self._type = layout.type_height(theme.TYPE)
        self._padding = layout.scaled(theme.PADDING)
        self._digit: WrittenDigit | None = None  # the one to change
        self._others: list[Stroke] = []  # the ink of the other digits
        self._pointed: int | None = None
        self._searches: dict[int, Search] = {}  # for that digit, by target digit
        # What is dashed for each digit, and where on the sheet.
        self._pictures: dict[tuple[int, Palette], tuple[pygame.Surface, pygame.Rect]] = {}
        self._shown: Change | None = None
        self._seconds: float | None = None  # of playing, so far
        self._ended = False  # whether playing has just ended
        self._ink: list[Stroke] = []  # shown while it plays

    def can_play(self, pointed: int | None) -> bool:
        """Whether there is a change to the digit `pointed` at, and none plays yet."""
        is_shown = self._shown is not None and self._shown.digit == pointed
        return is_shown and self._seconds is None

    @property
    def is_playing(self) -> bool:
        return self._seconds is not None

    def play(self, pointed: int | None) -> bool:
        """Play the change to the digit `pointed` at and back. False if there is none to play."""
        if not self.can_play(pointed):
            return False
        self._seconds = 0.0
        return True

    def stop(self) -> None:
        self._ended |= self.is_playing
        self._seconds = None

    def update(
        self,
        number: Number | None,
        digit: WrittenDigit | None,
        pointed: int | None,
        has_time: bool,
    ) -> bool:
        """Show the change from `digit` of `number` to the one `pointed` at, searching for it while
        the frame `has_time`; nothing if any is None. Returns whether anything looks different."""
        before, self._shown = self._shown, None
        ended, self._ended = self._ended, False
        if digit is not None and digit.strokes and pointed is not None:
            self._look_for(number, digit, pointed, has_time)
        return ended or self._shown is not before

    def _look_for(self, number: Number, digit: WrittenDigit, pointed: int, has_time: bool) -> None:
        if digit is not self._digit:  # its neighbours may be others, too
            self._digit, self._searches, self._pictures = digit, {}, {}
            self._others = [s for one in number.digits if one is not digit for s in one.strokes]
        self._pointed = pointed
        if pointed == digit.reading.digit and digit.reading.sure:
            return
        if pointed not in self._searches:
            self._searches[pointed] = Search(self._recognizer, digit.strokes, pointed, self._others)
        search = self._searches[pointed]
        if search.is_over or (has_time and search.go_on(SEARCH_SECONDS)):
            self._shown = search.change

    def played(
        self, number: Number | None, digit: WrittenDigit | None, seconds: float
    ) -> tuple[Number | None, WrittenDigit | None]:
        """The number and its selected digit; while a change plays, the recognizer's reading of the
        changed ink after `seconds` more."""
        if self._seconds is None:
            return number, digit
        self._seconds += seconds
        share = _share(self._seconds)
        is_other = digit is None or digit.reading is not self._digit.reading  # selected meanwhile
        if number is None or is_other or share is None:
            self.stop()
            return number, digit
        self._ink = self._shown.at(share)
        changed, reading = digit, self._recognizer.read_image(retraced(self._ink))
        if reading is not None:
            box = around([box for box in map(seen_box, self._ink) if box is not None])
            changed = replace(digit, reading=reading, box=box)
        digits = [changed if one is digit else one for one in number.digits]
        played = number_of(digits, self._recognizer, self._drawing)
        return played, played.digits[digits.index(changed)]

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the change, if there is one to show."""
        if self._seconds is not None:
            self._draw_playing(surface, palette)
        elif self._shown is not None:
            key = self._pointed, palette
            if key not in self._pictures:
                self._pictures[key] = self._painted(palette)
            picture, box = self._pictures[key]
            surface.blit(picture, box.move(self.rect.topleft))
            self._draw_words(surface, palette)

    def _draw_playing(self, surface: pygame.Surface, palette: Palette) -> None:
        surface.set_clip(self.rect)
        for strokes, colour, more in (
            (self._digit.strokes, palette.sheet, 2),
            ([*self._others, *self._ink], palette.ink, 0),
        ):
            for stroke in strokes:
                points = self._pixels(stroke) + self.rect.topleft
                draw_line(surface, colour, points, self._radius(stroke) + more)
        surface.set_clip(None)

    def _painted(self, palette: Palette) -> tuple[pygame.Surface, pygame.Rect]:
        picture = pygame.Surface(self.rect.size, pygame.SRCALPHA)
        change = self._shown
        for stroke in change.removed:
            self._draw_dashed(picture, stroke, 0.9, 0.45, palette.sheet)
        for stroke in change.added:
            self._draw_dashed(picture, stroke, 1.2, 0.4, palette.speaks_for)
        return cropped(picture)

    def _draw_words(self, surface: pygame.Surface, palette: Palette) -> None:
        words, room = self._words(), self.rect.width - 2 * self._padding
        fitting = (line for line in words if self._text.width(line, self._type) <= room)
        left, bottom = self.rect.bottomleft
        corner = left + self._padding, bottom - self._padding - 2 * self._type
        line = next(fitting, words[-1])
        self._text.draw(surface, line, self._type, palette.ink, palette.sheet, bottomleft=corner)

    def _words(self) -> list[str]:
        """The instruction in words, from the longest version to the shortest."""
        change = self._shown
        long, short = [], []
        if change.added:
            long.append("add the dashed ink")
            short.append("add dashed")
        if change.removed:
            long.append("take away the cut ink")
            short.append("remove cut")
        become, moved = f"To make it {change.digit}: ", change.moved
        share = f"{moved:.0%} of" if moved <= 1 else f"{moved:.1f} times"
        return [
            f"{become}{', '.join(long)}  ({share} its ink)",
            f"{become}{', '.join(short)} ink  ({share} its ink)",
            f"For {change.digit}: {', '.join(short)} ink",
        ]

    def _draw_dashed(
        self, picture: pygame.Surface, stroke: Stroke, length: float, width: float, colour: Colour
    ) -> None:
        """Draw a dashed line; its dashes are about `length` long and `width` wide, in pen radii."""
        points, radius = self._pixels(stroke), max(self._radius(stroke), LEAST_RADIUS)
        way = along(points)[-1]
        count = max(int(way / (length * radius)) // 2 * 2 + 1, 3)  # dashes, and gaps between
        ends = np.linspace(0, way, count + 1)
        # Short dashes are narrow, so that their round ends don't fill the gaps.
        narrow = min(width * radius, ends[1] / 3) if way > radius else width * radius
        for start, end in zip(ends[::2], ends[1::2], strict=False):
            draw_line(picture, colour, at(points, np.linspace(start, end, 4)), narrow)

    def _pixels(self, stroke: Stroke) -> np.ndarray:
        return np.array(stroke.points, float) * self.rect.width

    def _radius(self, stroke: Stroke) -> float:
        return max(stroke.width * self.rect.width / 2, 2)


def _share(seconds: float) -> float | None:
    """The change's progress, 0..1, after `seconds`: up, a pause, down; None when it is over."""
    there, stay = theme.CHANGE_SECONDS, theme.CHANGED_SECONDS
    if seconds < there + stay:
        return min(seconds / there, 1.0)
    back = (seconds - there - stay) / there
    return 1 - back if back <= 1 else None
