"""Confidence: whether a probability means what it says, and when to say nothing.

A network trained on bent and thickened digits is too modest about plain ones, one trained to the
end too sure. Dividing its last z by a single number, the temperature, mends both without changing
an answer (Guo et al. 2017, On Calibration of Modern Neural Networks).
"""

import numpy as np
from scipy.optimize import minimize_scalar

from nn.nets import Net

BINS = 15
TURNED_AWAY = 0.005  # of real digits, in return for not answering what is none


def calibrate(net: Net, X: np.ndarray, Y: np.ndarray) -> float:
    """Divide the last layer of `net` by the temperature that makes its cost on the images X and
    labels Y, which it was not trained on, least. Returns the temperature."""
    last = net.layers[-1].parameters
    kept = {name: array.copy() for name, array in last.items()}

    def cost(logarithm: float) -> float:
        for name, array in kept.items():
            last[name][:] = array / np.exp(logarithm)
        return net.evaluate(X, Y)[0]

    best = minimize_scalar(cost, bounds=(np.log(0.2), np.log(5)), method="bounded").x
    cost(best)
    return float(np.exp(best))


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
