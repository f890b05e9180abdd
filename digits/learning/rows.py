"""Rows: several digits by one person, which must not be read as a single digit."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from digits.data.pen_strokes import PenDigit
from digits.learning import constructed
from digits.learning.paths import Path, box, unit

Row = Callable[[np.random.Generator, Sequence[PenDigit]], list[Path]]
CONSTRUCTED = 0.35  # the share of rows made of constructed digits


def in_a_row(count: int, gaps: tuple[float, float]) -> Row:
    """A row of `count` digits by one person, side by side, with `gaps` as in `side_by_side`."""
    return lambda generator, digits: side_by_side(
        _of_one_person(generator, digits, count), gaps, generator
    )


def side_by_side(
    digits: Iterable[list[Path]], gaps: tuple[float, float], generator: np.random.Generator
) -> list[Path]:
    """Digits, each 1 high, from left to right. `gaps` are the least and the greatest gap between
    them, in heights; negative ones overlap."""
    paths: list[Path] = []
    for digit in digits:
        scale = np.exp(generator.normal(0, 0.08))
        digit = [path * scale + [0, generator.normal(0, 0.06)] for path in digit]
        if paths:
            paths += beside(paths, digit, generator.uniform(*gaps))
        else:
            paths = digit
    return paths


def on_top(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """Two digits, one above the other, with a gap that the pen hardly fills: 0s that meet are an
    8."""
    upper, lower = _of_one_person(generator, digits, 2)
    offset = np.array([generator.normal(0, 0.1), generator.uniform(1.2, 1.7)])
    return [*upper, *(path + offset for path in lower)]


def beside(paths: list[Path], digit: list[Path], gap: float) -> list[Path]:
    """The digit moved to the right of the paths, `gap` from their box. The overlap is at most half
    the width of the narrower one (or 0.03): if one covered the other, nobody would see two."""
    low, high = box(digit)
    left, right = (corner[0] for corner in box(paths))
    least = -max(min(right - left, (high - low)[0]) / 2, 0.03)
    shift = np.array([right + max(gap, least) - low[0], 0])
    return [path + shift for path in digit]


def _of_one_person(
    generator: np.random.Generator, digits: Sequence[PenDigit], count: int
) -> list[list[Path]]:
    """`count` digits, each 1 high: by one of the writers, or of one construction."""
    if generator.random() < CONSTRUCTED:
        build = list(constructed.TRAINED.values())[generator.integers(len(constructed.TRAINED))]
        return [unit(build(label, generator)) for label in generator.integers(10, size=count)]
    return of_a_writer(generator, digits, count)


def of_a_writer(
    generator: np.random.Generator, digits: Sequence[PenDigit], count: int
) -> list[list[Path]]:
    """`count` of the digits, all by the same writer, scaled to a height of 1."""
    first = digits[generator.integers(len(digits))]
    chosen = [first]
    while len(chosen) < count:
        other = digits[generator.integers(len(digits))]
        if other.writer == first.writer:
            chosen.append(other)
    return [unit(digit.strokes) for digit in chosen]


TRAINED: dict[str, Row] = {
    "two digits": in_a_row(2, (0.05, 0.6)),
    "two digits, close": in_a_row(2, (-0.22, 0.12)),
    "three digits": in_a_row(3, (-0.15, 0.5)),
    "digit over digit": on_top,
}
HELD_OUT: dict[str, Row] = {"four digits": in_a_row(4, (-0.1, 0.4))}
