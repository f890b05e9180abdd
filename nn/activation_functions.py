"""Activation functions: the nonlinearity between layers, without which a stack of them is linear.

A layer computes z, its weighted sums; the next layer sees a = f(z). The last layer's z are called
the logits.

The derivative is expressed in terms of the *output* a, so that a layer has to remember one array
only: with C the cost, `backward(a, dC/da)` is dC/dz. Softmax normalises over the last axis, the
units of (m, units); all others are elementwise, on arrays of any shape.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Activation:
    """An activation function a = f(z), its derivative, and the initial weights that suit it.

    function: (z, out=None) -> a, written into `out` where given (which may be z itself).
    backward: (a, da) -> dz, where da is dC/da, the cost's derivative with respect to a. May
        overwrite da.
    gain: the variance of initial weights is gain / fan_in: 2 for the ReLU family (He et al. 2015),
        None for Glorot and Bengio's (2010) 2 / (fan_in + fan_out), which suits the others.
    never_falls: whether the function is elementwise and a greater z never gives a smaller a. It may
        then be applied after a maximum instead of before it, and `Lane` does so.
    """

    name: str
    function: Callable[..., Array]
    backward: Callable[[Array, Array], Array]
    gain: float | None = None
    never_falls: bool = False

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return self.function(z, out=out)

    def __repr__(self) -> str:
        return self.name


SLOPE = 0.01  # of LeakyReLU, left of zero


def _identity(z: Array, out: Array | None = None) -> Array:
    return z if out is z else np.positive(z, out=out)


def _relu(z: Array, out: Array | None = None) -> Array:
    # NumPy compares two arrays three times faster than an array and a number.
    return np.maximum(z, np.zeros(z.shape[1:], z.dtype), out=out)


def _leaky_relu(z: Array, out: Array | None = None) -> Array:
    return np.maximum(z, SLOPE * z, out=out)


def _sigmoid(z: Array, out: Array | None = None) -> Array:
    # 1 / (1 + exp(-z)) by way of tanh, which never overflows.
    a = np.tanh(0.5 * z, out=out)
    a *= 0.5
    a += 0.5
    return a


def _tanh(z: Array, out: Array | None = None) -> Array:
    return np.tanh(z, out=out)


def _softmax(z: Array, out: Array | None = None) -> Array:
    # Shifting all z changes nothing, and with the maximum at 0 the exponential cannot overflow.
    shifted = np.subtract(z, np.maximum.reduce(z, axis=-1, keepdims=True), out=out)
    a = np.exp(shifted, out=out)
    a /= np.add.reduce(a, axis=-1, keepdims=True)
    return a


def _identity_backward(a: Array, da: Array) -> Array:
    return da


def _relu_backward(a: Array, da: Array) -> Array:
    da *= a > 0
    return da


def _leaky_relu_backward(a: Array, da: Array) -> Array:
    da *= np.where(a > 0, a.dtype.type(1), a.dtype.type(SLOPE))
    return da


def _sigmoid_backward(a: Array, da: Array) -> Array:
    da *= a * (1 - a)
    return da


def _tanh_backward(a: Array, da: Array) -> Array:
    da *= 1 - a * a
    return da


def _softmax_backward(a: Array, da: Array) -> Array:
    # The full Jacobian, da_i/dz_j = a_i (δ_ij - a_j), applied to da.
    return a * (da - (da * a).sum(axis=-1, keepdims=True))


linear = Activation("linear", _identity, _identity_backward, never_falls=True)
ReLU = Activation("ReLU", _relu, _relu_backward, gain=2.0, never_falls=True)
LeakyReLU = Activation("LeakyReLU", _leaky_relu, _leaky_relu_backward, gain=2.0, never_falls=True)
sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_backward, never_falls=True)
tanh = Activation("tanh", _tanh, _tanh_backward, never_falls=True)
softmax = Activation("softmax", _softmax, _softmax_backward)

ACTIVATIONS = {a.name: a for a in (linear, ReLU, LeakyReLU, sigmoid, tanh, softmax)}
