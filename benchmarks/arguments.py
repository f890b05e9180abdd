"""Options that several benchmarks have."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from digits.data.pen_strokes import WRITERS


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the option --model: the file of the model that is measured."""
    parser.add_argument("--model", type=Path, help="default: the shipped one")


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the option --data: the folder of the data sets."""
    text = "default: DIGITS_DATA, or a download"
    parser.add_argument("--data", type=Path, metavar="DIR", help=text)


def add_writers(parser: argparse.ArgumentParser, default: Iterable[int]) -> None:
    """Add the option --writers: the writers whose pen strokes are used."""
    parser.add_argument(
        "--writers", type=int, nargs="+", choices=WRITERS, metavar="N", default=list(default)
    )


def png(text: str) -> Path:
    """The path of a picture to write, checked before hours of work and not after."""
    path = Path(text)
    if path.suffix.lower() != ".png" or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no .png in a folder that exists")
    return path
