"""The network panel: what it shows of a reading, and what the mouse finds in it."""

import numpy as np
import pygame
import pytest
from hand import NotedText

from app.inside.network_panel import NetworkPanel
from app.inside.stage import stages
from app.style import theme
from app.style.layout import Layout
from app.style.text import MINUS, Text
from app.style.theme import DARK, LIGHT, Palette
from digits.recognizer import Reading, Recognizer
from nn.activation_functions import ReLU, softmax, tanh
from nn.cost_functions import CrossEntropyLoss
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.nets import Net

SIZE = (1000, 640)


class FakeRecognizer(Recognizer):
    """Answers every reading with `values`, one array for each layer."""

    def __init__(self) -> None:
        layers = [
            InLayer(shape=(28, 28, 1)),
            Conv2D(6, 5, activation=ReLU),
            MaxPool2D(),
            Flatten(),
            Dense(40, ReLU),
            Dense(10, softmax),
        ]
        net = Net(layers, CrossEntropyLoss, np.random.default_rng(0))
        super().__init__(net, "fake")
        self.values = [np.zeros(layer.output_shape, np.float32) for layer in self.layers]
        self.calls = 0

    def activations(self, reading: Reading) -> list:
        self.calls += 1
        return list(zip(self.layers, self.values, strict=True))


@pytest.fixture
def recognizer() -> FakeRecognizer:
    return FakeRecognizer()


def panel_of(recognizer: FakeRecognizer, size: tuple[int, int] = SIZE) -> NetworkPanel:
    pygame.font.init()
    return NetworkPanel(Layout(size, network=True), recognizer, Text())


def reading() -> Reading:
    return Reading(5, np.eye(10, dtype=np.float32)[5], np.ones((28, 28), np.float32))


def picture(panel: NetworkPanel, palette: Palette = LIGHT, size=SIZE) -> pygame.Surface:
    surface = pygame.Surface(size)
    surface.fill(palette.background)
    panel.draw(surface, palette)
    return surface


def point_at(panel: NetworkPanel, position: tuple[int, int]) -> None:
    assert not panel.handle(pygame.Event(pygame.MOUSEMOTION, pos=position, buttons=(0, 0, 0)))


def place_of(panel: NetworkPanel, name: str) -> tuple[int, int]:
    """A pixel of the window at which the map or unit called `name` is found."""
    for y in range(panel.rect.top, panel.rect.bottom, 2):
        for x in range(panel.rect.left, panel.rect.right, 2):
            if panel.name_at((x, y)) == name:
                return x, y
    raise AssertionError(f"no {name} in the panel")


def area_of(panel: NetworkPanel, name: str) -> np.ndarray:
    """The pixels (n, 2) of the map called `name`, in the window."""
    left, top = place_of(panel, name)
    points = [
        (x, y)
        for x in range(left - 70, left + 70)
        for y in range(top, top + 70)
        if panel.name_at((x, y)) == name
    ]
    return np.array(points)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_map_shows_its_values_the_right_way_round(recognizer, palette):
    recognizer.values[1][3, 20, 4] = 2.5  # row 3, column 20 of the fifth map
    panel = panel_of(recognizer)
    panel.update(reading())
    points = area_of(panel, "Conv2D, map 4")
    surface = picture(panel, palette)
    inked = points[[surface.get_at(point)[:3] == palette.ink for point in points.tolist()]]
    share = (inked.mean(axis=0) - points.min(axis=0)) / np.ptp(points, axis=0)
    assert share == pytest.approx(((20.5 / 24), (3.5 / 24)), abs=0.05)
    assert 0 < len(inked) < len(points) / 100
    paper = [surface.get_at(point)[:3] == palette.sheet for point in points.tolist()]
    assert sum(paper) == len(points) - len(inked)


