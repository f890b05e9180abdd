"""The drawing window, driven by real events and without a display."""

import os
from unittest.mock import Mock

import numpy as np
import pygame
import pytest
from hand import (
    SIZE,
    FakeRecognizer,
    click,
    key,
    leave,
    move,
    on,
    picture,
    press,
    release,
    sheet,
    stroke,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import at_most

from app.demo.sample import sample_events
from app.style import theme
from app.style.layout import Layout
from app.style.theme import DARK, LIGHT
from app.window import App
from digits.data import examples
from digits.drawing import Drawing, pictures, saved_drawings
from digits.recognizer import SHIPPED_MODEL, Recognizer
from digits.recognizer.model_shelf import models_at_hand

CTRL, SHIFT = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT


@pytest.fixture
def app(tmp_path) -> App:
    return App(FakeRecognizer(), SIZE, folder=tmp_path)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def drawn(app: App) -> np.ndarray:
    """Which pixels of the canvas show ink rather than paper, with the mouse elsewhere."""
    leave(app)
    return sheet(app) < np.mean([LIGHT.ink, LIGHT.sheet])


def button_named(app: App, name: str) -> pygame.Rect:
    return next(b.rect for b in app.toolbar.buttons if b.action.name == name)


# Drawing


def test_the_canvas_is_a_square_inside_the_window(app):
    rect = app.canvas_rect
    assert rect.width == rect.height
    assert pygame.Rect((0, 0), SIZE).contains(rect)


def test_nobody_can_move_the_canvas_by_its_rectangle(app):
    app.canvas_rect.move_ip(100, 0)
    assert app.canvas_rect == App(FakeRecognizer(), SIZE).canvas_rect


def test_ink_appears_where_the_mouse_is(app):
    press(app, on(app, 0.25, 0.75))
    x, y = np.argwhere(drawn(app)).mean(axis=0) / app.canvas_rect.width
    assert (x, y) == pytest.approx((0.25, 0.75), abs=0.005)


def test_a_fast_stroke_leaves_no_gap(app):
    stroke(app, (0.1, 0.5), (0.9, 0.5))  # one movement across the canvas
    columns = drawn(app).any(axis=1)
    assert columns[int(0.1 * len(columns)) : int(0.9 * len(columns))].all()


def test_strokes_are_as_wide_as_the_pen(app):
    stroke(app, (0.1, 0.5), (0.9, 0.5))
    middle = drawn(app)[app.canvas_rect.width // 2]
    assert middle.sum() == pytest.approx(theme.PEN_WIDTH * app.canvas_rect.height, abs=1.5)


def test_strokes_are_anti_aliased(app):
    stroke(app, (0.1, 0.2), (0.9, 0.7))
    leave(app)
    assert len(np.unique(sheet(app))) > 50


def test_a_click_makes_a_dot(app):
    click(app, on(app, 0.5, 0.5))
    radius = theme.PEN_WIDTH / 2 * app.canvas_rect.width
    assert drawn(app).sum() == pytest.approx(np.pi * radius**2, rel=0.05)
    assert app.reading is not None


def test_a_stroke_goes_on_when_the_mouse_leaves_the_window_and_returns(app):
    press(app, on(app, 0.5, 0.2))
    move(app, (-300, 200))
    app.handle(pygame.Event(pygame.WINDOWLEAVE))
    move(app, (-300, 5000))
    assert not drawn(app)[:, -20:].any()
    move(app, on(app, 0.5, 0.8))
    assert drawn(app)[int(0.5 * len(drawn(app))), int(0.8 * len(drawn(app)))]
    move(app, on(app, 0.7, 0.8))
    assert drawn(app)[int(0.6 * len(drawn(app))), int(0.8 * len(drawn(app)))]


def test_a_stroke_that_leaves_the_sheet_is_read_at_once():
    app = App(Recognizer.load())
    x, y = on(app, 0.5, 0.1)
    press(app, (x, y))
    move(app, (x, app.canvas_rect.bottom - 1))
    move(app, (x, app.canvas_rect.bottom + 50))
    before = app.reading.probabilities
    key(app, pygame.K_z, pygame.KMOD_CTRL)
    key(app, pygame.K_y, pygame.KMOD_CTRL)
    np.testing.assert_array_equal(app.reading.probabilities, before)


@pytest.mark.parametrize("opener", [pygame.K_TAB, pygame.K_F1])
def test_a_stroke_ends_where_the_menu_or_the_help_opens(opener):
    app = App(FakeRecognizer(), SIZE, models_at_hand([SHIPPED_MODEL]))
    press(app, on(app, 0.2, 0.2))
    key(app, opener)
    key(app, pygame.K_ESCAPE)
    before = drawn(app)
    release(app, on(app, 0.8, 0.8))
    assert (drawn(app) == before).all()


def test_a_stroke_ends_where_the_button_is_released(app):
    press(app, on(app, 0.2, 0.2))
    release(app, on(app, 0.2, 0.6))  # the last movement is in the release
    before = drawn(app)
    assert before[:, int(0.4 * len(before))].any()
    move(app, on(app, 0.8, 0.8), button=0)
    assert (drawn(app) == before).all()


@pytest.mark.parametrize("button", [1, 3])
@pytest.mark.parametrize("end", ["release outside", "lost release", "focus lost"])
def test_nothing_is_drawn_or_erased_once_a_stroke_has_ended(app, end, button):
    stroke(app, (0.1, 0.9), (0.9, 0.8))
    press(app, on(app, 0.2, 0.2), button)
    move(app, (5, 5), button)
    if end == "release outside":
        release(app, (5, 5), button)
    elif end == "lost release":
        move(app, on(app, 0.5, 0.5), button=0)
    else:
        app.handle(pygame.Event(pygame.WINDOWFOCUSLOST))
    before = drawn(app)
    move(app, on(app, 0.8, 0.8), button)
    assert (drawn(app) == before).all()


def test_a_press_outside_the_canvas_starts_nothing(app):
    leave(app)
    blank = picture(app)
    press(app, (app.canvas_rect.right + 5, app.canvas_rect.centery))
    move(app, app.canvas_rect.center)
    release(app, app.canvas_rect.center)
    leave(app)
    assert (picture(app) == blank).all()
    assert app.reading is None


@pytest.mark.parametrize("button", [2, 3, 4, 5])
def test_only_the_left_button_draws(app, button):
    press(app, on(app, 0.5, 0.5), button)
    move(app, on(app, 0.6, 0.6), button)
    assert app.reading is None


def test_another_button_does_not_disturb_a_stroke(app):
    press(app, on(app, 0.2, 0.2))
    press(app, on(app, 0.2, 0.2), button=3)
    release(app, on(app, 0.2, 0.2), button=3)
    move(app, on(app, 0.8, 0.2))
    assert drawn(app)[int(0.5 * app.canvas_rect.width), int(0.2 * app.canvas_rect.width)]


@pytest.mark.parametrize("button", [1, 3])
def test_while_a_button_draws_or_erases_the_mouse_concerns_the_canvas_alone(app, button):
    key(app, pygame.K_n)
    stroke(app, (0.2, 0.2), (0.8, 0.3))
    press(app, on(app, 0.5, 0.5), button)
    layout, clear = Layout(SIZE, network=True), button_named(app, "Clear the sheet").center
    for pos in (layout.bars.center, layout.network.center, clear):
        move(app, pos, button)
        press(app, pos, button=2)
        for _ in range(2):
            app.update(60)
        shown = picture(app)
        leave(app)
        app.update(60)
        assert (picture(app) == shown).all()
    release(app, clear, button)
    assert app.drawing
    move(app, layout.bars.center, button=0)
    app.update(0)
    assert (picture(app) != shown).any()  # the bars have the mouse again


def test_a_blank_canvas_gives_no_reading_but_an_invitation(app):
    app.update(1 / 60)
    assert app.reading is None
    assert sheet(app).min() < 100  # something is written on it
    blank = picture(app)
    press(app, on(app, 0.01, 0.01))  # in a corner, far from the words
    assert (picture(app) != blank)[
        app.canvas_rect.centerx - 100 : app.canvas_rect.centerx + 100,
        app.canvas_rect.centery - 50 : app.canvas_rect.centery + 50,
    ].any()


def test_space_clears(app):
    app.update(0)
    blank = picture(app)
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.update(1)
    assert app.reading is not None
    assert (picture(app) != blank).any()
    key(app, pygame.K_SPACE)
    assert app.reading is None
    app.update(60)
    leave(app)
    corner = app.canvas_rect.topleft  # undo can be done now: its button looks different
    assert (picture(app)[corner[0] :] == blank[corner[0] :]).all()


def test_what_was_shown_of_a_cleared_sheet_can_still_be_pointed_at(recognizer):
    app = App(recognizer)
    stroke(app, (0.2, 0.2), (0.2, 0.8))
    stroke(app, (0.7, 0.2), (0.7, 0.8))
    app.update(0)
    key(app, pygame.K_SPACE)
    move(app, on(app, 0.2, 0.5), button=0)
    move(app, on(app, 0.7, 0.5), button=0)
    app.update(0)
    assert app.reading is None


def test_space_in_the_middle_of_a_stroke_ends_it(app):
    press(app, on(app, 0.2, 0.2))
    key(app, pygame.K_SPACE)
    move(app, on(app, 0.8, 0.8))
    release(app, on(app, 0.8, 0.8))
    assert app.reading is None


def test_escape_ends(app):
    assert app.running
    key(app, pygame.K_ESCAPE)
    assert not app.running


@pytest.mark.parametrize("opener", [pygame.K_TAB, pygame.K_F1])
def test_an_escape_too_many_after_a_page_does_not_end(opener):
    app = App(FakeRecognizer(), SIZE, models_at_hand([SHIPPED_MODEL]))
    key(app, opener)
    key(app, pygame.K_ESCAPE)
    app.update(0.2)
    key(app, pygame.K_ESCAPE)
    assert app.running
    assert "ESC" in app.message
    key(app, pygame.K_ESCAPE)
    assert not app.running


def test_escape_ends_some_time_after_a_page_was_closed(app):
    key(app, pygame.K_F1)
    key(app, pygame.K_ESCAPE)
    app.update(2 * theme.ESCAPE_SECONDS)
    key(app, pygame.K_ESCAPE)
    assert not app.running


def test_closing_the_window_ends(app):
    app.handle(pygame.Event(pygame.QUIT))
    assert not app.running


# Pen and eraser


@pytest.mark.parametrize("how", ["right button", "E", "the eraser's button"])
def test_the_eraser_takes_ink_away_where_the_mouse_is(app, how):
    stroke(app, (0.1, 0.5), (0.9, 0.5))
    if how == "right button":
        stroke(app, (0.5, 0.3), (0.5, 0.7), button=3)
    else:
        if how == "E":
            key(app, pygame.K_e)
        else:
            click(app, button_named(app, "Eraser").center)
        stroke(app, (0.5, 0.3), (0.5, 0.7))
    across = drawn(app)[:, app.canvas_rect.height // 2]
    gap = np.flatnonzero(~across[int(0.2 * len(across)) : int(0.8 * len(across))])
    width = theme.ERASER * theme.PEN_WIDTH * app.canvas_rect.width
    assert len(gap) == np.ptp(gap) + 1 == pytest.approx(width, abs=3)


def test_what_the_canvas_shows_after_erasing_is_the_drawing_painted_anew(app):
    stroke(app, (0.1, 0.2), (0.5, 0.6), (0.9, 0.2), (0.3, 0.8))
    stroke(app, (0.7, 0.1), (0.2, 0.9))
    stroke(app, (0.1, 0.5), (0.9, 0.45), (0.4, 0.3), button=3)
    leave(app)
    shown = sheet(app)
    app.handle(pygame.Event(pygame.WINDOWRESIZED, x=900, y=700))
    app.handle(pygame.Event(pygame.WINDOWRESIZED, x=SIZE[0], y=SIZE[1]))
    assert abs(sheet(app) - shown).max() <= 2  # of 255: cut lines are rounded a little differently


@pytest.mark.parametrize("wider", ["wheel", "key", "button"])
def test_wheel_bracket_and_button_make_the_pen_wider(app, wider):
    for _ in range(2):
        if wider == "wheel":
            app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=1))
        elif wider == "key":
            key(app, pygame.K_RIGHTBRACKET, unicode="]")
        else:
            click(app, button_named(app, "Thicker pen").center)
    stroke(app, (0.1, 0.5), (0.9, 0.5))
    width = theme.PEN_WIDTH * theme.PEN_STEP**2 * app.canvas_rect.height
    assert drawn(app)[app.canvas_rect.width // 2].sum() == pytest.approx(width, abs=1.5)


def test_as_many_steps_back_give_the_first_pen_again(app):
    for y in (-1, -1, 1, 1, 1, -1):
        app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=y))
    press(app, on(app, 0.5, 0.5))
    assert app.drawing.strokes[0].width == theme.PEN_WIDTH


