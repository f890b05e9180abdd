"""Numbers: which strokes are a digit together, whatever the order, place and size they came in."""

from dataclasses import replace
from itertools import cycle, pairwise

import hand
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digits.drawing import Drawing
from digits.learning import figures
from digits.learning.paths import on_sheet, parse, unit
from digits.recognizer import Reading, Recognizer
from digits.recognizer.grouping import LEAST_STEP
from digits.recognizer.memory import Memory
from digits.recognizer.numbers import (
    BESIDE_SURE_FROM,
    CLOSE_SURE_FROM,
    MOST_STROKES,
    Number,
    NumberReader,
)
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

PEN = 1 / 64
ONE = [[(0.5, 0), (0.5, 1)]]
SEVEN = [[(0, 0), (0.6, 0), (0.2, 1)], [(0.1, 0.5), (0.5, 0.5)]]
FOUR = [[(0.3, 0), (0, 0.6), (0.6, 0.6)], [(0.5, 0.3), (0.5, 1)]]
# Points on a grid that floats represent exactly, so that only the real differences count.
places = st.tuples(*[st.integers(0, 32)] * 2).map(lambda place: (place[0] / 64, place[1] / 64))
drawings = st.lists(st.lists(places, min_size=1, max_size=4), min_size=1, max_size=10)


def random_net():
    """A network that has learned nothing: as good a judge as any of what is and isn't a digit."""
    net = Net(
        [InLayer(units=784), Dense(units=10, activation=softmax)], cost_function=CrossEntropyLoss
    )
    weights = np.random.default_rng(0).normal(0, 0.2, (784, 10))
    net.layers[1].parameters["weights"][:] = weights
    return net


class Counting(Recognizer):
    """Counts its readings."""

    calls = 0

    def read_image(self, image: np.ndarray | None) -> Reading | None:
        self.calls += 1
        return super().read_image(image)


JUDGE = Recognizer(random_net(), "random")


def at(strokes, x, y=0.1, size=0.2):
    return [[(x + size * a, y + size * b) for a, b in stroke] for stroke in strokes]


def divided(strokes, recognizer=JUDGE):
    """The number's digits, each as the set of its strokes' numbers and what it was read as."""
    drawing = Drawing.of(strokes, PEN)
    reader = NumberReader(recognizer)
    assert reader.read(drawing)
    index = {id(stroke): number for number, stroke in enumerate(drawing.strokes)}
    return [
        (frozenset(index[id(stroke)] for stroke in digit.strokes), digit.reading)
        for digit in reader.number.digits
    ]


def groups(strokes):
    return [group for group, _ in divided(strokes)]


@given(drawings)
@settings(max_examples=25)
def test_each_stroke_belongs_to_exactly_one_digit(strokes):
    found = groups(strokes)
    assert sorted(number for group in found for number in group) == list(range(len(strokes)))


@given(drawings)
@settings(max_examples=25)
def test_no_two_digits_stand_on_the_same_place(strokes):
    reader = NumberReader(JUDGE)
    assert reader.read(Drawing.of(strokes, PEN))
    for left, right in pairwise(digit.box for digit in reader.number.digits):
        height = max(left[3] - left[1], right[3] - right[1])
        assert (right[0] + right[2] - left[0] - left[2]) / 2 >= LEAST_STEP * height - 1e-9


