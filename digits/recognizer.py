"""The recognizer reads ink: it joins a network to the preprocessing that it was trained on.

Whoever holds one needs to know neither: ink goes in, a reading comes out.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits import preprocess
from digits.drawing import Drawing
from digits.ink import Ink
from nn.model_files import ModelFileError
from nn.nets import Net

SHIPPED_MODEL = Path(__file__).parent.parent / "models" / "inkling.npz"


@dataclass(frozen=True, eq=False)
class Reading:
    """What the network makes of some ink."""

    digit: int  # 0 to 9, the most probable
    probabilities: np.ndarray  # (10,) float32, summing to 1
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw
    sure: bool = True  # STAND-IN of helper W, to be replaced


class Recognizer:
    """Reads digits with `net`, which it calls `name`.

    Raises ModelFileError if the network doesn't turn 784 pixels into ten probabilities, or says
    that it was trained on another version of the preprocessing.
    """

    def __init__(self, net: Net, name: str) -> None:
        _check(net)
        self.net = net
        self.name = name

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Recognizer":
        """A recognizer from a model file, by default the one that ships with the program.

        Raises OSError if the file can't be read, ModelFileError if it holds no fitting network.
        """
        path = SHIPPED_MODEL if path is None else Path(path)
        net = Net.load_model(path)
        try:
            return cls(net, path.stem)
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from error

    def read(self, ink: np.ndarray) -> Reading | None:
        """Read ink (h, w) of any size, bright on dark. None if it is blank."""
        image = preprocess.preprocess(ink)
        if image is None:
            return None
        probabilities = self.net.predict(image.reshape(1, 784))[0]
        return Reading(int(probabilities.argmax()), probabilities, image)

    def read_drawing(self, drawing: Drawing) -> Reading | None:
        """STAND-IN of helper W, to be replaced: read the strokes and the picture of `drawing`."""
        ink = Ink(224)
        ink.draw(drawing)
        return self.read(ink.pixels)

    def evidence(self, reading: Reading, digit: int) -> np.ndarray:
        """STAND-IN of helper W, to be replaced."""
        return np.zeros((28, 28), np.float32)


def _check(net: Net) -> None:
    version = net.metadata.get("preprocessing", preprocess.VERSION)
    if version != preprocess.VERSION:
        raise ModelFileError(
            f"the network was trained on version {version} of the preprocessing, not on version "
            f"{preprocess.VERSION} that this program has; train it again with train.py"
        )
    need = "a network for digits turns 784 pixels into 10 probabilities (softmax)"
    try:
        outputs = net.predict(np.zeros((1, 784), np.float32))
    except ValueError as error:
        raise ModelFileError(f"the network takes no image: {error}; {need}") from error
    if outputs.shape != (1, 10):
        raise ModelFileError(f"the network's output is {outputs.shape[1:]}, not (10,); {need}")
    if not np.isclose(outputs.sum(), 1, atol=1e-3):
        raise ModelFileError(f"the network's outputs don't sum to 1; {need}")
