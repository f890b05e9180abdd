"""Recipes: networks that read digits, each with the training that suits it.

`train.py --recipe NAME` follows one; any other flag of train.py overrides a line of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from nn.activation_functions import Activation, ReLU, softmax
from nn.layer import Layer
from nn.layers import Conv2D, Dense, Flatten, InLayer, MaxPool2D


def dense(hidden: list[int], activation: Activation = ReLU) -> list[Layer]:
    """784 pixels, the hidden layers, 10 digits."""
    return [
        InLayer(units=784),
        *(Dense(units, activation) for units in hidden),
        Dense(10, softmax),
    ]


def two_convolutions() -> list[Layer]:
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(24, 5, activation=ReLU),
        MaxPool2D(),
        Conv2D(32, 3, activation=ReLU),
        MaxPool2D(),
        Flatten(),
        Dense(256, ReLU),
        Dense(10, softmax),
    ]


@dataclass(frozen=True)
class Recipe:
    """Layers, and how to train them on MNIST."""

    layers: Callable[[], list[Layer]]
    epochs: int
    lr: float  # the learning rate, or its peak
    schedule: str = "one-cycle"
    optimizer: str = "adamw"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    batch_size: int = 128
    augment: bool = False


RECIPES = {
    "dense": Recipe(
        lambda: dense([400, 200]), epochs=60, lr=0.002, weight_decay=0.01, augment=True
    ),
    "fast": Recipe(two_convolutions, epochs=1, lr=0.01, betas=(0.7, 0.9), batch_size=256),
}
