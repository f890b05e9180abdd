"""An example is one of MNIST's test digits, to see how the network reads what it never saw.

Only data at hand serve: nobody who asks the window for an example asked for a download.
"""

from functools import cache
from pathlib import Path

import numpy as np

from digits.data import mnist


def random_example(
    generator: np.random.Generator, folder: str | Path | None = None
) -> tuple[np.ndarray, int]:
    """A test image's ink, (28, 28) float32 in 0..1, and its true label.

    `folder` is a data folder, by default the one in DIGITS_DATA; with neither, the user's cache.
    Raises digits.downloads.DataError, whose one line says how to get the data, if they aren't
    there.
    """
    images, labels = _test_part(folder)
    index = generator.integers(len(images))
    return images[index].astype(np.float32) / 255, int(labels[index])


@cache  # unpacking takes a moment; a failure is not kept, so data placed later are found
def _test_part(folder: str | Path | None) -> tuple[np.ndarray, np.ndarray]:
    return mnist.load("test", folder, download=False)
