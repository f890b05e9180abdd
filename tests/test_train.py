"""`python train.py`: what it leaves behind, and what it says when something is wrong.

Most runs are on a few synthetic images, in this process; one is the real command on MNIST.
"""

import contextlib
import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from small_run import SMALL, history, run, small_mnist, synthetic

import train
from digits.data import mnist, own_data, pen_images, pen_strokes
from digits.data.downloads import DataError
from digits.data.own_data import OwnData
from digits.drawing import preprocess
from digits.learning import constructed, hands, non_digits
from digits.learning.augment import augment
from digits.recognizer import SHIPPED_MODEL, Recognizer
from nn.averaging import MovingAverage
from nn.cost_functions import MSE
from nn.layers import Dense, InLayer
from nn.nets import Net
from training import datasets
from training.arguments import parse_arguments
from training.flags import ACTIVATION_NAMES
from training.progress import Recent
from training.recipes import OPTIMIZERS, RECIPES, SCHEDULES

SCRIPT = Path(train.__file__)
DENSE = RECIPES["dense-128-64"]  # what --hidden starts from


@pytest.fixture(autouse=True)
def parts(tmp_path):
    """Few images instead of MNIST's, in an empty working folder. Without `monkeypatch`: it has to
    be undone first."""
    with contextlib.chdir(tmp_path), small_mnist() as parts:
        yield parts


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


@pytest.mark.parametrize("stdout", [None, io.StringIO()], ids=["closed", "of another kind"])
def test_a_run_needs_nobody_to_tell_about_it(monkeypatch, stdout):
    monkeypatch.setattr(sys, "stdout", stdout)  # as a shell's `>&-` leaves it, or an editor's
    assert run(*SMALL, "--out", "run") == 0
    assert Path("run/model.npz").exists()


def test_a_run_leaves_the_model_its_settings_and_its_history(parts, capsys):
    chosen = ("--epochs", 3, "--activation", "tanh", "--lr", 0.03, "--seed", 7)
    assert run(*SMALL, *chosen, "--out", "a/run") == 0
    left = sorted(path.name for path in Path("a/run").iterdir())
    assert left == ["history.csv", "model.npz", "settings.json"]  # and the pictures
    with open("a/run/history.csv") as file:
        epochs = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    settings = json.loads(Path("a/run/settings.json").read_text())
    net = Net.load_model("a/run/model.npz")

    assert [row["epoch"] for row in epochs] == [1, 2, 3]
    assert epochs[2]["loss"] < epochs[0]["loss"]
    assert all(0 <= row["accuracy"] <= 1 for row in epochs)
    assert net.metadata["epoch"] == 3  # the last, not the luckiest
    assert net.metadata["validation_accuracy"] == epochs[2]["validation_accuracy"]

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
    images, labels = parts["test"]
    answers = net.predict(images.reshape(200, 784).astype(np.float32) / 255).argmax(axis=1)
    assert net.metadata["test_accuracy"] == (answers == labels).mean() > 0.5

    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("epoch ") for line in lines) == 3
    assert "python display.py --model a/run/model.npz" in lines[-1]
    assert Recognizer.load("a/run/model.npz").read(images[0]) is not None


def test_the_last_line_is_a_command_even_where_a_name_has_spaces(capsys):
    assert run(*SMALL, "--out", "my run") == 0
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[-4:] == ["python", "display.py", "--model", "my run/model.npz"]


def test_a_stream_without_a_times_sign_ends_nothing():
    listed = subprocess.run(
        [sys.executable, SCRIPT, "--recipe", "list"],
        env=os.environ | {"PYTHONIOENCODING": "cp1251"},
        capture_output=True,
        text=True,
    )
    assert (listed.returncode, listed.stderr) == (0, "")
    assert r"28\xd728" in listed.stdout


def test_without_out_each_run_gets_a_folder_of_its_own():
    for _ in range(3):  # within a second perhaps
        assert run(*SMALL) == 0
    assert len(list(Path("runs").glob("*/model.npz"))) == 3


