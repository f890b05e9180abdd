"""The option --writers, which several benchmarks have."""

import argparse
from collections.abc import Iterable

from digits.data.pen_strokes import WRITERS


def add_writers(parser: argparse.ArgumentParser, default: Iterable[int]) -> None:
    """Add the option: the writers whose pen strokes are used."""
    parser.add_argument(
        "--writers", type=int, nargs="+", choices=WRITERS, metavar="N", default=list(default)
    )
