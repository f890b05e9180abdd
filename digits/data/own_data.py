"""Own data are digits that the user collected: pictures, drawings saved by the window, or an IDX
pair.

Folders hold all kinds of files. What can't be used is left out and listed; it is an error only if
nothing is left.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits.data import examples, idx, pen_images
from digits.data.downloads import DataError
from digits.drawing import pictures, saved_drawings
from digits.drawing.pictures import PictureError
from digits.drawing.preprocess import SIDE, preprocess
from digits.drawing.retrace import retrace
from digits.drawing.saved_drawings import LONGEST_SIDE, SavedDrawingError
from nn.model_files import printable

MOST_IMAGES = 1_000_000  # in an IDX file; as many fill 3 GB
DIGITS = tuple("0123456789")
ADVICE = "sort pictures into folders 0 to 9, or begin their names with the label, as in 7_1.png"
TEST_DIGIT = "one of MNIST's test digits, which no network may learn from"
DRAWING_ADVICE = "open it in the window, press its digit and S, or put it into a folder 0 to 9"


@dataclass(frozen=True, eq=False)
class OwnData:
    """The usable digits, and what was left out."""

    images: np.ndarray  # (m, 28, 28) float32 in 0..1, bright on dark
    labels: np.ndarray  # (m,) int64, 0 to 9
    left_out: list[str]  # one line "name: reason" for each

    def __str__(self) -> str:
        count = len(self.labels)
        return f"{count:,} {'digit' if count == 1 else 'digits'} of your own"


def load(paths: Sequence[str | Path], generator: np.random.Generator | None = None) -> OwnData:
    """The digits at `paths`: a folder, or the two files of an IDX pair, images first.

    A folder holds pictures in subfolders 0 to 9 or with names such as 7_1.png or label_7.png,
    drawings that the window saved, or both; they are read as the window reads them, in the natural
    order of their names. Drawings are retraced with the standard pen or, given a `generator`, with
    pens of random width and smoothing. IDX files may be gzipped; images of 28 × 28 pixels are used
    unchanged, others are converted to MNIST's format; a file with dark ink on light is inverted.
    Raises DataError if nothing can be used.
    """
    paths = [Path(path) for path in paths]
    if len(paths) == 1:
        return _from_folder(*paths, generator)
    if len(paths) == 2:
        return _from_idx(*paths)
    raise DataError("own data are one folder, or two IDX files: images and labels")


# --- Folders


def _from_folder(folder: Path, generator: np.random.Generator | None) -> OwnData:
    images, labels, left_out = [], [], []
    for path, named in _files(folder, left_out):
        try:
            found = _digits(path, named, generator)
        except (PictureError, SavedDrawingError) as error:
            left_out.append(printable(str(error)))
        except OSError as error:
            left_out.append(printable(f"{path}: {error.strerror}; make it readable"))
        else:
            images += [image for image, _ in found]
            labels += [label for _, label in found]
    if not images:
        if not left_out:
            raise DataError(f"{folder}: no digit in it can be used; {ADVICE}")
        count = f"; {len(left_out)} files were left out, the first" if len(left_out) > 1 else ""
        raise DataError(f"{folder}: no digit in it can be used{count}: {left_out[0]}")
    return OwnData(np.array(images), np.array(labels), left_out)


def _files(folder: Path, left_out: list[str]) -> list[tuple[Path, str]]:
    """The files in `folder` and in its subfolders 0 to 9, each with its expected label."""
    files = []
    for path in _listed(folder):
        if path.name in DIGITS and os.path.isdir(path):
            try:
                files += [(inner, path.name) for inner in _listed(path)]
            except DataError as error:
                left_out.append(printable(str(error)))
        else:
            name = path.name.removeprefix("label_")
            files.append((path, re.split("[-_. ]", name)[0]))
    # The picture beside a drawing is for people; it would be the same digit again.
    drawings = {
        path.with_suffix(".png")
        for path, _ in files
        if _is_json(path) and os.path.isfile(path) and saved_drawings.is_one(path)
    }
    return [(path, named) for path, named in files if path not in drawings]


def _listed(folder: Path) -> list[Path]:
    """The entries of `folder` except hidden ones, in natural order: 2 before 10."""
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror}; name a folder of digits") from error
    return sorted(paths, key=lambda path: (_natural(path.name), path.name))


def _is_json(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _natural(name: str) -> list[str | int]:
    parts = re.split("([0-9]+)", name)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def _digits(
    path: Path, named: str, generator: np.random.Generator | None
) -> list[tuple[np.ndarray, int]]:
    """The images of a file, each with its label: the one saved with the drawing or with each of its
    digits, otherwise `named`."""
    if os.path.isdir(path):
        raise PictureError(f"{path}: a folder, but none of 0 to 9; {ADVICE}")
    if not os.path.isfile(path):  # such as a pipe, which would block
        raise PictureError(f"{path}: not a file; choose another")
    if _is_json(path):
        return _drawn(path, named, generator)
    image = preprocess(pictures.load(path))
    if saved_drawings.origin_of(path) == examples.ORIGIN:
        raise PictureError(f"{path}: {TEST_DIGIT}; remove it")
    if named not in DIGITS:
        raise PictureError(f"{path}: no label; {ADVICE}")
    return [(image, int(named))]


def _drawn(
    path: Path, named: str, generator: np.random.Generator | None
) -> list[tuple[np.ndarray, int]]:
    """The images and labels of a saved drawing."""
    drawing = saved_drawings.load(path).drawing
    if drawing.origin == examples.ORIGIN:
        raise PictureError(f"{path}: {TEST_DIGIT}; remove it and its picture")
    if retrace(drawing) is None:
        raise PictureError(f"{path}: nothing is on the sheet; choose another drawing")
    if not drawing.labels and named in DIGITS:
        drawing.label_as(int(named))
    found = []
    for digit in drawing.labelled():
        image = retrace(digit)
        if image is not None and generator is not None:
            (image,) = pen_images.render([digit], generator)
        if image is not None:
            found.append((image, digit.label))
    if not found:
        raise PictureError(f"{path}: no label; {DRAWING_ADVICE}")
    return found


# --- IDX


def _from_idx(images_path: Path, labels_path: Path) -> OwnData:
    images, labels = _array(images_path), _array(labels_path)
    if images.ndim != 3 or images.dtype != np.uint8 or labels.ndim != 1 or labels.dtype.kind == "f":
        raise DataError(
            f"{images_path} holds {_kind(images)}, {labels_path} {_kind(labels)}; name a file of "
            "images, bytes (m, height, width), and then one of labels, whole numbers (m,)"
        )
    if len(images) != len(labels):
        raise DataError(
            f"{images_path} holds {len(images)} images, {labels_path} {len(labels)} labels; "
            "name two files that belong together"
        )
    if len(images) > MOST_IMAGES or max(images.shape[1:]) > LONGEST_SIDE:
        raise DataError(
            f"{images_path}: {_kind(images)} are too many or too large; at most {MOST_IMAGES:,} "
            f"images of {LONGEST_SIDE} × {LONGEST_SIDE} pixels can be read"
        )
    if images.size and images.mean() > 255 / 2:  # dark on light: ink is always the minority
        images = 255 - images

    is_digit, is_inked = (labels >= 0) & (labels <= 9), images.any(axis=(1, 2))
    left_out = []
    for path, usable, what in (
        (labels_path, is_digit, "labels that are not 0 to 9"),
        (images_path, is_inked, "blank images"),
    ):
        if not usable.all():
            first = usable.argmin()
            count = (~usable).sum()
            left_out.append(
                f"{path}: {what}: {count}, the first at index {first}, label {labels[first]}"
            )
    images, labels = images[is_digit & is_inked], labels[is_digit & is_inked]
    if not len(images):
        why = "; ".join(left_out) or "it is empty"
        raise DataError(f"{images_path}: no digit in it can be used ({why}); name another file")
    if images.shape[1:] == (SIDE, SIDE):
        images = images.astype(np.float32) / 255
    else:
        images = np.array([preprocess(image) for image in images])
    return OwnData(images, labels.astype(np.int64), left_out)


def _array(path: Path) -> np.ndarray:
    try:
        return idx.load(path)
    except idx.IdxError as error:
        raise DataError(f"{path}: {error}; name a whole IDX file") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name an IDX file") from error


def _kind(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape}"
