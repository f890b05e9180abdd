"""The origin box is shown beside the panel while the mouse is on a map: the map enlarged, its
receptive field in the input, and what made it."""

from collections.abc import Iterator, Sequence

import numpy as np
import pygame

from app.inside.levels import peak
from app.inside.origin import Origin
from app.inside.origin_pictures import OriginPictures
from app.style import theme
from app.style.layout import Layout
from app.style.text import MINUS, Text, decimal
from app.style.theme import Colour, Palette

Line = list[tuple[str, Colour]]  # words, side by side
Column = tuple[pygame.Surface, list[Line]]  # a picture, and the lines below it


class OriginBox:
    """A box with a title, and up to three pictures with words below them."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._panel = layout.network
        self._pictures = OriginPictures(layout, text)
        self._padding = layout.scaled(theme.PADDING)
        self._gap = layout.scaled(theme.TITLE_GAP)
        self._type = layout.type_height(theme.TYPE)
        self._line = round(theme.TITLE_LINE * self._type)
        self._text = text

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        pointer: tuple[int, int],
        origin: Origin,
        values: Sequence[np.ndarray],
        value: str,
    ) -> None:
        """Draw the box. values: of all layers, empty without a reading; value: the map's text."""
        title = [(origin.stage.map_name(origin.number), palette.ink), (value, palette.quiet)]
        columns = list(self._columns(palette, origin, values))
        self._draw(surface, palette, pointer, title, columns)

    def draw_words(
        self,
        surface: pygame.Surface,
        palette: Palette,
        pointer: tuple[int, int],
        words: tuple[str, str],
    ) -> None:
        """Draw a box of text only."""
        first, second = words
        self._draw(surface, palette, pointer, [(first, palette.ink), (second, palette.quiet)], [])

    def _columns(
        self, palette: Palette, origin: Origin, values: Sequence[np.ndarray]
    ) -> Iterator[Column]:
        pictures, stage, sight = self._pictures, origin.stage, origin.sight
        if not stage.is_units and values:
            own = values[stage.layer]
            at = origin.row, origin.column
            here = f"in the frame {decimal(own[(*at, origin.number)])}"
            picture = pictures.map(palette, own[..., origin.number], peak(own), at)
            yield picture, [[("Its values", palette.ink)], [(here, palette.quiet)]]
        if sight is not None:
            rows, columns = map(len, sight.field)
            whole = (rows, columns) == sight.image.shape
            size = "all of the input" if whole else f"{columns}×{rows} pixels of the input"
            place = "the frame" if values else "this place"
            title = f"What {'it' if stage.is_units else place} sees"
            words = [[(title, palette.ink)], [(size, palette.quiet)]]
            yield pictures.sight(palette, sight), words
            if sight.filter is not None:
                height, width = sight.filter.shape
                whose = "Its" if origin.maker is stage else f"{origin.maker.name}'s"
                kind = "weights" if sight.patch is None else "filter over them"
                words = f"{whose} {width}×{height} {kind}"
                raises, lowers = "+ raises it", f"{MINUS} lowers it"
                signs = [(raises, palette.speaks_for), (lowers, palette.speaks_against)]
                yield pictures.filter(palette, sight), [[(words, palette.ink)], signs]
        if origin.feeders:
            source, maker = origin.source, origin.maker
            kind = "unit" if source.is_units else "map"
            names = [f"{kind} {feeder.number}" for feeder in origin.feeders]
            greatest = peak(values[source.layer])
            whose = f"{maker.name}, " if maker is not stage else ""
            words = f"{whose}fed most by {source.name}"
            formula = f"{kind} × {'weight' if source.is_units else 'filter'} = what it adds"
            if not maker.is_units:  # see `nn.contributions`
                formula += " on average"
            yield (
                pictures.feeders(palette, origin.feeders, names, greatest, origin.seen),
                [[(words[0].upper() + words[1:], palette.ink)], [(formula, palette.quiet)]],
            )

    def _draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        pointer: tuple[int, int],
        title: Line,
        columns: list[Column],
    ) -> None:
        widths = [
            max(picture.width, *(self._width(line) for line in lines)) for picture, lines in columns
        ]
        gaps = 2 * self._padding * max(len(columns) - 1, 0)
        width = max(sum(widths) + gaps, self._width(title))
        head = self._line if columns else self._type
        tall = max((picture.height for picture, _ in columns), default=0)
        height = head + tall + (2 * self._line if columns else 0) + self._gap * bool(columns)
        box = pygame.Rect(0, 0, width, height).inflate(2 * self._padding, 2 * self._padding)
        self._place(box, pointer, surface.get_rect())
        pygame.draw.rect(surface, palette.background, box)
        pygame.draw.rect(surface, palette.quiet, box, 1)
        left, top = box.left + self._padding, box.top + self._padding
        self._draw_line(surface, title, left, top)
        top += head + self._gap // 2
        for (picture, lines), width in zip(columns, widths, strict=True):
            surface.blit(picture, (left, top))
            for number, line in enumerate(lines):
                below = top + tall + self._gap + number * self._line
                self._draw_line(surface, line, left, below)
            left += width + 2 * self._padding

    def _draw_line(self, surface: pygame.Surface, line: Line, left: int, top: int) -> None:
        for words, colour in line:
            self._text.draw(surface, words, self._type, colour, topleft=(left, top))
            left += self._text.width(words, self._type) + self._gap

    def _width(self, line: Line) -> int:
        words = sum(self._text.width(words, self._type) for words, _ in line)
        return words + self._gap * (len(line) - 1)

    def _place(self, box: pygame.Rect, pointer: tuple[int, int], window: pygame.Rect) -> None:
        """Place the box so that all of the panel stays visible: above it or, without enough room,
        to its left."""
        box.center = pointer
        above = self._panel.top - self._gap
        if above - box.height >= window.top:
            box.bottom = above
            box.left = max(min(box.left, self._panel.right - box.width), self._panel.left)
        else:
            box.right = self._panel.left - self._gap
        box.clamp_ip(window.inflate(-2, -2))