def test_a_run_keeps_out_of_a_folder_that_another_run_has_begun_to_fill(monkeypatch, capsys):
    load = datasets.load

    def load_slowly(*arguments):
        with monkeypatch.context() as patched:
            patched.setattr(datasets, "load", load)
            assert run(*SMALL, "--out", "run", "--seed", 1) == 0
        return load(*arguments)

    monkeypatch.setattr(datasets, "load", load_slowly)
    assert run(*SMALL, "--out", "run", "--seed", 2) == 1
    assert capsys.readouterr().err.endswith("name another folder with --out\n")
    assert Net.load_model("run/model.npz").metadata["training"]["seed"] == 1


def test_the_same_seed_gives_the_same_weights_bit_for_bit():
    for out, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run(*SMALL, "--augment", "--seed", seed, "--out", out) == 0
    np.testing.assert_array_equal(weights("a"), weights("b"))
    assert (weights("a") != weights("c")).any()


def test_in_the_gentle_epochs_at_the_end_augmentation_is_half_as_strong(monkeypatch):
    strengths = []

    def watched(images, generator, strength):
        strengths.append(strength)
        return augment(images, generator, strength)

    monkeypatch.setattr(train, "augment", watched)
    monkeypatch.setitem(RECIPES, "dense-128-64", replace(DENSE, gentle_epochs=1))
    assert run(*SMALL, "--epochs", 4, "--augment", "--out", "run") == 0
    part = len(strengths) // 4
    assert strengths == [1] * 3 * part + [train.GENTLE] * part


def test_the_average_of_the_weights_is_judged_and_has_no_say_in_the_training(monkeypatch):
    trained = []
    update = MovingAverage.update
    monkeypatch.setattr(
        MovingAverage, "update", lambda self, new: (trained.append(new.copy()), update(self, new))
    )
    for decay in (0, 0.9):
        assert run(*SMALL, "--epochs", 2, "--average", decay, "--out", decay) == 0
    np.testing.assert_array_equal(trained[:20], trained[20:])
    assert (weights("0") != weights("0.9")).any()


def test_the_test_images_have_no_say_in_the_weights(parts):
    run(*SMALL, "--epochs", 2, "--out", "a")
    images, labels = parts["test"]
    parts["test"] = (255 - images, labels[::-1])
    run(*SMALL, "--epochs", 2, "--out", "b")
    np.testing.assert_array_equal(weights("a"), weights("b"))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_trains_with_every_schedule(optimizer, schedule):
    rate = 0.003 if "adam" in optimizer else 0.05
    chosen = ("--optimizer", optimizer, "--schedule", schedule, "--lr", rate, "--no-augment")
    assert run(*SMALL, "--epochs", 4, *chosen, "--out", "run") == 0
    with open("run/history.csv") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_hidden_layers_are_as_told(activation):
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
def test_every_setting_tells_on_the_weights_and_is_written_down(flag, value, setting):
    assert run(*SMALL, "--epochs", 2, "--out", "plain") == 0
    assert run(*SMALL, "--epochs", 2, flag, value, "--out", "other") == 0
    assert json.loads(Path("other/settings.json").read_text())[setting] == value
    assert (weights("plain") != weights("other")).any()


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_runs_and_the_window_reads_with_what_it_made(recipe):
    assert run("--recipe", recipe, "--epochs", 1, "--out", "run") == 0
    Recognizer.load("run/model.npz")


@pytest.mark.parametrize("batch_size", [10, 250])
def test_what_is_shown_of_recent_images_fades_to_1_over_e_within_so_many(batch_size):
    recent = Recent()
    for loss, images in ((1, 20 * Recent.IMAGES), (0, Recent.IMAGES)):
        for _ in range(images // batch_size):
            recent.count(batch_size, batch_size, loss * batch_size, loss * batch_size)
    assert recent.loss == pytest.approx(1 / np.e) == recent.accuracy


def test_the_statistics_of_normalised_layers_follow_the_training():
    assert run("--recipe", "tiny", "--epochs", 1, "--out", "run") == 0
    normalised = [one for one in Net.load_model("run/model.npz").layers if one.statistics]
    assert len(normalised) == 5
    for layer in normalised:
        assert (layer.statistics["mean"] != 0).all() and (layer.statistics["variance"] != 1).all()


def test_a_net_that_is_refused_what_it_should_learn_from_says_so_in_one_line(parts, capsys):
    """As `nn` refuses data that are not finite."""
    load = datasets.load

    def spoiled(*arguments):
        data = load(*arguments)
        data.training[0][3, 14, 14] = np.nan
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "load", spoiled)
        assert run(*SMALL, "--no-augment", "--out", "run") == 1
    the_one_line(capsys)


