"""The pictures of a training run: what they say is what the numbers say, whatever the network."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba

from nn.activation_functions import ReLU, sigmoid, softmax
from nn.cost_functions import MSE, CrossEntropyLoss
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.nets import Net
from training import figures

pytestmark = pytest.mark.filterwarnings("error")  # each would be a line on the user's screen

IMAGE = (28, 28, 1)
NETWORKS = {
    "one layer": [InLayer(784), Dense(10, softmax)],
    "one unit": [InLayer(784), Dense(1, ReLU), Dense(10, softmax)],
    "800 units": [InLayer(784), Dropout(0.1), BatchNorm(), Dense(800, ReLU), Dense(10, softmax)],
    "small filters": [InLayer(shape=IMAGE), Conv2D(24, 1), Flatten(), Dense(10, softmax)],
    "large filters": [InLayer(shape=IMAGE), Conv2D(13, 28), Flatten(), Dense(10, softmax)],
    "filters beyond the image": [
        InLayer(shape=IMAGE),
        Conv2D(2, 200, padding="same", strides=28),
        Flatten(),
        Dense(10, softmax),
    ],
    "pooled first": [InLayer(shape=IMAGE), MaxPool2D(), Flatten(), Dense(6), Dense(10, softmax)],
    "the mean alone": [InLayer(shape=IMAGE), GlobalAveragePool2D(), Dense(10, softmax)],
    "channels": [InLayer(shape=(14, 14, 4)), Conv2D(5, 3), Flatten(), Dense(10, softmax)],
    "a strip": [InLayer(shape=(1, 784, 1)), Flatten(), Dense(10, softmax)],
}


def draw(figure):
    FigureCanvasAgg(figure).draw()


def words(figure):
    """Everything that is written by hand, from first to last."""
    return [text.get_text() for text in (*figure.texts, *(t for a in figure.axes for t in a.texts))]


def pictures(figure):
    """The images in the axes, in their order, without the scale of the weights' colours."""
    (axes,) = figure.axes
    return [image.get_array().data for image in axes.images if image.get_array().shape != (1, 101)]


def answers_to_probabilities(answers, confidences=0.91):
    """Probabilities (m, 10) whose greatest is the answers'."""
    answers = np.asarray(answers)
    probabilities = np.repeat((1 - np.broadcast_to(confidences, answers.shape))[:, None] / 9, 10, 1)
    probabilities[np.arange(len(answers)), answers] = confidences
    return probabilities


def epoch(number, loss, accuracy, validation_loss, validation_accuracy):
    return {
        "epoch": number,
        "loss": loss,
        "accuracy": accuracy,
        "validation_loss": validation_loss,
        "validation_accuracy": validation_accuracy,
        "seconds": 10.0 * number,
    }


# --- Curves

HISTORY = [epoch(1, 0.81, 0.76, 0.22, 0.936), epoch(2, 0.16, 0.95, 0.13, 0.962)]


def test_curves_go_through_the_history_and_end_in_its_last_row():
    loss, accuracy = figures.curves(HISTORY).axes
    for axes, key, value in ((loss, "loss", float), (accuracy, "accuracy", lambda e: 1 - e)):
        _, training, validation = axes.lines
        for line, name in ((training, key), (validation, f"validation_{key}")):
            assert line.get_xdata().tolist() == [1, 2]
            assert [value(y) for y in line.get_ydata()] == pytest.approx([r[name] for r in HISTORY])
    assert [text.get_text() for text in loss.texts] == ["training\n0.16", "validation\n0.13"]
    assert [text.get_text() for text in accuracy.texts] == [
        "training\n95.00%",
        "validation\n96.20%",
    ]


def test_better_is_up_for_accuracy_and_down_for_loss():
    loss, accuracy = figures.curves(HISTORY).axes
    assert not loss.yaxis_inverted()
    assert accuracy.yaxis_inverted()  # it is the errors that are drawn


def test_names_at_the_ends_of_equal_lines_do_not_cover_each_other():
    figure = figures.curves([epoch(1, 0.5, 0.9, 0.5, 0.9)])
    draw(figure)
    for axes in figure.axes:
        one, other = (text.get_window_extent() for text in axes.texts)
        assert not one.overlaps(other)


def test_between_the_ends_of_epochs_curves_go_through_what_is_known():
    running = [(0.5, 1.2, 0.7), (1.5, 0.3, 0.9), (2.5, 0.1, 0.97)]
    loss, accuracy = figures.curves(HISTORY, running).axes
    np.testing.assert_array_equal(loss.lines[0].get_xydata(), [point[:2] for point in running])
    np.testing.assert_allclose(1 - accuracy.lines[0].get_ydata(), [0.7, 0.9, 0.97])
    assert loss.texts[0].get_text() == "training\n0.1"
    assert loss.get_xlim() == (0, 2.5)


def test_in_the_first_epoch_there_is_no_validation_to_name():
    figure = figures.curves([], [(0.1, 2.3, 0.1)])
    draw(figure)
    assert [len(axes.texts) for axes in figure.axes] == [1, 1]


