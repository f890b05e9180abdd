"""A hand drives an App with real events; a fake recognizer spares it the network's time."""

import numpy as np
import pygame

from app.style.text import Text
from app.window import App
from digits.recognizer import Reading, Recognizer
from digits.recognizer.numbers import Number, WrittenDigit
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

SIZE = (1000, 640)
UNSURE = np.array([1, 0, 1, 31, 0, 42, 2, 0, 17, 6], np.float32) / 100


def reading(digit: int = 5, sure: bool = True) -> Reading:
    """A reading of a blank image."""
    return Reading(digit, UNSURE, np.zeros((28, 28), np.float32), sure)


def number(*readings: Reading) -> Number:
    """A number of such digits, without strokes."""
    return Number(tuple(WrittenDigit(one, (), (0.0, 0.0, 1.0, 1.0)) for one in readings))


class FakeRecognizer(Recognizer):
    """Reads any ink as a five, with how much there is of it as the image; counts its readings."""

    net = Net(
        [InLayer(units=784), Dense(units=10, activation=softmax)], cost_function=CrossEntropyLoss
    )

    def __init__(self, sure: bool = True) -> None:
        super().__init__(self.net, "fake")
        self.calls = 0
        self.sure = sure

    def read_image(self, image: np.ndarray | None) -> Reading | None:
        self.calls += 1
        if image is None:
            return None
        return Reading(5, UNSURE, np.full((28, 28), image.mean(), np.float32), self.sure)

    def remember(self) -> None:
        pass

    def evidence(self, reading: Reading, digit: int) -> np.ndarray:
        return np.full((28, 28), digit - 4.5, np.float32)


class NotedText(Text):
    """Remembers the `words` of every line that it draws."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def draw(self, surface: pygame.Surface, string: str, *look, **anchor) -> None:
        self.words.append(string)
        super().draw(surface, string, *look, **anchor)


def on(app: App, x: float, y: float) -> tuple[int, int]:
    """The window's pixel at a place on the canvas, in units of its side."""
    rect = app.canvas_rect
    return rect.left + int(x * rect.width), rect.top + int(y * rect.height)


def press(app: App, pos: tuple[int, int], button: int = 1) -> None:
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=button, touch=False))


def move(app: App, pos: tuple[int, int], button: int = 1) -> None:
    """Move the mouse with a button held; with none if it is 0."""
    buttons = tuple(int(button == which) for which in (1, 2, 3))
    event = {"pos": pos, "rel": (0, 0), "buttons": buttons, "touch": False}
    app.handle(pygame.Event(pygame.MOUSEMOTION, event))


def release(app: App, pos: tuple[int, int], button: int = 1) -> None:
    app.handle(pygame.Event(pygame.MOUSEBUTTONUP, pos=pos, button=button, touch=False))


def stroke(app: App, *places: tuple[float, float], button: int = 1) -> None:
    """Draw, or erase, through places on the canvas, in units of its side."""
    pixels = [on(app, *place) for place in places]
    press(app, pixels[0], button)
    for pos in pixels[1:]:
        move(app, pos, button)
    release(app, pixels[-1], button)


def click(app: App, pos: tuple[int, int]) -> None:
    press(app, pos)
    release(app, pos)


def key(app: App, key: int, mod: int = 0, unicode: str = "") -> None:
    app.handle(pygame.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=unicode))


def leave(app: App) -> None:
    """Take the mouse out of the window, and its ring with it."""
    app.handle(pygame.Event(pygame.WINDOWLEAVE))


def picture(app: App, size: tuple[int, int] = SIZE) -> np.ndarray:
    """What the window shows: (width, height, 3)."""
    surface = pygame.Surface(size)
    app.draw(surface)
    return pygame.surfarray.array3d(surface)


def sheet(app: App) -> np.ndarray:
    """What the window shows of the canvas without its edge, as brightness (width, height)."""
    rect = app.canvas_rect.inflate(-2, -2)
    return picture(app)[rect.left : rect.right, rect.top : rect.bottom].mean(axis=2)
