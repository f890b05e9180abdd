"""The pictures of an origin: the map enlarged, its receptive field, and what made it."""

import numpy as np
import pygame

from app.inside.levels import activation_colours, leveled, peak, picture, weight_colours
from app.inside.origin import Feeder, Sight
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, decimal
from app.style.theme import Palette
from nn.receptive_field import Field

TIMES, EQUALS = "\N{MULTIPLICATION SIGN}", "="


class OriginPictures:
    """Makes pictures about `side` pixels high, without interpolation."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.side = layout.scaled(theme.ENLARGED_MAP)
        self._type = layout.type_height(theme.TYPE)
        self._gap = layout.scaled(theme.TITLE_GAP) // 2
        self._text = text

    def map(
        self, palette: Palette, values: np.ndarray, greatest: float, at: tuple[int, int]
    ) -> pygame.Surface:
        """A map (height, width), scaled by the greatest value of its stage, with a frame around the
        value at (row, column)."""
        cell = max(self.side // max(values.shape), 1)
        row, column = at
        shown = _squares(leveled(values, greatest), activation_colours(palette), cell)
        pygame.draw.rect(shown, palette.edge, shown.get_rect(), 1)
        field = range(row, row + 1), range(column, column + 1)
        _frame(shown, palette, field, values.shape, shown.get_rect())
        return shown

    def sight(self, palette: Palette, sight: Sight) -> pygame.Surface:
        """The input, pale outside the receptive field."""
        cell = max(self.side // max(sight.image.shape), 1)
        shown = _squares(leveled(sight.image, 1), activation_colours(palette), cell)
        pale = pygame.Surface(shown.size, pygame.SRCALPHA)
        pale.fill((*palette.background, theme.UNSEEN))
        pale.fill((0, 0, 0, 0), _rect(sight.field, sight.image.shape, shown.get_rect()))
        shown.blit(pale, (0, 0))
        pygame.draw.rect(shown, palette.edge, shown.get_rect(), 1)
        _frame(shown, palette, sight.field, sight.image.shape, shown.get_rect())
        return shown

    def filter(self, palette: Palette, sight: Sight) -> pygame.Surface:
        """The filter over the pixels below it: a Hinton diagram, whose squares grow with the
        weights, in the colours of evidence. A filter as large as the input is shown alone."""
        weights = sight.filter
        cell = max(self.side // max(weights.shape), 1)
        if sight.patch is None:
            return _squares(leveled(weights, peak(weights)), weight_colours(palette), cell)
        shown = _squares(leveled(sight.patch, 1), activation_colours(palette), cell)
        sides = np.sqrt(np.abs(weights) / max(peak(weights), 1e-9)) * theme.WEIGHT_SQUARE * cell
        for (row, column), side in np.ndenumerate(sides.round().astype(int)):
            square = pygame.Rect(0, 0, side, side)
            square.center = round((column + 0.5) * cell), round((row + 0.5) * cell)
            pygame.draw.rect(shown, palette.sheet, square.inflate(2, 2))
            pygame.draw.rect(shown, palette.side(weights[row, column]), square)
        for line in range(1, max(weights.shape)):
            at = line * cell
            pygame.draw.line(shown, palette.edge, (at, 0), (at, shown.height))
            pygame.draw.line(shown, palette.edge, (0, at), (shown.width, at))
        return shown

    def feeders(
        self,
        palette: Palette,
        feeders: list[Feeder],
        names: list[str],
        greatest: float,
        seen: Field,
    ) -> pygame.Surface:
        """A line for each feeder: its name, the map, its slice of the filter, and what it added.
        greatest: the greatest value of their stage; seen: the part that the value depends on."""
        lines = theme.MOST_FEEDERS
        pitch = (self.side + self._gap) / lines
        side = int(pitch) - self._gap
        added = [decimal(feeder.added, "+") for feeder in feeders]
        names_width, added_width = (max(map(self._width, words)) for words in (names, added))
        sign = self._width(TIMES) + 2 * self._gap
        starts = np.cumsum([0, names_width + 2 * self._gap, side, sign, side, sign]).tolist()
        shown = pygame.Surface((starts[-1] + added_width, self.side))
        shown.fill(palette.background)
        weights_greatest = max(peak(feeder.weights) for feeder in feeders)
        for line, feeder in enumerate(feeders):
            top = round(line * pitch)
            middle = top + side // 2
            values = leveled(feeder.values, greatest), activation_colours(palette)
            weights = leveled(feeder.weights, weights_greatest), weight_colours(palette)
            for (levels, colours), left in ((values, starts[1]), (weights, starts[3])):
                box = pygame.Rect(left, top, side, side)
                shown.blit(picture(levels, colours, box.size), box)
                pygame.draw.rect(shown, palette.edge, box, 1)
            thumbnail = pygame.Rect(starts[1], top, side, side)
            if side >= theme.CLEAR_MAP:  # a frame would hide a smaller map
                _frame(shown, palette, seen, feeder.values.shape, thumbnail, 1)
            for words, colour, place in (
                (names[line], palette.ink, starts[0]),
                (TIMES, palette.quiet, starts[2] + self._gap),
                (EQUALS, palette.quiet, starts[4] + self._gap),
                (added[line], palette.side(feeder.added), starts[5]),
            ):
                self._text.draw(shown, words, self._type, colour, midleft=(place, middle))
        return shown

    def _width(self, words: str) -> int:
        return self._text.width(words, self._type)


def _squares(levels: np.ndarray, colours: list, cell: int) -> pygame.Surface:
    """Levels (height, width) as squares of `cell` pixels, on a true-colour surface."""
    height, width = levels.shape
    shown = pygame.Surface((width * cell, height * cell), 0, 24)
    shown.blit(picture(levels, colours, shown.size), (0, 0))
    return shown


def _rect(field: Field, shape: tuple[int, int], box: pygame.Rect) -> pygame.Rect:
    """The rectangle of a field of an image of this shape that fills the box."""
    rows, columns = field
    height, width = shape
    top, left = rows.start * box.height // height, columns.start * box.width // width
    low, right = -(-rows.stop * box.height // height), -(-columns.stop * box.width // width)
    return pygame.Rect(box.left + left, box.top + top, right - left, low - top)


def _frame(
    shown: pygame.Surface,
    palette: Palette,
    field: Field,
    shape: tuple[int, int],
    box: pygame.Rect,
    breadth: int = 2,
) -> None:
    """Frame a field of an image of this shape that fills the box, unless it is the whole image."""
    rect = _rect(field, shape, box)
    if rect != box:
        rect = rect.inflate(2 * breadth, 2 * breadth).clip(box)
        pygame.draw.rect(shown, palette.background, rect.inflate(2, 2).clip(box), 1)
        pygame.draw.rect(shown, palette.accent, rect, breadth)
