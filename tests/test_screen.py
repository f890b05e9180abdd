"""The screen: a window of the desktop, on displays of any density, and all of the display."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from hand import FakeRecognizer, key, on, press, release

from app.screen import Screen, fitting, in_pixels
from app.window import App

SIZE = (800, 600)
NO_ICON = Path("nowhere.png")


class DenseWindow(pygame.Window):
    """Has two pixels for each point, as on a display of twice the usual density."""

    def get_surface(self) -> pygame.Surface:
        wanted = self.size[0] * 2, self.size[1] * 2
        if not hasattr(self, "pixels") or self.pixels.get_size() != wanted:
            self.pixels = pygame.Surface(wanted)
        return self.pixels

    def flip(self) -> None:
        """There is nothing behind the pixels."""


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(pygame, "Window", DenseWindow)
    yield Screen(SIZE, NO_ICON)
    pygame.display.quit()


def follow(screen: Screen, app: App) -> None:
    for event in screen.events():
        app.handle(event)
    app.update(0)
    screen.show(app)
    screen.follow(app)


def test_a_window_of_a_dense_display_is_drawn_in_all_its_pixels(screen):
    app = App(FakeRecognizer(), SIZE)
    follow(screen, app)
    assert app.size == (1600, 1200)
    assert screen.size == SIZE
    sharp = App(FakeRecognizer(), (1600, 1200))
    sharp.update(0)
    wanted = pygame.Surface((1600, 1200))
    sharp.draw(wanted)
    shown = pygame.surfarray.array3d(screen.window.get_surface())
    assert (shown == pygame.surfarray.array3d(wanted)).all()


def test_on_a_dense_display_ink_is_where_the_mouse_is(screen):
    app = App(FakeRecognizer(), SIZE)
    follow(screen, app)
    points = [(400, 300), (420, 350)]
    pygame.event.post(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=points[0], button=1))
    pygame.event.post(pygame.Event(pygame.MOUSEBUTTONUP, pos=points[1], button=1))
    follow(screen, app)
    canvas = app.canvas_rect
    drawn = np.array(app.drawing.strokes[0].points) * canvas.width + canvas.topleft
    np.testing.assert_allclose(drawn / 2, np.array(points) + 0.5)  # the middles of the points


def test_a_window_that_is_resized_or_moved_to_another_display_has_as_many_pixels(screen):
    app = App(FakeRecognizer(), SIZE)
    follow(screen, app)
    screen.window.size = 900, 700
    follow(screen, app)
    assert app.size == (1800, 1400)
    assert screen.size == (900, 700)


def test_positions_stay_as_they_are_where_a_point_is_a_pixel():
    event = pygame.Event(pygame.MOUSEMOTION, pos=(3, 4), rel=(1, 1), buttons=(1, 0, 0))
    assert in_pixels(event, SIZE, SIZE) is event
    dense = in_pixels(event, (1600, 1200), SIZE)
    assert dense.pos == (6.5, 8.5)
    assert dense.buttons == (1, 0, 0)


def test_a_window_fits_the_display_and_its_title_bar_can_be_reached(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")  # its display has 1024 x 768 points
    try:
        assert Screen((3800, 2000), NO_ICON).window.size == (921, 691)
        assert Screen(SIZE, NO_ICON).window.size == SIZE
    finally:
        pygame.display.quit()
    assert fitting((1000, 640), (500, 639)) == (640, 575)


def test_f11_fills_the_screen_and_f11_or_escape_leave_it_with_the_drawing_and_the_size(screen):
    app = App(FakeRecognizer(), SIZE)
    follow(screen, app)
    press(app, on(app, 0.2, 0.2))
    release(app, on(app, 0.7, 0.7))
    before = app.drawing.strokes[0].points.copy()
    for leave in (pygame.K_F11, pygame.K_ESCAPE):
        key(app, pygame.K_F11)
        assert app.is_full_screen
        for _ in range(3):
            follow(screen, app)
        assert screen.size == SIZE  # of the window that comes back
        key(app, leave)
        assert not app.is_full_screen
        for _ in range(3):
            follow(screen, app)
        assert app.running
        assert app.size == (1600, 1200)
    assert app.drawing.strokes[0].points == before
