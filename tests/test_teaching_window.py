"""Teaching in the window: a key or a click says which digit it is, and so it is read from then."""

import errno
import os
from pathlib import Path

import numpy as np
import pygame
import pytest
from hand import SIZE, click, key, move, on, press, release, stroke

from app.demo.replay import mouse_events
from app.demo.sample import sample_strokes
from app.session import Session
from app.window import App
from digits.drawing import Drawing, saved_drawings
from digits.recognizer import Recognizer
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

UNDO, REDO = (pygame.K_z, pygame.KMOD_CTRL), (pygame.K_y, pygame.KMOD_CTRL)
SEVEN = (0.3, 0.2), (0.7, 0.2), (0.5, 0.8)


@pytest.fixture
def recognizer():
    """Knows nothing yet."""
    layers = [InLayer(784), Dense(20, ReLU), Dense(10, softmax)]
    net = Net(layers, CrossEntropyLoss(), np.random.default_rng(0))
    net.metadata["sure_from"] = 0.5
    return Recognizer(net, "ignorant")


@pytest.fixture
def app(recognizer, tmp_path):
    return App(recognizer, SIZE, folder=tmp_path)


def another(app, size=SIZE):
    """A new window on the same folder."""
    return App(app.recognizer, size, folder=app.recognizer.memory.folder)


def press_digit(app, digit):
    key(app, pygame.K_0 + digit, unicode=str(digit))


def files(app):
    return len(list(app.recognizer.memory.folder.glob("*.json")))


def seen(app):
    """The digit that the window reads by itself, without being asked."""
    (digit,) = app._desk.glance().digits
    return digit.reading.digit


def other_than(reading):
    return (reading.digit + 1) % 10


def test_a_digits_key_teaches_and_the_answer_changes_in_the_next_frame(app):
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    press_digit(app, digit)
    app.update(1 / 60)
    assert app.reading.digit == digit and app.reading.sure
    assert "now" in app.message and "1 drawing taught" in app.message


def test_a_click_on_a_bar_teaches_the_same(app):
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    rect = app._layout.bars
    click(app, (rect.left + 5, rect.top + round((digit + 0.5) * rect.height / 10)))
    assert app.reading.digit == digit and app.drawing.label == digit
    assert files(app) == 1


def test_later_windows_read_what_is_like_it_in_the_same_way_in_any_size_and_place(app):
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    press_digit(app, digit)
    later = another(app, (640, 480))
    for event in mouse_events(app.drawing, later.canvas_rect, 0.4, np.array([0.9, 0.1])):
        later.handle(event)
    assert later.reading.digit == digit and later.reading.sure


@pytest.mark.parametrize("back", ["undo", "key"])
def test_a_lesson_is_taken_back_with_its_file(app, back):
    stroke(app, *SEVEN)
    before = app.reading.probabilities
    digit = other_than(app.reading)
    press_digit(app, digit)
    assert files(app) == 1
    if back == "undo":
        key(app, *UNDO)
    else:
        press_digit(app, digit)
    np.testing.assert_array_equal(app.reading.probabilities, before)
    assert files(app) == 0 and "Taken back" in app.message
    assert len(app.drawing.strokes) == 1


def test_a_step_taken_again_teaches_again_and_another_digit_is_another_lesson(app):
    stroke(app, *SEVEN)
    first = other_than(app.reading)
    press_digit(app, first)
    key(app, *UNDO)
    key(app, *REDO)
    assert app.reading.digit == first and files(app) == 1
    second = (first + 3) % 10
    press_digit(app, second)
    assert app.reading.digit == second and files(app) == 1
    key(app, *UNDO)
    assert app.reading.digit == first and files(app) == 1


def test_undoing_a_new_sheet_leaves_the_lesson_and_one_more_takes_it_back(app):
    stroke(app, *SEVEN)
    press_digit(app, other_than(app.reading))
    key(app, pygame.K_SPACE)
    assert files(app) == 1
    key(app, *UNDO)
    assert files(app) == 1 and app.drawing.label is not None
    key(app, *UNDO)
    assert files(app) == 0


