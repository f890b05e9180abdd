"""How well a model reads real drawings, and whether it knows when it does not.

    python benchmarks/drawings.py --data DIR
    python benchmarks/drawings.py --drawings DIR  # saved drawings instead

Pen strokes are replayed as mouse events in the window, each digit at a random place, in each height
and with each pen. The same digits by other hands, constructed digits and non-digits are read
directly. The seed is fixed. By default the writers are 25 to 30, who are held out of training by
train.py --hold-out.
"""

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import pygame
from arguments import add_data, add_model, add_writers, png

from app.demo.replay import mouse_events
from app.window import App
from digits.data import mnist, pen_strokes
from digits.data.downloads import DataError
from digits.data.pen_strokes import PenDigit
from digits.drawing import Drawing, saved_drawings
from digits.learning import constructed, hands, non_digits, rows
from digits.learning.paths import box, on_sheet
from digits.recognizer import Reading, Recognizer, confidence
from nn import blas
from nn.model_files import ModelFileError
from training.datasets import TEST_WRITERS

HEIGHTS = (0.3, 0.5, 0.75)  # of the canvas
PENS = (-2, 0, 2)  # turns of the wheel from the window's own pen
PLACES = ("left", "middle", "right")
CONSTRUCTED, NON_DIGITS = 500, 500  # of each kind
GAPS = (-0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.3)  # between two digits, in units of their height
SHEET_COLUMNS = 12


@dataclass(frozen=True, eq=False)
class Case:
    """A drawn digit, and the window's reading of it."""

    drawing: Drawing
    label: int
    reading: Reading
    groups: dict[str, object]

    @property
    def right(self) -> bool:
        return self.reading.digit == self.label

    @property
    def right_and_sure(self) -> bool:
        return self.right and self.reading.sure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, TEST_WRITERS)
    parser.add_argument(
        "--drawings", type=Path, metavar="DIR", help="read the saved ones in DIR instead"
    )
    parser.add_argument("--misread", type=png, metavar="PNG", help="a picture of the misread")
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        if arguments.drawings:
            return report_saved(recognizer, arguments.drawings)
        images, labels = mnist.load("test", arguments.data)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"drawings.py: {error}", file=sys.stderr)
        return 1
    digits = [digit for digit in digits if digit.writer in arguments.writers]
    print(f"{recognizer.name}: {recognizer.net.parameters.size:,} parameters")
    probabilities = recognizer.net.predict(images.astype(np.float32) / 255)
    report("MNIST's test set", recognizer, probabilities, labels)
    cases = list(draw(recognizer, digits))
    probabilities = np.array([case.reading.probabilities for case in cases])
    labels = np.array([case.label for case in cases])
    report(f"drawings of writers {arguments.writers}", recognizer, probabilities, labels)
    report_groups(cases)
    families = read_hands(recognizer, digits) | read_constructed(recognizer)
    report_families(families)
    report_non_digits(recognizer, digits)
    report_pairs(recognizer, digits)
    report_time(recognizer, cases[0].reading.image)
    # One case of each digit, not every size and pen; of other hands all.
    misread = list({id(case.drawing): case for case in cases if not case.right}.values())
    others = chain(*(chain(*family.values()) for family in families.values()))
    misread += [case for case in others if not case.right]
    if arguments.misread and misread:
        contact_sheet(misread, arguments.misread)
    return 0


def draw(recognizer: Recognizer, digits: Iterable[PenDigit]) -> Iterable[Case]:
    """Every digit in each height and with each pen, somewhere in the window."""
    generator = np.random.default_rng(0)
    drawings = [(digit, digit.drawing()) for digit in digits]
    for pen in PENS:
        app = App(recognizer)
        for _ in range(abs(pen)):
            turn = int(np.sign(pen))
            app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=turn, precise_y=float(turn)))
        for height in HEIGHTS:
            for digit, drawing in drawings:
                app.clear()
                place = generator.random(2)
                for event in mouse_events(drawing, app.canvas_rect, height, place):
                    app.handle(event)
                groups = {"pen": f"{pen:+d}", "height": height, "writer": digit.writer}
                groups |= {"digit": digit.label, "place": PLACES[int(place[0] * len(PLACES))]}
                yield Case(drawing, digit.label, app.reading, groups)


def report(
    title: str, recognizer: Recognizer, probabilities: np.ndarray, labels: np.ndarray
) -> None:
    right = (probabilities.argmax(axis=1) == labels).mean()
    error = confidence.calibration_error(probabilities, labels)
    unsure = (probabilities.max(axis=1) < recognizer.sure_from).mean()
    print(
        f"{title}: {right:.2%} of {len(labels)} right; "
        f"calibration error {error:.4f}; {unsure:.2%} turned away"
    )


def report_groups(cases: list[Case]) -> None:
    for group in cases[0].groups:
        right = defaultdict(list)
        for case in cases:
            right[case.groups[group]].append(case.right)
        cells = (f"{value}: {np.mean(hits):.1%}" for value, hits in sorted(right.items()))
        print(f"  by {group:<8}{'  '.join(cells)}")
    pairs = Counter(f"{case.label} as {case.reading.digit}" for case in cases if not case.right)
    print("  misread:", ", ".join(f"{pair} {count}×" for pair, count in pairs.most_common(10)))


def report_saved(recognizer: Recognizer, folder: Path) -> int:
    """Report on the labelled drawings in the folder. Returns the exit status."""
    labelled = []
    for path in saved_drawings.newest_first(folder):
        try:
            labelled += saved_drawings.load(path).drawing.labelled()
        except (saved_drawings.SavedDrawingError, OSError) as error:
            print(f"left out: {error}")
    readings = [(drawing.label, recognizer.read_drawing(drawing)) for drawing in labelled]
    readings = [(label, reading) for label, reading in readings if reading is not None]
    if not readings:
        print(f"drawings.py: no labelled drawings in {folder}", file=sys.stderr)
        return 1
    labels = np.array([label for label, _ in readings])
    probabilities = np.array([reading.probabilities for _, reading in readings])
    report(f"saved drawings in {folder}", recognizer, probabilities, labels)
    return 0


