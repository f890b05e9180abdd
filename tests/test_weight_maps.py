"""The pictures of a first layer's weights: those of unit i in place i, whatever the network."""

import math

import numpy as np
import pytest
from pages import draw, pictures, words

from nn.activation_functions import ReLU, softmax
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
from training import page
from training.weight_maps import MOST_MAPS, weights

pytestmark = pytest.mark.filterwarnings("error")  # each would be a line on the user's screen

IMAGE = (28, 28, 1)
NETWORKS = {
    "one layer": [InLayer(784), Dense(10, softmax)],
    "one unit": [InLayer(784), Dense(1, ReLU), Dense(10, softmax)],
    "800 units": [InLayer(784), Dropout(0.1), BatchNorm(), Dense(800, ReLU), Dense(10, softmax)],
    "small filters": [InLayer(shape=IMAGE), Conv2D(24, 1), Flatten(), Dense(10, softmax)],
    "large filters": [InLayer(shape=IMAGE), Conv2D(13, 28), Flatten(), Dense(10, softmax)],
    "filters beyond the image": [
        InLayer(shape=IMAGE),
        Conv2D(2, 200, padding="same", strides=28),
        Flatten(),
        Dense(10, softmax),
    ],
    "pooled first": [InLayer(shape=IMAGE), MaxPool2D(), Flatten(), Dense(6), Dense(10, softmax)],
    "the mean alone": [InLayer(shape=IMAGE), GlobalAveragePool2D(), Dense(10, softmax)],
    "channels": [InLayer(shape=(14, 14, 4)), Conv2D(5, 3), Flatten(), Dense(10, softmax)],
    "a strip": [InLayer(shape=(1, 784, 1)), Flatten(), Dense(10, softmax)],
}


@pytest.fixture(params=NETWORKS)
def net(request):
    return Net(NETWORKS[request.param], CrossEntropyLoss, np.random.default_rng(0))


def test_place_i_shows_the_weights_of_unit_or_filter_i():
    for name, layer, shape in (("one layer", 1, (28, 28)), ("pooled first", 3, (14, 14))):
        net = Net(NETWORKS[name], CrossEntropyLoss, np.random.default_rng(0))
        matrix = net.layers[layer].parameters["weights"]
        expected = [matrix[:, i].reshape(shape) for i in range(matrix.shape[1])]
        np.testing.assert_array_equal(pictures(weights(net)), expected)
    net = Net(NETWORKS["channels"], CrossEntropyLoss, np.random.default_rng(0))
    for image, one in zip(pictures(weights(net)), net.layers[1].parameters["weights"], strict=True):
        for channel in range(4):  # side by side
            np.testing.assert_array_equal(image[:, 3 * channel :][:, :3], one[..., channel])


def test_the_first_weights_of_any_network_fit_the_page_row_by_row(net):
    figure = weights(net)
    draw(figure)
    (axes,) = figure.axes
    images = [image for image in axes.images if image.get_array().shape != (1, 101)]
    assert 0 < len(images) <= MOST_MAPS
    boxes = [image.get_extent() for image in images]  # left, right, bottom, top
    assert boxes == sorted(boxes, key=lambda box: (box[3], box[0]))
    for left, right, bottom, top in boxes:
        assert page.MARGIN <= left < right <= page.WIDTH - page.MARGIN
        assert page.HEADER <= top < bottom <= axes.get_ylim()[0]
        assert right - left == bottom - top


def test_of_hundreds_of_units_the_title_says_how_many_are_shown():
    def title(name):
        return words(weights(Net(NETWORKS[name], CrossEntropyLoss)))[0]

    assert title("800 units") == "First layer: 128 of 800 units, 28×28 weights each"
    assert title("small filters") == "First layer: 24 filters, 1×1 weights each"


def test_no_weight_is_white_and_opposite_ones_are_equally_strong(net):
    for image in weights(net).axes[0].images[1:]:
        assert image.norm.vmin == -image.norm.vmax < 0


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf, 1e30])
def test_weights_that_went_astray_can_still_be_drawn(value):
    net = Net(NETWORKS["one layer"], CrossEntropyLoss)
    net.parameters[:] = value
    draw(weights(net))