def test_undo_and_redo_between_sheets_with_the_same_strokes_leave_the_lesson(app):
    stroke(app, *SEVEN)
    unlabelled = app.drawing.copy()
    press_digit(app, 3)
    app.drawing.replace(unlabelled)  # as a dropped file does
    for step in (UNDO, REDO):
        key(app, *step)
        assert [lesson.digit for lesson in app.recognizer.memory.lessons] == [3]


def test_what_is_read_right_can_be_taught_too_and_is_said_to_be_so(app):
    stroke(app, *SEVEN)
    digit = app.reading.digit
    app.recognizer.sure_from = 0.9
    stroke(app, (0.5, 0.5), (0.8, 0.5))
    digit = app.reading.digit
    assert not app.reading.sure
    press_digit(app, digit)
    assert app.message.startswith("It's sure now") and app.reading.sure
    press_digit(app, digit)
    app.recognizer.sure_from = 0.0
    key(app, pygame.K_SPACE)
    stroke(app, *SEVEN)
    press_digit(app, app.reading.digit)
    assert "as it was read" in app.message


def test_pictures_are_never_taught(app):
    app.drawing.show(np.eye(28, dtype=np.float32))
    before = app.reading.probabilities
    press_digit(app, 3)
    assert app.drawing.label == 3 and "not taught" in app.message
    press_digit(app, 3)
    assert app.drawing.label is None and "label is gone" in app.message
    press_digit(app, 3)
    key(app, pygame.K_s)
    later = another(app)
    assert later.recognizer.memory.lessons == []
    np.testing.assert_array_equal(app.reading.probabilities, before)


def test_on_a_blank_sheet_there_is_nothing_to_teach(app):
    press_digit(app, 3)
    assert app.drawing.label is None and "Draw" in app.message and files(app) == 0


def test_a_labelled_drawing_is_saved_once(app):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    key(app, pygame.K_s)
    assert files(app) == 1 and "Saved already" in app.message


@pytest.mark.parametrize("lost", [lambda png: os.truncate(png, 0), os.unlink])
def test_s_draws_the_picture_that_teaching_could_not_write(app, monkeypatch, lost):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    app.close()  # draws it
    (png,) = app.recognizer.memory.folder.glob("*.png")
    lost(png)
    with monkeypatch.context() as patch:
        patch.setattr(saved_drawings, "write_whole", full)
        key(app, pygame.K_s)
        assert "picture is not saved" in app.message and "No space" in app.message
    key(app, pygame.K_s)
    assert "Saved already" in app.message and png.stat().st_size > 0


def test_what_was_saved_before_it_was_taught_is_saved_still_when_that_is_taken_back(app):
    stroke(app, *SEVEN)
    key(app, pygame.K_s)
    press_digit(app, 3)
    assert files(app) == 1  # the same drawing
    press_digit(app, 3)
    assert files(app) == 1 and app.recognizer.memory.lessons == []
    later = another(app)
    key(later, pygame.K_o)
    assert later.drawing.strokes == app.drawing.strokes and later.drawing.label is None


def opened(recognizer, folder):
    """A window that goes on where the last one in this folder ended."""
    app = App(recognizer, SIZE, folder=folder, session=Session(folder / "state"))
    app.update(1 / 60)
    return app


def test_what_was_saved_in_an_earlier_window_is_saved_still_when_its_lesson_is_taken_back(
    recognizer, tmp_path
):
    app = opened(recognizer, tmp_path)
    stroke(app, *SEVEN)
    press_digit(app, 3)
    key(app, pygame.K_s)
    app.close()
    later = opened(recognizer, tmp_path)
    press_digit(later, 3)
    assert later.recognizer.memory.lessons == []
    (path,) = tmp_path.glob("*.json")
    assert saved_drawings.load(path).drawing.strokes == later.drawing.strokes


def test_what_was_saved_earlier_and_then_got_another_label_is_saved_still(recognizer, tmp_path):
    app = opened(recognizer, tmp_path)
    stroke(app, *SEVEN)
    press_digit(app, 5)
    key(app, pygame.K_s)
    app.close()
    later = opened(recognizer, tmp_path)
    press_digit(later, 8)
    press_digit(later, 8)
    assert later.recognizer.memory.lessons == []
    (path,) = tmp_path.glob("*.json")
    assert saved_drawings.load(path).drawing.strokes == later.drawing.strokes


