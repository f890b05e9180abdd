"""Help shows all keys on one page, generated from the list of actions."""

from collections.abc import Sequence

import pygame

from app.controls.action import Action
from app.pages.page import Page
from app.style import theme
from app.style.layout import Layout
from app.style.theme import Palette

Row = tuple[str, str]  # keys, and what they do

MOUSE = (
    ("Left button, finger, pen", "Draw"),
    ("Right button", "Erase"),
    ("Wheel", "Thinner or thicker pen"),
    ("Drop a file", "Read it, or open it"),
    ("Point at a digit", "See that digit of a number"),
    ("Point at a bar", "See which ink speaks for it"),
    ("Triangle in its row", "Play the change to that digit"),
    ("Click on a bar", "Teach that digit"),
    ("Point at a map", "See what made it"),
    ("Wheel over maps", "See the others"),
)


class Help(Page):
    """A page of keys and what they do; any key or click closes it."""

    title = "Keys"

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._rows = [*MOUSE, *_rows(actions)]

    def _size(self, layout: Layout) -> tuple[int, int]:
        self._line = round(theme.LINE_HEIGHT * self._type)
        self._columns = _columns(self._rows, 2)
        if self._width() > layout.window.width:
            self._columns = _columns(self._rows, 1)
        lines = len(self._columns[0])
        height = self._title_type + lines * self._line + self._type + 4 * self._padding
        return self._width(), height

    def _act(self, event: pygame.Event) -> None:
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            self.close()

    def _draw_inside(self, surface: pygame.Surface, palette: Palette) -> None:
        left, top = self.rect.left + self._padding, self.rect.top + self._padding
        self._text.draw(surface, self.title, self._title_type, palette.ink, topleft=(left, top))
        top += self._title_type + self._padding
        for column in self._columns:
            keys_width, names_width = self._widths(column)
            for number, (keys, name) in enumerate(column):
                y = top + number * self._line
                self._text.draw(surface, keys, self._type, palette.ink, topleft=(left, y))
                x = left + keys_width + self._padding
                self._text.draw(surface, name, self._type, palette.quiet, topleft=(x, y))
            left += keys_width + names_width + 3 * self._padding
        close = "Any key or click closes this page"
        corner = self.rect.left + self._padding, self.rect.bottom - self._padding
        self._text.draw(surface, close, self._type, palette.quiet, bottomleft=corner)

    def _widths(self, column: Sequence[Row]) -> list[int]:
        """The widths of the keys and of what they do, in pixels."""
        return [max(self._text.width(row[part], self._type) for row in column) for part in (0, 1)]

    def _width(self) -> int:
        """The page's width: each column has a gap inside it and a wider one after it."""
        words = sum(sum(self._widths(column)) for column in self._columns)
        return words + 3 * self._padding * len(self._columns)


def _columns(rows: list[Row], count: int) -> list[list[Row]]:
    length = -(-len(rows) // count)
    return [rows[start : start + length] for start in range(0, len(rows), length)]


def _rows(actions: Sequence[Action]) -> list[Row]:
    """The keys and name of each action; actions with the same name share a row."""
    keys: dict[str, list[str]] = {}
    for action in actions:
        keys.setdefault(action.name, []).extend(action.keys)
    return [
        (f"{found[0]} to {found[-1]}" if len(found) > 3 else " or ".join(found), name)
        for name, found in keys.items()
    ]
