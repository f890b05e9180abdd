"""Recipes: networks that read digits, each with the training that suits it.

`train.py --recipe NAME` follows one; any other flag of train.py overrides a line of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from nn.activation_functions import Activation, ReLU, softmax
from nn.layer import Layer
from nn.layers import Conv2D, Dense, Dropout, Flatten, InLayer, MaxPool2D


def dense(hidden: list[int], activation: Activation = ReLU) -> list[Layer]:
    """784 pixels, the hidden layers, 10 digits."""
    return [
        InLayer(units=784),
        *(Dense(units, activation) for units in hidden),
        Dense(10, softmax),
    ]


def two_convolutions() -> list[Layer]:
    """Strokes, then shapes made of strokes, then digits made of shapes."""
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


def four_convolutions(filters: int, dropout: float) -> list[Layer]:
    """As two_convolutions, but each pair of small windows sees what a large one would, and bends
    the signal once more in between (Simonyan and Zisserman 2015)."""
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(filters, 3, activation=ReLU),
        Conv2D(filters, 3, activation=ReLU),
        MaxPool2D(),
        Conv2D(2 * filters, 3, activation=ReLU),
        Conv2D(2 * filters, 3, activation=ReLU),
        MaxPool2D(),
        Flatten(),
        Dense(128, ReLU),
        Dropout(dropout),
        Dense(10, softmax),
    ]


@dataclass(frozen=True)
class Recipe:
    """Layers, and how to train them."""

    layers: Callable[[], list[Layer]]
    epochs: int
    lr: float  # the learning rate, or its peak
    schedule: str = "one-cycle"
    optimizer: str = "adamw"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    clip: float | None = None  # the largest norm of a batch's gradient
    average: float = 0.999  # the past's weight in the moving average of the parameters; 0: none
    batch_size: int = 128
    augment: bool = False
    pen_strokes: bool = False  # whether to train on those beside MNIST
    non_digits: bool = False  # whether to learn of those that they are none


RECIPES = {
    "inkling": Recipe(
        lambda: four_convolutions(filters=24, dropout=0.3),
        epochs=30,
        lr=0.003,
        weight_decay=0.02,
        augment=True,
        pen_strokes=True,
        non_digits=True,
    ),
    "fast": Recipe(two_convolutions, epochs=2, lr=0.01, betas=(0.7, 0.9), batch_size=256),
    "dense": Recipe(lambda: dense([128, 64]), epochs=20, lr=0.002, weight_decay=0.1),
}
