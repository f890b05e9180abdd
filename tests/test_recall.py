"""Reading with what was taught: the lesson is followed, what is like it too, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.drawing import Drawing
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net


def drawn(points, label=None):
    drawing = Drawing.of([points], 0.05)
    drawing.label_as(label)
    return drawing


FLASH = [(0.6, 0.2), (0.35, 0.55), (0.6, 0.5), (0.35, 0.85)]
SAW = [(0.2, 0.65), (0.3, 0.35), (0.42, 0.65), (0.54, 0.35), (0.66, 0.65), (0.78, 0.35)]


def flash(generator, label=None, corners=FLASH):
    """A digit as nobody else writes it, a little different every time: a lightning flash, which
    the network takes for a 4."""
    corners = np.array(corners)
    lean, stretch = generator.normal(0, 0.08), np.exp(generator.normal(0, 0.08, 2))
    corners = (corners - 0.5) * stretch @ [[1, 0], [lean, 1]] + 0.5
    corners += generator.normal(0, 0.01, corners.shape)
    return drawn(corners.tolist(), label)


SEVEN = [(0.2, 0.2), (0.6, 0.2), (0.4, 0.8)]
ARCH = [(0.2, 0.8), (0.2, 0.2), (0.6, 0.2), (0.6, 0.8)]


def shipped():
    return Recognizer.load()


def taught(*drawings):
    recognizer = shipped()
    for drawing in drawings:
        recognizer.memory.teach(drawing)
    return recognizer


def test_what_is_taught_is_read_so_at_once_and_surely_whatever_the_network_thinks():
    for digit in range(10):
        reading = taught(drawn(SEVEN, digit)).read_drawing(drawn(SEVEN))
        assert reading.digit == digit and reading.sure
        assert (
            reading.probabilities.sum() == pytest.approx(1) and reading.probabilities[digit] > 0.9
        )


def test_what_is_taken_back_is_read_as_before_to_the_bit():
    before = shipped().read_drawing(drawn(SEVEN)).probabilities
    recognizer = taught(drawn(SEVEN, 1))
    recognizer.read_drawing(drawn(SEVEN))
    recognizer.memory.forget(recognizer.memory.lessons[0])
    np.testing.assert_array_equal(recognizer.read_drawing(drawn(SEVEN)).probabilities, before)


def test_a_lesson_that_the_network_knows_already_changes_nothing():
    np.testing.assert_array_equal(
        taught(drawn(SEVEN, 7)).read_drawing(drawn(SEVEN)).probabilities,
        shipped().read_drawing(drawn(SEVEN)).probabilities,
    )


def test_a_new_shape_taught_three_times_is_read_right_and_surely():
    generator = np.random.default_rng(0)
    for digit in (1, 4, 8):
        recognizer = taught(*(flash(generator, digit, SAW) for _ in range(3)))
        drawings = [flash(generator, corners=SAW) for _ in range(20)]
        readings = [recognizer.read_drawing(drawing) for drawing in drawings]
        assert np.mean([reading.sure and reading.digit == digit for reading in readings]) >= 0.9


def test_lessons_that_are_alike_are_all_followed():
    generator = np.random.default_rng(1)
    lessons = [flash(generator, 4) for _ in range(6)] + [drawn(SEVEN, 1), drawn(ARCH, 0)]
    recognizer = taught(*lessons)
    assert [recognizer.read_drawing(lesson).digit for lesson in lessons] == [4] * 6 + [1, 0]


def test_where_lessons_contradict_each_other_the_newest_counts():
    recognizer = taught(drawn(SEVEN, 4), drawn(SEVEN, 9), drawn(ARCH, 0))
    assert recognizer.read_drawing(drawn(SEVEN)).digit == 9
    recognizer.memory.forget(recognizer.memory.lessons[1])
    assert recognizer.read_drawing(drawn(SEVEN)).digit == 4


@given(st.lists(st.sampled_from((1, 4, 7)), min_size=2, max_size=5), st.randoms())
@settings(max_examples=20, deadline=None)
def test_only_what_is_taught_counts_and_not_the_way_there(digits, random):
    """Neither the order in which lessons were loaded, nor what was taught and taken back."""
    generator = np.random.default_rng(len(digits))
    lessons = [flash(generator, digit) for digit in digits]
    recognizer, other = taught(*lessons), shipped()
    known = list(recognizer.memory.lessons)
    recognizer.read_drawing(lessons[0])
    recognizer.memory.forget(gone := random.choice(known))
    known.remove(gone)
    for lesson in random.sample(known, len(known)):
        other.memory.lessons.insert(
            sum(one.when < lesson.when for one in other.memory.lessons), lesson
        )
        other.memory.version += 1
        other.read_drawing(drawn(ARCH))  # so that it is known by itself first
    for lesson in lessons:
        np.testing.assert_allclose(
            other.read_drawing(lesson).probabilities,
            recognizer.read_drawing(lesson).probabilities,
            atol=1e-4,
        )


def test_every_model_reads_with_the_same_lessons():
    memory = Memory()
    memory.teach(drawn(SEVEN, 2))
    layers = [InLayer(784), Dense(20, ReLU), Dense(10, softmax)]
    for recognizer in (shipped(), Recognizer(Net(layers, CrossEntropyLoss()), "small")):
        recognizer.memory = memory
        assert recognizer.read_drawing(drawn(SEVEN)).digit == 2


def test_far_from_what_was_taught_nothing_changes(mnist_test, pen_digits):
    """To the bit on MNIST; and what was taught is a writer's digits as another digit."""
    images = mnist_test[0][:300].astype(np.float32) / 255
    lessons = [next(d for d in pen_digits if d.label == label).drawing() for label in (4, 7)]
    for lesson, wrong in zip(lessons, (9, 1), strict=True):
        lesson.label_as(wrong)
    recognizer, untaught = taught(*lessons), shipped()
    before = np.stack([untaught.read(image).probabilities for image in images])
    after = np.stack([recognizer.read(image).probabilities for image in images])
    same = (before == after).all(axis=1)
    assert same.mean() > 0.75  # the others are somewhat like a four or a seven
    assert np.mean(before.argmax(axis=1) == after.argmax(axis=1)) > 0.99
    for lesson, wrong in zip(lessons, (9, 1), strict=True):
        assert recognizer.read_drawing(lesson).digit == wrong