def test_a_ring_at_the_mouse_is_as_large_as_the_pen(app):
    leave(app)
    blank = sheet(app)
    move(app, on(app, 0.2, 0.2), button=0)
    ring = np.argwhere(sheet(app) != blank)
    assert np.ptp(ring, axis=0) == pytest.approx(theme.PEN_WIDTH * app.canvas_rect.width, abs=3)
    assert ring.mean(axis=0) == pytest.approx(np.full(2, 0.2 * app.canvas_rect.width), abs=3)
    leave(app)
    assert (sheet(app) == blank).all()


# Undo


UNDO, REDO = (pygame.K_z, CTRL), (pygame.K_z, CTRL | SHIFT)
places = st.tuples(st.floats(0, 0.99), st.floats(0, 0.99))
deeds = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([1, 1, 3]), st.lists(places, min_size=1, max_size=4)),
        st.tuples(st.just("clear")),
    ),
    max_size=6,
)


def probabilities(app: App) -> bytes | None:
    return None if app.reading is None else app.reading.probabilities.tobytes()


@settings(max_examples=30)
@given(deeds=deeds)
def test_undo_and_redo_give_back_the_very_same_readings(recognizer, deeds):
    app = App(recognizer, SIZE)
    drawing = app.drawing
    before = [probabilities(app)]
    for kind, *arguments in deeds:
        version = drawing.version
        if kind == "clear":
            key(app, pygame.K_SPACE)
        else:
            stroke(app, *arguments[0], button=kind)
        if drawing.version > version:
            before.append(probabilities(app))
    for reading in reversed(before[:-1]):
        key(app, *UNDO)
        assert probabilities(app) == reading
    for reading in before[1:]:
        key(app, *REDO)
        assert probabilities(app) == reading


