"""Hands: ways of drawing a digit that any person still reads at a glance.

A hand distorts the paths of a figure about 1 high, but only so far that a person still reads it.
Some hands are held out of training: how well they are read shows what to expect of hands that
nobody thought of.
"""

from collections.abc import Callable, Sequence

import numpy as np
import scipy  # which imports scipy.ndimage, 0.2 s, when it is first used

from digits.data.pen_strokes import PenDigit
from digits.drawing import Drawing
from digits.learning.paths import Path, along, at, box, fine, on_sheet, part, unit

Hand = Callable[[Sequence[Path], np.random.Generator], list[Path]]


def draw(digit: PenDigit, hand: Hand, generator: np.random.Generator) -> Drawing:
    """A new drawing of a written digit, as the hand would draw it."""
    return on_sheet(hand(unit(digit.strokes), generator))


def by_chance(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """The paths as drawn by one of the trained hands at random, or by two combined; HARD ones are
    twice as likely."""
    count = 1 if generator.random() < 0.6 else 2
    chances = np.array([2 if name in HARD else 1 for name in TRAINED])
    chosen = generator.choice(len(TRAINED), count, replace=False, p=chances / chances.sum())
    for index in sorted(chosen):
        paths = list(TRAINED.values())[index](paths, generator)
    return list(paths)


def stretched(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Made 0.42 to 2 times as wide, but not as narrow as a line nor very flat."""
    low, high = box(paths)
    width, height = np.maximum(high - low, 1e-6)
    factor = np.exp(generator.uniform(np.log(0.42), np.log(2)))
    least, most = min(0.2 * height / width, 1), max(1.3 * height / width, 1)
    return _mapped(paths, np.diag([np.clip(factor, least, most), 1]))


def slanted(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Sheared by up to 0.45 of the height, to the left or the right."""
    return _mapped(paths, np.array([[1, 0], [generator.uniform(-0.45, 0.45), 1]]))


def turned(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Rotated by up to 24° either way."""
    angle = np.deg2rad(generator.uniform(-24, 24))
    cosine, sine = np.cos(angle), np.sin(angle)
    return _mapped(paths, np.array([[cosine, sine], [-sine, cosine]]))


def bent(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Smoothly warped, as on a rubber sheet."""
    phases = generator.uniform(0, 2 * np.pi, (2, 2))
    sizes, waves = generator.normal(0, 0.05, (2, 2)), generator.uniform(2, 6, (2, 2))
    paths = [fine(path) for path in paths]
    return [
        path + sum(sizes[i] * np.sin(waves[i] * path[:, i : i + 1] + phases[i]) for i in (0, 1))
        for path in paths
    ]


def smooth(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With its corners rounded."""
    sigma = generator.uniform(0.03, 0.09) / SHORT
    return [_smoothed(fine(path, SHORT), sigma) for path in paths]


def angular(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Reduced to a few corners joined by straight lines."""
    low, high = box(paths)
    narrow = min(1, 2 * (high - low)[0])
    tolerance = generator.uniform(0.03, 0.11) * max(narrow, 0.3)
    return [corners(path, tolerance) for path in paths]


def overshot(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Strokes extended straight at both ends."""
    longer = []
    for path in paths:
        way = along(path)[-1]
        if way < 0.15:
            longer.append(path)
            continue
        ends = at(path, np.array([0.08, way - 0.08]))
        first, last = path[0] - ends[0], path[-1] - ends[1]
        beyond = generator.uniform(0, 1.6, 2)
        longer.append(
            np.concatenate([path[:1] + beyond[0] * first, path, path[-1:] + beyond[1] * last])
        )
    return longer


def gapped(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With gaps where the pen left the paper."""
    pieces = []
    for path in paths:
        way, start = along(path)[-1], 0.0
        for place in np.sort(generator.uniform(0.2, max(way - 0.2, 0.2), generator.integers(1, 4))):
            gap = generator.uniform(0.06, 0.19)
            if place - start > 0.2 and way - place - gap > 0.15:
                pieces.append(part(path, start, place))
                start = place + gap
        pieces.append(part(path, start, way))
    return pieces


def twice(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Drawn twice, the second time slightly off."""
    scale, offset = np.exp(generator.normal(0, 0.04, 2)), generator.normal(0, 0.025, 2)
    again = [(path - 0.5) * scale + 0.5 + offset for path in bent(paths, generator)]
    return [*paths, *again]


def shaky(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With a tremor of 0.5 to 3.5 % of the height."""
    size, sigma = generator.uniform(0.005, 0.035), generator.uniform(0.3, 1.5)
    shaken = []
    for path in (fine(path, generator.uniform(0.03, 0.08)) for path in paths):
        tremor = _smoothed(generator.normal(0, 1, path.shape), sigma)
        shaken.append(path + size * tremor * np.sqrt(1 + 3 * sigma))
    return shaken


# Held out.


def stepped(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Pixelated: vertical and horizontal lines on a grid."""
    cell = generator.uniform(0.06, 0.1)
    return [np.round(fine(path, cell / 4) / cell) * cell for path in paths]


def sampled(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """Sampled too rarely, as by a slow computer."""
    return [fine(path, generator.uniform(0.14, 0.22)) for path in paths]


def tapered(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With the top narrower than the bottom, or the other way round."""
    low, high = box(paths)
    middle, share = (low + high)[0] / 2, generator.choice([-1, 1]) * generator.uniform(0.25, 0.6)
    paths = [fine(path) for path in paths]
    return [
        np.stack([middle + (x - middle) * (1 + share * (y - 0.5)), y], axis=1)
        for x, y in (path.T for path in paths)
    ]


def wavy(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With regular waves along the strokes."""
    length, size = generator.uniform(0.12, 0.3), generator.uniform(0.012, 0.03)
    waved = []
    for path in (fine(path, SHORT) for path in paths):
        across = np.gradient(path, axis=0)[:, ::-1] * [1, -1] if len(path) > 1 else path * 0
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
        phase = 2 * np.pi * along(path) / length + generator.uniform(0, 2 * np.pi)
        waved.append(path + size * np.sin(phase)[:, None] * across)
    return waved


def lagging(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """As by a pen pulled along on a string, which cuts the corners."""
    share = generator.uniform(0.15, 0.35)
    lagged = []
    for path in (fine(path, 0.03) for path in paths):
        pen = path[0]
        lagged.append(np.array([pen := pen + share * (point - pen) for point in path]))
    return lagged


def hooked(paths: Sequence[Path], generator: np.random.Generator) -> list[Path]:
    """With a short hook at each end, as when the pen touches the paper too early."""
    ended = []
    for path in paths:
        hooks = path[[0, -1]] + generator.normal(0, 0.045, (2, 2))
        ended.append(np.concatenate([hooks[:1], path, hooks[1:]]) if len(path) > 1 else path)
    return ended


SHORT = 0.02  # the spacing of points for fine distortions


def _mapped(paths: Sequence[Path], matrix: np.ndarray) -> list[Path]:
    return [path @ matrix for path in paths]


def _smoothed(path: Path, sigma: float) -> Path:
    return scipy.ndimage.gaussian_filter1d(path, sigma, axis=0, mode="nearest")


def corners(path: Path, tolerance: float) -> Path:
    """The fewest of the path's points whose lines stay within `tolerance` of it (Ramer 1972,
    Douglas and Peucker 1973)."""
    kept, spans = {0, len(path) - 1}, [(0, len(path) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner, way = path[first + 1 : last] - path[first], path[last] - path[first]
        length = np.hypot(*way)
        if length > 1e-9:
            inner = inner - np.clip(inner @ way / length**2, 0, 1)[:, None] * way
        distances = np.hypot(*inner.T)
        if distances.max() > tolerance:
            farthest = first + 1 + int(distances.argmax())
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return path[sorted(kept)]


# `by_chance` applies one or two of them, in this order.
TRAINED: dict[str, Hand] = {
    "stretched": stretched,
    "slanted": slanted,
    "turned": turned,
    "bent": bent,
    "smooth": smooth,
    "angular": angular,
    "overshot": overshot,
    "gapped": gapped,
    "twice": twice,
    "shaky": shaky,
}
HARD = ("angular", "shaky")  # the ones that are hardest to read
HELD_OUT: dict[str, Hand] = {
    "stepped": stepped,
    "sampled": sampled,
    "tapered": tapered,
    "wavy": wavy,
    "lagging": lagging,
    "hooked": hooked,
}
