"""Each layer computes what its docstring says, and learns by the right gradients.

A layer is looked at from outside only, in a small net.
"""

import numpy as np
import pytest
from gradient_check import gradient_error

from nn.activation_functions import ACTIVATIONS, Activation, LeakyReLU, ReLU, sigmoid, softmax, tanh
from nn.cost_functions import MSE, CrossEntropyLoss
from nn.layers import (
    LAYERS,
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

TOLERANCE = 1e-6


def random_net(layers, cost_function=CrossEntropyLoss):
    """In float64; the biases, scales and shifts are random too."""
    generator = np.random.default_rng(0)
    net = Net(layers, cost_function, generator, dtype=np.float64)
    net.parameters += generator.normal(0, 0.1, net.parameters.size)
    return net


def random_examples(m, shape, units):
    """Images with a blank upper half, as the paper around a digit is: ties for every maximum."""
    generator = np.random.default_rng(1)
    X = generator.normal(0, 1, (m, *shape))
    if len(shape) == 3:
        X[:, : shape[0] // 2] = 0
    return X, generator.integers(units, size=m)


# --- Gradients

STACKS = {
    "dense": ((5,), [Dense(6, tanh), Dense(4, ReLU)]),
    "dropout": ((5,), [Dropout(0.2), Dense(9, tanh), Dropout(0.4), Dense(6), Dropout(0)]),
    "norm": ((5,), [BatchNorm(), Dense(6, ReLU), BatchNorm(), Dense(4, tanh)]),
    "valid": ((7, 9, 2), [Conv2D(3, 3, activation=ReLU), Conv2D(2, 2, activation=tanh), Flatten()]),
    "same": (
        (6, 5, 2),
        [
            Conv2D(3, 3, padding="same", activation=ReLU),
            Conv2D(2, 4, padding="same", activation=LeakyReLU),
            Conv2D(2, 1, padding="same"),
            Flatten(),
        ],
    ),
    "strides": (
        (9, 8, 1),
        [
            Conv2D(2, 2, strides=2, padding="same", activation=tanh),
            Conv2D(3, 3, strides=2, padding="same", activation=ReLU),
            Conv2D(3, 2, strides=1, activation=sigmoid),
            Flatten(),
        ],
    ),
    "strides, valid": (
        (10, 8, 2),
        [Conv2D(2, 2), Conv2D(3, 3, strides=2, activation=ReLU), Flatten()],
    ),
    "gaps between windows": (
        (9, 8, 2),
        [Conv2D(2, 1), Conv2D(2, 1, strides=2), Conv2D(2, 2, 3), Flatten()],
    ),
    "pools": (
        (11, 14, 1),
        [
            Conv2D(3, 2, activation=ReLU),
            MaxPool2D(2),
            Conv2D(4, 2, padding="same", activation=tanh),
            MaxPool2D(3),
            MaxPool2D(1),
            Flatten(),
        ],
    ),
    "kernels larger than the image": (
        (3, 2, 2),
        [Conv2D(2, 5, padding="same"), Conv2D(2, 4, 2, padding="same", activation=tanh), Flatten()],
    ),
    "norm before what is left out": (
        (13, 13, 2),
        [
            Conv2D(3, 3, activation=ReLU),
            BatchNorm(),
            MaxPool2D(2),
            BatchNorm(),
            Conv2D(4, 1, strides=2, activation=tanh),
            BatchNorm(),
            Conv2D(3, 2, strides=3),
            Flatten(),
        ],
    ),
    "pool first": ((7, 7, 2), [MaxPool2D(2), Conv2D(2, 2, activation=ReLU), Flatten()]),
    "global average": ((5, 6, 2), [Conv2D(3, 2, activation=ReLU), GlobalAveragePool2D()]),
    "dropout of images": (
        (6, 6, 2),
        [Dropout(0.2), Conv2D(3, 3, activation=ReLU), Dropout(0.4), Conv2D(2, 2), Flatten()],
    ),
    "norm of images": (
        (8, 7, 2),
        [
            BatchNorm(),
            Conv2D(3, 3, activation=ReLU),
            BatchNorm(),
            MaxPool2D(2),
            Conv2D(2, 2, padding="same"),
            Flatten(),
            BatchNorm(),
        ],
    ),
    "images to units": ((4, 3, 2), [Flatten(), Flatten(), Dense(5, tanh)]),
}


@pytest.mark.parametrize("m", [1, 5, 37, 101])  # one chunk or several of them
@pytest.mark.parametrize("stack", STACKS)
def test_gradients_agree_with_the_cost(stack, m):
    shape, layers = STACKS[stack]
    start = InLayer(shape=shape) if len(shape) == 3 else InLayer(units=shape[0])
    net = random_net([start, *layers, Dense(3, softmax)])
    assert gradient_error(net, *random_examples(m, shape, 3)) < TOLERANCE


def test_the_gradient_check_knows_every_layer():
    assert {type(layer) for _, layers in STACKS.values() for layer in layers} | {InLayer} == {
        *LAYERS.values()
    }


@pytest.mark.parametrize("cost", [MSE(), CrossEntropyLoss(), CrossEntropyLoss(0.1)], ids=str)
@pytest.mark.parametrize("output", ACTIVATIONS.values(), ids=str)
@pytest.mark.parametrize("hidden", ACTIVATIONS.values(), ids=str)
def test_every_activation_goes_with_every_other_and_with_every_cost(hidden, output, cost):
    net = random_net([InLayer(units=4), Dense(5, hidden), Dense(6, hidden), Dense(3, output)], cost)
    if isinstance(cost, CrossEntropyLoss) and output not in (softmax, sigmoid):
        with pytest.raises(ValueError, match="probabilities"):
            net.backpropagate(*random_examples(8, (4,), 3))
        return
    assert gradient_error(net, *random_examples(8, (4,), 3)) < TOLERANCE


def wrong_by_a_hundredth(name):
    def backward(self, dy):
        result = original(self, dy)
        self.gradients[name][...] *= 1.01
        return result

    original = Dense.backward
    return backward


@pytest.mark.parametrize("name", ["weights", "biases"])
def test_the_gradient_check_catches_a_planted_error_in_a_layer(name, monkeypatch):
    net = random_net([InLayer(units=5), Dense(6, tanh), Dense(3, softmax)])
    examples = random_examples(8, (5,), 3)
    assert gradient_error(net, *examples) < TOLERANCE
    monkeypatch.setattr(Dense, "backward", wrong_by_a_hundredth(name))
    assert gradient_error(net, *examples) > 100 * TOLERANCE


def test_the_gradient_check_catches_a_planted_error_in_an_activation():
    wrong = Activation("wrong", tanh.function, lambda a, da: 1.01 * tanh.backward(a, da))
    for layers in ([Dense(5, wrong)], [Conv2D(2, 2, activation=wrong), Flatten()]):
        shape = (3, 4, 1) if len(layers) > 1 else (5,)
        start = InLayer(shape=shape) if len(shape) == 3 else InLayer(units=5)
        net = random_net([start, *layers, Dense(3, softmax)])
        assert gradient_error(net, *random_examples(8, shape, 3)) > 100 * TOLERANCE


# --- Values


def net_around(layers, shape):
    """A net in float64 whose outputs are those of the last of the layers."""
    start = InLayer(shape=shape) if len(shape) == 3 else InLayer(units=shape[0])
    layers = [start, *layers, Flatten()]
    (units,) = random_net([*layers, Dense(1)]).layers[-1].input_shape
    net = random_net([*layers, Dense(units)], MSE)
    net.layers[-1].parameters["weights"][:] = np.eye(units)
    net.layers[-1].parameters["biases"][:] = 0
    return net


def images_out(layers, X):
    """What the layers make of the images X, as images (m, height, width, channels); and the first
    of the layers, as the net has it."""
    net = net_around(layers, X.shape[1:])
    return net.predict(X).reshape(len(X), *net.layers[len(layers)].output_shape), net.layers[1]


def naive_convolution(X, layer):
    """(m, h, w, channels) to (m, rows, columns, filters), window by window."""
    weights, biases = layer.parameters["weights"], layer.parameters["biases"]
    k, s = layer.kernel_size, layer.strides
    if layer.padding == "same":
        totals = [max((int(np.ceil(side / s)) - 1) * s + k - side, 0) for side in X.shape[1:3]]
        X = np.pad(X, [(0, 0), *((t // 2, t - t // 2) for t in totals), (0, 0)])
    rows, columns = ((side - k) // s + 1 for side in X.shape[1:3])
    Y = np.empty((len(X), rows, columns, len(biases)))
    for i in range(rows):
        for j in range(columns):
            window = X[:, i * s : i * s + k, j * s : j * s + k]  # (m, k, k, channels)
            Y[:, i, j] = np.einsum("mijc,fijc->mf", window, weights) + biases
    return layer.activation(Y)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
def test_a_convolution_is_its_definition(kernel_size, strides, padding):
    for height, width in [(7, 10), (2, 3)] if padding == "same" else [(7, 10)]:
        X, _ = random_examples(18, (height, width, 2), 1)
        Y, layer = images_out([Conv2D(3, kernel_size, strides, padding, ReLU)], X)
        if padding == "same":
            assert layer.output_shape == (-(-height // strides), -(-width // strides), 3)
        np.testing.assert_allclose(Y, naive_convolution(X, layer), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("pool_size", [1, 2, 3, 7])
def test_pooling_takes_the_maximum_and_drops_what_is_left_over(pool_size):
    X, _ = random_examples(5, (7, 11, 2), 1)
    rows, columns = 7 // pool_size, 11 // pool_size
    expected = np.empty((5, rows, columns, 2))
    for i in range(rows):
        for j in range(columns):
            square = [slice(a * pool_size, (a + 1) * pool_size) for a in (i, j)]
            expected[:, i, j] = X[:, *square].max(axis=(1, 2))
    np.testing.assert_array_equal(images_out([MaxPool2D(pool_size)], X)[0], expected)


def test_the_gradient_of_a_maximum_goes_to_the_leftmost_of_equals_and_there_to_the_uppermost():
    image = [[0, 5, 5, 1], [5, 0, 1, 5], [0, 0, 2, 2], [0, 0, 2, 2]]
    net = net_around([MaxPool2D(2)], (4, 4, 1))
    gradients = [net.input_gradient(np.array([image]), unit)[0] for unit in range(4)]
    expected = np.zeros((4, 4, 4))
    for unit, place in enumerate([(1, 0), (0, 2), (2, 0), (2, 2)]):
        expected[unit][place] = 1
    np.testing.assert_array_equal(gradients, expected)


@pytest.mark.parametrize(
    "activation", [a for a in ACTIVATIONS.values() if a is not softmax], ids=str
)
def test_an_activation_before_a_pool_is_applied_as_if_before_it(activation):
    X, _ = random_examples(20, (6, 6, 1), 1)
    convolution = Conv2D(2, 3, padding="same", activation=activation)
    Y, layer = images_out([convolution, MaxPool2D(2)], X)
    expected = naive_convolution(X, layer).reshape(20, 3, 2, 3, 2, 2).max(axis=(2, 4))
    np.testing.assert_allclose(Y, expected, rtol=1e-9, atol=1e-12)


def test_the_global_average_is_the_mean_of_each_channel():
    X, _ = random_examples(5, (4, 6, 3), 1)
    answer = net_around([GlobalAveragePool2D()], (4, 6, 3)).predict(X)
    np.testing.assert_allclose(answer, X.mean(axis=(1, 2)))


# --- What differs between training and answering


def trained_on(net, X, seed=0):
    """The outputs in training."""
    targets = np.zeros((len(X), net.layers[-1].units))
    _, outputs = net.backpropagate(X, targets, np.random.default_rng(seed))
    net.update_statistics()
    return outputs


def test_dropout_drops_its_rate_and_keeps_the_expected_value():
    net, X = net_around([Dropout(0.3)], (400,)), np.ones((50, 400))
    outputs = trained_on(net, X)
    np.testing.assert_allclose(np.unique(outputs), [0, 1 / 0.7])
    assert (outputs == 0).mean() == pytest.approx(0.3, abs=0.02)  # 6 standard deviations
    np.testing.assert_array_equal(trained_on(net, X), outputs)
    assert (trained_on(net, X, seed=1) != outputs).any()
    np.testing.assert_array_equal(net.predict(X), X)


def test_dropout_drops_something_else_in_each_image():
    net = net_around([Conv2D(1, 1), Dropout(0.5)], (8, 8, 1))
    outputs = trained_on(net, np.ones((256, 64)))
    assert len(np.unique(outputs == 0, axis=0)) == 256


@pytest.mark.parametrize("shape", [(5,), (3, 4, 2)], ids=str)
def test_batch_norm_normalises_by_the_batch_and_answers_by_the_running_statistics(shape):
    if len(shape) == 1:
        net = net_around([BatchNorm()], shape)
        norm = net.layers[1]
    else:  # behind a convolution that changes nothing
        net = net_around([Conv2D(2, 1), BatchNorm()], shape)
        same, norm = net.layers[1:3]
        same.parameters["weights"][:, 0, 0], same.parameters["biases"][:] = np.eye(2), 0
    norm.parameters["scale"][:], norm.parameters["shift"][:] = 1, 0
    generator = np.random.default_rng(2)
    X = generator.normal(3, 2, (64, *shape))  # not more, or each part is normalised by itself

    outputs = trained_on(net, X).reshape(X.shape)
    axes = tuple(range(X.ndim - 1))
    np.testing.assert_allclose(outputs.mean(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(outputs.std(axis=axes), 1, rtol=1e-4)

    mean, variance = 0.1 * X.mean(axis=axes), 0.9 + 0.1 * X.var(axis=axes, ddof=1)
    expected = (X - mean) / np.sqrt(variance + norm.EPSILON)
    np.testing.assert_allclose(net.predict(X).reshape(X.shape), expected)
    for name, value in (("mean", mean), ("variance", variance)):  # as measured in training alone
        np.testing.assert_allclose(norm.statistics[name], value)


def test_a_single_value_says_nothing_about_the_variance():
    net = net_around([BatchNorm()], (5,))
    norm = net.layers[1]
    trained_on(net, np.random.default_rng(0).normal(3, 2, (1, 5)))
    np.testing.assert_array_equal(norm.statistics["variance"], 1)
    assert (norm.statistics["mean"] != 0).all()


# --- Initial weights


@pytest.mark.parametrize(
    ("layer", "shape", "variance"),
    [
        (Dense(400, ReLU), (300,), 2 / 300),
        (Dense(400, LeakyReLU), (300,), 2 / 300),
        *(
            (Dense(400, ACTIVATIONS[a]), (300,), 2 / 700)
            for a in ("linear", "sigmoid", "tanh", "softmax")
        ),
        (Conv2D(64, 5, activation=ReLU), (6, 6, 32), 2 / (25 * 32)),
        (Conv2D(64, 5, activation=tanh), (6, 6, 32), 2 / (25 * (32 + 64))),
    ],
    ids=lambda value: repr(value) if not isinstance(value, float) else "",
)
def test_initial_weights_have_the_variance_that_suits_the_activation(layer, shape, variance):
    start = InLayer(shape=shape) if len(shape) == 3 else InLayer(units=shape[0])
    rest = [layer, Flatten(), Dense(1)]
    net = Net([start, *rest], MSE, np.random.default_rng(0))
    weights, biases = net.layers[1].parameters.values()
    assert weights.mean() == pytest.approx(0, abs=0.02 * variance**0.5)
    assert weights.var() == pytest.approx(variance, rel=0.03)
    assert not biases.any()


# --- Hyperparameters


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        *((lambda units=units: Dense(units), "units") for units in (0, -1, 2.5, True, "10", None)),
        (lambda: Dense(10, "ReLU"), "activation"),
        (lambda: Conv2D(0, 3), "filters"),
        (lambda: Conv2D(8, 0), "kernel_size"),
        (lambda: Conv2D(8, (3, 3)), "kernel_size"),
        (lambda: Conv2D(8, 3, strides=0), "strides"),
        (lambda: Conv2D(8, 3, padding="full"), "padding"),
        (lambda: Conv2D(8, 3, activation=None), "activation"),
        (lambda: Conv2D(8, 3, activation=softmax), "softmax"),
        (lambda: MaxPool2D(0), "pool_size"),
        (lambda: MaxPool2D(1.5), "pool_size"),
        *(
            (lambda rate=rate: Dropout(rate), "rate")
            for rate in (1, 1.5, -0.1, np.nan, "0.5", None)
        ),
        (lambda: InLayer(), "units or shape"),
        (lambda: InLayer(units=784, shape=(28, 28, 1)), "units or shape"),
        (lambda: InLayer(units=0), "units"),
        (lambda: InLayer(shape=(28, 28)), "shape"),
        (lambda: InLayer(shape=(28, 28, 0)), "shape"),
    ],
)
def test_a_hyperparameter_out_of_its_range_is_refused_by_name(layer, named):
    with pytest.raises(ValueError, match=named):
        layer()
