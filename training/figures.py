"""Figures: what a training run did, and what its network gets right and wrong, as pictures.

Numbers hide what an eye finds at once: which digits are taken for each other, whether an error is
the network's or the label's, whether a unit has learned anything. All have one look: the drawing
window's paper and ink, and its accent for what is wrong, or judged.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator

from nn.layers import Conv2D
from nn.nets import Net
from nn.whole_files import write_whole

History = Sequence[dict[str, float]]  # one dict an epoch, with the columns of history.csv

BACKGROUND, SHEET, EDGE, TRACK = "#f3eee5", "#fffdf8", "#d6cdbe", "#e6dfd3"
INK, QUIET, ACCENT = "#1c2034", "#6a6256", "#b8361e"
INK_COLOURS = LinearSegmentedColormap.from_list("ink", [SHEET, INK])
ERROR_COLOURS = LinearSegmentedColormap.from_list("errors", [SHEET, ACCENT])
WEIGHT_COLOURS = LinearSegmentedColormap.from_list("weights", ["#be5000", SHEET, "#145cac"])

# Lengths are pixels of the saved picture; type is in points.
DPI = 140
WIDTH, MARGIN, GAP = 1508, 40, 12
HEADER = 120  # from the top to what is below the titles
TITLE, BODY, SMALL = 14, 10.5, 8.5

CURVES_HEIGHT = 600
PANEL_PLACES, PANEL_WIDTH = (110, 858), 500
PANEL_BOTTOM, PANEL_HEIGHT = 124, 400
MOST_DOTS = 40  # epochs that get one each
FEWEST_TICKS = 5
NAME_GAP = 0.15  # between the names at the lines' ends, of the axes' height
LINEAR_BELOW = 0.001  # errors; above it their axis is logarithmic
ERROR_TICKS = [0, *(digit * 10**k for k in (-3, -2, -1) for digit in (1, 2, 5)), 1]
FINE_ERROR_TICKS = [0, *(digit * 10**k for k in (-4, -3, -2, -1) for digit in range(1, 10)), 1]

CELL = 108  # of the confusion matrix
SIDE = 168  # of a digit: six pixels for each of its own
WORST, WORST_COLUMNS, WORST_PITCH = 48, 8, 212
SAMPLES, SAMPLE_COLUMNS, SAMPLE_PITCH = 20, 5, 226
MOST_MAPS, MAP_GAP = 128, 5  # of weights
LARGEST_MAP, MAPS_HEIGHT = 168, 720  # of one, of all
FULL_COLOUR = 0.995  # of the weights have less: a few large ones would leave the rest pale


def draw_all(
    folder: Path, net: Net, images: np.ndarray, labels: np.ndarray, history: History
) -> None:
    """Write what `net` makes of images (m, 28, 28) float32 in 0..1 and labels (m,) into the folder.

    curves.png (unless the history is empty), confusion.png, worst.png, samples.png, weights.png.
    OSError where a file can't be written.
    """
    probabilities = net.predict(images.reshape(len(images), -1))
    if history:
        save(curves(history), folder / "curves.png")
    save(confusion(labels, probabilities), folder / "confusion.png")
    save(worst(images, labels, probabilities), folder / "worst.png")
    save(samples(images, labels, probabilities), folder / "samples.png")
    save(weights(net), folder / "weights.png")


def save(figure: Figure, path: Path) -> None:
    """Write a PNG, whole or not at all. OSError where that fails."""
    write_whole(path, lambda file: figure.savefig(file, format="png"))


def curves(history: History, running: Sequence[tuple[float, float, float]] = ()) -> Figure:
    """Loss and accuracy by epoch, of training and validation.

    running: what is known between the ends of epochs: (epochs done, training loss, its accuracy).

    Both axes are logarithmic, that of the accuracy by its distance from 100 %: from 98 to 99 % is
    as far as from 99 to 99.5 %, as both halve the errors.
    """
    figure = _figure(CURVES_HEIGHT)
    across, up = WIDTH, CURVES_HEIGHT
    loss, accuracy = (
        figure.add_axes((x / across, PANEL_BOTTOM / up, PANEL_WIDTH / across, PANEL_HEIGHT / up))
        for x in PANEL_PLACES
    )
    epochs = [row["epoch"] for row in history]
    done, losses, accuracies = np.reshape(running, (-1, 3)).T

    lines = [*_by_epoch(history, "loss"), losses]
    loss.set_yscale("log")
    _draw_lines(loss, "Loss", epochs, done, lines)
    loss.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    loss.yaxis.set_minor_locator(NullLocator())
    loss.yaxis.set_major_formatter("{x:.3g}")
    _name_ends(loss, lines, "{:.3g}".format)

    # Errors are what is drawn: their axis can reach 0.
    lines = [1 - line for line in (*_by_epoch(history, "accuracy"), accuracies)]
    accuracy.set_yscale("asinh", linear_width=LINEAR_BELOW)
    _draw_lines(accuracy, "Accuracy", epochs, done, lines)
    _tick_errors(accuracy, np.concatenate(lines))
    _name_ends(accuracy, lines, lambda error: f"{1 - error:.2%}")
    figure.text(
        MARGIN / WIDTH,
        0.035,
        "Training is measured during an epoch, with augmentation and dropout if there are any; "
        "validation after it, without.",
        size=SMALL,
        color=QUIET,
    )
    return figure


def confusion(labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """How often each digit was read as which: labels (m,) of 0 to 9, probabilities (m, 10).

    Only errors have a colour: next to a thousand right answers none of them would show.
    """
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    right = counts.trace()
    most = max((counts - np.diag(counts.diagonal())).max(), 1)
    left, top = (WIDTH - 10 * CELL) // 2, HEADER + 40
    figure, axes = _sheet(top + 10 * CELL + MARGIN)
    _head(
        axes,
        f"{right / len(labels):.2%} read right: {right:,} of {len(labels):,}",
        "Rows: what the digits are. Columns: what they were read as.",
    )
    _write(axes, left + 10 * CELL + 24, top - 28, "right", color=QUIET)
    for digit, row in enumerate(counts.tolist()):
        y, middle = top + digit * CELL, top + (digit + 0.5) * CELL
        _write(axes, left - 24, middle, digit, weight="bold", ha="right")
        across = left + (digit + 0.5) * CELL
        _write(axes, across, top - 28, digit, weight="bold", ha="center")
        share = f"{row[digit] / sum(row):.1%}" if sum(row) else "none seen"
        _write(axes, left + 10 * CELL + 24, middle, share, color=QUIET)
        for answer, count in enumerate(row):
            x = left + answer * CELL
            strength = math.sqrt(count / most)  # so that a single error shows beside dozens
            is_right = answer == digit
            fill = TRACK if is_right else ERROR_COLOURS(strength)
            axes.add_patch(
                Rectangle((x, y), CELL, CELL, facecolor=fill, edgecolor=BACKGROUND, lw=2)
            )
            if count:
                colour = QUIET if is_right else SHEET if strength > 0.6 else INK
                _write(axes, x + CELL / 2, middle, f"{count:,}", color=colour, ha="center")
    return figure


def worst(images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """The wrong answers of which the network was surest, row by row, at most WORST of them.

    images (m, 28, 28) in 0..1, labels (m,) of 0 to 9, probabilities (m, 10).
    """
    answers, confidences = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != labels)
    shown = wrong[np.argsort(-confidences[wrong], kind="stable")][:WORST].tolist()
    figure, axes = _sheet(
        HEADER + math.ceil(len(shown) / WORST_COLUMNS) * WORST_PITCH + MARGIN // 2
    )
    if not shown:
        _head(axes, "No wrong answers", f"All digits are read right: {len(labels):,}.")
    else:
        number = f"{len(shown)} of {len(wrong):,}" if len(shown) < len(wrong) else len(wrong)
        _head(
            axes,
            f"Wrong answers, the surest first: {number}",
            "What the digit is, what it was read as, and how sure the network was of that.",
        )
    for i, j in enumerate(shown):
        x, y = _place(i, WORST_COLUMNS, (SIDE + GAP, WORST_PITCH))
        _draw_image(axes, images[j], x, y, SIDE, INK_COLOURS, (0, 1))
        line = y + SIDE + 16
        _write(axes, x, line, f"{labels[j]} read as {answers[j]}", SMALL)
        _write(axes, x + SIDE, line, _percent(confidences[j]), SMALL, color=ACCENT, ha="right")
    return figure


def samples(images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """Digits at even distances, SAMPLES of them, each with the probabilities of the ten answers.

    images (m, 28, 28) in 0..1, labels (m,) of 0 to 9, probabilities (m, 10).
    """
    shown = np.linspace(0, len(images) - 1, min(SAMPLES, len(images))).round().astype(int).tolist()
    figure, axes = _sheet(
        HEADER + math.ceil(len(shown) / SAMPLE_COLUMNS) * SAMPLE_PITCH + MARGIN // 2
    )
    _head(
        axes,
        f"{len(shown)} of {len(images):,} digits, and how they are read",
        "From the first to the last at even distances. Bars: the probability of each answer.",
    )
    pitch = (WIDTH - 2 * MARGIN + 2 * GAP) // SAMPLE_COLUMNS
    label_place, bar_place = SIDE + 2 * GAP, SIDE + 3 * GAP
    length = pitch - bar_place - 2 * GAP
    for i, j in enumerate(shown):
        x, y = _place(i, SAMPLE_COLUMNS, (pitch, SAMPLE_PITCH))
        _draw_image(axes, images[j], x, y, SIDE, INK_COLOURS, (0, 1))
        answer = int(probabilities[j].argmax())
        colour = INK if answer == labels[j] else ACCENT
        for digit, probability in enumerate(probabilities[j].tolist()):
            middle = y + (digit + 0.5) * SIDE / 10
            name_colour = colour if digit == answer else QUIET
            _write(axes, x + label_place, middle, digit, 7, color=name_colour, ha="center")
            for width, fill in ((length, TRACK), (length * min(probability, 1), colour)):
                axes.add_patch(Rectangle((x + bar_place, middle - 4), width, 8, color=fill, lw=0))
        caption = f"{answer} · {_percent(probabilities[j, answer])}"
        if answer != labels[j]:
            caption += f", but it is a {labels[j]}"
        _write(axes, x, y + SIDE + 18, caption, SMALL, color=colour)
    return figure


def weights(net: Net) -> Figure:
    """The weights with which each unit of the first trained layer sees the image, or each filter;
    row by row, at most MOST_MAPS of them."""
    kind, maps = _weight_maps(net)
    count = min(len(maps), MOST_MAPS)
    height, width = maps.shape[1:]
    side, columns = _grid(count, width if height == width <= LARGEST_MAP else 1)
    rows = math.ceil(count / columns)
    figure, axes = _sheet(HEADER + rows * (side + MAP_GAP) + MARGIN)
    number = f"{count} of {len(maps)}" if count < len(maps) else count
    _head(
        axes,
        f"First layer: {number} {kind}s, {height}×{width} weights each",
        f"Blue: ink there speaks for the {kind}. Orange: against it.",
    )
    finite = np.abs(maps[np.isfinite(maps)])
    scale = (np.quantile(finite, FULL_COLOUR) if len(finite) else 0) or 1.0
    _draw_scale(axes, scale)
    for i, one in enumerate(maps[:count]):
        x, y = _place(i, columns, (side + MAP_GAP, side + MAP_GAP))
        _draw_image(axes, one, x, y, side, WEIGHT_COLOURS, (-scale, scale))
    return figure


def _weight_maps(net: Net) -> tuple[str, np.ndarray]:
    """What the first trained layer consists of, "unit" or "filter", and the weights of each:
    (count, height, width). The channels of an image that has several are side by side."""
    number = next(i for i, layer in enumerate(net.layers) if "weights" in layer.parameters)
    layer = net.layers[number]
    array = layer.parameters["weights"]
    if isinstance(layer, Conv2D):
        kind, images = "filter", array  # (filters, k, k, channels)
    else:
        # The image that a row of pixels was; of something else a row is all that can be shown.
        (pixels,) = layer.input_shape
        shapes = [
            (1, pixels, 1),
            (28, 28, 1),
            *(before.output_shape for before in net.layers[:number]),
        ]
        shape = [s for s in shapes if len(s) == 3 and math.prod(s) == pixels][-1]
        kind, images = "unit", array.T.reshape(-1, *shape)
    count, height, *_ = images.shape
    return kind, images.transpose(0, 1, 3, 2).reshape(count, height, -1)


def _grid(count: int, width: int) -> tuple[int, int]:
    """The side of the largest squares of which `count` fit, and how many to a row. The side is a
    multiple of `width`, so that all pixels of a map have one size."""
    for side in range(LARGEST_MAP - LARGEST_MAP % width, 0, -width):
        columns = (WIDTH - 2 * MARGIN + MAP_GAP) // (side + MAP_GAP)
        rows = math.ceil(count / columns)
        if rows * (side + MAP_GAP) <= MAPS_HEIGHT:
            break
    return side, math.ceil(count / rows)


# The panels of the curves


def _by_epoch(history: History, key: str) -> list[np.ndarray]:
    """The values of training and of validation."""
    return [np.array([row[name] for row in history], float) for name in (key, f"validation_{key}")]


def _draw_lines(
    axes: Axes, title: str, epochs: list[float], done: np.ndarray, lines: Sequence[np.ndarray]
) -> None:
    """Of training in ink and of validation in accent, by epochs; of what is between, by done."""
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
    axes.plot(epochs, training, color=INK, lw=2, marker=marker, ms=5, clip_on=False, zorder=3)
    axes.plot(epochs, validation, color=ACCENT, lw=2, marker=marker, ms=5, clip_on=False, zorder=3)
    first = 0 if len(done) or len(epochs) == 1 else epochs[0]
    axes.set_xlim(first, max([*epochs, *done]))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def _tick_errors(axes: Axes, errors: np.ndarray) -> None:
    """End an axis of errors (n,) at the round values around them, best on top, and write the
    accuracies beside it."""
    errors = errors[np.isfinite(errors)]
    low = max((tick for tick in FINE_ERROR_TICKS if tick < errors.min(initial=1)), default=0)
    high = min((tick for tick in FINE_ERROR_TICKS if tick > errors.max(initial=0)), default=1)
    for ticks in (ERROR_TICKS, FINE_ERROR_TICKS, np.linspace(low, high, FEWEST_TICKS)):
        within = [tick for tick in ticks if low <= tick <= high]
        if len(within) >= FEWEST_TICKS:
            break
    axes.set_ylim(high, low)
    axes.yaxis.set_major_locator(FixedLocator(within))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda error, _: f"{100 - 100 * error:.5g}%")


def _name_ends(axes: Axes, lines: Sequence[np.ndarray], written: Callable[[float], str]) -> None:
    """At the lines' right ends, what they are and their newest values, as `written`."""
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


