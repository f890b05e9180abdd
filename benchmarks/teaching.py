"""How much a person can teach the window, and how that affects other digits.

    python benchmarks/teaching.py --data DIR

Each writer's digits are drawn with the mouse in the window, in the order written; each one that is
misread is taught once, by its key. Then a new window on the same folder reads them all again, drawn
elsewhere and in another size. By default the writers are 25 to 30, who are held out of training by
train.py --hold-out. The seed is fixed.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import pygame
from arguments import add_data, add_model, add_writers

from app.demo.replay import mouse_events
from app.window import App
from digits.data import mnist, pen_strokes
from digits.data.downloads import DataError
from digits.drawing import Drawing
from digits.drawing.retrace import retrace
from digits.learning import non_digits
from digits.recognizer import Reading, Recognizer
from digits.recognizer.memory import Memory
from nn import blas
from nn.model_files import ModelFileError
from training.datasets import TEST_WRITERS
from training.flags import whole

HEIGHTS = 0.3, 0.75  # of the canvas: the smallest and the largest digit
LESSONS = 20  # before non-digits are read
NON_DIGITS = 100  # of each kind
MANY = 1000  # lessons, for the times
# Unusual digits: their labels and corners; ";" separates strokes.
NEW_SHAPES = {
    "4, a lightning flash": (4, "7,0 2,6 6,5 2,10"),
    "9, a flag": (9, "0,10 0,0 8,3 0,6"),
    "7, a cross": (7, "5,0 5,10; 0,5 10,5"),
    "0, a triangle": (0, "5,0 10,9 0,9 5,0"),
    "8, an hourglass": (8, "0,0 10,0 0,10 10,10 0,0"),
    "1, an arrow": (1, "5,10 5,0; 1,4 5,0 9,4"),
    "3, a saw": (3, "0,0 8,2 0,5 8,7 0,10"),
}


@dataclass
class Tally:
    """The results, writer by writer."""

    first: list[bool] = field(default_factory=list)  # right at first try
    afterwards: list[bool] = field(default_factory=list)
    mnist: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)  # points gained on the other writers' digits
    turned_away: list[float] = field(default_factory=list)  # points gained
    lessons: list[int] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, TEST_WRITERS)
    parser.add_argument("--images", type=whole, default=10_000, help="of MNIST's test set")
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        images, labels = mnist.load("test", arguments.data)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"teaching.py: {error}", file=sys.stderr)
        return 1
    images, labels = images[: arguments.images].astype(np.float32) / 255, labels[: arguments.images]
    digits = [digit for digit in digits if digit.writer in arguments.writers]
    print(f"{recognizer.name}: {recognizer.net.parameters.size:,} parameters")
    report_writers(recognizer, digits, images, labels)
    report_new_shapes(recognizer)
    report_times(recognizer, digits)
    return 0


def report_writers(
    recognizer: Recognizer,
    digits: list[pen_strokes.PenDigit],
    images: np.ndarray,
    labels: np.ndarray,
) -> None:
    tally, untaught = Tally(), []
    seen = np.stack([retrace(digit.drawing()) for digit in digits])
    truth = np.array([digit.label for digit in digits])
    writers = np.array([digit.writer for digit in digits])
    nothings = non_digit_images(digits)
    recognizer.memory = Memory()
    mnist_before, before = (right(recognizer, *pair) for pair in ((images, labels), (seen, truth)))
    sure_before = sure(recognizer, nothings)
    for writer in np.unique(writers):
        own = [digit for digit in digits if digit.writer == writer]
        with tempfile.TemporaryDirectory() as folder:
            app, generator = App(recognizer), np.random.default_rng(int(writer))
            untaught += [draw(app, d.drawing(), generator).digit == d.label for d in own]
            generator = np.random.default_rng(int(writer))  # the same places and sizes again
            app = App(recognizer, folder=Path(folder))
            for digit in own:
                tally.first.append(draw(app, digit.drawing(), generator).digit == digit.label)
                if not tally.first[-1]:
                    press(app, digit.label)
            app = App(recognizer, folder=Path(folder))
            again = [draw(app, d.drawing(), generator).digit == d.label for d in own]
            tally.afterwards += again
            memory = app.recognizer.memory
            tally.lessons.append(len(memory.lessons))
            tally.mnist.append(right(recognizer, images, labels).mean())
            other = writers != writer
            if other.any():
                gained = right(recognizer, seen[other], truth[other]).mean() - before[other].mean()
                tally.others.append(gained)
            for digit in generator.permutation(np.array(own, object)):
                if len(memory.lessons) >= LESSONS:
                    break
                drawing = digit.drawing()
                drawing.label_as(digit.label)
                memory.teach(drawing)
            tally.turned_away.append(sure_before.mean() - sure(recognizer, nothings).mean())
    recognizer.memory = Memory()
    print(f"writers {np.unique(writers).tolist()}, untaught: {np.mean(untaught):.2%}")
    print(f"  right at first try      {np.mean(tally.first):.2%} of {len(tally.first):,}")
    print(f"  afterwards, new window  {np.mean(tally.afterwards):.2%}")
    print(f"  lessons                 {tally.lessons}")
    print(
        f"  MNIST's test set        {np.mean(tally.mnist):.2%}, least {min(tally.mnist):.2%}; "
        f"untaught {mnist_before.mean():.2%}"
    )
    if tally.others:
        print(f"  the other writers       {np.mean(tally.others) * 100:+.3f} points")
    print(
        f"  non-digits turned away, with {LESSONS} lessons "
        f"{np.mean(tally.turned_away) * 100:+.2f} points, least {min(tally.turned_away) * 100:+.2f}"
    )


def draw(app: App, drawing: Drawing, generator: np.random.Generator) -> Reading:
    """Draw on a new sheet of the window, somewhere, in some size."""
    app.clear()
    height, place = generator.uniform(*HEIGHTS), generator.random(2)
    for event in mouse_events(drawing, app.canvas_rect, height, place):
        app.handle(event)
    return app.reading


def press(app: App, digit: int) -> None:
    app.handle(pygame.Event(pygame.KEYDOWN, key=pygame.K_0 + digit, mod=0, unicode=str(digit)))


def right(recognizer: Recognizer, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which images (m, 28, 28), as the network sees them, are read as their labels."""
    return recognizer.probabilities(images).argmax(axis=1) == labels


