"""Misread digits: all of them are found, and walked through, the surest first."""

import numpy as np
import pygame
import pytest
from hand import SIZE, key, stroke

from app.sheet import misread
from app.window import App
from digits.data import examples
from digits.drawing import saved_drawings
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.mistakes import AT_ONCE, Mistakes
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net


def recognizer(seed=0):
    """Knows nothing, and so errs often."""
    layers = [InLayer(784), Dense(10, softmax)]
    return Recognizer(Net(layers, CrossEntropyLoss(), np.random.default_rng(seed)), "ignorant")


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A window of somebody who has the test digits that ship, and no others."""
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr(examples, "_all", lambda folder: examples._shipped())
    return App(recognizer(), SIZE, folder=tmp_path)


def next_one(app):
    """Press M, and let frames pass until there is an answer."""
    key(app, pygame.K_m)
    for _ in range(1000):
        if "Looking" not in app.message:
            return app.message
        app.update(1 / 60)
    raise AssertionError("the search has no end")


def test_all_that_is_misread_is_found_in_however_many_turns_the_surest_first():
    images, labels = examples.load()
    images = images[:100].astype(np.float32) / 255
    judge = recognizer()
    mistakes = Mistakes(judge, images, labels[:100])
    turns = 0
    while not mistakes.search(seconds=0.0):  # one reading a turn
        turns += 1
        assert turns <= 100 / AT_ONCE + 1
    probabilities = judge.probabilities(images)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels[:100])
    assert sorted(mistake.index for mistake in mistakes.found) == wrong.tolist()
    shares = [mistake.probability for mistake in mistakes.found]
    assert shares == sorted(shares, reverse=True)
    for mistake in mistakes.found:
        assert mistake.probability == pytest.approx(probabilities[mistake.index, mistake.digit])


def test_m_shows_one_misread_digit_after_the_other_and_begins_again(app):
    _, labels = examples.load()
    message = next_one(app)
    count = int(message.split(" misread among ")[0].split(" of ")[1])
    assert message.startswith(f"1 of {count}") and 0 < count <= len(labels)
    assert app.reading.digit != app.drawing.label
    assert app.drawing.origin == examples.ORIGIN
    share = app.reading.probabilities.max()
    assert next_one(app).startswith(f"2 of {count}")
    assert app.reading.probabilities.max() <= share + 1e-6
    app._misread._next = count
    assert next_one(app).startswith(f"1 of {count}")


def test_a_label_that_was_not_saved_is_not_dropped_silently(app):
    app.drawing.show(np.eye(28, dtype=np.float32))
    key(app, pygame.K_7)
    assert "the 7 before it was not saved" in next_one(app)
    assert "not saved" not in next_one(app)


def test_what_is_drawn_during_the_search_is_not_replaced(app, monkeypatch):
    monkeypatch.setattr(misread, "SEARCH_SECONDS", 0.0)
    key(app, pygame.K_m)
    app.drawing.begin((0.5, 0.5), 0.05)
    for _ in range(200):
        app.update(1 / 60)
    assert app.drawing.picture is None and len(app.drawing.strokes) == 1


def test_another_model_ends_the_search(app, monkeypatch):
    monkeypatch.setattr(misread, "SEARCH_SECONDS", 0.0)
    key(app, pygame.K_m)
    app._choose(recognizer(seed=1))
    for _ in range(200):
        app.update(1 / 60)
    assert not app.drawing and "misread among" not in app.message


@pytest.mark.parametrize("page", [pygame.K_F1, pygame.K_k])
def test_a_page_that_is_opened_ends_the_search(app, monkeypatch, page):
    monkeypatch.setattr(misread, "SEARCH_SECONDS", 0.0)
    key(app, pygame.K_m)
    key(app, page)
    for _ in range(200):
        app.update(1 / 60)
    assert not app.drawing and app.message == ""
    key(app, pygame.K_ESCAPE)
    assert "misread among" in next_one(app)


def test_a_taught_drawing_that_it_shows_was_saved_by_somebody_and_stays_so(app, monkeypatch):
    monkeypatch.setattr(examples, "_all", lambda folder: [part[:1] for part in examples._shipped()])
    stroke(app, (0.2, 0.2), (0.3, 0.8))
    digit = (app.reading.digit + 1) % 10
    key(app, pygame.K_0 + digit)
    strokes = app.drawing.strokes
    later = App(recognizer(), SIZE, folder=app._files._folder)
    later.update(1 / 60)
    later.recognizer.memory = Memory()  # follows no lesson, so it errs
    for _ in range(3):
        if not later.drawing.strokes:
            next_one(later)
    assert later.drawing.strokes == strokes
    key(later, pygame.K_0 + digit)  # takes the lesson back
    (path,) = later._files._folder.glob("*.json")
    assert saved_drawings.load(path).drawing.strokes == strokes


def test_another_model_has_mistakes_of_its_own(app):
    first = next_one(app)
    app._choose(recognizer(seed=1))
    second = next_one(app)
    assert first.startswith("1 of") and second.startswith("1 of") and first != second


def test_what_is_taught_meanwhile_is_searched_too_from_the_beginning(app):
    _, labels = examples.load()
    for _ in range(2):
        next_one(app)
    key(app, pygame.K_SPACE)
    stroke(app, (0.2, 0.2), (0.3, 0.8))
    key(app, pygame.K_1)
    message = next_one(app)
    assert message.startswith("1 of") and f"among {len(labels) + 1:,}:" in message


def test_where_nothing_is_misread_it_says_so(app, monkeypatch):
    images, labels = examples._shipped()
    answers = app.recognizer.probabilities(images.astype(np.float32) / 255).argmax(axis=1)
    right = answers == labels
    monkeypatch.setattr(examples, "_all", lambda folder: (images[right], labels[right]))
    assert next_one(app) == f"All {right.sum()} digits are read right by ignorant"
    assert not app.drawing
