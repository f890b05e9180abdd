"""Train a network to read digits: python train.py --help."""

import argparse
import csv
import itertools
import json
import math
import shlex
import sys
import time
import warnings
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from digits import (
    confidence,
    mnist,
    non_digits,
    pen_images,
    pen_strokes,
    preprocess,
    saved_drawings,
)
from digits.augment import augment
from digits.downloads import DataError
from digits.saved_drawings import SavedDrawing
from nn.activation_functions import ACTIVATIONS, softmax
from nn.averaging import MovingAverage
from nn.cost_functions import CrossEntropyLoss
from nn.nets import Net, shuffled_batches
from nn.optimizers import SGD, Adam, AdamW, Momentum, clip_norm
from nn.schedules import constant, cosine, one_cycle
from training.recipes import RECIPES, Recipe, dense

Examples = tuple[np.ndarray, np.ndarray]  # images (m, 28, 28) float32 in 0..1, targets (m, 10)

VALIDATION = 5_000  # of MNIST's 60,000 training images, drawn by the seed
VALIDATION_WRITERS, TEST_WRITERS = (23, 24), (25, 26, 27, 28, 29, 30)  # of pen strokes, of 1 to 30
PEN_VERSIONS = 3  # of each pen digit, with pens of different widths
NON_DIGITS = 9_000  # 1,000 of each kind
SCHEDULES = {
    "constant": lambda rate, steps: constant(rate),
    "cosine": cosine,
    "one-cycle": one_cycle,
}
HISTORY = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds"]
OPTIMIZERS = {
    "sgd": lambda recipe, rate: SGD(rate, recipe.weight_decay),
    "momentum": lambda recipe, rate: Momentum(rate, weight_decay=recipe.weight_decay),
    "adam": lambda recipe, rate: Adam(rate, recipe.betas, recipe.weight_decay),
    "adamw": lambda recipe, rate: AdamW(rate, recipe.betas, recipe.weight_decay),
}
USUAL_RATES = {"sgd": 0.1, "momentum": 0.05, "adam": 0.002, "adamw": 0.002}
ACTIVATION_NAMES = {name.lower(): a for name, a in ACTIVATIONS.items() if a is not softmax}


def main() -> int:
    arguments = parse_arguments()
    warnings.simplefilter("ignore", RuntimeWarning)  # of a loss that overflows `train` says so
    try:
        train(arguments)
    except (DataError, OSError, ArithmeticError, MemoryError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("train.py: stopped; the last whole epoch is in the run folder", file=sys.stderr)
        return 130
    return 0


def train(arguments: argparse.Namespace) -> None:
    recipe = arguments.recipe
    folder = new_run_folder(arguments.out)
    generator = np.random.default_rng(arguments.seed)
    (X, Y), validation = load_examples(recipe, arguments, generator)
    test_images, test_labels = mnist.load("test", arguments.data)

    net = Net(recipe.layers(), CrossEntropyLoss(recipe.label_smoothing), generator)
    steps = recipe.epochs * math.ceil(len(X) / recipe.batch_size)
    optimizer = OPTIMIZERS[recipe.optimizer](recipe, SCHEDULES[recipe.schedule](recipe.lr, steps))
    average = MovingAverage(net.state, recipe.average)
    settings = {"seed": arguments.seed, "layers": [layer.recipe() for layer in net.layers]}
    settings |= {name: value for name, value in asdict(recipe).items() if name != "layers"}
    net.metadata = {
        "input": {"shape": [28, 28], "range": [0, 1], "ink": "bright on dark"},
        "preprocessing": preprocess.VERSION,
        "labels": list(range(10)),
        "training": settings | {"numpy": np.__version__},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings, indent=2) + "\n")
    print(net)

    append_row(folder / "history.csv", HISTORY)
    start = time.perf_counter()
    progress = tqdm(total=steps, unit="batch", disable=None, dynamic_ncols=True)
    for epoch in range(1, recipe.epochs + 1):
        total, seen, hits, digits = 0.0, 0, 0, 0
        for batch in shuffled_batches(len(X), recipe.batch_size, generator):
            x, y = X[batch], Y[batch]
            if recipe.augment:
                x = augment(x, generator)
            cost, outputs = net.backpropagate(x, y, generator)
            if recipe.clip:
                clip_norm(net.gradients, recipe.clip)
            optimizer.step(net.parameters, net.gradients, net.decaying)
            average.update(net.state)
            total += cost * len(batch)
            seen += len(batch)
            is_digit = y.max(axis=1) == 1  # what is none has no right answer
            hits += int((outputs.argmax(axis=1) == y.argmax(axis=1))[is_digit].sum())
            digits += int(is_digit.sum())
            progress.update()
            progress.set_postfix_str(
                f"loss {total / seen:.4f}, accuracy {hits / max(digits, 1):.2%}", refresh=False
            )

        # What is judged, and kept, is the moving average of the weights.
        newest, net.state[:] = net.state.copy(), average.values
        validation_cost, validation_accuracy = net.evaluate(*validation)
        if not math.isfinite(total + validation_cost):
            raise ArithmeticError(f"the loss is no number after epoch {epoch}: try a smaller --lr")
        loss, accuracy = total / seen, hits / max(digits, 1)
        seconds = time.perf_counter() - start
        row = (epoch, loss, accuracy, validation_cost, validation_accuracy, round(seconds, 1))
        append_row(folder / "history.csv", row)
        net.metadata |= {"epoch": epoch, "validation_accuracy": validation_accuracy}
        net.save_model(folder / "model.npz")
        net.state[:] = newest
        progress.write(
            f"epoch {epoch:3} of {recipe.epochs}: loss {loss:.4f}, accuracy {accuracy:.2%}; "
            f"validation loss {validation_cost:.4f}, accuracy {validation_accuracy:.2%}; "
            f"{seconds:.0f} s"
        )
    progress.close()

    net = Net.load_model(folder / "model.npz")
    net.metadata["temperature"] = confidence.calibrate(net, *validation)
    if recipe.non_digits:
        net.metadata["sure_from"] = confidence.threshold(net.predict(validation[0]))
    _, accuracy = net.evaluate(as_input(test_images), test_labels)
    net.metadata["test_accuracy"] = accuracy
    net.save_model(folder / "model.npz")
    print(f"test accuracy {accuracy:.2%}")
    print(f"draw for it:  python display.py --model {shlex.quote(str(folder / 'model.npz'))}")


