"""The project's pictures: what the hand of our own draws, and the files that come of it."""

import numpy as np
import pygame
import pytest
from PIL import Image

from app.demo import showcase
from app.demo.sample import sample_events
from app.style import theme
from app.window import App
from digits.recognizer import SHIPPED_MODEL, Recognizer
from digits.recognizer.model_shelf import models_at_hand

SIZE = theme.DESIGN_SIZE


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.mark.parametrize("digit", range(10))
def test_the_shipped_model_reads_what_our_hand_draws(recognizer, digit):
    app = App(recognizer)
    for event in sample_events(app.canvas_rect, digit):
        app.handle(event)
    assert app.reading.digit == digit
    assert app.reading.sure


def test_the_icon_is_the_one_that_the_code_draws():
    with Image.open(showcase.ASSETS / "icon.png") as icon:
        assert icon.size == (256, 256)
        np.testing.assert_array_equal(np.asarray(icon), np.asarray(showcase.icon()))


@pytest.mark.parametrize("name", ["window.png", "window-dark.png"])
def test_screenshots_show_the_whole_window(name):
    with Image.open(showcase.ASSETS / name) as picture:
        assert picture.size == SIZE


def test_the_animation_is_short_small_and_runs_for_ever():
    path = showcase.ASSETS / "drawing.gif"
    assert path.stat().st_size < 1_500_000
    with Image.open(path) as animation:
        assert animation.size == SIZE
        assert animation.info["loop"] == 0
        seconds = 0
        for frame in range(animation.n_frames):
            animation.seek(frame)
            seconds += animation.info["duration"] / 1000
    assert 5 < seconds < 20


def test_a_film_shows_the_digit_grow_and_at_last_be_read():
    film = showcase.Film(models_at_hand([SHIPPED_MODEL]))
    film.draw(showcase.sample_strokes(7))
    film.rest(1)
    ink = [(np.asarray(frame.convert("L"))[40:560, 100:620] < 100).sum() for frame in film.frames]
    assert len(set(ink)) > 10
    assert ink[-1] > ink[len(ink) // 4]
    assert film._app.reading.digit == 7


def test_a_saved_animation_keeps_frames_times_and_common_colours(tmp_path):
    colours = [(243, 238, 229), (28, 32, 52), (184, 54, 30)]
    frames = [Image.new("RGB", (20, 10), colour) for colour in colours for _ in range(8)]
    showcase.save_animation(frames, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 3  # what doesn't change is shown longer
        for number, colour in enumerate(colours):
            film.seek(number)
            assert film.info["duration"] == 8 * 1000 / showcase.FRAMES_PER_SECOND
            assert film.convert("RGB").getpixel((5, 5)) == pytest.approx(colour, abs=4)


def test_the_scribble_is_no_digit_that_anyone_would_read(recognizer):
    app = App(recognizer)
    rect = app.canvas_rect
    places = (showcase.scribble() * rect.size + rect.topleft).tolist()
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=places[0], button=1))
    for place in places[1:]:
        assert rect.collidepoint(place)
        app.handle(pygame.Event(pygame.MOUSEMOTION, pos=place, buttons=(1, 0, 0)))
    assert not app.reading.sure
