"""What a network tells of its inside: every layer's activations, the features that the last layer
sees, and a gradient by the input."""

import numpy as np
import pytest

from nn.activation_functions import LeakyReLU, ReLU, sigmoid, softmax, tanh
from nn.cost_functions import CrossEntropyLoss
from nn.insight import Insight
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

NETWORKS = {
    "dense": [InLayer(36), Dense(7, tanh), Dropout(0.5), BatchNorm(), Dense(5, sigmoid)],
    "convolutions": [
        InLayer(shape=(6, 6, 1)),
        Conv2D(3, 3, padding="same", activation=LeakyReLU),
        MaxPool2D(),
        BatchNorm(),
        Conv2D(4, 2, activation=ReLU),
        Flatten(),
        Dense(5, softmax),
    ],
    "global average": [
        InLayer(shape=(6, 6, 1)),
        Conv2D(3, 3, strides=2, activation=tanh),
        GlobalAveragePool2D(),
        Dense(5, softmax),
    ],
    "colours": [  # every side is another
        InLayer(shape=(3, 4, 3)),
        Conv2D(4, 2, padding="same", activation=tanh),
        Flatten(),
        Dense(5, softmax),
    ],
    "no hidden layer": [InLayer(36), Dense(5, softmax)],
}


@pytest.fixture(params=NETWORKS)
def net(request) -> Net:
    """A network in float64 whose every parameter and running statistic is its own."""
    generator = np.random.default_rng(0)
    net = Net(NETWORKS[request.param], CrossEntropyLoss, generator, dtype=np.float64)
    net.parameters += generator.normal(0, 0.1, net.parameters.shape)
    net.backpropagate(generator.random((20, 36)), np.arange(20) % 5, generator)
    net.update_statistics()
    return net


def test_the_last_activations_are_the_prediction(net):
    x = np.random.default_rng(1).random((1, 36))
    layer, outputs = net.activations(x)[-1]
    assert layer is net.layers[-1]
    np.testing.assert_allclose(outputs, net.predict(x)[0], rtol=1e-12)


def test_every_layer_shows_its_output_in_its_own_shape(net):
    passed = net.activations(np.random.default_rng(1).random((1, 36)))
    assert [layer for layer, _ in passed] == net.layers
    assert [array.shape for _, array in passed] == [layer.output_shape for layer in net.layers]


def test_activations_are_those_after_the_activation_function():
    generator = np.random.default_rng(0)
    net = Net(NETWORKS["convolutions"], CrossEntropyLoss, generator)
    image = generator.normal(size=(1, 6, 6, 1)).astype(np.float32)
    maps = dict((repr(layer), array) for layer, array in net.activations(image))
    second = maps[repr(net.layers[4])]
    assert second.min() == 0 and second.max() > 0  # ReLU
    first, pooled = maps[repr(net.layers[1])], maps[repr(net.layers[2])]
    np.testing.assert_array_equal(pooled, first.reshape(3, 2, 3, 2, 3).max(axis=(1, 3)))


def test_activations_stay_what_they_were_when_the_next_image_comes(net):
    generator = np.random.default_rng(1)
    first = net.activations(generator.random((1, 36)))
    before = [array.copy() for _, array in first]
    net.activations(generator.random((1, 36)))
    for (_, array), copy in zip(first, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("unit", [0, 4])
def test_the_input_gradient_is_that_of_the_logit_in_inference(net, unit):
    generator = np.random.default_rng(2)
    x, direction = generator.random((1, 36)), generator.normal(size=(1, 36))

    last = net.layers[-1]

    def logit(x):
        return float(
            net.features(x)[0] @ last.parameters["weights"][:, unit]
            + last.parameters["biases"][unit]
        )

    h = 1e-6
    slope = (logit(x + h * direction) - logit(x - h * direction)) / (2 * h)
    gradient = net.input_gradient(x, unit)
    assert gradient.shape == x.shape
    np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-6)


