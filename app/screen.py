"""The screen: a window on the desktop that shows an app, sharp on every display.

SDL gives positions in points, of which a dense display has fewer than pixels. The app works in
pixels alone.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pygame

from app import menu_entry
from app.style import theme
from app.window import App

MOUSE = pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP
RESIZED = pygame.WINDOWRESIZED, pygame.WINDOWSIZECHANGED, pygame.VIDEORESIZE


class Screen:
    """A window of `size` points, with the picture in the file `icon`, if there is one.

    Raises pygame.error where there can be none.
    """

    def __init__(self, size: tuple[int, int], icon: Path) -> None:
        if sys.platform.startswith("linux"):
            # Left to itself, SDL that finds no display draws where nobody can see it.
            drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
            os.environ.setdefault("SDL_VIDEODRIVER", drivers)
            for variable in ("SDL_VIDEO_X11_WMCLASS", "SDL_VIDEO_WAYLAND_WMCLASS"):
                os.environ.setdefault(variable, menu_entry.NAME)
        os.environ.setdefault("SDL_WINDOWS_DPI_SCALING", "1")  # or points would be pixels there
        pygame.display.init()
        self.window = pygame.Window("Inkling", size, resizable=True, allow_high_dpi=True)
        self.window.minimum_size = theme.SMALLEST_SIZE
        if icon.exists():
            self.window.set_icon(pygame.image.load(icon))
        if sys.platform == "darwin":
            # A Mac has no touch screen, but tells of every finger that rests on its trackpad.
            pygame.event.set_blocked((pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP))
        self.size = size  # in points, when it does not fill the screen
        self._pixels: tuple[int, int] | None = None  # as many as the app knows of
        self._is_full = False
        self._cursor: int | None = None

    def events(self) -> Iterator[pygame.Event]:
        """The events since the last call, in pixels; the first is the window's size if that
        changed."""
        events = pygame.event.get()
        pixels, points = self.window.get_surface().get_size(), self.window.size
        if not self._is_full:
            self.size = points
        if pixels != self._pixels:  # also when it was moved to another display
            self._pixels = pixels
            yield pygame.Event(pygame.WINDOWRESIZED, x=pixels[0], y=pixels[1])
        for event in events:
            if event.type in MOUSE:
                yield in_pixels(event, pixels, points)
            elif event.type not in RESIZED:
                yield event

    def show(self, app: App) -> None:
        """Show what the app draws."""
        app.draw(self.window.get_surface())
        self.window.flip()

    def follow(self, app: App) -> None:
        """Fill the screen or a part of it, and have the cursor, as the app says."""
        if app.is_full_screen != self._is_full:
            self._is_full = app.is_full_screen
            if self._is_full:
                self.window.set_fullscreen(desktop=True)
            else:
                self.window.set_windowed()
        if app.cursor != self._cursor:
            self._cursor = app.cursor
            with suppress(pygame.error):  # not every system has one
                pygame.mouse.set_cursor(self._cursor)


def in_pixels(
    event: pygame.Event, pixels: tuple[int, int], points: tuple[int, int]
) -> pygame.Event:
    """The mouse event with the position in a window of so many `pixels` which it has in points.

    It is the middle of the pixels that are one point.
    """
    if pixels == points:
        return event
    scales = [many / few for many, few in zip(pixels, points, strict=True)]
    x, y = ((at + 0.5) * scale - 0.5 for at, scale in zip(event.pos, scales, strict=True))
    return pygame.Event(event.type, event.dict | {"pos": (x, y)})
