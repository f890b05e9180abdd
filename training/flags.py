"""The flags of train.py: their names, their values, and their help texts."""

import argparse
import math
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from digits import program
from nn.activation_functions import ACTIVATIONS, softmax
from training.recipes import COSTS, OPTIMIZERS, RECIPES, SCHEDULES

ACTIVATION_NAMES = {name.lower(): a for name, a in ACTIVATIONS.items() if a is not softmax}

DEFAULT, DENSE = "inkling", "dense-128-64"  # the recipe to start from; the one with --hidden
USAGE = f"""\
{program.TRAIN_COMMAND} [--recipe NAME] [options] [--out DIR]
       {program.TRAIN_COMMAND} --start MODEL --own PATH [PATH] [--out DIR]
       {program.TRAIN_COMMAND} --resume RUN
       {program.TRAIN_COMMAND} --evaluate MODEL [--own PATH [PATH]] [--out DIR]"""
DESCRIPTION = """\
Train a network to read handwritten digits, resume a run that was stopped,
or measure how well a model reads."""
EXAMPLES = f"""\
examples:
  {program.TRAIN_COMMAND} --recipe fast                    a convolutional network, 99 %, in seconds
  {program.TRAIN_COMMAND} --hidden 128 64 --epochs 10      a dense network of your own
  {program.TRAIN_COMMAND} --own my-digits --recipe fast    learn from your own digits as well
  {program.TRAIN_COMMAND} --start MODEL --own my-digits    teach a model your hand
"""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        self.exit(2, f"{program.TRAIN}: {message}; see {program.TRAIN_COMMAND} --help\n")


