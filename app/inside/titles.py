"""Titles name the shown stages, and mark the maps for which there is no room."""

from collections.abc import Sequence

import pygame

from app.inside.map_grid import PlacedStage
from app.inside.mark import Mark, MarkStyle
from app.inside.stage import Stage
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette

TURN = "A click or the wheel shows the others"


class Titles:
    """A title of one line for each stage, two in a `wide` grid, and a label for each output."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._type = layout.type_height(theme.TYPE)
        self._gap = layout.scaled(theme.TITLE_GAP)
        self.line = round(theme.TITLE_LINE * self._type)
        self._style = MarkStyle(layout, text)
        self._text = text

    def width(self, stage: Stage) -> int:
        """The width of a title of two lines, in pixels."""
        return max(self._text.width(stage.name, self._type), self._size_width(stage))

    def marks(self, placed: Sequence[PlacedStage], firsts: Sequence[int], wide: bool) -> list[Mark]:
        """The marks for hidden maps, beside the titles."""
        marks = []
        for place, (one, first) in enumerate(zip(placed, firsts, strict=True)):
            stage, shown = one.stage, len(one.maps)
            if not stage.hidden:
                continue
            x, y = one.title
            if wide:
                y += self.line
            else:
                x += self._text.width(stage.name, self._type) + self._gap
            words = _more(stage)
            rect = pygame.Rect((0, 0), self._style.size(words))
            rect.midleft = x + self._text.width(stage.size, self._type) + self._gap, 0
            rect.centery = y + 1 + self._type // 2
            kind = "units" if stage.is_units else "maps"
            tip = f"{stage.name}: {kind} {first} to {first + shown - 1} of {stage.maps}", TURN
            marks.append(Mark(words, tip, rect, place))
        return marks

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        placed: PlacedStage,
        corner: tuple[int, int],
        wide: bool,
    ) -> None:
        """Draw a title; `corner` is the grid's top left."""
        x, y = placed.title[0] + corner[0], placed.title[1] + corner[1]
        y += 1  # round letters rise above the others
        name, size = placed.stage.name, placed.stage.size
        self._text.draw(surface, name, self._type, palette.ink, topleft=(x, y))
        if wide:
            y += self.line
        else:
            x += self._text.width(name, self._type) + self._gap
        self._text.draw(surface, size, self._type, palette.quiet, topleft=(x, y))

    def draw_label(
        self, surface: pygame.Surface, palette: Palette, label: str, cell: pygame.Rect, wide: bool
    ) -> None:
        """Draw an output's digit beside its cell."""
        if wide:
            place = {"midright": (cell.left - self._gap // 2, cell.centery)}
        else:
            place = {"midtop": (cell.centerx, cell.bottom + self._gap // 2)}
        self._text.draw(surface, label, self._type, palette.quiet, **place)

    def _size_width(self, stage: Stage) -> int:
        width = self._text.width(stage.size, self._type)
        return width + (self._gap + self._style.size(_more(stage))[0] if stage.hidden else 0)


def _more(stage: Stage) -> str:
    return f"+{stage.hidden}"
