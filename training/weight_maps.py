"""Weight maps: the weights of a network's first layer, as pictures."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from nn.layers import Conv2D
from nn.nets import Net
from training import page
from training.page import HEADER, MARGIN, QUIET, SHEET, SPEAKS_AGAINST, SPEAKS_FOR, WIDTH

WEIGHT_COLOURS = LinearSegmentedColormap.from_list("weights", [SPEAKS_AGAINST, SHEET, SPEAKS_FOR])
MOST_MAPS, MAP_GAP = 128, 5  # of weights
LARGEST_MAP, MAPS_HEIGHT = 168, 720  # the largest side of one map, the largest height of all
FULL_COLOUR = 0.995  # quantile of full colour: the few larger weights would leave the rest pale


def weights(net: Net) -> Figure:
    """The weights of each unit or filter of the first trained layer, row by row, at most MOST_MAPS
    of them."""
    kind, maps = _weight_maps(net)
    count = min(len(maps), MOST_MAPS)
    height, width = maps.shape[1:]
    side, columns = _grid(count, width if height == width <= LARGEST_MAP else 1)
    rows = math.ceil(count / columns)
    figure, axes = page.sheet(HEADER + rows * (side + MAP_GAP) + MARGIN)
    number = f"{count} of {len(maps)}" if count < len(maps) else count
    page.head(
        axes,
        f"First layer: {number} {kind}s, {height}×{width} weights each",
        f"Blue: ink there speaks for the {kind}. Orange: against it.",
    )
    finite = np.abs(maps[np.isfinite(maps)])
    scale = (np.quantile(finite, FULL_COLOUR) if len(finite) else 0) or 1.0
    _draw_scale(axes, scale)
    for i, one in enumerate(maps[:count]):
        x, y = page.place(i, columns, (side + MAP_GAP, side + MAP_GAP))
        page.draw_image(axes, one, x, y, side, WEIGHT_COLOURS, (-scale, scale))
    return figure


def _weight_maps(net: Net) -> tuple[str, np.ndarray]:
    """What the first trained layer consists of, "unit" or "filter", and the weights of each:
    (count, height, width). Several channels are side by side."""
    number = next(i for i, layer in enumerate(net.layers) if "weights" in layer.parameters)
    layer = net.layers[number]
    array = layer.parameters["weights"]
    if isinstance(layer, Conv2D):
        kind, images = "filter", array  # (filters, k, k, channels)
    else:
        # The shape of the image whose pixels the units see, or one row if no shape fits.
        (pixels,) = layer.input_shape
        shapes = [
            (1, pixels, 1),
            (28, 28, 1),
            *(before.output_shape for before in net.layers[:number]),
        ]
        shape = [s for s in shapes if len(s) == 3 and math.prod(s) == pixels][-1]
        kind, images = "unit", array.T.reshape(-1, *shape)
    count, height, *_ = images.shape
    return kind, images.transpose(0, 1, 3, 2).reshape(count, height, -1)


def _grid(count: int, width: int) -> tuple[int, int]:
    """The side of the largest squares of which `count` fit on the page, and the squares per row.
    The side is a multiple of `width`, so that all pixels of a map have the same size."""
    for side in range(LARGEST_MAP - LARGEST_MAP % width, 0, -width):
        columns = (WIDTH - 2 * MARGIN + MAP_GAP) // (side + MAP_GAP)
        rows = math.ceil(count / columns)
        if rows * (side + MAP_GAP) <= MAPS_HEIGHT:
            break
    return side, math.ceil(count / rows)


def _draw_scale(axes: Axes, scale: float) -> None:
    """The colours of weights from -scale to scale, in the top right corner."""
    left, right = WIDTH - MARGIN - 280, WIDTH - MARGIN - 72
    gradient = np.linspace(-scale, scale, 101)[None]
    axes.imshow(gradient, WEIGHT_COLOURS, aspect="auto", extent=(left, right, 92, 74))
    page.write(axes, left - 12, 84, f"\N{MINUS SIGN}{scale:#.2g}", color=QUIET, ha="right")
    page.write(axes, right + 12, 84, f"{scale:#.2g}", color=QUIET)
