"""The model menu: what it lists, and what keys and mouse do in it."""

from pathlib import Path

import numpy as np
import pygame
import pytest

from app.pages.model_menu import ModelMenu
from app.sheet.desk import Desk
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import DARK, LIGHT, Palette
from digits.drawing import Drawing
from digits.recognizer import Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.model_shelf import ShelvedModel, models_at_hand
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

SIZE = (1000, 640)


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> list[ShelvedModel]:
    """The models alpha, beta, which is broken, and gamma."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("alpha", "gamma"):
        layers = [InLayer(units=784), Dense(units=10, activation=softmax)]
        net = Net(layers, cost_function=CrossEntropyLoss)
        net.metadata["test_accuracy"] = 0.9
        net.save_model(folder / f"{name}.npz")
    (folder / "beta.npz").write_bytes(b"not a model")
    return models_at_hand([], folder)


@pytest.fixture
def chosen() -> list[Recognizer]:
    return []


@pytest.fixture
def menu(models, chosen) -> ModelMenu:
    pygame.font.init()
    return menu_of(models, models[0].recognizer, chosen.append)


def menu_of(models, current: Recognizer, choose=print, size=SIZE, say=print) -> ModelMenu:
    desk = Desk(Drawing(), current, Memory(None), print)
    menu = ModelMenu(models, desk, choose, print, say)
    menu.arrange(Layout(size), Text())
    return menu


def press(menu: ModelMenu, key: int, mod: int = 0) -> None:
    assert menu.handle(pygame.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))


def mouse(menu: ModelMenu, kind: int, pos: tuple[int, int]) -> None:
    assert menu.handle(pygame.Event(kind, pos=pos, button=pygame.BUTTON_LEFT, buttons=(0, 0, 0)))


def picture(menu: ModelMenu, palette: Palette = LIGHT, size=SIZE) -> np.ndarray:
    surface = pygame.Surface(size)
    surface.fill(palette.sheet)
    menu.draw(surface, palette)
    return pygame.surfarray.array3d(surface)


def test_tab_and_enter_read_with_the_next_model_that_can(menu, models, chosen):
    press(menu, pygame.K_TAB)
    press(menu, pygame.K_RETURN)
    assert chosen == [models[2].recognizer]
    assert not menu.is_open


@pytest.mark.parametrize(
    "keys",
    [
        [pygame.K_DOWN],
        [pygame.K_UP, pygame.K_UP],
        [pygame.K_TAB] * 4,
        [pygame.K_DOWN, pygame.K_DOWN, pygame.K_UP],
    ],
)
def test_arrows_and_tab_go_round(menu, models, chosen, keys):
    for key in keys:
        press(menu, key)
    press(menu, pygame.K_RETURN)
    assert chosen == ([models[2].recognizer])


def test_shift_tab_goes_back(menu, models, chosen):
    press(menu, pygame.K_TAB, pygame.KMOD_LSHIFT)
    press(menu, pygame.K_RETURN)
    assert chosen == [models[0].recognizer]


def test_a_broken_model_cannot_be_chosen_and_says_why(models, chosen):
    said = []
    menu = menu_of(models, models[0].recognizer, chosen.append, say=said.append)
    press(menu, pygame.K_RETURN)  # beta comes after alpha
    assert menu.is_open
    assert not chosen
    assert str(models[1].path) in said[0] and models[1].problem in said[0]


def test_escape_closes_and_chooses_nothing(menu, chosen):
    press(menu, pygame.K_ESCAPE)
    assert not menu.is_open
    assert not chosen


def test_a_click_chooses_and_one_beside_the_menu_closes_it(menu, models, chosen):
    mouse(menu, pygame.MOUSEBUTTONDOWN, menu.row(2).center)
    assert chosen == [models[2].recognizer]
    assert not menu.is_open
    menu = menu_of(models, models[0].recognizer, chosen.append)
    mouse(menu, pygame.MOUSEBUTTONDOWN, (menu.rect.left + 5, menu.rect.top + 5))
    assert menu.is_open
    mouse(menu, pygame.MOUSEBUTTONDOWN, (1, 1))
    assert not menu.is_open
    assert len(chosen) == 1


def test_the_mouse_highlights_the_row_under_it(menu):
    mouse(menu, pygame.MOUSEMOTION, menu.row(2).center)
    pixels = picture(menu)
    for place in range(3):
        x, y = menu.row(place).midright
        assert (pixels[x - 8, y] == LIGHT.track).all() == (place == 2)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_current_model_is_marked(models, palette):
    pygame.font.init()
    for current in (0, 2):
        menu = menu_of(models, models[current].recognizer)
        pixels = picture(menu, palette)
        marked = [
            (pixels[row.left : row.left + 30, row.top : row.bottom] == palette.accent)
            .all(axis=2)
            .any()
            for row in map(menu.row, range(3))
        ]
        assert marked == [place == current for place in range(3)]


def test_a_model_given_by_no_file_can_be_current(models, chosen):
    pygame.font.init()
    current = Recognizer(models[0].recognizer.net, "elsewhere")
    menu = menu_of(models, current, chosen.append)
    press(menu, pygame.K_RETURN)
    assert chosen == [models[0].recognizer]


@pytest.mark.parametrize("size", [(640, 480), (480, 800), (1000, 640), (3840, 2160)])
def test_any_number_of_models_fits_any_window_and_can_be_reached(models, chosen, size):
    pygame.font.init()
    broken = [ShelvedModel(Path("/nowhere"), "a long name " * 20) for _ in range(60)]
    crowd = [models[0], *broken, models[2]]
    menu = menu_of(crowd, models[0].recognizer, chosen.append, size)
    for _ in range(61):
        press(menu, pygame.K_DOWN)
    assert pygame.Rect((0, 0), size).contains(menu.rect)
    surface = pygame.Surface(size, pygame.SRCALPHA)
    menu.draw(surface, DARK)
    shade = surface.get_at((0, 0))
    surface.fill(shade, menu.rect)
    assert (pygame.surfarray.array3d(surface) == shade[:3]).all()
    press(menu, pygame.K_UP)
    press(menu, pygame.K_RETURN)
    assert chosen == [models[2].recognizer]
    assert menu.rect.contains(menu.row(61))
