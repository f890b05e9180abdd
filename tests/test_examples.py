"""Examples come from MNIST's test part: all of it if at hand, else what ships; no internet."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pooch
import pytest

from digits.data import examples, mnist
from digits.data.examples import random_example


@pytest.fixture(autouse=True)
def nothing_kept():
    examples._all.cache_clear()
    yield
    examples._all.cache_clear()


@pytest.fixture
def cache(monkeypatch, tmp_path) -> Path:
    """The user's cache, empty, with no data folder, and with an internet that must not be asked."""

    def ask(*arguments: object) -> None:
        raise AssertionError("asked the internet")

    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / name)
    monkeypatch.setattr(pooch, "HTTPDownloader", ask)
    (tmp_path / "inkling").mkdir()
    return tmp_path / "inkling"


def test_an_example_is_one_of_the_test_images_with_its_label(data_folder, mnist_test):
    ink, label = random_example(np.random.default_rng(0), data_folder)
    assert (ink.shape, ink.dtype) == ((28, 28), np.float32)
    images, labels = mnist_test
    same = (images == np.round(ink * 255)).all(axis=(1, 2))
    assert labels[same].tolist() == [label]


def test_examples_are_random_but_follow_their_generator(data_folder):
    one, other = (np.random.default_rng(3) for _ in range(2))
    labels = [random_example(one, data_folder)[1] for _ in range(50)]
    assert labels == [random_example(other, data_folder)[1] for _ in range(50)]
    assert set(labels) == set(range(10))


def drawn() -> set[tuple[bytes, int]]:
    """The digits that a hundred requests come to."""
    generator = np.random.default_rng(0)
    found = (random_example(generator) for _ in range(100))
    return {(np.uint8(np.round(ink * 255)).tobytes(), label) for ink, label in found}


def shipped() -> set[tuple[bytes, int]]:
    with np.load(examples.SHIPPED, allow_pickle=False) as arrays:
        return {(i.tobytes(), int(x)) for i, x in zip(*arrays.values(), strict=True)}


def test_without_data_an_example_is_one_of_those_that_ship_and_nothing_is_downloaded(cache):
    digits = drawn()
    assert digits <= shipped()
    assert len(digits) > 50 and {label for _, label in digits} == set(range(10))


def test_what_ships_are_digits_of_the_test_set_with_their_labels(mnist_test):
    images, labels = mnist_test
    whole = {(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)}
    assert len(shipped()) == 400
    assert shipped() <= whole


@pytest.fixture
def tiny_mnist(monkeypatch) -> dict[str, bytes]:
    """A test part of three images stands for MNIST's: the packed files by their names."""
    pixels, labels = bytes(3 * 28 * 28), bytes([4, 4, 4])
    contents = (
        b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (3, 28, 28)) + pixels,
        b"\0\0\x08\x01" + (3).to_bytes(4, "big") + labels,
    )
    files = tuple(
        replace(file, sha256=hashlib.sha256(content).hexdigest())
        for file, content in zip(mnist.FILES["test"], contents, strict=True)
    )
    monkeypatch.setitem(mnist.FILES, "test", files)
    return {
        Path(file.place).name: gzip.compress(content)
        for file, content in zip(files, contents, strict=True)
    }


def test_what_a_training_downloaded_serves(cache, tiny_mnist):
    for name, data in tiny_mnist.items():
        (cache / name).write_bytes(data)
    assert random_example(np.random.default_rng(0))[1] == 4


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"", lambda data: b"junk"])
def test_damaged_data_in_the_cache_count_as_none_and_are_left_alone(cache, tiny_mnist, damage):
    for name, data in tiny_mnist.items():
        (cache / name).write_bytes(damage(data))
    assert drawn() <= shipped()
    assert {path.name for path in cache.iterdir()} == tiny_mnist.keys()


def test_data_placed_after_a_failure_are_found(cache, tiny_mnist):
    assert drawn() <= shipped()
    for name, data in tiny_mnist.items():
        (cache / name).write_bytes(data)
    assert random_example(np.random.default_rng(0))[1] == 4
