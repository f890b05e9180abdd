"""The footer shows, unobtrusively, which model is reading and where help is."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Recognizer

# Hints
HELP, WHY, PLAY = "F1 shows all keys", "Point at a bar to see why", "V plays the change"


class Footer:
    """A line with the model's name, size and accuracy on the left and a hint on the right."""

    def __init__(self, layout: Layout, text: Text, recognizer: Recognizer) -> None:
        self.rect = layout.footer
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        hint = max(text.width(words, self._type) for words in (HELP, WHY, PLAY))
        room = self.rect.width - hint - layout.scaled(theme.SECTION_GAP)
        for facts in _facts(recognizer):
            left = room - text.width(facts, self._type)
            if left >= min(text.width(recognizer.name, self._type), room // 3):
                break
        self._model = text.shortened(recognizer.name, self._type, left) + facts

    def draw(self, surface: pygame.Surface, palette: Palette, hint: str = HELP) -> None:
        """Draw the line."""
        left, right = self.rect.midleft, self.rect.midright
        self._text.draw(surface, self._model, self._type, palette.quiet, midleft=left)
        self._text.draw(surface, hint, self._type, palette.quiet, midright=right)


def _facts(recognizer: Recognizer) -> list[str]:
    """Descriptions of the model, from the longest to an empty one."""
    size, accuracy = f"{recognizer.parameter_count:,} parameters", recognizer.accuracy
    if accuracy is None:
        facts = [[size], []]
    else:
        measured, short = f"{accuracy:.2%} on MNIST's test set", f"{accuracy:.2%} on MNIST"
        facts = [[size, measured], [size, short], [measured], [short], []]
    return ["".join(f"  ·  {fact}" for fact in some) for some in facts]
