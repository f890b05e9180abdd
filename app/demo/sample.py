"""A sample drawing is a digit designed as Bézier curves, for pictures of the window."""

import numpy as np
import pygame

from app.demo.replay import stroke_events

# Strokes of cubic Bézier curves in units of the canvas's side. Where two curves join smoothly, the
# control points around the joint lie on a line.
DIGITS = (
    (
        (
            ((0.55, 0.25), (0.41, 0.19), (0.31, 0.37), (0.32, 0.54)),
            ((0.32, 0.54), (0.33, 0.69), (0.42, 0.78), (0.51, 0.77)),
            ((0.51, 0.77), (0.64, 0.76), (0.70, 0.60), (0.69, 0.46)),
            ((0.69, 0.46), (0.68, 0.33), (0.61, 0.25), (0.52, 0.26)),
        ),
    ),
    (
        (
            ((0.45, 0.33), (0.50, 0.30), (0.52, 0.28), (0.55, 0.23)),
            ((0.55, 0.23), (0.54, 0.40), (0.51, 0.58), (0.48, 0.77)),
        ),
    ),
    (
        (
            ((0.35, 0.37), (0.37, 0.26), (0.46, 0.22), (0.53, 0.23)),
            ((0.53, 0.23), (0.65, 0.24), (0.69, 0.35), (0.63, 0.45)),
            ((0.63, 0.45), (0.56, 0.57), (0.43, 0.65), (0.33, 0.75)),
            ((0.33, 0.75), (0.44, 0.71), (0.57, 0.77), (0.69, 0.73)),
        ),
    ),
    (
        (
            ((0.36, 0.30), (0.43, 0.21), (0.64, 0.20), (0.64, 0.34)),
            ((0.64, 0.34), (0.64, 0.44), (0.54, 0.48), (0.46, 0.48)),
            ((0.46, 0.48), (0.58, 0.47), (0.68, 0.53), (0.67, 0.63)),
            ((0.67, 0.63), (0.66, 0.78), (0.44, 0.81), (0.34, 0.71)),
        ),
    ),
    (
        (
            ((0.55, 0.23), (0.49, 0.36), (0.40, 0.48), (0.31, 0.59)),
            ((0.31, 0.59), (0.43, 0.58), (0.57, 0.58), (0.71, 0.57)),
        ),
        (((0.61, 0.40), (0.60, 0.52), (0.58, 0.66), (0.57, 0.78)),),
    ),
    (
        (
            ((0.37, 0.25), (0.36, 0.33), (0.35, 0.40), (0.34, 0.47)),
            ((0.34, 0.47), (0.46, 0.39), (0.67, 0.42), (0.67, 0.60)),
            ((0.67, 0.60), (0.67, 0.80), (0.44, 0.82), (0.32, 0.73)),
        ),
        (((0.37, 0.25), (0.46, 0.26), (0.56, 0.25), (0.65, 0.23)),),
    ),
    (
        (
            ((0.61, 0.23), (0.46, 0.30), (0.34, 0.46), (0.34, 0.61)),
            ((0.34, 0.61), (0.34, 0.72), (0.42, 0.78), (0.51, 0.775)),
            ((0.51, 0.775), (0.62, 0.77), (0.69, 0.68), (0.66, 0.59)),
            ((0.66, 0.59), (0.62, 0.48), (0.44, 0.49), (0.36, 0.63)),
        ),
    ),
    (
        (
            ((0.33, 0.27), (0.44, 0.27), (0.56, 0.27), (0.68, 0.25)),
            ((0.68, 0.25), (0.60, 0.41), (0.51, 0.58), (0.46, 0.77)),
        ),
    ),
    (
        (
            ((0.62, 0.33), (0.60, 0.21), (0.41, 0.20), (0.39, 0.33)),
            ((0.39, 0.33), (0.38, 0.46), (0.66, 0.49), (0.66, 0.64)),
            ((0.66, 0.64), (0.66, 0.80), (0.36, 0.81), (0.35, 0.66)),
            ((0.35, 0.66), (0.34, 0.52), (0.64, 0.46), (0.62, 0.33)),
        ),
    ),
    (
        (
            ((0.64, 0.36), (0.64, 0.20), (0.39, 0.18), (0.36, 0.36)),
            ((0.36, 0.36), (0.34, 0.52), (0.56, 0.56), (0.64, 0.36)),
            ((0.64, 0.36), (0.64, 0.50), (0.62, 0.64), (0.57, 0.77)),
        ),
    ),
)
STEPS = 32  # movements along a curve
WIDTH = 0.86  # of a number on the canvas
PITCH = 0.62  # from digit to digit, in units of the side of each digit's own canvas
THINNER = 3  # steps thinner: the pen for a number


def sample_strokes(digit: int) -> list[np.ndarray]:
    """The strokes of `digit`, each the points (n, 2) of its path in units of the canvas's side."""
    return [
        np.concatenate([_bezier(np.array(curve)) for curve in curves]) for curves in DIGITS[digit]
    ]


def sample_number(number: str) -> list[np.ndarray]:
    """The strokes of a number, centred on the canvas, in units of its side."""
    scale = WIDTH / (PITCH * len(number))
    return [
        (stroke - 0.5) * scale + (0.5 + (place - (len(number) - 1) / 2) * PITCH * scale, 0.5)
        for place, digit in enumerate(number)
        for stroke in sample_strokes(int(digit))
    ]


def sample_events(canvas: pygame.Rect, digit: int = 5) -> list[pygame.Event]:
    """The mouse events that draw `digit` on `canvas`."""
    events = []
    for stroke in sample_strokes(digit):
        events += stroke_events((stroke * canvas.size + canvas.topleft).tolist())
    return events


def sample_number_events(canvas: pygame.Rect, number: str) -> list[pygame.Event]:
    """The events that choose a thinner pen and write `number` on `canvas`."""
    thinner = pygame.Event(pygame.KEYDOWN, key=pygame.K_LEFTBRACKET, mod=0, unicode="[")
    events = [thinner] * THINNER
    for stroke in sample_number(number):
        events += stroke_events((stroke * canvas.size + canvas.topleft).tolist())
    return events


def _bezier(control: np.ndarray) -> np.ndarray:
    """Points (STEPS + 1, 2) along the cubic Bézier curve with `control` points (4, 2)."""
    t = np.linspace(0, 1, STEPS + 1)[:, None]
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]) @ control
