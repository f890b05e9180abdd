import re
from itertools import pairwise

import numpy as np
import pytest

from digits.ink import Ink
from digits.preprocess import VERSION, preprocess
from digits.recognizer import Recognizer
from nn.activation_functions import ReLU, linear, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.model_files import ModelFileError
from nn.nets import Net


def small_net(inputs=784, outputs=10, activation=softmax, **metadata):
    layers = [InLayer(units=inputs), Dense(units=outputs, activation=activation)]
    net = Net(layers, cost_function=CrossEntropyLoss)
    net.metadata.update(metadata)
    return net


def drawn(pen_digit, height, centre, canvas=560):
    """A sheet with the digit, its longer side `height` of the sheet, its pen a tenth of that."""
    points = np.concatenate(pen_digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height / (high - low).max()
    ink = Ink(canvas)
    for stroke in pen_digit.strokes:
        path = ((stroke - (low + high) / 2) * scale + centre).tolist()
        for start, end in pairwise(path if len(path) > 1 else path * 2):
            ink.line(start, end, 0.1 * height)
    return ink.pixels


def test_blank_ink_has_no_reading():
    assert Recognizer(small_net(), "small").read(np.zeros((560, 560), np.float32)) is None


def test_a_reading_tells_what_the_network_saw_and_thought():
    ink = Ink(100)
    ink.line((0.3, 0.2), (0.4, 0.8), 0.1)
    net = small_net()
    reading = Recognizer(net, "small").read(ink.pixels)
    np.testing.assert_array_equal(reading.image, preprocess(ink.pixels))
    assert reading.probabilities.shape == (10,)
    assert reading.probabilities.dtype == np.float32
    assert reading.probabilities.sum() == pytest.approx(1)
    assert reading.digit == reading.probabilities.argmax()
    np.testing.assert_array_equal(
        reading.probabilities, net.predict(reading.image.reshape(1, 784))[0]
    )


@pytest.mark.parametrize(
    "net",
    [
        small_net(inputs=100),
        small_net(outputs=9),
        small_net(activation=linear),
        small_net(activation=ReLU),
        small_net(preprocessing=VERSION + 1),
    ],
    ids=["other input", "other output", "linear", "ReLU", "other preprocessing"],
)
def test_a_network_for_something_else_is_refused_by_name(net, tmp_path):
    with pytest.raises(ModelFileError, match="the network"):
        Recognizer(net, "stranger")
    path = tmp_path / "stranger.npz"
    net.save_model(str(path))
    with pytest.raises(ModelFileError, match=re.escape(f"{path}: the network")):
        Recognizer.load(path)


def test_a_saved_network_is_loaded_under_the_name_of_its_file(tmp_path):
    small_net(preprocessing=VERSION).save_model(str(tmp_path / "mine.npz"))
    assert Recognizer.load(tmp_path / "mine.npz").name == "mine"
    assert Recognizer.load(str(tmp_path / "mine.npz")).name == "mine"


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        Recognizer.load(tmp_path / "none.npz")


def test_the_shipped_model_reads_mnist(mnist_test):
    images, labels = mnist_test
    recognizer = Recognizer.load()
    right = [recognizer.read(i).digit == d for i, d in zip(images[:500], labels[:500], strict=True)]
    assert recognizer.name == "inkling"
    assert np.mean(right) > 0.97


def test_a_drawing_reads_the_same_at_10_sizes_and_25_places(pen_digits):
    recognizer = Recognizer.load()
    for label in range(10):
        digit = next(d for d in pen_digits if d.label == label)
        answers = {
            recognizer.read(drawn(digit, height, (x, y))).digit
            for height in np.linspace(0.15, 0.8, 10)
            for x in np.linspace(0.1, 0.9, 5) * (1 - height) + height / 2
            for y in np.linspace(0.1, 0.9, 5) * (1 - height) + height / 2
        }
        assert len(answers) == 1, f"a {label} was read as {answers}"
