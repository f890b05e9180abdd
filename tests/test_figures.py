"""The pictures of what a network reads: what they say is what the numbers say."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb, to_rgba
from pages import HISTORY, draw, pictures, words

from app.style import theme
from nn.activation_functions import sigmoid
from nn.cost_functions import MSE
from nn.layers import Dense, InLayer
from nn.nets import Net
from training import figures, page
from training.curves import curves

pytestmark = pytest.mark.filterwarnings("error")  # each would be a line on the user's screen


def answers_to_probabilities(answers, confidences=0.91):
    """Probabilities (m, 10) whose greatest is the answers'."""
    answers = np.asarray(answers)
    probabilities = np.repeat((1 - np.broadcast_to(confidences, answers.shape))[:, None] / 9, 10, 1)
    probabilities[np.arange(len(answers)), answers] = confidences
    return probabilities


# --- Confusion

digits = st.integers(0, 9)


@settings(max_examples=15)
@given(st.lists(st.tuples(digits, digits), min_size=1, max_size=60))
def test_the_confusion_matrix_counts_every_answer_once(pairs):
    labels, answers = np.transpose(pairs)
    figure = figures.confusion(labels, answers_to_probabilities(answers))
    (axes,) = figure.axes
    left, top = (page.WIDTH - 10 * figures.CELL) // 2, page.HEADER + 40
    found = np.zeros((10, 10), int)
    for text in axes.texts:
        x, y = text.get_position()
        row, column = int((y - top) // figures.CELL), int((x - left) // figures.CELL)
        if x > left and y > top and column < 10:
            found[row, column] = int(text.get_text().replace(",", ""))
    counts = [[pairs.count((label, answer)) for answer in range(10)] for label in range(10)]
    np.testing.assert_array_equal(found, counts)
    right = sum(label == answer for label, answer in pairs)
    assert words(figure)[0] == f"{right / len(pairs):.2%} read right: {right} of {len(pairs)}"


def test_only_errors_have_a_colour_and_the_most_frequent_the_strongest():
    labels = np.array([0] * 1000 + [1] * 6)
    answers = np.array([0] * 1000 + [7] * 4 + [2] + [1])
    (axes,) = figures.confusion(labels, answers_to_probabilities(answers)).axes
    fills = np.reshape([patch.get_facecolor() for patch in axes.patches], (10, 10, 4))
    np.testing.assert_allclose(fills[range(10), range(10)], [to_rgba(page.TRACK)] * 10)
    np.testing.assert_allclose(fills[1, 7], to_rgba(page.ACCENT), atol=0.01)
    np.testing.assert_allclose(fills[3, 4], to_rgba(page.SHEET), atol=0.01)
    redness = fills[..., 0] - fills[..., 2]
    assert redness[1, 7] > redness[1, 2] > redness[3, 4] + 0.2


def test_each_label_has_its_share_of_right_answers_and_an_absent_one_none():
    labels, answers = np.array([3, 3, 3, 5]), np.array([3, 3, 4, 6])
    written = words(figures.confusion(labels, answers_to_probabilities(answers)))
    assert written.count("none seen") == 8
    assert "66.7%" in written and "0.0%" in written


# --- Worst and samples


def some_digits(m, wrong_share, seed=0):
    generator = np.random.default_rng(seed)
    images = generator.random((m, 28, 28), dtype=np.float32)
    labels = generator.integers(10, size=m)
    wrong = generator.random(m) < wrong_share
    confidences = generator.uniform(0.2, 1, m).round(2)  # rounded, so that some are equal
    return images, labels, answers_to_probabilities((labels + wrong) % 10, confidences)


@pytest.mark.parametrize(("m", "wrong_share"), [(300, 0.5), (40, 0.5), (60, 1), (1, 1)])
def test_the_worst_are_the_surest_of_the_wrong_answers_in_order(m, wrong_share):
    images, labels, probabilities = some_digits(m, wrong_share)
    wrong = [i for i in range(m) if probabilities[i].argmax() != labels[i]]
    expected = sorted(wrong, key=lambda i: (-probabilities[i].max(), i))[: figures.WORST]
    figure = figures.worst(images, labels, probabilities)
    np.testing.assert_array_equal(pictures(figure), images[expected])
    title, _, *captions = words(figure)
    number = f"{len(expected)} of {len(wrong)}" if len(wrong) > len(expected) else f"{len(wrong)}"
    assert title == f"Wrong answers, most confident first: {number}"
    assert captions == [
        caption
        for i in expected
        for caption in (
            f"{labels[i]} read as {probabilities[i].argmax()}",
            f"{probabilities[i].max():.1%}" if probabilities[i].max() <= 0.999 else ">99.9%",
        )
    ]


def test_a_network_without_wrong_answers_is_told_so():
    figure = figures.worst(*some_digits(30, wrong_share=0))
    draw(figure)
    assert words(figure) == ["No wrong answers", "All digits are read right: 30."]


@pytest.mark.parametrize("m", [1000, 21, 20, 3, 1])
def test_samples_are_taken_at_even_distances_whatever_is_right(m):
    images, labels, probabilities = some_digits(m, wrong_share=0.5)
    shown = pictures(figures.samples(images, labels, probabilities))
    places = [next(i for i in range(m) if (images[i] == image).all()) for image in shown]
    assert len(places) == min(m, figures.SAMPLES)
    assert places[0] == 0 and (places[-1] == m - 1)
    if m > 1:
        steps = np.diff(places)
        assert steps.min() > 0 and steps.max() - steps.min() <= 1


def test_a_sample_says_its_answer_in_bars_and_words():
    images, _, probabilities = some_digits(3, wrong_share=0)
    answers = probabilities.argmax(axis=1)
    labels = np.array([answers[0], (answers[1] + 1) % 10, answers[2]])
    figure = figures.samples(images, labels, probabilities)
    (axes,) = figure.axes
    bars = np.reshape([p.get_width() for p in axes.patches if p.get_height() == 8], (3, 10, 2))
    np.testing.assert_allclose(bars[..., 1] / bars[..., 0], probabilities)
    assert [line for line in words(figure) if "·" in line] == [
        f"{answers[0]} · {probabilities[0].max():.1%}",
        f"{answers[1]} · {probabilities[1].max():.1%}, but it is a {labels[1]}",
        f"{answers[2]} · {probabilities[2].max():.1%}",
    ]


# --- Files


def test_all_pictures_are_drawn_into_the_folder_curves_only_of_a_history(tmp_path):
    net = Net([InLayer(784), Dense(10, sigmoid)], MSE)  # its outputs are no probabilities
    images, labels, _ = some_digits(12, 0.5)
    figures.draw_all(tmp_path, net, images, labels, [])
    pictures = {"confusion.png", "samples.png", "weights.png", "worst.png"}
    assert {path.name for path in tmp_path.iterdir()} == pictures
    figures.draw_all(tmp_path, net, images, labels, HISTORY)
    assert {path.name for path in tmp_path.iterdir()} == pictures | {"curves.png"}
    for path in tmp_path.iterdir():
        assert path.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_leaves_the_one_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "curves.png"
    page.save(curves(HISTORY), path)
    before = path.read_bytes()
    figure = curves(HISTORY)

    def full_disk(file, format):
        file.write(before[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", full_disk)
    with pytest.raises(OSError, match="No space left"):
        page.save(figure, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_confusion_of_the_shipped_dense_model_is_what_its_card_says(mnist_test):
    images, labels = mnist_test
    net = Net.load_model(Path(figures.__file__).parent.parent / "models" / "dense.npz")
    probabilities = net.predict(images.reshape(-1, 784).astype(np.float32) / 255)
    title = words(figures.confusion(labels, probabilities))[0]
    assert title.startswith(f"{net.metadata['test_accuracy']:.2%} read right")


@pytest.mark.parametrize(
    "name",
    [
        "background",
        "sheet",
        "edge",
        "track",
        "ink",
        "quiet",
        "accent",
        "speaks_for",
        "speaks_against",
    ],
)
def test_the_pages_colours_are_those_of_the_light_window(name):
    shown = 255 * np.array(to_rgb(getattr(page, name.upper())))
    np.testing.assert_allclose(shown, getattr(theme.LIGHT, name))
