"""A picture is ink from a file or the clipboard, such as a scan or a photograph.

Everything but the strokes (unevenly lit or ruled paper, the table around it, noise) is removed, so
that the rest looks like ink drawn on the sheet.
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
GRAIN = 1 / 400  # finer detail is noise
NEIGHBOURHOOD = 1 / 2  # a region of which ink is the smaller part
HALO = 1 / 40  # the margin around a stroke that counts as neither ink nor paper
PATCH = 1 / 3  # wider than a stroke, but small enough for nearly even light
SMALLEST_DIGIT = 1 / 40

FAINTEST = 0.08  # the faintest ink, from 0 (paper) to 1 (black); a page without any is blank
DARKEST_PAPER = 0.3  # anything darker isn't shaded paper
LEAST_FLOOR = 0.04  # of full ink: less is a JPEG artefact around strokes
GRAINED = 1 / 3  # of the darkest ink: above half of it, a grained table falls apart
TABLE = 0.25  # of the picture's edge: pieces that cover more of it are the table, not ink
SPECK = 0.02  # of the largest piece's ink: a smaller piece is dirt


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
    except Exception as error:  # a reader may raise anything for a broken file
        raise PictureError("damaged, or not the whole picture; save it anew") from error


def _brightness(image: Image.Image) -> np.ndarray:
    image.draft("RGB", (SIDE, SIDE))  # lets a JPEG be decoded at a reduced size
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
    """A transparent picture on paper. If opacity varies more than brightness, it is the ink."""
    solid = grey[opacity > 0.5]
    if not solid.size or solid.std() < opacity.std():
        return 1 - opacity
    return grey * opacity + np.median(solid) * (1 - opacity)


def _without_paper(picture: np.ndarray) -> np.ndarray:
    """How much `picture` differs from the paper around it, 0..1 of the way to black or white."""
    detail = picture - ndimage.uniform_filter(picture, ceil(max(picture.shape) * NEIGHBOURHOOD))
    if (detail**3).sum() > 0:  # the rarer, stronger deviation is the ink: here it is light
        picture = 1 - picture
    ink = _darkness(picture)
    edges = [edge.mean() for edge in _edges(ink > ink.max() / 2)]
    if np.mean(edges) > 0.5 and max(edges) < 0.95:
        ink = _darkness(1 - picture)  # cropped so closely that ink is the larger part
    return ink


def _darkness(picture: np.ndarray) -> np.ndarray:
    """How much darker each pixel is than the light paper around it, 0..1.

    Shade darkens ink and paper by the same factor, so their ratio stays the same.
    """
    size = ceil(max(picture.shape) * PATCH)
    padded = np.pad(picture, size, mode="reflect", reflect_type="odd")
    paper = ndimage.grey_closing(padded, size)[size:-size, size:-size]
    return (paper - picture) / np.maximum(paper, DARKEST_PAPER)


def _without_surroundings(ink: np.ndarray) -> np.ndarray:
    """The ink without the table: pieces at the picture's edge, if they cover much of it and a piece
    as large as a digit doesn't touch it.

    So a digit cropped so closely that it touches the edge is kept.
    """
    pieces, count = ndimage.label(ink > ink.max() * GRAINED)
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
    """Ink scaled to 0..1: paper far from any stroke is 0, the typical stroke is 1."""
    far = ink[~ndimage.maximum_filter(strong, 2 * round(max(ink.shape) * HALO) + 3)]
    full = np.median(ink[strong])
    paper = np.percentile(far, 99.5) * 1.1 if far.size else 0
    floor = np.clip(paper, full * LEAST_FLOOR, full / 2)
    return np.clip((ink - floor) / (full - floor), 0, 1)


def _without_dirt(ink: np.ndarray) -> np.ndarray:
    """The ink without specks and without pieces that are faint everywhere."""
    pieces, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    every = np.arange(count + 1)
    mass, peak = (measure(ink, pieces, every) for measure in (ndimage.sum_labels, ndimage.maximum))
    mass[peak < 0.5] = 0
    return np.where((mass >= SPECK * mass.max())[pieces], ink, 0)


def _squared(ink: np.ndarray) -> np.ndarray:
    """The ink in the middle of a square."""
    missing = [max(ink.shape) - length for length in ink.shape]
    return np.pad(ink, [(length // 2, length - length // 2) for length in missing])
