"""The network panel shows every layer's activations while a person draws, and the origin of the map
under the mouse."""

from dataclasses import replace

import numpy as np
import pygame

from app.inside.connections import Connections, End
from app.inside.legend import Legend
from app.inside.map_grid import MapGrid, PlacedStage
from app.inside.map_image import MapImage, Spot
from app.inside.mark import Mark, MarkStyle
from app.inside.origin import Origin, Origins
from app.inside.origin_box import OriginBox
from app.inside.paging import Paging
from app.inside.stage import Stage, can_be_negative, stages
from app.inside.titles import TURN, Titles
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, decimal, percentage
from app.style.theme import Palette
from digits.recognizer import Reading, Recognizer


class NetworkPanel:
    """The maps of the recognizer's network, stage after stage, each with a title; a legend below.

    What there is no room for is marked; a click on the mark or the wheel shows it. Lines and a box
    beside the panel show the origin of the map under the mouse.

    `marks` are the marks of what is left out; `origin` is that of the map under the mouse, or None.
    `is_late` is whether the maps are those of the reading before the last.
    """

    def __init__(self, layout: Layout, recognizer: Recognizer, text: Text) -> None:
        self.rect = layout.network
        self._recognizer = recognizer
        self._titles = titles = Titles(layout, text)
        self._style = MarkStyle(layout, text)
        self._stages = stages(recognizer.layers)
        self._foot = pygame.Rect(self.rect.left, 0, self.rect.width, titles.line)
        self._foot.bottom = self.rect.bottom
        low = self._foot.top - layout.scaled(theme.LEGEND_GAP)
        head = layout.scaled(theme.MARK_PADDING)  # a mark is taller than the title beside it
        left, width = self.rect.left, self.rect.width
        areas = {
            wide: pygame.Rect(left, top, width, low - top)
            for wide, top in ((True, self.rect.top), (False, self.rect.top + head))
        }
        arguments = layout.scaled, titles.line, titles.width
        grids = [MapGrid(self._stages, areas[wide].size, wide, *arguments) for wide in areas]
        grid = max(grids, key=lambda grid: grid.quality)
        self._area = areas[grid.wide]  # of the maps
        self._wide = grid.wide
        self._paging = Paging(grid.pages)
        self._reading: Reading | None = None
        self.is_late = False
        self._values: list[np.ndarray] = []  # of all layers; empty without a reading
        self._pointer: tuple[int, int] | None = None  # the mouse, while in the panel
        self._origins = Origins(recognizer, self._stages)
        self.origin: Origin | None
        self._found: tuple[Reading | None, Spot | None] | None = None  # whose origin is cached
        self._connections = Connections(layout)
        self._box = OriginBox(layout, text)
        self._open_page()
        foot = self._foot.copy()
        if self._paging.has(None):
            mark_width, _ = self._style.size(_left_out(len(self._stages)))
            foot.width -= mark_width + layout.scaled(theme.SECTION_GAP)
        self._legend = Legend(layout, text, foot, can_be_negative(recognizer.layers))

    def update(self, reading: Reading | None, at_once: bool = True) -> bool:
        """Show the network's activations for `reading`, blank maps if it is None, and the origin of
        the map under the mouse; `at_once`, or with the next call. Returns whether the reading is
        new."""
        is_new = reading is not self._reading
        self.is_late = is_new and not at_once and not self.is_late
        if self.is_late:
            return False
        if is_new:
            self._reading = reading
            self._values = []
            if reading is not None:
                self._values = [array for _, array in self._recognizer.activations(reading)]
            self._show()
        found = reading, self._spot_at(self._pointer)
        if found != self._found:
            self._found = found
            self.origin = self._origin_of(found[1])
        return is_new

    def handle(self, event: pygame.Event) -> bool:
        """Follow the mouse. True if the event is handled: a click on a mark."""
        match event.type:
            case pygame.MOUSEMOTION:
                self._pointer = event.pos if self.rect.collidepoint(event.pos) else None
            case pygame.WINDOWLEAVE:
                self._pointer = None
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                for mark in self.marks:
                    if mark.rect.collidepoint(event.pos):
                        self._turn(mark.place, +1, around=True)
                        return True
        return False

    def turn(self, step: int) -> bool:
        """Page through the maps under the mouse, or those of the mark there, as the wheel does:
        forwards for a step of 1, back for -1. False if there are no others."""
        if self._pointer is None:
            return False
        if (mark := self._pointed_mark) is not None:
            self._turn(mark.place, step)
            return True
        for place, placed in enumerate(self._paging.placed):
            if self._paging.has(place) and self._space(placed).collidepoint(self._pointer):
                self._turn(place, step)
                return True
        if not self._paging.has(None):
            return False
        self._turn(None, step)
        return True

    def name_at(self, position: tuple[float, float]) -> str | None:
        """The name of the map at a position in the window, such as "Conv2D 1, map 7"."""
        spot = self._spot_at(position)
        return spot and self._paging.placed[spot.place].stage.map_name(spot.number)

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the maps, their titles, the marks and the legend."""
        placed = self._paging.placed
        self._image.draw(surface, palette, self._area)
        for one in placed:
            self._titles.draw(surface, palette, one, self._area.topleft, self._wide)
        for digit, cell in enumerate(placed[-1].maps if placed else ()):
            self._titles.draw_label(
                surface, palette, str(digit), cell.move(self._area.topleft), self._wide
            )
        for mark in self.marks:
            self._style.draw(surface, palette, mark, mark is self._pointed_mark)
        self._legend.draw(surface, palette)

    def draw_enlarged(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the origin of the map under the mouse, or a mark's tip, over everything else."""
        if (mark := self._pointed_mark) is not None:
            self._box.draw_words(surface, palette, self._pointer, mark.tip)
        elif self._pointer is not None and (origin := self.origin) is not None:
            cell = self._end(origin.stage, origin.number, 0.0).cell
            self._connections.draw(surface, palette, self._ends(origin), cell, self._wide)
            pygame.draw.rect(surface, palette.accent, cell.inflate(4, 4), 2)
            value = self._value(origin)
            self._box.draw(surface, palette, self._pointer, origin, self._values, value)

    @property
    def _pointed_mark(self) -> Mark | None:
        if self._pointer is None:
            return None
        under = (mark for mark in self.marks if mark.rect.collidepoint(self._pointer))
        return next(under, None)

    def _open_page(self) -> None:
        """Show the current page."""
        self.origin = None
        placed, firsts = self._paging.placed, self._paging.firsts
        self._image = MapImage(placed, firsts, self._area.size)
        marks = self._titles.marks(placed, firsts, self._wide)
        self.marks = [replace(mark, rect=mark.rect.move(self._area.topleft)) for mark in marks]
        if self._paging.has(None):
            self.marks.append(self._stages_mark(len(placed)))
        self._show()

    def _stages_mark(self, shown: int) -> Mark:
        count = len(self._stages) - shown
        words = _left_out(count) if count else "more maps"  # other pages show fewer stages
        rect = pygame.Rect((0, 0), self._style.size(words))
        rect.midright = self._foot.midright
        return Mark(words, (f"{shown} of {len(self._stages)} stages are shown", TURN), rect)

    def _turn(self, place: int | None, step: int, *, around: bool = False) -> None:
        self._paging.turn(place, step, around=around)
        self._open_page()

    def _show(self) -> None:
        """Show the values, and forget the origin found for earlier ones."""
        self._found = None
        layers = [placed.stage.layer for placed in self._paging.placed]
        self._image.show([self._values[layer] for layer in layers] if self._values else [])

    def _space(self, placed: PlacedStage) -> pygame.Rect:
        """The area of a stage in the window, title included."""
        space = pygame.Rect(placed.title, (1, 1)).unionall(placed.maps)
        return space.move(self._area.topleft)

    def _spot_at(self, position: tuple[float, float] | None) -> Spot | None:
        if position is None or not self._area.collidepoint(position):
            return None
        return self._image.at(int(position[0] - self._area.left), int(position[1] - self._area.top))

    def _end(self, stage: Stage, number: int, added: float) -> End | None:
        """The end at a map of a stage, or at its mark if the map is hidden; None if the stage is
        not on the page."""
        pages = zip(self._paging.placed, self._paging.firsts, strict=True)
        for place, (placed, first) in enumerate(pages):
            if placed.stage.layer == stage.layer:
                if first <= number < first + len(placed.maps):
                    return End(placed.maps[number - first].move(self._area.topleft), added)
                mark = next(mark for mark in self.marks if mark.place == place)
                return End(mark.rect, added, along=0.5)
        return None

    def _ends(self, origin: Origin) -> list[End]:
        """Where lines to a map begin; lines from one mark begin side by side."""
        if origin.stage.pooled:
            shown = [placed.stage for placed in self._paging.placed]
            before = self._origins.before(origin.stage, shown)
            found = [self._end(before, origin.number, 1.0)] if before else []
        else:
            found = [
                self._end(origin.source, feeder.number, feeder.added) for feeder in origin.feeders
            ]
        ends = [end for end in found if end is not None]
        hidden = [end for end in ends if end.along is not None]
        return [
            end._replace(along=(hidden.index(end) + 1) / (len(hidden) + 1))
            if end in hidden
            else end
            for end in ends
        ]

    def _origin_of(self, spot: Spot | None) -> Origin | None:
        if spot is None:
            return None
        place, *where = spot
        shown = [placed.stage for placed in self._paging.placed]
        return self._origins.of(shown[place], where, shown, self._reading, self._values)

    def _value(self, origin: Origin) -> str:
        """The value of a unit, or the range of a map's values; "" without a reading."""
        if not self._values:
            return ""
        values = self._values[origin.stage.layer][..., origin.number]
        if origin.stage.layer == self._stages[-1].layer:
            return percentage(values)
        if values.size == 1:
            return decimal(values.item())
        return f"{decimal(values.min())} to {decimal(values.max())}"


def _left_out(count: int) -> str:
    return f"{count} stage{'s' if count > 1 else ''} more"
