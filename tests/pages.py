"""What several tests ask of a picture of a training run."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(figure: Figure) -> None:
    FigureCanvasAgg(figure).draw()


def words(figure: Figure) -> list[str]:
    """Everything that is written by hand, from first to last."""
    return [text.get_text() for text in (*figure.texts, *(t for a in figure.axes for t in a.texts))]


def pictures(figure: Figure) -> list[np.ndarray]:
    """The images in the axes, in their order, without the scale of the weights' colours."""
    (axes,) = figure.axes
    return [image.get_array().data for image in axes.images if image.get_array().shape != (1, 101)]


def epoch(
    number: int, loss: float, accuracy: float, validation_loss: float, validation_accuracy: float
) -> dict[str, float]:
    """A row of a history."""
    return {
        "epoch": number,
        "loss": loss,
        "accuracy": accuracy,
        "validation_loss": validation_loss,
        "validation_accuracy": validation_accuracy,
        "seconds": 10.0 * number,
    }


HISTORY = [epoch(1, 0.81, 0.76, 0.22, 0.936), epoch(2, 0.16, 0.95, 0.13, 0.962)]