@given(drawings, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_strokes_does_not_matter(strokes, random):
    assume(len({tuple(stroke) for stroke in strokes}) == len(strokes))
    order = list(range(len(strokes)))
    random.shuffle(order)
    shuffled = [frozenset(order[i] for i in g) for g in groups([strokes[i] for i in order])]
    assert shuffled == groups(strokes)


@given(drawings, places, st.sampled_from([0.5, 1.0]))
@settings(max_examples=25)
def test_moving_and_scaling_a_drawing_changes_nothing(strokes, shift, scale):
    moved = [[(x * scale + shift[0], y * scale + shift[1]) for x, y in s] for s in strokes]
    assert groups(moved) == groups(strokes)


@given(drawings, st.floats(0.2, 0.5), st.sampled_from([ONE, SEVEN, FOUR]))
@settings(max_examples=25)
def test_a_digit_far_to_the_right_changes_nothing_left_of_it(strokes, size, digit):
    strokes = [[(x / 2, y) for x, y in stroke] for stroke in strokes]  # up to 0.25
    alone, longer = divided(strokes), divided(strokes + at(digit, x=0.8, y=0.25, size=size / 2))
    assert [group for group, _ in longer[: len(alone)]] == [group for group, _ in alone]
    for (_, before), (_, after) in zip(alone, longer, strict=False):
        np.testing.assert_array_equal(before.probabilities, after.probabilities)
    added = {number for group, _ in longer[len(alone) :] for number in group}
    assert added == set(range(len(strokes), len(strokes) + len(digit)))


@given(drawings, st.sampled_from([0, 0.001, 1]))
@settings(max_examples=15)
def test_a_number_that_grows_is_read_as_if_it_were_new(strokes, seconds):
    """Whatever was remembered on the way, and in however many frames it was read."""
    live, reader = Drawing(), NumberReader(JUDGE)
    for first, *rest in strokes:
        live.begin(first, PEN)
        reader.read(live, seconds)
        for point in rest:
            live.extend(point)
            reader.read(live, seconds)
    while not reader.read(live, seconds):
        pass
    new = divided(strokes)
    assert [len(digit.strokes) for digit in reader.number.digits] == [len(g) for g, _ in new]
    for digit, (_, reading) in zip(reader.number.digits, new, strict=True):
        np.testing.assert_array_equal(digit.reading.probabilities, reading.probabilities)
    live.undo()
    if live:
        reader.read(live)
        np.testing.assert_array_equal(
            [digit.reading.probabilities for digit in reader.number.digits],
            [reading.probabilities for _, reading in divided(strokes[:-1])],
        )


def test_without_time_a_call_reads_one_run_and_the_next_goes_on():
    recognizer = Counting(random_net(), "random")
    reader = NumberReader(recognizer)
    drawing = Drawing.of([*at(ONE, 0.0), *at(SEVEN, 0.4), *at(FOUR, 0.75)], PEN)
    calls = 0
    while not reader.read(drawing, seconds=0):
        calls += 1
        assert recognizer.calls == calls and reader.number is None
    assert len(reader.number.digits) == 3
    read = recognizer.calls
    assert reader.read(drawing, seconds=0) and recognizer.calls == read


@pytest.mark.parametrize("kind", ["lines", "dots"])
def test_thousands_of_strokes_are_one_reading(kind):
    generator = np.random.default_rng(0)
    points = 1 if kind == "dots" else 2
    strokes = generator.random((3000, points, 2))
    recognizer = Counting(random_net(), "random")
    assert [len(group) for group, _ in divided(strokes, recognizer)] == [3000]
    assert recognizer.calls == 1
    recognizer.calls = 0
    divided(strokes[:MOST_STROKES], recognizer)
    assert recognizer.calls < 10 * MOST_STROKES


def test_a_blank_sheet_is_no_number_and_neither_is_what_lies_beside_it():
    reader = NumberReader(JUDGE)
    assert reader.read(Drawing()) and reader.number is None
    assert reader.read(Drawing.of(at(SEVEN, x=1.5), PEN)) and reader.number is None


def test_strokes_beside_the_sheet_are_of_no_digit():
    assert groups([*at(SEVEN, 0.3), *at(ONE, 1.3)]) == groups(at(SEVEN, 0.3))


def test_a_picture_is_one_reading():
    drawing = Drawing()
    drawing.show(np.pad(np.ones((4, 40), np.float32), 30))
    drawing.begin((0.9, 0.5), PEN)
    reader = NumberReader(JUDGE)
    reader.read(drawing)
    (digit,) = reader.number.digits
    expected = JUDGE.read_drawing(drawing).probabilities
    np.testing.assert_array_equal(digit.reading.probabilities, expected)
    assert digit.strokes == ()


def test_the_strokes_of_a_digit_are_in_the_order_in_which_they_were_drawn():
    left, right = at(FOUR, x=0.1)
    drawing, reader = Drawing.of([right, *at(ONE, x=0.6), left], PEN), NumberReader(JUDGE)
    reader.read(drawing)
    assert reader.number.digits[0].strokes == (drawing.strokes[0], drawing.strokes[2])


def test_another_recognizer_reads_as_if_it_had_been_there_from_the_beginning():
    drawing = Drawing.of([*at(SEVEN, 0.05), *at(ONE, 0.6)], PEN)
    reader, fresh = NumberReader(JUDGE), NumberReader(Recognizer.load())
    reader.read(drawing)
    reader.renew(Recognizer.load())
    assert reader.read(drawing, seconds=0) is False
    assert reader.read(drawing) and fresh.read(drawing)
    for digit, other in zip(reader.number.digits, fresh.number.digits, strict=True):
        np.testing.assert_array_equal(digit.reading.probabilities, other.reading.probabilities)


def test_what_is_not_sure_is_a_question_mark():
    recognizer = Recognizer.load()
    reader = NumberReader(recognizer)
    curl = [[(0.0, 0.0), (1.0, 0.1), (0.0, 0.2), (1.0, 0.5), (0.1, 0.6), (0.9, 1.0), (0.2, 0.9)]]
    seven, one = at(SEVEN, 0.05), at(ONE, 0.6)
    reader.read(Drawing.of([*seven, *one], PEN))
    assert reader.number.text == "71" and reader.number.sure
    reader.read(Drawing.of([*seven, *at(curl, 0.35), *one], PEN))
    assert reader.number.text == "7?1" and not reader.number.sure
    reader.read(Drawing.of([*at(curl, 0.1), *at(curl, 0.6)], PEN))
    assert reader.number.text == "?" and len(reader.number.digits) == 2


class SevensOnly(Recognizer):
    """Reads upright lines as sevens, with one of the probabilities after the other, and is not sure
    of anything else."""

    def __init__(self, *probabilities: float) -> None:
        super().__init__(random_net(), "sevens only")
        self.sure_from, self.probabilities = 0.5, cycle(probabilities)

    def read_image(self, image: np.ndarray) -> Reading:
        is_line = np.ptp(np.flatnonzero(image.max(axis=0))) < 4
        best = next(self.probabilities) if is_line else 0.2
        probabilities = np.where(np.arange(10) == 7, best, (1 - best) / 9).astype(np.float32)
        return Reading(7, probabilities, image, best >= self.sure_from)


@pytest.mark.parametrize(
    ("gap", "sure_from"), [(0.02, CLOSE_SURE_FROM), (0.1, BESIDE_SURE_FROM), (0.3, 0)]
)
@pytest.mark.parametrize("probability", [0.55, 0.7, 0.95])
def test_digits_have_to_be_the_surer_the_closer_they_stand(gap, sure_from, probability):
    """What is cut into digits might be a letter, such as H; what is apart already is not cut. The
    lines are 0.2 high."""
    reader = NumberReader(SevensOnly(probability))
    drawing = Drawing.of([*at(ONE, 0.3), *at(ONE, 0.3 + gap)], 0.005)
    assert reader.read(drawing) and len(reader.number.digits) == 2
    is_sure = probability > sure_from
    assert reader.number.sure == is_sure and reader.number.text == ("77" if is_sure else "?")


@pytest.mark.parametrize(("clear", "questions"), [(3, 0), (2, 1)])
def test_clear_digits_make_up_for_one_close_to_them_that_is_less_clear(clear, questions):
    """0.7 and 0.98 three times have a geometric mean of 0.90, with 0.98 twice of 0.88."""
    reader = NumberReader(SevensOnly(0.7, *[0.98] * clear))
    lines = (at(ONE, 0.3 + 0.019 * i) for i in range(clear + 1))
    assert reader.read(Drawing.of([stroke for line in lines for stroke in line], 0.005))
    text = reader.number.text
    assert text.count("?") == questions and text.count("7") == clear + 1 - questions


def test_the_circles_of_a_percent_sign_are_no_zeros():
    """They overlap the stroke between them, at different heights; in a row they would be."""
    slash, left, right = parse(figures.OTHER_SIGNS["percent"])
    reader = NumberReader(Recognizer.load())
    assert reader.read(on_sheet([slash, left, right])) and not reader.number.sure
    one = np.array([(1.3, 0), (1.3, 1)])
    assert reader.read(on_sheet([one, *unit([left]), unit([right])[0] + (1.6, 0)]))
    assert reader.number.text == "010" and reader.number.sure


@pytest.mark.parametrize(
    ("count", "step", "sure"), [(3, 0.2, True), (4, 0.2, False), (4, 0.4, True)]
)
def test_many_lines_close_together_are_a_hatching(count, step, sure):
    lines = [np.array([(i * step + 0.05, 0), (i * step, 1)]) for i in range(count)]
    reader = NumberReader(Recognizer.load())
    assert reader.read(on_sheet(lines)) and reader.number.sure == sure
    assert reader.number.text == ("1" * count if sure else "?")


@pytest.mark.parametrize(("place", "text"), [(0.8, "01"), (0.66, "?")])
def test_a_line_through_a_circle_is_no_digit_beside_it(place, text):
    angle = np.linspace(0, 2 * np.pi, 40)
    circle = np.stack([0.35 - 0.35 * np.sin(angle), 0.5 - 0.5 * np.cos(angle)], axis=1)
    line = np.array([(place, 0), (place, 1)])
    reader = NumberReader(Recognizer.load())
    assert reader.read(on_sheet([circle, line])) and reader.number.text == text


def test_a_digit_alone_is_read_as_ever_to_the_last_bit(pen_digits):
    recognizer = Recognizer.load()
    for digit in pen_digits[::100]:
        reader = NumberReader(recognizer)
        reader.read(digit.drawing())
        (only,) = reader.number.digits
        expected = recognizer.read_drawing(digit.drawing())
        np.testing.assert_array_equal(only.reading.probabilities, expected.probabilities)
        np.testing.assert_array_equal(only.reading.image, expected.image)


@pytest.mark.parametrize("gap", [0.3, 0.05, -0.05])
def test_a_row_of_digits_is_read_digit_by_digit(pen_digits, gap):
    """One writer's 2, 0, 2 and 6, so far apart in heights, each at its own level."""
    strokes, left = [], 0.05
    for label, level in zip((2, 0, 2, 6), (0.2, 0.22, 0.18, 0.2), strict=True):
        digit = next(one for one in pen_digits if one.label == label and one.writer == 24)
        points = np.concatenate(digit.strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = 0.15 / (high - low)[1]
        strokes += [(path - low) * scale + (left, level) for path in digit.strokes]
        left += (high - low)[0] * scale + gap * 0.15
    reader = NumberReader(Recognizer.load())
    reader.read(Drawing.of(strokes, PEN))
    assert reader.number.text == "2026"


def test_a_1_that_is_drawn_over_beside_another_digit_is_one_1():
    five = at(parse("9,1 2,0 1,4; ~1,4 10,2 10,10 0,10"), 0.2, size=0.4)
    one = at(ONE, 0.5, size=0.4)
    over = [[(x + 0.005, y + 0.004) for x, y in stroke] for stroke in one]
    reader = NumberReader(Recognizer.load())
    assert reader.read(Drawing.of([*five, *one, *over], 0.03)) and reader.number.text == "51"


def test_a_taught_digit_of_several_strokes_is_one_digit(pen_digits):
    recognizer = Recognizer.load()
    for index in (1312, 3264, 4468):  # 4s that would be a clear 1 beside something else
        taught = pen_digits[index].drawing()
        taught.label_as(9)
        recognizer.memory = Memory()
        recognizer.memory.teach(taught)
        reader = NumberReader(recognizer)
        assert reader.read(pen_digits[index].drawing()) and reader.number.text == "9"


def test_what_was_taught_as_one_digit_is_one_though_it_would_be_several():
    recognizer, taught = Recognizer.load(), Drawing.of([*at(ONE, 0.3), *at(ONE, 0.4)], PEN)
    reader = NumberReader(recognizer)
    assert reader.read(taught) and reader.number.text == "11"
    taught.label_as(0)
    lesson = recognizer.memory.teach(taught)
    reader.renew(recognizer)
    assert reader.read(taught) and reader.number.text == "0"
    recognizer.memory.forget(lesson)
    reader.renew(recognizer)
    assert reader.read(taught) and reader.number.text == "11"


def test_unsure_digits_may_be_one_unless_they_are_far_apart():
    for gap, may_be_one in ((0.0, True), (0.5, False)):
        left, right = hand.number(hand.reading(sure=False), hand.reading(sure=False)).digits
        left = replace(left, box=(0.1, 0.4, 0.2, 0.6))
        right = replace(right, box=(0.25 + gap, 0.4, 0.35 + gap, 0.6))
        assert Number((left, right)).may_be_one == may_be_one
        assert not Number((left, replace(right, reading=hand.reading()))).may_be_one
