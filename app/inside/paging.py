"""Paging decides which part of a network is shown when there is not room for all of it."""

from collections import defaultdict
from collections.abc import Sequence

from app.inside.map_grid import PlacedStage


class Paging:
    """The current one of several `pages` of stages, and the first map that each stage shows."""

    def __init__(self, pages: Sequence[Sequence[PlacedStage]]) -> None:
        self._pages = pages
        self._page = 0
        self._turned: defaultdict[tuple[int, int], int] = defaultdict(int)  # by page and place

    @property
    def placed(self) -> Sequence[PlacedStage]:
        """The stages that are shown."""
        return self._pages[self._page]

    @property
    def firsts(self) -> list[int]:
        """The number of the first shown map of each stage."""
        return [
            _firsts(placed)[self._turned[self._page, place]]
            for place, placed in enumerate(self.placed)
        ]

    def has(self, place: int | None) -> bool:
        """Whether there are more maps of the stage at `place`, or, for None, more stages."""
        return self._count(place) > 1

    def turn(self, place: int | None, step: int, *, around: bool = False) -> None:
        """Show other maps of the stage at `place`, or, for None, other stages: the next for a step
        of 1, the previous for -1; with `around`, the first follows the last."""
        at = self._page if place is None else self._turned[self._page, place]
        count = self._count(place)
        at = (at + step) % count if around else min(max(at + step, 0), count - 1)
        if place is None:
            self._page = at
        else:
            self._turned[self._page, place] = at

    def _count(self, place: int | None) -> int:
        return len(self._pages) if place is None else len(_firsts(self.placed[place]))


def _firsts(placed: PlacedStage) -> list[int]:
    """The first map on each page of a stage; the last page is full too."""
    shown, maps = len(placed.maps), placed.stage.maps
    return [*range(0, maps - shown, shown), maps - shown]
