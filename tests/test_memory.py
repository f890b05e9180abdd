"""How much memory a network takes, measured in a process of its own."""

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="only Unix tells a process's memory")

NETWORK = """
import resource, sys
import numpy as np
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Conv2D, Dense, Flatten, InLayer, MaxPool2D
from nn.nets import Net
from nn.optimizers import Adam

def megabytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)

def convolution(filters):
    return Conv2D(filters, 3, padding="same", activation=ReLU)

generator = np.random.default_rng(0)
net = Net(
    [InLayer(shape=(28, 28, 1)), convolution(16), convolution(16), MaxPool2D(),
     convolution(32), convolution(32), MaxPool2D(), Flatten(), Dense(10, softmax)],
    CrossEntropyLoss,
    generator,
)
"""


def megabytes_after(steps: str) -> list[float]:
    result = subprocess.run(
        [sys.executable, "-c", NETWORK + steps], capture_output=True, text=True, check=True
    )
    return [float(line) for line in result.stdout.split()]


def test_training_four_convolutions_on_128_images_stays_under_400_megabytes():
    (peak,) = megabytes_after("""
optimizer = Adam()
X, Y = generator.random((128, 784), np.float32), generator.integers(0, 10, 128)
for _ in range(3):
    net.backpropagate(X, Y, generator)
    optimizer.step(net.parameters, net.gradients, net.decaying)
print(megabytes())
""")
    assert peak < 400


def test_predicting_ten_thousand_images_takes_no_more_memory_than_a_hundred():
    few, many = megabytes_after("""
X = np.zeros((10_000, 784), np.float32)
X += 0.5  # or the system would not really give the memory
net.predict(X[:100])
print(megabytes())
net.predict(X)
print(megabytes())
""")
    assert many < few + 10