def sure(recognizer: Recognizer, images: np.ndarray) -> np.ndarray:
    return recognizer.probabilities(images).max(axis=1) >= recognizer.sure_from


def non_digit_images(digits: list[pen_strokes.PenDigit]) -> np.ndarray:
    generator = np.random.default_rng(0)
    kinds = non_digits.TRAINED + non_digits.HELD_OUT
    drawings = (non_digits.draw(k, generator, digits) for k in kinds for _ in range(NON_DIGITS))
    return np.stack([retrace(drawing) for drawing in drawings])


def report_new_shapes(recognizer: Recognizer) -> None:
    """Teach a digit in a new shape three times; report how the next ten are read."""
    generator = np.random.default_rng(0)
    shares = []
    for name, (digit, figure) in NEW_SHAPES.items():
        read = []
        for _ in range(5):
            app = App(recognizer)
            for _ in range(3):
                draw(app, by_hand(figure, generator), generator)
                press(app, digit)
            after = [draw(app, by_hand(figure, generator), generator) for _ in range(10)]
            read += [reading.digit == digit and reading.sure for reading in after]
        shares.append(np.mean(read))
        print(f"  {name:24}{shares[-1]:.0%} of the next ten right and sure")
    print(f"new shapes, taught three times: {np.mean(shares):.1%} right and sure")


def by_hand(figure: str, generator: np.random.Generator) -> Drawing:
    """The figure as one person draws it, slightly different every time."""
    stretch, lean, turn = generator.normal(0, (0.08, 0.08, 0.08))
    matrix = [[np.exp(stretch), turn], [lean - turn, np.exp(-stretch)]]
    strokes = []
    for path in figure.split(";"):
        corners = np.array([pair.split(",") for pair in path.split()], float) / 10 - 0.5
        corners += generator.normal(0, 0.025, corners.shape)
        along = np.linspace(0, len(corners) - 1, 12 * len(corners))
        points = [np.interp(along, np.arange(len(corners)), axis) for axis in corners.T]
        strokes.append(np.stack(points, axis=1) @ matrix * 0.6 + 0.5)
    return Drawing.of(strokes, 0.02)


def report_times(recognizer: Recognizer, digits: list[pen_strokes.PenDigit]) -> None:
    generator = np.random.default_rng(0)
    image = retrace(digits[0].drawing())
    with blas.one_thread(), tempfile.TemporaryDirectory() as folder:
        recognizer.memory = Memory()
        untaught = median_ms(lambda: recognizer.read_image(image))
        memory = Memory()
        for i in generator.integers(len(digits), size=MANY):
            drawing = digits[i].drawing()
            drawing.label_as(digits[i].label if generator.random() < 0.9 else 0)
            memory.teach(drawing)
        recognizer.memory = memory
        recognizer.read_image(image)
        taught = median_ms(lambda: recognizer.read_image(image))
        print(f"a reading: {untaught:.2f} ms, with {MANY:,} lessons {taught - untaught:+.2f} ms")
        for many in (False, True):
            screen = pygame.Surface((1000, 640))
            app = App(recognizer, folder=Path(folder, "many" if many else "few"))
            if many:
                app.recognizer.memory.lessons[:0] = memory.lessons
                app.recognizer.memory.version += 1
            times = []
            for digit in digits[:20]:
                draw(app, digit.drawing(), generator)
                app.update(1 / 60)
                app.draw(screen)
                start = time.perf_counter()
                press(app, (app.reading.digit + 1) % 10)
                app.update(1 / 60)
                app.draw(screen)
                times.append(time.perf_counter() - start)
            name = f"with {MANY:,} lessons " if many else ""
            print(f"from key press to the changed answer {name}{np.median(times) * 1000:.1f} ms")
    recognizer.memory = Memory()


def median_ms(call) -> float:
    times = []
    for _ in range(100):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1000


if __name__ == "__main__":
    sys.exit(main())