@pytest.mark.parametrize("how", ["saved", "opened"])
def test_a_key_removes_no_file_with_other_strokes_and_only_s_replaces_it(app, how):
    stroke(app, (0.1, 0.4), (0.2, 0.4), (0.2, 0.6), (0.1, 0.6), (0.1, 0.4))
    stroke(app, (0.8, 0.4), (0.81, 0.5), (0.8, 0.6))
    key(app, pygame.K_s)
    (path,) = app.recognizer.memory.folder.glob("*.json")
    if how == "opened":
        app = another(app)
        key(app, pygame.K_o)
    app.drawing.erase((0.0, 0.5), (0.3, 0.5), 0.5)
    for _ in range(2):
        press_digit(app, 2)
        assert files(app) == 2 and len(saved_drawings.load(path).drawing.strokes) == 2
        press_digit(app, 2)
        assert files(app) == 1 and path.exists()
    press_digit(app, 2)
    key(app, pygame.K_s)
    assert [lesson.path for lesson in app.recognizer.memory.lessons] == list(
        path.parent.glob("*.json")
    )


def test_a_key_removes_no_file_with_a_picture_that_was_erased_since(app):
    app.drawing.show(np.eye(28, dtype=np.float32))
    stroke(app, (0.8, 0.1), (0.8, 0.3))
    key(app, pygame.K_s)
    app.drawing.erase((0.0, 0.0), (0.0, 0.0), 0.5)
    app.drawing.erase((0.2, 0.2), (1.0, 1.0), 0.1)
    assert app.drawing.picture is None and len(app.drawing.strokes) == 1
    press_digit(app, 1)
    assert files(app) == 2


def test_a_digit_that_was_saved_is_saved_still_when_it_is_taken_back_in_a_number(app):
    stroke(app, (0.1, 0.4), (0.2, 0.4), (0.2, 0.6), (0.1, 0.6), (0.1, 0.4))
    digit = list(app.drawing.strokes)
    press_digit(app, 4)
    key(app, pygame.K_s)
    stroke(app, (0.8, 0.4), (0.81, 0.5), (0.8, 0.6))
    app._desk.select(app._desk.number.digits[0])
    press_digit(app, 4)
    assert app.recognizer.memory.lessons == [] and app.drawing.labels == ()
    (path,) = app.recognizer.memory.folder.glob("*.json")
    saved = saved_drawings.load(path).drawing
    assert saved.strokes == digit and saved.labels == ()
    key(app, pygame.K_s)
    assert files(app) == 1  # an earlier state of the sheet


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_label_after_one_that_was_taken_back_is_taken_back_with_its_file_too(app):
    stroke(app, *SEVEN)
    for digit in (1, 1, 7, 7):
        press_digit(app, digit)
    assert "Taken back" in app.message and files(app) == 0


def test_where_nothing_can_be_written_the_file_of_another_label_stays(app, monkeypatch):
    stroke(app, *SEVEN)
    press_digit(app, 7)
    with monkeypatch.context() as patch:
        patch.setattr(saved_drawings, "write_whole", full)
        press_digit(app, 1)
        assert "No space" in app.message and app.reading.digit == 1
    (path,) = app.recognizer.memory.folder.glob("*.json")
    assert saved_drawings.load(path).drawing.label == 7
    press_digit(app, 3)
    (lesson,) = app.recognizer.memory.lessons
    assert lesson.digit == 3 and files(app) == 1


def test_what_s_could_not_write_was_not_saved_by_hand(app, monkeypatch):
    stroke(app, *SEVEN)
    with monkeypatch.context() as patch:
        patch.setattr(saved_drawings, "write_whole", full)
        key(app, pygame.K_s)
    for _ in range(2):
        press_digit(app, 7)
    assert files(app) == 0


