"""A drawing, and how it becomes what the network sees: strokes, ink, MNIST's format; its files."""

from digits.drawing.drawing import MOST_STEPS, Drawing
from digits.drawing.stroke import Point, Stroke

__all__ = ["MOST_STEPS", "Drawing", "Point", "Stroke"]
