"""A drawing, its files, and its way to the network: strokes, ink, MNIST's format."""

from digits.drawing.drawing import MOST_STEPS, Drawing
from digits.drawing.stroke import Point, Stroke

__all__ = ["MOST_STEPS", "Drawing", "Point", "Stroke"]