accuracies = st.floats(0, 1) | st.integers(0, 10_000).map(lambda n: n / 10_000)


@settings(max_examples=40)
@given(st.lists(st.tuples(accuracies, accuracies), min_size=1, max_size=4))
def test_every_accuracy_has_its_place_between_ticks_that_differ(values):
    history = [epoch(i, 1.0, a, 1.0, b) for i, (a, b) in enumerate(values, 1)]
    _, axes = figures.curves(history).axes
    low, high = sorted(axes.get_ylim())
    assert all(low <= 1 - a <= high for pair in values for a in pair)
    ticks = axes.get_yticks()
    labels = axes.yaxis.get_major_formatter().format_ticks(ticks)
    assert len(set(labels)) == len(labels) >= figures.FEWEST_TICKS
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
    figure = figures.curves(history)
    draw(figure)
    page = figure.bbox
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0
            assert box.y1 <= page.y1


# --- Confusion

digits = st.integers(0, 9)


@settings(max_examples=15)
@given(st.lists(st.tuples(digits, digits), min_size=1, max_size=60))
def test_the_confusion_matrix_counts_every_answer_once(pairs):
    labels, answers = np.transpose(pairs)
    figure = figures.confusion(labels, answers_to_probabilities(answers))
    (axes,) = figure.axes
    left, top = (figures.WIDTH - 10 * figures.CELL) // 2, figures.HEADER + 40
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
    np.testing.assert_allclose(fills[range(10), range(10)], [to_rgba(figures.TRACK)] * 10)
    np.testing.assert_allclose(fills[1, 7], to_rgba(figures.ACCENT), atol=0.01)
    np.testing.assert_allclose(fills[3, 4], to_rgba(figures.SHEET), atol=0.01)
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
    assert title == f"Wrong answers, the surest first: {number}"
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


# --- Weights


@pytest.fixture(params=NETWORKS)
def net(request):
    return Net(NETWORKS[request.param], CrossEntropyLoss, np.random.default_rng(0))


def test_place_i_shows_the_weights_of_unit_or_filter_i():
    for name, layer, shape in (("one layer", 1, (28, 28)), ("pooled first", 3, (14, 14))):
        net = Net(NETWORKS[name], CrossEntropyLoss, np.random.default_rng(0))
        matrix = net.layers[layer].parameters["weights"]
        expected = [matrix[:, i].reshape(shape) for i in range(matrix.shape[1])]
        np.testing.assert_array_equal(pictures(figures.weights(net)), expected)
    net = Net(NETWORKS["channels"], CrossEntropyLoss, np.random.default_rng(0))
    for image, one in zip(
        pictures(figures.weights(net)), net.layers[1].parameters["weights"], strict=True
    ):
        for channel in range(4):  # side by side
            np.testing.assert_array_equal(image[:, 3 * channel :][:, :3], one[..., channel])


def test_the_first_weights_of_any_network_fit_the_page_row_by_row(net):
    figure = figures.weights(net)
    draw(figure)
    (axes,) = figure.axes
    images = [image for image in axes.images if image.get_array().shape != (1, 101)]
    assert 0 < len(images) <= figures.MOST_MAPS
    boxes = [image.get_extent() for image in images]  # left, right, bottom, top
    assert boxes == sorted(boxes, key=lambda box: (box[3], box[0]))
    for left, right, bottom, top in boxes:
        assert figures.MARGIN <= left < right <= figures.WIDTH - figures.MARGIN
        assert figures.HEADER <= top < bottom <= axes.get_ylim()[0]
        assert right - left == bottom - top


def test_of_hundreds_of_units_the_title_says_how_many_are_shown():
    def title(name):
        return words(figures.weights(Net(NETWORKS[name], CrossEntropyLoss)))[0]

    assert title("800 units") == "First layer: 128 of 800 units, 28×28 weights each"
    assert title("small filters") == "First layer: 24 filters, 1×1 weights each"


def test_no_weight_is_white_and_opposite_ones_are_equally_strong(net):
    for image in figures.weights(net).axes[0].images[1:]:
        assert image.norm.vmin == -image.norm.vmax < 0


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf, 1e30])
def test_weights_that_went_astray_can_still_be_drawn(value):
    net = Net(NETWORKS["one layer"], CrossEntropyLoss)
    net.parameters[:] = value
    draw(figures.weights(net))


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
    figures.save(figures.curves(HISTORY), path)
    before = path.read_bytes()
    figure = figures.curves(HISTORY)

    def full_disk(file, format):
        file.write(before[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", full_disk)
    with pytest.raises(OSError, match="No space left"):
        figures.save(figure, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_confusion_of_the_shipped_dense_model_is_what_its_card_says(mnist_test):
    images, labels = mnist_test
    net = Net.load_model(Path(figures.__file__).parent.parent / "models" / "dense.npz")
    probabilities = net.predict(images.reshape(-1, 784).astype(np.float32) / 255)
    title = words(figures.confusion(labels, probabilities))[0]
    assert title.startswith(f"{net.metadata['test_accuracy']:.2%} read right")
