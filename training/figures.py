"""Figures: what a network gets right and wrong, as pictures.

They show at a glance what numbers hide: which digits are confused with each other, whether an error
is the network's or the label's, whether a unit has learned anything.
"""

import math
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nn.nets import Net
from training import page
from training.curves import History, curves
from training.page import (
    ACCENT,
    BACKGROUND,
    GAP,
    HEADER,
    INK,
    INK_COLOURS,
    MARGIN,
    QUIET,
    SHEET,
    SMALL,
    TRACK,
    WIDTH,
)
from training.weight_maps import weights

ERROR_COLOURS = LinearSegmentedColormap.from_list("errors", [SHEET, ACCENT])

CELL = 108  # of the confusion matrix
SIDE = 168  # of a digit, 28 × 6 pixels
WORST, WORST_COLUMNS, WORST_PITCH = 48, 8, 212
SAMPLES, SAMPLE_COLUMNS, SAMPLE_PITCH = 20, 5, 226


def draw_all(
    folder: Path, net: Net, images: np.ndarray, labels: np.ndarray, history: History
) -> None:
    """Write pictures of how `net` reads images (m, 28, 28), float32 in 0..1, with labels (m,).

    curves.png (unless the history is empty), confusion.png, worst.png, samples.png, weights.png.
    OSError where a file can't be written.
    """
    probabilities = net.predict(images.reshape(len(images), -1))
    if history:
        page.save(curves(history), folder / "curves.png")
    page.save(confusion(labels, probabilities), folder / "confusion.png")
    page.save(worst(images, labels, probabilities), folder / "worst.png")
    page.save(samples(images, labels, probabilities), folder / "samples.png")
    page.save(weights(net), folder / "weights.png")


def confusion(labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """How often each digit was read as which: labels (m,) of 0 to 9, probabilities (m, 10).

    Only errors have a colour: on one scale with a thousand right answers they would not show.
    """
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    right = counts.trace()
    most = max((counts - np.diag(counts.diagonal())).max(), 1)
    left, top = (WIDTH - 10 * CELL) // 2, HEADER + 40
    figure, axes = page.sheet(top + 10 * CELL + MARGIN)
    page.head(
        axes,
        f"{right / len(labels):.2%} read right: {right:,} of {len(labels):,}",
        "Rows: what the digits are. Columns: what they were read as.",
    )
    page.write(axes, left + 10 * CELL + 24, top - 28, "right", color=QUIET)
    for digit, row in enumerate(counts.tolist()):
        y, middle = top + digit * CELL, top + (digit + 0.5) * CELL
        page.write(axes, left - 24, middle, digit, weight="bold", ha="right")
        across = left + (digit + 0.5) * CELL
        page.write(axes, across, top - 28, digit, weight="bold", ha="center")
        share = f"{row[digit] / sum(row):.1%}" if sum(row) else "none seen"
        page.write(axes, left + 10 * CELL + 24, middle, share, color=QUIET)
        for answer, count in enumerate(row):
            x = left + answer * CELL
            strength = math.sqrt(count / most)  # so that a single error is visible beside dozens
            is_right = answer == digit
            fill = TRACK if is_right else ERROR_COLOURS(strength)
            axes.add_patch(
                Rectangle((x, y), CELL, CELL, facecolor=fill, edgecolor=BACKGROUND, lw=2)
            )
            if count:
                colour = QUIET if is_right else SHEET if strength > 0.6 else INK
                page.write(axes, x + CELL / 2, middle, f"{count:,}", color=colour, ha="center")
    return figure


def worst(images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """The wrong answers with the highest probabilities, row by row, at most WORST of them.

    images (m, 28, 28) in 0..1, labels (m,) of 0 to 9, probabilities (m, 10).
    """
    answers, confidences = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != labels)
    shown = wrong[np.argsort(-confidences[wrong], kind="stable")][:WORST].tolist()
    figure, axes = page.sheet(
        HEADER + math.ceil(len(shown) / WORST_COLUMNS) * WORST_PITCH + MARGIN // 2
    )
    if not shown:
        page.head(axes, "No wrong answers", f"All digits are read right: {len(labels):,}.")
    else:
        number = f"{len(shown)} of {len(wrong):,}" if len(shown) < len(wrong) else len(wrong)
        page.head(
            axes,
            f"Wrong answers, most confident first: {number}",
            "What the digit is, what it was read as, and the probability given to that.",
        )
    for i, j in enumerate(shown):
        x, y = page.place(i, WORST_COLUMNS, (SIDE + GAP, WORST_PITCH))
        page.draw_image(axes, images[j], x, y, SIDE, INK_COLOURS, (0, 1))
        line = y + SIDE + 16
        page.write(axes, x, line, f"{labels[j]} read as {answers[j]}", SMALL)
        page.write(axes, x + SIDE, line, _percent(confidences[j]), SMALL, color=ACCENT, ha="right")
    return figure


def samples(images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> Figure:
    """SAMPLES evenly spaced digits of the data, each with the probabilities of the ten answers.

    images (m, 28, 28) in 0..1, labels (m,) of 0 to 9, probabilities (m, 10).
    """
    shown = np.linspace(0, len(images) - 1, min(SAMPLES, len(images))).round().astype(int).tolist()
    figure, axes = page.sheet(
        HEADER + math.ceil(len(shown) / SAMPLE_COLUMNS) * SAMPLE_PITCH + MARGIN // 2
    )
    page.head(
        axes,
        f"{len(shown)} of {len(images):,} digits, and how they are read",
        "Evenly spaced from the first to the last. Bars: the probability of each answer.",
    )
    pitch = (WIDTH - 2 * MARGIN + 2 * GAP) // SAMPLE_COLUMNS
    label_place, bar_place = SIDE + 2 * GAP, SIDE + 3 * GAP
    length = pitch - bar_place - 2 * GAP
    for i, j in enumerate(shown):
        x, y = page.place(i, SAMPLE_COLUMNS, (pitch, SAMPLE_PITCH))
        page.draw_image(axes, images[j], x, y, SIDE, INK_COLOURS, (0, 1))
        answer = int(probabilities[j].argmax())
        colour = INK if answer == labels[j] else ACCENT
        for digit, probability in enumerate(probabilities[j].tolist()):
            middle = y + (digit + 0.5) * SIDE / 10
            name_colour = colour if digit == answer else QUIET
            page.write(axes, x + label_place, middle, digit, 7, color=name_colour, ha="center")
            for width, fill in ((length, TRACK), (length * min(probability, 1), colour)):
                axes.add_patch(Rectangle((x + bar_place, middle - 4), width, 8, color=fill, lw=0))
        caption = f"{answer} · {_percent(probabilities[j, answer])}"
        if answer != labels[j]:
            caption += f", but it is a {labels[j]}"
        page.write(axes, x, y + SIDE + 18, caption, SMALL, color=colour)
    return figure


def _percent(probability: float) -> str:
    return ">99.9%" if probability > 0.999 else f"{probability:.1%}"