@pytest.mark.parametrize("redo", [(pygame.K_y, CTRL), REDO, (pygame.K_y, pygame.KMOD_LMETA)])
def test_undo_and_redo_show_what_was_there(app, redo):
    stroke(app, (0.2, 0.2), (0.8, 0.2))
    one = drawn(app)
    stroke(app, (0.2, 0.6), (0.8, 0.6))
    both = drawn(app)
    key(app, *UNDO)
    assert (drawn(app) == one).all()
    key(app, *redo)
    assert (drawn(app) == both).all()
    click(app, button_named(app, "Undo").center)
    assert (drawn(app) == one).all()


# What the window shows of it


def test_the_reading_is_up_to_date_before_the_next_frame(app):
    press(app, on(app, 0.5, 0.5))
    dot = app.reading.image
    move(app, on(app, 0.5, 0.9))
    assert (app.reading.image < dot).all()  # a line is less of what is seen than a dot


def test_the_network_runs_only_when_the_drawing_has_changed():
    recognizer = FakeRecognizer()
    app = App(recognizer, SIZE)

    def frames() -> int:
        before = recognizer.calls
        for _ in range(5):
            app.update(1 / 60)
            picture(app)
        return recognizer.calls - before

    assert frames() == 0
    press(app, on(app, 0.2, 0.2))
    for step in range(10):
        move(app, on(app, 0.2, 0.2 + step / 20))
    assert frames() == 1  # for eleven events
    release(app, on(app, 0.2, 0.65))
    move(app, on(app, 0.9, 0.9), button=0)
    press(app, (5, 5))
    for harmless in (pygame.K_t, pygame.K_e):
        key(app, harmless)
    assert frames() == 0


def test_drawing_never_changes_the_state(app):
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.update(1 / 60)
    reading, first = app.reading, picture(app)
    for _ in range(3):
        assert (picture(app) == first).all()
    assert app.reading is reading


def test_the_same_strokes_give_the_same_picture():
    pictures = []
    for _ in range(2):
        app = App(FakeRecognizer(), SIZE)
        for event in sample_events(app.canvas_rect):
            app.handle(event)
        app.update(1 / 60)
        pictures.append(picture(app))
    assert (pictures[0] == pictures[1]).all()


def test_a_window_in_which_nothing_happens_need_not_be_drawn_again(app):
    assert app.update(0)  # never drawn yet
    assert not app.update(1)
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    frames = 0
    while app.update(1 / 60):
        frames += 1
    assert 10 < frames < 120  # until the bars had come to rest
    key(app, pygame.K_t)
    assert app.update(1 / 60)
    assert not app.update(1 / 60)