# Pictures that are laid out by hand


def _figure(height: int) -> Figure:
    return Figure((WIDTH / DPI, height / DPI), DPI, facecolor=BACKGROUND)


def _sheet(height: int) -> tuple[Figure, Axes]:
    """A figure and, all over it, axes in pixels from the top left corner."""
    figure = _figure(height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0), autoscale_on=False)
    axes.set_axis_off()
    return figure, axes


def _head(axes: Axes, title: str, subtitle: str) -> None:
    _write(axes, MARGIN, 46, title, TITLE, weight="bold")
    _write(axes, MARGIN, 84, subtitle, color=QUIET)


def _write(
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


def _place(i: int, columns: int, pitch: tuple[int, int]) -> tuple[int, int]:
    """Where picture i of a grid begins."""
    row, column = divmod(i, columns)
    return MARGIN + column * pitch[0], HEADER + row * pitch[1]


def _draw_image(
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


def _draw_scale(axes: Axes, scale: float) -> None:
    """The colours of weights from -scale to scale, in the top right corner."""
    left, right = WIDTH - MARGIN - 280, WIDTH - MARGIN - 72
    gradient = np.linspace(-scale, scale, 101)[None]
    axes.imshow(gradient, WEIGHT_COLOURS, aspect="auto", extent=(left, right, 92, 74))
    _write(axes, left - 12, 84, f"\N{MINUS SIGN}{scale:#.2g}", color=QUIET, ha="right")
    _write(axes, right + 12, 84, f"{scale:#.2g}", color=QUIET)


def _percent(probability: float) -> str:
    return ">99.9%" if probability > 0.999 else f"{probability:.1%}"
