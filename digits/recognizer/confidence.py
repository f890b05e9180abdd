"""Confidence: calibrating the probabilities, and the threshold below which there is no answer.

A network trained on augmented digits is underconfident about plain ones; one trained to convergence
is overconfident. Dividing its logits by one number, the temperature, corrects both without changing
any answer (Guo et al. 2017, On Calibration of Modern Neural Networks).
"""

import numpy as np
from scipy.optimize import brentq

from nn.activation_functions import softmax
from nn.nets import Net

BINS = 15
FEWEST = 500  # images; by chance alone, fewer would move temperature and threshold far
TEMPERATURES = 0.2, 5.0  # the lowest and the highest
TURNED_AWAY = 0.003  # the share of real digits rejected, the price of rejecting non-digits


def calibrate(net: Net, X: np.ndarray, Y: np.ndarray) -> float:
    """Divide the weights and biases of the last layer of `net`, a softmax, by the temperature at
    which its mean confidence on X equals its accuracy, or the nearest of TEMPERATURES if there is
    none between them. Returns the temperature.

    X (m, 784) and Y are images and labels that it was not trained on. Minimising the cost instead,
    as is usual, leaves a network trained on augmented digits underconfident: the few errors
    outweigh all the right answers.
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
    """Undo `calibrate`: multiply the last layer of `net` by the temperature in its metadata, if
    there is one, and remove it from there."""
    temperature = net.metadata.pop("temperature", 1.0)
    low, high = TEMPERATURES
    if isinstance(temperature, int | float) and low <= temperature <= high:
        for parameter in net.layers[-1].parameters.values():
            parameter *= temperature


def threshold(probabilities: np.ndarray, share: float = TURNED_AWAY) -> float:
    """The probability that the best answer reaches for all but `share` of real digits.

    probabilities: (m, 10), a network's answers to digits that it was not trained on.
    """
    return float(np.quantile(probabilities.max(axis=1), share))


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The expected calibration error of answers (m, 10): the answers are sorted by confidence into
    BINS intervals of equal width; it is the mean absolute difference between mean confidence and
    accuracy in an interval, weighted by the number of answers in it."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    gaps = np.bincount(bins, right - confidence.astype(np.float64), BINS)
    return float(np.abs(gaps).sum() / len(labels))
