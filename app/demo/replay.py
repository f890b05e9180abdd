"""Replay: strokes as the mouse events that draw them in the window."""

from collections.abc import Iterable, Iterator

import numpy as np
import pygame

from digits.drawing import Drawing

MARGIN = 12  # pixels between the drawing and the canvas's edge


def mouse_events(
    drawing: Drawing, canvas: pygame.Rect, height: float, place: np.ndarray
) -> Iterator[pygame.Event]:
    """The mouse events that draw the strokes, scaled so that their longer side is `height`, a share
    of the canvas; `place` (2,), in 0..1, is their position in the remaining space."""
    strokes = [np.array(stroke.points) for stroke in drawing.strokes]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height * canvas.height / max((high - low).max(), 1e-6)  # a dot has no size
    room = np.array(canvas.size) - 2 * MARGIN - (high - low) * scale
    corner = np.array(canvas.topleft) + MARGIN + place * np.maximum(room, 0)
    for stroke in strokes:
        pixels = np.rint((stroke - low) * scale + corner).astype(int)
        yield from stroke_events(map(tuple, pixels.tolist()))


def stroke_events(positions: Iterable[tuple[float, float]]) -> Iterator[pygame.Event]:
    """The events of a mouse pressed at the first position in the window, moved through the others
    and released at the last."""
    first, *rest = positions
    yield pygame.Event(pygame.MOUSEBUTTONDOWN, pos=first, button=pygame.BUTTON_LEFT)
    for pos in rest:
        yield pygame.Event(pygame.MOUSEMOTION, pos=pos, buttons=(1, 0, 0))
    last = (rest or [first])[-1]
    yield pygame.Event(pygame.MOUSEBUTTONUP, pos=last, button=pygame.BUTTON_LEFT)