def test_the_window_reads_with_what_a_stopped_run_has_made_so_far(monkeypatch):
    monkeypatch.setattr(train, "finish", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("--recipe", "nielsen-30", "--epochs", 1, "--out", "run")
    Recognizer.load("run/model.npz")


# --- What is wrong is said in one line


def the_one_line(capsys):
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train.py: ")
    return line


def refused(capsys, *arguments):
    """What the program says against such a command line, which changes nothing."""
    before = sorted(Path().rglob("*"))
    with pytest.raises(SystemExit) as end:
        run(*arguments)
    assert end.value.code == 2
    assert sorted(Path().rglob("*")) == before
    return the_one_line(capsys)


@pytest.mark.parametrize("batch_size", [50, 600])  # in the epoch, or only at its end
def test_a_run_that_diverges_ends_in_one_line(batch_size, capsys, recwarn):
    wild = ("--optimizer", "sgd", "--lr", "1e38", "--schedule", "constant", "--average", 0)
    assert run(*SMALL, *wild, "--batch-size", batch_size, "--out", "run") == 1
    assert "in epoch 1: try a smaller --lr" in the_one_line(capsys)
    assert not Path("run/model.npz").exists()
    assert not recwarn.list  # each would be two more lines


def test_a_net_too_large_for_the_memory_is_one_line(capsys):
    assert run(*SMALL, "--hidden", 10**15, "--out", "run") == 1
    the_one_line(capsys)
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("--epochs 0", "a whole number of at least 1"),
        ("--epochs -1", "a whole number of at least 1"),
        ("--epochs 1.5", "a whole number of at least 1"),
        ("--batch-size 0", "a whole number of at least 1"),
        ("--hidden 0", "a whole number of at least 1"),
        ("--hidden", "at least one"),
        ("--hidden 8 x", "a whole number of at least 1"),
        ("--lr nan", "a number above 0"),
        ("--lr 0", "a number above 0"),
        ("--lr -1", "a number above 0"),
        ("--lr inf", "a number above 0"),
        ("--lr fast", "a number above 0"),
        ("--weight-decay -0.1", "a number from 0 to below 1"),
        ("--label-smoothing 1", "a number from 0 to below 1"),
        ("--label-smoothing 0.1 --cost quadratic", "--cost cross-entropy"),
        ("--clip 0", "a number above 0"),
        ("--average 1", "a number from 0 to below 1"),
        ("--seed -1", "a whole number of at least 0"),
        ("--seed x", "a whole number of at least 0"),
        ("--activation softmaxx --hidden 8", "choose from"),
        ("--activation softmax --hidden 8", "choose from"),
        ("--activation tanh", "--hidden"),
        ("--hidden 20 --recipe fast", "leave one out"),
        ("--optimizer rmsprop", "choose from"),
        ("--schedule never", "choose from"),
        ("--cost everything", "choose from"),
        ("--recipe none", "choose from"),
        ("--data nowhere", "nowhere does not exist"),
        ("--data file", "file is not a folder"),
        ("--out full", "full exists already: name a new folder"),
        ("--out file", "file exists already: name a new folder"),
        ("--own nowhere", "nowhere does not exist"),
        ("--own full full full", "two IDX files"),
        ("--own full full", "put the digits of both into one"),
        ("--own full --own full", "put the digits of both into one"),
        ("--batch-size 1", "batch normalisation needs two images"),
        ("--no-mnist", "--own"),
        ("--hold-out --recipe fast", "leave it out"),
        ("--hold-out --hidden 8", "leave it out"),
        ("--hold-out --own full --no-mnist", "leave it out"),
        ("--start nowhere --own full", "nowhere does not exist"),
        ("--start file", "give --own too"),
        ("--start file --own full --recipe fast", "leave out --recipe"),
        ("--start file --own full --no-mnist --seed 3", "leave out --no-mnist, --seed"),
        ("--resume nowhere", "nowhere does not exist"),
        ("--resume file", "file is not a folder"),
        ("--resume full --epochs 3", "leave out --epochs"),
        ("--resume full --seed 0 --no-augment", "leave out --no-augment, --seed"),
        ("--resume full --own file --no-mnist", "leave out --no-mnist, --own"),
        ("--resume full --evaluate file", "leave out --evaluate"),
        ("--resume full --start file", "leave out --start"),
        ("--evaluate nowhere", "nowhere does not exist"),
        ("--evaluate file --recipe fast", "leave out --recipe"),
        ("--epoch-count 3", "unrecognized"),
        ("more", "unrecognized"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line_that_says_what_can(words, advice, capsys):
    Path("file").write_text("precious")
    Path("full").mkdir()
    Path("full/model.npz").write_text("precious")
    line = refused(capsys, *words.split())
    assert words.split()[0] in line and advice in line


@pytest.mark.parametrize(
    ("words", "rate", "decay"),
    [
        ("--hidden 8", DENSE.lr, DENSE.weight_decay),
        ("--hidden 8 --optimizer adamw", DENSE.lr, DENSE.weight_decay),
        ("--hidden 8 --optimizer adam", 0.002, 0),
        ("--recipe inkling --optimizer sgd", 0.1, 0),
        ("--optimizer momentum --lr 0.3 --weight-decay 0.01", 0.3, 0.01),
    ],
)
def test_another_optimizer_does_not_inherit_the_rate_and_decay_of_the_recipes(words, rate, decay):
    recipe = parse_arguments(words.split()).settings.recipe
    assert (recipe.lr, recipe.weight_decay) == (rate, decay)


def test_a_folder_without_the_data_is_one_line_and_no_traceback(tmp_path):
    result = command("--data", tmp_path, "--out", tmp_path / "run")
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"train.py: {tmp_path / 'mnist'}") and "place it there" in line
    assert not list(tmp_path.iterdir())


# --- What it says when asked


def test_help_names_every_flag_with_its_default_in_a_hundred_columns(capsys):
    with pytest.raises(SystemExit) as end:
        run("--help")
    text = capsys.readouterr().out
    assert end.value.code == 0
    assert max(map(len, text.splitlines())) <= 100
    assert text.partition("examples:")[2].count("  python train.py ") == 4
    flags = text[text.index("what to do:") :].split("\n  --")[1:]
    assert len(flags) > 20
    modes = ("resume", "evaluate", "no-mnist")
    without = [flag for flag in flags if "default" not in flag and "[" not in flag]
    assert [flag.split()[0] for flag in without] == list(modes)
    (no_mnist,) = (" ".join(flag.split()) for flag in flags if flag.startswith("no-mnist"))
    assert "unless asked for, no pen strokes, hands or non-digits" in no_mnist


def test_the_list_of_recipes_says_what_each_is(capsys):
    with pytest.raises(SystemExit) as end:
        run("--recipe", "list")
    assert end.value.code == 0
    _, *lines, _ = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(RECIPES)
    words = lines[list(RECIPES).index("dense-128-64")].split()
    assert words == ["dense-128-64", "784-128-64-10", "109,386", str(DENSE.epochs)]


def test_neither_pictures_nor_windows_are_loaded_where_none_are_asked_for():
    code = "import sys, train; sys.exit(bool({'matplotlib', 'pygame'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=SCRIPT.parent).returncode == 0


# --- What it learns from


CONSTRUCTED = 100  # and a label: what an image shows, if not a writer's digit
NON_DIGIT = 200  # and the kind's place among those that are trained


@pytest.fixture
def sources(monkeypatch):
    """All pixels of an image tell what it shows: a digit by this writer, or one of the above. The
    dict that this gives has the writers whose digits non-digits are made of."""
    found = {}

    def non_digit(kind, generator, digits):
        found["rows"] = {digit.writer for digit in digits}
        return NON_DIGIT + non_digits.TRAINED.index(kind)

    def render(sources, generator):
        return np.array([np.full((28, 28), source) for source in sources], np.float32)

    monkeypatch.setattr(pen_strokes.PenDigit, "drawing", lambda digit: digit.writer)
    monkeypatch.setattr(hands, "draw", lambda digit, hand, generator: digit.writer)
    monkeypatch.setattr(constructed, "draw", lambda label, generator: CONSTRUCTED + label)
    monkeypatch.setattr(non_digits, "draw", non_digit)
    monkeypatch.setattr(pen_images, "render", render)
    return found


def shown(examples):
    """What the images show that are not MNIST's, and how many of them do."""
    images, targets = examples
    drawn = images[:, 0, 0] >= 1
    sources, labels = images[drawn, 0, 0].astype(int), targets[drawn].argmax(axis=1)
    is_digit = sources < NON_DIGIT
    np.testing.assert_array_equal(labels[is_digit], sources[is_digit] % 10)
    np.testing.assert_array_equal(targets[drawn][~is_digit], np.float32(0.1))
    return Counter(sources.tolist())


@pytest.mark.parametrize(("flags", "last"), [((), 30), (("--hold-out",), 24)])
def test_writers_to_validate_with_are_kept_out_of_training_and_on_request_those_to_test(
    flags, last, sources
):
    seen = {*range(1, last + 1)} - {23, 24}
    data = load("--hidden", "8", "--pen-strokes", "--hands", "--non-digits", *flags)
    writers = {source for source in shown(data.training) if source < CONSTRUCTED}
    assert writers == sources["rows"] == seen
    assert shown(data.validation) == {23: 1, 24: 1}


def test_pens_and_other_hands_draw_every_digit_as_often(sources):
    pens, others = (load("--hidden", "8", flag) for flag in ("--pen-strokes", "--hands"))
    seen = {*range(1, 31)} - {23, 24}
    assert shown(pens.training) == dict.fromkeys(seen, datasets.PEN_VERSIONS)
    every_label = dict.fromkeys(range(CONSTRUCTED, CONSTRUCTED + 10), datasets.CONSTRUCTED // 10)
    assert shown(others.training) == dict.fromkeys(seen, datasets.HANDS) | every_label


def test_what_is_hard_to_tell_from_a_digit_is_learned_as_often_as_said(sources, monkeypatch):
    often = [non_digits.OFTEN.get(kind, 1) for kind in non_digits.TRAINED]
    monkeypatch.setattr(datasets, "NON_DIGITS", 2 * sum(often))
    counts = shown(load("--hidden", "8", "--non-digits").training)
    assert [counts[NON_DIGIT + place] for place in range(len(often))] == [2 * n for n in often]


def test_a_network_that_knows_non_digits_knows_when_it_is_sure():
    assert run(*SMALL, "--non-digits", "--out", "knows") == 0
    net, unseen = Net.load_model("knows/model.npz"), load(*map(str, SMALL)).validation[0]
    sure_from = train.confidence.threshold(net.predict(unseen))
    assert net.metadata["sure_from"] == pytest.approx(sure_from, rel=1e-5)
    assert run(*SMALL, "--out", "knows not") == 0
    assert "sure_from" not in Net.load_model("knows not/model.npz").metadata


def test_probabilities_are_calibrated_on_the_validation_images(monkeypatch):
    seen = []
    monkeypatch.setattr(train.confidence, "calibrate", lambda net, X, Y: seen.append(len(X)) or 1.5)
    assert run(*SMALL, "--out", "a") == 0
    assert seen == [datasets.VALIDATION]
    assert Net.load_model("a/model.npz").metadata["temperature"] == 1.5


def test_a_few_validation_images_calibrate_nothing(own, capsys):
    assert run(*SMALL, "--own", "mine", "--no-mnist", "--non-digits", "--out", "few") == 0
    assert "not calibrated: 4 validation images are too few" in capsys.readouterr().out
    assert not Net.load_model("few/model.npz").metadata.keys() & {"temperature", "sure_from"}


@pytest.fixture
def own(monkeypatch):
    """40 digits in the folder "mine", and one file there that is none."""
    images, labels = synthetic(2, 40)
    found = OwnData(datasets.as_input(images), labels.astype(int), ["mine/notes.txt: no picture"])
    monkeypatch.setattr(own_data, "load", lambda paths, generator=None: found)
    Path("mine").mkdir()
    return found


def load(*words):
    """The data that train.py would use."""
    return datasets.load(parse_arguments(list(words)).settings, np.random.default_rng(0))


def test_digits_of_ones_own_are_learned_from_and_what_is_left_out_is_named(own, capsys):
    assert run(*SMALL, "--own", "mine", "--out", "with") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "left out: mine/notes.txt: no picture",
        "also learning from 40 digits of your own",
    ]
    data = load("--hidden", "8", "--own", "mine")
    assert (len(data.training[0]), len(data.validation[0])) == (500 + 40, 100)
    for image, target in zip(own.images, np.eye(10)[own.labels], strict=True):
        (place,) = np.flatnonzero((data.training[0] == image).all(axis=(1, 2)))
        np.testing.assert_array_equal(data.training[1][place], target)


def test_without_mnist_a_tenth_of_ones_own_digits_is_kept_to_validate_with(own):
    data = load("--own", "mine", "--no-mnist")  # and no pen strokes, nor what is no digit
    assert (len(data.training[0]), len(data.validation[0])) == (36, 4)
    both = np.concatenate([data.training[0], data.validation[0]])
    assert {image.tobytes() for image in both} == {image.tobytes() for image in own.images}
    assert len(load("--own", "mine", "--no-mnist", "--pen-strokes").validation[0]) == 4 + 2


@pytest.mark.parametrize("at_hand", [True, False])
def test_without_mnist_its_test_set_is_reported_if_it_is_at_hand(at_hand, own, monkeypatch, capsys):
    def load(part, folder=None, download=True):
        assert part == "test" and not download
        if not at_hand:
            raise DataError("not on this machine")
        return synthetic(1, 200)

    monkeypatch.setattr(mnist, "load", load)
    assert run(*SMALL, "--own", "mine", "--no-mnist", "--out", "run") == 0
    out = capsys.readouterr().out
    assert ("test accuracy" in out) == at_hand
    assert ("validation accuracy" in out) != at_hand
    assert ("test_accuracy" in Net.load_model("run/model.npz").metadata) == at_hand


def test_a_handful_of_digits_alone_is_too_few(own, monkeypatch, capsys):
    few = OwnData(own.images[:9], own.labels[:9], [])
    monkeypatch.setattr(own_data, "load", lambda *_: few)
    assert run("--own", "mine", "--no-mnist") == 1
    assert "9 digits of your own: too few" in the_one_line(capsys)
    data = load("--own", "mine", "--no-mnist", "--pen-strokes")  # not alone
    assert (len(data.training[0]), len(data.validation[0])) == (9 + 28 * 2, 2)


def test_ones_own_digits_are_reported_as_the_window_reads_them(own, monkeypatch):
    pens = OwnData(own.images / 2, own.labels, [])
    monkeypatch.setattr(
        own_data, "load", lambda paths, generator=None: own if generator is None else pens
    )
    data = load("--own", "mine", "--no-mnist")
    assert data.own is own
    assert (data.training[0].max(axis=(1, 2)) <= 0.5).all()
    assert (data.validation[0].max(axis=(1, 2)) > 0.5).all()


def test_where_ones_own_digits_are_is_not_told_by_the_model(own):
    assert run(*SMALL, "--own", "mine", "--data", ".", "--out", "run") == 0
    settings = json.loads(Path("run/settings.json").read_text())
    assert settings["own"] == [str(Path("mine").absolute())]
    assert settings["data"] == str(Path().absolute())
    assert str(Path().absolute()) not in json.dumps(Net.load_model("run/model.npz").metadata)


# --- Evaluating, drawing, watching


@pytest.fixture
def drawn(monkeypatch):
    """What pictures were asked for: folder, network, examples and history."""
    drawn = []
    monkeypatch.setattr(train, "draw_pictures", lambda *asked: drawn.append(asked))
    return drawn


def test_a_run_ends_with_pictures_of_the_model_that_it_saved(drawn, parts):
    assert run(*SMALL, "--epochs", 2, "--out", "run") == 0
    ((folder, net, (images, targets), history),) = drawn
    assert folder == Path("run")
    np.testing.assert_array_equal(net.parameters, weights("run"))
    np.testing.assert_array_equal(images, datasets.as_input(parts["test"][0]))
    np.testing.assert_array_equal(targets.argmax(axis=1), parts["test"][1])
    assert [entry["epoch"] for entry in history] == [1, 2]


def test_evaluating_says_of_a_model_what_its_run_said(drawn, capsys):
    assert run(*SMALL, "--out", "run") == 0
    (said,) = (line for line in capsys.readouterr().out.splitlines() if "test accuracy" in line)
    assert run("--evaluate", "run/model.npz", "--out", "pictures") == 0
    assert capsys.readouterr().out.splitlines() == [said, "pictures in pictures"]
    (*_, (folder, net, _, history)) = drawn
    assert (folder, history) == (Path("pictures"), [])
    np.testing.assert_array_equal(net.parameters, weights("run"))


def test_evaluating_on_digits_of_ones_own_counts_those(own, drawn, capsys):
    assert run("--evaluate", SHIPPED_MODEL, "--own", "mine") == 0
    left_out, said, _ = capsys.readouterr().out.splitlines()
    assert left_out == "left out: mine/notes.txt: no picture"
    accuracy = (
        Net.load_model(SHIPPED_MODEL).predict(own.images).argmax(axis=1) == own.labels
    ).mean()
    assert said.startswith(f"own-data accuracy {accuracy:.2%} of 40, loss ")
    assert drawn[0][2][0] is own.images


@pytest.mark.parametrize("layers", [[InLayer(units=81), Dense(10)], [InLayer(units=784), Dense(9)]])
def test_a_model_that_reads_no_digits_is_one_line(layers, capsys):
    Net(layers, MSE).save_model("other.npz")
    assert run("--evaluate", "other.npz", "--out", "pictures") == 1
    assert "other.npz is not a model that reads digits" in the_one_line(capsys)
    assert not Path("pictures").exists()


def test_a_file_that_is_no_model_is_one_line(capsys):
    Path("notes.txt").write_text("7")
    assert run("--evaluate", "notes.txt") == 1
    assert "notes.txt: not a model file" in the_one_line(capsys)


class FakeWatch:
    """Keeps what a watch is told."""

    def __init__(self, title, epochs, samples):
        self.title, self.epochs, self.told, self.advice = title, epochs, [], None
        FakeWatch.last = self

    def update(self, net, progress):
        self.told.append((len(progress.history), progress.done, progress.loss, progress.accuracy))

    def stay(self, net, progress, advice):
        self.advice = advice


def watching(monkeypatch, watch):
    monkeypatch.setitem(sys.modules, "training.watch", SimpleNamespace(Watch=watch))
    monkeypatch.delattr("training.watch", raising=False)


def test_a_watch_is_told_of_every_batch_and_changes_no_bit(monkeypatch):
    watching(monkeypatch, FakeWatch)
    assert run(*SMALL, "--epochs", 2, "--out", "unwatched") == 0
    assert run(*SMALL, "--epochs", 2, "--watch", "--out", "watched") == 0
    np.testing.assert_array_equal(weights("watched"), weights("unwatched"))
    watch = FakeWatch.last
    assert (watch.title, watch.epochs) == ("watched", 2)
    assert watch.advice.endswith("python display.py --model watched/model.npz")
    epochs, done, losses, accuracies = zip(*watch.told, strict=True)
    assert epochs == (0,) * 10 + (1,) * 10
    np.testing.assert_allclose(done, np.arange(1, 21) / 10)
    (first, _) = (line.split(",") for line in history("watched")[1:])
    assert (losses[9], accuracies[9]) == (float(first[1]), float(first[2]))


def test_where_no_window_can_be_opened_training_goes_on(monkeypatch, capsys):
    def watch(title, epochs, samples):
        raise OSError("no display")

    watching(monkeypatch, watch)
    assert run(*SMALL, "--watch", "--out", "run") == 0
    line = the_one_line(capsys)
    assert "no display" in line and "training goes on" in line


def test_where_the_window_fails_training_goes_on_without_it(monkeypatch, capsys):
    class Failing(FakeWatch):
        is_open = True

        def update(self, net, progress):
            if self.is_open and progress.done > 0.5:
                raise RuntimeError("the display is gone")

        def close(self):
            self.is_open = False

    watching(monkeypatch, Failing)
    assert run(*SMALL, "--watch", "--out", "run") == 0
    line = the_one_line(capsys)
    assert "the display is gone" in line and "training goes on" in line


# --- The real thing


def test_the_command_trains_on_mnist(data_folder, tmp_path):
    small = (*SMALL, "--batch-size", 1024, "--no-augment", "--lr", 0.02)
    result = command(*small, "--out", tmp_path / "run", DIGITS_DATA=str(data_folder.resolve()))
    assert result.returncode == 0, result.stderr
    assert Net.load_model(tmp_path / "run/model.npz").metadata["test_accuracy"] > 0.75
    assert not result.stderr  # no bar where nobody watches
    pictures = {path.name for path in (tmp_path / "run").glob("*.png")}
    assert pictures == {f"{n}.png" for n in ("curves", "confusion", "worst", "samples", "weights")}
