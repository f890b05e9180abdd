"""Constructed digits: built from bars, straight lines or curves, as people know them from displays,
signs and school.

Each has random proportions. Some constructions are held out of training: how well they are read
shows what to expect of constructions that nobody thought of.
"""

from collections.abc import Callable, Sequence

import numpy as np

from digits.drawing import Drawing
from digits.learning import hands
from digits.learning.paths import Path, on_sheet, parse, proportions

Construction = Callable[[int, np.random.Generator], list[Path]]  # builds a digit about 1 high
WIDTHS = 0.35, 1.0  # of the height
HANDED = 0.35  # the share of training digits by other hands

# The bars of a seven-segment display, and which are lit; displays differ in a few digits.
BARS = {
    "a": "0,0 10,0",
    "b": "10,0 10,5",
    "c": "10,5 10,10",
    "d": "0,10 10,10",
    "e": "0,5 0,10",
    "f": "0,0 0,5",
    "g": "0,5 10,5",
}
LIT = {
    0: ["abcdef"],
    1: ["bc"],
    2: ["abged"],
    3: ["abgcd"],
    4: ["fgbc"],
    5: ["afgcd"],
    6: ["afgedc", "fgedc"],
    7: ["abc", "abc", "fabc"],
    8: ["abcdefg"],
    9: ["abcdfg", "abcfg"],
}