def test_an_unsure_reading_is_a_question_mark_and_no_bar_wins():
    shown = []
    for sure in (True, False):
        app = App(FakeRecognizer(sure), SIZE)
        stroke(app, (0.2, 0.2), (0.8, 0.8))
        app.update(60)
        shown.append(picture(app))
    layout, accent = Layout(SIZE), LIGHT.accent
    for rect in (layout.answer, layout.bars):
        part = (slice(rect.left, rect.right), slice(rect.top, rect.bottom))
        assert (shown[0][part] == accent).all(axis=2).any()
        assert not (shown[1][part] == accent).all(axis=2).any()


# Keys, buttons and help


def test_every_button_does_what_its_key_does(app, monkeypatch):
    done = []
    for action in app.actions:
        monkeypatch.setitem(action.__dict__, "run", lambda name=action.name: done.append(name))
        monkeypatch.setitem(action.__dict__, "enabled", lambda: True)
    for button in app.toolbar.buttons:
        done.clear()
        click(app, button.rect.center)
        assert done == [button.action.name]


def test_no_two_actions_share_a_key(app):
    keys = [key for action in app.actions for key in action.keys]
    assert len(keys) == len(set(keys))


def test_a_button_does_nothing_if_the_mouse_is_released_elsewhere(app):
    stroke(app, (0.2, 0.2), (0.8, 0.8))
    press(app, button_named(app, "Clear the sheet").center)
    move(app, on(app, 0.5, 0.5))
    release(app, on(app, 0.5, 0.5))
    assert app.reading is not None


def test_a_disabled_button_and_its_key_do_nothing(app):
    blank = picture(app)
    click(app, button_named(app, "Choose a model").center)  # there is none to choose
    key(app, pygame.K_TAB)
    assert (picture(app) == blank).all()


@pytest.mark.parametrize("name", ["Undo", "Eraser", "Light or dark"])
def test_a_button_looks_different_under_the_mouse_and_pressed(app, name):
    stroke(app, (0.2, 0.2), (0.8, 0.8))
    rect = button_named(app, name)
    looks = [picture(app)[rect.left : rect.right, rect.top : rect.bottom]]
    move(app, rect.center, button=0)
    looks.append(picture(app)[rect.left : rect.right, rect.top : rect.bottom])
    press(app, rect.center)
    looks.append(picture(app)[rect.left : rect.right, rect.top : rect.bottom])
    for one in range(3):
        for other in range(one):
            assert (looks[one] != looks[other]).any()


def test_a_tooltip_comes_when_the_mouse_rests_on_a_button_and_goes_with_it(app):
    app.update(0)
    move(app, button_named(app, "Undo").center, button=0)
    app.update(0)
    before = picture(app)
    assert not app.update(theme.TOOLTIP_SECONDS / 2)
    assert app.update(theme.TOOLTIP_SECONDS)
    beside = slice(app.toolbar.rect.right, app.canvas_rect.centerx)
    assert (picture(app)[beside] != before[beside]).any()
    move(app, button_named(app, "Redo").center, button=0)
    app.update(0)
    other = picture(app)
    assert (other[beside] != before[beside]).any()  # of another button, at once
    move(app, (5, 5), button=0)
    app.update(0)
    assert (picture(app)[beside] == before[beside]).all()


@pytest.mark.parametrize(
    ("code", "mod", "unicode"),
    [(pygame.K_F1, 0, ""), (pygame.K_SLASH, SHIFT, "?"), (pygame.K_MINUS, SHIFT, "?")],
)
def test_help_lies_over_the_window_until_any_key(app, code, mod, unicode):
    stroke(app, (0.2, 0.2), (0.8, 0.8))
    plain = picture(app)
    key(app, code, mod, unicode)
    assert (picture(app) != plain).mean() > 0.8
    key(app, pygame.K_ESCAPE)
    assert app.running
    assert (picture(app) == plain).all()
    key(app, code, mod, unicode)
    key(app, pygame.K_SPACE)
    assert app.reading is not None


def test_the_other_theme_is_dark_and_comes_back_to_the_first(app):
    light = picture(app)
    key(app, pygame.K_t)
    assert tuple(picture(app)[0, 0]) == DARK.background
    assert picture(app).mean() < 60 < light.mean()
    key(app, pygame.K_t)
    assert (picture(app) == light).all()


def test_keys_of_the_number_pad_are_digits_and_others_do_nothing(app):
    stroke(app, (0.2, 0.2))
    key(app, pygame.K_KP7)  # without NumLock it is an arrow
    assert app.drawing.label is None
    key(app, pygame.K_KP7, pygame.KMOD_NUM)
    assert app.drawing.label == 7
    for nothing in (pygame.K_LSHIFT, pygame.K_F5, pygame.K_z, 0, 2**30):
        key(app, nothing)
    key(app, pygame.K_SPACE, pygame.KMOD_LALT)
    assert app.reading is not None


CYRILLIC_YA, CYRILLIC_U = 0x44F, 0x443  # on the keys of Z and E


def test_a_keyboard_of_other_letters_does_what_its_latin_keys_would(app):
    stroke(app, (0.2, 0.2))
    undo = {"key": CYRILLIC_YA, "scancode": pygame.KSCAN_Z, "unicode": "\x1a", "mod": CTRL}
    app.handle(pygame.Event(pygame.KEYDOWN, undo))
    assert not app.drawing
    redo = undo | {"mod": CTRL | SHIFT}
    app.handle(pygame.Event(pygame.KEYDOWN, redo))
    assert app.drawing
    erase = {"key": CYRILLIC_U, "scancode": pygame.KSCAN_E, "unicode": chr(CYRILLIC_U), "mod": 0}
    app.handle(pygame.Event(pygame.KEYDOWN, erase))
    stroke(app, (0.2, 0.2))
    assert not app.drawing


