"""Nothing is lost: a run that was stopped, killed or starved goes on to the very bits of one that
was not."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_run import SMALL, history, run, small_mnist, synthetic

import train
from digits.data import mnist
from nn import model_files
from nn.activation_functions import ReLU, softmax
from nn.averaging import MovingAverage
from nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, InLayer, MaxPool2D
from nn.nets import Net
from training import checkpoint
from training.interrupt import Interrupt
from training.recipes import RECIPES, Recipe

REAL_LOAD = mnist.load
TESTS = Path(__file__).parent
TWO_EPOCHS = (*SMALL, "--epochs", 2)  # of ten batches


@pytest.fixture(autouse=True)
def parts(tmp_path):
    with contextlib.chdir(tmp_path), small_mnist() as parts:
        yield parts


@pytest.fixture
def interrupted(monkeypatch):
    """interrupted(n, …) is a run that gets Ctrl-C in the midst of its n-th batch."""

    def interrupted(n, *arguments, number=signal.SIGINT):
        batches = 0

        def update(average, vector):
            nonlocal batches
            batches += 1
            if batches == n:
                signal.raise_signal(number)
            original(average, vector)

        original = MovingAverage.update
        with monkeypatch.context() as patch:
            patch.setattr(MovingAverage, "update", update)
            return run(*arguments)

    return interrupted


def the_one_line(capsys):
    (line,) = capsys.readouterr().err.splitlines()
    return line


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def assert_same_result(folder, other):
    assert (Path(folder) / "model.npz").read_bytes() == (Path(other) / "model.npz").read_bytes()
    assert history(folder) == history(other)


# --- Stopped


def convolutional():
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(2, 5, strides=3),
        BatchNorm(),
        MaxPool2D(),
        Flatten(),
        Dense(8, ReLU),
        Dropout(0.3),
        Dense(10, softmax),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        "--hidden 8 --optimizer sgd --schedule constant --average 0",
        "--hidden 8 --optimizer momentum --schedule cosine --clip 0.1",
        "--hidden 8 --optimizer adam --schedule one-cycle --weight-decay 0.01 --pen-strokes",
        "--recipe convolutional --augment --label-smoothing 0.1 --non-digits --seed 5",
    ],
)
def test_a_run_that_is_stopped_again_and_again_ends_as_one_that_is_not(
    arguments, interrupted, monkeypatch
):
    monkeypatch.setitem(RECIPES, "convolutional", Recipe(convolutional, epochs=3, lr=0.01))
    arguments = ("--epochs", 3, "--batch-size", 60, *arguments.split())
    assert run(*arguments, "--out", "whole") == 0
    assert interrupted(4, *arguments, "--out", "parts") == 130
    stops = 1
    while (status := interrupted(4, "--resume", "parts")) == 130:
        stops += 1
    assert (status, stops >= 6) == (0, True)
    assert_same_result("whole", "parts")


@pytest.mark.parametrize("batch", [1, 10, 11, 20])  # the first and the last of both epochs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_last_line_of_a_stopped_run_is_the_command_that_goes_on(
    batch, number, interrupted, capsys
):
    assert run(*TWO_EPOCHS, "--out", "whole") == 0
    assert interrupted(batch, *TWO_EPOCHS, "--out", "my run", number=number) == 130
    command = shlex.split(the_one_line(capsys).partition(":  ")[2])
    assert command == ["python", "train.py", "--resume", "my run"]
    assert run(*command[2:]) == 0
    assert_same_result("whole", "my run")


def test_a_stop_while_the_epoch_is_judged_or_the_end_is_prepared_costs_nothing(monkeypatch):
    assert run(*TWO_EPOCHS, "--out", "whole") == 0
    for name, owner in (("evaluate", Net), ("calibrate", train.confidence), ("report", train)):
        with monkeypatch.context() as patch:
            original = getattr(owner, name)

            def stopped(*arguments, original=original):
                signal.raise_signal(signal.SIGINT)
                return original(*arguments)

            patch.setattr(owner, name, stopped)
            assert run(*TWO_EPOCHS, "--out", name) == 130
        assert run("--resume", name) == 0
        assert_same_result("whole", name)


def test_what_ended_before_its_pictures_were_drawn_draws_them_when_it_goes_on(monkeypatch):
    assert run(*SMALL, "--out", "whole") == 0
    with monkeypatch.context() as patch:
        patch.setattr(train, "draw_pictures", lambda *_: signal.raise_signal(signal.SIGINT))
        assert run(*SMALL, "--out", "parts") == 130
    drawn = []
    monkeypatch.setattr(train, "draw_pictures", lambda folder, *_: drawn.append(folder))
    assert run("--resume", "parts") == 0
    assert drawn == [Path("parts")]
    assert_same_result("whole", "parts")


def test_a_stop_while_data_are_loaded_ends_without_a_trace(monkeypatch, capsys):
    monkeypatch.setattr(train.datasets, "load", lambda *_: signal.raise_signal(signal.SIGINT))
    assert run(*SMALL, "--out", "run") == 130
    assert the_one_line(capsys) == "train.py: stopped"
    assert not list(Path().iterdir())


def test_a_second_ctrl_c_does_no_more_than_the_first():
    with pytest.raises(KeyboardInterrupt), Interrupt() as interrupt:
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
            assert interrupt


def test_ctrl_c_means_what_it_meant_before_once_a_run_has_ended():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    assert run(*SMALL) == 0
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_ctrl_c_that_a_process_ignores_does_not_stop_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupt() as interrupt:
            signal.raise_signal(signal.SIGINT)
            assert not interrupt
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_a_long_epoch_checkpoints_are_written_too(monkeypatch):
    saved = []
    save = train.Run.save
    monkeypatch.setattr(train.Run, "save", lambda run, path: (saved.append(1), save(run, path)))
    assert run(*SMALL, "--out", "quick") == 0
    assert len(saved) == 2  # at the start, after the epoch
    monkeypatch.setattr(train, "CHECKPOINT_SECONDS", 0)
    assert run(*SMALL, "--out", "slow") == 0
    assert len(saved) == 2 + 1 + 10 + 1
    assert_same_result("quick", "slow")


# --- Killed

KILL = """
import os, random, shutil, signal, sys, time
from pathlib import Path
import train
from small_run import run, small_mnist

