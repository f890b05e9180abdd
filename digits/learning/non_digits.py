"""Non-digits: what people draw too, and what a reader of digits should not be sure of.

They are made by procedure, as strokes, with a hand that trembles. Some kinds take no part in
training: how often those are turned away tells what to expect of all that nobody thought of.
"""

from collections.abc import Callable, Sequence

import numpy as np

from digits.data.pen_strokes import PenDigit
from digits.drawing import Drawing

Path = np.ndarray  # points (n, 2), (x, y), y down, somewhere about the unit square
HEIGHT, PEN_WIDTH = 0.6, 0.05  # of the sheet's side: a drawing's longer side at most, and the pen
MOST_CORNERS = 20  # of a path that is made of corners; others are curves already

# Letters and signs that are no digit's twins, as corners to connect: strokes by ";".
LETTERS = {
    "A": "0,10 5,0 10,10; 2,6 8,6",
    "E": "8,0 0,0 0,10 8,10; 0,5 6,5",
    "H": "0,0 0,10; 9,0 9,10; 0,5 9,5",
    "J": "7,0 7,8 4,10 0,9",
    "M": "0,10 1,0 5,6 9,0 10,10",
    "N": "0,10 0,0 8,10 8,0",
    "P": "0,10 0,0 6,0 8,2 6,5 0,5",
    "R": "0,10 0,0 6,0 8,2 6,5 0,5; 3,5 8,10",
    "T": "0,0 10,0; 5,0 5,10",
    "V": "0,0 4,10 8,0",
    "X": "0,0 8,10; 8,0 0,10",
    "Y": "0,0 4,5 8,0; 4,5 4,10",
    "k": "0,0 0,10; 6,3 0,7 6,10",
    "m": "0,10 0,4 3,3 5,5 5,10; 5,5 8,3 10,5 10,10",
    "r": "0,3 0,10; 0,6 3,3 6,4",
    "t": "4,0 4,9 7,10; 0,3 8,3",
    "w": "0,0 3,8 5,3 7,8 10,0",
    "Gamma": "0,10 0,0 7,0",
    "pi": "0,1 10,0; 3,1 2,10; 7,0 7,9 9,10",
}
OTHER_LETTERS = {
    "F": "8,0 0,0 0,10; 0,5 6,5",
    "K": "0,0 0,10; 8,0 0,6 8,10",
    "W": "0,0 2,10 5,3 8,10 10,0",
    "L": "0,0 0,10 7,10",
    "h": "0,0 0,10; 0,6 3,4 6,6 6,10",
    "n": "0,4 0,10; 0,6 3,4 6,6 6,10",
    "x": "0,0 6,6; 6,0 0,6",
}
SIGNS = {
    "plus": "5,0 5,10; 0,5 10,5",
    "equals": "0,3 10,3; 0,7 10,7",
    "triangle": "5,0 10,9 0,9 5,0",
    "check": "0,6 3,10 10,0",
    "bracket": "5,0 0,0 0,10 5,10",
    "less": "8,0 0,5 8,10",
    "house": "0,10 0,4 5,0 10,4 10,10 0,10",
}
OTHER_SIGNS = {
    "arrow": "0,5 10,5; 6,1 10,5 6,9",
    "hash": "3,0 2,10; 7,0 6,10; 0,3 10,3; 0,7 10,7",
    "star": "5,0 8,10 0,4 10,4 2,10 5,0",
    "divided": "0,5 10,5; 5,1 5,1; 5,9 5,9",
}


def draw(kind: str, generator: np.random.Generator, digits: Sequence[PenDigit]) -> Drawing:
    """A new drawing of a kind, one of TRAINED or UNTRAINED. Those that are made of digits take
    theirs from `digits`."""
    paths = _by_hand((TRAINED | UNTRAINED)[kind](generator, digits), generator)
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = HEIGHT / max((high - low).max(), HEIGHT)
    return Drawing.of(((path - (low + high) / 2) * scale + 0.5 for path in paths), PEN_WIDTH)


def _by_hand(paths: list[Path], generator: np.random.Generator) -> list[Path]:
    """The paths leaned, stretched and bent a little, as a hand would draw them."""
    stretch = np.diag(np.exp(generator.normal(0, 0.15, 2)))
    angle, lean = generator.normal(0, (0.12, 0.15))
    turn = np.array([[np.cos(angle), np.sin(angle) + lean], [-np.sin(angle), np.cos(angle)]])
    drawn = []
    for path in paths:
        if len(path) < MOST_CORNERS:
            path = _fine(path + generator.normal(0, 0.025, path.shape))
        # A tremor of a few low frequencies along the way.
        along = np.linspace(0, 1, len(path))[:, None]
        for frequency in (1, 2, 3):
            phase, size = generator.uniform(0, 2 * np.pi, 2), generator.normal(0, 0.015, 2)
            path = path + size * np.sin(2 * np.pi * frequency * along + phase)
        drawn.append((path - 0.5) @ stretch @ turn)
    return drawn


