"""The network panel shows every layer's values while a person draws: what the network makes of ink.

All its maps are one image. `_source` says of each of its pixels which value it shows, so that one
look-up draws them all, and another finds what is under the mouse.
"""

from bisect import bisect
from functools import cache

import numpy as np
import pygame

from app.inside.enlarged_map import EnlargedMap
from app.inside.map_grid import MapGrid, PlacedStage
from app.inside.stage import Stage, stages
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, percentage
from app.style.theme import Colour, Palette
from digits.recognizer import Reading, Recognizer

GROUND = 0  # the level of what is no map
ZERO, REACH = 128, 127  # the level of zero, and how many there are on either side of it


class NetworkPanel:
    """The maps of the recognizer's network, stage after stage, each with a title.

    Paper is zero, and ink the greatest absolute value in a stage; what is below zero has the colour
    of what speaks against. For the outputs, which are probabilities, ink is one.
    """

    def __init__(self, layout: Layout, recognizer: Recognizer, text: Text) -> None:
        self.rect = layout.network
        self._recognizer = recognizer
        self._text = text
        self._type = layout.type_height(theme.TYPE)
        self._title_gap = layout.scaled(theme.TITLE_GAP)
        self._line = round(theme.TITLE_LINE * self._type)
        grids = (
            MapGrid(
                stages(recognizer.layers),
                self.rect.size,
                wide,
                layout.scaled,
                self._line,
                self._title_width,
            )
            for wide in (True, False)
        )
        grid = max(grids, key=lambda grid: grid.quality)
        self._wide = grid.wide
        self._placed = grid.placed
        self._starts, self._source = _source(grid.placed, self.rect.size)
        self._reading: Reading | None = None
        self._values: list[np.ndarray] = []  # of the stages shown; none without a reading
        self._maps = pygame.Surface(self.rect.size, 0, 8)  # the levels of its pixels
        self._palette: Palette | None = None  # that it has
        self._show(self._leveled())
        self._pointer: tuple[int, int] | None = None
        self._enlarged = EnlargedMap(layout, text)

    def update(self, reading: Reading | None) -> None:
        """Show what the network made of `reading`; without one, nothing."""
        if reading is not self._reading:
            self._reading = reading
            self._values = []
            if reading is not None:
                activations = self._recognizer.activations(reading)
                self._values = [activations[placed.stage.layer][1] for placed in self._placed]
            self._show(self._leveled())

    def handle(self, event: pygame.Event) -> bool:
        """Follow the mouse, and enlarge the map under it. Takes no event."""
        if event.type == pygame.MOUSEMOTION:
            self._pointer = event.pos if self.name_at(event.pos) else None
        elif event.type == pygame.WINDOWLEAVE:
            self._pointer = None
        return False

    def name_at(self, position: tuple[float, float]) -> str | None:
        """What the map at a position in the window is called, such as "Conv2D 1, map 7"."""
        found = self._map_at(position)
        return found and self._placed[found[0]].stage.map_name(found[1])

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw all maps, and their titles."""
        if palette is not self._palette:
            self._palette = palette
            self._maps.set_palette(_colours(palette))
        surface.blit(self._maps, self.rect)
        for placed in self._placed:
            self._draw_title(surface, palette, placed)
        for digit, cell in enumerate(self._placed[-1].maps if self._placed else ()):
            self._draw_label(surface, palette, str(digit), cell.move(self.rect.topleft))

    def draw_enlarged(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the map under the mouse once more beside it, large; to be drawn over all else."""
        if self._pointer is None:
            return
        place, number = self._map_at(self._pointer)
        placed = self._placed[place]
        stage = placed.stage
        values = self._starts[place] + number + stage.maps * np.arange(stage.height * stage.width)
        picture = _picture(self._levels[values].reshape(stage.height, stage.width), palette)
        cell = placed.maps[number].move(self.rect.topleft)
        words = stage.map_name(number), self._value(place, number)
        self._enlarged.draw(surface, palette, self._pointer, cell, picture, words)

    def _map_at(self, position: tuple[float, float]) -> tuple[int, int] | None:
        """The place of a stage in the grid, and the number of its map at a position."""
        if not self.rect.collidepoint(position):
            return None
        x, y = (int(at - start) for at, start in zip(position, self.rect.topleft, strict=True))
        value = int(self._source[y, x])
        if value == 0:
            return None
        place = bisect(self._starts, value) - 1
        return place, (value - self._starts[place]) % self._placed[place].stage.maps

    def _show(self, levels: np.ndarray) -> None:
        self._levels = levels
        pygame.surfarray.pixels2d(self._maps)[:] = levels.take(self._source).T

    def _leveled(self) -> np.ndarray:
        """The level of every value, that of the ground first."""
        levels = [np.array([GROUND], np.uint8)]
        for place, placed in enumerate(self._placed):
            stage = placed.stage
            if self._values:
                values = self._values[place].ravel()
                peak = 1 if placed is self._placed[-1] else max(np.abs(values).max(), 1e-9)
                levels.append((values * (REACH / peak) + (ZERO + 0.5)).astype(np.uint8))
            else:
                levels.append(np.full(stage.maps * stage.height * stage.width, ZERO, np.uint8))
        return np.concatenate(levels)

    def _value(self, place: int, number: int) -> str:
        """The value of a unit, or the range of a map's values; without a reading, nothing."""
        if not self._values:
            return ""
        values = self._values[place][..., number]
        if place == len(self._placed) - 1:
            return percentage(values)
        if values.size == 1:
            return f"{values.item():.2f}"
        return f"{values.min():.2f} to {values.max():.2f}"

    def _title_width(self, stage: Stage) -> int:
        return max(self._text.width(line, self._type) for line in (stage.name, stage.size))

    def _draw_title(self, surface: pygame.Surface, palette: Palette, placed: PlacedStage) -> None:
        x, y = placed.title
        x, y = x + self.rect.left, y + self.rect.top + 1  # round letters reach over the others
        name, size = placed.stage.name, placed.stage.size
        self._text.draw(surface, name, self._type, palette.ink, topleft=(x, y))
        if self._wide:
            y += self._line
        else:
            x += self._text.width(name, self._type) + self._title_gap
        self._text.draw(surface, size, self._type, palette.quiet, topleft=(x, y))

    def _draw_label(
        self, surface: pygame.Surface, palette: Palette, label: str, cell: pygame.Rect
    ) -> None:
        if self._wide:
            place = {"midright": (cell.left - self._title_gap // 2, cell.centery)}
        else:
            place = {"midtop": (cell.centerx, cell.bottom + self._title_gap // 2)}
        self._text.draw(surface, label, self._type, palette.quiet, **place)


def _source(
    placed_stages: list[PlacedStage], size: tuple[int, int]
) -> tuple[list[int], np.ndarray]:
    """Where each stage's values start in one row of all, and for each pixel (height, width) of the
    panel the place there of the value it shows; 0 is the ground's."""
    source = np.zeros(size[::-1], np.intp)
    starts, start = [], 1
    for placed in placed_stages:
        stage = placed.stage
        for number, cell in enumerate(placed.maps):
            rows = np.arange(cell.height) * stage.height // cell.height
            columns = np.arange(cell.width) * stage.width // cell.width
            values = (rows[:, None] * stage.width + columns) * stage.maps + number
            source[cell.top : cell.bottom, cell.left : cell.right] = start + values
        starts.append(start)
        start += stage.maps * stage.height * stage.width
    return starts, source


def _picture(levels: np.ndarray, palette: Palette) -> pygame.Surface:
    """Levels (height, width) uint8 in their colours."""
    picture = pygame.Surface(levels.shape[::-1], 0, 8)
    pygame.surfarray.pixels2d(picture)[:] = levels.T
    picture.set_palette(_colours(palette))
    return picture


@cache
def _colours(palette: Palette) -> list[Colour]:
    """The colour of each level."""
    share = np.linspace(0, 1, REACH + 1)[:, None] ** theme.MAP_GAMMA
    below, above = (
        (1 - share) * palette.sheet + share * strongest
        for strongest in (palette.speaks_against, palette.ink)
    )
    levels = np.vstack([palette.background, below[:0:-1], above]).round().astype(int)
    return [tuple(colour) for colour in levels.tolist()]
