"""A page: the common layout and style of all pictures of a training run.

Matplotlib lays out charts; these are laid out by hand, in pixels of the saved picture.
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nn.whole_files import write_whole

# The drawing window's colours: background, ink, the accent for errors and validation, and those of
# evidence. Training may not import the window; a test keeps both the same.
BACKGROUND, SHEET, EDGE, TRACK = "#f3eee5", "#fffdf8", "#d6cdbe", "#e6dfd3"
INK, QUIET, ACCENT = "#1c2034", "#6a6256", "#b8361e"
SPEAKS_FOR, SPEAKS_AGAINST = "#145cac", "#be5000"
INK_COLOURS = LinearSegmentedColormap.from_list("ink", [SHEET, INK])

# Lengths are pixels of the saved picture; type is in points.
DPI = 140
WIDTH, MARGIN, GAP = 1508, 40, 12
HEADER = 120  # from the top to the content below the titles
TITLE, BODY, SMALL = 14, 10.5, 8.5


def save(figure: Figure, path: Path) -> None:
    """Write a PNG, the whole file or none of it. OSError where that fails."""
    write_whole(path, lambda file: figure.savefig(file, format="png"))


def blank(height: int) -> Figure:
    return Figure((WIDTH / DPI, height / DPI), DPI, facecolor=BACKGROUND)


def sheet(height: int) -> tuple[Figure, Axes]:
    """A figure and axes that cover it, in pixels from the top left corner."""
    figure = blank(height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0), autoscale_on=False)
    axes.set_axis_off()
    return figure, axes


def head(axes: Axes, title: str, subtitle: str) -> None:
    write(axes, MARGIN, 46, title, TITLE, weight="bold")
    write(axes, MARGIN, 84, subtitle, color=QUIET)


def write(
    axes: Axes,
    x: float,
    y: float,
    words: object,
    size: float = BODY,
    color: str = INK,
    weight: str = "normal",
    ha: str = "left",
) -> None:
    axes.text(x, y, words, size=size, color=color, weight=weight, ha=ha, va="center_baseline")


def place(i: int, columns: int, pitch: tuple[int, int]) -> tuple[int, int]:
    """The top left corner of picture i in a grid, row by row."""
    row, column = divmod(i, columns)
    return MARGIN + column * pitch[0], HEADER + row * pitch[1]


def draw_image(
    axes: Axes,
    image: np.ndarray,
    x: int,
    y: int,
    side: int,
    colours: Colormap,
    limits: tuple[float, float],
) -> None:
    """An image (height, width) in a framed square."""
    box = (x, x + side, y + side, y)
    vmin, vmax = limits
    axes.imshow(image, colours, aspect="auto", vmin=vmin, vmax=vmax, extent=box)
    axes.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor=EDGE, lw=0.7))
