"""Paths: strokes as arrays of points, to be transformed before they become a drawing.

A figure is a list of paths, usually 1 high, x to the right and y down.
"""

from collections.abc import Callable, Sequence

import numpy as np

from digits.drawing import Drawing

Path = np.ndarray  # points (n, 2) float, (x, y); a single point is a dot
HEIGHT, PEN_WIDTH = 0.6, 0.05  # of the sheet's side: a figure's longest side, and the pen's width
SPACING = 0.04  # between the points of a path that is about to be bent


def parse(text: str, change: Callable[[Path], Path] = lambda corners: corners) -> list[Path]:
    """The paths that a text like "0,0 10,0; ~5,2 0,5 5,8" describes: corners in tenths of the unit
    square, paths separated by ";". `change` is applied to the corners of each; then paths that
    begin with "~" are rounded."""
    paths = []
    for part in text.split(";"):
        corners = part.strip().lstrip("~").split()
        path = change(np.array([corner.split(",") for corner in corners], float) / 10)
        paths.append(rounded(path) if "~" in part else path)
    return paths


def proportions(
    generator: np.random.Generator, widths: tuple[float, float]
) -> Callable[[Path], Path]:
    """A random change of corners in the unit square, for `parse`: a width between the two `widths`,
    the middle moved, a little shear and rotation, and jitter on every corner."""
    width = np.exp(generator.uniform(*np.log(widths)))
    off_middle = generator.uniform(-0.08, 0.08, 2)
    lean, turn = generator.normal(0, (0.12, 0.07))
    matrix = np.diag([width, 1]) @ np.array([[1, turn], [lean - turn, 1]])
    jitter: dict[bytes, np.ndarray] = {}  # by corner, so that strokes that meet still meet

    def change(corners: Path) -> Path:
        moved = np.array(
            [jitter.setdefault(c.tobytes(), generator.normal(0, 0.02, 2)) for c in corners]
        )
        return (corners + 4 * off_middle * corners * (1 - corners)) @ matrix + moved

    return change


def rounded(path: Path, cut: float = 0.25, times: int = 3) -> Path:
    """The path with its corners cut off `times` times (Chaikin 1974): each line loses the share
    `cut` at both ends. A closed path is rounded where it closes too."""
    closed = len(path) > 3 and np.allclose(path[0], path[-1])
    if closed:
        middle = (path[:1] + path[1:2]) / 2
        path = np.concatenate([middle, path[1:], middle])
    for _ in range(times):
        first, last = path[:-1], path[1:]
        near, far = first + cut * (last - first), last + cut * (first - last)
        inner = np.stack([near, far], axis=1).reshape(-1, 2)[1:-1]
        path = np.concatenate([path[:1], inner, path[-1:]])
    return path


def fine(path: Path, spacing: float = SPACING) -> Path:
    """Points at even distances along the path, about `spacing` apart; a dot remains one."""
    way = along(path)
    if way[-1] < spacing / 2:
        return path[:1]
    places = np.linspace(0, way[-1], max(round(way[-1] / spacing), 2) + 1)
    return at(path, places)


def along(path: Path) -> np.ndarray:
    """The arc length from the start of the path to each of its points, (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])


def at(path: Path, places: np.ndarray) -> Path:
    """The points at the arc lengths `places` along the path."""
    way = along(path)
    return np.stack([np.interp(places, way, path[:, axis]) for axis in (0, 1)], axis=1)


def part(path: Path, start: float, end: float) -> Path:
    """The part of the path between two arc lengths."""
    way = along(path)
    inner = path[(way > start) & (way < end)]
    first, last = at(path, np.array([start, end]))
    return np.concatenate([[first], inner, [last]])


def box(paths: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the paths' bounding box, (2,) each: least and greatest x and y."""
    points = np.concatenate(paths)
    return points.min(axis=0), points.max(axis=0)


def unit(paths: Sequence[Path]) -> list[Path]:
    """The paths moved to (0, 0) and scaled to a height of 1; flat ones to a width of 2."""
    low, high = box(paths)
    width, height = high - low
    size = max(height, width / 2) or 1.0
    return [(np.asarray(path, float) - low) / size for path in paths]


def turned(paths: Sequence[Path], quarters: float) -> list[Path]:
    """The paths rotated by `quarters` quarter turns about the middle of the unit square."""
    cosine, sine = np.cos(quarters * np.pi / 2), np.sin(quarters * np.pi / 2)
    return [(path - 0.5) @ np.array([[cosine, sine], [-sine, cosine]]) + 0.5 for path in paths]


def on_sheet(paths: Sequence[Path]) -> Drawing:
    """A drawing of the paths in the middle of its sheet, reduced if necessary."""
    low, high = box(paths)
    scale = HEIGHT / max((high - low).max(), HEIGHT)
    middle = (low + high) / 2
    return Drawing.of(((path - middle) * scale + 0.5 for path in paths), PEN_WIDTH)
