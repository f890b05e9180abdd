"""A mark says what is left out for lack of room, such as "+12"; a click shows it."""

from dataclasses import dataclass

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette


@dataclass(frozen=True)
class Mark:
    """A button with `words` and a `tip` of two lines. It pages through the maps of the stage at
    `place` on the page, or, if that is None, through the pages."""

    words: str
    tip: tuple[str, str]
    rect: pygame.Rect
    place: int | None = None


class MarkStyle:
    """How marks look: small tabs, dark under the mouse."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._padding = layout.scaled(theme.MARK_PADDING)
        self._type = layout.type_height(theme.TYPE)
        self._text = text

    def size(self, words: str) -> tuple[int, int]:
        width = self._text.width(words, self._type)
        return width + 4 * self._padding, self._type + 2 * self._padding

    def draw(self, surface: pygame.Surface, palette: Palette, mark: Mark, is_pointed: bool) -> None:
        ground, colour = palette.edge, palette.ink
        if is_pointed:
            ground, colour = palette.ink, palette.sheet
        pygame.draw.rect(surface, ground, mark.rect, border_radius=mark.rect.height // 4)
        self._text.draw(surface, mark.words, self._type, colour, center=mark.rect.center)
