"""The map image holds all maps of a page in one image.

`_source` gives for each pixel the index of the value it shows, so that one look-up draws all maps,
and another finds the value under the mouse.
"""

from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pygame

from app.inside.levels import GROUND, ZERO, activation_colours, leveled, peak
from app.inside.map_grid import PlacedStage
from app.style.theme import Palette


class Spot(NamedTuple):
    """A value on the page: the stage's place there, the map's number, and the row and column."""

    place: int
    number: int
    row: int
    column: int


class MapImage:
    """The maps of the stages `placed`, from the map `firsts` of each on, in an image of `size`.

    Paper is zero and ink the greatest absolute value in the stage; negative values have the colour
    of evidence against. In the last stage, the probabilities, ink is 1.
    """

    def __init__(
        self, placed: Sequence[PlacedStage], firsts: Sequence[int], size: tuple[int, int]
    ) -> None:
        self._stages = [one.stage for one in placed]
        self._starts: list[int] = []  # where each stage's values start in one row of all
        # For each pixel (height, width), the index there of the value it shows; 0 is the ground.
        self._source = np.zeros(size[::-1], np.intp)
        start = 1
        for one, first in zip(placed, firsts, strict=True):
            stage = one.stage
            for number, cell in enumerate(one.maps, start=first):
                rows = np.arange(cell.height) * stage.height // cell.height
                columns = np.arange(cell.width) * stage.width // cell.width
                values = (rows[:, None] * stage.width + columns) * stage.maps + number
                self._source[cell.top : cell.bottom, cell.left : cell.right] = start + values
            self._starts.append(start)
            start += stage.maps * stage.height * stage.width
        self._image = pygame.Surface(size, 0, 8)  # the levels of its pixels
        self._palette: Palette | None = None  # of the image

    def show(self, values: Sequence[np.ndarray]) -> None:
        """Show the values of each stage; blank maps if `values` is empty."""
        levels = [np.array([GROUND], np.uint8)]
        for place, stage in enumerate(self._stages):
            if values:
                last = place == len(self._stages) - 1
                levels.append(leveled(values[place].ravel(), 1 if last else peak(values[place])))
            else:
                levels.append(np.full(stage.maps * stage.height * stage.width, ZERO, np.uint8))
        pygame.surfarray.pixels2d(self._image)[:] = np.concatenate(levels).take(self._source).T

    def at(self, x: int, y: int) -> Spot | None:
        """The value at a pixel of the image; None between the maps."""
        value = int(self._source[y, x])
        if value == 0:
            return None
        place = bisect(self._starts, value) - 1
        stage = self._stages[place]
        position, number = divmod(value - self._starts[place], stage.maps)
        return Spot(place, number, *divmod(position, stage.width))

    def draw(self, surface: pygame.Surface, palette: Palette, rect: pygame.Rect) -> None:
        if palette is not self._palette:
            self._palette = palette
            self._image.set_palette(activation_colours(palette))
        surface.blit(self._image, rect)
