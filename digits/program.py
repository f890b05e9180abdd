"""The names of the programs as a person types them, in a checkout or where Inkling is installed."""

from pathlib import Path

IS_CHECKOUT = (Path(__file__).parent.parent / "pyproject.toml").exists()
WINDOW, TRAIN = ("display.py", "train.py") if IS_CHECKOUT else ("inkling", "inkling-train")
WINDOW_COMMAND, TRAIN_COMMAND = (
    (f"python {WINDOW}", f"python {TRAIN}") if IS_CHECKOUT else (WINDOW, TRAIN)
)
