"""Numbers in the window: read whole, shown digit by digit."""

import numpy as np
import pygame
import pytest
from hand import SIZE, key, leave, move, on, picture, press, reading, stroke

from app.sheet import desk
from app.sheet.marks import Marks
from app.style.layout import Layout
from app.style.theme import LIGHT
from app.window import App
from digits.drawing import Stroke
from digits.recognizer import Recognizer
from digits.recognizer.numbers import Number, WrittenDigit

SEVEN = [(0.0, 0.0), (0.6, 0.0), (0.2, 1.0)]
ONE = [(0.1, 0.0), (0.1, 1.0)]
CURL = [(0.0, 0.0), (1.0, 0.1), (0.0, 0.2), (1.0, 0.5), (0.1, 0.6), (0.9, 1.0), (0.2, 0.9)]
SMALLER = 4  # turns of the wheel


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.fixture
def app(recognizer, tmp_path) -> App:
    app = App(recognizer, SIZE, folder=tmp_path)
    for _ in range(SMALLER):
        key(app, pygame.K_LEFTBRACKET)
    return app


def write(app, path, x, y=0.3, size=0.2):
    stroke(app, *((x + size * a, y + size * b) for a, b in path))


def point(app, x, y=0.4):
    """Point at a place on the sheet, no button held, and take the mouse away again."""
    move(app, on(app, x, y), button=0)
    move(app, (0, 0), button=0)
    app.update(1 / 60)


def write_717(app):
    for path, x in ((SEVEN, 0.1), (ONE, 0.3), (SEVEN, 0.4)):
        write(app, path, x)
    app.update(1 / 60)


def test_a_blank_sheet_has_no_number(app):
    assert app.number is None and app.readings == [] and app.reading is None


def test_a_number_is_read_from_left_to_right_in_whatever_order_it_is_drawn(app):
    write(app, ONE, 0.4)
    assert app.number == "1"
    write(app, SEVEN, 0.2)
    assert app.number == "71"
    assert [reading.digit for reading in app.readings] == [7, 1]
    key(app, pygame.K_z, pygame.KMOD_CTRL)
    assert app.number == "1"
    app.clear()
    assert app.number is None and app.readings == []


def test_a_number_that_is_not_sure_of_every_digit_is_none(app):
    write(app, SEVEN, 0.1)
    write(app, CURL, 0.3)
    write(app, ONE, 0.6)
    assert app.number is None
    assert [reading.sure for reading in app.readings] == [True, False, True]


def test_the_digit_drawn_last_is_selected(app):
    write(app, ONE, 0.4)
    write(app, SEVEN, 0.2)
    assert app.reading is app.readings[0]
    write(app, ONE, 0.6)
    assert app.reading is app.readings[2]


def test_pointing_at_a_digit_on_the_sheet_selects_it_until_more_is_drawn(app):
    write_717(app)
    point(app, 0.32)
    assert app.reading is app.readings[1]
    point(app, 0.9, 0.9)  # where nothing is
    assert app.reading is app.readings[1]
    write(app, ONE, 0.6)
    assert app.reading is app.readings[3]


def test_a_selected_digit_that_is_cut_gives_way_to_the_one_drawn_last(app):
    write(app, SEVEN, 0.4)
    write(app, ONE, 0.6)
    write(app, SEVEN, 0.1)
    app.update(1 / 60)
    x, y = app.drawing.strokes[1].points[1]
    point(app, x, y - 0.01)
    assert app.reading is app.readings[2]
    app.drawing.erase((x, y), (x, y), 0.02)
    assert app.reading is app.readings[0]