def test_a_latin_letter_is_what_it_says_wherever_it_stands(app):
    stroke(app, (0.2, 0.2))
    for code, place in ((pygame.K_n, pygame.KSCAN_SPACE), (ord("é"), pygame.KSCAN_2)):
        event = {"key": code, "scancode": place, "unicode": chr(code), "mod": 0}
        app.handle(pygame.Event(pygame.KEYDOWN, event))
    assert app.canvas_rect.size == Layout(SIZE, network=True).canvas.size
    assert app.drawing.label is None


def test_a_digit_above_another_sign_is_typed_with_shift(app):
    stroke(app, (0.2, 0.2))
    key(app, pygame.K_AMPERSAND, SHIFT, unicode="1")
    assert app.drawing.label == 1


# The network


def test_pointing_at_a_bar_shows_evidence_in_place_of_the_input(app):
    stroke(app, (0.2, 0.2), (0.8, 0.8))
    leave(app)
    app.update(60)
    plain = picture(app)
    move(app, Layout(SIZE).bars.center, button=0)
    assert app.update(0)
    changed = np.argwhere((picture(app) != plain).any(axis=2))
    layout = Layout(SIZE)
    assert sum(layout.preview.collidepoint(place) for place in changed) > 100
    shown = layout.preview, layout.bars, layout.canvas, layout.footer
    assert all(any(place.collidepoint(one) for place in shown) for one in changed)
    leave(app)
    assert app.update(0)
    different = np.argwhere((picture(app) != plain).any(axis=2))
    assert all(layout.footer.collidepoint(place) for place in different)  # another hint


def test_another_model_reads_the_same_drawing(recognizer, tmp_path):
    FakeRecognizer.net.save_model(tmp_path / "untrained.npz")
    (tmp_path / "broken.npz").write_bytes(b"")
    models = models_at_hand([SHIPPED_MODEL], folder=tmp_path)
    app = App(models[0].recognizer, SIZE, models)
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    shown, first = drawn(app), app.reading
    key(app, pygame.K_TAB)
    key(app, pygame.K_RETURN)  # the next one, which is broken
    assert app.reading is first
    key(app, pygame.K_DOWN)
    key(app, pygame.K_RETURN)
    assert (app.reading.probabilities != first.probabilities).any()
    assert app.recognizer.name == "untrained"
    assert (drawn(app) == shown).all()
    click(app, button_named(app, "Choose a model").center)
    key(app, pygame.K_RETURN)
    assert (app.reading.probabilities == first.probabilities).all()


# Touch


def finger(app: App, kind: int, x: float, y: float, finger_id: int = 3) -> None:
    """A finger at a place on the canvas."""
    pixel = np.add(on(app, x, y), 0.001) / SIZE
    event = {"touch_id": 1, "finger_id": finger_id, "x": pixel[0], "y": pixel[1], "dx": 0, "dy": 0}
    app.handle(pygame.Event(kind, event))


def test_a_mouse_that_is_nudged_does_not_end_a_fingers_stroke(app):
    finger(app, pygame.FINGERDOWN, 0.2, 0.2)
    move(app, on(app, 0.9, 0.9), button=0)
    finger(app, pygame.FINGERMOTION, 0.8, 0.3)
    finger(app, pygame.FINGERUP, 0.8, 0.3)
    (line,) = app.drawing.strokes
    assert line.points[-1] == pytest.approx((0.8, 0.3), abs=0.01)


def test_a_button_that_is_released_does_not_end_a_fingers_stroke(app):
    finger(app, pygame.FINGERDOWN, 0.2, 0.2)
    release(app, on(app, 0.9, 0.9))
    finger(app, pygame.FINGERMOTION, 0.3, 0.3)
    finger(app, pygame.FINGERUP, 0.3, 0.3)
    (line,) = app.drawing.strokes
    assert len(line.points) == 2 and np.max(line.points) < 0.4


@pytest.mark.parametrize("end", ["released", "release lost", "focus lost"])
def test_a_palm_changes_no_stroke_of_the_mouse_and_when_that_is_over_a_finger_draws(app, end):
    press(app, on(app, 0.2, 0.2))
    finger(app, pygame.FINGERDOWN, 0.9, 0.9)
    move(app, on(app, 0.2, 0.3))
    finger(app, pygame.FINGERMOTION, 0.9, 0.8)
    finger(app, pygame.FINGERUP, 0.9, 0.8)
    move(app, on(app, 0.2, 0.4))
    (line,) = app.drawing.strokes
    assert [y for _, y in line.points] == pytest.approx([0.2, 0.3, 0.4], abs=0.01)
    assert max(x for x, _ in line.points) < 0.3
    if end == "released":
        release(app, on(app, 0.2, 0.4))
    elif end == "release lost":
        move(app, on(app, 0.5, 0.5), button=0)
    else:
        app.handle(pygame.Event(pygame.WINDOWFOCUSLOST))
    finger(app, pygame.FINGERDOWN, 0.7, 0.7)
    assert len(app.drawing.strokes) == 2


def test_a_pen_draws_also_where_the_palm_came_down_before_it(app):
    finger(app, pygame.FINGERDOWN, 0.9, 0.9)
    press(app, on(app, 0.2, 0.2))
    finger(app, pygame.FINGERMOTION, 0.9, 0.8)
    move(app, on(app, 0.2, 0.3))
    finger(app, pygame.FINGERUP, 0.9, 0.8)
    release(app, on(app, 0.2, 0.4))
    palm, line = app.drawing.strokes
    assert len(palm.points) == 1
    assert [y for _, y in line.points] == pytest.approx([0.2, 0.3, 0.4], abs=0.01)


def test_a_finger_whose_lifting_was_lost_does_not_stick(app):
    finger(app, pygame.FINGERDOWN, 0.2, 0.2)
    click(app, on(app, 0.5, 0.5))
    stroke(app, (0.6, 0.6), (0.8, 0.8))
    assert len(app.drawing.strokes[-1].points) == 2
    assert len(app.drawing.strokes[0].points) == 1