@pytest.mark.parametrize("before", [None, 7])
def test_s_gives_a_lesson_that_could_not_be_written_its_file(app, monkeypatch, before):
    stroke(app, *SEVEN)
    if before is not None:
        press_digit(app, before)
    with monkeypatch.context() as patch:
        patch.setattr(saved_drawings, "write_whole", full)
        press_digit(app, 1)
    for said in ("Saved as", "Saved already", "Saved already"):
        key(app, pygame.K_s)
        assert said in app.message
        (lesson,) = app.recognizer.memory.lessons
        assert lesson.digit == 1 and lesson.path.exists() and files(app) == 1


def test_a_lesson_whose_file_can_not_be_removed_is_still_known(app, monkeypatch):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
        press_digit(app, 3)
    assert len(app.recognizer.memory.lessons) == 1 and files(app) == 1


def test_a_stroke_ends_with_the_key_that_teaches_it(app):
    for place, do in ((SEVEN[0], press), (SEVEN[1], move), (SEVEN[2], move)):
        do(app, on(app, *place))
    press_digit(app, 7)
    move(app, on(app, 0.5, 0.9))
    release(app, on(app, 0.5, 0.9))
    press_digit(app, 7)
    assert app.recognizer.memory.lessons == [] and "Taken back" in app.message


def test_a_label_without_a_lesson_goes_with_a_message(app):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    app.recognizer.memory.forget(app.recognizer.memory.lessons[0])  # as on the lessons page
    press_digit(app, 3)
    assert app.drawing.label is None and "The label is gone" in app.message


def test_only_new_files_that_are_left_out_are_told(app):
    folder = app.recognizer.memory.folder
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text("{")
        os.utime(folder / f"{name}.json", (0, 0))  # not just being copied
        app._desk.learn()
        assert f"{name}.json" in app.message and "more" not in app.message
        (folder / f"{name}.json").unlink()


def test_what_was_taught_in_an_earlier_window_is_known_to_be_saved(recognizer, tmp_path):
    app = opened(recognizer, tmp_path)
    stroke(app, *SEVEN)
    press_digit(app, 3)
    app.close()
    later = opened(recognizer, tmp_path)
    key(later, pygame.K_r)
    assert "test digits" in later.message and "not saved" not in later.message


def test_the_label_of_a_test_digit_is_never_said_to_be_lost(recognizer, tmp_path):
    app = opened(recognizer, tmp_path)
    for _ in range(2):
        key(app, pygame.K_r)
        assert "test digits" in app.message and "not saved" not in app.message
        app.close()
        app = opened(recognizer, tmp_path)


def test_what_was_taught_and_then_saved_is_saved_still_when_it_is_taken_back_later(app):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    key(app, pygame.K_s)
    assert "Saved already" in app.message
    (path,) = app.recognizer.memory.folder.glob("*.json")
    key(app, pygame.K_SPACE)
    app.handle(pygame.Event(pygame.DROPFILE, file=str(path)))
    press_digit(app, 3)
    assert app.recognizer.memory.lessons == [] and files(app) == 1


def test_what_was_opened_by_hand_is_saved_still_when_it_is_taken_back(app):
    stroke(app, *SEVEN)
    press_digit(app, 3)
    key(app, pygame.K_SPACE)
    key(app, pygame.K_o)
    press_digit(app, 3)
    assert app.recognizer.memory.lessons == [] and files(app) == 1


def test_a_digit_of_which_only_what_nobody_sees_is_left_is_not_taught(app):
    stroke(app, (0.1, 0.2), (0.1, 0.8))
    stroke(app, (0.6, 0.2), (0.9, 0.2), (1.3, 0.8))
    press_digit(app, 7)
    app.drawing.erase((0.6, 0.2), (0.9, 0.2), 0.2)
    app.drawing.erase((0.9, 0.2), (1.0, 0.35), 0.2)
    for _ in range(2):
        press_digit(app, 7)
        key(app, *UNDO)
    assert len(app.drawing.strokes) == 1