def load_examples(
    recipe: Recipe, arguments: argparse.Namespace, generator: np.random.Generator
) -> tuple[Examples, Examples]:
    """What to train on and, apart from it, what to calibrate the probabilities with."""
    images, labels = mnist.load("train", arguments.data)
    order = generator.permutation(len(images))
    parts = []
    for indices in (order[VALIDATION:], order[:VALIDATION]):
        parts.append(([as_input(images[indices])], [as_targets(labels[indices])]))
    (X, Y), (validation_X, validation_Y) = parts
    if recipe.pen_strokes or recipe.non_digits:
        digits = pen_strokes.load(arguments.data)
        unseen = VALIDATION_WRITERS + (TEST_WRITERS if arguments.hold_out else ())
        seen = [digit for digit in digits if digit.writer not in unseen]
    if recipe.pen_strokes:
        validation = [digit for digit in digits if digit.writer in VALIDATION_WRITERS]
        for some, X_, Y_ in ((seen * PEN_VERSIONS, X, Y), (validation, validation_X, validation_Y)):
            X_.append(pen_images.render((digit.drawing() for digit in some), generator))
            Y_.append(as_targets(np.array([digit.label for digit in some])))
    if arguments.drawings:
        own = load_drawings(arguments.drawings) * PEN_VERSIONS
        X.append(pen_images.render((saved.drawing for saved in own), generator))
        Y.append(as_targets(np.array([saved.label for saved in own])))
    if recipe.non_digits:
        # Of what is no digit, all ten are equally probable.
        kinds = itertools.islice(itertools.cycle(non_digits.TRAINED), NON_DIGITS)
        drawings = (non_digits.draw(kind, generator, seen) for kind in kinds)
        X.append(pen_images.render(drawings, generator))
        Y.append(np.full((NON_DIGITS, 10), 0.1, np.float32))
    return (np.concatenate(X), np.concatenate(Y)), (
        np.concatenate(validation_X),
        np.concatenate(validation_Y),
    )


def load_drawings(folder: Path) -> list[SavedDrawing]:
    """The labelled drawings in a folder; what can't be read is named and left out."""
    saved, failures = saved_drawings.load_folder(folder)
    for _, reason in failures:
        print(f"left out: {reason}")
    labelled = [one for one in saved if one.label is not None]
    if not labelled:
        raise DataError(f"no labelled drawings in {folder}: label with 0 to 9 and save with S")
    print(f"{len(labelled)} of your drawings are learned from")
    return labelled


