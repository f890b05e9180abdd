"""Preprocessing turns ink of any size into MNIST's format, which the networks are trained on.

MNIST's digits were fitted into a 20 x 20 box keeping their aspect ratio, then moved by whole pixels
until the centre of mass lay on pixel (14, 14) of a 28 x 28 image (yann.lecun.com/exdb/mnist). Here
each pixel of the box is the mean of the ink over its area. MNIST's digits stay unchanged, even if
enlarged first.
"""

import importlib
from math import ceil, floor

import numpy as np
import scipy  # which imports scipy.ndimage, 0.2 s, when it is first used: see `prepare`

VERSION = 1  # increased whenever the same ink would give another image; models store theirs
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
    peak = ink.max()
    if not (np.isfinite(peak) and ink.min() >= 0):
        raise ValueError("ink holds negative or non-finite values; it must be 0 (paper) or more")
    if peak == 0:
        return None

    seen = ink > peak * FAINTEST
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    box = _boxed(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / peak)
    down, right = _offset(box)
    image = np.zeros((SIDE, SIDE), np.float32)
    image[down : down + box.shape[0], right : right + box.shape[1]] = box / box.max()
    return image


def prepare() -> None:
    """Do the 0.2 s of imports that the first call of `preprocess` would otherwise do."""
    importlib.import_module("scipy.ndimage")


def _boxed(crop: np.ndarray) -> np.ndarray:
    """`crop` with its longer side BOX pixels long.

    Every new pixel is the mean over a block of old ones, so the crop is first enlarged smoothly to
    whole blocks, unless its longer side is a multiple of BOX already.
    """
    side = max(crop.shape)
    block = ceil(side / BOX)
    square = np.zeros((side, side), np.float32)
    square[: crop.shape[0], : crop.shape[1]] = crop
    if side != block * BOX:
        whole = block * BOX / side
        square = scipy.ndimage.zoom(square, whole, order=1, mode="grid-constant", grid_mode=True)
    rows = square.reshape(BOX, block, -1).mean(axis=1)
    box = rows.reshape(BOX, BOX, block).mean(axis=2)
    height, width = (ceil(length * BOX / side) for length in crop.shape)
    return box[:height, :width]


def _offset(box: np.ndarray) -> list[int]:
    """The offset (down, right) of the box from the image's corner, at which its centre of mass
    rounds to CENTRE, limited so that the box stays inside."""
    offset = []
    for sums in (box.sum(axis=1), box.sum(axis=0)):
        mass = np.arange(len(sums)) @ sums / sums.sum()
        nearest = floor(mass + 0.5 + 1e-5)  # round half up, regardless of rounding errors
        offset.append(min(max(CENTRE - nearest, 0), SIDE - len(sums)))
    return offset
