"""A page lies over the window: until it is closed, keys and mouse are its alone."""

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
    """A box with a `title` over a darker window. The window has one page open at most.

    A kind of page says how large it is (`_size`), what it shows (`_draw_inside`), and what keys and
    mouse do in it (`_act`). It is arranged when it opens and for every other size of the window;
    what else it knows stays.
    """

    title: str

    def __init__(self) -> None:
        self.is_open = True

    def arrange(self, layout: Layout, text: Text) -> None:
        """Find everything its place in a window of this layout."""
        self._text = text
        self._title_type = layout.type_height(theme.TITLE_TYPE)
        self._type = layout.type_height(theme.TYPE)
        self._padding = 2 * layout.scaled(theme.PADDING)
        self.rect = pygame.Rect((0, 0), self._size(layout))
        self.rect.center = layout.window.center

    def handle(self, event: pygame.Event) -> bool:
        """Do what a person wants of the page. True if it takes the event."""
        if event.type not in TAKEN:
            return False
        self._act(event)
        return True

    def update(self, seconds: float) -> bool:
        """Let time pass. True if the page looks different now."""
        return False

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the page, and the window below it darker."""
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
