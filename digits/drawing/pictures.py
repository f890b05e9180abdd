"""A picture: ink from elsewhere, such as a scan or a photograph, from a file or the clipboard.

Whatever surrounds the strokes (paper in uneven light, ruled lines, noise) is removed, so that the
rest looks like ink drawn on the sheet.
"""

import io
import warnings
from math import ceil
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
MOST_BYTES = 100_000_000
MOST_PIXELS = 50_000_000
SIDE = 512  # pixels of the ink's longer side, at most

# Lengths as shares of the picture's longer side
GRAIN = 1 / 400  # what is finer is noise
NEIGHBOURHOOD = 1 / 2  # ink is the smaller part of it
HALO = 1 / 40  # around a stroke: neither ink nor paper
PATCH = 1 / 3  # wider than a stroke; inside it the light on the paper hardly changes
SMALLEST_DIGIT = 1 / 40

FAINTEST = 0.08  # ink, of the way from paper to black; a page with less is blank
DARKEST_PAPER = 0.3  # what is darker isn't paper in the shade
LEAST_FLOOR = 0.04  # of full ink: less is what a JPEG makes around strokes
TABLE = 0.25  # of the picture's edge: what fills more isn't ink
SPECK = 0.02  # of the largest piece's ink: a piece with less is dirt


class PictureError(ValueError):
    """A picture that can't be used; the message is one line: its name, the reason, and advice."""


def load(path: str | Path) -> np.ndarray:
    """The ink in a picture file, as `ink_in` returns it.

    PNG, JPEG, BMP, GIF (its first frame) or WebP. Raises PictureError if the file can't be read,
    holds something else or shows nothing.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror}; choose another picture") from error
    return parse(data, str(path))


def parse(data: bytes, name: str) -> np.ndarray:
    """The ink in the bytes of such a file. `name` is what errors call it. Raises PictureError."""
    try:
        return ink_in(_decode(data))
    except PictureError as error:
        raise PictureError(f"{name}: {error}") from error


def ink_in(picture: np.ndarray) -> np.ndarray:
    """The ink in a `picture` (h, w) of brightness 0..1, dark on light or light on dark.

    Returns (n, n) float32 in 0..1, bright on dark, in steps of 1/255; n is the longer side.
    Raises PictureError if nothing stands out from the background.
    """
    side = max(picture.shape)
    smooth = ndimage.gaussian_filter(picture.astype(np.float32), side * GRAIN)
    ink = _without_surroundings(_without_paper(smooth))
    strong = ink > ink.max() / 2
    if ink.max() < FAINTEST:
        raise PictureError("nothing stands out from its background; choose another picture")
    ink = _without_dirt(_stretched(ink, strong))
    if max(np.ptp(axis) + 1 for axis in np.nonzero(ink > 0.5)) < side * SMALLEST_DIGIT:
        raise PictureError("nothing in it is as large as a digit; cut out the digit")
    return np.round(_squared(ink) * 255).astype(np.float32) / 255


def _decode(data: bytes) -> np.ndarray:
    """Brightness (h, w) float32 in 0..1 of the picture in a file's bytes, at most SIDE a side."""
    if len(data) > MOST_BYTES:
        raise PictureError(f"larger than {MOST_BYTES // 10**6} MB; choose a smaller picture")
    too_large = PictureError(f"more than {MOST_PIXELS // 10**6} megapixels; reduce it first")
    try:
        with warnings.catch_warnings(action="ignore"):  # damage that can be read all the same
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise too_large
            return _brightness(image)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise too_large from error
    except UnidentifiedImageError as error:
        raise PictureError("not a PNG, JPEG, BMP, GIF or WebP picture; save it as one") from error
    except Exception as error:  # a broken file can break its reader in any way it knows
        raise PictureError("damaged, or not the whole picture; save it anew") from error


