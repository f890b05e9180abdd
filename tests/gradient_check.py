"""Do the gradients agree with the cost? Checked along random directions (as HIPS/autograd does).

One central difference of the cost along a random direction v sees every parameter at once: it must
equal ⟨gradients, v⟩. The net is to compute in float64.
"""

import numpy as np

from nn.nets import Net

STEP = 1e-6


def gradient_error(net: Net, X: np.ndarray, Y: np.ndarray, directions: int = 2) -> float:
    """The greatest difference between ⟨gradients, v⟩ and the cost's slope along v, relative to
    their size. The same things are dropped each time."""

    def cost() -> float:
        return net.backpropagate(X, Y, np.random.default_rng(1))[0]

    cost()
    cost()  # once more: the second time buffers hold what is left from the first
    gradients, start = net.gradients.copy(), net.parameters.copy()
    worst = 0.0
    for seed in range(directions):
        v = np.random.default_rng(seed).normal(size=start.size)
        v /= np.linalg.norm(v)
        net.parameters[:] = start + STEP * v
        above = cost()
        net.parameters[:] = start - STEP * v
        slope = (above - cost()) / (2 * STEP)
        net.parameters[:] = start
        worst = max(worst, abs(slope - gradients @ v) / max(abs(slope), np.linalg.norm(gradients)))
    return worst