def test_a_finger_that_comes_down_twice_draws_no_line_between_the_places(app):
    finger(app, pygame.FINGERDOWN, 0.2, 0.2)
    finger(app, pygame.FINGERMOTION, 0.3, 0.3)
    finger(app, pygame.FINGERDOWN, 0.8, 0.8)
    finger(app, pygame.FINGERMOTION, 0.9, 0.9)
    (line,) = app.drawing.strokes
    assert np.max(line.points) < 0.4


def test_a_window_below_the_smallest_size_shows_a_part_of_everything(app):
    app.handle(pygame.Event(pygame.WINDOWRESIZED, x=400, y=300))
    app.update(1 / 60)
    for place in ((0.05, 0.05), (0.5, 0.5), (0.9, 0.9)):
        move(app, on(app, *place), button=0)
        app.draw(pygame.Surface((400, 300)))


def test_a_finger_draws_what_a_mouse_would_and_a_second_one_nothing(app):
    stroke(app, (0.2, 0.2), (0.8, 0.3), (0.5, 0.9))
    by_mouse = drawn(app)
    key(app, pygame.K_SPACE)
    finger(app, pygame.FINGERDOWN, 0.2, 0.2)
    finger(app, pygame.FINGERDOWN, 0.9, 0.9, finger_id=4)
    finger(app, pygame.FINGERMOTION, 0.8, 0.3)
    finger(app, pygame.FINGERMOTION, 0.1, 0.9, finger_id=4)
    finger(app, pygame.FINGERUP, 0.1, 0.9, finger_id=4)
    finger(app, pygame.FINGERUP, 0.5, 0.9)
    assert (drawn(app) == by_mouse).mean() > 0.999
    assert len(app.drawing.strokes) == 1


def test_what_sdl_makes_of_a_touch_is_not_drawn_twice(app):
    pos = on(app, 0.5, 0.5)
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=1, touch=True))
    app.handle(pygame.Event(pygame.MOUSEMOTION, pos=pos, buttons=(1, 0, 0), touch=True))
    assert app.reading is None


# Sizes


@pytest.mark.parametrize("size", [(640, 480), (1920, 1080), (700, 1000), (3840, 2160)])
def test_a_resized_window_keeps_the_drawing_and_its_reading(app, size):
    stroke(app, (0.2, 0.2), (0.8, 0.3))
    key(app, pygame.K_4)
    before, reading = drawn(app), app.reading
    app.handle(pygame.Event(pygame.WINDOWRESIZED, x=size[0], y=size[1]))
    assert app.reading is reading
    assert pygame.Rect((0, 0), size).contains(app.canvas_rect)
    surface = pygame.Surface(size)
    app.draw(surface)
    stroke(app, (0.2, 0.6), (0.8, 0.6))
    key(app, *UNDO)
    app.handle(pygame.Event(pygame.VIDEORESIZE, size=SIZE, w=SIZE[0], h=SIZE[1]))
    assert (drawn(app) == before).all()


def test_opening_the_network_panel_keeps_the_drawing(recognizer):
    app = App(recognizer, SIZE)
    stroke(app, (0.2, 0.2), (0.8, 0.3))
    reading, before = app.reading, drawn(app)
    canvas = app.canvas_rect
    key(app, pygame.K_n)
    assert app.canvas_rect.width < canvas.width
    assert app.reading is reading
    key(app, pygame.K_n)
    assert app.canvas_rect == canvas
    assert (drawn(app) == before).all()


def test_when_the_window_is_arranged_anew_mouse_and_hint_are_as_before(app):
    stroke(app, (0.2, 0.2), (0.8, 0.3))
    move(app, Layout(SIZE).bars.center, button=0)
    app.update(1 / 60)  # this hint is not needed any more
    move(app, on(app, 0.3, 0.6), button=0)
    release(app, on(app, 0.3, 0.6), button=3)
    app.update(60)
    before = picture(app)
    for _ in range(2):
        key(app, pygame.K_n)
    app.update(60)
    np.testing.assert_array_equal(picture(app), before)


def test_while_the_pen_is_down_the_sheet_stays_where_it_is(recognizer):
    app = App(recognizer, SIZE)
    press(app, on(app, 0.2, 0.2))
    move(app, on(app, 0.5, 0.3))
    key(app, pygame.K_n)
    move(app, on(app, 0.8, 0.3))
    release(app, on(app, 0.8, 0.3))
    [line] = app.drawing.strokes
    assert line.points[-1] == pytest.approx((0.8, 0.3), abs=0.01)


@pytest.mark.parametrize("toggle", [pygame.K_n, pygame.K_b])
def test_no_key_ends_a_stroke(recognizer, tmp_path, toggle):
    app = App(recognizer, SIZE, models_at_hand([]), folder=tmp_path)
    press(app, on(app, 0.2, 0.2))
    key(app, toggle)
    move(app, on(app, 0.8, 0.3))
    (line,) = app.drawing.strokes
    assert line.points[-1] == pytest.approx((0.8, 0.3), abs=0.01)


# Pictures and files


def message(app: App) -> str:
    return app.message


def test_digit_keys_label_the_drawing_and_the_same_key_again_takes_the_label_away(app):
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    plain = drawn(app)
    key(app, pygame.K_7)
    assert app.drawing.label == 7
    assert (sheet(app) < 200).sum() > (plain).sum()  # it stands on the sheet
    key(app, pygame.K_3)
    assert app.drawing.label == 3
    key(app, pygame.K_3)
    assert app.drawing.label is None


def test_a_label_can_be_undone(app):
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    key(app, pygame.K_7)
    key(app, pygame.K_3)
    key(app, *UNDO)
    assert app.drawing.label == 7
    key(app, *UNDO)
    assert app.drawing.label is None
    assert app.drawing


