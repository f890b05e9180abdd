"""Recipes: networks that read digits, each with the training that suits it.

`train.py --recipe NAME` trains with one; other flags of train.py override its values.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from nn.activation_functions import Activation, ReLU, sigmoid, softmax
from nn.checks import require_number, require_whole
from nn.cost_functions import MSE, Cost, CrossEntropyLoss
from nn.layer import Layer
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.optimizers import SGD, Adam, AdamW, Momentum, Optimizer
from nn.schedules import constant, cosine, one_cycle, step_decay

# What the names in a recipe stand for. Costs and optimizers are made from the recipe (and the
# learning rate), schedules from the learning rate and the number of steps.
COSTS = {
    "cross-entropy": lambda recipe: CrossEntropyLoss(recipe.label_smoothing),
    "quadratic": lambda recipe: MSE(),
}
OPTIMIZERS = {
    "sgd": lambda recipe, rate: SGD(rate, recipe.weight_decay),
    "momentum": lambda recipe, rate: Momentum(rate, weight_decay=recipe.weight_decay),
    "adam": lambda recipe, rate: Adam(rate, recipe.betas, recipe.weight_decay),
    "adamw": lambda recipe, rate: AdamW(rate, recipe.betas, recipe.weight_decay),
}
USUAL_RATES = {"sgd": 0.1, "momentum": 0.05, "adam": 0.002, "adamw": 0.002}
SCHEDULES = {
    "constant": lambda rate, steps: constant(rate),
    "cosine": cosine,
    "one-cycle": one_cycle,
    "two-rates": lambda rate, steps: step_decay(rate, math.ceil(steps / 2)),
}


def dense(
    hidden: list[int], activation: Activation = ReLU, output: Activation = softmax
) -> list[Layer]:
    """784 pixels, dense layers with `hidden` units, 10 digits."""
    return [
        InLayer(units=784),
        *(Dense(units, activation) for units in hidden),
        Dense(10, output),
    ]


def two_convolutions() -> list[Layer]:
    """Detects strokes, then shapes made of strokes, then digits made of shapes."""
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(16, 5, activation=ReLU),
        MaxPool2D(),
        Conv2D(32, 3, activation=ReLU),
        MaxPool2D(),
        Flatten(),
        Dense(128, ReLU),
        Dense(10, softmax),
    ]


def five_convolutions() -> list[Layer]:
    """Two 3×3 convolutions see as much as one of 5×5, with fewer weights and one more nonlinearity
    (Simonyan and Zisserman 2015). Global average pooling keeps what was found, not where (Lin et
    al. 2014). Batch normalisation allows a higher learning rate (Ioffe and Szegedy 2015)."""
    return [
        InLayer(shape=(28, 28, 1)),
        *normalised_convolution(8),
        *normalised_convolution(8),
        MaxPool2D(),
        *normalised_convolution(16),
        *normalised_convolution(16),
        MaxPool2D(),
        *normalised_convolution(32),
        GlobalAveragePool2D(),
        Dense(10, softmax),
    ]


def seven_convolutions() -> list[Layer]:
    """Wider than five_convolutions, with strided convolutions instead of pooling (Springenberg et
    al. 2015), and dropout, as this many parameters could otherwise memorise the digits."""
    return [
        InLayer(shape=(28, 28, 1)),
        *normalised_convolution(32),
        *normalised_convolution(32),
        *shrinking_convolution(32),
        Dropout(0.2),
        *normalised_convolution(64),
        *normalised_convolution(64),
        *shrinking_convolution(64),
        Dropout(0.2),
        *normalised_convolution(128, kernel_size=4),
        Dropout(0.2),
        Flatten(),
        Dense(10, softmax),
    ]


def normalised_convolution(filters: int, kernel_size: int = 3) -> list[Layer]:
    return [Conv2D(filters, kernel_size, activation=ReLU), BatchNorm()]


def shrinking_convolution(filters: int) -> list[Layer]:
    """Halves height and width."""
    return [Conv2D(filters, 5, strides=2, padding="same", activation=ReLU), BatchNorm()]


@dataclass(frozen=True)
class Recipe:
    """Layers, and how to train them."""

    layers: Callable[[], list[Layer]]
    epochs: int
    lr: float  # the learning rate, or its peak
    schedule: str = "one-cycle"
    cost: str = "cross-entropy"
    optimizer: str = "adamw"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    clip: float | None = None  # the largest norm of a batch's gradient
    average: float = 0.999  # the decay of the moving average of the weights; 0: no average
    batch_size: int = 128
    augment: bool = False
    # The number of last epochs with half the augmentation: what the window reads isn't augmented
    # (the idea of He et al. 2019, Data Augmentation Revisited).
    gentle_epochs: int = 0
    pen_strokes: bool = False  # whether to train on pen strokes as well
    hands: bool = False  # whether to train on pen strokes in other hands, and constructed digits
    non_digits: bool = False  # whether to learn that non-digits are not digits

    def __post_init__(self) -> None:
        """ValueError or TypeError for invalid values."""
        for name in ("epochs", "batch_size"):
            require_whole(name, getattr(self, name))
        require_whole("gentle_epochs", self.gentle_epochs, least=0)
        for name, known in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("cost", COSTS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}")
        for name in ("lr", "weight_decay"):
            require_number(name, getattr(self, name))
        for name in ("label_smoothing", "average"):
            require_number(name, getattr(self, name), below=1)
        for beta in self.betas:
            require_number("betas", beta, below=1)
        if len(self.betas) != 2:
            raise ValueError("betas must be two numbers")
        if self.clip is not None:
            require_number("clip", self.clip)

    @property
    def uses_pen_strokes(self) -> bool:
        """Whether any of its data are made of pen strokes."""
        return self.pen_strokes or self.hands or self.non_digits

    def make_cost(self) -> Cost:
        return COSTS[self.cost](self)

    def make_optimizer(self, steps: int) -> Optimizer:
        """The optimizer, with its schedule for so many steps."""
        return OPTIMIZERS[self.optimizer](self, SCHEDULES[self.schedule](self.lr, steps))


RECIPES = {
    # What the window reads with.
    "inkling": Recipe(
        seven_convolutions,
        epochs=26,
        lr=0.004,
        weight_decay=0.02,
        augment=True,
        gentle_epochs=3,
        pen_strokes=True,
        hands=True,
        non_digits=True,
    ),
    # 99 % as fast as possible: few, large steps.
    "fast": Recipe(two_convolutions, epochs=2, lr=0.01, betas=(0.7, 0.9), batch_size=256),
    # 99.5 % with fewer than 10,000 parameters.
    "tiny": Recipe(five_convolutions, epochs=40, lr=0.01, weight_decay=0.01, augment=True),
    # Simard, Steinkraus and Platt 2003: one hidden layer is enough with elastic distortions.
    "dense-800": Recipe(
        lambda: dense([800]), epochs=120, lr=0.003, weight_decay=0.05, batch_size=256, augment=True
    ),
    # The usual first network: two hidden layers, no augmentation.
    "dense-128-64": Recipe(lambda: dense([128, 64]), epochs=20, lr=0.005, weight_decay=0.1),
    # Three narrow layers, as in small drawing programs.
    "dense-20-15-15": Recipe(lambda: dense([20, 15, 15]), epochs=40, lr=0.01, weight_decay=0.1),
    # Only ten hidden units, and large batches.
    "dense-10": Recipe(
        lambda: dense([10]), epochs=20, lr=0.02, weight_decay=0.1, average=0.99, batch_size=1000
    ),
    # Nielsen 2015, Neural Networks and Deep Learning, chapter 1. Its learning rate of 3 is 15 here,
    # because our cost is the mean over the ten outputs, Nielsen's half their sum.
    "nielsen-30": Recipe(
        lambda: dense([30], sigmoid, output=sigmoid),
        epochs=40,
        lr=15,
        schedule="two-rates",
        cost="quadratic",
        optimizer="sgd",
        average=0,
        batch_size=10,
    ),
}
