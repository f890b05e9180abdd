"""Scribbles: aimless strokes. They roughly fill the unit square, unless they say otherwise."""

from collections.abc import Callable

import numpy as np

from digits.learning.paths import Path, rounded, turned

Scribble = Callable[[np.random.Generator], list[Path]]


def waves(generator: np.random.Generator) -> list[Path]:
    """A wild curve that crosses itself: a sum of waves."""
    t = np.linspace(0, 2 * np.pi, 150)[:, None]
    # Different frequencies for each axis: the same ones would give an ellipse, which is a 0.
    waves = np.stack([generator.permutation(np.arange(2, 7))[:3] for _ in range(2)], axis=1)
    phases, sizes = generator.uniform(0, 2 * np.pi, (3, 2)), generator.uniform(0.1, 0.3, (3, 2))
    return [0.5 + sum(s * np.sin(w * t + p) for w, p, s in zip(waves, phases, sizes, strict=True))]


def jagged(generator: np.random.Generator) -> list[Path]:
    """Straight lines between random places in the square."""
    return [_apart(generator, int(generator.integers(8, 30)))]


def wild(generator: np.random.Generator) -> list[Path]:
    """One long curve through random places in the square."""
    return [rounded(_apart(generator, int(generator.integers(9, 36))))]


def wandering(generator: np.random.Generator) -> list[Path]:
    """A random walk, each step turned from the last; jagged or smooth."""
    steps = int(generator.integers(16, 70))
    angle = np.cumsum(generator.normal(0, generator.uniform(0.9, 2.2), steps))
    lengths = np.exp(generator.normal(0, 0.5, steps))
    path = np.cumsum(lengths[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0)
    path = (path - path.min(axis=0)) / np.ptp(path, axis=0).max()
    return [rounded(path, times=2) if generator.random() < 0.5 else path]


def loops(generator: np.random.Generator) -> list[Path]:
    """A coil: at least five turns while the pen moves on."""
    t = np.linspace(0, 1, 240)
    angle = 2 * np.pi * generator.uniform(5, 10) * t
    size = 0.5 * np.interp(t, np.linspace(0, 1, 6), generator.uniform(0.3, 1, 6))
    far = generator.uniform(0.8, 2.5)
    across, up = np.cos(angle), np.sin(angle) * generator.uniform(0.6, 1.4)
    return turned([np.stack([far * t + size * across, size * up], axis=1)], generator.choice(4))


def hatching(generator: np.random.Generator) -> list[Path]:
    """Strokes side by side, or one back and forth; sometimes cross-hatched."""
    paths = []
    for angle in generator.uniform(0, 4, generator.choice([1, 1, 2])):
        count = int(generator.integers(5, 12))
        across = np.linspace(0, 1, count) + generator.normal(0, 0.02, count)
        ends = np.array([-0.1, 1.1]) + generator.normal(0, 0.06, (count, 2))
        strokes = [np.stack([[x, x], y], axis=1) for x, y in zip(across, ends, strict=True)]
        if generator.random() < 0.5:
            one = [stroke[:: 1 if i % 2 else -1] for i, stroke in enumerate(strokes)]
            strokes = [np.concatenate(one)]
        paths += turned(strokes, angle)
    return paths


def filled(generator: np.random.Generator) -> list[Path]:
    """A blot: back and forth within an outline, so densely that hardly any paper shows."""
    count = int(generator.integers(9, 18))
    x = np.linspace(-1, 1, count)
    reach = (1 - np.abs(x) ** generator.uniform(1, 8)) ** 0.5 * generator.uniform(0.6, 1)
    y = reach * np.where(np.arange(count) % 2, 1, -1) + generator.normal(0, 0.05, count)
    path = 0.5 + np.stack([x, y], axis=1) / 2
    return turned([path], generator.uniform(0, 4))


def zigzag(generator: np.random.Generator) -> list[Path]:
    """Horizontal, or vertical: then with more corners than an angular 3."""
    upright = generator.random() < 0.4
    corners = int(generator.integers(7 if upright else 5, 13))
    x = np.linspace(0, 1, corners)
    y = 0.5 + generator.uniform(0.2, 0.5) * np.where(np.arange(corners) % 2, 1, -1)
    path = np.stack([x, y], axis=1) + generator.normal(0, 0.05, (corners, 2))
    return [path[:, ::-1] if upright else path]


def lines(generator: np.random.Generator) -> list[Path]:
    """A few or many straight strokes in all directions."""
    return [generator.random((2, 2)) for _ in range(generator.choice([3, 4, 5, 6, 8, 12]))]


def rune(generator: np.random.Generator) -> list[Path]:
    """An invented letter: lines and arcs between the points of a 3×3 grid. One of them begins in
    the middle and one goes across, so that hardly any rune is a 0 or a 1."""
    grid = np.array([(x, y) for x in (0, 0.5, 1) for y in (0, 0.5, 1)])
    grid = grid + generator.normal(0, 0.05, grid.shape)
    left, middle, right = grid[:3], grid[4], grid[6:]
    ends = [(middle, generator.choice(np.delete(grid, 4, axis=0)))]
    ends.append((generator.choice(left), generator.choice(right)))
    ends += [generator.choice(grid, 2, replace=False) for _ in range(generator.integers(2, 5))]
    bows, wide = generator.choice([0, 0, -0.4, 0.4], len(ends)), generator.uniform(0.6, 1.2)
    paths = []
    for (start, end), bow in zip(ends, bows, strict=True):
        between = (start + end) / 2 + bow * (end - start)[::-1] * [1, -1]
        paths.append(rounded(np.array([start, between, end])) * [wide, 1])
    return paths


def spiral(generator: np.random.Generator) -> list[Path]:
    t = np.linspace(0.05, 1, 150)
    angle = 2 * np.pi * generator.uniform(2.2, 4) * t * generator.choice([-1, 1])
    return [0.5 + 0.5 * np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1)]


def joined(generator: np.random.Generator) -> list[Path]:
    """Like joined-up handwriting: loops along a line."""
    t = np.linspace(0, 1, 150)
    turns, size = generator.integers(3, 7), generator.uniform(0.03, 0.2)
    angle = 2 * np.pi * turns * t
    return [np.stack([t + size * np.cos(angle), 0.5 + 2 * size * np.sin(angle)], axis=1)]


def _apart(generator: np.random.Generator, count: int) -> Path:
    """`count` random places in the unit square, each far from the previous one."""
    places = [generator.random(2)]
    while len(places) < count:
        place = generator.random(2)
        if np.hypot(*(place - places[-1])) > 0.35:
            places.append(place)
    return np.array(places) * [generator.uniform(0.5, 1), 1]


TRAINED: dict[str, Scribble] = {
    "waves": waves,
    "jagged scribble": jagged,
    "wild curve": wild,
    "wandering": wandering,
    "loops": loops,
    "hatching": hatching,
    "filled": filled,
    "zigzag": zigzag,
    "lines": lines,
    "rune": rune,
}
HELD_OUT: dict[str, Scribble] = {"spiral": spiral, "joined letters": joined}