def test_pointing_at_a_digit_of_the_answer_selects_it(app):
    write_717(app)
    answer = Layout(SIZE).answer
    move(app, (answer.left + 5, answer.top + 80), button=0)
    assert app.reading is app.readings[0]
    press(app, (answer.left + answer.width // 2, answer.top + 80))  # as a finger does
    assert app.reading is app.readings[1]


def test_where_two_digits_overlap_the_one_with_the_nearer_middle_is_pointed_at():
    layout, pen = Layout(SIZE), (Stroke([(0.5, 0.5)], 0.02),)
    boxes = (0.2, 0.2, 0.6, 0.8), (0.4, 0.2, 0.8, 0.8)
    left, right = digits = tuple(WrittenDigit(reading(), pen, box) for box in boxes)
    marks = Marks(layout, select=lambda digit: None)
    marks.update(Number(digits), None)
    for x, digit in ((0.3, left), (0.45, left), (0.55, right), (0.7, right)):
        x = layout.canvas.left + x * layout.canvas.width
        assert marks.digit_at((x, layout.canvas.centery)) is digit


def test_a_hand_that_draws_selects_nothing_on_its_way(app):
    write_717(app)
    press(app, on(app, 0.51, 0.3))  # in the box of the last seven
    for place in ((0.62, 0.3), (0.57, 0.4), (0.52, 0.5)):
        move(app, on(app, *place))
        app.update(1 / 60)
    assert [reading.digit for reading in app.readings] == [7, 1, 7, 7]
    assert app.reading is app.readings[3]


def test_panel_bars_and_preview_show_the_selected_digit(app):
    key(app, pygame.K_n)
    write_717(app)
    places = Layout(SIZE, network=True)
    leave(app)
    for _ in range(100):
        app.update(1 / 60)
    seven = picture(app)
    point(app, 0.32)
    leave(app)
    for _ in range(100):
        app.update(1 / 60)
    one = picture(app)
    for rect in (places.bars, places.preview, places.network, places.answer, places.canvas):
        area = slice(rect.left, rect.right), slice(rect.top, rect.bottom)
        assert (seven[area] != one[area]).any(), rect


def test_marks_stand_under_the_digits_as_soon_as_there_are_two(app):
    def marked():
        leave(app)
        app.update(1 / 60)
        rect = app.canvas_rect.inflate(-2, -2)
        seen = picture(app)[rect.left : rect.right, rect.top : rect.bottom]
        accent = np.argwhere((seen == LIGHT.accent).all(axis=2)) / rect.width
        return accent, (seen == LIGHT.bar).all(axis=2).any()

    write(app, SEVEN, 0.1)
    accent, others = marked()
    assert not len(accent) and not others
    write(app, SEVEN, 0.4)
    accent, others = marked()
    assert others
    assert accent[:, 0] == pytest.approx(0.46, abs=0.1)
    assert accent[:, 1] == pytest.approx(0.53, abs=0.03)


def test_what_a_frame_has_no_time_for_the_next_one_reads(recognizer, monkeypatch):
    class Counting(Recognizer):
        calls = 0

        def read_image(self, image):
            self.calls += 1
            return super().read_image(image)

    monkeypatch.setattr(desk, "READING_SECONDS", 0)
    slow = Counting(recognizer.net, "slow")
    app = App(slow, SIZE)
    for number in range(12):
        write(app, ONE, 0.05 + 0.07 * number, size=0.1)
    for _ in range(40):
        before = slow.calls
        app.update(1 / 60)
        assert slow.calls - before <= 1
    before = slow.calls
    assert app.number == "1" * 12 and slow.calls == before


def test_the_maps_of_a_slow_reading_come_with_the_next_frame_which_reads_nothing(app, monkeypatch):
    monkeypatch.setattr(desk, "READING_SECONDS", 0)
    key(app, pygame.K_n)
    layout = Layout(SIZE, network=True)

    def next_frame() -> tuple[bytes, bytes]:
        """The answer and the maps."""
        app.update(1 / 60)
        window = picture(app)
        areas = layout.answer, layout.network
        return tuple(window[a.left : a.right, a.top : a.bottom].tobytes() for a in areas)

    blank, no_maps = next_frame()
    write(app, ONE, 0.1)
    one, maps = next_frame()
    assert one != blank and maps == no_maps
    write(app, SEVEN, 0.4)
    answer, maps = next_frame()
    assert answer == one and maps != no_maps
    answer, _ = next_frame()
    assert answer != one


def test_a_picture_is_one_reading(app):
    app.drawing.show(np.pad(np.ones((40, 8), np.float32), 20))
    assert len(app.readings) == 1 and app.reading is app.readings[0]
