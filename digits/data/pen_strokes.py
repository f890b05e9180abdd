"""Pen strokes: 7,494 digits that 30 people wrote on a tablet.

Unlike MNIST's scans they are what a drawing program receives: paths of any size, anywhere on the
sheet. Source: E. Alpaydin, F. Alimoglu, Pen-Based Recognition of Handwritten Digits, UCI data set
81, CC BY 4.0; the original unnormalised strokes of the training part, in UNIPEN text.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits.data.downloads import PublishedFile
from digits.drawing import Drawing

HEIGHT = 500  # of the tablet, in tablet units
PEN_WIDTH = 0.02  # of the tablet's side
WRITERS = range(1, 31)


@dataclass(frozen=True, eq=False)
class PenDigit:
    """A digit as one writer wrote it."""

    strokes: list[np.ndarray]  # each (n, 2) float32, (x, y) in tablet units of 0..500, y down
    label: int  # 0 to 9
    writer: int  # one of WRITERS

    def drawing(self) -> Drawing:
        """The strokes on a sheet as large as the tablet, with a pen of PEN_WIDTH."""
        return Drawing.of((stroke / HEIGHT for stroke in self.strokes), PEN_WIDTH)


def load(folder: str | Path | None = None) -> list[PenDigit]:
    """All the digits, in the order of the file.

    `folder` is a data folder that holds pendigits/, by default the one in DIGITS_DATA; with
    neither, the file is downloaded into the user's cache. Raises DataError (of
    digits.data.downloads) if it is not available.
    """
    return parse(FILE.read(folder).decode("ascii"))


def parse(text: str) -> list[PenDigit]:
    """The digits in UNIPEN text. Raises ValueError if its layout differs from UCI's file."""
    return [_digit(segment) for segment in text.split(".SEGMENT")[1:]]


def _digit(segment: str) -> PenDigit:
    """A digit from a line that ends in its label, a comment "label writer serial", and strokes.

    A stroke lies between .PEN_DOWN and .PEN_UP: one line "x y" per sample, y up.
    """
    label, writer, *_ = segment.partition(".COMMENT")[2].split(maxsplit=3)
    strokes = []
    for stroke in segment.split(".PEN_DOWN")[1:]:
        samples = np.array(stroke.partition(".PEN_UP")[0].split(), np.float32).reshape(-1, 2)
        samples[:, 1] = HEIGHT - samples[:, 1]
        strokes.append(samples)
    return PenDigit(strokes, label=int(label), writer=int(writer))


def _unpack(data: bytes) -> bytes:
    """The text from a .Z file, or from UCI's .zip with that file in it."""
    import unlzw3  # here, because only training needs it

    if data.startswith(b"PK"):
        data = zipfile.ZipFile(io.BytesIO(data)).read("pendigits-orig.tra.Z")
    return unlzw3.unlzw(data)


FILE = PublishedFile(
    place="pendigits/pendigits-orig.tra.Z",
    unpack=_unpack,
    sha256="a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    layout="pendigits/pendigits-orig.tra.Z",
    mirrors=(
        "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
        "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tra.Z",
    ),
)
