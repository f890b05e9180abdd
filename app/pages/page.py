"""A page covers the window: while it is open, it receives all keys and mouse events."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette

TAKEN = (
    pygame.KEYDOWN,
    pygame.MOUSEBUTTONDOWN,
    pygame.MOUSEBUTTONUP,
    pygame.MOUSEMOTION,
    pygame.MOUSEWHEEL,
)


class Page:
    """A box with a `title` over the darkened window. At most one page is open.

    Subclasses define its size (`_size`), its content (`_draw_inside`), and what keys and mouse do
    (`_act`). It is arranged when it opens and when the window's size changes; all other state is
    kept.
    """

    title: str

    def __init__(self) -> None:
        self.is_open = True

    def arrange(self, layout: Layout, text: Text) -> None:
        """Place everything in a window of this layout."""
        self._text = text
        self._title_type = layout.type_height(theme.TITLE_TYPE)
        self._type = layout.type_height(theme.TYPE)
        self._padding = 2 * layout.scaled(theme.PADDING)
        self.rect = pygame.Rect((0, 0), self._size(layout))
        self.rect.center = layout.window.center

    def handle(self, event: pygame.Event) -> bool:
        """Act on an event. True if it is handled."""
        if event.type not in TAKEN:
            return False
        self._act(event)
        return True

    def update(self, seconds: float) -> bool:
        """Let time pass. True if the page looks different now."""
        return False

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Darken the window and draw the page over it."""
        shade = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
        shade.fill(palette.shade)
        surface.blit(shade, (0, 0))
        pygame.draw.rect(surface, palette.background, self.rect)
        self._draw_inside(surface, palette)

    def close(self) -> None:
        """Close the page."""
        self.is_open = False

    def _size(self, layout: Layout) -> tuple[int, int]:
        raise NotImplementedError

    def _act(self, event: pygame.Event) -> None:
        raise NotImplementedError

    def _draw_inside(self, surface: pygame.Surface, palette: Palette) -> None:
        raise NotImplementedError