@pytest.mark.parametrize("digit", [4, 7])
def test_evidence_is_that_of_the_taught_reading(digit):
    """The gradient times the ink, by central differences of the taught z along random lines."""
    generator = np.random.default_rng(3)
    recognizer = taught(*(flash(generator, 4) for _ in range(3)))
    reading = recognizer.read_drawing(flash(generator))
    inked = np.where(reading.image > 0, 1, 0)
    with np.errstate(invalid="ignore"):
        gradient = np.nan_to_num(recognizer.evidence(reading, digit) / reading.image)

    net = Net(recognizer.net.layers, recognizer.net.cost_function, dtype=np.float64)
    net.state[:] = recognizer.net.state
    last = net.layers[-1].parameters

    def z(image):
        features = net.features(image.reshape(1, 784))
        added = recognizer._recall.addition(image, features[0])
        return float((features @ last["weights"] + last["biases"])[0, digit] + added[digit])

    slopes, expected = [], []
    for _ in range(20):
        line = generator.normal(0, 1, (28, 28)) * inked
        step = 1e-5  # so small that hardly any ReLU switches
        slopes.append((z(reading.image + step * line) - z(reading.image - step * line)) / 2 / step)
        expected.append((gradient * line).sum())
    assert np.corrcoef(slopes, expected)[0, 1] > 0.999
    assert np.linalg.norm(slopes) == pytest.approx(np.linalg.norm(expected), rel=0.01)
