"""The canvas shows the drawing, however it came about."""

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sheet import canvas
from app.sheet.canvas import Canvas
from app.sheet.pen import Pen
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import LIGHT, SMALLEST_SIZE
from digits.drawing import Drawing

places = st.tuples(*[st.floats(0.02, 0.98)] * 2)
paths = st.lists(places, min_size=1, max_size=6)
steps = st.one_of(
    st.tuples(st.sampled_from([1, 3]), paths),  # a button, to draw or erase
    st.sampled_from(["undo", "redo", "clear", "update"]),
)
pygame.font.init()
LAYOUT, TEXT = Layout(SMALLEST_SIZE, False), Text()


def move(one: Canvas, button: int, path: list[tuple[float, float]]) -> None:
    left, top, side, _ = one.rect
    pixels = [(left + int(x * side), top + int(y * side)) for x, y in path]
    held = tuple(int(button == which) for which in (1, 2, 3))
    one.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=pixels[0], button=button))
    for pos in pixels[1:]:
        one.handle(pygame.Event(pygame.MOUSEMOTION, pos=pos, rel=(0, 0), buttons=held))
    one.handle(pygame.Event(pygame.MOUSEBUTTONUP, pos=pixels[-1], button=button))
    one.handle(pygame.Event(pygame.WINDOWLEAVE))


def shown(one: Canvas) -> np.ndarray:
    while one.update():
        pass
    surface = pygame.Surface(SMALLEST_SIZE)
    one.draw(surface, LIGHT, None, invites=True)
    return pygame.surfarray.array3d(surface).astype(int)


@pytest.mark.parametrize("picture", [None, (28, 28), (5, 9)], ids=["paper", "small", "tiny"])
@pytest.mark.parametrize("seconds", [0, 60])
@given(steps=st.lists(steps, max_size=12))
@settings(max_examples=30, deadline=None)
def test_after_any_steps_it_looks_as_if_painted_anew(seconds, picture, steps):
    """But for what rounding makes of the pieces of a line that was cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "PAINTING_SECONDS", seconds)
        drawing = Drawing()
        if picture is not None:
            drawing.show(np.random.default_rng(0).random(picture, np.float32))
        one = Canvas(LAYOUT, TEXT, drawing, Pen())
        for step in steps:
            match step:
                case button, path:
                    move(one, button, path)
                case "update":
                    one.update()
                case verb:
                    getattr(drawing, verb)()
        anew = Canvas(LAYOUT, TEXT, drawing, Pen())
        np.testing.assert_allclose(shown(one), shown(anew), atol=2)
