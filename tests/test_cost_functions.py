import numpy as np
import pytest

from nn.activation_functions import ACTIVATIONS, LeakyReLU, ReLU, linear, sigmoid, softmax, tanh
from nn.cost_functions import MSE, CrossEntropyLoss

M, UNITS = 6, 4
generator = np.random.default_rng(0)
Z = generator.normal(0, 1, (M, UNITS))
Y = np.eye(UNITS)[generator.integers(UNITS, size=M)]


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=str)
def test_mse_is_the_mean_squared_difference(activation):
    costs, a, _ = MSE().evaluate(Z, activation, Y)
    np.testing.assert_array_equal(a, activation(Z))
    np.testing.assert_allclose(costs, ((a - Y) ** 2).sum(axis=1) / UNITS)


@pytest.mark.parametrize("smoothing", [0, 0.1])
@pytest.mark.parametrize(
    ("activation", "formula"),
    [
        (softmax, lambda a, y: -(y * np.log(a))),
        (sigmoid, lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a))),
    ],
    ids=str,
)
def test_cross_entropy_is_its_formula(activation, formula, smoothing):
    costs, a, _ = CrossEntropyLoss(smoothing).evaluate(Z, activation, Y)
    y = np.where(Y == 1, 1 - smoothing * (UNITS - 1) / UNITS, smoothing / UNITS)
    np.testing.assert_allclose(costs, formula(a, y).sum(axis=1))


@pytest.mark.parametrize(
    ("activation", "z", "y", "cost", "dz"),
    [
        (softmax, [1000, -1000, 0], [1, 0, 0], 0, [0, 0, 0]),
        (softmax, [1000, -1000, 0], [0, 1, 0], 2000, [1, -1, 0]),
        (softmax, [-1000, -1000, -1000], [0, 0, 1], np.log(3), [1 / 3, 1 / 3, -2 / 3]),
        (sigmoid, [1000, -1000], [1, 0], 0, [0, 0]),
        (sigmoid, [1000, -1000], [0, 1], 2000, [1, -1]),
    ],
)
def test_cross_entropy_is_exact_at_extreme_logits(activation, z, y, cost, dz):
    z, y = np.array([z], np.float32), np.array([y], np.float32)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        costs, _, derivatives = CrossEntropyLoss().evaluate(z, activation, y)
    assert costs.dtype == derivatives.dtype == np.float32
    np.testing.assert_allclose(costs, [cost], rtol=1e-6)
    np.testing.assert_allclose(derivatives, [dz], rtol=1e-6)


@pytest.mark.parametrize("activation", [linear, ReLU, LeakyReLU, tanh], ids=str)
def test_cross_entropy_refuses_outputs_that_are_no_probabilities(activation):
    with pytest.raises(ValueError, match=f"softmax or sigmoid .* not {activation}"):
        CrossEntropyLoss().evaluate(Z, activation, Y)


@pytest.mark.parametrize("total", [0, 0.5, 3])
def test_cross_entropy_takes_targets_whose_sum_is_not_one(total):
    y = total * np.abs(Z) / np.abs(Z).sum(axis=1, keepdims=True)
    costs, a, dz = CrossEntropyLoss().evaluate(Z, softmax, y)
    np.testing.assert_allclose(costs, -(y * np.log(a)).sum(axis=1))
    np.testing.assert_allclose(dz, total * a - y, atol=1e-15)


@pytest.mark.parametrize("smoothing", [-0.1, 1, 2, np.nan])
def test_label_smoothing_out_of_its_range_is_refused(smoothing):
    with pytest.raises(ValueError, match="label_smoothing"):
        CrossEntropyLoss(label_smoothing=smoothing)
