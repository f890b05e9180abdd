"""Sample bars: the network's outputs for a few digits, as bars that move while it learns."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nn.nets import Net
from training import page
from training.datasets import Datasets
from training.page import ACCENT, INK, INK_COLOURS, MARGIN, QUIET, SMALL, TRACK, WIDTH

COUNT = 10  # digits
TOP, IMAGE, LINE = 84, 96, 21  # where the images begin, their side, from one bar to the next
HEIGHT = TOP + IMAGE + 16 + 10 * LINE + 24
NUMBER = 18  # the width of the digit before a bar


class Samples(NamedTuple):
    """COUNT digits, and a name for them."""

    name: str
    images: np.ndarray  # (COUNT, 28, 28) float32 in 0..1
    labels: np.ndarray  # (COUNT,)


def choose(data: Datasets) -> Samples:
    """One example of each digit: from the person's own data if the run has some, otherwise from the
    validation data. A digit that is missing there is replaced by the first example."""
    if data.own:
        name, images, labels = "ten of your own digits", data.own.images, data.own.labels
    else:
        images, targets = data.validation
        name, labels = "ten validation digits", targets.argmax(axis=1)
    firsts = np.array([np.argmax(labels == digit) for digit in range(COUNT)])
    return Samples(name, images[firsts].reshape(COUNT, 28, 28), labels[firsts])


def sample_bars(net: Net, samples: Samples) -> Figure:
    """Each image above its ten outputs: the bar of its label in the ink colour, that of a wrong
    answer in the accent colour."""
    name, images, labels = samples
    outputs = net.predict(images.reshape(COUNT, -1))
    figure, axes = page.sheet(HEIGHT)
    right = int((outputs.argmax(axis=1) == labels).sum())
    title = f"How it reads {name}: {right} right"
    page.write(axes, MARGIN, 46, title, page.TITLE, weight="bold")
    pitch = (WIDTH - 2 * MARGIN) / COUNT
    length = pitch - 2 * NUMBER
    for i, (image, label, output) in enumerate(zip(images, labels, outputs, strict=True)):
        left = MARGIN + i * pitch
        x = round(left + NUMBER + (length - IMAGE) / 2)
        page.draw_image(axes, image, x, TOP, IMAGE, INK_COLOURS, (0, 1))
        answer = int(output.argmax())
        for digit, value in enumerate(np.clip(output, 0, 1).tolist()):
            y = TOP + IMAGE + 16 + digit * LINE
            is_label, is_wrong = digit == label, digit == answer != label
            colour = INK if is_label else ACCENT if is_wrong else QUIET
            weight = "bold" if is_label else "normal"
            page.write(axes, left, y + LINE / 2, digit, SMALL, colour, weight)
            for share, shade in ((1, TRACK), (value, colour)):
                bar = (left + NUMBER, y + 3), share * length, LINE - 6
                axes.add_patch(Rectangle(*bar, facecolor=shade, edgecolor="none"))
    return figure
