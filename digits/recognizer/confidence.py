"""Confidence: whether a probability means what it says, and when to say nothing.

A network trained on bent and thickened digits is too modest about plain ones, one trained to the
end too sure. Dividing its last z by a single number, the temperature, mends both without changing
an answer (Guo et al. 2017, On Calibration of Modern Neural Networks).
"""

import numpy as np
from scipy.optimize import brentq

from nn.activation_functions import softmax
from nn.nets import Net

BINS = 15
TEMPERATURES = 0.2, 5.0  # the lowest and the highest
TURNED_AWAY = 0.004  # of real digits, in return for not answering what is none


def calibrate(net: Net, X: np.ndarray, Y: np.ndarray) -> float:
    """Divide the last layer of `net`, a softmax, by the temperature at which its mean confidence
    in its answers to the images X, which it was not trained on, is the share that Y says are right.
    Returns the temperature, between 1/5 and 5.

    The temperature of least cost, which is usual, leaves a network that learned from augmented
    digits too modest: what it got wrong weighs more there than all that it got right.
    """
    _, accuracy = net.evaluate(X, Y)
    logarithms = np.log(np.maximum(net.predict(X), np.finfo(np.float32).tiny))

    def excess(temperature: float) -> float:
        return softmax(logarithms / temperature).max(axis=1).mean() - accuracy

    low, high = TEMPERATURES
    if excess(low) <= 0:
        temperature = low
    elif excess(high) >= 0:
        temperature = high
    else:
        temperature = brentq(excess, low, high)
    for parameter in net.layers[-1].parameters.values():
        parameter /= temperature
    return float(temperature)


def uncalibrate(net: Net) -> None:
    """Multiply the last layer of `net` by the temperature in its metadata, if it has one: what
    `calibrate` did is undone."""
    temperature = net.metadata.pop("temperature", 1.0)
    low, high = TEMPERATURES
    if isinstance(temperature, int | float) and low <= temperature <= high:
        for parameter in net.layers[-1].parameters.values():
            parameter *= temperature


def threshold(probabilities: np.ndarray, share: float = TURNED_AWAY) -> float:
    """The probability that the best answer to all but `share` of real digits reaches.

    probabilities: (m, 10), a network's answers to digits that it was not trained on.
    """
    return float(np.quantile(probabilities.max(axis=1), share))


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The expected calibration error of answers (m, 10): with the answers sorted by their
    probability into BINS intervals of the same width, the mean difference between the mean
    probability in an interval and the share of right answers in it, weighted by their number."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, right - confidence.astype(np.float64), BINS)
    return float(np.abs(gaps).sum() / len(labels))