# Corners to join, in tenths of the digit's width and height; ";" separates strokes.
BLOCKS = {
    0: [
        "0,0 10,0 10,10 0,10 0,0",
        "3,0 7,0 10,3 10,7 7,10 3,10 0,7 0,3 3,0",
        "5,0 10,3 10,7 5,10 0,7 0,3 5,0",
        "3,0 7,0 10,3 10,7 7,10 3,10 0,7 0,3 3,0; 8,2 2,8",
        "0,0 10,0 10,10 0,10 0,0; 10,0 0,10",
        "4,0 10,2 8,9 3,10 0,7 1,2 4,0",
    ],
    1: [
        "5,0 5,10",
        "1,3 5,0 5,10",
        "0,2 5,0 5,10; 1,10 9,10",
        "3,2 5,0 5,10; 0,10 10,10",
        "2,3 5,0 5,10; -2,10 12,10",
        "0,4 7,0 7,10",
        "2,1 5,0 5,10 2,10 8,10",
        "0,5 8,0 8,10",
        "0,4 6,0 6,10; 1,10 10,10",
        "0,1 2,0 2,10",
        "0,1 3,0 3,10",
        "0,2 4,0 3,10",
        "0,3 6,0 6,10",
        "0,5 6,0 3,10",
        "0,6 6,0 5,10",
    ],
    2: [
        "0,0 10,0 10,5 0,5 0,10 10,10",
        "0,2 3,0 7,0 10,2 10,4 0,10 10,10",
        "0,0 10,0 10,4 0,10 10,10",
        "0,3 5,0 10,3 0,10 10,10",
        "0,2 2,0 9,0 9,4 0,10 10,10 10,9",
        "0,3 0,0 10,0 10,5 0,8 0,10 10,10",
    ],
    3: [
        "0,0 10,0 10,10 0,10; 2,5 10,5",
        "0,0 10,0 10,5 3,5 10,5 10,10 0,10",
        "0,0 10,0 4,4 10,6 10,8 7,10 3,10 0,9",
        "0,0 10,0 5,4 10,7 5,10 0,9",
        "0,1 5,0 10,2 5,5 10,8 5,10 0,9",
        "0,2 2,0 8,0 10,2 10,3 8,5 4,5 8,5 10,7 10,8 8,10 2,10 0,8",
    ],
    4: [
        "7,10 7,0 0,7 10,7",
        "6,0 0,6 10,6; 7,3 7,10",
        "0,0 0,5 10,5; 10,0 10,10",
        "2,0 0,6 10,6; 7,1 7,10",
        "0,0 0,5 10,5 10,0 10,10",
        "4,0 0,6 8,6; 8,2 8,10",
        "8,10 8,0 0,5 10,6",
    ],
    5: [
        "10,0 0,0 0,5 10,5 10,10 0,10",
        "10,0 1,0 0,4 6,4 10,6 10,8 6,10 0,9",
        "1,0 0,4 6,4 10,6 9,9 5,10 0,9; 1,0 10,0",
        "10,0 0,0 0,4 10,5 9,9 0,10",
        "9,0 1,0 1,4 7,3 10,6 7,10 0,9",
    ],
    6: [
        "10,0 0,0 0,10 10,10 10,5 0,5",
        "0,0 0,10 10,10 10,5 0,5",
        "8,0 3,2 0,6 0,8 3,10 7,10 10,8 10,6 7,5 3,5 0,7",
        "9,0 0,5 0,10 10,10 10,5 0,5",
        "8,0 0,7 5,10 10,7 5,5 0,7",
        "10,1 7,0 3,0 0,3 0,7 3,10 7,10 10,7 10,6 7,4 3,4 0,6",
    ],
    7: [
        "0,0 10,0 10,10",
        "0,0 10,0 4,10",
        "0,0 10,0 4,10; 3,5 9,5",
        "0,2 0,0 10,0 4,10",
        "0,0 10,0 5,5 5,10",
        "0,0 10,0 7,10; 4,5 10,5",
        "0,1 1,0 10,0 3,10",
        "0,1 12,0 5,10",
    ],
    8: [
        "0,0 10,0 10,10 0,10 0,0; 0,5 10,5",
        "0,0 10,0 0,10 10,10 0,0",
        "5,0 9,2 5,5 10,8 5,10 0,8 5,5 1,2 5,0",
        "1,0 9,0 9,5 1,5 1,0; 0,5 10,5 10,10 0,10 0,5",
        "3,0 7,0 9,2 7,5 3,5 1,2 3,0; 3,5 7,5 10,8 7,10 3,10 0,8 3,5",
    ],
    9: [
        "10,5 0,5 0,0 10,0 10,10 0,10",
        "10,5 0,5 0,0 10,0 10,10",
        "10,3 8,5 2,5 0,3 0,2 2,0 8,0 10,2; 10,0 10,10",
        "10,3 5,0 0,3 5,6 10,3 4,10",
        "10,0 0,0 0,4 10,4; 10,0 8,10",
        "10,4 7,6 3,6 0,4 0,2 3,0 7,0 10,2 10,8 7,10 3,10 0,9",
    ],
}
# Curved figures: the corners of paths that begin with "~" are rounded off.
CURVES = {
    0: [
        "~5,0 10,0 10,10 0,10 0,0 5,0",
        "~3,0 8,-1 11,5 8,11 2,11 -1,5 3,0",
        "~9,1 4,-2 -1,3 0,11 9,12 12,3 7,0 5,1",
        "~5,0 10,0 10,10 0,10 0,0 5,0; 11,0 -1,10",
    ],
    1: [
        "~0,3 3,2 5,0; 5,0 5,10",
        "~1,2 4,1 5,0; 5,0 5,10; 1,10 9,10",
        "~5,0 4,5 5,10",
        "~0,5 4,4 10,0; ~10,0 8,5 7,10",
        "~0,6 3,5 8,0; 8,0 8,10; 2,10 12,10",
        "~0,2 2,1 3,0; 3,0 3,10",
        "~0,2 3,1 4,0; ~4,0 5,5 4,10",
        "~0,5 3,3 7,-1 7,2 6,5 4,10",
    ],
    2: [
        "~0,3 0,0 10,0 10,4 6,6 0,10; 0,10 10,10",
        "~0,2 1,0 9,0 10,3 8,6 2,9 0,10 -1,8 2,7 5,9 10,10",
        "~0,3 3,0 9,0 9,4 4,7 0,10 5,9 10,10",
    ],
    3: [
        "~0,1 1,0 9,-1 11,5 4,5; ~4,5 11,5 11,11 2,10 0,9",
        "0,0 9,0 5,4; ~5,4 12,4 11,11 2,10 0,8",
        "~0,2 3,-1 12,1 7,5 3,5 8,5 12,9 3,11 0,8",
    ],
    4: ["~2,0 1,4 0,6; 0,6 10,6; ~8,0 7,5 7,10", "~1,0 -1,6 3,6 8,5; ~8,0 8,5 7,10"],
    5: [
        "10,0 1,0 1,4; ~1,4 4,3 11,3 11,11 2,10 0,9",
        "~1,0 0,4 0,5 3,4 11,3 10,11 2,10 0,9; ~1,0 5,1 10,0",
        "~10,0 4,1 1,0 0,4 2,5 10,4 11,10 4,10 0,9",
    ],
    6: [
        "~8,0 2,2 -1,9 4,10 10,10 10,5 4,4 0,7",
        "~9,1 6,-1 0,1 0,10 10,11 10,4 2,4 0,7",
        "~4,0 0,4 0,10 8,11 8,6 3,6 1,8",
    ],
    7: [
        "0,0 10,0; ~10,0 5,4 4,10",
        "~0,1 3,0 7,1 10,0 6,5 4,10",
        "0,0 10,0; ~10,0 5,4 4,10; 3,5 9,5",
    ],
    8: [
        "~8,1 6,-1 1,0 1,4 9,6 11,11 0,11 0,6 9,4 9,1 8,1",
        "~5,0 9,0 9,5 1,5 1,0 5,0; ~5,5 10,5 10,10 0,10 0,5 5,5",
        "~5,5 10,4 9,0 1,0 0,4 10,6 10,10 0,10 0,6 5,5",
    ],
    9: [
        "~9,2 8,-1 0,-1 0,6 8,6 9,2; 9,1 9,10",
        "~9,2 8,-1 0,-1 0,6 8,6 9,2 9,4 6,10",
        "~9,3 8,0 0,-1 0,6 9,6 9,2; ~9,2 10,10 4,11 0,9",
    ],
}
# Other shapes and proportions; held out.
OTHER_BLOCKS = {
    0: ["2,0 8,0 10,10 0,10 2,0", "5,0 9,1 10,5 9,9 5,10 1,9 0,5 1,1 5,0", "1,0 9,1 10,9 0,10 1,0"],
    1: ["2,2 6,0 6,10; 3,10 9,10", "4,2 6,0 4,10", "0,5 4,2 6,0 6,10", "0,3 3,0 5,10"],
    2: [
        "0,1 10,0 9,4 1,7 0,10 10,9",
        "1,2 1,0 9,0 9,3 0,10 10,10",
        "0,2 4,0 9,2 9,4 4,6 0,10 9,10",
    ],
    3: ["0,0 9,0 10,1 10,4 9,5 10,6 10,9 9,10 0,10; 4,5 9,5", "1,0 9,1 4,5 10,6 8,9 0,10"],
    4: ["5,0 0,5 10,5; 8,0 5,10", "1,0 1,5 9,5 9,1; 9,5 9,10", "7,0 0,8 9,8; 7,5 7,10"],
    5: ["9,1 1,0 0,5 8,4 10,9 1,10", "8,0 1,0 1,5 8,5 9,6 9,9 8,10 0,10"],
    6: ["7,0 1,4 0,10 9,10 9,6 1,6", "6,0 1,5 2,9 7,10 10,7 6,5 1,7"],
    7: ["0,1 10,0 6,10", "1,2 2,0 10,1 6,5 5,10", "0,0 9,0 9,3 5,10; 4,6 9,6"],
    8: ["2,0 8,0 8,4 10,6 10,10 0,10 0,6 2,4 2,0; 2,5 8,5", "1,1 9,0 1,9 9,10 1,1"],
    9: ["9,5 2,5 0,3 2,0 8,0 10,3 8,10", "9,0 1,1 1,5 9,4; 9,0 9,10 3,10"],
}
OTHER_CURVES = {
    0: ["~4,0 9,0 11,6 7,11 0,9 0,2 4,0"],
    1: ["~0,4 4,3 6,0; ~6,0 6,5 5,10", "~6,0 4,4 6,6 5,10", "~0,2 2,2 4,0; 4,0 3,10"],
    2: ["~1,2 3,-1 10,-1 10,5 3,8 1,9; ~1,9 4,8 7,11 10,9"],
    3: ["0,0 10,0; ~10,0 4,4 10,4 11,10 5,11 0,9", "~1,1 6,-1 10,3 4,5; ~4,5 13,6 7,12 0,9"],
    4: ["~6,0 3,4 0,7; ~0,7 5,6 10,7; ~7,4 7,7 6,10", "~0,0 0,7 9,7 9,0; 9,0 9,10"],
    5: ["~9,0 1,0 1,5; ~1,5 6,2 12,6 6,11 0,9"],
    6: ["~7,0 -1,3 0,11 9,11 9,5 4,4 1,7", "~5,0 1,4 0,8; ~5,5 9,5 9,10 1,10 1,5 5,5"],
    7: ["~0,2 0,0 3,0; 3,0 10,0; ~10,0 7,4 6,10"],
    8: [
        "~9,1 5,-1 0,1 1,4 8,5 11,8 5,11 -1,8 2,5 8,4 9,1",
        "~5,0 8,0 8,4 2,4 2,0 5,0; ~5,4 9,4 10,10 0,10 1,4 5,4",
    ],
    9: ["~5,0 9,0 9,5 1,5 1,0 5,0; ~9,3 9,7 6,10", "~8,1 4,-1 0,1 1,5 6,6 9,1; ~9,1 8,5 8,10"],
}