def parser() -> Parser:
    """The parser of the command line. Its result holds only the flags that were given."""
    parser = Parser(
        usage=USAGE,
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
            prog, max_help_position=30, width=96
        ),
        argument_default=argparse.SUPPRESS,
    )
    usual = RECIPES[DEFAULT]

    def switch(said: bool) -> str:
        return "yes" if said else "no"

    main = parser.add_argument_group("what to do")
    main.add_argument(
        "--recipe",
        choices=[*RECIPES, "list"],
        metavar="NAME",
        help=f"train with this recipe (default: {DEFAULT}, the shipped "
        f"model's; {DENSE} with --hidden); --recipe list shows them all",
    )
    main.add_argument(
        "--start",
        type=existing,
        metavar="MODEL",
        help="start from a model's weights, to learn --own digits in minutes while rehearsing what "
        "it learned before (default: random weights)",
    )
    main.add_argument(
        "--resume",
        type=folder,
        metavar="RUN",
        help="resume a run that was stopped, from the last checkpoint in its folder",
    )
    main.add_argument(
        "--evaluate",
        type=existing,
        metavar="MODEL",
        help="train nothing: report accuracy, loss and calibration of a model file and draw its "
        "pictures, on MNIST's test set or on --own",
    )

    data = parser.add_argument_group("data")
    data.add_argument(
        "--own",
        type=existing,
        nargs="+",
        action="extend",  # so that a second --own is not silently all that counts
        metavar="PATH",
        help="digits of your own: a folder of pictures (in folders 0 to 9, or named "
        "LABEL_anything.png), a folder of drawings saved by the window, or two IDX files, images "
        "and labels (default: none)",
    )
    data.add_argument(
        "--no-mnist",
        dest="mnist",
        action="store_false",
        help="learn from --own alone: no MNIST and, unless asked for, no pen strokes, hands or "
        "non-digits; a tenth of it is kept for validation",
    )
    data.add_argument(
        "--augment",
        action=argparse.BooleanOptionalAction,
        help="randomly turn, stretch, bend and thicken the digits in each epoch "
        f"[{switch(usual.augment)}]",
    )
    data.add_argument(
        "--pen-strokes",
        action=argparse.BooleanOptionalAction,
        help=f"also learn from real pen strokes [{switch(usual.pen_strokes)}]",
    )
    data.add_argument(
        "--hands",
        action=argparse.BooleanOptionalAction,
        help="also learn from pen strokes redrawn in other hands, and from constructed digits "
        f"[{switch(usual.hands)}]",
    )
    data.add_argument(
        "--non-digits",
        action=argparse.BooleanOptionalAction,
        help="also learn that scribbles, letters and signs are not digits "
        f"[{switch(usual.non_digits)}]",
    )
    data.add_argument(
        "--hold-out",
        action="store_true",
        help="keep the pen strokes of writers 25 to 30 out of training, for testing (default: no)",
    )
    data.add_argument(
        "--data",
        type=folder,
        metavar="DIR",
        help="folder with mnist/ and pendigits/ (default: DIGITS_DATA, or a download)",
    )

    network = parser.add_argument_group("network")
    network.add_argument(
        "--hidden",
        type=whole,
        nargs="+",
        metavar="UNITS",
        help="a dense network with these hidden layers: --hidden 128 64 (default: the recipe's)",
    )
    network.add_argument(
        "--activation",
        choices=ACTIVATION_NAMES,
        metavar="NAME",
        help=f"activation of the --hidden layers: {', '.join(ACTIVATION_NAMES)} (default: relu)",
    )

    training = parser.add_argument_group(
        "training", f"Defaults are the recipe's; in brackets those of {DEFAULT}."
    )
    training.add_argument(
        "--epochs", type=whole, metavar="N", help=f"passes through the data [{usual.epochs}]"
    )
    training.add_argument(
        "--batch-size",
        type=whole,
        metavar="IMAGES",
        help=f"images per step [{usual.batch_size}]",
    )
    training.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        metavar="NAME",
        help=f"{', '.join(OPTIMIZERS)}; another than the recipe's has its "
        f"own usual rate, and no weight decay [{usual.optimizer}]",
    )
    training.add_argument(
        "--lr", type=positive, metavar="RATE", help=f"peak learning rate [{usual.lr}]"
    )
    training.add_argument(
        "--schedule",
        choices=SCHEDULES,
        metavar="NAME",
        help=f"learning-rate schedule: {', '.join(SCHEDULES)} [{usual.schedule}]",
    )
    training.add_argument(
        "--cost",
        choices=COSTS,
        metavar="NAME",
        help=f"the cost function to minimise: {', '.join(COSTS)} [{usual.cost}]",
    )
    training.add_argument(
        "--weight-decay",
        type=share,
        metavar="RATE",
        help=f"strength of the weights' decay to zero [{usual.weight_decay}]",
    )
    training.add_argument(
        "--label-smoothing",
        type=share,
        metavar="SHARE",
        help=f"share of each target spread over all digits [{usual.label_smoothing}]",
    )
    training.add_argument(
        "--clip",
        type=positive,
        metavar="NORM",
        help=f"largest norm of a batch's gradient [{usual.clip or 'no limit'}]",
    )
    training.add_argument(
        "--average",
        type=share,
        metavar="DECAY",
        help=f"decay of the moving average of the weights; 0: no average [{usual.average}]",
    )
    training.add_argument(
        "--seed",
        type=seed,
        metavar="N",
        help="seed of all random numbers; same seed, same machine: same weights (default: 0)",
    )

    results = parser.add_argument_group("results")
    results.add_argument(
        "--out",
        type=new_folder,
        metavar="DIR",
        help="new folder for the model, the history and pictures (default: runs/DATE-TIME, in "
        "your Inkling documents if Inkling is installed)",
    )
    results.add_argument(
        "--watch",
        action="store_true",
        help="show the curves and the filters in a window during training (default: no)",
    )
    return parser


# --- Values


def _number(
    convert: Callable[[str], float], allowed: Callable[[float], bool], wanted: str
) -> Callable[[str], float]:
    def read(text: str) -> float:
        with suppress(ValueError):
            number = convert(text)
            if allowed(number):
                return number
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")

    return read


whole = _number(int, lambda number: number >= 1, "a whole number of at least 1")
seed = _number(int, lambda number: number >= 0, "a whole number of at least 0")
share = _number(float, lambda number: 0 <= number < 1, "a number from 0 to below 1, such as 0.1")
positive = _number(float, lambda number: 0 < number < math.inf, "a number above 0, such as 0.01")


def existing(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{path} does not exist")
    return path


def folder(text: str) -> Path:
    path = existing(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is not a folder")
    return path


def new_folder(text: str) -> Path:
    path = Path(text)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise argparse.ArgumentTypeError(f"{path} exists already: name a new folder")
    return path
