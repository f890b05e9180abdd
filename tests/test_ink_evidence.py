"""Ink evidence: what a piece of ink says is what the recognizer loses without it."""

import numpy as np
import pygame
import pytest
from hand import SIZE, leave, move
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.replay import mouse_events
from app.demo.sample import sample_strokes
from app.style import theme
from app.window import App
from digits.data import examples
from digits.drawing import Drawing, Stroke
from digits.explaining.ink_evidence import MOST_POINTS, PIECE, InkEvidence, along, part
from digits.recognizer import Recognizer


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def strokes_of(digit, scale=0.6, shift=0.2, width=0.05):
    return Drawing.of(
        [stroke[::3] * scale + shift for stroke in sample_strokes(digit)], width
    ).strokes


def complete(recognizer, strokes):
    evidence = InkEvidence(recognizer, strokes)
    assert evidence.go_on()
    return evidence


def said_at_points(evidence, digit):
    """The evidence at each point of each stroke."""
    ways = map(along, evidence.strokes)
    return [evidence.at(digit, number, way) for number, way in enumerate(ways)]


@pytest.mark.parametrize("digit", [0, 4, 7])
def test_what_ink_says_is_what_is_lost_when_it_is_taken_away(recognizer, digit):
    strokes = strokes_of(digit)
    evidence = complete(recognizer, strokes)
    length = PIECE * sum(along(stroke)[-1] for stroke in strokes)
    (first, *others), way = strokes, along(strokes[0])
    count = round(20 * way[-1] * PIECE / length)
    place = (0.5 + count // 2) * way[-1] / count
    left = [part(first, 0, place - length / 2), part(first, place + length / 2, way[-1])]
    drawing = Drawing()
    drawing.strokes = [*left, *others]
    before = recognizer.read_drawing(Drawing.of([s.points for s in strokes], 0.05))
    after = recognizer.read_drawing(drawing)
    lost = np.log(before.probabilities) - np.log(after.probabilities)
    for other in range(10):
        said = evidence.at(other, 0, np.array([place]))
        np.testing.assert_allclose(said, lost[other], atol=1e-3)


@settings(max_examples=10, deadline=None)
@given(digit=st.integers(0, 9), scale=st.floats(0.3, 0.9), share=st.floats(0, 1))
def test_a_moved_or_scaled_drawing_says_the_same(recognizer, digit, scale, share):
    moved = strokes_of(digit, scale, share * (1 - scale))
    for said, other in zip(
        said_at_points(complete(recognizer, strokes_of(digit)), digit),
        said_at_points(complete(recognizer, moved), digit),
        strict=True,
    ):
        np.testing.assert_allclose(said, other, atol=0.05)


def test_without_time_a_call_reads_without_one_piece(recognizer):
    evidence, whole = InkEvidence(recognizer, strokes_of(3)), complete(recognizer, strokes_of(3))
    calls = 1
    while not evidence.go_on(0):
        calls += 1
    assert calls == 20
    np.testing.assert_array_equal(said_at_points(evidence, 3), said_at_points(whole, 3))


@pytest.mark.parametrize(
    "strokes",
    [[Stroke([(0.5, 0.5)], 0.1)], [Stroke([(i / 3000, 0.5) for i in range(MOST_POINTS + 1)], 0.1)]],
    ids=["a dot", "too many points"],
)
def test_odd_ink_is_bounded(recognizer, strokes):
    said = said_at_points(complete(recognizer, strokes), 1)
    assert [len(values) for values in said] == [len(stroke.points) for stroke in strokes]
    assert all(np.isfinite(values).all() for values in said)


def test_what_is_not_explained_is_not_read(recognizer, monkeypatch):
    monkeypatch.setattr(recognizer, "probabilities", None)
    evidence = InkEvidence(recognizer, [Stroke([(0.1, 0.5), (0.9, 0.5)] * MOST_POINTS, 0.1)])
    assert not evidence.is_known and evidence.go_on()


def colours(app):
    """The colours on the sheet, once all that can be found is shown."""
    surface = pygame.Surface(SIZE)
    for _ in range(60):
        app.update(1 / 60)
    app.draw(surface)
    sheet = surface.subsurface(app.canvas_rect.inflate(-4, -4))
    pixels = pygame.surfarray.array3d(sheet).reshape(-1, 3)
    return {tuple(colour) for colour in np.unique(pixels, axis=0).tolist()}


def point_at_a_bar(app):
    x, y = app._widgets.bars.rect.midleft
    move(app, (x + 30, y - 60), button=0)


def test_pointing_at_a_bar_colours_the_ink_and_changes_nothing(recognizer):
    app = App(recognizer, SIZE)
    drawing = Drawing.of(sample_strokes(3), 0.05)
    for event in mouse_events(drawing, app.canvas_rect, 0.6, (0.5, 0.5)):
        app.handle(event)
    version = app.drawing.version
    assert theme.LIGHT.speaks_for not in colours(app)
    for point, is_coloured in ((point_at_a_bar, True), (leave, False)):
        point(app)
        seen = colours(app)
        assert (theme.LIGHT.speaks_against in seen or theme.LIGHT.speaks_for in seen) == is_coloured
    assert app.drawing.version == version


@pytest.mark.parametrize("has_picture", [False, True])
def test_nothing_is_said_of_too_many_points_or_of_strokes_on_a_picture(recognizer, has_picture):
    app = App(recognizer, SIZE)
    if has_picture:
        app.drawing.show(examples.load()[0][0].astype(np.float32) / 255)
    points = np.linspace((0.1, 0.1), (0.2, 0.9), 5 if has_picture else MOST_POINTS + 1)
    app.drawing.begin(tuple(points[0]), 0.05)
    for point in points[1:]:
        app.drawing.extend(tuple(point))
    before = colours(app)
    point_at_a_bar(app)
    assert colours(app) == before
