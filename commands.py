"""The commands of an installed Inkling.

A wheel holds the checkout's files in one package, `inkling`. Their modules import each other from
the root of the checkout, so the commands put the package's folder on the module path.
"""

import sys
from pathlib import Path


def inkling() -> int:
    """Open the drawing window: what `python display.py` does in a checkout."""
    sys.path.insert(0, str(Path(__file__).parent))
    from display import main

    return main()


def inkling_train() -> int:
    """Train a network: what `python train.py` does in a checkout."""
    sys.path.insert(0, str(Path(__file__).parent))
    from train import main

    return main()