def test_the_input_gradient_has_the_shape_of_the_image_and_stays_what_it_was(net):
    images = np.random.default_rng(2).random((2, *net.layers[0].output_shape))
    first = net.input_gradient(images[:1], 1)
    assert first.shape == images[:1].shape
    before = first.copy()
    np.testing.assert_array_equal(
        net.input_gradient(images[:1].reshape(1, 36), 1).ravel(), before.ravel()
    )
    net.input_gradient(images[1:], 2)
    np.testing.assert_array_equal(first, before)


def test_activations_stay_what_they_were_when_the_image_changes(net):
    insight, image = Insight(net.layers, np.dtype(np.float32)), np.ones((1, 36), np.float32)
    insight.forward(image)
    image[:] = 9
    assert (insight.activations()[0][1] == 1).all()


def test_an_image_is_checked_before_there_is_room_for_another():
    vast = [InLayer(shape=(10**7, 10**7, 1)), MaxPool2D(), GlobalAveragePool2D(), Dense(2)]
    net = Net(vast, CrossEntropyLoss)
    for look in (net.predict, net.activations, lambda X: net.input_gradient(X, 0)):
        with pytest.raises(ValueError, match="10000000"):
            look(np.zeros((1, 784)))


@pytest.mark.parametrize("m", [0, 2])
def test_insight_takes_one_image_at_a_time(net, m):
    for look in (net.activations, lambda X: net.input_gradient(X, 0)):
        with pytest.raises(ValueError, match="one image"):
            look(np.zeros((m, 36)))


def test_activations_show_an_image_the_right_way_round():
    image = np.random.default_rng(2).random((1, 3, 4, 3))
    layers = [InLayer(shape=(3, 4, 3)), MaxPool2D(1), Flatten(), Dense(5)]
    shown = Net(layers, CrossEntropyLoss, dtype=np.float64).activations(image)
    np.testing.assert_array_equal(shown[0][1], image[0])
    np.testing.assert_array_equal(shown[1][1], image[0])
    np.testing.assert_array_equal(shown[2][1], image.ravel())


# --- Features


@pytest.mark.parametrize("m", [0, 1, 3, 70, 600])
def test_features_are_what_the_last_layer_turns_into_the_prediction(net, m):
    X = np.random.default_rng(1).random((m, 36))
    features, last = net.features(X), net.layers[-1]
    assert features.shape == (m, *last.input_shape)
    logits = features @ last.parameters["weights"] + last.parameters["biases"]
    np.testing.assert_allclose(last.activation(logits), net.predict(X), rtol=1e-12)


@pytest.mark.parametrize("m", [1, 70])
def test_features_are_the_callers_own(net, m):
    X = np.random.default_rng(1).random((m, 36))
    first = net.features(X)
    before = first.copy()
    net.features(1 - X)
    np.testing.assert_array_equal(first, before)
    first[:] = 0
    np.testing.assert_array_equal(net.features(X), before)


def test_features_are_float32_like_the_network_and_of_any_shape_of_images():
    net = Net(NETWORKS["convolutions"], CrossEntropyLoss)
    X = np.random.default_rng(1).integers(0, 255, (5, 6, 6), np.uint8)
    features = net.features(X)
    assert features.dtype == np.float32
    np.testing.assert_array_equal(net.features(X.reshape(5, 36)), features)
    with pytest.raises(ValueError, match="X must be"):
        net.features(X[:, 1:])


# --- Learning goes on


def test_insight_leaves_learning_alone(net):
    x = np.random.default_rng(1).random((1, 36))
    net.backpropagate(x, np.array([1]), np.random.default_rng(3))
    gradients, parameters = net.gradients.copy(), net.parameters.copy()
    statistics = [a.copy() for layer in net.layers for a in layer.statistics.values()]
    net.input_gradient(x, 2)
    net.features(x)
    np.testing.assert_array_equal(net.gradients, gradients)
    np.testing.assert_array_equal(net.parameters, parameters)
    after = [a for layer in net.layers for a in layer.statistics.values()]
    for a, b in zip(statistics, after, strict=True):
        np.testing.assert_array_equal(a, b)


def test_insight_follows_the_parameters_as_they_change(net):
    x = np.random.default_rng(1).random((1, 36))
    net.activations(x)
    net.parameters += 0.1
    np.testing.assert_allclose(net.activations(x)[-1][1], net.predict(x)[0], rtol=1e-12)