def test_a_lesson_stays_when_it_grows_into_another_digit(app):
    stroke(app, *SEVEN)
    press_digit(app, 7)
    stroke(app, (0.3, 0.5), (0.7, 0.5))
    press_digit(app, 2)
    assert sorted(lesson.digit for lesson in app.recognizer.memory.lessons) == [2, 7]
    assert files(app) == 2 and "2 drawings" in app.message


@pytest.mark.parametrize("others", [0, 1])
def test_the_same_key_teaches_what_a_taught_digit_has_grown_into(app, others):
    """Alone on the sheet, and as a digit of a number."""
    for _ in range(others):
        stroke(app, (0.05, 0.4), (0.06, 0.5), (0.05, 0.6))
    stroke(app, (0.8, 0.4), (0.8, 0.6))
    press_digit(app, 4)
    stroke(app, (0.8, 0.4), (0.8, 0.6), (0.9, 0.6), (0.9, 0.4))
    assert len(app.readings) == 1 + others

    def strokes():
        return sorted(len(lesson.drawing.strokes) for lesson in app.recognizer.memory.lessons)

    press_digit(app, 4)
    assert strokes() == [1, 2] and "2 drawings taught" in app.message
    assert app.drawing.label_of(app.drawing.strokes[others:]) == 4
    key(app, *UNDO)
    assert strokes() == [1] and "Taken back" in app.message
    key(app, *REDO)
    assert strokes() == [1, 2]
    press_digit(app, 4)
    assert strokes() == [1] and app.drawing.labels == ()


def test_a_window_without_a_folder_keeps_its_lessons_to_itself(recognizer, tmp_path, monkeypatch):
    """So that neither tests nor screenshots read or change what somebody taught."""
    monkeypatch.setattr(saved_drawings, "default_folder", lambda: tmp_path)
    drawing = Drawing.of([SEVEN], 0.05)
    drawing.label_as(3)
    saved_drawings.save(drawing, tmp_path)
    app = App(recognizer, SIZE)
    stroke(app, *SEVEN)
    digit = app.reading.digit
    press_digit(app, (digit + 1) % 10)
    assert app.reading.digit == (digit + 1) % 10
    assert len(list(tmp_path.glob("*.json"))) == 1
    later = App(recognizer, SIZE)
    stroke(later, *SEVEN)
    assert later.reading.digit == digit


def test_where_nothing_can_be_written_the_lesson_is_followed_and_the_reason_said(
    recognizer, tmp_path
):
    (tmp_path / "file").touch()
    app = App(recognizer, SIZE, folder=tmp_path / "file")
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    press_digit(app, digit)
    assert str(tmp_path / "file") in app.message
    assert app.reading.digit == digit


def test_frames_load_what_was_taught_bit_by_bit_and_show_it(app):
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    press_digit(app, digit)
    path = app.recognizer.memory.lessons[0].path
    for name in ("0-2020-01-01-000000-000", "0-2020-01-01-000000-001"):
        broken = path.parent / f"{name}.json"
        broken.write_text("broken")
        os.utime(broken, (1, 1))
    later = another(app)
    stroke(later, *SEVEN)
    later.update(1 / 60, reads=False)
    assert later._desk.memory.lessons == []  # the first frame does not wait for it
    for _ in range(3):
        later.update(1 / 60)
    assert seen(later) == digit
    assert "Left out" in later.message and ".json" in later.message


def test_another_window_open_on_the_same_folder_follows(app):
    other = App(Recognizer(app.recognizer.net, "other"), SIZE, folder=app._desk.memory.folder)
    for window in (app, other):
        stroke(window, *SEVEN)
        window.update(1 / 60)
    digit = other_than(app.reading)
    press_digit(app, digit)
    other.update(1 / 60)
    assert seen(other) == digit
    key(app, *UNDO)
    other.update(1 / 60)
    assert seen(other) != digit


def test_another_model_reads_with_the_same_lessons(app):
    stroke(app, *SEVEN)
    digit = other_than(app.reading)
    press_digit(app, digit)
    net = Net([InLayer(784), Dense(10, softmax)], CrossEntropyLoss(), np.random.default_rng(5))
    app._choose(Recognizer(net, "another"))
    assert app.reading.digit == digit


