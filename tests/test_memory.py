"""How much memory a network takes, measured in a process of its own."""

import os
import subprocess
import sys

import numpy as np
import pytest
from memory import forget_peak, peak

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process's own peak"
)

NETWORK = """
import numpy as np
from memory import peak
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Conv2D, Dense, Flatten, InLayer, MaxPool2D
from nn.nets import Net
from nn.optimizers import Adam

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
    places = os.pathsep.join((os.getcwd(), os.path.dirname(__file__)))
    result = subprocess.run(
        [sys.executable, "-c", NETWORK + steps],
        env=os.environ | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in result.stdout.split()]


def test_training_four_convolutions_on_128_images_stays_under_400_megabytes():
    (peak,) = megabytes_after("""
optimizer = Adam()
X, Y = generator.random((128, 784), np.float32), generator.integers(0, 10, 128)
for _ in range(3):
    net.backpropagate(X, Y, generator)
    optimizer.step(net.parameters, net.gradients, net.decaying)
print(peak())
""")
    assert peak < 400


def test_predicting_ten_thousand_images_takes_no_more_memory_than_a_batch():
    few, many = megabytes_after("""
X = np.zeros((10_000, 784), np.float32)
X += 0.5  # or the system would not really give the memory
net.predict(X[:128])  # a part for each of two cores
print(peak())
net.predict(X)
print(peak())
""")
    assert many < few + 10


def test_what_this_process_took_before_is_not_counted():
    forget_peak()
    before = peak()
    taken = np.ones(50_000_000)  # 400 megabytes
    assert peak() > before + 350
    assert megabytes_after("print(peak())")[0] < 150
    del taken
    forget_peak()
    assert peak() < before + 100
