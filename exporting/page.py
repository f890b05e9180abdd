"""The page: the window's core for any browser, in one HTML file that needs no server or Internet.

Its script, style and kernel are in `web/`. This module writes into it what the Python code defines:
the neural network, and the constants of retracing, preprocessing and appearance.
"""

import base64
import hashlib
import html
import json
from pathlib import Path
from types import ModuleType

import numpy as np

from digits.drawing import drawing, preprocess, retrace, saved_drawings
from digits.recognizer import Recognizer, grouping, numbers
from exporting import ExportError
from nn import activation_functions
from nn.layer import Layer
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)

WEB = Path(__file__).parent.parent / "web"
ICON = Path(__file__).parent.parent / "assets" / "icon.png"
# In this order: each may use those before it.
SCRIPTS = (
    "start",
    "kernel",
    "net",
    "preprocess",
    "retrace",
    "reader",
    "grouping",
    "numbers",
    "drawing",
    "saved_drawing",
    "sheet",
    "view",
    "page",
)
# The constants that the script needs, by the module that defines them.
CONSTANTS = {
    activation_functions: ("SLOPE",),
    drawing: ("MOST_STEPS",),
    preprocess: ("SIDE", "BOX", "CENTRE", "FAINTEST"),
    grouping: (
        "LONGEST",
        "WIDEST",
        "FAR",
        "SPLIT",
        "FREE_OVERLAP",
        "LEAST_STEP",
        "MOST_OVERLAP",
        "FREE_GAP",
        "MOST_REWARD",
        "LEAST_SHARED",
        "UNEVEN",
    ),
    numbers: (
        "MOST_STROKES",
        "BESIDE_SURE_FROM",
        "CLOSE_SURE_FROM",
        "LEVEL",
        "FRAMES",
        "BAR_STEP",
        "MOST_BARS",
    ),
    retrace: ("PEN", "SMOOTHING", "SHEET", "LONGER", "PIECE", "STEP"),
    saved_drawings: ("FORMAT", "VERSION", "MOST_POINTS"),
}
LOOK = (
    "PEN_WIDTH",
    "PEN_STEP",
    "THINNEST_PEN",
    "THICKEST_PEN",
    "EASING_SECONDS",
    "SETTLED",
    "NOTICE_SECONDS",
    "LEAST_PERCENTAGE",
    "LEAST_GUESS",
    "LEAST_GUESSES",
    "MOST_GUESSES",
    "MAP_GAMMA",
    "LEAST_MARKED",
    "MARK_LENGTH",
    "MARK_BREADTH",
    "PALE_INK",
)
COLOURS = (
    "background",
    "sheet",
    "ink",
    "quiet",
    "accent",
    "edge",
    "track",
    "bar",
    "disabled",
    "speaks_for",
    "speaks_against",
    "shade",
)


def page(recognizer: Recognizer, theme: ModuleType) -> str:
    """The HTML of a page that reads with `recognizer` and is styled by `theme`, a module with the
    palettes LIGHT and DARK and the lengths and durations in LOOK.

    Raises ExportError for a layer that the page does not support.
    """
    constants = {
        module.__name__.rpartition(".")[2]: {name: getattr(module, name) for name in names}
        for module, names in (CONSTANTS | {theme: LOOK}).items()
    }
    data = {
        "constants": constants,
        "network": network(recognizer),
        "kernel": _base64((WEB / "kernel.wasm").read_bytes()),
    }
    script = "\n".join((WEB / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    style = _colours(theme) + (WEB / "style.css").read_text("utf-8")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src '{_digest(script)}' 'wasm-unsafe-eval'; style-src '{_digest(style)}'"
    )
    parts = {
        "policy": policy,
        "icon": f"data:image/png;base64,{_base64(ICON.read_bytes())}",
        "style": style,
        "model": html.escape(_facts(recognizer)),
        "data": json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"),
        "script": script,
    }
    text = (WEB / "index.html").read_text("utf-8")
    before, *pieces = text.split("{{")
    return before + "".join(
        parts[name] + after for name, after in (piece.split("}}", 1) for piece in pieces)
    )


def network(recognizer: Recognizer) -> dict[str, object]:
    """The network in the page's format: its layers, their arrays in one base64 text (float32), and
    `sure_from`.

    Raises ExportError for a layer that the page does not support.
    """
    layers, arrays = [], []
    for layer in recognizer.net.layers:
        if isinstance(layer, InLayer | Dropout | Flatten):
            continue  # they do nothing here: the page uses flat arrays throughout
        described, own = _described(layer)
        described["arrays"] = {name: array.size for name, array in own.items()}
        layers.append(described)
        arrays += [array.astype("<f4").tobytes() for array in own.values()]
    numbers = _base64(b"".join(arrays))
    return {"layers": layers, "numbers": numbers, "sure_from": recognizer.sure_from}


def _described(layer: Layer) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """A layer's description for the page, and its arrays."""
    shapes = {"input_shape": layer.input_shape, "output_shape": layer.output_shape}
    match layer:
        case Conv2D():
            margins = [before for before, _ in layer.margins]
            return layer.config() | shapes | {"margins": margins}, layer.parameters
        case Dense(activation=activation):  # a convolution of one window
            shapes = {name: (1, 1, *shape) for name, shape in shapes.items()}
            config = Conv2D(layer.units, kernel_size=1).config() | {"activation": activation.name}
            arrays = layer.parameters | {"weights": layer.parameters["weights"].T}
            return config | shapes | {"margins": (0, 0)}, arrays
        case BatchNorm():
            variance = layer.statistics["variance"].astype(np.float64)
            scale = layer.parameters["scale"] / np.sqrt(variance + layer.EPSILON)
            shift = layer.parameters["shift"] - layer.statistics["mean"] * scale
            return layer.config() | shapes, {"scale": scale, "shift": shift}
        case MaxPool2D() | GlobalAveragePool2D():
            return layer.config() | shapes, {}
    raise ExportError(f"the page does not support {type(layer).__name__}; choose another model")


def _colours(theme: ModuleType) -> str:
    """The palettes as CSS variables, light or dark by the system's preference."""
    light, dark = (
        "".join(f"--{name}:{_css(getattr(palette, name))};" for name in COLOURS)
        for palette in (theme.LIGHT, theme.DARK)
    )
    places = ":root,::backdrop"  # older browsers' backdrops inherit nothing
    return f"{places}{{{light}}}\n@media (prefers-color-scheme:dark){{{places}{{{dark}}}}}\n"


def _css(colour: tuple[int, ...]) -> str:
    return f"#{bytes(colour).hex()}"


def _facts(recognizer: Recognizer) -> str:
    """The model's name, size and accuracy, as in the window's footer."""
    facts = [recognizer.name, f"{recognizer.parameter_count:,} parameters"]
    if recognizer.accuracy is not None:
        facts.append(f"{recognizer.accuracy:.2%} on MNIST's test set")
    return " · ".join(facts)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _digest(text: str) -> str:
    """The hash by which a content security policy allows a script or style."""
    return f"sha256-{_base64(hashlib.sha256(text.encode()).digest())}"
