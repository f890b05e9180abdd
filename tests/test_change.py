"""What would make a drawing another digit: what is found, and how the window shows it."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pygame
import pytest
from hand import SIZE, NotedText, key, move, on, picture, press, reading, stroke
from hypothesis import given
from hypothesis import strategies as st

from app.demo.sample import sample_number, sample_strokes
from app.sheet import shown_change
from app.sheet.shown_change import ShownChange
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import LIGHT
from app.window import App
from digits.drawing import Drawing, Stroke
from digits.drawing.retrace import retraced
from digits.explaining.change import ATTRACTED, Change, Search, _attracted, _nearest
from digits.explaining.ink_evidence import along
from digits.recognizer import Reading, Recognizer
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit, number_of

THREE = [(0.3, 0.25), (0.5, 0.2), (0.6, 0.3), (0.45, 0.45), (0.62, 0.6), (0.5, 0.75), (0.3, 0.7)]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def found(recognizer: Recognizer, strokes, digit: int, others=()) -> Change | None:
    search = Search(recognizer, strokes, digit, others)
    assert search.go_on()
    return search.change


def read(recognizer: Recognizer, strokes: list[Stroke]) -> Number:
    """The strokes as the window reads them."""
    drawing, reader = Drawing(), NumberReader(recognizer)
    drawing.strokes = strokes
    assert reader.read(drawing)
    return reader.number


def length(strokes) -> float:
    return sum(along(stroke)[-1] for stroke in strokes)


def test_the_changed_drawing_is_read_as_the_other_digit(recognizer, pen_digits):
    for digit in pen_digits[::150]:
        strokes = digit.drawing().strokes
        before = recognizer.read_image(retraced(strokes)).digit
        other = (before + 1 + digit.writer) % 10
        if other != before:
            changed = found(recognizer, strokes, other).at(1)
            assert read(recognizer, changed).text == str(other)


@pytest.mark.parametrize(("digit", "other"), [(2, 6), (5, 6), (5, 8)])
def test_what_one_image_shows_as_the_other_digit_is_not_cut_in_two(recognizer, digit, other):
    strokes = Drawing.of(sample_strokes(digit), 0.07).strokes
    changed = found(recognizer, strokes, other).at(1)
    assert read(recognizer, changed).text == str(other)


@pytest.mark.parametrize(("number", "place", "other"), [("207", 0, 4), ("35", 1, 0)])
def test_in_a_number_the_changed_digit_is_read_beside_its_neighbours(
    recognizer, number, place, other
):
    before = read(recognizer, Drawing.of(sample_number(number), 0.04).strokes)
    assert before.text == number
    strokes = before.digits[place].strokes
    others = [s for one in before.digits if one.strokes is not strokes for s in one.strokes]
    changed = found(recognizer, strokes, other, others).at(1)
    after = number[:place] + str(other) + number[place + 1 :]
    assert read(recognizer, [*others, *changed]).text == after


def test_what_is_kept_and_what_goes_is_the_persons_ink_and_untouched_strokes_stay(recognizer):
    three, line = Stroke(THREE, 0.07), Stroke([(0.2, 0.2), (0.2, 0.8)], 0.07)
    change = found(recognizer, [three], 8)
    assert change.kept == (three,) and not change.removed
    change = found(recognizer, [line, three], 3)
    assert three in change.kept and change.removed and not change.added
    both = length([line, three])
    assert length([*change.kept, *change.removed]) == pytest.approx(both, rel=0.1)
    assert change.moved == pytest.approx(length(change.removed) / both, abs=0.05)


def test_a_drawing_elsewhere_and_of_another_size_is_changed_alike(recognizer):
    def moved(stroke: Stroke) -> Stroke:
        return Stroke([(0.1 + x / 2, 0.3 + y / 2) for x, y in stroke.points], stroke.width)

    here = found(recognizer, [Stroke(THREE, 0.07)], 5)
    there = found(recognizer, [moved(Stroke(THREE, 0.07))], 5)
    for one, other in zip([*here.at(1)], [*there.at(1)], strict=True):
        np.testing.assert_allclose(moved(one).points, other.points, atol=1e-6)


def test_on_its_way_ink_goes_before_ink_comes(recognizer):
    change = found(recognizer, [Stroke(THREE, 0.07)], 5)
    lengths = [length(change.at(share)) for share in (0, 0.25, 0.5, 0.75, 1)]
    assert lengths[0] > lengths[1] > lengths[2] < lengths[3] < lengths[4]
    assert lengths[2] == pytest.approx(length(change.kept), abs=1e-6)


class AnyChange:
    """Reads ink as an 8 as soon as it is not that of THREE, with the probability `share`; a digit
    of a number is `sure` or not."""

    sure_from = 0.5

    def __init__(self, share: float, sure: bool = True) -> None:
        self.share, self.sure = share, sure
        self.three = retraced([Stroke(THREE, 0.07)])

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        digit = 3 if (images[0] == self.three).all() else 8
        return self.share * np.eye(10)[[digit]]

    def read_image(self, image: np.ndarray) -> Reading:
        (probabilities,) = self.probabilities(image[None])
        return Reading(int(probabilities.argmax()), probabilities, image, self.sure)


def test_the_smallest_change_that_does_is_found():
    change = found(AnyChange(0.95), [Stroke(THREE, 0.07)], 8)
    assert len([*change.removed, *change.added]) == 1
    assert change.moved < 0.16


def test_a_change_with_which_a_person_might_not_agree_is_none():
    assert found(AnyChange(0.85), [Stroke(THREE, 0.07)], 8) is None


def test_where_no_change_is_read_as_the_digit_none_is_offered():
    assert found(AnyChange(0.95), [Stroke(THREE, 0.07)], 8) is not None
    assert found(AnyChange(0.95, sure=False), [Stroke(THREE, 0.07)], 8) is None


def test_what_is_laid_over_the_ink_is_attracted_by_it():
    ink = np.array(THREE)
    [laid] = _attracted([ink * 1.1 + 0.05], ink)
    assert _nearest(laid, ink)[0].max() < ATTRACTED / 20


@pytest.mark.parametrize("x", [0.02, 0.98])
def test_at_the_edge_of_the_sheet_what_is_added_is_on_it(recognizer, x):
    change = found(recognizer, [Stroke([(x, 0.2), (x, 0.8)], 0.07)], 2)
    points = np.concatenate([stroke.points for stroke in change.added])
    assert points.min() >= -1e-6 and points.max() <= 1 + 1e-6


def test_some_ink_is_there_at_every_time():
    ink = (Stroke(THREE, 0.07),)
    for share in np.linspace(0, 1, 21).tolist():
        assert Change(8, (), ink, ink, 2.0).at(share)


@pytest.mark.parametrize("digit", [0, 9])
def test_what_is_moved_is_the_length_of_all_that_goes_and_comes(recognizer, digit):
    strokes = [Stroke(path.tolist(), 0.07) for path in sample_strokes(4)]
    change = found(recognizer, strokes, digit)
    moved = length([*change.removed, *change.added])
    assert change.moved == pytest.approx(moved / length(strokes), rel=0.02)


def test_without_time_a_call_takes_one_step_and_the_last_one_has_the_change(recognizer):
    strokes = [Stroke(THREE, 0.07)]
    search, steps = Search(recognizer, strokes, 8), 1
    while not search.go_on(0):
        assert search.change is None
        steps += 1
    assert steps > 50
    assert search.change.at(1) == found(recognizer, strokes, 8).at(1)


@pytest.mark.parametrize(
    "points",
    [[(0.5, 0.5)], [(0.5, 0.5)] * 3, np.random.default_rng(0).random((3000, 2)).tolist()],
    ids=["dot", "dots in one place", "thousands of points"],
)
def test_where_there_is_nothing_to_explain_the_search_ends_at_once(recognizer, points):
    assert Search(recognizer, [Stroke([tuple(p) for p in points], 0.07)], 8).go_on()


def test_what_is_read_as_the_digit_already_needs_no_change(recognizer):
    assert found(recognizer, [Stroke([(0.5, 0.2), (0.5, 0.8)], 0.05)], 1) is None


@pytest.fixture
def app(recognizer, tmp_path) -> App:
    """With a 3 on the sheet, the mouse on the bar of 8, and the change found."""
    app = App(recognizer, SIZE, folder=tmp_path)
    stroke(app, *THREE)
    frames(app, 2)
    move(app, app._widgets.bars.play_button(8).center, button=0)
    frames(app, 300)
    assert app._widgets.change.can_play(8)
    return app


def frames(app: App, count: int, seconds: float = 1 / 60) -> None:
    for _ in range(count):
        app.update(seconds)


def test_a_click_on_the_button_plays_the_change_and_all_is_as_it_was(app):
    version, reading, before = app.drawing.version, app.reading, picture(app)
    press(app, app._widgets.bars.play_button(8).center)
    frames(app, 90)
    assert app._widgets.bars.values.argmax() == 8
    assert app.drawing.version == version and app.number == "3" and app.reading is reading
    while app._widgets.change.is_playing:
        assert app.update(1 / 60), "what the last frame showed is gone"
    frames(app, 60)
    np.testing.assert_array_equal(picture(app), before)
    assert app.drawing.label is None, "a click on the button teaches nothing"


@pytest.mark.parametrize("by_key", [True, False])
def test_a_key_plays_it_and_any_key_or_stroke_ends_it_at_once(app, by_key):
    key(app, pygame.K_v, unicode="v")
    frames(app, 60)
    assert app._widgets.change.is_playing
    if by_key:
        key(app, pygame.K_LSHIFT)
    else:
        stroke(app, (0.8, 0.8), (0.9, 0.8))
    assert not app._widgets.change.is_playing


@pytest.mark.parametrize("by_key", [True, False])
def test_only_the_change_to_the_digit_pointed_at_now_is_played(app, by_key):
    key(app, pygame.K_v, unicode="v")
    frames(app, 12)
    other = app._widgets.bars.play_button(5).center
    move(app, other, button=0)
    frames(app, 2)
    if by_key:
        key(app, pygame.K_v, unicode="v")
    else:
        press(app, other)
    assert not app._widgets.change.is_playing


def test_another_digit_selected_meanwhile_ends_it(recognizer, tmp_path):
    app = App(recognizer, SIZE, folder=tmp_path)
    for left in (0.0, 0.5):
        stroke(app, *((left + x / 2, y / 2) for x, y in THREE))
    move(app, app._widgets.bars.play_button(8).center, button=0)
    frames(app, 300)
    key(app, pygame.K_v, unicode="v")
    frames(app, 60)
    assert app._widgets.change.is_playing
    move(app, on(app, 0.25, 0.2), button=0)
    frames(app, 1)
    assert not app._widgets.change.is_playing and app.reading is app.readings[0]


def test_where_there_is_no_button_a_click_there_teaches(app):
    digit = app.reading.digit
    place = app._widgets.bars.play_button(digit).center
    move(app, place, button=0)
    frames(app, 1)
    press(app, place)
    assert app.drawing.label == digit


def test_of_the_answer_itself_nothing_is_to_be_changed(app):
    move(app, app._widgets.bars.play_button(3).center, button=0)
    frames(app, 300)
    assert not app._widgets.change.can_play(3)


@pytest.mark.parametrize("size", [(640, 480), (800, 600), SIZE, (1700, 1000)])
@pytest.mark.parametrize("network", [True, False])
def test_what_is_to_be_done_is_said_in_words_that_fit(recognizer, size, network):
    text, layout = Text(), Layout(size, network=network)
    shown = ShownChange(layout, text, recognizer, Drawing())
    ink = (Stroke(THREE, 0.07),)
    shown._shown = Change(8, (), ink, ink, 1.0)
    room = layout.canvas.width - 2 * layout.scaled(theme.PADDING)
    assert text.width(shown._words()[-1], layout.type_height(theme.TYPE)) <= room


class FakeSearch:
    """Finds that of a digit's strokes the first stays and the second goes; the third comes."""

    is_over = True

    def __init__(self, recognizer, strokes: tuple[Stroke, ...], digit: int, others) -> None:
        kept, removed, added = ([one] for one in strokes)
        self.change = Change(digit, kept, removed, added, 0.4)


