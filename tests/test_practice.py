"""What the window knows, as a page, and how well it reads a person: the practice sheet."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from hand import SIZE, NotedText, click, key, stroke

from app.pages.lessons import Lessons
from app.pages.practice_results import PracticeResults
from app.window import App
from digits.drawing import Drawing, saved_drawings
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.practice import LENGTH, Practice
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

UNDO = pygame.K_z, pygame.KMOD_CTRL
SEVEN = [(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)]


class Says(Net):
    """A network that says seven, surely, to everything."""

    def __init__(self):
        super().__init__([InLayer(784), Dense(10, softmax)], CrossEntropyLoss())
        self.layers[-1].parameters["weights"][:] = 0
        self.layers[-1].parameters["biases"][7] = 4


@pytest.fixture
def recognizer():
    return Recognizer(Says(), "seven")


@pytest.fixture
def app(recognizer, tmp_path):
    return App(recognizer, SIZE, folder=tmp_path)


def drawing(lean=0.0, label=None):
    drawing = Drawing.of([[(0.3, 0.2), (0.7, 0.2), (0.5 - lean, 0.8)]], 0.05)
    drawing.label_as(label)
    return drawing


def open_lessons(app):
    key(app, pygame.K_k)
    assert isinstance(app._page, Lessons)
    return app._page


def teach(app, digit, lean=0.0):
    key(app, pygame.K_SPACE)
    stroke(app, (0.3, 0.2), (0.7, 0.2), (0.5 - lean, 0.8))
    key(app, pygame.K_0 + digit)


def practise(app, count, asked):
    """Draw as many sevens where the digit `asked` is asked for; the page with the results."""
    key(app, pygame.K_p)
    for i in range(count):
        app._practice.practice.asked[i] = asked
        stroke(app, (0.3, 0.2), (0.7, 0.2), (0.5 - i / 200, 0.8))
        key(app, pygame.K_SPACE)
    key(app, pygame.K_ESCAPE)
    app.update(1 / 60)
    return app._page


def places(page):
    return {lesson: page._place(*place) for lesson, place in page._shown()}


# --- What it knows


def test_the_page_shows_every_lesson_in_its_digits_row_the_newest_first(app):
    for digit, lean in ((4, 0.0), (9, 0.2), (4, 0.4)):
        teach(app, digit, lean)
    page = open_lessons(app)
    shown = [(lesson.digit, place[0], place[1]) for lesson, place in page._shown()]
    assert shown == [(4, 4, 0), (4, 4, 1), (9, 9, 0)]
    first, second, _ = (lesson for lesson, _ in page._shown())
    assert first.when > second.when


def test_a_click_takes_a_lesson_back_and_another_teaches_it_again(app, tmp_path):
    teach(app, 4)
    page = open_lessons(app)
    place = next(iter(places(page).values()))
    click(app, place.center)
    assert app.recognizer.memory.lessons == [] and not list(tmp_path.iterdir())
    assert app.reading.digit == 7
    app.draw(pygame.Surface(SIZE))  # it stays there, pale
    click(app, place.center)
    assert [one.digit for one in app.recognizer.memory.lessons] == [4]
    assert len(list(tmp_path.glob("*.json"))) == 1
    key(app, pygame.K_ESCAPE)
    assert app._page is None and app.running


def test_a_lesson_that_is_clicked_again_and_again_stays_in_its_place(app, tmp_path):
    for lean in (0.0, 0.2, 0.4):
        teach(app, 4, lean)
    page = open_lessons(app)
    *others, (_, place) = places(page).items()
    for _ in range(3):
        click(app, place.center)
    left = app.recognizer.memory.lessons
    assert len(left) == 2 and {lesson for lesson, _ in others} == set(left)


def test_what_nobody_saved_leaves_no_file_though_it_was_taught_again_on_the_page(app, tmp_path):
    teach(app, 4)
    page = open_lessons(app)
    for _ in range(2):
        click(app, page._place(4, 0).center)
    key(app, pygame.K_x)
    key(app, pygame.K_4)
    assert app.recognizer.memory.lessons == [] and not list(tmp_path.iterdir())


def test_what_was_saved_by_hand_stays_saved_when_a_click_takes_its_lesson_back(app, tmp_path):
    stroke(app, (0.3, 0.2), (0.7, 0.2), (0.5, 0.8))
    key(app, pygame.K_4)
    key(app, pygame.K_s)
    place = open_lessons(app)._place(4, 0).center
    for labels in ([None], [4], [None]):
        click(app, place)
        paths = tmp_path.glob("*.json")
        assert [saved_drawings.load(path).drawing.label for path in paths] == labels
    key(app, pygame.K_x)
    key(app, pygame.K_s)
    assert len(list(tmp_path.glob("*.json"))) == 1


@pytest.mark.parametrize("others", [0, 1])
def test_the_label_of_a_lesson_on_the_sheet_goes_and_comes_with_it(app, tmp_path, others):
    """Whether it is the whole sheet or a digit of a number."""
    for _ in range(others):
        stroke(app, (0.05, 0.4), (0.06, 0.5), (0.05, 0.6))
    stroke(app, (0.8, 0.4), (0.8, 0.6))
    key(app, pygame.K_4)
    place = open_lessons(app)._place(4, 0).center
    for labels in ([], [4], []):
        click(app, place)
        assert [digit for _, digit in app.drawing.labels] == labels
    key(app, pygame.K_x)
    key(app, pygame.K_s)
    assert app.recognizer.memory.lessons == []
    (path,) = tmp_path.glob("*.json")
    assert saved_drawings.load(path).drawing.labels == ()
    key(app, *UNDO)
    assert len(app.drawing.strokes) == 1 + others and app.drawing.labels == ()


def test_a_lesson_whose_files_stay_is_shown_once(app, monkeypatch):
    teach(app, 4)
    page = open_lessons(app)
    (place,) = places(page).values()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
        click(app, place.center)
    assert "Not removed" in app.message and len(page._shown()) == 1


def test_an_empty_page_says_how_to_begin_and_any_key_closes_it(app):
    page = open_lessons(app)
    assert "press the key" in " ".join(page._lines)
    app.draw(pygame.Surface(SIZE))
    key(app, pygame.K_a)
    assert app._page is None


def test_contradictions_are_named(app):
    teach(app, 4)
    teach(app, 9, lean=0.005)
    page = open_lessons(app)
    assert "marked !" in page._hint()
    older = app.recognizer.memory.lessons[0]
    app.handle(pygame.Event(pygame.MOUSEMOTION, pos=places(page)[older].center, buttons=(0, 0, 0)))
    assert "taught as 9 later" in page._hint()
    app.draw(pygame.Surface(SIZE))


@pytest.mark.parametrize("size", [(640, 480), SIZE])
def test_what_is_said_of_a_contradiction_is_true_of_three_lessons_too_and_fits(
    recognizer, tmp_path, size
):
    app = App(recognizer, size, folder=tmp_path)
    for digit, lean in ((3, 0.0), (5, 0.002), (3, 0.004)):
        teach(app, digit, lean)
    page = open_lessons(app)
    assert app.reading.digit == 3
    first, second, newest = app.recognizer.memory.lessons
    for lesson, later in ((first, 5), (second, 3)):
        page._hovered = lesson
        assert page._hint().endswith(f"taught as {later} later; of such lessons the newest counts")
        room = page.rect.width - 2 * page._padding
        assert page._text.shortened(page._hint(), page._type, room) == page._hint()
    page._hovered = newest
    assert "later" not in page._hint()


def test_rows_that_are_too_long_are_moved_by_wheel_and_arrows(app):
    memory = app.recognizer.memory
    for i in range(60):
        memory.teach(drawing(i / 100, 3))
    page = open_lessons(app)
    shown = [lesson for lesson, _ in page._shown()]
    assert 5 < len(shown) < 60 and shown[0] is memory.lessons[-1]
    key(app, pygame.K_RIGHT)
    assert page._shown()[0][0] is memory.lessons[-2]
    app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-100))
    assert page._shown()[-1][0] is memory.lessons[0]
    app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=100))
    assert page._shown()[0][0] is memory.lessons[-1]


def test_what_is_taught_elsewhere_appears_on_the_open_page(app, tmp_path):
    page = open_lessons(app)
    Memory(tmp_path).teach(drawing(label=5))
    for expected in ([5], []):
        app.update(1 / 60)
        app.update(1 / 60)
        assert [lesson.digit for lesson, _ in page._shown()] == expected
        app.draw(pygame.Surface(SIZE))
        for path in tmp_path.iterdir():
            path.unlink()


def test_a_larger_window_shows_all_the_drawings_that_it_has_room_for(recognizer, tmp_path):
    app = App(recognizer, (640, 480), folder=tmp_path)
    for i in range(20):
        app.recognizer.memory.teach(drawing(i / 100, 3))
    page = open_lessons(app)
    app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-100))
    assert len(page._shown()) < 20
    app.handle(pygame.Event(pygame.WINDOWRESIZED, x=1900, y=640))
    assert len(page._shown()) == 20


# --- The practice sheet


def test_practice_asks_for_each_digit_as_often_in_another_order_each_time():
    orders = [Practice(np.random.default_rng(seed)).asked for seed in (1, 2)]
    assert all(sorted(order) == sorted([*range(10)] * (LENGTH // 10)) for order in orders)
    assert orders[0] != orders[1]


def test_what_was_learned_is_counted_on_drawings_that_were_not_taught(recognizer):
    """Two alike teach each other; one that is like no other is not counted for its own lesson."""
    practice = Practice(np.random.default_rng(0))
    practice.asked[:3] = [4, 4, 0]
    circle = Drawing.of([[(0.5 + np.cos(t) / 3, 0.5 + np.sin(t) / 3) for t in range(8)]], 0.05)
    for one in (drawing(), drawing(0.01), circle):
        practice.take(one, recognizer.read_drawing(one))
    assert len(practice.misread) == 3
    for attempt in practice.misread:
        recognizer.memory.teach(attempt.drawing)
    memory = recognizer.memory
    assert practice.read_again(recognizer) == [True, True, False]
    assert recognizer.memory is memory and len(memory.lessons) == 3
    assert recognizer.read_drawing(circle).digit == 0


def test_what_is_read_as_a_question_mark_is_not_read_right_and_can_be_taught(app):
    app.recognizer.sure_from = 0.95  # the network's seven has 89 %, a lesson gives 98 %
    page = practise(app, 2, 7)
    assert page.title == "0 of 2 read right"
    page._text = text = NotedText()
    app.draw(pygame.Surface(SIZE))
    assert text.words.count("7 as ?") == 2
    assert app._page._practice.read_again(app.recognizer) == [False, False]
    key(app, pygame.K_RETURN)
    assert "2 of 2" in page._summary()


def draw_all(app):
    while app._practice is not None:
        lean = len(app._practice.practice.attempts) / 100
        stroke(app, (0.3, 0.2), (0.7, 0.2), (0.5 - lean, 0.8))
        key(app, pygame.K_SPACE)
        app.update(1 / 60)


def test_twenty_digits_are_drawn_and_the_end_page_says_what_was_read_as_what(app):
    stroke(app, (0.1, 0.1), (0.2, 0.2))
    before = list(app.drawing.strokes)
    key(app, pygame.K_p)
    assert not app.drawing
    app.draw(pygame.Surface(SIZE))
    key(app, pygame.K_SPACE)  # nothing is drawn yet
    assert app._practice.practice.attempts == []
    draw_all(app)
    assert isinstance(app._page, PracticeResults)
    assert app._page.title == "2 of 20 read right"  # the sevens
    assert app.drawing.strokes == before
    app.draw(pygame.Surface(SIZE))


def test_a_pause_with_the_pen_up_goes_on_but_not_one_with_the_pen_down(app):
    key(app, pygame.K_p)
    app.update(60)
    assert app._practice.practice.attempts == []  # a blank sheet waits
    stroke(app, *SEVEN)
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=app.canvas_rect.center, button=1))
    app.update(0.01)
    app.update(60)
    assert app._practice.practice.attempts == []
    app.handle(pygame.Event(pygame.MOUSEBUTTONUP, pos=app.canvas_rect.center, button=1))
    app.update(0.01)
    app.update(1.0)
    assert app._practice.practice.attempts == []
    app.update(1.0)
    assert len(app._practice.practice.attempts) == 1 and not app.drawing


def test_esc_leaves_with_what_was_done_and_without_loss(app):
    stroke(app, (0.1, 0.1), (0.2, 0.2))
    before = list(app.drawing.strokes)
    key(app, pygame.K_p)
    key(app, pygame.K_ESCAPE)
    app.update(1 / 60)
    assert app._practice is None and app._page is None and app.running
    assert app.drawing.strokes == before
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_SPACE)
    key(app, pygame.K_ESCAPE)
    app.update(1 / 60)
    assert "of 1 read right" in app._page.title and app.drawing.strokes == before


def test_esc_once_too_often_after_an_empty_practice_sheet_does_not_end_the_program(app):
    key(app, pygame.K_p)
    key(app, pygame.K_ESCAPE)
    app.update(1 / 60)
    key(app, pygame.K_ESCAPE)
    assert app.running and "ESC once more" in app.message
    key(app, pygame.K_ESCAPE)
    assert not app.running


def test_closing_the_window_keeps_the_digits_of_an_unfinished_practice(app, tmp_path):
    stroke(app, (0.1, 0.1), (0.2, 0.2))
    key(app, pygame.K_p)
    asked = app._practice.practice.asked[:2]
    for lean in (0.0, 0.2):
        stroke(app, (0.3, 0.2), (0.7, 0.2), (0.5 - lean, 0.8))
        key(app, pygame.K_SPACE)
    app.close()
    saved = [saved_drawings.load(path).drawing for path in tmp_path.glob("*.json")]
    assert sorted(drawing.label for drawing in saved) == sorted(asked)
    assert len(app.drawing.strokes) == 1 and app.drawing.label is None


def test_closing_the_window_before_the_first_digit_of_a_practice_writes_nothing(app, tmp_path):
    key(app, pygame.K_p)
    app.close()
    assert not list(tmp_path.iterdir())


def test_a_file_dropped_during_practice_is_refused_in_words(app, tmp_path):
    saved_drawings.save(drawing(), tmp_path)
    (path,) = tmp_path.glob("*.json")
    key(app, pygame.K_p)
    app.handle(pygame.Event(pygame.DROPFILE, file=str(path)))
    assert "Not during practice" in app.message and not app.drawing


def test_undo_takes_back_strokes_then_digits_and_nothing_from_before(app):
    stroke(app, (0.1, 0.1), (0.2, 0.2))
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_SPACE)
    assert len(app._practice.practice.attempts) == 1
    key(app, *UNDO)
    assert app._practice.practice.attempts == [] and len(app.drawing.strokes) == 1
    key(app, *UNDO)
    key(app, *UNDO)
    assert not app.drawing


def test_undo_goes_back_stroke_by_stroke_through_the_digits_before(app):
    key(app, pygame.K_p)
    attempts = app._practice.practice.attempts
    for _ in range(2):
        stroke(app, *SEVEN)
        stroke(app, (0.4, 0.5), (0.6, 0.5))
        key(app, pygame.K_SPACE)
    states = []
    for _ in range(6):
        key(app, *UNDO)
        states.append((len(attempts), len(app.drawing.strokes)))
        assert app.drawing.label is None
    assert states == [(1, 2), (1, 1), (1, 0), (0, 2), (0, 1), (0, 0)]
    assert not app.drawing.can_undo


def test_clearing_the_sheet_while_practising_takes_no_digit_back(app):
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_SPACE)
    stroke(app, *SEVEN)
    app.clear()
    key(app, *UNDO)
    assert len(app._practice.practice.attempts) == 1 and len(app.drawing.strokes) == 1


def test_after_practice_undo_goes_on_where_it_was(app):
    stroke(app, (0.1, 0.1), (0.2, 0.2))
    stroke(app, (0.3, 0.1), (0.4, 0.2))
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_SPACE)
    key(app, pygame.K_ESCAPE)
    app.update(1 / 60)
    key(app, pygame.K_ESCAPE)  # the page with what came of it
    assert len(app.drawing.strokes) == 2
    key(app, *UNDO)
    assert len(app.drawing.strokes) == 1
    key(app, *UNDO)
    assert not app.drawing and not app.drawing.can_undo


def test_help_can_be_read_while_practising_and_nothing_is_taken_meanwhile(app):
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_F1)
    assert app._page is not None
    for _ in range(200):
        app.update(1 / 60)
    assert app._practice.practice.attempts == []
    key(app, pygame.K_ESCAPE)
    assert app._page is None and app._practice is not None
    for _ in range(200):
        app.update(1 / 60)
    assert len(app._practice.practice.attempts) == 1


def test_the_wheel_leaves_help_open(app):
    key(app, pygame.K_F1)
    pos = app.canvas_rect.center
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=pygame.BUTTON_WHEELDOWN))
    app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-1))
    assert app._page is not None


def test_redo_clears_no_digit_that_undo_brought_back(app):
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    key(app, pygame.K_SPACE)
    key(app, *UNDO)
    key(app, pygame.K_z, pygame.KMOD_CTRL | pygame.KMOD_SHIFT)
    assert len(app.drawing.strokes) == 1
    key(app, pygame.K_SPACE)
    assert len(app._practice.practice.attempts) == 1


def test_while_practising_no_key_or_bar_teaches_and_nothing_else_opens(app):
    key(app, pygame.K_p)
    stroke(app, *SEVEN)
    for other in (pygame.K_3, pygame.K_r, pygame.K_o, pygame.K_TAB, pygame.K_n, pygame.K_s):
        key(app, other)
    click(app, app._layout.bars.center)
    assert app._page is None and app.recognizer.memory.lessons == []
    assert app.drawing.label is None and len(app.drawing.strokes) == 1


def test_one_key_teaches_all_that_were_misread_and_they_are_counted_again(app, tmp_path):
    page = practise(app, 4, 4)
    assert page.title == "0 of 4 read right"
    key(app, pygame.K_RETURN)
    assert "4 of 4" in page._summary()
    assert len(list(tmp_path.glob("4-*.json"))) == 4
    key(app, pygame.K_RETURN)  # there is nothing left to teach
    assert len(list(tmp_path.glob("*.json"))) == 4
    app.draw(pygame.Surface(SIZE))


def test_the_sheet_is_saved_as_labelled_drawings_each_once(app, tmp_path):
    key(app, pygame.K_p)
    draw_all(app)
    page = app._page
    verbs = {verb: rect for verb, _, rect in page._buttons()}
    click(app, verbs["save"].center)
    saved = [saved_drawings.load(path).drawing for path in tmp_path.glob("*.json")]
    assert sorted(drawing.label for drawing in saved) == sorted([*range(10)] * 2)
    key(app, pygame.K_s)
    click(app, verbs["teach"].center)
    assert len(list(tmp_path.glob("*.json"))) == LENGTH


def test_what_was_taught_on_the_page_is_not_saved_once_more(app, tmp_path):
    key(app, pygame.K_p)
    draw_all(app)
    key(app, pygame.K_RETURN)
    key(app, pygame.K_s)
    assert len(list(tmp_path.glob("*.json"))) == LENGTH


def test_where_the_misread_cannot_be_saved_the_page_does_not_say_that_they_are(
    recognizer, tmp_path
):
    (tmp_path / "file").touch()
    app = App(recognizer, SIZE, folder=tmp_path / "file")
    key(app, pygame.K_p)
    draw_all(app)
    key(app, pygame.K_RETURN)
    assert "for this window only" in app.message


@pytest.mark.parametrize("is_saved", [False, True])
def test_only_what_was_saved_is_left_of_the_misread_that_are_taught_and_taken_back(
    app, tmp_path, is_saved
):
    practise(app, 1, 4)
    key(app, pygame.K_RETURN)
    if is_saved:
        key(app, pygame.K_s)
    key(app, pygame.K_ESCAPE)
    click(app, open_lessons(app)._place(4, 0).center)
    assert app.recognizer.memory.lessons == []
    assert len(list(tmp_path.glob("*.json"))) == is_saved


SIZES = [(640, 480), (1000, 640), (1600, 1000), (700, 1200), (3840, 1000)]


@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_the_window(recognizer, tmp_path, size):
    app = App(recognizer, size, folder=tmp_path)
    window = pygame.Rect((0, 0), size)
    key(app, pygame.K_k)
    assert window.contains(app._page.rect)
    key(app, pygame.K_ESCAPE)
    app.recognizer.memory.teach(drawing(label=5))
    key(app, pygame.K_k)
    assert window.contains(app._page.rect)
    assert all(app._page.rect.contains(place) for place in places(app._page).values())
    key(app, pygame.K_ESCAPE)
    key(app, pygame.K_p)
    draw_all(app)
    assert window.contains(app._page.rect)
    assert all(app._page.rect.contains(rect) for _, _, rect in app._page._buttons())
