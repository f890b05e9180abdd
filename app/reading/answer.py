"""The answer says in one look what the network reads, and how sure it is."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, percentage
from app.style.theme import Colour, Palette
from digits.recognizer import Reading


class Answer:
    """A large digit and its percentage below; a question mark where the network isn't sure."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.answer
        caption = layout.scaled(theme.CAPTION_HEIGHT)
        above = self.rect.height - caption
        self._height = int(min(theme.ANSWER_HEIGHT * above, self.rect.width / theme.ANSWER_WIDTH))
        self._place = self.rect.left, self.rect.top + above // 2
        self._caption_place = self.rect.left, self.rect.bottom - layout.scaled(theme.DESCENDER)
        self._type = layout.type_height(theme.PERCENTAGE_TYPE)
        self._text = text

    def draw(self, surface: pygame.Surface, palette: Palette, reading: Reading | None) -> None:
        """Draw what `reading` answers; without one, that nothing is answered yet."""
        if reading is None:
            self._draw(surface, "?", palette.track, "", palette.track)
        elif reading.sure:
            share = percentage(reading.probabilities[reading.digit])
            self._draw(surface, str(reading.digit), palette.ink, share, palette.accent)
        else:
            self._draw(surface, "?", palette.quiet, best_guesses(reading), palette.quiet)

    def _draw(
        self, surface: pygame.Surface, answer: str, ink: Colour, caption: str, colour: Colour
    ) -> None:
        self._text.draw(surface, answer, self._height, ink, midleft=self._place)
        height = self._type
        while height > theme.SMALLEST_TYPE and self._text.width(caption, height) > self.rect.width:
            height -= 1
        self._text.draw(surface, caption, height, colour, bottomleft=self._caption_place)


def best_guesses(reading: Reading) -> str:
    """What an unsure reading may be, the most probable first, such as "4 or 9"; "not a digit" if
    no digit or two stand out from all the others."""
    ranked = (-reading.probabilities).argsort(kind="stable")[: theme.MOST_GUESSES]
    likely = [digit for digit in ranked if reading.probabilities[digit] >= theme.LEAST_GUESS]
    if reading.probabilities[likely].sum() < theme.LEAST_GUESSES:
        return "not a digit"
    return " or ".join(map(str, likely))
