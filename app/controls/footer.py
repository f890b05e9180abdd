"""The footer says, quietly, which model is reading and where help is."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Recognizer

HELP = "F1 shows all keys"


class Footer:
    """A line: at the left the model's name, size and accuracy, at the right a hint."""

    def __init__(self, layout: Layout, text: Text, recognizer: Recognizer) -> None:
        self.rect = layout.footer
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        gap = layout.scaled(theme.SECTION_GAP)
        room = self.rect.width - text.width(HELP, self._type) - gap
        facts = _facts(recognizer)
        name_room = room - text.width(facts, self._type)
        name = text.shortened(recognizer.name, self._type, max(name_room, room // 3))
        self._model = text.shortened(name + facts, self._type, room)

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the line."""
        left, right = self.rect.midleft, self.rect.midright
        self._text.draw(surface, self._model, self._type, palette.quiet, midleft=left)
        self._text.draw(surface, HELP, self._type, palette.quiet, midright=right)


def _facts(recognizer: Recognizer) -> str:
    facts = ["", f"{recognizer.parameter_count:,} parameters"]
    if recognizer.accuracy is not None:
        facts.append(f"{recognizer.accuracy:.2%} on MNIST's test set")
    return "  ·  ".join(facts)
