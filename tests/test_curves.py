"""The curves of a training run go where its numbers are, whatever they are."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import HISTORY, draw, epoch

from training import curves as module
from training.curves import curves

pytestmark = pytest.mark.filterwarnings("error")  # each would be a line on the user's screen


def test_curves_go_through_the_history_and_end_in_its_last_row():
    loss, accuracy = curves(HISTORY).axes
    for axes, key, value in ((loss, "loss", float), (accuracy, "accuracy", lambda e: 1 - e)):
        _, training, validation = axes.lines
        for line, name in ((training, key), (validation, f"validation_{key}")):
            assert line.get_xdata().tolist() == ([0.5, 1.5] if line is training else [1, 2])
            assert [value(y) for y in line.get_ydata()] == pytest.approx([r[name] for r in HISTORY])
    assert [text.get_text() for text in loss.texts] == ["training\n0.16", "validation\n0.13"]
    assert [text.get_text() for text in accuracy.texts] == [
        "training\n95.00%",
        "validation\n96.20%",
    ]


def test_better_is_up_for_accuracy_and_down_for_loss():
    loss, accuracy = curves(HISTORY).axes
    assert not loss.yaxis_inverted()
    assert accuracy.yaxis_inverted()  # it is the errors that are drawn


def test_names_at_the_ends_of_equal_lines_do_not_cover_each_other():
    figure = curves([epoch(1, 0.5, 0.9, 0.5, 0.9)])
    draw(figure)
    for axes in figure.axes:
        one, other = (text.get_window_extent() for text in axes.texts)
        assert not one.overlaps(other)


def test_between_the_ends_of_epochs_curves_go_through_what_is_known():
    running = [(0.5, 1.2, 0.7), (1.5, 0.3, 0.9), (2.5, 0.1, 0.97)]
    loss, accuracy = curves(HISTORY, running).axes
    np.testing.assert_array_equal(loss.lines[0].get_xydata(), [point[:2] for point in running])
    np.testing.assert_allclose(1 - accuracy.lines[0].get_ydata(), [0.7, 0.9, 0.97])
    assert loss.texts[0].get_text() == "training\n0.1"
    assert loss.get_xlim() == (0, 2.5)


def test_in_the_first_epoch_there_is_no_validation_to_name():
    figure = curves([], [(0.1, 2.3, 0.1)])
    draw(figure)
    assert [len(axes.texts) for axes in figure.axes] == [1, 1]


accuracies = st.floats(0, 1) | st.integers(0, 10_000).map(lambda n: n / 10_000)


@settings(max_examples=40)
@given(st.lists(st.tuples(accuracies, accuracies), min_size=1, max_size=4))
def test_every_accuracy_has_its_place_between_ticks_that_differ(values):
    history = [epoch(i, 1.0, a, 1.0, b) for i, (a, b) in enumerate(values, 1)]
    _, axes = curves(history).axes
    low, high = sorted(axes.get_ylim())
    assert all(low <= 1 - a <= high for pair in values for a in pair)
    ticks = axes.get_yticks()
    labels = axes.yaxis.get_major_formatter().format_ticks(ticks)
    assert len(set(labels)) == len(labels) >= module.FEWEST_TICKS
    written = [float(label.rstrip("%")) for label in labels]
    np.testing.assert_allclose(written, 100 - 100 * ticks, atol=0.006)


@pytest.mark.parametrize(
    "history",
    [
        [epoch(1, 0.5, 0.9, 0.4, 0.95)],
        [epoch(i, 2 / i, 1 - 0.5 / i, 1 / i, 1 - 0.4 / i) for i in range(1, 201)],
        [epoch(1, 2.3, 0.1, 2.3, 0.1), epoch(2, 0.0, 1.0, 0.0, 1.0)],
        [epoch(1, 2.3, 0.1, 2.3, 0.1), epoch(2, math.nan, 0.098, math.nan, 0.098)],
        [epoch(1, math.nan, math.nan, math.inf, math.nan)],
        [epoch(1, 1e30, 0.0, 1e-30, 0.0)],
    ],
    ids=["one epoch", "200 epochs", "perfect", "no number", "nothing", "extremes"],
)
def test_curves_of_any_run_can_be_drawn_and_stay_on_the_page(history):
    figure = curves(history)
    draw(figure)
    page = figure.bbox
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0
            assert box.y1 <= page.y1
