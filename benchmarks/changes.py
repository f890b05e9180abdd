"""What would make a drawing another digit: how often that is found, and how small the change is.

    python benchmarks/changes.py --data DIR [--picture PNG]

Each drawing is changed into each of the nine other digits, and the result is read as the window
does. By default the drawings are by the validation writers 23 and 24. The picture shows some of the
changes: missing ink is dashed, surplus ink pale. The seed is fixed.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import matplotlib
import numpy as np
from arguments import add_data, add_model, add_writers, png

from digits.data import pen_strokes
from digits.data.downloads import DataError
from digits.drawing import Drawing
from digits.drawing.retrace import retraced
from digits.explaining.change import Change, Search
from digits.recognizer import Recognizer
from digits.recognizer.numbers import NumberReader
from nn.model_files import ModelFileError
from training.datasets import VALIDATION_WRITERS
from training.flags import whole

ROWS, COLUMNS = 5, 8  # of the picture


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, VALIDATION_WRITERS)
    parser.add_argument("--count", type=whole, default=300, help="drawings")
    parser.add_argument("--picture", type=png, metavar="PNG", help="of some changes")
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"changes.py: {error}", file=sys.stderr)
        return 1
    digits = [digit for digit in digits if digit.writer in arguments.writers]
    generator = np.random.default_rng(0)
    chosen = generator.choice(len(digits), min(arguments.count, len(digits)), replace=False)
    found, cases, works, seconds = [], 0, 0, []
    for i in chosen:
        strokes = digits[i].drawing().strokes
        answer = recognizer.read_image(retraced(strokes)).digit
        for digit in set(range(10)) - {answer}:
            start = time.perf_counter()
            search = Search(recognizer, strokes, digit)
            search.go_on()
            seconds.append(time.perf_counter() - start)
            cases += 1
            if search.change is not None:
                found.append((answer, search.change))
                drawing, reader = Drawing(), NumberReader(recognizer)
                drawing.strokes = search.change.at(1)
                reader.read(drawing)
                works += reader.number.text == str(digit)
    moved = np.array([change.moved for _, change in found])
    replaced = np.mean([not change.kept for _, change in found])
    print(
        f"{recognizer.name}: {len(chosen)} drawings by writers {arguments.writers}\n"
        f"  read as the other digit, and sure: {works / cases:.1%} of {cases}\n"
        f"  moved: {np.median(moved):.0%} of the ink in the median, "
        f"{np.quantile(moved, 0.1):.0%} to {np.quantile(moved, 0.9):.0%} in eight of ten\n"
        f"  all of the ink replaced: {replaced:.1%}\n"
        f"  {1e3 * np.median(seconds):.0f} ms in the median"
    )
    if arguments.picture:
        some = generator.choice(len(found), min(ROWS * COLUMNS, len(found)), replace=False)
        save(arguments.picture, [found[i] for i in some])
    return 0


def save(path: Path, some: list[tuple[int, Change]]) -> None:
    """Save a picture of the changes, each with the original answer."""
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(ROWS, COLUMNS, figsize=(1.6 * COLUMNS, 1.9 * ROWS))
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (answer, change) in zip(axes.flat, some, strict=False):
        for strokes, look in (
            (change.kept, {"color": "black", "linewidth": 4}),
            (change.removed, {"color": "0.75", "linewidth": 4}),
            (change.added, {"color": "tab:blue", "linewidth": 2.5, "linestyle": (0, (2, 1))}),
        ):
            for stroke in strokes:
                axis.plot(*np.transpose(stroke.points), **look)
        axis.set_title(f"{answer} to {change.digit}: {change.moved:.0%}", fontsize=9)
        axis.set_aspect("equal")
        axis.invert_yaxis()
    figure.savefig(path, dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    sys.exit(main())