def test_of_a_number_the_selected_digit_is_taught_and_undo_takes_that_back(app):
    """Strokes far apart are digits of their own, whatever a network that knows nothing says."""
    stroke(app, (0.1, 0.4), (0.2, 0.4), (0.2, 0.6), (0.1, 0.6), (0.1, 0.4))
    stroke(app, (0.8, 0.4), (0.81, 0.5), (0.8, 0.6))
    left, right = (reading.digit for reading in app.readings)
    digit = (right + 1) % 10
    press_digit(app, digit)
    assert [reading.digit for reading in app.readings] == [left, digit]
    assert files(app) == 1 and app.drawing.label is None
    assert len(app.recognizer.memory.lessons[0].drawing.strokes) == 1
    key(app, *UNDO)
    assert [reading.digit for reading in app.readings] == [left, right]
    assert files(app) == 0 and len(app.drawing.strokes) == 2
    press_digit(app, digit)
    press_digit(app, digit)
    assert files(app) == 0
    key(app, *UNDO)
    assert files(app) == 1 and len(app.drawing.strokes) == 2


def test_a_lesson_stays_when_its_digit_becomes_one_of_a_number_that_is_saved(app):
    stroke(app, (0.1, 0.4), (0.2, 0.4), (0.2, 0.6), (0.1, 0.6), (0.1, 0.4))
    press_digit(app, 3)
    (lesson,) = app.recognizer.memory.lessons
    stroke(app, (0.8, 0.4), (0.81, 0.5), (0.8, 0.6))
    key(app, pygame.K_s)
    assert lesson.path.exists() and files(app) == 2
    (number,) = set(lesson.path.parent.glob("*.json")) - {lesson.path}
    saved = saved_drawings.load(number).drawing
    assert saved.label is None and len(saved.strokes) == 2
    assert [(one.label, len(one.strokes)) for one in saved.labelled()] == [(3, 1)]
    key(app, pygame.K_SPACE)
    key(app, pygame.K_o)
    assert len(app.drawing.strokes) == 2 and app.drawing.label_of(app.drawing.strokes[:1]) == 3


def test_s_teaches_no_digit_that_it_is_sure_is_another_by_the_label_of_its_first_stroke(tmp_path):
    app = App(Recognizer.load(), SIZE, folder=tmp_path)
    across, down = sample_strokes(4)
    stroke(app, *down)
    press_digit(app, 1)
    stroke(app, *across)
    assert app.number == "4"
    key(app, pygame.K_s)
    later = another(app)
    assert [lesson.digit for lesson in later.recognizer.memory.lessons] == [1]
    key(later, pygame.K_o)
    assert later.number == "4" and later.drawing.label is None
    assert [(one.label, len(one.strokes)) for one in later.drawing.labelled()] == [(1, 1)]


def test_s_gives_no_label_to_the_digits_that_a_labelled_one_was_cut_in(tmp_path):
    app = App(Recognizer.load(), SIZE, folder=tmp_path)
    for points in sample_strokes(0):
        stroke(app, *points)
    press_digit(app, 0)
    app.drawing.erase((0.5, 0.0), (0.5, 1.0), 0.2)
    assert app.number == "11"
    key(app, pygame.K_s)
    assert app.drawing.labels == () and "keys 0 to 9" in app.message
    assert len(saved_drawings.newest_first(tmp_path)) == 2  # the lesson stays
    assert saved_drawings.load(saved_drawings.newest_first(tmp_path)[0]).drawing.labels == ()


def test_s_gives_no_label_to_a_digit_made_of_two_labelled_ones(app):
    for x, digit in ((0.3, 1), (0.7, 7)):
        stroke(app, (x, 0.45), (x, 0.55))
        press_digit(app, digit)
    assert len(app.readings) == 2
    stroke(app, (0.3, 0.1), (0.3, 0.9), (0.7, 0.9), (0.7, 0.1))
    assert len(app.readings) == 1
    key(app, pygame.K_s)
    assert app.drawing.labels == ()