def test_a_label_that_contradicts_the_reading_is_marked(app):
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    widths, redness = [], []
    for label in (pygame.K_5, pygame.K_7):  # it is read as a five
        key(app, label)
        app.update(60)
        leave(app)
        rect = app.canvas_rect.inflate(-4, -4)
        words = picture(app)[rect.left : rect.right, rect.top : rect.top + 60].astype(int)
        widths.append((words[..., 0] < LIGHT.sheet[0] - 20).any(axis=1).sum())
        redness.append((words[..., 0] - words[..., 2]).max())
    assert widths[1] > 2 * widths[0]
    assert redness[1] > 2 * redness[0]


def test_a_drawing_saved_and_opened_again_reads_the_same(recognizer, tmp_path):
    app = App(recognizer, SIZE, folder=tmp_path / "new")
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    key(app, pygame.K_5)
    saved = app.reading
    key(app, pygame.K_s)
    assert str(tmp_path / "new") in message(app)
    key(app, pygame.K_SPACE)
    assert app.drawing.label is None
    key(app, pygame.K_o)
    assert app.reading.probabilities.tobytes() == saved.probabilities.tobytes()
    assert app.drawing.label == 5
    key(app, *UNDO)
    assert app.reading is None


def test_o_opens_the_drawing_before_each_time_and_the_last_again_after_the_first(app, tmp_path):
    for count in (1, 2, 3):
        drawing = Drawing()
        for _ in range(count):
            drawing.begin((0.5, 0.5), 0.1)
        saved_drawings.save(drawing, tmp_path)
    opened = []
    for _ in range(4):
        key(app, pygame.K_o)
        opened.append(len(app.drawing.strokes))
    assert opened == [3, 2, 1, 3]
    key(app, pygame.K_o)
    for path in (app._files.of_sheet, app._files.of_sheet.with_suffix(".png")):
        path.unlink()
    key(app, pygame.K_o)
    assert len(app.drawing.strokes) == 1, "the one after the one that was removed"


def saved_labels(folder) -> list[int | None]:
    assert len(list(folder.glob("*.png"))) == len(list(folder.glob("*.json")))
    return [saved_drawings.load(path).drawing.label for path in sorted(folder.glob("*.json"))]


def test_a_drawing_saved_twice_or_opened_and_saved_is_in_one_file(app, tmp_path):
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    for _ in range(2):
        key(app, pygame.K_s)
    assert saved_labels(tmp_path) == [None]
    key(app, pygame.K_SPACE)
    key(app, pygame.K_o)
    key(app, pygame.K_3)
    key(app, pygame.K_s)
    assert saved_labels(tmp_path) == [3]


def test_another_drawing_is_another_file_though_it_is_on_the_same_sheet(app, tmp_path):
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    key(app, pygame.K_s)
    key(app, *UNDO)
    stroke(app, (0.5, 0.2), (0.5, 0.8))
    key(app, pygame.K_s)
    assert saved_labels(tmp_path) == [None, None]


def test_what_another_folder_holds_is_never_removed(app, tmp_path):
    saved_drawings.save(Drawing.of([[(0.2, 0.2), (0.8, 0.8)]], 0.1), tmp_path / "theirs")
    (theirs,) = (tmp_path / "theirs").glob("*.json")
    app.handle(pygame.Event(pygame.DROPFILE, file=str(theirs)))
    key(app, pygame.K_3)
    key(app, pygame.K_s)
    assert saved_labels(tmp_path / "theirs") == [None]
    assert saved_labels(tmp_path) == [3]


def test_a_label_that_was_not_saved_is_not_dropped_silently(app, tmp_path):
    saved_drawings.save(Drawing.of([[(0.2, 0.2), (0.8, 0.8)]], 0.1), tmp_path)
    app.drawing.show(np.eye(28, dtype=np.float32))  # a drawing would be taught, and so saved
    key(app, pygame.K_7)
    key(app, pygame.K_o)
    assert "7" in app.message and "undo" in app.message
    key(app, *UNDO)
    assert app.drawing.label == 7
    key(app, pygame.K_s)
    key(app, pygame.K_o)
    assert "undo" not in app.message


def test_what_cannot_be_saved_or_opened_is_said_and_loses_nothing(app, tmp_path):
    key(app, pygame.K_s)
    assert "draw" in message(app)
    key(app, pygame.K_o)
    assert str(tmp_path) in message(app) and "S saves" in message(app)

    stroke(app, (0.2, 0.5), (0.8, 0.5))
    reading = app.reading
    broken = {"no.png": b"no picture", "no.json": b"{", "no": b"", "folder.json": None}
    for name, content in broken.items():
        path = tmp_path / "broken" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content) if content is not None else path.mkdir()
        app.handle(pygame.Event(pygame.DROPFILE, file=str(path)))
        assert name in message(app)
        assert "\n" not in message(app)
    app.handle(pygame.Event(pygame.DROPFILE, file=str(tmp_path / "nowhere.png")))
    assert "nowhere.png" in message(app)
    assert app.reading is reading

    app = App(FakeRecognizer(), SIZE, folder=tmp_path / "broken" / "no" / "inside")
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    key(app, pygame.K_s)
    assert "Not saved" in message(app) and "--drawings" in message(app)


def test_a_dropped_picture_is_read(recognizer, tmp_path):
    app = App(recognizer, SIZE)
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    leave(app)
    surface = pygame.Surface(SIZE)
    app.draw(surface)
    path = tmp_path / "five.png"
    pygame.image.save(surface.subsurface(app.canvas_rect.inflate(-4, -4)), path)
    key(app, pygame.K_SPACE)
    app.handle(pygame.Event(pygame.DROPFILE, file=str(path)))
    assert app.reading.digit == 5
    stroke(app, (0.5, 0.5), button=3)
    key(app, *UNDO)
    assert app.reading.digit == 5