def _brightness(image: Image.Image) -> np.ndarray:
    image.draft("RGB", (SIDE, SIDE))  # a JPEG can leave out what would only be reduced
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray(np.asarray(image, np.float32) / 65535)
    else:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if max(image.size) > SIDE:
        scale = SIDE / max(image.size)
        size = [max(round(length * scale), 1) for length in image.size]
        image = image.resize(size, Image.Resampling.BOX)
    if image.mode == "F":
        return np.asarray(image)
    grey = np.asarray(image.convert("L"), np.float32) / 255
    if image.mode == "RGB":
        return grey
    return _opaque(grey, np.asarray(image.getchannel("A"), np.float32) / 255)


def _opaque(grey: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """A transparent picture on paper. If colours tell less than opacity, opacity is the ink."""
    solid = grey[opacity > 0.5]
    if not solid.size or solid.std() < opacity.std():
        return 1 - opacity
    return grey * opacity + np.median(solid) * (1 - opacity)


def _without_paper(picture: np.ndarray) -> np.ndarray:
    """How much `picture` differs from the paper around it, in 0..1 of the way to black or white."""
    detail = picture - ndimage.uniform_filter(picture, ceil(max(picture.shape) * NEIGHBOURHOOD))
    if (detail**3).sum() > 0:  # the rarer, stronger deviation is the ink: here it is light
        picture = 1 - picture
    ink = _darkness(picture)
    edges = [edge.mean() for edge in _edges(ink > ink.max() / 2)]
    if np.mean(edges) > 0.5 and max(edges) < 0.95:
        ink = _darkness(1 - picture)  # cut so close that ink is the greater part of the picture
    return ink


def _darkness(picture: np.ndarray) -> np.ndarray:
    """How much darker everything is than the light paper around it, in 0..1.

    In the shade, ink and paper darken by the same factor: their ratio stays.
    """
    size = ceil(max(picture.shape) * PATCH)
    padded = np.pad(picture, size, mode="reflect", reflect_type="odd")
    paper = ndimage.grey_closing(padded, size)[size:-size, size:-size]
    return (paper - picture) / np.maximum(paper, DARKEST_PAPER)


def _without_surroundings(ink: np.ndarray) -> np.ndarray:
    """Without the table: what fills much of the picture's edge, if something else doesn't touch it.

    Of a digit cut so close that it touches the edge, nothing else is left.
    """
    pieces, count = ndimage.label(ink > ink.max() / 2)
    at_edge = np.concatenate(_edges(pieces))
    inside = np.setdiff1d(np.arange(1, count + 1), at_edge)
    smallest = (max(ink.shape) * SMALLEST_DIGIT) ** 2
    if (at_edge > 0).mean() < TABLE or not (np.bincount(pieces.ravel())[inside] > smallest).any():
        return ink
    table = np.isin(pieces, at_edge[at_edge > 0])
    return np.where(ndimage.maximum_filter(table, ceil(2 * HALO * max(ink.shape))), 0, ink)


def _edges(pixels: np.ndarray) -> list[np.ndarray]:
    return [pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]


def _stretched(ink: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """Ink from 0 to 1: what paper far from any stroke shows is 0, what most strokes show is 1."""
    far = ink[~ndimage.maximum_filter(strong, 2 * round(max(ink.shape) * HALO) + 3)]
    full = np.median(ink[strong])
    paper = np.percentile(far, 99.5) * 1.1 if far.size else 0
    floor = np.clip(paper, full * LEAST_FLOOR, full / 2)
    return np.clip((ink - floor) / (full - floor), 0, 1)


def _without_dirt(ink: np.ndarray) -> np.ndarray:
    """Only the pieces that are more than specks and somewhere more than a shadow."""
    pieces, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    every = np.arange(count + 1)
    mass, peak = (measure(ink, pieces, every) for measure in (ndimage.sum_labels, ndimage.maximum))
    mass[peak < 0.5] = 0
    return np.where((mass >= SPECK * mass.max())[pieces], ink, 0)


def _squared(ink: np.ndarray) -> np.ndarray:
    """The ink in the middle of a square."""
    missing = [max(ink.shape) - length for length in ink.shape]
    return np.pad(ink, [(length // 2, length - length // 2) for length in missing])