class Unread:
    """Sees no digit in anything."""

    sure_from = 0.5

    def read_image(self, image: np.ndarray | None) -> None:
        return None


def lines(*heights: float) -> WrittenDigit:
    strokes = tuple(Stroke([(0.2, y), (0.8, y)], 0.1) for y in heights)
    return WrittenDigit(reading(), strokes, (0, 0, 1, 1))


@pytest.fixture
def shown(monkeypatch) -> ShownChange:
    pygame.font.init()
    monkeypatch.setattr(shown_change, "Search", FakeSearch)
    return ShownChange(Layout(SIZE), NotedText(), Unread(), Drawing())


def show(shown: ShownChange, *digits: WrittenDigit) -> None:
    """Show how the first of the digits of a number becomes an 8."""
    shown.update(Number(digits), digits[0], 8, True)


def seen(shown: ShownChange, *heights: float) -> list[tuple[int, ...]]:
    """The colours at the end of lines at these heights, over a black sheet."""
    surface = pygame.Surface(SIZE)
    shown.draw(surface, LIGHT)
    left, top, side, _ = shown.rect
    return [surface.get_at((left + side * 4 // 5, top + round(y * side)))[:3] for y in heights]


def test_missing_ink_is_dashed_surplus_ink_is_cut_and_the_rest_is_as_it_was(shown):
    for heights in ((0.2, 0.4, 0.6), (0.3, 0.5, 0.7)):  # the second is a new reading
        show(shown, lines(*heights))
        assert seen(shown, *heights) == [(0, 0, 0), LIGHT.sheet, LIGHT.speaks_for]
        assert seen(shown, 0.25, 0.45, 0.65) == [(0, 0, 0)] * 3
        (dashed, _) = shown._pictures[8, LIGHT]
        assert dashed.height < 0.4 * shown.rect.height, "it is as large as what is dashed"


def test_how_much_ink_it_takes_is_said_also_where_it_is_more_than_there_was(shown):
    show(shown, lines(0.2, 0.4, 0.6))
    assert "(40% of its ink)" in shown._words()[0]
    shown._shown = Change(8, (), (), (), 1.14)
    assert "(1.1 times its ink)" in shown._words()[0]


def test_while_it_plays_the_ink_of_a_neighbour_stays(shown):
    digit, neighbour = lines(0.2, 0.4, 0.6), lines(0.43)
    show(shown, digit, neighbour)
    shown.play(8)
    shown.played(Number((digit, neighbour)), digit, 0.45)
    assert seen(shown, 0.2, 0.4, 0.45) == [LIGHT.ink] * 3
    assert seen(shown, 0.36) == [LIGHT.sheet], "what goes is gone"


def digit_of(probability: float) -> Reading:
    return Reading(5, probability * np.eye(10)[5], np.zeros((28, 28)), sure=probability >= 0.5)


def test_while_it_plays_neighbours_cast_doubt_as_when_it_is_drawn(shown):
    """Two close digits are sure if the mean of their probabilities is high enough."""
    shown._recognizer = recognizer = Mock(sure_from=0.5)
    one = replace(lines(0.2, 0.4, 0.6), reading=digit_of(0.7), box=(0.2, 0.2, 0.8, 0.6))
    other = WrittenDigit(digit_of(0.85), (), (0.82, 0.2, 0.95, 0.6))
    number = number_of([one, other], recognizer, Drawing())
    assert number.text == "?"
    show(shown, *number.digits)
    shown.play(8)
    for probability, text in ((0.7, "?"), (0.97, "55")):
        recognizer.read_image.return_value = digit_of(probability)
        played, digit = shown.played(number, number.digits[0], 0.01)
        assert played.text == text and digit is played.digits[0]


def test_the_signs_lie_over_the_change(app):
    sheet = app.canvas_rect
    app._widgets.change._draw_words = lambda surface, palette: surface.fill("black", sheet)
    shown = picture(app)[sheet.left : sheet.right, sheet.top : sheet.bottom]
    assert (shown == LIGHT.sheet).all(axis=2).any()


def test_while_a_change_plays_nothing_of_the_evidence_shows(app):
    (left, top), (width, height) = app.canvas_rect.topleft, app.canvas_rect.size

    def shows() -> tuple[bool, bool]:
        """Whether there is a colour of evidence anywhere, and a word below the ink."""
        pixels = picture(app)
        sides = LIGHT.speaks_for, LIGHT.speaks_against
        below = pixels[left + 2 : left + width // 2, top + height - 40 : top + height - 2]
        coloured = any((pixels == side).all(axis=2).any() for side in sides)
        return coloured, bool((below != LIGHT.sheet).any())

    assert shows() == (True, True)
    key(app, pygame.K_v, unicode="v")
    frames(app, 12)
    assert app._widgets.change.is_playing and shows() == (False, False)


def test_while_a_change_plays_no_label_shows(app):
    key(app, pygame.K_3, unicode="3")
    frames(app, 2)
    app._widgets.canvas._text = text = NotedText()
    picture(app)
    assert text.words == ["Label 3"]
    key(app, pygame.K_v, unicode="v")
    frames(app, 90)
    text.words.clear()
    picture(app)
    assert app._widgets.change.is_playing and not text.words


@given(way=st.floats(0.03, 0.5), width=st.floats(0.005, 0.2))
def test_between_dashes_there_are_gaps_however_short_the_line_and_thick_the_pen(way, width):
    shown = ShownChange(Layout(SIZE, network=False), Text(), None, Drawing())
    line = Stroke([(0.3, 0.5), (0.3 + way, 0.5)], width)
    sheet = pygame.Surface(shown.rect.size, pygame.SRCALPHA)
    shown._draw_dashed(sheet, line, 1.2, 0.4, (255, 255, 255))
    start, y = (0.3 * shown.rect.width, shown.rect.height // 2)
    ink = pygame.surfarray.array_alpha(sheet)[int(start) : int(start + way * shown.rect.width), y]
    if way * shown.rect.width > max(width * shown.rect.width / 2, 15):
        assert ink[:3].max() > 200 and (ink < 60).any() and ink[-3:].max() > 200
