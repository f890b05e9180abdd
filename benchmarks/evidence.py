"""How faithful the evidence is: ink is removed, the strongest evidence for the answer first.

    python benchmarks/evidence.py --data DIR

The ink of each drawing is cut into pieces of 5 % of its length. They are removed one by one, in the
order of a kind of evidence, and the rest is read again. The figure is the area under the curve of
the answer's probability, from all ink to none: the smaller, the more relevant the pieces removed
first (Samek et al. 2017). By default the drawings are by the validation writers 23 and 24. The seed
is fixed.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from arguments import add_data, add_model, add_writers

from digits.data import pen_strokes
from digits.data.downloads import DataError
from digits.drawing import Stroke
from digits.drawing.preprocess import SIDE
from digits.drawing.retrace import PEN, retraced
from digits.explaining.ink_evidence import InkEvidence, along, part
from digits.recognizer import Reading, Recognizer
from nn.model_files import ModelFileError
from training.datasets import VALIDATION_WRITERS
from training.flags import whole

STEPS = 20  # pieces of all the ink
Piece = tuple[int, float, float]  # a stroke's index, and the arc lengths of both ends
Rank = Callable[[Recognizer, list[Stroke], list[Piece], Reading], np.ndarray]  # evidence per piece


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    add_data(parser)
    add_writers(parser, VALIDATION_WRITERS)
    parser.add_argument("--count", type=whole, default=300, help="drawings")
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
        digits = pen_strokes.load(arguments.data)
    except (DataError, ModelFileError, OSError) as error:
        print(f"evidence.py: {error}", file=sys.stderr)
        return 1
    digits = [digit for digit in digits if digit.writer in arguments.writers]
    generator = np.random.default_rng(0)
    chosen = generator.choice(len(digits), min(arguments.count, len(digits)), replace=False)
    areas: dict[str, list[float]] = {name: [] for name in RANKS}
    for i in chosen:
        strokes = digits[i].drawing().strokes
        pieces = cut(strokes)
        reading = recognizer.read_image(retraced(strokes))
        for name, rank in RANKS.items():
            said = rank(recognizer, strokes, pieces, reading)
            areas[name].append(area(recognizer, strokes, pieces, said, reading.digit))
    print(f"{recognizer.name}: {len(chosen)} drawings by writers {arguments.writers}")
    for name, values in areas.items():
        error = np.std(values) / np.sqrt(len(values))
        print(f"  {name:<22} {np.mean(values):.3f} ± {error:.3f}")
    return 0


def cut(strokes: list[Stroke]) -> list[Piece]:
    """Cut the strokes into about STEPS pieces of about the same length."""
    lengths = [along(stroke)[-1] for stroke in strokes]
    pieces = []
    for number, length in enumerate(lengths):
        ends = np.linspace(0, length, max(round(STEPS * length / sum(lengths)), 1) + 1).tolist()
        pieces += [(number, *ends[i : i + 2]) for i in range(len(ends) - 1)]
    return pieces


def ink(strokes: list[Stroke], pieces: list[Piece]) -> list[Stroke]:
    return [part(strokes[i], start, end) for i, start, end in pieces]


def area(
    recognizer: Recognizer,
    strokes: list[Stroke],
    pieces: list[Piece],
    said: np.ndarray,
    digit: int,
) -> float:
    """The area under the digit's probability as pieces are removed, the strongest first."""
    order, cuts = np.argsort(-said, kind="stable"), ink(strokes, pieces)
    left = [[cuts[i] for i in sorted(order[gone:])] for gone in range(len(pieces))]
    images = np.stack([retraced(some) for some in left])
    probabilities = [*recognizer.probabilities(images)[:, digit], 0.1]  # of a blank sheet
    return float(np.trapezoid(probabilities, dx=1 / len(pieces)))


def by_occlusion(
    recognizer: Recognizer, strokes: list[Stroke], pieces: list[Piece], reading: Reading
) -> np.ndarray:
    """Occlusion, as the window shows it on the sheet."""
    evidence = InkEvidence(recognizer, strokes)
    evidence.go_on()
    middles = ((i, np.array([(start + end) / 2])) for i, start, end in pieces)
    return np.array([evidence.at(reading.digit, *middle)[0] for middle in middles])


def by_gradient(
    recognizer: Recognizer, strokes: list[Stroke], pieces: list[Piece], reading: Reading
) -> np.ndarray:
    """Gradient × input, as the preview shows it, summed over the pixels next to each piece."""
    evidence = recognizer.evidence(reading, reading.digit)
    return np.array([evidence[near].sum() for near in pixels(ink(strokes, pieces), reading.image)])


def by_integrated_gradients(
    recognizer: Recognizer, strokes: list[Stroke], pieces: list[Piece], reading: Reading
) -> np.ndarray:
    """Integrated gradients from a blank image, in 16 steps (Sundararajan et al. 2017)."""
    shares = (np.arange(16) + 0.5) / 16
    x = reading.image.reshape(1, -1)
    gradients = [recognizer.net.input_gradient(x * np.float32(s), reading.digit) for s in shares]
    evidence = (np.mean(gradients, axis=0) * x).reshape(SIDE, SIDE)
    return np.array([evidence[near].sum() for near in pixels(ink(strokes, pieces), reading.image)])


def at_random(
    recognizer: Recognizer, strokes: list[Stroke], pieces: list[Piece], reading: Reading
) -> np.ndarray:
    return np.random.default_rng(int(1e6 * reading.image.sum())).random(len(pieces))


def pixels(pieces: list[Stroke], image: np.ndarray) -> list[np.ndarray]:
    """For each piece the pixels (28, 28) that are nearer to it than half the pen's width."""
    points = np.concatenate([piece.points for piece in pieces])
    low, high = points.min(axis=0), points.max(axis=0)
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    corner = np.array([columns[0], rows[0]])
    side = max(np.ptp(columns), np.ptp(rows)) + 1
    scale = side * (1 - PEN) / max((high - low).max(), 1e-9)
    centres = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1) + 0.5
    masks = []
    for piece in pieces:
        way = along(piece)
        places = np.linspace(0, way[-1], 8)
        path = np.stack([np.interp(places, way, axis) for axis in np.transpose(piece.points)], 1)
        path = (path - low) * scale + corner + side * PEN / 2
        far = np.linalg.norm(centres[:, :, None] - path, axis=-1).min(axis=-1)
        masks.append(far < side * PEN / 2)
    return masks


RANKS: dict[str, Rank] = {
    "occlusion": by_occlusion,
    "integrated gradients": by_integrated_gradients,
    "gradient × input": by_gradient,
    "random": at_random,
}

if __name__ == "__main__":
    sys.exit(main())
