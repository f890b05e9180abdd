"""The map grid places feature maps in a rectangle, as large as possible."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

import pygame

from app.inside.stage import Stage
from app.style import theme


@dataclass(frozen=True)
class PlacedStage:
    """The places of a stage's title and of its shown maps."""

    stage: Stage
    title: tuple[int, int]
    maps: list[pygame.Rect]


@dataclass(frozen=True)
class _Block:
    """The shown `maps` of a stage, in lines of `per_line`; `pitch` is the distance from one map to
    the next, gap included."""

    maps: int
    per_line: int
    pitch: float
    gap: int

    @property
    def side(self) -> int:
        """The side of a map's square; a map may be a pixel narrower than that."""
        return int(self.pitch) - self.gap

    @property
    def length(self) -> int:
        """The length of all lines together."""
        return ceil(self.maps / self.per_line) * int(self.pitch) - self.gap

    def places(self) -> Iterator[tuple[int, int, int, int]]:
        """For each map: its start along the stages and across, its length and its breadth."""
        for line, column in (divmod(i, self.per_line) for i in range(self.maps)):
            low, high = round(column * self.pitch), round((column + 1) * self.pitch) - self.gap
            yield line * int(self.pitch), low, self.side, high - low


class MapGrid:
    """Places `stages` in a rectangle of `size`, its top left corner at (0, 0).

    Stages follow each other downwards, or to the right if `wide`; the last one, the ten outputs,
    takes a line or two. Without room for all at a clear size, pools are left out first, then maps,
    then the stages before the last; after that, maps get smaller. The result is the first of the
    `pages`. The other pages show all stages in runs, each beginning with the end of the previous
    one, so that a map is next to those that feed it.

    scaled: converts a length of the theme to pixels of this window. title_height: of a line, with
    the space below it. title_width: of a stage's title in a wide grid, where it has two lines.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        size: tuple[int, int],
        wide: bool,
        scaled: Callable[[float], int],
        title_height: int,
        title_width: Callable[[Stage], int],
    ) -> None:
        self.wide = wide
        # "Along" is the direction of the stages; lines of maps run "across".
        self._along, across = size if wide else size[::-1]
        self._margin = 2 * title_height if wide else 0  # the titles' space across
        self._head = 0 if wide else title_height  # and along
        self._across = across - self._margin
        # Two lines of outputs if their labels would be too close together.
        self._output_lines = 2 if wide and self._across < 10 * title_height else 1
        self._outputs = max(
            self._output_lines * scaled(theme.OUTPUTS_LENGTH),
            title_width(stages[-1]) if wide else 0,
        )
        self._scaled = scaled
        # A little less in large windows, where rounding up would cost some stages a line of maps.
        clear = scaled(theme.CLEAR_MAP)
        self._clear = min(clear, max(clear * 19 // 20, theme.CLEAR_MAP))
        self._title_width = title_width
        self._stages = stages
        self._overview = self._place(self._choices(stages))

    @cached_property
    def pages(self) -> list[list[PlacedStage]]:
        """The pages, each the placed stages in their order."""
        seen = {placed.stage.layer for placed in self._overview}
        return [self._overview, *self._runs(self._stages, seen)]

    @property
    def quality(self) -> tuple[int, float]:
        """A sort key: the grid that shows more stages is better, then the clearer one."""
        shown = [(placed.stage, placed.maps[0].height) for placed in self._overview[:-1]]
        return len(self._overview), min((stage.clarity(side) for stage, side in shown), default=0.0)

    def _place(self, choices: Iterator[tuple[Sequence[Stage], int]]) -> list[PlacedStage]:
        """The placement of the first choice for which there is room."""
        for some, smallest_map in choices:
            for even in (True, False):
                ways = [self._ways(stage, even, smallest_map) for stage in some[:-1]]
                if (blocks := self._largest(some, ways)) is not None:
                    return self._placed(some, blocks)
        return []

    def _choices(self, stages: Sequence[Stage]) -> Iterator[tuple[Sequence[Stage], int]]:
        """The choices of stages to show, the best first, each with its smallest size of maps."""
        clear = self._clear
        unpooled = [stage for stage in stages if not stage.pooled]
        yield stages, clear
        yield unpooled, clear
        yield from self._first(unpooled)

    def _first(self, stages: Sequence[Stage]) -> Iterator[tuple[Sequence[Stage], int]]:
        """As many of the first stages as possible, without some of their maps."""
        *inner, outputs = stages
        for smallest_map in (self._clear, theme.SMALLEST_MAP):
            for count in range(len(inner), 0, -1):
                yield [*self._cut(inner[:count], smallest_map), outputs], smallest_map
        yield [outputs], self._clear

    def _runs(self, stages: Sequence[Stage], seen: set[int]) -> Iterator[list[PlacedStage]]:
        """Pages of all stages, pools included, except pages whose layers were all `seen`."""
        *inner, outputs = stages
        start = 0
        while start < len(inner):
            page = self._place(self._first([*inner[start:], outputs]))
            if (count := len(page) - 1) < 1:
                return
            if not {placed.stage.layer for placed in page} <= seen:
                yield page
            start += count
            if count > 1 and start < len(inner):
                start -= 1

    def _ways(self, stage: Stage, even: bool, smallest_map: int) -> list[_Block]:
        """The ways to show a stage, from the smallest maps to the largest, in lines from edge to
        edge or of the largest maps; with `even`, only those with full lines."""
        smallest, largest, gap = self._sides(stage, smallest_map)
        ways: list[_Block] = []
        for per_line in range(min(stage.shown, (self._across + gap) // (smallest + gap)), 0, -1):
            pitch = min((self._across + gap) / per_line, largest + gap)
            block = _Block(stage.shown, per_line, pitch, gap)
            grows = not ways or block.side >= theme.MAP_GROWTH * ways[-1].side
            if grows and not (even and stage.shown % per_line):
                ways.append(block)
        return ways

    def _cut(self, stages: Sequence[Stage], smallest_map: int) -> Iterator[Stage]:
        """The stages, cut to the maps that fit when they share the room equally."""
        room = (self._along - self._fixed(len(stages))) // len(stages)
        for stage in stages:
            smallest, _, gap = self._sides(stage, smallest_map)
            per_line = max((self._across + gap) // (smallest + gap), 1)
            pitch = max((self._across + gap) // per_line, smallest + gap)
            lines = max((room + gap) // pitch, 0)
            yield replace(stage, hidden=max(stage.maps - per_line * lines, 0))

    def _sides(self, stage: Stage, smallest_map: int) -> tuple[int, int, int]:
        """The smallest and largest side of the stage's maps, and the gap between them."""
        if stage.is_units:
            return theme.SMALLEST_UNIT, self._scaled(theme.LARGEST_UNIT), theme.UNIT_GAP
        return smallest_map, self._scaled(theme.LARGEST_MAP), self._scaled(theme.MAP_GAP)

    def _fixed(self, count: int) -> int:
        """The length along that `count` stages and the outputs need besides the stages' maps."""
        gaps = count * self._scaled(theme.STAGE_GAP)
        return (count + 1) * self._head + gaps + self._outputs

    def _lengths(self, stages: Sequence[Stage], blocks: Sequence[_Block]) -> list[int]:
        """The length along that the maps of each stage (in a wide grid also its title) need."""
        least = [self._title_width(stage) if self.wide else 0 for stage in stages]
        return [max(block.length, low) for block, low in zip(blocks, least, strict=False)]

    def _largest(
        self, stages: Sequence[Stage], ways: Sequence[list[_Block]]
    ) -> list[_Block] | None:
        """A way for each stage but the last, found by enlarging the least clear one first; None if
        there is not room for all."""
        room = self._along - self._fixed(len(ways))
        chosen = [blocks[0] for blocks in ways if blocks]
        if len(chosen) < len(ways) or room < sum(self._lengths(stages, chosen)):
            return None
        while True:
            for i in sorted(range(len(chosen)), key=lambda i: stages[i].clarity(chosen[i].side)):
                larger = [block for block in ways[i] if block.side > chosen[i].side][:1]
                tried = chosen[:i] + larger + chosen[i + 1 :]
                if larger and sum(self._lengths(stages, tried)) <= room:
                    chosen = tried
                    break
            else:
                return chosen

    def _placed(self, stages: Sequence[Stage], blocks: Sequence[_Block]) -> list[PlacedStage]:
        lengths = self._lengths(stages, blocks)
        left = self._along - self._fixed(len(blocks)) - sum(lengths)
        gap = self._scaled(theme.STAGE_GAP)
        gap += min(left // max(len(blocks), 1), gap)
        placed, start = [], 0
        for stage, block, length in zip(stages, blocks, lengths, strict=False):
            first = start + self._head
            maps = [self._rect(first + along, *rest) for along, *rest in block.places()]
            placed.append(PlacedStage(stage, self._title(start), maps))
            start += self._head + length + gap
        return [*placed, self._placed_outputs(stages[-1], start)]

    def _placed_outputs(self, stage: Stage, start: int) -> PlacedStage:
        """Cells from edge to edge, with labels below them, or to their left in a wide grid."""
        per_line = ceil(stage.maps / self._output_lines)
        pitch = (self._across + theme.UNIT_GAP) / per_line
        length, cell = self._scaled(theme.OUTPUTS_LENGTH), self._scaled(theme.OUTPUT_CELL)
        first = start + self._head + (length - cell if self.wide else 0)
        block = _Block(stage.maps, per_line, pitch, theme.UNIT_GAP)
        maps = [
            self._rect(first + i // per_line * length, across, cell, breadth)
            for i, (_, across, _, breadth) in enumerate(block.places())
        ]
        return PlacedStage(stage, self._title(start), maps)

    def _title(self, start: int) -> tuple[int, int]:
        return self._rect(start, -self._margin, 0, 0).topleft

    def _rect(self, along: int, across: int, length: int, breadth: int) -> pygame.Rect:
        across += self._margin
        if self.wide:
            return pygame.Rect(along, across, length, breadth)
        return pygame.Rect(across, along, breadth, length)
