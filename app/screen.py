"""The screen shows an app in a window of the desktop, sharp on every display.

SDL reports positions in points, of which a high-density display has fewer than pixels. The app
works in pixels only.
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
ROOM = 0.9  # of a display that is too small: the rest is for title bar and panels


class Screen:
    """A window of `size` points, or smaller where the display is, with the picture in the file
    `icon`, if that exists.

    Raises pygame.error if no window can be opened.
    """

    def __init__(self, size: tuple[int, int], icon: Path) -> None:
        if sys.platform.startswith("linux"):
            # By default, SDL without a display falls back to drawing invisibly.
            drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
            os.environ.setdefault("SDL_VIDEODRIVER", drivers)
            for variable in ("SDL_VIDEO_X11_WMCLASS", "SDL_VIDEO_WAYLAND_WMCLASS"):
                os.environ.setdefault(variable, menu_entry.NAME)
        os.environ.setdefault("SDL_WINDOWS_DPI_SCALING", "1")  # or points would be pixels there
        pygame.display.init()
        size = fitting(size, pygame.display.get_desktop_sizes()[0])
        self.window = pygame.Window("Inkling", size, resizable=True, allow_high_dpi=True)
        self.window.minimum_size = theme.SMALLEST_SIZE
        if icon.exists():
            self.window.set_icon(pygame.image.load(icon))
        if sys.platform == "darwin":
            # A Mac has no touch screen, but reports every finger on its trackpad.
            pygame.event.set_blocked((pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP))
        self.size = size  # in points, when it does not fill the screen
        self._pixels: tuple[int, int] | None = None  # the size last reported to the app
        self._is_full = False
        self._cursor: int | None = None

    def events(self) -> Iterator[pygame.Event]:
        """The events since the last call, in pixels; a WINDOWRESIZED first if the size changed."""
        events = pygame.event.get()
        pixels, points = self.window.get_surface().get_size(), self.window.size
        if not self._is_full:
            self.size = points
        if pixels != self._pixels:  # also after a move to another display
            self._pixels = pixels
            yield pygame.Event(pygame.WINDOWRESIZED, x=pixels[0], y=pixels[1])
        for event in events:
            if event.type in MOUSE:
                yield in_pixels(event, pixels, points)
            elif event.type not in RESIZED:
                yield event

    def show(self, app: App) -> None:
        """Draw the app and show it."""
        app.draw(self.window.get_surface())
        self.window.flip()

    def follow(self, app: App) -> None:
        """Adopt the app's cursor and its choice of full screen or window."""
        if app.is_full_screen != self._is_full:
            self._is_full = app.is_full_screen
            if self._is_full:
                self.window.set_fullscreen(desktop=True)
            else:
                self.window.set_windowed()
        if app.cursor != self._cursor:
            self._cursor = app.cursor
            with suppress(pygame.error):  # not every system has every cursor
                pygame.mouse.set_cursor(self._cursor)


def fitting(size: tuple[int, int], display: tuple[int, int]) -> tuple[int, int]:
    """The size of a window: lengths that the display has no room for are reduced, so that its title
    bar can be reached, but not below the smallest size."""
    return tuple(
        length if length <= room else max(int(ROOM * room), least)
        for length, room, least in zip(size, display, theme.SMALLEST_SIZE, strict=True)
    )


def in_pixels(
    event: pygame.Event, pixels: tuple[int, int], points: tuple[int, int]
) -> pygame.Event:
    """A mouse event with its position converted from points to pixels.

    The position is the middle of the pixels of its point.
    """
    if pixels == points:
        return event
    scales = [many / few for many, few in zip(pixels, points, strict=True)]
    x, y = ((at + 0.5) * scale - 0.5 for at, scale in zip(event.pos, scales, strict=True))
    return pygame.Event(event.type, event.dict | {"pos": (x, y)})
