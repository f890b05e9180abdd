"""How well `train.py --start` learns one person's hand, and how much of MNIST it forgets.

    python benchmarks/own_hand.py --data DIR

Each writer's first ten of each digit are saved as drawings, and the model is fine-tuned on them. It
then reads the writer's other digits. By default the writers are 25 to 30, whom the shipped model
has never seen. The seed is the model's own.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from arguments import add_data, add_model, add_writers

from digits.data import mnist, pen_strokes
from digits.data.downloads import DataError
from digits.data.pen_strokes import PenDigit
from digits.drawing import saved_drawings
from digits.drawing.retrace import retrace
from digits.recognizer import SHIPPED_MODEL, Recognizer
from nn.model_files import ModelFileError
from training.datasets import TEST_WRITERS

TRAIN = Path(__file__).parent.parent / "train.py"
TAUGHT = 10  # of each digit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, TEST_WRITERS)
    arguments = parser.parse_args()
    try:
        before = Recognizer.load(arguments.model)
        digits = pen_strokes.load(arguments.data)
        tests = mnist.load("test", arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"own_hand.py: {error}", file=sys.stderr)
        return 1
    tests = tests[0].astype(np.float32) / 255, tests[1]
    print(f"writer   others: before    after    MNIST (before: {right(before, *tests):.2%})   time")
    for writer in arguments.writers:
        own, others = divided([digit for digit in digits if digit.writer == writer])
        images = np.stack([retrace(digit.drawing()) for digit in others])
        labels = np.array([digit.label for digit in others])
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            after = learn(arguments, own, Path(folder))
            seconds = time.perf_counter() - start
        print(
            f"{writer:6}          {right(before, images, labels):7.2%}  "
            f"{right(after, images, labels):7.2%}    {right(after, *tests):7.2%}                  "
            f"{seconds:5.0f} s",
            flush=True,
        )
    return 0


def divided(digits: list[PenDigit]) -> tuple[list[PenDigit], list[PenDigit]]:
    """The first TAUGHT of each digit, and all others."""
    own, others = [], []
    for digit in digits:
        taught = sum(one.label == digit.label for one in own)
        (own if taught < TAUGHT else others).append(digit)
    return own, others


def learn(arguments: argparse.Namespace, own: list[PenDigit], folder: Path) -> Recognizer:
    """The model as fine-tuned by train.py on the digits, saved as the window saves drawings."""
    for digit in own:
        drawing = digit.drawing()
        drawing.label_as(digit.label)
        saved_drawings.save(drawing, folder / "own")
    command = [sys.executable, TRAIN, "--start", arguments.model or SHIPPED_MODEL]
    command += ["--own", folder / "own", "--out", folder / "run"]
    command += ["--data", arguments.data] if arguments.data else []
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        said = run.stderr.strip() or f"train.py ended with {run.returncode}"
        raise SystemExit(f"own_hand.py: {said.splitlines()[-1]}")
    return Recognizer.load(folder / "run" / "model.npz")


def right(recognizer: Recognizer, images: np.ndarray, labels: np.ndarray) -> float:
    """The share of images (m, 28, 28), as the network sees them, that are read as their labels."""
    return float((recognizer.probabilities(images).argmax(axis=1) == labels).mean())


if __name__ == "__main__":
    sys.exit(main())
