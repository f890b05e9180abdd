"""The programs' names as a person types them, in a checkout or where Inkling is installed."""

from pathlib import Path

# Run from a checkout, and not by the commands of an installed package.
IS_CHECKOUT = (Path(__file__).parent.parent / "pyproject.toml").exists()
NAME, TRAIN, WINDOW = (
    ("train.py", "python train.py", "python display.py")
    if IS_CHECKOUT
    else ("inkling-train", "inkling-train", "inkling")
)
