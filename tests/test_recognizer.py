import re
import sys

import numpy as np
import pytest

from digits.drawing import Drawing
from digits.drawing.ink import Ink
from digits.drawing.preprocess import VERSION, preprocess
from digits.drawing.retrace import retrace
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


def summing_to_one():
    """A network whose outputs for blank paper only look like probabilities."""
    net = small_net(activation=linear)
    net.layers[-1].parameters["biases"][:] = 0.1
    return net


def seven(width=0.05):
    return Drawing.of([[(0.2, 0.2), (0.6, 0.2), (0.4, 0.8)]], width)


def test_a_recognizer_tells_its_size_and_the_accuracy_that_its_file_claims():
    recognizer = Recognizer(small_net(test_accuracy=0.9938), "small")
    assert recognizer.parameter_count == 785 * 10
    assert recognizer.accuracy == 0.9938
    assert Recognizer(small_net(test_accuracy=1), "small").accuracy == 1.0


@pytest.mark.parametrize("claim", [{}, *({"test_accuracy": x} for x in ("99", None, 99.4, True))])
def test_no_accuracy_is_made_up(claim):
    assert Recognizer(small_net(**claim), "small").accuracy is None


def test_the_activations_of_a_reading_end_in_its_probabilities():
    recognizer = Recognizer(small_net(), "small")
    reading = recognizer.read_drawing(seven())
    layers, values = zip(*recognizer.activations(reading), strict=True)
    assert list(layers) == recognizer.net.layers
    np.testing.assert_allclose(values[0].ravel(), reading.image.ravel())
    np.testing.assert_allclose(values[-1], reading.probabilities, atol=1e-6)


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
        summing_to_one(),
        small_net(activation=ReLU),
        small_net(preprocessing=VERSION + 1),
        small_net(sure_from=1.5),
        small_net(sure_from="0.5"),
    ],
    ids=[
        "inputs",
        "outputs",
        "linear",
        "sum of 1",
        "ReLU",
        "preprocessing",
        "sure",
        "sure from text",
    ],
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


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
def test_a_name_is_one_line_that_can_be_printed(tmp_path):
    small_net().save_model(str(tmp_path / "bro\nken.npz"))
    assert Recognizer.load(tmp_path / "bro\nken.npz").name == r"bro\nken"


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        Recognizer.load(tmp_path / "none.npz")


def test_the_shipped_model_reads_mnist(mnist_test):
    images, labels = mnist_test
    recognizer = Recognizer.load()
    right = [recognizer.read(i).digit == d for i, d in zip(images[:500], labels[:500], strict=True)]
    assert recognizer.name == "inkling"
    assert np.mean(right) > 0.97


def test_a_drawing_is_read_by_its_strokes():
    recognizer = Recognizer(small_net(), "small")
    reading = recognizer.read_drawing(seven())
    np.testing.assert_array_equal(reading.image, retrace(seven()))
    thick = recognizer.read_drawing(seven(width=0.2))
    np.testing.assert_allclose(thick.probabilities, reading.probabilities, atol=1e-3)


def test_a_drawing_on_a_picture_is_read_by_its_pixels():
    recognizer = Recognizer(small_net(), "small")
    drawing = Drawing()
    drawing.picture = preprocess(np.pad(np.ones((40, 8), np.float32), 20))
    picture = recognizer.read_drawing(drawing).image
    np.testing.assert_allclose(picture, drawing.picture, atol=0.05)
    drawing.begin((0.1, 0.9), 0.1)
    drawing.extend((0.9, 0.9))
    assert np.abs(recognizer.read_drawing(drawing).image - picture).max() > 0.5


def test_a_blank_drawing_has_no_reading():
    assert Recognizer(small_net(), "small").read_drawing(Drawing()) is None


def test_a_reading_is_sure_from_the_probability_that_the_model_names():
    net = small_net()
    probability = float(Recognizer(net, "small").read_drawing(seven()).probabilities.max())
    assert Recognizer(net, "small").read_drawing(seven()).sure is True
    for sure_from, sure in ((probability * 0.99, True), (probability * 1.01, False)):
        net.metadata["sure_from"] = min(sure_from, 1)
        assert Recognizer(net, "small").read_drawing(seven()).sure is sure


def test_evidence_adds_up_to_the_difference_that_the_ink_makes_to_a_linear_network():
    net = small_net()
    recognizer = Recognizer(net, "small")
    reading = recognizer.read_drawing(seven())
    for digit in (0, 9):
        evidence = recognizer.evidence(reading, digit)
        assert evidence.shape == (28, 28) and evidence.dtype == np.float32
        assert not evidence[reading.image == 0].any()
        weights = net.layers[-1].parameters["weights"][:, digit].reshape(28, 28)
        np.testing.assert_allclose(evidence, weights * reading.image, rtol=1e-5)


def moved(drawing, height, place):
    """The drawing as a mouse would draw it on 560 × 560 pixels, `height` of them high."""
    points = np.concatenate([stroke.points for stroke in drawing.strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height / (high - low).max()
    corner = place * (1 - (high - low) * scale)
    paths = (((stroke.points - low) * scale + corner) * 560 for stroke in drawing.strokes)
    return Drawing.of((np.rint(path) / 560 for path in paths), 0.075)


def test_a_drawing_reads_the_same_at_10_sizes_and_25_places(pen_digits):
    recognizer = Recognizer.load()
    for label in range(10):
        digit = next(d for d in pen_digits if d.label == label).drawing()
        answers = {
            recognizer.read_drawing(moved(digit, height, place)).digit
            for height in np.linspace(0.15, 0.8, 10)
            for place in np.stack(np.meshgrid(*[np.linspace(0, 1, 5)] * 2), -1).reshape(-1, 2)
        }
        assert len(answers) == 1, f"a {label} was read as {answers}"
