"""`python train.py`: what it leaves behind, and what it says when something is wrong.

Most runs are on a few synthetic images, in this process; one is the real command on MNIST.
"""

import csv
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import train
from digits import mnist, pen_images, pen_strokes, preprocess, saved_drawings
from digits.drawing import Drawing
from digits.recognizer import Recognizer
from nn.nets import Net
from training.recipes import RECIPES

SCRIPT = Path(train.__file__)
DENSE = RECIPES["dense-128-64"]  # what --hidden starts from
SMALL = ("--hidden", 8, "--epochs", 1, "--batch-size", 50, "--lr", 0.01)


def synthetic(seed, m):
    """Images (m, 28, 28) uint8 whose bright row tells their label, and the labels (m,) uint8."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(10, size=m, dtype=np.uint8)
    images = generator.integers(100, size=(m, 28, 28), dtype=np.uint8)
    images[range(m), 2 * labels + 4] += 150
    return images, labels


@pytest.fixture
def small_mnist(monkeypatch, tmp_path):
    """600 training and 200 test images instead of MNIST's, some strokes instead of the writers',
    in an empty working folder."""
    parts = {"train": synthetic(0, 600), "test": synthetic(1, 200)}
    strokes = [np.array([[0, 0], [100, 400]], np.float32)]
    pen_digits = [pen_strokes.PenDigit(strokes, 1, writer) for writer in range(1, 31)]
    monkeypatch.setattr(mnist, "load", lambda part, folder=None: parts[part])
    monkeypatch.setattr(pen_strokes, "load", lambda folder=None: pen_digits)
    monkeypatch.setattr(train, "VALIDATION", 100)
    monkeypatch.chdir(tmp_path)
    return parts


@pytest.fixture
def run(small_mnist, monkeypatch):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["train.py", *map(str, arguments)])
        return train.main()

    return run


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def weights(folder):
    return Net.load_model(Path(folder) / "model.npz").parameters


def test_a_run_leaves_the_model_its_settings_and_its_history(run, small_mnist, capsys):
    chosen = ("--epochs", 3, "--activation", "tanh", "--lr", 0.03, "--seed", 7)
    assert run(*SMALL, *chosen, "--out", "a/run") == 0
    assert sorted(path.name for path in Path("a/run").iterdir()) == [
        "history.csv",
        "model.npz",
        "settings.json",
    ]
    with open("a/run/history.csv") as file:
        history = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    settings = json.loads(Path("a/run/settings.json").read_text())
    net = Net.load_model("a/run/model.npz")

    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert history[2]["loss"] < history[0]["loss"]
    assert all(0 <= row["accuracy"] <= 1 for row in history)
    assert net.metadata["epoch"] == 3  # the last, not the luckiest
    assert net.metadata["validation_accuracy"] == history[2]["validation_accuracy"]

    given = {"seed": 7, "epochs": 3, "batch_size": 50, "lr": 0.03}
    for described in (settings, net.metadata["training"]):
        assert given.items() <= described.items()
        assert described["layers"][1] == {"layer": "Dense", "units": 8, "activation": "tanh"}
    assert net.metadata["preprocessing"] == preprocess.VERSION
    assert net.metadata["input"] == {
        "shape": [28, 28],
        "range": [0, 1],
        "ink": "bright on dark",
    }
    assert net.metadata["labels"] == list(range(10))
    images, labels = small_mnist["test"]
    answers = net.predict(images.reshape(200, 784).astype(np.float32) / 255).argmax(axis=1)
    assert net.metadata["test_accuracy"] == (answers == labels).mean() > 0.5

    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("epoch ") for line in lines) == 3
    assert "python display.py --model a/run/model.npz" in lines[-1]
    assert Recognizer.load("a/run/model.npz").read(images[0]) is not None


def test_the_last_line_is_a_command_even_where_a_name_has_spaces(run, capsys):
    assert run(*SMALL, "--out", "my run") == 0
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[-4:] == ["python", "display.py", "--model", "my run/model.npz"]


def test_without_out_the_run_gets_a_folder_of_its_own(run):
    assert run(*SMALL) == 0
    assert len(list(Path("runs").glob("*/model.npz"))) == 1


def test_the_same_seed_gives_the_same_weights_bit_for_bit(run):
    for out, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run(*SMALL, "--augment", "--seed", seed, "--out", out) == 0
    np.testing.assert_array_equal(weights("a"), weights("b"))
    assert (weights("a") != weights("c")).any()


def test_the_test_images_have_no_say_in_the_weights(run, small_mnist):
    run(*SMALL, "--epochs", 2, "--out", "a")
    images, labels = small_mnist["test"]
    small_mnist["test"] = (255 - images, labels[::-1])
    run(*SMALL, "--epochs", 2, "--out", "b")
    np.testing.assert_array_equal(weights("a"), weights("b"))


@pytest.mark.parametrize("schedule", train.SCHEDULES)
@pytest.mark.parametrize("optimizer", train.OPTIMIZERS)
def test_every_optimizer_trains_with_every_schedule(optimizer, schedule, run):
    rate = 0.003 if "adam" in optimizer else 0.05
    chosen = ("--optimizer", optimizer, "--schedule", schedule, "--lr", rate, "--no-augment")
    assert run(*SMALL, "--epochs", 4, *chosen, "--out", "run") == 0
    with open("run/history.csv") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("activation", train.ACTIVATION_NAMES)
def test_hidden_layers_are_as_told(activation, run):
    assert run(*SMALL, "--hidden", 12, 9, "--activation", activation, "--out", "run") == 0
    layers = Net.load_model("run/model.npz").layers[1:]
    assert [layer.units for layer in layers] == [12, 9, 10]
    names = [layer.activation.name.lower() for layer in layers]
    assert names == [activation, activation, "softmax"]


@pytest.mark.parametrize(
    ("flag", "value", "setting"),
    [
        ("--weight-decay", 0.9, "weight_decay"),
        ("--label-smoothing", 0.2, "label_smoothing"),
        ("--clip", 0.01, "clip"),
        ("--average", 0, "average"),
        ("--batch-size", 70, "batch_size"),
        ("--lr", 0.1, "lr"),
        ("--cost", "quadratic", "cost"),
    ],
)
def test_every_setting_tells_on_the_weights_and_is_written_down(flag, value, setting, run):
    assert run(*SMALL, "--epochs", 2, "--out", "plain") == 0
    assert run(*SMALL, "--epochs", 2, flag, value, "--out", "other") == 0
    assert json.loads(Path("other/settings.json").read_text())[setting] == value
    assert (weights("plain") != weights("other")).any()


@pytest.mark.parametrize("recipe", train.RECIPES)
def test_every_recipe_runs_and_the_window_reads_with_what_it_made(recipe, run):
    assert run("--recipe", recipe, "--epochs", 1, "--out", "run") == 0
    Recognizer.load("run/model.npz")


# --- What is wrong is said in one line


def the_one_line(capsys):
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_folder_with_something_in_it_is_not_written_to(run, capsys):
    Path("full").mkdir()
    Path("full/model.npz").write_text("precious")
    assert run(*SMALL, "--out", "full") == 1
    assert "full is not empty" in the_one_line(capsys)
    assert [path.read_text() for path in Path("full").iterdir()] == ["precious"]


def test_a_file_where_the_folder_should_be_is_one_line(run, capsys):
    Path("taken").write_text("precious")
    assert run(*SMALL, "--out", "taken") == 1
    assert "taken" in the_one_line(capsys)


@pytest.mark.parametrize("batch_size", [50, 600])  # in the epoch, or only at its end
def test_a_run_that_diverges_ends_in_one_line(batch_size, run, capsys, recwarn):
    wild = ("--optimizer", "sgd", "--lr", "1e38", "--schedule", "constant", "--average", 0)
    assert run(*SMALL, *wild, "--batch-size", batch_size, "--out", "run") == 1
    assert "--lr" in the_one_line(capsys)
    assert not Path("run/model.npz").exists()
    assert not recwarn.list  # each would be two more lines


def test_a_net_too_large_for_the_memory_is_one_line(run, capsys):
    assert run(*SMALL, "--hidden", 10**15, "--out", "run") == 1
    the_one_line(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        "--epochs 0",
        "--epochs -1",
        "--epochs 1.5",
        "--batch-size 0",
        "--hidden 0",
        "--hidden",
        "--hidden 8 x",
        "--lr nan",
        "--lr 0",
        "--lr -1",
        "--lr inf",
        "--lr fast",
        "--weight-decay -0.1",
        "--label-smoothing 1",
        "--label-smoothing 0.1 --cost quadratic",
        "--clip 0",
        "--average 1",
        "--seed -1",
        "--seed x",
        "--activation softmaxx --hidden 8",
        "--activation softmax --hidden 8",
        "--activation tanh",
        "--optimizer rmsprop",
        "--schedule never",
        "--cost everything",
        "--recipe none",
        "--epoch-count 3",
        "more",
    ],
)
def test_bad_arguments_get_argparses_own_short_error(arguments, run, capsys):
    with pytest.raises(SystemExit) as end:
        run(*arguments.split())
    assert end.value.code == 2
    usage, *_, error = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: train.py")
    assert error.startswith("train.py: error: ")
    assert arguments.split()[0] in error
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("arguments", "rate", "decay"),
    [
        ("--hidden 8", DENSE.lr, DENSE.weight_decay),
        ("--hidden 8 --optimizer adamw", DENSE.lr, DENSE.weight_decay),
        ("--hidden 8 --optimizer adam", 0.002, 0),
        ("--recipe inkling --optimizer sgd", 0.1, 0),
        ("--optimizer momentum --lr 0.3 --weight-decay 0.01", 0.3, 0.01),
    ],
)
def test_another_optimizer_does_not_inherit_the_rate_and_decay_of_the_recipes(
    arguments, rate, decay, monkeypatch
):
    monkeypatch.setattr(sys, "argv", ["train.py", *arguments.split()])
    recipe = train.parse_arguments().recipe
    assert (recipe.lr, recipe.weight_decay) == (rate, decay)


def test_a_missing_data_folder_is_one_line_and_no_traceback(tmp_path):
    result = command("--data", tmp_path / "nowhere", "--out", tmp_path / "run")
    assert result.returncode == 1
    assert not result.stdout
    (line,) = result.stderr.splitlines()
    assert line.startswith("train.py: ") and str(tmp_path / "nowhere") in line
    assert not list(tmp_path.iterdir())


# --- What it learns from


@pytest.fixture
def learned(run, monkeypatch):
    """A run on few images that returns what was rendered for it: the drawings, batch by batch."""

    def learned(*arguments):
        rendered = []

        def render(drawings, generator):
            rendered.append(list(drawings))
            return np.zeros((len(rendered[-1]), 28, 28), np.float32)

        monkeypatch.setattr(pen_images, "render", render)
        monkeypatch.setattr(train, "NON_DIGITS", 18)
        assert run(*SMALL, *arguments) == 0
        return [len(drawings) for drawings in rendered]

    return learned


def test_writers_to_validate_with_are_kept_out_of_training_and_on_request_those_to_test(learned):
    assert learned("--pen-strokes", "--out", "all") == [28 * train.PEN_VERSIONS, 2]
    assert learned("--pen-strokes", "--hold-out", "--out", "some") == [22 * train.PEN_VERSIONS, 2]


def test_a_network_that_knows_non_digits_knows_when_it_is_sure(run, learned):
    assert learned("--non-digits", "--out", "knows") == [18]
    assert 0 < Net.load_model("knows/model.npz").metadata["sure_from"] < 1
    assert run(*SMALL, "--out", "knows not") == 0
    assert "sure_from" not in Net.load_model("knows not/model.npz").metadata


def test_probabilities_are_calibrated_on_the_validation_images(run, monkeypatch):
    seen = []
    monkeypatch.setattr(train.confidence, "calibrate", lambda net, X, Y: seen.append(len(X)) or 1.5)
    assert run(*SMALL, "--out", "a") == 0
    assert seen == [train.VALIDATION]
    assert Net.load_model("a/model.npz").metadata["temperature"] == 1.5


def test_labelled_drawings_of_the_window_are_learned_from(learned, capsys):
    drawing = Drawing()
    drawing.begin((0.5, 0.1), 0.05)
    drawing.extend((0.5, 0.9))
    saved_drawings.save(drawing, 1, "mine")
    saved_drawings.save(drawing, 4, "mine")
    saved_drawings.save(drawing, None, "mine")
    Path("mine/broken.json").write_text("{")
    assert learned("--drawings", "mine") == [2 * train.PEN_VERSIONS]
    out = capsys.readouterr().out
    assert "2 of your drawings are learned from" in out
    assert "left out: mine/broken.json" in out


def test_a_folder_without_labelled_drawings_is_an_error_in_one_line(run, capsys):
    Path("empty").mkdir()
    assert run(*SMALL, "--drawings", "empty") == 1
    assert capsys.readouterr().err == (
        "train.py: no labelled drawings in empty: label with 0 to 9 and save with S\n"
    )


# --- The real thing


def test_the_command_trains_on_mnist(data_folder, tmp_path):
    small = (*SMALL, "--batch-size", 1024, "--no-augment", "--lr", 0.02)
    result = command(*small, "--out", tmp_path / "run", DIGITS_DATA=str(data_folder.resolve()))
    assert result.returncode == 0, result.stderr
    assert Net.load_model(tmp_path / "run/model.npz").metadata["test_accuracy"] > 0.75
    assert not result.stderr  # no bar where nobody watches
