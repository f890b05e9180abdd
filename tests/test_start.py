"""`train.py --start`: a model learns digits of one's own, and forgets nothing over them."""

import contextlib
import hashlib
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from small_run import SMALL, history, run, small_mnist, synthetic

from digits.data import mnist, own_data
from digits.data.own_data import OwnData
from digits.drawing import Drawing, saved_drawings
from digits.recognizer import SHIPPED_MODEL, confidence
from nn.averaging import MovingAverage
from nn.cost_functions import MSE
from nn.layers import Dense, InLayer
from nn.nets import Net
from training import datasets
from training.arguments import parse_arguments

REAL_LOAD = mnist.load
FIRST = "first/model.npz"
GO_ON = ("--start", FIRST, "--own", "mine", "--lr", 0.01, "--batch-size", 16, "--no-augment")


@pytest.fixture(autouse=True)
def parts(tmp_path):
    """Few images instead of MNIST's, and a model that has learned them."""
    with contextlib.chdir(tmp_path), small_mnist() as parts:
        Path("mine").mkdir()
        assert run(*SMALL, "--hidden", 32, "--epochs", 6, "--seed", 5, "--out", "first") == 0
        yield parts


@pytest.fixture
def own(monkeypatch):
    """40 digits of a hand like no other: it writes columns where all the others write rows."""
    images, labels = synthetic(2, 40)
    images = datasets.as_input(images.transpose(0, 2, 1))
    found = OwnData(images, labels.astype(int), [])
    monkeypatch.setattr(own_data, "load", lambda paths, generator=None: found)
    return found


def accuracy(model, images, labels):
    return (Net.load_model(model).predict(images).argmax(axis=1) == labels).mean()


def arguments(*words):
    return parse_arguments([str(word) for word in words])


def test_a_model_learns_digits_of_ones_own_and_forgets_none(own, parts, capsys):
    before, (images, labels) = Net.load_model(FIRST).metadata["test_accuracy"], parts["test"]
    assert accuracy(FIRST, own.images, own.labels) < 0.5
    capsys.readouterr()
    assert run(*GO_ON, "--epochs", 20, "--out", "taught") == 0
    taught = "taught/model.npz"
    assert accuracy(taught, own.images, own.labels) > 0.9
    assert accuracy(taught, datasets.as_input(images), labels) > before - 0.05
    right = round(40 * accuracy(taught, own.images, own.labels))
    assert f"{right} of your 40 digits" in capsys.readouterr().out


def test_training_goes_on_from_the_weights_as_they_were_before_they_were_calibrated(own):
    assert run(*GO_ON, "--lr", 1e-12, "--average", 0, "--out", "taught") == 0
    first, second = Net.load_model(FIRST), Net.load_model("taught/model.npz")
    assert first.metadata["temperature"] != 1
    for net in (first, second):
        confidence.uncalibrate(net)
    np.testing.assert_allclose(first.parameters, second.parameters, rtol=1e-4, atol=1e-6)


def test_weights_decay_and_biases_do_not(own):
    only_decay = ("--clip", 1e-30, "--weight-decay", 0.9, "--lr", 0.1, "--average", 0)
    assert run(*GO_ON, *only_decay, "--out", "taught") == 0
    before, after = (Net.load_model(f).layers[1].parameters for f in (FIRST, "taught/model.npz"))
    assert before["biases"].any()
    np.testing.assert_allclose(after["biases"], before["biases"], rtol=1e-4)
    assert np.abs(after["weights"]).sum() < 0.9 * np.abs(before["weights"]).sum()


def test_after_200_steps_the_old_weights_are_a_quarter_of_what_is_kept(own):
    average = arguments("--start", FIRST, "--own", "mine").settings.recipe.average
    assert 0.2 < average**200 < 0.3


def test_what_is_kept_is_an_average_that_begins_with_the_model(own, monkeypatch):
    update, seen = MovingAverage.update, []

    def recorded(average, vector):
        seen.append(vector.copy())
        update(average, vector)

    monkeypatch.setattr(MovingAverage, "update", recorded)
    first = Net.load_model(FIRST)
    confidence.uncalibrate(first)
    expected = first.state.copy()
    assert run(*GO_ON, "--average", 0.9, "--out", "taught") == 0
    for vector in seen:
        expected += 0.1 * (vector - expected)
    taught = Net.load_model("taught/model.npz")
    confidence.uncalibrate(taught)
    np.testing.assert_allclose(taught.state, expected, rtol=1e-4, atol=1e-6)


def test_a_run_that_is_stopped_goes_on_to_the_same_bits_without_the_model(own, monkeypatch):
    assert run(*GO_ON, "--out", "whole") == 0
    update, batches = MovingAverage.update, []

    def interrupted(average, vector):
        batches.append(1)
        if len(batches) == 5:
            signal.raise_signal(signal.SIGINT)
        update(average, vector)

    monkeypatch.setattr(MovingAverage, "update", interrupted)
    assert run(*GO_ON, "--out", "parts") == 130
    shutil.rmtree("first")
    assert run("--resume", "parts") == 0
    assert Path("whole/model.npz").read_bytes() == Path("parts/model.npz").read_bytes()
    assert history("whole") == history("parts")


