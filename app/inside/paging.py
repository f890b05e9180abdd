"""Paging is what of a network is shown, where there is not room for all of it at once."""

from collections import defaultdict
from collections.abc import Sequence

from app.inside.map_grid import PlacedStage


class Paging:
    """One of several `pages` of stages, and the first of the maps that each stage shows there."""

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
        """The number of the first map of each that is shown."""
        return [
            _firsts(placed)[self._turned[self._page, place]]
            for place, placed in enumerate(self.placed)
        ]

    def has(self, place: int | None) -> bool:
        """Whether there is more than is shown: of the stage at `place`, or, for None, stages."""
        return self._count(place) > 1

    def turn(self, place: int | None, step: int, *, around: bool = False) -> None:
        """Show other maps of the stage at `place`, or, for None, other stages: the next for a step
        of 1, those before for -1; from the last on the first, if it goes `around`."""
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
