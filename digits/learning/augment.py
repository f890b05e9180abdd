"""Augmentation makes the digits that MNIST lacks: its own rotated, sheared, warped and thickened.

A warp finds for every new pixel its source in the old image, and interpolates there bilinearly.
The whole batch is warped at once.
"""

import numpy as np

GRID = 5  # points a side of the elastic warp's random displacements


def augment(
    images: np.ndarray,
    generator: np.random.Generator,
    strength: float = 1,
    *,
    rotation: float = 10,
    scale: float = 0.1,
    shear: float = 0.1,
    shift: float = 1.5,
    elastic: float = 0.7,
    thickness: float = 0.35,
) -> np.ndarray:
    """A random variation of each of the images (m, h, w), float32 in 0..1: a new array like it.
    `strength` is a factor of all the limits below.

    Values are drawn for each image, uniformly between plus and minus the given limit: `rotation`
    in degrees, `scale` as a share of each side, `shear` as a slope, `shift` in pixels per axis.
    `elastic` is the standard deviation, in pixels, of smooth displacements. `thickness` grows or
    thins strokes by up to this share of a pixel on either side. 0 turns an effect off. The
    brightest pixel of every image becomes 1, as `preprocess` makes it.
    """
    m, h, w = images.shape
    limits = (strength * limit for limit in (rotation, scale, shear, shift))
    y, x = _sources(m, h, w, generator, *limits)
    elastic, thickness = strength * elastic, strength * thickness
    if elastic:
        rows, columns = _smoothing(h), _smoothing(w)
        noise = generator.normal(0, elastic, (2, m, GRID, GRID)).astype(np.float32)
        dy, dx = rows @ noise @ columns.T  # (m, h, w) each
        y += dy
        x += dx
    result = _bilinear(images, y, x)
    if thickness:
        result = _thicken(result, _uniform(generator, m, thickness))
    result /= np.maximum(result.max(axis=(1, 2), keepdims=True), 1e-6)  # a blank image stays so
    return result


def _uniform(generator: np.random.Generator, m: int, limit: float) -> np.ndarray:
    """Uniform random values, (m, 1, 1) float32, between -limit and limit."""
    return generator.uniform(-limit, limit, (m, 1, 1)).astype(np.float32)


def _sources(m, h, w, generator, rotation, scale, shear, shift) -> tuple[np.ndarray, np.ndarray]:
    """The affine map's source coordinates y and x of every pixel, (m, h, w) float32 each."""
    angle = np.deg2rad(_uniform(generator, m, rotation))
    lean = _uniform(generator, m, shear)
    y = np.arange(h, dtype=np.float32)[:, None] - (h - 1) / 2 + _uniform(generator, m, shift)
    x = np.arange(w, dtype=np.float32) - (w - 1) / 2 + _uniform(generator, m, shift)
    y = y * (1 + _uniform(generator, m, scale))  # (m, h, 1)
    x = x * (1 + _uniform(generator, m, scale))  # (m, 1, w)
    cosine, sine = np.cos(angle), np.sin(angle)
    source_x = cosine * x + (cosine * lean - sine) * y + np.float32((w - 1) / 2)
    source_y = sine * x + (sine * lean + cosine) * y + np.float32((h - 1) / 2)
    return source_y, source_x


def _smoothing(size: int) -> np.ndarray:
    """(size, GRID) float32: Gaussian weights that spread GRID values smoothly over an axis.

    Scaled so that displacements keep the standard deviation of the noise.
    """
    pixels = np.linspace(0, GRID - 1, size)[:, None]
    weights = np.exp(-((pixels - np.arange(GRID)) ** 2) / 2)
    return (weights / np.linalg.norm(weights, axis=1, keepdims=True)).astype(np.float32)


def _bilinear(images: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Interpolate `images` (m, h, w) at the coordinates y, x (m, h, w); outside is 0."""
    m, h, w = images.shape
    flat = np.pad(images, ((0, 0), (1, 1), (1, 1))).ravel()  # a border of paper to read outside
    np.clip(y, -1, h - 0.001, out=y)
    np.clip(x, -1, w - 0.001, out=x)
    y += 1
    x += 1
    row, column = y.astype(np.int32), x.astype(np.int32)
    y -= row
    x -= column
    width = w + 2
    corner = row * width + column + np.arange(m, dtype=np.int32)[:, None, None] * (h + 2) * width
    top = flat[corner]
    top += x * (flat[corner + 1] - top)
    corner += width
    bottom = flat[corner]
    bottom += x * (flat[corner + 1] - bottom)
    top += y * (bottom - top)
    return top


def _thicken(images: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Blend each image with the maximum over its four neighbours, or minimum if `amount` < 0."""
    sign = np.sign(amount)
    images = images * sign  # the minimum is the maximum of the negative
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    grown = np.maximum(padded[:, :-2, 1:-1], padded[:, 2:, 1:-1])
    np.maximum(grown, padded[:, 1:-1, :-2], out=grown)
    np.maximum(grown, padded[:, 1:-1, 2:], out=grown)
    np.maximum(grown, images, out=grown)
    grown -= images
    grown *= np.abs(amount)
    grown += images
    grown *= sign
    return grown
