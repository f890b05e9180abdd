"""MNIST: 60,000 training and 10,000 test images of handwritten digits (LeCun, Cortes, Burges)."""

import gzip
from pathlib import Path

import numpy as np

from digits.data import idx
from digits.data.downloads import PublishedFile


def load(
    part: str, folder: str | Path | None = None, *, download: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """The images (m, 28, 28) uint8, bright on dark, and labels (m,) uint8; both read-only.

    `part` is "train" (m = 60,000) or "test" (m = 10,000). `folder` is a data folder that holds
    mnist/, by default the one in DIGITS_DATA; with neither, MNIST comes from the user's cache,
    where it is downloaded if `download` is true. Raises DataError (of digits.data.downloads) if it
    is not available.
    """
    images, labels = FILES[part]
    return (
        idx.read(images.read(folder, download=download)),
        idx.read(labels.read(folder, download=download)),
    )


def _file(name: str, md5: str, sha256: str) -> PublishedFile:
    return PublishedFile(
        place=f"mnist/{name}.gz",
        unpack=gzip.decompress,
        sha256=sha256,
        layout="mnist/{train,t10k}-{images-idx3,labels-idx1}-ubyte.gz",
        mirrors=(
            f"https://ossci-datasets.s3.amazonaws.com/mnist/{name}.gz",
            f"https://storage.googleapis.com/cvdf-datasets/mnist/{name}.gz",
        ),
        download_hash=f"md5:{md5}",
    )


FILES = {
    "train": (
        _file(
            "train-images-idx3-ubyte",
            md5="f68b3c2dcbeaaa9fbdd348bbdeb94873",
            sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        _file(
            "train-labels-idx1-ubyte",
            md5="d53e105ee54ea40749a09fcbcd1e9432",
            sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
    ),
    "test": (
        _file(
            "t10k-images-idx3-ubyte",
            md5="9fb629c4189551a2d022fa330f9573f3",
            sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        _file(
            "t10k-labels-idx1-ubyte",
            md5="ec29112dd5afa0611ce80d1b7f02629c",
            sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
}
