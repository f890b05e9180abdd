"""Models side by side, in the menu and beside the one that reads."""

from unittest.mock import Mock

import numpy as np
import pygame
import pytest
from hand import SIZE, UNSURE, FakeRecognizer, NotedText, click, key, picture, reading, stroke

from app.pages.opinions import Opinions
from app.reading.bars import Bars
from app.reading.beside import Beside
from app.sheet.desk import Desk
from app.style.layout import Layout
from app.style.theme import LIGHT
from app.window import App
from digits.drawing import Drawing
from digits.recognizer.memory import Memory
from digits.recognizer.model_shelf import models_at_hand

SEVEN = (0.2, 0.2), (0.4, 0.2), (0.3, 0.7)
ONE = (0.6, 0.2), (0.6, 0.7)


@pytest.fixture(scope="module")
def models():
    """The shipped ones: dense and inkling."""
    return models_at_hand([])


@pytest.fixture
def app(models, tmp_path) -> App:
    pygame.font.init()
    return App(models[1].recognizer, SIZE, models, folder=tmp_path)


def settle(app: App) -> None:
    for _ in range(90):
        app.update(1 / 60)


def beside(app: App) -> Beside | None:
    return app._widgets.beside


def test_the_menu_says_of_every_model_what_it_answers_once_it_is_chosen(models, tmp_path):
    drawing = Drawing.of((SEVEN, ONE), 0.07)
    desk = Desk(drawing, models[1].recognizer, Memory(tmp_path), print)
    opinions = Opinions(desk, models)
    while opinions.update() or any(opinions.of(model) is None for model in models):
        pass
    for model in models:
        number, digit = opinions.of(model)
        desk.recognizer = model.recognizer
        assert number.text == desk.number.text
        expected = desk.selected(desk.number).reading.probabilities
        np.testing.assert_array_equal(digit.reading.probabilities, expected)


def test_a_picture_dropped_behind_the_menu_is_read_by_every_model(models, tmp_path):
    desk = Desk(Drawing.of((SEVEN,), 0.07), models[1].recognizer, Memory(tmp_path), print)
    opinions = Opinions(desk, models)
    while any(opinions.of(model) is None for model in models):
        opinions.update()
    desk.drawing.replace(Drawing.of((ONE,), 0.07))
    assert opinions.update()
    while any(opinions.of(model) is None for model in models):
        opinions.update()
    assert [opinions.of(model)[0].text for model in models] == ["1", "1"]


def test_of_a_blank_sheet_no_model_says_anything(models, tmp_path):
    opinions = Opinions(Desk(Drawing(), models[1].recognizer, Memory(tmp_path), print), models)
    assert not opinions.update()
    assert all(opinions.of(model) is None for model in models)


def test_without_another_model_a_message_says_so():
    app = App(FakeRecognizer(), SIZE)
    key(app, pygame.K_b, unicode="b")
    assert "no other model" in app.message


def test_the_model_beside_reads_the_digit_that_is_selected_and_follows_it(app, models):
    key(app, pygame.K_b, unicode="b")
    for points in (SEVEN, ONE):
        stroke(app, *points)
        settle(app)
        expected = models[0].recognizer.read_image(app.reading.image)
        np.testing.assert_array_equal(beside(app).values, expected.probabilities)
    app.clear()
    settle(app)
    assert not beside(app).values.any()


@pytest.mark.parametrize(("sure", "answer"), [(True, ":  5  42%"), (False, ":  ?")])
def test_the_bars_of_the_model_beside_and_its_answer_are_those_of_its_own_reading(sure, answer):
    pygame.font.init()
    layout, text = Layout(SIZE, beside=True), NotedText()
    bars = Bars(layout, text, Mock(), Mock())
    shown = Beside(layout, text, FakeRecognizer(sure), bars, Mock())
    for _ in range(9):
        shown.update(reading(3), 1.0)
    surface = pygame.Surface(SIZE)
    shown.draw(surface, LIGHT)
    assert text.words[-1].endswith(answer)
    for digit, probability in enumerate(UNSURE):
        left, top, width, _ = bars.track(digit)
        is_long = surface.get_at((left + width // 4, top + 1))[:3] == LIGHT.ink
        assert is_long == (probability > 0.25)


def test_the_same_key_or_a_click_on_the_cross_takes_it_away_and_all_looks_as_before(app):
    stroke(app, *SEVEN)
    settle(app)
    right = app.canvas_rect.right
    before = picture(app)[right:]
    for away in (
        lambda: key(app, pygame.K_b, unicode="b"),
        lambda: click(app, beside(app).cross.center),
    ):
        key(app, pygame.K_b, unicode="b")
        settle(app)
        assert (picture(app)[right:] != before).any()
        away()
        settle(app)
        assert beside(app) is None
        np.testing.assert_array_equal(picture(app)[right:], before)


@pytest.mark.parametrize("button", [pygame.BUTTON_RIGHT, pygame.BUTTON_WHEELUP])
def test_only_the_left_button_takes_it_away(app, button):
    key(app, pygame.K_b, unicode="b")
    cross = beside(app).cross.center
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=cross, button=button))
    assert beside(app) is not None


def test_what_is_taught_counts_for_the_model_beside_too(app, models):
    key(app, pygame.K_b, unicode="b")
    stroke(app, *SEVEN)
    settle(app)
    assert beside(app).values.argmax() == 7
    key(app, pygame.K_4, unicode="4")
    settle(app)
    assert beside(app).values.argmax() == 4


def test_a_model_beside_that_is_chosen_changes_places_with_the_one_that_read(app, models):
    stroke(app, *SEVEN)
    key(app, pygame.K_b, unicode="b")
    key(app, pygame.K_TAB, unicode="\t")
    key(app, pygame.K_RETURN, unicode="\r")
    assert app.recognizer is models[0].recognizer
    settle(app)
    expected = models[1].recognizer.read_image(app.reading.image)
    np.testing.assert_array_equal(beside(app).values, expected.probabilities)


def test_in_the_menu_a_key_puts_a_model_beside_and_takes_it_away(app):
    for there in (True, False):
        key(app, pygame.K_TAB, unicode="\t")
        key(app, pygame.K_b, unicode="b")
        assert (beside(app) is not None) == there
