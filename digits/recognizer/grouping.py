"""Grouping says which strokes may form one digit, and what it costs to split them.

It is geometry alone; the network judges what the ink looks like. Strokes are sorted from left to
right, and a digit is a run of neighbours in that row. So there are few runs to read, and a number
that grows at its end keeps its earlier digits.
"""

from collections.abc import Mapping
from functools import cached_property
from math import inf
from operator import itemgetter

import numpy as np

LONGEST = 8  # strokes in a run: an 8 made of bars has seven
WIDEST = 1.5  # the width of a run, in heights
FAR = 1.0  # a gap that no digit has inside, in heights of the taller neighbour

# The price of two neighbouring digits. Costs are in nats (a digit's is its negative log
# probability), lengths in heights of the taller one.
SPLIT = 0.001  # for every split: an 8 is not two 0s
FREE_OVERLAP, MOST_OVERLAP = 0.2, 0.4  # overlap that costs nothing; that two digits never exceed
LEAST_STEP = 0.08  # between the centres of two digits: a 1 drawn over is not two
FREE_GAP, MOST_REWARD = 0.1, 0.5  # a gap that a single digit may have; the most a wider one earns
LEAST_SHARED, UNEVEN = 0.4, 5.0  # the share of the height in common; the cost of less, per height

Run = tuple[int, int]  # neighbours in a row: the first, and one past the last


def rows(boxes: np.ndarray) -> "list[Row]":
    """Split the strokes with `boxes` (n, 4), each left, top, right and bottom, into rows from left
    to right, so far apart that no digit has strokes in two of them."""
    members = boxes[:, 0].argsort()
    left, top, right, bottom = boxes[members].T
    # A vertical line that meets no ink separates two blocks of strokes.
    reached = np.maximum.accumulate(right)
    cuts = np.flatnonzero(left[1:] > reached[:-1]) + 1
    blocks = np.concatenate([[0], cuts])
    heights = np.maximum.reduceat(bottom, blocks) - np.minimum.reduceat(top, blocks)
    gaps = left[cuts] - reached[cuts - 1]
    cuts = cuts[gaps > FAR * np.maximum(heights[1:], heights[:-1])]
    return [Row(boxes, part) for part in np.split(members, cuts)]


class Row:
    """A row of strokes: those with the indices `members` into `boxes` (n, 4).

    `order` is the members from left to right; `runs` are the neighbours that may form one digit.
    """

    def __init__(self, boxes: np.ndarray, members: np.ndarray) -> None:
        left, top, right, bottom = boxes[members].T
        self.order = members[np.lexsort((top, bottom, left, left + right))]
        self._boxes = _run_boxes(boxes[self.order])
        width, height = (self._boxes[..., 2:] - self._boxes[..., :2]).transpose(2, 0, 1)
        fits = width <= WIDEST * np.maximum(height, height[:, 0].max())
        fits[:, 0] = True  # a stroke is not divided
        whole = 0, len(members)
        runs = {(start, start + more + 1) for start, more in np.argwhere(fits).tolist()}
        self.runs: list[Run] = sorted(runs | {whole})

    def cheapest(self, costs: Mapping[Run, float]) -> list[Run]:
        """The cheapest division of the row, given the cost of each of its `runs`, in nats.

        Dynamic programming (Bellman 1957): the cheapest division that ends with a run extends the
        cheapest one that ends with a possible predecessor.
        """
        whole = 0, len(self.order)
        best: dict[Run, tuple[float, Run | None]] = {}  # up to each run, and the run before it
        ending: dict[int, list[Run]] = {}  # the runs that end before a stroke, the shortest first
        for run in self.runs:
            start, stop = run
            if stop - start > LONGEST:
                continue
            if start == 0:
                best[run] = costs[run], None
            else:
                prices = self._prices[start]
                ways = [
                    (best[before][0] + prices[start - before[0] - 1][stop - start - 1], before)
                    for before in ending[start]
                ]
                cost, before = min(ways, key=itemgetter(0))
                best[run] = cost + costs[run], before
            ending.setdefault(stop, []).insert(0, run)
        last = min(ending[whole[1]], key=lambda run: best[run][0])
        if costs[whole] <= best[last][0]:
            return [whole]
        runs: list[Run] = []
        while last is not None:
            runs.append(last)
            last = best[last][1]
        return runs[::-1]

    @cached_property
    def _prices(self) -> list[list[list[float]]]:
        return _prices(self._boxes).tolist()  # of numbers that Python adds fast, one by one


def _run_boxes(boxes: np.ndarray) -> np.ndarray:
    """The boxes (n, LONGEST, 4) of the runs of 1, 2, … strokes that begin with each stroke; NaN for
    runs past the last stroke."""
    n = len(boxes)
    runs = np.full((n, LONGEST, 4), np.nan)
    runs[:, 0] = boxes
    for more in range(1, min(LONGEST, n)):
        shorter, added = runs[: n - more, more - 1], boxes[more:]
        runs[: n - more, more, :2] = np.minimum(shorter[:, :2], added[:, :2])
        runs[: n - more, more, 2:] = np.maximum(shorter[:, 2:], added[:, 2:])
    return runs


def _prices(runs: np.ndarray) -> np.ndarray:
    """The price (n, LONGEST, LONGEST) of a run of 1, 2, … strokes that ends before each stroke next
    to one of 1, 2, … strokes that begins with it. `runs` are the boxes of `_run_boxes`."""
    ending = np.full_like(runs, np.nan)
    for more in range(min(LONGEST, len(runs) - 1)):
        ending[more + 1 :, more] = runs[: -more - 1, more]
    one, other = ending[:, :, None], runs[:, None]
    height = np.maximum(one[..., 3] - one[..., 1], other[..., 3] - other[..., 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        overlap = (one[..., 2] - other[..., 0]) / height
        step = (other[..., 0] + other[..., 2] - one[..., 0] - one[..., 2]) / 2 / height
        top, bottom = np.maximum(one[..., 1], other[..., 1]), np.minimum(one[..., 3], other[..., 3])
        shared = (bottom - top) / height
    price = SPLIT + np.maximum(overlap - FREE_OVERLAP, 0)
    price -= np.clip(-overlap - FREE_GAP, 0, MOST_REWARD)
    price += UNEVEN * np.maximum(LEAST_SHARED - shared, 0)
    may_be = (overlap <= MOST_OVERLAP) & (step >= LEAST_STEP) & (shared > 0)  # false for NaN too
    return np.where(may_be, price, inf)
