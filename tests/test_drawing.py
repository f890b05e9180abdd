"""The drawing: strokes, the eraser that cuts them, and the way back."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.drawing import MOST_STEPS, Drawing
from digits.drawing.ink import Ink

SIDE = 128
coordinates = st.floats(-0.3, 1.3)
points = st.tuples(coordinates, coordinates)
widths = st.floats(0.01, 0.3)
paths = st.lists(points, min_size=1, max_size=6)
pictures = st.integers(0, 9).map(
    lambda seed: np.random.default_rng(seed).random((5, 7), np.float32)
)

labels = st.none() | st.integers(0, 9)


def draw(drawing: Drawing, path: list, width: float) -> None:
    drawing.begin(path[0], width)
    for point in path[1:]:
        drawing.extend(point)


def erase(drawing: Drawing, path: list, width: float) -> None:
    """As the canvas does: set down, then moved."""
    drawing.erase(path[0], path[0], width)
    for start, end in pairwise(path):
        if start != end:
            drawing.erase(start, end, width)


def ink_of(drawing: Drawing) -> np.ndarray:
    ink = Ink(SIDE)
    ink.draw(drawing)
    return ink.pixels


def content(drawing: Drawing) -> tuple:
    strokes = [(tuple(stroke.points), stroke.width) for stroke in drawing.strokes]
    picture = drawing.picture
    return strokes, None if picture is None else picture.tobytes(), drawing.label, drawing.origin


@given(strokes=st.lists(st.tuples(paths, widths), max_size=4), path=paths, width=widths)
def test_where_the_eraser_has_been_there_is_no_ink_left(strokes, path, width):
    drawing = Drawing()
    for stroke, pen in strokes:
        draw(drawing, stroke, pen)
    erase(drawing, path, width)
    eraser = Ink(SIDE)
    if width > 4 / SIDE:  # less what anti-aliasing smears over a pixel
        for start, end in zip([path[0], *path], path, strict=False):
            eraser.line(start, end, width - 4 / SIDE)
    assert ink_of(drawing)[eraser.pixels > 0].max(initial=0) <= 1e-3


@given(strokes=st.lists(st.tuples(paths, widths), max_size=4), path=paths, width=widths)
def test_the_eraser_adds_no_ink_and_takes_none_that_is_far_away(strokes, path, width):
    drawing = Drawing()
    for stroke, pen in strokes:
        draw(drawing, stroke, pen)
    before = ink_of(drawing)
    erase(drawing, path, width)
    after = ink_of(drawing)
    assert (after <= before + 1e-3).all()

    reach = Ink(SIDE)
    widest = max((pen for _, pen in strokes), default=0)
    for start, end in zip([path[0], *path], path, strict=False):
        reach.line(start, end, width + 2 * widest + 4 / SIDE)
    far = reach.pixels == 0
    assert after[far] == pytest.approx(before[far], abs=1e-3)


def test_the_eraser_cuts_a_stroke_in_two_and_leaves_the_others_alone():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.5), (0.9, 0.5)], 0.1)
    draw(drawing, [(0.1, 0.9), (0.9, 0.9)], 0.1)
    other = drawing.strokes[1]
    assert drawing.erase((0.5, 0.3), (0.5, 0.7), 0.2)
    left, right, same = drawing.strokes
    assert left.points == [(0.1, 0.5), pytest.approx((0.35, 0.5))]
    assert right.points == [pytest.approx((0.65, 0.5)), (0.9, 0.5)]
    assert same is other


def test_the_eraser_takes_away_dots_and_what_it_covers_of_a_picture():
    drawing = Drawing()
    drawing.show(np.ones((10, 20), np.float32))
    drawing.begin((0.5, 0.5), 0.1)
    assert drawing.erase((0.5, 0.5), (0.5, 0.5), 0.3)
    assert not drawing.strokes
    assert drawing.picture[5, 10] == 0
    assert drawing.picture[0].all() and drawing.picture[:, 0].all()
    assert drawing.erase((0.5, 0.5), (0.5, 0.5), 5)
    assert not drawing


def test_erasing_all_that_is_seen_leaves_a_blank_sheet():
    drawing = Drawing()
    draw(drawing, [(0.5, 0.5), (1.5, 0.5)], 0.1)
    assert drawing.erase((0.5, 0.5), (1, 0.5), 0.5)
    assert not drawing
    drawing.undo()
    assert drawing.strokes[0].points == [(0.5, 0.5), (1.5, 0.5)]


def test_a_label_goes_with_the_last_of_the_ink_and_undo_brings_both_back():
    drawing = Drawing()
    drawing.show(np.ones((10, 10), np.float32), 7)
    drawing.erase((0.5, 0.5), (0.5, 0.5), 5)
    assert drawing.label is None
    draw(drawing, [(0.1, 0.5), (0.9, 0.5)], 0.1)
    assert drawing.label is None
    drawing.undo()
    drawing.undo()
    assert drawing and drawing.label == 7


def test_a_label_of_a_picture_goes_with_it_and_is_not_of_what_is_drawn_next():
    drawing = Drawing()
    drawing.show(np.ones((2, 2), np.float32), label=5)
    draw(drawing, [(0.95, 0.1), (0.95, 0.9)], 0.01)
    drawing.erase((0.25, 0.25), (0.25, 0.25), 0.1)
    assert drawing.picture is not None and drawing.label == 5
    drawing.erase((0.4, 0.0), (0.4, 1.0), 0.9)
    assert drawing.picture is None and len(drawing.strokes) == 1 and drawing.labels == ()
    drawing.undo()
    assert drawing.label == 5


def test_an_eraser_set_down_anew_where_it_was_lifted_makes_a_new_step():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.5), (0.9, 0.5)], 0.1)
    erase(drawing, [(0.3, 0.5), (0.4, 0.5)], 0.1)
    once = content(drawing)
    erase(drawing, [(0.4, 0.5), (0.6, 0.5)], 0.1)
    assert content(drawing) != once
    drawing.undo()
    assert content(drawing) == once


def test_erasing_nothing_is_no_step():
    drawing = Drawing()
    assert not drawing.erase((0.1, 0.1), (0.9, 0.9), 0.2)
    assert not drawing.can_undo
    drawing.clear()
    assert not drawing.can_undo


steps = st.lists(
    st.one_of(
        st.tuples(st.just("draw"), paths, widths),
        st.tuples(st.just("erase"), paths, widths),
        st.tuples(st.just("show"), pictures, labels, st.sampled_from([None, "a book"])),
        st.tuples(st.just("label_as"), labels),
        st.tuples(st.just("clear")),
    ),
    max_size=8,
)


@given(steps=steps)
def test_undo_goes_back_through_the_very_same_states_and_redo_forward(steps):
    drawing = Drawing()
    states = [content(drawing)]
    for kind, *arguments in steps:
        could = len(drawing._past)
        if kind in ("draw", "erase"):
            {"draw": draw, "erase": erase}[kind](drawing, *arguments)
        else:
            getattr(drawing, kind)(*arguments)
        if len(drawing._past) > could:
            states.append(content(drawing))
        assert len(drawing._past) <= could + 1  # whatever it was, it was one step
        assert content(drawing) == states[-1]
    for state in reversed(states[:-1]):
        drawing.undo()
        assert content(drawing) == state
    assert not drawing.can_undo
    for state in states[1:]:
        drawing.redo()
        assert content(drawing) == state
    assert not drawing.can_redo


def test_a_label_belongs_to_what_is_on_the_sheet():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.1)], 0.1)
    drawing.label_as(7)
    drawing.show(np.ones((2, 2), np.float32), label=3)
    draw(drawing, [(0.5, 0.5)], 0.1)
    assert drawing.label == 3
    drawing.clear()
    assert drawing.label is None
    labels = []
    while drawing.can_undo:
        drawing.undo()
        labels.append(drawing.label)
    assert labels == [3, 3, 7, None, None]


def test_a_label_is_a_step_that_leaves_the_ink_as_it_is():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.1), (0.2, 0.2)], 0.1)
    strokes = list(drawing.strokes)
    drawing.label_as(7)
    drawing.label_as(7)  # is no step
    drawing.label_as(1)
    assert drawing.strokes == strokes
    drawing.undo()
    assert drawing.label == 7
    drawing.undo()
    assert drawing.label is None and drawing.strokes == strokes
    drawing.redo()
    assert drawing.label == 7


def test_the_label_of_what_has_grown_since_is_a_step():
    drawing = Drawing.of([[(0.1, 0.1), (0.2, 0.2)]], 0.1)
    drawing.label_as(7)
    draw(drawing, [(0.1, 0.2)], 0.1)
    assert not drawing.is_labelled(7, drawing.strokes)
    drawing.label_as(7)
    assert drawing.label == 7 and drawing.is_labelled(7, drawing.strokes)
    drawing.undo()
    assert drawing.label is None and len(drawing.strokes) == 2


def test_clearing_a_labelled_sheet_without_ink_can_be_undone():
    drawing = Drawing()
    drawing.label_as(7)
    drawing.clear()
    assert drawing.label is None
    drawing.undo()
    assert drawing.label == 7


def test_digits_of_a_number_have_labels_of_their_own():
    drawing = Drawing.of([[(0.1, 0.1), (0.1, 0.9)], [(0.5, 0.1), (0.5, 0.9)]], 0.1)
    one, other = drawing.strokes
    drawing.label_as(1, [one])
    assert drawing.label is None and drawing.label_of([one]) == 1
    assert drawing.label_of([other]) is None
    drawing.label_as(7, [other])
    drawing.begin((0.45, 0.5), 0.1)  # of the other, it becomes clear later
    assert drawing.label_of(drawing.strokes[1:]) == 7
    drawing.erase((0.0, 0.5), (1.0, 0.5), 0.1)  # both are in two parts now
    assert [(part.label, len(part.strokes)) for part in drawing.labelled()] == [(1, 2), (7, 2)]
    drawing.erase((0.1, 0.0), (0.1, 1.0), 0.1)
    assert [part.label for part in drawing.labelled()] == [7]
    drawing.undo()
    drawing.undo()
    assert [part.strokes for part in drawing.labelled()] == [[one], [other]]


@given(steps=steps)
def test_every_change_raises_the_version(steps):
    drawing = Drawing()

    def check(verb, *arguments) -> None:
        before, version = content(drawing), drawing.version
        verb(*arguments)
        assert drawing.version >= version
        assert drawing.version > version or content(drawing) == before

    for kind, *arguments in steps:
        if kind == "draw":
            (first, *rest), width = arguments
            check(drawing.begin, first, width)
            for point in rest:
                check(drawing.extend, point)
        elif kind == "erase":
            path, width = arguments
            check(drawing.erase, path[0], path[-1], width)
        else:
            check(getattr(drawing, kind), *arguments)
        check(drawing.undo)
        check(drawing.redo)


def test_labels_can_be_replaced_in_a_new_version_that_is_no_step():
    drawing = Drawing.of([[(0.1, 0.1)], [(0.9, 0.9)]], 0.1)
    drawing.label_as(4, drawing.strokes[:1])
    version = drawing.version
    drawing.relabel([(tuple(drawing.strokes), 4)])
    assert drawing.label == 4 and drawing.version > version
    version = drawing.version
    drawing.relabel(drawing.labels)
    assert drawing.version == version
    drawing.undo()
    assert drawing.labels == () and len(drawing.strokes) == 2


def test_a_copy_has_the_labels_of_its_own_strokes():
    drawing = Drawing.of([[(0.1, 0.1)], [(0.9, 0.9)]], 0.1)
    drawing.label_as(1, drawing.strokes[:1])
    copy = drawing.copy()
    assert copy.label is None
    assert [copy.label_of([stroke]) for stroke in copy.strokes] == [1, None]
    drawing.show(np.ones((2, 2), np.float32), label=3)
    assert drawing.copy().label == 3


def test_what_changes_nothing_leaves_the_version_as_it_is():
    drawing = Drawing()
    drawing.clear()
    drawing.undo()
    draw(drawing, [(0.1, 0.1), (0.2, 0.2)], 0.1)
    drawing.label_as(3)
    version = drawing.version
    drawing.label_as(3)
    drawing.erase((0.8, 0.8), (0.9, 0.9), 0.1)
    drawing.redo()
    assert drawing.version == version


def test_a_new_step_forgets_what_was_taken_back():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.1)], 0.1)
    drawing.undo()
    draw(drawing, [(0.2, 0.2)], 0.1)
    drawing.redo()
    assert [stroke.points for stroke in drawing.strokes] == [[(0.2, 0.2)]]


def test_a_long_session_keeps_a_bounded_number_of_steps_and_copies_no_stroke():
    drawing = Drawing()
    for _ in range(2 * MOST_STEPS):
        draw(drawing, [(0.1, 0.1), (0.2, 0.2)], 0.1)
    first = drawing.strokes[0]
    undone = 0
    while drawing.can_undo:
        drawing.undo()
        undone += 1
        assert drawing.strokes[0] is first
    assert undone == MOST_STEPS


def test_what_is_begun_on_blank_paper_is_another_sheet_and_undo_goes_back_to_the_earlier_one():
    drawing = Drawing()
    draw(drawing, [(0.1, 0.1), (0.2, 0.2)], 0.1)
    first = drawing.sheet
    draw(drawing, [(0.5, 0.5)], 0.1)
    drawing.label_as(7)
    assert drawing.sheet == first
    drawing.erase((0, 0), (1, 1), 5)
    draw(drawing, [(0.1, 0.1)], 0.1)
    sheets = {first, drawing.sheet}
    drawing.undo()
    drawing.undo()
    assert drawing.sheet == first
    for picture in (np.ones((2, 2), np.float32), np.zeros((2, 2), np.float32)):
        drawing.show(picture)
        sheets.add(drawing.sheet)
    drawing.replace(drawing)
    assert len(sheets | {drawing.sheet}) == 5


def test_where_a_picture_comes_from_is_forgotten_with_it():
    drawing = Drawing()
    drawing.show(np.ones((2, 2), np.float32), origin="a book")
    draw(drawing, [(0.1, 0.1)], 0.1)
    assert drawing.origin == "a book"
    drawing.erase((0, 0), (1, 1), 5)
    assert drawing.origin is None
    drawing.undo()
    assert drawing.origin == "a book"


def test_another_drawing_replaces_this_one_in_one_step():
    drawing, other = Drawing(), Drawing()
    draw(drawing, [(0.1, 0.1)], 0.1)
    draw(other, [(0.2, 0.2), (0.3, 0.3)], 0.2)
    other.picture = np.ones((2, 2), np.float32)
    before = content(drawing)
    drawing.replace(other)
    assert content(drawing) == content(other)
    draw(drawing, [(0.4, 0.4)], 0.1)
    assert len(other.strokes) == 1
    drawing.undo()
    drawing.undo()
    assert content(drawing) == before


@pytest.mark.parametrize("factor", [1, 3, 8])
def test_a_picture_enlarged_by_a_whole_number_keeps_its_pixels(factor):
    picture = np.random.default_rng(0).random((7, 7), np.float32)
    drawing, ink = Drawing(), Ink(7 * factor)
    drawing.show(picture)
    ink.draw(drawing)
    assert ink.pixels == pytest.approx(np.kron(picture, np.ones((factor, factor))), abs=1e-6)


def test_a_stroke_that_grew_is_erased_where_it_is_now():
    drawing = Drawing()
    drawing.begin((0.1, 0.1), 0.05)
    assert not drawing.erase((0.9, 0.1), (0.9, 0.2), 0.05)
    drawing.extend((0.9, 0.9))
    assert drawing.erase((0.5, 0.5), (0.5, 0.6), 0.05) and len(drawing.strokes) == 2
