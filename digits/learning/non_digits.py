"""Non-digits: other things that people draw, of which a recognizer should not be sure.

They are generated as strokes, with the same hands as the digits, so that the hand never gives them
away. Some kinds are held out of training: how often they are rejected shows what to expect of
anything that nobody thought of.
"""

from collections.abc import Sequence

import numpy as np

from digits.data.pen_strokes import PenDigit
from digits.drawing import Drawing
from digits.learning import hands, rows, scribbles, signs
from digits.learning.paths import Path, fine, on_sheet, unit

MOST_CORNERS = 20  # a path with fewer points is made of corners, others are curves already
HANDED = 0.5  # the share of drawings by other hands

TRAINED = (*scribbles.TRAINED, *signs.TRAINED, *rows.TRAINED)  # the kinds' names
# Weights in training of the kinds that are hardest to tell from digits and those that stand for the
# widest range of drawings. All others have weight 1.
OFTEN = {"letter": 5, "sign": 5} | dict.fromkeys(
    ("wandering", "rune", "arrow", "chevron", "two digits, close"), 3
)
HELD_OUT = (*scribbles.HELD_OUT, *signs.HELD_OUT, *rows.HELD_OUT)


def draw(kind: str, generator: np.random.Generator, digits: Sequence[PenDigit]) -> Drawing:
    """A new drawing of `kind`, one of TRAINED or HELD_OUT. Kinds made of digits take some of theirs
    from `digits`."""
    if kind in _ROWS:
        paths = _ROWS[kind](generator, digits)
    else:
        paths = _by_hand(_SHAPES[kind](generator), generator)
    if generator.random() < HANDED:
        paths = hands.by_chance(unit(paths), generator)
    return on_sheet(paths)


def _by_hand(paths: list[Path], generator: np.random.Generator) -> list[Path]:
    """The paths slightly sheared, stretched and bent, as anybody would draw them."""
    stretch = np.diag(np.exp(generator.normal(0, 0.2, 2)))
    angle, lean = generator.normal(0, (0.12, 0.15))
    turn = np.array([[np.cos(angle), np.sin(angle) + lean], [-np.sin(angle), np.cos(angle)]])
    drawn = []
    for path in paths:
        if len(path) < MOST_CORNERS:
            path = fine(path + generator.normal(0, 0.025, path.shape), 0.06)
        # A tremor of a few low frequencies.
        way = np.linspace(0, 1, len(path))[:, None]
        for frequency in (1, 2, 3):
            phase, size = generator.uniform(0, 2 * np.pi, 2), generator.normal(0, 0.015, 2)
            path = path + size * np.sin(2 * np.pi * frequency * way + phase)
        drawn.append((path - 0.5) @ stretch @ turn)
    return drawn


_ROWS = rows.TRAINED | rows.HELD_OUT
_SHAPES = scribbles.TRAINED | scribbles.HELD_OUT | signs.TRAINED | signs.HELD_OUT
