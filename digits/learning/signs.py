"""Signs: letters, arrows, frames and the like that nobody calls a digit.

Shapes that look like a digit are left out, because no network could tell: I, l and | are 1, O, D, U
and an empty frame are 0, Z and a ? without its dot are 2, y is 4, S is 5, G and b are 6, an upright
corner and an eta are 7, B and & are 8, a, g and q are 9.
"""

from collections.abc import Callable

import numpy as np

from digits.learning.figures import LETTERS, OTHER_LETTERS, OTHER_SIGNS, SIGNS
from digits.learning.paths import Path, parse, proportions, rounded, turned, unit
from digits.learning.rows import side_by_side

Sign = Callable[[np.random.Generator], list[Path]]
WIDTHS = 0.65, 1.4  # of the figures, relative to their text


def word(generator: np.random.Generator) -> list[Path]:
    """Two or three letters side by side."""
    letters = (unit(_LETTER(generator)) for _ in range(generator.integers(2, 4)))
    return side_by_side(letters, (0.05, 0.4), generator)


def dash(generator: np.random.Generator) -> list[Path]:
    """Roughly horizontal: an upright one is a 1."""
    slope = np.tan(np.deg2rad(generator.uniform(-25, 25)))
    return [np.array([[0, 0.5 - slope / 2], [1, 0.5 + slope / 2]])]


def dots(generator: np.random.Generator) -> list[Path]:
    return [generator.random((1, 2)) for _ in range(generator.integers(1, 6))]


def arrow(generator: np.random.Generator) -> list[Path]:
    """In any direction, with one or two heads and a straight, bent or double shaft."""
    barb, spread = generator.uniform(0.2, 0.5), np.deg2rad(generator.uniform(25, 65))
    shaft = np.array([[0, 0.5], [0.5, 0.5 + generator.normal(0, 0.12)], [1, 0.5]])
    back = barb * np.array([-np.cos(spread), np.sin(spread)])
    head = np.array([1, 0.5]) + np.stack([back, 0 * back, back * [1, -1]])
    shape = generator.integers(6)
    if shape == 0:
        head = np.concatenate([head, head[:1]])  # closed: a triangle
    paths = [rounded(shaft), head]
    if shape == 1:
        paths.append(head * [-1, 1] + [1, 0])
    elif shape == 2:
        apart = 0.4 * abs(back[1])
        paths = [
            shaft * [1 - 0.6 * barb, 1] + [0, apart],
            shaft * [1 - 0.6 * barb, 1] - [0, apart],
            head,
        ]
    elif shape == 3:
        paths = [np.concatenate([shaft[[0, 2]], head])]  # in one go
    return turned(paths, generator.choice([0, 1, 2, 3, generator.uniform(0, 4)]))


def frame(generator: np.random.Generator) -> list[Path]:
    """A frame with something in it. An empty one, or one with a single diagonal, is a 0; one with a
    horizontal line in the middle is an 8."""
    round_one = generator.random() < 0.4
    outline = "~5,0 10,0 10,10 0,10 0,0 5,0" if round_one else "0,0 10,0 10,10 0,10 0,0"
    inner = [
        "0,0 10,10; 10,0 0,10",
        "5,0 5,10; 0,5 10,5",
        "3,0 3,10; 7,0 7,10",
        "0,3 10,3; 0,7 10,7",
        "3,0 3,10; 7,0 7,10; 0,3 10,3; 0,7 10,7",
        "0,5 5,0 10,5 5,10 0,5",
        "5,0 5,10; 0,5 10,5; 0,0 10,10; 10,0 0,10",
        "3,3 7,3 7,7 3,7 3,3",
        "0,5 5,10; 0,0 10,10; 5,0 10,5",
        "0,0 5,10 10,0",
    ]
    text = inner[generator.integers(len(inner))]
    paths = [
        *parse(outline),
        *(0.5 + (path - 0.5) * (0.8 if round_one else 1) for path in parse(text)),
    ]
    wide = generator.uniform(0.6, 1.7)
    return [path * [wide, 1] for path in paths]


def bracket(generator: np.random.Generator) -> list[Path]:
    """A square bracket or a brace, or two back to back: face to face they would be a 0. Shallow
    ones look like a 1, and one that is open at the top is a U; they are not drawn."""
    if generator.random() < 0.5:
        return turned(_back_to_back(_corners(generator, 0, 1), generator), generator.choice(3))
    path = np.concatenate(parse("~6,0 3,0 3,4 0,5; ~0,5 3,6 3,10 6,10"))
    across = generator.uniform(0.6, 1.4) * generator.choice([-1, 1])
    return [path * [across, 1] for path in _back_to_back(path, generator)]


def chevron(generator: np.random.Generator) -> list[Path]:
    """One or two signs such as < and >, nested or back to back."""
    path = _corners(generator, generator.uniform(0.4, 0.6))
    if generator.random() < 0.25:
        nested = np.array([generator.uniform(0.2, 0.5), 0])
        return turned([path, path + nested], generator.choice(4))
    return turned(_back_to_back(path, generator), generator.choice([0, 2, 0, 2, 1, 3]))


def _corners(generator: np.random.Generator, *heights: float) -> Path:
    """A path from the upper right through corners on the left to the lower right."""
    depth = generator.uniform(0.33, 1.4)
    return np.array([(depth, 0), *((0, y) for y in heights), (depth, 1)])


def _back_to_back(path: Path, generator: np.random.Generator) -> list[Path]:
    """The path, sometimes with its mirror image behind it."""
    if generator.random() < 0.75:
        return [path]
    return [path, path * [-1, 1] - np.array([generator.uniform(0.1, 0.6), 0])]


def _one_of(figures: dict[str, str]) -> Sign:
    texts = list(figures.values())

    def figure(generator: np.random.Generator) -> list[Path]:
        return parse(texts[generator.integers(len(texts))], proportions(generator, WIDTHS))

    return figure


_LETTER = _one_of(LETTERS)

TRAINED: dict[str, Sign] = {
    "letter": _LETTER,
    "word": word,
    "sign": _one_of(SIGNS),
    "dash": dash,
    "dots": dots,
    "arrow": arrow,
    "frame": frame,
    "bracket": bracket,
    "chevron": chevron,
}
HELD_OUT: dict[str, Sign] = {
    "other letter": _one_of(OTHER_LETTERS),
    "other sign": _one_of(OTHER_SIGNS),
}
