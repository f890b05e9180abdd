import numpy as np
import pygame
import pytest
from hand import FakeRecognizer

from app.demo.replay import mouse_events
from app.window import App
from digits.drawing import Drawing

SEVEN = [[(0.1, 0.1), (0.6, 0.1), (0.3, 0.9)], [(0.2, 0.5), (0.55, 0.5)], [(0.4, 0.4)]]


def seven() -> Drawing:
    return Drawing.of(SEVEN, 0.05)


@pytest.mark.parametrize("height", [0.3, 0.75])
@pytest.mark.parametrize("place", [(0, 0), (1, 1), (0.3, 0.8)])
def test_a_replayed_drawing_has_its_shape_and_the_height_and_place_asked_for(height, place):
    app = App(FakeRecognizer())
    for event in mouse_events(seven(), app.canvas_rect, height, np.array(place)):
        app.handle(event)
    strokes = [np.array(stroke.points) for stroke in app.drawing.strokes]
    assert [len(stroke) for stroke in strokes] == [3, 2, 1]
    points, original = np.concatenate(strokes), np.concatenate(SEVEN)
    low, high = points.min(axis=0), points.max(axis=0)
    pixel = 1 / app.canvas_rect.width
    assert (high - low).max() == pytest.approx(height, abs=2 * pixel)
    np.testing.assert_allclose(
        (points - low) / height, (original - original.min(axis=0)) / 0.8, atol=3 * pixel / height
    )
    assert low.min() >= 0 and high.max() <= 1
    if place == (1, 1):
        assert (1 - high).max() < 15 * pixel


def test_a_hand_that_replays_presses_moves_and_releases_the_left_button():
    events = list(mouse_events(seven(), pygame.Rect(10, 20, 500, 500), 0.5, np.zeros(2)))
    kinds = [event.type for event in events]
    down, move, up = pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP
    assert kinds == [down, move, move, up, down, move, up, down, up]
    assert all(pygame.Rect(10, 20, 500, 500).collidepoint(event.pos) for event in events)