def test_ink_is_the_greatest_value_of_each_layer(recognizer):
    recognizer.values[1][:, :, 0], recognizer.values[1][:, :, 1] = 100, 50
    recognizer.values[4][7] = 0.001
    panel = panel_of(recognizer)
    panel.update(reading())
    surface = picture(panel)
    full, half, unit = (
        surface.get_at(place_of(panel, name))[:3]
        for name in ("Conv2D, map 0", "Conv2D, map 1", "Dense 1, unit 7")
    )
    assert full == unit == LIGHT.ink
    assert sum(LIGHT.ink) < sum(half) < sum(LIGHT.sheet)


def test_outputs_are_as_dark_as_they_are_probable(recognizer):
    recognizer.values[5][:] = 0.1
    panel = panel_of(recognizer)
    panel.update(reading())
    assert picture(panel).get_at(place_of(panel, "Dense 2, unit 3"))[:3] != LIGHT.ink


def test_what_is_below_zero_has_a_colour_of_its_own(recognizer):
    recognizer.values[4][:] = -1
    panel = panel_of(recognizer)
    panel.update(reading())
    assert picture(panel).get_at(place_of(panel, "Dense 1, unit 0"))[:3] == LIGHT.speaks_against


def test_without_a_reading_all_maps_are_blank(recognizer):
    recognizer.values[1][:] = 1
    panel = panel_of(recognizer)
    blank = pygame.surfarray.array3d(picture(panel))
    panel.update(reading())
    assert (pygame.surfarray.array3d(picture(panel)) != blank).any()
    panel.update(None)
    assert (pygame.surfarray.array3d(picture(panel)) == blank).all()


def test_the_network_is_asked_once_for_each_reading(recognizer):
    panel, first = panel_of(recognizer), reading()
    for shown in (first, first, None, None, reading()):
        panel.update(shown)
        picture(panel)
    assert recognizer.calls == 2


@pytest.mark.parametrize("size", [(640, 480), (1000, 640), (700, 1200), (2560, 1080)])
def test_the_panel_keeps_to_its_place(recognizer, size):
    for some in (recognizer, Recognizer.load()):
        panel = panel_of(some, size)
        panel.update(reading())
        surface = pygame.Surface(size)
        panel.draw(surface, LIGHT)
        assert pygame.surfarray.pixels2d(surface).any()
        surface.fill("black", panel.rect)
        assert not pygame.surfarray.pixels2d(surface).any()


@pytest.mark.parametrize("size", [(640, 480), (1000, 640), (700, 1400)])
def test_the_map_under_the_mouse_is_enlarged_inside_the_window(recognizer, size):
    recognizer.values[1][:] = np.random.default_rng(0).random((24, 24, 6))
    panel, shown = panel_of(recognizer, size), reading()
    panel.update(shown)
    plain = pygame.surfarray.array3d(picture(panel, size=size))
    x, y = place_of(panel, "Conv2D, map 5")
    point_at(panel, (x, y))
    panel.update(shown)
    surface = picture(panel, size=size)
    panel.draw_enlarged(surface, LIGHT)
    changed = (pygame.surfarray.array3d(surface) != plain).any(axis=2)
    columns, rows = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    side = Layout(size, network=True).scaled(theme.ENLARGED_MAP) // 24 * 24
    assert min(np.ptp(columns), np.ptp(rows)) > side
    assert min(columns[0], rows[0]) > 0
    assert columns[-1] < size[0] - 1
    assert rows[-1] < size[1] - 1


def test_nothing_is_enlarged_beside_the_maps_and_after_the_mouse_has_left(recognizer):
    panel = panel_of(recognizer)
    place = place_of(panel, "Dense 1, unit 3")
    for leave in (
        lambda: point_at(panel, (1, 1)),
        lambda: panel.handle(pygame.Event(pygame.WINDOWLEAVE)),
    ):
        point_at(panel, place)
        panel.update(None)
        leave()
        panel.update(None)
        surface = picture(panel)
        before = pygame.surfarray.array3d(surface)
        panel.draw_enlarged(surface, LIGHT)
        assert (pygame.surfarray.array3d(surface) == before).all()


