"""The enlarged map is a feature map under the mouse once more, large enough to be understood."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette


class EnlargedMap:
    """A box beside the mouse: a map with its name and values, or these alone for a single value."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._side = layout.scaled(theme.ENLARGED_MAP)
        self._padding = layout.scaled(theme.PADDING)
        self._pointer_gap = layout.scaled(theme.POINTER_GAP)
        self._type = layout.type_height(theme.TYPE)
        self._line = round(theme.LINE_HEIGHT * self._type)
        self._text = text

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        pointer: tuple[int, int],
        cell: pygame.Rect,
        small: pygame.Surface,
        words: tuple[str, str],
    ) -> None:
        """Draw the map that is `small` and stands in `cell`, and below it two lines of `words`."""
        picture = self._enlarged(small)
        width = max(picture.width, *(self._text.width(line, self._type) for line in words))
        height = picture.height + (self._padding if picture.height else 0)
        height += self._type + (self._line if words[1] else 0)
        box = pygame.Rect(0, 0, width, height).inflate(2 * self._padding, 2 * self._padding)
        self._place(box, pointer, surface.get_rect())

        pygame.draw.rect(surface, palette.accent, cell.inflate(4, 4), 2)
        pygame.draw.rect(surface, palette.background, box)
        pygame.draw.rect(surface, palette.quiet, box, 1)
        inside = box.inflate(-2 * self._padding, -2 * self._padding)
        surface.blit(picture, inside)
        name, value = words
        low = inside.bottom
        if value:
            self._text.draw(surface, value, self._type, palette.quiet, bottomleft=inside.bottomleft)
            low -= self._line
        self._text.draw(surface, name, self._type, palette.ink, bottomleft=(inside.left, low))

    def _enlarged(self, small: pygame.Surface) -> pygame.Surface:
        """The map with a square of whole pixels for each value; nothing if it is a single one."""
        factor = 0 if small.size == (1, 1) else max(self._side // max(small.size), 1)
        return pygame.transform.scale_by(small, factor)

    def _place(self, box: pygame.Rect, pointer: tuple[int, int], window: pygame.Rect) -> None:
        """Right below the pointer, or on the other side of it where the window ends."""
        x, y = pointer
        gap = self._pointer_gap
        box.topleft = x + gap, y + gap
        if box.right > window.right:
            box.right = x - gap
        if box.bottom > window.bottom:
            box.bottom = y - gap