def test_a_pasted_picture_is_read_and_an_empty_clipboard_is_no_harm(recognizer, monkeypatch):
    from PIL import Image, ImageGrab, UnidentifiedImageError

    app = App(recognizer, SIZE)
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: None)
    key(app, pygame.K_v, CTRL)
    assert "no picture in the clipboard" in message(app)
    assert app.reading is None

    for error, said in ((NotImplementedError("?"), "xclip"), (OSError("no display"), "no display")):
        monkeypatch.setattr(ImageGrab, "grabclipboard", Mock(side_effect=error))
        key(app, pygame.K_v, CTRL)
        assert said in message(app) and "drop" in message(app)
        assert app.reading is None

    text = UnidentifiedImageError("cannot identify image file <_io.BytesIO object at 0x7f>")
    monkeypatch.setattr(ImageGrab, "grabclipboard", Mock(side_effect=text))
    key(app, pygame.K_v, CTRL)
    assert app.message == "There is no picture in the clipboard; copy one first"

    ones = np.full((90, 90), 255, np.uint8)
    ones[10:80, 41:48] = 0
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: Image.fromarray(ones))
    key(app, pygame.K_v, CTRL)
    assert app.reading.digit == 1

    assert app.message == "Pasted a picture"
    key(app, pygame.K_7)
    key(app, pygame.K_v, CTRL)
    assert app.message.startswith("Pasted a picture; the 7 before it was not saved")


def test_a_clipboard_says_no_more_than_a_line_and_gives_no_more_than_a_picture(
    recognizer, monkeypatch, tmp_path
):
    from PIL import ImageGrab

    app = App(recognizer, SIZE)
    error = OSError("xclip: error\nthere is no display")
    monkeypatch.setattr(ImageGrab, "grabclipboard", Mock(side_effect=error))
    key(app, pygame.K_v, CTRL)
    assert "xclip: error; copy again" in message(app)

    path = tmp_path / "film.png"
    path.write_bytes(b"")
    os.truncate(path, 10**8)
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: [str(path)])
    with at_most(10):
        key(app, pygame.K_v, CTRL)
    assert "larger than" in message(app)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_stops_nothing(app, tmp_path):
    for name in ("pipe.json", "pipe.png"):
        os.mkfifo(tmp_path / name)
        app.handle(pygame.Event(pygame.DROPFILE, file=str(tmp_path / name)))
        assert "it is no file" in message(app)
    key(app, pygame.K_o)
    assert "no saved drawing" in message(app)


def test_a_folder_that_may_not_be_read_is_not_called_empty(app, monkeypatch):
    monkeypatch.setattr(os, "listdir", Mock(side_effect=PermissionError(13, "Permission denied")))
    key(app, pygame.K_o)
    assert "can't be read: Permission denied; name another folder" in message(app)


def test_r_shows_a_test_digit_with_its_true_label_on_a_machine_without_any_data(
    recognizer, monkeypatch, tmp_path
):
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    app = App(recognizer, SIZE)
    hits = 0
    for _ in range(30):
        key(app, pygame.K_r)
        hits += app.reading.digit == app.drawing.label
    assert hits >= 28


def test_a_test_digit_that_is_saved_and_opened_again_keeps_its_origin(recognizer, tmp_path):
    app = App(recognizer, SIZE, folder=tmp_path)
    key(app, pygame.K_r)
    key(app, pygame.K_s)
    key(app, pygame.K_SPACE)
    key(app, pygame.K_o)
    assert app.drawing.origin == examples.ORIGIN
    key(app, pygame.K_SPACE)
    assert app.drawing.origin is None


def test_a_drawing_saved_again_takes_the_place_of_its_first_file(app, tmp_path):
    def files() -> list[str]:
        return sorted(path.name[0] + path.suffix for path in tmp_path.iterdir())

    stroke(app, (0.2, 0.2), (0.5, 0.5))
    key(app, pygame.K_s)
    stroke(app, (0.5, 0.5), (0.2, 0.8))
    key(app, pygame.K_7)
    key(app, pygame.K_s)
    assert files() == ["7.json", "7.png"]
    key(app, pygame.K_SPACE)
    stroke(app, (0.5, 0.5))
    key(app, pygame.K_s)
    assert files() == ["7.json", "7.png", "d.json", "d.png"]
    key(app, *UNDO)
    key(app, *UNDO)
    key(app, pygame.K_3)  # the first sheet is back
    key(app, pygame.K_s)
    assert files() == ["3.json", "3.png", "d.json", "d.png"]


def test_a_notice_goes_by_itself(app):
    app.update(0)
    plain = picture(app)
    key(app, pygame.K_s)
    assert app.update(0.1)
    assert (picture(app) != plain).any()
    assert not app.update(0.1)
    assert app.update(theme.NOTICE_SECONDS)
    assert (picture(app) == plain).all()


def test_a_notice_is_shown_though_nothing_else_happens(app):
    app.update(0)
    assert not app.update(0.1)
    app._notice.say("Left out: a file that was damaged meanwhile")
    assert app.update(0.1)
    assert not app.update(0.1)


def test_a_notice_goes_when_a_page_is_opened(app):
    key(app, pygame.K_s)
    key(app, pygame.K_F1)
    assert app.message == ""


def test_a_notice_goes_with_the_sheet_that_it_speaks_of(app):
    key(app, pygame.K_s)
    assert "nothing to save" in app.message
    app.update(0.1)
    stroke(app, (0.2, 0.5), (0.8, 0.5))
    app.update(0.1)
    assert app.message == ""
    key(app, pygame.K_s)
    assert "Saved" in app.message
    key(app, pygame.K_SPACE)
    app.update(0.1)
    assert app.message == ""
