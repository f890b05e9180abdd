"""How well numbers are read: digits of one writer in a row, drawn with the mouse in the window.

    python benchmarks/written_numbers.py --data DIR

Each accuracy is shown beside that of reading every digit alone. Then single digits, which should
stay one digit, and non-digits, which should be rejected as often as when read as one digit. The
seed is fixed. By default the writers are 25 to 30, who are held out of training by train.py
--hold-out.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from arguments import add_data, add_model, add_writers

from app.demo.replay import mouse_events
from app.window import App
from digits.data import pen_strokes
from digits.data.downloads import DataError
from digits.data.pen_strokes import PenDigit
from digits.drawing import Drawing
from digits.learning import non_digits, rows
from digits.recognizer import Recognizer
from digits.recognizer.numbers import Number, NumberReader
from nn.model_files import ModelFileError
from training.datasets import TEST_WRITERS
from training.flags import whole

LENGTHS = range(2, 7)
WIDTHS = (0.5, 0.95)  # of a number on the canvas
NON_DIGITS = 200  # of each kind
NUMBERS = {kind for kind in (*rows.TRAINED, *rows.HELD_OUT) if "digits" in kind}


@dataclass(frozen=True)
class Row:
    """How digits stand side by side; lengths are in heights of a digit."""

    gaps: tuple[float, float]
    slope: float = 0.0  # of the baseline, at most
    sizes: float = 1.0  # from 1 / sizes to sizes times the usual one
    lean: float = 0.0

    def write(self, digits: list[PenDigit], generator: np.random.Generator) -> Drawing:
        """The digits in a row."""
        slope = generator.uniform(-self.slope, self.slope)
        strokes, left = [], 0.0
        for digit in digits:
            size = self.sizes ** generator.uniform(-1, 1)
            points = np.concatenate(digit.strokes)
            low, extent = points.min(axis=0), np.ptp(points, axis=0)
            scale = size / max(extent[1], extent[0] / 2, 1)
            paths = [(path - low) * scale for path in digit.strokes]
            paths = [path - self.lean * path[:, 1:] * (1, 0) for path in paths]
            start = min(path[:, 0].min() for path in paths)
            width = max(path[:, 0].max() for path in paths) - start
            place = left - start, slope * (left + width / 2) + (1 - size) / 2
            strokes += [path + place for path in paths]
            left += width + generator.uniform(*self.gaps)
        return Drawing.of(strokes, pen_strokes.PEN_WIDTH)


ROWS = {
    "gaps 0.05 to 0.5": Row((0.05, 0.5)),
    "touching, -0.1 to 0.1": Row((-0.1, 0.1)),
    "overlapping, -0.25 to -0.05": Row((-0.25, -0.05)),
    "sloping, of several sizes": Row((0.05, 0.5), slope=0.35, sizes=1.3),
    "italic": Row((0.05, 0.5), lean=0.35),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, TEST_WRITERS)
    parser.add_argument("--count", type=whole, default=300, help="numbers of each length and kind")
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"written_numbers.py: {error}", file=sys.stderr)
        return 1
    digits = [digit for digit in digits if digit.writer in arguments.writers]
    print(f"{recognizer.name}; numbers of {min(LENGTHS)} to {max(LENGTHS)} digits")
    for name, row in ROWS.items():
        report(name, recognizer, row, digits, arguments.count)
    report_single(recognizer, digits)
    report_non_digits(recognizer, digits)
    return 0


def report(name: str, recognizer: Recognizer, row: Row, digits: list[PenDigit], count: int) -> None:
    generator = np.random.default_rng(0)
    app = App(recognizer)
    right, alone, wrong, examples = 0, 0, 0, []
    for chosen in numbers(digits, count, generator):
        app.clear()
        width, place = generator.uniform(*WIDTHS), generator.random(2)
        for event in mouse_events(row.write(chosen, generator), app.canvas_rect, width, place):
            app.handle(event)
        label = "".join(str(digit.label) for digit in chosen)
        readings = [recognizer.read_drawing(digit.drawing()) for digit in chosen]
        alone += all(
            reading.sure and reading.digit == digit.label
            for reading, digit in zip(readings, chosen, strict=True)
        )
        right += app.number == label
        if app.number not in (label, None):
            wrong += 1
            examples.append(f"{label} as {app.number}")
    total = count * len(LENGTHS)
    print(
        f"{name:<30} {right / total:6.1%} of {total} right ({alone / total:.1%} digit by digit); "
        f"{wrong / total:.1%} wrong without a question mark"
    )
    if examples:
        print(f"{'':<30} {', '.join(examples[:8])}", flush=True)


def numbers(
    digits: list[PenDigit], count: int, generator: np.random.Generator
) -> Iterator[list[PenDigit]]:
    """`count` numbers of each length, each made of one writer's digits."""
    writers = sorted({digit.writer for digit in digits})
    for length in LENGTHS:
        for _ in range(count):
            writer = generator.choice(writers)
            own = [digit for digit in digits if digit.writer == writer]
            yield [own[i] for i in generator.integers(len(own), size=length)]


def report_single(recognizer: Recognizer, digits: list[PenDigit]) -> None:
    split = sum(len(read(recognizer, digit.drawing()).digits) > 1 for digit in digits)
    print(f"single digits: {split} of {len(digits)} read as several", flush=True)


def report_non_digits(recognizer: Recognizer, digits: list[PenDigit]) -> None:
    generator = np.random.default_rng(0)
    for name, kinds in (("trained", non_digits.TRAINED), ("held-out", non_digits.HELD_OUT)):
        shares = {}
        for kind in sorted({*kinds} - NUMBERS):
            drawings = [non_digits.draw(kind, generator, digits) for _ in range(NON_DIGITS)]
            as_one = np.mean([not recognizer.read_drawing(drawing).sure for drawing in drawings])
            shares[kind] = as_one, np.mean([not read(recognizer, one).sure for one in drawings])
        one, number = np.mean(list(shares.values()), axis=0)
        print(f"non-digits of {name} kinds turned away: {number:.1%}; read as a digit {one:.1%}")
        print("  ", "  ".join(f"{k}: {n:.1%} ({o:.1%})" for k, (o, n) in shares.items()))


def read(recognizer: Recognizer, drawing: Drawing) -> Number:
    reader = NumberReader(recognizer)
    reader.read(drawing)
    return reader.number


if __name__ == "__main__":
    sys.exit(main())
