"""An example is one of MNIST's test digits, to show how the network reads digits it has never seen.

Only local data are used: asking for an example must not start a download. Some of the digits ship
with the program, in test_digits.npz.

python -m digits.data.examples     rewrites that file, from the data folder in DIGITS_DATA
"""

from functools import cache
from pathlib import Path

import numpy as np

from digits.data import mnist
from digits.data.downloads import DataError

ORIGIN = "MNIST's test set"  # the origin of drawings that must never be trained on
SHIPPED = Path(__file__).parent / "test_digits.npz"
EVERY = 25  # every 25th digit of the test set ships


def load(folder: str | Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Test images, (m, 28, 28) uint8, and their true labels, (m,).

    All 10,000 where they are at hand: in `folder`, a data folder, by default the one in
    DIGITS_DATA, or with neither in the user's cache. Otherwise the 400 that ship.
    """
    try:
        return _all(folder)
    except DataError:
        return _shipped()


def random_example(
    generator: np.random.Generator, folder: str | Path | None = None
) -> tuple[np.ndarray, int]:
    """The ink of a random test image from `load`, (28, 28) float32 in 0..1, and its true label."""
    images, labels = load(folder)
    index = generator.integers(len(images))
    return images[index].astype(np.float32) / 255, int(labels[index])


@cache  # unpacking is slow; a failure is not cached, so data added later are found
def _all(folder: str | Path | None) -> tuple[np.ndarray, np.ndarray]:
    return mnist.load("test", folder, download=False)


@cache
def _shipped() -> tuple[np.ndarray, np.ndarray]:
    with np.load(SHIPPED, allow_pickle=False) as arrays:
        return arrays["images"], arrays["labels"]


def main() -> None:
    images, labels = mnist.load("test")
    np.savez_compressed(SHIPPED, images=images[::EVERY], labels=labels[::EVERY])


if __name__ == "__main__":
    main()
