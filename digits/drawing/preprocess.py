"""Preprocessing turns ink of any size into MNIST's format, the one that the networks know.

MNIST's digits were fitted into a 20 x 20 box keeping their aspect ratio, then moved by whole pixels
until the centre of mass lay on pixel (14, 14) of a 28 x 28 image (yann.lecun.com/exdb/mnist).
The reduction here is the exact area mean, because `scipy.ndimage.zoom` doesn't anti-alias: MNIST
digits come through unchanged, even after enlarging them.
"""

from math import ceil, floor

import numpy as np

VERSION = 1  # rises whenever the same ink would give another image; models remember theirs
SIDE = 28
BOX = 20
CENTRE = 14
FAINTEST = 1 / 512  # of the brightest pixel; less is paper. MNIST's faintest ink is 1 / 255.


def preprocess(ink: np.ndarray) -> np.ndarray | None:
    """MNIST's view of `ink`: (28, 28) float32 in 0..1, the brightest pixel 1. None if blank.

    `ink` is (height, width) of any size and real type, bright on dark, on any scale from 0 up.
    Raises ValueError if it isn't two-dimensional, is empty, or holds negative or non-finite values.
    """
    ink = np.asarray(ink, np.float32)
    if ink.ndim != 2 or ink.size == 0:
        raise ValueError(f"ink has shape {ink.shape}; it must be (height, width)")
    rows, columns = ink.max(axis=1), ink.max(axis=0)
    peak = rows.max()
    if not (np.isfinite(peak) and ink.min() >= 0):
        raise ValueError("ink holds negative or non-finite values; it must be 0 (paper) or more")
    if peak == 0:
        return None

    top, bottom = _extent(rows > peak * FAINTEST)
    left, right = _extent(columns > peak * FAINTEST)
    crop = ink[top:bottom, left:right]
    scale = BOX / max(crop.shape)
    box = _resampling(crop.shape[0], scale) @ crop @ _resampling(crop.shape[1], scale).T

    image = np.zeros((SIDE, SIDE), np.float32)
    y, x = (_offset(box.sum(axis=other)) for other in (1, 0))
    image[y : y + box.shape[0], x : x + box.shape[1]] = box / box.max()
    return image


def _extent(inked: np.ndarray) -> tuple[int, int]:
    """First index that is set, and the one after the last."""
    indices = np.flatnonzero(inked)
    return indices[0], indices[-1] + 1


def _resampling(size: int, scale: float) -> np.ndarray:
    """The matrix (ceil(size * scale), size) that resamples an axis by `scale`, float32.

    Every new pixel is the mean over the old pixels under it, weighted by overlap. A new pixel
    smaller than an old one still takes the mean over one old pixel, which is linear interpolation.
    """
    new = np.arange(ceil(size * scale - 1e-6), dtype=np.float64)[:, None]
    old = np.arange(size)
    centre, reach = (new + 0.5) / scale, max(1 / scale, 1) / 2
    overlap = np.minimum(centre + reach, old + 1) - np.maximum(centre - reach, old)
    return (np.maximum(overlap, 0) / (2 * reach)).astype(np.float32)


def _offset(profile: np.ndarray) -> int:
    """Where an axis of the box, with so much ink in each row, begins so that the centre of mass
    rounds to CENTRE, but the box stays inside."""
    side = len(profile)
    mass = profile @ np.arange(side) / profile.sum()
    nearest = floor(mass + 0.5 + 1e-5)  # a half goes up, whatever rounding errors did to it
    return min(max(CENTRE - nearest, 0), SIDE - side)
