"""Curves: the progress of a training run as a picture, also while it runs."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator

from training import page
from training.page import ACCENT, BODY, EDGE, INK, MARGIN, QUIET, SHEET, SMALL, TITLE, TRACK, WIDTH
from training.progress import Recent

History = Sequence[dict[str, float]]  # one dict an epoch, with the columns of history.csv

CURVES_HEIGHT = 600
PANEL_PLACES, PANEL_WIDTH = (110, 858), 500
PANEL_BOTTOM, PANEL_HEIGHT = 124, 400
MOST_DOTS = 40  # up to so many epochs, each gets a dot
FEWEST_TICKS = 5
TICK_GAP = 0.075  # between ticks, of the axes' height: room for their labels
NAME_GAP = 0.15  # between the names at the lines' ends, of the axes' height
LINEAR_BELOW = 0.001  # errors; above it their axis is logarithmic
ERROR_TICKS = [0, *(digit * 10**k for k in (-3, -2, -1) for digit in (1, 2, 5)), 1]
FINE_ERROR_TICKS = [0, *(digit * 10**k for k in (-4, -3, -2, -1) for digit in range(1, 10)), 1]


def curves(
    history: History, running: Sequence[tuple[float, float, float]] = (), end: int = 0
) -> Figure:
    """Loss and accuracy by epoch, of training and validation.

    running: the training under way, points of (epochs done, loss, accuracy) from
    `progress.Recent`. end: the number of epochs planned, where the run has not ended.

    Both axes are logarithmic, that of the accuracy in its distance from 100 %: from 98 to 99 % is
    as far as from 99 to 99.5 %, as both halve the errors.
    """
    figure = page.blank(CURVES_HEIGHT)
    across, up = WIDTH, CURVES_HEIGHT
    loss, accuracy = (
        figure.add_axes((x / across, PANEL_BOTTOM / up, PANEL_WIDTH / across, PANEL_HEIGHT / up))
        for x in PANEL_PLACES
    )
    epochs = [row["epoch"] for row in history]
    done, losses, accuracies = np.reshape(running, (-1, 3)).T

    lines = [*_by_epoch(history, "loss"), losses]
    loss.set_yscale("log")
    _draw_lines(loss, "Loss", epochs, done, lines, end)
    loss.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    loss.yaxis.set_minor_locator(NullLocator())
    loss.yaxis.set_major_formatter("{x:.3g}")
    _name_ends(loss, lines, "{:.3g}".format)

    # Draw error rates: their axis can reach 0.
    lines = [1 - line for line in (*_by_epoch(history, "accuracy"), accuracies)]
    accuracy.set_yscale("asinh", linear_width=LINEAR_BELOW)
    _draw_lines(accuracy, "Accuracy", epochs, done, lines, end)
    _tick_errors(accuracy, np.concatenate(lines))
    _name_ends(accuracy, lines, lambda error: f"{1 - error:.2%}")
    caption = (
        "Training is measured during an epoch, with augmentation and dropout if the recipe has "
        "them, and drawn at its middle; validation is measured after it, without them."
    )
    if len(done):
        caption += (
            f"\nThin line: training batch by batch, an exponential mean over about "
            f"{Recent.IMAGES:,} images."
        )
    figure.text(MARGIN / across, 0.02, caption, size=SMALL, color=QUIET, linespacing=1.5)
    return figure


def _by_epoch(history: History, key: str) -> list[np.ndarray]:
    """The values by epoch of training and of validation."""
    return [np.array([row[name] for row in history], float) for name in (key, f"validation_{key}")]


def _draw_lines(
    axes: Axes,
    title: str,
    epochs: list[float],
    done: np.ndarray,
    lines: Sequence[np.ndarray],
    end: int,
) -> None:
    """Draw training in the ink colour and validation in the accent colour, at `epochs`, and the
    thin line of running training at `done`."""
    axes.set_facecolor(SHEET)
    axes.spines[:].set_color(EDGE)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=TRACK)
    axes.tick_params(color=EDGE, labelcolor=QUIET, labelsize=BODY)
    axes.set_title(title, loc="left", size=TITLE, color=INK, weight="bold", pad=12)
    axes.set_xlabel("epoch", size=BODY, color=QUIET)
    training, validation, between = lines
    marker = "o" if len(epochs) <= MOST_DOTS else None
    axes.plot(done, between, color=INK, alpha=0.6, lw=1)
    style = {"lw": 2, "marker": marker, "ms": 5, "clip_on": False, "zorder": 3}
    axes.plot([epoch - 0.5 for epoch in epochs], training, color=INK, **style)
    axes.plot(epochs, validation, color=ACCENT, **style)
    axes.set_xlim(0, max([*epochs, *done, end]))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def _tick_errors(axes: Axes, errors: np.ndarray) -> None:
    """Limit an axis of errors (n,) to the round values around them, best on top, and label it with
    accuracies."""
    errors = errors[np.isfinite(errors)]
    low = max((tick for tick in FINE_ERROR_TICKS if tick < errors.min(initial=1)), default=0)
    high = min((tick for tick in FINE_ERROR_TICKS if tick > errors.max(initial=0)), default=1)
    bottom, top = np.arcsinh([high / LINEAR_BELOW, low / LINEAR_BELOW])
    heights: dict[float, float] = {}  # of the ticks, from 0 to 1, the roundest first
    for tick in (low, high, *ERROR_TICKS, *FINE_ERROR_TICKS):
        height = (np.arcsinh(tick / LINEAR_BELOW) - bottom) / (top - bottom)
        if low <= tick <= high and all(abs(height - h) >= TICK_GAP for h in heights.values()):
            heights[tick] = height
    ticks = sorted(heights)
    if len(ticks) < FEWEST_TICKS:
        ticks = np.linspace(low, high, FEWEST_TICKS)
    axes.set_ylim(high, low)
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda error, _: f"{100 - 100 * error:.5g}%")


def _name_ends(axes: Axes, lines: Sequence[np.ndarray], written: Callable[[float], str]) -> None:
    """Label the lines' right ends with their names and newest values, formatted by `written`."""
    training, validation, between = lines
    named = [("training", between if len(between) else training, INK)]
    named += [("validation", validation, ACCENT)] if len(validation) else []
    to_height = axes.transScale + axes.transLimits  # 0 to 1 within the axes
    heights = [to_height.transform((1, line[-1]))[1] for _, line, _ in named]
    heights = np.clip(np.nan_to_num(heights, nan=1), 0, 1).tolist()
    if len(heights) == 2 and abs(heights[0] - heights[1]) < NAME_GAP:
        middle, up = sum(heights) / 2, NAME_GAP / 2 if heights[0] > heights[1] else -NAME_GAP / 2
        heights = [middle + up, middle - up]
    for (name, line, colour), height in zip(named, heights, strict=True):
        axes.text(
            1.025,
            height,
            f"{name}\n{written(line[-1])}",
            transform=axes.transAxes,
            va="center",
            size=BODY,
            color=colour,
        )
