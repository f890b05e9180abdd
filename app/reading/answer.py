"""The answer shows at a glance what the network reads, and how sure it is."""

from collections.abc import Callable

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, percentage
from app.style.theme import Palette
from digits.recognizer import Reading
from digits.recognizer.numbers import Number, WrittenDigit


class Answer:
    """The number, as large as fits, with a question mark where the network isn't sure; below it,
    the probability of the selected digit. Pointing at another digit selects that one."""

    def __init__(self, layout: Layout, text: Text, select: Callable[[WrittenDigit], None]) -> None:
        self.rect = layout.answer
        self._select = select
        caption = layout.scaled(theme.CAPTION_HEIGHT)
        self._above = pygame.Rect(self.rect.topleft, (self.rect.width, self.rect.height - caption))
        largest = theme.ANSWER_HEIGHT * self._above.height, self.rect.width / theme.ANSWER_WIDTH
        self._height = int(min(largest))
        self._caption_place = self.rect.left, self.rect.bottom - layout.scaled(theme.DESCENDER)
        self._type = layout.type_height(theme.PERCENTAGE_TYPE)
        self._mark_gap = layout.scaled(theme.NUMBER_MARK_GAP)
        self._mark = max(layout.scaled(theme.NUMBER_MARK), 2)
        self._text = text
        self._number: Number | None = None
        self._selected: WrittenDigit | None = None

    def handle(self, event: pygame.Event) -> bool:
        """Select the digit under the mouse. Never consumes the event."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            for digit, place in self._places():
                if place.collidepoint(event.pos):
                    self._select(digit)
        return False

    def update(self, number: Number | None, selected: WrittenDigit | None) -> None:
        """Show `number`, and the probability of its `selected` digit."""
        self._number, self._selected = number, selected

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the number and the caption; without a number, a placeholder."""
        left = self._above.midleft
        if self._number is None:
            self._text.draw(surface, "?", self._height, palette.track, midleft=left)
            return
        self._draw_caption(surface, palette, self._selected.reading)
        if len(self._number.text) == 1:
            colour = palette.quiet if self._number.text == "?" else palette.ink
            self._text.draw(surface, self._number.text, self._height, colour, midleft=left)
            return
        for (digit, place), character in zip(self._places(), self._number.text, strict=True):
            height = self._fitting(len(self._number.text))
            colour = palette.quiet if character == "?" else palette.ink
            self._text.draw(surface, character, height, colour, center=place.center)
            if digit is self._selected:
                line = pygame.Rect(place.left, 0, place.width, self._mark)
                line.top = place.centery + height // 2 + self._mark_gap
                pygame.draw.rect(surface, palette.accent, line.inflate(-self._mark, 0))

    def _places(self) -> list[tuple[WrittenDigit, pygame.Rect]]:
        """Each digit of a number of several, with its rectangle."""
        count = 0 if self._number is None else len(self._number.text)  # "?" if all are unsure
        if count < 2:
            return []
        width = self._text.width("0" * count, self._fitting(count)) / count
        left, top, _, height = self._above
        edges = [left + round(width * index) for index in range(count + 1)]
        return [
            (digit, pygame.Rect(start, top, end - start, height))
            for digit, start, end in zip(self._number.digits, edges, edges[1:], strict=False)
        ]

    def _fitting(self, count: int) -> int:
        """The largest type size in which `count` digits fit side by side."""
        height, room = self._height, self.rect.width
        widest = self._text.width("0" * count, height)
        if widest > room:
            # Near it, because loading a font for every size is slow.
            height = min(height, height * room // widest + 2)
        while height > 1 and self._text.width("0" * count, height) > room:
            height -= 1
        return height

    def _draw_caption(self, surface: pygame.Surface, palette: Palette, reading: Reading) -> None:
        if reading.sure:
            caption, colour = percentage(reading.probabilities[reading.digit]), palette.accent
        else:
            caption, colour = best_guesses(reading), palette.quiet
        height = self._type
        while height > theme.SMALLEST_TYPE and self._text.width(caption, height) > self.rect.width:
            height -= 1
        self._text.draw(surface, caption, height, colour, bottomleft=self._caption_place)


def best_guesses(reading: Reading) -> str:
    """The candidates of an unsure reading, the most probable first, such as "4 or 9"; "not a digit"
    if neither one nor two digits stand out."""
    ranked = (-reading.probabilities).argsort(kind="stable")[: theme.MOST_GUESSES]
    likely = [digit for digit in ranked if reading.probabilities[digit] >= theme.LEAST_GUESS]
    if reading.probabilities[likely].sum() < theme.LEAST_GUESSES:
        return "not a digit"
    return " or ".join(map(str, likely))
