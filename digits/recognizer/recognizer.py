"""The recognizer reads ink: a network together with the preprocessing that it was trained on.

Its callers need to know neither: ink goes in, a reading comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from digits import program
from digits.drawing import Drawing, preprocess
from digits.drawing.retrace import retrace
from digits.recognizer.memory import Lesson, Memory
from digits.recognizer.recall import Recall
from nn.activation_functions import softmax
from nn.insight import Insight
from nn.layer import Layer
from nn.model_files import ModelFileError, printable
from nn.nets import Net

SHIPPED_MODEL = Path(__file__).parents[2] / "models" / "inkling.npz"


@dataclass(frozen=True, eq=False)
class Reading:
    """What the network makes of a drawing."""

    digit: int  # 0 to 9, the most probable
    probabilities: np.ndarray  # (10,) float32, summing to 1
    image: np.ndarray  # (28, 28) float32 in 0..1: what the network saw
    sure: bool = True  # False if it may be no digit at all: the probability is too low
    untaught: float = 0.0  # the greatest probability without lessons


class Recognizer:
    """Reads digits with `net`, a model called `name`, and with the lessons in `memory`; an answer
    with a probability of at least `sure_from` is sure.

    Raises ModelFileError if the network doesn't turn 784 pixels into ten probabilities, or says
    that it was trained on another version of the preprocessing.
    """

    def __init__(self, net: Net, name: str) -> None:
        _check(net)
        self.net = net
        self.name = name
        self.memory = Memory()
        self._recall = Recall(net)
        self._followed: np.ndarray | None = None  # the image last followed by the insight
        # Models trained without non-digits are always sure.
        self.sure_from = net.metadata.get("sure_from", 0.0)

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Recognizer":
        """A recognizer from a model file, by default the one that ships with the program.

        Raises OSError if the file can't be read, ModelFileError if it holds no fitting network.
        """
        path = SHIPPED_MODEL if path is None else Path(path)
        net = Net.load_model(path)
        try:
            return cls(net, printable(path.stem))
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from error

    def read_drawing(self, drawing: Drawing) -> Reading | None:
        """Read a drawing, whatever pen it was drawn with. None if it is blank."""
        return self.read_image(retrace(drawing))

    def read(self, ink: np.ndarray) -> Reading | None:
        """Read ink (h, w) of any size, bright on dark. None if it is blank."""
        return self.read_image(preprocess.preprocess(ink))

    def read_image(self, image: np.ndarray | None) -> Reading | None:
        """Read an image (28, 28), float32 in 0..1, in MNIST's format. None if there is none."""
        if image is None:
            return None
        self._followed = image
        probabilities = self._insight.forward(image.reshape(1, 784))
        untaught = float(probabilities.max())
        if self.memory.lessons:
            probabilities = self._taught(image[None], self._insight.features()[None])[0]
        digit = int(probabilities.argmax())
        sure = bool(probabilities[digit] >= self.sure_from)
        return Reading(digit, probabilities, image, sure, untaught)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """The probabilities of the ten digits, (m, 10), for images (m, 28, 28) in MNIST's format.
        Where no lesson is similar to an image they are exactly the network's."""
        X = images.reshape(len(images), 784)
        if not self.memory.lessons:
            return self.net.predict(X)
        return self._taught(images, self.net.features(X))

    def remember(self) -> None:
        """Take in changes of the memory now, so that the next reading need not wait for it."""
        self._recall.update(self.memory)

    def contradictions(self) -> list[tuple[Lesson, Lesson]]:
        """Pairs of lessons that give what this network takes for the same shape two digits; the
        second is newer, and wins."""
        self.remember()
        return self._recall.contradictions()

    @property
    def layers(self) -> Sequence[Layer]:
        """The network's layers, in their order."""
        return self.net.layers

    @property
    def parameter_count(self) -> int:
        """The number of the network's learned parameters."""
        return self.net.parameters.size

    @property
    def accuracy(self) -> float | None:
        """The accuracy on MNIST's test set, 0..1, according to the model file; None if the file
        holds no such value."""
        accuracy = self.net.metadata.get("test_accuracy")
        possible = isinstance(accuracy, int | float) and not isinstance(accuracy, bool)
        return float(accuracy) if possible and 0 <= accuracy <= 1 else None

    def activations(self, reading: Reading) -> list[tuple[Layer, np.ndarray]]:
        """Each layer with its activations for the reading's image: (height, width, channels) or
        (units,). The last layer's are the reading's probabilities, lessons included."""
        *inside, (last, _) = self._inside(reading).activations()
        return [*inside, (last, reading.probabilities)]

    def contributions(self, reading: Reading, place: int, source: int, number: int) -> np.ndarray:
        """What each map of layers[source] adds to unit or map `number` of layers[place] for the
        reading's image: (maps,). This is the network alone, without the lessons."""
        added, _ = self._inside(reading).contributions(place, source, number)
        return added

    def evidence(self, reading: Reading, digit: int) -> np.ndarray:
        """The ink that speaks for `digit` (above 0) or against it (below 0): (28, 28) float32.

        Gradient × input (Shrikumar et al. 2016): to first order, what the digit's logit, lessons
        included, would lose without the ink of each pixel.
        """
        image, inside = reading.image, self._inside(reading)
        direction, by_looks = self._last["weights"][:, digit], 0
        if self.memory.lessons:
            self.remember()
            by_looks, by_features = self._recall.gradients(image, inside.features(), digit)
            direction = direction + by_features
        gradient = inside.features_gradient(direction).reshape(image.shape) + by_looks
        return (gradient * image).astype(np.float32)

    def _taught(self, images: np.ndarray, features: np.ndarray) -> np.ndarray:
        """The probabilities (m, 10) for images with these `features`, lessons included."""
        self.remember()
        added = [self._recall.addition(*pair) for pair in zip(images, features, strict=True)]
        return softmax(features @ self._last["weights"] + self._last["biases"] + added)

    def _inside(self, reading: Reading) -> Insight:
        """The network's state for that reading; recomputed unless it was the last image."""
        if self._followed is not reading.image:
            self._followed = reading.image
            self._insight.forward(reading.image.reshape(1, 784))
        return self._insight

    @cached_property
    def _insight(self) -> Insight:
        return Insight(self.net.layers, self.net.parameters.dtype)

    @property
    def _last(self) -> dict[str, np.ndarray]:
        """The weights and biases of the last layer."""
        return self.net.layers[-1].parameters


def _check(net: Net) -> None:
    version = net.metadata.get("preprocessing", preprocess.VERSION)
    if version != preprocess.VERSION:
        raise ModelFileError(
            f"the network was trained on preprocessing version {version!r}, but this program has "
            f"version {preprocess.VERSION}; train it again with `{program.TRAIN_COMMAND}`"
        )
    sure_from = net.metadata.get("sure_from", 0.0)
    if not isinstance(sure_from, int | float) or not 0 <= sure_from <= 1:
        raise ModelFileError(f"the network's sure_from is {sure_from!r}; it must be 0 to 1")
    need = "a network for digits turns 784 pixels into 10 probabilities (softmax)"
    try:
        outputs = net.predict(np.zeros((1, 784), np.float32))
    except ValueError as error:
        raise ModelFileError(f"the network takes no image: {error}; {need}") from error
    if outputs.shape != (1, 10):
        raise ModelFileError(f"the network's output is {outputs.shape[1:]}, not (10,); {need}")
    if net.layers[-1].activation is not softmax or not np.isclose(outputs.sum(), 1, atol=1e-3):
        raise ModelFileError(f"the network's outputs are no probabilities; {need}")
