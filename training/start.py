"""A start: a trained model from whose weights training goes on, to learn digits of one's own.

What it learned before is rehearsed beside them, or it would forget that (McCloskey and Cohen 1989,
catastrophic interference).
"""

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

from digits.recognizer import Recognizer, confidence
from nn.nets import Net
from training.recipes import Recipe


@dataclass(frozen=True)
class Start:
    """Which model a run started from: its file's name, and the SHA-256 of its state."""

    model: str
    sha256: str

    def __post_init__(self) -> None:
        if not isinstance(self.model, str) or not isinstance(self.sha256, str):
            raise TypeError("a start is a name and a checksum")


def load(path: Path) -> tuple[Net, Start]:
    """The network in a model file, uncalibrated, as training left it. ModelFileError if it reads no
    digits, OSError."""
    net = Recognizer.load(path).net
    start = Start(path.name, hashlib.sha256(net.state).hexdigest())
    confidence.uncalibrate(net)
    return net, start


def recipe(net: Net) -> Recipe:
    """How to go on with the network: on all kinds of data that its metadata say it learned from.

    What is kept is a moving average that begins with the network as it was and, after some 200
    steps, is a quarter of that still: it reads the new digits as well as the weights at the end,
    and has forgotten less (the idea of Wortsman et al. 2022, Robust fine-tuning of zero-shot
    models).
    """
    known = net.metadata.get("training")
    known = known if isinstance(known, dict) else {}
    kinds = [field.name for field in fields(Recipe) if field.type is bool]
    learned = {name: known[name] for name in kinds if isinstance(known.get(name), bool)}
    learned["augment"] = True  # few digits are not to be learned by heart
    return Recipe(
        lambda: net.layers, epochs=1, lr=0.002, weight_decay=0.02, average=0.993, **learned
    )


def seed(net: Net) -> int:
    """Of the run that made the network: what was drawn to validate it stays apart from what is
    learned."""
    known = net.metadata.get("training")
    found = known.get("seed") if isinstance(known, dict) else None
    return found if type(found) is int and found >= 0 else 0
