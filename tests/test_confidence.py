import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digits.recognizer.confidence import calibrate, calibration_error, threshold
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net


def answers(confidence, count, right):
    """`count` answers 0 with the same confidence, of which so many are right; and labels."""
    probabilities = np.full((count, 10), (1 - confidence) / 9, np.float32)
    probabilities[:, 0] = confidence
    return probabilities, np.where(np.arange(count) < right, 0, 1)


def test_who_is_right_as_often_as_promised_has_no_calibration_error():
    assert calibration_error(*answers(0.8, 100, 80)) == pytest.approx(0, abs=1e-6)


def test_the_calibration_error_is_the_gap_between_promise_and_truth():
    assert calibration_error(*answers(0.9, 100, 70)) == pytest.approx(0.2, abs=1e-6)
    assert calibration_error(*answers(0.5, 100, 100)) == pytest.approx(0.5, abs=1e-6)
    assert calibration_error(*answers(1.0, 10, 10)) == pytest.approx(0, abs=1e-6)


def test_gaps_of_opposite_sign_in_different_bins_do_not_cancel():
    modest, vain = answers(0.5, 100, 70), answers(0.9, 100, 70)
    both = [np.concatenate(parts) for parts in zip(modest, vain, strict=True)]
    assert calibration_error(*both) == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 1, 3])
def test_calibration_finds_the_temperature_that_a_network_was_spoiled_by(factor):
    generator = np.random.default_rng(0)
    net = Net([InLayer(10), Dense(10, softmax)], CrossEntropyLoss, generator)
    X = generator.normal(size=(20_000, 10)).astype(np.float32)
    probabilities = net.predict(X)
    labels = (probabilities.cumsum(axis=1) > generator.random((len(X), 1))).argmax(axis=1)
    net.layers[-1].parameters["weights"] *= factor
    before = net.predict(X).argmax(axis=1)
    assert calibrate(net, X, labels) == pytest.approx(factor, rel=0.05)
    np.testing.assert_array_equal(net.predict(X).argmax(axis=1), before)
    assert calibration_error(net.predict(X), labels) < 0.02


@pytest.mark.parametrize(("right", "extreme"), [(True, 0.2), (False, 5)])
def test_one_who_is_always_right_or_always_wrong_gets_an_extreme_temperature(right, extreme):
    net = Net([InLayer(10), Dense(10, softmax)], CrossEntropyLoss, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(50, 10)).astype(np.float32)
    answers = net.predict(X).argmax(axis=1)
    assert calibrate(net, X, answers if right else (answers + 1) % 10) == extreme


def test_hardly_a_real_digit_is_turned_away():
    probabilities = np.zeros((1000, 10), np.float32)
    probabilities[:, 0] = np.linspace(0.1, 1, 1000)
    assert (probabilities.max(axis=1) < threshold(probabilities)).mean() < 0.01


@example([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 0.5)
@given(st.lists(st.floats(0.1, 1), min_size=1), st.floats(0, 0.5))
def test_the_share_asked_for_is_below_the_threshold_or_just_reaches_it(confidences, share):
    probabilities = np.zeros((len(confidences), 10), np.float32)
    probabilities[:, 3] = confidences
    best, limit = probabilities.max(axis=1), np.float32(threshold(probabilities, share))
    assert (best < limit).mean() <= share + 1 / len(confidences)
    assert (best <= limit).mean() >= share - 1 / len(confidences)
