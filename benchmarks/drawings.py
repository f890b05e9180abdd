"""How well a model reads real drawings: pen strokes replayed as mouse events through the window.

    python benchmarks/drawings.py --data DIR

Writers 25 to 30 of the pen strokes take no part in training. Each of their digits is drawn at a
random place, in each height and with each pen; the seed is fixed.
"""

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import pygame

from app import theme
from app.window import App
from digits import mnist, pen_strokes
from digits.downloads import DataError
from digits.pen_strokes import PenDigit
from digits.recognizer import Recognizer
from nn.model_files import ModelFileError

HEIGHTS = (0.3, 0.5, 0.75)  # of the canvas
PENS = (0.05, theme.PEN_WIDTH, 0.1)  # of the canvas; the window's own is the one in the middle
MARGIN = 12  # pixels between a drawing and the canvas's edge


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, help="default: the shipped one")
    parser.add_argument("--data", type=Path, metavar="DIR", help="default: DIGITS_DATA")
    parser.add_argument("--writers", type=int, nargs="+", default=list(range(25, 31)))
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        images, labels = mnist.load("test", arguments.data)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"drawings.py: {error}", file=sys.stderr)
        return 1
    _, accuracy = recognizer.net.evaluate(images.astype(np.float32) / 255, labels)
    print(f"MNIST test set: {accuracy:.2%}")
    report(recognizer, [digit for digit in digits if digit.writer in arguments.writers])
    return 0


def report(recognizer: Recognizer, digits: list[PenDigit]) -> None:
    app = App(recognizer)
    generator = np.random.default_rng(0)
    right: dict[str, dict[object, list[bool]]] = defaultdict(lambda: defaultdict(list))
    confusions: Counter[str] = Counter()
    for pen in PENS:
        theme.PEN_WIDTH = pen
        for height in HEIGHTS:
            for digit in digits:
                app.clear()
                for event in mouse_events(digit, app.canvas_rect, height, generator.random(2)):
                    app.handle(event)
                answer = app.reading.digit
                groups = {"pen": pen, "height": height, "writer": digit.writer}
                groups |= {"digit": digit.label, "all": "drawings"}
                for group, value in groups.items():
                    right[group][value].append(answer == digit.label)
                if answer != digit.label:
                    confusions[f"{digit.label} as {answer}"] += 1
    for group in ("all", "pen", "height", "writer", "digit"):
        cells = (f"{value}: {np.mean(hits):.1%}" for value, hits in sorted(right[group].items()))
        print(f"by {group:<8}{'  '.join(cells)}")
    hits = right["all"]["drawings"]
    print(f"{sum(hits)} of {len(hits)} right; most often misread:", end=" ")
    print(", ".join(f"{pair} {count}×" for pair, count in confusions.most_common(10)))


def mouse_events(
    digit: PenDigit, canvas: pygame.Rect, height: float, place: np.ndarray
) -> Iterator[pygame.Event]:
    """The events of a mouse that draws the digit, its longer side `height` of the canvas; `place`
    (2,) in 0..1 is where in the room that is left."""
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height * canvas.height / max((high - low).max(), 1)
    room = np.array(canvas.size) - 2 * MARGIN - (high - low) * scale
    corner = np.array(canvas.topleft) + MARGIN + place * np.maximum(room, 0)
    for stroke in digit.strokes:
        first, *rest = np.rint((stroke - low) * scale + corner).astype(int).tolist()
        yield pygame.Event(pygame.MOUSEBUTTONDOWN, pos=tuple(first), button=pygame.BUTTON_LEFT)
        for point in rest:
            yield pygame.Event(pygame.MOUSEMOTION, pos=tuple(point), buttons=(1, 0, 0))
        last = (rest or [first])[-1]
        yield pygame.Event(pygame.MOUSEBUTTONUP, pos=tuple(last), button=pygame.BUTTON_LEFT)


if __name__ == "__main__":
    sys.exit(main())