def _fine(path: Path) -> Path:
    """More points, evenly along the path."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    way = np.concatenate([[0], np.cumsum(lengths)])
    if way[-1] < 0.05:
        return path[:1]
    places = np.linspace(0, way[-1], max(int(way[-1] / 0.06), 2) + 1)
    return np.stack([np.interp(places, way, path[:, axis]) for axis in (0, 1)], axis=1)


def _one_of(figures: dict[str, str]) -> Callable[..., list[Path]]:
    def figure(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
        text = list(figures.values())[generator.integers(len(figures))]
        return [
            np.array([pair.split(",") for pair in stroke.split()], float) / 10
            for stroke in text.split(";")
        ]

    return figure


def _scribble(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """A wild curve that crosses itself: a sum of waves."""
    t = np.linspace(0, 2 * np.pi, 150)[:, None]
    # Different ones for each axis: with the same it would be an ellipse, which is a 0.
    waves = np.stack([generator.permutation(np.arange(1, 6))[:3] for _ in range(2)], axis=1)
    phases, sizes = generator.uniform(0, 2 * np.pi, (3, 2)), generator.uniform(0.1, 0.3, (3, 2))
    return [0.5 + sum(s * np.sin(w * t + p) for w, p, s in zip(waves, phases, sizes, strict=True))]


def _zigzag(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    corners = int(generator.integers(5, 12))
    x = np.linspace(0, 1, corners)
    y = 0.5 + generator.uniform(0.2, 0.5) * np.where(np.arange(corners) % 2, 1, -1)
    path = np.stack([x, y], axis=1) + generator.normal(0, 0.05, (corners, 2))
    return [path if generator.random() < 0.7 else path[:, ::-1]]


def _dash(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """Flat: an upright one is a 1."""
    slope = np.tan(np.deg2rad(generator.uniform(-25, 25)))
    return [np.array([[0, 0.5 - slope / 2], [1, 0.5 + slope / 2]])]


def _dots(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    return [generator.random((1, 2)) for _ in range(generator.integers(1, 6))]


def _lines(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """Strokes this way and that."""
    return [generator.random((2, 2)) for _ in range(generator.integers(3, 7))]


def _waves(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """As letters joined in handwriting: loops along a line."""
    t = np.linspace(0, 1, 150)
    turns, size = generator.integers(3, 7), generator.uniform(0.03, 0.2)
    angle = 2 * np.pi * turns * t
    return [np.stack([t + size * np.cos(angle), 0.5 + 2 * size * np.sin(angle)], axis=1)]


def _in_a_row(count: int) -> Callable[..., list[Path]]:
    """So many digits, one beside the other."""

    def row(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
        paths, left = [], 0.0
        for i in generator.integers(len(digits), size=count):
            offset = np.array([left, generator.normal(0, 0.1)])
            paths += [path + offset for path in _unit(digits[i])]
            left = max(path[:, 0].max() for path in paths) + generator.uniform(0.1, 0.5)
        return paths

    return row


def _on_top(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    """Two digits, one over the other."""
    upper, lower = (_unit(digits[i]) for i in generator.integers(len(digits), size=2))
    offset = np.array([generator.normal(0, 0.1), generator.uniform(1.1, 1.5)])
    return [*upper, *(path + offset for path in lower)]


def _spiral(generator: np.random.Generator, digits: Sequence[PenDigit]) -> list[Path]:
    t = np.linspace(0.05, 1, 150)
    angle = 2 * np.pi * generator.uniform(2.2, 4) * t * generator.choice([-1, 1])
    return [0.5 + 0.5 * np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1)]


def _unit(digit: PenDigit) -> list[Path]:
    """The digit's strokes, moved to 0 and scaled so that it is 1 high."""
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return [
        (stroke - low) / max(high[1] - low[1], (high[0] - low[0]) / 2) for stroke in digit.strokes
    ]


TRAINED = {
    "scribble": _scribble,
    "zigzag": _zigzag,
    "dash": _dash,
    "dots": _dots,
    "lines": _lines,
    "letter": _one_of(LETTERS),
    "sign": _one_of(SIGNS),
    "two digits": _in_a_row(2),
    "digit over digit": _on_top,
}
UNTRAINED = {
    "other letter": _one_of(OTHER_LETTERS),
    "other sign": _one_of(OTHER_SIGNS),
    "spiral": _spiral,
    "joined letters": _waves,
    "three digits": _in_a_row(3),
}
