import numpy as np
import pytest

from nn.activation_functions import ACTIVATIONS, softmax

FORMULAS = {
    "linear": lambda z: z,
    "ReLU": lambda z: np.where(z > 0, z, 0),
    "LeakyReLU": lambda z: np.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}
Z = np.random.default_rng(0).normal(0, 3, (50, 7))

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=str)


def test_every_activation_has_a_formula_here():
    assert FORMULAS.keys() == ACTIVATIONS.keys()


@every_activation
def test_the_values_are_those_of_the_formula(activation):
    np.testing.assert_allclose(activation(Z), FORMULAS[activation.name](Z), rtol=1e-12)


@every_activation
def test_the_derivative_is_the_slope_of_the_values(activation):
    v, da = np.random.default_rng(1).normal(size=(2, *Z.shape))
    slope = ((activation(Z + 1e-6 * v) - activation(Z - 1e-6 * v)) / 2e-6 * da).sum()
    assert (activation.backward(activation(Z), da) * v).sum() == pytest.approx(slope, rel=1e-7)


@every_activation
def test_values_can_be_written_in_place(activation):
    z = Z.copy()
    assert activation(z, out=z) is z
    np.testing.assert_array_equal(z, activation(Z))


@every_activation
def test_float32_stays_float32_and_extremes_stay_finite(activation):
    z = np.array([[-1000, 0, 1000], [1000, 1000, -1000], [-1000] * 3], np.float32)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a = activation(z)
        dz = activation.backward(a, np.ones_like(a))
    assert a.dtype == dz.dtype == np.float32
    assert np.isfinite(a).all() and np.isfinite(dz).all()


def test_softmax_rows_are_distributions_that_a_common_shift_does_not_change():
    a = softmax(Z)
    assert (a > 0).all()
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(Z + 500), a, rtol=1e-10)
    np.testing.assert_array_equal(softmax(np.full((1, 4), 1000.0)), [[0.25] * 4])


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=str)
def test_whole_numbers_are_taken_too(activation):
    whole = np.array([[1, 2, 3]])
    np.testing.assert_allclose(activation(whole), activation(whole.astype(float)), rtol=1e-6)