def test_a_reading_that_the_frame_has_no_time_for_is_shown_with_the_next(recognizer):
    panel, late = panel_of(recognizer), reading()
    panel.update(reading())
    assert not panel.update(late, at_once=False)
    assert panel.is_late and recognizer.calls == 1
    assert panel.update(late, at_once=False)
    assert not panel.is_late and recognizer.calls == 2


def test_nothing_is_enlarged_when_the_mouse_leaves_in_a_frame_without_time(recognizer):
    panel = panel_of(recognizer)
    place = place_of(panel, "Conv2D, map 0")
    point_at(panel, place)
    panel.update(reading())
    panel.handle(pygame.Event(pygame.WINDOWLEAVE))
    panel.update(reading(), at_once=False)
    surface = picture(panel)
    before = pygame.surfarray.array3d(surface)
    panel.draw_enlarged(surface, LIGHT)
    assert (pygame.surfarray.array3d(surface) == before).all()


def test_a_maps_values_are_said_from_the_least_to_the_greatest_with_a_minus_below_zero(recognizer):
    recognizer.values[1][:, :, 2] = -1.5
    recognizer.values[1][3, 4, 2] = 2.5
    recognizer.values[4][7] = -0.25
    text = NotedText()
    panel = NetworkPanel(Layout(SIZE, network=True), recognizer, text)
    for name, said in (
        ("Conv2D, map 2", {f"{MINUS}1.50 to 2.50", f"in the frame {MINUS}1.50"}),
        ("Dense 1, unit 7", {f"{MINUS}0.25"}),
    ):
        point_at(panel, place_of(panel, name))
        panel.update(reading())
        panel.draw_enlarged(pygame.Surface(SIZE), LIGHT)
        assert said <= set(text.words)


@pytest.mark.parametrize(
    "layers",
    [
        [InLayer(784), Dense(128, ReLU), Dense(64, ReLU), Dense(10, softmax)],
        [InLayer(784), Dense(10, softmax)],
        [InLayer(shape=(28, 28, 1)), Flatten(), Dense(300, tanh), Dropout(0.5), Dense(10, softmax)],
        [
            InLayer(shape=(28, 28, 1)),
            Conv2D(32, 3),
            BatchNorm(),
            MaxPool2D(),
            Conv2D(128, 3, activation=ReLU, padding="same"),
            GlobalAveragePool2D(),
            Dense(10, softmax),
        ],
    ],
    ids=["dense", "one layer", "flat", "convolutional"],
)
def test_any_network_can_be_looked_into(layers):
    net = Net(layers, cost_function=CrossEntropyLoss, generator=np.random.default_rng(0))
    image = np.random.default_rng(0).random((28, 28), np.float32)
    probabilities = net.predict(image.reshape(1, 784))[0]
    panel = panel_of(Recognizer(net, "any"))
    panel.update(Reading(int(probabilities.argmax()), probabilities, image))
    surface = picture(panel)
    last = stages(net.layers)[-1]
    cells = [place_of(panel, last.map_name(digit)) for digit in range(10)]
    brightness = [sum(surface.get_at(cell)[:3]) for cell in cells]
    assert np.argmin(brightness) == probabilities.argmax()


def test_every_map_can_be_found_by_the_mouse(recognizer):
    panel = panel_of(recognizer)
    names = {panel.name_at((x, y)) for x in range(SIZE[0]) for y in range(SIZE[1])} - {None}
    assert len(names) == 6 + 6 + 40 + 10


@pytest.mark.parametrize("percent", range(100, 200, 4))
def test_a_larger_window_of_the_same_shape_shows_no_fewer_maps(percent):
    shipped = Recognizer.load()
    larger = tuple(side * percent // 100 for side in SIZE)
    shown = [
        [len(placed.maps) for placed in panel_of(shipped, size)._paging.placed]
        for size in (SIZE, larger)
    ]
    assert shown[1] == shown[0]