def test_a_digit_taught_as_part_of_a_number_is_taken_back_with_its_file(app):
    stroke(app, *((x / 2, y / 2) for x, y in SEVEN))
    stroke(app, (0.8, 0.1), (0.8, 0.4))
    press_digit(app, 1)
    assert files(app) == 1
    app.drawing.erase((0.05, 0.1), (0.4, 0.4), 0.5)
    press_digit(app, 1)
    assert files(app) == 0 and app.recognizer.memory.lessons == []


def test_a_digit_taught_in_a_number_is_the_same_lesson_when_it_is_alone(tmp_path):
    """Though its right stroke was drawn first."""
    app = App(Recognizer.load(), SIZE, folder=tmp_path)
    for points in (*sample_strokes(4)[::-1], np.array([(1.7, 0.2), (1.7, 0.8)])):
        stroke(app, *(points * 0.45 + (0.05, 0.25)))
    assert app.number == "41"
    app._desk.select(app._desk.number.digits[0])
    press_digit(app, 4)
    app.drawing.erase((0.8, 0.0), (0.8, 1.0), 0.3)
    assert app.number == "4"
    key(app, pygame.K_s)
    assert "Saved already" in app.message
    press_digit(app, 9)
    assert [lesson.digit for lesson in app.recognizer.memory.lessons] == [9]


def test_a_practice_sheet_is_blank_but_for_what_is_drawn(app):
    def colours():
        surface = pygame.Surface(SIZE)
        app.update(1 / 60)
        app.draw(surface)
        sheet = pygame.surfarray.array3d(surface.subsurface(app.canvas_rect.inflate(-4, -4)))
        return len(np.unique(sheet.reshape(-1, 3), axis=0))

    assert colours() > 1  # the invitation
    key(app, pygame.K_p)
    assert colours() == 1


def test_what_is_taught_is_sure_whatever_stands_beside_it(tmp_path):
    """Lines so close that without their labels they are a hatching."""
    app = App(Recognizer.load(), SIZE, folder=tmp_path)
    for i in range(4):
        stroke(app, (0.3 + 0.04 * i, 0.4), (0.3 + 0.04 * i, 0.6))
    app.update(1 / 60)
    assert app.number is None and len(app.readings) == 4
    for digit in app._desk.number.digits:
        app._desk.select(digit)
        press_digit(app, 1)
    assert app.number == "1111"


def divided(tmp_path):
    """A window in which a 5 with a bar, which is to be a 6, is read as two digits, neither sure."""
    app = App(Recognizer.load(), SIZE, folder=tmp_path)
    for points in sample_strokes(5):
        stroke(app, *points)
    stroke(app, (0.34, 0.47), (0.33, 0.55), (0.32, 0.62), (0.33, 0.72))  # drawn last, on the left
    app.update(1 / 60)
    assert len(app.readings) == 2 and app._desk.number.text == "?"
    return app


def test_a_drawing_read_as_several_digits_none_of_them_sure_is_taught_as_one(tmp_path):
    app = divided(tmp_path)
    move(app, on(app, 0.33, 0.71), 0)  # on the bar, where the mouse is after drawing
    press_digit(app, 6)
    assert app.number == "6" and len(app.readings) == 1
    assert "sure now" in app.message
    assert len(app.recognizer.memory.lessons[0].drawing.strokes) == 3
    key(app, *UNDO)
    assert app._desk.number.text == "?" and app.recognizer.memory.lessons == []
    key(app, *REDO)
    key(app, pygame.K_SPACE)
    stroke(app, (0.5, 0.2), (0.49, 0.4), (0.48, 0.6), (0.49, 0.8))
    assert app.number == "1"  # such a bar is still one


def test_a_digit_that_is_pointed_at_is_taught_alone_though_none_is_sure(tmp_path):
    app = divided(tmp_path)
    bar, five = app._desk.number.digits
    for pointed in (five, bar):
        left, top, right, bottom = pointed.box
        move(app, on(app, (left + right) / 2, (top + bottom) / 2), 0)
    press_digit(app, 1)
    assert [lesson.drawing.strokes for lesson in app.recognizer.memory.lessons] == [
        list(bar.strokes)
    ]