def test_the_model_says_what_it_started_from_and_not_where_that_was(own):
    assert run(*GO_ON, "--out", "taught") == 0
    start = Net.load_model("taught/model.npz").metadata["training"]["start"]
    sha256 = hashlib.sha256(Net.load_model(FIRST).state).hexdigest()
    assert start == {"model": "model.npz", "sha256": sha256}
    assert Net.load_model(FIRST).metadata["training"]["start"] is None


@pytest.mark.parametrize("flags", [("--pen-strokes", "--non-digits"), ("--non-digits",), ()])
def test_all_that_the_model_learned_from_is_rehearsed(flags, own):
    assert run(*SMALL, *flags, "--out", "other") == 0
    words = ("--start", "other/model.npz", "--own", "mine")
    recipe = arguments(*words).settings.recipe
    assert (recipe.pen_strokes, recipe.non_digits) == (
        "--pen-strokes" in flags,
        "--non-digits" in flags,
    )
    assert not arguments(*words, "--no-non-digits").settings.recipe.non_digits


@pytest.mark.parametrize("kind", ["--pen-strokes", "--hands", "--non-digits"])
@pytest.mark.parametrize("flags", [(), ("--hold-out",)])
def test_writers_that_were_kept_from_the_model_are_kept_from_what_follows(kind, flags, own):
    assert run(*SMALL, kind, *flags, "--out", "other") == 0
    words = ("--start", "other/model.npz", "--own", "mine")
    assert arguments(*words).settings.hold_out == bool(flags)
    if flags:
        assert arguments(*words, "--hold-out").settings.hold_out
    else:
        with pytest.raises(SystemExit):  # it has learned from them
            arguments(*words, "--hold-out")


def test_a_model_that_is_not_known_to_have_seen_the_test_writers_goes_on_without_them(own):
    without = Net.load_model(SHIPPED_MODEL)
    del without.metadata["training"]["hold_out"]
    without.save_model("without.npz")
    for model in (FIRST, SHIPPED_MODEL, SHIPPED_MODEL.with_name("dense.npz"), "without.npz"):
        assert arguments("--start", model, "--own", "mine").settings.hold_out


def test_the_shipped_model_can_be_gone_on_from(own):
    recipe = arguments("--start", SHIPPED_MODEL, "--own", "mine").settings.recipe
    assert recipe.pen_strokes and recipe.non_digits


def test_the_few_digits_are_augmented_whatever_the_model_learned_from(own):
    assert not Net.load_model(FIRST).metadata["training"]["augment"]
    assert arguments("--start", FIRST, "--own", "mine").settings.recipe.augment


def load(*words):
    return datasets.load(arguments(*words).settings, np.random.default_rng(5))


def test_the_model_is_validated_with_what_it_has_never_learned_from(own):
    assert arguments("--start", FIRST, "--own", "mine").settings.seed == 5
    first, taught = load("--hidden", 8, "--seed", 5), load("--start", FIRST, "--own", "mine")
    np.testing.assert_array_equal(first.validation[0], taught.validation[0])
    learned = {image.tobytes() for image in taught.training[0]}
    assert not learned & {image.tobytes() for image in taught.validation[0]}


def test_ones_own_digits_are_a_fixed_share_of_what_is_learned_and_all_are_there(own, monkeypatch):
    counts = {}
    for many in (1, 5, 40):
        few = OwnData(own.images[:many], own.labels[:many], [])
        monkeypatch.setattr(own_data, "load", lambda paths, generator=None, few=few: few)
        images, targets = load("--start", FIRST, "--own", "mine").training
        mine = [image.tobytes() for image in images[125:]]
        assert set(mine) == {image.tobytes() for image in few.images}
        assert (targets[125:].argmax(axis=1) == np.resize(few.labels, len(mine))).all()
        counts[many] = len(mine)
    assert counts == {1: 22, 5: 22, 40: 40}  # of 125 others' and these


def test_digits_of_ones_own_are_loaded_no_more_often_than_they_are_needed(own, monkeypatch):
    loads = []
    monkeypatch.setattr(own_data, "load", lambda *_: loads.append(own) or own)
    load("--start", FIRST, "--own", "mine")
    assert len(loads) == 2  # once to report on them, and once to learn from the 40, more than 22


def test_drawings_are_learned_with_several_pens():
    for label in range(3):
        drawing = Drawing.of([[(0.2, 0.2), (0.4 + 0.1 * label, 0.7)]], 0.05)
        drawing.label_as(label)
        saved_drawings.save(drawing, "mine")
    images, _ = load("--start", FIRST, "--own", "mine").training
    assert len({image.tobytes() for image in images[125:]}) == 22


def test_a_model_that_reads_no_digits_is_one_line(own, capsys):
    Net([InLayer(units=81), Dense(10)], MSE).save_model("other.npz")
    assert run("--start", "other.npz", "--own", "mine", "--out", "run") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train.py: other.npz: the network takes no image")
    assert not Path("run").exists()


def test_without_mnist_there_is_nothing_to_rehearse_and_one_line_says_so(own, monkeypatch, capsys):
    monkeypatch.setattr(mnist, "load", REAL_LOAD)
    assert run(*GO_ON, "--data", "mine", "--out", "run") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "mine/mnist" in line and "place it there" in line