train.CHECKPOINT_SECONDS = 0
sys.stdout = open(os.devnull, "w")
generator, kills, patience = random.Random(0), 0, 0.03
with small_mnist():
    while True:
        arguments = ["--resume", "parts"]
        if not Path("parts/checkpoint.npz").exists():
            shutil.rmtree("parts", ignore_errors=True)
            arguments = [*sys.argv[1:], "--out", "parts"]
        child = os.fork()
        if not child:
            os._exit(run(*arguments))
        time.sleep(generator.uniform(0, patience))
        os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != -signal.SIGKILL:
            break
        kills += 1
        patience *= 1.05  # so that it ends one day, however slow the machine
    run(*sys.argv[1:], "--out", "whole")
print(status, kills, file=sys.stderr)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_run_that_is_killed_at_random_again_and_again_ends_as_one_that_is_not():
    arguments = (*SMALL, "--epochs", 8, "--schedule", "cosine", "--augment")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
        "OPENBLAS_NUM_THREADS": "1",  # as threads do not survive a fork
    }
    command = [sys.executable, "-c", KILL, *map(str, arguments)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert not result.returncode, result.stderr
    status, kills = map(int, result.stderr.split())
    assert (status, kills >= 5) == (0, True), kills
    assert_same_result("whole", "parts")
    assert contents("whole").keys() == contents("parts").keys()  # no halves of files


# --- Starved


@contextlib.contextmanager
def no_file_above(size):
    """Inside the block writing fails where a file would grow above so many bytes."""
    resource = pytest.importorskip("resource")  # not every system has such limits
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


def test_a_disk_that_is_full_from_the_start_is_one_line(capsys):
    for room, starved in ((100, "settings.json"), (10_000, "checkpoint.npz")):
        with no_file_above(room):
            assert run(*SMALL, "--out", f"room for {room}") == 1
        line = the_one_line(capsys)
        assert line.startswith(f"train.py: room for {room}/{starved}: ") and "--out" in line


def test_a_place_where_no_folder_can_be_is_one_line(capsys):
    Path("file").write_text("precious")
    assert run(*SMALL, "--out", "file/run") == 1
    assert "name another folder with --out" in the_one_line(capsys)


@pytest.mark.parametrize(("room", "starved"), [(30_000, "model.npz"), (60_000, "checkpoint.npz")])
def test_a_full_disk_is_one_line_and_the_checkpoint_before_it_is_whole(
    room, starved, interrupted, capsys
):
    assert run(*TWO_EPOCHS, "--out", "whole") == 0
    assert interrupted(7, *TWO_EPOCHS, "--out", "parts") == 130
    before = (Path("parts") / "checkpoint.npz").read_bytes()
    capsys.readouterr()
    with no_file_above(room):
        assert run("--resume", "parts") == 1
    line = the_one_line(capsys)
    assert line.startswith(f"train.py: parts/{starved}: ")
    assert line.endswith("python train.py --resume parts")
    assert (Path("parts") / "checkpoint.npz").read_bytes() == before
    assert run("--resume", "parts") == 0
    assert_same_result("whole", "parts")
    assert contents("whole").keys() == contents("parts").keys()


# --- Diverged


@pytest.fixture
def judged(monkeypatch):
    """judged(accuracy, …) lets the epochs' validation accuracies be these."""

    def judged(*accuracies):
        accuracies = iter(accuracies)
        evaluate = Net.evaluate
        monkeypatch.setattr(
            Net,
            "evaluate",
            lambda net, X, Y: (evaluate(net, X, Y)[0], next(accuracies)),
        )

    return judged


def test_a_run_that_diverges_keeps_the_best_weights_and_says_so(judged, monkeypatch, capsys):
    judged(0.5, 0.7, 0.7, 0.6)
    batches = 0
    backpropagate = Net.backpropagate

    def diverge(net, X, Y, generator):
        nonlocal batches
        batches += 1
        cost, outputs = backpropagate(net, X, Y, generator)
        return (float("nan") if batches == 45 else cost), outputs

    monkeypatch.setattr(Net, "backpropagate", diverge)
    assert run(*SMALL, "--epochs", 9, "--out", "run") == 1
    assert batches == 45  # not to the end of the epoch
    line = the_one_line(capsys)
    for word in ("epoch 5", "--lr", "run/model.npz", "of epoch 3"):
        assert word in line
    assert Net.load_model("run/model.npz").metadata["epoch"] == 3
    assert len(history("run")) == 1 + 4


def test_what_ends_as_planned_is_the_last_epoch_and_not_the_luckiest(judged):
    judged(0.9, 0.2, *[0.1] * 99)
    assert run(*TWO_EPOCHS, "--out", "run") == 0
    assert Net.load_model("run/model.npz").metadata["epoch"] == 2


def test_weights_that_are_no_numbers_do_not_replace_a_checkpoint(monkeypatch, capsys):
    def update(average, vector):
        vector[0] = np.inf
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(MovingAverage, "update", update)
        assert run(*SMALL, "--out", "run") == 1
    assert "epoch 1" in the_one_line(capsys)
    assert run("--resume", "run") == 0


def test_a_loss_far_worse_than_a_guess_ends_the_run(capsys):
    wild = ("--optimizer", "adam", "--lr", 100, "--schedule", "constant")
    assert run(*TWO_EPOCHS, *wild, "--out", "run") == 1
    line = the_one_line(capsys)
    assert "far more than by guessing in epoch 1: try a smaller --lr" in line


def test_a_network_that_learned_next_to_nothing_ends_with_advice(capsys):
    for rate, told in ((0.01, False), (1e-9, True)):
        assert run(*SMALL, "--epochs", 3, "--lr", rate, "--seed", 1) == 0
        assert ("try a smaller --lr" in capsys.readouterr().out) == told


# --- What cannot go on


def test_a_run_that_has_ended_says_so_and_is_left_alone(capsys):
    assert run(*SMALL, "--out", "run") == 0
    before = contents("run")
    capsys.readouterr()
    assert run("--resume", "run") == 0
    assert "run is complete" in capsys.readouterr().out
    assert contents("run") == before


def test_a_folder_without_a_run_is_one_line(capsys):
    Path("empty").mkdir()
    assert run("--resume", "empty") == 1
    assert "empty has no checkpoint.npz" in the_one_line(capsys)


def test_other_data_than_the_run_began_with_are_one_line(interrupted, parts, capsys):
    assert run(*SMALL, "--out", "whole") == 0
    assert interrupted(3, *SMALL, "--out", "parts") == 130
    capsys.readouterr()
    train_part, parts["train"] = parts["train"], synthetic(7, 600)
    assert run("--resume", "parts") == 1
    assert "training data have changed since the run began" in the_one_line(capsys)
    parts["train"] = train_part
    assert run("--resume", "parts") == 0
    assert_same_result("whole", "parts")


def test_a_checkpoint_that_is_none_is_one_line(interrupted, capsys):
    assert interrupted(3, *SMALL, "--out", "run") == 130
    assert run(*SMALL, "--out", "other") == 0
    path = Path("run/checkpoint.npz")
    whole = path.read_bytes()
    broken = [b"", b"no zip", whole[:-1], whole[: len(whole) // 2], contents("other")["model.npz"]]
    generator = np.random.default_rng(0)
    for position in generator.integers(len(whole), size=30):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << generator.integers(8)
        broken.append(bytes(damaged))
    for i, data in enumerate(broken):
        path.write_bytes(data)
        capsys.readouterr()
        status = run("--resume", "run")
        if status:
            assert status == 1
            assert "run/checkpoint.npz is not a complete checkpoint" in the_one_line(capsys)
        else:  # a bit of a zip file that says nothing
            assert i >= 5
            assert_same_result("other", "run")


def change(file, *places, value):
    """Write the checkpoint again with another value in the place of its header that such keys lead
    to, and all else as it was."""
    header, arrays = model_files.read(file)
    *path, last = places
    inner = header
    for key in path:
        inner = inner[key]
    inner[last] = value
    model_files.write(file, header, arrays)


@pytest.mark.parametrize(
    "places",
    [
        ("settings",),
        ("settings", "layers"),
        ("settings", "layers", 1),
        ("settings", "layers", 1, "units"),
        ("settings", "epochs"),
        ("settings", "batch_size"),
        ("settings", "lr"),
        ("settings", "weight_decay"),
        ("settings", "betas"),
        ("settings", "optimizer"),
        ("settings", "schedule"),
        ("settings", "cost"),
        ("settings", "seed"),
        ("steps",),
        ("steps", 0),
        ("generator",),
        ("generator", "state", "state"),
        ("progress",),
        ("progress", "epochs"),
        ("progress", "seen"),
        ("progress", "losses"),
        ("progress", "history"),
        ("progress", "history", 0),
        ("progress", "history", 0, "validation_accuracy"),
        ("progress", "recent"),
        ("progress", "recent", "hits"),
        ("cores",),
    ],
    ids=lambda places: "/".join(map(str, places)),
)
def test_a_field_of_a_checkpoint_that_cannot_be_is_one_line(places, interrupted, capsys):
    assert interrupted(13, *TWO_EPOCHS, "--out", "run") == 130
    whole = Path("run/checkpoint.npz").read_bytes()
    for value in (None, "x", -1, []):
        Path("run/checkpoint.npz").write_bytes(whole)
        change("run/checkpoint.npz", *places, value=value)
        capsys.readouterr()
        assert run("--resume", "run") == 1, value
        assert "run/checkpoint.npz is not a complete checkpoint" in the_one_line(capsys)


def test_a_run_goes_on_with_data_that_have_moved_and_remembers_where_they_are(
    interrupted, parts, monkeypatch
):
    for place in ("here", "there"):
        Path(place).mkdir()
    asked = []

    def load(part, folder=None, download=True):
        asked.append(Path(folder).name)
        return parts[part]

    monkeypatch.setattr(mnist, "load", load)
    assert run(*TWO_EPOCHS, "--data", "here", "--out", "whole") == 0
    assert interrupted(3, *TWO_EPOCHS, "--data", "here", "--out", "parts") == 130
    assert set(asked) == {"here"}
    asked.clear()
    assert interrupted(3, "--resume", "parts", "--data", "there") == 130
    assert run("--resume", "parts") == 0
    assert set(asked) == {"there"}
    assert Net.load_model("whole/model.npz").parameters.tobytes() == (
        Net.load_model("parts/model.npz").parameters.tobytes()
    )


def test_going_on_with_data_from_a_folder_that_has_none_is_one_line(
    interrupted, monkeypatch, capsys
):
    assert interrupted(3, *SMALL, "--out", "run") == 130
    before = contents("run")
    Path("empty").mkdir()
    capsys.readouterr()
    monkeypatch.setattr(mnist, "load", REAL_LOAD)
    assert run("--resume", "run", "--data", "empty") == 1
    assert "empty/mnist" in the_one_line(capsys)
    assert contents("run") == before


@pytest.mark.parametrize(("before", "now"), [(1, 2), (2, 1), (2, 2)])
def test_going_on_with_another_number_of_cores_is_told(
    before, now, interrupted, monkeypatch, capsys
):
    monkeypatch.setattr(checkpoint, "cores", lambda: before)
    assert interrupted(3, *SMALL, "--out", "run") == 130
    capsys.readouterr()
    for module in (checkpoint, train):
        monkeypatch.setattr(module, "cores", lambda: now)
    assert run("--resume", "run") == 0
    told = capsys.readouterr().err
    assert told == (
        ""
        if now == before
        else f"train.py: the run used {before} cores, now it has {now}: the last bits of the "
        "weights may differ, except with convolutions in batches of up to 128\n"
    )