def as_targets(labels: np.ndarray) -> np.ndarray:
    """(m,) labels to (m, 10) float32, one-hot."""
    return np.eye(10, dtype=np.float32)[labels]


def as_input(images: np.ndarray) -> np.ndarray:
    """(m, 28, 28) uint8 to float32 in 0..1, as the drawing window feeds its images."""
    return images.astype(np.float32) / 255


def new_run_folder(out: Path | None) -> Path:
    """Where this run's results go. OSError if there is something already."""
    folder = out or Path("runs") / datetime.now().strftime("%Y-%m-%d-%H%M%S")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: give --out a new folder")
    return folder


def append_row(path: Path, row: Iterable[object]) -> None:
    with open(path, "a", newline="") as file:
        csv.writer(file).writerow(row)


def parse_arguments() -> argparse.Namespace:
    """The arguments; `recipe` is the chosen one with everything in it that a flag overrides."""
    parser = argparse.ArgumentParser(
        description="Train a network to read digits.",
        epilog="What is not given is as the recipe has it; see training/recipes.py.",
    )
    parser.add_argument(
        "--recipe",
        choices=RECIPES,
        help="network and settings to start from (default: inkling; dense with --hidden)",
    )
    network = parser.add_argument_group("network")
    network.add_argument(
        "--hidden",
        type=whole,
        nargs="+",
        metavar="UNITS",
        help="a dense network instead, with these hidden layers: --hidden 128 64",
    )
    network.add_argument(
        "--activation",
        choices=ACTIVATION_NAMES,
        default="relu",
        help="of the --hidden layers (default: %(default)s)",
    )
    training = parser.add_argument_group("training")
    training.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        help="one that is not the recipe's starts with its usual rate and no weight decay",
    )
    training.add_argument("--lr", type=positive, metavar="RATE", help="learning rate, or its peak")
    training.add_argument("--schedule", choices=SCHEDULES, help="of the learning rate")
    training.add_argument("--weight-decay", type=share, metavar="RATE")
    training.add_argument("--label-smoothing", type=share, metavar="SHARE")
    training.add_argument("--clip", type=positive, metavar="NORM", help="of a batch's gradient")
    training.add_argument(
        "--average",
        type=share,
        metavar="DECAY",
        help="of the moving average of the weights, such as 0.999; 0 for none",
    )
    training.add_argument("--batch-size", type=whole, metavar="IMAGES")
    training.add_argument("--epochs", type=whole)
    training.add_argument(
        "--augment",
        action=argparse.BooleanOptionalAction,
        help="turn, stretch, bend and thicken the digits anew in each epoch",
    )
    training.add_argument(
        "--pen-strokes",
        action=argparse.BooleanOptionalAction,
        help="learn from real pen strokes as well as from MNIST",
    )
    training.add_argument(
        "--non-digits",
        action=argparse.BooleanOptionalAction,
        help="learn from scribbles, letters and signs too that they are no digits",
    )
    training.add_argument(
        "--hold-out",
        action="store_true",
        help="keep the pen strokes of writers 25 to 30 out of training, to measure by them",
    )
    training.add_argument(
        "--seed",
        type=seed,
        default=0,
        help="same seed, same machine: same weights (default: %(default)s)",
    )
    places = parser.add_argument_group("places")
    places.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder with mnist/ (default: DIGITS_DATA, or a download)",
    )
    places.add_argument(
        "--drawings",
        type=Path,
        metavar="DIR",
        help="learn from the labelled drawings that the window saved here, too",
    )
    places.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="new folder for the results (default: runs/DATE-TIME)",
    )
    arguments = parser.parse_args()

    names = {field.name for field in fields(Recipe)}
    given = {k: v for k, v in vars(arguments).items() if k in names and v is not None}
    if arguments.hidden:
        activation = ACTIVATION_NAMES[arguments.activation]
        given["layers"] = lambda: dense(arguments.hidden, activation)
    elif arguments.activation != "relu":
        parser.error("--activation is for the layers of --hidden: give that too")
    name = arguments.recipe or ("dense" if arguments.hidden else "inkling")
    recipe = RECIPES[name]
    if arguments.optimizer not in (None, recipe.optimizer):
        # The recipe's rate and decay suit the recipe's optimizer: Adam, which scales the decay like
        # any gradient, would hardly learn with AdamW's.
        recipe = replace(recipe, lr=USUAL_RATES[arguments.optimizer], weight_decay=0.0)
    arguments.recipe = replace(recipe, **given)
    return arguments


def whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def seed(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise ValueError
    return number


def positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
