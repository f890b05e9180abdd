"""A drawing is what the hand did: strokes of a pen, kept as points.

Pixels forget how they came about. Points can be drawn again, at any size and with any pen.
"""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass
class Stroke:
    """The path of a pen from touching the paper to leaving it; a single point is a dot.

    Points are (x, y) in units of the canvas's side, (0, 0) at the top left and y down; they may
    lie outside 0..1. `width` is the pen's width in the same unit.
    """

    points: list[Point]
    width: float


class Drawing:
    """The strokes drawn so far, in their order. True once there is a stroke."""

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []

    def begin(self, point: Point, width: float) -> None:
        """Set the pen down: a new stroke starts at `point`."""
        self.strokes.append(Stroke([point], width))

    def extend(self, point: Point) -> None:
        """Move the pen to `point`. Raises IndexError if no stroke has begun."""
        self.strokes[-1].points.append(point)

    def clear(self) -> None:
        """Take a new sheet."""
        self.strokes.clear()

    def __bool__(self) -> bool:
        return bool(self.strokes)