def draw(label: int, generator: np.random.Generator) -> Drawing:
    """A new drawing of the digit `label`, by one of the TRAINED constructions."""
    build = list(TRAINED.values())[generator.integers(len(TRAINED))]
    paths = build(label, generator)
    return on_sheet(hands.by_chance(paths, generator) if generator.random() < HANDED else paths)


def bars(label: int, generator: np.random.Generator) -> list[Path]:
    """As on a seven-segment display: straight bars, the pen lifted between them."""
    lit = LIT[label][generator.integers(len(LIT[label]))]
    text = ";".join(BARS[bar] for bar in lit)
    return _lifted(parse(text, proportions(generator, WIDTHS)), generator)


def _figure(figures: dict[int, list[str]], lifted: float = 0) -> Construction:
    """A construction that picks one of a digit's `figures`; a share `lifted` of them is drawn with
    the pen lifted between lines."""

    def construct(label: int, generator: np.random.Generator) -> list[Path]:
        text = figures[label][generator.integers(len(figures[label]))]
        paths = parse(text, proportions(generator, WIDTHS))
        if generator.random() < lifted:
            lines = [path[i : i + 2] for path in paths for i in range(len(path) - 1)]
            return _lifted(lines, generator)
        return [path + generator.normal(0, 0.012, 2) for path in paths]

    return construct


def _lifted(lines: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """The lines as separate strokes, all a little shortened or lengthened."""
    gap = generator.uniform(-0.05, 0.11)
    apart = []
    for start, end in lines:
        way = end - start
        share = min(gap / max(np.hypot(*way), 1e-9), 0.22)
        ends = np.array([start + share * way, end - share * way])
        apart.append(ends + generator.normal(0, 0.012, (2, 2)))
    return apart


TRAINED: dict[str, Construction] = {
    "bars": bars,
    "blocks": _figure(BLOCKS, lifted=0.3),
    "curves": _figure(CURVES),
}
HELD_OUT: dict[str, Construction] = {
    "other blocks": _figure(OTHER_BLOCKS),
    "other blocks, pen lifted": _figure(OTHER_BLOCKS, lifted=1),
    "other curves": _figure(OTHER_CURVES),
}
