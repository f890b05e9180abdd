"""A sample drawing, for a picture of the window that no person has drawn in."""

import numpy as np
import pygame

# A five in cubic Bézier curves, in units of the canvas's side: stem and bowl, then the bar.
STROKES = (
    (
        ((0.37, 0.25), (0.36, 0.33), (0.35, 0.40), (0.34, 0.47)),
        ((0.34, 0.47), (0.46, 0.39), (0.67, 0.42), (0.67, 0.60)),
        ((0.67, 0.60), (0.67, 0.80), (0.44, 0.82), (0.32, 0.73)),
    ),
    (((0.37, 0.25), (0.46, 0.26), (0.56, 0.25), (0.65, 0.23)),),
)
STEPS = 32  # movements along a curve


def sample_events(canvas: pygame.Rect) -> list[pygame.Event]:
    """The mouse events of a hand that draws a five on `canvas`."""
    events = []
    for curves in STROKES:
        path = np.concatenate([_bezier(np.array(curve)) for curve in curves])
        down, *moves = (path * canvas.size + canvas.topleft).tolist()
        left = pygame.BUTTON_LEFT
        events.append(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=down, button=left))
        events += [pygame.Event(pygame.MOUSEMOTION, pos=pos, buttons=(1, 0, 0)) for pos in moves]
        events.append(pygame.Event(pygame.MOUSEBUTTONUP, pos=moves[-1], button=left))
    return events


def _bezier(control: np.ndarray) -> np.ndarray:
    """Points (STEPS + 1, 2) along the cubic Bézier curve with `control` points (4, 2)."""
    t = np.linspace(0, 1, STEPS + 1)[:, None]
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]) @ control
