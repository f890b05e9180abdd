"""Networks that have every layer and activation between them, with all their numbers random."""

import numpy as np

from nn.activation_functions import LeakyReLU, ReLU, linear, sigmoid, softmax, tanh
from nn.cost_functions import CrossEntropyLoss
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
from nn.nets import Net

IMAGE = InLayer(shape=(28, 28, 1))
LAST = Dense(10, softmax)
LAYERS = {
    "dense": [InLayer(units=784), Dense(30, ReLU), BatchNorm(), Dropout(0.3), Dense(9, tanh), LAST],
    "one layer": [InLayer(units=784), LAST],
    "rows of softmax": [InLayer(units=784), Dense(12, softmax), Dense(7, linear), LAST],
    "same padding, strides": [
        IMAGE,
        Conv2D(5, 3, padding="same", activation=ReLU),
        BatchNorm(),
        Conv2D(9, 5, strides=2, padding="same", activation=LeakyReLU),
        Conv2D(8, 4, strides=3, padding="same", activation=tanh),
        Flatten(),
        LAST,
    ],
    "strides wider than the window": [
        IMAGE,
        Conv2D(6, 2, strides=3, activation=sigmoid),
        Conv2D(16, 9, activation=linear),
        BatchNorm(),
        Flatten(),
        Dense(11, LeakyReLU),
        BatchNorm(),
        LAST,
    ],
    "pooling": [
        IMAGE,
        Conv2D(7, 3, activation=ReLU),
        MaxPool2D(3),
        Conv2D(10, 3, padding="same", activation=sigmoid),
        MaxPool2D(),
        Dropout(0.2),
        Flatten(),
        LAST,
    ],
    "average": [
        IMAGE,
        MaxPool2D(1),
        MaxPool2D(2),
        Conv2D(12, 3, strides=2, activation=tanh),
        GlobalAveragePool2D(),
        Flatten(),
        LAST,
    ],
}


def varied_net(name: str, seed: int = 0) -> Net:
    """The network of that name."""
    generator = np.random.default_rng(seed)
    net = Net(LAYERS[name], CrossEntropyLoss, generator=generator)
    for layer in net.layers:
        for key, array in (layer.parameters | layer.statistics).items():
            if key != "weights":
                array[:] = generator.uniform(0.3, 1.5, array.shape)
    return net
