"""The models at hand: which there are, what they are called, and what becomes of broken ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.recognizer import SHIPPED_MODEL
from digits.recognizer.model_shelf import models_at_hand
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net


def small_net(units: int = 10, **metadata: object) -> Net:
    layers = [InLayer(units=784), Dense(units=units, activation=softmax)]
    net = Net(layers, cost_function=CrossEntropyLoss)
    net.metadata.update(metadata)
    return net


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the models alpha and beta, and a file that is none."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("beta", "alpha"):
        small_net().save_model(folder / f"{name}.npz")
    (folder / "README.md").write_text("not a model")
    return folder


def names(models: list) -> list[str]:
    return [model.name for model in models]


def test_given_models_come_first_then_those_in_the_folder_by_name(folder, tmp_path):
    small_net().save_model(tmp_path / "mine.npz")
    assert names(models_at_hand([tmp_path / "mine.npz"], folder)) == ["mine", "alpha", "beta"]


def test_a_file_stands_there_once_however_it_was_named(folder, monkeypatch):
    monkeypatch.chdir(folder)
    given = ["beta.npz", folder / "beta.npz", folder / ".." / "models" / "beta.npz"]
    for paths in (given, given[:1], given[2:]):
        assert names(models_at_hand(paths, folder)) == ["beta", "alpha"]


def test_models_of_one_name_are_told_apart_by_their_folders(folder, tmp_path):
    for run in ("monday", "tuesday"):
        (tmp_path / run).mkdir()
        shutil.copy(folder / "alpha.npz", tmp_path / run / "model.npz")
    given = [tmp_path / run / "model.npz" for run in ("monday", "tuesday")]
    models = models_at_hand(given, folder)[:2]
    assert names(models) == ["monday/model", "tuesday/model"]
    assert [model.recognizer.name for model in models] == names(models)
    assert names(models_at_hand(given[:1], folder))[0] == "model"


PARTS = st.lists(st.sampled_from(["a", "b", "a.npz", "b.v1"]), min_size=1, max_size=4)


@given(paths=st.lists(PARTS.map(lambda parts: Path("/nowhere", *parts)), max_size=6))
def test_no_two_models_have_one_name(paths):
    found = names(models_at_hand(paths, "/nowhere"))
    assert len(set(found)) == len(found) == len(set(paths))


def test_the_shipped_model_is_at_hand():
    assert SHIPPED_MODEL in [model.path for model in models_at_hand([])]


def test_a_model_is_loaded_when_asked_for_once_and_under_its_name(folder):
    model = models_at_hand([], folder)[0]
    recognizer = model.recognizer
    model.path.unlink()
    assert model.recognizer is recognizer
    assert recognizer.name == "alpha"
    assert model.problem is None


@pytest.mark.parametrize("content", [None, b"", b"not a model", "half", "nine outputs"])
def test_a_broken_model_keeps_a_short_reason_and_hurts_no_other(folder, content):
    path = folder / "alpha.npz"
    match content:
        case None:
            path.unlink()
        case "half":
            path.write_bytes(path.read_bytes()[:-100])
        case "nine outputs":
            small_net(units=9).save_model(path)
        case _:
            path.write_bytes(content)
    broken, whole = models_at_hand([path], folder)
    assert broken.recognizer is None
    assert broken.problem
    assert "\n" not in broken.problem
    assert str(path) not in broken.problem
    assert whole.recognizer.net.predict(np.zeros((1, 784))).shape == (1, 10)


@pytest.mark.parametrize("path", ["/", ".", "", "no such folder/model.npz"])
def test_any_path_given_is_a_model_with_a_problem(path, tmp_path):
    assert models_at_hand([path], tmp_path)[0].problem
