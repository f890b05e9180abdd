"""Starts: a trained model to start training from, to learn a person's own digits.

What it learned before is rehearsed alongside, or it would be forgotten (McCloskey and Cohen 1989,
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
    """The network in a model file, uncalibrated, as training left it. ModelFileError if it does not
    read digits, OSError."""
    net = Recognizer.load(path).net
    start = Start(path.name, hashlib.sha256(net.state).hexdigest())
    confidence.uncalibrate(net)
    return net, start


def recipe(net: Net) -> Recipe:
    """The recipe to continue with: it uses all kinds of data that the metadata say the network
    learned from.

    The result is a moving average that starts from the old weights, which still make up a seventh
    of it after the shipped model's 284 steps: it reads the new digits as well as the final weights
    do, and has forgotten less (the idea of Wortsman et al. 2022, Robust fine-tuning of zero-shot
    models).
    """
    known = _training(net)
    kinds = [field.name for field in fields(Recipe) if field.type is bool]
    learned = {name: known[name] for name in kinds if isinstance(known.get(name), bool)}
    learned["augment"] = True  # or the network would memorise the few digits
    return Recipe(
        lambda: net.layers, epochs=1, lr=0.002, weight_decay=0.02, average=0.993, **learned
    )


def seed(net: Net) -> int:
    """The seed of the run that made the network, or 0 if unknown: with the same seed, the
    validation images stay out of the training data."""
    found = _training(net).get("seed")
    return found if type(found) is int and found >= 0 else 0


def hold_out(net: Net) -> bool:
    """Whether the network has not learned from the test writers, as far as its metadata say: they
    stay out of the training data then."""
    return not recipe(net).uses_pen_strokes or _training(net).get("hold_out") is not False


def _training(net: Net) -> dict[str, object]:
    """The settings of the run that made the network, as far as its metadata say."""
    known = net.metadata.get("training")
    return known if isinstance(known, dict) else {}