Family = dict[str, list[Case]]  # the cases of each hand or construction, by its name


def read_hands(recognizer: Recognizer, digits: list[PenDigit]) -> dict[str, Family]:
    """Every digit as each hand draws it."""
    generator = np.random.default_rng(0)

    def family(some: dict[str, hands.Hand]) -> Family:
        return {
            name: [
                read(recognizer, hands.draw(digit, hand, generator), digit.label, name)
                for digit in digits
            ]
            for name, hand in some.items()
        }

    return {"trained hands": family(hands.TRAINED), "held-out hands": family(hands.HELD_OUT)}


def read_constructed(recognizer: Recognizer) -> dict[str, Family]:
    """Digits of every construction, equally many of each digit."""
    generator = np.random.default_rng(0)

    def family(some: dict[str, constructed.Construction]) -> Family:
        return {
            name: [
                read(recognizer, on_sheet(construct(label, generator)), label, name)
                for label in [*range(10)] * (CONSTRUCTED // 10)
            ]
            for name, construct in some.items()
        }

    return {
        "trained constructions": family(constructed.TRAINED),
        "held-out constructions": family(constructed.HELD_OUT),
    }


def read(recognizer: Recognizer, drawing: Drawing, label: int, hand: str) -> Case:
    return Case(drawing, label, recognizer.read_drawing(drawing), {"hand": hand})


def report_families(families: dict[str, Family]) -> None:
    for family, kinds in families.items():
        print(f"{family}: {_right_and_sure(list(chain(*kinds.values())))}")
        for name, cases in kinds.items():
            print(f"  {name:<26}{_right_and_sure(cases)}")


def _right_and_sure(cases: list[Case]) -> str:
    right = np.mean([case.right_and_sure for case in cases])
    away = np.mean([not case.reading.sure for case in cases])
    return f"{right:.1%} right and sure, {away:.1%} turned away"


def report_non_digits(recognizer: Recognizer, digits: list[PenDigit]) -> None:
    generator = np.random.default_rng(0)
    for name, kinds in (("trained", non_digits.TRAINED), ("held-out", non_digits.HELD_OUT)):
        turned_away = {}
        for kind in kinds:
            drawings = (non_digits.draw(kind, generator, digits) for _ in range(NON_DIGITS))
            turned_away[kind] = np.mean([not recognizer.read_drawing(d).sure for d in drawings])
        cells = "  ".join(f"{kind}: {share:.1%}" for kind, share in turned_away.items())
        print(f"non-digits of {name} kinds: {np.mean(list(turned_away.values())):.1%} turned away")
        print(f"  {cells}")


def report_pairs(recognizer: Recognizer, digits: list[PenDigit]) -> None:
    generator = np.random.default_rng(0)
    print("two digits of one writer, by the gap between them, read as one and sure:")
    cells = []
    for gap in GAPS:
        pairs = (rows.of_a_writer(generator, digits, 2) for _ in range(NON_DIGITS))
        drawings = (on_sheet(rows.side_by_side(pair, (gap, gap), generator)) for pair in pairs)
        sure = np.mean([recognizer.read_drawing(drawing).sure for drawing in drawings])
        cells.append(f"{gap:+}: {sure:.1%}")
    print("  " + "  ".join(cells))


def report_time(recognizer: Recognizer, image: np.ndarray) -> None:
    row = image.reshape(1, 784)
    seconds = []
    with blas.one_thread():
        for _ in range(200):
            start = time.perf_counter()
            recognizer.net.predict(row)
            seconds.append(time.perf_counter() - start)
    print(f"the network's answer to one image: {np.median(seconds) * 1000:.2f} ms on one core")


def contact_sheet(cases: list[Case], path: Path) -> None:
    """Save a picture of the cases: the strokes, what the network saw, and its answer."""
    side, line_height, gap = 84, 16, 8
    width, height = 2 * side + gap, side + 2 * line_height + gap
    picture = pygame.Surface((SHEET_COLUMNS * width, -(-len(cases) // SHEET_COLUMNS) * height))
    picture.fill("white")
    font = pygame.font.Font(None, 20)
    for i, case in enumerate(cases):
        left, top = i % SHEET_COLUMNS * width, i // SHEET_COLUMNS * height
        strokes = [np.array(stroke.points) for stroke in case.drawing.strokes]
        low, high = box(strokes)
        origin = np.array([left + gap, top + gap])
        for stroke in strokes:
            line = (stroke - low) / (high - low).max() * (side - 2 * gap) + origin
            pygame.draw.aalines(picture, "black", False, np.repeat(line, 2, axis=0))
        grey = (255 * (1 - case.reading.image)).astype(np.uint8)
        seen = pygame.surfarray.make_surface(np.stack([grey.T] * 3, axis=2))
        picture.blit(pygame.transform.scale(seen, (side, side)), (left + side, top))
        text = f"{case.label} read as {case.reading.digit}"
        text += f", {case.reading.probabilities.max():.0%}"
        text += "" if case.reading.sure else " ?"
        for row, line in enumerate((text, case.groups.get("hand", ""))):
            place = (left + gap, top + side + 2 + row * line_height)
            picture.blit(font.render(line, True, "black"), place)
    pygame.image.save(picture, path)
    print(f"{len(cases)} misread drawings in {path}")


if __name__ == "__main__":
    sys.exit(main())
